"""Queues of orders emptied by real workers: what one task costs them, from the broker to the stored result."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from redis import Redis

from tests.workers import worker

from .apps import BACKEND, BROKER, PLAIN, WAYS, make, sender
from .sections import Scale, Section
from .timing import Sampler, interleave

__all__ = ["measure"]

LINES = 10
HELD = "held"
NOTE = (
    "Processor time per task of a worker (`--pool=solo`): message fetched, decoded, function called, result stored. "
    "The plain task gets and returns a dict and knows nothing of types; to all the others come objects."
)


def measure(broker: str, backend: str, scale: Scale) -> Section:
    """Every way of writing the task, on Redis, each with a worker of its own."""
    where = {BROKER: broker, BACKEND: backend}
    apps = make(broker, backend, queue=HELD)
    with ExitStack() as stack:
        client = stack.enter_context(Redis.from_url(broker))
        samplers: dict[str, Sampler] = {}
        for number, way in enumerate(WAYS):
            queue = f"orders-{number}"
            name = "typed" if way == "typedtasks" else "plain"
            stack.enter_context(worker(f"tests.benchmarks.apps:{name}", queues=[queue], env=where))
            samplers[way] = _drain(*sender(apps, way, LINES), client, queue, scale.messages)
        comparison = interleave(samplers, baseline=PLAIN, rounds=scale.drains)
    return Section("Drain a queue, Redis", NOTE, {f"{LINES} lines": comparison})


def _drain(app: Any, send: Callable[[], object], client: Redis, queue: str, messages: int) -> Sampler:
    """Fill a queue that nobody reads, give it the name of one that a worker does, and let that read its clock."""
    clock = app.tasks["clock"]

    def sample() -> float:
        start = clock.delay()
        for _ in range(messages):
            send()
        end = clock.delay()
        client.rename(HELD, queue)
        taken: float = end.get(timeout=60) - start.get(timeout=60)
        return taken / messages

    return sample
