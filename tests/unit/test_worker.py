"""Tasks on a real worker, in a thread of this process, over Celery's in-memory broker."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import attrs
import pytest
from celery import Celery, Task
from celery.exceptions import Reject
from celery.exceptions import TimeoutError as CeleryTimeoutError
from celery.signals import task_prerun

from tests.unit.helpers import through_pickle
from tests.unit.records import Line, Order, Progress, Receipt
from typedtasks import (
    BoundTask,
    Crashed,
    InvalidArguments,
    InvalidProgress,
    InvalidResult,
    Ok,
    UndeclaredProgress,
    typed_task,
)

ORDER = Order("a", [Line("x", 2)])
ORDER_WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


@pytest.fixture
def seen():
    """What task bodies saw."""
    return []


class TestRun:
    """One task, there and back."""

    def test_arguments_and_result(self, app, run_worker, seen):
        """The body gets objects, and so does the caller."""

        @app.task
        def echo(order: Order) -> list[Order]:
            seen.append(order)
            return [order]

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == [ORDER]
        assert [ORDER] == seen

    def test_plain_celery_app(self, make_app, run_worker):
        """The same on an app that is Celery's own."""
        app = make_app(Celery)

        @typed_task(app=app)
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ORDER

    def test_sent_by_name(self, app, run_worker, send_from_elsewhere):
        """Any Celery client in any language can send the plain JSON."""

        @app.task(name="shop.echo")
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            result = send_from_elsewhere(app, "shop.echo", (ORDER_WIRE,))
            assert result.get(timeout=5, interval=0.01) == ORDER_WIRE
            assert echo.AsyncResult(result.id).get(timeout=5) == ORDER

    def test_objects_of_an_untyped_sender(self, app, run_worker, send_from_elsewhere):
        """Kombu sends a `Decimal` or a `UUID` of an untyped caller in an envelope of its own, and unpacks it."""

        @app.task(name="shop.total")
        def total(prices: list[Decimal], order: UUID) -> Decimal:
            return sum(prices, Decimal(0))

        with run_worker(app):
            result = send_from_elsewhere(app, "shop.total", ([Decimal("1.5"), Decimal(1)], uuid4()))
            assert total.AsyncResult(result.id).get(timeout=5) == Decimal("2.5")

    def test_field_of_a_newer_sender(self, app, run_worker, send_from_elsewhere):
        """Is ignored on the worker."""

        @app.task(name="shop.echo")
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            result = send_from_elsewhere(app, "shop.echo", ({**ORDER_WIRE, "new": 1},))
            assert echo.AsyncResult(result.id).get(timeout=5) == ORDER

    def test_async(self, app, run_worker):
        """An `async def` is run to its end."""

        @app.task
        async def fetch(url: str) -> bytes:
            await asyncio.sleep(0)
            return url.encode()

        with run_worker(app):
            assert fetch.delay("x").get(timeout=5) == b"x"

    def test_from_an_event_loop(self, app, run_worker):
        """`adelay` and `aget` leave the loop free."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        async def main() -> Order:
            result = await echo.adelay(ORDER)
            return await result.aget(timeout=5, interval=0.005)

        with run_worker(app):
            assert asyncio.run(main()) == ORDER

    def test_ignored_result(self, app, run_worker, seen):
        """Celery's own options keep working."""

        @app.task(ignore_result=True)
        def forget(order: Order) -> None:
            seen.append(order)

        @app.task
        def last() -> None: ...

        with run_worker(app):
            forget.delay(ORDER)
            last.delay().get(timeout=5)
        assert [ORDER] == seen


