"""What typedtasks uses of Celery, public and private, in one place.

Celery carries no types, so its names are `Any` from here on: no Celery type is in a public annotation, and the checkers
see the same with and without ``celery-types`` installed. Names marked private are outside Celery's documented API;
``tests/unit/test_celery_surface.py`` fails when a release moves one of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = [
    "CONTROL_FLOW",
    "AsyncResult",
    "Celery",
    "CeleryTimeoutError",
    "EagerResult",
    "PromiseProxy",
    "Proxy",
    "Reject",
    "Signature",
    "StandIn",
    "Task",
    "active_apps",
    "connect_on_app_finalize",
    "current_app_object",
    "current_task",
    "task_at_first_use",
    "task_from_function",
    "through_json",
    "uuid",
]

if TYPE_CHECKING:
    Celery: Any
    Task: Any
    AsyncResult: Any
    EagerResult: Any
    Signature: Any
    Proxy: Any
    PromiseProxy: Any
    CeleryTimeoutError: type[Exception]
    StandIn: type[Exception]
    Reject: type[Exception]
    CONTROL_FLOW: tuple[type[Exception], ...]
    current_app: Any
    current_task: Any
    uuid: Any
    kombu_dumps: Any
    kombu_loads: Any
    connect_on_app_finalize: Any
    _get_active_apps: Any
else:
    from celery import Celery, Task, current_app
    from celery._state import _get_active_apps, connect_on_app_finalize  # private: what `shared_task` is made of
    from celery._state import get_current_task as current_task  # private: `celery.current_task` is a proxy of it
    from celery.canvas import Signature
    from celery.exceptions import Ignore, Reject, Retry
    from celery.exceptions import TimeoutError as CeleryTimeoutError
    from celery.local import PromiseProxy, Proxy
    from celery.result import AsyncResult, EagerResult
    from celery.utils import uuid
    from celery.utils.serialization import UnpickleableExceptionWrapper as StandIn
    from kombu.serialization import dumps as kombu_dumps
    from kombu.serialization import loads as kombu_loads

    #: Exceptions that tell the worker what to do next and are no failure of the task.
    CONTROL_FLOW = (Ignore, Reject, Retry)


def active_apps() -> list[Any]:
    """The apps of this process that are finalized, which take no more tasks by themselves."""
    return [app for app in _get_active_apps() if app.finalized]


def task_from_function(app: Any, function: Any, **options: Any) -> Any:
    """Make and register a task, or return the one of that name; private, and what `celery.shared_task` does."""
    with app._finalize_mutex:  # noqa: SLF001 - see the docstring
        return app._task_from_fun(function, **options)  # noqa: SLF001 - see the docstring


def task_at_first_use(app: Any, make: Any, doc: str | None) -> Any:
    """What `Celery.task` does of an app that is not finalized, which leaves it time to be configured."""
    proxy = PromiseProxy(make, __doc__=doc)
    app._pending.append(proxy)  # noqa: SLF001 - private, as above
    return proxy


def current_app_object() -> Any:
    """The current app itself: through Celery's proxy two apps are one."""
    return current_app._get_current_object()  # noqa: SLF001 - the proxy has no public way


def through_json(value: Any) -> Any:
    """A value dumped and loaded by kombu's own JSON, as between two processes."""
    content_type, encoding, payload = kombu_dumps(value, serializer="json")
    return kombu_loads(payload, content_type, encoding)
