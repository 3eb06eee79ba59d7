"""Callbacks and errbacks: typed partials beside a task, a group's members, a chord, a chain."""

from __future__ import annotations

import celery
import pytest
from celery import chord, group

from tests.everywhere.case import case, get, kept, run, same, start
from tests.everywhere.places import EAGER
from tests.everywhere.records import Declined, Line, order, order_wire
from typedtasks import InvalidArguments

OWN = Line("own", 1)
BAD = order(7)
"""Which `validate` refuses."""


def failing(tasks, canvas):
    """Send what will fail, and wait for that."""
    with pytest.raises(Exception) as raised:  # noqa: PT011 - which one, is the business of other cases
        run(tasks, canvas)
    return raised.value


@case
def link_of_a_task(tasks, tmp_path):
    """Celery 12: `link` hands the result on to a typed partial with objects of its own."""
    log = str(tmp_path / "log")
    result = tasks.validate.apply_async((order(),), link=tasks.note.s(log=log, line=OWN))
    same(order(), get(result))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def link_of_a_task_by_position(tasks, tmp_path):
    """Celery 12: a callback's own object lands on its second parameter."""
    log = str(tmp_path / "log")
    callback = tasks.merge.s(order(1)) | tasks.note.s(log=log)
    get(tasks.validate.apply_async((order(),), link=callback))
    assert kept(tasks, log) == [(tasks.merge(order(), order(1)), None)]


@case
def link_of_many(tasks, tmp_path):
    """Celery 12: several callbacks, each with objects."""
    logs = [str(tmp_path / name) for name in "ab"]
    links = [tasks.note.s(log=logs[0], line=OWN), tasks.note.si(order(3), log=logs[1])]
    get(tasks.validate.apply_async((order(),), link=links))
    assert kept(tasks, logs[0]) == [(order(), OWN)]
    assert kept(tasks, logs[1]) == [(order(3), None)]


@case
def link_of_a_signature(tasks, tmp_path):
    """Celery 12: `signature.link(...)` with objects."""
    log = str(tmp_path / "log")
    step = tasks.validate.s(order())
    step.link(tasks.note.s(log=log, line=OWN))
    run(tasks, step)
    assert kept(tasks, log) == [(order(), OWN)]


@case
def link_of_a_plain_task(tasks, tmp_path):
    """Celery 12: a plain task has a typed callback with objects."""
    log = str(tmp_path / "log")
    tasks.untouched.apply_async((order_wire(order()),), link=tasks.note.s(log=log, line=OWN))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def link_of_a_callback(tasks, tmp_path):
    """Celery 12: a callback has a callback, with objects."""
    log = str(tmp_path / "log")
    inner = tasks.merge.s(order(1))
    inner.link(tasks.note.s(log=log, line=OWN))
    get(tasks.validate.apply_async((order(),), link=inner))
    assert kept(tasks, log) == [(tasks.merge(order(), order(1)), OWN)]


@case
def link_of_a_step(tasks, tmp_path):
    """Celery 12: a step of a chain has a callback with objects."""
    log = str(tmp_path / "log")
    middle = tasks.merge.s(order(1))
    middle.link(tasks.note.s(log=log, line=OWN))
    same(3, run(tasks, tasks.validate.s(order()) | middle | tasks.charge.s() | tasks.count.s()))
    assert kept(tasks, log) == [(tasks.merge(order(), order(1)), OWN)]


@case
def link_of_a_chain(tasks, tmp_path):
    """Celery 12: the callback of a chain gets the last step's object."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(order()) | tasks.merge.s(order(1))
    steps.link(tasks.note.s(log=log, line=OWN))
    run(tasks, steps)
    assert kept(tasks, log) == [(tasks.merge(order(), order(1)), OWN)]


@case
def link_of_a_member(tasks, tmp_path):
    """Celery 12: the members of a group have callbacks with objects."""
    logs = [str(tmp_path / name) for name in "ab"]
    members = [tasks.validate.s(order(qty)) for qty in (1, 2)]
    for member, log in zip(members, logs, strict=True):
        member.link(tasks.note.s(log=log, line=OWN))
    run(tasks, group(members))
    assert [kept(tasks, log) for log in logs] == [[(order(1), OWN)], [(order(2), OWN)]]


@case
def link_of_a_header(tasks, tmp_path):
    """Celery 12: the members of a chord's header have callbacks with objects."""
    log = str(tmp_path / "log")
    members = [tasks.validate.s(order(qty)) for qty in (1, 2)]
    members[0].link(tasks.note.s(log=log, line=OWN))
    same(tasks.gather([order(1), order(2)]), run(tasks, chord(members, tasks.gather.s())))
    assert kept(tasks, log) == [(order(1), OWN)]


