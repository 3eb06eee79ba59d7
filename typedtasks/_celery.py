"""What typedtasks uses of Celery, public and private, in one place.

Celery carries no types, so its names are `Any` from here on: no Celery type is in a public annotation, and the checkers
see the same with and without ``celery-types`` installed. Names marked private are outside Celery's documented API;
``tests/unit/test_celery_surface.py`` fails when a release moves one of them.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

__all__ = [
    "BACKEND_ALIASES",
    "CONTROL_FLOW",
    "HIDDEN_SETTINGS",
    "POOL_ALIASES",
    "PRIVATE",
    "TRANSPORT_ALIASES",
    "AsyncResult",
    "Celery",
    "CeleryTimeoutError",
    "Chunks",
    "Context",
    "EagerResult",
    "Exchange",
    "GroupResult",
    "Map",
    "PromiseProxy",
    "Proxy",
    "Queue",
    "Reject",
    "ResultBase",
    "ResultSet",
    "Signature",
    "StandIn",
    "Starmap",
    "Task",
    "active_apps",
    "allow_join_result",
    "assert_will_not_block",
    "binding",
    "call_errbacks_within",
    "changes_of",
    "config_source_of",
    "connect_on_app_finalize",
    "crontab",
    "current_app_object",
    "current_task",
    "extend_result_meta",
    "group",
    "is_errback_called",
    "is_unlocking_chord",
    "periodic_entries_of",
    "pickling_by_arguments",
    "put_over",
    "rebuild_signature",
    "registered",
    "restore_attributes",
    "restore_details",
    "results_are_messages",
    "schedule",
    "set_by_constructor",
    "set_silent",
    "setting_name",
    "starts_anew",
    "take_message",
    "task_at_first_use",
    "task_from_function",
    "through_json",
    "unproxied",
    "unregistered_task",
    "uuid",
]

if TYPE_CHECKING:
    BACKEND_ALIASES: dict[str, str]
    HIDDEN_SETTINGS: re.Pattern[str]
    POOL_ALIASES: dict[str, str]
    TRANSPORT_ALIASES: dict[str, str]
    NEW_NAMES: dict[str, str]
    Exchange: Any
    Queue: Any
    binding: Any
    crontab: Any
    schedule: Any
    symbol_by_name: Any
    Celery: Any
    Task: Any
    Context: Any
    AsyncResult: Any
    EagerResult: Any
    GroupResult: Any
    ResultBase: Any
    ResultSet: Any
    RPCBackend: Any
    assert_will_not_block: Any
    Signature: Any
    allow_join_result: Any
    group: Any
    Chunks: Any
    Map: Any
    Starmap: Any
    Proxy: Any
    PromiseProxy: Any
    CeleryTimeoutError: type[Exception]
    StandIn: type[Exception]
    Reject: type[Exception]
    CONTROL_FLOW: tuple[type[Exception], ...]
    arity_greater: Any
    base: Any
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
    from celery.app import base
    from celery.app.backends import BACKEND_ALIASES
    from celery.app.defaults import _TO_NEW_KEY as NEW_NAMES  # private: Celery's own table of the old names
    from celery.app.task import Context
    from celery.app.utils import HIDDEN_SETTINGS
    from celery.backends.rpc import RPCBackend
    from celery.canvas import Signature, group
    from celery.canvas import chunks as Chunks  # noqa: N812 - a class
    from celery.canvas import xmap as Map  # noqa: N812 - as above
    from celery.canvas import xstarmap as Starmap  # noqa: N812 - as above
    from celery.concurrency import ALIASES as POOL_ALIASES
    from celery.exceptions import Ignore, Reject, Retry
    from celery.exceptions import TimeoutError as CeleryTimeoutError
    from celery.local import PromiseProxy, Proxy
    from celery.result import (
        AsyncResult,
        EagerResult,
        GroupResult,
        ResultBase,
        ResultSet,
        allow_join_result,
        assert_will_not_block,
    )
    from celery.schedules import crontab, schedule
    from celery.utils import uuid
    from celery.utils.functional import arity_greater
    from celery.utils.imports import symbol_by_name
    from celery.utils.serialization import UnpickleableExceptionWrapper as StandIn
    from kombu import Exchange, Queue, binding
    from kombu.serialization import dumps as kombu_dumps
    from kombu.serialization import loads as kombu_loads
    from kombu.transport import TRANSPORT_ALIASES

    #: Exceptions that tell the worker what to do next and are no failure of the task.
    CONTROL_FLOW = (Ignore, Reject, Retry)


#: The private names that other modules use or override, on classes that they derive from or objects that they have.
#: All others are used in this module alone.
PRIVATE: Final[Mapping[str, str]] = {
    "celery.result:AsyncResult._set_cache": "where every way to a result ends: there it is made an object",
    "celery.result:AsyncResult._get_task_meta": "state and progress in one read",
    "celery.result:AsyncResult._cache": "whether Celery's consumer has given a result its value already",
    "celery.canvas:Signature._merge": "the options of a map that were set before it is sent",
    "celery.canvas:Signature._app": "the app of a signature, for a copy of it",
    "celery.canvas:Signature._type": "the task of a signature, which may be a stub and in no registry",
    "celery.app.task:Task._backend": "the backend that was set on a task; its property is ours",
    "celery.worker.request:Request._argsrepr": "what a worker shows of a message",
    "celery.worker.request:Request._kwargsrepr": "likewise",
    "celery.worker.request:Request._request_dict": "likewise, of what it hands to its pool",
    "celery.worker.request:Request._body": "likewise",
}


def active_apps() -> list[Any]:
    """The apps of this process that are finalized, which take no more tasks by themselves."""
    return [app for app in _get_active_apps() if app.finalized]


def task_from_function(app: Any, function: Any, **options: Any) -> Any:
    """Make and register a task, or return the one of that name; private, and what `celery.shared_task` does."""
    with app._finalize_mutex:  # noqa: SLF001 - see the docstring
        return app._task_from_fun(function, **options)  # noqa: SLF001 - see the docstring


def unregistered_task(app: Any, function: Any, *, name: str, **options: Any) -> Any:
    """Make a task that the app does not know; private, as above."""
    with app._finalize_mutex:  # noqa: SLF001 - see the docstring
        tasks = app._tasks  # noqa: SLF001 - see the docstring
        known = tasks.pop(name, None)
        try:
            return app._task_from_fun(function, name=name, **options)  # noqa: SLF001 - see the docstring
        finally:
            tasks.pop(name, None)
            if known is not None:
                tasks[name] = known


def registered(app: Any, name: str) -> Any:
    """The app's task of that name, or ``None``; asking must not finalize an app that will not have it."""
    tasks = app.tasks if app.finalized or app.autofinalize else app._tasks  # noqa: SLF001 - Celery's `send_task` does so
    return tasks.get(name)


