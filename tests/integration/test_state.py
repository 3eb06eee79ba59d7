"""An app that came from another process sends tasks to a worker that knows nothing of it."""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration import moving, spawning
from tests.workers import Worker, worker
from typedtasks import TypedCelery, app_state, embedded, make_converter, typed_task

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """An app whose worker runs."""
    config = {**embedded(tmp_path_factory.mktemp("moving"))}
    env = {moving.CONFIG: json.dumps(config)}
    with worker("tests.integration.moving:app", env=env):
        found = TypedCelery("moving", **config, set_as_current=False)
        yield found
        found.close()


def test_pickled_to_a_spawned_process(app):
    """Celery 26: `multiprocessing` pickles the app; tasks that are declared on what arrives can be sent."""
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    process = context.Process(target=moving.send_and_put, args=(app, queue))
    process.start()
    try:
        assert queue.get(timeout=40) == Decimal(3)
    finally:
        process.join(timeout=20)
    assert process.exitcode == 0


def test_restored_in_another_process(app):
    """Celery 27: the same by JSON text."""
    state = json.dumps(make_converter().unstructure(app_state(app)))

    command = [sys.executable, "-m", "tests.integration.moving"]
    done = subprocess.run(command, input=state, capture_output=True, text=True, check=True, cwd=ROOT, timeout=60)

    assert done.stdout == "3\n"


@pytest.fixture(scope="module", params=["typed", "secretive", "installed", "plain"])
def spawned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Any, Worker]]:
    """The tasks of a worker whose pool processes are fresh interpreters, as this process has them."""
    config = {**embedded(tmp_path_factory.mktemp("spawning"))}
    env = {spawning.CONFIG: json.dumps(config), spawning.KIND: request.param}
    with worker("tests.integration.spawning:app", pool="prefork", env=env) as running:
        app = TypedCelery("spawning", **config, set_as_current=False)
        tasks = {name: typed_task(app=app, name=f"spawning.{name}")(bodies[name]) for name in bodies}
        yield request.param, tasks, running
        app.close()


def look(order: spawning.Order) -> spawning.Seen: ...


def pass_on(order: spawning.Order) -> str: ...


def total(order: spawning.Order) -> Decimal: ...


bodies: dict[str, Any] = {"look": look, "pass_on": pass_on, "total": total}
ORDER = spawning.Order([spawning.Line("tea", 2), spawning.Line("milk", 1)])


def test_pool_that_spawns(spawned):
    """Celery 26: its processes have the tasks; passwords of the configuration where `pickle_secrets` says so."""
    kind, tasks, running = spawned

    seen = tasks["look"].delay(ORDER).get(timeout=30)

    # Celery pickles a plain app with all passwords.
    assert seen == spawning.Seen(running.pid, kind != "secretive", ORDER)


def test_stub_in_a_pool_that_spawns(spawned):
    """A stub can be sent there, as in any other process."""
    _, tasks, _ = spawned

    sent = tasks["pass_on"].delay(ORDER).get(timeout=30)

    assert tasks["total"].AsyncResult(sent).get(timeout=30) == Decimal(3)
