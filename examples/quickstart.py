"""A typed task, called here and then through a worker in another process: ``python examples/quickstart.py``."""

import subprocess
import sys
from decimal import Decimal

import attr

from typedtasks import TypedCelery, embedded, typed_task

app = TypedCelery("shop", **embedded())  # no server needed; Redis or RabbitMQ is one line instead


@attr.s(auto_attribs=True)
class Order:
    sku: str
    qty: int


@attr.s(auto_attribs=True)
class Receipt:
    order: Order
    total: Decimal


@typed_task(app=app)
def charge(order: Order, *, price: Decimal = Decimal("4.95")) -> Receipt:
    return Receipt(order, order.qty * price)


if __name__ == "__main__" and sys.argv[1:]:
    app.worker_main(sys.argv[1:])
elif __name__ == "__main__":
    print("called here:", charge(Order("TEA", 2)))
    with subprocess.Popen([sys.executable, __file__, "--quiet", "worker", "--loglevel=ERROR"]) as worker:
        try:
            print("by a worker:", charge.delay(Order("TEA", 2), price=Decimal("3.50")).get(timeout=30))
        finally:
            worker.terminate()
