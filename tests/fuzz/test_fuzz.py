"""The search without the search: what it begins with holds, and what it looks for would be seen."""

from __future__ import annotations

import importlib.util
import random
from decimal import Decimal
from typing import Any

import attrs
import pytest

from tests.fuzz import __main__ as command
from tests.fuzz import seeds
from tests.fuzz.comparing import changes, same
from tests.fuzz.mutation import Mutator
from tests.fuzz.signatures import CALLS, CODECS
from tests.fuzz.target import Finding, check_error, check_input, check_message
from typedtasks import InvalidArguments, Problem, make_converter
from typedtasks._codec import TaskCodec
from typedtasks._wire import Wire, WireSettings


@pytest.fixture(scope="module")
def inputs():
    """What the search begins with."""
    return list(seeds.seeds())


@pytest.mark.parametrize("name", CODECS)
def test_calls(name):
    """The calls of each task are taken, and arrive as they were sent."""
    for call in CALLS[name]:
        assert check_input(seeds.LETTERS[name] + seeds.body(*CODECS[name].encode_arguments(*call, exact=True)))


def test_seeds(inputs):
    """What is known to be difficult is taken or refused as it must be: a part of it, the search takes all."""
    assert sum(map(check_input, inputs[::10])) > 200


def test_mutations(inputs):
    """What becomes of the seeds holds too; the search itself goes on for minutes."""
    chance = random.Random(0)  # noqa: S311 - no secret
    mutate = Mutator(lambda data, size: bytes(reversed(data))[:size])
    known = [*inputs]

    taken = 0
    for _ in range(2_000):
        data = mutate(chance.choice(known), command.MAX_BYTES, chance.getrandbits(32))
        taken += check_input(data)
        known.append(data)

    assert taken > 100
    assert max(map(len, known)) <= command.MAX_BYTES


def _with_hooks(name: str, type_: Any, structure: Any = None, unstructure: Any = None) -> TaskCodec:
    """A task with a converter that does something wrong."""
    converter = make_converter()
    if structure:
        converter.register_structure_hook(type_, structure)
    if unstructure:
        converter.register_unstructure_hook(type_, unstructure)
    return attrs.evolve(CODECS[name], wire=Wire(WireSettings(converter=converter)))


@pytest.mark.parametrize(
    ("codec", "body"),
    [
        (_with_hooks("int", int, structure=lambda value, _: int(value)), b'[["7"],{},{}]'),
        (_with_hooks("int", int, structure=lambda value, _: value + 1), b"[[7],{},{}]"),
        (_with_hooks("str", str, structure=lambda value, _: value.strip()), b'[[" x"],{},{}]'),
        (
            _with_hooks("decimal", Decimal, lambda value, _: Decimal(value), lambda value: str(value.normalize())),
            b'[[["1.50"]],{},{}]',
        ),
    ],
    ids=["coerced", "changed", "stripped", "shortened"],
)
def test_finds(codec, body):
    """Each of these mistakes is a finding."""
    with pytest.raises(Finding):
        check_message(codec, body)


@pytest.mark.parametrize(
    ("sent", "wire", "exact"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, True),
        ([1, 2], [1, 3], False),
        ([1, 2], [1], False),
        ([1, 2], [2, 1], False),
        (1, True, False),
        (1, "1", False),
        ([1, "2"], ["1", 2], False),
        ("1.50", "1.5", False),
        (1.0, 1, False),
        (-0.0, 0.0, False),
        ("x", "X", False),
        (None, False, False),
    ],
)
def test_sees_changes(sent, wire, exact):
    """What is no spelling of the same."""
    assert list(changes(sent, wire, exact=exact))


@pytest.mark.parametrize(
    ("sent", "wire", "exact"),
    [
        ({"a": 1, "b": 2}, {"a": 1}, False),
        ({"a": 1}, {"a": 1, "b": None}, True),
        (["x"], ["x", 0.0], True),
        (1, 1.0, True),
        ("1e3", "1E+3", True),
        ({"2024-01-01T00:00:00Z": 1}, {"2024-01-01T00:00:00+00:00": 1}, True),
    ],
)
def test_sees_no_changes(sent, wire, exact):
    """What is documented to be the same."""
    assert list(changes(sent, wire, exact=exact)) == []


def test_sets_have_no_order():
    """Nor an item twice; what is in them counts."""
    assert list(changes(["1e3", ["x"], "1e3"], [["x"], "1E+3"], exact=True, ordered=False)) == []
    assert list(changes(["1e3", ["x"]], [["x"], "1E+4"], exact=True, ordered=False))


@pytest.mark.parametrize(
    ("expected", "actual"),
    [(1, True), (0.0, -0.0), (Decimal(1), Decimal("1.0")), ([1], (1,)), ([1], [1, 2]), ({1}, {2}), ("x", "y")],
)
def test_same_is_exact(expected, actual):
    """What Python calls equal is not always the same."""
    assert same(expected, expected)
    assert not same(expected, actual)


@pytest.mark.parametrize(
    "problems",
    [
        (Problem("$", "x" * 2_000),),
        (Problem("$", "\n".join("x" * 30)),),
        (Problem("$.\ud800", "missing"),),
        (Problem("$", "missing"), object()),
    ],
    ids=["long", "lines", "surrogate", "no JSON"],
)
def test_finds_bad_errors(problems):
    """An error that could not be printed, stored or read."""
    with pytest.raises((Finding, TypeError)):
        check_error(InvalidArguments("task", problems))


def test_command_runs_an_input_again(tmp_path, capsys):
    """For which the fuzzer is not needed."""
    file = tmp_path / "crash"
    file.write_bytes(b"a[[],{},{}]")

    assert command.main([str(file)]) == 0
    assert capsys.readouterr().out == "task: scalars\nbody: b'[[],{},{}]'\n"


def test_command_needs_atheris(monkeypatch, capsys):
    """Where there is none it says so."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)

    with pytest.raises(SystemExit):
        command.main([])

    assert "atheris is not installed" in capsys.readouterr().err
