"""Objects in what Celery sends after a task, or puts into another signature, are plain JSON data when it is sent."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import attrs
import pytest
from celery import Celery, chain, chord, group, signature
from celery.app.task import Context
from celery.backends.base import Backend
from celery.canvas import Signature, xmap, xstarmap
from kombu.exceptions import EncodeError

from tests.unit.records import Line, Order
from typedtasks import InvalidArguments, TypedCelery, install, stub, typed_task
from typedtasks._celery import through_json
from typedtasks._encoder import Encoder, first_of
from typedtasks._plain import is_plain

ORDER = Order("a", [Line("x", 2)])
OTHER = Order("b", [])
WIRE = {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}
LINE = Line("y", 1)
LINE_WIRE = {"sku": "y", "qty": 1}


@attrs.define
class Cash:
    """One of two."""

    amount: int


@attrs.define
class Card:
    """The other, which nothing but its tag tells from the first."""

    amount: int


def until(condition):
    """Wait until something has happened, at most five seconds."""
    for _ in range(500):
        if condition():
            return
        time.sleep(0.01)


@pytest.fixture(params=["plain", "installed", "typed"])
def app(request, make_app):
    """The three kinds of app."""
    app = make_app(TypedCelery if request.param == "typed" else Celery)
    if request.param == "installed":
        install(app)
    return app


@pytest.fixture
def has_hooks(app):
    """Whether the app itself does something."""
    return hasattr(app, "wire_settings")


@pytest.fixture
def tasks(app):
    """Typed ones, an untyped one, and what they saw."""
    seen: list[Any] = []

    @typed_task(app=app, name="shop.echo")
    def echo(order: Order) -> Order:
        seen.append(order)
        return order

    @typed_task(app=app, name="shop.add")
    def add(order: Order, line: Line, *, times: int = 1) -> Order:
        seen.append((order, line, times))
        return Order(order.id, [*order.lines, *[line] * times])

    @typed_task(app=app, name="shop.gather")
    def gather(orders: list[Order], more: Order | None = None) -> int:
        seen.append((orders, more))
        return len(orders)

    @typed_task(app=app, name="shop.fail")
    def fail(order: Order) -> Order:
        raise LookupError(order.id)

    @typed_task(app=app, name="shop.note")
    def note(task_id: str, order: Order) -> None:
        seen.append((task_id, order))

    @typed_task(app=app, name="shop.told")
    def told(request: Any, exc: Any, traceback: Any, order: Order) -> None:
        seen.append((type(request), type(exc), order))

    @typed_task(app=app, name="shop.keep")
    def keep(value: Any, *values: Any, **named: Any) -> Any:
        seen.append(value)
        return value

    def take(value=None, *more, **named):
        seen.append(value)
        return value

    untyped = Celery.task(app, shared=False, name="shop.take")(take)
    return SimpleNamespace(
        seen=seen, echo=echo, add=add, gather=gather, fail=fail, note=note, told=told, keep=keep, untyped=untyped
    )


@pytest.fixture
def encoder(app, tasks):
    """One of the app."""
    return Encoder(app, exact=True)


class TestLinks:
    """Celery 12: what follows a task."""

    def test_link(self, app, run_worker, tasks):
        """Gets what the task returned, and has its own arguments."""
        with run_worker(app):
            sent = tasks.echo.apply_async((ORDER,), link=tasks.add.s(LINE, times=2))
            assert sent.get(timeout=5) == ORDER
            assert sent.children[0].get(timeout=5, interval=0.01) is not None
        assert tasks.seen == [ORDER, (ORDER, LINE, 2)]

    def test_several(self, app, run_worker, tasks):
        """Each of them."""
        with run_worker(app):
            sent = tasks.echo.apply_async((ORDER,), link=[tasks.add.s(LINE), tasks.echo.si(OTHER)])
            sent.get(timeout=5)
            until(lambda: len(tasks.seen) == 3)
        assert (ORDER, LINE, 1) in tasks.seen
        assert OTHER in tasks.seen

    def test_by_position(self, app, run_worker, tasks):
        """As Celery takes it."""
        with run_worker(app):
            tasks.echo.apply_async((ORDER,), None, None, None, tasks.add.s(LINE)).get(timeout=5)
            until(lambda: len(tasks.seen) == 2)
        assert tasks.seen[1] == (ORDER, LINE, 1)

    def test_of_a_signature(self, app, run_worker, tasks):
        """`signature.link` puts it into the options of the signature."""
        step = tasks.echo.s(ORDER)
        step.link(tasks.add.s(LINE))

        with run_worker(app):
            step.delay().get(timeout=5)
            until(lambda: len(tasks.seen) == 2)
        assert tasks.seen[1] == (ORDER, LINE, 1)

    def test_link_of_a_link(self, app, run_worker, tasks):
        """At any depth."""
        second = tasks.add.s(LINE)
        second.link(tasks.add.s(Line("z", 3)))

        with run_worker(app):
            tasks.echo.apply_async((ORDER,), link=second).get(timeout=5)
            until(lambda: len(tasks.seen) == 3)
        assert tasks.seen[2] == (Order("a", [Line("x", 2), LINE]), Line("z", 3), 1)

    @pytest.mark.parametrize("make", [chain, group], ids=["chain", "group"])
    def test_workflow(self, app, run_worker, tasks, make):
        """May follow, too."""
        with run_worker(app):
            tasks.echo.apply_async((ORDER,), link=make(tasks.add.s(LINE), tasks.add.s(LINE))).get(timeout=5)
            until(lambda: len(tasks.seen) == 3)
        assert tasks.seen[1] == (ORDER, LINE, 1)

    def test_untyped(self, app, run_worker, tasks):
        """A link without types gets wire form."""
        with run_worker(app):
            tasks.echo.apply_async((ORDER,), link=tasks.untyped.s()).get(timeout=5)
            until(lambda: len(tasks.seen) == 2)
        assert tasks.seen[1] == WIRE

    def test_wrong(self, app, published, tasks):
        """Is told before anything is published."""
        with pytest.raises(InvalidArguments, match=r"add\(\): \$\.line: expected Line, got int 5"):
            tasks.echo.apply_async((ORDER,), link=tasks.add.s(5))
        assert published(app) == []

    def test_missing(self, app, tasks):
        """What no step will give is missing."""
        with pytest.raises(InvalidArguments, match=r"add\(\): \$\.line: missing"):
            tasks.echo.apply_async((ORDER,), link=tasks.add.s())

    def test_options_are_not_changed(self, app, published, tasks):
        """The signature keeps its objects: it may be sent again."""
        link = tasks.add.s(LINE)
        for _ in range(2):
            tasks.echo.apply_async((ORDER,), link=link)

        assert (link.args, len(published(app))) == ((LINE,), 2)


class TestErrorCallbacks:
    """Celery 12: `link_error`, in the style that Celery calls and in the one that it sends."""

    def fails(self, tasks, **options):
        with pytest.raises(LookupError):
            tasks.fail.apply_async((ORDER,), **options).get(timeout=5)
        until(lambda: tasks.seen)

    def test_old_style(self, app, run_worker, tasks):
        """With the id of the task that failed: sent, where an argument is left for it alone."""

        @typed_task(app=app, bind=True, name="shop.bound")
        def bound(self: Any, task_id: str, order: Order) -> None:
            tasks.seen.append((type(task_id), order))

        with run_worker(app):
            self.fails(tasks, link_error=bound.s(OTHER))
        assert tasks.seen == [(str, OTHER)]

    def test_new_style(self, app, run_worker, tasks):
        """With request, exception and traceback: called by the worker."""
        with run_worker(app):
            self.fails(tasks, link_error=tasks.told.s(OTHER))
        assert [(kind is Context or issubclass(kind, Context), exc, order) for kind, exc, order in tasks.seen] == [
            (True, LookupError, OTHER)
        ]

    def test_new_style_by_name(self, app, run_worker, tasks):
        """The same, with keyword arguments."""
        with run_worker(app):
            self.fails(tasks, link_error=tasks.told.s(order=OTHER))
        assert tasks.seen[0][1:] == (LookupError, OTHER)

    def test_immutable(self, app, run_worker, tasks):
        """With its own arguments alone."""
        with run_worker(app):
            self.fails(tasks, link_error=tasks.echo.si(OTHER))
        assert tasks.seen == [OTHER]

    def test_immutable_that_is_called(self, app, run_worker, tasks):
        """With several parameters Celery calls it in the worker."""
        with run_worker(app):
            self.fails(tasks, link_error=tasks.add.si(OTHER, LINE))
        assert tasks.seen == [(OTHER, LINE, 1)]

    def test_several(self, app, run_worker, tasks):
        """Each as it is."""
        with run_worker(app):
            self.fails(tasks, link_error=[tasks.echo.si(OTHER), tasks.told.s(OTHER)])
            until(lambda: len(tasks.seen) == 2)
        assert OTHER in tasks.seen

    def test_of_a_signature(self, app, run_worker, tasks):
        """`signature.on_error`."""
        with run_worker(app), pytest.raises(LookupError):
            tasks.fail.s(ORDER).on_error(tasks.told.s(OTHER)).delay().get(timeout=5)
        assert tasks.seen[0][1:] == (LookupError, OTHER)

    def test_of_a_chain(self, app, run_worker, tasks):
        """Of any step."""
        steps = chain(tasks.echo.s(ORDER), tasks.fail.s()).on_error(tasks.told.s(OTHER))
        with run_worker(app), pytest.raises(LookupError):
            steps.delay().get(timeout=5)
        assert tasks.seen[1][1:] == (LookupError, OTHER)

    def test_that_calls_tasks(self, app, run_worker, tasks):
        """What an errback calls itself is a plain call, with objects."""

        @typed_task(app=app, name="shop.outer")
        def outer(request: Any, exc: Any, traceback: Any) -> None:
            tasks.echo(OTHER)
            tasks.seen.append(tasks.echo(OTHER) is OTHER)

        with run_worker(app):
            self.fails(tasks, link_error=outer.s())
        assert tasks.seen == [OTHER, OTHER, True]

    def test_earlier_celery(self, app, monkeypatch, tasks):
        """Before 5.7 it looked at all the parameters, whatever the signature leaves open."""
        monkeypatch.delattr(Backend, "_errback_arity_greater", raising=False)
        encoder = Encoder(app, exact=True)

        @typed_task(app=app)
        def about(task_id: str) -> None: ...

        told, sent = encoder.encode_options({"link_error": [tasks.told.s(OTHER), about.s()]})["link_error"]

        assert told["args"] == [{"id": "b", "lines": [], "note": None}]
        assert list(sent["args"]) == []

    def test_untyped(self, app, run_worker, tasks):
        """Of no types gets what Celery gives."""
        with run_worker(app):
            self.fails(tasks, link_error=tasks.untyped.si({"a": 1}))
        assert tasks.seen == [{"a": 1}]

    def test_stub(self, app, published, tasks):
        """Of a task that is elsewhere: its types count here."""

        def told(request: Any, exc: Any, traceback: Any, order: Order) -> None: ...

        remote = stub("elsewhere.told", told, app=app)

        tasks.fail.apply_async((ORDER,), link_error=remote.s(OTHER))
        with pytest.raises(InvalidArguments):
            tasks.fail.apply_async((ORDER,), link_error=remote.s(5))
        assert len(published(app)) == 1

    @pytest.mark.parametrize("args", [(5,), ()], ids=["type", "missing"])
    def test_wrong(self, app, published, tasks, args):
        """Is told before anything is published."""
        with pytest.raises(InvalidArguments, match=r"^told\(\): \$\.order"):
            tasks.fail.apply_async((ORDER,), link_error=tasks.told.s(*args))
        assert published(app) == []

    @pytest.mark.filterwarnings("ignore:Exception raised outside body")  # before 5.7 it is one
    def test_wrong_on_the_worker(self, app, run_worker, send_from_elsewhere, tasks):
        """A message of an untyped sender: the errback does not run, and says why."""
        callback = {"task": "shop.told", "args": [], "kwargs": {"order": {"id": 1}}, "options": {}, "immutable": False}

        with run_worker(app):
            sent = send_from_elsewhere(app, "shop.fail", (WIRE,), link_error=[callback])
            tasks.fail.AsyncResult(sent.id).outcome(timeout=5)
            tasks.echo.delay(ORDER).get(timeout=5)
        assert tasks.seen == [ORDER]


class TestWorkflows:
    """Celery 9, 10, 11."""

    def test_group_after_a_step(self, app, run_worker, tasks):
        """Each of its tasks gets the step's result."""
        steps = tasks.echo.s(ORDER) | group([tasks.add.s(LINE), tasks.add.s(Line("z", 3))])

        with run_worker(app):
            assert steps.delay().get(timeout=5) == [
                Order("a", [Line("x", 2), LINE]),
                Order("a", [Line("x", 2), Line("z", 3)]),
            ]

    def test_chord(self, app, run_worker, tasks):
        """Its body gets a list of objects, and has its own."""
        with run_worker(app):
            result = chord([tasks.echo.s(ORDER), tasks.echo.s(OTHER)], tasks.gather.s(more=ORDER)).delay()
            assert result.get(timeout=10) == 2
        orders, more = tasks.seen[-1]
        assert (sorted(orders, key=str), more) == ([ORDER, OTHER], ORDER)

    def test_chord_by_position(self, app, run_worker, tasks):
        """The body's own argument stands behind the list."""
        with run_worker(app):
            assert chord([tasks.echo.s(ORDER)], tasks.gather.s(OTHER)).delay().get(timeout=10) == 1
        assert tasks.seen[-1] == ([ORDER], OTHER)

    def test_chord_in_a_chain(self, app, run_worker, tasks):
        """After a step, and before one."""
        steps = chain(
            tasks.echo.s(ORDER), group([tasks.add.s(LINE), tasks.echo.s()]), tasks.gather.s(OTHER), tasks.keep.s()
        )

        with run_worker(app):
            assert steps.delay().get(timeout=10) == 2
        assert len(tasks.seen[-2][0]) == 2
        assert tasks.seen[-2][1] == OTHER

    def test_chord_with_an_untyped_body(self, app, run_worker, tasks):
        """It gets wire form."""
        with run_worker(app):
            result = chord([tasks.echo.s(ORDER)], tasks.untyped.s()).delay()
            assert result.get(timeout=10, interval=0.01) == [WIRE]

    def test_chord_that_fails(self, app, run_worker, tasks):
        """Its errback is called with objects."""
        app.conf.task_allow_error_cb_on_chord_header = True
        body = tasks.gather.s().on_error(tasks.told.s(OTHER))

        with run_worker(app):
            result = chord([tasks.fail.s(ORDER)], body).delay()
            result.get(timeout=10, propagate=False)
            until(lambda: tasks.seen)
        assert tasks.seen[0][2] == OTHER

    def test_group_of_chains(self, app, run_worker, tasks):
        """Nested."""
        with run_worker(app):
            result = group([chain(tasks.echo.s(ORDER), tasks.add.s(LINE)), tasks.echo.s(OTHER)]).delay()
            assert result.get(timeout=5) == [Order("a", [Line("x", 2), LINE]), OTHER]

    def test_chain_in_a_chain(self, app, run_worker, tasks):
        """Is one chain."""
        inner = chain(tasks.add.s(LINE), tasks.add.s(LINE))

        with run_worker(app):
            assert len(chain(tasks.echo.s(ORDER), inner, tasks.echo.s()).delay().get(timeout=5).lines) == 3

    def test_wrong_body(self, app, published, tasks):
        """Is told before anything is published."""
        with pytest.raises(InvalidArguments, match=r"gather\(\): \$\.more: expected Order, got int 5"):
            chain(tasks.echo.s(ORDER), group([tasks.echo.s(), tasks.echo.s()]), tasks.gather.s(5)).delay()
        assert published(app) == []


