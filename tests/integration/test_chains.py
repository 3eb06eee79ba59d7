"""Chains: each step gets objects from the step before, and from its own arguments."""

from __future__ import annotations

import pytest
from celery import chain, group

from tests.integration.records import Currency, Declined, Line, Order, order
from tests.integration.waiting import TIMEOUT, lines_of, parked, until
from typedtasks import InvalidArguments, InvalidResult


def test_typed_steps(tasks):
    """Results flow as objects, and later steps hold objects as keyword arguments."""
    steps = tasks.validate.s(order()) | tasks.charge.s(currency=Currency.USD) | tasks.count.s() | tasks.double.s()

    assert steps.delay().get(timeout=TIMEOUT) == 4


def test_a_step_has_positional_arguments_of_its_own(tasks):
    """They come after the one from the step before, each with its own parameter's type."""
    steps = (
        tasks.validate.s(order(1))
        | tasks.merge.s(order(2, sku="rice"), lines=[Line("salt", 3)])
        | tasks.charge.s(currency=Currency.USD)
    )

    expected = tasks.merge(order(1), order(2, sku="rice"), lines=[Line("salt", 3)])
    assert tasks.charge(expected, currency=Currency.USD) == steps.delay().get(timeout=TIMEOUT)


def test_group(tasks):
    """Each of its results is an object, whichever way the backend hands them over."""
    orders = [order(1), order(2)]
    results = group([tasks.validate.s(each) for each in orders]).delay()

    assert orders == results.get(timeout=TIMEOUT)


def test_untyped_steps_in_between(tasks):
    """A plain Celery task gets and gives wire form; the typed one after it gets objects."""
    steps = tasks.validate.s(order()) | tasks.untouched.s() | tasks.charge.s(currency=Currency.USD) | tasks.count.s()
    seen = tasks.validate.s(order()) | tasks.class_name.s()

    assert steps.delay().get(timeout=TIMEOUT) == 2
    assert seen.delay().get(timeout=TIMEOUT) == "dict"


def test_an_untyped_first_step(tasks):
    """A chain may start with a plain Celery task."""
    wire = {"sku": "tea", "qty": 1, "price": "1.50"}

    assert [Line("tea", 1)] == (tasks.untouched.s(wire) | tasks.fetch.s()).delay().get(timeout=TIMEOUT)


def test_immutable_steps(tasks):
    """`si()` takes nothing from the step before, and holds objects too."""
    steps = tasks.validate.s(order()) | tasks.charge.si(order(4), currency=Currency.USD) | tasks.count.s()

    assert steps.delay().get(timeout=TIMEOUT) == 4


def test_a_partial_chain(tasks):
    """A chain whose first argument comes at `delay`."""
    steps = tasks.validate.s() | tasks.charge.s(currency=Currency.USD)

    assert tasks.charge(order(), currency=Currency.USD) == steps.delay(order()).get(timeout=TIMEOUT)


def test_a_retried_step(tasks):
    """The rest of the chain follows the run that succeeds."""
    steps = tasks.validate.s(order()) | tasks.validate_again.s() | tasks.charge.s(currency=Currency.USD)

    assert tasks.charge(order(), currency=Currency.USD) == steps.delay().get(timeout=TIMEOUT)


def test_an_async_step(tasks):
    """An `async def` in the middle."""
    steps = tasks.fetch.s(Line("tea", 1), times=3) | tasks.json_data.s() | tasks.untouched.s()

    wire = {"sku": "tea", "qty": 1, "price": "1.50"}
    assert [wire, wire, wire] == steps.delay().get(timeout=TIMEOUT)


def test_every_step_is_a_typed_result(tasks):
    """The steps before are the last result's parents, each of its own type."""
    result = (tasks.validate.s(order()) | tasks.charge.s() | tasks.count.s()).delay()

    assert result.get(timeout=TIMEOUT) == 2
    assert tasks.charge(order()) == tasks.charge.AsyncResult(result.parent.id).get(timeout=TIMEOUT)
    assert order() == tasks.validate.AsyncResult(result.parent.parent.id).get(timeout=TIMEOUT)


@pytest.mark.parametrize("later", [0, 1, 2])
def test_a_failing_step_is_the_failure_of_the_chain(tasks, later):
    """Whoever waits for the end gets the typed exception of the step that failed."""
    steps = tasks.validate.s(order(7))
    for step in (tasks.charge.s(currency=Currency.USD), tasks.count.s())[:later]:
        steps |= step

    with pytest.raises(Declined) as raised:
        steps.delay().get(timeout=TIMEOUT)

    assert (raised.value.reason, raised.value.line) == ("too many", Line("tea", 7))


def test_a_failing_step_in_the_middle(tasks):
    """`outcome()` at the end of the chain does not wait for ever either."""
    steps = tasks.merge.s(order(1), order(9)) | tasks.validate.s() | tasks.charge.s() | tasks.count.s()

    error = steps.delay().get(timeout=TIMEOUT, propagate=False)

    assert type(error) is Declined
    assert Line("tea", 9) == error.line


def test_a_step_of_another_type_is_a_failure(tasks):
    """A receipt where an int is declared: told as `InvalidArguments` of that step at the end of the chain."""
    for rest in ((), (tasks.double.s(), tasks.double.s())):
        steps = tasks.charge.s(order()) | tasks.double.s()
        for step in rest:
            steps |= step
        with pytest.raises(InvalidArguments) as raised:
            steps.delay().get(timeout=TIMEOUT)
        assert raised.value.task == "double"
        assert [problem.path for problem in raised.value.problems] == ["$.number"]


def test_a_wrong_result_ends_the_chain(tasks):
    """No step gets what is not of the type that the step before declares."""
    with pytest.raises(InvalidResult):
        (tasks.lies.s("7") | tasks.json_data.s()).delay().get(timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("step", "task", "path"),
    [
        pytest.param(0, "validate", "$.order", id="first"),
        pytest.param(1, "charge", "$.currency", id="second"),
        pytest.param(2, "merge", "$.second", id="positional"),
        pytest.param(3, "charge", "$.order.id", id="immutable"),
    ],
)
def test_a_wrong_argument_of_any_step_is_not_sent(deployment, step, task, path):
    """What is known when the chain is sent is checked then: nothing is published."""
    tasks = deployment.tasks
    steps = [tasks.validate.s(order()), tasks.charge.s(), tasks.merge.s(order()), tasks.charge.si(order())]
    wrong_order = Order("no UUID", order().placed, [])
    wrong = [tasks.validate.s(7), tasks.charge.s(currency="GBP"), tasks.merge.s(7), tasks.charge.si(wrong_order)]
    steps[step] = wrong[step]

    with parked(deployment.app) as queue:
        with pytest.raises(InvalidArguments) as raised:
            chain(*steps).apply_async(queue=queue.name)

        assert raised.value.task == task
        assert [path] == [problem.path for problem in raised.value.problems]
        assert queue.next() is None


def test_callbacks_get_objects(tasks, tmp_path):
    """`link` sends the result on to a typed task."""
    log = tmp_path / "log"
    tasks.acknowledged_late.apply_async((Line("tea", 1),), link=tasks.logged.s(log=str(log)))

    assert [repr(Line("tea", 1))] == until(lambda: lines_of(log))
