"""An app of its own for each test, and a worker for it in a thread of this process."""

from __future__ import annotations

import contextlib
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import celery._state
import pytest
from celery import Celery
from celery.contrib.testing.worker import TestWorkController, start_worker
from celery.worker import state

from typedtasks import TypedCelery

_numbers = itertools.count()


class _Worker(TestWorkController):
    """A worker that cannot start is a failure, not an endless wait."""

    def ensure_started(self) -> None:
        if not self._on_started.wait(10):
            pytest.fail("the worker did not start")


MakeApp = Callable[..., TypedCelery]
Run = Callable[[Any], contextlib.AbstractContextManager[None]]
Published = Callable[[Any], list[tuple[list[Any], dict[str, Any], dict[str, Any]]]]
SendFromElsewhere = Callable[..., Any]


@pytest.fixture(autouse=True)
def _no_shared_tasks_left() -> Iterator[None]:
    """A task that a test declares for every app does not reach the apps of other tests."""
    before = set(celery._state._on_app_finalizers)
    yield
    celery._state._on_app_finalizers.clear()
    celery._state._on_app_finalizers.update(before)


@pytest.fixture
def make_app() -> Iterator[MakeApp]:
    """Makes apps on Celery's in-memory broker, each with a queue and results of its own."""
    apps: list[Any] = []

    def make(cls: Any = TypedCelery, **config: Any) -> Any:
        options = {
            "broker": "memory://",
            "backend": "cache+memory://",
            "broker_transport_options": {"polling_interval": 0.02},
            "result_backend_transport_options": {"polling_interval": 0.005},
            "task_default_queue": f"unit-{next(_numbers)}",
            "worker_hijack_root_logger": False,
        }
        app = cls("unit", **{**options, **config})
        apps.append(app)
        return app

    yield make
    for app in apps:
        app.close()


@pytest.fixture
def app(make_app: MakeApp) -> TypedCelery:
    """A typed app on the in-memory broker."""
    return make_app()


@pytest.fixture
def send_from_elsewhere(make_app: MakeApp) -> SendFromElsewhere:
    """Sends to an app's queue as another program does, which knows the tasks by their names alone."""

    def send(app: Any, name: str, args: Any = (), kwargs: Any = None, **options: Any) -> Any:
        client: Any = make_app(Celery, task_default_queue=app.conf.task_default_queue, set_as_current=False)
        return client.send_task(name, args, kwargs, **options)

    return send


@pytest.fixture
def run_worker() -> Run:
    """`with run_worker(app):` runs its tasks in a thread."""

    @contextlib.contextmanager
    def run(app: Any) -> Iterator[None]:
        with start_worker(app, pool="solo", perform_ping_check=False, loglevel="CRITICAL", WorkController=_Worker):
            try:
                yield
            finally:
                # The worker looks at this between two messages, else after seconds: so it gets messages.
                state.should_terminate = 0
                for _ in range(2):
                    app.control.broadcast("ping")

    return run


@pytest.fixture
def published() -> Published:
    """Arguments, keyword arguments and headers of the messages in an app's queue, which are taken out of it."""

    def take(app: Any) -> list[Any]:
        with app.connection() as connection:
            channel = connection.default_channel
            channel.queue_declare(app.conf.task_default_queue, durable=True)
            messages = iter(lambda: channel.basic_get(app.conf.task_default_queue, no_ack=True), None)
            return [(*json.loads(message.body)[:2], message.headers) for message in messages]

    return take
