"""Where cases run: kinds of app, deployments, and how the tasks module is made for one of each."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import celery._state
import pytest

from tests.workers import worker
from typedtasks import embedded

__all__ = ["BEAT_LOG", "DEPLOYMENTS", "EAGER", "KINDS", "PLACES", "TASKS", "Deployment", "Place", "opened"]

TASKS = "tests.everywhere.tasks"
VARIABLE = "TYPEDTASKS_EVERYWHERE"
"""From which the tasks module reads what it is."""
BEAT_LOG = "TYPEDTASKS_EVERYWHERE_BEAT"
"""From which it reads where the entries of its beat schedule write; without it, it has no schedule."""

KINDS = ("typed", "installed", "plain")
"""`TypedCelery`, `celery.Celery` with `install(app)`, `celery.Celery` alone."""

COMMON = {
    "result_chord_retry_interval": 0.1,  # of backends that ask whether a header has ended
    "task_allow_error_cb_on_chord_header": True,  # else Celery warns of its own default
    "include": ["tests.everywhere.worker_only"],
    "task_annotations": {f"{TASKS}.configured": {"rate_limit": "70/s", "max_retries": 7}},
    "task_routes": {f"{TASKS}.configured": {"priority": 6}},
}


@attrs.frozen
class Deployment:
    """A broker, a result backend and a pool.

    Attributes:
        broker: `embedded`, `redis`, `rabbitmq`, or empty where nothing is sent.
        results: `embedded`, `redis`, `rpc`, `db`, likewise.
        pool: Of the worker.
        kinds: Of app that run there.
    """

    broker: str
    results: str
    pool: str
    kinds: tuple[str, ...] = ("typed", "plain")


DEPLOYMENTS = {
    "eager": Deployment("", "", "", KINDS),
    "eager-apply": Deployment("", "", ""),
    "embedded-solo": Deployment("embedded", "embedded", "solo", KINDS),
    "redis-prefork": Deployment("redis", "redis", "prefork", KINDS),
    "redis-threads": Deployment("redis", "redis", "threads"),
    "redis-solo": Deployment("redis", "redis", "solo"),
    "redis-db": Deployment("redis", "db", "prefork"),
    "rabbitmq-redis": Deployment("rabbitmq", "redis", "prefork"),
    "rabbitmq-rpc": Deployment("rabbitmq", "rpc", "threads"),
}
EAGER = ("eager", "eager-apply")
PLACES = [(name, kind) for name, deployment in DEPLOYMENTS.items() for kind in deployment.kinds]


@attrs.frozen
class Place:
    """A kind of app on a deployment.

    Attributes:
        deployment: A name of `DEPLOYMENTS`.
        kind: One of `KINDS`.
        tasks: As this process sees them.
        failed: Twins that were seen to fail here.
    """

    deployment: str
    kind: str
    tasks: ModuleType
    failed: set[Any] = attrs.field(factory=set, repr=False)


@contextlib.contextmanager
def opened(deployment: str, kind: str, work: Path, url: Callable[[str], str]) -> Iterator[Place]:
    """A place with its worker, for as long as the block lasts.

    Args:
        deployment: A name of `DEPLOYMENTS`.
        kind: One of `KINDS`.
        work: An empty directory.
        url: Gives the address of a server by its name, `redis` or `rabbitmq`; starts it if need be.
    """
    config = {**COMMON, **transport(deployment, kind, work, url)}
    env = {VARIABLE: json.dumps({"kind": kind, "deployment": deployment, "config": config})}
    with imported(env) as tasks:
        pool = DEPLOYMENTS[deployment].pool
        if not pool:
            yield Place(deployment, kind, tasks)
            return
        with worker(f"{TASKS}:app", pool=pool, concurrency=2, env=env) as running:
            yield Place(deployment, kind, tasks)
            # A worker looks for its shutdown when a message arrives, else seconds later: the second one ends its turn.
            for _ in range(2):
                tasks.app.control.shutdown(destination=[running.name])


def transport(deployment: str, kind: str, work: Path, url: Callable[[str], str]) -> dict[str, Any]:
    """The configuration of broker and results; each place has its own databases and queues."""
    where = DEPLOYMENTS[deployment]
    name = f"{deployment}-{kind}"
    if not where.pool:
        return {"broker": "memory://", "backend": "cache+memory://", "task_always_eager": True}
    number = 2 * PLACES.index((deployment, kind))
    config: dict[str, Any] = {}
    if "embedded" in (where.broker, where.results):
        config = {**embedded(work)}
        config["broker_transport_options"]["polling_interval"] = 0.01
        config["result_backend_transport_options"]["polling_interval"] = 0.01
    if where.broker != "embedded":
        config["broker"] = f"{url('redis')}/{number}" if where.broker == "redis" else url("rabbitmq")
    if where.results == "redis":
        config["backend"] = f"{url('redis')}/{number + 1}"
    elif where.results == "rpc":
        config["backend"] = "rpc://"
    elif where.results == "db":
        config["result_extended"] = True  # else it has no place for names and children
        config["backend"] = f"db+sqlite:///{work / 'results.sqlite'}"
        config["result_backend_transport_options"] = {"polling_interval": 0.01}
    return {**config, "task_default_queue": f"typedtasks-{name}"}


@contextlib.contextmanager
def imported(env: Mapping[str, str]) -> Iterator[ModuleType]:
    """The tasks module, imported anew with this environment: an app cannot move to another broker once used."""
    sys.modules.pop(TASKS, None)
    before = celery._state.default_app, celery._state._tls.current_app
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        module = importlib.import_module(TASKS)
    try:
        yield module
    finally:
        celery._state.default_app, celery._state._tls.current_app = before
        gc.collect()  # results unsubscribe as they go: now, while their server is there
        disconnect(module.app)
        del sys.modules[TASKS]


def disconnect(app: Any) -> None:
    """Close what `app.close()` leaves to the garbage collector, which warns of sockets at some other place's test."""
    consumer = getattr(app.backend, "result_consumer", None)  # of Redis and rpc
    if consumer is not None:
        consumer.stop()
        app.backend.remove_pending_result = lambda result: result  # a result that goes later would connect again
    client = getattr(app.backend, "client", None)
    if hasattr(client, "connection_pool"):
        client.connection_pool.disconnect()
    app.close()


def environment(tasks: ModuleType, **config: Any) -> dict[str, str]:
    """For another process that is to import the same tasks, with changes to their configuration."""
    settings = {**tasks.SETTINGS, "config": {**tasks.SETTINGS["config"], **config}}
    return {**os.environ, VARIABLE: json.dumps(settings)}
