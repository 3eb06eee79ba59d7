"""What travels in these tests: in a module of its own, for the tasks are imported anew for every place."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs

from tests.integration.records import (
    KEY,
    PLACED,
    Address,
    Currency,
    Declined,
    Discontinued,
    Line,
    Order,
    OutOfStock,
    Plain,
    Progress,
    Receipt,
    Undeclared,
    order,
)

__all__ = [
    "KEY",
    "PLACED",
    "Address",
    "Card",
    "Cash",
    "Currency",
    "Declined",
    "Discontinued",
    "Line",
    "Order",
    "OutOfStock",
    "Plain",
    "Progress",
    "Receipt",
    "Stamped",
    "Undeclared",
    "line_wire",
    "order",
    "order_wire",
    "receipt",
]


@attrs.frozen
class Cash:
    """Has the very fields of `Card`: only the tag of a union tells them apart."""

    amount: Decimal


@attrs.frozen
class Card:
    """Has the very fields of `Cash`."""

    amount: Decimal


@attrs.frozen
class Stamped:
    """An order, and the stamps of the message that it came with."""

    order: Order
    stamps: dict[str, list[str]]


def receipt(of: Order, currency: Currency = Currency.EUR) -> Receipt:
    """What `charge` makes of an order."""
    return Receipt(of, sum((line.qty * line.price for line in of.lines), Decimal(0)), currency)


def line_wire(line: Line) -> dict[str, Any]:
    """A line as it travels."""
    return {"sku": line.sku, "qty": line.qty, "price": str(line.price)}


def order_wire(of: Order) -> dict[str, Any]:
    """An order, as `order()` makes it, as it travels."""
    return {
        "id": str(of.id),
        "placed": of.placed.isoformat(),
        "lines": [line_wire(line) for line in of.lines],
        "address": None if of.address is None else attrs.asdict(of.address),
        "notes": dict(of.notes),
    }
