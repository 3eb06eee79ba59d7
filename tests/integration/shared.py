"""Tasks of every app: Celery's own shared tasks and typed ones. Imported once, whichever app is current."""

from __future__ import annotations

from typing import Any

from celery import shared_task

from tests.integration.records import Order
from typedtasks import typed_task


@shared_task
def untouched(value: Any) -> Any:
    """A task that knows nothing of types: gives back the JSON data it was given."""
    return value


@shared_task
def class_name(value: Any) -> str:
    """What a task without types sees of an object that was sent to it."""
    return type(value).__name__


@typed_task
def shared_total(order: Order) -> int:
    """A typed task that was declared before any app."""
    return sum(line.qty for line in order.lines)
