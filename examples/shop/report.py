"""What the demo prints: rich makes it plain where the output is no terminal."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from rich import box
from rich.console import Console
from rich.table import Table

from .model import CardDeclined, Currency, DeclineCode, Receipt
from .pipeline import Outcome

SAMPLE = 5
REFUSALS = 15


def show(console: Console, outcome: Outcome) -> None:
    """Four tables and a sum."""
    answers = outcome.answers.values()
    receipts = [answer for answer in answers if isinstance(answer, Receipt)]
    declined = [answer for answer in answers if isinstance(answer, CardDeclined)]
    console.print(receipts_table(receipts), totals_table(receipts), declined_table(declined), refused_table(outcome))
    sent, seconds = len(outcome.answers), outcome.seconds
    console.print(
        f"{sent + len(outcome.refused):,} orders: {len(receipts):,} receipts, {len(declined):,} declined, "
        f"{len(outcome.refused):,} refused.\n"
        f"{sent:,} chains of two tasks in {seconds:.1f} s: {2 * sent / seconds:,.0f} tasks a second."
    )


def receipts_table(receipts: list[Receipt]) -> Table:
    """A few of them."""
    table = make_table(
        f"Receipts (the first {SAMPLE} of {len(receipts):,})", "order", "placed", "customer", ">total", ">fee"
    )
    for receipt in receipts[:SAMPLE]:
        placed = receipt.placed_at.isoformat(" ", "minutes")
        table.add_row(short(receipt), placed, receipt.customer, str(receipt.total), str(receipt.fee.amount))
    return table


def totals_table(receipts: list[Receipt]) -> Table:
    """All of them, by currency."""
    by_currency: defaultdict[Currency, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_currency[receipt.total.currency].append(receipt)
    table = make_table("Totals", "currency", ">receipts", ">total", ">fees")
    for currency, group in sorted(by_currency.items(), key=lambda item: item[0].value):
        total = sum((receipt.total.amount for receipt in group), Decimal(0))
        fees = sum((receipt.fee.amount for receipt in group), Decimal(0))
        table.add_row(currency.value, f"{len(group):,}", f"{total:,}", f"{fees:,}")
    return table


def declined_table(declined: list[CardDeclined]) -> Table:
    """Typed failures: the fields of the nested record are there to group by."""
    by_code: defaultdict[DeclineCode, list[CardDeclined]] = defaultdict(list)
    for error in declined:
        by_code[error.decline.code].append(error)
    table = make_table("Declined cards (CardDeclined)", "code", ">orders", "such as", "card", ">asked", ">limit")
    for code, group in sorted(by_code.items(), key=lambda item: item[0].value):
        example = group[0].decline
        limit = "" if example.limit is None else str(example.limit)
        table.add_row(code.value, f"{len(group):,}", short(group[0]), f"*{example.last4}", str(example.asked), limit)
    return table


def refused_table(outcome: Outcome) -> Table:
    """Lines that were never sent."""
    rows = [(number, problem) for number, problems in outcome.refused.items() for problem in problems]
    table = make_table("Refused before sending (InvalidArguments)", ">line", "path", "problem")
    for number, problem in rows[:REFUSALS]:
        table.add_row(str(number), problem.path, problem.message)
    if len(rows) > REFUSALS:
        table.add_row("", "", f"... and {len(rows) - REFUSALS} more problems")
    return table


def make_table(title: str, *columns: str) -> Table:
    """A table; ``>name`` is a column of numbers."""
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for column in columns:
        table.add_column(column.lstrip(">"), justify="right" if column.startswith(">") else "left")
    return table


def short(of: Receipt | CardDeclined) -> str:
    """The start of an order's id."""
    return str(of.order_id)[:8]
