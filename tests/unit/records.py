"""The shop that the tests send tasks to: its records, its errors."""

from __future__ import annotations

import enum
from decimal import Decimal

import attr
import attrs

__all__ = ["Currency", "Declined", "Line", "Order", "OutOfStock", "Progress", "Receipt"]


class Currency(enum.Enum):
    """What an order is paid in."""

    EUR = "EUR"
    USD = "USD"


@attr.s(auto_attribs=True)
class Line:
    """So many pieces of one article."""

    sku: str
    qty: int


@attr.s(auto_attribs=True)
class Order:
    """A nested record."""

    id: str
    lines: list[Line]
    note: str | None = None


@attrs.frozen
class Receipt:
    """What comes back."""

    order: Order
    total: Decimal
    currency: Currency = Currency.EUR


@attrs.define
class Progress:
    """How far a task is."""

    done: int
    total: int


@attrs.define(kw_only=True)
class Declined(Exception):
    """A declared failure with a nested record, which pickle alone cannot carry."""

    order: Order
    reason: str


class OutOfStock(Exception):
    """A plain exception that hands other arguments on than it takes, with state beside them."""

    def __init__(self, sku: str, *, left: int) -> None:
        super().__init__(f"{sku} is out of stock")
        self.left = left
