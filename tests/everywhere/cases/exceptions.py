"""Exceptions: the same class and fields, also through a canvas."""

from __future__ import annotations

import pytest
from celery import chord, group

from tests.everywhere.case import case, get, run, same, start
from tests.everywhere.records import (
    PLACED,
    Declined,
    Discontinued,
    Line,
    OutOfStock,
    Plain,
    Undeclared,
    order,
    order_wire,
)
from typedtasks import RemoteError

BAD = order(7)
TEA = Line("tea", 2)


def raised(tasks, canvas):
    """What the caller of a canvas gets."""
    with pytest.raises(Exception) as found:  # noqa: PT011 - the cases compare it
        run(tasks, canvas)
    return found.value


@case
def exception_with_its_fields(tasks, tmp_path):
    """Celery 19: attrs exceptions come back with their fields: positional, keyword-only, inherited."""
    for kind, expected in {
        "positional": Declined("limit", TEA),
        "keyword-only": OutOfStock(line=TEA, available=1),
        "inherited": Discontinued(line=TEA, since=PLACED.date()),
        "undeclared": Undeclared("why", TEA),
    }.items():
        error = raised(tasks, tasks.fails.s(kind))
        assert type(error) is type(expected)
        same(repr(expected), repr(error))
        same(TEA, error.line)


@case
def exception_without_attrs(tasks, tmp_path):
    """Celery 19: a plain exception comes back with its arguments and attributes."""
    error = raised(tasks, tasks.fails.s("plain"))
    assert type(error) is Plain
    same(((404, "no such order"), 404), (error.args, error.code))


@case
def exception_with_a_cause(tasks, tmp_path):
    """Celery 19: the text of what it was raised from is kept in the result's traceback."""
    result = start(tasks, tasks.fails_from.s(TEA))
    assert type(get(result, propagate=False)) is OutOfStock
    assert "KeyError: 'the shelf'" in result.traceback


@case
def exception_of_an_unknown_class(tasks, tmp_path):
    """Celery 20: of a class that the caller has not imported comes a `RemoteError` that names it, with its fields."""
    error = raised(tasks, tasks.fails_unknown.s())
    assert type(error) is RemoteError
    assert "Elsewhere" in str(error)
    assert "tea" in str(vars(error) or error)


@case
def exception_through_a_chain(tasks, tmp_path):
    """Celery 19: the failure of a step is the failure of the chain, with its fields."""
    for steps in (
        tasks.validate.s(BAD) | tasks.charge.s() | tasks.count.s(),
        tasks.merge.s(order(1), BAD) | tasks.validate.s() | tasks.charge.s(),
    ):
        error = raised(tasks, steps)
        assert type(error) is Declined
        same(("too many", Line("tea", 7)), (error.reason, error.line))


@case
def exception_through_a_group(tasks, tmp_path):
    """Celery 19: the failure of a member is raised by the group's `get`, with its fields."""
    error = raised(tasks, group(tasks.validate.s(order()), tasks.validate.s(BAD)))
    assert type(error) is Declined
    same(Line("tea", 7), error.line)


@case
def exception_of_a_member(tasks, tmp_path):
    """Celery 19: the failing member of a chord's header has its typed failure."""
    result = start(tasks, chord([tasks.validate.s(order()), tasks.validate.s(BAD)], tasks.gather.s()))
    assert isinstance(get(result, propagate=False), Exception)
    error = get(result.parent.results[1], propagate=False)
    assert type(error) is Declined
    same(("too many", Line("tea", 7)), (error.reason, error.line))


@case
def exception_through_a_header(tasks, tmp_path):
    """Celery 19: the failure of a member of a header is the failure of the chord, with its fields."""
    error = raised(tasks, chord([tasks.validate.s(order()), tasks.validate.s(BAD)], tasks.gather.s()))
    assert type(error) is Declined
    same(("too many", Line("tea", 7)), (error.reason, error.line))


@case
def exception_of_a_body(tasks, tmp_path):
    """Celery 19: the failure of a chord's body has its fields."""
    error = raised(tasks, chord([tasks.merge.s(BAD, order())], tasks.gather.s() | tasks.validate.s()))
    assert type(error) is Declined
    same(Line("tea", 7), error.line)


@case
def exception_through_a_map(tasks, tmp_path):
    """Celery 19: the failure of an item is the failure of the map, with its fields."""
    error = raised(tasks, tasks.validate.map([order(1), BAD]))
    assert type(error) is Declined
    same(Line("tea", 7), error.line)


@case
def exception_of_a_plain_task(tasks, tmp_path):
    """Celery 19: an attrs exception that a plain task raises comes back with its fields."""
    error = raised(tasks, tasks.plain_declines.s(order_wire(order())))
    assert type(error) is Declined
    same(("plain", Line("tea", 2)), (error.reason, error.line))


@case
def exception_of_a_plain_step(tasks, tmp_path):
    """Celery 19: an attrs exception of a plain step comes back at the typed end of the chain."""
    error = raised(tasks, tasks.validate.s(order()) | tasks.plain_declines.s() | tasks.json_data.s())
    assert type(error) is Declined
    same(("plain", Line("tea", 2)), (error.reason, error.line))
