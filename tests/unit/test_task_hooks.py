"""Celery 18: the hooks of a task class get objects, wherever they were defined, and the user's own calls stay as is."""

from __future__ import annotations

from typing import Any

import pytest
from celery import Celery, Task

from tests.unit.records import Declined, Line, Order
from typedtasks import Crashed, InvalidArguments, TypedCelery, TypedTask, typed_task

ORDER = Order("a", [Line("x", 2)])
OTHER = Order("b", [])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


@pytest.fixture(params=[Celery, TypedCelery], ids=["plain", "typed"])
def app(request, make_app):
    """Celery's own app, and a typed one."""
    return make_app(request.param)


@pytest.fixture
def seen():
    """What hooks saw."""
    return []


@pytest.fixture
def hooks(seen):
    """All of them, by name, each noting what it gets."""

    def before_start(self, task_id, args, kwargs):
        seen.append(("before_start", args, kwargs))

    def on_success(self, retval, task_id, args, kwargs):
        seen.append(("on_success", retval, args, kwargs))

    def on_failure(self, exc, task_id, args, kwargs, einfo):
        seen.append(("on_failure", type(exc), args, kwargs))

    def on_retry(self, exc, task_id, args, kwargs, einfo):
        seen.append(("on_retry", type(exc), args, kwargs))

    def after_return(self, status, retval, task_id, args, kwargs, einfo):
        seen.append(("after_return", status, retval, args, kwargs))

    functions = (before_start, on_success, on_failure, on_retry, after_return)
    return {function.__name__: function for function in functions}


def of_base(app, hooks):
    return {"base": type("Base", (Task,), {**hooks, "abstract": True})}


def of_options(app, hooks):
    """Options of the decorator are attributes of the task's class, where a function becomes a method."""
    return dict(hooks)


def of_app(app, hooks):
    app.Task = type("AppTask", (app.Task,), {**hooks, "abstract": True})
    return {}


def of_typed_subclass(app, hooks):
    return {"base": type("Own", (TypedTask, Task), {**hooks, "abstract": True})}


EVERYWHERE = pytest.mark.parametrize("where", [of_base, of_options, of_app, of_typed_subclass])


