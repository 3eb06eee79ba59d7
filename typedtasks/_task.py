"""A typed task as its callers and its own body see it; how it runs is in `_runtime`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Concatenate, Generic, Literal, NoReturn, ParamSpec, Protocol, overload

import attrs
from typing_extensions import Never, TypeVar, Unpack, deprecated

from ._canvas import Canvas, ImmutableSignature, PartialSignature, Signature
from ._options import CallOptions, check_options
from ._result import TypedResult

if TYPE_CHECKING:
    # Nothing public in here: what Celery's Task has beside the typed surface would leak to callers as `Any`.
    class TaskRuntime: ...

else:
    from ._runtime import TaskRuntime

__all__ = ["BoundTask", "ConfiguredTask", "TaskRequest", "TypedTask"]

_P = ParamSpec("_P")
_Q = ParamSpec("_Q")
_A = TypeVar("_A")
_S = TypeVar("_S")
_T1 = TypeVar("_T1")
_T2 = TypeVar("_T2")
_T3 = TypeVar("_T3")
_T4 = TypeVar("_T4")
_T5 = TypeVar("_T5")
_T6 = TypeVar("_T6")
_R_co = TypeVar("_R_co", covariant=True)
_E_co = TypeVar("_E_co", bound=BaseException, covariant=True, default=Exception)
_Pg_co = TypeVar("_Pg_co", covariant=True, default=Any)
_Pg_contra = TypeVar("_Pg_contra", contravariant=True, default=Never)


class TaskRequest(Protocol):
    """What a running task knows of its message: the typed part of `celery.app.task.Context`."""

    @property
    def id(self) -> str:
        """The task's id."""
        ...

    @property
    def retries(self) -> int:
        """How often it was retried so far."""
        ...

    @property
    def is_eager(self) -> bool:
        """Whether it runs in the caller's process."""
        ...

    @property
    def hostname(self) -> str | None:
        """The worker's name."""
        ...

    @property
    def root_id(self) -> str | None:
        """The id of the first task of the workflow."""
        ...

    @property
    def parent_id(self) -> str | None:
        """The id of the task that sent this one."""
        ...


class BoundTask(Generic[_Pg_contra]):
    """What a ``bind=True`` function takes as its first argument: the worker's side of a task.

    ``BoundTask[Progress]`` for a task with ``progress=Progress``, plain ``BoundTask`` for one without.
    """

    if TYPE_CHECKING:

        @property
        def name(self) -> str:
            """The task's name."""
            ...

        @property
        def request(self) -> TaskRequest:
            """What is known of the message."""
            ...

        @property
        def max_retries(self) -> int | None:
            """How often it may be retried; ``None`` for no end."""
            ...

        @overload
        def retry(
            self,
            *,
            exc: BaseException | None = ...,
            countdown: float | None = ...,
            eta: datetime | None = ...,
            max_retries: int | None = ...,
            throw: Literal[True] = ...,
        ) -> NoReturn: ...
        @overload
        def retry(
            self,
            *,
            exc: BaseException | None = ...,
            countdown: float | None = ...,
            eta: datetime | None = ...,
            max_retries: int | None = ...,
            throw: Literal[False],
        ) -> Exception: ...
        def retry(self, **options: Any) -> Any:
            """Send the task again with the same arguments; times are in seconds."""
            ...

        def replace(self, sig: Canvas[_S], /) -> _S:
            """Let another task, of the same result type, give this one's result."""
            ...

        def update_state(self, *, state: str, meta: object) -> None:
            """Celery's own, untyped: `progress` is the typed one."""
            ...

    def progress(self, value: _Pg_contra, /) -> None:
        """Tell callers how far the task is; they read it as ``result.progress``.

        Raises:
            UndeclaredProgress: The decorator has no ``progress=``.
            InvalidProgress: The value is not of that type.
        """
        this: Any = self
        this.update_state(state="PROGRESS", meta=this.codec.encode_progress(value))


