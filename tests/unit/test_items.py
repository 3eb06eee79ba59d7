"""Celery 12: `map`, `starmap` and `chunks` over objects, made of a typed task or around its signature."""

from __future__ import annotations

import copy
import json
from typing import Annotated, Any

import pytest
from celery import Celery, Task, chunks, group, signature
from celery.canvas import xmap, xstarmap
from celery.signals import task_success

from tests.unit.helpers import through_pickle
from tests.unit.records import Declined, Line, Order, Receipt
from typedtasks import InvalidArguments, Ok, Sensitive, TypedResult, typed_task

ORDER = Order("a", [Line("x", 2)])
OTHER = Order("b", [])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}
LINES = [(ORDER, Line("y", 1)), (OTHER, Line("z", 3))]
JOINED = [Order("a", [Line("x", 2), Line("y", 1)]), Order("b", [Line("z", 3)])]


@pytest.fixture
def seen():
    """What task bodies saw."""
    return []


@pytest.fixture(params=["plain", "typed"])
def app(request, make_app):
    """Celery's own app, and a typed one: nothing here needs the second."""
    return make_app(Celery) if request.param == "plain" else make_app()


@pytest.fixture
def echo(app, seen):
    """A task of one parameter."""

    @typed_task(app=app, name="shop.echo")
    def echo(order: Order) -> Order:
        seen.append(order)
        return order

    return echo


@pytest.fixture
def add(app, seen):
    """A task of two."""

    @typed_task(app=app, name="shop.add", raises=Declined)
    def add(order: Order, line: Line) -> Order:
        seen.append((order, line))
        if line.qty < 0:
            raise Declined(order=order, reason="negative")
        return Order(order.id, [*order.lines, line])

    return add


class TestOnAWorker:
    """The task is called with objects, and the caller gets a list of them."""

    def test_map(self, app, run_worker, echo, seen):
        """Each item is the first argument."""
        with run_worker(app):
            assert echo.map([ORDER, OTHER]).delay().get(timeout=5) == [ORDER, OTHER]
        assert seen == [ORDER, OTHER]

    def test_starmap(self, app, run_worker, add, seen):
        """Each item is all the arguments."""
        with run_worker(app):
            assert add.starmap(LINES).delay().get(timeout=5) == JOINED
        assert LINES == seen

    def test_chunks(self, app, run_worker, add, seen):
        """A group of starmaps, whose results are typed too."""
        with run_worker(app):
            result = add.chunks(LINES, 1).apply_async()
            assert result.get(timeout=5) == [[JOINED[0]], [JOINED[1]]]
        assert LINES == seen
        assert all(isinstance(each, TypedResult) for each in result.results)

    def test_chunks_of_uneven_length(self, app, run_worker, add):
        """The last one is shorter."""
        with run_worker(app):
            assert add.chunks([*LINES, LINES[0]], 2).delay().get(timeout=5) == [JOINED, JOINED[:1]]

    def test_chunks_called(self, app, run_worker, add):
        """As Celery's: calling it sends it."""
        with run_worker(app):
            assert add.chunks(LINES, 2)().get(timeout=5) == [JOINED]

    def test_iterator(self, app, run_worker, echo):
        """The items may come from anywhere."""
        with run_worker(app):
            assert echo.map(order for order in (ORDER, OTHER)).delay().get(timeout=5) == [ORDER, OTHER]

    def test_empty(self, app, run_worker, echo):
        """No items, no results."""
        with run_worker(app):
            assert echo.map([]).delay().get(timeout=5) == []

    def test_wire_form(self, app, run_worker, echo):
        """Items may be in wire form already, as any argument."""
        with run_worker(app):
            assert echo.map([WIRE]).delay().get(timeout=5) == [ORDER]

    def test_failure(self, app, run_worker, add):
        """What the task raises arrives as what it is."""
        with run_worker(app), pytest.raises(Declined) as caught:
            add.starmap([(ORDER, Line("y", -1))]).delay().get(timeout=5)
        assert caught.value.order == ORDER

    def test_declared_failure(self, app, run_worker, add):
        """And is as declared as the task has it."""
        with run_worker(app):
            outcome = add.starmap([(ORDER, Line("y", -1))]).delay().outcome(timeout=5)
        assert type(outcome).__name__ == "Failed"

    def test_outcome(self, app, run_worker, echo):
        """Of all items together."""
        with run_worker(app):
            assert echo.map([ORDER]).delay().outcome(timeout=5) == Ok([ORDER])

    def test_wrong_result(self, app, run_worker, seen):
        """A result that is not of its type fails as with any call."""

        @typed_task(app=app)
        def wrong(order: Order) -> Receipt:
            return order

        with run_worker(app), pytest.raises(Exception, match="expected Receipt, got Order"):
            wrong.map([ORDER]).delay().get(timeout=5)

    def test_in_a_group(self, app, run_worker, echo, add):
        """Beside others."""
        with run_worker(app):
            result = group([echo.map([ORDER]), add.starmap(LINES), echo.s(OTHER)]).delay()
            assert result.get(timeout=5) == [[ORDER], JOINED, OTHER]

    def test_before_a_step(self, app, run_worker, echo):
        """Its list is the argument of the next step."""

        @typed_task(app=app)
        def count(orders: list[Order]) -> int:
            assert all(type(order) is Order for order in orders)
            return len(orders)

        with run_worker(app):
            result = (echo.map([ORDER, OTHER]) | count.s()).delay()
            assert result.get(timeout=5) == 2
            assert result.parent.get(timeout=5) == [ORDER, OTHER]

    def test_after_a_step(self, app, run_worker, echo):
        """It takes nothing from the step before: it is immutable, as Celery's own."""
        with run_worker(app):
            result = (echo.s(OTHER) | echo.map([ORDER])).delay()
            assert result.get(timeout=5, interval=0.01) in ([ORDER], [WIRE])

    def test_own_call(self, app, run_worker, seen):
        """The `__call__` of a task class is around each."""

        class Around(Task):
            def __call__(self, *args, **kwargs):
                seen.append(args)
                return super().__call__(*args, **kwargs)

        @typed_task(app=app, base=Around)
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            assert echo.map([ORDER]).delay().get(timeout=5) == [ORDER]
        assert seen == [(ORDER,)]

    def test_that_calls_another(self, app, run_worker, echo):
        """What the called task calls itself is a plain call, with objects."""

        @typed_task(app=app)
        def outer(order: Order) -> Order:
            assert type(order) is Order
            return order

        with run_worker(app):
            assert outer.map([ORDER]).delay().get(timeout=5) == [ORDER]


