"""The same task four times: typed, plain, `pydantic=True`, and plain with a converter called by hand."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import attrs
from celery import Celery

from typedtasks import TypedCelery

from . import records
from .records import CONVERTER, Order, PydanticOrder, PydanticReceipt, Receipt

__all__ = ["PLAIN", "WAYS", "Apps", "make", "sender"]

PLAIN = "plain Celery with the dict"
WAYS = ("typedtasks", PLAIN, "cattrs by hand", "pydantic=True")

BROKER, BACKEND = "TYPEDTASKS_BENCH_BROKER", "TYPEDTASKS_BENCH_BACKEND"
"""Where a worker finds the servers: it gets an app, not a function."""


@attrs.frozen
class Apps:
    """Two apps, because the plain one must be Celery as everybody has it."""

    typed: Any
    plain: Any


def make(broker: str, backend: str, *, queue: str = "orders") -> Apps:
    """The two apps with their tasks.

    Args:
        broker: URL of the broker.
        backend: URL of the result backend.
        queue: Where they send.
    """
    settings: dict[str, Any] = {"broker": broker, "backend": backend, "task_default_queue": queue}
    typed: Any = TypedCelery("typed", set_as_current=False, **settings)
    plain: Any = Celery("plain", set_as_current=False, **settings)
    typed.task(name="charge")(charge)
    typed.task(name="clock")(clock)
    # `shared=False`, or Celery would register them in the typed app too.
    plain.task(name="charge", shared=False)(charge_document)
    plain.task(name="charge_by_hand", shared=False)(charge_by_hand)
    plain.task(name="charge_model", shared=False, pydantic=True)(charge_model)
    plain.task(name="clock", shared=False)(clock)
    return Apps(typed, plain)


def charge(order: Order) -> Receipt:
    """What is measured, typed."""
    return Receipt(order.id, order.lines[0].price, order.currency)


def charge_document(order: dict[str, Any]) -> dict[str, Any]:
    """The same on what travels, which knows nothing of money or time."""
    return {"order": order["id"], "total": order["lines"][0]["price"], "currency": order["currency"]}


def charge_by_hand(document: dict[str, Any]) -> Any:
    """The same with a converter that the task's author calls."""
    return CONVERTER.unstructure(charge(CONVERTER.structure(document, Order)))


def charge_model(order: PydanticOrder) -> PydanticReceipt:
    """The same with Celery's own support for pydantic."""
    return PydanticReceipt(order=order.id, total=order.lines[0].price, currency=order.currency)


def clock() -> float:
    """Processor time of the worker, in seconds."""
    return time.process_time()


def sender(apps: Apps, way: str, lines: int) -> tuple[Any, Callable[[], object]]:
    """An app, and a call that sends one order of so many lines through it."""
    order = records.order(lines)
    if way == "typedtasks":
        typed = apps.typed.tasks["charge"]
        return apps.typed, lambda: typed.delay(order)
    if way == "cattrs by hand":
        by_hand = apps.plain.tasks["charge_by_hand"]
        return apps.plain, lambda: by_hand.delay(CONVERTER.unstructure(order))
    if way == "pydantic=True":
        pydantic, model = apps.plain.tasks["charge_model"], records.pydantic_order(lines)
        return apps.plain, lambda: pydantic.delay(model)
    plain, document = apps.plain.tasks["charge"], CONVERTER.unstructure(order)
    return apps.plain, lambda: plain.delay(document)


if BROKER in os.environ:  # `celery -A tests.benchmarks.apps:typed worker`
    _apps = make(os.environ[BROKER], os.environ[BACKEND])
    typed, plain = _apps.typed, _apps.plain
