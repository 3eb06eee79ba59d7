"""An app that moves to another process, the task of its worker, and what the other process does with the app."""

from __future__ import annotations

import json
import os
import sys
from decimal import Decimal
from typing import Any

import attrs

from typedtasks import TypedCelery, restore_app, typed_task

__all__ = ["CONFIG", "Line", "Order", "app", "send", "send_and_put", "total"]

CONFIG = "TYPEDTASKS_TEST_MOVING"
"""The variable from which this reads, as JSON, the keyword arguments of its app."""


@attrs.frozen
class Line:
    """So many pieces of one article."""

    sku: str
    qty: int


@attrs.frozen
class Order:
    """What is ordered."""

    lines: list[Line]


app = TypedCelery("moving", **json.loads(os.environ.get(CONFIG, "{}")), set_as_current=False)


def count(order: Order) -> Decimal:
    """What the task does: how many pieces there are in an order."""
    return Decimal(sum(line.qty for line in order.lines))


total = typed_task(app=app, name="moving.total")(count)


def send(moved: Any) -> Decimal:
    """In the other process: declare the task on the app that came, send it, and wait for the result."""
    declared = typed_task(app=moved, name="moving.total")(count)
    return declared.delay(Order([Line("tea", 2), Line("milk", 1)])).get(timeout=20)


def send_and_put(moved: Any, queue: Any) -> None:
    """The same, for `multiprocessing`."""
    queue.put(send(moved))


if __name__ == "__main__":
    print(send(restore_app(sys.stdin.read())))  # noqa: T201 - what the test reads
