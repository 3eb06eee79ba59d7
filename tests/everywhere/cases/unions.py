"""A union whose members only a tag tells apart: the right class by every path."""

from __future__ import annotations

from decimal import Decimal

from celery import chord, group

from tests.everywhere.case import case, get, kept, run, same, start
from tests.everywhere.records import Card, Cash
from typedtasks import InvalidArguments

ONE = Decimal(1)


@case
def union_by_delay(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class by `delay`."""
    for means in (Cash(ONE), Card(ONE)):
        same(f"{type(means).__name__} 1", run(tasks, tasks.pay.s(means)))


@case
def union_by_apply_async(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class by `apply_async`, by position and by keyword."""
    for means in (Cash(ONE), Card(ONE)):
        same(f"{type(means).__name__} 1", get(tasks.pay.apply_async((means,))))
        same(f"{type(means).__name__} 1", get(tasks.pay.apply_async(kwargs={"means": means})))


@case
def union_by_send_task(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class by `app.send_task`."""
    for means in (Cash(ONE), Card(ONE)):
        result = tasks.app.send_task(tasks.pay.name, [means])
        same(f"{type(means).__name__} 1", get(tasks.pay.AsyncResult(result.id)))


@case
def union_as_a_result(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class as a result."""
    same([Cash(ONE), Card(ONE)], [run(tasks, tasks.same.s(Cash(ONE))), run(tasks, tasks.same.s(Card(ONE)))])


@case
def union_through_a_chain(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class after a step whose result is the union."""
    same("Cash 1", run(tasks, tasks.same.s(Cash(ONE)) | tasks.pay.s()))
    same("Card 1", run(tasks, tasks.same.s(Card(ONE)) | tasks.same.s() | tasks.pay.s()))


@case
def union_from_one_member(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class where a step gives `Card`, the next takes `Cash | Card`."""
    same("Card 1", run(tasks, tasks.card.s(ONE) | tasks.pay.s()))
    same("Cash 1", run(tasks, tasks.cash.s(ONE) | tasks.pay.s()))


@case
def union_through_a_plain_step(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class through a plain step in between."""
    same("Card 1", run(tasks, tasks.same.s(Card(ONE)) | tasks.untouched.s() | tasks.pay.s()))
    same("Cash 1", run(tasks, tasks.same.s(Cash(ONE)) | tasks.untouched.s() | tasks.pay.s()))


@case
def union_in_a_group(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class as arguments and results of a group's members."""
    members = [tasks.pay.s(Cash(ONE)), tasks.pay.s(Card(ONE)), tasks.same.s(Card(ONE))]
    same(["Cash 1", "Card 1", Card(ONE)], run(tasks, group(members)))


@case
def union_into_a_group(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class from a step that gives `Card` to a group of partials."""
    same(["Card 1", Card(ONE)], run(tasks, tasks.card.s(ONE) | group(tasks.pay.s(), tasks.same.s())))


@case
def union_in_a_body(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in the list that a chord's body takes."""
    header = [tasks.same.s(Cash(ONE)), tasks.same.s(Card(ONE))]
    same(["Cash 1", "Card 1"], run(tasks, chord(header, tasks.pay_all.s())))
    same(["Cash 1", "Card 1", "Cash 1"], run(tasks, chord(header, tasks.pay_all.s(Cash(ONE)))))


@case
def union_in_a_body_without_tags(tasks, tmp_path):
    """Celery 15: a chord's body takes no wrong class where each task of the header declares one member alone."""
    result = start(tasks, chord([tasks.cash.s(ONE), tasks.card.s(ONE)], tasks.pay_all.s()))
    error = get(result, propagate=False)
    if isinstance(error, InvalidArguments):
        same(["$.means[0]", "$.means[1]"], [problem.path for problem in error.problems])
    else:
        same(["Cash 1", "Card 1"], error)


@case
def union_after_a_chord(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in a step after a chord, as its own argument."""
    header = [tasks.same.s(Card(ONE))]
    steps = chord(header, tasks.pay_all.s()) | tasks.note_means.si(Cash(ONE), Card(ONE), log=str(tmp_path / "log"))
    run(tasks, steps)
    assert kept(tasks, tmp_path / "log") == [(Cash(ONE), Card(ONE))]


@case
def union_by_link(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in a callback, beside its own."""
    for step, expected in ((tasks.card, Card), (tasks.cash, Cash)):
        log = str(tmp_path / expected.__name__)
        step.apply_async((ONE,), link=tasks.note_means.s(Cash(ONE), log=log))
        assert kept(tasks, log) == [(expected(ONE), Cash(ONE))]


@case
def union_by_link_error(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in an errback, as its own argument."""
    log = str(tmp_path / "log")
    tasks.fails.apply_async(("positional",), link_error=tasks.pay_errback.s(means=Card(ONE), log=log))
    assert kept(tasks, log) == [(Card(ONE),)]


@case
def union_by_map(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class by `map`, `starmap` and `chunks`."""
    means = [Cash(ONE), Card(ONE), Card(ONE)]
    same(["Cash 1", "Card 1", "Card 1"], run(tasks, tasks.pay.map(means)))
    same(means, run(tasks, tasks.same.map(means)))
    same(means, run(tasks, tasks.same.starmap([(each,) for each in means])))
    same([means[:2], means[2:]], get(tasks.same.chunks([(each,) for each in means], 2).apply_async()))


@case
def union_from_a_map(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class after a map."""
    same(["Cash 1", "Card 1"], run(tasks, tasks.same.map([Cash(ONE), Card(ONE)]) | tasks.pay_all.s()))


@case
def union_by_signature(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in a signature that is an argument of a plain task."""
    for means in (Cash(ONE), Card(ONE)):
        log = str(tmp_path / type(means).__name__)
        run(tasks, tasks.send_again.s(tasks.note_means.s(means, Cash(ONE), log=log)))
        assert kept(tasks, log) == [(means, Cash(ONE))]


@case
def union_by_retry(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in a retry, also as a new argument."""
    log = str(tmp_path / "log")
    same("Card 1", run(tasks, tasks.pay_again.s(Cash(ONE), log=log)))
    assert kept(tasks, log, 2) == [(Cash(ONE),), (Card(ONE),)]


@case
def union_by_replace(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class where a task is replaced."""
    same("Card 1", run(tasks, tasks.pay_by_replaced.s(Card(ONE))))
    same("Cash 1", run(tasks, tasks.cash.s(ONE) | tasks.pay_by_replaced.s()))


@case
def union_after_a_plain_first_step(tasks, tmp_path):
    """Celery 15: a tagged union keeps its class in a step after a plain one, as its own argument."""
    log = str(tmp_path / "log")
    first = tasks.untouched.s(1) | tasks.note_means.si(Card(ONE), Cash(ONE), log=log)
    run(tasks, first)
    assert kept(tasks, log) == [(Card(ONE), Cash(ONE))]
