"""Every place in a value and in its wire form, and what is wrong there."""

from __future__ import annotations

import copy
import enum
from collections.abc import Callable, Iterator
from pathlib import PurePath
from re import Pattern
from typing import Any, Final, Literal, get_args

import attrs

from tests.strategies_types import (
    ARRAYS,
    MAPPINGS,
    class_of,
    fields_of,
    is_named_tuple,
    is_pairs,
    is_record,
    is_typed_dict,
    is_union,
    json_kinds,
    kind_of_value,
    peel,
)
from typedtasks._plain import show_key, step

__all__ = ["Place", "places"]

_WRONG: Final = (None, True, 7, 0.5, "wrong?", [], {})
_ENVELOPE: Final = {"__type__", "__value__"}
_GONE: Final = object()


@attrs.frozen
class Place:
    """One place in a value.

    Attributes:
        path: The way to it on the wire, below `$`.
        wrong: Some of what is wrong there on the wire.
        put_wire: Makes the whole wire form with something else there.
        put: Makes the whole value with something else there, and the way to it; ``None`` where nothing can be put.
        fields: What is there on the wire if it is the object of a record, which may have keys that no field takes.
        hidden: Whether keys that are there are not shown.
        told: Whether no union is on the way whose members only what is in them tells apart.
    """

    path: str
    wrong: tuple[Any, ...]
    put_wire: Callable[[Any], Any]
    put: Callable[[Any], tuple[Any, str]] | None = None
    told: bool = True
    fields: dict[str, Any] | None = None
    hidden: bool = False

    def inside(self, above: _Step) -> Place:
        """The same place, of the value one level up."""
        put = self.put

        def put_inside(other: Any) -> tuple[Any, str]:
            inner, path = put(other)  # type: ignore[misc]
            whole = above.put(inner)
            if isinstance(whole, (set, frozenset)):  # in an order of its own
                index = next(index for index, item in enumerate(whole) if item is inner)
                return whole, f"[{index}]{path}"
            return whole, above.path + path

        return Place(
            above.path + self.path,
            self.wrong,
            lambda other: above.put_wire(self.put_wire(other)),
            put and put_inside,
            self.told and above.told,
            self.fields,
            self.hidden,
        )


@attrs.frozen
class _Step:
    """What is directly in a value, and how something else gets there."""

    path: str
    type: Any
    value: Any
    wire: Any
    put_wire: Callable[[Any], Any]
    put: Callable[[Any], Any]
    told: bool = True
    hidden: bool = False


def places(type_: Any, value: Any, wire: Any, *, hidden: bool = False) -> Iterator[Place]:
    """Every place in a value.

    Args:
        type_: The type of the value.
        value: The value.
        wire: Its wire form.
        hidden: Whether the keys of its dicts are not shown, as the rest of it.
    """
    members = _members(type_)
    of_value = next(member for member in members if _fits(value, member))
    among_records = sum(map(is_record, members)) > 1
    may_have_more = _has_fields(of_value) and not (among_records and is_typed_dict(of_value))
    fields = wire if may_have_more else None
    yield Place("", _wrong(type_), lambda other: other, lambda other: (other, ""), fields=fields, hidden=hidden)
    show = (lambda _: "[...]") if hidden else show_key
    yield from _broken(of_value, wire, show, told=not among_records)
    for below in _steps(of_value, value, wire, show):
        if among_records and (is_typed_dict(of_value) or class_of(peel(below.type)) is Literal):
            below = attrs.evolve(below, told=False)  # noqa: PLW2901 - the same step
        for place in places(below.type, below.value, below.wire, hidden=hidden or below.hidden):
            yield place.inside(below)


def _has_fields(type_: Any) -> bool:
    """Whether this travels as an object with its own keys: those of kombu's envelope are written otherwise."""
    return is_record(type_) and {field.key for field in fields_of(type_)} != _ENVELOPE


def _wrong(type_: Any) -> tuple[Any, ...]:
    """What has a JSON type that no value of the type has, and texts that say nothing."""
    kinds = json_kinds(type_)
    taken = kinds | ({"int"} if "float" in kinds else set())
    wrong = [other for other in _WRONG if kind_of_value(other) not in taken]
    if kinds == {"str"} and not any(_takes_any_text(member) for member in _members(type_)):
        wrong.append("wrong?")
    return tuple(wrong)


def _takes_any_text(type_: Any) -> bool:
    cls = class_of(type_)
    return cls in (str, Pattern) or (isinstance(cls, type) and issubclass(cls, PurePath))


# -- unions


def _members(type_: Any) -> list[Any]:
    """The types that a union is made of, all wrappers off; of another type itself."""
    type_ = peel(type_)
    return [each for arg in get_args(type_) for each in _members(arg)] if is_union(type_) else [type_]


