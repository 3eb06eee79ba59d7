"""Tasks that only the worker knows; callers have stubs of them."""

from __future__ import annotations

from tests.everywhere import tasks
from tests.everywhere.records import Currency, Line, Order, Receipt, receipt


@tasks.typed(name="elsewhere.bill")
def bill(order: Order, *, currency: Currency = Currency.EUR, line: Line | None = None) -> Receipt:
    """What `tasks.bill` stands for."""
    lines = [*order.lines, line] if line else order.lines
    return receipt(Order(order.id, order.placed, lines, order.address, order.notes), currency)


@tasks.typed(name="elsewhere.log")
def log_order(order: Order, *, log: str) -> None:
    """What `tasks.log_order` stands for."""
    tasks.keep(log, order)
