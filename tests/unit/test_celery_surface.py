"""What typedtasks uses of Celery and cattrs beyond their documented interfaces is still there, and still works so.

A failure here after an upgrade says which of the hooks to look at first.
"""

from __future__ import annotations

import ast
import functools
import importlib
import inspect
import json
import re
from pathlib import Path
from typing import Any

import attrs
import celery._state
import pytest
from celery import Celery, Task, chain, chord, group
from celery.app import base as app_base
from celery.app import defaults, trace
from celery.app.task import Context
from celery.backends.asynchronous import Drainer
from celery.backends.base import Backend, BaseBackend, KeyValueStoreBackend
from celery.backends.rpc import ResultConsumer as RPCResultConsumer
from celery.backends.rpc import RPCBackend
from celery.canvas import Signature, chunks, xmap, xstarmap
from celery.local import PromiseProxy, Proxy
from celery.result import AsyncResult, EagerResult, GroupResult, ResultBase, allow_join_result
from celery.utils.functional import arity_greater
from celery.utils.serialization import UnpickleableExceptionWrapper

import typedtasks
from typedtasks._celery import PRIVATE


def parameters(function: Any) -> list[str]:
    return list(inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (celery._state._get_active_apps, []),
        (celery._state.connect_on_app_finalize, ["callback"]),
        (Celery._task_from_fun, ["self", "fun", "name", "base", "bind"]),
        (Celery.task, ["self", "args", "opts"]),
        (Celery.gen_task_name, ["self", "name", "module"]),
        (Task.__call__, ["self", "args", "kwargs"]),
        (Task.before_start, ["self", "task_id", "args", "kwargs"]),
        (Task.AsyncResult, ["self", "task_id", "kwargs"]),
        (Task.apply_async, ["self", "args", "kwargs", "task_id", "producer", "link", "link_error"]),
        (Task.apply, ["self", "args", "kwargs", "link", "link_error", "task_id"]),
        (Task.update_state, ["self", "task_id", "state", "meta"]),
        (Task.on_replace, ["self", "sig"]),
        (Task.on_success, ["self", "retval", "task_id", "args", "kwargs"]),
        (Task.on_failure, ["self", "exc", "task_id", "args", "kwargs", "einfo"]),
        (Task.on_retry, ["self", "exc", "task_id", "args", "kwargs", "einfo"]),
        (Task.after_return, ["self", "status", "retval", "task_id", "args", "kwargs", "einfo"]),
        (Task.retry, ["self", "args", "kwargs", "exc"]),
        (Task.map, ["self", "it"]),
        (Task.starmap, ["self", "it"]),
        (Task.chunks, ["self", "it", "n"]),
        (Task.on_bound, ["app"]),
        (Celery.send_task, ["self", "name", "args", "kwargs", "countdown"]),
        (Celery.subclass_with_self, ["self", "Class", "name", "attribute", "reverse", "keep_reduce"]),
        (AsyncResult.__init__, ["self", "id", "backend", "task_name", "app", "parent"]),
        (AsyncResult._set_cache, ["self", "d"]),
        (AsyncResult._get_task_meta, ["self"]),
        (AsyncResult.get, ["self", "timeout", "propagate", "interval"]),
        (EagerResult.__init__, ["self", "id", "ret_value", "state", "traceback", "name"]),
        (EagerResult.get, ["self", "timeout", "propagate"]),
        (Drainer.wait_for, ["self", "p", "wait", "timeout"]),
        (RPCBackend.add_pending_result, ["self", "result"]),
        (RPCResultConsumer.drain_events, ["self", "timeout"]),
        (Backend.store_result, ["self", "task_id", "result", "state", "traceback", "request"]),
        (BaseBackend.iter_native, ["self", "result", "timeout", "interval"]),
        (Backend.apply_chord, ["self", "header_result_args", "body"]),
        (Backend.on_chord_part_return, ["self", "request", "state", "result"]),
        (Backend._get_result_meta, ["self", "result", "state", "traceback", "request"]),
        (Backend._call_task_errbacks, ["self", "request", "exc", "traceback"]),
        (Backend.prepare_exception, ["self", "exc", "serializer"]),
        (Backend.exception_to_python, ["self", "exc"]),
        (UnpickleableExceptionWrapper.__init__, ["self", "exc_module", "exc_cls_name", "exc_args", "text"]),
        (Signature.__init__, ["self", "task", "args", "kwargs", "options"]),
        (Signature.from_dict, ["d", "app"]),
        (Signature.clone, ["self", "args", "kwargs"]),
        (Signature.apply, ["self", "args", "kwargs"]),
        (Signature.apply_async, ["self", "args", "kwargs"]),
        (xmap.__init__, ["self", "task", "it", "options"]),
        (xmap.apply_async, ["self", "args", "kwargs", "opts"]),
        (chunks.__init__, ["self", "task", "it", "n", "options"]),
        (AsyncResult.as_tuple, ["self"]),
        (GroupResult.as_tuple, ["self"]),
        (allow_join_result, []),
    ],
    ids=lambda value: getattr(value, "__qualname__", ""),
)
def test_signature(function, expected):
    """The parameters that are relied on come first, in this order."""
    assert expected == parameters(function)[: len(expected)]