@attrs.frozen(eq=False)
class ConfiguredTask(Generic[_P, _R_co, _E_co, _Pg_co]):
    """``task.options(...)``: the same typed calls, with options already set."""

    _task: Any
    _options: CallOptions

    def delay(self, /, *args: _P.args, **kwargs: _P.kwargs) -> TypedResult[_R_co, _E_co, _Pg_co]:
        """Send the task.

        Raises:
            InvalidArguments: Before anything is published.
        """
        result: TypedResult[_R_co, _E_co, _Pg_co] = self._task.apply_async(args, kwargs, **self._options)
        return result

    def si(self, /, *args: _P.args, **kwargs: _P.kwargs) -> ImmutableSignature[_R_co, _E_co]:
        """A signature that takes nothing from the step before it."""
        signature: ImmutableSignature[_R_co, _E_co] = self._task.si(*args, **kwargs).set(**self._options)
        return signature


class TypedTask(TaskRuntime, Generic[_P, _R_co, _E_co, _Pg_co]):
    """A task with the parameters, result, exceptions and progress of its function: the callers' side.

    At run time it is a `celery.app.task.Task`, and whatever Celery does with a task it does with this one.
    """

    if TYPE_CHECKING:

        @property
        def name(self) -> str:
            """The task's name, as in messages and logs."""
            ...

        @property
        def max_retries(self) -> int | None:
            """How often it may be retried; ``None`` for no end."""
            ...

        @property
        def __name__(self) -> str: ...

        @property
        def Arguments(self) -> type[Any]:  # noqa: N802 - a class
            """The parameters as an attrs class: for forms, schemas, strategies."""
            ...

        def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R_co:
            """Call the function, here and now, with the very objects passed; an ``async def`` is run to its end."""
            ...

        def delay(self, *args: _P.args, **kwargs: _P.kwargs) -> TypedResult[_R_co, _E_co, _Pg_co]:
            """Send the task; raises `InvalidArguments` before anything is published."""
            ...

        def acall(self, *args: _P.args, **kwargs: _P.kwargs) -> Coroutine[Any, Any, _R_co]:
            """Call the function from an event loop; one that is not async runs in a thread."""
            ...

        def adelay(self, *args: _P.args, **kwargs: _P.kwargs) -> Coroutine[Any, Any, TypedResult[_R_co, _E_co, _Pg_co]]:
            """`delay` from an event loop, which goes on while the message is published."""
            ...

        def AsyncResult(self, task_id: str, /) -> TypedResult[_R_co, _E_co, _Pg_co]:  # noqa: N802 - Celery's name
            """The typed result of a task sent earlier or elsewhere."""
            ...

        # The overloads overlap where all parameters have defaults: the first is then taken, and `after` is the other.
        @overload
        def s(  # type: ignore[overload-overlap]  # see above
            self, *args: _P.args, **kwargs: _P.kwargs
        ) -> Signature[_R_co, _E_co]: ...
        @overload
        def s(
            self: Callable[Concatenate[_A, _Q], object], *args: _Q.args, **kwargs: _Q.kwargs
        ) -> PartialSignature[_A, _R_co, _E_co]: ...
        def s(self, *args: Any, **kwargs: Any) -> Any:
            """A signature: the task with all its arguments, or all but the first, which the step before gives."""
            ...

        def si(self, *args: _P.args, **kwargs: _P.kwargs) -> ImmutableSignature[_R_co, _E_co]:
            """A signature that takes nothing from the step before it."""
            ...

        def after(  # pyright wants `self` to be a TypedTask; mypy takes the first parameter off a Callable only
            self: Callable[Concatenate[_A, _Q], object],  # pyright: ignore[reportGeneralTypeIssues]
            *args: _Q.args,
            **kwargs: _Q.kwargs,
        ) -> PartialSignature[_A, _R_co, _E_co]:
            """A signature without the first argument, also where all the others have defaults."""
            ...

        def map(  # as `after`
            self: Callable[[_A], object],  # pyright: ignore[reportGeneralTypeIssues]
            it: Iterable[_A],
            /,
        ) -> Signature[list[_R_co], _E_co]:
            """One task that calls this one with each of the items, one after the other."""
            ...

        @overload
        def starmap(
            self: Callable[[_T1, _T2], object], it: Iterable[tuple[_T1, _T2]], /
        ) -> Signature[list[_R_co], _E_co]: ...
        @overload
        def starmap(
            self: Callable[[_T1, _T2, _T3], object], it: Iterable[tuple[_T1, _T2, _T3]], /
        ) -> Signature[list[_R_co], _E_co]: ...
        @overload
        def starmap(
            self: Callable[[_T1, _T2, _T3, _T4], object], it: Iterable[tuple[_T1, _T2, _T3, _T4]], /
        ) -> Signature[list[_R_co], _E_co]: ...
        def starmap(self, it: Any, /) -> Any:
            """One task that calls this one with the arguments in each of the tuples, one after the other."""
            ...

        @overload
        def apply_async(
            self: Callable[[], object], args: tuple[()] = ..., **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1], object], args: tuple[_T1], **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1, _T2], object], args: tuple[_T1, _T2], **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1, _T2, _T3], object], args: tuple[_T1, _T2, _T3], **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1, _T2, _T3, _T4], object],
            args: tuple[_T1, _T2, _T3, _T4],
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1, _T2, _T3, _T4, _T5], object],
            args: tuple[_T1, _T2, _T3, _T4, _T5],
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply_async(
            self: Callable[[_T1, _T2, _T3, _T4, _T5, _T6], object],
            args: tuple[_T1, _T2, _T3, _T4, _T5, _T6],
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        @deprecated("the checker cannot compare these with the signature; use task.options(...).delay(...)")
        def apply_async(
            self, args: Sequence[Any], kwargs: Mapping[str, Any], **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        @deprecated("the checker cannot compare these with the signature; use task.options(...).delay(...)")
        def apply_async(
            self, *, args: Sequence[Any] = ..., kwargs: Mapping[str, Any], **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        def apply_async(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
            """Send the task with a tuple of positional arguments; `options` is the typed way to pass names."""
            ...

        @overload
        def apply(
            self: Callable[[], object], args: tuple[()] = ..., *, throw: bool = ..., **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1], object], args: tuple[_T1], *, throw: bool = ..., **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1, _T2], object],
            args: tuple[_T1, _T2],
            *,
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1, _T2, _T3], object],
            args: tuple[_T1, _T2, _T3],
            *,
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1, _T2, _T3, _T4], object],
            args: tuple[_T1, _T2, _T3, _T4],
            *,
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1, _T2, _T3, _T4, _T5], object],
            args: tuple[_T1, _T2, _T3, _T4, _T5],
            *,
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        def apply(
            self: Callable[[_T1, _T2, _T3, _T4, _T5, _T6], object],
            args: tuple[_T1, _T2, _T3, _T4, _T5, _T6],
            *,
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        @deprecated("the checker cannot compare these with the signature; use task.options(...).delay(...)")
        def apply(
            self, args: Sequence[Any], kwargs: Mapping[str, Any], *, throw: bool = ..., **options: Unpack[CallOptions]
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        @overload
        @deprecated("the checker cannot compare these with the signature; use task.options(...).delay(...)")
        def apply(
            self,
            *,
            args: Sequence[Any] = ...,
            kwargs: Mapping[str, Any],
            throw: bool = ...,
            **options: Unpack[CallOptions],
        ) -> TypedResult[_R_co, _E_co, _Pg_co]: ...
        def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
            """Run the task here, through JSON and back, as a worker would."""
            ...

    def options(self, **options: Unpack[CallOptions]) -> ConfiguredTask[_P, _R_co, _E_co, _Pg_co]:
        """The same typed calls, with options already set.

        Raises:
            UnknownOption: With the nearest option there is.
        """
        check_options(options, CallOptions.__annotations__)
        return ConfiguredTask(self, options)
