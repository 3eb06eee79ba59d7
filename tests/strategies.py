"""Hypothesis strategies for every type that can travel: its values, and types and records built at random."""

from __future__ import annotations

import copy
import enum
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, get_args, get_origin
from uuid import UUID

import attrs
from hypothesis import strategies as st

__all__ = ["ENUMS", "SCALARS", "places", "record_classes", "same", "typed_values", "types", "values"]


class Plain(enum.Enum):
    """Values of several types."""

    TEXT = "text"
    NUMBER = 1
    HALF = 0.5
    YES = True
    ALSO_YES = True  # noqa: PIE796 - on purpose


class Mixed(str, enum.Enum):
    """Members that are strings too."""

    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    """Members that are integers too."""

    LOW = 1
    HIGH = 2


class Mode(enum.Flag):
    """Members that add up."""

    READ = 1
    WRITE = 2


ENUMS: dict[Any, st.SearchStrategy[Any]] = {
    Plain: st.sampled_from(Plain),
    Mixed: st.sampled_from(Mixed),
    Level: st.sampled_from(Level),
    Mode: st.sampled_from([Mode(0), Mode.READ, Mode.WRITE, Mode.READ | Mode.WRITE]),
}

# In whole seconds: `fromisoformat` itself takes an offset of less than one for UTC.
_OFFSETS = st.none() | st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))

SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=10),
    int: st.integers() | st.integers(10**49, 10**50),
    bool: st.booleans(),
    type(None): st.none(),
    float: st.floats(allow_nan=False),
    bytes: st.binary(max_size=10),
    Decimal: st.decimals(allow_nan=False),
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=_OFFSETS),
    date: st.dates(),
    time: st.times(timezones=_OFFSETS),
    timedelta: st.timedeltas(),
}

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
_KEYS: tuple[Any, ...] = (str, UUID, Decimal, date, datetime, time, Mixed)


def types(*, depth: int = 2) -> st.SearchStrategy[Any]:
    """Types: scalars, enums, `Any`, records built at random, and containers of these, `depth` of them in each other."""
    leaves = st.sampled_from([*SCALARS, *ENUMS, Any])
    if depth == 0:
        return leaves
    inner = st.deferred(lambda: types(depth=depth - 1))
    return st.one_of(
        leaves,
        record_classes(depth=depth - 1),
        inner.map(lambda item: list[item]),
        inner.map(lambda item: tuple[item, ...]),
        st.lists(inner, max_size=3).map(lambda items: tuple[tuple(items)]),
        st.tuples(st.sampled_from(_KEYS), inner).map(lambda pair: dict[pair]),
        inner.filter(lambda item: item not in {type(None), Any}).map(lambda item: item | None),
    )


@st.composite
def record_classes(draw: st.DrawFn, *, depth: int = 1) -> type[Any]:
    """Attrs classes of up to four fields and, at times, a base class with more."""
    options: dict[str, Any] = draw(
        st.fixed_dictionaries({"frozen": st.booleans(), "slots": st.booleans(), "kw_only": st.booleans()})
    )
    names = ["a", "b_c", "_private", "self_"]
    bases: tuple[type[Any], ...] = ()
    if depth > 0 and draw(st.booleans()):
        # Slots only where the base has them, and frozen only with a frozen one: attrs' own rules.
        options |= {"frozen": False, "slots": False, "kw_only": True}
        bases = (attrs.make_class("Base", {"base": attrs.field(type=draw(types(depth=0)))}, kw_only=True),)
    fields: dict[str, Any] = {}
    for name in names[: draw(st.integers(0, len(names)))]:
        type_ = draw(types(depth=depth))
        makes: list[Callable[[], Any]] = [lambda type_=type_: attrs.field(type=type_)]
        if options["kw_only"]:
            makes += [lambda type_=type_: attrs.field(type=type_, alias="ALIAS")] if name == "a" else []
            makes += [lambda type_=type_: attrs.field(type=type_, default=draw(values(type_)))]
        fields[name] = draw(st.sampled_from(makes))()
    if not options["frozen"] and draw(st.booleans()):
        fields["computed"] = attrs.field(type=int, init=False, default=7)
    return attrs.make_class("Record", fields, bases=bases, **options)