@case
def link_of_a_chord(tasks, tmp_path):
    """Celery 12: the callback of a chord gets the body's object."""
    log = str(tmp_path / "log")
    steps = chord([tasks.validate.s(order(qty)) for qty in (1, 2)], tasks.gather.s())
    steps.link(tasks.note.s(log=log, line=OWN))
    gathered = tasks.gather([order(1), order(2)])
    same(gathered, run(tasks, steps))
    assert kept(tasks, log) == [(gathered, OWN)]


@case
def link_of_a_body(tasks, tmp_path):
    """Celery 12: the body itself has a callback with objects."""
    log = str(tmp_path / "log")
    body = tasks.gather.s()
    body.link(tasks.note.s(log=log, line=OWN))
    run(tasks, chord([tasks.validate.s(order(qty)) for qty in (1, 2)], body))
    assert kept(tasks, log) == [(tasks.gather([order(1), order(2)]), OWN)]


@case
def link_sent_by_a_task(tasks, tmp_path):
    """Celery 12: a running task sends another with a callback that holds objects."""
    log = str(tmp_path / "log")
    run(tasks, tasks.link_in_task.s(order(), log=log))
    assert kept(tasks, log) == [(order(), OWN)]


# -- errbacks


@case
def errback_of_old(tasks, tmp_path):
    """Celery 12: an errback that takes the task's id has an object of its own, by position."""
    log = str(tmp_path / "log")
    linked = tasks.old_errback.s(order(1), log=log)
    if celery.VERSION < (5, 7):  # which calls every errback of two parameters with request, exception and traceback
        with pytest.raises(InvalidArguments):
            tasks.validate.apply_async((BAD,), link_error=linked)
        return
    result = tasks.validate.apply_async((BAD,), link_error=linked)
    assert kept(tasks, log) == [(result.id, order(1))]


@case
def errback_of_old_by_keyword(tasks, tmp_path):
    """Celery 12: an errback that takes the task's id has an object of its own, by keyword."""
    log = str(tmp_path / "log")
    result = tasks.validate.apply_async((BAD,), link_error=tasks.old_errback_named.s(order=order(1), log=log))
    assert kept(tasks, log) == [(result.id, order(1))]


@case
def errback_of_today(tasks, tmp_path):
    """Celery 12: an errback that takes request, exception and traceback has an object of its own."""
    log = str(tmp_path / "log")
    result = tasks.validate.apply_async((BAD,), link_error=tasks.errback.s(order(1), log=log))
    assert kept(tasks, log) == [(result.id, "Declined", order(1))]


@case
def errback_immutable(tasks, tmp_path):
    """Celery 12: an errback that takes nothing but its own objects."""
    log = str(tmp_path / "log")
    tasks.validate.apply_async((BAD,), link_error=tasks.note.si(order(1), log=log, line=OWN))
    assert kept(tasks, log) == [(order(1), OWN)]


@case
def errback_of_a_signature(tasks, tmp_path):
    """Celery 12: `signature.on_error(...)` with an object."""
    log = str(tmp_path / "log")
    failing(tasks, tasks.validate.s(BAD).on_error(tasks.errback.s(order(1), log=log)))
    assert [each[1:] for each in kept(tasks, log)] == [("Declined", order(1))]


