"""Typed tasks on a plain `celery.Celery` app, beside its own tasks."""

from __future__ import annotations

import json
import os
from typing import Any

from celery import Celery

from tests.integration import shared
from tests.integration.records import Currency, Declined, Line, Order, Progress
from typedtasks import BoundTask, typed_task

app = Celery("plain", result_extended=True, **json.loads(os.environ["TYPEDTASKS_TEST_CONFIG"]))

shared_total = shared.shared_total


@typed_task(app=app, raises=Declined)
def first_line(order: Order, *, currency: Currency = Currency.EUR) -> Line:
    """The typed one."""
    if not order.lines:
        raise Declined(currency.value, Line("none", 0))
    return order.lines[0]


@typed_task(app=app, bind=True, progress=Progress)
def bound(self: BoundTask[Progress], line: Line) -> Line:
    """Bound, with progress."""
    self.progress(Progress(1, 2))
    if self.request.retries == 0:
        self.retry(countdown=0.1)
    return line


@app.task(shared=False)
def untyped(value: Any) -> Any:
    """Celery's own: gets what travels, and gives it back."""
    return value


@app.task(shared=False)
def untyped_fails(text: str) -> None:
    """Celery's own failure."""
    raise ValueError(text)
