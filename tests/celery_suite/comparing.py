"""Two runs beside each other, test by test."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import attrs

from .differences import Difference, explain
from .outcomes import Outcome

__all__ = ["MISSING", "Comparison", "Verdict", "compare"]

Verdict = Literal["both", "neither", "worse", "better", "meant", "skipped"]
#: A test that was not begun, or did not get as far as to be noted.
MISSING: Final = Outcome("missing", 0.0, "")


@attrs.frozen
class Comparison:
    """All tests of Celery as they are, and of one kind of typed tasks.

    Attributes:
        kind: How the tasks are declared.
        vanilla: The outcomes with Celery's own tasks.
        typed: Those with typed ones.
        verdicts: What that says of each test.
        meant: The differences on purpose, by test.
    """

    kind: str
    vanilla: Mapping[str, Outcome]
    typed: Mapping[str, Outcome]
    verdicts: Mapping[str, Verdict]
    meant: Mapping[str, Difference]

    def tests(self, verdict: Verdict) -> list[str]:
        """The tests of which this is so."""
        return [test for test, found in self.verdicts.items() if found == verdict]


def compare(kind: str, vanilla: Mapping[str, Outcome], typed: Mapping[str, Outcome]) -> Comparison:
    """Judge each test that either run has."""
    verdicts: dict[str, Verdict] = {}
    meant: dict[str, Difference] = {}
    for test in [*vanilla, *(test for test in typed if test not in vanilla)]:
        before, after = vanilla.get(test, MISSING), typed.get(test, MISSING)
        verdicts[test] = _verdict(before, after)
        difference = explain(test, after) if verdicts[test] == "worse" else None
        if difference is not None:
            verdicts[test], meant[test] = "meant", difference
    return Comparison(kind, vanilla, typed, verdicts, meant)


def _verdict(before: Outcome, after: Outcome) -> Verdict:
    if before.good:
        return "both" if after.good else "worse"
    if after.good:
        return "better"
    if before.result == "skipped":  # then a failure is news
        return "skipped" if after.result == "skipped" else "worse"
    return "neither"
