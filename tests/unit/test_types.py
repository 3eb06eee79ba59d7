"""A type that cannot travel is refused when the task is declared, naming task, place, type and fix."""

from __future__ import annotations

import collections
import dataclasses
import enum
import re
import sys
import threading
import types
import typing
from collections import ChainMap, UserDict
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Generator, Hashable, Iterator, Sized
from decimal import Decimal
from typing import IO, Annotated, Any, Final, Generic, Literal, NewType, NoReturn, Protocol, TextIO, TypeVar

import attr
import attrs
import pytest
import typing_extensions
from typing_extensions import (
    NamedTuple,
    Never,
    NotRequired,
    ParamSpec,
    ReadOnly,
    Required,
    Self,
    TypeAliasType,
    TypedDict,
    TypeVarTuple,
    Unpack,
)

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Currency, Line, Order
from typedtasks import UnsupportedType, make_converter, typed_task
from typedtasks._kinds import Refused, check_type, is_recursive
from typedtasks._types import peel, plain_type, qualifiers, resolve_alias
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

T = TypeVar("T")
U = TypeVar("U")
P = ParamSpec("P")
Ts = TypeVarTuple("Ts")
Bound = TypeVar("Bound", bound=Line)
BoundByName = TypeVar("BoundByName", bound="Line")
Constrained = TypeVar("Constrained", int, str)
WithDefault = typing_extensions.TypeVar("WithDefault", default=Line)

USE_OTHER = "use an attrs record, dataclass, TypedDict, container, union, enum or scalar, or give the task a converter"
USE_HASHABLE = "make what is inside Annotated or Literal hashable, as a frozen class is"


@attrs.define
class Page(Generic[T]):
    items: list[T]


@dataclasses.dataclass
class Point:
    x: int


class Sku(str):
    __slots__ = ()


@attrs.define(eq=True)
class Unhashable:
    value: int


class Named(Protocol):
    name: str


class Ordinary:
    """A class of no library."""

    def __init__(self, name: str) -> None:
        self.name = name


@attr.s
class Locked:
    lock = attr.ib(type=threading.Event)


@dataclasses.dataclass
class Shelf:
    name: str
    locked: dict[str, list[Locked | None]]


class Drawer(TypedDict):
    shelf: NotRequired[Shelf]


class Room(NamedTuple):
    drawers: tuple[int, Drawer]


@attrs.define
class Tree:
    children: list[Tree]
    lock: threading.Event


@attrs.define
class Grow(Generic[T]):
    """Its parameters have no end."""

    value: T
    below: Grow[list[T]] | None = None


class Several(Generic[Unpack[Ts]]):
    pass


@attrs.define
class HoldsSeveral(Generic[Unpack[Ts]]):
    items: tuple[Unpack[Ts]]


class Half(enum.Enum):
    CLASS = (1, int)


class NotSent(Exception):
    """No attrs class: travels by its arguments, so there is nothing to check."""

    lock: threading.Event


@attrs.define
class BrokenError(Exception):
    lock: threading.Event


REFUSED = [
    (Callable[[int], int], USE_OTHER),
    (Callable, USE_OTHER),
    (typing.Callable[..., int], USE_OTHER),
    (types.FunctionType, USE_OTHER),
    (threading.Event, USE_OTHER),
    (threading.Lock, USE_OTHER),
    (Generator[int, None, None], USE_OTHER),
    (Iterator[int], USE_OTHER),
    (AsyncIterator[int], USE_OTHER),
    (Awaitable[int], USE_OTHER),
    (Container[int], USE_OTHER),
    (Hashable, USE_OTHER),
    (Sized, USE_OTHER),
    (IO[bytes], USE_OTHER),
    (TextIO, USE_OTHER),
    (ChainMap[str, int], USE_OTHER),
    (UserDict, USE_OTHER),
    (collections.deque[threading.Event], USE_OTHER),
    (range, USE_OTHER),
    (bytearray, USE_OTHER),
    (memoryview, USE_OTHER),
    (type, USE_OTHER),
    (type[int], USE_OTHER),
    (Exception, USE_OTHER),
    (Sku, USE_OTHER),
    (Ordinary, USE_OTHER),
    (Named, USE_OTHER),
    (Self, USE_OTHER),
    (Unpack[tuple[int, ...]], USE_OTHER),
    (tuple[int, Unpack[tuple[str, ...]]], USE_OTHER),
    (re.Pattern[bytes], USE_OTHER),
    (5, USE_OTHER),
    (..., USE_OTHER),
    (Literal[[1]], USE_HASHABLE),
    (Literal["a", {"b": 1}], USE_HASHABLE),
    (Annotated[int, Unhashable(1)], USE_HASHABLE),
    (list[Annotated[int, Unhashable(1)]], USE_HASHABLE),
    (Half, "its value is no JSON data"),
]


