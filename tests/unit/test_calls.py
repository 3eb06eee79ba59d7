"""Calling and sending a task: what the body sees, what is published, and what is refused before."""

from __future__ import annotations

import asyncio
import functools
from decimal import Decimal
from typing import Any

import attrs
import pytest
from celery import Celery, Task
from celery.exceptions import Ignore, Retry

from tests.unit.records import Currency, Line, Order, Receipt
from typedtasks import (
    BoundTask,
    ConfiguredTask,
    InvalidArguments,
    InvalidResult,
    RunningEventLoop,
    TypedTask,
    UnknownOption,
    typed_task,
)

ORDER = Order("a", [Line("x", 2)])
ORDER_WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}


@pytest.fixture
def echo(app):
    """A task that gives back its order, and keeps what it saw."""
    seen: list[Any] = []

    @app.task
    def echo(order: Order, *, currency: Currency = Currency.EUR) -> Order:
        seen.append((order, currency))
        return order

    echo.seen = seen
    return echo


class TestDirect:
    """A direct call is a plain call."""

    def test_same_object(self, echo):
        """The very object goes in and comes out."""
        assert echo(ORDER) is ORDER
        assert echo.seen[0][0] is ORDER

    def test_nothing_is_checked(self, echo):
        """As Python does not."""
        assert echo("no order") == "no order"

    def test_bound(self, app):
        """With `bind=True` the body gets the task."""

        @app.task(bind=True)
        def name(self: BoundTask) -> str:
            return self.name

        assert name() == name.name

    def test_async(self, app):
        """An `async def` is run to its end."""

        @app.task
        async def fetch(url: str) -> bytes:
            await asyncio.sleep(0)
            return url.encode()

        assert fetch("x") == b"x"

    def test_async_in_an_event_loop(self, app):
        """It cannot block the loop that runs; the error says what to write."""

        @app.task
        async def fetch() -> None: ...

        async def main() -> None:
            fetch()

        with pytest.raises(RunningEventLoop, match=r"await fetch\.acall"):
            asyncio.run(main())

    def test_acall(self, app):
        """`acall` awaits an `async def` in the running loop."""
        loops: list[Any] = []

        @app.task
        async def fetch(url: str) -> bytes:
            loops.append(asyncio.get_running_loop())
            return url.encode()

        async def main() -> bytes:
            loops.append(asyncio.get_running_loop())
            return await fetch.acall("x")

        assert asyncio.run(main()) == b"x"
        assert loops[0] is loops[1]

    def test_acall_bound(self, app):
        """A bound `async def` gets the task."""

        @app.task(bind=True)
        async def name(self: BoundTask, suffix: str) -> str:
            return self.name + suffix

        assert asyncio.run(name.acall("!")) == f"{name.name}!"

    def test_acall_of_a_plain_function(self, echo):
        """One that is not async runs in a thread."""
        assert asyncio.run(echo.acall(ORDER)) is ORDER

    def test_autoretry_of_a_direct_call(self, app):
        """It raises what the function raises."""

        @app.task(autoretry_for=(Exception,))
        def fail() -> None:
            raise LookupError("x")

        with pytest.raises(LookupError):
            fail()


@pytest.fixture(params=["apply", "always_eager"])
def run(request, app):
    """Both ways to run a task in this process as a worker would."""
    if request.param == "apply":
        return lambda task, *args, **kwargs: task.apply(args, kwargs)
    app.conf.task_always_eager = True
    return lambda task, *args, **kwargs: task.delay(*args, **kwargs)


