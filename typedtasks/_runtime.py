"""How a typed task runs: Celery's own extension points, and nothing of the types that the checker sees."""

from __future__ import annotations

import asyncio
import functools
import inspect
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, cast

from ._backend import remember_failure, typed_backend
from ._celery import (
    CONTROL_FLOW,
    Context,
    Reject,
    ResultBase,
    allow_join_result,
    current_task,
    is_unlocking_chord,
    through_json,
    uuid,
)
from ._codec import TaskCodec, codec_of
from ._declaration import Declaration
from ._encoder import MAPS, Encoder, encode_items
from ._failures import hide_fields
from ._items import TypedChunks, TypedMap, TypedStarmap
from ._plain import is_plain
from ._result import TypedResult, async_result, eager_result
from ._runs import Run, begin_run, called_errback, in_item, is_calling_errbacks, is_in_item, is_passing_on, run_of
from ._sensitive import Unshown
from .errors import InvalidArguments, RunningEventLoop

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

        before_start: Any

        def on_replace(self, sig: Any) -> Any: ...
        @classmethod
        def on_bound(cls, app: Any) -> None: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...

else:
    from ._celery import Task

__all__ = ["TaskRuntime", "worker_body"]

# Failure documents of tasks that ran in this process, until `apply` has taken them.
_eager_failures: dict[str, dict[str, Any]] = {}


_APPLY_ASYNC: Final = ("task_id", "producer", "link", "link_error", "shadow")

# How many arguments Celery calls an error callback with.
_TOLD: Final = 3

# Stands for the run of a task that is not typed.
_UNTYPED: Final = Run(ended=True)

# What a task class may define, and Celery's tracer calls with wire form. The place of what the task has returned or
# raised, of its positional and of its keyword arguments.
_HOOKS: Final = {
    "on_success": (0, 2, 3),
    "on_failure": (None, 2, 3),
    "on_retry": (None, 2, 3),
    "after_return": (1, 3, 4),
}


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


def _starting(hook: Any) -> Any:
    """`before_start` of a task class, with objects. Celery's tracer calls it right before the task."""

    @functools.wraps(hook)
    def before_start(self: Any, task_id: str, args: Any, kwargs: Any) -> None:
        request, run = self.request, begin_run(self.request)
        if run.sent is not None:  # the tracer has called it before this
            hook(self, task_id, args, kwargs)
            return
        run.sent = args, kwargs
        if request.is_eager and self.codec.hides_arguments:  # a worker has them from the message
            request.argsrepr, request.kwargsrepr = self.codec.describe_arguments(args, kwargs)
        try:
            run.args, run.kwargs = self.codec.decode_arguments(args, kwargs)
            hook(self, task_id, run.args, run.kwargs)
            run.is_next = True
        except Exception as exc:
            run.ended = True
            self._fail(request, exc)
            raise

    return before_start


def _with_objects(hook: Any, returned: int | None, args: int, kwargs: int) -> Any:
    """A hook that runs when the body has ended, with objects where it is called with what was sent."""

    @functools.wraps(hook)
    def call(self: Any, *given: Any, **named: Any) -> Any:
        run, passed = run_of(self.request), list(given)
        if run is not None and run.args is not None and _is_sent(run, given[args : kwargs + 1]):
            passed[args], passed[kwargs] = run.args, run.kwargs
            if returned is not None and run.ended and passed[returned] is run.wire:
                passed[returned] = run.value
        return hook(self, *passed, **named)

    return call


