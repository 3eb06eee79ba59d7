"""A result, wherever it is read, is of the task's declared type."""

from __future__ import annotations

import copy
import json
import os
import pickle
import subprocess
import sys

import pytest
from celery.exceptions import TimeoutError as CeleryTimeoutError
from celery.result import AsyncResult

from tests.integration.conftest import CONFIG
from tests.integration.records import Currency, Declined, Line, order
from tests.integration.waiting import TIMEOUT, until
from tests.workers import ROOT
from typedtasks import Ok

READ_BY_ID = """
import sys
from tests.integration import tasks
result = tasks.charge.AsyncResult(sys.argv[1])
print(repr(result.get(timeout=20)))
failure = tasks.fails.AsyncResult(sys.argv[2])
print(repr(failure.get(timeout=20, propagate=False)))
"""

READ_PICKLE = """
import pickle, sys
from tests.integration import tasks
result = pickle.loads(sys.stdin.buffer.read())
print(repr(result.get(timeout=20)))
print(result.backend.as_uri() == tasks.app.backend.as_uri())
"""


def in_another_process(deployment, code, *args, stdin=b""):
    """The lines that a script prints which has the tasks of this deployment."""
    env = {**os.environ, CONFIG: json.dumps(deployment.config)}
    command = [sys.executable, "-W", "error", "-c", code, *args]
    done = subprocess.run(command, cwd=ROOT, env=env, input=stdin, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().splitlines()


def test_every_way_to_a_result_is_typed(tasks):
    """`get`, `result`, `info`, `outcome` and a callback give the same object."""
    seen = []
    result = tasks.charge.delay(order())

    value = result.get(timeout=TIMEOUT, callback=lambda _, got: seen.append(got))

    expected = tasks.charge(order())
    assert (expected, expected, expected) == (value, result.result, result.info)
    assert Ok(expected) == result.outcome(TIMEOUT)
    assert (result.state, result.ready(), result.successful(), result.failed()) == ("SUCCESS", True, True, False)


def test_then_gets_the_typed_result(tasks):
    """`then` is called with a result that is ready."""
    seen = []
    result = tasks.charge.delay(order())

    result.then(lambda ready: seen.append(ready.result))
    result.get(timeout=TIMEOUT)

    assert [tasks.charge(order())] == seen


def test_collect_is_typed(tasks):
    """`collect` follows the tree from its root."""
    result = tasks.charge.delay(order())
    result.get(timeout=TIMEOUT)

    assert [(result, tasks.charge(order()))] == list(result.collect(timeout=TIMEOUT))


def test_two_results_of_one_task_do_not_disturb_each_other(tasks):
    """What one has decoded, the other decodes for itself; so does a copy."""
    first = tasks.charge.delay(order())
    second = tasks.charge.AsyncResult(first.id)
    by_id = tasks.app.AsyncResult(first.id)
    untyped = AsyncResult(first.id, app=tasks.app)

    values = [first.get(timeout=TIMEOUT), second.get(timeout=TIMEOUT), copy.copy(first).get(timeout=TIMEOUT)]

    assert 3 * [tasks.charge(order())] == values
    assert values[0] is not values[1]
    assert tasks.charge(order()) == by_id.get(timeout=TIMEOUT)
    assert untyped.get(timeout=TIMEOUT)["currency"] == "EUR"
    assert tasks.charge(order()) == tasks.charge.AsyncResult(first.id).get(timeout=TIMEOUT)


def test_a_result_is_read_in_another_process(deployment):
    """`AsyncResult(id)` of the task gives the objects there, failures included."""
    tasks = deployment.tasks
    result = tasks.charge.delay(order(), currency=Currency.USD)
    failure = tasks.fails.delay("positional")

    printed = in_another_process(deployment, READ_BY_ID, result.id, failure.id)

    expected = [tasks.charge(order(), currency=Currency.USD), Declined("limit", Line("tea", 2))]
    assert [repr(value) for value in expected] == printed


def test_a_pickled_result_is_read_in_another_process(deployment):
    """It holds the task's name and the id, and no address or password of a server."""
    result = deployment.tasks.charge.delay(order())

    pickled = pickle.dumps(result)
    printed = in_another_process(deployment, READ_PICKLE, stdin=pickled)

    assert [repr(deployment.tasks.charge(order())), "True"] == printed
    assert b"://" not in pickled


def test_a_result_that_does_not_come_in_time(tasks, tmp_path):
    """`get` raises Celery's own error, and the result can be waited for again."""
    gate = tmp_path / "gate"
    result = tasks.gated.delay(Line("tea", 1), gate=str(gate))
    until(lambda: result.progress)

    with pytest.raises(CeleryTimeoutError):
        result.get(timeout=0.1)
    gate.touch()

    assert Line("tea", 1) == result.get(timeout=TIMEOUT)


def test_a_forgotten_result_is_gone(tasks):
    """`forget` removes it from the backend."""
    result = tasks.charge.delay(order())
    result.get(timeout=TIMEOUT)

    result.forget()

    assert tasks.charge.AsyncResult(result.id).state == "PENDING"