@pytest.mark.parametrize(("type_", "fix"), numbered(REFUSED))
def test_parameter(app, type_, fix):
    """Types 8: a parameter of such a type is refused by the decorator."""

    def charge(value): ...

    charge.__annotations__["value"] = type_

    with pytest.raises(UnsupportedType) as caught:
        app.task(charge)

    assert caught.value.task == "charge"
    assert re.fullmatch(r"value(\[\d*\]|\{\}|\.\w+)*", caught.value.where)
    assert caught.value.fix.startswith(fix)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the spelling is Python 3.11's")
def test_tuple_of_parts():
    """A tuple of which some part may be of any length is refused in this spelling too."""
    with pytest.raises(Refused):
        check_type(eval("tuple[int, *tuple[str, ...]]"), "value")  # noqa: S307 - no Python 3.10 reads it


@pytest.mark.parametrize("type_", [Several[int, str], HoldsSeveral, HoldsSeveral[int, str]], ids=str)
def test_variadic_class(type_):
    """A class of any number of types is refused."""
    with pytest.raises(Refused):
        check_type(type_, "value")


def test_class_whose_parameters_grow():
    """It is refused, not followed for ever."""
    with pytest.raises(Refused):
        check_type(Grow[int], "value")


def returns_lock() -> threading.Event: ...
def takes_locks(*locks: threading.Event) -> None: ...
def takes_named_locks(**locks: threading.Event) -> None: ...
def takes_record(order: Order, shelf: Shelf) -> None: ...
def takes_tuple(pair: tuple[int, list[set[IO[str]]]]) -> None: ...
def takes_dict(named: dict[str, tuple[threading.Event, ...]]) -> None: ...
def takes_keys(named: dict[IO[str], int]) -> None: ...
def takes_optional(maybe: threading.Event | None) -> None: ...
def takes_union(either: int | list[Locked]) -> None: ...
def takes_recursive(tree: Tree) -> None: ...
def takes_page(page: dict[str, Page[Locked]]) -> None: ...
def takes_room(room: Annotated[NewType("Rooms", list[Room]), "x"]) -> None: ...
def takes_alias(alias: TypeAliasType("Locks", list[T], type_params=(T,))[Locked]) -> None: ...
def takes_enum(half: list[Half]) -> None: ...


