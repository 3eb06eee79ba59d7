"""`map`, `starmap` and `chunks`: items and results typed."""

from __future__ import annotations

from decimal import Decimal

from celery import chord, group

from tests.everywhere.case import case, get, run, same
from tests.everywhere.records import Currency, Line, line_wire, order, receipt

LINES = [Line("tea", 2), Line("rice", 1), Line("salt", 3)]
PRICES = [Decimal("3.00"), Decimal("1.50"), Decimal("4.50")]


@case
def map_of_objects(tasks, tmp_path):
    """Celery 12: `task.map(objects)` gives objects."""
    orders = [order(1), order(2)]
    same([receipt(each) for each in orders], run(tasks, tasks.charge.map(orders)))
    same(PRICES, run(tasks, tasks.price.map(LINES)))


@case
def map_of_wire_data(tasks, tmp_path):
    """Celery 12: `task.map` takes wire data too."""
    same(PRICES, run(tasks, tasks.price.map([line_wire(line) for line in LINES])))


@case
def map_of_nothing(tasks, tmp_path):
    """Celery 12: `task.map([])` gives an empty list."""
    same([], run(tasks, tasks.price.map([])))


@case
def starmap_of_objects(tasks, tmp_path):
    """Celery 12: `task.starmap` takes tuples of objects and gives objects."""
    items = [(Line("tea", 2), Currency.USD), (Line("rice", 1), Currency.EUR)]
    same(items, run(tasks, tasks.tag.starmap(items)))


@case
def chunks_of_objects(tasks, tmp_path):
    """Celery 12: `task.chunks` takes tuples of objects and gives lists of objects."""
    found = get(tasks.price.chunks([(line,) for line in LINES], 2).apply_async())
    same([PRICES[:2], PRICES[2:]], found)


@case
def chunks_as_a_group(tasks, tmp_path):
    """Celery 12: `task.chunks(...).group()` gives lists of objects."""
    items = [(line, Currency.USD) for line in LINES]
    same([items[:2], items[2:]], run(tasks, tasks.tag.chunks(items, 2).group()))


@case
def map_in_a_chain(tasks, tmp_path):
    """Celery 12: a map is a step before a typed one."""
    same(Decimal("9.00"), run(tasks, tasks.price.map(LINES) | tasks.add_up.s()))


@case
def map_in_a_group(tasks, tmp_path):
    """Celery 12: maps and starmaps are members of a group."""
    members = group(tasks.price.map(LINES), tasks.tag.starmap([(LINES[0], Currency.USD)]), tasks.price.s(LINES[0]))
    same([PRICES, [(LINES[0], Currency.USD)], PRICES[0]], run(tasks, members))


@case
def map_in_a_header(tasks, tmp_path):
    """Celery 12: maps are members of a chord's header, whose body gets lists of objects."""
    header = [tasks.price.map(LINES), tasks.price.map(LINES[:1])]
    same(Decimal("12.00"), run(tasks, chord(header, tasks.add_up_deep.s())))


@case
def map_of_an_async_task(tasks, tmp_path):
    """Celery 12: `map` of an `async def`."""
    same([[line] for line in LINES], run(tasks, tasks.fetch.map(LINES)))
