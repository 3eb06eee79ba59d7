"""Exceptions come back as what they were, and only as a class that is here."""

from __future__ import annotations

import enum
import json
import sys
import threading
from types import ModuleType
from typing import Annotated, Any

import attrs
import pytest
from celery import Celery
from celery.backends.cache import CacheBackend
from celery.exceptions import Ignore

from tests.unit.helpers import through_pickle
from tests.unit.records import Declined, Line, Order, OutOfStock
from typedtasks import (
    BoundTask,
    Crashed,
    Failed,
    IgnoredResult,
    InvalidArguments,
    Ok,
    Problem,
    RemoteError,
    Sensitive,
    TypedTasksError,
)
from typedtasks._backend import KEY, typed_backend
from typedtasks._failures import dump_failure, hide_fields, load_failure, make_picklable
from typedtasks._wire import Wire

ORDER = Order("a", [Line("x", 2)])
WIRE = Wire()


class Color(str, enum.Enum):
    """A mixed-in enum."""

    RED = "red"


@attrs.define
class Positional(Exception):
    """Takes its fields by position."""

    order: Order
    color: Color


@attrs.define(kw_only=True)
class KeywordOnly(Exception):
    """Takes its fields by name."""

    order: Order
    note: str | None = None


@attrs.frozen
class Frozen(Exception):
    """Its fields cannot be set."""

    code: int = attrs.field(validator=attrs.validators.gt(0))


@attrs.define
class Child(Positional):
    """Has a field more than its base."""

    more: list[Line] = attrs.field(factory=list)


class Undecorated(Frozen):
    """Inherits its fields."""


@attrs.define
class Held(Exception):
    """Has a field that cannot travel."""

    lock: Any


@attrs.define
class HeldLock(Exception):
    """Has a field of a type that cannot travel."""

    lock: threading.Event


@attrs.define
class Unset(Exception):
    """Has a field that nothing has set."""

    later: int = attrs.field(init=False)


@attrs.define
class Unresolved(Exception):
    """Has a field whose type is not defined."""

    order: Nowhere  # noqa: F821 - on purpose


class Plain(Exception):
    """Has no more than its arguments."""


class NamedArguments(Exception):
    """Cannot be called with its own arguments."""

    def __init__(self, *, code: int) -> None:
        super().__init__(f"code {code}")
        self.code = code


class Choosy(Exception):
    """Cannot be made of other arguments."""

    def __new__(cls, *args: Any) -> Any:
        if args != (1,):
            raise ValueError(args)
        return super().__new__(cls, *args)


class NotAnException(Exception):
    """Its `__new__` makes something else."""

    def __new__(cls, *args: Any) -> Any:
        return object()


@attrs.define
class NotAnAttrsException(Exception):
    """The same with fields."""

    code: int

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return object()


class Outer:
    """Has an exception inside."""

    class Inner(Exception):
        """Nested."""


def same(expected: Exception, actual: Exception) -> bool:
    """Equal by class, fields, arguments and state."""
    if attrs.has(type(expected)):
        return type(expected) is type(actual) and attrs.asdict(expected) == attrs.asdict(actual)
    return (type(expected), expected.args, vars(expected)) == (type(actual), actual.args, vars(actual))


SAME = [
    Positional(ORDER, Color.RED),
    KeywordOnly(order=ORDER),
    Frozen(1),
    Undecorated(2),
    Child(ORDER, Color.RED, [Line("y", 1)]),
    Declined(order=ORDER, reason="no money"),
    Plain(),
    Plain("x", 1, None, [1.5, {"a": True}]),
    NamedArguments(code=3),
    OutOfStock("x", left=2),
    Outer.Inner("x"),
    Choosy(1),
    KeyError("x"),
    LookupError(),
    FileNotFoundError(2, "No such file"),
    InvalidArguments("charge", (Problem("$.order", "missing"),)),
    RemoteError("shop.Lost", "text", {"order": [1]}),
]


@pytest.mark.parametrize("exc", SAME, ids=[f"{index}-{type(exc).__name__}" for index, exc in enumerate(SAME)])
def test_same(exc):
    """The same class with the same fields, arguments and state."""
    assert same(exc, load_failure(dump_failure(exc, WIRE), WIRE))


