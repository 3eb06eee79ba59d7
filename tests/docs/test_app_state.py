"""docs/howto/app-state.md shows what apps lose on their way as they lose it today."""

from __future__ import annotations

from tests import state_table
from tests.docs.pages import ROOT


def test_table_is_up_to_date():
    """If this fails: `python -m tests.state_table`."""
    assert state_table.PAGE.read_text("utf-8") == state_table.markdown()


def test_page_includes_it():
    """The table that the page shows is that one."""
    page = (ROOT / "docs" / "howto" / "app-state.md").read_text("utf-8")

    assert "```{include} ../reference/app-state-table.md\n:start-after: <!-- table -->\n```" in page


def test_command_writes_the_page(tmp_path, monkeypatch):
    """What the failure above tells to run."""
    monkeypatch.setattr(state_table, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(state_table, "markdown", lambda: "text")

    state_table.main([])

    assert (tmp_path / "page.md").read_text("utf-8") == "text"


def test_nothing_of_ours_is_lost():
    """Celery 26: what plain apps lose arrives, but for what is not configuration."""
    rows = [row for row in state_table.cells() if "lost" in row[1] or "raises" in row[1]]

    lost = [row[0] for row in rows if row[2:] != ("kept", "kept")]

    assert len(rows) > len(lost)
    assert lost == ["`add_defaults()`", "`app.steps`", "tasks, which the other process declares as it imports them"]
