"""Results: of the declared type wherever Celery hands one over."""

from __future__ import annotations

import pickle
import subprocess
import sys

import pytest
from celery import chord, group
from celery.result import AsyncResult, GroupResult

from tests.everywhere.case import POLL, TIMEOUT, case, get, kept, run, same, start
from tests.everywhere.places import environment
from tests.everywhere.records import Currency, Declined, Line, order, order_wire, receipt
from typedtasks import Crashed, Failed, Ok

BAD = order(7)


@case
def result_is_got(tasks, tmp_path):
    """Celery 16: `get` gives an object, also a second time."""
    result = start(tasks, tasks.charge.s(order()))
    same(receipt(order()), get(result))
    same(receipt(order()), get(result))
    same(receipt(order()), result.result)


@case
def result_is_the_failure(tasks, tmp_path):
    """Celery 16: `get(propagate=False)` gives the exception with its fields."""
    error = get(start(tasks, tasks.validate.s(BAD)), propagate=False)
    assert type(error) is Declined
    same(("too many", Line("tea", 7)), (error.reason, error.line))


@case
def result_by_then(tasks, tmp_path):
    """Celery 16: `then` calls back with an object."""
    seen = []
    result = start(tasks, tasks.charge.s(order()))
    result.then(lambda found: seen.append(found.result))
    get(result)
    same([receipt(order())], seen)


@case
def result_by_callback(tasks, tmp_path):
    """Celery 16: `get(callback=...)` calls back with an object."""
    seen = []
    result = start(tasks, tasks.charge.s(order()))
    get(result, callback=lambda task_id, value: seen.append((task_id, value)))
    same([(result.id, receipt(order()))], seen)


@case
def result_of_the_steps_before(tasks, tmp_path):
    """Celery 16: the steps of a chain stand behind the last, as `.parent`, typed."""
    result = start(tasks, tasks.validate.s(order()) | tasks.charge.s(currency=Currency.USD) | tasks.count.s())
    same(2, get(result))
    same(receipt(order(), Currency.USD), get(result.parent))
    same(order(), get(result.parent.parent))


@case
def result_by_id(tasks, tmp_path):
    """Celery 16: `task.AsyncResult(id)` is typed."""
    result = tasks.charge.delay(order())
    same(receipt(order()), get(tasks.charge.AsyncResult(result.id)))


@case
def result_by_id_of_the_app(tasks, tmp_path):
    """Celery 16: `app.AsyncResult(id)` is typed where the result says whose it is."""
    result = tasks.charge.delay(order())
    get(result)
    same(receipt(order()), get(tasks.app.AsyncResult(result.id)))


@case
def result_by_id_of_celery(tasks, tmp_path):
    """Celery 16: `celery.result.AsyncResult(id, app=app)` gives wire form or an object, never something else."""
    result = tasks.charge.delay(order())
    get(result)
    wire = {"order": order_wire(order()), "total": "3.00", "currency": "EUR"}
    assert get(AsyncResult(result.id, app=tasks.app)) in (wire, receipt(order()))


@case
def result_children(tasks, tmp_path):
    """Celery 16: the `.children` of a task that sends others are typed."""
    log = str(tmp_path / "log")
    result = tasks.parent.delay(order(), log=log)
    child_id = get(result)
    first, second = result.children
    same([child_id], [each[0] for each in kept(tasks, log)])
    same(receipt(order()), get(first))
    same({"gift": "yes"}, get(second))


@case
def result_collected(tasks, tmp_path):
    """Celery 16: `collect()` gives the objects of a task and its children."""
    result = tasks.parent.delay(order(), log=str(tmp_path / "log"))
    child_id = get(result)
    found = {each.id: value for each, value in result.collect(timeout=TIMEOUT, interval=POLL)}
    same(child_id, found[result.id])
    same(receipt(order()), found[child_id])


@case
def result_of_a_group_restored(tasks, tmp_path):
    """Celery 16: `GroupResult.restore` gives objects."""
    result = group(tasks.charge.s(order(qty)) for qty in (1, 2)).delay()
    result.save()
    restored = tasks.app.GroupResult.restore(result.id)
    same([receipt(order(1)), receipt(order(2))], get(restored))


@case
def result_of_a_group_restored_by_celery(tasks, tmp_path):
    """Celery 16: `celery.result.GroupResult.restore(id, app=app)` gives objects."""
    result = group(tasks.charge.s(order(qty)) for qty in (1, 2)).delay()
    result.save()
    restored = GroupResult.restore(result.id, app=tasks.app)
    same([receipt(order(1)), receipt(order(2))], get(restored))