class TestBadPayload:
    """What does not fit is a stored failure; the body does not run and nothing is retried."""

    @pytest.mark.parametrize(
        ("args", "kwargs", "problems"),
        [
            (({"id": 1, "lines": []},), {}, ["$.order.id: expected str, got int 1"]),
            ((), {}, ["$.order: missing"]),
            ((ORDER_WIRE, 1), {"x": 2}, ["$: takes 1 positional arguments, got 2", "$.x: unexpected argument"]),
        ],
        ids=["type", "missing", "surplus"],
    )
    def test_stored(self, app, run_worker, send_from_elsewhere, seen, args, kwargs, problems):
        """Also with `autoretry_for=(Exception,)`."""

        @app.task(name="shop.charge", autoretry_for=(Exception,), retry_kwargs={"countdown": 0}, bind=True)
        def charge(self: BoundTask, order: Order) -> None:
            seen.append(order)

        with run_worker(app):
            sent = send_from_elsewhere(app, "shop.charge", args, kwargs)
            outcome = charge.AsyncResult(sent.id).outcome(timeout=5)

        assert isinstance(outcome, Crashed)
        assert isinstance(outcome.error, InvalidArguments)
        assert problems == [str(problem) for problem in outcome.error.problems]
        assert seen == []

    def test_not_published_again(self, app, run_worker, send_from_elsewhere, published):
        """The queue is empty after it."""

        @app.task(name="shop.charge", autoretry_for=(Exception,), retry_kwargs={"countdown": 0})
        def charge(order: Order) -> None: ...

        with run_worker(app):
            sent = send_from_elsewhere(app, "shop.charge", (5,))
            charge.AsyncResult(sent.id).get(timeout=5, propagate=False)

        assert published(app) == []

    def test_wrong_result(self, app, run_worker):
        """What is returned and is not of the declared type is a failure with the path."""

        @app.task
        def wrong() -> dict[str, Receipt]:
            return {"a": Receipt(ORDER, 1)}

        with run_worker(app), pytest.raises(InvalidResult) as caught:
            wrong.delay().get(timeout=5)

        assert str(caught.value) == "wrong() result: $['a'].total: expected Decimal, got int 1"

    def test_result_that_does_not_fit_the_caller(self, app, run_worker):
        """A worker with another declaration answers: the caller gets a typed failure, never a wrong value."""

        @app.task
        def count() -> int:
            return 1

        @app.task
        def name() -> str:
            return "x"

        with run_worker(app):
            result = count.AsyncResult(name.delay().id)
            assert isinstance(result.outcome(timeout=5), Crashed)
            with pytest.raises(InvalidResult, match=r"count\(\) result: \$: expected int, got str 'x'"):
                result.get(timeout=5)
            assert result.state == "FAILURE"


