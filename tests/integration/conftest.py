"""Where tasks travel: every transport with every worker pool, each started once, when the first test wants it."""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
import pytest
from celery import Celery

from tests.workers import Worker, worker

TRANSPORTS = ("embedded", "redis", "rabbitmq")
POOLS = ("prefork", "threads", "solo")
COMBINATIONS = [f"{transport}-{pool}" for transport in TRANSPORTS for pool in POOLS]

CONFIG = "TYPEDTASKS_TEST_CONFIG"
"""The variable from which `tests/integration/tasks.py` reads, as JSON, the keyword arguments of its app."""
TASKS = "tests.integration.tasks"


@attrs.frozen
class Deployment:
    """A transport, a worker on it, and the tasks as this process sees them."""

    transport: str
    pool: str
    config: Mapping[str, Any]
    tasks: ModuleType
    worker: Worker

    @property
    def app(self) -> Celery:
        """The app in this process; the worker has its own, configured alike."""
        app: Celery = self.tasks.app
        return app


@pytest.fixture(scope="session", params=COMBINATIONS)
def deployment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A running worker; pytest groups tests by it, so that each of the nine starts once."""
    transport, pool = request.param.split("-")
    config = {
        **transport_config(request, transport, tmp_path_factory.mktemp(request.param)),
        # What an earlier worker left unfinished on a shared server is not this one's.
        "task_default_queue": f"typedtasks-{request.param}",
    }
    env = {CONFIG: json.dumps(config)}
    with tasks_configured(env) as tasks, worker(f"{TASKS}:app", pool=pool, concurrency=2, env=env) as running:
        yield Deployment(transport, pool, config, tasks, running)
        # A worker looks for its shutdown when a message arrives, else seconds later (nine on RabbitMQ): the second
        # message ends the last turn of its loop.
        for _ in range(2):
            tasks.app.control.shutdown(destination=[running.name])


@pytest.fixture
def tasks(deployment: Deployment) -> ModuleType:
    """The tasks of the deployment: a module made anew for each, so import records from elsewhere."""
    return deployment.tasks


def transport_config(request: pytest.FixtureRequest, transport: str, work: Path) -> dict[str, Any]:
    """Keyword arguments of an app on one transport, whose servers are started where they do not run yet."""
    if transport == "embedded":
        from typedtasks import embedded

        return {**embedded(work)}
    if transport == "rpc":
        return {"broker": request.getfixturevalue("rabbitmq_url"), "backend": "rpc://"}
    redis_url = request.getfixturevalue("redis_url")
    database = 2 * COMBINATIONS.index(request.param)
    broker = f"{redis_url}/{database}" if transport == "redis" else request.getfixturevalue("rabbitmq_url")
    return {"broker": broker, "backend": f"{redis_url}/{database + 1}"}


@contextlib.contextmanager
def tasks_configured(env: Mapping[str, str]) -> Iterator[ModuleType]:
    """The tasks module, imported anew with this environment: an app cannot move to another broker once used."""
    sys.modules.pop(TASKS, None)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        module = importlib.import_module(TASKS)
    try:
        yield module
    finally:
        gc.collect()  # results unsubscribe as they go: now, while their server is there
        if hasattr(module.app.backend, "client"):  # of Redis: closing the app leaves it open
            module.app.backend.result_consumer.stop()
            module.app.backend.client.close()
        module.app.close()
        del sys.modules[TASKS]
