"""docs/reference/wire-format.md shows what the tests of `tests/wire` run: nothing else, nothing less, nothing old."""

from __future__ import annotations

import re

from tests.docs.pages import ROOT
from tests.wire import page

WIRE_FORMAT = (ROOT / "docs" / "reference" / "wire-format.md").read_text("utf-8")
INCLUDED = re.compile(
    r"^```\{include\} wire-format-table\.md\n:start-after: <!-- ([\w-]+) -->\n:end-before: <!-- end of \1 -->\n```$",
    re.MULTILINE,
)


def test_what_is_included_is_up_to_date():
    """If this fails: `python -m tests.wire`."""
    assert page.PAGE.read_text("utf-8") == page.markdown()


def test_every_part_is_included():
    """Each part of the generated file stands on the page, once."""
    parts = re.findall(r"^<!-- end of ([\w-]+) -->$", page.PAGE.read_text("utf-8"), re.MULTILINE)

    assert sorted(parts) == sorted(INCLUDED.findall(WIRE_FORMAT))
    assert len(parts) == WIRE_FORMAT.count("{include}")


def test_no_table_of_types_is_written_by_hand():
    """A row that nothing runs would be wrong one day."""
    assert re.findall(r"^\| type \|", WIRE_FORMAT, re.MULTILINE) == []
