"""Calls: what travels, what arrives, and which calls are conversions at all."""

from __future__ import annotations

import asyncio
import json
import uuid

import attrs
from celery import Celery
from celery.beat import ScheduleEntry, Scheduler

from tests.everywhere.case import case, get, kept, run, same, start, until
from tests.everywhere.records import Currency, Line, order, order_wire, receipt
from tests.integration.waiting import parked


def body_of(tasks, send):
    """What a call puts into a queue that nobody reads: content type, arguments and keyword arguments, and the text."""
    with parked(tasks.app) as queue:
        send(queue.name)
        message = until(queue.next)
    text = message.body.decode() if isinstance(message.body, bytes) else message.body
    args, kwargs, _ = json.loads(text)
    return message.content_type, args, kwargs, text


@case
def call_is_plain_json(tasks, tmp_path):
    """Celery 1: the body of a message is plain JSON without a class name in it."""

    def send(queue):
        tasks.charge.apply_async((order(),), {"currency": Currency.USD}, queue=queue)

    content_type, args, kwargs, text = body_of(tasks, send)
    assert (content_type, args, kwargs) == ("application/json", [order_wire(order())], {"currency": "USD"})
    assert not any(name in text for name in ("Order", "Line", "Currency", "records"))


@case
def send_task_is_plain_json(tasks, tmp_path):
    """Celery 1: `app.send_task` with objects sends what `delay` sends."""

    def send(queue):
        tasks.app.send_task(tasks.charge.name, [order()], {"currency": Currency.USD}, queue=queue)

    content_type, args, kwargs, _ = body_of(tasks, send)
    assert (content_type, args, kwargs) == ("application/json", [order_wire(order())], {"currency": "USD"})


@case
def send_task_with_objects(tasks, tmp_path):
    """Celery 1: `app.send_task(name, args)` takes objects, and its result is typed."""
    result = tasks.app.send_task(tasks.charge.name, [order()], {"currency": Currency.USD})
    same(receipt(order(), Currency.USD), get(tasks.charge.AsyncResult(result.id)))


@case
def send_task_gives_objects(tasks, tmp_path):
    """Celery 1: the very result of `app.send_task` is typed."""
    result = tasks.app.send_task(tasks.charge.name, [order_wire(order())])
    same(receipt(order()), get(result))


@case
def send_task_with_wire_data(tasks, tmp_path):
    """Celery 1: `app.send_task` with wire data runs a typed task."""
    result = tasks.app.send_task(tasks.charge.name, [order_wire(order())], {"currency": "USD"})
    same(receipt(order(), Currency.USD), get(tasks.charge.AsyncResult(result.id)))


def by_beat(tasks, name, **options):
    """Apply an entry as `celery beat` does when its time has come."""
    entry = ScheduleEntry(name="each second", task=name, schedule=1, app=tasks.app, **options)
    return Scheduler(tasks.app, lazy=True).apply_async(entry, advance=False)


@case
def beat_entry_with_objects(tasks, tmp_path):
    """Celery 1: an entry of the beat schedule holds objects."""
    log = str(tmp_path / "log")
    by_beat(tasks, tasks.note.name, args=(order(),), kwargs={"log": log, "line": Line("own", 1)})
    assert kept(tasks, log) == [(order(), Line("own", 1))]


@case
def beat_entry_for_a_stub(tasks, tmp_path):
    """Celery 1: an entry of the beat schedule holds objects for a task of which there is a stub here."""
    log = str(tmp_path / "log")
    by_beat(tasks, tasks.log_order.name, args=(order(),), kwargs={"log": log})
    assert kept(tasks, log) == [(order(),)]


@case
def stub_is_sent(tasks, tmp_path):
    """Celery 1: a stub sends a task whose code is elsewhere, with objects both ways."""
    expected = receipt(attrs.evolve(order(), lines=[*order().lines, Line("own", 1)]), Currency.USD)
    same(expected, get(tasks.bill.delay(order(), currency=Currency.USD, line=Line("own", 1))))
    same(receipt(order()), get(tasks.bill.apply_async((order(),))))


@case
def stub_in_a_chain(tasks, tmp_path):
    """Celery 9: a stub is a step between typed tasks, with objects of its own."""
    steps = tasks.validate.s(order()) | tasks.bill.s(line=Line("own", 1)) | tasks.count.s()
    same(3, run(tasks, steps))


@case
def stub_in_a_chain_after_a_plain_step(tasks, tmp_path):
    """Celery 9: a stub with objects is a step after a plain task."""
    steps = tasks.untouched.s(order_wire(order())) | tasks.bill.s(line=Line("own", 1)) | tasks.count.s()
    same(3, run(tasks, steps))


