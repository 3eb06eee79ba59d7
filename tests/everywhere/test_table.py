"""docs/reference/modes.md shows what the cases and tables here say: nothing else, nothing less, nothing old."""

from __future__ import annotations

import re

from tests.everywhere import table

MODES = table.PAGE.with_name("modes.md").read_text("utf-8")
INCLUDED = re.compile(
    r"^```\{include\} modes-table\.md\n:start-after: <!-- ([\w-]+) -->\n:end-before: <!-- end of \1 -->\n```$",
    re.MULTILINE,
)


def test_what_is_included_is_up_to_date() -> None:
    """If this fails: `python -m tests.everywhere.table`."""
    assert table.PAGE.read_text("utf-8") == table.markdown()


def test_every_part_is_included() -> None:
    """Each part of the written file stands on the page, once."""
    parts = re.findall(r"^<!-- end of ([\w-]+) -->$", table.PAGE.read_text("utf-8"), re.MULTILINE)

    assert sorted(parts) == sorted(INCLUDED.findall(MODES))
    assert len(parts) == MODES.count("{include}")