class TestEager:
    """In this process, through JSON, as in production."""

    def test_fresh_copy(self, echo, run):
        """The body sees a copy of the same types, and the caller gets a copy of what it returned."""
        result = run(echo, ORDER, currency=Currency.USD).get()

        assert [(ORDER, Currency.USD)] == echo.seen
        assert echo.seen[0][0] is not ORDER
        assert (result, result is not echo.seen[0][0]) == (ORDER, True)

    def test_state_of_the_body_is_not_shared(self, app, run):
        """What the body does to its arguments stays there."""

        @app.task
        def change(order: Order) -> None:
            order.lines.clear()

        order = Order("a", [Line("x", 1)])
        run(change, order)

        assert len(order.lines) == 1

    def test_invalid_arguments(self, echo, run):
        """They are refused as `delay` would, and the body does not run."""
        with pytest.raises(InvalidArguments):
            run(echo, Order("a", "lines"))

        assert echo.seen == []

    def test_invalid_result(self, app, run):
        """A result of another type is a failure that names the path."""

        @app.task
        def wrong() -> Receipt:
            return Receipt(ORDER, 1.5)

        result = run(wrong)

        assert result.state == "FAILURE"
        with pytest.raises(InvalidResult) as caught:
            result.get()
        assert str(caught.value) == "wrong() result: $.total: expected Decimal, got float 1.5"

    def test_missing_result(self, app, run):
        """A function that forgets to return is caught too."""

        @app.task
        def forgets() -> Order: ...

        with pytest.raises(InvalidResult, match=r"\$: expected Order, got None"):
            run(forgets).get()

    def test_async(self, app, run):
        """An `async def` is run to its end."""

        @app.task
        async def fetch(url: str) -> bytes:
            await asyncio.sleep(0)
            return url.encode()

        assert run(fetch, "x").get() == b"x"

    def test_retry(self, app, run):
        """`self.retry()` runs it again with equal arguments."""
        seen: list[Any] = []

        @app.task(bind=True, max_retries=2)
        def flaky(self: BoundTask, order: Order) -> int:
            seen.append(order)
            if self.request.retries < 2:
                self.retry(countdown=0)
            return self.request.retries

        assert run(flaky, ORDER).get() == 2
        assert [ORDER] * 3 == seen

    def test_retry_gives_up(self, app, run):
        """With the error that made it retry, as its own class."""

        @app.task(autoretry_for=(LookupError,), retry_kwargs={"max_retries": 1, "countdown": 0})
        def flaky() -> None:
            raise LookupError("x")

        with pytest.raises(LookupError, match="x"):
            run(flaky).get()

    def test_throw(self, app):
        """`throw=True` raises what the body raises, from `apply` itself."""

        @app.task
        def fail() -> None:
            raise LookupError("x")

        with pytest.raises(LookupError):
            fail.apply(throw=True)

    def test_ignored(self, app):
        """A body that raises `Ignore` has neither result nor failure."""

        @app.task
        def ignore() -> int:
            raise Ignore

        assert ignore.apply().state == "IGNORED"

    def test_repr(self, echo):
        """Says that it is no worker's."""
        assert repr(echo.apply((ORDER,), task_id="mine")) == "<TypedEagerResult: mine>"

    def test_task_id(self, echo):
        """The caller's id is used."""
        assert echo.apply((ORDER,), task_id="mine").id == "mine"

    def test_nested(self, app, run):
        """A task that applies itself decodes each level once."""

        @app.task
        def count(order: Order, depth: int) -> int:
            assert type(order) is Order
            return 0 if depth == 0 else 1 + count.apply((order, depth - 1)).result

        assert run(count, ORDER, 3).result == 3


