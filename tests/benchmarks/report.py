"""What was measured, as text for the terminal, Markdown for the documentation and JSON for whoever wants to go on."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator
from importlib.metadata import version

import attrs
from cattrs.preconf.json import make_converter

from .sections import Bound, Section
from .timing import Measured

__all__ = ["Report", "bound_line", "duration", "markdown", "text"]

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
    """A table for the terminal."""
    rows = [[section.title, *section.columns], *_rows(section)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    lines.insert(1, "-" * len(max(lines, key=len)))
    return "\n".join([*lines, *(bound_line(section, bound) for bound in section.bounds)])


def bound_line(section: Section, bound: Bound) -> str:
    """`ok` or `MISSED`, and what was found."""
    found = ", then ".join(f"{ratio:.3f}" for ratio in bound.found)
    what = f"{section.title}, {bound.column}: {bound.contestant} costs at most {bound.limit:.2f} x {section.baseline}"
    return f"{'ok' if bound.kept else 'MISSED'}: {what} (found {found})"


def markdown(report: Report) -> str:
    """The tables of a page; where only figures change, only their lines do."""
    versions = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    parts = [HEAD, f"Measured on {report.machine}, with {versions}.\n"]
    for section in report.sections:
        rows = [["", *section.columns], ["---", *("---" for _ in section.columns)], *_rows(section)]
        table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
        parts.append(f"## {section.title}\n\n{section.note}\n\n{table}\n")
    return "\n".join(parts)


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
