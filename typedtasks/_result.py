"""A task's result, as the type that the task declares."""

from __future__ import annotations

import asyncio
import math
import time
from typing import TYPE_CHECKING, Any, Generic, Literal, cast, final, overload

import attrs
from typing_extensions import TypeVar

from ._celery import CeleryTimeoutError, ResultBase, current_app_object, is_unlocking_chord, through_json
from ._codec import TaskCodec, codec_of
from ._encoder import known_task
from ._failures import load_failure
from ._options import TaskState
from ._runs import is_passing_on
from .errors import IgnoredResult, InvalidResult

if TYPE_CHECKING:
    _AsyncResult = object
    _EagerResult = object
else:
    from ._celery import AsyncResult as _AsyncResult
    from ._celery import EagerResult as _EagerResult

__all__ = [
    "Crashed",
    "Failed",
    "NamedResult",
    "Ok",
    "TypedEagerResult",
    "TypedResult",
    "async_result",
    "eager_result",
    "items_result",
    "typed_nodes",
]

_R_co = TypeVar("_R_co", covariant=True)
_E_co = TypeVar("_E_co", bound=BaseException, covariant=True, default=Exception)
_Pg_co = TypeVar("_Pg_co", covariant=True, default=Any)


@final
@attrs.frozen
class Ok(Generic[_R_co]):
    """The task succeeded.

    Attributes:
        value: What it returned.
    """

    value: _R_co


@final
@attrs.frozen
class Failed(Generic[_E_co]):
    """The task raised one of the exceptions that it declares in ``raises=``.

    Attributes:
        error: The exception, rebuilt with its fields.
    """

    error: _E_co


@final
@attrs.frozen
class Crashed:
    """Anything else: an undeclared exception, a time limit, revoked, the worker lost.

    Attributes:
        error: What Celery tells of it.
    """

    error: BaseException


