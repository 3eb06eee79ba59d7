"""`install`, and what an app with the hooks does: by name, by id, around tasks of no types."""

from __future__ import annotations

import copy
import time
from typing import Any

import celery
import pytest
from celery import Celery, chain, chord, group, signature
from celery.beat import Scheduler
from celery.result import AsyncResult, GroupResult

from tests.unit.helpers import through_pickle
from tests.unit.records import Declined, Line, Order
from typedtasks import (
    InvalidArguments,
    Limits,
    RemoteError,
    TypedCelery,
    TypedResult,
    install,
    make_converter,
    typed_task,
)
from typedtasks._app import AppHooks

ORDER = Order("a", [Line("x", 2)])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


def until(condition):
    """Wait until something has happened, at most five seconds."""
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)


@pytest.fixture
def plain(make_app):
    """Celery's own app."""
    return make_app(Celery)


class TestInstall:
    """The app gets the hooks, as it is."""

    def test_same_object(self, plain):
        """Nothing else refers to another app then."""
        before = id(plain)

        assert install(plain) is None
        assert (id(plain), isinstance(plain, AppHooks), type(plain).__name__) == (before, True, "Celery")

    def test_idempotent(self, plain):
        """Once more changes the settings, and not the class."""
        install(plain)
        cls = type(plain)

        install(plain, forbid_extra_keys=True)

        assert type(plain) is cls
        assert plain.wire_settings.forbid_extra_keys is True

    def test_on_a_typed_app(self, make_app):
        """Which has the hooks: its settings are set."""
        app = make_app()
        install(app, limits=Limits(depth=3))

        assert type(app) is TypedCelery
        assert app.wire_settings.limits == Limits(depth=3)

    def test_before_tasks(self, plain, run_worker):
        """They take the settings of the app."""
        install(plain, forbid_extra_keys=True)

        @typed_task(app=plain)
        def echo(order: Order) -> Order:
            return order

        with pytest.raises(InvalidArguments, match="unexpected field"):
            echo.codec.decode_arguments([{**WIRE, "new": 1}], {})
        with run_worker(plain):
            assert echo.delay(ORDER).get(timeout=5) == ORDER

    def test_after_tasks(self, plain, run_worker):
        """They stay as they are, and the app knows them."""

        @typed_task(app=plain, name="shop.echo")
        def echo(order: Order) -> Order:
            return order

        echo.delay(ORDER)
        install(plain)

        with run_worker(plain):
            assert plain.send_task("shop.echo", (ORDER,)).get(timeout=5) == ORDER

    def test_its_own_decorator(self, plain):
        """Stays Celery's."""
        install(plain)

        @plain.task
        def untyped(value): ...

        assert not hasattr(untyped, "codec")

    @pytest.mark.parametrize("proxy", [True, False])
    def test_current_app(self, plain, proxy):
        """Also through Celery's proxy."""
        plain.set_current()

        install(celery.current_app if proxy else celery.current_app._get_current_object())

        assert isinstance(plain, AppHooks)

    @pytest.mark.parametrize("other", [None, "shop", Celery, object()], ids=str)
    def test_no_app(self, other):
        """Is refused."""
        with pytest.raises(TypeError, match=r"install\(\) takes a Celery app"):
            install(other)

    def test_subclass(self, make_app):
        """An app of a class that is somebody's own keeps its methods."""

        class Own(Celery):
            def send_task(self, *args, **kwargs):
                self.sent = [*getattr(self, "sent", ()), args[0]]
                return super().send_task(*args, **kwargs)

        app = make_app(Own)
        install(app)

        @typed_task(app=app, name="shop.echo")
        def echo(order: Order) -> Order:
            return order

        echo.delay(ORDER)
        app.send_task("shop.echo", (ORDER,))

        assert isinstance(app, Own)
        assert app.sent == ["shop.echo", "shop.echo"]

    def test_converter(self, plain):
        """Holds for what is declared then."""
        converter = make_converter()
        converter.register_unstructure_hook(Line, lambda line: line.sku)
        converter.register_structure_hook(Line, lambda value, _: Line(value, 1))
        install(plain, converter=converter)

        @typed_task(app=plain)
        def echo(line: Line) -> Line: ...

        assert echo.codec.encode_arguments((Line("x", 1),), {}, exact=True) == (["x"], {})

    def test_wrong_converter(self, plain):
        """Is refused."""
        with pytest.raises(TypeError, match="make_converter"):
            install(plain, converter=5)

    def test_result_class_asked_for_before(self, plain):
        """`app.AsyncResult` is typed also where Celery has cached its own."""
        before = plain.AsyncResult

        install(plain)

        assert plain.AsyncResult is not before
        assert type(plain.AsyncResult("x")).__name__ == "AsyncResult"

    def test_other_apps(self, make_app, plain):
        """Stay as they are."""
        install(plain)

        assert not isinstance(make_app(Celery), AppHooks)
        assert type(make_app(Celery)) is Celery


