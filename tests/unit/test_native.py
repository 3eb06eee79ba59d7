"""What msgspec makes of wire form, where it is asked at all, is what our own hooks make of it."""

from __future__ import annotations

import abc
import collections
import dataclasses
import enum
import functools
import json
import re
from collections.abc import (
    Callable,
    Collection,
    Iterable,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, Generic, Literal, NamedTuple, NewType, TypeVar, get_args
from uuid import UUID

import attr
import attrs
import msgspec
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from typing_extensions import NotRequired, Self, TypedDict

from tests import strategies
from tests.unit.helpers import numbered
from typedtasks._choices import literal_values
from typedtasks._fields import fields_of
from typedtasks._hooks import converter_with, structure_factory, structure_hook
from typedtasks._native import Doubt, native_structure
from typedtasks._plain import Foreign
from typedtasks._types import is_any, is_enum, is_literal, is_union, origin_of, plain_type
from typedtasks._values import Mismatch
from typedtasks._wire import Wire

T = TypeVar("T")
D = TypeVar("D", bound=Decimal)


@functools.cache
def native(type_: Any) -> Callable[[Any], Any] | None:
    """The native function of a type, where the user has no hooks."""
    return native_structure(type_, lambda _: True)


@functools.cache
def of_hooks(type_: Any) -> Callable[[Any], Any]:
    """The function that the hooks are."""
    hook = structure_hook(type_, converter_with(structure_factory))
    return lambda value: hook(value, type_)


def shape(value: Any) -> Any:
    """An object and all in it with their classes; what is no attribute of a record where it should be is missing."""
    kind = type(value)
    if isinstance(value, enum.Enum):
        return kind, value.name
    if isinstance(value, dict):
        return kind, [(shape(key), shape(item)) for key, item in value.items()]
    if isinstance(value, (list, tuple)):
        return kind, list(map(shape, value))
    if isinstance(value, (set, frozenset)):
        return kind, sorted(map(repr, map(shape, value)))
    if attrs.has(kind) or dataclasses.is_dataclass(kind):
        fields = {field.name: shape(getattr(value, field.name)) for field in fields_of(kind)}
        return kind, fields, sorted(getattr(value, "__dict__", ()))
    return kind, repr(value)  # which tells -0.0 from 0.0, and Decimal("1") from Decimal("1.0")


# -- types that are native ---------------------------------------------------------------------------------------------


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"
    ROUGE = "red"  # noqa: PIE796 - on purpose


class Mixed(str, enum.Enum):
    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    LOW = -1
    HIGH = 2**40


class OwnNew(enum.Enum):
    ONE = ("one", 1)

    def __new__(cls, value: str, number: int) -> Self:
        member = object.__new__(cls)
        member._value_ = value
        return member


@attrs.define
class Line:
    price: Decimal
    qty: int = 1
    placed: datetime | None = None


@attr.s(auto_attribs=True)
class Auto:
    name: str
    lines: list[Line] = attr.ib(factory=list)


@attr.s
class Annotations:
    number: int = attr.ib()
    note: str | None = attr.ib(default=None)


@attrs.frozen(kw_only=True)
class Frozen:
    ratio: float
    tags: tuple[str, ...] = ()


@attrs.define(slots=False)
class Dict:
    number: int
    data: Any = None


@attrs.define(eq=False, on_setattr=attrs.setters.frozen)
class Setters:
    number: int = attrs.field(validator=attrs.validators.instance_of(int))


@attrs.define
class Child(Line):
    note: Annotated[str, "a note"] = ""


class Undecorated(Child):
    pass


class Abstract(abc.ABC):
    @abc.abstractmethod
    def method(self) -> None: ...


@attrs.define
class Concrete(Abstract):
    number: int

    def method(self) -> None: ...


@attrs.define
class Page(Generic[T]):
    items: list[T]
    number: Final[int] = 0


@attrs.define
class OrderPage(Page[Line]):
    more: bool = False


@attrs.define
class Bound(Generic[D]):
    total: D


@attrs.define
class Names:
    """Names that the generated code has too."""

    wire: Decimal
    made: Decimal
    text: dict[str, Decimal]
    zip: list[Line]
    type: float
    convert: UUID


@attrs.define
class Strings:
    """Strings in strings, as the annotations of this module are strings already."""

    line: "Line"
    lines: "list[Line] | None" = None


@attrs.define
class Constrained:
    text: Annotated[str, msgspec.Meta(max_length=10, title="a text")]


Made = attrs.make_class(
    "Made", {"a": attrs.field(type=Decimal), "_b": attrs.field(type=int, alias="_b")}, kw_only=True, frozen=True
)


@dataclasses.dataclass
class Data:
    total: Decimal
    qty: int = 1
    parts: list[float] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class FrozenData:
    total: Decimal
    note: str | None = None


@dataclasses.dataclass(slots=True, kw_only=True)
class SlotsData:
    total: Decimal
    qty: int = 1

    def __post_init__(self) -> None: ...


class Point(NamedTuple):
    x: float
    y: Decimal = Decimal(0)


class Loose(TypedDict):
    a: Decimal
    b: NotRequired[float]
    c: int


NATIVE: list[Any] = [
    *(str, int, bool, float, bytes, Decimal, UUID, datetime, date, time, timedelta, None, Any, object),
    *(Color, Mixed, Level, OwnNew, Literal["a", "b"], Literal[1, 2], NewType("New", int), Annotated[int, "x"]),
    *(Line, Auto, Annotations, Frozen, Dict, Setters, Child, Undecorated, Concrete, Page[Line], Page, OrderPage),
    *(Bound, Bound[Decimal], Names, Strings, Constrained, Made),
    *(Data, FrozenData, SlotsData, Point, Loose),
    *(
        list,
        tuple,
        dict,
        list[Decimal],
        list[float],
        tuple[float, ...],
        set[Decimal],
        set[float],
        set[str | None],
        frozenset[date],
    ),
    *(Sequence[Decimal], MutableSequence[int], Collection[int], AbstractSet[int], MutableSet[str], tuple[Decimal, ...]),
    *(tuple[()], tuple[int, Decimal | None], tuple[float], list[tuple[Decimal, list[time]]]),
    *(dict[str, Decimal], Mapping[str, int], MutableMapping[str, timedelta], dict[Any, int], dict[str, Any]),
    *(dict[Color, float], dict[Mixed, Line], dict[date, Any], dict[Literal["a", "b"], int]),
    *(int | None, Line | None, Any | None, int | str, int | float, Decimal | int | None, Line | list[Decimal] | str),
    *(float | bool, UUID | float, Loose | list[int], Annotated[int | None, "x"] | str),
]
PARAMETERS = numbered((type_,) for type_ in NATIVE)

# -- and their wire forms ----------------------------------------------------------------------------------------------

OFFSETS = st.none() | st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TEXTS = st.text(max_size=5)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS
SCALARS: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: st.integers(),
    bool: st.booleans(),
    type(None): st.none(),
    float: st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53),
    bytes: st.binary(max_size=4).map(msgspec.to_builtins),
    Decimal: st.decimals(allow_nan=False).map(str),
    UUID: st.uuids().map(str),
    datetime: st.datetimes(timezones=OFFSETS).map(datetime.isoformat),
    date: st.dates().map(date.isoformat),
    time: st.times(timezones=OFFSETS).map(time.isoformat),
    timedelta: st.timedeltas().map(msgspec.to_builtins),
}


