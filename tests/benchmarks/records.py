"""One order, as each library wants it written: nested lines, money, a UUID, a time, an enum, an optional field."""

from __future__ import annotations

import enum
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
import pydantic
from cattrs.preconf.json import make_converter

__all__ = [
    "CONVERTER",
    "Currency",
    "Customer",
    "Order",
    "PydanticOrder",
    "PydanticReceipt",
    "Receipt",
    "converter_by_hand",
    "order",
    "pydantic_order",
]


class Currency(enum.Enum):
    """What the order is paid in."""

    EUR = "EUR"
    USD = "USD"


@attrs.define
class Line:
    """So many pieces of one article."""

    sku: str
    quantity: int
    price: Decimal
    note: str | None = None


@attrs.define
class Customer:
    """Who pays."""

    name: str
    email: str
    company: str | None = None


@attrs.define
class Order:
    """What is sent."""

    id: UUID
    placed: datetime
    currency: Currency
    customer: Customer
    lines: list[Line]


@attrs.define
class Receipt:
    """What comes back."""

    order: UUID
    total: Decimal
    currency: Currency


class PydanticLine(pydantic.BaseModel):
    """`Line`."""

    sku: str
    quantity: int
    price: Decimal
    note: str | None = None


class PydanticCustomer(pydantic.BaseModel):
    """`Customer`."""

    name: str
    email: str
    company: str | None = None


class PydanticOrder(pydantic.BaseModel):
    """`Order`."""

    id: UUID
    placed: datetime
    currency: Currency
    customer: PydanticCustomer
    lines: list[PydanticLine]


class PydanticReceipt(pydantic.BaseModel):
    """`Receipt`."""

    order: UUID
    total: Decimal
    currency: Currency


def order(lines: int) -> Order:
    """An order of so many lines, always the same."""
    return Order(
        id=UUID(int=0x1234_5678_1234_4678_8234_5678_1234_5678),
        placed=datetime(2026, 3, 14, 15, 9, 26, 535897, tzinfo=timezone.utc),
        currency=Currency.EUR,
        customer=Customer("Ada Lovelace", "ada@example.org", "Analytical Engines"),
        lines=[
            Line(f"SKU-{n:05}", n % 7 + 1, Decimal(n * 37 % 9973).scaleb(-2), "gift wrap" if n % 3 == 0 else None)
            for n in range(lines)
        ],
    )


def pydantic_order(lines: int) -> PydanticOrder:
    """The same order as a pydantic model."""
    return PydanticOrder.model_validate(CONVERTER.unstructure(order(lines)))


def converter_by_hand(*, detailed_validation: bool = True) -> Any:
    """A cattrs converter as a careful user writes one; its JSON preset knows neither money nor UUIDs."""
    converter = make_converter(detailed_validation=detailed_validation)
    for cls in (Decimal, UUID):
        converter.register_unstructure_hook(cls, str)
    converter.register_structure_hook(Decimal, lambda value, _: Decimal(value))
    converter.register_structure_hook(UUID, lambda value, _: UUID(value))
    return converter


CONVERTER = converter_by_hand()