def _is_sent(run: Run, given: tuple[Any, ...]) -> bool:
    """Whether these arguments are the tracer's own, and not what a user passes."""
    sent = run.sent or ()
    return len(given) == len(sent) and all(map(operator.is_, given, sent))


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
    _typed_hooks = False
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
        if "declaration" in vars(cls) and "_typed_hooks" not in vars(cls):
            cls._typed_hooks = True
            cls.resultrepr_maxsize = _ShownResult(cls.resultrepr_maxsize)
            # On the task's own class: a base, an option of the decorator or the configuration may have defined them.
            cls.before_start = _starting(cls.before_start)
            for name, places in _HOOKS.items():
                hook = getattr(cls, name)
                if hook is not getattr(Task, name):
                    setattr(cls, name, _with_objects(hook, *places))

    # -- sending

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        options = {**dict(zip(_APPLY_ASYNC, rest, strict=False)), **options}
        return super().apply_async(*self.encode_call(args, kwargs, options), **options)

    def encode_call(self, args: Any, kwargs: Any, options: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """A call as it is sent.

        Args:
            args: Positional arguments, as objects or in wire form.
            kwargs: Keyword arguments, likewise.
            options: Those of the message, to which the task's own are added.

        Raises:
            InvalidArguments: An argument, or one of a task that is to follow, is not of its type.
        """
        args, kwargs = args or (), kwargs or {}
        run = self._sent_by_celery(options)
        if run is not None:
            # The next step, or a callback, in wire form since it was first sent. Raising in Celery's own code would
            # fail the task that has just succeeded: the worker that gets it tells.
            if args and args[0] is run.wire:
                args = (self.codec.retag(run.wire, run.value), *args[1:])
            args, kwargs = self.codec.encode_passed(args, kwargs)
        else:
            encoder = self._encoder()
            args, kwargs = self._encode_arguments(args, kwargs, encoder)
            options.update(encoder.encode_options(options))
        argsrepr, kwargsrepr = self.codec.describe_arguments(args, kwargs)
        for name, value in {**self.routing, "argsrepr": argsrepr, "kwargsrepr": kwargsrepr}.items():
            options.setdefault(name, value)
        return args, kwargs

    def _encode_arguments(self, args: Any, kwargs: Any, encoder: Encoder) -> tuple[list[Any], dict[str, Any]]:
        if self.codec.takes_any:
            args, kwargs = encoder.encode_arguments(args), encoder.encode_arguments(kwargs)
        return self.codec.encode_arguments(args, kwargs, exact=encoder.exact)

    def _encoder(self) -> Encoder:
        # A retry may hold fields from a newer sender that this worker does not know.
        return Encoder(self.app, exact=self.app.current_worker_task is None)

    def _sent_by_celery(self, options: dict[str, Any]) -> Run | None:
        """The run that has just ended on this worker and makes Celery send this one, not its user's code.

        Of a task that is not typed there is none: it has nothing to say.
        """
        worker = self.app.current_worker_task
        if is_passing_on() or is_unlocking_chord():
            return _UNTYPED
        if worker is None or "parent_id" not in options:
            return None
        run = run_of(worker.request)
        if run is None:
            return None if isinstance(worker, TaskRuntime) else _UNTYPED
        return run if run.ended else None

    def apply(self, args: Any = None, kwargs: Any = None, *, task_id: str | None = None, **options: Any) -> Any:
        task_id = str(task_id or uuid())
        payload = through_json(self._encode_arguments(args or (), kwargs or {}, self._encoder()))
        try:
            result = super().apply(*payload, task_id=task_id, **options)
        finally:
            failure = _eager_failures.pop(task_id, None)
        if isinstance(result, TypedResult):  # of a retry, for which Celery has called `apply` again
            return cast("Any", result)
        return eager_result(result, failure, self.codec)

    def after(self, /, *args: Any, **kwargs: Any) -> Any:
        return self.s(*args, **kwargs)

    def map(self, it: Any) -> Any:
        return TypedMap(self.s(), self._items(it, unpacked=False), app=self.app)

    def starmap(self, it: Any) -> Any:
        return TypedStarmap(self.s(), self._items(it, unpacked=True), app=self.app)

    def chunks(self, it: Any, n: int) -> Any:
        return TypedChunks(self.s(), self._items(it, unpacked=True), n, app=self.app)

    def _items(self, items: Any, *, unpacked: bool) -> list[Any]:
        return encode_items(self.codec, items, unpacked=unpacked, exact=self._encoder().exact)

    def AsyncResult(self, task_id: str, **kwargs: Any) -> Any:  # noqa: N802 - Celery's name
        return async_result(task_id, self.codec, backend=self.backend, task_name=self.name, app=self.app, **kwargs)

    # -- running

    def __call__(self, /, *args: Any, **kwargs: Any) -> Any:
        call: Any = super().__call__
        run = run_of(self.request_stack.top)
        if run is None or not run.is_next:
            return self._call_here(call, args, kwargs)
        run.is_next = False
        # Celery's own `__call__` would put a second request on top of this one; a user's, of `base=`, is wanted.
        body = self.run if call.__func__ is Task.__call__ else call
        try:
            run.value = body(*(run.args or ()), **run.kwargs)
            run.wire = self._encode_result(run.value)
        except Exception as exc:
            self._fail(self.request_stack.top, exc)
            raise
        else:
            return run.wire
        finally:
            run.ended = True

    def _call_here(self, call: Any, args: Any, kwargs: Any) -> Any:
        """A call by the user, with objects; or one that Celery makes itself with what was sent."""
        caller = current_task()
        if getattr(caller, "name", None) in MAPS and not is_in_item(caller.request):
            self.backend  # noqa: B018 - which is that of Celery's task too: that it is a typed one
            try:
                objects, named = self.codec.decode_arguments(args, kwargs)
                with in_item(caller.request):
                    wire = self._encode_result(call(*objects, **named))
                return Unshown(wire) if self.codec.hides_result else wire
            except Exception as exc:
                remember_failure(caller.request, exc, self.declaration.wire)
                raise
        is_told = bool(args) and isinstance(args[0], Context)
        if not is_told and not is_calling_errbacks():
            return call(*args, **kwargs)
        with called_errback():  # with request, exception and traceback of the task that failed, if it is not immutable
            args, kwargs = self.codec.decode_wire(args, kwargs, skipped=_TOLD if is_told else 0)
            return call(*args, **kwargs)

    def _encode_result(self, value: Any) -> Any:
        if self.codec.gives_any:
            if isinstance(value, ResultBase):  # as Celery's backends write it: which tasks it has sent
                value = value.as_tuple()
            value = self._encoder().encode_arguments(value)
        return self.codec.encode_result(value)

    def _fail(self, request: Any, exc: BaseException) -> None:
        """Let the backend find what was raised, whatever Celery makes of it, and nobody what is sensitive in it."""
        if isinstance(exc, CONTROL_FLOW):
            hide_fields(exc)  # of those that it was raised from: their text is in its traceback
            return
        document = remember_failure(request, exc, self.declaration.wire)
        if request.is_eager:
            _eager_failures[request.id] = document

    def on_replace(self, sig: Any) -> Any:
        """Celery's own waits for what has run already, which it forbids where all tasks are eager."""
        request = self.request
        if not request.is_eager:
            return super().on_replace(sig)
        request.callbacks = request.errbacks = None  # which the replacement has now
        with allow_join_result():
            value = sig.apply().get()
        return self.codec.decode_result(value) if is_plain(value) else value  # of a task of no types

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
