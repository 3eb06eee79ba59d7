"""What was measured, as text for the terminal, Markdown for the documentation and JSON for whoever wants to go on."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterable, Iterator
from importlib.metadata import version

import attrs
from cattrs.preconf.json import make_converter

from .sections import Bound, Section
from .timing import Measured

__all__ = ["Report", "duration", "markdown", "summary", "text"]

LIBRARIES = ("celery", "kombu", "redis", "attrs", "cattrs", "msgspec", "pydantic")
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))
HEAD = """\
<!-- Written by `nox -s bench`; edit tests/benchmarks instead. -->

Each figure is a ratio to the row that is 1: the median of rounds in which all contestants took turns, and the \
quartiles of these rounds in brackets.
"""


@attrs.frozen
class Report:
    """One run."""

    machine: str
    versions: dict[str, str]
    sections: list[Section]

    @classmethod
    def of(cls, sections: list[Section]) -> Report:
        """The sections, measured here and now."""
        machine = f"{platform.python_implementation()} {platform.python_version()}, {platform.system()}, {_processor()}"
        return cls(machine, {name: version(name) for name in LIBRARIES}, sections)

    @property
    def bounds(self) -> list[Bound]:
        """Every promise."""
        return [bound for section in self.sections for bound in section.bounds]

    def json(self) -> str:
        """All of it; `seconds` are per call, task or interpreter."""
        return json.dumps(make_converter().unstructure(self), indent=2) + "\n"


def text(section: Section) -> str:
    """A table for the terminal, and what is promised of it."""
    table = _aligned([[section.title, *section.columns], *_rows(section)])
    return "\n\n".join([table, *([_aligned(_judged([section]))] if section.bounds else [])])


def summary(sections: list[Section]) -> str:
    """What is promised, and whether it holds."""
    return _aligned(_judged(sections))


def markdown(report: Report) -> str:
    """The tables of a page; where only figures change, only their lines do."""
    versions = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    parts = [HEAD, f"Measured on {report.machine}, with {versions}.\n"]
    for section in report.sections:
        parts.append(f"## {section.title}\n\n{section.note}\n\n{_piped([['', *section.columns], *_rows(section)])}\n")
        if section.bounds:
            parts.append(f"{_piped(_judged([section]))}\n")
    parts.append(f"## All bounds\n\n{_piped(_judged(report.sections))}\n")
    return "\n".join(parts)


def _aligned(rows: list[list[str]]) -> str:
    """A table with a line below its first row."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([lines[0], "-" * len(max(lines, key=len)), *lines[1:]])


def _piped(rows: list[list[str]]) -> str:
    """The same in Markdown."""
    head, *body = rows
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *body])


def _judged(sections: Iterable[Section]) -> list[list[str]]:
    """The bounds, each with what was found at every attempt."""
    rows = [["Bound", "at most", "measured", "met"]]
    for section in sections:
        for bound in section.bounds:
            what = f"{section.title}, {bound.column}: {bound.contestant} / {bound.other}"
            found = ", then ".join(f"{ratio:.3f}" for ratio in bound.found)
            rows.append([what, f"{bound.limit:.2f}", found, "yes" if bound.kept else "NO"])
    return rows


def _rows(section: Section) -> Iterator[list[str]]:
    for name in section.contestants:
        results = [comparison.contestants[name] for comparison in section.columns.values()]
        yield [name, *(_baseline(result) if name == section.baseline else _ratio(result) for result in results)]


def _ratio(result: Measured) -> str:
    return f"{result.ratio:.2f} ({result.low:.2f} to {result.high:.2f})"


def _baseline(result: Measured) -> str:
    return f"1 = {duration(result.seconds)}"


def duration(seconds: float) -> str:
    """Three digits that count, in the unit that fits."""
    unit, size = next((unit, size) for unit, size in UNITS if seconds >= size)
    number = seconds / size
    return f"{number:.{max(0, 3 - len(str(int(number))))}f} {unit}"


def _processor() -> str:
    """The processor's name where Linux tells it."""
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123  # shorter than a Path
            return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
