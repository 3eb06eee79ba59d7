"""Retry: what is sent again arrives as the same objects, alone and in every kind of canvas."""

from __future__ import annotations

import pytest
from celery import Celery, chord, group

from tests.everywhere.case import case, get, kept, run, same, start
from tests.everywhere.records import Currency, Line, Order, OutOfStock, Plain, order, receipt
from typedtasks import Failed, InvalidArguments


@case
def retry_as_it_is(tasks, tmp_path):
    """Celery 7: `self.retry()` runs again with equal objects."""
    log = str(tmp_path / "log")
    same(receipt(order(), Currency.USD), run(tasks, tasks.again.s(order(), log=log, currency=Currency.USD)))
    assert kept(tasks, log, 2) == 2 * [(order(), Currency.USD)]


@case
def retry_with_new_arguments(tasks, tmp_path):
    """Celery 7: `self.retry` takes new args with objects, then only some kwargs."""
    log = str(tmp_path / "log")
    changed = Order(order().id, order().placed, [Line("rice", 3)])
    same(receipt(changed, Currency.USD), run(tasks, tasks.again_changed.s(order(), Line("rice", 3), log=log)))
    assert kept(tasks, log, 3) == [
        (order(), Line("rice", 3), Currency.EUR),
        (changed, Line("salt", 7), Currency.EUR),
        (changed, Line("salt", 7), Currency.USD),
    ]


@case
def retry_after_a_nested_call(tasks, tmp_path):
    """Celery 7: a direct call of another task before `self.retry()` changes nothing."""
    log = str(tmp_path / "log")
    same(receipt(order()), run(tasks, tasks.again_nested.s(order(), log=log)))
    assert kept(tasks, log, 2) == 2 * [(receipt(order()),)]


@case
def retry_in_vain(tasks, tmp_path):
    """Celery 7: without a retry left, the exception that `retry` was given is the declared failure."""
    outcome = start(tasks, tasks.again_in_vain.s(Line("tea", 2))).outcome(20)
    assert isinstance(outcome, Failed)
    same(repr(OutOfStock(line=Line("tea", 2), available=1)), repr(outcome.error))


@case
def retry_leaves_no_header(tasks, tmp_path):
    """Celery 7: a message that is sent again has no private header of ours."""
    same([], [name for name in run(tasks, tasks.headers_seen.s(order())) if "typedtasks" in name])


@case
def retry_by_itself(tasks, tmp_path):
    """Celery 8: `autoretry_for` runs the task again with objects."""
    log = str(tmp_path / "log")
    same(Line("tea", 2), run(tasks, tasks.stubborn.s(Line("tea", 2), log=log, fails=1)))
    assert kept(tasks, log, 2) == 2 * [(Line("tea", 2),)]


@case
def retry_by_itself_in_vain(tasks, tmp_path):
    """Celery 8: in the end the caller gets what the body raised."""
    with pytest.raises(Plain) as raised:
        run(tasks, tasks.stubborn.s(Line("tea", 2), log=str(tmp_path / "log"), fails=9))
    assert (raised.value.code, raised.value.args) == (503, (503, "busy"))


@case
def retry_not_of_wrong_arguments(tasks, tmp_path):
    """Celery 8: arguments that do not fit fail once, and the body is not called."""
    log = tmp_path / "log"
    config = {**tasks.SETTINGS["config"], "backend": "disabled://"}
    with Celery("elsewhere", set_as_current=False, **config) as sender:  # which knows nothing of types
        result = sender.send_task(tasks.stubborn.name, ["no line"], {"log": str(log)})
    with pytest.raises(InvalidArguments):
        get(tasks.stubborn.AsyncResult(result.id))
    assert not log.exists()


@case
def retry_in_a_chain(tasks, tmp_path):
    """Celery 7: a step of a chain is sent again, and the steps after it follow."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(order()) | tasks.again.s(log=log, currency=Currency.USD) | tasks.count.s()
    same(2, run(tasks, steps))
    assert kept(tasks, log, 2) == 2 * [(order(), Currency.USD)]


@case
def retry_of_a_first_step(tasks, tmp_path):
    """Celery 7: the first step is sent again, with objects in the later ones."""
    log = str(tmp_path / "log")
    steps = tasks.stubborn.s(Line("tea", 1), log=log, fails=1) | tasks.tag.s(Currency.USD)
    same((Line("tea", 1), Currency.USD), run(tasks, steps))


@case
def retry_in_a_group(tasks, tmp_path):
    """Celery 7: members of a group are sent again."""
    logs = [str(tmp_path / name) for name in "ab"]
    members = group(tasks.again.s(order(qty), log=log) for qty, log in enumerate(logs))
    same([receipt(order(0)), receipt(order(1))], run(tasks, members))


@case
def retry_in_a_header(tasks, tmp_path):
    """Celery 7: members of a chord's header are sent again, and its body gets their objects."""
    logs = [str(tmp_path / name) for name in "ab"]
    header = [tasks.again.s(order(qty), log=log) for qty, log in enumerate(logs, 1)]
    same(receipt(order(3)).total, run(tasks, chord(header, tasks.total.s())))


@case
def retry_of_a_body(tasks, tmp_path):
    """Celery 7: a chord's body is a chain whose step is sent again."""
    log = str(tmp_path / "log")
    body = tasks.gather.s() | tasks.again.s(log=log, currency=Currency.USD)
    gathered = tasks.gather([order(1), order(2)])
    same(receipt(gathered, Currency.USD), run(tasks, chord([tasks.validate.s(order(n)) for n in (1, 2)], body)))
    assert kept(tasks, log, 2) == 2 * [(gathered, Currency.USD)]


@case
def retry_of_a_callback(tasks, tmp_path):
    """Celery 7: a callback is sent again."""
    log = str(tmp_path / "log")
    result = tasks.validate.apply_async((order(),), link=tasks.again.s(log=log, currency=Currency.USD))
    same(order(), get(result))
    assert kept(tasks, log, 2) == 2 * [(order(), Currency.USD)]


@case
def retry_of_a_replacement(tasks, tmp_path):
    """Celery 7: the task that replaces another is sent again."""
    log = str(tmp_path / "log")
    same(receipt(order(), Currency.USD), run(tasks, tasks.by_retried.s(order(), log=log)))
    assert kept(tasks, log, 2) == 2 * [(order(), Currency.USD)]
