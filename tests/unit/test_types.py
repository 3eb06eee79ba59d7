"""A type that cannot travel is refused when the task is declared, naming task, place, type and fix."""

from __future__ import annotations

import dataclasses
import enum
import threading
import typing
from collections import OrderedDict, deque
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Annotated, Any, Generic, Literal, NamedTuple, NewType, NoReturn, TypedDict, TypeVar, Union

import attr
import attrs
import pytest
from typing_extensions import Never

from tests.unit.records import Currency, Line, Order
from typedtasks import UnsupportedType, typed_task
from typedtasks._types import Refused, check_type, has_exact_values

T = TypeVar("T")

USE_OTHER = "use an attrs record, list, tuple, dict or a scalar"
USE_OPTIONAL = "unions other than `X | None` are not supported yet"
USE_FILLED_IN = "generic records are not supported yet"
USE_KEYS = "use keys of type str"
USE_VALUES = "give every member a str, int, float or bool value"
USE_HASHABLE = "make what is inside Annotated or Literal hashable"
USE_RECORD = "a type alias that holds itself"


@attrs.define
class Page(Generic[T]):
    items: list[T]


@dataclasses.dataclass
class Point:
    x: int


class Pair(NamedTuple):
    a: int


class Movie(TypedDict):
    title: str


class Shape(enum.Enum):
    SQUARE = (1, 2)


class Extreme(enum.Enum):
    END = float("inf")


class Nothing(enum.Enum):
    """In `Nothing | None` nobody could tell which one it is."""

    NOTHING = None


class Sku(str):
    __slots__ = ()


@attrs.define(eq=True)
class Unhashable:
    value: int


@attr.s
class Locked:
    lock = attr.ib(type=threading.Event)


@attrs.define
class Shelf:
    name: str
    locked: dict[str, list[Locked | None]]


@attrs.define
class Tree:
    children: list[Tree]
    lock: threading.Event


class NotSent(Exception):
    """No attrs class: travels by its arguments, so there is nothing to check."""

    lock: threading.Event


@attrs.define
class BrokenError(Exception):
    lock: threading.Event


REFUSED = [
    (Callable[[int], int], USE_OTHER),
    (threading.Event, USE_OTHER),
    (threading.Lock, USE_OTHER),
    (Generator[int, None, None], USE_OTHER),
    (Iterable[int], USE_OTHER),
    (Sequence[int], USE_OTHER),
    (Mapping[str, int], USE_OTHER),
    (IO[bytes], USE_OTHER),
    (set[int], USE_OTHER),
    (frozenset[int], USE_OTHER),
    (set, USE_OTHER),
    (deque[int], USE_OTHER),
    (OrderedDict[str, int], USE_OTHER),
    (complex, USE_OTHER),
    (Path, USE_OTHER),
    (Point, USE_OTHER),
    (Pair, USE_OTHER),
    (Movie, USE_OTHER),
    (Sku, USE_OTHER),
    (Literal["a"], USE_OTHER),
    (list[int, str], USE_OTHER),
    (dict[str], USE_OTHER),
    (T, USE_OTHER),
    (type[int], USE_OTHER),
    (Literal[[1]], USE_HASHABLE),
    (Annotated[int, Unhashable(1)], USE_HASHABLE),
    (list[Annotated[int, Unhashable(1)]], USE_HASHABLE),
    (Order | Line, USE_OPTIONAL),
    (Union[Order, Line, None], USE_OPTIONAL),  # noqa: UP007 - one of the spellings
    (int | str, USE_OPTIONAL),
    (Page, USE_FILLED_IN),
    (Page[int], USE_FILLED_IN),
    (dict[int, str], USE_KEYS),
    (dict[Line, str], USE_KEYS),
    (dict[float, str], USE_KEYS),
    (dict[Any, str], USE_KEYS),
    (dict[tuple[int, int], str], USE_KEYS),
    (dict[enum.IntEnum("Level", "LOW HIGH"), str], USE_KEYS),
    (Shape, USE_VALUES),
    (Extreme, USE_VALUES),
    (Nothing, USE_VALUES),
]


