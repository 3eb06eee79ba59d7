"""Arguments go out and results come back as the same objects, through a worker in another process."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.integration.records import CATEGORY, CONTAINERS, KEY, SCALARS, Category, Currency, Line, Receipt, order
from tests.integration.waiting import TIMEOUT, lines_of

EXCHANGES = [
    pytest.param("charge", (order(),), {}, id="record"),
    pytest.param("charge", (order(),), {"currency": Currency.USD}, id="keyword-only"),
    pytest.param("scalars", (SCALARS,), {}, id="scalars"),
    pytest.param("scalars_seen", (SCALARS,), {}, id="scalars-as-seen-by-the-worker"),
    pytest.param("containers", (CONTAINERS,), {}, id="containers"),
    pytest.param("containers_seen", (CONTAINERS,), {}, id="containers-as-seen-by-the-worker"),
    pytest.param("category", (CATEGORY,), {}, id="recursive-record"),
    pytest.param("category", (), {"value": Category("all", parent_id=KEY)}, id="positional-by-name"),
    pytest.param("every_kind", (Line("tea", 1), Currency.USD), {"fourth": Line("salt", 2)}, id="defaults"),
    pytest.param(
        "every_kind",
        (Line("tea", 1), Currency.USD, 4, Decimal("1.0"), Decimal(2)),
        {"fourth": Line("salt", 2), "fifth": b"\x00", "x": KEY, "first": KEY},
        id="every-kind-of-parameter",
    ),
    pytest.param("bare", ({"a": Line("tea", 1)}, (None, Line("salt", 2))), {}, id="containers-outside-records"),
    pytest.param("nothing", (), {}, id="nothing"),
    pytest.param("json_data", ([{"a": [1, 2.5, None, "\N{SNOWMAN}"]}],), {}, id="any"),
    pytest.param("fetch", (Line("tea", 1),), {"times": 2}, id="async-def"),
]


@pytest.mark.parametrize(("name", "args", "kwargs"), EXCHANGES)
def test_a_worker_gives_what_a_direct_call_gives(tasks, name, args, kwargs):
    """Every type that travels arrives and comes back equal to what it was."""
    task = getattr(tasks, name)

    result = task.delay(*args, **kwargs).get(timeout=TIMEOUT)

    expected = task(*args, **kwargs)
    assert expected == result
    assert repr(expected) == repr(result)  # 1 == True == Decimal(1), and not here


def test_classes_are_the_declared_ones(tasks):
    """Nested records, enums, decimals and time zones are objects of their classes again."""
    receipt = tasks.charge.delay(order(), currency=Currency.USD).get(timeout=TIMEOUT)

    assert Receipt(order(), Decimal("3.00"), Currency.USD) == receipt
    assert type(receipt.order.lines[0]) is Line
    assert receipt.currency is Currency.USD
    assert str(receipt.total) == "3.00"
    assert receipt.order.placed.utcoffset() == timedelta(hours=2)


def test_wire_form_is_taken_in_place_of_objects(tasks):
    """A caller that has the plain JSON data already may pass it as it is."""
    wire = {"sku": "tea", "qty": 1, "price": "1.50"}

    assert [Line("tea", 1)] == tasks.fetch.delay(wire).get(timeout=TIMEOUT)


def test_apply_async_takes_a_tuple_and_a_dict(tasks):
    """Celery's own way to send gives the same result."""
    result = tasks.charge.apply_async((order(),), {"currency": Currency.USD}, countdown=0)

    assert tasks.charge(order(), currency=Currency.USD) == result.get(timeout=TIMEOUT)


def test_an_event_loop_sends_and_waits(tasks):
    """`adelay` and `aget` do the same from `async def`."""

    async def main():
        result = await tasks.charge.adelay(order())
        return await result.aget(timeout=TIMEOUT)

    assert tasks.charge(order()) == asyncio.run(main())


def test_a_task_calls_itself(tasks):
    """A recursive call inside the body is plain Python: nothing is decoded twice."""
    assert tasks.countdown.delay(order(3)).get(timeout=TIMEOUT) == [3, 2, 1, 0]


def test_a_task_applies_itself(tasks):
    """`apply` inside the body goes through JSON once for each level."""
    assert tasks.countdown_by_apply.delay(order(3)).get(timeout=TIMEOUT) == [3, 2, 1, 0]


def test_a_signal_handler_calls_the_task(tasks, tmp_path):
    """A call from a `task_prerun` handler does not take the worker's call for its own."""
    log = tmp_path / "log"

    assert tasks.watched.delay(order(), log=str(log)).get(timeout=TIMEOUT) == "Order"

    assert lines_of(log) == ["Order", "Order"]


def test_forged_headers_change_nothing(tasks):
    """Headers with names of Celery's request attributes do not switch decoding off or on."""
    forged = {"called_directly": "yes", "is_eager": "", "_protected": "1"}

    result = tasks.charge.options(headers=forged).delay(order())

    assert tasks.charge(order()) == result.get(timeout=TIMEOUT)


def test_a_task_sends_a_task(tasks):
    """Inside a worker `delay` takes objects and names the child in the parent's result."""
    parent = tasks.send_charge.delay(order())
    child_id = parent.get(timeout=TIMEOUT)

    child = tasks.charge.AsyncResult(child_id)

    assert tasks.charge(order(), currency=Currency.USD) == child.get(timeout=TIMEOUT)
    assert [child_id] == [each.id for each in parent.children]
