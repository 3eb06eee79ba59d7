"""The names that the rows are written with: each part is shown in docs/reference/wire-format.md above its rows.

No `from __future__ import annotations`: what is shown runs as it is, and a forward reference is seen to be one.
"""

# ruff: noqa: F401 - the rows use what is imported here

# -- names
import dataclasses
import enum
import re
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import (
    Callable,
    Collection,
    Generator,
    Iterable,
    Iterator,
    Mapping,
    MutableMapping,
    MutableSequence,
    MutableSet,
    Sequence,
)
from collections.abc import Set as AbstractSet
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, Final, Generic, Literal, NewType, TextIO, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attr
import attrs
import msgspec
import pydantic
from typing_extensions import NamedTuple, NotRequired, ReadOnly, Required, TypeAliasType, TypedDict, Unpack

try:
    from enum import StrEnum
except ImportError:  # before Python 3.11

    class StrEnum(str, enum.Enum): ...


ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
PLUS_TWO = timezone(timedelta(hours=2))


# -- enums
class Currency(enum.Enum):
    EUR = "EUR"
    USD = "USD"


class Color(str, enum.Enum):
    RED = "red"


class Shipping(StrEnum):
    AIR = "air"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Rights(enum.IntFlag):
    OPEN = 1
    SIGN = 2


class Answer(enum.Enum):
    YES = True
    MANY = 2
    HALF = 0.5
    LATER = "later"


class Fee(enum.Enum):
    NONE = Decimal(0)
    EXPRESS = Decimal("4.50")


class Corner(enum.Enum):
    ORIGIN = (0, 0)
    FAR = (9, 9)


class Holiday(enum.Enum):
    NEW_YEAR = date(2026, 1, 1)


@attrs.frozen
class Mass:
    kg: Decimal


class Planet(enum.Enum):
    EARTH = Mass(Decimal("5.972E+24"))


# -- stands-for
Sku = NewType("Sku", str)
Weight = TypeAliasType("Weight", Decimal)
T = TypeVar("T")
Pair = TypeAliasType("Pair", tuple[T, T], type_params=(T,))


@attrs.define
class Meter:
    serial: Final[str]


# -- attrs
@attr.s(auto_attribs=True)
class Line:
    sku: str
    qty: int


@attrs.define
class Order:
    """A private name, an alias, a factory, defaults, and a field that `__init__` does not take."""

    _id: UUID
    total: Decimal = attrs.field(alias="sum")
    lines: list[Line] = attrs.field(factory=list)
    note: str | None = None
    data: Any = None
    seen: int = attrs.field(init=False, default=7)


ORDER = Order(ID, Decimal("19.90"), [Line("x", 2)], data={"any": ["JSON", None, 1.5]})


@attr.s
class Classic:
    line = attr.ib(type=Line)
    data = attr.ib()


@attrs.frozen(kw_only=True)
class Address:
    street: str
    code: str = attrs.field(default="", converter=str.upper, validator=attrs.validators.max_len(9))


@attrs.define(slots=False)
class Gift(Line):
    card: str = attrs.field(default="", metadata={"sensitive": True})


@attrs.frozen
class Login:
    name: str
    password: str = attrs.field(repr=False)


# -- recursive
@attrs.define
class Node:
    value: int
    children: "list[Node]" = attrs.field(factory=list)


@attrs.define
class Person:
    name: str
    team: "Team | None" = None


@attrs.define
class Team:
    members: list[Person]


Tree = TypeAliasType("Tree", "int | list[Tree]")

# -- generic
B = TypeVar("B", bound=Line)


@attrs.define
class Page(Generic[T]):
    items: list[T]
    after: str | None = None


@attrs.define
class Best(Generic[B]):
    item: B


@attrs.define
class LinePage(Page[Line]):
    total: int = 0


@attrs.define
class Branch(Generic[T]):
    value: T
    below: "list[Branch[T]]" = attrs.field(factory=list)


# -- dataclasses
@dataclasses.dataclass
class Stop:
    city: str
    at: time | None = None


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    by: str
    on: date = date(2026, 3, 1)


@dataclasses.dataclass
class Price:
    net: Decimal
    rate: dataclasses.InitVar[Decimal]
    gross: Decimal = dataclasses.field(init=False)

    def __post_init__(self, rate: Decimal) -> None:
        self.gross = self.net * rate


@dataclasses.dataclass
class Range(Generic[T]):
    low: T
    high: T


# -- typed-dicts
class Label(TypedDict):
    text: str
    color: NotRequired[Color]


class Patch(TypedDict, total=False):
    id: Required[ReadOnly[int]]
    note: str


class Box(TypedDict, Generic[T]):
    content: T


# -- named-tuples
class Point(NamedTuple):
    x: int
    y: int = 0


class Entry(NamedTuple, Generic[T]):
    key: str
    value: T


# -- others
class Customer(pydantic.BaseModel):
    id: int
    name: str = pydantic.Field(alias="fullName")
    born: date | None = None


class Feed(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Parcel(msgspec.Struct, rename="camel"):
    parcel_no: int
    weight: Decimal = Decimal(1)


class Crate(msgspec.Struct, Generic[T]):
    items: list[T]


# -- unions
@attrs.frozen
class Card:
    number: str


@attrs.frozen
class Transfer:
    iban: str
    name: str = ""


@attrs.frozen
class Paid:
    amount: Decimal
    kind: Literal["paid"] = "paid"


@attrs.frozen
class Refunded:
    amount: Decimal
    kind: Literal["refunded"] = "refunded"


class Added(TypedDict):
    event: Literal["added"]
    sku: str


class Removed(TypedDict):
    event: Literal["removed"]
    on: date


# -- arguments
def charge(order: Order, /, times: int = 1, *lines: Line, currency: Currency, **more: Decimal) -> None: ...


class Packing(TypedDict, total=False):
    layers: Required[int]
    fragile: bool


def pack(line: Line, **packing: Unpack[Packing]) -> None: ...


# -- refused-values
@attrs.frozen
class Express(Line):
    courier: str


@attrs.frozen
class Job:
    line: Line
    lock: threading.Lock


@attrs.frozen
class Town:
    city: str
    country: str = "BE"


class Twins(enum.Enum):
    TEXT = "1.50"
    NUMBER = Decimal("1.50")


class Bank:
    @attrs.frozen
    class Card:
        pin: str
