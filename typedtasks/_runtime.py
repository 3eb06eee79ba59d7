"""How a typed task runs: Celery's own extension points, and nothing of the types that the checker sees."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast
from weakref import WeakSet

from ._backend import remember_failure, typed_backend
from ._canvas import encode_steps
from ._celery import CONTROL_FLOW, Reject, current_task, through_json, uuid
from ._codec import TaskCodec, codec_of
from ._declaration import Declaration
from ._failures import hide_fields
from ._result import TypedResult, async_result, eager_result
from .errors import InvalidArguments, NotTyped, RunningEventLoop

if TYPE_CHECKING:
    # The part of Celery's class that is used here.
    class Task:
        name: str
        app: Any
        request: Any
        request_stack: Any
        resultrepr_maxsize: Any
        MaxRetriesExceededError: type[Exception]
        _backend: Any
        backend: Any
        run: Any
        delay: Any
        s: Any

        def apply_async(self, *args: Any, **options: Any) -> Any: ...
        def apply(self, *args: Any, **options: Any) -> Any: ...
        def retry(self, *args: Any, **options: Any) -> Any: ...
        def before_start(self, task_id: str, args: Any, kwargs: Any) -> None: ...
        @classmethod
        def on_bound(cls, app: Any) -> None: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

else:
    from ._celery import Task

__all__ = ["TaskRuntime", "worker_body"]

# The requests of this process between Celery's `before_start` hook, which the tracer calls right before the task, and
# that call. Only a call that finds its request here is the worker's; all others are plain calls with objects.
_started: WeakSet[Any] = WeakSet()

# The requests whose body has ended: what is sent then, with a parent, is sent by Celery, which passes wire form on.
_ended: WeakSet[Any] = WeakSet()

# Celery's tasks that call another with items of a list as they are on the wire.
_MAPS: Final = frozenset({"celery.map", "celery.starmap"})

# Failure documents of tasks that ran in this process, until `apply` has taken them.
_eager_failures: dict[str, dict[str, Any]] = {}


def worker_body(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function as a worker runs it: an ``async def`` is run to its end in an event loop of its own."""
    if not inspect.iscoroutinefunction(function):
        return function

    @functools.wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(function(*args, **kwargs))
        raise RunningEventLoop(function.__name__)

    return run


class _ShownResult:
    """How many characters of a result Celery's log line and event may show: none of one that is hidden.

    In place of the task's number, and not beside it: an option, a base class or the configuration may have set that.
    """

    def __init__(self, size: Any) -> None:
        self.size = size

    def __get__(self, task: Any, cls: Any = None) -> Any:
        codec = codec_of(task)
        return 0 if codec is not None and codec.hides_result else self.size