class TestTags:
    """Celery 15: what a step gives may need a tag where the next step takes one of several."""

    @pytest.fixture
    def pays(self, app):
        """Gives one type, takes several."""
        seen = []

        @typed_task(app=app)
        def cash(amount: int) -> Cash:
            return Cash(amount)

        @typed_task(app=app)
        def pay(means: Cash | Card, beside: Cash | Card | None = None) -> Cash | Card:
            seen.append((means, beside))
            return means

        @typed_task(app=app)
        def pay_all(means: list[Cash | Card]) -> int:
            seen.append(means)
            return len(means)

        @typed_task(app=app)
        def pay_any(*means: Cash | Card) -> int:
            seen.append(means)
            return len(means)

        return SimpleNamespace(seen=seen, cash=cash, pay=pay, pay_all=pay_all, pay_any=pay_any)

    def test_chain(self, app, run_worker, pays):
        """In the next step."""
        with run_worker(app):
            assert (pays.cash.s(1) | pays.pay.s(Card(2))).delay().get(timeout=5) == Cash(1)
        assert pays.seen == [(Cash(1), Card(2))]

    def test_link(self, app, run_worker, pays):
        """In a link."""
        with run_worker(app):
            pays.cash.apply_async((1,), link=pays.pay.s(beside=Card(2))).get(timeout=5)
            until(lambda: pays.seen)
        assert pays.seen == [(Cash(1), Card(2))]

    def test_variadic(self, app, run_worker, pays):
        """As one of any number."""
        with run_worker(app):
            assert (pays.cash.s(1) | pays.pay_any.s(Card(2))).delay().get(timeout=5) == 2
        assert pays.seen == [(Cash(1), Card(2))]

    def test_map(self, app, run_worker, pays):
        """As an item."""
        with run_worker(app):
            assert pays.pay.map([Cash(1), Card(2)]).delay().get(timeout=5) == [Cash(1), Card(2)]
            assert pays.pay.starmap([(Cash(1), Card(2))]).delay().get(timeout=5) == [Cash(1)]

    def test_chord(self, app, run_worker, pays):
        """In the list that a body gets, which Celery makes of stored results: no class is guessed."""
        with run_worker(app):
            error = chord([pays.cash.s(1), pays.pay.s(Card(2))], pays.pay_all.s()).delay().outcome(timeout=10).error

        assert isinstance(error, InvalidArguments)
        assert "expected Cash | Card, got dict that fits more than one of them and has no '$type'" in str(error)

    def test_chord_of_tagged(self, app, run_worker, pays):
        """A header that gives the union has put the tags in."""
        with run_worker(app):
            result = chord([pays.pay.s(Cash(1)), pays.pay.s(Card(2))], pays.pay_all.s()).delay()
            assert result.get(timeout=10) == 2
        assert pays.seen[-1] == [Cash(1), Card(2)]

    def test_eager(self, pays):
        """Here."""
        assert (pays.cash.s(1) | pays.pay.s(Card(2))).apply().get() == Cash(1)

    def test_passed_on(self, app, run_worker, pays):
        """From union to union."""
        with run_worker(app):
            assert (pays.pay.s(Cash(1)) | pays.pay.s()).delay().get(timeout=5) == Cash(1)


