"""Exceptions come back as what they were: the same class, the same fields; and never as more than that."""

from __future__ import annotations

import json
import sys
from datetime import date

import pytest

from tests.integration.records import Awkward, Declined, Discontinued, Line, OutOfStock, Plain, Undeclared
from tests.integration.waiting import TIMEOUT, on_prefork
from typedtasks import Crashed, Failed, RemoteError

DECLARED = [
    pytest.param("positional", Declined("limit", Line("tea", 2)), id="positional"),
    pytest.param("keyword-only", OutOfStock(line=Line("tea", 2), available=1), id="keyword-only"),
    pytest.param("inherited", Discontinued(line=Line("tea", 2), since=date(2020, 1, 1)), id="inherited"),
]
UNDECLARED = [
    pytest.param("undeclared attrs", Undeclared("why", Line("tea", 2)), id="attrs"),
    pytest.param("plain", Plain(404, "no such order"), id="plain"),
    pytest.param("awkward", Awkward(404, "no such order"), id="awkward"),
    pytest.param("built-in", ValueError("zero", 0), id="built-in"),
    pytest.param("key", KeyError("sku"), id="key-error"),
    pytest.param("no arguments", RuntimeError(), id="no-arguments"),
]


def assert_same(expected, error):
    """Class, arguments, attributes and text."""
    assert type(expected) is type(error)
    assert str(expected) == str(error)
    assert repr(expected) == repr(error)
    assert expected.args == error.args
    assert getattr(expected, "__dict__", None) == getattr(error, "__dict__", None)


@pytest.mark.parametrize(("kind", "expected"), DECLARED + UNDECLARED)
def test_get_raises_the_same_exception(tasks, kind, expected):
    """Declared or not, an exception that the caller knows is of its class, with its fields or arguments."""
    with pytest.raises(type(expected)) as raised:
        tasks.fails.delay(kind).get(timeout=TIMEOUT)

    assert_same(expected, raised.value)


@pytest.mark.parametrize(("kind", "expected"), DECLARED)
def test_a_declared_exception_is_failed(tasks, kind, expected):
    """`outcome()` gives it as `Failed`, a subclass of the declared class included."""
    outcome = tasks.fails.delay(kind).outcome(TIMEOUT)

    assert isinstance(outcome, Failed)
    assert_same(expected, outcome.error)


@pytest.mark.parametrize(("kind", "expected"), UNDECLARED)
def test_any_other_exception_is_crashed(tasks, kind, expected):
    """`outcome()` gives it as `Crashed`."""
    outcome = tasks.fails.delay(kind).outcome(TIMEOUT)

    assert isinstance(outcome, Crashed)
    assert_same(expected, outcome.error)


def test_get_without_propagation_returns_the_exception(tasks):
    """`get(propagate=False)`, `result` and `info` are the exception itself."""
    result = tasks.fails.delay("positional")

    expected = Declined("limit", Line("tea", 2))
    assert_same(expected, result.get(timeout=TIMEOUT, propagate=False))
    assert_same(expected, result.result)
    assert_same(expected, result.info)
    assert (result.state, result.failed(), result.successful()) == ("FAILURE", True, False)


def test_the_cause_is_in_the_traceback(tasks):
    """`raise ... from ...`: the class and fields are the exception's, and the cause's text is kept."""
    result = tasks.fails_from.delay(Line("tea", 2))

    outcome = result.outcome(TIMEOUT)

    assert isinstance(outcome, Failed)
    assert_same(OutOfStock(line=Line("tea", 2)), outcome.error)
    assert "KeyError: 'the shelf'" in result.traceback
    assert "in fails_from" in result.traceback


def test_an_unknown_class_is_a_remote_error(tasks):
    """Nothing is imported because a message names it; what the exception held can be read."""
    with pytest.raises(RemoteError) as raised:
        tasks.fails_unknown.delay().get(timeout=TIMEOUT)

    assert raised.value.type == "tests.integration.worker_only.Elsewhere"
    assert raised.value.data == {"line": {"sku": "tea", "qty": 2, "price": "1.50"}, "code": 7}
    assert "tests.integration.worker_only" not in sys.modules


def test_arguments_that_are_no_json_are_left_out(tasks):
    """The class and text of an exception with such arguments arrive."""
    with pytest.raises(RemoteError) as raised:
        tasks.fails.delay("unserialisable").get(timeout=TIMEOUT)

    assert raised.value.type == "builtins.ValueError"
    assert raised.value.message.startswith("<object object at ")
    assert raised.value.data is None


@pytest.mark.parametrize(
    "failure",
    [
        {"exc_type": "SystemExit", "exc_message": ["7"], "exc_module": "builtins"},
        {"exc_type": "KeyboardInterrupt", "exc_message": [], "exc_module": "builtins"},
        {"exc_type": "x", "exc_message": [], "exc_module": "x", "typedtasks": {"type": "builtins:SystemExit"}},
        {"exc_type": "x", "exc_message": [], "exc_module": "x", "typedtasks": {"type": "os:system", "args": ["true"]}},
    ],
)
@pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")  # Celery's way to Redis
def test_a_forged_failure_does_not_end_the_caller(tasks, failure):
    """What is no `Exception` is never raised, whatever the result backend holds."""
    result = tasks.charge.AsyncResult("forged")
    document = {"status": "FAILURE", "result": failure, "traceback": None, "children": [], "task_id": result.id}
    tasks.app.backend.set(tasks.app.backend.get_key_for_task(result.id), json.dumps(document))

    with pytest.raises(RemoteError):
        result.get(timeout=TIMEOUT)
    result.forget()


@on_prefork  # where the exception crosses processes inside the worker
@pytest.mark.parametrize(("kind", "expected"), DECLARED)
def test_the_log_names_the_exception(deployment, kind, expected):
    """A declared exception is logged as itself, not as Celery's stand-in for what does not survive pickle."""
    result = deployment.tasks.fails.delay(kind)
    result.get(timeout=TIMEOUT, propagate=False)

    deployment.worker.wait_for_log(f"{result.id}] raised expected: {expected!r}")
