"""Typed failures in and out of a result backend, whichever Celery backend it is."""

from __future__ import annotations

import copy
from typing import Any, cast
from weakref import WeakKeyDictionary

from ._celery import StandIn
from ._codec import codec_of
from ._failures import dump_failure, hide_fields, load_failure, make_picklable
from ._wire import Wire
from .errors import RemoteError

__all__ = ["KEY", "remember_failure", "typed_backend"]

#: The key of the failure document beside Celery's own ``exc_type``, ``exc_message`` and ``exc_module``.
KEY = "typedtasks"

# By request: Celery hands the backend a stand-in where an exception does not survive pickle, as attrs exceptions
# with keyword-only fields do not, and the fields are gone. Class and document, not the exception, whose traceback
# would keep the request alive for ever.
_raised: WeakKeyDictionary[Any, tuple[type[BaseException], dict[str, Any]]] = WeakKeyDictionary()


def remember_failure(request: Any, exc: BaseException, wire: Wire) -> dict[str, Any]:
    """Keep what the body of a task raised, until its request is gone; from now on its text hides what is sensitive."""
    make_picklable(type(exc))
    hide_fields(exc)
    document = dump_failure(exc, wire)
    _raised[request] = type(exc), document
    return document


def _document(exc: BaseException, app: Any, wire: Wire) -> dict[str, Any]:
    """The failure document of an exception, or of the one that it stands in for."""
    task = app.current_worker_task
    raised = None if task is None else _raised.get(task.request)
    if (
        raised is not None
        and raised[0] is not type(exc)
        and (isinstance(exc, StandIn) or issubclass(raised[0], type(exc)))
    ):
        return raised[1]
    if isinstance(exc, StandIn):  # of an untyped task
        standing: Any = exc
        return {"type": f"{standing.exc_module}:{standing.exc_cls_name}", "message": standing.text}
    return dump_failure(exc, wire)


def _shown_request(request: Any, app: Any) -> Any:
    """The request of a result, which ``result_extended`` has stored with the arguments: as they may be shown."""
    name = getattr(request, "task", None)
    codec = None if name is None else codec_of(app.tasks.get(name))
    if codec is None or not codec.hides_arguments:
        return request
    shown = copy.copy(request)
    shown.args, shown.kwargs = codec.show_arguments(request.args, request.kwargs)
    return shown


def typed_backend(backend: Any, wire: Wire) -> Any:
    """The backend, with typed failures; untyped tasks that share it notice nothing but better exceptions.

    The methods are replaced on the instance: a subclass made here could not be pickled by its name, and Celery
    pickles backends with their results.
    """
    if KEY in vars(backend):
        return backend
    prepare, to_python, store = backend.prepare_exception, backend.exception_to_python, backend.store_result
    app = backend.app

    def prepare_exception(exc: BaseException, serializer: str | None = None) -> Any:
        stored: Any = prepare(exc, serializer)
        if not isinstance(stored, dict):  # result_serializer="pickle": Celery stores the exception itself
            stored = prepare(exc, "json")
        return {**cast("dict[str, Any]", stored), KEY: _document(exc, app, wire)}

    def exception_to_python(exc: Any) -> Any:
        document = cast("dict[str, Any]", exc).get(KEY) if isinstance(exc, dict) else None
        if isinstance(document, dict):
            return load_failure(cast("dict[str, Any]", document), wire)
        found = to_python(exc)
        if isinstance(found, BaseException) and not isinstance(found, Exception):
            # A forged SystemExit or KeyboardInterrupt would be raised by `get()` in the caller's process.
            return RemoteError(f"{type(found).__module__}.{type(found).__qualname__}", str(found))
        return found

    def store_result(
        task_id: str, result: Any, state: str, traceback: Any = None, request: Any = None, **options: Any
    ) -> Any:
        return store(task_id, result, state, traceback, request=_shown_request(request, app), **options)

    backend.store_result = store_result
    backend.prepare_exception = prepare_exception
    backend.exception_to_python = exception_to_python
    setattr(backend, KEY, wire)
    return backend
