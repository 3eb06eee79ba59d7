"""What a decorator was told of one task: the function and the types beside its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cached_property
from typing import Any

import attrs

from ._codec import TaskCodec
from ._failures import make_picklable
from ._signature import read_signature
from ._types import Refused, check_type
from ._wire import DEFAULT_WIRE, Wire
from .errors import UnresolvedAnnotation, UnsupportedType

__all__ = ["Declaration"]


@attrs.frozen(eq=False, slots=False)
class Declaration:
    """One task as declared, in whichever apps it is registered.

    Attributes:
        function: The function as the user wrote it.
        bind: Whether it takes the task as its first argument.
        raises: The exceptions that it declares.
        progress: The type of its progress, or ``None``.
        wire: The mapping between types and plain JSON data.
    """

    function: Callable[..., Any]
    bind: bool = False
    raises: tuple[type[Exception], ...] = ()
    progress: Any = None
    wire: Wire = DEFAULT_WIRE

    @property
    def is_async(self) -> bool:
        """Whether the function is an ``async def``."""
        return inspect.iscoroutinefunction(self.function)

    @cached_property
    def codec(self) -> TaskCodec:
        """The task's traffic; made at the first use that succeeds.

        Raises:
            UnsupportedType: A type that cannot travel.
            UnresolvedAnnotation: A name that is not defined.
        """
        signature = read_signature(self.function, bind=self.bind)
        self._check_others(signature.task)
        return TaskCodec(signature, self.wire, self.progress, self.raises)

    def _check_others(self, task: str) -> None:
        try:
            for cls in self.raises:
                if attrs.has(cls):
                    check_type(cls, f"raises {cls.__name__}")
                    make_picklable(cls)
            if self.progress is not None:
                check_type(self.progress, "progress")
        except Refused as exc:
            raise UnsupportedType(task, exc.where, exc.type, exc.fix) from None
        except NameError as exc:
            raise UnresolvedAnnotation(task, exc.name or str(exc)) from exc

    def check(self) -> None:
        """Refuse what can never work; a name that a later line of the module may define is asked for at first use.

        Raises:
            UnsupportedType: A type that cannot travel.
        """
        try:
            self.codec  # noqa: B018 - made to be kept
        except UnresolvedAnnotation:
            return