class TestAroundASignature:
    """`celery.xmap` and its like are told what is typed by the task they name."""

    def test_map(self, app, run_worker, echo, seen):
        """Items in wire form, as these travel in any app."""
        with run_worker(app):
            sent = xmap(signature(echo.name, app=app), [WIRE], app=app).delay()
            sent.get(timeout=5, interval=0.01)
        assert seen == [ORDER]

    def test_starmap(self, app, run_worker, add, seen):
        """Likewise."""
        with run_worker(app):
            sent = xstarmap(add.s(), [[WIRE, {"sku": "y", "qty": 1}]], app=app).delay()
            sent.get(timeout=5, interval=0.01)
        assert LINES[:1] == seen

    def test_wrong_items(self, make_app, run_worker, seen):
        """Are told by the worker, with the task's name."""
        app = make_app(Celery)

        @typed_task(app=app)
        def echo(order: Order) -> None:
            seen.append(order)

        with run_worker(app):
            sent = xmap(echo.s(), [{"id": 1, "lines": []}], app=app).delay()
            error = echo.AsyncResult(sent.id).outcome(timeout=5).error
        assert str(error) == "echo(): $.order.id: expected str, got int 1"
        assert seen == []


class TestWithObjects:
    """A typed app encodes the items of Celery's own maps."""

    @pytest.fixture
    def app(self, make_app):
        """A typed app."""
        return make_app()

    @pytest.mark.parametrize("make", [xmap, xstarmap, chunks])
    def test_sent(self, app, run_worker, echo, seen, make):
        """With objects."""
        items = [ORDER] if make is xmap else [(ORDER,)]
        more = (1,) if make is chunks else ()
        with run_worker(app):
            sent = make(echo.s(), items, *more, app=app).apply_async()
            sent.get(timeout=5)
        assert seen == [ORDER]

    def test_of_an_untyped_task(self, app, run_worker, seen):
        """Stays as it is."""

        def take(value):
            seen.append(value)
            return value

        untyped = Celery.task(app, shared=False)(take)
        with run_worker(app):
            assert untyped.map([1, 2]).delay().get(timeout=5) == [1, 2]
        assert seen == [1, 2]

    def test_of_an_unknown_task(self, app, published):
        """Stays as it is, too: another program runs it."""
        app.send_task("celery.map", kwargs={"task": signature("not.here", app=app), "it": [1]})

        (((), kwargs, _),) = [(tuple(args), kwargs, headers) for args, kwargs, headers in published(app)]
        assert (kwargs["task"]["task"], kwargs["it"]) == ("not.here", [1])