@pytest.mark.parametrize(
    ("function", "where", "type_"),
    [
        (returns_lock, "return", "Event"),
        (takes_locks, "locks", "Event"),
        (takes_named_locks, "locks", "Event"),
        (takes_record, "shelf.locked{}[].lock", "Event"),
        (takes_tuple, "pair[1][][]", "IO[str]"),
        (takes_dict, "named{}[]", "Event"),
        (takes_keys, "named{}", "IO[str]"),
        (takes_optional, "maybe", "Event"),
        (takes_union, "either[].lock", "Event"),
        (takes_recursive, "tree.lock", "Event"),
        (takes_page, "page{}.items[].lock", "Event"),
        (takes_room, "room[].drawers[1].shelf.locked{}[].lock", "Event"),
        (takes_alias, "alias[].lock", "Event"),
        (takes_enum, "half[].CLASS", "Half"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_place(function, where, type_):
    """Types 8: the way from the parameter to the type is told."""
    with pytest.raises(UnsupportedType) as caught:
        typed_task(function)

    assert (caught.value.where, caught.value.type) == (where, type_)


@pytest.mark.parametrize(
    ("options", "where"),
    [({"raises": BrokenError}, "raises BrokenError.lock"), ({"progress": Shelf}, "progress.locked{}[].lock")],
)
def test_other_types_of_a_declaration(options, where):
    """Declared exceptions and progress are checked as the parameters are."""

    def charge() -> None: ...

    with pytest.raises(UnsupportedType) as caught:
        typed_task(**options)(charge)

    assert (caught.value.task, caught.value.where) == ("charge", where)


def test_message():
    """The message ends with what to do."""
    with pytest.raises(UnsupportedType) as caught:
        typed_task(takes_record)

    assert str(caught.value) == (
        "takes_record(): shelf.locked{}[].lock: Event cannot travel to a worker: use an attrs record, dataclass, "
        "TypedDict, container, union, enum or scalar, or give the task a converter with a hook for it"
    )


def test_plain_exception_has_nothing_to_check(app):
    """A declared exception that is no attrs class travels by its arguments."""

    @app.task(raises=(NotSent,))
    def charge() -> None: ...

    assert charge.apply().get() is None


@pytest.mark.parametrize(
    "type_",
    [
        Any,
        object,
        None,
        NoReturn,
        Never,
        list,
        dict,
        tuple,
        Order,
        Point,
        list[Order | None],
        Page,
        Page[int],
        Page[T],
        list[T],
        T,
        Bound,
        BoundByName,
        Constrained,
        re.Pattern,
        re.Pattern[str],
        typing.Pattern[str],
        Final,
        Final[int],
        TypeAliasType("Orders", list[Order]),
    ],
    ids=str,
)
def test_accepted(type_):
    """What can travel is let through."""
    assert check_type(type_, "value") is None


def test_record_is_walked_once():
    """A record met again, inside itself or beside itself, is not walked again."""
    assert check_type(tuple[Order, Order, list[Order]], "value") is None
    assert check_type(Order, "value") is None


def test_record_that_holds_itself_is_not_accepted_halfway():
    """What is wrong behind the place where a record holds itself is found every time."""
    for _ in range(2):
        with pytest.raises(Refused):
            check_type(Tree, "value")


# -- what stands for something else

Number = TypeAliasType("Number", int)
Pair = TypeAliasType("Pair", tuple[T, U], type_params=(T, U))
Half_filled = TypeAliasType("Half_filled", Pair[T, str], type_params=(T,))
Later = TypeAliasType("Later", "list[Line]")
Json = TypeAliasType("Json", "bool | int | float | str | list[Json] | dict[str, Json] | None")
Nested = TypeAliasType("Nested", "T | list[Nested[T]]", type_params=(T,))


@pytest.mark.parametrize(
    ("type_", "expected"),
    numbered(
        [
            (None, type(None)),
            (Annotated[int, 1], int),
            (Final[int], int),
            (typing_extensions.Final[int], int),
            (Final, Any),
            (Required[int], int),
            (NotRequired[ReadOnly[Annotated[int, 1]]], int),
            (NewType("N", NewType("M", int)), int),
            (Number, int),
            (Pair[int, Line], tuple[int, Line]),
            (Pair, tuple[Any, Any]),
            (Half_filled[int], tuple[int, str]),
            (Later, list[Line]),
            (Annotated[NewType("N", Number), 1], int),
            (T, Any),
            (Bound, Line),
            (Constrained, int | str),
            (WithDefault, Line),
            (int, int),
            (list[int], list[int]),
            (int | None, int | None),
        ]
    ),
)
def test_plain_type(type_, expected):
    """Types 9: everything that stands for a type is that type."""
    assert plain_type(type_) == expected


def test_peel_is_one_step():
    """The parts are met one by one, so that a hook of the user's own for any of them is found."""
    New = NewType("New", Number)

    assert peel(Annotated[New, 1]) is New
    assert peel(New) is Number
    assert peel(Number) is int
    assert peel(int) is int


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (int, set()),
        (Final[int], {"final"}),
        (Required[int], {"required"}),
        (ReadOnly[NotRequired[int]], {"read only", "not required"}),
        (Annotated[Required[int], 1], {"required"}),
    ],
    ids=str,
)
def test_qualifiers(type_, expected):
    """They are found through each other and through `Annotated`."""
    assert expected == qualifiers(type_) - {""}


def test_alias_of_a_name_that_is_not_there():
    """Types 9: it is asked for again, and may be given from elsewhere."""
    alias = TypeAliasType("Unknown", "list[NotThereYet]")  # noqa: F821 - on purpose
    with pytest.raises(NameError, match="NotThereYet"):
        resolve_alias(alias)

    assert resolve_alias(alias, {"NotThereYet": int}) == list[int]
    assert resolve_alias(alias) == list[int]


def test_alias_of_a_name_of_typing():
    """Types 9: what is not imported is not taken from `typing`."""
    with pytest.raises(NameError, match="Collection"):
        resolve_alias(TypeAliasType("Unknown", "Collection[int]"))  # noqa: F821 - on purpose


def test_alias_of_a_module_that_is_gone():
    """An alias made by hand need not be of a module."""
    source = "from typing_extensions import TypeAliasType\nalias = TypeAliasType('Loose', 'list[int]')"
    names: dict[str, Any] = {"__name__": "no.such.module"}
    exec(source, names)  # noqa: S102 - the line above

    assert resolve_alias(names["alias"]) == list[int]


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (Final[int], 1, 1),
            (list[Final], [1, "x"], [1, "x"]),
            (Number, 1, 1),
            (Pair[int, Line], (1, Line("x", 1)), [1, {"sku": "x", "qty": 1}]),
            (Pair, (1, "x"), [1, "x"]),
            (list[Half_filled[Decimal]], [(Decimal(1), "x")], [["1", "x"]]),
            (Later, [Line("x", 1)], [{"sku": "x", "qty": 1}]),
            (Json, {"a": [1, None, {"b": [True, 1.5]}]}, {"a": [1, None, {"b": [True, 1.5]}]}),
            (Nested[Decimal], [Decimal(1), [Decimal(2), []]], ["1", ["2", []]]),
            (list[Json], [{"__type__": 1, "__value__": 2}], [{"typedtasks:__type__": 1, "__value__": 2}]),
            (T, [1], [1]),
            (Bound, Line("x", 1), {"sku": "x", "qty": 1}),
            (BoundByName, Line("x", 1), {"sku": "x", "qty": 1}),
            (list[Constrained], ["x"], ["x"]),
            (WithDefault, Line("x", 1), {"sku": "x", "qty": 1}),
        ]
    ),
)
def test_stands_for_its_type(type_, value, wire):
    """Types 1: an alias, generic or of itself, a qualifier and a type variable are what they stand for."""
    assert there_and_back(value, type_) == (wire, value)


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (Nested[int], [1, ["x"]], "$[1][0]: expected int | list[Nested[int]], got str 'x'"),
            (Pair[int, str], (1, 2), "$[1]: expected str, got int 2"),
            (Json, [{"a": Line("x", 1)}], "$[0]['a']: expected "),
            (Bound, 5, "$: expected Line, got int 5"),
            (Constrained, 1.5, "$: expected int | str, got float 1.5"),
        ]
    ),
)
def test_path_through_an_alias(type_, value, problem):
    """Types 5: what is wrong below an alias has its path."""
    (met,) = problems_of(DEFAULT_WIRE.dump, value, type_)

    assert met.startswith(problem)


