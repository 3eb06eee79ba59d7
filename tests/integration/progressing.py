"""Tasks that tell how far they are, of every app: what `track` shows."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from celery import shared_task

from tests.integration.records import Declined, Line, Progress
from typedtasks import BoundTask, typed_task

PATIENCE = 30.0
"""How long, in seconds, a task waits for its test."""


def wait_for(gate: str) -> None:
    """Go on when the test has made a file."""
    end = time.monotonic() + PATIENCE
    while gate and not Path(gate).exists():
        if time.monotonic() > end:
            raise TimeoutError(gate)
        time.sleep(0.005)


@typed_task(bind=True, progress=Progress, track_started=True)
def import_rows(self: BoundTask[Progress], total: int, *, at: int = 0, gate: str = "") -> int:
    """Tells each row, and waits for its test at one of them."""
    for done in range(1, total + 1):
        self.progress(Progress(done, total))
        if done == at:
            wait_for(gate)
    return total


@typed_task(bind=True, progress=Progress, raises=Declined)
def import_in_vain(self: BoundTask[Progress], total: int, *, gate: str = "") -> int:
    """Fails half way."""
    self.progress(Progress(total // 2, total))
    wait_for(gate)
    raise Declined("no more", Line("tea", total))


@typed_task(track_started=True)
def double(number: int, *, gate: str = "") -> int:
    """A step that tells nothing but its states."""
    wait_for(gate)
    return 2 * number


@typed_task
def add_up(numbers: list[int]) -> int:
    """The body of a chord."""
    return sum(numbers)


@shared_task(bind=True)
def untyped(self: Any, gate: str) -> str:
    """Celery's own way to tell of progress."""
    self.update_state(state="PROGRESS", meta={"current": 4, "total": 8})
    wait_for(gate)
    return "plain"
