"""Groups: results typed and in order, however they are asked for."""

from __future__ import annotations

from celery import chain, group

from tests.everywhere.case import POLL, TIMEOUT, case, get, kept, run, same, start
from tests.everywhere.records import Currency, Line, order, order_wire, receipt

ORDERS = [order(qty) for qty in (1, 2, 3)]


@case
def group_of_typed_tasks(tasks, tmp_path):
    """Celery 10: a group gives objects, in order."""
    same([receipt(each) for each in ORDERS], run(tasks, group(tasks.charge.s(each) for each in ORDERS)))


@case
def group_joined(tasks, tmp_path):
    """Celery 10: `join()` gives objects."""
    result = start(tasks, group(tasks.validate.s(each) for each in ORDERS))
    same(ORDERS, result.join(timeout=TIMEOUT, interval=POLL))


@case
def group_joined_natively(tasks, tmp_path):
    """Celery 10: `join_native()` gives objects, on key/value backends too."""
    result = start(tasks, group(tasks.validate.s(each) for each in ORDERS))
    same(ORDERS, result.join_native(timeout=TIMEOUT, interval=POLL))


@case
def group_iterated_natively(tasks, tmp_path):
    """Celery 10: `iter_native()` gives objects, with the ids of their tasks."""
    result = start(tasks, group(tasks.validate.s(each) for each in ORDERS))
    found = {task_id: meta["result"] for task_id, meta in result.iter_native(timeout=TIMEOUT, interval=POLL)}
    same(ORDERS, [found[each.id] for each in result.results])


@case
def group_iterated(tasks, tmp_path):
    """Celery 10: the results of a group, one by one, are typed."""
    result = start(tasks, group(tasks.validate.s(each) for each in ORDERS))
    same(ORDERS, [get(each) for each in result])
    same(ORDERS[1], get(result[1]))


@case
def group_with_a_callback_for_each(tasks, tmp_path):
    """Celery 10: `get(callback=...)` hands over objects."""
    seen = []
    result = start(tasks, group(tasks.validate.s(each) for each in ORDERS))
    result.get(timeout=TIMEOUT, interval=POLL, callback=lambda _, value: seen.append(value))
    same(ORDERS, sorted(seen, key=repr))  # as they come


@case
def group_of_partials(tasks, tmp_path):
    """Celery 10: a group of partials takes one object for all, beside the members' own."""
    members = group(tasks.merge.s(order(1)), tasks.merge.s(order(2), lines=[Line("salt", 3)]), tasks.charge.s())
    expected = [
        tasks.merge(order(7), order(1)),
        tasks.merge(order(7), order(2), lines=[Line("salt", 3)]),
        receipt(order(7)),
    ]
    same(expected, run(tasks, members, order(7)))


@case
def group_of_chains(tasks, tmp_path):
    """Celery 10: the members are chains, with objects in later steps."""
    members = [tasks.validate.s(each) | tasks.charge.s(currency=Currency.USD) for each in ORDERS]
    same([receipt(each, Currency.USD) for each in ORDERS], run(tasks, group(members)))


@case
def group_of_plain_and_typed(tasks, tmp_path):
    """Celery 10: plain members give what they gave, typed ones objects."""
    wire = order_wire(order())
    members = group(tasks.untouched.s(wire), tasks.validate.s(order()))
    same([wire, order()], run(tasks, members))


@case
def group_after_a_chain(tasks, tmp_path):
    """Celery 10: a group after a chain gives a list of objects."""
    steps = chain(tasks.validate.s(order()), tasks.merge.s(order(1)), group([tasks.charge.s(), tasks.validate.s()]))
    merged = tasks.merge(order(), order(1))
    same([receipt(merged), merged], run(tasks, steps))


@case
def group_in_a_group(tasks, tmp_path):
    """Celery 10: a group in a group gives its objects where it stands."""
    inner = group([tasks.validate.s(order(1)), tasks.validate.s(order(2))])
    found = run(tasks, group([inner, tasks.charge.s(order(3))]))
    flat = [each for part in found for each in (part if isinstance(part, list) else [part])]
    same([order(1), order(2), receipt(order(3))], flat)


@case
def group_built_in_a_worker(tasks, tmp_path):
    """Celery 10: a task sends a group of typed tasks with objects."""
    log = str(tmp_path / "log")
    sent = tasks.merge(order(1), order(2, sku="rice"))
    run(tasks, tasks.build_group.s(sent, log=log))
    found = [each[0] for each in kept(tasks, log, 2)]
    assert sorted(tasks.split(sent), key=repr) == sorted(found, key=repr)


@case
def group_of_many(tasks, tmp_path):
    """Celery 10: thirty results come in order."""
    orders = [order(qty) for qty in range(30)]
    same([receipt(each) for each in orders], run(tasks, group(tasks.charge.s(each) for each in orders)))
