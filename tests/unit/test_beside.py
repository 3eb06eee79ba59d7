"""What stands beside a plain call in Celery: the app's own task class, groups, hooks that send."""

from __future__ import annotations

import asyncio
import functools
import gc
import math
import weakref
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from cattrs import Converter
from celery import Task, group
from kombu.utils.json import JSONEncoder

from tests.unit.helpers import there_and_back, through_pickle
from tests.unit.records import Currency, Line, Order
from typedtasks import IgnoredResult, InvalidArguments, TypedCelery, TypedResult, make_converter, typed_task
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
    """Types 11: a dict that kombu's JSON would take for one of its own goes by another name on the way."""

    @pytest.mark.parametrize("type_", [Any, dict[str, Any], dict[str, str], list[Any]], ids=str)
    def test_arrives(self, type_):
        """Wherever it is."""
        value = [ENVELOPE] if type_ == list[Any] else ENVELOPE

        dumped, loaded = there_and_back(value, type_)

        assert "'typedtasks:__type__': 'bytes'" in str(dumped)
        assert value == loaded

    def test_on_a_worker(self, app, run_worker):
        """Through kombu's own JSON, there and back, in arguments, keyword arguments and results."""

        @app.task
        def echo(event: Any, *, other: dict[str, Any]) -> list[Any]:
            return [event, other, type(event).__name__]

        with run_worker(app):
            result = echo.delay({"x": [ENVELOPE]}, other=ENVELOPE).get(timeout=5)

        assert result == [{"x": [ENVELOPE]}, ENVELOPE, "dict"]

    def test_on_the_wire(self, app, published):
        """No consumer's decoder is led astray."""

        @app.task
        def log(event: Any) -> None: ...

        log.delay([ENVELOPE])

        assert published(app)[0][0] == [[{"typedtasks:__type__": "bytes", "__value__": "eA=="}]]


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


# -- what an app or a task sets of the mapping


@pytest.mark.parametrize(
    ("of_app", "of_task", "forbidden"),
    [
        ({}, {}, False),
        ({}, {"forbid_extra_keys": True}, True),
        ({"forbid_extra_keys": True}, {}, True),
        ({"forbid_extra_keys": True}, {"forbid_extra_keys": False}, False),
        ({"forbid_extra_keys": False}, {"forbid_extra_keys": True}, True),
    ],
    ids=str,
)
def test_keys_of_a_newer_sender(make_app, of_app, of_task, forbidden):
    """Types 10: a worker ignores them; a task, else its app, may have them refused."""
    app = make_app(**of_app)

    @app.task(**of_task)
    def echo(order: Order) -> Order:
        return order

    newer = {"id": "a", "lines": [{"sku": "x", "qty": 2, "new": 1}], "color": "red"}
    if forbidden:
        with pytest.raises(InvalidArguments) as caught:
            echo.codec.decode_arguments([newer], {})
        assert [problem.path for problem in caught.value.problems] == ["$.order.lines[0].new", "$.order.color"]
    else:
        assert echo.codec.decode_arguments([newer], {}) == ([ORDER], {})


def test_app_in_another_process(make_app):
    """What is set goes with the app when it is pickled, as its configuration does."""
    app = make_app(forbid_extra_keys=True)

    assert through_pickle(app).wire_settings == app.wire_settings


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Decimal, Decimal("1.5")),
        (datetime, datetime(2026, 1, 2, tzinfo=timezone.utc)),
        (UUID, UUID(int=1)),
        (set[Currency], {Currency.EUR}),
        (dict[Decimal, tuple[date, ...]], {Decimal(1): (date(2026, 1, 2),)}),
        (Order | Line | None, ORDER),
        (Any, {"a": [{"__type__": "decimal", "__value__": "1"}]}),
    ],
    ids=str,
)
def test_encoder_of_kombu(app, run_worker, monkeypatch, type_, value):
    """Types 2: nothing is left for Celery's own JSON to make something of, neither on the way there nor back."""
    asked = []
    monkeypatch.setattr(JSONEncoder, "default", lambda _, met: asked.append(met))

    def echo(value): ...

    echo.__annotations__.update(value=type_)
    function = functools.wraps(echo)(lambda value: value)
    function.__wrapped__.__annotations__["return"] = type_
    task = app.task(function)

    with run_worker(app):
        result = task.delay(value).get(timeout=5)

    assert (result, type(result)) == (value, type(value))
    assert asked == []