@pytest.fixture(params=["installed", "typed"])
def app(request, make_app):
    """An app with the hooks."""
    if request.param == "typed":
        return make_app()
    app = make_app(Celery)
    install(app)
    return app


@pytest.fixture
def echo(app):
    """A typed task."""

    @typed_task(app=app, name="shop.echo")
    def echo(order: Order) -> Order:
        return order

    return echo


@pytest.fixture
def untyped(app):
    """A task of no types, and what it saw."""
    seen: list[Any] = []

    def take(value):
        seen.append(value)
        return value

    task = Celery.task(app, shared=False, name="shop.take")(take)
    task.seen = seen
    return task


class TestByName:
    """`app.send_task` of a typed task."""

    def test_objects(self, app, run_worker, echo):
        """There and back."""
        with run_worker(app):
            assert app.send_task("shop.echo", (ORDER,)).get(timeout=5) == ORDER
            assert app.send_task("shop.echo", kwargs={"order": ORDER}).get(timeout=5) == ORDER

    def test_wire_form(self, app, published, echo):
        """Is what is sent."""
        app.send_task("shop.echo", [ORDER])

        assert published(app)[0][0] == [WIRE]

    def test_wrong_arguments(self, app, published, echo):
        """Are told before anything is published."""
        with pytest.raises(InvalidArguments, match="expected Order, got int 5"):
            app.send_task("shop.echo", (5,))
        assert published(app) == []

    def test_serializer(self, make_app, published):
        """It is JSON, whatever the app's other tasks use."""
        app = make_app(task_serializer="pickle", accept_content=["json", "pickle"])

        @app.task(name="shop.echo")
        def echo(order: Order) -> Order: ...

        app.send_task("shop.echo", (ORDER,))

        assert published(app)[0][0] == [WIRE]

    def test_options_of_the_task(self, app, published):
        """Its routing stands for a call by name, too; what is said here wins."""

        @typed_task(app=app, name="shop.slow", queue="slow")
        def slow() -> None: ...

        app.send_task("shop.slow")
        assert published(app) == []
        app.send_task("shop.slow", queue=app.conf.task_default_queue)
        assert len(published(app)) == 1

    def test_unknown_name(self, app, published):
        """Goes out as it is: another program knows it."""
        app.send_task("not.here", (1,), {"a": 2})

        ((args, kwargs, headers),) = published(app)
        assert (args, kwargs, headers["task"]) == ([1], {"a": 2}, "not.here")

    def test_app_that_does_not_finalize(self, make_app, published):
        """Is not finalized by it."""
        app = make_app(autofinalize=False)

        app.send_task("not.here", (1,))

        assert not app.finalized
        assert len(published(app)) == 1

    def test_result_of_an_untyped_task(self, app, run_worker, untyped):
        """Is what it gave."""
        with run_worker(app):
            assert app.send_task("shop.take", ({"a": 1},)).get(timeout=5, interval=0.01) == {"a": 1}

    def test_link(self, app, run_worker, echo, untyped):
        """Of an untyped task may hold objects."""
        with run_worker(app):
            sent = app.send_task("shop.take", (5,), link=echo.si(ORDER))
            sent.get(timeout=5, interval=0.01)
            assert sent.children[0].get(timeout=5) == ORDER

    def test_beat(self, app, run_worker, echo):
        """Celery 1: a periodic task with objects is sent the same way."""
        scheduler = Scheduler(app, lazy=True)
        entry = scheduler.Entry("echo", "shop.echo", schedule=60.0, args=(ORDER,), app=app)

        with run_worker(app):
            assert scheduler.apply_async(entry, advance=False).get(timeout=5) == ORDER