class TypedResult(Generic[_R_co, _E_co, _Pg_co], _AsyncResult):
    """Celery's ``AsyncResult`` that gives back objects.

    Wherever Celery hands over a result (``get``, ``then``, ``result``, ``info``, ``parent`` …) it is of the task's
    declared type. A result that does not fit is a failure with `InvalidResult`, never a silently wrong value.
    """

    if TYPE_CHECKING:

        @property
        def id(self) -> str:
            """The task's id."""
            ...

        @property
        def state(self) -> TaskState:
            """The task's state."""
            ...

        @property
        def traceback(self) -> str | None:
            """The worker's traceback, if the task failed."""
            ...

        @overload
        def get(
            self, timeout: float | None = ..., *, propagate: Literal[True] = ..., interval: float = ...
        ) -> _R_co: ...
        @overload
        def get(
            self, timeout: float | None = ..., *, propagate: bool, interval: float = ...
        ) -> _R_co | BaseException: ...
        def get(self, timeout: float | None = None, *, propagate: bool = True, interval: float = 0.5) -> Any:
            """Wait for the result, at most `timeout` seconds; raise what the task raised."""
            ...

        def ready(self) -> bool:
            """Whether the task has ended."""
            ...

        def successful(self) -> bool:
            """Whether it has ended well."""
            ...

        def failed(self) -> bool:
            """Whether it has failed."""
            ...

        def forget(self) -> None:
            """Drop the result from its backend."""
            ...

        def revoke(self, *, terminate: bool = False, signal: str | None = None) -> None:
            """Tell the workers not to run the task."""
            ...

    _codec: TaskCodec
    _task_name: str

    @property
    def progress(self) -> _Pg_co | None:
        """The newest progress of a running task, as its declared type, or ``None``.

        Raises:
            InvalidProgress: What the backend holds is not of that type.
        """
        meta = _untyped(self)._get_task_meta()  # noqa: SLF001 - its own
        if meta["status"] != "PROGRESS":
            return None
        progress: _Pg_co = self._codec.decode_progress(meta["result"])
        return progress

    def outcome(self, timeout: float | None = None) -> Ok[_R_co] | Failed[_E_co] | Crashed:
        """Wait for the end and tell success, declared failure and the rest apart, for ``match``.

        Args:
            timeout: In seconds; without it, wait for as long as it takes.

        Raises:
            celery.exceptions.TimeoutError: The task did not end in time.
            IgnoredResult: The task was sent with ``ignore_result``.
        """
        self._check_not_ignored()
        value: Any = self.get(timeout=timeout, propagate=False)
        if self.successful():
            return Ok(value)
        return Failed(value) if isinstance(value, _declared(self)) else Crashed(value)

    def _check_not_ignored(self) -> None:
        if _untyped(self).ignored:
            raise IgnoredResult(self._codec.signature.task)

    async def aget(self, timeout: float | None = None, *, interval: float = 0.05) -> _R_co:
        """`get` from an event loop.

        Args:
            timeout: In seconds; without it, wait for as long as it takes.
            interval: How often to look, in seconds. Celery's result consumers belong to the thread that sent the task,
                so this asks the backend instead.

        Raises:
            celery.exceptions.TimeoutError: The task did not end in time.
            IgnoredResult: The task was sent with ``ignore_result``.
        """
        self._check_not_ignored()
        end = math.inf if timeout is None else time.monotonic() + timeout
        while not self.ready():
            if time.monotonic() > end:
                raise CeleryTimeoutError("The operation timed out.")
            await asyncio.sleep(interval)
        return self.get()

    # Celery's names and class hierarchy, which the checkers do not see.
    if not TYPE_CHECKING:  # pragma: no branch - always true where tests run

        def __init__(  # the names and their order are Celery's
            self,
            id: str,  # noqa: A002 - Celery's name
            backend: Any = None,
            task_name: str | None = None,
            app: Any = None,
            parent: Any = None,
            *,
            codec: TaskCodec,
            of_items: bool = False,
        ) -> None:
            super().__init__(id, backend, task_name, app, parent)
            self._codec, self._task_name, self._of_items = codec, task_name, of_items

        def get(
            self,
            timeout: float | None = None,
            propagate: bool = True,  # noqa: FBT001, FBT002 - Celery's signature
            interval: float | None = None,
            **options: Any,
        ) -> Any:
            """Celery's ``get``; a backend in a folder is looked at more often than every half second."""
            often = self.app.conf.result_backend_transport_options.get("polling_interval", 0.5)
            return super().get(timeout, propagate, often if interval is None else min(often, interval), **options)

        def _set_cache(self, d: dict[str, Any]) -> Any:
            """Where every way to a result in Celery ends. A copy: the backend keeps the one it hands out."""
            return super()._set_cache(_with_children(_decoded(d, self._codec), self.app))

        def __reduce__(self) -> Any:
            """By task and id: Celery's own way pickles the backend, with its URL and password."""
            return _unpickle, (self._task_name, self.id, self.parent, self._of_items)

        def __copy__(self) -> Any:
            given = self.id, self.backend, self._task_name, self.app, self.parent
            return TypedResult(*given, codec=self._codec, of_items=self._of_items)


if TYPE_CHECKING:
    TypedEagerResult: Any  # a TypedResult for everyone but Celery
    NamedResult: Any

else:

    class NamedResult(_AsyncResult):
        """Celery's ``AsyncResult`` of a task that nobody has named: typed if the result says which one it is of."""

        def _set_cache(self, d: dict[str, Any]) -> Any:
            # The body of a chord is sent wire form: it may be a task of no types.
            is_for_body = is_unlocking_chord() or is_passing_on()
            name = d.get("name")
            is_known = isinstance(name, str) and not is_for_body
            codec = codec_of(known_task(self.app, name)) if is_known else None
            return super()._set_cache(_with_children(dict(d) if codec is None else _decoded(d, codec), self.app))

        def __reduce__(self) -> Any:
            """By id, as above."""
            return _unpickle_named, (self.id, self.parent)

        def __copy__(self) -> Any:
            return type(self)(self.id, self.backend, app=self.app, parent=self.parent)

    class TypedEagerResult(TypedResult, _EagerResult):
        """The result of a task that was run in this process by ``apply`` or ``task_always_eager``."""

        parent = None

        def __init__(
            self,
            id: str,  # noqa: A002 - Celery's name
            ret_value: Any,
            state: str,
            traceback: Any = None,
            name: str | None = None,
            *,
            codec: TaskCodec,
        ) -> None:
            _EagerResult.__init__(self, id, ret_value, state, traceback, name)
            self._codec, self._task_name = codec, name

        get = _EagerResult.get

        def __repr__(self) -> str:
            return f"<{type(self).__name__}: {self.id}>"

        def __reduce__(self) -> Any:
            return _unpickle_eager, self._arguments()

        def __copy__(self) -> Any:
            return TypedEagerResult(*self._arguments(), codec=self._codec)

        def _arguments(self) -> Any:
            """Celery's own `__reduce_args__` leaves the name out before version 5.7."""
            return self.id, self.result, self.state, self.traceback, self._task_name