def test_results_are_of_one_family():
    """An eager result is an `AsyncResult`, so that one typed class serves for both."""
    assert issubclass(EagerResult, AsyncResult)
    assert issubclass(AsyncResult, ResultBase)


def test_eager_result_is_rebuilt_from_its_arguments():
    """What `__reduce_args__` gives is what `__init__` takes."""
    arguments = EagerResult("id", 1, "SUCCESS", None, name="shop.charge").__reduce_args__()

    assert arguments[:4] == ("id", 1, "SUCCESS", None)


def test_backend_of_a_task_is_kept_in_one_attribute():
    """`Task.backend` is a property over `_backend`, which typed tasks set in its stead."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)

    @app.task(shared=False)
    def task() -> None: ...

    task.backend = marker = object()

    assert task._backend is marker
    assert isinstance(inspect.getattr_static(Task, "backend"), property)


def test_requests_can_be_kept_weakly():
    """A request is hashable by identity and can be weakly referred to."""
    request = Context()

    assert {request} == {request}
    assert Context() != request
    assert "__weakref__" in dir(request)


def test_active_apps_and_finalizers():
    """`shared_task` is made of these."""
    app = Celery("unit", set_as_current=False)
    seen: list[Any] = []
    celery._state.connect_on_app_finalize(seen.append)

    app.finalize()

    assert seen == [app]
    assert app in celery._state._get_active_apps()
    assert app.finalized
    with app._finalize_mutex:
        pass


def test_proxy_gives_its_object():
    """The current app behind Celery's proxy."""
    value = object()

    assert Proxy(lambda: value)._get_current_object() is value


def nothing(*args: Any) -> None:
    """The body of a task."""


def told(request: Any, exc: Any, traceback: Any) -> None:
    """That of an error callback."""


def about(task_id: str) -> None:
    """That of one of the old style."""


def task_of(app: Celery, function: Any = nothing, name: str = "surface.task", **options: Any) -> Any:
    """A task of Celery's own."""
    return app.task(shared=False, lazy=False, name=name, **options)(function)


def traced(app: Celery, **options: Any) -> list[str]:
    """The order of events around a task that the tracer runs."""
    events: list[str] = []

    class Logged(Task):  # type: ignore[misc]  # Celery is untyped
        def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
            events.append("before_start")

        def __call__(self, *args: Any, **kwargs: Any) -> Any:
            events.append("called" if self.request.args is not None else "called without request")
            return super().__call__(*args, **kwargs)

        def on_success(self, *args: Any) -> None:
            events.append("on_success")

    @app.task(base=Logged, shared=False, **options)
    def surface() -> None:
        events.append("body")

    request = {"id": "id", "args": (), "kwargs": {}, "called_directly": False, "is_eager": True}
    tracer = trace.build_tracer(surface.name, surface, app=app, eager=True, propagate=True)
    tracer("id", (), {}, request)
    return events


