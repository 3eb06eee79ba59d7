"""Tasks that another program runs: `stub` makes of a name and a signature all that a sender needs."""

from __future__ import annotations

import asyncio
from typing import Any
from weakref import WeakSet

import celery._state
import pytest
from celery import Celery, chain, group
from celery.app import base as celery_base

from tests.unit.helpers import through_pickle
from tests.unit.records import Declined, Line, Order, Progress, Receipt
from typedtasks import (
    Failed,
    InvalidArguments,
    RemoteTask,
    TypedCelery,
    TypedTask,
    UnknownOption,
    UnsupportedType,
    install,
    stub,
    typed_task,
)

ORDER = Order("a", [Line("x", 2)])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}
NAME = "billing.charge"


def charge(order: Order, *, times: int = 1) -> Order:
    """What another program does."""


@pytest.fixture(autouse=True)
def no_others(monkeypatch):
    """A stub for every app is not seen by other tests, nor apps of others by this one."""
    shared: dict[str, Any] = {}
    monkeypatch.setattr(celery._state, "_apps", WeakSet())
    monkeypatch.setattr("typedtasks._encoder.SHARED_STUBS", shared)
    monkeypatch.setattr("typedtasks._stub.SHARED_STUBS", shared)


@pytest.fixture(params=[Celery, TypedCelery], ids=["plain", "typed"])
def app(request, make_app):
    """The app of the sender, which is Celery's own, or a typed one."""
    return make_app(request.param)


@pytest.fixture
def elsewhere(app, make_app):
    """The app of the program that runs the task, on the same queue."""
    other = make_app(task_default_queue=app.conf.task_default_queue, set_as_current=False)

    @other.task(name=NAME, bind=True, raises=Declined, progress=Progress)
    def run(self, order: Order, *, times: int = 1) -> Order:
        if times < 0:
            raise Declined(order=order, reason="negative")
        return Order(order.id, order.lines * times)

    return other


class TestSent:
    """As a task whose code is here."""

    def test_delay(self, app, elsewhere, run_worker):
        """Objects there and back."""
        remote = stub(NAME, charge, app=app)

        with run_worker(elsewhere):
            assert remote.delay(ORDER, times=2).get(timeout=5) == Order("a", ORDER.lines * 2)

    def test_wire(self, app, published):
        """Plain JSON data, by the task's name."""
        stub(NAME, charge, app=app).apply_async((ORDER,), {"times": 2})

        ((args, kwargs, headers),) = published(app)
        assert (args, kwargs, headers["task"]) == ([WIRE], {"times": 2}, NAME)

    def test_from_an_event_loop(self, app, elsewhere, run_worker):
        """With `adelay` and `aget`."""
        remote = stub(NAME, charge, app=app)

        async def main() -> Order:
            result = await remote.adelay(ORDER)
            return await result.aget(timeout=5, interval=0.005)

        with run_worker(elsewhere):
            assert asyncio.run(main()) == ORDER

    def test_declared_failure(self, app, elsewhere, run_worker):
        """`raises=` says what the other program raises."""
        remote = stub(NAME, charge, app=app, raises=Declined)

        with run_worker(elsewhere):
            outcome = remote.delay(ORDER, times=-1).outcome(timeout=5)
        assert isinstance(outcome, Failed)
        assert outcome.error.order == ORDER

    def test_progress(self, app):
        """`progress=` says what it tells."""
        result = stub(NAME, charge, app=app, progress=Progress).AsyncResult("stub-progress")
        app.backend.store_result(result.id, {"done": 1, "total": 2}, "PROGRESS")

        assert result.progress == Progress(1, 2)

    def test_result_by_id(self, app, elsewhere, run_worker):
        """Of a task that was sent before."""
        remote = stub(NAME, charge, app=app)

        with run_worker(elsewhere):
            sent = remote.delay(ORDER)
            sent.get(timeout=5)
            assert remote.AsyncResult(sent.id).get(timeout=5) == ORDER

    def test_options(self, app, published):
        """Those of the declaration, and of a call."""
        remote = stub(NAME, charge, app=app, queue="elsewhere")

        remote.delay(ORDER)
        assert published(app) == []
        remote.options(queue=app.conf.task_default_queue).delay(ORDER)
        assert len(published(app)) == 1

    @pytest.mark.parametrize("args", [(), (5,), (ORDER, 1)], ids=["missing", "type", "surplus"])
    def test_wrong_arguments(self, app, published, args):
        """Are told before anything is published."""
        with pytest.raises(InvalidArguments):
            stub(NAME, charge, app=app).delay(*args)
        assert published(app) == []

    def test_map(self, app, elsewhere, run_worker):
        """The other program calls it with each item."""
        remote = stub(NAME, charge, app=app)

        with run_worker(elsewhere):
            assert remote.map([ORDER]).delay().get(timeout=5) == [ORDER]