IN_ANOTHER_PROCESS = """
import pickle, sys
from tests.everywhere import tasks
from tests.everywhere.case import get
task_id, pickled = sys.argv[1:]
by_id = tasks.charge.AsyncResult(task_id)
loaded = pickle.loads(bytes.fromhex(pickled))
sys.stdout.buffer.write(pickle.dumps((get(by_id), get(loaded), type(loaded).__name__)))
"""


@case
def result_in_another_process(tasks, tmp_path):
    """Celery 16: by its id, and pickled, a result is typed in another process."""
    result = tasks.charge.delay(order())
    get(result)
    command = [sys.executable, "-c", IN_ANOTHER_PROCESS, result.id, pickle.dumps(result).hex()]
    done = subprocess.run(command, env=environment(tasks), check=True, capture_output=True, timeout=TIMEOUT)
    by_id, loaded, name = pickle.loads(done.stdout)  # noqa: S301 - our own
    same([receipt(order()), receipt(order()), "TypedResult"], [by_id, loaded, name])


@case
def result_without_a_password(tasks, tmp_path):
    """Celery 16: a pickled result holds no address of its backend, where a password would be."""
    result = start(tasks, tasks.validate.s(order()) | tasks.charge.s())
    pickled = pickle.dumps(result)
    assert not any(secret in pickled for secret in (b"://", b"127.0.0.1", b"guest"))
    same(receipt(order()), get(pickle.loads(pickled)))  # noqa: S301 - our own


@case
def result_twice(tasks, tmp_path):
    """Celery 16: two results for one id do not disturb each other."""
    result = tasks.charge.delay(order())
    same(receipt(order()), get(result))
    for _ in range(2):
        other = tasks.charge.AsyncResult(result.id)
        found = get(other)
        same(receipt(order()), found)
        found.order.lines.clear()
    same(receipt(order()), get(tasks.charge.AsyncResult(result.id)))


@case
def result_of_a_mixed_group(tasks, tmp_path):
    """Celery 16: `get(propagate=False)` of a group gives objects and exceptions where they stand."""
    found = get(start(tasks, group(tasks.validate.s(order()), tasks.validate.s(BAD))), propagate=False)
    same(order(), found[0])
    assert type(found[1]) is Declined
    same(Line("tea", 7), found[1].line)


@case
def outcome_is_ok(tasks, tmp_path):
    """Celery 21: `outcome()` of what went well is `Ok` with the object."""
    same(Ok(receipt(order())), start(tasks, tasks.charge.s(order())).outcome(TIMEOUT))


@case
def outcome_is_failed(tasks, tmp_path):
    """Celery 21: `outcome()` of a declared error is `Failed` with the exception."""
    outcome = start(tasks, tasks.validate.s(BAD)).outcome(TIMEOUT)
    assert isinstance(outcome, Failed)
    same(("too many", Line("tea", 7)), (outcome.error.reason, outcome.error.line))


@case
def outcome_is_crashed(tasks, tmp_path):
    """Celery 21: `outcome()` of any other error is `Crashed`."""
    outcome = start(tasks, tasks.fails.s("undeclared")).outcome(TIMEOUT)
    assert isinstance(outcome, Crashed)
    same(Line("tea", 2), outcome.error.line)


@case
def outcome_of_a_chain(tasks, tmp_path):
    """Celery 21: what any step declares is `Failed` at the end of the chain."""
    steps = tasks.validate.s(BAD) | tasks.charge.s() | tasks.count.s()
    outcome = start(tasks, steps).outcome(TIMEOUT)
    assert isinstance(outcome, Failed)
    same("too many", outcome.error.reason)


@case
def outcome_of_a_member(tasks, tmp_path):
    """Celery 21: each member of a group has its own outcome."""
    result = start(tasks, group(tasks.validate.s(order()), tasks.validate.s(BAD)))
    first, second = (each.outcome(TIMEOUT) for each in result.results)
    same(Ok(order()), first)
    assert isinstance(second, Failed)


@case
def outcome_of_a_chord(tasks, tmp_path):
    """Celery 21: the outcome of a chord is its body's."""
    result = start(tasks, chord([tasks.validate.s(order())], tasks.gather.s()))
    same(Ok(order()), result.outcome(TIMEOUT))


@case
def result_of_a_plain_task(tasks, tmp_path):
    """Celery 16: what a plain task gives is what it gave."""
    same({"a": [1, None]}, run(tasks, tasks.untouched.s({"a": [1, None]})))
    with pytest.raises(ValueError, match="as ever"):
        run(tasks, tasks.plain_fails.s("as ever"))
