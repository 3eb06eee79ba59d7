"""Values of a type, and whether two of them are the same."""

from __future__ import annotations

import collections
import dataclasses
import enum
import inspect
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import Any, Literal, get_args

import attrs
from hypothesis import strategies as st

from tests import scalars
from tests import strategies_classes as classes
from tests.strategies_types import (
    ARRAYS,
    MAPPINGS,
    SETS,
    class_of,
    fields_of,
    is_named_tuple,
    is_record,
    is_union,
    json_kinds,
    peel,
)

__all__ = ["ENUMS", "SCALARS", "plain_data", "same", "values"]

ENUMS: dict[Any, st.SearchStrategy[Any]] = {
    **{cls: st.sampled_from(cls) for cls in classes.ENUMS},
    classes.Mode: st.sampled_from([*classes.Mode, classes.Mode(0), classes.Mode.READ | classes.Mode.WRITE]),
}

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    **scalars.SCALARS,
    float: st.floats(),
    complex: st.complex_numbers(),
    Decimal: scalars.SCALARS[Decimal] | st.decimals(),
}
"""Values of each class that travels as one JSON value, NaN among them."""

_FINITE = st.floats(allow_nan=False, allow_infinity=False)
_HIJACKED = st.sampled_from(["__type__", "__value__", "$type", "$model"])
_KEYS = st.text(max_size=5) | _HIJACKED
plain_data = st.recursive(
    st.none() | st.booleans() | st.integers() | _FINITE | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(_KEYS, inner, max_size=3)
        | st.fixed_dictionaries({"__type__": inner, "__value__": inner})
    ),
    max_leaves=5,
)
"""What `Any` takes."""

_DRAWN: dict[Any, st.SearchStrategy[Any]] = {
    **SCALARS,
    Any: plain_data,
    object: plain_data,
    classes.Parcel: st.builds(classes.Parcel, SCALARS[str], scalars.SCALARS[Decimal]),
}
_WITHOUT_NAN = {**_DRAWN, **scalars.SCALARS}
_SIZES = st.sampled_from([0, 1, 1, 2, 3])
_COUNTS = st.integers(-1, 10**20)
#: How deep values go where the type sets no limit.
_ROOM = 4
_NOTHING = object()


@st.composite
def values(draw: st.DrawFn, type_: Any, *, hashable: bool = False) -> Any:
    """Values of a type.

    Args:
        draw: Given by Hypothesis.
        type_: The type.
        hashable: Whether they are for sets and keys of dicts: without NaN, which is equal to nothing.
    """
    return _Values(draw).of(type_, _ROOM, hashable)


def _flat(type_: Any) -> list[Any]:
    """The members of a union, those of the unions in it among them."""
    type_ = peel(type_)
    return [each for arg in get_args(type_) for each in _flat(arg)] if is_union(type_) else [type_]