class TestDelay:
    """Sending."""

    def test_wire(self, app, echo, published):
        """The message holds plain JSON and no class names."""
        echo.delay(ORDER, currency=Currency.USD)

        ((args, kwargs, headers),) = published(app)
        assert (args, kwargs) == ([ORDER_WIRE], {"currency": "USD"})
        assert (headers["argsrepr"], headers["kwargsrepr"]) == ("(<Order>,)", "{'currency': 'USD'}")

    @pytest.mark.parametrize(
        "send",
        [
            lambda task: task.delay(ORDER, currency=Currency.USD),
            lambda task: task.apply_async((ORDER,), {"currency": Currency.USD}),
            lambda task: task.apply_async(args=[ORDER], kwargs={"currency": Currency.USD}),
            lambda task: task.options(priority=3).delay(ORDER, currency=Currency.USD),
            lambda task: task.s(ORDER, currency=Currency.USD).delay(),
            lambda task: task.si(ORDER, currency=Currency.USD).apply_async(),
            lambda task: task.after(currency=Currency.USD).delay(ORDER),
            lambda task: task.s(currency=Currency.USD).delay(ORDER),
            lambda task: task.options(priority=3).si(ORDER, currency=Currency.USD).delay(),
            lambda task: asyncio.run(task.adelay(ORDER, currency=Currency.USD)),
            lambda task: task.delay(ORDER_WIRE, currency="USD"),
            lambda task: task.delay(ORDER, currency="USD"),
        ],
        ids=range(12),
    )
    def test_every_way_to_send(self, app, echo, published, send):
        """All of them publish the same; a wire form does in place of an object."""
        result = send(echo)

        ((args, kwargs, headers),) = published(app)
        assert (args, kwargs, headers["id"]) == ([ORDER_WIRE], {"currency": "USD"}, result.id)

    @pytest.mark.parametrize(
        ("args", "kwargs", "problems"),
        [
            ((), {}, ["$.order: missing"]),
            ((Order("a", [Line("x", "2")]),), {}, ["$.order.lines[0].qty: expected int, got str '2'"]),
            ((ORDER, 1), {}, ["$: takes 1 positional arguments, got 2"]),
            ((ORDER,), {"curency": "EUR"}, ["$.curency: unexpected argument; did you mean 'currency'?"]),
            (
                (Order(1, None),),
                {"currency": "GBP"},
                [
                    "$.order.id: expected str, got int 1",
                    "$.order.lines: expected list[Line], got None",
                    "$.currency: expected Currency: one of 'EUR', 'USD', got str 'GBP'",
                ],
            ),
            (({**ORDER_WIRE, "notes": "x"},), {}, ["$.order.notes: unexpected field; did you mean 'note'?"]),
            (
                ({"id": "a", "lines": [{"sku": "x", "qty": 1, "qyt": 2}]},),
                {},
                ["$.order.lines[0].qyt: unexpected field; did you mean 'qty'?"],
            ),
            (({"id": "a"},), {}, ["$.order.lines: missing"]),
            (([ORDER_WIRE],), {}, ["$.order: expected Order, got list"]),
        ],
        ids=range(9),
    )
    def test_invalid_arguments(self, app, echo, published, args, kwargs, problems):
        """Every problem is told with its path, and nothing is published."""
        with pytest.raises(InvalidArguments) as caught:
            echo.delay(*args, **kwargs)

        assert problems == [str(problem) for problem in caught.value.problems]
        assert caught.value.task == "echo"
        assert published(app) == []

    def test_thousands_of_problems(self, app, published):
        """A list of nonsense makes an error of 20 lines."""

        @app.task
        def count(numbers: list[int]) -> int:
            return len(numbers)

        with pytest.raises(InvalidArguments) as caught:
            count.delay(["x"] * 5_000)

        assert len(str(caught.value).splitlines()) == 20
        assert len(caught.value.problems) == 5_000
        assert published(app) == []


class TestArgsrepr:
    """What logs and monitors see of the arguments."""

    @pytest.fixture
    def many(self, app):
        """A task with every kind of parameter."""

        @app.task
        def many(
            order: Order | None,
            /,
            text: str,
            *rest: Line,
            flag: bool = True,
            money: Decimal = Decimal(1),
            **more: Order,
        ) -> None: ...

        return many

    @pytest.mark.parametrize(
        ("args", "kwargs", "expected"),
        [
            ((ORDER, "x"), {}, ("(<Order | None>, 'x')", "{}")),
            ((None, "x"), {}, ("(None, 'x')", "{}")),
            ((None, "x" * 200), {}, (f"(None, '{'x' * 96}...)", "{}")),
            ((None, "x", Line("secret", 1)), {}, ("(None, 'x', <Line>)", "{}")),
            (
                (None, "x"),
                {"flag": False, "money": Decimal("1.50"), "a": ORDER},
                ("(None, 'x')", "{'flag': False, 'money': '1.50', 'a': <Order>}"),
            ),
        ],
    )
    def test_mask(self, app, many, published, args, kwargs, expected):
        """Scalars as they are, shortened; records and containers by their type alone."""
        many.delay(*args, **kwargs)

        ((_, _, headers),) = published(app)
        assert expected == (headers["argsrepr"], headers["kwargsrepr"])

    def test_secrets_of_records_are_in_no_header(self, app, many, published):
        """No field of a record is in a header of the message."""
        many.delay(Order("secret-1", [Line("secret-2", 1)]), "x", a=Order("secret-3", []))

        ((_, _, headers),) = published(app)
        assert "secret" not in str(headers)

    def test_own_argsrepr_wins(self, app, many, published):
        """As with Celery."""
        many.apply_async((None, "x"), argsrepr="(mine)")

        ((_, _, headers),) = published(app)
        assert headers["argsrepr"] == "(mine)"

    def test_secrets_of_records_are_in_no_error(self, many):
        """What is wrong is told by class and path; the fields around it are not shown."""
        with pytest.raises(InvalidArguments) as caught:
            many.delay(Order("secret-1", {"secret-2": 1}), ORDER, [Line("secret-3", 1)], flag=Line("secret-4", 1))

        assert len(caught.value.problems) == 4
        assert "secret" not in str(caught.value)


