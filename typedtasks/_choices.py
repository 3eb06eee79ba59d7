"""The hooks of enums and literals: one of a few values."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import enum
import functools
import json
import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any, Final, get_args

from cattrs import Converter, StructureHandlerNotFoundError

from ._hooks import converter_with, structure_factory, unstructure_hook
from ._kinds import Kind, Refused, StructureHook, UnstructureHook, json_types
from ._plain import (
    Foreign,
    did_you_mean,
    is_plain,
    shorten,
    type_name,
)
from ._types import enum_members, is_enum, is_literal, plain_type
from ._values import Mismatch

__all__ = ["CHOICES", "literal_values"]

_NONE: Final = type(None)
_HASHED: Final = frozenset({str, int, float, bool, _NONE})


def _key(wire: Any) -> tuple[type, Any]:
    """What a wire value is looked up by. The class counts: True == 1 == 1.0 in Python and not on the wire."""
    return (type(wire), wire if type(wire) in _HASHED else json.dumps(wire, sort_keys=True))


def _structure_choice(type_: Any, choices: Mapping[Any, Any]) -> StructureHook:
    known = [wire for kind, wire in choices if kind is str]

    def structure_choice(value: Any, _: Any) -> Any:
        with suppress(KeyError, TypeError):
            return choices[_key(value)]
        if is_enum(type_) and type(value) is Foreign:  # the caller has members, not their values
            raise Mismatch(type_, value)
        met = value.value if type(value) is Foreign else value
        raise Mismatch(_Choice(type_), value, did_you_mean(met, known) if type(met) is str else "")

    return structure_choice


class _Choice:
    """Shown as the type with the values there are."""

    def __init__(self, type_: Any) -> None:
        self._type = type_

    def __str__(self) -> str:
        name = type_name(self._type)
        if not is_enum(self._type):
            return shorten(name, 200)
        return f"{name}: one of {shorten(', '.join(repr(member.value) for member in self._type), 200)}"


def _value_type(value: Any) -> Any:
    """The type that the value of an enum's member travels as."""
    if isinstance(value, (set, frozenset)):
        raise Refused("", type(value), "the order of a set differs from process to process: use a tuple")
    return types.GenericAlias(tuple, tuple(map(_value_type, value))) if type(value) is tuple else type(value)


def _enum_wires(cls: Any, converter: Converter) -> dict[str, Any]:
    """The wire form of each member, by its name: it need not be hashable."""
    members = enum_members(cls)
    return {member._name_: unstructure_hook(_value_type(member.value), converter)(member.value) for member in members}


def _structure_enum(cls: Any, converter: Converter) -> StructureHook:
    choice = _structure_choice(cls, {_key(wire): cls[name] for name, wire in _enum_wires(cls, converter).items()})
    if not issubclass(cls, enum.Flag):
        return choice

    def structure_flag(value: Any, type_: Any) -> Any:
        if type(value) is int:
            with suppress(ValueError):
                member = cls(value)
                if member.value == value:  # -1 stands for all flags, and is none that was sent
                    return member
        return choice(value, type_)

    return structure_flag


def _unstructure_enum(cls: Any, converter: Converter) -> UnstructureHook:
    if issubclass(cls, enum.Flag):
        return lambda value: value.value if isinstance(value, cls) else Foreign(value)
    wires = _enum_wires(cls, converter)
    return lambda value: wires[value._name_] if type(value) is cls else Foreign(value)


def _enum_children(cls: Any) -> Iterator[tuple[str, Any]]:
    for member in enum_members(cls):
        yield f".{member.name}", _value_type(member.value)
    with suppress(StructureHandlerNotFoundError):  # which the walk will meet
        _check_distinct(cls, _enum_wires(cls, _own_converter()))


def _check_distinct(type_: Any, wires: Mapping[str, Any]) -> None:
    seen: dict[Any, str] = {}
    for name, wire in wires.items():
        if not is_plain(wire):
            raise Refused(f".{name}", type_, "its value is no JSON data, and of no record's or scalar's class")
        first = seen.setdefault(_key(wire), name)
        if first != name:
            raise Refused("", type_, f"{first} and {name} travel as the same value: give them different ones")


@functools.cache
def _own_converter() -> Converter:
    return converter_with(structure_factory)


def _enum_json(cls: Any) -> set[type]:
    found = {kind for member in enum_members(cls) for kind in json_types(_value_type(member.value))}
    return found | {int} if issubclass(cls, enum.Flag) else found


def literal_values(type_: Any) -> tuple[Any, ...]:
    """What is in the brackets, nested ones included."""
    return tuple(
        inner
        for value in get_args(type_)
        for inner in (literal_values(plain_type(value)) if is_literal(plain_type(value)) else (value,))
    )


def _literal_wires(type_: Any, converter: Converter) -> list[tuple[Any, Any]]:
    return [(value, unstructure_hook(type(value), converter)(value)) for value in literal_values(type_)]


def _structure_literal(type_: Any, converter: Converter) -> StructureHook:
    return _structure_choice(type_, {_key(wire): value for value, wire in _literal_wires(type_, converter)})


def _unstructure_literal(type_: Any, converter: Converter) -> UnstructureHook:
    wires = {(type(value), value): wire for value, wire in _literal_wires(type_, converter)}

    def unstructure_literal(value: Any) -> Any:
        with suppress(KeyError, TypeError):
            return wires[type(value), value]
        return Foreign(value)

    return unstructure_literal


def _literal_children(type_: Any) -> Iterator[tuple[str, Any]]:
    if not literal_values(type_):
        raise Refused("", type_, "write at least one value")
    yield from (("", type(value)) for value in literal_values(type_))
    with suppress(StructureHandlerNotFoundError):
        _check_distinct(type_, {repr(value): wire for value, wire in _literal_wires(type_, _own_converter())})


CHOICES: Final = (
    Kind(
        matches=is_enum,
        structure=_structure_enum,
        unstructure=_unstructure_enum,
        json=_enum_json,
        children=_enum_children,
    ),
    Kind(
        matches=is_literal,
        structure=_structure_literal,
        unstructure=_unstructure_literal,
        json=lambda type_: {kind for value in literal_values(type_) for kind in json_types(type(value))},
        children=_literal_children,
    ),
)
