"""The tables of docs/reference/wire-format.md: each row is what the library does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.docs.pages import ROOT
from typedtasks._wire import DEFAULT_WIRE, Invalid

PAGE = (ROOT / "docs" / "reference" / "wire-format.md").read_text("utf-8")
CELLS = re.compile(r"^\| `(.+?)` \| `(.+?)` \| `(.+?)` \|$", re.MULTILINE)
REFUSED = PAGE.index("## Nothing is converted")
# The classes of the tables are made in this module, where their string annotations resolve.
exec(re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)[1], globals())  # noqa: S102 - the page's own code


def rows(page: str) -> Iterator[tuple[Any, Any, str]]:
    """Type, value and third cell of each row of the tables in a part of the page."""
    for cells in CELLS.findall(page):
        type_, value, third = (cell.replace(r"\|", "|") for cell in cells)
        yield pytest.param(eval(type_), eval(value), third, id=f"{type_} {value}")  # noqa: S307 - likewise


@pytest.mark.parametrize(("type_", "value", "wire"), list(rows(PAGE[:REFUSED])))
def test_travels(type_, value, wire):
    """What the table says is sent is sent, and comes back as it was."""
    assert DEFAULT_WIRE.dump(value, type_) == json.loads(wire)
    assert DEFAULT_WIRE.load(json.loads(wire), type_) == value


@pytest.mark.parametrize(("type_", "value", "message"), list(rows(PAGE[REFUSED:])))
def test_is_refused(type_, value, message):
    """What the table says is refused is refused, with the message of the table."""
    with pytest.raises(Invalid) as caught:
        DEFAULT_WIRE.load(value, type_)

    assert [problem.message for problem in caught.value.problems] == [message]


def test_rows_are_found():
    """No table was overlooked."""
    assert len(list(rows(PAGE))) == len(re.findall(r"^\| `.+ \| .+ \| `.+ \|$", PAGE, re.MULTILINE)) > 40
