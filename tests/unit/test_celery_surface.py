"""What typedtasks uses of Celery and cattrs beyond their documented interfaces is still there, and still works so.

A failure here after an upgrade says which of the hooks to look at first.
"""

from __future__ import annotations

import inspect
from typing import Any

import attrs
import celery._state
import pytest
from celery import Celery, Task
from celery.app import trace
from celery.app.task import Context
from celery.backends.base import Backend
from celery.canvas import Signature
from celery.local import Proxy
from celery.result import AsyncResult, EagerResult, ResultBase
from celery.utils.serialization import UnpickleableExceptionWrapper

import typedtasks


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
        (AsyncResult.__init__, ["self", "id", "backend", "task_name", "app", "parent"]),
        (AsyncResult._set_cache, ["self", "d"]),
        (AsyncResult._get_task_meta, ["self"]),
        (AsyncResult.get, ["self", "timeout", "propagate", "interval"]),
        (EagerResult.__init__, ["self", "id", "ret_value", "state", "traceback", "name"]),
        (EagerResult.get, ["self", "timeout", "propagate"]),
        (Backend.prepare_exception, ["self", "exc", "serializer"]),
        (Backend.exception_to_python, ["self", "exc"]),
        (UnpickleableExceptionWrapper.__init__, ["self", "exc_module", "exc_cls_name", "exc_args", "text"]),
        (Signature.__init__, ["self", "task", "args", "kwargs", "options"]),
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
