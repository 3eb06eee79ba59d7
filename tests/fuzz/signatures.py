"""Tasks whose parameters use every kind of type between them, each with calls that fit.

One for each type in `tests.wire.rows`, and those below, in which types meet.
"""

from __future__ import annotations

import inspect
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv6Interface
from pathlib import PurePosixPath
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attrs
import msgspec
import pydantic
from typing_extensions import NamedTuple, NotRequired, TypeAliasType, TypedDict

from tests.wire.classes import ID, Currency, Level, Line, Mode
from tests.wire.rows import ROWS
from typedtasks import Sensitive
from typedtasks._codec import TaskCodec
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

__all__ = ["CALLS", "CODECS", "WIRE"]

Call = tuple[list[Any], dict[str, Any]]

T = TypeVar("T")
Tree = TypeAliasType("Tree", "int | list[Tree] | dict[str, Tree]")


@attrs.define
class Checked:
    """A record with validators, a converter, an alias and a field that `__init__` does not take."""

    _id: UUID
    weight: float = attrs.field(default=1.0, validator=attrs.validators.gt(0))
    code: str = attrs.field(default="", converter=str.upper, alias="Code")
    tags: list[str] = attrs.field(factory=list, validator=attrs.validators.max_len(3))
    seen: int = attrs.field(init=False, default=7)


@attrs.frozen
class Article:
    """A record that can be a key."""

    sku: str
    size: int


@attrs.define
class Node(Generic[T]):
    """A generic record that holds itself in several ways."""

    value: T
    below: list[Node[T]] = attrs.field(factory=list)
    beside: Node[T] | None = None
    by_name: dict[str, Node[T]] = attrs.field(factory=dict)


@dataclass
class Visit:
    """A dataclass of containers."""

    days: frozenset[date] = frozenset()
    notes: dict[str, Any] = field(default_factory=dict)


class Window(TypedDict):
    """Keys of which one may be missing."""

    start: date
    end: NotRequired[date]


class Place(NamedTuple):
    """A named tuple with a default."""

    name: str
    height: float = 0.0


class Packet(msgspec.Struct):
    """A msgspec struct."""

    number: int
    payload: bytes = b""


class Customer(pydantic.BaseModel):
    """A pydantic model."""

    id: int
    born: date | None = None


@attrs.define
class Cat:
    """A member of a union."""

    name: str
    lives: int = 9


@attrs.define
class Dog:
    """Another that an untagged value may fit too."""

    name: str
    tricks: list[str] = attrs.field(factory=list)


@attrs.define
class Card:
    """Told apart by a field of its own."""

    kind: Literal["card"]
    number: str


@attrs.define
class Cash:
    """The same."""

    kind: Literal["cash"]
    amount: Decimal


def scalars(
    i: int = 0,
    f: float = 0.0,
    d: Decimal = Decimal(0),
    q: Fraction | None = None,
    c: complex = 0j,
    s: str = "",
    raw: bytes = b"",
    u: UUID = ID,
    zone: ZoneInfo | None = None,
    address: IPv6Interface | None = None,
    moment: datetime | None = None,
    clock: time | None = None,
    span: timedelta | None = None,
) -> None:
    """Scalars, so that one message has many problems."""


def containers(
    a: tuple[list[int], tuple[()], dict[str, set[str]]] | None = None,
    b: Sequence[deque[Fraction]] | None = None,
    c: AbstractSet[Article] | None = None,
    d: Iterable[Place] | None = None,
    e: defaultdict[UUID, list[OrderedDict[bool, float]]] | None = None,
    f: Counter[date] | None = None,
    g: dict[tuple[int, str], dict[Level, Currency]] | None = None,
    h: Mapping[Article, frozenset[bytes]] | None = None,
    i: dict[int, dict[float, dict[bool, dict[Decimal, None]]]] | None = None,
    j: list[tuple[Mode, PurePosixPath]] | None = None,
) -> None:
    """Containers in containers."""


def records(
    checked: Checked, /, node: Node[int] | None = None, *lines: Line, visit: Visit | None = None, **more: Decimal
) -> None:
    """Records, and every kind of parameter."""


def unions(
    scalar: int | str | list[Decimal] | dict[str, int] | None = None,
    number: int | float = 0,  # noqa: PYI041 - two members
    flag: bool | str = False,
    mixed: Line | Place | str | int | None = None,
    pets: list[Cat | Dog] = [],  # noqa: B006 - never changed
    pay: Card | Cash | int = 0,
    any_of: Window | Customer | Packet | Visit | None = None,
    tree: Tree = 0,
) -> None:
    """Unions."""