def wires(type_: Any) -> st.SearchStrategy[Any]:  # noqa: PLR0911 - one for each kind of type
    """Wire forms as our own senders write them."""
    type_ = plain_type(type_)
    origin, args = origin_of(type_), get_args(type_)
    if type_ in SCALARS:
        return SCALARS[type_]
    if is_any(type_):
        return PLAIN
    if is_enum(type_) or is_literal(type_):
        return st.sampled_from([*literal_values(type_)] or [member.value for member in type_])
    if is_union(type_):
        return st.one_of(map(wires, args))
    if isinstance(origin, type) and (issubclass(origin, Mapping) and origin is not Loose):
        key, inner = args or (str, Any)
        return st.dictionaries(wires(str if is_any(key) else key), wires(inner), max_size=3)
    if origin is tuple and args[-1:] != (...,) and type_ is not tuple:
        return st.tuples(*map(wires, args)).map(list)
    if isinstance(origin, type) and issubclass(origin, Collection) and origin not in (Point, Loose):
        inner = args[0] if args else Any
        return st.lists(wires(inner), max_size=3, unique_by=Decimal if type_ == set[Decimal] else None)
    fields = fields_of(type_)
    items = st.tuples(*(wires(field.type) for field in fields))
    if origin is Point:
        return items.map(list)
    return items.map(lambda values: dict(zip((field.key for field in fields), values, strict=True)))


