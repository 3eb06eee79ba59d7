"""The wire form is what it has been since each file in `tests/wire/v1` was written."""

from __future__ import annotations

import json

import attrs
import pytest

from tests import strategies
from tests.wire import __main__ as command
from tests.wire import rows
from tests.wire.rows import FOLDER, ROWS


def same(expected, actual):
    """As `strategies.same`; exceptions by class and fields, which is all that comes back."""
    if isinstance(expected, Exception):
        fields = attrs.asdict(expected) if attrs.has(type(expected)) else [expected.args, vars(expected)]
        others = attrs.asdict(actual) if attrs.has(type(actual)) else [actual.args, vars(actual)]
        return type(expected) is type(actual) and fields == others
    return strategies.same(expected, actual)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_written(row):
    """Today's code writes exactly what is in the file."""
    assert rows.path(row).read_text(encoding="utf-8") == rows.text(row)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_read(row):
    """Today's code reads the file as the value that it was written from."""
    assert same(row.value, row.load(json.loads(rows.path(row).read_text(encoding="utf-8"))))


def test_every_file_has_its_row():
    """No file is forgotten."""
    assert sorted(FOLDER.iterdir()) == sorted(rows.path(row) for row in ROWS)


class TestCommand:
    """`python -m tests.wire`."""

    @pytest.fixture
    def folder(self, monkeypatch, tmp_path):
        """An empty folder in place of `v1`."""
        monkeypatch.setattr(rows, "FOLDER", tmp_path)
        return tmp_path

    def test_writes_what_is_new(self, folder):
        """A file for each row."""
        assert command.main() == 0
        assert len(list(folder.iterdir())) == len(ROWS)

    def test_changes_nothing(self, folder, capsys):
        """A file that differs is told and left alone."""
        folder.joinpath("str.json").write_text('"old"\n', encoding="utf-8")

        assert command.main() == 1
        assert folder.joinpath("str.json").read_text(encoding="utf-8") == '"old"\n'
        assert "str.json" in capsys.readouterr().err