@attrs.frozen
class _Values:
    draw: st.DrawFn

    def of(self, type_: Any, room: int, hashable: bool = False) -> Any:
        type_ = peel(type_)
        cls = class_of(type_)
        drawn = _WITHOUT_NAN if hashable else _DRAWN
        if cls in drawn:
            return self.draw(drawn[cls])
        if isinstance(cls, enum.EnumMeta):
            return self._member(cls)
        if cls is Literal:
            return self.draw(st.sampled_from(get_args(type_)))
        if is_union(type_):
            return self._of_union(tuple(_flat(type_)), room, hashable)
        if is_record(type_) or is_named_tuple(type_):
            return self._record(type_, room - 1, hashable)
        return self._container(cls, get_args(type_), room - 1, hashable)

    def _member(self, cls: Any) -> Any:
        if cls in ENUMS:
            return self.draw(ENUMS[cls])
        member = self.draw(st.sampled_from(list(cls)))
        return member | self.draw(st.sampled_from([cls(0), *cls])) if issubclass(cls, enum.Flag) else member

    def _of_union(self, members: tuple[Any, ...], room: int, hashable: bool) -> Any:
        if room <= 0:  # the first that is not a record, else the first: else a recursive type would never end
            member = min(members, key=lambda member: is_record(peel(member)) or is_named_tuple(peel(member)))
            member = type(None) if type(None) in members else member
        else:
            member = self.draw(st.sampled_from(members))
        if peel(member) is float and any("str" in json_kinds(other) for other in members):
            return self.draw(_FINITE)  # whose name on the wire would be a str
        return self.of(member, room, hashable)

    def _record(self, type_: Any, room: int, hashable: bool) -> Any:
        arguments = {}
        for field in fields_of(type_):
            if field.argument is None or (not field.required and (room <= 0 or not self.draw(st.booleans()))):
                continue
            arguments[field.argument] = self.of(field.type, room, hashable)
        cls = class_of(type_)
        arguments |= {name: self.draw(SCALARS[of]) for name, of in getattr(cls, "INIT_ONLY", {}).items()}
        record = cls(**arguments)
        for field in fields_of(type_):
            if field.argument is None and self.draw(st.booleans()):
                with suppress(AttributeError):  # of a frozen one
                    setattr(record, field.name, self.of(field.type, room, hashable))
        return record

    def _container(self, cls: Any, args: tuple[Any, ...], room: int, hashable: bool) -> Any:
        if cls is tuple and args[-1:] != (...,):
            return tuple(
                self.of(arg, room, hashable) for arg in args if arg != ()
            )  # as Python 3.10 has it in `Tuple[()]`
        size = self.draw(_SIZES) if room > 0 else 0
        if cls in MAPPINGS:
            counted = cls is collections.Counter
            pairs = [
                (self.of(args[0], room, True), self.draw(_COUNTS) if counted else self.of(args[1], room))
                for _ in range(size)
            ]
            return (
                collections.defaultdict(_factory(args[1]), pairs)
                if cls is collections.defaultdict
                else MAPPINGS[cls](dict(pairs))
            )
        make = ARRAYS.get(cls, tuple)
        return make(self.of(args[0], room, hashable or make in SETS) for _ in range(size))


def _factory(type_: Any) -> Callable[[], Any] | None:
    """The factory of a `defaultdict` that arrives: the class of its values where there is one."""
    cls = class_of(peel(type_))
    made = (
        isinstance(cls, type) and cls not in (Any, object) and not is_union(peel(type_)) and not inspect.isabstract(cls)
    )
    return cls if made else None


def same(expected: Any, actual: Any) -> bool:
    """Whether two values are equal and of the same classes all the way down."""
    cls = type(expected)
    if cls is not type(actual):
        return False
    if isinstance(expected, dict):
        made_alike = getattr(expected, "default_factory", None) is getattr(actual, "default_factory", None)
        return made_alike and same(list(expected.items()), list(actual.items()))
    if isinstance(expected, (list, tuple, collections.deque)):
        bounded_alike = getattr(expected, "maxlen", None) == getattr(actual, "maxlen", None)
        return bounded_alike and len(expected) == len(actual) and all(map(same, expected, actual))
    if isinstance(expected, (set, frozenset)):
        return len(expected) == len(actual) and all(any(same(one, other) for other in actual) for one in expected)
    if attrs.has(cls) or dataclasses.is_dataclass(cls):
        fields = attrs.fields(cls) if attrs.has(cls) else dataclasses.fields(cls)
        return all(
            same(getattr(expected, field.name, _NOTHING), getattr(actual, field.name, _NOTHING)) for field in fields
        )
    return _same_scalar(expected, actual)


def _same_scalar(expected: Any, actual: Any) -> bool:
    if isinstance(
        expected, (float, complex, Decimal)
    ):  # NaN, -0.0, Decimal("1.0"): equality says too little or too much
        return repr(expected) == repr(actual)
    return bool(expected == actual) and (isinstance(expected, int) or str(expected) == str(actual))