@case
def errback_of_a_plain_task(tasks, tmp_path):
    """Celery 12: a plain task that fails has typed errbacks with objects."""
    logs = [str(tmp_path / name) for name in "ab"]
    errbacks = [tasks.errback.s(order(1), log=logs[0]), tasks.old_errback_named.s(order=order(2), log=logs[1])]
    result = tasks.plain_fails.apply_async(("as ever",), link_error=errbacks)
    assert kept(tasks, logs[0]) == [(result.id, "ValueError", order(1))]
    assert kept(tasks, logs[1]) == [(result.id, order(2))]


@case
def errback_that_is_plain(tasks, tmp_path):
    """Celery 12: a plain errback of a typed task is called as ever."""
    log = str(tmp_path / "log")
    result = tasks.validate.apply_async((BAD,), link_error=tasks.plain_errback.s(log=log))
    assert kept(tasks, log) == [(result.id,)]


@case
def errback_of_a_chain(tasks, tmp_path):
    """Celery 12: the errback of a chain is called for a step that fails, with its object."""
    log = str(tmp_path / "log")
    steps = tasks.merge.s(order(1), BAD) | tasks.validate.s() | tasks.charge.s()
    steps.link_error(tasks.errback.s(order(1), log=log))
    assert type(failing(tasks, steps)) is Declined
    assert [each[1:] for each in kept(tasks, log)] == [("Declined", order(1))]


@case
def errback_of_a_chain_of_old(tasks, tmp_path):
    """Celery 12: the errback of a chain that takes the task's id."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(BAD) | tasks.charge.s()
    steps.link_error(tasks.old_errback_named.s(order=order(1), log=log))
    failing(tasks, steps)
    assert [each[1:] for each in kept(tasks, log)] == [(order(1),)]


@case
def errback_of_a_member(tasks, tmp_path):
    """Celery 12: a member of a group has an errback with an object."""
    log = str(tmp_path / "log")
    members = [tasks.validate.s(order()), tasks.validate.s(BAD).on_error(tasks.errback.s(order(1), log=log))]
    assert type(failing(tasks, group(members))) is Declined
    assert [each[1:] for each in kept(tasks, log)] == [("Declined", order(1))]


@case
def errback_of_a_body(tasks, tmp_path):
    """Celery 12: the errback of a chord's body is called when a member of the header fails."""
    log = str(tmp_path / "log")
    body = tasks.gather.s().on_error(tasks.errback.s(order(1), log=log))
    failing(tasks, chord([tasks.validate.s(order()), tasks.validate.s(BAD)], body))
    assert [each[2] for each in kept(tasks, log)] == [order(1)]


@case
def errback_of_a_body_that_fails(tasks, tmp_path):
    """Celery 12: the errback of a chord's body is called when the body fails."""
    log = str(tmp_path / "log")
    body = (tasks.gather.s() | tasks.validate.s()).on_error(tasks.errback.s(order(1), log=log))
    assert type(failing(tasks, chord([tasks.merge.s(BAD, order(1))], body))) is Declined
    assert [each[1:] for each in kept(tasks, log)] == [("Declined", order(1))]


@case
def errback_of_a_chord(tasks, tmp_path):
    """Celery 12: the errback of a chord, with an object, is called when a member of its header fails."""
    log = str(tmp_path / "log")
    steps = chord([tasks.validate.s(order()), tasks.validate.s(BAD)], tasks.gather.s())
    steps.link_error(tasks.old_errback_named.s(order=order(1), log=log))
    failing(tasks, steps)
    # For the member that fails, and on a worker for the body too, as `task_allow_error_cb_on_chord_header` says.
    runs = 1 if tasks.DEPLOYMENT in EAGER else 2
    assert [each[1] for each in kept(tasks, log, runs)] == runs * [order(1)]


@case
def errback_before_a_callback(tasks, tmp_path):
    """Celery 12: of a task with both, only the right one is called."""
    good, bad = str(tmp_path / "good"), str(tmp_path / "bad")
    for each in (order(), BAD):
        step = tasks.validate.s(each)
        step.link(tasks.note.s(log=good, line=OWN))
        step.link_error(tasks.errback.s(order(1), log=bad))
        start(tasks, step).get(timeout=20, propagate=False)
    assert kept(tasks, good) == [(order(), OWN)]
    assert [each[1:] for each in kept(tasks, bad)] == [("Declined", order(1))]
