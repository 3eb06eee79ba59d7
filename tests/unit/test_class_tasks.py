"""Celery 6: a class of tasks with a ``run`` of its own becomes a typed task, by the same decorator."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import pytest
from celery import Celery, Task

from tests.unit.records import Line, Order
from typedtasks import BoundTask, InvalidArguments, TypedCelery, TypedTask, UnknownOption, UnsupportedType, typed_task

ORDER = Order("a", [Line("x", 2)])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


@pytest.fixture(params=[Celery, TypedCelery], ids=["plain", "typed"])
def app(request, make_app):
    """Celery's own app, and a typed one."""
    return make_app(request.param)


class TestDeclared:
    """What the name stands for is the task."""

    def test_run(self, app, run_worker):
        """Its `run` is the function: with objects, there and back."""

        @typed_task(app=app)
        class Echo(Task):
            """Says it again."""

            def run(self, order: Order) -> Order:
                assert type(order) is Order
                return order

        with run_worker(app):
            assert Echo.delay(ORDER).get(timeout=5) == ORDER
        assert isinstance(Echo, TypedTask)
        assert Echo(ORDER) is ORDER

    def test_decorator_of_the_app(self, make_app):
        """`@app.task` of a typed app does the same."""
        app = make_app()

        @app.task
        class Echo(Task):
            def run(self, order: Order) -> Order:
                return order

        assert Echo.apply((ORDER,)).get() == ORDER

    def test_self(self, app):
        """Is the task, whose request is that of the call."""

        @typed_task(app=app)
        class Who(Task):
            def run(self) -> list[Any]:
                return [self.name, self.request.id, self.limit]

            limit = 3

        result = Who.apply(task_id="class-who")
        assert result.get() == [Who.name, "class-who", 3]

    def test_other_methods(self, app):
        """Are there, and its attributes, in `run` and outside."""

        @typed_task(app=app)
        class Double(Task):
            factor = 2

            def times(self, value: int) -> int:
                return value * self.factor

            def run(self, value: int) -> int:
                return self.times(value)

        assert Double.apply((4,)).get() == 8
        assert Double.times(5) == 10

    def test_defaults_and_keywords(self, app):
        """Of its parameters."""

        @typed_task(app=app)
        class Join(Task):
            def run(self, first: Order, *more: Order, sep: str = "-", **named: int) -> str:
                return sep.join([first.id, *(each.id for each in more), *map(str, named.values())])

        assert Join.apply((ORDER, ORDER)).get() == "a-a"
        assert Join.apply((ORDER,), {"sep": "+", "x": 1}).get() == "a+1"

    def test_name(self, app):
        """By itself, module and class; else that of the class, else that of the decorator."""

        @typed_task(app=app)
        class Plain(Task):
            def run(self) -> None: ...

        @typed_task(app=app)
        class Named(Task):
            name = "shop.named"

            def run(self) -> None: ...

        @typed_task(app=app, name="shop.other")
        class Renamed(Task):
            name = "shop.renamed"

            def run(self) -> None: ...

        assert Plain.name == f"{__name__}.Plain"
        assert (Named.name, Renamed.name) == ("shop.named", "shop.other")
        assert {Plain.name, "shop.named", "shop.other"} <= set(app.tasks)

    def test_doc(self, app):
        """Is the class's."""

        @typed_task(app=app)
        class Echo(Task):
            """Says it again."""

            def run(self) -> None: ...

        assert (Echo.__doc__, Echo.__name__) == ("Says it again.", "Echo")

    def test_options(self, app):
        """Of the class and of the decorator."""

        @typed_task(app=app, max_retries=1)
        class Slow(Task):
            acks_late = True
            max_retries = 7

            def run(self) -> None: ...

        assert (Slow.acks_late, Slow.max_retries) == (True, 1)

    def test_attribute_of_the_class(self, app):
        """May be an option of the decorator."""

        @typed_task(app=app, tenant="mine")
        class Tenant(Task):
            tenant = "none"

            def run(self) -> str:
                return self.tenant

        assert Tenant.apply().get() == "mine"

    def test_generic_bound_task(self, app):
        """`BoundTask` may be among its bases, for the type of `self.progress`."""

        @typed_task(app=app)
        class Walk(Task, BoundTask[Any]):
            def run(self) -> str:
                return self.name

        assert Walk.apply().get() == Walk.name

    def test_inherited_run(self, app):
        """A `run` of a base class is one of its own."""

        class Base(Task):
            abstract = True

            def run(self, order: Order) -> Order:
                return self.change(order)

        @typed_task(app=app)
        class Reverse(Base):
            def change(self, order: Order) -> Order:
                return Order(order.id[::-1], [])

        assert Reverse.apply((Order("ab", []),)).get() == Order("ba", [])

    def test_decorated_run(self, app):
        """The parameters are those of what is decorated."""

        def logged(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return function(*args, **kwargs)

            return wrapper

        @typed_task(app=app)
        class Echo(Task):
            @logged
            def run(self, order: Order) -> Order:
                assert self.name == Echo.name
                return order

        assert Echo.apply((ORDER,)).get() == ORDER

    def test_super(self, app):
        """`super()` in `run` works."""

        class Base(Task):
            abstract = True

            def run(self, value: int) -> int:
                return value + 1

        @typed_task(app=app)
        class Twice(Base):
            def run(self, value: int) -> int:
                return super().run(value) * 2

        assert Twice.apply((1,)).get() == 4

    def test_shared(self, make_app):
        """Without an app it is every app's."""

        @typed_task
        class Echo(Task):
            def run(self, order: Order) -> Order:
                return order

        first, second = make_app(), make_app(Celery)

        assert first.tasks[Echo.name] is not second.tasks[Echo.name]
        assert Echo.apply((ORDER,)).get() == ORDER

    def test_bind_said(self, app):
        """It is bound, whether the decorator says so or not."""

        @typed_task(app=app, bind=True)
        class Echo(Task):
            def run(self, order: Order) -> Order:
                return order

        assert Echo.apply((ORDER,)).get() == ORDER

    def test_wrong_arguments(self, app):
        """Are told by the class's name."""

        @typed_task(app=app)
        class Charge(Task):
            def run(self, order: Order) -> None: ...

        with pytest.raises(InvalidArguments, match=r"^Charge\(\): \$\.order: expected Order, got int 5$"):
            Charge.delay(5)


class TestRun:
    """On a worker, and here."""

    def test_own_call(self, app, run_worker):
        """Its `__call__` is around the body."""
        seen = []

        @typed_task(app=app)
        class Echo(Task):
            def __call__(self, *args, **kwargs):
                seen.append(type(args[0]))
                return super().__call__(*args, **kwargs)

            def run(self, order: Order) -> Order:
                seen.append("run")
                return order

        with run_worker(app):
            assert Echo.delay(ORDER).get(timeout=5) == ORDER
        assert seen == [Order, "run"]

    def test_own_hooks(self, app, run_worker):
        """Celery 18: get objects."""
        seen = []

        @typed_task(app=app)
        class Echo(Task):
            def before_start(self, task_id, args, kwargs):
                seen.append(("before", args, kwargs))

            def on_success(self, retval, task_id, args, kwargs):
                seen.append(("success", retval, args, kwargs))

            def after_return(self, status, retval, task_id, args, kwargs, einfo):
                seen.append((status, retval, args, kwargs))

            def run(self, order: Order, *, times: int = 1) -> Order:
                return order

        with run_worker(app):
            Echo.delay(ORDER, times=2).get(timeout=5)
            Echo.delay(ORDER).get(timeout=5)
        assert seen[:3] == [
            ("before", [ORDER], {"times": 2}),
            ("success", ORDER, [ORDER], {"times": 2}),
            ("SUCCESS", ORDER, [ORDER], {"times": 2}),
        ]

    def test_autoretry(self, app, run_worker):
        """As an attribute of the class, which Celery reads there."""
        seen = []

        @typed_task(app=app)
        class Flaky(Task):
            autoretry_for = (LookupError,)
            retry_kwargs = {"countdown": 0, "max_retries": 2}  # noqa: RUF012 - as Celery's users write it

            def run(self, order: Order) -> int:
                seen.append(order)
                if len(seen) < 3:
                    raise LookupError
                return len(seen)

        with run_worker(app):
            assert Flaky.delay(ORDER).get(timeout=5) == 3
        assert [ORDER] * 3 == seen

    def test_retry(self, app, run_worker):
        """By itself."""

        @typed_task(app=app)
        class Flaky(Task):
            max_retries = 1

            def run(self, order: Order) -> int:
                if not self.request.retries:
                    raise self.retry(countdown=0)
                return self.request.retries

        with run_worker(app):
            assert Flaky.delay(ORDER).get(timeout=5) == 1

    def test_async(self, app, run_worker):
        """An `async def run` is run to its end."""

        @typed_task(app=app)
        class Fetch(Task):
            async def run(self, url: str) -> bytes:
                await asyncio.sleep(0)
                return f"{self.name}:{url}".encode()

        with run_worker(app):
            assert Fetch.delay("x").get(timeout=5).endswith(b"Fetch:x")
        assert asyncio.run(Fetch.acall("y")).endswith(b"Fetch:y")

    def test_map(self, app, run_worker):
        """With each item."""

        @typed_task(app=app)
        class Echo(Task):
            def run(self, order: Order) -> Order:
                return order

        with run_worker(app):
            assert Echo.map([ORDER]).delay().get(timeout=5) == [ORDER]


class TestWrong:
    """What can never work is told at once."""

    @pytest.mark.parametrize(
        "cls",
        [
            type("NoTask", (), {"run": lambda self: None}),
            type("NoRun", (Task,), {}),
            type("NoFunction", (Task,), {"run": 5}),
            type("Static", (Task,), {"run": staticmethod(print)}),
            Order,
            int,
        ],
        ids=lambda cls: cls.__name__,
    )
    def test_class(self, app, cls):
        """Of another kind."""
        with pytest.raises(TypeError, match=r"@typed_task takes a class of celery\.Task with a run\(self, \.\.\.\)"):
            typed_task(app=app)(cls)

    def test_type(self, app):
        """A type that cannot travel."""
        with pytest.raises(UnsupportedType, match="value"):

            @typed_task(app=app)
            class Lock(Task):
                def run(self, value: asyncio.Lock) -> None: ...

    def test_option(self, app):
        """One that nobody knows."""
        with pytest.raises(UnknownOption):

            @typed_task(app=app, quue="x")
            class Slow(Task):
                def run(self) -> None: ...