STRANGE: list[Any] = [
    *(None, True, False, 0, 1, -1, 7, 2**53 + 1, 2**63, -(2**70), 10**400, 0.0, -0.0, 1.0, 1.5),
    *(float("nan"), float("inf"), -float("inf"), "", "a", "red", "1", " 1", "1_000", "+1", ".5", "1.", "007", "1e5"),
    *("NaN", "sNaN", "nan", "Infinity", "-Infinity", "inf", "\u0661", "1E+999999999999999999999", "\ud800", "a\0b"),
    *("2020-02-29", "2021-02-29", "20200229", "0000-01-01", "2020-02-29\0", "2020-02-29T", "2020-02-29T01:02"),
    *("2020-02-29T01:02:03", "2020-02-29 01:02:03.123456Z", "2020-02-29t01:02:03z", "2020-02-29T01:02:03.1234567"),
    *("2020-02-29T01:02:03.9999999Z", "2020-02-29T24:00:00", "2020-02-29T01:02:03\0", "2020-02-29T01:02:03.12\0Z"),
    *("2020-02-29T01:02:03+0230", "2020-02-29T01:02:03+24:00", "2020-02-29T01:02:03-00:00", "2020-02-29T01:02:60"),
    *("2020-02-29T01:02:03+01:00:30", "2020-02-29T01:02:03.Z", "01:02:03", "01:02", "01:02:03.1234567", "01:02:03\0"),
    *("01:02:03.999999z", "24:00:00", "01:02:03.1234567+02:30", "P1D", "PT0.1234567S", "PT0.123456S", "-P1DT1.5S"),
    *("PT0.0000005H", "P1W", "P999999999999D", "PT1.S", "QQ==", "QR==", "Q===", "====", "QQ=", "QU-_", "QUJD\n"),
    *(str(UUID(int=1)), UUID(int=1).hex, f"{{{UUID(int=1)}}}", str(UUID(int=0xA << 100)).upper()),
    *([], [1], [[]], [None], ["1", 1], ["red", "red"], [1.0, 1], [True], ["1.0", "1.00"]),
    *({}, {"a": 1}, {"number": 1}, {"price": "1", "qty": 2}, {"price": 1}, {"$type": "Line", "price": "1"}),
    *({"__type__": "x", "__value__": 1}, {"typedtasks:__type__": "x", "__value__": "1"}, {"__value__": 1, "a": "1"}),
    *([{"typedtasks:__type__": "x", "__value__": "1"}], {"a": {"typedtasks:__type__": "x", "__value__": 1}}),
    # What kombu's own envelopes make.
    *(
        Decimal("1.5"),
        datetime(2020, 2, 29, tzinfo=timezone.utc),
        date(2020, 2, 29),
        time(1, 2),
        UUID(int=1),
        b"a",
        b"0123456789abcdef",
    ),
    *(Foreign(object()), {"a": Foreign("a")}, {1: 2}, {None: 1}, {Foreign(1): 1}),
]


def places(tree: Any) -> list[Callable[[Any], Any]]:
    """For each place in a tree the function that makes the tree with something else put there."""
    found: list[Callable[[Any], Any]] = [lambda other: other]
    for key, item in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        for put in places(item):
            if isinstance(tree, dict):
                found.append(lambda other, key=key, put=put: {**tree, key: put(other)})
            else:
                found.append(lambda other, key=key, put=put: [*tree[:key], put(other), *tree[key + 1 :]])
    return found