def test_alias_that_has_everything_twice():
    """Types 8: a generic alias that says nothing with its variable left open is refused."""
    with pytest.raises(Refused) as caught:
        check_type(Nested, "value")

    assert caught.value.fix == "one of its members takes everything: leave out the others"


def test_new_type_of_itself():
    """Types 8: what stands for itself and nothing else is refused."""
    Loop = NewType("Loop", int)
    Loop.__supertype__ = Annotated[Loop, 1]

    with pytest.raises(Refused) as caught:
        check_type(Loop, "value")

    assert (caught.value.where, caught.value.fix) == ("value", "it stands for itself and nothing else")


def test_new_type_that_holds_itself():
    """As an alias may."""
    Leaves = NewType("Leaves", list)
    Leaves.__supertype__ = list[Leaves]  # as `type Leaves = list[Leaves]`

    assert check_type(Leaves, "value") is None
    assert is_recursive(Leaves)


@attrs.define
class Ping:
    pong: Pong | None = None


@attrs.define
class Pong:
    pings: dict[str, Ping]


@attrs.define
class Holder:
    """Holds one that holds itself, and not itself."""

    ping: Ping


@pytest.mark.parametrize(
    ("type_", "expected"),
    numbered(
        [(Ping, True), (Pong, True), (Holder, False), (Order, False), (Json, True), (Number, False), (int, False)]
    ),
)
def test_is_recursive(type_, expected):
    """A type that holds itself, at whatever depth."""
    assert expected == is_recursive(type_)


