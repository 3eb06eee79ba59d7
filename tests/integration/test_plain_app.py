"""`@typed_task` on a plain `celery.Celery` app, and tasks of every app, beside Celery's own tasks in one worker."""

from __future__ import annotations

import importlib
import json
import sys

import celery._state
import pytest

from tests.integration.conftest import CONFIG
from tests.integration.records import Currency, Declined, Line, order
from tests.integration.waiting import TIMEOUT, stored
from tests.workers import worker
from typedtasks import Failed, InvalidArguments, embedded

PLAIN = "tests.integration.plain"


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The module of the plain app, with a worker; on one transport, for the app's class knows nothing of these."""
    env = {CONFIG: json.dumps(embedded(tmp_path_factory.mktemp("plain")))}
    before = celery._state.default_app, celery._state._tls.current_app
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(CONFIG, env[CONFIG])
        module = importlib.import_module(PLAIN)
    celery._state.default_app, celery._state._tls.current_app = before
    with worker(f"{PLAIN}:app", pool="prefork", concurrency=2, env=env):
        yield module
    module.app.close()
    del sys.modules[PLAIN]


def test_a_typed_task_on_a_plain_app(plain):
    """Arguments, result, declared failure and retry are typed as on a `TypedCelery`."""
    assert Line("tea", 2) == plain.first_line.delay(order()).get(timeout=TIMEOUT)
    assert Line("tea", 2) == plain.bound.delay(Line("tea", 2)).get(timeout=TIMEOUT)
    empty = order()
    empty.lines.clear()
    outcome = plain.first_line.delay(empty, currency=Currency.USD).outcome(TIMEOUT)
    assert isinstance(outcome, Failed)
    assert repr(Declined("USD", Line("none", 0))) == repr(outcome.error)


def test_wrong_arguments_on_a_plain_app(plain):
    """Refused before they are sent, and on the worker."""
    with pytest.raises(InvalidArguments):
        plain.first_line.delay(Line("tea", 2))
    sent = plain.app.send_task(plain.first_line.name, [{"lines": []}])
    with pytest.raises(InvalidArguments):
        plain.first_line.AsyncResult(sent.id).get(timeout=TIMEOUT)


def test_untyped_tasks_are_untouched(plain):
    """Celery's own tasks in the same worker get and give what they always did."""
    assert plain.untyped.delay({"a": [1]}).get(timeout=TIMEOUT) == {"a": [1]}
    with pytest.raises(ValueError, match="as ever"):
        plain.untyped_fails.delay("as ever").get(timeout=TIMEOUT)
    steps = plain.first_line.s(order()) | plain.untyped.s() | plain.bound.s()
    assert Line("tea", 2) == steps.delay().get(timeout=TIMEOUT)


def test_extended_results_hold_wire_form(plain):
    """`result_extended` stores the arguments: as they travelled."""
    result = plain.first_line.delay(order(), currency=Currency.USD)
    result.get(timeout=TIMEOUT)

    document = json.loads(stored(plain.app, result.id))
    assert document["kwargs"] == {"currency": "USD"}
    assert document["args"][0]["lines"] == [{"sku": "tea", "qty": 2, "price": "1.50"}]
    assert document["name"] == plain.first_line.name


def test_a_task_of_every_app(plain):
    """`@typed_task` without an app: this app has it too."""
    of_plain = plain.app.tasks[plain.shared_total.name]

    assert of_plain.delay(order(3)).get(timeout=TIMEOUT) == 3


# -- tasks of every app, through the workers of all deployments


def test_shared_tasks_run_everywhere(tasks):
    """Typed and untyped tasks that were declared before the app."""
    assert tasks.shared_total.delay(order(5)).get(timeout=TIMEOUT) == 5
    assert tasks.class_name.delay([1]).get(timeout=TIMEOUT) == "list"
    with pytest.raises(InvalidArguments):
        tasks.shared_total.delay("order")
