"""What was found, for the terminal and for the documentation."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version

from .comparing import Comparison, Verdict
from .source import celery_version

__all__ = ["COLUMNS", "markdown", "text"]

COLUMNS: dict[Verdict, str] = {
    "both": "pass in both",
    "neither": "fail in both",
    "skipped": "skipped in both",
    "meant": "differ on purpose",
    "worse": "worse",
    "better": "better",
}
KINDS = {
    "plain": "`Celery` with `@typed_task`",
    "installed": "`Celery` after `install(app)`",
    "typed": "`TypedCelery`",
}
LIBRARIES = ("celery", "kombu", "redis")


def text(comparisons: Sequence[Comparison]) -> str:
    """What is not the same, test by test, and the numbers."""
    lines: list[str] = []
    for comparison in comparisons:
        lines += _listed(comparison, "neither") + _listed(comparison, "better")
        lines += [f"{comparison.kind}: on purpose: {test}: {why.reason}" for test, why in comparison.meant.items()]
        for test in comparison.tests("worse"):
            outcome = comparison.typed.get(test)
            said = "" if outcome is None else _last_line(outcome.text)
            lines.append(f"{comparison.kind}: WORSE: {test}: {said}")
    return "\n".join([*lines, "", _aligned(_rows(comparisons))])


def markdown(comparisons: Sequence[Comparison]) -> str:
    """The tables of a page."""
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    parts = [
        "<!-- Written by `nox -s celery`; edit tests/celery_suite instead. -->\n",
        f"## Celery {celery_version()}\n",
        f"On Python {platform.python_version()}, with {versions}.\n",
        _piped([[KINDS.get(row[0], row[0]), *row[1:]] for row in _rows(comparisons)]) + "\n",
    ]
    differences = {(why.reason, test) for each in comparisons for test, why in each.meant.items()}
    if differences:
        rows = [[f"`{test.rpartition('/')[2]}`", reason] for reason, test in sorted(differences)]
        parts.append(_piped([["On purpose", "because"], *rows]) + "\n")
    return "\n".join(parts)


def _listed(comparison: Comparison, verdict: Verdict) -> list[str]:
    return [f"{comparison.kind}: {COLUMNS[verdict]}: {test}" for test in comparison.tests(verdict)]


def _last_line(said: str) -> str:
    """Of what pytest says of a failure, the error."""
    return said.strip().rpartition("\n")[2][:200] or "no text"


def _rows(comparisons: Sequence[Comparison]) -> list[list[str]]:
    head = ["", "tests", *COLUMNS.values()]
    return [head, *(_row(comparison) for comparison in comparisons)]


def _row(comparison: Comparison) -> list[str]:
    counts = [str(len(comparison.tests(verdict))) for verdict in COLUMNS]
    return [comparison.kind, str(len(comparison.verdicts)), *counts]


def _aligned(rows: list[list[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _piped(rows: list[list[str]]) -> str:
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])