def objects(tree: Any) -> list[Any]:
    """The dicts in a tree."""
    inside = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return [tree] * isinstance(tree, dict) + [found for item in inside for found in objects(item)]


@st.composite
def broken(draw: st.DrawFn, tree: Any) -> Any:
    """A tree with something strange at one place, or in one of its dicts another order, a key less or a key more."""
    tree = json.loads(json.dumps(tree))
    found = objects(tree)
    if not found or draw(st.integers(0, 2)):
        return draw(st.sampled_from(places(tree)))(draw(st.sampled_from(STRANGE)))
    chosen = draw(st.sampled_from(found))
    items = draw(st.permutations(list(chosen.items())))[draw(st.integers(0, 1)) :]
    chosen.clear()
    chosen.update(items)
    keys = st.sampled_from(["$type", "__type__", "typedtasks:__type__", "__value__", "extra", "a", "number"])
    chosen.update(draw(st.dictionaries(keys, st.sampled_from(STRANGE), max_size=2)))
    return tree


def assert_same(type_: Any, tree: Any) -> bool:
    """Assert that what is accepted is what the hooks make; returns whether it is accepted."""
    function = native(type_)
    assert function is not None
    try:
        made = function(tree)
    except Exception:  # noqa: BLE001 - whatever it is, the hooks are asked next
        return False
    assert shape(of_hooks(type_)(tree)) == shape(made)
    return True


@pytest.mark.parametrize("type_", PARAMETERS)
@settings(max_examples=20)
@given(data=st.data())
def test_well_formed(type_, data):
    """What our own senders write is accepted, and made into the same objects."""
    tree = json.loads(json.dumps(data.draw(wires(type_))))

    assert assert_same(type_, tree)


@pytest.mark.parametrize("type_", PARAMETERS)
@settings(max_examples=20)
@given(data=st.data())
def test_broken(type_, data):
    """What is accepted of something broken, the hooks accept too, and make into the same objects."""
    tree = data.draw(broken(data.draw(wires(type_))))

    assert_same(type_, tree)


@pytest.mark.parametrize("type_", PARAMETERS)
def test_strange(type_):
    """The same of each strange value by itself, in a list and in a dict."""
    for value in STRANGE:
        assert_same(type_, value)
        assert_same(list[type_], [value])
        assert_same(dict[str, type_], {"a": value})


@settings(max_examples=5 * settings.default.max_examples, suppress_health_check=[HealthCheck.filter_too_much])
@given(strategies.typed_values(), st.data())
def test_random_types(typed_value, data):
    """The same of types built at random, well-formed and broken."""
    type_, value = typed_value
    assume(native(type_) is not None)
    tree = json.loads(json.dumps(Wire().dump(value, type_)))

    assert_same(type_, tree)
    assert_same(type_, data.draw(broken(tree)))


# -- what is doubted ---------------------------------------------------------------------------------------------------

