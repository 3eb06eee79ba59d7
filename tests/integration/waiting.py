"""Waiting for what other processes do, and the rest that several test modules need."""

from __future__ import annotations

import contextlib
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import attrs
import pytest
from celery import Celery
from kombu import Connection

from tests.integration.conftest import TRANSPORTS

TIMEOUT = 20.0
"""How long, in seconds, a test waits for what takes milliseconds: a busy machine is no failure."""

_T = TypeVar("_T")


def only(*combinations: str) -> pytest.MarkDecorator:
    """Run a test on these deployments instead of all; say why in a comment."""
    return pytest.mark.parametrize("deployment", combinations, indirect=True)


on_prefork = only(*(f"{transport}-prefork" for transport in TRANSPORTS))
"""For what only a pool of processes can do: be killed, and limited in time."""


def until(look: Callable[[], _T], *, timeout: float = TIMEOUT) -> _T:
    """Look again and again until there is something to see, and return it."""
    end = time.monotonic() + timeout
    while not (seen := look()):
        assert time.monotonic() < end, f"still {seen!r} after {timeout} s"
        time.sleep(0.01)
    return seen


def send_unchecked(app: Any, name: str, *args: Any, **options: Any) -> Any:
    """Send a task as a program would that knows its name alone: Celery's own, past what a typed app does."""
    return Celery.send_task(app, name, *args, **options)


def lines_of(path: Path) -> list[str]:
    """The traces that tasks have left in a file."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


@attrs.frozen
class Parked:
    """A queue that no worker consumes."""

    name: str
    _queue: Any

    def next(self) -> Any:
        """The next message as the broker has it, or `None`."""
        return self._queue.get(no_ack=True)


@contextlib.contextmanager
def parked(app: Any) -> Iterator[Parked]:
    """Make a queue that no worker consumes."""
    name = f"parked-{uuid.uuid4().hex}"
    connection: Connection
    with app.connection_for_read() as connection:
        # As Celery itself would make it for a task that is sent there.
        queue = app.amqp.queues[name](connection.default_channel)
        queue.declare()
        try:
            yield Parked(name, queue)
        finally:
            queue.delete()


def stored(app: Any, task_id: str) -> bytes | str | None:
    """What the result backend holds of a task, as it is."""
    value: bytes | str | None = app.backend.get(app.backend.get_key_for_task(task_id))
    return value
