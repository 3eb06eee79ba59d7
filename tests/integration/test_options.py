"""Celery's options do with typed tasks what they do with others."""

from __future__ import annotations

import json
import uuid
from datetime import datetime, timedelta, timezone

import pytest
from billiard.exceptions import SoftTimeLimitExceeded, TimeLimitExceeded, WorkerLostError
from celery.exceptions import TaskRevokedError

from tests.integration.records import Address, Line, Progress, order
from tests.integration.waiting import TIMEOUT, lines_of, on_prefork, only, parked, stored, until
from typedtasks import Crashed, Ok, RemoteError


def test_a_countdown_is_waited_for(tasks):
    """A task with an ETA runs when its time has come, with its objects."""
    before = datetime.now(timezone.utc)

    result = tasks.charge.options(countdown=0.3).delay(order())

    assert tasks.charge(order()) == result.get(timeout=TIMEOUT)
    assert result.date_done >= before + timedelta(seconds=0.3)


def test_a_queue_is_chosen(deployment):
    """A worker that is told to consume another queue gets what `options(queue=...)` sends there."""
    app, tasks, name = deployment.app, deployment.tasks, f"slow-{uuid.uuid4().hex}"
    result = tasks.charge.options(queue=name).delay(order())
    assert not result.ready()

    (reply,) = app.control.add_consumer(name, destination=[deployment.worker.name], reply=True, timeout=TIMEOUT)

    assert "ok" in reply[deployment.worker.name]
    assert tasks.charge(order()) == result.get(timeout=TIMEOUT)
    app.control.cancel_consumer(name, destination=[deployment.worker.name], reply=True, timeout=TIMEOUT)


def test_options_are_in_the_message(deployment):
    """Limits, headers, id and name to show are Celery's own."""
    task_id = str(uuid.uuid4())
    with parked(deployment.app) as queue:
        options = {"task_id": task_id, "shadow": "shown", "time_limit": 9, "soft_time_limit": 8, "priority": 3}
        sent = deployment.tasks.charge.options(queue=queue.name, headers={"tenant": "acme"}, **options).delay(order())
        message = queue.next()

    assert task_id == sent.id == message.headers["id"]
    assert list(message.headers["timelimit"]) == [9, 8]
    assert (message.headers["shadow"], message.headers["tenant"]) == ("shown", "acme")
    assert message.properties["priority"] == 3


def test_headers_reach_the_body(tasks):
    """A header of the caller's is in `self.request`."""
    seen = tasks.message.options(headers={"tenant": "acme"}).delay(order()).get(timeout=TIMEOUT)

    assert seen["headers"]["tenant"] == "acme"


def test_an_expired_task_does_not_run(tasks, tmp_path):
    """What has expired is revoked, and `outcome` says so."""
    log = tmp_path / "log"

    result = tasks.logged.options(expires=datetime.now(timezone.utc) - timedelta(hours=1)).delay(
        Line("tea", 1), log=str(log)
    )

    outcome = result.outcome(TIMEOUT)
    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, TaskRevokedError)
    assert result.state == "REVOKED"
    assert lines_of(log) == []


def test_a_revoked_task_does_not_run(deployment, tmp_path):
    """A worker that knows an id as revoked does not run the task when it comes."""
    tasks, log, task_id = deployment.tasks, tmp_path / "log", str(uuid.uuid4())
    worker = deployment.worker.name
    (reply,) = deployment.app.control.revoke(task_id, destination=[worker], reply=True, timeout=TIMEOUT)
    assert "ok" in reply[worker]

    result = tasks.logged.options(task_id=task_id).delay(Line("tea", 1), log=str(log))

    outcome = result.outcome(TIMEOUT)
    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, TaskRevokedError)
    assert lines_of(log) == []


def test_an_ignored_result_is_not_stored(deployment, tmp_path):
    """A task that ignores its result runs, and the backend never hears of it."""
    tasks, log = deployment.tasks, tmp_path / "log"

    declared = tasks.forgotten.delay(Line("tea", 1), log=str(log))
    until(lambda: lines_of(log))
    chosen = tasks.logged.options(ignore_result=True).delay(Line("salt", 2), log=str(log))
    until(lambda: len(lines_of(log)) == 2)

    for result in (declared, chosen):
        assert result.get(timeout=TIMEOUT) is None
        assert stored(deployment.app, result.id) is None
    assert [repr(Line("tea", 1)), repr(Line("salt", 2))] == lines_of(log)


def test_a_started_task_says_so(tasks, tmp_path):
    """`track_started` shows the state before the result."""
    gate = tmp_path / "gate"
    result = tasks.started.delay(gate=str(gate))

    until(lambda: result.state == "STARTED")
    assert result.progress is None
    gate.touch()

    assert result.get(timeout=TIMEOUT) is True


def test_progress_is_a_record(deployment, tmp_path):
    """Callers read progress as the declared type, as long as the task runs."""
    gate = tmp_path / "gate"
    result = deployment.tasks.gated.delay(Line("tea", 1), gate=str(gate))

    progress = until(lambda: result.progress)
    document = json.loads(stored(deployment.app, result.id))
    gate.touch()

    assert Progress(3, 10, Address("Rue 1")) == progress
    assert document["status"] == "PROGRESS"
    assert document["result"] == {"done": 3, "total": 10, "at": {"street": "Rue 1", "city": None}}
    assert Line("tea", 1) == result.get(timeout=TIMEOUT)
    assert result.progress is None


def test_late_acknowledgement(tasks):
    """`acks_late` tasks are typed like any other."""
    assert Line("tea", 1) == tasks.acknowledged_late.delay(Line("tea", 1)).get(timeout=TIMEOUT)


@on_prefork  # only processes can be killed
def test_a_time_limit_is_a_crash(tasks):
    """A task that takes too long is killed, and its caller is told."""
    outcome = tasks.endless.options(time_limit=0.5).delay().outcome(TIMEOUT)

    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, TimeLimitExceeded)


@on_prefork  # the soft limit is a signal to a process
@pytest.mark.parametrize("catch", [False, True])
def test_a_soft_time_limit_is_raised_in_the_body(tasks, catch):
    """A task can catch it and give a result; else it is a crash."""
    outcome = tasks.endless.options(soft_time_limit=0.5).delay(catch=catch).outcome(TIMEOUT)

    if catch:
        assert Ok("cleaned up") == outcome
    else:
        assert isinstance(outcome, Crashed)
        assert isinstance(outcome.error, SoftTimeLimitExceeded)


@on_prefork  # only processes can be killed
def test_revoking_with_terminate_ends_a_running_task(tasks, tmp_path):
    """`revoke(terminate=True)` kills the process that runs the task."""
    result = tasks.started.delay(gate=str(tmp_path / "never"))
    until(lambda: result.state == "STARTED")

    result.revoke(terminate=True)

    outcome = result.outcome(TIMEOUT)
    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, TaskRevokedError)


# Only processes can be killed; on the embedded broker, which has no event loop, billiard looks for lost ones for 10 s.
@only("redis-prefork", "rabbitmq-prefork")
def test_a_lost_process_is_a_crash(tasks, tmp_path):
    """When the process that runs a task dies, the caller is told, and the worker goes on."""
    gate = tmp_path / "gate"
    result = tasks.killed.delay(str(gate))
    until(lambda: result.state == "STARTED")
    gate.touch()

    outcome = result.outcome(TIMEOUT)

    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, (WorkerLostError, RemoteError))
    assert tasks.double.delay(4).get(timeout=TIMEOUT) == 8
