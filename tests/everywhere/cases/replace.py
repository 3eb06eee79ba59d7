"""`self.replace`, `self.add_to_chord` and stamps."""

from __future__ import annotations

import pytest
from celery import chord, group
from celery.canvas import StampingVisitor

from tests.everywhere.case import case, get, kept, run, same, start
from tests.everywhere.records import Currency, Declined, Line, Stamped, order, order_wire, receipt
from typedtasks import Failed

OWN = Line("own", 1)


def two(tasks):
    """An order of two lines."""
    return tasks.merge(order(1), order(2, sku="rice"))


@case
def replaced_by_a_task(tasks, tmp_path):
    """Celery 14: a task is replaced with one that holds an object."""
    same(receipt(order(), Currency.USD), run(tasks, tasks.by_task.s(order())))


@case
def replaced_by_a_chain(tasks, tmp_path):
    """Celery 14: a task is replaced with a chain whose steps hold objects."""
    same(receipt(tasks.merge(order(), order()), Currency.USD), run(tasks, tasks.by_chain.s(order())))


@case
def replaced_by_a_group(tasks, tmp_path):
    """Celery 14: a task is replaced with a group, whose objects are the result."""
    expected = [receipt(each, Currency.USD) for each in tasks.split(two(tasks))]
    same(expected, run(tasks, tasks.by_group.s(two(tasks))))


@case
def replaced_by_a_chord(tasks, tmp_path):
    """Celery 14: a task is replaced with a chord, whose body holds objects."""
    expected = tasks.gather_with(tasks.split(two(tasks)), two(tasks), lines=[OWN])
    same(expected, run(tasks, tasks.by_chord.s(two(tasks))))


@case
def replaced_by_a_plain_task(tasks, tmp_path):
    """Celery 14: a task is replaced with a plain one, whose wire form is the typed result."""
    same(order(), run(tasks, tasks.by_plain.s(order())))


@case
def replaced_by_itself(tasks, tmp_path):
    """Celery 14: a task is replaced with one that is replaced again."""
    same(receipt(order(1), Currency.USD), run(tasks, tasks.by_itself.s(order(3))))


@case
def replaced_plain_task(tasks, tmp_path):
    """Celery 14: a plain task is replaced with a typed one."""
    result = start(tasks, tasks.plain_replaced.s(order_wire(order())))
    found = get(result)
    assert found in (receipt(order()), receipt_wire(tasks))


def receipt_wire(tasks):
    """What the caller of a plain task is given by Celery."""
    return {"order": order_wire(order()), "total": "3.00", "currency": "EUR"}


@case
def replaced_in_a_chain(tasks, tmp_path):
    """Celery 14: a step is replaced, and the steps after it get the object."""
    steps = tasks.validate.s(order()) | tasks.by_task.s() | tasks.count.s()
    same(2, run(tasks, steps))


@case
def replaced_first_step(tasks, tmp_path):
    """Celery 14: the first step is replaced with a chain, and the later ones hold objects."""
    steps = tasks.by_chain.s(order()) | tasks.count.s() | tasks.double.s()
    same(8, run(tasks, steps))


@case
def replaced_by_a_group_in_a_chain(tasks, tmp_path):
    """Celery 14: a step is replaced with a group, and the next gets its objects."""
    steps = tasks.validate.s(two(tasks)) | tasks.by_group.s() | tasks.total.s()
    same(receipt(two(tasks)).total, run(tasks, steps))


@case
def replaced_in_a_group(tasks, tmp_path):
    """Celery 14: members of a group are replaced."""
    members = [tasks.by_task.s(order(1)), tasks.by_chain.s(order(2)), tasks.charge.s(order(3))]
    expected = [
        receipt(order(1), Currency.USD),
        receipt(tasks.merge(order(2), order(2)), Currency.USD),
        receipt(order(3)),
    ]
    same(expected, run(tasks, group(members)))


