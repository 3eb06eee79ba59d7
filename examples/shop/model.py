"""The records: plain attrs classes, which know nothing of tasks."""

from __future__ import annotations

import enum
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import attr
from attr.validators import ge, gt, min_len


class Country(enum.Enum):
    """Where the shop delivers."""

    AT = "AT"
    CH = "CH"
    DE = "DE"
    FR = "FR"
    GB = "GB"
    JP = "JP"
    US = "US"


class Currency(enum.Enum):
    """What the shop takes."""

    CHF = "CHF"
    EUR = "EUR"
    GBP = "GBP"
    JPY = "JPY"
    USD = "USD"


class Channel(enum.Enum):
    """Where the order came in."""

    APP = "app"
    PHONE = "phone"
    WEB = "web"


@attr.s(auto_attribs=True)
class Money:
    """An amount; never a float."""

    amount: Decimal
    currency: Currency

    def __str__(self) -> str:
        return f"{self.amount} {self.currency.value}"


@attr.s(auto_attribs=True)
class Address:
    """Where a customer lives."""

    street: str
    city: str
    postcode: str
    country: Country


@attr.s(auto_attribs=True)
class Customer:
    """Who orders."""

    id: UUID
    name: str
    address: Address
    member_since: date | None = None


@attr.s(auto_attribs=True)
class Card:
    """How the customer pays."""

    last4: str
    expires: date
    limit: Money | None = None
    blocked: bool = False


@attr.s(auto_attribs=True)
class Line:
    """One article."""

    sku: str
    qty: int = attr.ib(validator=gt(0))
    unit_price: Decimal = attr.ib(validator=ge(Decimal(0)))


def has_offset(_: object, attribute: attr.Attribute[datetime], value: datetime) -> None:
    """A validator: 10:30 is no point in time where customers live in six time zones."""
    if value.tzinfo is None:
        raise ValueError(f"{attribute.name} has no UTC offset")


@attr.s(auto_attribs=True)
class Order:
    """What the file holds, one in each line."""

    id: UUID
    placed_at: datetime = attr.ib(validator=has_offset)
    channel: Channel
    currency: Currency
    customer: Customer
    card: Card
    lines: list[Line] = attr.ib(validator=min_len(1))
    coupon: str | None = None
    tags: dict[str, str] = attr.Factory(dict[str, str])


@attr.s(auto_attribs=True)
class Quote:
    """A priced order."""

    order: Order
    discount: Money
    tax: Money
    total: Money


@attr.s(auto_attribs=True)
class Fees:
    """What the payment provider keeps of each charge."""

    rate: Decimal
    fixed: dict[Currency, Decimal]


@attr.s(auto_attribs=True)
class Receipt:
    """A charged order."""

    id: UUID
    order_id: UUID
    customer: str
    total: Money
    fee: Money
    placed_at: datetime
    skus: tuple[str, ...]


class DeclineCode(enum.Enum):
    """Why a card was declined."""

    BLOCKED = "blocked"
    EXPIRED = "expired"
    LIMIT = "limit"


@attr.s(auto_attribs=True)
class Decline:
    """What the payment provider says about a declined card."""

    code: DeclineCode
    last4: str
    asked: Money
    limit: Money | None = None


@attr.s(auto_attribs=True, auto_exc=True, kw_only=True)
class CardDeclined(Exception):
    """An exception with fields, one of them a record: all of it arrives at the caller."""

    order_id: UUID
    decline: Decline

    def __str__(self) -> str:
        return f"card *{self.decline.last4} declined: {self.decline.code.value}, asked for {self.decline.asked}"
