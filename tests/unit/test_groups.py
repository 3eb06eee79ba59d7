"""Celery 10, 11, 16: results of groups and chords are objects by every way, on backends of both kinds."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from celery import Celery, chain, chord, group
from celery.backends.base import Backend
from celery.exceptions import ChordError
from celery.result import GroupResult

from tests.unit.helpers import through_pickle
from tests.unit.records import Declined, Line, Order
from typedtasks import Crashed, Failed, Ok, TypedCelery, TypedResult, install, typed_task

ORDER = Order("a", [Line("x", 2)])
OTHER = Order("b", [])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


@pytest.fixture(params=["memory", "folder"])
def config(request, tmp_path, monkeypatch):
    """A backend that counts the parts of a chord, and one that has a task wait for them."""
    if request.param == "memory":
        return {}
    wait = Backend.fallback_chord_unlock
    at_once = functools.wraps(wait)(lambda *args, **options: wait(*args, **{**options, "countdown": 0}))
    monkeypatch.setattr(Backend, "fallback_chord_unlock", at_once)
    return {"result_backend": f"typedtasks._embedded:Backend+file://{tmp_path}", "result_chord_retry_interval": 0.02}


@pytest.fixture(params=["plain", "installed", "typed"])
def app(request, make_app, config):
    """The three kinds of app."""
    app = make_app(TypedCelery if request.param == "typed" else Celery)
    app.conf.update(config)
    if request.param == "installed":
        install(app)
    return app


@pytest.fixture
def echo(app):
    """A task."""

    @typed_task(app=app, name="shop.echo", raises=Declined)
    def echo(order: Order) -> Order:
        if order.note == "no":
            raise Declined(order=order, reason="no")
        return order

    return echo


@pytest.fixture
def gather(app):
    """The body of a chord."""

    @typed_task(app=app, name="shop.gather", raises=Declined)
    def gather(orders: list[Order]) -> list[Order]:
        assert all(type(order) is Order for order in orders)
        return orders

    return gather


class TestGroup:
    """Of typed tasks."""

    @pytest.mark.parametrize(
        "read",
        [
            lambda results: results.get(timeout=5),
            lambda results: results.join(timeout=5),
            lambda results: results.join_native(timeout=5),
            lambda results: [result.get(timeout=5) for result in results],
            lambda results: through_pickle(results).get(timeout=5),
        ],
        ids=["get", "join", "join_native", "each", "pickled"],
    )
    def test_read(self, app, run_worker, echo, read):
        """In order, as objects."""
        with run_worker(app):
            assert read(group([echo.s(ORDER), echo.s(OTHER)]).delay()) == [ORDER, OTHER]

    def test_iter_native(self, app, run_worker, echo):
        """The documents of the backend, with objects in them."""
        with run_worker(app):
            results = group([echo.s(ORDER), echo.s(OTHER)]).delay()
            found = dict(_native(results))
        assert found == {results[0].id: ORDER, results[1].id: OTHER}

    def test_iter_native_of_a_slow_backend(self, app, run_worker, echo):
        """Nobody says how often to look: Celery's own interval counts."""
        app.conf.result_backend_transport_options = {}

        with run_worker(app):
            results = group([echo.s(ORDER)]).delay()
            results.get(timeout=5, interval=0.01)
            assert dict(_native(results)) == {results[0].id: ORDER}

    def test_iter_native_again(self, app, run_worker, echo):
        """Of results that have been read already."""
        with run_worker(app):
            results = group([echo.s(ORDER), echo.s(OTHER)]).delay()
            for _ in range(2):
                assert dict(_native(results)) == {results[0].id: ORDER, results[1].id: OTHER}
                assert results.get(timeout=5) == [ORDER, OTHER]

    def test_callback(self, app, run_worker, echo):
        """Gets objects, too."""
        seen: list[Any] = []
        with run_worker(app):
            results = group([echo.s(ORDER)]).delay()
            results.get(timeout=5, callback=lambda task_id, value: seen.append(value))
        assert seen == [ORDER]

    def test_mixed(self, app, run_worker, echo):
        """With an untyped task, which gives what it gives."""
        untyped = Celery.task(app, shared=False, name="shop.take")(_take)

        with run_worker(app):
            results = group([echo.s(ORDER), untyped.s(WIRE)]).delay()
            assert results.get(timeout=5) == [ORDER, WIRE]
            assert dict(_native(results)) == {results[0].id: ORDER, results[1].id: WIRE}

    def test_failure(self, app, run_worker, echo):
        """Is raised by the group, with its fields."""
        with run_worker(app):
            results = group([echo.s(ORDER), echo.s(Order("c", [], "no"))]).delay()
            with pytest.raises(Declined) as caught:
                results.get(timeout=5)
            found = results.get(timeout=5, propagate=False)
        assert caught.value.order.id == "c"
        assert (found[0], type(found[1])) == (ORDER, Declined)

    def test_outcomes(self, app, run_worker, echo):
        """One by one."""
        with run_worker(app):
            first, second = group([echo.s(ORDER), echo.s(Order("c", [], "no"))]).delay()
            assert first.outcome(timeout=5) == Ok(ORDER)
            assert isinstance(second.outcome(timeout=5), Failed)

    def test_saved(self, app, run_worker, echo):
        """And restored: where the app has hooks, or by the task's own results."""
        with run_worker(app):
            sent = group([echo.s(ORDER)]).delay()
            sent.get(timeout=5)
            sent.save()
            (restored,) = GroupResult.restore(sent.id, app=app)
            assert echo.AsyncResult(restored.id).get(timeout=5) == ORDER
            if hasattr(app, "wire_settings"):
                assert restored.get(timeout=5) == ORDER

    def test_results(self, app, echo):
        """Are typed before they are there."""
        assert all(isinstance(result, TypedResult) for result in group([echo.s(ORDER)]).delay())