@pytest.mark.parametrize("exc", SAME, ids=[f"{index}-{type(exc).__name__}" for index, exc in enumerate(SAME)])
def test_through_a_worker(app, run_worker, exc):
    """The same through a worker and its result backend."""

    @app.task
    def fail() -> None:
        raise exc

    with run_worker(app):
        caught = fail.delay().get(timeout=5, propagate=False)

    assert same(exc, caught)


@pytest.mark.parametrize("exc", SAME, ids=[f"{index}-{type(exc).__name__}" for index, exc in enumerate(SAME)])
def test_eager(app, exc):
    """The same where it runs in this process, and it is not the same object."""

    @app.task
    def fail() -> None:
        raise exc

    result = fail.apply()

    assert same(exc, result.result)
    assert result.result is not exc
    with pytest.raises(type(exc)):
        result.get()


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`add_note` is Python 3.11's")
def test_notes():
    """Notes are kept."""
    exc = Plain("x")
    exc.add_note("while charging")

    assert load_failure(dump_failure(exc, WIRE), WIRE).__notes__ == ["while charging"]


def test_cause_is_in_the_traceback(app, run_worker):
    """The text of `raise ... from ...` is in the worker's traceback."""

    @app.task
    def fail() -> None:
        try:
            {}["the cause"]
        except KeyError as exc:
            raise Positional(ORDER, Color.RED) from exc

    with run_worker(app):
        result = fail.delay()
        result.get(timeout=5, propagate=False)

    assert "the cause" in result.traceback


