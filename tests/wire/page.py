"""docs/reference/wire-format-table.md: what docs/reference/wire-format.md includes, part by part."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from pathlib import Path

from tests.wire import classes, rows
from tests.wire.edges import ARRIVING, READ, REFUSED_TYPES, REFUSED_VALUES

__all__ = ["PAGE", "markdown"]

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "wire-format-table.md"
HEAD = "<!-- Written by `python -m tests.wire`; edit tests/wire instead. -->\n"
PART = re.compile(r"^# -- ([\w-]+)\n(.*?)(?=^# -- |\Z)", re.MULTILINE | re.DOTALL)
ROW = ("type", "Python", "JSON")
OTHER_HEADS = {"arguments": ("function", "call", "JSON"), "failures": ("class", "Python", "JSON")}


def markdown() -> str:
    """All parts: the classes as they are in `classes.py`, the JSON as it is in `v1/`."""
    sources = dict(PART.findall(Path(classes.__file__).read_text("utf-8")))
    sources["failures"] = "\n\n".join(inspect.getsource(cls) for cls in (rows.Declined, rows.OutOfStock))
    tables = dict(_tables())
    assert sources.keys() <= tables.keys() | {"names"}, "classes of no table"
    parts = [_part("names", _code(sources.pop("names")))]
    for name, table in tables.items():
        parts += [_part(f"{name}-classes", _code(sources[name]))] if name in sources else []
        parts.append(_part(name, table))
    return "\n".join([HEAD, *parts])


def _tables() -> Iterable[tuple[str, str]]:
    for group in dict.fromkeys(row.group for row in rows.ROWS):
        shown = [row for row in rows.ROWS if row.group == group]
        cells = [tuple(map(_code_cell, (row.annotation, row.source, _written(row)))) for row in shown]
        yield group, _table(OTHER_HEADS.get(group, ROW), cells)
    arriving = [tuple(map(_code_cell, (each.annotation, each.source, each.arrives))) for each in ARRIVING]
    yield "arriving", _table(("type", "sent", "arrives as"), arriving)
    read = [tuple(map(_code_cell, (each.annotation, each.json, each.source))) for each in READ]
    yield "read", _table(("type", "JSON", "Python"), read)
    values = [(_code_cell(each.annotation), _code_cell(each.source), _text(each.message())) for each in REFUSED_VALUES]
    yield "refused-values", _table(("type", "value", "refused with"), values)
    types: dict[str, list[str]] = {}
    for each in REFUSED_TYPES:
        types.setdefault(_text(each.message()), []).append(_code_cell(each.annotation))
    yield "refused-types", _table(("type", "what to do"), [(", ".join(cells), fix) for fix, cells in types.items()])


def _written(row: rows.Row) -> str:
    """What is in the row's file, on one line and with its letters as they are."""
    return json.dumps(json.loads(rows.path(row).read_text("utf-8")), ensure_ascii=False)


def _part(name: str, content: str) -> str:
    return f"<!-- {name} -->\n\n{content}\n\n<!-- end of {name} -->\n"


def _code(source: str) -> str:
    return f"```python\n{source.strip()}\n```"


def _table(head: tuple[str, ...], cells: Iterable[tuple[str, ...]]) -> str:
    return "\n".join(f"| {' | '.join(line)} |" for line in [head, ("---",) * len(head), *cells])


def _code_cell(text: str) -> str:
    return "`{}`".format(text.replace("|", r"\|"))


def _text(message: str) -> str:
    """A message, with what it has in backticks as code and the rest as it is."""
    parts = message.split("`")
    parts[::2] = [re.sub(r"([\\*_{}\[\]<>#|~$])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [part.replace("|", r"\|") for part in parts[1::2]]
    return "`".join(parts)