class TestRetag:
    """What the step before has returned, as the next one takes it."""

    @pytest.fixture
    def codec(self, app):
        """Of a task that takes one of two."""

        @typed_task(app=app)
        def pay(means: Cash | Card) -> None: ...

        return pay.codec

    def test_tagged(self, codec):
        """Where it was not."""
        assert codec.retag({"amount": 1}, Cash(1)) == codec.encode_unchecked((Cash(1),), {})[0][0]

    @pytest.mark.parametrize("value", [5, "x", None], ids=str)
    def test_scalar(self, codec, value):
        """Has no tag."""
        assert codec.retag(value, value) is value

    def test_of_another_type(self, codec):
        """Stays as it is: the worker tells."""
        wire = {"sku": "x", "qty": 1}

        assert codec.retag(wire, Line("x", 1)) is wire

    def test_no_union(self, app):
        """Stays as it is."""

        @typed_task(app=app)
        def one(line: Line) -> None: ...

        assert one.codec.retag(LINE_WIRE, LINE) is LINE_WIRE

    def test_no_parameters(self, app):
        """Nothing takes it."""

        @typed_task(app=app)
        def none() -> None: ...

        assert none.codec.retag(WIRE, ORDER) is WIRE


class TestEncode:
    """Where a signature stands says how many arguments come before its own."""

    @pytest.mark.parametrize(
        ("make", "given", "args"),
        [
            (lambda tasks: tasks.add.s(ORDER, LINE), 0, [WIRE, LINE_WIRE]),
            (lambda tasks: tasks.add.s(LINE), 1, [LINE_WIRE]),
            (lambda tasks: tasks.add.s(), 2, []),
            (lambda tasks: tasks.add.s(LINE), None, [LINE_WIRE]),
            (lambda tasks: tasks.add.s(ORDER, LINE), None, [WIRE, LINE_WIRE]),
            (lambda tasks: tasks.add.s(), None, []),
            (lambda tasks: tasks.add.s(WIRE, LINE_WIRE), None, [WIRE, LINE_WIRE]),
            (lambda tasks: tasks.add.si(ORDER, LINE), 1, [WIRE, LINE_WIRE]),
            (lambda tasks: tasks.add.si(ORDER, LINE), None, [WIRE, LINE_WIRE]),
            (lambda tasks: tasks.told.s(ORDER), 3, [WIRE]),
            (lambda tasks: tasks.gather.s(OTHER), 1, [{"id": "b", "lines": [], "note": None}]),
            (lambda tasks: tasks.gather.s(ORDER), None, [WIRE]),
        ],
        ids=range(12),
    )
    def test_offset(self, encoder, tasks, make, given, args):
        """Each argument by its own parameter."""
        assert list(encoder.encode(make(tasks), given)["args"]) == args

    def test_keywords(self, encoder, tasks):
        """By name."""
        encoded = encoder.encode(tasks.add.s(line=LINE, times=2), None)

        assert encoded["kwargs"] == {"line": LINE_WIRE, "times": 2}

    def test_keywords_only_given(self, encoder, tasks):
        """What is missing may still come where nobody knows."""
        assert encoder.encode(tasks.add.s(times=2), None)["kwargs"] == {"times": 2}

    def test_wrong_anywhere(self, encoder, tasks):
        """What fits nowhere is told."""
        with pytest.raises(InvalidArguments, match="expected Line, got Order"):
            encoder.encode(tasks.add.s(OTHER, ORDER), None)

    @pytest.mark.parametrize(
        ("document", "args"),
        [
            ({"task": "shop.echo", "args": [ORDER]}, [WIRE]),
            ({"task": "shop.echo", "args": [ORDER], "kwargs": None, "options": None}, [WIRE]),
            ({"task": "not.here", "args": [1]}, [1]),
            ({"task": "not.here"}, ()),
        ],
        ids=range(4),
    )
    def test_hand_made(self, encoder, document, args):
        """A dict that has no more than it needs."""
        encoded = encoder.encode(document, 0)

        assert (encoded["args"], encoded["options"]) == (args, {})

    def test_hand_made_link(self, app, run_worker, tasks):
        """Is sent as any."""
        with run_worker(app):
            tasks.echo.apply_async((ORDER,), link=dict(tasks.add.s(LINE))).get(timeout=5)
            until(lambda: len(tasks.seen) == 2)
        assert tasks.seen[1] == (ORDER, LINE, 1)

    def test_chain(self, encoder, tasks):
        """The first step gets what the chain gets, the others one argument."""
        encoded = encoder.encode(chain(tasks.echo.s(ORDER), tasks.add.s(LINE)), 0)

        assert [step["args"] for step in encoded["kwargs"]["tasks"]] == [[WIRE], [LINE_WIRE]]
        assert is_plain(encoded["kwargs"]["tasks"][1]["args"])

    def test_empty_chain(self, encoder, app):
        """Has no steps."""
        assert encoder.encode(chain(app=app), 0)["kwargs"]["tasks"] == []

    def test_group(self, encoder, tasks):
        """All get what the group gets."""
        encoded = encoder.encode(group([tasks.add.s(LINE), tasks.echo.s()]), 1)

        assert [list(step["args"]) for step in encoded["kwargs"]["tasks"]] == [[LINE_WIRE], []]

    @pytest.mark.parametrize("header", [list, group, dict], ids=["list", "group", "dict"])
    def test_chord(self, encoder, tasks, header):
        """Its header gets what the chord gets, its body one list."""
        made = chord([tasks.echo.s(ORDER)], tasks.gather.s(OTHER))
        parts = made.kwargs["header"]
        made.kwargs["header"] = {
            list: lambda: list(parts),
            group: lambda: group(parts),
            dict: lambda: dict(group(parts)),
        }[header]()

        encoded = encoder.encode(made, 0)

        assert [step["args"] for step in encoded["kwargs"]["header"]] == [[WIRE]]
        assert encoded["kwargs"]["body"]["args"] == [{"id": "b", "lines": [], "note": None}]

    def test_chord_without_a_body(self, encoder, tasks):
        """It may come later."""
        made = chord([tasks.echo.s(ORDER)])

        assert encoder.encode(made, 0)["kwargs"]["body"] is None

    @pytest.mark.parametrize(("make", "items"), [(xmap, [ORDER]), (xstarmap, [(ORDER,)])])
    def test_map(self, app, encoder, tasks, make, items):
        """Its items, by the task that it names."""
        encoded = encoder.encode(make(tasks.echo.s(), items, app=app), 1)

        assert encoded["kwargs"]["it"] == [WIRE if make is xmap else [WIRE]]
        assert is_plain(encoded["kwargs"]["it"])

    def test_map_of_an_untyped_task(self, app, encoder, tasks):
        """Stay as they are."""
        assert encoder.encode(xmap(tasks.untyped.s(), [1], app=app), 0)["kwargs"]["it"] == [1]

    def test_untyped(self, encoder, tasks):
        """Its arguments are Celery's, unless they are signatures of typed tasks."""
        encoded = encoder.encode(tasks.untyped.s(1, tasks.echo.s(ORDER), x={"y": [tasks.echo.s(ORDER)]}), 0)

        assert encoded["args"][0] == 1
        assert encoded["args"][1]["args"] == [WIRE]
        assert encoded["kwargs"]["x"]["y"][0]["args"] == [WIRE]

    def test_options(self, encoder, tasks):
        """Those of a signature are encoded as those of a call."""
        step = tasks.echo.s(ORDER).set(priority=3)
        step.link(tasks.add.s(LINE))
        step.link_error(tasks.told.s(OTHER))

        options = encoder.encode(step, 0)["options"]

        assert options["priority"] == 3
        assert options["link"][0]["args"] == [LINE_WIRE]
        assert options["link_error"][0]["args"] == [{"id": "b", "lines": [], "note": None}]

    def test_one_link_error(self, encoder, tasks):
        """Alone, not in a list."""
        encoded = encoder.encode_options({"link_error": tasks.told.s(OTHER), "link": tasks.add.s(LINE)})

        assert encoded["link_error"][0]["args"] == [{"id": "b", "lines": [], "note": None}]
        assert encoded["link"]["args"] == [LINE_WIRE]

    def test_no_options(self, encoder):
        """Are the same object."""
        options = {"priority": 3}

        assert encoder.encode_options(options) is options

    def test_keeps_the_rest(self, encoder, tasks):
        """Of the signature, and the signature itself."""
        step = tasks.echo.s(ORDER)

        encoded = encoder.encode(step, 0)

        assert {key: encoded[key] for key in ("task", "subtask_type", "immutable")} == {
            "task": "shop.echo",
            "subtask_type": None,
            "immutable": False,
        }
        assert step.args == (ORDER,)


