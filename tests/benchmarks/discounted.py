"""An order that only Python code can make: lines with an alias, a private field, a converter and a union of records."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import attrs
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn
from cattrs.strategies import configure_tagged_union

from . import records
from .records import Currency, Customer, converter_by_hand

__all__ = ["CONVERTER", "FIRST_ERROR", "Amount", "Line", "Order", "Percent", "order"]


@attrs.define
class Percent:
    """So much of the price."""

    percent: int


@attrs.define
class Amount:
    """So much money."""

    amount: Decimal
    reason: str


@attrs.define
class Line:
    """So many pieces of one article, at a discount."""

    article: str = attrs.field(alias="sku")
    quantity: int
    price: Decimal = attrs.field(converter=Decimal)
    discount: Percent | Amount
    _position: int
    note: str | None = None


@attrs.define
class Order:
    """What is sent."""

    id: UUID
    placed: datetime
    currency: Currency
    customer: Customer
    lines: list[Line]


def order(lines: int) -> Order:
    """An order of so many lines, always the same."""
    plain = records.order(0)
    return Order(plain.id, plain.placed, plain.currency, plain.customer, [_line(number) for number in range(lines)])


def _line(number: int) -> Line:
    return Line(
        sku=f"SKU-{number:05}",
        quantity=number % 7 + 1,
        price=Decimal(number * 37 % 9973).scaleb(-2),
        discount=Percent(number % 50) if number % 2 else Amount(Decimal("1.50"), "loyalty"),
        position=number,
        note="gift wrap" if number % 3 == 0 else None,
    )


def _by_hand(*, detailed_validation: bool) -> Any:
    """What the author of these classes tells cattrs of them, for the same wire form."""
    converter = converter_by_hand(detailed_validation=detailed_validation)
    configure_tagged_union(Percent | Amount, converter, tag_name="$type")
    converter.register_structure_hook(Line, make_dict_structure_fn(Line, converter, _cattrs_use_alias=True))
    converter.register_unstructure_hook(Line, make_dict_unstructure_fn(Line, converter, _cattrs_use_alias=True))
    return converter


CONVERTER = _by_hand(detailed_validation=True)
"""With cattrs' defaults: it gathers everything that is wrong, as typedtasks does."""
FIRST_ERROR = _by_hand(detailed_validation=False)
