"""Signatures of typed tasks: what the type checker sees, and objects in them made wire form when they are sent."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import Self, TypeVar, Unpack

from ._celery import Signature as CelerySignature
from ._codec import TaskCodec
from ._options import CallOptions
from ._result import TypedResult

__all__ = ["ImmutableSignature", "Link", "PartialSignature", "Signature", "encode_steps"]

_S = TypeVar("_S")
_R_co = TypeVar("_R_co", covariant=True)
_A_contra = TypeVar("_A_contra", contravariant=True)
_E_co = TypeVar("_E_co", bound=BaseException, covariant=True, default=Exception)

if TYPE_CHECKING:

    class Canvas(Generic[_R_co]):
        """Can start a workflow: nothing is missing; produces R."""

        def _result(self) -> _R_co: ...

    class Link(Generic[_A_contra, _R_co]):
        """Can follow a step producing A; produces R."""

        def _link(self, value: _A_contra, /) -> _R_co: ...

    class Signature(Canvas[_R_co], Generic[_R_co, _E_co]):
        """A task with all its arguments: `celery.canvas.Signature`, whose result is R."""

        @property
        def id(self) -> str | None:
            """The task's id, once it has one."""
            ...

        def __call__(self) -> _R_co:
            """Run it here, as a plain function."""
            ...

        def delay(self) -> TypedResult[_R_co, _E_co]:
            """Send it."""
            ...

        def apply_async(self, **options: Unpack[CallOptions]) -> TypedResult[_R_co, _E_co]:
            """Send it with options."""
            ...

        def set(self, **options: Unpack[CallOptions]) -> Self:
            """Set options for when it is sent; they are changed in place."""
            ...

        def __or__(self, other: Link[_R_co, _S], /) -> Signature[_S]:
            """A chain: `other` is sent this one's result."""
            ...

    class ImmutableSignature(Signature[_R_co, _E_co], Link[object, _R_co]):
        """A signature that takes nothing from the step before it."""

    class PartialSignature(Link[_A_contra, _R_co], Generic[_A_contra, _R_co, _E_co]):
        """A task that still waits for its first argument, of type A, from the step before it."""

        def __call__(self, value: _A_contra, /) -> _R_co:
            """Run it here, as a plain function."""
            ...

        def delay(self, value: _A_contra, /) -> TypedResult[_R_co, _E_co]:
            """Send it with the argument that it waits for."""
            ...

        def set(self, **options: Unpack[CallOptions]) -> Self:
            """Set options for when it is sent; they are changed in place."""
            ...

        def __or__(self, other: Link[_R_co, _S], /) -> PartialSignature[_A_contra, _S]:
            """A chain: `other` is sent this one's result."""
            ...

else:
    # A `dict` all of them: `Signature[int]` in an evaluated annotation is a plain generic alias.
    Canvas = Link = Signature = ImmutableSignature = PartialSignature = CelerySignature


def encode_steps(steps: Iterable[Any], app: Any, *, exact: bool) -> list[Any]:
    """The later steps of a chain, with objects in wire form; the step before each will put one argument first.

    Steps of untyped tasks stay as they are.

    Raises:
        InvalidArguments: An argument that is known by now does not fit its step.
    """
    return [_encode_step(step, app, exact=exact) for step in steps]


def _encode_step(step: Any, app: Any, *, exact: bool) -> Any:
    task = app.tasks.get(step["task"])
    codec = getattr(task, "codec", None)
    if not isinstance(codec, TaskCodec):
        return step
    offset = 0 if step["immutable"] else 1
    args, kwargs = codec.encode_later(step["args"], step["kwargs"], offset=offset, exact=exact)
    return {**step, "args": args, "kwargs": kwargs}