def test_before_start_comes_right_before_the_call():
    """The tracer calls `before_start` and then the task, through `__call__` where a class overrides it."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)

    assert traced(app) == ["before_start", "called", "body", "on_success"]


def test_result_goes_through_set_cache():
    """Whatever a backend hands over for a finished task passes `AsyncResult._set_cache`."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)
    seen: list[Any] = []

    class Result(AsyncResult):  # type: ignore[misc]  # Celery is untyped
        def _set_cache(self, d: Any) -> Any:
            seen.append(d["result"])
            return super()._set_cache(d)

    app.backend.mark_as_done("surface-id", 7)

    assert Result("surface-id", app=app).get(timeout=1) == 7
    assert seen == [7]


def test_messages_of_results():
    """A consumer of results tells `on_message` of every state, and has a drainer that waits for the next one."""
    app = Celery("unit", broker="memory://", backend="rpc://", set_as_current=False)
    consumer, seen = app.backend.result_consumer, []
    consumer.on_message = seen.append

    consumer.on_state_change({"status": "PROGRESS", "task_id": "surface-message", "result": 1}, None)

    assert [meta["status"] for meta in seen] == ["PROGRESS"]
    assert isinstance(consumer.drainer, Drainer)


def test_failures_go_through_the_backend():
    """A failure is stored with `prepare_exception` and read with `exception_to_python`."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)
    backend = app.backend
    prepare, seen = backend.prepare_exception, []
    backend.prepare_exception = lambda exc, serializer=None: {**prepare(exc, serializer), "more": "kept"}
    backend.exception_to_python = lambda exc: seen.append(exc) or ValueError("read")

    backend.mark_as_failure("surface-failed", KeyError("x"), traceback="...", store_result=True)

    assert repr(AsyncResult("surface-failed", app=app).result) == "ValueError('read')"
    assert seen[0]["more"] == "kept"


def test_celery_declares_its_own_tasks_through_the_app():
    """By names that start with `celery.`, which typed apps leave to Celery."""
    app = typedtasks.TypedCelery("unit", broker="memory://", set_as_current=False)

    names = {name for name in app.tasks if name.startswith("celery.")}

    assert {"celery.chain", "celery.chord", "celery.group", "celery.map"} <= names
    assert not any(hasattr(type(app.tasks[name]), "codec") for name in names)


@pytest.mark.parametrize(("frozen", "name"), [(True, "_frozen_setattrs"), (False, "__setattr__")])
def test_frozen_attrs_classes_are_told_by_their_setattr(frozen, name):
    """attrs has no public way before version 25.4."""
    cls = attrs.make_class("Record", {"value": attrs.field()}, frozen=frozen)

    assert name == cls.__setattr__.__name__


class TestTasks:
    """How an app keeps and makes its tasks."""

    def test_registry(self):
        """`_tasks` is what `tasks` gives of a finalized app; looking at it finalizes nothing."""
        app = Celery("unit", set_as_current=False)

        assert "surface.none" not in app._tasks
        assert not app.finalized
        assert app.tasks is app._tasks
        assert app.finalized

    def test_task_of_a_function(self):
        """It is registered by its name, bound, and one that is there already is not made again."""
        app = Celery("unit", set_as_current=False)
        with app._finalize_mutex:
            made = app._task_from_fun(nothing, name="surface.nothing")
            again = app._task_from_fun(nothing, name="surface.nothing")

        assert app._tasks.pop("surface.nothing") is made is again

    def test_pending(self):
        """What an app makes of its lazy tasks when it is finalized."""
        app = Celery("unit", set_as_current=False)
        made: list[Any] = []
        app._pending.append(PromiseProxy(lambda: made.append(1)))

        app.finalize()

        assert made == [1]

    def test_header(self):
        """By which Celery tells error callbacks apart: the function's parameters, of a bound task a `partial`."""
        app = Celery("unit", set_as_current=False)
        plain, one = task_of(app, told, "surface.told"), task_of(app, about, "surface.about")
        bound = task_of(app, told, "surface.bound", bind=True)

        assert (arity_greater(plain.__header__, 1), arity_greater(one.__header__, 1)) == (True, False)
        assert isinstance(bound.__header__, functools.partial)

    @pytest.mark.parametrize("name", ["map", "starmap", "chunks", "chord_unlock"])
    def test_celerys_own(self, name):
        """Those that typed tasks know by their names."""
        assert f"celery.{name}" in Celery("unit", set_as_current=False).tasks

    def test_result_class(self):
        """`subclass_with_self` makes a class for an app, which keeps its own way to be pickled if it is told so."""

        class Result(AsyncResult):  # type: ignore[misc]  # Celery is untyped
            def __reduce__(self) -> Any:
                return str, ("kept",)

        app = Celery("unit", set_as_current=False)
        cls = app.subclass_with_self(Result, name="AsyncResult", keep_reduce=True)

        assert (cls.__name__, cls.app) == ("AsyncResult", app)
        assert cls("id").__reduce__() == (str, ("kept",))

    def test_result_class_is_kept(self):
        """In the app's `__dict__`, where `install` drops it."""
        app = Celery("unit", set_as_current=False)

        assert app.AsyncResult is vars(app)["AsyncResult"]

    def test_send_task(self):
        """A task sends through its app, with `task_type`; a call by name has none."""
        sent: list[Any] = []

        class Sender(Celery):  # type: ignore[misc]  # Celery is untyped
            def send_task(self, name: str, args: Any = None, kwargs: Any = None, **options: Any) -> None:
                sent.append((name, args, kwargs, options.get("task_type"), options.get("result_cls")))

        app = Sender("unit", set_as_current=False)
        task = task_of(app)
        task.delay(1)
        app.signature("not.here", (1,)).delay()

        assert sent[0][:4] == ("surface.task", (1,), {}, task)
        assert sent[1][0] == "not.here"
        assert sent[1][3] is None

    def test_fresh_interpreter(self):
        """The name that is set in a pool process that was not forked, and `Celery.task` looks at."""
        assert hasattr(app_base, "USING_EXECV")
        assert "USING_EXECV" in Celery.task.__code__.co_names


