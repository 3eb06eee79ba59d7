"""What became of each test in one run."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import attrs

__all__ = ["GOOD", "Outcome", "Phase", "dump_phase", "read_outcomes"]

#: A test that is expected to fail now and then may do the one or the other.
GOOD = frozenset({"passed", "xpassed"})
#: The worst first: a test is what the worst of its phases and subtests is.
ORDER = ("failed", "skipped", "xfailed", "xpassed", "passed")


@attrs.frozen
class Phase:
    """Set-up, call or teardown of a test, or one of its subtests."""

    test: str
    when: str
    outcome: str
    seconds: float
    text: str


@attrs.frozen
class Outcome:
    """A whole test.

    Attributes:
        result: One of `ORDER`, or `unfinished` of a test that was begun and killed.
        seconds: How long it took.
        text: What pytest said of each failure.
    """

    result: str
    seconds: float
    text: str

    @property
    def good(self) -> bool:
        """Whether what is tested works."""
        return self.result in GOOD


def dump_phase(phase: Phase) -> str:
    """A line of JSON."""
    return json.dumps(attrs.asdict(phase)) + "\n"


def read_outcomes(path: Path) -> dict[str, Outcome]:
    """All tests of one run, by their ids."""
    phases: dict[str, list[Phase]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            phase = Phase(**json.loads(line))
            phases.setdefault(phase.test, []).append(phase)
    return {test: _joined(found) for test, found in phases.items()}


def _joined(phases: Iterable[Phase]) -> Outcome:
    found = list(phases)
    result = min((phase.outcome for phase in found), key=ORDER.index)
    if result != "failed" and not any(phase.when == "teardown" for phase in found):
        result = "unfinished"
    return Outcome(result, sum(phase.seconds for phase in found), "\n".join(filter(None, (p.text for p in found))))