class TestArguments:
    """Celery 13: signatures in arguments."""

    def test_same_object(self, encoder):
        """Where there is none, nothing is copied."""
        value = {"a": [1, (2, {"b": 3})]}

        assert encoder.encode_arguments(value) is value

    @pytest.mark.parametrize(
        ("wrap", "unwrap"),
        [
            (lambda step: [step], lambda found: found[0]),
            (lambda step: (1, step), lambda found: found[1]),
            (lambda step: {"a": {"b": [step]}}, lambda found: found["a"]["b"][0]),
        ],
        ids=range(3),
    )
    def test_found(self, encoder, tasks, wrap, unwrap):
        """At any depth."""
        found = encoder.encode_arguments(wrap(tasks.echo.s(ORDER)))

        assert unwrap(found)["args"] == [WIRE]
        assert type(found) is type(wrap(0))

    def test_deep(self, encoder):
        """Deeper than Python goes is left for the limits to tell."""
        value: Any = []
        for _ in range(100_000):
            value = [value]

        assert encoder.encode_arguments(value) is value

    def test_missing_arguments(self, encoder, tasks):
        """May be added by whoever gets it."""
        found = encoder.encode_arguments(
            [chain(tasks.add.s(), tasks.add.s(LINE)), chord([tasks.add.s()], tasks.add.s())]
        )

        assert found[0]["kwargs"]["tasks"][1]["args"] == [LINE_WIRE]
        assert list(found[1]["kwargs"]["body"]["args"]) == []

    def test_for_any(self, app, run_worker, tasks):
        """A parameter that takes anything takes a signature, as its dict."""
        with run_worker(app):
            tasks.keep.delay({"step": tasks.echo.s(ORDER)}).get(timeout=5)
            found = signature(tasks.seen[0]["step"], app=app).delay()
            assert tasks.echo.AsyncResult(found.id).get(timeout=5) == ORDER

    def test_for_any_in_a_later_step(self, app, run_worker, tasks):
        """In any place."""
        with run_worker(app):
            chain(tasks.echo.s(ORDER), tasks.keep.s(step=tasks.echo.s(ORDER))).delay().get(timeout=5)
        assert tasks.seen[1] == WIRE

    def test_for_any_here(self, tasks):
        """By `apply`, too."""
        assert tasks.keep.apply((tasks.echo.s(ORDER),)).get()["args"] == [WIRE]

    def test_returned(self, app, run_worker, tasks):
        """A task may return one, and a result."""

        @typed_task(app=app)
        def make() -> Any:
            return tasks.echo.s(ORDER)

        @typed_task(app=app)
        def send() -> Any:
            return tasks.echo.delay(ORDER)

        with run_worker(app):
            assert make.delay().get(timeout=5)["args"] == [WIRE]
            ((task_id, parent), children) = send.delay().get(timeout=5)
            assert tasks.echo.AsyncResult(task_id).get(timeout=5) == ORDER
        assert (parent is None or parent, children) is not None

    @pytest.mark.parametrize("take", ["untyped", "keep"])
    def test_wrong(self, app, published, tasks, has_hooks, take):
        """An object that is no argument of its task is told, by an app with hooks also for untyped tasks."""
        step = tasks.echo.s(LINE)

        if has_hooks or take == "keep":
            with pytest.raises(InvalidArguments, match=r"echo\(\): \$\.order: expected Order, got Line"):
                getattr(tasks, take).delay(step)
        else:
            with pytest.raises(EncodeError):
                tasks.untyped.delay(step)
        assert published(app) == []

    def test_plain_data_anywhere(self, tasks, encoder):
        """Whoever runs it tells: nobody knows which parameter it is for."""
        step = tasks.add.s(5)

        assert encoder.encode_arguments([step])[0]["args"] == (5,)