def task_at_first_use(app: Any, make: Any, doc: str | None) -> Any:
    """What `Celery.task` does of an app that is not finalized, which leaves it time to be configured."""
    proxy = PromiseProxy(make, __doc__=doc)
    app._pending.append(proxy)  # noqa: SLF001 - private, as above
    return proxy


def is_unlocking_chord() -> bool:
    """Whether what runs is Celery's task that waits for the header of a chord and sends its body."""
    return getattr(current_task(), "name", None) == "celery.chord_unlock"


def current_app_object() -> Any:
    """The current app itself: through Celery's proxy two apps are one."""
    return current_app._get_current_object()  # noqa: SLF001 - the proxy has no public way


def unproxied(value: Any) -> Any:
    """The object behind one of Celery's proxies, or the value itself."""
    return value._get_current_object() if type(value) in (Proxy, PromiseProxy) else value  # noqa: SLF001 - as above


def through_json(value: Any) -> Any:
    """A value dumped and loaded by kombu's own JSON, as between two processes."""
    content_type, encoding, payload = kombu_dumps(value, serializer="json")
    return kombu_loads(payload, content_type, encoding)


def rebuild_signature(document: dict[str, Any], app: Any) -> Any:
    """A signature out of its plain form, of the class that it was."""
    return Signature.from_dict(document, app=app)


def is_errback_called(app: Any, task: Any, signature: Any) -> bool:
    """Whether Celery calls an error callback, with request, exception and traceback, or sends it with a task's id.

    Celery 5.7 looks at the parameters that the signature leaves open, and earlier ones at all of them; private.
    """
    if isinstance(task.__header__, functools.partial):  # of a bound task
        return False
    ask = getattr(app.backend, "_errback_arity_greater", None)
    if ask is None:
        return bool(arity_greater(task.__header__, 1))
    errback = Signature(dict(signature), app=app)
    errback._type = task  # noqa: SLF001 - a stub is not in the app's registry
    return bool(ask(errback, 1))


def extend_result_meta(backend: Any, extend: Any) -> None:
    """Let a function have its say on the document of every result; private: where all of Celery's backends make it."""
    make = backend._get_result_meta  # noqa: SLF001 - see the docstring

    def get_result_meta(result: Any, state: str, traceback: Any, request: Any, **options: Any) -> Any:
        return extend(make(result, state, traceback, request, **options), request)

    backend._get_result_meta = get_result_meta  # noqa: SLF001 - see the docstring


def results_are_messages(backend: Any) -> bool:
    """Whether a backend keeps nothing: a state is a message, for the process that has sent the task."""
    return isinstance(backend, RPCBackend)


# -- the state of an app, which Celery keeps in private attributes -----------------------------------------------------


def setting_name(key: Any, namespace: str | None) -> str:
    """What Celery calls the setting of a key, which may have the app's prefix or an old name."""
    name = str(key)
    prefix = f"{namespace}_".lower() if namespace else ""
    return NEW_NAMES.get(name) or name.lower().removeprefix(prefix)


