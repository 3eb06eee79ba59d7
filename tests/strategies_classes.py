"""Classes that the generated types use as they are: enums, recursive records, generic ones."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal

import attr
import attrs
import msgspec
from typing_extensions import NamedTuple, NotRequired, TypeAliasType, TypedDict, TypeVar

__all__ = [
    "ENUMS",
    "RECORDS",
    "Chain",
    "Expr",
    "Journey",
    "Level",
    "Link",
    "Mixed",
    "Mode",
    "Node",
    "Number",
    "Pair",
    "Parcel",
    "Plain",
    "Planet",
    "Point",
    "Price",
    "Rank",
    "Release",
    "Spot",
    "Sum",
    "Tangle",
    "Team",
    "Tree",
    "Worker",
]

T = TypeVar("T")


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


class Rank(enum.Enum):
    """Members with integers as values."""

    FIRST = 1
    SECOND = 2


class Mode(enum.Flag):
    """Members that add up."""

    READ = 1
    WRITE = 2


class Planet(enum.Enum):
    """Values that are tuples."""

    EARTH = (5.97, Decimal("6378.1"))
    MARS = (0.642, Decimal("3389.5"))


class Price(enum.Enum):
    """Values that are decimals."""

    LOW = Decimal("1.50")
    HIGH = Decimal(20)


class Release(enum.Enum):
    """Values that are dates."""

    FIRST = date(2024, 1, 31)
    SECOND = date(2025, 2, 28)


@attrs.frozen
class Point:
    """A value of an enum's member."""

    x: int
    y: int = 0


class Spot(enum.Enum):
    """Values that are records."""

    HERE = Point(1)
    THERE = Point(2, 3)


ENUMS: tuple[type[enum.Enum], ...] = (Plain, Mixed, Level, Rank, Mode, Planet, Price, Release, Spot)


@attrs.define
class Tree:
    """A record that holds itself, in a list and optionally."""

    value: int
    children: list[Tree] = attrs.field(factory=list)
    left: Tree | None = None


@attr.s(auto_attribs=True)
class Worker:
    """One half of a mutual recursion."""

    name: str
    team: Team | None = None


@dataclass
class Team:
    """The other half."""

    lead: Worker | None
    members: Mapping[str, Worker] = field(default_factory=dict)


class Chain(TypedDict):
    """A typed dict that holds itself."""

    name: str
    next: NotRequired[Chain]


class Link(NamedTuple):
    """A named tuple that holds itself."""

    value: int
    rest: Link | None = None


@attrs.frozen
class Number:
    """A leaf of an expression."""

    value: int


@dataclass(frozen=True)
class Sum:
    """A node of an expression: recursion through a union of records."""

    left: Expr
    right: Expr


Expr = Number | Sum
Tangle = TypeAliasType("Tangle", "int | list[Tangle] | dict[str, Tangle] | None")


@attrs.define
class Node(Generic[T]):
    """A generic record that holds itself."""

    value: T
    next: Node[T] | None = None


@dataclass
class Pair(Generic[T]):
    """A generic dataclass with two fields of one type."""

    first: T
    second: T


@dataclass
class Journey:
    """Records behind a literal of their own, in a list."""

    steps: list[Walk | Ride]


@attrs.define
class Walk:
    """Told by its literal."""

    metres: int
    by: Literal["foot"] = "foot"


class Ride(TypedDict):
    """Told by its literal."""

    by: Literal["train", "bus"]
    data: Any


class Parcel(msgspec.Struct, frozen=True):
    """A record of another library."""

    name: str
    weight: Decimal = Decimal(1)


RECORDS: tuple[type[Any], ...] = (Tree, Worker, Team, Chain, Link, Number, Sum, Journey)