class TestDecodeWire:
    """What Celery calls itself, with objects of its own beside what was sent."""

    def test_objects_stay(self, tasks):
        """They are none of ours."""
        marker, error = object(), ValueError()

        args, kwargs = tasks.told.codec.decode_wire([marker, error, None, WIRE], {})

        assert (args[0] is marker, args[1] is error, args[2:], kwargs) == (True, True, [None, ORDER], {})

    def test_by_name(self, tasks):
        """What was sent by name is decoded as what it is."""
        assert tasks.add.codec.decode_wire([], {"order": WIRE, "line": LINE_WIRE, "times": 2}) == (
            [],
            {"order": ORDER, "line": LINE, "times": 2},
        )

    def test_all_problems(self, tasks):
        """With their paths."""
        with pytest.raises(InvalidArguments) as caught:
            tasks.add.codec.decode_wire([{"id": 1, "lines": []}], {"line": 5})
        assert [problem.path for problem in caught.value.problems] == ["$.order.id", "$.line"]

    def test_variadic(self, app):
        """Of any number."""

        @typed_task(app=app)
        def join(first: Order, *lines: Line, **named: Line) -> None: ...

        decoded = join.codec.decode_wire([WIRE, LINE_WIRE], {"x": LINE_WIRE})
        assert decoded == ([ORDER, LINE], {"x": LINE})
        with pytest.raises(InvalidArguments) as caught:
            join.codec.decode_wire([WIRE, LINE_WIRE, 5], {"x": 5})
        assert [problem.path for problem in caught.value.problems] == ["$.lines[1]", "$.x"]