def values(type_: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind of type
    """Values of a type."""
    if type_ is Any:
        return _JSON
    if type_ in SCALARS:
        return SCALARS[type_]
    if type_ in ENUMS:
        return ENUMS[type_]
    if attrs.has(type_):
        fields = {field.alias: values(field.type) for field in attrs.fields(type_) if field.init}
        return st.fixed_dictionaries(fields).map(lambda arguments: type_(**arguments))
    origin, args = get_origin(type_), get_args(type_)
    if origin is list:
        return st.lists(values(args[0]), max_size=3)
    if origin is tuple:
        if args[-1:] == (...,):
            return st.lists(values(args[0]), max_size=3).map(tuple)
        return st.tuples(*map(values, args))
    if origin is dict:
        return st.dictionaries(values(args[0]), values(args[1]), max_size=3)
    return st.none() | values(next(arg for arg in args if arg is not type(None)))


@st.composite
def typed_values(draw: st.DrawFn) -> tuple[Any, Any]:
    """A type built at random and a value of it."""
    type_ = draw(types())
    return type_, draw(values(type_))


def same(expected: Any, actual: Any) -> bool:
    """Whether two values are equal and of the same classes all the way down."""
    if type(expected) is not type(actual):
        return False
    if attrs.has(type(expected)):
        names = [field.name for field in attrs.fields(type(expected))]
        return all(same(getattr(expected, name), getattr(actual, name)) for name in names)
    if isinstance(expected, dict):
        return same(list(expected.items()), list(actual.items()))
    if isinstance(expected, (list, tuple)):
        return len(expected) == len(actual) and all(map(same, expected, actual))
    # By text too: 0.0 == -0.0, and Decimal("1") == Decimal("1.0").
    return bool(expected == actual) and str(expected) == str(actual)


def places(  # noqa: C901 - one branch for each kind of type
    type_: Any, value: Any, dump_key: Callable[[Any, Any], str]
) -> Iterator[tuple[str, Callable[[Any], Any]]]:
    """Every place in a value: its path below `$`, and the whole value with something else put there.

    Args:
        type_: The type of the value.
        value: The value.
        dump_key: Makes a key of a dict and its type the key on the wire.
    """
    yield "", lambda other: other
    origin, args = get_origin(type_), get_args(type_)
    if attrs.has(type_):
        for field in attrs.fields(type_):
            for path, put in places(field.type, getattr(value, field.name), dump_key):
                yield f".{field.alias}{path}", lambda other, name=field.name, put=put: _with(value, name, put(other))
    elif origin is dict:
        for key, item in value.items():
            for path, put in places(args[1], item, dump_key):
                yield f"[{dump_key(key, args[0])!r}]{path}", lambda other, key=key, put=put: {**value, key: put(other)}
    elif origin in {list, tuple}:
        inner = args if origin is tuple and args[-1:] != (...,) else args[:1] * len(value)
        for index, item in enumerate(value):
            for path, put in places(inner[index], item, dump_key):
                yield (
                    f"[{index}]{path}",
                    lambda other, index=index, put=put: origin([*value[:index], put(other), *value[index + 1 :]]),
                )
    elif type(None) in args and value is not None:
        inner_type = next(arg for arg in args if arg is not type(None))
        yield from ((path, put) for path, put in places(inner_type, value, dump_key) if path)


def _with(record: Any, name: str, value: Any) -> Any:
    """A copy of a record, frozen or not, with another value in a field."""
    changed = copy.copy(record)
    object.__setattr__(changed, name, value)
    return changed