class TestAroundUntypedTasks:
    """Celery 9: objects in the steps after, and in signatures that are arguments, of a task that is not typed."""

    def test_later_step(self, app, run_worker, echo, untyped):
        """`.si()` with objects."""
        with run_worker(app):
            assert chain(untyped.s(1), echo.si(ORDER)).delay().get(timeout=5) == ORDER

    def test_result_of_the_step_before(self, app, run_worker, echo, untyped):
        """In wire form, through the untyped step."""
        with run_worker(app):
            assert chain(echo.s(ORDER), untyped.s(), echo.s()).delay().get(timeout=5) == ORDER
        assert untyped.seen == [WIRE]

    def test_link_error(self, app, run_worker, echo):
        """Of an untyped task, with objects."""
        seen = []

        def fail(value):
            raise ValueError(value)

        @typed_task(app=app, bind=True)
        def note(self: Any, task_id: str, order: Order) -> None:
            seen.append((task_id, order))

        failing = Celery.task(app, shared=False)(fail)
        with run_worker(app):
            sent = failing.apply_async((1,), link_error=note.s(ORDER))
            with pytest.raises(ValueError, match="1"):
                sent.get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
        assert seen == [(sent.id, ORDER)]

    @pytest.mark.parametrize("make", ["task", "chain", "group", "chord"])
    def test_signature_as_an_argument(self, app, run_worker, make):
        """Celery 13: rebuilt from its dict there, it runs typed."""
        seen = []

        @typed_task(app=app)
        def note(order: Order) -> Order:
            seen.append(order)
            return order

        @typed_task(app=app)
        def notes(orders: list[Order]) -> int:
            seen.append(orders)
            return len(orders)

        def run(document):
            signature(document, app=app).delay()

        runner = Celery.task(app, shared=False)(run)
        made = {
            "task": note.s(ORDER),
            "chain": chain(note.s(ORDER), note.s()),
            "group": group([note.s(ORDER), note.s(ORDER)]),
            "chord": chord([note.s(ORDER), note.s(ORDER)], notes.s()),
        }[make]
        expected = {"task": 1, "chain": 2, "group": 2, "chord": 3}[make]
        with run_worker(app):
            runner.delay(made).get(timeout=5)
            until(lambda: len(seen) >= expected)
        assert seen[0] == ORDER
        assert len(seen) == expected

    def test_signature_deep_in_an_argument(self, app, published, echo, untyped):
        """Wherever it is."""
        untyped.delay({"steps": [echo.s(ORDER)], "more": (1, 2)})

        sent = published(app)[0][0][0]
        assert sent["steps"][0]["args"] == [WIRE]
        assert sent["more"] == [1, 2]

    def test_failure(self, app, run_worker, echo):
        """Of an untyped task is typed, with its fields."""

        def fail(value):
            raise Declined(order=ORDER, reason=value)

        failing = Celery.task(app, shared=False)(fail)
        with run_worker(app), pytest.raises(Declined) as caught:
            failing.delay("no").get(timeout=5)
        assert (caught.value.order, caught.value.reason) == (ORDER, "no")