class TestOptions:
    """Options of a call and of a task."""

    def test_configured(self, app, echo, published):
        """Options are sent, and the same configured task can be used again."""
        configured = echo.options(expires=60, headers={"tenant": "t"})

        configured.delay(ORDER)
        configured.delay(ORDER)

        assert isinstance(configured, ConfiguredTask)
        assert [headers["tenant"] for _, _, headers in published(app)] == ["t", "t"]

    def test_routing_of_a_task(self, app, make_app, published):
        """`queue=` of the decorator is where it is sent; the call's own wins."""
        other = make_app()

        @app.task(queue=other.conf.task_default_queue, priority=3)
        def task() -> None: ...

        task.delay()
        task.options(queue=app.conf.task_default_queue).delay()

        assert (len(published(other)), len(published(app))) == (1, 1)
        assert task.routing == {"queue": other.conf.task_default_queue, "priority": 3}

    def test_unknown_option_of_a_call(self, echo):
        """Celery would take it without a word."""
        with pytest.raises(UnknownOption) as caught:
            echo.options(quue="slow")

        assert (caught.value.option, caught.value.hint) == ("quue", "; did you mean 'queue'?")

    @pytest.mark.parametrize(
        ("option", "hint"),
        [("max_retry", "; did you mean 'max_retries'?"), ("raise_", "; did you mean 'raises'?"), ("zzzzz", "")],
    )
    def test_unknown_option_of_a_task(self, app, option, hint):
        """The decorator knows its options."""
        with pytest.raises(UnknownOption) as caught:

            @app.task(**{option: 1})
            def task() -> None: ...

        assert (caught.value.option, caught.value.hint) == (option, hint)

    def test_attribute_of_the_base_class_is_an_option(self, app):
        """As with Celery, any attribute of `base` can be set."""

        class Tenant(Task):
            tenant = None

        @app.task(base=Tenant, tenant="t")
        def task() -> None: ...

        assert (task.tenant, isinstance(task, Tenant), isinstance(task, TypedTask)) == ("t", True, True)

    def test_typed_base(self, app):
        """A base that is a typed task already is taken as it is."""

        class Base(TypedTask):
            abstract = True
            tenant = "t"

        @app.task(base=Base)
        def task(order: Order) -> Order:
            return order

        assert isinstance(task, Base)
        assert task.apply((ORDER,)).get() == ORDER

    def test_celery_options_reach_celery(self, app):
        """Options are attributes of the task."""

        @app.task(name="shop.charge", max_retries=7, rate_limit="1/s", throws=(KeyError,), raises=(LookupError,))
        def task() -> None: ...

        assert (task.name, task.max_retries, task.rate_limit) == ("shop.charge", 7, "1/s")
        assert task.throws == (KeyError, LookupError)

    @pytest.mark.parametrize("what", [5, functools.partial(print)], ids=["int", "partial"])
    def test_what_is_no_function(self, app, what):
        """Only functions can be tasks."""
        with pytest.raises(TypeError, match="takes a function, got"):
            typed_task(what)

    @pytest.mark.parametrize("raises", [[KeyError], (int,), KeyError("x")], ids=["list", "int", "instance"])
    def test_what_is_no_exception(self, app, raises):
        """Only exception classes can be declared."""
        with pytest.raises(TypeError, match="takes an exception class or a tuple"):

            @app.task(raises=raises)
            def task() -> None: ...

    def test_name_that_is_none(self, app):
        """Is no name."""

        @app.task(name=None)
        def task() -> None: ...

        assert task.name == "tests.unit.test_calls.task"

    @pytest.mark.parametrize(
        "decorate",
        [lambda app: app.task, lambda app: app.task(), lambda app: typed_task(app=app)],
        ids=["bare", "called", "function"],
    )
    def test_spellings_of_the_decorator(self, app, decorate):
        """With and without parentheses."""

        def task(order: Order) -> Order:
            return order

        assert decorate(app)(task).apply((ORDER,)).get() == ORDER

    def test_plain_celery_app(self, make_app):
        """A typed task of an app that is Celery's own."""
        app = make_app(Celery)

        @typed_task(app=app)
        def echo(order: Order) -> Order:
            return order

        assert echo.apply((ORDER,)).get() == ORDER

    def test_untyped_task_of_a_typed_app(self, app):
        """Celery's own decorator is still there for one that is not to be typed."""

        def length(text):
            return len(text)

        untyped = Celery.task(app, shared=False)(length)

        assert untyped.apply(("abc",)).get() == 3

    def test_wrapped_function(self, app):
        """A decorator in between that uses `functools.wraps` runs, and the annotations are the function's."""

        def twice(function):
            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return [function(*args, **kwargs)] * 2

            return wrapper

        @app.task
        @twice
        def task(order: Order) -> list[Order]:
            return order

        assert task.apply((ORDER,)).get() == [ORDER, ORDER]