LATE = "2020-02-29T01:02:03"
DOUBTED: list[tuple[Any, Any]] = [
    *((float, value) for value in (float("nan"), float("inf"), -float("inf"), 2**53 + 1, -(2**60), Decimal(1))),
    *((Decimal, value) for value in (1, 1.5, " 1", "1_000", "+1", ".5", "007", "1e5", "\u0661", Decimal(1))),
    *((UUID, value) for value in (b"0123456789abcdef", UUID(int=1))),
    *((datetime, LATE + end) for end in (".1234567", ".9999999Z", "\0", "\0 and more", ".12\0")),
    *((time, LATE[11:] + end) for end in (".1234567", ".9999999Z", "\0", "\0 and more", ".12\0")),
    *((timedelta, value) for value in ("PT0.1234567S", "PT0.0000005H")),
    *((Any, value) for value in (Foreign(1), float("nan"), 10**5000, date(2020, 2, 29))),
    # Objects of their own, in which a change would be one of the message.
    *((Any, value) for value in ([], {}, {"typedtasks:__type__": 1, "__value__": 2})),
    *((list[Any], value) for value in ([1, []], ["a", {}])),
    (dict[str, list[Any]], {"a": [[]]}),
    (Dict, {"number": 1, "data": {}}),
    *((dict[str, int], {key: 1, "__value__": 2}) for key in ("__type__", "typedtasks:__type__")),
    *((type_, {Foreign("a"): 1}) for type_ in (dict, dict[Any, int])),
    *((list[Decimal], value) for value in ([1], ["1", " 1"])),
    *((set[Decimal], value) for value in ([1], [" 1"], ["1.0", "1.00"])),
    *((list[Decimal | None], value) for value in ([None, 1], ["+1"])),
    *((list[float], [1.5, value]) for value in (float("nan"), -float("inf"), 2**53 + 1)),
    *((tuple[float, ...], value) for value in ([Decimal(1)], [1, Decimal(1)], [2**53 + 1, 1.5])),
    *((tuple[Decimal, int], value) for value in ([1, 1], ["+1", 1])),
    (dict[str, list[Decimal]], {"a": ["1"], "b": [1]}),
    (Decimal | int, 1.5),
    (Decimal | list[float], [float("nan")]),
    (Line, {"price": 1}),
    (Line, {"price": "1", "placed": LATE + ".1234567"}),
    (Page[Line], {"items": [{"price": "1"}, {"price": 1}]}),
    (Data, {"total": "1"}),  # `vars` would not have the default
    (Data, {"total": "1", "qty": 1, "parts": [float("nan")]}),
    (Point, [1.0, 1]),
    (Point, [float("nan")]),
    (Loose, {"a": "1", "c": 1, "b": float("nan")}),
    (Loose, {"a": 1, "c": 1}),
    (Loose, {"c": 1, "a": "1"}),  # the order of the keys
]


@pytest.mark.parametrize(("type_", "tree"), numbered(DOUBTED))
def test_doubted(type_, tree):
    """What msgspec takes and the hooks refuse, or make something else of."""
    function = native(type_)

    assert msgspec.convert(tree, type_) is not None
    with pytest.raises((Doubt, Mismatch)):
        function(tree)


@pytest.mark.parametrize("type_", [list[int], dict[Color, tuple[str, bool]] | None, Annotations, Undecorated | None])
def test_nothing_to_doubt(type_):
    """Where the two agree there is no check, but for the dict that may be escaped."""
    function = native(type_)

    assert ("Doubt" in function.__code__.co_names) is (type_ not in (list[int], Annotations))


def test_validators_run_once():
    """Validators and what runs after `__init__` run once each, with all fields set, before the object is there."""
    calls: list[Any] = []

    def note(record: Any, attribute: Any, value: Any) -> None:
        calls.append((attribute.name, value, record.b))

    @attrs.define
    class Noted:
        a: Decimal = attrs.field(validator=[note, note])
        b: int = attrs.field(default=7, validator=note)

        def __attrs_post_init__(self) -> None:
            calls.append(self.a)

    function = native(Noted)

    assert function({"a": "1.5"}) == Noted(Decimal("1.5"))
    assert calls == [("a", Decimal("1.5"), 7), ("a", Decimal("1.5"), 7), ("b", 7, 7), Decimal("1.5")] * 2


def test_large_floats():
    """Floats whose sum is infinite are finite themselves."""
    assert native(list[float])([1.7e308, 1.7e308, 1]) == [1.7e308, 1.7e308, 1.0]


@pytest.mark.parametrize("tree", [{}, {"items": {}}, {"items": "text"}, {"items": 1}, []])
def test_doubted_before(tree):
    """What is looked at before msgspec does may be anything."""
    with pytest.raises((Doubt, KeyError, TypeError, msgspec.ValidationError)):
        native(Page)(tree)


def test_wrapped():
    """A function that something is wrapped around says nothing of what runs."""

    class Wrapper:
        def __init__(self, function: Any) -> None:
            self.__code__ = function.__code__

        def __get__(self, instance: Any, owner: Any) -> Any:
            return self

    @attrs.define
    class Wrapped:
        number: int

    Wrapped.__init__ = Wrapper(Wrapped.__init__)

    assert native(Wrapped) is None


def test_validator_refuses():
    """Whatever a validator raises is raised."""

    @attrs.define
    class Strict:
        qty: int = attrs.field(validator=attrs.validators.gt(0))

    with pytest.raises(msgspec.ValidationError):
        native(list[Strict])([{"qty": 1}, {"qty": 0}])


