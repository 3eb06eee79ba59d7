"""Signatures of typed tasks, as the type checker sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic

from typing_extensions import Self, TypeVar, Unpack

from ._celery import Signature as CelerySignature
from ._options import CallOptions
from ._result import TypedResult

__all__ = ["ImmutableSignature", "Link", "PartialSignature", "Signature"]

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
