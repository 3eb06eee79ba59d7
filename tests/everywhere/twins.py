"""What a deployment cannot do, done with plain Celery tasks and plain data: each of these has to fail there too."""

from __future__ import annotations

import sys

from celery import Celery, chord, group

from tests.everywhere.case import TIMEOUT, get, run, same, start, until
from tests.integration.waiting import parked

SOON = 1.0
"""Seconds for what takes milliseconds where it works, and never comes where it does not."""


def message_in_a_queue(tasks, tmp_path):
    """A message."""
    with parked(tasks.app) as queue:
        tasks.untouched.apply_async((1,), queue=queue.name)
        assert queue.next() is not None


def send_task(tasks, tmp_path):
    """A task by its name."""
    same(1, get(tasks.app.send_task(tasks.untouched.name, [1])))


def by_id(tasks, tmp_path):
    """A result by its id."""
    result = tasks.untouched.delay(1)
    same(1, get(tasks.app.AsyncResult(result.id)))


def taken_twice(tasks, tmp_path):
    """A result by its id, after it was got."""
    result = tasks.untouched.delay(1)
    get(result)
    same(1, tasks.app.AsyncResult(result.id).get(timeout=SOON))


def sent_by_another(tasks, tmp_path):
    """The result of a task that another app has sent."""
    with Celery("elsewhere", set_as_current=False, **{**tasks.SETTINGS["config"], "backend": "disabled://"}) as sender:
        sent = sender.send_task(tasks.untouched.name, [1])
    same(1, tasks.app.AsyncResult(sent.id).get(timeout=SOON))


def progress(tasks, tmp_path):
    """How far a running task is."""
    gate = tmp_path / "gate"
    result = tasks.plain_gated.delay(str(gate))
    try:
        until(lambda: result.state == "PROGRESS", timeout=SOON)
    finally:
        gate.touch()


def joined_natively(tasks, tmp_path):
    """All results of a group at once."""
    same([1], start(tasks, group([tasks.untouched.s(1)])).join_native(timeout=TIMEOUT))


def restored(tasks, tmp_path):
    """A group by its id."""
    result = group([tasks.untouched.s(1)]).delay()
    result.save()
    same([1], get(tasks.app.GroupResult.restore(result.id)))


def children(tasks, tmp_path):
    """What a task has sent."""
    result = start(tasks, tasks.plain_parent.s())
    get(result)
    same(1, len(result.children))


def callback(tasks, tmp_path):
    """A function that is called with the result."""
    seen = []
    start(tasks, tasks.untouched.s(1)).get(timeout=TIMEOUT, callback=lambda _, value: seen.append(value))
    same([1], seen)


def a_chord(tasks, tmp_path):
    """A chord."""
    same([1, 2], run(tasks, chord([tasks.untouched.s(1), tasks.untouched.s(2)], tasks.untouched.s())))


def members_of_a_chord(tasks, tmp_path):
    """The results behind a chord's."""
    result = start(tasks, chord([tasks.untouched.s(1)], tasks.untouched.s()))
    same([1], [get(each) for each in result.parent.results])


def errback_of_a_body(tasks, tmp_path):
    """A body's errback, for a member of the header that fails."""
    log = tmp_path / "log"
    body = tasks.untouched.s().on_error(tasks.plain_errback.s(log=str(log)))
    start(tasks, chord([tasks.plain_fails.s("as ever")], body)).get(timeout=TIMEOUT, propagate=False)
    assert log.exists()


def failing_chain(tasks, tmp_path):
    """The result of a chain whose first step fails."""
    result = start(tasks, tasks.plain_fails.s("as ever") | tasks.untouched.s())
    assert isinstance(get(result, propagate=False), ValueError)


def revoked(tasks, tmp_path):
    """A revoked task."""
    tasks.app.control.revoke("revoked")
    same("REVOKED", tasks.untouched.apply_async((1,), task_id="revoked").state)


def added_to_a_chord(tasks, tmp_path):
    """A task added to a running chord."""
    found = run(tasks, chord([tasks.plain_grow.s(1), tasks.untouched.s(2)], tasks.untouched.s()))
    same([1, 1, 2], sorted(found))


def stored_result(tasks, tmp_path):
    """What a step gets that comes after a step whose result JSON changes."""
    same("list", run(tasks, tasks.plain_pair.s() | tasks.class_name.s()))


def replaced(tasks, tmp_path):
    """A task that is replaced."""
    same(1, start(tasks, tasks.plain_replaced_plainly.s(1)).get(timeout=SOON))


def unknown_class(tasks, tmp_path):
    """An exception of a class that this process has not imported."""
    get(start(tasks, tasks.plain_fails_unknown.s()), propagate=False)
    assert sys.modules.pop("tests.everywhere.elsewhere", None) is None


def unknown_task(tasks, tmp_path):
    """A task that this process does not know."""
    get(tasks.app.signature("elsewhere.unknown", args=(1,)).delay())


def encoded(tasks, tmp_path):
    """An argument that is no JSON data, in the signature that a plain task is given."""
    tasks.send_again.delay(tasks.untouched.s(object()))