class TestInvalid:
    """What does not fit is told when the signature is made, with the index of the item."""

    def test_map(self, echo):
        """Of a map."""
        with pytest.raises(InvalidArguments) as caught:
            echo.map([ORDER, {"id": 1, "lines": []}])
        assert [str(each) for each in caught.value.problems] == ["$[1].order.id: expected str, got int 1"]

    @pytest.mark.parametrize("make", ["starmap", "chunks"])
    def test_starmap(self, add, make):
        """Of a starmap."""
        more = (2,) if make == "chunks" else ()
        with pytest.raises(InvalidArguments) as caught:
            getattr(add, make)([*LINES, (ORDER,)], *more)
        assert [str(each) for each in caught.value.problems] == ["$[2].line: missing"]

    def test_misspelt_key(self, echo):
        """In what the caller has written."""
        with pytest.raises(InvalidArguments, match=r"\$\[0\]\.order\.nte: unexpected field"):
            echo.map([{"id": "a", "lines": [], "nte": "x"}])


class TestSignature:
    """Celery does with them what it does with its own."""

    def test_wire_form(self, app, published, echo):
        """Plain JSON data is sent, to Celery's own task."""
        echo.map([ORDER]).delay()

        ((args, kwargs, headers),) = published(app)
        assert (args, kwargs["it"], kwargs["task"]["task"]) == ([], [WIRE], "shop.echo")
        assert headers["task"] == "celery.map"

    def test_options(self, app, published, echo):
        """Of the signature, and of the call."""
        echo.map([ORDER]).set(priority=3).apply_async(headers={"x": 1})

        assert published(app)[0][2]["x"] == 1

    @pytest.mark.parametrize("through", [copy.copy, lambda made: made.clone()], ids=["copy", "clone"])
    def test_copies(self, app, run_worker, echo, add, through):
        """Are as typed."""
        with run_worker(app):
            assert through(echo.map([ORDER])).delay().get(timeout=5) == [ORDER]
            assert through(add.chunks(LINES, 1)).apply_async().get(timeout=5) == [[JOINED[0]], [JOINED[1]]]

    def test_shown(self, app, published, echo, add):
        """Logs and events see how many items there are, and none of these: they may be sensitive."""
        echo.map([ORDER, OTHER]).delay()
        add.chunks(LINES, 2).apply_async()

        assert [headers["kwargsrepr"] for *_, headers in published(app)] == [
            "{'task': shop.echo, 'it': <2 items>}",
            "{'task': shop.add, 'it': <2 items>}",
        ]

    def test_repr(self, echo, add):
        """No more than that."""
        assert repr(echo.map([ORDER])) == "{'task': shop.echo, 'it': <1 items>}"
        assert repr(add.chunks(LINES, 1)) == "{'task': shop.add, 'it': <2 items>}"

    def test_routed(self, app, published, echo):
        """As the task that is called, not as Celery's own."""
        app.conf.task_routes = {"shop.echo": {"queue": "elsewhere"}}

        echo.map([ORDER]).delay()
        assert published(app) == []
        echo.map([ORDER]).apply_async(route_name="celery.map")
        assert len(published(app)) == 1

    def test_link(self, app, run_worker, echo, add, seen):
        """Follows all of it."""

        @typed_task(app=app)
        def count(orders: list[Order]) -> None:
            seen.append(len(orders))

        with run_worker(app):
            echo.map([ORDER, OTHER]).apply_async(link=count.s(), expires=None).get(timeout=5)
            echo.delay(ORDER).get(timeout=5)
        assert seen == [ORDER, OTHER, 2, ORDER]

    def test_task_id(self, app, echo):
        """One that is set before it is sent."""
        assert echo.map([ORDER]).set(task_id="map-id").delay().id == "map-id"

    def test_ignored_result(self, app, echo):
        """Is known to be."""
        assert echo.map([ORDER]).apply_async(ignore_result=True).ignored


