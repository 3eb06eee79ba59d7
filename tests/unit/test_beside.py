"""What stands beside a plain call in Celery: the app's own task class, groups, maps, hooks that send."""

from __future__ import annotations

import asyncio
import gc
import math
import weakref
from datetime import datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from celery import Task, group, signature
from celery.canvas import xmap, xstarmap

from tests.unit.records import Line, Order
from typedtasks import IgnoredResult, InvalidArguments, NotTyped, TypedCelery, TypedResult
from typedtasks._wire import Invalid, Wire

ORDER = Order("a", [Line("x", 2)])
WIRE = Wire()
ENVELOPE = {"__type__": "bytes", "__value__": "eA=="}


class TestTaskClass:
    """A task class of the app or of `base=` is part of the task, as with an untyped one."""

    @pytest.mark.parametrize("call", ["run", "super"])
    def test_call(self, app, run_worker, call):
        """Its `__call__` is around the body, on a worker too, as in Flask's recipe for an app context."""
        seen = []

        class Around(Task):
            def __call__(self, *args, **kwargs):
                seen.append("before")
                return self.run(*args, **kwargs) if call == "run" else super().__call__(*args, **kwargs)

        @app.task(base=Around)
        def echo(order: Order) -> Order:
            seen.append(type(order))
            return order

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ORDER
        assert seen == ["before", Order]

    def test_set_late(self, app):
        """The app's class may be set after its tasks are declared, as long as none was used."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        app.Task = type("Late", (app.Task,), {"late": True, "abstract": True})

        assert echo.late is True

    def test_at_once(self, app):
        """`lazy=False` makes the task when it is declared."""

        @app.task(lazy=False)
        def echo(order: Order) -> Order:
            return order

        assert type(echo).__name__ == "echo"


def test_app_is_collected():
    """Nothing keeps an app with typed tasks alive."""
    app = TypedCelery("gone", broker="memory://", set_as_current=False)

    @app.task(lazy=False)
    def echo(order: Order) -> Order:
        return order

    gone = weakref.ref(app)
    del app, echo
    gc.collect()

    assert gone() is None


def test_group(app, run_worker):
    """Its results are objects, also where the backend could hand over all of them at once."""

    @app.task
    def echo(order: Order) -> Order:
        return order

    orders = [ORDER, Order("b", [])]
    with run_worker(app):
        results = group([echo.s(order) for order in orders]).delay()
        assert results.get(timeout=5) == orders
    assert all(isinstance(result, TypedResult) for result in results.results)


class TestMaps:
    """`celery.map` and its like call a task with what is on the wire: refused, not done untyped."""

    @pytest.fixture
    def echo(self, app):
        """A task."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        return echo

    @pytest.mark.parametrize("name", ["map", "starmap", "chunks"])
    def test_made_of_a_task(self, echo, name):
        """When they are made."""
        with pytest.raises(NotTyped):
            getattr(echo, name)([ORDER], 1)

    @pytest.mark.parametrize(("make", "items"), [(xmap, [1]), (xstarmap, [[1]])])
    def test_made_without_it(self, app, run_worker, echo, make, items):
        """When they run, if they were made around that."""
        with run_worker(app), pytest.raises(NotTyped):
            make(signature(echo.name, app=app), items, app=app).delay().get(timeout=5)


def test_sending_from_on_success(app, run_worker, published):
    """What a hook of the task sends is checked like any other call."""
    refused = []

    class Chatty(Task):
        def on_success(self, retval, task_id, args, kwargs):
            try:
                other.delay("no order")
            except InvalidArguments as error:
                refused.append(str(error))

    @app.task
    def other(order: Order) -> None: ...

    @app.task(base=Chatty)
    def echo(order: Order) -> Order:
        return order

    with run_worker(app):
        echo.delay(ORDER).get(timeout=5)
        asyncio.run(_until(lambda: refused))
    assert refused == ["other(): $.order: expected Order, got str 'no order'"]


async def _until(condition):
    for _ in range(500):
        if condition():
            break
        await asyncio.sleep(0.01)


def test_aget_of_an_ignored_result(app):
    """It would wait for ever."""

    @app.task
    def echo(order: Order) -> Order:
        return order

    with pytest.raises(IgnoredResult):
        asyncio.run(echo.options(ignore_result=True).delay(ORDER).aget())


class TestEnvelopes:
    """A dict that kombu's JSON would take for one of its own is refused: it would be lost, or something else arrive."""

    @pytest.mark.parametrize("type_", [Any, dict[str, Any], dict[str, str], list[Any]], ids=str)
    def test_refused(self, type_):
        """Wherever it is."""
        with pytest.raises(Invalid, match="Celery's own JSON"):
            WIRE.dump([ENVELOPE] if type_ == list[Any] else ENVELOPE, type_)

    def test_path(self, app, published):
        """With its path, and nothing is published."""

        @app.task
        def log(event: Any) -> None: ...

        with pytest.raises(InvalidArguments, match=r"\$\.event\['x'\]\[0\]: expected plain JSON data"):
            log.delay({"x": [ENVELOPE]})
        assert published(app) == []


class TestNoSilentChange:
    """A value that its wire form does not hold whole is refused."""

    def test_zone_without_offset(self):
        """The offset of a time in a zone depends on the day, which a time does not have."""
        with pytest.raises(Invalid):
            WIRE.dump(time(12, tzinfo=ZoneInfo("Europe/Berlin")), time)

    @pytest.mark.parametrize("value", [time(12), time(12, tzinfo=timezone(timedelta(hours=2)))])
    def test_other_times(self, value):
        """All others travel."""
        assert value == WIRE.load(WIRE.dump(value, time), time)

    @pytest.mark.parametrize("value", [datetime(2024, 1, 1), "12:00"])  # noqa: DTZ001 - no time either
    def test_no_time(self, value):
        """What is none is refused as before."""
        with pytest.raises(Invalid):
            WIRE.dump(value, time)

    @pytest.mark.parametrize("value", [2**53 + 1, 10**400])
    def test_int_that_no_float_holds(self, value):
        """An int for a float must be the same number."""
        with pytest.raises(Invalid):
            WIRE.dump(value, float)

    def test_int_that_a_float_holds(self):
        """As it is up to 2**53."""
        assert math.isclose(2**53, WIRE.load(WIRE.dump(2**53, float), float))

    def test_keys_that_are_equal(self):
        """Two keys on the wire for one in Python."""
        with pytest.raises(Invalid):
            WIRE.load({"1.0": 1, "1.00": 2}, dict[Decimal, int])


def test_index_in_a_later_step(app):
    """The place that a value will have, not the one that it has in the signature."""

    @app.task
    def one() -> str:
        return "a"

    @app.task
    def join(*items: int) -> None: ...

    with pytest.raises(InvalidArguments, match=r"\$\.items\[2\]: expected int"):
        (one.s() | join.s(1, "x")).delay()
