"""The wire form is what it has been since each file in `tests/wire/v1` was written."""

from __future__ import annotations

import dataclasses
import json
from collections import deque
from pathlib import Path
from typing import Any

import attrs
import kombu.utils.json
import msgspec
import pydantic
import pytest

from tests.wire import __main__ as command
from tests.wire import edges, page, rows
from tests.wire.rows import FOLDER, ROWS


def contents(value: Any) -> Any:
    """A value as classes and texts all the way down, so that values that are merely equal differ."""
    cls = type(value)
    parts: Any
    if attrs.has(cls):
        parts = [(field.name, contents(getattr(value, field.name))) for field in attrs.fields(cls)]
    elif dataclasses.is_dataclass(cls):
        parts = [(field.name, contents(getattr(value, field.name))) for field in dataclasses.fields(cls)]
    elif issubclass(cls, msgspec.Struct):
        parts = [(name, contents(getattr(value, name))) for name in cls.__struct_fields__]
    elif issubclass(cls, (pydantic.BaseModel, Exception)):
        parts = [contents(getattr(value, "args", ())), contents(vars(value))]
    elif issubclass(cls, dict):
        factory = getattr(value, "default_factory", None)
        parts = [factory, [(contents(key), contents(item)) for key, item in value.items()]]
    elif issubclass(cls, (set, frozenset)):
        parts = sorted((contents(item) for item in value), key=repr)
    elif issubclass(cls, (list, tuple, deque)):
        parts = [contents(item) for item in value]
    else:
        parts = repr(value)
    return cls, parts


def exact_classes(wire: Any) -> set[type]:
    """The classes of all that is in a tree of lists and dicts, keys included."""
    if type(wire) is list:
        return {list}.union(*map(exact_classes, wire))
    if type(wire) is dict:
        return {dict}.union(*map(exact_classes, [*wire, *wire.values()]))
    return {type(wire)}


@pytest.fixture(params=ROWS, ids=lambda row: row.name)
def row(request) -> rows.Row:
    """Each row."""
    return request.param


def test_written(row):
    """Today's code writes exactly what is in the file."""
    assert rows.path(row).read_text(encoding="utf-8") == rows.text(row)


@pytest.mark.parametrize("loads", [json.loads, kombu.utils.json.loads], ids=["json", "kombu"])
def test_read(row, loads):
    """Today's code reads the file as what it was written from, also after Celery's own JSON has read it."""
    assert contents(row.value) == contents(row.load(loads(rows.path(row).read_text(encoding="utf-8"))))


def test_plain(row):
    """Nothing but JSON's own classes goes out, so that no encoder has to guess."""
    assert exact_classes(row.dump()) <= {dict, list, str, int, float, bool, type(None)}


def test_every_file_has_its_row():
    """No file is forgotten, and no two rows share one."""
    assert sorted(FOLDER.iterdir()) == sorted(rows.path(row) for row in ROWS)


@pytest.mark.parametrize("arriving", edges.ARRIVING, ids=lambda arriving: f"{arriving.annotation} {arriving.source}")
def test_arrives(arriving):
    """What is declared as less than a class arrives as one."""
    assert contents(arriving.expected()) == contents(arriving.travel())


@pytest.mark.parametrize("read", edges.READ, ids=lambda read: f"{read.annotation} {read.json}")
def test_also_read(read):
    """What another or an older sender writes is read too."""
    assert contents(read.expected()) == contents(read.load())


@pytest.mark.parametrize("refused", edges.REFUSED_VALUES, ids=lambda refused: f"{refused.annotation} {refused.source}")
def test_values_are_refused(refused):
    """What would come back as something else does not go out."""
    assert refused.message()


@pytest.mark.parametrize("refused", edges.REFUSED_TYPES, ids=lambda refused: refused.annotation)
def test_types_are_refused(refused):
    """What cannot travel cannot be declared."""
    assert refused.message()


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    """An empty folder in place of `v1`, and another page."""
    folder = tmp_path / "v1"
    folder.mkdir()
    monkeypatch.setattr(rows, "FOLDER", folder)
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    return folder


def test_command_writes_what_is_new(folder):
    """A file for each row, and the page that shows them."""
    assert command.main() == 0
    assert len(list(folder.iterdir())) == len(ROWS)
    assert page.PAGE.read_text(encoding="utf-8") == page.markdown()


def test_command_changes_nothing(folder, capsys):
    """A file that differs is told and left alone."""
    folder.joinpath("str.json").write_text('"old"\n', encoding="utf-8")

    assert command.main() == 1
    assert folder.joinpath("str.json").read_text(encoding="utf-8") == '"old"\n'
    assert "str.json" in capsys.readouterr().err