class Temperature:
    """A class of no library."""

    def __init__(self, celsius: float) -> None:
        self.celsius = celsius

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Temperature) and self.celsius == other.celsius

    __hash__ = None


def converter_of(factor: float) -> Converter:
    """Hooks for it, and for what nothing tells apart."""
    converter = make_converter()
    converter.register_structure_hook(Temperature, lambda value, _: Temperature(value / factor))
    converter.register_unstructure_hook(Temperature, lambda value: value.celsius * factor)
    converter.register_structure_hook(date | datetime, lambda text, _: datetime.fromisoformat(text))
    converter.register_unstructure_hook(date | datetime, lambda value: value.isoformat())
    return converter


@pytest.mark.parametrize(
    ("of_app", "of_task", "wire"), [(10, None, 215.0), (None, 100, 2150.0), (10, 100, 2150.0)], ids=str
)
def test_converter(make_app, run_worker, of_app, of_task, wire):
    """Types 14: its hooks win over all rules, those of a task over those of its app."""
    app = make_app(**({"converter": converter_of(of_app)} if of_app else {}))

    @app.task(**({"converter": converter_of(of_task)} if of_task else {}))
    def warm(start: Temperature, *others: Temperature, moment: date | datetime) -> list[Temperature]:
        return [Temperature(start.celsius + moment.day), *others]

    call = ((Temperature(21.5), Temperature(1.0)), {"moment": datetime(2026, 1, 2)})  # noqa: DTZ001 - naive stays naive
    assert warm.codec.encode_arguments(*call, exact=True)[0][0] == wire
    with run_worker(app):
        assert warm.delay(*call[0], **call[1]).get(timeout=5) == [Temperature(23.5), Temperature(1.0)]


def test_converter_of_another_make(make_app):
    """One without the rules of this package would let through what they refuse."""
    with pytest.raises(TypeError, match="make_converter"):
        make_app(converter=Converter())
    with pytest.raises(TypeError, match="make_converter"):
        typed_task(converter=Converter())(len)


@pytest.mark.parametrize(
    ("hook", "why"),
    [
        (lambda value: value.nowhere, "whose hook raised AttributeError"),
        (lambda value: [value], "whose hook gave list, no plain JSON data"),
    ],
    ids=["raises", "not plain"],
)
@pytest.mark.parametrize("structure", [Temperature, lambda value: Temperature(value / 1)], ids=["lenient", "strict"])
def test_hook_that_fails(app, published, hook, why, structure):
    """Types 2, 4: the caller finds out, whatever the other hook takes, and nothing but plain JSON goes out."""
    converter = make_converter()
    converter.register_structure_hook(Temperature, lambda value, _: structure(value))
    converter.register_unstructure_hook(Temperature, hook)

    @app.task(converter=converter)
    def warm(value: Temperature) -> None: ...

    with pytest.raises(InvalidArguments) as caught:
        warm.delay(Temperature(1.0))

    assert [str(found) for found in caught.value.problems] == [f"$.value: expected Temperature, got Temperature, {why}"]
    assert published(app) == []


@pytest.mark.parametrize("value", [{(1, "a"): 2}, [[[1, "a"], 2]]], ids=["mapping", "wire form"])
def test_pairs_of_a_caller(app, value):
    """A mapping whose keys have no text may be handed over itself, or in its wire form."""

    @app.task
    def count(named: dict[tuple[int, str], int]) -> dict[tuple[int, str], int]:
        return named

    assert count.codec.encode_arguments((value,), {}, exact=True) == ([[[[1, "a"], 2]]], {})
    assert count.apply((value,)).get() == {(1, "a"): 2}


def test_mapping_that_looks_like_json(app):
    """A dict with keys of text is plain JSON data, and yet not the wire form of what travels in pairs."""

    @app.task
    def count(named: dict[str | int, int]) -> int:
        return named["a"]

    assert count.codec.encode_arguments(({"a": 1},), {}, exact=True) == ([[["a", 1]]], {})
    assert count.apply(({"a": 1},)).get() == 1


def test_index_in_a_later_step(app):
    """The place that a value will have, not the one that it has in the signature."""

    @app.task
    def one() -> str:
        return "a"

    @app.task
    def join(*items: int) -> None: ...

    with pytest.raises(InvalidArguments, match=r"\$\.items\[2\]: expected int"):
        (one.s() | join.s(1, "x")).delay()