@case
def replaced_in_a_header(tasks, tmp_path):
    """Celery 14: members of a chord's header are replaced, and its body gets their objects."""
    header = [tasks.by_task.s(order(1)), tasks.charge.s(order(2))]
    same(receipt(order(3)).total, run(tasks, chord(header, tasks.total.s())))


@case
def replaced_with_a_callback(tasks, tmp_path):
    """Celery 14: the callback of a task that is replaced gets the object, and its own."""
    log = str(tmp_path / "log")
    step = tasks.by_chord.s(two(tasks))
    step.link(tasks.note.s(log=log, line=OWN))
    expected = tasks.gather_with(tasks.split(two(tasks)), two(tasks), lines=[OWN])
    same(expected, run(tasks, step))
    assert kept(tasks, log) == [(expected, OWN)]


@case
def replaced_with_an_errback(tasks, tmp_path):
    """Celery 14: the errback of a task that is replaced is called, with its object, when the replacement fails."""
    log = str(tmp_path / "log")
    step = tasks.by_failing.s(order(7)).on_error(tasks.errback.s(order(1), log=log))
    with pytest.raises(Declined):
        run(tasks, step)
    assert [each[1:] for each in kept(tasks, log)] == [("Declined", order(1))]


@case
def replaced_by_what_fails(tasks, tmp_path):
    """Celery 19: the failure of the replacement is the typed failure of the task."""
    outcome = start(tasks, tasks.by_failing.s(order(7))).outcome(20)
    assert isinstance(outcome, Failed)
    same(repr(Declined("too many", Line("tea", 7))), repr(outcome.error))


@case
def added_to_a_chord(tasks, tmp_path):
    """Celery 14: `add_to_chord` with an object: the body gets one object more."""
    found = run(tasks, chord([tasks.grow.s(order(1)), tasks.validate.s(order(2))], tasks.gather.s()))
    assert sorted(["tea", "tea", "added"]) == sorted(line.sku for line in found.lines)
    assert {type(line) for line in found.lines} == {Line}


# -- stamps


class Visitor(StampingVisitor):
    """Stamps every signature with the name of its task."""

    def on_signature(self, sig, **headers):
        """Called for each."""
        return {"task": sig.task, "stamped_headers": ["task"]}


@case
def stamped_task(tasks, tmp_path):
    """Celery 14: the stamps of a signature with an object reach its body."""
    step = tasks.stamped.s(order())
    step.stamp(customer="acme")
    same(Stamped(order(), {"customer": ["acme"]}), run(tasks, step))


@case
def stamped_by_a_visitor(tasks, tmp_path):
    """Celery 14: a visitor stamps each step of a chain with objects."""
    steps = tasks.merge.s(order(), order(1)) | tasks.stamped.s()
    steps.stamp(Visitor())
    same(Stamped(tasks.merge(order(), order(1)), {"task": [tasks.stamped.name]}), run(tasks, steps))


@case
def stamped_chain(tasks, tmp_path):
    """Celery 14: stamps of a chain reach its last step."""
    steps = tasks.stamped.s(order()) | tasks.stamped_again.s()
    steps.stamp(customer="acme")
    same(Stamped(order(), {"customer": ["acme"]}), run(tasks, steps))


@case
def stamped_group(tasks, tmp_path):
    """Celery 14: stamps of a group reach its members."""
    members = group(tasks.stamped.s(order(1)), tasks.stamped.s(order(2)))
    members.stamp(customer="acme")
    same([Stamped(order(qty), {"customer": ["acme"]}) for qty in (1, 2)], run(tasks, members))


@case
def stamped_chord(tasks, tmp_path):
    """Celery 14: a visitor's stamps of a chord reach its body."""
    steps = chord([tasks.stamped.s(order(1)), tasks.stamped.s(order(2))], tasks.stamped_body.s())
    steps.stamp(Visitor())
    same(Stamped(order(1), {"task": [tasks.stamped_body.name]}), run(tasks, steps))


@case
def stamped_and_replaced(tasks, tmp_path):
    """Celery 14: a task is replaced with a stamped one."""
    same(Stamped(order(), {"customer": ["acme"]}), run(tasks, tasks.by_stamped.s(order())))