@attrs.define
class Changing:
    """Changes what was received."""

    total: Decimal
    lines: list[Decimal]
    more: list[Line]
    change: ClassVar[Callable[[Changing], None]] = lambda self: None

    def __attrs_post_init__(self) -> None:
        type(self).change(self)


@pytest.mark.parametrize(
    ("field", "value"), [("total", " 1"), ("total", 1), ("lines", []), ("lines", [" 1"]), ("more", []), ("more", None)]
)
def test_changed_by_the_class(monkeypatch, field, value):
    """A class cannot hide what it was made of by changing it."""
    function = native(Changing)
    tree = {"total": " 1", "lines": [" 1"], "more": [{"price": " 1"}]}
    monkeypatch.setattr(Changing, "change", lambda self: setattr(self, field, value))

    for key, good in (("total", "1"), ("lines", ["1"]), ("more", [{"price": "1"}])):
        with pytest.raises((Doubt, TypeError, ValueError)):
            function({**tree, key: good})


# -- types that are not native -----------------------------------------------------------------------------------------


@attr.s
class Untyped:
    number = attr.ib(type=int)


@attrs.define
class Private:
    _number: int


@attrs.define
class Aliased:
    number: int = attrs.field(alias="other")


@attrs.define
class Converted:
    number: int = attrs.field(converter=int)


@attrs.define
class NotInit:
    number: int = attrs.field(init=False, default=1)


@attrs.define
class TakesSelf:
    number: int
    double: int = attrs.field(default=attrs.Factory(lambda self: self.number * 2, takes_self=True))


@attrs.define
class PreInit:
    number: int

    def __attrs_pre_init__(self) -> None: ...


@attrs.define(init=False)
class OwnInit:
    number: int

    def __init__(self, number: int) -> None:
        self.number = number


@attrs.define(init=False)
class InheritedInit(Line):
    more: int = 1


@attrs.frozen(cache_hash=True)
class CachedHash:
    number: int


@attr.s(auto_attribs=True, frozen=True, cache_hash=True)
class CachedHashInDict:
    number: int


@attr.s(auto_attribs=True, unsafe_hash=True, cache_hash=True)
class CachedHashNotFrozen:
    number: int


@attrs.define(slots=False)
class SetsItself:
    number: int

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


@attrs.define
class Answers:
    number: int

    def __getattr__(self, name: str) -> Any:
        return 1


@attrs.define
class AnswersAll:
    number: int

    def __getattribute__(self, name: str) -> Any:
        return object.__getattribute__(self, name)


@attrs.define
class Dies:
    number: int

    def __del__(self) -> None: ...


class Meta(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(*args, **kwargs)


@attrs.define
class OfMeta(metaclass=Meta):
    number: int


@attrs.define
class StillAbstract(Abstract):
    number: int


@attrs.define
class Failure(Exception):
    number: int


@attrs.define
class Recursive:
    next: Recursive | None = None


class PostInitLater(Line):
    def __attrs_post_init__(self) -> None: ...


class StaticPostInitLater(Line):
    @staticmethod
    def __attrs_post_init__(record: Any) -> None: ...


class NewLater(Line):
    def __new__(cls, **_: Any) -> Self:
        return super().__new__(cls)


class PropertyLater(Line):
    @property
    def qty(self) -> int:
        return 1

    @qty.setter
    def qty(self, value: int) -> None: ...


class Struct(msgspec.Struct):
    number: int


S = TypeVar("S", int, str)


@attrs.define
class OneOf(Generic[S]):
    item: S


@attrs.define
class Envelope:
    __type__: int
    __value__: int


@attrs.define
class NowhereDefined:
    number: int
    other: SomethingLater  # noqa: F821 - on purpose


Long = attrs.make_class("Long", {f"f{number}": attrs.field(type=Decimal) for number in range(300)}, kw_only=True)


@dataclasses.dataclass
class DataWithInit:
    number: int

    def __init__(self, number: int) -> None:
        self.number = number


@dataclasses.dataclass
class DataWithVariable:
    number: int
    more: dataclasses.InitVar[int] = 1


@dataclasses.dataclass
class DataNotInit:
    number: int = dataclasses.field(init=False, default=1)


@dataclasses.dataclass
class DataSetsItself:
    number: int

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)