class TestInWorkflows:
    """Before, after and beside other tasks."""

    def test_chain(self, app, elsewhere, run_worker):
        """Both ways."""

        @typed_task(app=elsewhere, name="billing.count")
        def _count(order: Order) -> int:
            return len(order.lines)

        def count(order: Order) -> int: ...

        steps = stub(NAME, charge, app=app).s(ORDER, times=2) | stub("billing.count", count, app=app).s()
        with run_worker(elsewhere):
            result = steps.delay()
            assert result.get(timeout=5) == 2
            assert result.parent.get(timeout=5) == Order("a", ORDER.lines * 2)

    def test_objects_in_a_later_step(self, app, published):
        """Are made wire form when the chain is sent."""

        @typed_task(app=app)
        def first() -> Order: ...

        remote = stub(NAME, charge, app=app)
        (first.s() | remote.si(ORDER)).delay()

        with pytest.raises(InvalidArguments, match="times: expected int"):
            (first.s() | remote.s(times="x")).delay()
        assert len(published(app)) == 1

    def test_later_step_by_name(self, app, published):
        """A signature of that name knows the stub, too."""

        @typed_task(app=app)
        def first() -> Order: ...

        stub(NAME, charge, app=app)
        with pytest.raises(InvalidArguments, match="times: expected int"):
            (first.s() | app.signature(NAME, kwargs={"times": "x"})).delay()

    def test_group(self, app, elsewhere, run_worker):
        """Of several."""
        remote = stub(NAME, charge, app=app)

        with run_worker(elsewhere):
            assert group([remote.s(ORDER), remote.s(ORDER)]).delay().get(timeout=5) == [ORDER, ORDER]


class TestNotHere:
    """Its code is elsewhere."""

    @pytest.mark.parametrize(
        "call", [lambda task: task(ORDER), lambda task: task.apply((ORDER,)).get()], ids=["direct", "apply"]
    )
    def test_call(self, app, call):
        """A call of it here says so."""
        with pytest.raises(RemoteTask, match=r"billing\.charge: its code is in another program") as caught:
            call(stub(NAME, charge, app=app))
        assert caught.value.task == NAME

    def test_apply_beside_a_task_of_the_name(self, app):
        """That one is not run in its stead."""
        ran = []

        @typed_task(app=app, name=NAME)
        def here(order: Order, *, times: int = 1) -> Order:
            ran.append(order)
            return order

        with pytest.raises(RemoteTask):
            stub(NAME, charge, app=app).apply((ORDER,)).get()
        assert ran == []

    def test_always_eager(self, app):
        """Nor is it sent where everything runs here."""
        app.conf.task_always_eager = True

        with pytest.raises(RemoteTask):
            stub(NAME, charge, app=app).delay(ORDER).get()

    def test_call_from_an_event_loop(self, app):
        """As does `acall`."""
        with pytest.raises(RemoteTask):
            asyncio.run(stub(NAME, charge, app=app).acall(ORDER))

    def test_async_call(self, app):
        """Also of one that is an ``async def`` there."""

        async def fetch(url: str) -> bytes: ...

        with pytest.raises(RemoteTask):
            asyncio.run(stub("web.fetch", fetch, app=app).acall("x"))

    def test_not_registered(self, app):
        """A worker of this program does not run it."""
        remote = stub(NAME, charge, app=app)

        assert isinstance(remote, TypedTask)
        assert remote.name == NAME
        assert NAME not in app.tasks

    def test_task_of_the_name(self, app, published):
        """A task that the app has stays what it is, and the stub is another."""

        @typed_task(app=app, name=NAME)
        def here(order: Order, *, times: int = 1) -> Order:
            return order

        remote = stub(NAME, charge, app=app)

        assert app.tasks[NAME](ORDER) == ORDER
        with pytest.raises(RemoteTask):
            remote(ORDER)
        assert app.tasks[NAME](ORDER) == ORDER
        remote.delay(ORDER)
        assert len(published(app)) == 1