class TestRetry:
    """Retries keep their types."""

    def test_same_arguments(self, app, run_worker, seen):
        """`self.retry()` sends the request's own arguments again."""

        @app.task(bind=True, max_retries=1)
        def flaky(self: BoundTask, order: Order, *, times: int = 1) -> int:
            seen.append((order, times))
            if self.request.retries == 0:
                self.retry(countdown=0)
            return self.request.retries

        with run_worker(app):
            assert flaky.delay(ORDER, times=3).get(timeout=5) == 1
        assert [(ORDER, 3)] * 2 == seen

    def test_new_objects(self, app, run_worker, seen):
        """New arguments may hold objects."""
        other = Order("b", [])

        @app.task(bind=True, max_retries=1)
        def flaky(self: Any, order: Order, *, more: Order | None = None) -> None:
            seen.append((order, more))
            if self.request.retries == 0:
                self.retry(args=(other,), kwargs={"more": ORDER}, countdown=0)

        with run_worker(app):
            flaky.delay(ORDER).get(timeout=5)
        assert [(ORDER, None), (other, ORDER)] == seen

    def test_wrong_new_arguments(self, app, run_worker, seen):
        """A retry that could not run is a failure of the task that asks for it."""

        @app.task(bind=True, max_retries=1)
        def flaky(self: Any, order: Order) -> None:
            seen.append(order)
            self.retry(args=("no order",), countdown=0)

        with run_worker(app):
            error = flaky.delay(ORDER).outcome(timeout=5).error

        assert isinstance(error, InvalidArguments)
        assert [problem.path for problem in error.problems] == ["$.order"]
        assert [ORDER] == seen

    def test_that_cannot_be_sent(self, app, run_worker, seen):
        """Anything else that keeps a retry from being sent is Celery's to tell."""

        @app.task(bind=True, max_retries=1)
        def flaky(self: Any) -> None:
            try:
                self.retry(countdown=0, serializer="no such serializer")
            except Reject as exc:
                seen.append(type(exc.reason).__name__)

        with run_worker(app):
            flaky.delay().get(timeout=5)

        assert seen[0] in {"EncodeError", "SerializerNotInstalled"}

    def test_autoretry(self, app, run_worker, seen):
        """`autoretry_for` runs it again with equal arguments."""

        @app.task(autoretry_for=(LookupError,), retry_kwargs={"countdown": 0, "max_retries": 3})
        def flaky(order: Order) -> int:
            seen.append(order)
            if len(seen) < 3:
                raise LookupError
            return len(seen)

        with run_worker(app):
            assert flaky.delay(ORDER).get(timeout=5) == 3
        assert [ORDER] * 3 == seen

    def test_autoretry_of_async(self, app, run_worker, seen):
        """The same for an `async def`."""

        @app.task(autoretry_for=(LookupError,), retry_kwargs={"countdown": 0})
        async def flaky(order: Order) -> int:
            seen.append(order)
            if len(seen) < 2:
                raise LookupError
            return len(seen)

        with run_worker(app):
            assert flaky.delay(ORDER).get(timeout=5) == 2

    def test_no_private_headers(self, app, run_worker, seen):
        """A retry has the headers that a first try has."""

        @app.task(bind=True, max_retries=1)
        def flaky(self: Any) -> None:
            seen.append(set(self.request.headers or {}))
            if self.request.retries == 0:
                self.retry(countdown=0)

        with run_worker(app):
            flaky.delay().get(timeout=5)
        assert seen[0] == seen[1]

    def test_field_of_a_newer_sender_stays(self, app, run_worker, send_from_elsewhere):
        """A field that this worker does not know does not stop the retry."""

        @app.task(bind=True, name="shop.flaky", max_retries=1)
        def flaky(self: BoundTask, order: Order) -> int:
            if self.request.retries == 0:
                self.retry(countdown=0)
            return self.request.retries

        with run_worker(app):
            sent = send_from_elsewhere(app, "shop.flaky", ({**ORDER_WIRE, "new": 1},))
            assert sent.get(timeout=5, interval=0.01) == 1


