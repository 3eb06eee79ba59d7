"""What does not fit is refused, with its path: before it is sent, before the body runs, before it is a result."""

from __future__ import annotations

import pytest

from tests.integration.records import Line, Order, order
from tests.integration.waiting import TIMEOUT, lines_of, parked, send_unchecked
from typedtasks import Crashed, InvalidArguments, InvalidProgress, InvalidResult, UndeclaredProgress, UnknownOption


def paths(error):
    """Where the problems are."""
    return [problem.path for problem in error.problems]


def wrong_order():
    """Three things wrong, at three depths."""
    return Order("no UUID", order().placed, [Line("tea", 1), Line("salt", "2")], notes={"a": 1})


# -- on the caller's side


@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        pytest.param((wrong_order(),), {}, ["$.order.id", "$.order.lines[1].qty", "$.order.notes['a']"], id="types"),
        pytest.param((), {}, ["$.order"], id="missing"),
        pytest.param((order(), order()), {}, ["$"], id="surplus"),
        pytest.param((order(),), {"curency": "EUR"}, ["$.curency"], id="unknown-name"),
        pytest.param((wrong_order(),), {"currency": "?"}, 4 * [None], id="all-at-once"),
        pytest.param(({"id": "x"},), {}, ["$.order.id", "$.order.placed", "$.order.lines"], id="wire-form"),
    ],
)
def test_wrong_arguments_are_not_published(deployment, args, kwargs, expected):
    """`delay` names every problem with its path, and the queue stays empty."""
    with parked(deployment.app) as queue:
        with pytest.raises(InvalidArguments) as raised:
            deployment.tasks.charge.options(queue=queue.name).delay(*args, **kwargs)

        assert len(expected) == len(raised.value.problems)
        assert expected in (paths(raised.value), 4 * [None])
        assert queue.next() is None


def test_a_misspelt_option_is_not_published(deployment):
    """`options` knows Celery's names."""
    with pytest.raises(UnknownOption, match="did you mean 'countdown'"):
        deployment.tasks.charge.options(countdwon=3)


# -- on the worker


def send(tasks, task, *args, **kwargs):
    """Send a payload past the caller's check, as another program may."""
    sent = send_unchecked(tasks.app, task.name, args, kwargs)
    return task.AsyncResult(sent.id)


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        pytest.param([{"sku": "tea", "qty": "1"}], ["$.line.qty"], id="type"),
        pytest.param([{"colour": 1}], ["$.line.sku", "$.line.qty"], id="missing-fields"),
        pytest.param([], ["$.line"], id="missing"),
        pytest.param([{"sku": "tea", "qty": 1}, 2], ["$"], id="surplus"),
        pytest.param([None], ["$.line"], id="null"),
    ],
)
@pytest.mark.parametrize("name", ["logged", "stubborn"])
def test_a_bad_payload_is_the_result_and_no_body_runs(deployment, tmp_path, name, args, expected):
    """The caller gets the same error as from `delay`; nothing is retried, whatever `autoretry_for` says."""
    tasks, log = deployment.tasks, tmp_path / "log"

    result = send(tasks, getattr(tasks, name), *args, log=str(log))

    with pytest.raises(InvalidArguments) as raised:
        result.get(timeout=TIMEOUT)
    assert expected == paths(raised.value)
    assert raised.value.task == name
    assert result.state == "FAILURE"
    # The next task of the same log has run when its result is there: what was retried before it would have, too.
    good = getattr(tasks, name).delay(Line("tea", 1), log=str(log))
    assert Line("tea", 1) == good.get(timeout=TIMEOUT)
    assert [repr(Line("tea", 1))] == lines_of(log)
    assert deployment.worker.process.poll() is None


def test_a_bad_payload_is_a_crash_for_match(tasks):
    """`outcome()` tells it from the exceptions that the task declares."""
    outcome = send(tasks, tasks.fails, 3).outcome(TIMEOUT)

    assert isinstance(outcome, Crashed)
    assert isinstance(outcome.error, InvalidArguments)


def test_a_bad_payload_does_not_stop_later_tasks(deployment):
    """Many in a row, on every pool process, and the worker does its work as before."""
    tasks = deployment.tasks
    bad = [send(tasks, tasks.charge, {"id": number}) for number in range(10)]
    good = [tasks.double.delay(number) for number in range(10)]

    assert [number * 2 for number in range(10)] == [result.get(timeout=TIMEOUT) for result in good]
    for result in bad:
        with pytest.raises(InvalidArguments):
            result.get(timeout=TIMEOUT)
    assert deployment.worker.process.poll() is None


def test_arguments_that_are_no_list_of_json_values_are_refused(tasks):
    """A dict where a scalar is declared, and a string where a record is."""
    for task, value, path in ((tasks.double, {"number": 1}, "$.number"), (tasks.charge, "order", "$.order")):
        with pytest.raises(InvalidArguments) as raised:
            send(tasks, task, value).get(timeout=TIMEOUT)
        assert [path] == paths(raised.value)


# -- results and progress


@pytest.mark.parametrize("value", ["7", 1.0, None, [1], {"a": 1}, True])
def test_a_wrong_result_is_a_failure(tasks, value):
    """A task that gives what it does not declare has failed, and its caller never gets the value."""
    result = tasks.lies.delay(value)

    with pytest.raises(InvalidResult) as raised:
        result.get(timeout=TIMEOUT)
    assert paths(raised.value) == ["$"]
    assert result.state == "FAILURE"
    assert isinstance(result.outcome(TIMEOUT), Crashed)


def test_a_wrong_result_names_the_paths(tasks):
    """Deep inside the result, every problem has its place."""
    with pytest.raises(InvalidResult) as raised:
        tasks.lies_deeply.delay(order()).get(timeout=TIMEOUT)

    assert paths(raised.value) == ["$[1].order.lines[1].qty", "$[1].total"]


def test_a_stored_result_of_another_type_is_a_failure(tasks):
    """A result that was stored by another version of the task is not passed off as this one's."""
    result = tasks.double.delay(4)
    assert result.get(timeout=TIMEOUT) == 8

    with pytest.raises(InvalidResult) as raised:
        tasks.charge.AsyncResult(result.id).get(timeout=TIMEOUT)

    assert paths(raised.value) == ["$"]
    assert tasks.charge.AsyncResult(result.id).state == "FAILURE"


def test_wrong_progress_is_a_failure(tasks):
    """Progress that is not of its declared type, or without one, is told where it is made."""
    with pytest.raises(InvalidProgress) as raised:
        tasks.progress_in_the_wrong_type.delay().get(timeout=TIMEOUT)
    assert paths(raised.value) == ["$.at"]
    with pytest.raises(UndeclaredProgress):
        tasks.progress_without_a_type.delay().get(timeout=TIMEOUT)