class TestSignatures:
    """What is in them: the encoder goes by these keys."""

    @pytest.fixture
    def step(self):
        """A task's."""
        app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)
        return task_of(app, name="surface.step").s(1)

    def test_task(self, step):
        """One task's; it knows its task and its app."""
        assert {"task", "args", "kwargs", "options", "subtask_type", "immutable"} <= set(step)
        assert (step["task"], step["subtask_type"], step["immutable"]) == ("surface.step", None, False)
        assert step._type is step.type
        assert isinstance(Signature("surface.step", app=step.app)._app, Celery)
        assert Signature("surface.step", app=step.app)._type is None

    def test_chain(self, step):
        """Its steps."""
        made = chain(step, step)

        assert (made["subtask_type"], len(made["kwargs"]["tasks"])) == ("chain", 2)

    def test_group(self, step):
        """Its tasks."""
        made = group([step, step])

        assert (made["subtask_type"], len(made["kwargs"]["tasks"])) == ("group", 2)

    def test_chord(self, step):
        """Its header, which is a list or a group, and its body."""
        made = chord([step], step)
        again = dict(chord(group([step]), step))

        assert (made["subtask_type"], made["kwargs"]["body"]["task"]) == ("chord", "surface.step")
        for header in (made["kwargs"]["header"], again["kwargs"]["header"]):
            tasks = header["kwargs"]["tasks"] if isinstance(header, dict) else header
            assert [each["task"] for each in tasks] == ["surface.step"]

    @pytest.mark.parametrize(
        ("make", "name"), [(xmap, "celery.map"), (xstarmap, "celery.starmap"), (chunks, "celery.chunks")]
    )
    def test_maps(self, step, make, name):
        """The task, and its items."""
        more = {"n": 1} if make is chunks else {}
        made = make(step, [1, 2], app=step.app, **more)

        assert (made["task"], made["immutable"]) == (name, True)
        assert {**made["kwargs"], "it": list(made["kwargs"]["it"])} == {"task": step, "it": [1, 2], **more}

    def test_rebuilt(self, step):
        """`from_dict` gives one of the class that it was."""
        for made in (step, chain(step, step), group([step, step]), chord([step], step)):
            assert type(Signature.from_dict(json.loads(json.dumps(made)), app=step.app)) is type(made)

    def test_pending_options(self, step):
        """What follows a task is in its options, and later steps of a chain too."""
        step.link(step.clone())
        step.link_error(step.clone())

        assert [each["task"] for each in step["options"]["link"]] == ["surface.step"]
        assert [each["task"] for each in step["options"]["link_error"]] == ["surface.step"]

    def test_options_of_a_call(self, step):
        """A chain is sent as its first task, with the others in the option `chain`; a chord's header has `chord`."""
        seen: list[Any] = []
        step.type.apply_async = lambda *args, **options: seen.append(options) or step.type.AsyncResult("x")
        chain(step, step).delay()
        chord([step], step).delay()

        assert [each["task"] for each in seen[0]["chain"]] == ["surface.step"]
        assert seen[1]["chord"]["task"] == "surface.step"

    def test_sent_by_the_tracer(self, step):
        """What follows a task is sent with its id as `parent_id`, by which such calls are known."""
        seen: list[Any] = []
        follows = task_of(step.app, name="surface.follows")
        follows.apply_async = lambda args=None, kwargs=None, **options: seen.append(options["parent_id"])
        tracer = trace.build_tracer("surface.step", step.type, app=step.app)

        tracer("first", (), {}, {"id": "first", "callbacks": [follows.s()], "delivery_info": {}})
        tracer("second", (), {}, {"id": "second", "chain": [follows.s()], "delivery_info": {}})

        assert seen == ["first", "second"]


