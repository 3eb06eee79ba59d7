"""What a decorator was told of one task: the function and the types beside its signature."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

import attrs

from ._codec import TaskCodec
from ._failures import make_picklable
from ._kinds import check_type
from ._signature import read_signature, told_of
from ._types import Names
from ._wire import DEFAULT_WIRE, Wire, WireSettings, wire_of
from .errors import UnresolvedAnnotation

__all__ = ["Declaration"]

_NOTHING_SET: Final = WireSettings()


@attrs.frozen(eq=False, slots=False)
class Declaration:
    """One task as declared, in whichever apps it is registered.

    Attributes:
        function: The function as the user wrote it.
        bind: Whether it takes the task as its first argument.
        raises: The exceptions that it declares.
        progress: The type of its progress, or ``None``.
        settings: What it sets of the mapping between types and plain JSON data.
        wire: That mapping, which an app may have set too.
        localns: More names for string annotations, or a function that gives them when they are needed.
        title: What errors call it; without it, the function's name.
    """

    function: Callable[..., Any]
    bind: bool = False
    raises: tuple[type[Exception], ...] = ()
    progress: Any = None
    settings: WireSettings = _NOTHING_SET
    wire: Wire = DEFAULT_WIRE
    localns: Names | Callable[[], Names] | None = None
    title: str | None = None

    def on(self, app: Any) -> Declaration:
        """The declaration with what the app sets."""
        wire = wire_of(self.settings.over(getattr(app, "wire_settings", _NOTHING_SET)))
        return self if wire is self.wire else attrs.evolve(self, wire=wire)

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
        return self._read(self.localns() if callable(self.localns) else self.localns)

    def _read(self, names: Names | None) -> TaskCodec:
        is_custom = self.wire.is_custom
        signature = read_signature(self.function, bind=self.bind, names=names, is_custom=is_custom)
        if self.title is not None:
            signature = attrs.evolve(signature, task=self.title)
        with told_of(signature.task):
            for cls in self.raises:
                if attrs.has(cls):
                    check_type(cls, f"raises {cls.__name__}", names, is_custom)
                    make_picklable(cls)
            if self.progress is not None:
                check_type(self.progress, "progress", names, is_custom)
        return TaskCodec(signature, self.wire, self.progress, self.raises)

    def check(self) -> None:
        """Refuse what can never work; a name that a later line of the module may define is asked for at first use.

        Raises:
            UnsupportedType: A type that cannot travel.
        """
        if not callable(self.localns):  # which may import a module that is being imported now
            with suppress(UnresolvedAnnotation):
                self.codec  # noqa: B018 - made to be kept
