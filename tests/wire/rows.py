"""What is in `v1/`: a file for each row, with the wire form that this and every later release reads and writes.

`python -m tests.wire` writes the files of new rows. It never changes one: a message may wait in a queue while the
worker is upgraded, so what was once written must be read for ever, and what is written must be read by older workers.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, NewType
from uuid import UUID

import attr
import attrs

from typedtasks import Problem
from typedtasks._codec import TaskCodec
from typedtasks._failures import dump_failure, load_failure
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

__all__ = ["FOLDER", "ROWS", "Row", "path", "text"]

FOLDER = Path(__file__).parent / "v1"
WIRE = Wire()
ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
PLUS_TWO = timezone(timedelta(hours=2))
Sku = NewType("Sku", str)


class Currency(enum.Enum):
    """An enum of strings."""

    EUR = "EUR"


class Level(enum.IntEnum):
    """An enum whose members are integers."""

    HIGH = 2


class Color(str, enum.Enum):
    """An enum whose members are strings."""

    RED = "red"


class Mode(enum.Flag):
    """An enum whose members add up."""

    READ = 1
    WRITE = 2


@attr.s(auto_attribs=True)
class Line:
    """A record."""

    sku: str
    qty: int


@attrs.define
class Order:
    """A record with a private name, an alias, defaults and a field that `__init__` does not take."""

    _id: UUID
    total: Decimal = attrs.field(alias="sum")
    lines: list[Line] = attrs.field(factory=list)
    note: str | None = None
    data: Any = None
    seen: int = attrs.field(init=False, default=7)


@attr.s
class Classic:
    """A record as attrs was written at first, with an untyped field."""

    line = attr.ib(type=Line)
    data = attr.ib()


@attrs.define
class Node:
    """A record that holds itself."""

    value: int
    children: list[Node] = attrs.field(factory=list)


@attrs.define(kw_only=True)
class Declined(Exception):
    """An attrs exception."""

    order: Order
    reason: str

    def __str__(self) -> str:
        return self.reason


class OutOfStock(Exception):
    """A plain exception with state."""

    def __init__(self, sku: str, left: int) -> None:
        super().__init__(sku)
        self.left = left

    def __eq__(self, other: object) -> bool:
        return isinstance(other, OutOfStock) and (self.args, self.left) == (other.args, other.left)

    __hash__ = None  # type: ignore[assignment]  # how Python says it


def charge(order: Order, /, times: int = 1, *lines: Line, currency: Currency, **more: Decimal) -> None:
    """A function with every kind of parameter."""


CHARGE = TaskCodec(read_signature(charge), WIRE)


@attrs.frozen
class Row:
    """A value, how it goes out and how it comes back."""

    name: str
    value: Any
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


def _of(name: str, type_: Any, value: Any) -> Row:
    return Row(name, value, lambda value: WIRE.dump(value, type_), lambda wire: WIRE.load(wire, type_))


def _failure(name: str, exc: Exception) -> Row:
    return Row(name, exc, lambda exc: dump_failure(exc, WIRE), lambda document: load_failure(document, WIRE))


ORDER = Order(ID, Decimal("19.90"), [Line("x", 2)], data={"any": ["JSON", None, 1.5]})

ROWS = [
    _of("str", str, "ä€\U0001f600"),
    _of("int", int, -(10**49) - 1),
    _of("bool", bool, True),
    _of("none", None, None),
    _of("float", list[float], [1.5, -0.0, 1e300, float("inf"), float("-inf")]),
    _of("bytes", bytes, b"\x00\xff"),
    _of("decimal", list[Decimal], [Decimal("1.50"), Decimal("-0E+3")]),
    _of("uuid", UUID, ID),
    _of("datetime-naive", datetime, datetime(2024, 2, 29, 12, 30, 1)),  # noqa: DTZ001 - naive stays naive
    _of("datetime-aware", datetime, datetime(2024, 2, 29, 12, 30, 1, 5, PLUS_TWO)),
    _of("date", date, date(2024, 2, 29)),
    _of("time", list[time], [time(12, 30), time(12, 30, 0, 1, PLUS_TWO)]),
    _of("timedelta", list[timedelta], [timedelta(0), timedelta(days=1, seconds=2, microseconds=3), -timedelta(1)]),
    _of("enum", Currency, Currency.EUR),
    _of("enum-int", Level, Level.HIGH),
    _of("enum-str", Color, Color.RED),
    _of("enum-flag", list[Mode], [Mode(0), Mode.READ | Mode.WRITE]),
    _of("newtype", Sku, Sku("x")),
    _of("annotated", Annotated[int, "metadata"], 7),
    _of("optional", list[Line | None], [None, Line("x", 1)]),
    _of("list", list[list[int]], [[], [1, 2]]),
    _of("tuple", tuple[int, Line, str], (1, Line("x", 1), "y")),
    _of("tuple-any-length", tuple[Decimal, ...], (Decimal(1), Decimal(2))),
    _of("dict", dict[str, Line], {"a": Line("x", 1), "": Line("y", 2)}),
    _of("dict-keys", dict[UUID, dict[date, dict[Currency, int]]], {ID: {date(2024, 1, 1): {Currency.EUR: 1}}}),
    _of("any", Any, {"__type__": "x", "$type": [1, 1.5, True, None, {"deep": []}]}),
    _of("record", Order, ORDER),
    _of("record-classic", Classic, Classic(Line("x", 1), [None, {"a": 1}])),
    _of("record-recursive", Node, Node(1, [Node(2), Node(3, [Node(4)])])),
    Row(
        "arguments",
        ([ORDER, 3, Line("x", 1)], {"currency": Currency.EUR, "fee": Decimal("0.5")}),
        lambda call: CHARGE.encode_arguments(*call, exact=True),
        lambda wire: CHARGE.decode_arguments(*wire),
    ),
    _failure("failure-attrs", Declined(order=ORDER, reason="no money")),
    _failure("failure-plain", OutOfStock("x", 3)),
    _of("problem", Problem, Problem("$.order", "missing")),
]


def path(row: Row) -> Path:
    """The row's file."""
    return FOLDER / f"{row.name}.json"


def text(row: Row) -> str:
    """What this release writes into it."""
    return json.dumps(row.dump(row.value), indent=2, allow_nan=False) + "\n"
