"""How two runs are compared: the suite itself is no part of the tests, `nox -s celery` runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.celery_suite.comparing import Verdict, compare
from tests.celery_suite.declaring import annotated
from tests.celery_suite.differences import DIFFERENCES, stale
from tests.celery_suite.outcomes import Outcome, Phase, dump_phase, read_outcomes
from tests.celery_suite.report import markdown, text

WRONG = "t/integration/test_canvas.py::test_chain::test_chain_error_handler_with_eta"


def outcome(result: str, said: str = "") -> Outcome:
    return Outcome(result, 1.0, said)


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("passed", "passed", "both"),
        ("passed", "failed", "worse"),
        ("xpassed", "passed", "both"),
        ("passed", "xfailed", "worse"),
        ("passed", "skipped", "worse"),
        ("passed", "unfinished", "worse"),
        ("passed", None, "worse"),
        ("failed", "failed", "neither"),
        ("failed", "passed", "better"),
        ("skipped", "skipped", "skipped"),
        ("skipped", "failed", "worse"),
    ],
)
def test_verdicts(before: str, after: str | None, verdict: Verdict) -> None:
    """Only what passes is good, and what is missing is not."""
    typed = {} if after is None else {"a": outcome(after)}

    found = compare("typed", {"a": outcome(before)}, typed)

    assert {"a": verdict} == found.verdicts
    assert found.tests(verdict) == ["a"]


def test_a_difference_on_purpose_is_told_by_what_it_says() -> None:
    """The same test failing in another way is worse."""
    said = DIFFERENCES[0].says[0]

    found = compare("typed", {WRONG: outcome("passed")}, {WRONG: outcome("failed", f"Traceback\n{said}\n")})
    other = compare("typed", {WRONG: outcome("passed")}, {WRONG: outcome("failed", "Traceback\nOSError\n")})

    assert found.meant == {WRONG: DIFFERENCES[0]}
    assert other.tests("worse") == [WRONG]
    assert "WORSE: " in text([other])
    assert DIFFERENCES[0].reason in markdown([found])


def test_a_difference_that_is_none_any_more_is_told() -> None:
    """As long as its tests are run."""
    assert stale([], [WRONG]) == [DIFFERENCES[0]]
    assert stale([DIFFERENCES[0]], [WRONG]) == []
    assert stale([], ["another"]) == []


def test_outcomes_are_the_worst_of_a_tests_phases(tmp_path: Path) -> None:
    """A test that was begun and has no teardown was killed."""
    phases = [
        Phase("a", "setup", "passed", 1.0, ""),
        Phase("a", "call", "failed", 1.0, "a subtest"),
        Phase("a", "call", "passed", 1.0, ""),
        Phase("a", "teardown", "passed", 1.0, ""),
        Phase("b", "setup", "passed", 1.0, ""),
    ]
    path = tmp_path / "outcomes.jsonl"
    path.write_text("".join(map(dump_phase, phases)), encoding="utf-8")

    found = read_outcomes(path)

    assert {"a": Outcome("failed", 4.0, "a subtest"), "b": Outcome("unfinished", 1.0, "")} == found


def test_what_is_not_annotated_is_any() -> None:
    """But for the task itself, and for what has an annotation."""

    names: dict[str, Any] = {}
    code = "def bound(self, x, y: int = 1, *rest, z=None, **more): ..."
    exec(code, names)  # noqa: S102 - as of a module without annotations, which the checkers would not have here

    names = annotated(names["bound"], bind=True).__annotations__

    assert list(names) == ["x", "y", "rest", "z", "more", "return"]
    assert names["y"] == "int"