@pytest.mark.parametrize(("type_", "fix"), REFUSED, ids=[str(type_) for type_, _ in REFUSED])
def test_parameter(app, type_, fix):
    """A parameter of such a type is refused by the decorator."""

    def charge(value): ...

    charge.__annotations__["value"] = type_

    with pytest.raises(UnsupportedType) as caught:
        app.task(charge)

    assert caught.value.task == "charge"
    assert caught.value.where.partition("[")[0].partition("{")[0] == "value"
    assert caught.value.fix.startswith(fix)


def returns_lock() -> threading.Event: ...
def takes_locks(*locks: threading.Event) -> None: ...
def takes_named_locks(**locks: threading.Event) -> None: ...
def takes_record(order: Order, shelf: Shelf) -> None: ...
def takes_tuple(pair: tuple[int, list[set[int]]]) -> None: ...
def takes_dict(named: dict[str, tuple[set[int], ...]]) -> None: ...
def takes_optional(maybe: set[int] | None) -> None: ...
def takes_recursive(tree: Tree) -> None: ...
def takes_page(page: dict[str, Page[int]]) -> None: ...


@pytest.mark.parametrize(
    ("function", "where", "type_"),
    [
        (returns_lock, "return", threading.Event),
        (takes_locks, "locks", threading.Event),
        (takes_named_locks, "locks", threading.Event),
        (takes_record, "shelf.locked{}[].lock", threading.Event),
        (takes_tuple, "pair[1][]", "set[int]"),
        (takes_dict, "named{}[]", "set[int]"),
        (takes_optional, "maybe", "set[int]"),
        (takes_recursive, "tree.lock", threading.Event),
        (takes_page, "page{}", "tests.unit.test_types.Page[int]"),
    ],
)
def test_place(function, where, type_):
    """The way from the parameter to the type is told."""
    with pytest.raises(UnsupportedType) as caught:
        typed_task(function)

    assert caught.value.where == where
    assert caught.value.type == (type_ if isinstance(type_, str) else type_.__qualname__)


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
        typed_task(takes_tuple)

    assert str(caught.value) == (
        "takes_tuple(): pair[1][]: set[int] cannot travel to a worker: use an attrs record, list, tuple, dict or a "
        "scalar (str, int, float, bool, None, bytes, Decimal, UUID, Enum, datetime, date, time, timedelta)"
    )


def test_alias_of_itself():
    """`type Tree = list[Tree]` is refused instead of followed for ever."""
    Tree = NewType("Tree", list)
    Tree.__supertype__ = list[Tree]  # as `type Tree = list[Tree]`, which needs Python 3.12

    with pytest.raises(Refused) as caught:
        check_type(Tree, "value")

    assert (caught.value.where, caught.value.fix.startswith(USE_RECORD)) == ("value[]", True)


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
        typing.List,  # noqa: UP006 - as users may still write it
        typing.Dict,  # noqa: UP006 - as above
        typing.Tuple,  # noqa: UP006 - as above
        tuple[()],
        dict[Currency, Order],
        dict[Decimal, Order],
        Order,
        list[Order | None],
    ],
    ids=str,
)
def test_accepted(type_):
    """What can travel is let through."""
    assert check_type(type_, "value") is None


def test_record_is_walked_once():
    """A record met again, inside itself or beside itself, is not walked again."""
    assert check_type(tuple[Order, Order, list[Order]], "value") is None


@pytest.mark.parametrize(("cls", "expected"), [(Currency, True), (Shape, False), (Extreme, False), (Nothing, False)])
def test_has_exact_values(cls, expected):
    """A member travels as its value, where that is a JSON scalar."""
    assert expected == has_exact_values(cls)