# -- hooks of the user's own


class Text:
    """A class of no library."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Text) and self.text == other.text

    def __hash__(self) -> int:
        return hash(self.text)


class MoreText(Text):
    """A subclass, which the hook serves too."""


Code = NewType("Code", str)
Codes = TypeAliasType("Codes", list[Code])


@attrs.define
class HasText:
    text: Text
    more: MoreText | None = None
    code: Code = Code("")
    line: Line = attrs.field(factory=lambda: Line("x", 1))
    currency: Currency = Currency.EUR


@pytest.fixture
def wire() -> Wire:
    """Hooks for a class, a record, an enum and a name."""
    converter = make_converter()
    converter.register_structure_hook(Text, lambda text, cls: cls(text))
    converter.register_unstructure_hook(Text, lambda value: value.text)
    converter.register_structure_hook(Line, lambda text, _: Line(*text.split("*")))
    converter.register_unstructure_hook(Line, lambda line: f"{line.sku}*{line.qty}")
    converter.register_structure_hook(Currency, lambda text, _: Currency[text.upper()])
    converter.register_unstructure_hook(Currency, lambda member: member.name.lower())
    converter.register_structure_hook_func(lambda type_: type_ is Code, lambda text, _: text[::-1])
    converter.register_unstructure_hook_func(lambda type_: type_ is Code, lambda text: text[::-1])
    return Wire(WireSettings(converter=converter))


@pytest.mark.parametrize(
    ("type_", "value", "dumped"),
    numbered(
        [
            (Text, Text("a"), "a"),
            (list[MoreText | None], [MoreText("a"), None], ["a", None]),
            (Annotated[NewType("N", Text), 1], Text("a"), "a"),
            (Final[Text], Text("a"), "a"),
            (Code, "abc", "cba"),
            (Codes, ["abc"], ["cba"]),
            (Currency, Currency.EUR, "eur"),
            (dict[Currency, int], {Currency.EUR: 1}, {"eur": 1}),
            (list[Line], [Line("x", "1")], ["x*1"]),
            (
                HasText,
                HasText(Text("a"), MoreText("b"), "abc", Line("y", "2")),
                {"text": "a", "more": "b", "code": "cba", "line": "y*2", "currency": "eur"},
            ),
            (Page[Text], Page([Text("a")]), {"items": ["a"]}),
        ]
    ),
)
def test_custom_hooks(wire, type_, value, dumped):
    """Types 14: a hook of the user's own wins, wherever its type is, for its subclasses too."""
    arrived, loaded = there_and_back(value, type_, wire)

    assert dumped == arrived
    assert (value, type(value)) == (loaded, type(loaded))


def test_custom_types_are_not_looked_into():
    """Types 14: what has a hook may be of any class, also one that would be refused without it."""
    converter = make_converter()
    converter.register_structure_hook(Shelf, lambda name, _: Shelf(name, {}))
    converter.register_unstructure_hook(Shelf, lambda shelf: shelf.name)
    wire = Wire(WireSettings(converter=converter))

    assert there_and_back([Shelf("a", {})], list[Shelf], wire) == (["a"], [Shelf("a", {})])
    with pytest.raises(Refused):
        check_type(list[Shelf], "value")


@pytest.mark.parametrize("type_", [Sku, Ordinary, list[Locked], Annotated[threading.Event, 1]], ids=str)
def test_without_a_hook(wire, type_):
    """Types 8: a converter with hooks for other types lets no more through.

    Nor is a hook that serves the base, and would make an object of that, taken for one of the user's own.
    """
    with pytest.raises(Refused):
        check_type(type_, "value", is_custom=wire.is_custom)
