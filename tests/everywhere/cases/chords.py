"""Chords: the body gets a list of objects, and holds objects of its own."""

from __future__ import annotations

from decimal import Decimal

from celery import chain, chord, group

from tests.everywhere.case import case, get, kept, run, same, start
from tests.everywhere.records import Currency, Line, order, order_wire, receipt

ORDERS = [order(qty) for qty in (1, 2, 3)]
PRICE = Decimal("9.00")
"""Of the three together."""


def validated(tasks):
    """A header of typed tasks."""
    return [tasks.validate.s(each) for each in ORDERS]


@case
def chord_of_typed_tasks(tasks, tmp_path):
    """Celery 11: the body gets `list[T]`, in order."""
    same(tasks.gather(ORDERS), run(tasks, chord(validated(tasks), tasks.gather.s())))


@case
def chord_called_with_its_body(tasks, tmp_path):
    """Celery 11: `chord(header)(body)` sends it."""
    same(tasks.gather(ORDERS), get(chord(validated(tasks))(tasks.gather.s())))


@case
def chord_of_a_group_and_a_task(tasks, tmp_path):
    """Celery 11: group | task is a chord."""
    steps = group(tasks.charge.s(each) for each in ORDERS) | tasks.total.s()
    same(PRICE, run(tasks, steps))


@case
def chord_body_with_objects(tasks, tmp_path):
    """Celery 11: a partial body has objects of its own, by position and by keyword."""
    body = tasks.gather_with.s(order(7), lines=[Line("salt", 3)])
    expected = tasks.gather_with(ORDERS, order(7), lines=[Line("salt", 3)])
    same(expected, run(tasks, chord(validated(tasks), body)))


@case
def chord_body_with_objects_by_keyword(tasks, tmp_path):
    """Celery 11: a partial body has all of its objects by keyword."""
    body = tasks.gather_with.s(beside=order(7), lines=[Line("salt", 3)])
    expected = tasks.gather_with(ORDERS, order(7), lines=[Line("salt", 3)])
    same(expected, run(tasks, chord(validated(tasks), body)))


@case
def chord_of_plain_tasks_and_a_typed_body(tasks, tmp_path):
    """Celery 11: a typed body after a plain header holds objects."""
    header = [tasks.untouched.s(order_wire(each)) for each in ORDERS]
    body = tasks.gather_with.s(order(7), lines=[Line("salt", 3)])
    expected = tasks.gather_with(ORDERS, order(7), lines=[Line("salt", 3)])
    same(expected, run(tasks, chord(header, body)))


@case
def chord_of_typed_tasks_and_a_plain_body(tasks, tmp_path):
    """Celery 11: a plain body gets the header's results in wire form."""
    same([order_wire(each) for each in ORDERS], run(tasks, chord(validated(tasks), tasks.untouched.s())))


@case
def chord_of_both_in_the_header(tasks, tmp_path):
    """Celery 11: plain and typed tasks in one header."""
    header = [tasks.validate.s(order(1)), tasks.untouched.s(order_wire(order(2)))]
    same(tasks.gather([order(1), order(2)]), run(tasks, chord(header, tasks.gather.s())))


@case
def chord_of_chains(tasks, tmp_path):
    """Celery 11: the members of the header are chains, with objects in later steps."""
    header = [tasks.validate.s(each) | tasks.merge.s(order(1, sku="rice")) for each in ORDERS]
    expected = tasks.gather([tasks.merge(each, order(1, sku="rice")) for each in ORDERS])
    same(expected, run(tasks, chord(header, tasks.gather.s())))


@case
def chord_before_a_task(tasks, tmp_path):
    """Celery 11: chord → task with an object of its own."""
    steps = chord(validated(tasks), tasks.gather.s()) | tasks.merge.s(order(7)) | tasks.charge.s(currency=Currency.USD)
    same(receipt(tasks.merge(tasks.gather(ORDERS), order(7)), Currency.USD), run(tasks, steps))


@case
def chord_before_a_group(tasks, tmp_path):
    """Celery 11: chord → group gives a list of objects."""
    steps = chord(validated(tasks), tasks.gather.s()) | group(tasks.merge.s(order(7)), tasks.charge.s())
    gathered = tasks.gather(ORDERS)
    same([tasks.merge(gathered, order(7)), receipt(gathered)], run(tasks, steps))


@case
def chord_in_a_chain(tasks, tmp_path):
    """Celery 11: task → group → task, the group's members and the body with objects of their own."""
    members = group(tasks.merge.s(order(1)), tasks.merge.s(order(2), lines=[Line("salt", 3)]))
    steps = tasks.validate.s(order()) | members | tasks.gather_with.s(order(7), lines=[])
    expected = [tasks.merge(order(), order(1)), tasks.merge(order(), order(2), lines=[Line("salt", 3)])]
    same(tasks.gather_with(expected, order(7), lines=[]), run(tasks, steps))