class TestAppTask:
    """The names that start with `celery.` are Celery's own."""

    def test_celery_name(self, app):
        """A task of Celery's is untyped."""

        @app.task(name="celery.mine", shared=False)
        def mine(value):
            return value

        assert not isinstance(app.tasks["celery.mine"], TypedTask)

    def test_as_celery(self, app):
        """The same object, for what the typed class does not show."""
        assert app.as_celery() is app


def test_retry_outside_of_a_worker(app):
    """`self.retry()` in a direct call raises the error that it is for, as Celery does."""

    @app.task(bind=True)
    def flaky(self: BoundTask) -> None:
        self.retry(exc=LookupError("x"))

    with pytest.raises((LookupError, Retry)):
        flaky()


def test_defaults_of_the_worker(app):
    """A default that is a record is the worker's own."""
    default = Order("default", [])

    @app.task
    def task(order: Order = default, times: int = 2) -> tuple[Order, int]:
        assert order is default
        return order, times

    assert task.apply().get() == (default, 2)


def test_arguments_named_like_the_internals(app):
    """Parameters may be called as anything in between is."""

    @app.task
    def task(args: int, kwargs: int, options: int, task_id: int, app: int, wire: int, _private: int) -> list[int]:
        return [args, kwargs, options, task_id, app, wire, _private]

    assert task.apply((1, 2, 3), {"task_id": 4, "app": 5, "wire": 6, "_private": 7}).get() == [1, 2, 3, 4, 5, 6, 7]


def test_record_with_methods(app):
    """Only the fields travel."""

    @attrs.define
    class Basket:
        lines: list[Line]

        def total(self) -> int:
            return sum(line.qty for line in self.lines)

    def task(basket) -> int:
        return basket.total()

    task.__annotations__["basket"] = Basket

    assert app.task(task).apply((Basket([Line("x", 2), Line("y", 3)]),)).get() == 5


@attrs.define
class Deep:
    below: Deep | None


class TestLimits:
    """What Python or JSON cannot hold is told as `InvalidArguments`."""

    def test_depth(self, app):
        """Nesting that Python itself cannot follow."""
        value: list[Any] = []
        for _ in range(10_000):
            value = [value]

        @app.task
        def task(value: Any) -> None: ...

        with pytest.raises(InvalidArguments):
            task.delay(value)

    def test_depth_of_records(self, app):
        """The same with records in records, one of which is wrong at its end too."""
        chain: Any = Deep("not a record")
        for _ in range(10_000):
            chain = Deep(chain)

        @app.task
        def task(value: Deep) -> None: ...

        with pytest.raises(InvalidArguments, match="nested too deeply"):
            task.delay(chain)

    def test_depth_of_a_message(self, app):
        """What another sender has nested is refused by the worker."""
        wire: Any = None
        for _ in range(10_000):
            wire = {"below": wire}

        @app.task
        def task(value: Deep) -> None: ...

        with pytest.raises(InvalidArguments):
            task.codec.decode_arguments([wire], {})

    @pytest.mark.parametrize("value", [10**5_000, [10**5_000]], ids=["int", "list"])
    def test_digits(self, app, value):
        """More digits than Python writes."""

        @app.task
        def task(value: Any) -> None: ...

        with pytest.raises(InvalidArguments):
            task.delay(value)
