"""Progress, handlers and Celery's own options."""

from __future__ import annotations

import uuid

from tests.everywhere.case import case, get, kept, run, same, until
from tests.everywhere.records import Address, Line, Progress, order, receipt
from typedtasks import Crashed


@case
def progress_is_typed(tasks, tmp_path):
    """Celery 17: `result.progress` is an object, and `track_started` works beside it."""
    gate = tmp_path / "gate"
    result = tasks.gated.delay(Line("tea", 1), gate=str(gate))
    same(Progress(3, 10, Address("Rue 1")), until(lambda: result.progress))
    gate.touch()
    same(Line("tea", 1), get(result))


@case
def progress_changes_nothing(tasks, tmp_path):
    """Celery 17: a task that tells its progress gives its result as others do."""
    same(Line("tea", 1), run(tasks, tasks.advanced.s(Line("tea", 1))))


@case
def result_is_ignored(tasks, tmp_path):
    """Celery 17: with `ignore_result` the body still gets an object."""
    log = str(tmp_path / "log")
    tasks.forgotten.delay(order(), log=log)
    assert kept(tasks, log) == [(order(),)]


@case
def task_is_acknowledged_late(tasks, tmp_path):
    """Celery 17: `acks_late`."""
    same(order(), run(tasks, tasks.acknowledged_late.s(order())))


@case
def task_is_revoked(tasks, tmp_path):
    """Celery 17: a revoked task does not run."""
    log, task_id = tmp_path / "log", str(uuid.uuid4())
    until(lambda: any(task_id in ids for ids in revoked(tasks, task_id)))
    result = tasks.note.apply_async((order(),), {"log": str(log)}, task_id=task_id)
    assert isinstance(result.outcome(20), Crashed)
    same("REVOKED", result.state)
    assert not log.exists()


def revoked(tasks, task_id):
    """Tell the worker, and ask it what it knows."""
    tasks.app.control.revoke(task_id)
    replies = tasks.app.control.broadcast("revoked", reply=True, timeout=0.2, limit=1) or []
    return [reply for each in replies for reply in each.values()]


@case
def task_is_settled(tasks, tmp_path):
    """Celery 17: `rate_limit`, `time_limit`, `soft_time_limit` and `priority` of the decorator reach the worker."""
    found = get(tasks.settled.delay(order()))
    same((order(), "50/s", [40.0, 30.0]), found[:3])
    assert found[3] == 3 or tasks.DEPLOYMENT.startswith("eager")


@case
def task_is_configured(tasks, tmp_path):
    """Celery 17: `task_annotations` and `task_routes` find a typed task."""
    found = get(tasks.configured.delay(order()))
    same((order(), "70/s", 7), found[:3])
    assert found[3] == 6 or tasks.DEPLOYMENT.startswith("eager")


@case
def task_backs_off(tasks, tmp_path):
    """Celery 8: `autoretry_for` with `retry_backoff` waits longer and runs with equal objects."""
    log = str(tmp_path / "log")
    same(order(), get(tasks.backs_off.delay(order(), log=log)))
    (first, began), (second, ended) = kept(tasks, log, 2)
    same((order(), order()), (first, second))
    assert ended - began >= 0.9 or tasks.DEPLOYMENT.startswith("eager")


@case
def result_is_extended(tasks, tmp_path):
    """Celery 17: a result says which task it is of, with `result_extended` or without, and stays typed."""
    result = tasks.charge.delay(order())
    same(receipt(order()), get(result))
    same(tasks.charge.name, result.name)


@case
def handlers_at_success(tasks, tmp_path):
    """Celery 18: `before_start`, `on_success` and `after_return` get objects."""
    log = str(tmp_path / "log")
    same(receipt(order()), run(tasks, tasks.handled.s(order(), log=log)))
    assert kept(tasks, log, 3) == [
        ("before_start", order()),
        ("on_success", receipt(order()), order()),
        ("after_return", "SUCCESS", order()),
    ]


@case
def handlers_at_failure(tasks, tmp_path):
    """Celery 18: `on_failure` and `after_return` get objects, and the exception with its fields."""
    log = str(tmp_path / "log")
    get(tasks.handled.apply_async((order(),), {"log": log, "how": "fail"}), propagate=False)
    assert kept(tasks, log, 3) == [
        ("before_start", order()),
        ("on_failure", "Declined", Line("tea", 2), order()),
        ("after_return", "FAILURE", order()),
    ]


@case
def handlers_at_retry(tasks, tmp_path):
    """Celery 18: `on_retry` gets objects."""
    log = str(tmp_path / "log")
    same(receipt(order()), run(tasks, tasks.handled.s(order(), log=log, how="retry")))
    assert kept(tasks, log, 5) == [
        ("before_start", order()),
        ("on_retry", "NoneType", order()),  # `self.retry()` was given no exception
        ("before_start", order()),
        ("on_success", receipt(order()), order()),
        ("after_return", "SUCCESS", order()),
    ]