class TestBackends:
    """The methods of a backend that typed tasks replace on it."""

    @pytest.fixture
    def backend(self):
        """One that keeps values by keys."""
        return Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False).backend

    def test_meta(self, backend):
        """All backends make the document of a result by `_get_result_meta`."""
        make, seen = backend._get_result_meta, []
        backend._get_result_meta = lambda *args, **options: seen.append((args, set(options))) or make(*args, **options)

        backend.store_result("surface-meta", 1, "SUCCESS", request=Context(id="surface-meta"))

        ((args, options),) = seen
        assert len(args) + len(options & {"result", "state", "traceback", "request"}) >= 4
        assert backend.get_task_meta("surface-meta")["result"] == 1

    def test_errbacks(self, backend):
        """All error callbacks are called or sent by `_call_task_errbacks`."""
        seen: list[Any] = []
        backend._call_task_errbacks = lambda *args: seen.append(args)

        backend.mark_as_failure("surface-errbacks", ValueError(), request=Context(errbacks=[{"task": "x"}]))

        ((request, exc, _),) = seen
        assert (request.errbacks, type(exc)) == ([{"task": "x"}], ValueError)

    def test_arity(self, backend):
        """From Celery 5.7 on, what tells how an error callback is called is a method of its own."""
        ask = getattr(backend, "_errback_arity_greater", None)
        task = task_of(backend.app, told)

        if ask is None:
            assert "arity_greater(errback.type.__header__, 1)" in inspect.getsource(Backend._call_task_errbacks)
        else:
            assert ask(task.s(), 1)
            assert not ask(task.s(1, 2), 1)
            assert ask(task.si(1, 2), 1)

    def test_chord(self, backend):
        """`apply_chord` gets the header's id and results, and the body; each part ends with `on_chord_part_return`."""
        app, seen = backend.app, []
        task = task_of(app, name="surface.part")
        backend.apply_chord = lambda header, body, **options: seen.append((header, body))
        backend.on_chord_part_return = lambda request, state, result, **options: seen.append((request.id, state))

        chord([task.s()], task.s()).delay()
        backend.mark_as_done("surface-part", 1, request=Context(id="surface-part", chord={"task": "surface.part"}))

        (header, body), ended = seen
        assert (len(header), body["task"], ended) == (2, "surface.part", ("surface-part", "SUCCESS"))

    def test_results_of_a_group(self, backend):
        """`GroupResult.join_native` asks the backend for ids and documents."""
        app = backend.app
        results = GroupResult(
            "surface-group", [app.AsyncResult("surface-one"), app.AsyncResult("surface-two")], app=app
        )
        for each in results:
            backend.store_result(each.id, each.id, "SUCCESS")

        found = {task_id: meta["result"] for task_id, meta in backend.iter_native(results, timeout=1, interval=0.01)}

        assert found == {"surface-one": "surface-one", "surface-two": "surface-two"}
        assert results.join_native(timeout=1) == ["surface-one", "surface-two"]

    def test_count(self):
        """A backend that counts joins the header in the process of its last task."""
        assert "join" in inspect.getsource(KeyValueStoreBackend.on_chord_part_return)

    def test_results_as_json(self, backend):
        """A result that a task returns is stored as its tuple."""
        assert backend.encode_result(backend.app.AsyncResult("surface-tuple"), "SUCCESS") == (
            ("surface-tuple", None),
            None,
        )
        assert isinstance(backend.app.AsyncResult("x"), ResultBase)


