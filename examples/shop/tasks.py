"""The work: two functions that take and give records. The decorator is all that makes them tasks."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from uuid import uuid5

from typedtasks import typed_task

from .model import CardDeclined, Country, Currency, Decline, DeclineCode, Fees, Money, Order, Quote, Receipt

TAX = {
    Country.AT: Decimal("0.20"),
    Country.CH: Decimal("0.081"),
    Country.DE: Decimal("0.19"),
    Country.FR: Decimal("0.20"),
    Country.GB: Decimal("0.20"),
    Country.JP: Decimal("0.10"),
    Country.US: Decimal(0),
}
COUPONS = {"WELCOME10": Decimal("0.10"), "SUMMER25": Decimal("0.25")}
FEES = Fees(
    rate=Decimal("0.014"),
    fixed={
        Currency.CHF: Decimal("0.30"),
        Currency.EUR: Decimal("0.25"),
        Currency.GBP: Decimal("0.20"),
        Currency.JPY: Decimal(30),
        Currency.USD: Decimal("0.30"),
    },
)


@typed_task
def price(order: Order) -> Quote:
    """Add the lines up, take the coupon off, put the tax on."""

    def money(amount: Decimal) -> Money:
        return rounded(amount, order.currency)

    net = sum((line.qty * line.unit_price for line in order.lines), Decimal(0))
    discount = money(net * COUPONS.get(order.coupon or "", Decimal(0)))
    tax = money((net - discount.amount) * TAX[order.customer.address.country])
    return Quote(order, discount, tax, money(net - discount.amount + tax.amount))


@typed_task(raises=(CardDeclined,))
def charge(quote: Quote, *, fees: Fees) -> Receipt:
    """Charge the customer's card, or raise `CardDeclined`."""
    order, total = quote.order, quote.total
    code = decline_code(quote)
    if code is not None:
        limit = order.card.limit if code is DeclineCode.LIMIT else None
        raise CardDeclined(order_id=order.id, decline=Decline(code, order.card.last4, total, limit))
    return Receipt(
        id=uuid5(order.id, "receipt"),  # the same each time: a task may run twice
        order_id=order.id,
        customer=order.customer.name,
        total=total,
        fee=rounded(total.amount * fees.rate + fees.fixed[total.currency], total.currency),
        placed_at=order.placed_at,
        skus=tuple(line.sku for line in order.lines),
    )


def decline_code(quote: Quote) -> DeclineCode | None:
    """Why the card is declined, if it is."""
    card = quote.order.card
    if card.blocked:
        return DeclineCode.BLOCKED
    if card.expires < quote.order.placed_at.date():
        return DeclineCode.EXPIRED
    if card.limit is not None and card.limit.amount < quote.total.amount:
        return DeclineCode.LIMIT
    return None


def rounded(amount: Decimal, currency: Currency) -> Money:
    """To the currency's smallest coin."""
    coin = Decimal(1) if currency is Currency.JPY else Decimal("0.01")
    return Money(amount.quantize(coin, ROUND_HALF_UP), currency)