@case
def chord_between_steps(tasks, tmp_path):
    """Celery 11: chain → group → chain, with objects in each part."""
    steps = chain(
        tasks.validate.s(order()),
        tasks.merge.s(order(1)),
        group(tasks.charge.s(currency=Currency.USD), tasks.charge.s()),
        tasks.total.s(),
        tasks.json_data.s(),
    )
    merged = tasks.merge(order(), order(1))
    same(str(2 * receipt(merged).total), run(tasks, steps))


@case
def chord_after_a_plain_step(tasks, tmp_path):
    """Celery 11: plain → group → task, all with objects of their own."""
    members = group(tasks.merge.s(order(1)), tasks.merge.s(order(2)))
    steps = tasks.untouched.s(order_wire(order())) | members | tasks.gather_with.s(order(7), lines=[Line("oil", 1)])
    expected = [tasks.merge(order(), order(1)), tasks.merge(order(), order(2))]
    same(tasks.gather_with(expected, order(7), lines=[Line("oil", 1)]), run(tasks, steps))


@case
def chord_in_a_body(tasks, tmp_path):
    """Celery 11: the body is a chain that holds another chord."""
    inner = chord([tasks.merge.s(order(1)), tasks.merge.s(order(2))], tasks.gather_with.s(order(7), lines=[]))
    steps = chord(validated(tasks), tasks.gather.s() | inner)
    gathered = tasks.gather(ORDERS)
    expected = tasks.gather_with([tasks.merge(gathered, order(1)), tasks.merge(gathered, order(2))], order(7), lines=[])
    same(expected, run(tasks, steps))


@case
def chord_whose_body_is_a_chain(tasks, tmp_path):
    """Celery 11: the body is a chain, with objects in later steps."""
    body = tasks.gather.s() | tasks.merge.s(order(7)) | tasks.charge.s(currency=Currency.USD)
    expected = receipt(tasks.merge(tasks.gather(ORDERS), order(7)), Currency.USD)
    same(expected, run(tasks, chord(validated(tasks), body)))


@case
def chord_in_a_group(tasks, tmp_path):
    """Celery 11: chords are members of a group."""
    body = tasks.gather_with.s(order(7), lines=[Line("salt", 3)])
    members = [chord(validated(tasks), body), chord([tasks.charge.s(each) for each in ORDERS], tasks.total.s())]
    expected = [tasks.gather_with(ORDERS, order(7), lines=[Line("salt", 3)]), PRICE]
    same(expected, run(tasks, group(members)))


@case
def chord_in_a_header(tasks, tmp_path):
    """Celery 11: chords are members of a header."""
    inner = [chord([tasks.validate.s(each), tasks.validate.s(order(5))], tasks.gather.s()) for each in ORDERS[:2]]
    expected = tasks.gather([tasks.gather([each, order(5)]) for each in ORDERS[:2]])
    same(expected, run(tasks, chord(inner, tasks.gather.s())))


@case
def chord_that_takes_an_object(tasks, tmp_path):
    """Celery 11: a chord of partials takes one object for its header when it is sent."""
    header = [tasks.merge.s(order(1)), tasks.merge.s(order(2))]
    expected = tasks.gather([tasks.merge(order(7), order(1)), tasks.merge(order(7), order(2))])
    same(expected, run(tasks, chord(header, tasks.gather.s()), order(7)))


@case
def chord_of_one(tasks, tmp_path):
    """Celery 11: a header of one task gives its body a list of one."""
    same(order(1), run(tasks, chord([tasks.validate.s(order(1))], tasks.gather.s())))


@case
def chord_built_in_a_worker(tasks, tmp_path):
    """Celery 11: a typed task sends a chord whose parts hold objects."""
    log = str(tmp_path / "log")
    sent = tasks.merge(order(1), order(2, sku="rice"))
    run(tasks, tasks.build_chord.s(sent, log=log))
    assert [(tasks.split(sent), Line("own", 1))] == kept(tasks, log)


@case
def chord_built_in_a_plain_task(tasks, tmp_path):
    """Celery 11: a plain task sends a chord of typed tasks whose body holds objects."""
    log = str(tmp_path / "log")
    run(tasks, tasks.plain_build_chord.s(order_wire(order()), log))
    assert [([order(), order()], Line("own", 1))] == kept(tasks, log)


@case
def chord_gives_its_members(tasks, tmp_path):
    """Celery 11: the header's results stand behind the body's, typed."""
    result = start(tasks, chord(validated(tasks), tasks.gather.s()))
    same(tasks.gather(ORDERS), get(result))
    same(ORDERS, [get(each) for each in result.parent.results])