def changes_of(app: Any) -> dict[str, Any]:
    """The changes of an app's configuration; looking at them configures nothing."""
    changes: Mapping[str, Any] = app.conf.changes if app.configured else app._preconf  # noqa: SLF001
    # What Celery itself notes there, anew in each app.
    return {key: value for key, value in changes.items() if key != "deprecated_settings"}


def set_by_constructor(app: Any) -> tuple[str, ...]:
    """The settings that came by the constructor, which Celery does not take for a sign of old or new names."""
    return tuple(sorted(app._preconf_set_by_auto))  # noqa: SLF001 - private, as above


def config_source_of(app: Any) -> tuple[Any, bool]:
    """What the configuration is read from, and whether it may be missing, which Celery 5.5 forgets."""
    return app._config_source, getattr(app, "_config_source_silent", False)  # noqa: SLF001 - private, as above


def set_silent(app: Any, *, silent: bool) -> None:
    """Set whether what the configuration is read from may be missing; Celery 5.5 takes no such argument."""
    app._config_source_silent = silent  # noqa: SLF001 - private, as above


def periodic_entries_of(app: Any) -> dict[str, Any]:
    """What `add_periodic_task` made that is not among the changes: Celery puts it among its defaults."""
    if not app.configured:
        return {key: entry for (key, entry), _ in app._pending_periodic_tasks}  # noqa: SLF001 - private, as above
    entries = app.conf.beat_schedule
    return {} if any(value is entries for value in app.conf.changes.values()) else dict(entries)


def pickling_by_arguments(app: Any) -> bool:
    """Whether an app's class pickles the deprecated way, by a `__reduce_args__` of its own."""
    return bool(app._using_v1_reduce)  # noqa: SLF001 - private, as above


def restore_attributes(app: Any, keys: Mapping[str, Any]) -> None:
    """Set what the deprecated way has no place for, or loses while the app is not configured."""
    app.namespace = keys["namespace"]
    app.task_cls = keys["task_cls"]
    # A fix-up is made of the app and stays with it.
    app._fixups += [symbol_by_name(fixup)(app) for fixup in keys["fixups"] if fixup not in app.fixups]  # noqa: SLF001
    app.fixups = keys["fixups"]
    changes = app.conf.changes if app.configured else app._preconf  # noqa: SLF001 - private, as above
    for key, value in keys["changes"].items():
        changes.setdefault(key, value)


def restore_details(
    app: Any, *, strict_typing: bool, autofinalize: bool, by_constructor: Iterable[str], periodic: Mapping[str, Any]
) -> None:
    """Set what Celery's own pickling loses."""
    app.strict_typing = strict_typing
    app.autofinalize = autofinalize
    app._preconf_set_by_auto.update(by_constructor)  # noqa: SLF001 - private, as above
    for key, entry in periodic.items():
        if app.configured:
            app.conf.beat_schedule[key] = entry
        else:
            app._pending_periodic_tasks.append([(key, entry), {"name": key}])  # noqa: SLF001 - private, as above


def put_over(app: Any, settings: Mapping[str, Any]) -> None:
    """Set settings as the constructor does, in the place of whatever the app says of them under any of their names."""
    names = {setting_name(key, None) for key in settings}
    changes = app.conf.changes if app.configured else app._preconf  # noqa: SLF001 - private, as above
    for key in [key for key in changes if setting_name(key, app.namespace) in names]:
        del changes[key]
    changes.update(settings)
    app._preconf_set_by_auto.update(settings)  # noqa: SLF001 - private, as above


def take_message(result: Any, seconds: float, on_message: Any) -> None:
    """Wait for one message of such a backend; private, and one turn of what ``get`` does.

    Args:
        result: A result that is pending.
        seconds: How long, at most.
        on_message: Is given what has come, also for other results.
    """
    consumer = result.backend.result_consumer
    before, consumer.on_message = consumer.on_message, on_message
    try:
        consumer.drainer.wait_for(result.on_ready, consumer.drain_events, timeout=seconds)
    except TimeoutError:  # `socket.timeout`: there was none
        pass
    finally:
        consumer.on_message = before


def call_errbacks_within(backend: Any, manager: Callable[[], AbstractContextManager[None]]) -> None:
    """Let Celery call error callbacks within a context manager; private: where it calls those with three parameters."""
    call = backend._call_task_errbacks  # noqa: SLF001 - see the docstring

    def call_task_errbacks(*args: Any, **options: Any) -> Any:
        with manager():
            return call(*args, **options)

    backend._call_task_errbacks = call_task_errbacks  # noqa: SLF001 - see the docstring


def starts_anew() -> bool:
    """Whether this pool process was not forked: its app is an unpickled one, not that of the tasks' module."""
    return bool(base.USING_EXECV)
