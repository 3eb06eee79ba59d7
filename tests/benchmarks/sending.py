"""One order put on a broker; nobody takes it."""

from __future__ import annotations

import gc
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from statistics import median
from typing import Any

from .apps import PLAIN, WAYS, make, sender
from .sections import Bound, Scale, Section, judge
from .timing import Comparison, Sampler, interleave, sampler

__all__ = ["measure"]

COLUMNS = {"1 line": (1, False), "10 lines": (10, False), "100 lines": (100, False), "10 lines, cold": (10, True)}
"""How many lines, and whether the processor's caches are emptied before each call."""
BOUNDS = [Bound("10 lines", "typedtasks", PLAIN, 1.0)]
WARM, TURN, COLD_TURN = 20, 40, 8
MORE_THAN_CACHES = 32 * 2**20
NOTE = (
    "`delay` with the order in each library's own class, the dict that it becomes for plain Celery. "
    "`typedtasks` and `pydantic=True` check it, *by hand* does not. Processor time of the sender: the wait for the "
    "broker's answer is not in it. Orders are sent in a row; *cold* is one alone, after other work has emptied the "
    "processor's caches, where running more code costs more than running it often."
)


def measure(broker: str, urls: tuple[str, str], scale: Scale) -> Section:
    """Every size on one broker, and the bound: typed is no dearer than untyped."""
    columns = {label: partial(_compare, urls, lines, cold) for label, (lines, cold) in COLUMNS.items()}
    return judge(f"Send an order, {broker}", NOTE, columns, BOUNDS, scale.sends)


def _compare(urls: tuple[str, str], lines: int, cold: bool, rounds: int) -> Comparison:
    with ExitStack() as stack:
        samplers = {way: _process(stack, way, urls, lines, cold) for way in WAYS}
        return interleave(samplers, baseline=PLAIN, rounds=rounds)


def _process(stack: ExitStack, way: str, urls: tuple[str, str], lines: int, cold: bool) -> Sampler:
    """A contestant in a process of its own, as in any application.

    In one process the three that are plain Celery keep each other's code warm: that made the fourth 0.03 to 0.05
    dearer than it is when it and one of them alternate.
    """
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, way, urls, lines, cold), daemon=True)
    process.start()
    theirs.close()  # so that a process that dies ends the wait for it
    stack.callback(process.join)
    stack.callback(ours.send, False)  # see `_serve`

    def sample() -> float:
        ours.send(True)  # see `_serve`
        seconds: float = ours.recv()
        return seconds

    return sample


def _serve(connection: Connection, way: str, urls: tuple[str, str], lines: int, cold: bool) -> None:
    """Send a turn's worth of orders whenever told True, and end when told False."""
    app, send = sender(make(*urls), way, lines)
    turn = _cold_turn if cold else _warm_turn
    gc.disable()
    while connection.recv():
        connection.send(turn(send))
        _purge(app)
        gc.collect()


def _warm_turn(send: Callable[[], object]) -> float:
    """The median of single calls, of which most meet nothing else that the machine does."""
    sample = sampler(send)
    for _ in range(WARM):  # the other contestants' turns have emptied the processor's caches
        send()
    return median(sample() for _ in range(TURN))


def _cold_turn(send: Callable[[], object]) -> float:
    """The same, the caches emptied before each call."""
    sample, other_work = sampler(send), bytearray(MORE_THAN_CACHES)
    return median(sample() for _ in range(COLD_TURN) if not other_work.count(1))


def _purge(app: Any) -> None:
    with app.connection_for_write() as connection:
        connection.default_channel.queue_purge(app.conf.task_default_queue)