def secrets(password: Annotated[str, Sensitive()] = "", login: dict[str, Annotated[int, Sensitive()]] = {}) -> None:  # noqa: B006 - never changed
    """What is not to be shown."""


def anything(value: Any, untyped=None, *args: object, **kwargs: Any) -> None:
    """Plain JSON data."""


NOON = datetime(2024, 2, 29, 12, 0, 0, 5, timezone(timedelta(hours=2)))
#: What others than us may make something of.
SPECIAL = [
    {"__type__": "datetime", "__value__": "2024-02-29T12:00:00"},
    {"typedtasks:__type__": 1, "__value__": 2},
    {"$type": "Cat", "$model": 1, "__type__": "uuid"},
    [[], {}, "\x00", "\ud800", -0.0, 1e308, 10**40, True, None],
]
NODE = Node(1, [Node(2), Node(3, [Node(4)])], Node(5), {"a": Node(6)})

_OWN: dict[Callable[..., None], list[Call]] = {
    scalars: [
        ([], {}),
        ([-7, 1.5, Decimal("-1.50E+3"), Fraction(3, 4), 1 + 2j, "ä€\U0001f600\x00", b"\x00\xff", ID], {}),
        ([], {"zone": ZoneInfo("UTC"), "address": IPv6Interface("::1/64"), "moment": NOON, "clock": time(12, 30)}),
        ([], {"span": timedelta(days=-1, microseconds=3), "f": float("inf")}),
    ],
    containers: [
        ([([1], (), {"a": {"x", "y"}}), [deque([Fraction(1, 3)]), deque()], {Article("x", 1)}, [Place("x", 1.5)]], {}),
        (
            [],
            {"e": defaultdict(list, {ID: [OrderedDict({True: 1.5, False: 2.0})]}), "f": Counter({date(2024, 1, 1): 3})},
        ),
        ([], {"g": {(1, "x"): {Level.HIGH: Currency.EUR}}, "h": {Article("x", 1): frozenset({b"y"})}}),
        ([], {"i": {-1: {1.5: {True: {Decimal("1.0"): None}}}}, "j": [(Mode.READ | Mode.WRITE, PurePosixPath("a/b"))]}),
    ],
    records: [
        ([Checked(ID)], {}),
        (
            [Checked(ID, 2.5, "x", ["y"]), NODE, Line("x", 1), Line("y", 2)],
            {"visit": Visit(frozenset({date(2024, 1, 1)}), {"a": SPECIAL}), "self": Decimal(1), "fee": Decimal("0.5")},
        ),
    ],
    unions: [
        (
            [1, 2.5, "x", Line("x", 1), [Cat("a"), Dog("b", ["sit"])], Card("card", "1"), {"start": date(2024, 1, 1)}],
            {},
        ),
        ([[Decimal(1)], 2, True, Place("x"), [], Cash("cash", Decimal(5)), Packet(1, b"x")], {}),
        ([{"a": 1}], {"any_of": Customer(id=1), "tree": [1, {"a": [2]}]}),
        ([], {"any_of": Visit(), "mixed": "x", "number": float("inf")}),
    ],
    secrets: [(["s3cret"], {"login": {"pin": 1234}})],
    anything: [([None], {}), ([SPECIAL, {"a": 1}, 1, "x"], {"self": 1, "more": [SPECIAL]})],
}


def _task(name: str, type_: Any) -> Callable[..., None]:
    def task(value: Any) -> None: ...

    task.__name__ = name
    task.__annotations__["value"] = type_
    return task


def _of_rows() -> dict[Callable[..., None], list[Call]]:
    """A task for each row; those of errors go another way."""
    found: dict[Callable[..., None], list[Call]] = {}
    for row in ROWS:
        if inspect.isfunction(row.type):
            found[row.type] = [row.value]
        elif row.group != "failures":
            found[_task(row.name.replace("-", "_"), row.type)] = [([row.value], {})]
    return found


_TASKS = {**_OWN, **_of_rows()}

WIRE = Wire()
CODECS = {function.__name__: TaskCodec(read_signature(function), WIRE) for function in _TASKS}
CALLS = {function.__name__: calls for function, calls in _TASKS.items()}
