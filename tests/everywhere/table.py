"""`python -m tests.everywhere.table`: run the cases in each kind of app, and write docs/reference/modes-table.md."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.everywhere.cases import CASES
from tests.everywhere.places import DEPLOYMENTS
from tests.everywhere.tables import CANNOT, ONLY_WITH_HOOKS

__all__ = ["PAGE", "markdown"]

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "modes-table.md"
HEAD = "<!-- Written by `python -m tests.everywhere.table`; edit tests/everywhere instead. -->\n"
RUN = "embedded-solo or redis-prefork"
"""Where all kinds of app run: a folder and a server."""

HEADINGS = {
    range(1, 7): "Calls",
    range(7, 9): "Retries",
    range(9, 16): "Canvas",
    range(16, 19): "Results, progress, handlers",
    range(19, 22): "Failures",
}
NAMES = {
    "eager": "`task_always_eager`",
    "eager-apply": "`apply`",
    "embedded-solo": "`embedded()`",
    "redis-db": "database results",
    "rabbitmq-rpc": "`rpc://` results",
}


def markdown() -> str:
    """The page's parts: what differs, what holds in all kinds of app, what does not hold everywhere."""
    parts = {"differences": _differences(), "everywhere": _everywhere(), "limits": _limits()}
    return "\n".join(
        [HEAD, *(f"<!-- {name} -->\n\n{text}\n\n<!-- end of {name} -->\n" for name, text in parts.items())]
    )


def _differences() -> str:
    head = ("what", "`celery.Celery` with `@typed_task`", "`TypedCelery`, or `install(app)`")
    rows = [
        (_title(case.title), ONLY_WITH_HOOKS[name], "yes") for name, case in CASES.items() if name in ONLY_WITH_HOOKS
    ]
    return _table(head, rows)


def _everywhere() -> str:
    """What holds in all kinds of app."""
    sections: list[str] = []
    for numbers, heading in HEADINGS.items():
        of_these = (case for name, case in CASES.items() if case.number in numbers and name not in ONLY_WITH_HOOKS)
        sections.append("\n".join([f"{heading}:", "", *(f"- {_title(case.title)}" for case in of_these)]))
    return "\n\n".join(sections)


def _limits() -> str:
    where: dict[str, list[str]] = {}
    for deployment in DEPLOYMENTS:  # in their order
        for (place, _), cannot in CANNOT.items():
            if place == deployment and NAMES[place] not in where.setdefault(cannot.reason, []):
                where[cannot.reason].append(NAMES[place])
    return _table(("where", "what Celery does there"), [(", ".join(names), why) for why, names in where.items()])


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", r"\|") for cell in row) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _title(title: str) -> str:
    """A case's title as a sentence's beginning; what stands in brackets is no link."""
    parts = re.split(r"(`[^`]*`)", title)
    return "".join(part if part.startswith("`") else re.sub(r"([\[\]<>*_])", r"\\\1", part) for part in parts)


def main() -> int:
    """Exit status of the cases; the page is written only if they hold."""
    status = pytest.main(["-q", str(Path(__file__).parent / "test_everywhere.py"), "-k", RUN])
    if status == pytest.ExitCode.OK:
        PAGE.write_text(markdown(), encoding="utf-8")
    return int(status)


if __name__ == "__main__":
    sys.exit(main())