def _fits(value: Any, type_: Any) -> bool:
    """Whether a value is of a member of a union, as far as this must be looked at."""
    cls = class_of(type_)
    if type_ is Any or type_ is object:
        return True
    if cls is Literal:
        return any(type(value) is type(arg) and value == arg for arg in get_args(type_))
    if is_typed_dict(type_) and type(value) is dict:
        fields = fields_of(type_)
        known, required = {field.name for field in fields}, {field.name for field in fields if field.required}
        kinds = [field for field in fields if class_of(peel(field.type)) is Literal and field.name in value]
        return required <= value.keys() <= known and all(_fits(value[kind.name], peel(kind.type)) for kind in kinds)
    if issubclass(cls, (PurePath, enum.Enum)):
        return isinstance(value, cls)
    return type(value) is ARRAYS.get(cls, MAPPINGS.get(cls, cls))


# -- what is below


def _steps(type_: Any, value: Any, wire: Any, show: Callable[[str], str]) -> Iterator[_Step]:
    cls, args = class_of(type_), get_args(type_)
    if _has_fields(type_):
        yield from _fields(type_, value, wire)
    elif is_named_tuple(type_):
        for index, field in enumerate(fields_of(type_)):
            yield _Step(
                step(field.name),
                field.type,
                value[index],
                wire[index],
                lambda other, index=index: [*wire[:index], other, *wire[index + 1 :]],
                lambda other, name=field.name: value._replace(**{name: other}),
            )
    elif cls in MAPPINGS:
        yield from _items(type_, value, wire, show)
    elif cls in ARRAYS or cls is tuple:
        items = list(value)
        inner = args[:1] * len(items) if cls in ARRAYS or args[-1:] == (...,) else args
        for index, item in enumerate(items):
            yield _Step(
                f"[{index}]",
                inner[index],
                item,
                wire[index],
                lambda other, index=index: [*wire[:index], other, *wire[index + 1 :]],
                lambda other, index=index: type(value)([*items[:index], other, *items[index + 1 :]]),
            )


def _fields(type_: Any, value: Any, wire: Any) -> Iterator[_Step]:
    for field in fields_of(type_):
        if field.key in wire:
            yield _Step(
                step(field.key),
                field.type,
                value[field.name] if isinstance(value, dict) else getattr(value, field.name),
                wire[field.key],
                lambda other, field=field: {**wire, field.key: other},
                lambda other, field=field: _with(value, field.name, other),
                hidden=field.hidden,
            )


def _items(type_: Any, value: Any, wire: Any, show: Callable[[str], str]) -> Iterator[_Step]:
    key_type, inner = (*get_args(type_), int)[:2]
    if is_pairs(key_type):
        for index, (key, item) in enumerate(value.items()):
            pair = wire[index]
            yield _Step(
                f"[{index}][1]",
                inner,
                item,
                pair[1],
                lambda other, index=index, pair=pair: [*wire[:index], [pair[0], other], *wire[index + 1 :]],
                lambda other, key=key: _with(value, key, other),
            )
    elif wire.keys() != _ENVELOPE and set(value) != _ENVELOPE:  # else what travels is something else
        for (key, item), on_wire in zip(value.items(), wire, strict=True):
            yield _Step(
                show(on_wire),
                inner,
                item,
                wire[on_wire],
                lambda other, on_wire=on_wire: {**wire, on_wire: other},
                lambda other, key=key: _with(value, key, other),
            )


def _with(holder: Any, name: Any, value: Any) -> Any:
    """A copy of a record or dict, frozen or not, with another value in a field."""
    changed = copy.copy(holder)
    if isinstance(holder, dict):
        changed[name] = value
    else:
        object.__setattr__(changed, name, value)
    return changed


def _broken(type_: Any, wire: Any, show: Callable[[str], str], *, told: bool) -> Iterator[Place]:
    """Places with something missing, and keys of dicts that are none."""
    if _has_fields(type_):
        for field in fields_of(type_):
            if field.required and field.argument and field.key in wire:
                rest = {key: item for key, item in wire.items() if key != field.key}
                yield Place(step(field.key), (_GONE,), lambda _, rest=rest: rest, told=told)
    elif class_of(type_) in MAPPINGS and type(wire) is dict and wire.keys() != _ENVELOPE:
        key_type = get_args(type_)[0]
        if not any(map(_takes_any_text, _members(key_type))):
            for key in wire:
                rest = {(other if other != key else "wrong?"): item for other, item in wire.items()}
                yield Place(show("wrong?"), (_GONE,), lambda _, rest=rest: rest)