@attrs.define(slots=False)
class AttrsOfData(Data):
    more: int = 1


class PointWithNew(Point):
    def __new__(cls, *args: Any) -> Self:
        return super().__new__(cls, *args)


class PointWithInit(Point):
    def __init__(self, *args: Any) -> None: ...


Spaces = TypedDict("Spaces", {"a b": int, "{c}": int})


class Both(enum.Enum):
    TEXT = "a"
    NUMBER = 1


class Truth(enum.Enum):
    YES = True


class Huge(enum.IntEnum):
    LARGE = 2**70


class Mode(enum.IntFlag):
    READ = 1
    WRITE = 2


class Missing(enum.Enum):
    ONE = "one"

    @classmethod
    def _missing_(cls, value: object) -> Missing:
        return cls.ONE


class MoreValues(enum.Enum):
    ONE = "one"


MoreValues._value2member_map_["more"] = MoreValues.ONE  # as `_add_value_alias_` does from Python 3.13 on


def nested(type_: Any, depth: int) -> Any:
    """Lists in lists."""
    return functools.reduce(lambda inner, _: list[inner], range(depth), type_)


NOT_NATIVE: list[Any] = [
    *(Untyped, Private, Aliased, Converted, NotInit, TakesSelf, PreInit, OwnInit, InheritedInit, SetsItself, Answers),
    *(CachedHash, CachedHashInDict, CachedHashNotFrozen, AnswersAll, Dies, OfMeta, StillAbstract, Failure, Recursive),
    *(PostInitLater, StaticPostInitLater, NewLater, PropertyLater, OneOf, Envelope, Struct, NowhereDefined, Long),
    *(DataWithInit, DataWithVariable, DataNotInit, DataSetsItself, AttrsOfData, PointWithNew, PointWithInit, Spaces),
    *(Both, Truth, Huge, Mode, Missing, MoreValues, Literal[Color.RED], Literal[b"a"], Literal["a"] | str),  # noqa: PYI051 - on purpose
    *(dict[UUID, int], dict[int, str], dict[bytes, int], dict[Decimal, int], dict[str | None, int], dict[Level, int]),
    *(collections.OrderedDict[str, int], collections.Counter[str], collections.deque[int], Iterable[int]),
    *(set[tuple[Decimal, int]], set[Decimal | None], Line | Auto, list[Line | Recursive], nested(float, 30)),
    *(complex, bytearray, Callable[[int], int], type[int], re.Pattern[str]),
]


@pytest.mark.parametrize("type_", numbered((type_,) for type_ in NOT_NATIVE))
def test_not_native(type_):
    """Types of which msgspec would make something else, or might."""
    assert native(type_) is None
    assert native(list[type_]) is None


def test_names_of_the_application():
    """A string that our hooks resolve with names of the application is not what msgspec takes it for."""

    @attrs.define
    class Local:
        color: Color

    fields_of(Local, {"Color": Mixed})

    assert native(Local) is None


New = NewType("New", Annotated[Decimal, "x"])


@pytest.mark.parametrize(
    ("type_", "custom"),
    [
        *(
            (Page[Annotated[New, "y"]], custom)
            for custom in (Annotated[New, "y"], New, Annotated[Decimal, "x"], Decimal)
        ),
        *((Page[Line], custom) for custom in (Page[Line], list[Line], Line, datetime | None, datetime, int)),
        *((dict[Any, Color], custom) for custom in (dict[Any, Color], Any, str, Color)),
        *((Literal["a", "b"], custom) for custom in (Literal["a", "b"], str)),
        (Line | None, Line | None),
        (tuple[int, str], str),
    ],
    ids=str,
)
def test_custom_hook(type_, custom):
    """Where the user has a hook of a type, before or after any step of peeling, nothing that holds it is native."""
    assert native_structure(type_, lambda met: met != custom) is None
    assert native_structure(type_, lambda met: met is not bytes) is not None