class TestHere:
    """In this process."""

    def test_apply(self, echo, seen):
        """Through JSON and back."""
        result = echo.map([ORDER]).apply()

        assert result.get() == [ORDER]
        assert (seen == [ORDER], seen[0] is ORDER) == (True, False)

    def test_apply_of_chunks(self, add):
        """All of them."""
        assert add.chunks(LINES, 1).apply().get() == [[JOINED[0]], [JOINED[1]]]

    def test_always_eager(self, app, add):
        """As with any task."""
        app.conf.task_always_eager = True

        assert add.starmap(LINES).delay().get() == JOINED
        assert add.chunks(LINES, 1).apply_async().get() == [[JOINED[0]], [JOINED[1]]]

    def test_apply_that_fails(self, add):
        """Raises what the task raised."""
        result = add.starmap([(ORDER, Line("y", -1))]).apply()

        assert result.state == "FAILURE"
        assert result.result.order == ORDER


class TestResult:
    """Of a map, elsewhere."""

    @pytest.mark.parametrize("through", [through_pickle, copy.copy], ids=["pickle", "copy"])
    def test_copies(self, app, run_worker, echo, through):
        """It knows that it is a list of the task's results."""
        with run_worker(app):
            sent = echo.map([ORDER]).delay()
            assert sent.get(timeout=5) == [ORDER]
            assert through(sent).get(timeout=5) == [ORDER]

    def test_pickle_keeps_the_parent(self, app, echo):
        """A map may be a step of a chain."""
        sent = (echo.map([ORDER]) | echo.map([OTHER])).delay()

        copied: Any = through_pickle(sent)

        assert copied.parent.id == sent.parent.id


@pytest.mark.parametrize("hidden", [True, False])
def test_stored_arguments(app, run_worker, hidden):
    """With `result_extended` the backend holds the items too, of a sensitive parameter none."""
    app.conf.result_extended = True

    def keep(token):
        return 1

    keep.__annotations__.update(token=Annotated[str, Sensitive()] if hidden else str)
    task = typed_task(app=app)(keep)

    with run_worker(app):
        sent = task.map(["hunter2"]).delay()
        sent.get(timeout=5)
        stored = json.loads(app.backend.get(app.backend.get_key_for_task(sent.id)))

    assert task.name in str(stored["kwargs"]["task"])
    assert ("hunter2" in json.dumps(stored)) is not hidden


class TestHiddenResults:
    """Celery 28: results of a sensitive type are in no log line or event of Celery's own task either."""

    @pytest.fixture
    def secret(self, app):
        """A task that gives back its secret, or fails with it."""

        @typed_task(app=app)
        def secret(value: str) -> Annotated[str, Sensitive()]:
            return value

        return secret

    @pytest.mark.parametrize("make", ["map", "starmap"])
    def test_on_a_worker(self, app, run_worker, secret, caplog, make):
        """The caller gets them."""
        shown = []
        task_success.connect(lambda result, **_: shown.append(repr(result)), weak=False, dispatch_uid="hidden")
        items = ["hunter2"] if make == "map" else [("hunter2",)]
        try:
            with caplog.at_level("INFO"), run_worker(app):
                assert getattr(secret, make)(items).delay().get(timeout=5) == ["hunter2"]
                secret.delay("x").get(timeout=5)
        finally:
            task_success.disconnect(dispatch_uid="hidden")
        assert shown[0] == "[<hidden>]"
        assert "hunter2" not in caplog.text

    def test_chunks(self, app, run_worker, secret):
        """Of starmaps."""
        with run_worker(app):
            assert secret.chunks([("hunter2",), ("x",)], 1).apply_async().get(timeout=5) == [["hunter2"], ["x"]]

    def test_here(self, secret):
        """By `apply`."""
        assert secret.map(["hunter2"]).apply().get() == ["hunter2"]

    def test_pickle(self, make_app, run_worker):
        """Results may be stored as pickle."""
        app = make_app(result_serializer="pickle", accept_content=["json", "pickle"])

        @typed_task(app=app)
        def secret(value: str) -> Annotated[str, Sensitive()]:
            return value

        with run_worker(app):
            assert secret.map(["hunter2"]).delay().get(timeout=5) == ["hunter2"]

    def test_before_a_step(self, app, run_worker, secret):
        """The next one gets them as they are."""

        @typed_task(app=app)
        def join(values: list[str]) -> str:
            return "-".join(values)

        with run_worker(app):
            assert (secret.map(["a", "b"]) | join.s()).delay().get(timeout=5) == "a-b"

    def test_before_an_untyped_step(self, app, run_worker, secret):
        """Likewise."""

        def join(values):
            return "-".join(values)

        untyped = Celery.task(app, shared=False)(join)
        with run_worker(app):
            assert (secret.map(["a", "b"]) | untyped.s()).delay().get(timeout=5, interval=0.01) == "a-b"