class TaskRuntime(Task):
    """Between Celery and the function: wire form outside, objects inside."""

    abstract = True
    typing = False  # Celery's arity check: the codec checks that and the types
    serializer = "json"
    Request = "typedtasks._request:Request"
    declaration: Declaration
    routing: Mapping[str, Any] = MappingProxyType({})

    @property
    def codec(self) -> TaskCodec:
        """The task's traffic: what it sends and receives, and as which types."""
        return self.declaration.codec

    @property
    def Arguments(self) -> type[Any]:  # noqa: N802 - a class
        """The parameters as an attrs class: for forms, schemas, strategies."""
        return self.codec.signature.Arguments

    @property
    def backend(self) -> Any:
        """The app's result backend, with typed failures."""
        return typed_backend(super().backend, self.declaration.wire)

    @backend.setter
    def backend(self, value: Any) -> None:
        self._backend = value

    @classmethod
    def on_bound(cls, app: Any) -> None:
        super().on_bound(app)
        cls.resultrepr_maxsize = _ShownResult(cls.resultrepr_maxsize)

    # -- sending

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        args, kwargs = args or (), kwargs or {}
        if self._sent_by_celery(options):
            # The next step, or a callback, in wire form since it was first sent. Raising in Celery's own code would
            # fail the task that has just succeeded: the worker that gets it tells.
            args, kwargs = self.codec.encode_unchecked(args, kwargs)
        else:
            # A retry may hold fields from a newer sender that this worker does not know.
            exact = self.app.current_worker_task is None
            args, kwargs = self.codec.encode_arguments(args, kwargs, exact=exact)
            if options.get("chain"):
                options["chain"] = encode_steps(options["chain"], self.app, exact=exact)
        argsrepr, kwargsrepr = self.codec.describe_arguments(args, kwargs)
        options = {**self.routing, "argsrepr": argsrepr, "kwargsrepr": kwargsrepr, **options}
        return super().apply_async(args, kwargs, *rest, **options)

    def _sent_by_celery(self, options: dict[str, Any]) -> bool:
        """Whether a task that has just ended on this worker makes Celery send this one, and not its user's code."""
        worker = self.app.current_worker_task
        if worker is None or "parent_id" not in options:
            return False
        return worker.request in _ended or not isinstance(worker, TaskRuntime)

    def apply(self, args: Any = None, kwargs: Any = None, *, task_id: str | None = None, **options: Any) -> Any:
        task_id = str(task_id or uuid())
        exact = self.app.current_worker_task is None
        payload = through_json(self.codec.encode_arguments(args or (), kwargs or {}, exact=exact))
        try:
            result = super().apply(*payload, task_id=task_id, **options)
        finally:
            failure = _eager_failures.pop(task_id, None)
        if isinstance(result, TypedResult):  # of a retry, for which Celery has called `apply` again
            return cast("Any", result)
        return eager_result(result, failure, self.codec)

    def after(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.s(*args, **kwargs)

    def map(self, *_: Any, **__: Any) -> Any:
        raise self._not_typed()

    def starmap(self, *_: Any, **__: Any) -> Any:
        raise self._not_typed()

    def chunks(self, *_: Any, **__: Any) -> Any:
        raise self._not_typed()

    def _not_typed(self) -> NotTyped:
        name = self.declaration.function.__name__
        return NotTyped(name, "map, starmap and chunks", "send group(task.s(item) for item in items)")

    def AsyncResult(self, task_id: str, **kwargs: Any) -> Any:  # noqa: N802 - Celery's name
        return async_result(task_id, self.codec, backend=self.backend, task_name=self.name, app=self.app, **kwargs)

    # -- running

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        super().before_start(task_id, args, kwargs)
        request = self.request
        _started.add(request)
        if request.is_eager and self.codec.hides_arguments:  # a worker has them from the message
            request.argsrepr, request.kwargsrepr = self.codec.describe_arguments(args, kwargs)

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        request = self.request_stack.top
        call: Any = super().__call__
        if request not in _started:
            if getattr(current_task(), "name", None) in _MAPS:
                raise self._not_typed()
            return call(*args, **kwargs)
        _started.discard(request)
        # Celery's own `__call__` would put a second request on top of this one; a user's, of `base=`, is wanted.
        run = self.run if call.__func__ is Task.__call__ else call
        try:
            objects, named = self.codec.decode_arguments(args, kwargs)
            return self.codec.encode_result(run(*objects, **named))
        except CONTROL_FLOW as exc:
            hide_fields(exc)  # of those that it was raised from: their text is in its traceback
            raise
        except Exception as exc:
            document = remember_failure(request, exc, self.declaration.wire)
            if request.is_eager:
                _eager_failures[request.id] = document
            raise
        finally:
            _ended.add(request)

    def retry(self, args: Any = None, kwargs: Any = None, exc: Any = None, *rest: Any, **options: Any) -> Any:
        hide_fields(exc)  # whose text Celery makes part of the one it raises
        try:
            return super().retry(args, kwargs, exc, *rest, **options)
        except Reject as rejected:  # what Celery makes of anything that keeps it from sending
            reason = cast("Any", rejected).reason
            if isinstance(reason, InvalidArguments):
                raise reason from None
            raise
        except self.MaxRetriesExceededError as exceeded:
            if exceeded is not exc:
                self._hide_arguments(exceeded)
            raise

    def _hide_arguments(self, exceeded: Any) -> None:
        """Celery's text has all of the arguments, whatever is in them and however many there are."""
        given = getattr(exceeded, "task_args", ()), getattr(exceeded, "task_kwargs", {})
        args, kwargs = self.codec.describe_arguments(*given)
        exceeded.args = (f"Can't retry {self.name}[{self.request.id}] args:{args} kwargs:{kwargs}",)
        exceeded.task_args, exceeded.task_kwargs = self.codec.show_arguments(*given)

    async def acall(self, /, *args: Any, **kwargs: Any) -> Any:
        declaration = self.declaration
        if not declaration.is_async:
            return await asyncio.to_thread(self, *args, **kwargs)
        return await declaration.function(*((self,) if declaration.bind else ()), *args, **kwargs)

    async def adelay(self, /, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(self.delay, *args, **kwargs)