def _native(results):
    return [(task_id, meta["result"]) for task_id, meta in results.iter_native(timeout=5)]


def _take(value):
    return value


class TestChord:
    """Its body gets objects."""

    def test_typed(self, app, run_worker, echo, gather):
        """Whoever counts."""
        with run_worker(app):
            assert chord([echo.s(ORDER), echo.s(OTHER)], gather.s()).delay().get(timeout=10) == [ORDER, OTHER]

    def test_parent(self, app, run_worker, echo, gather):
        """The results of the header are objects."""
        with run_worker(app):
            result = chord([echo.s(ORDER), echo.s(OTHER)], gather.s()).delay()
            result.get(timeout=10)
            assert result.parent.get(timeout=5) == [ORDER, OTHER]

    def test_untyped_body(self, app, run_worker, echo):
        """Gets wire form."""
        untyped = Celery.task(app, shared=False, name="shop.take")(_take)

        with run_worker(app):
            result = chord([echo.s(ORDER)], untyped.s()).delay()
            assert result.get(timeout=10, interval=0.01) == [WIRE]

    def test_mixed_header(self, app, run_worker, echo, gather):
        """With an untyped task in it."""
        untyped = Celery.task(app, shared=False, name="shop.take")(_take)

        with run_worker(app):
            result = chord([echo.s(OTHER), untyped.s(WIRE)], gather.s()).delay()
            assert result.get(timeout=10) == [OTHER, ORDER]

    def test_failure(self, app, run_worker, echo, gather):
        """Is Celery's own error for a chord, with the text of what was raised."""
        with run_worker(app):
            outcome = chord([echo.s(ORDER), echo.s(Order("c", [], "no"))], gather.s()).delay().outcome(timeout=10)
        assert isinstance(outcome, (Crashed, Failed))
        assert isinstance(outcome.error, (ChordError, Declined))

    def test_wrong_header(self, app, run_worker, echo):
        """What does not fit the body is told by the worker that gets it."""

        @typed_task(app=app)
        def count(values: list[int]) -> int: ...

        with run_worker(app):
            error = chord([echo.s(ORDER), echo.s(OTHER)], count.s()).delay().outcome(timeout=10).error
        assert "values[0]" in str(error)

    def test_in_a_chain(self, app, run_worker, echo, gather):
        """Between steps."""
        with run_worker(app):
            steps = chain(echo.s(ORDER), group([echo.s(), echo.s()]), gather.s(), gather.s())
            assert steps.delay().get(timeout=10) == [ORDER, ORDER]

    def test_from_a_worker(self, app, run_worker, echo, gather):
        """Made by a task."""

        @typed_task(app=app)
        def send(order: Order) -> str:
            return chord([echo.s(order), echo.s(order)], gather.s()).delay().id

        with run_worker(app):
            sent = send.delay(ORDER).get(timeout=5)
            assert gather.AsyncResult(sent).get(timeout=10) == [ORDER, ORDER]

    def test_eager(self, echo, gather):
        """Here."""
        assert chord([echo.s(ORDER), echo.s(OTHER)], gather.s()).apply().get() == [ORDER, OTHER]


class TestReplace:
    """Celery 14: a task gives its place to others."""

    def test_task(self, app, run_worker, echo):
        """With objects."""

        @typed_task(app=app, bind=True)
        def outer(self: Any, order: Order) -> Order:
            return self.replace(echo.s(order))

        with run_worker(app):
            assert outer.delay(ORDER).get(timeout=10) == ORDER

    def test_chain(self, app, run_worker, echo):
        """Of several."""

        @typed_task(app=app, bind=True)
        def outer(self: Any, order: Order) -> Order:
            return self.replace(chain(echo.s(order), echo.s()))

        with run_worker(app):
            assert (outer.s(ORDER) | echo.s()).delay().get(timeout=10) == ORDER

    def test_group(self, app, run_worker, echo):
        """Celery gathers their results in a task of its own."""

        @typed_task(app=app, bind=True)
        def outer(self: Any, order: Order) -> list[Order]:
            return self.replace(group([echo.s(order), echo.s(order)]))

        with run_worker(app):
            assert outer.delay(ORDER).get(timeout=10) == [ORDER, ORDER]

    @pytest.mark.parametrize("always", [True, False])
    @pytest.mark.parametrize("how", ["typed", "untyped", "group"])
    def test_eager(self, app, echo, always, how):
        """Here, where Celery forbids to wait."""
        app.conf.task_always_eager = always
        untyped = Celery.task(app, shared=False, name="shop.take")(_take)

        @typed_task(app=app, bind=True)
        def outer(self: Any, order: Order) -> Order | list[Order]:
            step = {
                "typed": chain(echo.s(order), echo.s()),
                "untyped": untyped.si(WIRE),
                "group": group([echo.s(order), echo.s(order)]),
            }[how]
            return self.replace(step)

        assert outer.apply((ORDER,)).get() == ([ORDER, ORDER] if how == "group" else ORDER)

    def test_eager_link(self, app, echo):
        """What follows the task follows what replaces it, once."""
        app.conf.task_always_eager = True
        seen = []

        @typed_task(app=app, bind=True)
        def outer(self: Any, order: Order) -> Order:
            return self.replace(echo.s(order))

        @typed_task(app=app)
        def note(order: Order) -> None:
            seen.append(order)

        outer.apply_async((ORDER,), link=note.s())

        assert seen == [ORDER]
