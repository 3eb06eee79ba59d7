"""Signatures and chains carry objects, which are made wire form when they are sent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery, chain

from tests.unit.records import Declined, Line, Order, Receipt
from typedtasks import Failed, ImmutableSignature, InvalidArguments, Link, PartialSignature, Signature

ORDER = Order("a", [Line("x", 2)])


@pytest.fixture
def tasks(app):
    """Steps of a chain, typed and untyped, and what they saw."""
    seen: list[Any] = []

    @app.task
    def validate(order: Order) -> Order:
        seen.append(order)
        return order

    @app.task(raises=Declined)
    def add(order: Order, line: Line, *, times: int = 1) -> Order:
        seen.append((order, line, times))
        if line.qty < 0:
            raise Declined(order=order, reason="negative")
        return Order(order.id, [*order.lines, *[line] * times])

    @app.task
    def count(order: Order) -> int:
        seen.append(order)
        return len(order.lines)

    @app.task
    def join(first: Order, *lines: Line) -> int:
        seen.append((first, lines))
        return len(lines)

    def take(value):
        seen.append(value)
        return value

    untyped = Celery.task(app, shared=False)(take)
    return SimpleNamespace(seen=seen, validate=validate, add=add, count=count, join=join, untyped=untyped)


def test_chain(app, run_worker, tasks):
    """Typed to typed: each step gets the object that the one before returned, and its own arguments."""
    line = Line("y", 1)
    steps = tasks.validate.s(ORDER) | tasks.add.s(line, times=2) | tasks.count.s()

    with run_worker(app):
        assert steps.delay().get(timeout=5) == 3
    assert [ORDER, (ORDER, line, 2), Order("a", [Line("x", 2), line, line])] == tasks.seen


def test_chain_through_an_untyped_task(app, run_worker, tasks):
    """An untyped step in between sees plain JSON and hands it on."""
    steps = tasks.validate.s(ORDER) | tasks.untyped.s() | tasks.add.s(Line("y", 1)) | tasks.count.s()

    with run_worker(app):
        assert steps.delay().get(timeout=5) == 2
    assert tasks.seen[1] == {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}
    assert (ORDER, Line("y", 1), 1) == tasks.seen[2]


def test_immutable_step(app, run_worker, tasks):
    """`.si()` takes nothing from the step before it."""
    with run_worker(app):
        assert (tasks.validate.s(ORDER) | tasks.count.si(Order("b", []))).delay().get(timeout=5) == 0


def test_step_with_var_positional(app, run_worker, tasks):
    """The previous result comes first, before `*args` of the step itself."""
    lines = (Line("y", 1), Line("z", 2))

    with run_worker(app):
        assert (tasks.validate.s(ORDER) | tasks.join.s(*lines)).delay().get(timeout=5) == 2
    assert tasks.seen[1] == (ORDER, lines)


def test_eager_chain(tasks):
    """`apply` runs it here."""
    assert (tasks.validate.s(ORDER) | tasks.add.s(Line("y", 1)) | tasks.count.s()).apply().get() == 2


def test_chain_always_eager(app, tasks):
    """As does `task_always_eager`."""
    app.conf.task_always_eager = True

    assert (tasks.validate.s(ORDER) | tasks.add.s(Line("y", 1)) | tasks.count.s()).delay().get() == 2


def test_parent(app, run_worker, tasks):
    """The results of earlier steps are typed."""
    with run_worker(app):
        result = (tasks.validate.s(ORDER) | tasks.count.s()).delay()
        assert result.get(timeout=5) == 1
        assert result.parent.get(timeout=5) == ORDER


def test_failure_of_a_step(app, run_worker, tasks):
    """The chain's result is the failure, which is as declared as it is at its step."""
    steps = tasks.validate.s(ORDER) | tasks.add.s(Line("y", -1)) | tasks.count.s()

    with run_worker(app):
        outcome = steps.delay().outcome(timeout=5)

    assert isinstance(outcome, Failed)
    assert (type(outcome.error), outcome.error.order) == (Declined, ORDER)


def test_wrong_result_of_an_untyped_step(app, run_worker, tasks):
    """Is told by the worker that gets it."""
    steps = chain(tasks.untyped.s(5), tasks.count.s())

    with run_worker(app), pytest.raises(InvalidArguments, match=r"count\(\): \$\.order: expected Order, got int 5"):
        steps.delay().get(timeout=5)


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        (lambda tasks: tasks.add.s(Line("y", "1")), "$.line.qty: expected int, got str '1'"),
        (lambda tasks: tasks.add.s(), "$.line: missing"),
        (lambda tasks: tasks.add.s(Line("y", 1), tims=2), "$.tims: unexpected argument; did you mean 'times'?"),
        (
            lambda tasks: tasks.add.s({"sku": "y", "qty": 1, "qyt": 1}),
            "$.line.qyt: unexpected field; did you mean 'qty'?",
        ),
        (lambda tasks: tasks.count.s(ORDER), "$: takes 1 positional arguments, got 2"),
        (lambda tasks: tasks.count.si(), "$.order: missing"),
        (lambda tasks: tasks.join.s(Line("y", 1), Line("z", "2")), "$.lines[1].qty: expected int, got str '2'"),
        (lambda tasks: tasks.join.s(5), "$.lines[0]: expected Line, got int 5"),
    ],
    ids=range(8),
)  # fmt: skip
def test_invalid_later_step(app, tasks, published, step, problem):
    """What is known to be wrong with a later step is told before anything is published."""
    with pytest.raises(InvalidArguments) as caught:
        (tasks.validate.s(ORDER) | step(tasks)).delay()

    assert [problem] == [str(each) for each in caught.value.problems]
    assert published(app) == []


def test_invalid_result_stops_the_chain(app, run_worker, tasks):
    """The next step is not sent."""

    @app.task
    def wrong(order: Order) -> Receipt:
        return order

    with run_worker(app):
        result = (wrong.s(ORDER) | tasks.untyped.s()).delay()
        assert result.parent.get(timeout=5, propagate=False).task == "wrong"
    assert tasks.seen == []


def test_generic_names_are_signatures():
    """At run time `Signature[int]` and its like are Celery's own class."""
    assert Signature is PartialSignature is ImmutableSignature is Link
    assert Signature[int].__origin__ is Signature