class TestApps:
    """Of one app, of every app."""

    def test_of_one(self, make_app, published):
        """The others do not have it."""
        first, second = make_app(), make_app()
        stub(NAME, charge, app=first)

        second.send_task(NAME, (WIRE, "whatever"))
        with pytest.raises(InvalidArguments):
            first.send_task(NAME, (WIRE, "whatever"))
        assert [len(published(first)), len(published(second))] == [0, 1]

    def test_of_every_app(self, make_app, published):
        """It is the current app's."""
        remote = stub(NAME, charge)
        first, second = make_app(), make_app(Celery)
        first.set_current()
        remote.delay(ORDER)
        second.set_current()
        remote.delay(ORDER)
        remote.delay(ORDER)

        assert [len(published(first)), len(published(second))] == [1, 2]

    def test_made_once(self, app):
        """For each app."""
        remote = stub(NAME, charge, app=app)

        assert remote._get_current_object() is remote._get_current_object()

    def test_two_of_one_name(self, app):
        """Two signatures are two stubs; by name the later one counts."""

        def other(order: Order) -> int: ...

        first, second = stub(NAME, charge, app=app), stub(NAME, other, app=app)

        assert (first.codec.signature.returns, second.codec.signature.returns) == (Order, int)
        with pytest.raises(InvalidArguments):
            (stub("x", other, app=app).s(ORDER) | app.signature(NAME, kwargs={"times": 1})).delay()

    def test_app_behind_a_proxy(self, make_app, published):
        """As `celery.current_app` is one."""
        app = make_app()
        app.set_current()

        stub(NAME, charge, app=celery.current_app).delay(ORDER)

        assert len(published(app)) == 1

    def test_in_a_fresh_interpreter(self, make_app, monkeypatch, published):
        """A pool process that was not forked works with an unpickled app: it is every app's there."""
        module_app, unpickled = make_app(), make_app()
        monkeypatch.setattr(celery_base, "USING_EXECV", True)

        remote = stub(NAME, charge, app=module_app)
        unpickled.set_current()
        remote.delay(ORDER)

        assert [len(published(module_app)), len(published(unpickled))] == [0, 1]

    def test_settings_of_the_app(self, make_app):
        """Hold for it as for any task."""
        app = make_app(forbid_extra_keys=True)

        codec = stub(NAME, charge, app=app).codec

        with pytest.raises(InvalidArguments, match="unexpected field"):
            codec.decode_arguments([{**WIRE, "new": 1}], {})


class TestByName:
    """An app with hooks knows it by its name."""

    @pytest.fixture(params=["installed", "typed"])
    def app(self, request, make_app):
        """Such an app."""
        if request.param == "typed":
            return make_app()
        app = make_app(Celery)
        install(app)
        return app

    @pytest.mark.parametrize("shared", [False, True])
    def test_send_task(self, app, elsewhere, run_worker, shared):
        """With objects; its result is typed."""
        app.set_current()
        stub(NAME, charge, **({} if shared else {"app": app}))

        with run_worker(elsewhere):
            assert app.send_task(NAME, (ORDER,), {"times": 1}).get(timeout=5) == ORDER

    @pytest.mark.parametrize("shared", [False, True])
    def test_pickled_result(self, app, elsewhere, run_worker, shared):
        """Is one of the stub in the other process, too."""
        app.set_current()
        remote = stub(NAME, charge, **({} if shared else {"app": app}))

        with run_worker(elsewhere):
            app.set_current()  # a worker in this process is another one's
            sent, mapped, here = remote.delay(ORDER), remote.map([ORDER]).delay(), app.AsyncResult
            assert through_pickle(sent).get(timeout=5) == ORDER
            assert through_pickle(mapped).get(timeout=5) == [ORDER]
            assert through_pickle(here(sent.id)).get(timeout=5) == ORDER


class TestDeclaration:
    """What can never work is told at once."""

    def test_option(self, app):
        """One that nobody knows."""
        with pytest.raises(UnknownOption):
            stub(NAME, charge, app=app, quue="x")

    def test_type(self, app):
        """One that cannot travel."""

        def lock(value: asyncio.Lock) -> None: ...

        with pytest.raises(UnsupportedType):
            stub(NAME, lock, app=app)

    def test_no_function(self, app):
        """A name alone."""
        with pytest.raises(TypeError):
            stub(NAME, 5, app=app)

    def test_in_a_chain_of_celery(self, app):
        """It is a task as any for Celery's own canvas."""
        remote = stub(NAME, charge, app=app)

        assert [step["task"] for step in chain(remote.s(ORDER), remote.s()).tasks] == [NAME, NAME]

    def test_receipt(self, app):
        """Its attributes are those of a typed task."""

        def pay(order: Order) -> Receipt: ...

        remote = stub("billing.pay", pay, app=app)

        assert [field.name for field in remote.Arguments.__attrs_attrs__] == ["order"]
        assert remote.__name__ == "pay"
