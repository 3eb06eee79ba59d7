"""A signature or a canvas as an argument: rebuilt from its dict in a worker, it runs typed."""

from __future__ import annotations

from celery import chain, chord, group

from tests.everywhere.case import case, kept, run
from tests.everywhere.records import Currency, Line, order, receipt

OWN = Line("own", 1)


@case
def signature_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the signature with objects that it is given."""
    log = str(tmp_path / "log")
    run(tasks, tasks.send_again.s(tasks.note.s(order(), log=log, line=OWN)))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def signature_by_delay(tasks, tmp_path):
    """Celery 13: a plain task that was sent by `delay` sends the signature that it is given."""
    log = str(tmp_path / "log")
    tasks.send_again.delay(tasks.note.s(order(), log=log, line=OWN))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def signature_by_keyword(tasks, tmp_path):
    """Celery 13: a plain task sends the signature that it is given as a keyword argument."""
    log = str(tmp_path / "log")
    tasks.send_again.apply_async(kwargs={"signature": tasks.note.s(order(), log=log, line=OWN)})
    assert kept(tasks, log) == [(order(), OWN)]


@case
def chain_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the chain that it is given, with objects in each step."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(order()) | tasks.merge.s(order(1), lines=[OWN]) | tasks.note.s(log=log, line=OWN)
    run(tasks, tasks.send_again.s(steps))
    assert kept(tasks, log) == [(tasks.merge(order(), order(1), lines=[OWN]), OWN)]


@case
def chain_as_an_argument_with_a_plain_step(tasks, tmp_path):
    """Celery 13: a plain task sends the chain of plain and typed steps that it is given."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(order()) | tasks.untouched.s() | tasks.note.s(log=log, line=OWN)
    run(tasks, tasks.send_again.s(steps))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def group_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the group that it is given, with objects in each member."""
    logs = [str(tmp_path / name) for name in "ab"]
    members = group(tasks.note.s(order(qty), log=log, line=OWN) for qty, log in enumerate(logs))
    run(tasks, tasks.send_again.s(members))
    assert [kept(tasks, log) for log in logs] == [[(order(0), OWN)], [(order(1), OWN)]]


@case
def chord_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the chord that it is given, with objects in header and body."""
    log = str(tmp_path / "log")
    header = [tasks.validate.s(order(qty)) for qty in (1, 2)]
    run(tasks, tasks.send_again.s(chord(header, tasks.note_orders.s(log=log, line=OWN))))
    assert kept(tasks, log) == [([order(1), order(2)], OWN)]


@case
def signature_with_callbacks_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the signature that it is given, whose callback holds objects."""
    log = str(tmp_path / "log")
    step = tasks.validate.s(order())
    step.link(tasks.note.s(log=log, line=OWN))
    run(tasks, tasks.send_again.s(step))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def canvas_of_canvases_as_an_argument(tasks, tmp_path):
    """Celery 13: a plain task sends the chain that it is given, which holds a group and a chord's body."""
    log = str(tmp_path / "log")
    steps = chain(
        tasks.validate.s(order()),
        group(tasks.merge.s(order(1)), tasks.merge.s(order(2))),
        tasks.gather_with.s(order(3), lines=[OWN]),
        tasks.charge.s(currency=Currency.USD),
        tasks.note_receipt.s(log=log),
    )
    run(tasks, tasks.send_again.s(steps))
    merged = [tasks.merge(order(), order(1)), tasks.merge(order(), order(2))]
    assert kept(tasks, log) == [(receipt(tasks.gather_with(merged, order(3), lines=[OWN]), Currency.USD),)]


@case
def signature_as_a_typed_argument(tasks, tmp_path):
    """Celery 13: a typed task with a parameter `Any` gets a signature as the dict that it is."""
    log = str(tmp_path / "log")
    run(tasks, tasks.send_typed.s(tasks.note.s(order(), log=log, line=OWN)))
    assert kept(tasks, log) == [(order(), OWN)]


@case
def canvas_as_a_typed_argument(tasks, tmp_path):
    """Celery 13: a typed task with a parameter `Any` gets a chain and sends it."""
    log = str(tmp_path / "log")
    steps = tasks.validate.s(order()) | tasks.merge.s(order(1), lines=[OWN]) | tasks.note.s(log=log, line=OWN)
    run(tasks, tasks.send_typed.s(steps))
    assert kept(tasks, log) == [(tasks.merge(order(), order(1), lines=[OWN]), OWN)]
