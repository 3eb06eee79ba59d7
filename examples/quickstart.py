"""A typed task, called here and then through a worker in another process: ``python examples/quickstart.py``."""

import enum
import subprocess
import sys
from decimal import Decimal

import attr

from typedtasks import TypedCelery, embedded, typed_task

app = TypedCelery("shop", **embedded())  # no server needed; Redis or RabbitMQ is one line instead


class Currency(enum.Enum):
    EUR = "EUR"
    USD = "USD"


@attr.s(auto_attribs=True)
class Order:
    sku: str
    qty: int
    price: Decimal


@attr.s(auto_attribs=True)
class Receipt:
    order: Order
    total: Decimal
    currency: Currency


@typed_task(app=app)
def charge(order: Order, *, currency: Currency = Currency.EUR) -> Receipt:
    return Receipt(order, order.qty * order.price, currency)


def main() -> None:
    order = Order("TEA-EARL-100", 2, Decimal("4.95"))
    print("called here:", charge(order))
    with subprocess.Popen([sys.executable, __file__, "--quiet", "worker", "--loglevel=ERROR"]) as worker:
        try:
            print("by a worker:", charge.delay(order, currency=Currency.USD).get(timeout=30))
        finally:
            worker.terminate()


if __name__ == "__main__":
    app.worker_main(sys.argv[1:]) if sys.argv[1:] else main()