def test_hooks_of_a_task():
    """The tracer calls them with positional arguments, after the body and before it forgets the request."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)
    events: list[Any] = []

    class Logged(Task):  # type: ignore[misc]  # Celery is untyped
        def on_success(self, *args: Any) -> None:
            events.append(("on_success", len(args), args[0], args[2:], self.request.id))

        def on_failure(self, *args: Any) -> None:
            events.append(("on_failure", len(args), type(args[0]), args[2:4], self.request.id))

        def on_retry(self, *args: Any) -> None:
            events.append(("on_retry", len(args), type(args[0]), args[2:4], self.request.id))

        def after_return(self, *args: Any) -> None:
            events.append(("after_return", len(args), args[0], args[3:5], self.request.id))

    @app.task(base=Logged, bind=True, shared=False, max_retries=1)
    def surface(self: Any, how: str) -> str:
        if how == "fail":
            raise LookupError
        if how == "retry" and not self.request.retries:
            self.retry(countdown=0)
        return how

    surface.apply(("done",), task_id="one")
    surface.apply(("fail",), task_id="two")
    surface.apply(("retry",), task_id="three")

    assert events[:4] == [
        ("on_success", 4, "done", (("done",), {}), "one"),
        ("after_return", 6, "SUCCESS", (("done",), {}), "one"),
        ("on_failure", 5, LookupError, (("fail",), {}), "two"),
        ("after_return", 6, "FAILURE", (("fail",), {}), "two"),
    ]
    (retried,) = [event for event in events if event[0] == "on_retry"]
    assert (retried[1:3], retried[3:]) == ((5, type(None)), ((("retry",), {}), "three"))


def test_request_of_what_runs():
    """`current_worker_task` is the task that this process runs for a worker; `get_current_task` is any that runs."""
    app = Celery("unit", broker="memory://", backend="cache+memory://", set_as_current=False)
    seen: list[Any] = []

    @app.task(shared=False)
    def surface() -> None:
        seen.append((app.current_worker_task, celery._state.get_current_task()))

    surface.apply()
    trace.build_tracer(surface.name, surface, app=app)("id", (), {}, {"id": "id", "args": (), "kwargs": {}})

    assert [(each[0] and each[0].name, each[1].name) for each in seen] == [
        (surface.name, surface.name),
        (surface.name, surface.name),
    ]
    assert app.current_worker_task is None


class TestStateOfAnApp:
    """What `app_state` and pickle look at, and set again."""

    def test_what_pickle_gets(self):
        """The keyword arguments that are known here; Celery 5.5 has no `config_source_silent`."""
        keys = {*Celery("unit", set_as_current=False).__reduce_keys__(), "config_source_silent"}

        assert keys == {
            *("main", "changes", "loader", "backend", "amqp", "events", "log", "control", "fixups", "config_source"),
            *("config_source_silent", "task_cls", "namespace"),
        }

    def test_what_it_loses(self):
        """The constructor takes it all the same."""
        assert {"strict_typing", "autofinalize", "set_as_current"} <= {*parameters(Celery.__init__)}

    def test_deprecated_way(self):
        """It is taken by a class with a `__reduce_args__`, whose first two are the name and the changes."""

        class ByArguments(Celery):  # type: ignore[misc]  # Celery is untyped
            def __reduce_args__(self) -> tuple[Any, ...]:
                return tuple(super().__reduce_args__())

        app = ByArguments("unit", set_as_current=False)

        assert app._using_v1_reduce
        assert not Celery("unit", set_as_current=False)._using_v1_reduce
        assert app.__reduce_args__()[:2] == ("unit", {})

    def test_changes(self):
        """They are in one `dict` before the configuration is read, and in another one after that."""
        app = Celery("unit", broker="memory://", set_as_current=False)
        app.conf.timezone = "UTC"
        assert {"broker_url": "memory://", "timezone": "UTC"}.items() <= app._preconf.items()
        assert app._preconf_set_by_auto == {"broker_url"}
        assert not app.configured

        assert app.conf.enable_utc

        assert app.configured
        assert {"broker_url": "memory://", "timezone": "UTC"}.items() <= app.conf.changes.items()

    def test_periodic_tasks(self):
        """They wait until the configuration is read, and are not among its changes."""
        app = Celery("unit", set_as_current=False)
        app.add_periodic_task(60.0, app.signature("unit.clean"), name="clean")
        ((key, entry), options) = app._pending_periodic_tasks[0]

        assert (key, options) == ("clean", {"name": "clean"})
        assert app.conf.beat_schedule == {"clean": entry}
        assert "beat_schedule" not in app.conf.changes

    def test_configuration_source(self):
        """It is kept, to be read at first use; so are the fix-ups, which live as long as the app."""
        app = Celery("unit", fixups=[], set_as_current=False)
        app.config_from_object("unit.missing")

        assert app._config_source == "unit.missing"
        assert app._fixups == []

    def test_old_names(self):
        """Celery's table of them."""
        assert defaults._TO_NEW_KEY["BROKER_URL"] == "broker_url"
        assert defaults._TO_NEW_KEY["CELERY_RESULT_BACKEND"] == "result_backend"