@case
def stub_in_a_worker(tasks, tmp_path):
    """Celery 9: a stub is a step after others, which the worker sends."""
    steps = tasks.validate.s(order()) | tasks.merge.s(order(1)) | tasks.bill.s(currency=Currency.USD)
    same(receipt(tasks.merge(order(), order(1)), Currency.USD), run(tasks, steps))


@case
def call_with_options(tasks, tmp_path):
    """Celery 2: `apply_async` takes args, kwargs and options; wire data is accepted in place of a record."""
    expected = receipt(order(), Currency.USD)
    task_id = str(uuid.uuid4())
    result = tasks.charge.apply_async(args=(order(),), kwargs={"currency": Currency.USD}, task_id=task_id, priority=3)
    same(task_id, result.id)
    same(expected, get(result))
    same(expected, get(tasks.charge.apply_async((order_wire(order()),), {"currency": "USD"})))
    same(expected, get(tasks.charge.options(countdown=0.01).delay(order(), currency=Currency.USD)))


@case
def call_directly(tasks, tmp_path):
    """Celery 3: a direct call is a plain call, with the very objects."""
    given = order()
    assert tasks.validate(given) is given


@case
def call_here_through_json(tasks, tmp_path):
    """Celery 3: `.apply` gives the body a fresh copy that has been through JSON."""
    given = order()
    found = get(tasks.validate.apply((given,)))
    same(given, found)
    assert found is not given


@case
def call_gives_a_copy(tasks, tmp_path):
    """Celery 3: eager or not, what comes back is equal and another object."""
    given = order()
    found = run(tasks, tasks.validate.s(given))
    same(given, found)
    assert found is not given


@case
def call_itself(tasks, tmp_path):
    """Celery 4: a task that calls itself gets objects at each level."""
    same([3, 2, 1, 0], run(tasks, tasks.countdown.s(order(3))))


@case
def call_itself_by_apply(tasks, tmp_path):
    """Celery 4: a task that runs itself by `.apply` gets objects at each level."""
    same([3, 2, 1, 0], run(tasks, tasks.countdown_by_apply.s(order(3))))


@case
def call_by_a_handler(tasks, tmp_path):
    """Celery 4: a `task_prerun` handler that calls the task with objects changes nothing."""
    log = str(tmp_path / "log")
    same("Order", run(tasks, tasks.watched.s(order(), log=log)))
    assert kept(tasks, log, 2) == [("Order",), ("Order",)]


@case
def call_with_a_forged_header(tasks, tmp_path):
    """Celery 4: a forged `called_directly` header changes nothing."""
    result = tasks.charge.apply_async((order(),), headers={"called_directly": True})
    same(receipt(order()), get(result))


@case
def call_an_async_task(tasks, tmp_path):
    """Celery 5: an `async def` gives its value by `delay`, by a direct call and by an awaited one."""
    expected = 2 * [Line("tea", 1)]
    same(expected, run(tasks, tasks.fetch.s(Line("tea", 1), times=2)))
    same(expected, tasks.fetch(Line("tea", 1), times=2))
    same(expected, asyncio.run(tasks.fetch.acall(Line("tea", 1), times=2)))


@case
def call_an_async_task_that_is_retried(tasks, tmp_path):
    """Celery 5: `autoretry_for` of an `async def`."""
    log = str(tmp_path / "log")
    same(Line("tea", 1), run(tasks, tasks.stubborn_async.s(Line("tea", 1), log=log)))
    assert kept(tasks, log, 2) == 2 * [(Line("tea", 1),)]


@case
def call_a_class(tasks, tmp_path):
    """Celery 6: a task that is a class is typed by its `run`."""
    same(receipt(order(), Currency.USD), run(tasks, tasks.Collect.s(order(), currency=Currency.USD)))


@case
def call_a_shared_task(tasks, tmp_path):
    """Celery 6: a task that was declared before any app runs on this one."""
    same(5, run(tasks, tasks.app.tasks[tasks.shared_total.name].s(order(5))))


@case
def call_does_not_leak(tasks, tmp_path):
    """Celery 6: tasks of one app are not another's; those of every app are."""
    other = Celery("other", set_as_current=False)
    assert tasks.charge.name not in other.tasks
    assert tasks.shared_total.name in other.tasks
    assert other.tasks[tasks.shared_total.name].app is other
    same(2, start(tasks, tasks.app.tasks[tasks.shared_total.name].s(order())).get(timeout=20))