NOT_SENT = [
    (Held(threading.Lock()), None),
    (HeldLock(threading.Event()), None),
    (Unset(), None),
    (Unresolved(1), None),
    (Positional(ORDER, "red"), None),
    (Plain(ORDER), None),
    (Plain(b"x"), None),
    (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid"), None),
]


@pytest.mark.parametrize(
    ("exc", "data"), NOT_SENT, ids=[f"{index}-{type(exc).__name__}" for index, (exc, _) in enumerate(NOT_SENT)]
)
def test_data_that_cannot_travel(exc, data):
    """Class and text arrive as a `RemoteError`."""
    loaded = load_failure(dump_failure(exc, WIRE), WIRE)

    assert isinstance(loaded, RemoteError)
    assert (loaded.type.rpartition(".")[2], loaded.data) == (type(exc).__qualname__, data)


def test_state_that_cannot_travel():
    """An attribute that is no JSON data stays behind, and the others arrive."""
    exc = Plain("x")
    exc.lock, exc.code = threading.Lock(), 5

    arrived = load_failure(dump_failure(exc, WIRE), WIRE)

    assert (type(arrived), arrived.args, vars(arrived)) == (Plain, ("x",), {"code": 5})


DOCUMENTS: list[tuple[dict[str, Any], RemoteError]] = [
    ({}, RemoteError("None", "None", None)),
    ({"type": "shop:Lost", "message": "m", "fields": {"order": 1}}, RemoteError("shop.Lost", "m", {"order": 1})),
    ({"type": "shop:Lost", "message": "m", "args": [1]}, RemoteError("shop.Lost", "m", [1])),
    ({"type": "builtins:SystemExit", "message": "m", "args": [1]}, RemoteError("builtins.SystemExit", "m", [1])),
    ({"type": "builtins:KeyboardInterrupt", "args": []}, RemoteError("builtins.KeyboardInterrupt", "None", [])),
    ({"type": "builtins:BaseException", "args": []}, RemoteError("builtins.BaseException", "None", [])),
    ({"type": "builtins:eval", "args": ["1"]}, RemoteError("builtins.eval", "None", ["1"])),
    ({"type": "builtins:int", "args": [1]}, RemoteError("builtins.int", "None", [1])),
    ({"type": "subprocess:Popen", "args": ["true"]}, RemoteError("subprocess.Popen", "None", ["true"])),
    ({"type": "builtins:KeyError"}, RemoteError("builtins.KeyError", "None", None)),
    ({"type": "builtins:KeyError", "args": 5}, RemoteError("builtins.KeyError", "None", 5)),
    ({"type": "builtins:KeyError", "args": [], "state": 5}, RemoteError("builtins.KeyError", "None", [])),
    ({"type": "KeyError", "args": []}, RemoteError("KeyError", "None", [])),
    ({"type": ":", "args": []}, RemoteError(".", "None", [])),
    ({"type": 5, "args": []}, RemoteError("5", "None", [])),
    ({"type": "builtins:KeyError.__class__", "args": []}, RemoteError("builtins.KeyError.__class__", "None", [])),
    ({"type": f"{__name__}:Frozen", "message": "m"}, RemoteError(f"{__name__}.Frozen", "m", None)),
    ({"type": f"{__name__}:Frozen", "fields": {"code": "1"}}, RemoteError(f"{__name__}.Frozen", "None", {"code": "1"})),
    ({"type": f"{__name__}:Frozen", "fields": {"code": 0}}, RemoteError(f"{__name__}.Frozen", "None", {"code": 0})),
    ({"type": f"{__name__}:Frozen", "fields": 5}, RemoteError(f"{__name__}.Frozen", "None", 5)),
    ({"type": f"{__name__}:Frozen", "args": [1]}, RemoteError(f"{__name__}.Frozen", "None", [1])),
    ({"type": f"{__name__}:Choosy", "args": [2]}, RemoteError(f"{__name__}.Choosy", "None", [2])),
    ({"type": f"{__name__}:NotAnException", "args": [2]}, RemoteError(f"{__name__}.NotAnException", "None", [2])),
    (
        {"type": f"{__name__}:NotAnAttrsException", "fields": {"code": 1}},
        RemoteError(f"{__name__}.NotAnAttrsException", "None", {"code": 1}),
    ),
    ({"type": f"{__name__}:Outer", "args": []}, RemoteError(f"{__name__}.Outer", "None", [])),
    ({"type": f"{__name__}:Outer.Missing", "args": []}, RemoteError(f"{__name__}.Outer.Missing", "None", [])),
    ({"type": f"{__name__}:ORDER.id.Missing", "args": []}, RemoteError(f"{__name__}.ORDER.id.Missing", "None", [])),
]


@pytest.mark.parametrize(("document", "expected"), DOCUMENTS, ids=range(len(DOCUMENTS)))
def test_forged_or_foreign_document(document, expected):
    """A class that is not here, is no `Exception`, or does not take the data is never built."""
    loaded = load_failure(document, WIRE)

    assert (type(loaded), attrs.asdict(loaded)) == (RemoteError, attrs.asdict(expected))


def test_nothing_is_imported(monkeypatch):
    """A module that is not imported stays so."""
    monkeypatch.delitem(sys.modules, "this", raising=False)

    assert isinstance(load_failure({"type": "this:Error", "args": []}, WIRE), RemoteError)
    assert "this" not in sys.modules


def test_class_that_the_caller_has_not(app, run_worker, monkeypatch):
    """The caller gets its name, its text and its fields to read."""
    module = ModuleType("only_on_the_worker")
    cls = attrs.make_class("Lost", {"order": attrs.field(type=Order)}, bases=(Exception,))
    cls.__module__ = module.__name__
    module.Lost = cls

    @app.task
    def fail() -> None:
        raise cls(ORDER)

    with run_worker(app):
        caught = fail.delay().get(timeout=5, propagate=False)

    assert isinstance(caught, RemoteError)
    assert (caught.type, caught.data) == (
        "only_on_the_worker.Lost",
        {"order": {"id": "a", "lines": [{"sku": "x", "qty": 2}], "note": None}},
    )


class TestForgedByOthers:
    """What another program may have written into the result backend."""

    @pytest.fixture
    def task(self, app):
        """Any task."""

        @app.task
        def task() -> None: ...

        return task

    @pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt", "GeneratorExit", "BaseException"])
    def test_vanilla_form(self, app, task, name):
        """Celery itself would raise these in the caller's process."""
        app.backend.store_result(
            f"forged-{name}", {"exc_type": name, "exc_message": ["1"], "exc_module": "builtins"}, "FAILURE"
        )

        with pytest.raises(RemoteError) as caught:
            task.AsyncResult(f"forged-{name}").get(timeout=5)

        assert caught.value.type == f"builtins.{name}"

    def test_without_a_typed_task(self, app):
        """A caller that knows only the name, of a typed app, is as safe."""
        forged = {"exc_type": "SystemExit", "exc_message": ["1"], "exc_module": "builtins"}
        app.backend.store_result("forged-by-name", forged, "FAILURE")

        with pytest.raises(RemoteError):
            app.AsyncResult("forged-by-name").get(timeout=5)

    def test_vanilla_form_of_an_exception(self, app, task):
        """What an untyped worker stored is what Celery makes of it."""
        app.backend.store_result(
            "vanilla", {"exc_type": "KeyError", "exc_message": ["x"], "exc_module": "builtins"}, "FAILURE"
        )

        with pytest.raises(KeyError):
            task.AsyncResult("vanilla").get(timeout=5)

    @pytest.mark.parametrize("name", ["SystemExit", "KeyboardInterrupt"])
    def test_own_form(self, app, task, name):
        """Nor in the form that typed workers store."""
        document = {"exc_type": "ValueError", "exc_message": [], "exc_module": "builtins"}
        app.backend.store_result(
            f"own-{name}", {**document, KEY: {"type": f"builtins:{name}", "message": "m", "args": []}}, "FAILURE"
        )

        with pytest.raises(RemoteError):
            task.AsyncResult(f"own-{name}").get(timeout=5)

    def test_document_that_is_none(self, app, task):
        """Where the key holds no document, Celery's own form counts."""
        document = {"exc_type": "ValueError", "exc_message": ["x"], "exc_module": "builtins", KEY: 5}
        app.backend.store_result("no-document", document, "FAILURE")

        with pytest.raises(ValueError, match="x"):
            task.AsyncResult("no-document").get(timeout=5)


class TestOutcome:
    """Success, declared failure and the rest."""

    @pytest.fixture
    def charge(self, app):
        """A task that ends as it is told."""

        @app.task(raises=(Declined, OutOfStock))
        def charge(how: str) -> str:
            match how:
                case "declined":
                    raise Declined(order=ORDER, reason="no money")
                case "out of stock":
                    raise OutOfStock("x", left=1)
                case "crash":
                    raise LookupError
            return how

        return charge

    @pytest.mark.parametrize(
        ("how", "cls", "error"),
        [("declined", Failed, Declined), ("out of stock", Failed, OutOfStock), ("crash", Crashed, LookupError)],
    )
    def test_failure(self, charge, how, cls, error):
        """`Failed` for declared exceptions, else `Crashed`."""
        outcome = charge.apply((how,)).outcome()

        assert (type(outcome), type(outcome.error)) == (cls, error)

    def test_success(self, charge):
        """`Ok` with the value."""
        assert charge.apply(("fine",)).outcome() == Ok("fine")

    @pytest.mark.parametrize(("how", "cls"), [("declined", Failed), ("crash", Crashed), ("fine", Ok)])
    def test_on_a_worker(self, app, run_worker, charge, how, cls):
        """The same from a worker."""
        with run_worker(app):
            assert type(charge.delay(how).outcome(timeout=5)) is cls

    def test_single_class(self, app):
        """`raises=` takes a class as well as a tuple."""

        @app.task(raises=Declined)
        def fail() -> None:
            raise Declined(order=ORDER, reason="x")

        assert isinstance(fail.apply().outcome(), Failed)

    def test_subclass_of_a_declared_one(self, app):
        """Is declared too."""

        @app.task(raises=Positional)
        def fail() -> None:
            raise Child(ORDER, Color.RED)

        assert isinstance(fail.apply().outcome(), Failed)

    def test_ignored_result(self, app):
        """Nothing will ever say how it ended."""

        @app.task(ignore_result=True)
        def forget() -> None: ...

        with pytest.raises(IgnoredResult, match="forget"):
            forget.delay().outcome()

    def test_match(self, charge):
        """Made for `match`."""
        match charge.apply(("declined",)).outcome():
            case Failed(Declined(order=order, reason=reason)):
                pass

        assert (order, reason) == (ORDER, "no money")


class TestPickle:
    """A prefork worker pickles what its pool processes raise."""

    @pytest.mark.parametrize(
        "exc",
        [Declined(order=ORDER, reason="x"), KeywordOnly(order=ORDER, note="n"), Positional(ORDER, Color.RED)],
        ids=["kw-only", "kw-only-default", "positional"],
    )
    def test_declared(self, app, exc):
        """A declared attrs exception survives, also with keyword-only fields."""

        @app.task(raises=type(exc))
        def fail() -> None: ...

        copied = through_pickle(exc)

        assert (type(exc), attrs.asdict(exc), exc.args) == (type(copied), attrs.asdict(copied), copied.args)

    def test_field_that_is_not_set(self):
        """Stays so."""
        make_picklable(Unset)

        assert not hasattr(through_pickle(Unset()), "later")

    def test_own_reduce_wins(self):
        """A class that pickles itself is left alone."""

        class Own(Declined):
            def __reduce__(self) -> Any:
                return str, ("mine",)

        make_picklable(Own)

        assert through_pickle(Own(order=ORDER, reason="x")) == "mine"

    def test_plain_exception(self):
        """What is no attrs class is left alone."""
        make_picklable(Plain)

        assert through_pickle(Plain("x")).args == ("x",)


class TestBackend:
    """Failures in and out of a backend."""

    def test_is_wrapped_once(self, app):
        """However often a task asks for it."""

        @app.task
        def task() -> None: ...

        backend = task.backend

        assert typed_backend(backend, WIRE) is backend
        assert task.backend.prepare_exception is backend.prepare_exception

    def test_celerys_own_form_is_kept(self, app):
        """Beside the document, so that untyped clients read what they always read."""

        @app.task
        def task() -> None: ...

        stored = task.backend.prepare_exception(KeyError("x"))

        assert {name: stored[name] for name in ("exc_type", "exc_module")} == {
            "exc_type": "KeyError",
            "exc_module": "builtins",
        }

    def test_report_of_an_internal_error(self, app):
        """Celery asks for an exception that pickle can carry, where one was raised outside of a task's body."""

        @app.task
        def task() -> None: ...

        assert isinstance(task.backend.prepare_exception(KeyError("x"), "pickle"), KeyError)

    @pytest.mark.filterwarnings("ignore:Exception raised outside body")
    def test_backend_that_fails(self, app, run_worker, monkeypatch):
        """A result that cannot be stored does not stop the worker."""
        store = CacheBackend.set

        def fail(self, key, value, **options):
            if b"lost" in key:
                raise OSError
            return store(self, key, value, **options)

        monkeypatch.setattr(CacheBackend, "set", fail)

        @app.task
        def count(order: Order) -> int:
            return len(order.lines)

        with run_worker(app):
            count.apply_async((ORDER,), task_id="lost")
            assert count.delay(ORDER).get(timeout=5) == 1

    def test_pickle_serializer(self, make_app, run_worker):
        """With `result_serializer="pickle"` the document is stored too, and no exception object."""
        app = make_app(result_serializer="pickle", accept_content=["json", "pickle"])

        @app.task(raises=Declined)
        def fail() -> None:
            raise Declined(order=ORDER, reason="x")

        with run_worker(app):
            outcome = fail.delay().outcome(timeout=5)

        assert isinstance(outcome, Failed)
        assert same(Declined(order=ORDER, reason="x"), outcome.error)

    def test_can_be_set(self, app):
        """As Celery's own."""

        @app.task
        def task() -> None: ...

        other = Celery("other", backend="cache+memory://", set_as_current=False).backend
        task.backend = other

        assert task.backend is other

    def test_untyped_task_on_the_same_backend(self, app, run_worker):
        """Its exceptions come back as those of typed tasks do."""
        untyped = Celery.task(app, shared=False, name="untyped")(_fail)

        @app.task
        def typed() -> None: ...

        with run_worker(app):
            assert typed.delay().get(timeout=5) is None
            with pytest.raises(Positional) as caught:
                untyped.delay(Positional.__name__).get(timeout=5, interval=0.01)

        assert caught.value.order == ORDER

    def test_untyped_task_whose_exception_does_not_pickle(self, app, run_worker):
        """The caller gets its name and text: the object is gone before the backend sees it."""
        untyped = Celery.task(app, shared=False, name="untyped")(_fail)

        @app.task
        def typed() -> None: ...

        with run_worker(app):
            assert typed.delay().get(timeout=5) is None
            with pytest.raises(RemoteError) as caught:
                untyped.delay(OutOfStock.__name__).get(timeout=5, interval=0.01)

        assert caught.value.type == "tests.unit.records.OutOfStock"


def _fail(how):
    raise Positional(ORDER, Color.RED) if how == "Positional" else OutOfStock("x", left=3)


def test_control_flow_is_no_failure(app, run_worker):
    """`Ignore` tells the worker what to do; nothing is stored for it."""
    seen: list[str] = []

    @app.task
    def task() -> None:
        seen.append("body")
        raise Ignore

    @app.task
    def last() -> None: ...

    with run_worker(app):
        result = task.delay()
        last.delay().get(timeout=5)

    assert (seen, result.state) == (["body"], "PENDING")


def test_retries_end_with_the_error_itself(app, run_worker):
    """When no retry is left, the caller gets the error with its fields."""

    @app.task(bind=True, max_retries=1, raises=Declined)
    def charge(self: BoundTask) -> None:
        self.retry(exc=Declined(order=ORDER, reason="no money"), countdown=0)

    with run_worker(app):
        outcome = charge.delay().outcome(timeout=5)

    assert isinstance(outcome, Failed)
    assert outcome.error.order == ORDER


def test_stand_in_for_what_does_not_pickle(app, run_worker):
    """Celery hands the backend a stand-in for an undeclared exception with keyword-only fields."""

    @app.task
    def fail() -> None:
        raise KeywordOnly(order=ORDER, note="n")

    with run_worker(app):
        caught = fail.delay().get(timeout=5, propagate=False)

    assert same(KeywordOnly(order=ORDER, note="n"), caught)


def test_errors_of_the_library_are_typed_tasks_errors():
    """A caller can tell them from those of a task."""
    assert issubclass(RemoteError, TypedTasksError)


class TestCauses:
    """Celery 19: the texts of what an exception was raised `from` arrive with it."""

    def test_on_a_worker(self, app, run_worker):
        """One by one, as what they are: errors of another process."""

        @app.task
        def fail() -> None:
            try:
                try:
                    raise KeyError("a")  # noqa: TRY301 - what this is about
                except KeyError as exc:
                    raise LookupError("b") from exc
            except LookupError as exc:
                raise Declined(order=ORDER, reason="c") from exc

        with run_worker(app):
            error = fail.delay().get(timeout=5, propagate=False)

        assert type(error) is Declined
        causes = error.__cause__, error.__cause__.__cause__
        assert [(type(cause), cause.type, cause.message) for cause in causes] == [
            (RemoteError, "builtins.LookupError", "b"),
            (RemoteError, "builtins.KeyError", "'a'"),
        ]
        assert causes[1].__cause__ is None

    def test_eager(self, app):
        """Here, too."""

        @app.task
        def fail() -> None:
            raise OutOfStock("x", left=1) from ValueError("why")

        assert str(fail.apply().result.__cause__) == "builtins.ValueError: why"

    def test_context_alone(self, app):
        """What was merely being handled is none."""

        @app.task
        def fail() -> None:
            try:
                raise KeyError("a")  # noqa: TRY301 - as above
            except KeyError:
                raise LookupError("b")  # noqa: B904 - as above

        assert fail.apply().result.__cause__ is None

    def test_many(self):
        """Ten of them, at most."""
        error = first = ValueError(0)
        for number in range(1, 20):
            error.__cause__ = ValueError(number)
            error = error.__cause__

        loaded = load_failure(json.loads(json.dumps(dump_failure(first, WIRE))), WIRE)

        texts = []
        while loaded.__cause__ is not None:
            loaded = loaded.__cause__
            texts.append(loaded.message)
        assert texts == [str(number) for number in range(1, 11)]

    def test_circle(self):
        """Of causes ends there, too."""
        first, second = ValueError("a"), ValueError("b")
        first.__cause__, second.__cause__ = second, first

        assert len(dump_failure(first, WIRE)["causes"]) == 10

    def test_sensitive(self):
        """Their texts hide what is sensitive."""

        @attrs.define
        class Refused(Exception):
            key: Annotated[str, Sensitive()]

        error = ValueError("x")
        error.__cause__ = Refused("hunter2")
        hide_fields(error)

        assert "hunter2" not in json.dumps(dump_failure(error, WIRE))

    def test_of_a_remote_error(self):
        """One that cannot be built here has its causes, too."""
        document = {"type": "not.here:Error", "message": "x", "causes": [{"type": "also.not:Here", "message": "y"}]}

        loaded = load_failure(document, WIRE)

        assert (str(loaded), str(loaded.__cause__)) == ("not.here.Error: x", "also.not.Here: y")

    def test_forged_in_large_numbers(self):
        """No more than a task would send are built."""
        document = {"type": "builtins:ValueError", "message": "x", "args": ["x"]}
        error = load_failure({**document, "causes": [document] * 1000}, WIRE)

        count = 0
        while error.__cause__ is not None:
            error, count = error.__cause__, count + 1
        assert count == 10

    @pytest.mark.parametrize("causes", [5, "x", None, [5], {"a": 1}, [None]], ids=str)
    def test_forged(self, causes):
        """What is no list of documents is none: the failure itself is told."""
        document = {"type": "builtins:ValueError", "message": "x", "args": ["x"], "causes": causes}

        assert str(load_failure(document, WIRE)) == "x"