# -- what other modules than `_celery` use --------------------------------------------------------------------------


def celery_class(path: str) -> tuple[Any, str]:
    """A class of Celery's and the attribute, of `module:Class.attribute`."""
    module, _, rest = path.partition(":")
    name, _, attribute = rest.partition(".")
    return getattr(importlib.import_module(module), name), attribute


def private_names(cls: Any) -> set[str]:
    """The private attributes of a class and those that its methods set."""
    source = "\n".join(inspect.getsource(each) for each in cls.__mro__ if each.__module__.startswith("celery"))
    set_in_source = re.findall(r"\bself\.(_[a-z]\w*)|^    (_[a-z]\w*) =", source, re.MULTILINE)
    found = {*dir(cls), *(name for pair in set_in_source for name in pair if name)}
    return {name for name in found if name.startswith("_") and not name.startswith("__")}


@pytest.mark.parametrize("path", PRIVATE)
def test_private_name(path):
    """It is there still."""
    cls, attribute = celery_class(path)

    assert attribute in private_names(cls)


def test_private_names_are_listed():
    """No module but `_celery` uses another."""
    listed = {celery_class(path)[1] for path in PRIVATE}
    theirs = set().union(*(private_names(celery_class(path)[0]) for path in PRIVATE), private_names(Backend))
    for path in Path(typedtasks.__file__).parent.glob("*.py"):
        if path.stem == "_celery":
            continue
        nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
        fields = (node.target for node in nodes if isinstance(node, ast.AnnAssign))
        own = {field.id for field in fields if isinstance(field, ast.Name)}
        own |= {node.name for node in nodes if isinstance(node, ast.FunctionDef)} - listed
        assert (used & theirs) - own <= listed, path.name