class TestNestedCalls:
    """Only the tracer's own call is decoded."""

    def test_recursion(self, app, run_worker):
        """A task that calls itself is a function that calls itself."""

        @app.task
        def count(order: Order, depth: int) -> int:
            assert type(order) is Order
            return 0 if depth == 0 else 1 + count(order, depth - 1)

        with run_worker(app):
            assert count.delay(ORDER, 3).get(timeout=5) == 3

    def test_direct_call_of_another(self, app, run_worker, seen):
        """Another task called directly gets the very object."""

        @app.task
        def inner(order: Order) -> Order:
            seen.append(order)
            return order

        @app.task
        def outer(order: Order) -> bool:
            return inner(order) is order

        with run_worker(app):
            assert outer.delay(ORDER).get(timeout=5) is True

    def test_apply_inside(self, app, run_worker, seen):
        """`apply` inside of a worker goes through JSON like anywhere."""

        @app.task
        def inner(order: Order) -> Order:
            seen.append(order)
            return order

        @app.task
        def outer(order: Order) -> bool:
            return inner.apply((order,)).result == order and seen[0] is not order

        with run_worker(app):
            assert outer.delay(ORDER).get(timeout=5) is True

    def test_sending_inside(self, app, run_worker, seen):
        """A task sent by a task is checked, and a misspelt key of a wire form is not: it may be a newer sender's."""

        @app.task
        def inner(order: Order) -> None:
            seen.append(order)

        @app.task
        def outer(order: Order) -> list[str]:
            inner.delay(order)
            try:
                inner.delay("no order")
            except InvalidArguments as exc:
                return [problem.path for problem in exc.problems]
            return []

        @app.task
        def last() -> None: ...

        with run_worker(app):
            assert outer.delay(ORDER).get(timeout=5) == ["$.order"]
            last.delay().get(timeout=5)
        assert [ORDER] == seen

    def test_prerun_handler_that_calls_the_task(self, app, run_worker, seen):
        """With the very arguments of the request: a plain call, after which the worker's own is decoded."""

        @app.task
        def echo(order: Any) -> Any:
            seen.append(type(order))
            return order

        @app.task
        def typed(order: Order) -> Order:
            seen.append(type(order))
            return order

        def call(task, args, **_):
            task(*args)

        task_prerun.connect(call, sender=typed)
        try:
            with run_worker(app):
                assert typed.delay(ORDER).get(timeout=5) == ORDER
        finally:
            task_prerun.disconnect(call, sender=typed)
        assert [dict, Order] == seen

    @pytest.mark.parametrize("forged", [True, False])
    def test_forged_called_directly(self, app, run_worker, send_from_elsewhere, forged):
        """A header of that name changes nothing."""

        @app.task(name="shop.echo")
        def echo(order: Order) -> Order:
            assert type(order) is Order
            return order

        with run_worker(app):
            sent = send_from_elsewhere(app, "shop.echo", (ORDER_WIRE,), headers={"called_directly": forged})
            assert echo.AsyncResult(sent.id).get(timeout=5) == ORDER

    def test_before_start_of_the_base_class_runs(self, app, run_worker, seen):
        """Celery's hook is called once, before the body."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs):
                seen.append("before_start")

        @app.task(base=Base)
        def task() -> None:
            seen.append("body")

        with run_worker(app):
            task.delay().get(timeout=5)
        assert seen == ["before_start", "body"]


class TestProgress:
    """`self.progress()` and `result.progress`."""

    def test_typed(self, app, run_worker):
        """The caller reads what the body told, as a record; nothing once it has ended."""
        told, read = threading.Event(), threading.Event()

        @app.task(bind=True, progress=Progress)
        def walk(self: BoundTask[Progress], steps: int) -> str:
            self.progress(Progress(1, steps))
            told.set()
            read.wait(5)
            return "done"

        with run_worker(app):
            result = walk.delay(3)
            assert told.wait(5)
            assert (result.state, result.progress) == ("PROGRESS", Progress(1, 3))
            read.set()
            assert (result.get(timeout=5), result.progress) == ("done", None)

    def test_before_it_runs(self, app):
        """There is none."""

        @app.task(progress=Progress)
        def walk() -> None: ...

        assert walk.delay().progress is None

    def test_undeclared(self, app):
        """A task without `progress=` cannot tell any."""

        @app.task(bind=True)
        def walk(self: Any) -> None:
            self.progress(Progress(1, 2))

        with pytest.raises(UndeclaredProgress):
            walk.apply().get()

    def test_read_of_undeclared(self, app):
        """Nor can a caller read what another declaration told."""

        @app.task
        def walk() -> None: ...

        result = walk.AsyncResult("walk-undeclared")
        app.backend.store_result(result.id, {"done": 1, "total": 2}, "PROGRESS")

        with pytest.raises(UndeclaredProgress):
            _ = result.progress

    def test_of_another_type(self, app):
        """What is not of the declared type is an error in the body."""

        @app.task(bind=True, progress=Progress)
        def walk(self: Any) -> None:
            self.progress(Progress("1", 2))

        with pytest.raises(InvalidProgress, match=r"walk\(\) progress: \$\.done: expected int, got str '1'"):
            walk.apply().get()

    def test_read_of_another_type(self, app):
        """What the backend holds is checked too."""

        @app.task(progress=Progress)
        def walk() -> None: ...

        result = walk.AsyncResult("walk-other")
        app.backend.store_result(result.id, {"done": 1}, "PROGRESS")

        with pytest.raises(InvalidProgress, match=r"\$\.total: missing"):
            _ = result.progress


class TestResults:
    """What a caller does with a result."""

    @pytest.fixture
    def echo(self, app):
        """A task that gives back its order."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        return echo

    def test_two_of_one_id(self, make_app, app, run_worker, echo):
        """They do not disturb each other, nor an untyped one."""
        with run_worker(app):
            first = echo.delay(ORDER)
            assert first.get(timeout=5) == ORDER
            second = echo.AsyncResult(first.id)
            assert second.get(timeout=5) == ORDER
            assert first.get(timeout=5) == ORDER
            assert make_app(Celery).AsyncResult(first.id).get(timeout=5, interval=0.01) == ORDER_WIRE

    @pytest.mark.parametrize(
        "read",
        [
            lambda result: result.get(5),
            lambda result: result.get(5, True),
            lambda result: result.get(timeout=5, propagate=False),
            lambda result: result.get(timeout=5, interval=0.01),
            lambda result: result.get() and result.result,
            lambda result: result.get() and result.info,
            lambda result: result.outcome(timeout=5).value,
            lambda result: copy.copy(result).get(timeout=5),
            lambda result: through_pickle(result).get(timeout=5),
        ],
        ids=range(9),
    )
    def test_every_way_to_read(self, app, run_worker, echo, read):
        """All of them give the object."""
        with run_worker(app):
            assert read(echo.delay(ORDER)) == ORDER

    def test_then(self, app, run_worker, echo, seen):
        """Callbacks get a typed result."""
        with run_worker(app):
            result = echo.delay(ORDER)
            result.get(timeout=5, callback=lambda task_id, value: seen.append(value))
        assert [ORDER] == seen

    def test_outcome(self, app, run_worker, echo):
        """`Ok` with the object."""
        with run_worker(app):
            assert echo.delay(ORDER).outcome(timeout=5) == Ok(ORDER)

    def test_timeout(self, echo):
        """Celery's own error where the task does not end in time."""
        with pytest.raises(CeleryTimeoutError):
            echo.delay(ORDER).get(timeout=0.01)

    def test_timeout_of_aget(self, echo):
        """The same in an event loop."""
        with pytest.raises(CeleryTimeoutError):
            asyncio.run(echo.delay(ORDER).aget(timeout=0.01, interval=0.005))

    def test_no_timeout_of_aget(self, app, run_worker, echo):
        """Without one it waits for as long as it takes."""
        with run_worker(app):
            assert asyncio.run(echo.delay(ORDER).aget()) == ORDER

    def test_revoked(self, app, echo):
        """Is neither success nor declared failure."""
        result = echo.AsyncResult("revoked")
        app.backend.mark_as_revoked("revoked")

        assert isinstance(result.outcome(timeout=5), Crashed)

    def test_pickle_holds_no_password(self, make_app):
        """A pickled result names the task; Celery's holds the backend with its URL."""
        app = make_app(backend="cache+memory://user:hunter2@host/")

        @app.task
        def echo(order: Order) -> Order:
            return order

        result = echo.AsyncResult("id", parent=echo.AsyncResult("parent"))

        assert b"hunter2" in pickle.dumps(make_app(Celery, backend=app.conf.result_backend).AsyncResult("id"))
        assert b"hunter2" not in pickle.dumps(result)
        assert b"hunter2" not in pickle.dumps(app.AsyncResult("id"))

    def test_pickle_keeps_the_parent(self, echo):
        """And finds its task in the current app."""
        result = echo.AsyncResult("id", parent=echo.AsyncResult("parent"))

        copied = through_pickle(result)

        assert (type(copied), copied.id, copied.parent.id) == (type(result), "id", "parent")

    def test_eager_result_pickles(self, echo):
        """With its value."""
        copied = through_pickle(echo.apply((ORDER,)))

        assert (copied.get(), copied.state) == (ORDER, "SUCCESS")

    def test_eager_result_copies(self, echo):
        """With its value."""
        result = echo.apply((ORDER,))

        assert (copy.copy(result).get(), copy.copy(result).id) == (ORDER, result.id)

    def test_eager_result_has_no_progress(self, echo):
        """It has ended."""
        assert echo.apply((ORDER,)).progress is None


def test_class_that_only_the_worker_has(app, run_worker):
    """A local record is as good as any: nothing is looked up by name."""

    @attrs.define
    class Local:
        order: Order

    def task(value):
        return value

    task.__annotations__ |= {"value": Local, "return": Local}
    typed = app.task(task)

    with run_worker(app):
        assert typed.delay(Local(ORDER)).get(timeout=5) == Local(ORDER)