class TestById:
    """`app.AsyncResult(id)`: typed if the result says whose it is, which it does on most backends."""

    def test_typed(self, app, run_worker, echo):
        """An object."""
        with run_worker(app):
            sent = echo.delay(ORDER)
            sent.get(timeout=5)
            assert app.AsyncResult(sent.id).get(timeout=5) == ORDER

    def test_untyped(self, app, run_worker, untyped):
        """What it is."""
        with run_worker(app):
            sent = untyped.delay(WIRE)
            sent.get(timeout=5, interval=0.01)
            assert app.AsyncResult(sent.id).get(timeout=5) == WIRE

    def test_wrong_result(self, app, echo):
        """Is a failure, as with the task's own."""
        app.backend.store_result("named-wrong", {"id": 1}, "SUCCESS")
        app.backend.set(
            app.backend.get_key_for_task("named-wrong"),
            app.backend.encode({**app.backend.get_task_meta("named-wrong"), "name": "shop.echo"}),
        )

        result = app.AsyncResult("named-wrong")
        result.backend._cache.clear()

        assert result.state == "FAILURE"

    def test_failure(self, app, run_worker):
        """Is rebuilt."""

        @typed_task(app=app)
        def fail() -> None:
            raise Declined(order=ORDER, reason="no")

        with run_worker(app):
            sent = fail.delay()
            sent.get(timeout=5, propagate=False)
            with pytest.raises(Declined):
                app.AsyncResult(sent.id).get(timeout=5)

    def test_children(self, app, run_worker, echo):
        """What a task has sent."""

        @typed_task(app=app)
        def outer(order: Order) -> None:
            echo.delay(order)
            group([echo.s(order)]).delay()

        with run_worker(app):
            sent = outer.delay(ORDER)
            sent.get(timeout=5)
            for result in (sent, app.AsyncResult(sent.id)):
                single, of_group = result.children
                assert single.get(timeout=5) == ORDER
                assert of_group.get(timeout=5) == [ORDER]

    @pytest.mark.parametrize(
        "known", ["child-id", ["child-id", None], ["child-id", [["parent-id", None], None]]], ids=str
    )
    def test_children_of_another_client(self, app, echo, known):
        """Of which a document has the id alone, or with that of a parent."""
        app.backend.store_result("outer-id", 1, "SUCCESS")
        key = app.backend.get_key_for_task("outer-id")
        meta = app.backend.decode(app.backend.get(key))
        app.backend.set(
            key, app.backend.encode({**meta, "children": [[known, None], [["group-id", None], [[known, None]]]]})
        )

        single, of_group = app.AsyncResult("outer-id").children

        assert (single.id, of_group.id, [each.id for each in of_group]) == ("child-id", "group-id", ["child-id"])
        assert [type(each).__name__ for each in (single, *of_group)] == ["NamedResult"] * 2
        assert (single.parent and single.parent.id) == ("parent-id" if len(known) == 2 and known[1] else None)

    def test_children_that_are_results(self, app):
        """Stay what they are: Celery's own way takes them, too."""
        result, child = app.AsyncResult("outer"), app.AsyncResult("child")

        meta = result._set_cache({"status": "SUCCESS", "result": 1, "children": [child]})

        assert meta["children"] == [child]

    def test_group_restored(self, app, run_worker, echo):
        """`GroupResult.restore` knows no tasks either."""
        with run_worker(app):
            sent = group([echo.s(ORDER), echo.s(ORDER)]).delay()
            sent.save()
            restored = GroupResult.restore(sent.id, app=app)
            assert restored.get(timeout=5) == [ORDER, ORDER]
            assert restored.join(timeout=5) == [ORDER, ORDER]
            assert [meta["result"] for _, meta in restored.iter_native(timeout=5)] == [ORDER, ORDER]

    def test_collect(self, app, run_worker, echo):
        """All that came of it."""

        @typed_task(app=app)
        def outer(order: Order) -> int:
            echo.delay(order)
            return 1

        with run_worker(app):
            sent = outer.delay(ORDER)
            assert [value for _, value in sent.collect(timeout=5)] == [1, ORDER]

    def test_pickled(self, app, run_worker, echo):
        """By its id, and its parent's."""
        app.set_current()
        with run_worker(app):
            sent = (echo.s(ORDER) | echo.s()).delay()
            sent.get(timeout=5)
            named = app.AsyncResult(sent.id, parent=app.AsyncResult(sent.parent.id))
            copied = through_pickle(named)
            assert (copied.get(timeout=5), copied.parent.get(timeout=5)) == (ORDER, ORDER)

    def test_copied(self, app, run_worker, echo):
        """Likewise."""
        with run_worker(app):
            sent = echo.delay(ORDER)
            sent.get(timeout=5)
            assert copy.copy(app.AsyncResult(sent.id)).get(timeout=5) == ORDER

    def test_is_of_celery(self, app):
        """`isinstance` and `repr` are those of Celery's own."""
        result = app.AsyncResult("x")

        assert isinstance(result, AsyncResult)
        assert not isinstance(result, TypedResult)
        assert repr(result) == "<AsyncResult: x>"

    def test_failure_of_nobody(self, app):
        """A class that is not here is a `RemoteError`."""
        app.backend.store_result("nobody", ValueError("x"), "FAILURE")
        key = app.backend.get_key_for_task("nobody")
        meta = app.backend.decode(app.backend.get(key))
        meta["result"]["typedtasks"]["type"] = "not.here:Error"
        app.backend.set(key, app.backend.encode(meta))

        with pytest.raises(RemoteError, match=r"not\.here\.Error: x"):
            app.AsyncResult("nobody").get(timeout=5)
