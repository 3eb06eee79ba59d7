"""Send one typed task through a worker in another process, with nothing but the installed wheel.

Run in an empty directory, by the Python that has the wheel: `python smoke.py`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

import attrs

import typedtasks
from typedtasks import TypedCelery, embedded, typed_task

app = TypedCelery("smoke", **embedded(Path(__file__).parent / "broker"))  # the worker imports this file too


@attrs.frozen
class Order:
    """What is sent."""

    sku: str
    prices: list[Decimal]


@attrs.frozen
class Receipt:
    """What comes back."""

    order: Order
    total: Decimal
    worker: int


@typed_task(app=app, name="smoke.charge")
def charge(order: Order) -> Receipt:
    """Add the prices, and say in which process."""
    return Receipt(order, sum(order.prices, Decimal()), os.getpid())


def main() -> None:
    """Check the installation, then one task."""
    source = str(files(typedtasks))
    if "site-packages" not in source:
        sys.exit(f"typedtasks comes from {source}, not from the wheel")
    if not files(typedtasks).joinpath("py.typed").is_file():
        sys.exit("the installed package has no py.typed")
    order = Order("tea", [Decimal("1.10"), Decimal("2.20")])
    command = [sys.executable, "-m", "celery", "-A", "smoke:app", "worker", "--pool=solo", "--loglevel=WARNING"]
    worker = subprocess.Popen(command)
    try:
        receipt = charge.delay(order).get(timeout=60)
    finally:
        worker.kill()
        worker.wait()
    if receipt != Receipt(order, Decimal("3.30"), worker.pid):
        sys.exit(f"not the receipt of this order: {receipt}")
    print(f"typedtasks {version('typedtasks')} from its wheel: {receipt}")


if __name__ == "__main__":
    main()
