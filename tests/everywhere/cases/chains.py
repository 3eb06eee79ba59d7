"""Chains: each step gets objects from the step before, and from its own arguments."""

from __future__ import annotations

from celery import chain, group

from tests.everywhere.case import case, kept, run, same
from tests.everywhere.records import Currency, Line, Order, line_wire, order, order_wire, receipt


@case
def chain_of_typed_steps(tasks, tmp_path):
    """Celery 9: results flow as objects from typed step to typed step."""
    steps = tasks.validate.s(order()) | tasks.charge.s(currency=Currency.USD)
    same(receipt(order(), Currency.USD), run(tasks, steps))
    same(4, run(tasks, steps | tasks.count.s() | tasks.double.s()))


@case
def chain_with_a_plain_step(tasks, tmp_path):
    """Celery 9: a plain step between typed ones gets and gives wire form, the typed one after it an object."""
    steps = tasks.validate.s(order()) | tasks.untouched.s() | tasks.charge.s(currency=Currency.USD)
    same(receipt(order(), Currency.USD), run(tasks, steps))


@case
def chain_seen_by_a_plain_step(tasks, tmp_path):
    """Celery 9: what a plain step gets of a record is a dict."""
    same("dict", run(tasks, tasks.validate.s(order()) | tasks.class_name.s()))


@case
def chain_with_a_plain_first_step(tasks, tmp_path):
    """Celery 9: after a plain first step, typed steps take its wire form."""
    steps = tasks.untouched.s(order_wire(order())) | tasks.validate.s() | tasks.charge.s()
    same(receipt(order()), run(tasks, steps))


@case
def chain_with_a_plain_first_step_and_objects(tasks, tmp_path):
    """Celery 9: typed steps after a plain first step hold objects of their own."""
    steps = tasks.untouched.s(order_wire(order())) | tasks.merge.s(order(1, sku="rice"), lines=[Line("salt", 3)])
    expected = tasks.merge(order(), order(1, sku="rice"), lines=[Line("salt", 3)])
    same(receipt(expected, Currency.USD), run(tasks, steps | tasks.charge.s(currency=Currency.USD)))


@case
def chain_of_immutable_steps(tasks, tmp_path):
    """Celery 9: `.si()` takes nothing from the step before, and holds objects."""
    steps = tasks.validate.s(order()) | tasks.charge.si(order(4), currency=Currency.USD) | tasks.count.s()
    same(4, run(tasks, steps))


@case
def chain_with_an_immutable_step_after_a_plain_one(tasks, tmp_path):
    """Celery 9: `.si()` holds objects after a plain first step."""
    same(receipt(order(4)), run(tasks, tasks.untouched.s(1) | tasks.charge.si(order(4))))


@case
def chain_puts_own_arguments_right(tasks, tmp_path):
    """Celery 9: a partial's own typed argument lands on the right parameter."""
    steps = tasks.validate.s(order(1)) | tasks.merge.s(order(2, sku="rice"))
    same(tasks.merge(order(1), order(2, sku="rice")), run(tasks, steps))


@case
def chain_with_objects_by_keyword(tasks, tmp_path):
    """Celery 9: a step holds objects as keyword arguments, alone and in lists."""
    steps = tasks.validate.s(order()) | tasks.merge.s(second=order(1), lines=[Line("salt", 3), Line("oil", 1)])
    same(tasks.merge(order(), order(1), lines=[Line("salt", 3), Line("oil", 1)]), run(tasks, steps))


@case
def chain_that_is_partial(tasks, tmp_path):
    """Celery 9: a chain takes its first object when it is sent."""
    steps = tasks.validate.s() | tasks.merge.s(order(1)) | tasks.charge.s()
    same(receipt(tasks.merge(order(), order(1))), run(tasks, steps, order()))


@case
def chain_in_a_chain(tasks, tmp_path):
    """Celery 9: a chain is a step of another."""
    inner = tasks.merge.s(order(1)) | tasks.merge.s(order(3), lines=[Line("salt", 3)])
    steps = chain(tasks.validate.s(order()), inner, tasks.charge.s(currency=Currency.USD))
    merged = tasks.merge(tasks.merge(order(), order(1)), order(3), lines=[Line("salt", 3)])
    same(receipt(merged, Currency.USD), run(tasks, steps))


@case
def chain_built_in_a_worker(tasks, tmp_path):
    """Celery 9: a task sends a chain of typed steps with objects."""
    log = str(tmp_path / "log")
    run(tasks, tasks.build_chain.s(order(), log=log))
    assert kept(tasks, log) == [(receipt(order(), Currency.USD),)]


@case
def chain_of_an_async_step(tasks, tmp_path):
    """Celery 9: an `async def` is a step like any other."""
    steps = tasks.fetch.s(Line("tea", 1), times=2) | tasks.json_data.s() | tasks.untouched.s()
    same([line_wire(Line("tea", 1))] * 2, run(tasks, steps))


@case
def chain_into_a_group(tasks, tmp_path):
    """Celery 9: a chain that ends in a group gives the members' objects."""
    members = group(tasks.merge.s(order(1)), tasks.merge.s(order(2), lines=[Line("salt", 3)]))
    expected = [tasks.merge(order(), order(1)), tasks.merge(order(), order(2), lines=[Line("salt", 3)])]
    same(expected, run(tasks, tasks.validate.s(order()) | members))


@case
def chain_of_different_results(tasks, tmp_path):
    """Celery 9: the members of a group after a step give objects of different classes."""
    members = group(tasks.charge.s(currency=Currency.USD), tasks.merge.s(order(1)))
    steps = tasks.validate.s(order()) | members
    same([receipt(order(), Currency.USD), tasks.merge(order(), order(1))], run(tasks, steps))


@case
def chain_of_a_step_with_a_default(tasks, tmp_path):
    """Celery 9: an order that goes through a chain twice is equal to the one that was sent."""
    steps = tasks.validate.s(order()) | tasks.note.s(log=str(tmp_path / "log")) | tasks.validate.s()
    same(order(), run(tasks, steps))
    assert type(tasks.kept(tmp_path / "log")[0][0]) is Order