class TestSaysAny:
    """Whether a task takes or gives what is of no declared type: signatures are looked for there only."""

    @pytest.mark.parametrize(
        ("annotation", "expected"),
        [(Any, True), (list[Any], True), (dict[str, Any] | None, True), (int, False), (Order, False)],
        ids=str,
    )
    def test_any(self, app, annotation, expected):
        """Anywhere inside."""

        def task(value): ...

        task.__annotations__.update({"value": annotation, "return": annotation})
        codec = typed_task(app=app)(task).codec

        assert (codec.takes_any, codec.gives_any) == (expected, expected)


def test_signature_of_celery_is_a_dict():
    """What `encode` gives is a plain dict, which Celery takes wherever it takes a signature."""
    assert issubclass(Signature, dict)


@pytest.mark.parametrize(
    "make",
    [
        lambda s: s("first"),
        lambda s: chain(s("first"), s("later")),
        lambda s: chain(chain(s("first"), s("later")), s("later")),
        lambda s: group([s("first"), s("later")]),
        lambda s: chord([s("first"), s("later")], s("later")),
        lambda s: chord(group([s("first"), s("later")]), s("later")),
        lambda s: chord([chord([s("first")], s("later"))], s("later")),
        lambda s: {**chord([s("later")], s("later")), "kwargs": {"header": group([s("first")]), "body": s("later")}},
    ],
    ids=["task", "chain", "nested", "group", "chord", "chord of a group", "chord in a chord", "header that is a group"],
)
@pytest.mark.parametrize("through", [dict, through_json], ids=["signature", "json"])
def test_first_of(app, make, through):
    """Celery 11: whose parameter the result of a chord's header goes to, whatever its body is."""
    found = first_of(through(make(app.signature)))

    assert found["task"] == "first"