class TestObjects:
    """Each hook gets what the body got and gave."""

    @EVERYWHERE
    def test_success(self, app, run_worker, seen, hooks, where):
        """Arguments and result."""

        @typed_task(app=app, **where(app, hooks))
        def echo(order: Order, *, times: int = 1) -> Order:
            return OTHER

        with run_worker(app):
            assert echo.delay(ORDER, times=2).get(timeout=5) == OTHER
            echo.delay(ORDER).get(timeout=5)
        assert seen[:3] == [
            ("before_start", [ORDER], {"times": 2}),
            ("on_success", OTHER, [ORDER], {"times": 2}),
            ("after_return", "SUCCESS", OTHER, [ORDER], {"times": 2}),
        ]

    @EVERYWHERE
    def test_failure(self, app, run_worker, seen, hooks, where):
        """Arguments, and the exception."""

        @typed_task(app=app, raises=Declined, **where(app, hooks))
        def fail(order: Order, *, times: int = 1) -> Order:
            raise Declined(order=order, reason="no")

        with run_worker(app):
            for _ in range(2):
                fail.delay(ORDER, times=2).get(timeout=5, propagate=False)
        before, failed, after = seen[:3]
        assert before == ("before_start", [ORDER], {"times": 2})
        assert failed == ("on_failure", Declined, [ORDER], {"times": 2})
        assert (after[:2], after[3:]) == (("after_return", "FAILURE"), ([ORDER], {"times": 2}))
        assert after[2].order == ORDER

    @EVERYWHERE
    def test_retry(self, app, run_worker, seen, hooks, where):
        """The same; Celery calls `after_return` of what has ended only."""

        @typed_task(app=app, bind=True, max_retries=1, **where(app, hooks))
        def flaky(self: Any, order: Order, *, times: int = 1) -> int:
            if not self.request.retries:
                raise self.retry(countdown=0)
            return self.request.retries

        with run_worker(app):
            assert flaky.delay(ORDER, times=2).get(timeout=5) == 1
        assert seen[0] == ("before_start", [ORDER], {"times": 2})
        (retried,) = [each for each in seen if each[0] == "on_retry"]
        assert retried[2:] == ([ORDER], {"times": 2})
        assert [each[0] for each in seen[:4]] == ["before_start", "on_retry", "before_start", "on_success"]

    def test_annotations(self, app, run_worker, seen):
        """`task_annotations` sets attributes of the task, where a function is called without it."""
        app.conf.task_annotations = {"*": {"on_success": lambda self, *given: seen.append(given)}}

        @typed_task(app=app)
        def echo(order: Order) -> Order:
            return OTHER

        with run_worker(app):
            echo.delay(ORDER).get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
        (retval, _, args, _) = seen[0]
        assert (retval, args) == (OTHER, [ORDER])

    def test_one_object(self, app, run_worker, seen):
        """They are those that the body got: what it changes in them the hooks see."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs):
                seen.append(args[0])

            def on_success(self, retval, task_id, args, kwargs):
                seen.append(args[0])

        @typed_task(app=app, base=Base)
        def change(order: Order) -> None:
            seen.append(order)

        with run_worker(app):
            change.delay(ORDER).get(timeout=5)
            change.delay(ORDER).get(timeout=5)
        assert seen[0] is seen[1] is seen[2]

    def test_defaults(self, app, run_worker, seen, hooks):
        """The arguments are those that the body is called with."""

        @typed_task(app=app, before_start=hooks["before_start"])
        def echo(order: Order, times: int = 1) -> list[Any]:
            return [order.id, times]

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ["a", 1]
        assert seen == [("before_start", [ORDER, 1], {})]

    def test_eager(self, app, seen, hooks):
        """Here, too."""

        @typed_task(app=app, **hooks)
        def echo(order: Order) -> Order:
            return OTHER

        assert echo.apply((ORDER,)).get() == OTHER
        assert seen == [
            ("before_start", [ORDER], {}),
            ("on_success", OTHER, [ORDER], {}),
            ("after_return", "SUCCESS", OTHER, [ORDER], {}),
        ]

    def test_none(self, app, run_worker, seen, hooks):
        """A result that is nothing is nothing."""

        @typed_task(app=app, on_success=hooks["on_success"])
        def nothing(order: Order) -> None: ...

        with run_worker(app):
            nothing.delay(ORDER).get(timeout=5)
            nothing.delay(ORDER).get(timeout=5)
        assert seen[0] == ("on_success", None, [ORDER], {})

    def test_super(self, app, run_worker, seen):
        """A hook that calls the one of its base class passes objects on."""

        class First(Task):
            def on_success(self, retval, task_id, args, kwargs):
                seen.append(("first", retval, args))

        class Second(First):
            def on_success(self, retval, task_id, args, kwargs):
                seen.append(("second", retval, args))
                super().on_success(retval, task_id, args, kwargs)

        @typed_task(app=app, base=Second)
        def echo(order: Order) -> Order:
            return OTHER

        with run_worker(app):
            echo.delay(ORDER).get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
        assert seen[:2] == [("second", OTHER, [ORDER]), ("first", OTHER, [ORDER])]


class TestOwnCalls:
    """What is no call of the tracer's is none of ours."""

    def test_hook_called_by_the_body(self, app, run_worker, seen, hooks):
        """With what the body passes."""

        @typed_task(app=app, bind=True, on_success=hooks["on_success"])
        def echo(self: Any, order: Order) -> Order:
            self.on_success("mine", "id", ["a"], {"b": 1})
            return order

        with run_worker(app):
            echo.delay(ORDER).get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
        assert seen[:2] == [("on_success", "mine", ["a"], {"b": 1}), ("on_success", ORDER, [ORDER], {})]

    def test_hook_called_by_name(self, app, run_worker, seen, hooks):
        """With keyword arguments, as its own signature has it."""

        @typed_task(app=app, bind=True, on_success=hooks["on_success"])
        def echo(self: Any, order: Order) -> Order:
            self.on_success("mine", task_id="id", args=["a"], kwargs={"b": 1})
            return order

        assert echo.apply((ORDER,)).get() == ORDER
        assert seen == [("on_success", "mine", ["a"], {"b": 1}), ("on_success", ORDER, [ORDER], {})]

    def test_hook_called_by_another(self, app, seen, hooks):
        """After the body, too, a user's own call is as it is."""

        def after_return(self, *given):
            self.on_success("mine", "id", ["a"], {"b": 1})

        @typed_task(app=app, on_success=hooks["on_success"], after_return=after_return)
        def echo(order: Order) -> Order:
            return order

        assert echo.apply((ORDER,)).get() == ORDER
        assert seen == [("on_success", ORDER, [ORDER], {}), ("on_success", "mine", ["a"], {"b": 1})]

    def test_before_start_called_by_the_body(self, app, run_worker, seen, hooks):
        """With what the body passes, which are objects."""

        @typed_task(app=app, bind=True, before_start=hooks["before_start"])
        def echo(self: Any, order: Order) -> Order:
            self.before_start("id", [OTHER], {})
            return order

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ORDER
        assert seen == [("before_start", [ORDER], {}), ("before_start", [OTHER], {})]

    def test_before_start_called_before_a_call(self, app, run_worker):
        """It makes no plain call one of the tracer's."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs): ...

        @typed_task(app=app, bind=True, base=Base)
        def echo(self: Any, order: Order, depth: int) -> Order:
            if depth:
                self.before_start("id", [OTHER, 0], {})
                assert self(order, 0) is order
            return order

        with run_worker(app):
            assert echo.delay(ORDER, 1).get(timeout=5) == ORDER

    def test_before_start_called_outside(self, app, seen, hooks):
        """Likewise."""

        @typed_task(app=app, before_start=hooks["before_start"])
        def echo(order: Order) -> Order: ...

        echo.before_start("id", [OTHER], {})

        assert seen == [("before_start", [OTHER], {})]

    def test_hook_called_outside(self, app, seen, hooks):
        """Likewise."""

        @typed_task(app=app, on_success=hooks["on_success"])
        def echo(order: Order) -> Order: ...

        echo.on_success("mine", "id", ["a"], {"b": 1})

        assert seen == [("on_success", "mine", ["a"], {"b": 1})]

    def test_before_start_that_calls_the_task(self, app, run_worker, seen):
        """A plain call with objects, after which the tracer's own is decoded."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs):
                seen.append(self(*args, **kwargs))

        @typed_task(app=app, base=Base)
        def echo(order: Order) -> Order:
            seen.append(order)
            return order

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ORDER
        assert seen == [ORDER, ORDER, ORDER]

    def test_before_start_that_raises(self, app, run_worker, seen):
        """Is the task's failure, with its fields; the body does not run."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs):
                raise Declined(order=args[0], reason="closed")

            def on_failure(self, exc, task_id, args, kwargs, einfo):
                seen.append((type(exc), args))

        @typed_task(app=app, base=Base, raises=Declined)
        def echo(order: Order) -> Order:
            seen.append("ran")
            return order

        with run_worker(app):
            error = echo.delay(ORDER).outcome(timeout=5).error
            echo.delay(ORDER).outcome(timeout=5)
        assert (error.order, error.reason) == (ORDER, "closed")
        assert seen[0] == (Declined, [ORDER])
        assert "ran" not in seen

    def test_before_start_that_raises_eagerly(self, app):
        """Here, too."""

        class Base(Task):
            def before_start(self, task_id, args, kwargs):
                raise Declined(order=args[0], reason="closed")

        @typed_task(app=app, base=Base, raises=Declined)
        def echo(order: Order) -> Order: ...

        assert echo.apply((ORDER,)).outcome().error.order == ORDER

    def test_hook_that_sends(self, app, run_worker, published, seen):
        """Objects, checked as anywhere."""

        class Base(Task):
            def on_success(self, retval, task_id, args, kwargs):
                seen.append(other.delay(retval).get)

        @typed_task(app=app)
        def other(order: Order) -> Order:
            return order

        @typed_task(app=app, base=Base)
        def echo(order: Order) -> Order:
            return OTHER

        with run_worker(app):
            echo.delay(ORDER).get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
            assert seen[0](timeout=5, disable_sync_subtasks=False) == OTHER


class TestUndecodable:
    """Arguments that do not fit have no objects: the hooks get what was sent."""

    def test_on_failure(self, app, run_worker, send_from_elsewhere, seen, hooks):
        """In wire form, with the failure that says what is wrong; `before_start` is not called."""

        @typed_task(app=app, name="shop.echo", **hooks)
        def echo(order: Order) -> Order: ...

        with run_worker(app):
            for _ in range(2):
                sent = send_from_elsewhere(app, "shop.echo", ({"id": 1, "lines": []},))
                outcome = echo.AsyncResult(sent.id).outcome(timeout=5)
        assert isinstance(outcome, Crashed)
        assert isinstance(outcome.error, InvalidArguments)
        assert seen[0] == ("on_failure", InvalidArguments, [{"id": 1, "lines": []}], {})
        assert {each[0] for each in seen} == {"on_failure", "after_return"}

    def test_wrong_result(self, app, run_worker, seen, hooks):
        """The arguments are objects, the failure says what is wrong."""

        @typed_task(app=app, on_failure=hooks["on_failure"])
        def wrong(order: Order) -> int:
            return order

        with run_worker(app):
            for _ in range(2):
                wrong.delay(ORDER).outcome(timeout=5)
        assert seen[0][2:] == ([ORDER], {})


def test_default_hooks_are_not_wrapped(app):
    """A class that defines none is asked nothing."""

    @typed_task(app=app)
    def echo(order: Order) -> Order: ...

    assert echo.on_success.__func__ is Task.on_success


@pytest.mark.filterwarnings("ignore:Exception raised outside body")
@pytest.mark.parametrize("hook", ["on_success", "on_failure", "after_return"])
def test_hook_that_raises(app, run_worker, hook):
    """Celery warns of what is raised outside of the body, and the worker goes on."""

    def fail(self, *given):
        raise Declined(order=ORDER, reason=hook)

    @typed_task(app=app, **{hook: fail})
    def bad(value: int) -> int:
        return 1 // value

    @typed_task(app=app)
    def good() -> int:
        return 1

    with run_worker(app):
        result = bad.delay(int(hook != "on_failure"))
        assert good.delay().get(timeout=5) == 1
        assert result.ready()
