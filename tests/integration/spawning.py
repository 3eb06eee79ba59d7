"""Tasks of a prefork worker whose pool processes are not forked: each of these works with an app that was unpickled."""

from __future__ import annotations

import json
import os
from decimal import Decimal

import attrs
from celery import Celery

from typedtasks import TypedCelery, install, stub, typed_task

__all__ = ["CONFIG", "KIND", "PASSWORD", "Line", "Order", "Seen", "app", "kind", "look", "pass_on", "total"]

CONFIG = "TYPEDTASKS_TEST_SPAWNING"
"""The variable from which this reads, as JSON, the keyword arguments of its app."""
KIND = "TYPEDTASKS_TEST_SPAWNING_KIND"
"""Which kind of app it is."""
PASSWORD = "hunter2"  # noqa: S105 - to be asked for

options = json.loads(os.environ.get(CONFIG, "{}"))
kind = os.environ.get(KIND, "typed")
config = {"worker_pool_start_method": "spawn", "security_key_password": PASSWORD, **options}


@attrs.frozen
class Line:
    """So many pieces of one article."""

    sku: str
    qty: int


@attrs.frozen
class Order:
    """What is ordered."""

    lines: list[Line]


@attrs.frozen
class Seen:
    """What a task saw of where it runs.

    Attributes:
        parent: The process that started its own.
        knows_password: Whether the app's configuration has the password.
        order: What it got.
    """

    parent: int
    knows_password: bool
    order: Order


if kind in ("typed", "secretive"):
    app = TypedCelery("spawning", pickle_secrets=kind == "typed", **config)
else:
    app = Celery("spawning", **config)
    if kind == "installed":
        install(app, pickle_secrets=True)


@typed_task(app=app, bind=True, name="spawning.look")
def look(self, order: Order) -> Seen:
    """Tells where it runs."""
    return Seen(os.getppid(), self.app.conf.security_key_password == PASSWORD, order)


@typed_task(app=app, name="spawning.total")
def total(order: Order) -> Decimal:
    """How many pieces there are in an order."""
    return Decimal(sum(line.qty for line in order.lines))


def total_signature(order: Order) -> Decimal:
    """What is known of `total` elsewhere."""


elsewhere = stub("spawning.total", total_signature, app=app)


@typed_task(app=app, name="spawning.pass_on")
def pass_on(order: Order) -> str:
    """Sends a stub from a pool process."""
    return elsewhere.delay(order).id