def _decoded(meta: dict[str, Any], codec: TaskCodec) -> dict[str, Any]:
    if meta["status"] != "SUCCESS":
        return dict(meta)
    try:
        return {**meta, "result": codec.decode_result(meta["result"])}
    except InvalidResult as exc:
        return {**meta, "status": "FAILURE", "result": exc}


def _with_children(meta: dict[str, Any], app: Any) -> dict[str, Any]:
    """With results of what the task has sent; Celery's own are untyped.

    Before Celery 5.7 they must not even be made: one that goes unsubscribes whoever waits for the same id.
    """
    if meta.get("children"):
        meta["children"] = [_child(each, app) for each in meta["children"]]
    return meta


def _child(found: Any, app: Any) -> Any:
    """`celery.result.result_from_tuple`: of ``((id, parent), members of a group)``."""
    if isinstance(found, ResultBase):
        return found
    known, members = found
    task_id, parent = cast("Any", known) if isinstance(known, (list, tuple)) else (known, None)
    parent = parent and _child(parent, app)
    if members is None:
        return NamedResult(task_id, app=app, parent=parent)
    return app.GroupResult(task_id, [_child(each, app) for each in members], parent=parent)


def typed_nodes(result: Any) -> dict[str, Any]:
    """The results of a group that make objects of what a backend hands over, by id."""
    return {node.id: node for node in result.results if isinstance(node, (TypedResult, NamedResult))}


def async_result(task_id: str, codec: TaskCodec, **of_celery: Any) -> Any:
    """A `TypedResult`, whose constructor is Celery's and so hidden from the checkers.

    Args:
        task_id: The task's id.
        codec: The task's traffic.
        **of_celery: What `celery.result.AsyncResult` takes.
    """
    make: Any = TypedResult
    return make(task_id, codec=codec, **of_celery)


def items_result(task: Any, task_id: str, **of_celery: Any) -> Any:
    """The result of Celery's map or starmap over a task: a list of its results.

    Args:
        task: The task that is called.
        task_id: The id of the one task that calls it with each item.
        **of_celery: As above.
    """
    given = {"backend": task.backend, "task_name": task.name, "app": task.app, "of_items": True, **of_celery}
    return async_result(task_id, task.codec.of_items, **given)


def eager_result(result: Any, failure: dict[str, Any] | None, codec: TaskCodec) -> Any:
    """Celery's `EagerResult` in wire form as a typed one that has been through JSON, as in production.

    Args:
        result: What Celery's ``apply`` gave.
        failure: The failure document of what the body raised, if it did.
        codec: The task's traffic.
    """
    value = result.result
    if result.state == "SUCCESS":
        value = codec.decode_result(through_json(value))
    elif failure is not None:
        value = load_failure(through_json(failure), codec.wire)
    return TypedEagerResult(result.id, value, result.state, result.traceback, result.name, codec=codec)


def _untyped(result: Any) -> Any:
    return result


def _declared(result: Any) -> Any:
    """What the task declares in ``raises=``, and the steps before it in its chain: their failure is its own."""
    declared: tuple[type[Exception], ...] = ()
    while isinstance(result, TypedResult):
        step = _untyped(result)
        declared += step._codec.raises  # noqa: SLF001 - of this module's class
        result = step.parent
    return declared


def _unpickle(task_name: str, task_id: str, parent: Any, of_items: bool = False) -> Any:  # noqa: FBT001, FBT002 - pickle's
    task = _task_named(task_name)
    return items_result(task, task_id, parent=parent) if of_items else task.AsyncResult(task_id, parent=parent)


def _unpickle_named(task_id: str, parent: Any) -> Any:
    return NamedResult(task_id, app=current_app_object(), parent=parent)


def _unpickle_eager(task_id: str, value: Any, state: str, traceback: Any, name: str) -> Any:
    return TypedEagerResult(task_id, value, state, traceback, name, codec=_task_named(name).codec)


def _task_named(name: str) -> Any:
    app = current_app_object()
    return known_task(app, name) or app.tasks[name]  # which raises
