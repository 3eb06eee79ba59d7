"""Typed failures in and out of a result backend, whichever Celery backend it is."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, cast

from ._celery import StandIn, call_errbacks_within, extend_result_meta, rebuild_signature
from ._codec import codec_of
from ._encoder import MAPS, Encoder, find_task, first_of, known_task
from ._failures import dump_failure, hide_fields, load_failure, make_picklable
from ._result import typed_nodes
from ._runs import begin_run, calling_errbacks, passing_on, run_of
from ._sensitive import HIDDEN
from ._wire import Wire
from .errors import RemoteError

__all__ = ["KEY", "remember_failure", "typed_backend"]

#: The key of the failure document beside Celery's own ``exc_type``, ``exc_message`` and ``exc_module``.
KEY = "typedtasks"


def remember_failure(request: Any, exc: BaseException, wire: Wire) -> dict[str, Any]:
    """Keep what the body of a task raised, until its request is gone; from now on its text hides what is sensitive.

    Celery hands the backend a stand-in where an exception does not survive pickle, as attrs exceptions with
    keyword-only fields do not, and the fields are gone.
    """
    make_picklable(type(exc))
    hide_fields(exc)
    document = dump_failure(exc, wire)
    begin_run(request).failure = type(exc), document
    return document


def _document(exc: BaseException, app: Any, wire: Wire) -> dict[str, Any]:
    """The failure document of an exception, or of the one that it stands in for; nothing sensitive is in its texts."""
    hide_fields(exc)
    task = app.current_worker_task
    run = None if task is None else run_of(task.request)
    raised = None if run is None else run.failure
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
    called = request.kwargs["task"] if name in MAPS and request.kwargs else None
    codec = codec_of(known_task(app, name if called is None else called["task"])) if name else None
    if codec is None or not codec.hides_arguments:
        return request
    shown = copy.copy(request)
    if called is None:
        shown.args, shown.kwargs = codec.show_arguments(request.args, request.kwargs)
    else:
        shown.kwargs = {"task": called["task"], "it": HIDDEN}
    return shown


def typed_backend(backend: Any, wire: Wire) -> Any:
    """The backend, with typed failures and results; untyped tasks that share it notice nothing but better exceptions.

    The methods are replaced on the instance: a subclass made here could not be pickled by its name, and Celery
    pickles backends with their results.
    """
    if KEY not in vars(backend):
        setattr(backend, KEY, wire)
        _type_failures(backend, wire)
        _type_results(backend)
    return backend


def _type_failures(backend: Any, wire: Wire) -> None:
    prepare, to_python = backend.prepare_exception, backend.exception_to_python
    app = backend.app

    def prepare_exception(exc: BaseException, serializer: str | None = None) -> Any:
        if serializer is not None:  # asked for by name, by Celery's report of an error of its own: the exception itself
            return prepare(exc, serializer)
        stored: Any = prepare(exc)
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

    backend.prepare_exception, backend.exception_to_python = prepare_exception, exception_to_python


def _type_results(backend: Any) -> None:
    store, iter_native, apply_chord = backend.store_result, backend.iter_native, backend.apply_chord
    count_chord = backend.on_chord_part_return
    app = backend.app

    def store_result(
        task_id: str, result: Any, state: str, traceback: Any = None, request: Any = None, **options: Any
    ) -> Any:
        return store(task_id, result, state, traceback, request=_shown_request(request, app), **options)

    def say_task(meta: dict[str, Any], request: Any) -> dict[str, Any]:
        """What ``result_extended`` stores too: whoever has no more than an id gets an object."""
        name = getattr(request, "task", None)
        is_typed = isinstance(name, str) and codec_of(app.tasks.get(name)) is not None
        return {"name": name, **meta} if is_typed else meta

    def iterate(result: Any, **options: Any) -> Iterator[tuple[str, Any]]:
        """Results past the result objects; those that a consumer has put into these are objects already."""
        nodes = typed_nodes(result)
        often = app.conf.result_backend_transport_options.get("polling_interval")
        if often:  # of a backend in a folder
            options["interval"] = often
        for task_id, meta in iter_native(result, **options):
            node = nodes.get(task_id)
            if node is None or meta is node._cache:  # noqa: SLF001 - as Celery's own backends do
                yield task_id, meta
            else:
                yield task_id, node._set_cache(meta)  # noqa: SLF001 - as above

    def send_chord(header: Any, body: Any, **options: Any) -> Any:
        """Backends that cannot count send the body to a task of Celery's, which waits for the header."""
        encoder = Encoder(app, exact=app.current_worker_task is None)
        return apply_chord(header, body and rebuild_signature(encoder.encode(body, 1), app), **options)

    def on_chord_part_return(request: Any, state: str, result: Any, **options: Any) -> Any:
        """Where Celery sends the body of a chord with the results as the backend has them."""
        run, body = run_of(request), getattr(request, "chord", None)
        codec = codec_of(body and find_task(app, first_of(body)))
        if codec is not None and run is not None and result is run.wire:
            result = codec.retag_item(run.wire, run.value)  # which Redis keeps for the body alone
        with passing_on():
            return count_chord(request, state, result, **options)

    extend_result_meta(backend, say_task)
    call_errbacks_within(backend, calling_errbacks)
    backend.on_chord_part_return = on_chord_part_return
    backend.store_result, backend.iter_native, backend.apply_chord = store_result, iterate, send_chord
