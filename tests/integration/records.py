"""What travels in these tests: in a module of its own, for the tasks are imported anew for every deployment."""

from __future__ import annotations

import enum
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import attr
import attrs


class Currency(enum.Enum):
    """Travels by its value."""

    EUR = "EUR"
    USD = "USD"


class Priority(enum.IntEnum):
    """Is an int, and comes back as what it is."""

    LOW = 1
    HIGH = 9


@attr.s(auto_attribs=True)
class Address:
    """The innermost record."""

    street: str
    city: str | None = None


@attr.s
class Line:
    """Spelt the oldest way."""

    sku = attr.ib(type=str)
    qty = attr.ib(type=int)
    price = attr.ib(type=Decimal, default=Decimal("1.50"))


@attr.s(auto_attribs=True)
class Order:
    """The main record."""

    id: UUID
    placed: datetime
    lines: list[Line]
    address: Address | None = None
    notes: dict[str, str] = attr.Factory(dict)


@attrs.frozen
class Receipt:
    """What charging an order gives."""

    order: Order
    total: Decimal
    currency: Currency


@attrs.define
class Scalars:
    """A field of every type that is no container."""

    text: str
    number: int
    yes: bool
    ratio: float
    nothing: None
    data: bytes
    money: Decimal
    key: UUID
    at: datetime
    local: datetime
    day: date
    clock: time
    lasted: timedelta
    currency: Currency
    priority: Priority


@attrs.define
class Containers:
    """A field of every container, with scalars and records in them."""

    numbers: list[int]
    lines: list[Line]
    pair: tuple[int, Decimal]
    tags: tuple[Currency, ...]
    by_key: dict[UUID, Line]
    by_day: dict[date, list[Decimal]]
    perhaps: Line | None
    perhaps_not: Line | None
    deep: dict[str, list[tuple[Line | None, bytes]]]


@attrs.define
class Category:
    """Holds itself."""

    name: str
    children: list[Category] = attrs.Factory(list)
    parent_id: UUID | None = None


@attr.s(auto_attribs=True)
class Progress:
    """How far a task is."""

    done: int
    total: int
    at: Address | None = None


@attrs.define
class Declined(Exception):
    """Positional fields and a nested record."""

    reason: str
    line: Line


@attrs.define(kw_only=True)
class OutOfStock(Exception):
    """Keyword-only fields, which pickle by itself cannot bring back."""

    line: Line
    available: int = attrs.field(default=0, validator=attrs.validators.ge(0))


@attrs.define(kw_only=True)
class Discontinued(OutOfStock):
    """Inherits fields."""

    since: date


@attr.s(auto_attribs=True, auto_exc=True)
class Undeclared(Exception):
    """Attrs, and in no task's `raises=`."""

    why: str
    line: Line


class Plain(Exception):
    """No attrs: travels by its arguments and attributes."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(code, text)
        self.code = code


class Awkward(Exception):
    """Cannot be made from its own arguments, so pickle fails and Celery puts a stand-in in its place."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


PARIS_SUMMER = timezone(timedelta(hours=2))
PLACED = datetime(2026, 7, 14, 9, 30, 15, 123456, tzinfo=PARIS_SUMMER)
KEY = UUID("12345678-1234-5678-1234-567812345678")


def order(qty: int = 2, *, sku: str = "tea") -> Order:
    """An order of one line, and all else that an order may hold."""
    return Order(KEY, PLACED, [Line(sku, qty)], Address("Rue 1", "Paris"), {"gift": "yes"})


SCALARS = Scalars(
    text="żółw \N{SNOWMAN} \x00 'quoted' \"twice\"",
    number=2**70,
    yes=True,
    ratio=0.1,
    nothing=None,
    data=bytes(range(256)),
    money=Decimal("10.00"),
    key=KEY,
    at=PLACED,
    local=datetime(2026, 1, 2, 3, 4, 5),  # noqa: DTZ001 - naive, and naive it must come back
    day=date(2026, 2, 28),
    clock=time(23, 59, 59, 1),
    lasted=timedelta(days=1, seconds=2, microseconds=3),
    currency=Currency.USD,
    priority=Priority.HIGH,
)

CONTAINERS = Containers(
    numbers=[1, 2, 3],
    lines=[Line("tea", 1), Line("salt", 2, Decimal("0.99"))],
    pair=(1, Decimal("1.10")),
    tags=(Currency.EUR, Currency.USD),
    by_key={KEY: Line("tea", 1)},
    by_day={date(2026, 2, 28): [Decimal(1), Decimal("1.0")]},
    perhaps=Line("tea", 1),
    perhaps_not=None,
    deep={"": [(None, b""), (Line("tea", 0), b"\xff")]},
)

CATEGORY = Category("all", [Category("food", [Category("tea")]), Category("tools", parent_id=KEY)])
