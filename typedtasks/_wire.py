"""Values to wire form and back, with every problem and its path when one does not fit."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from functools import cached_property
from typing import Any, Final

import attrs
import msgspec
from cattrs import (
    Converter,
)

from ._containers import is_in_pairs
from ._converter import make_converter
from ._explain import explain
from ._hooks import is_custom, structure_hook, unstructure_hook
from ._kinds import StructureHook, UnstructureHook, is_any_inside, is_unbounded
from ._plain import Foreign, beyond, is_plain, type_name
from .errors import Problem

__all__ = ["DEFAULT_WIRE", "Invalid", "Limits", "Wire", "WireSettings", "wire_of"]

_encode: Final = msgspec.json.Encoder().encode


class Invalid(Exception):
    """A value does not fit its type: the problems, to be told with the task's name."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


@attrs.frozen
class Limits:
    """How large a payload may be.

    Attributes:
        depth: Levels of arrays and objects in each other, in what is sent and in what is received. JSON parsers differ
            in what they take; nearly all take 100.
        bytes: Size of a task's arguments as UTF-8 JSON, in what is sent. The default is what RabbitMQ 4 takes
            (``max_message_size``, 16 MiB).

    .. versionadded:: 0.1
    """

    depth: int = 100
    bytes: int = 16 * 1024 * 1024


@attrs.frozen
class WireSettings:
    """What a task or an app sets of the mapping; ``None`` where it says nothing.

    Attributes:
        converter: One made by `make_converter`, with hooks of the user's own.
        forbid_extra_keys: Refuse keys that no field takes also in what was received.
        limits: How large a payload may be.
    """

    converter: Any = None
    forbid_extra_keys: bool | None = None
    limits: Limits | None = None

    def over(self, other: WireSettings) -> WireSettings:
        """These, and what the others say where these say nothing."""
        pairs = zip(attrs.astuple(self, recurse=False), attrs.astuple(other, recurse=False), strict=True)
        return WireSettings(*(theirs if ours is None else ours for ours, theirs in pairs))


class _Way:
    """How wire form is read: quickly, and, where that fails, once more by a converter that gathers all problems."""

    def __init__(self, converter: Converter, *, forbid_extra_keys: bool) -> None:
        self._converter, self._forbid_extra_keys = converter, forbid_extra_keys
        self._hooks: dict[Any, StructureHook] = {}

    @cached_property
    def quick(self) -> Converter:
        return self._converter.copy(forbid_extra_keys=self._forbid_extra_keys)

    @cached_property
    def explaining(self) -> Converter:
        return self._converter.copy(forbid_extra_keys=self._forbid_extra_keys, detailed_validation=True)

    def hook(self, type_: Any) -> StructureHook:
        """The quick hook; asking the converter for it costs as much as structuring a small record."""
        hook = self._hooks.get(type_)
        if hook is None:
            hook = self._hooks[type_] = structure_hook(type_, self.quick)
        return hook


class Wire:
    """One mapping between types and plain JSON data, for arguments, results, exception fields and progress."""

    def __init__(self, settings: WireSettings = WireSettings()) -> None:
        self.limits = settings.limits or Limits()
        self._is_default = settings.converter is None
        converter: Any = make_converter() if settings.converter is None else settings.converter
        self._converter = converter
        forbid_extra_keys = bool(settings.forbid_extra_keys)
        # What a worker or caller receives may have keys from a newer sender; in what a caller hands over, a key that no
        # field takes is a misspelt one.
        self._lenient = _Way(converter, forbid_extra_keys=forbid_extra_keys)
        self._exact = _Way(converter, forbid_extra_keys=True)
        self._unstructure_hooks: dict[Any, UnstructureHook] = {}
        self._deep: dict[Any, bool] = {}
        self._paired: dict[Any, bool] = {}

    @property
    def is_custom(self) -> Callable[[Any], bool] | None:
        """Whether a hook of the user's own serves a type; ``None`` where there can be none."""
        return None if self._is_default else lambda type_: is_custom(type_, self._converter)

    def unstructure_hook(self, type_: Any) -> UnstructureHook:
        """The unstructure function of a type; it never fails, and may leave a `Foreign` for the check to meet."""
        hook = self._unstructure_hooks.get(type_)
        if hook is None:
            hook = self._unstructure_hooks[type_] = unstructure_hook(type_, self._lenient.quick)
        return hook

    def load(self, value: Any, type_: Any, *, exact: bool = False) -> Any:
        """Wire form to object.

        Raises:
            Invalid: The value is not the wire form of the type.
        """
        way = self._exact if exact else self._lenient
        hook = way.hook(type_)
        try:
            too_much = self._too_much(value, type_)
            if not too_much:
                return hook(value, type_)
            problems: tuple[Problem, ...] = (Problem("$", too_much),)
        except Exception:  # noqa: BLE001 - a validator or converter of the user's may raise anything
            problems = explain(value, type_, way.explaining)
        raise Invalid(problems)

    def dump(self, value: Any, type_: Any) -> Any:
        """Object to wire form, checked.

        Raises:
            Invalid: The value is not of the type.
        """
        wire = self._unstructure(value, type_)
        self.load(wire, type_)
        return wire

    def dump_or_wire(self, value: Any, type_: Any) -> Any:
        """Object or its wire form to wire form, unchecked: see the explanation of the data flow in the docs."""
        too_much = self._too_much(value, type_)
        if too_much:
            return Foreign(value, f", {too_much}", about="type")
        if not is_plain(value):
            return self._unstructure(value, type_)
        if self._has_pairs(type_):
            wire = self._unstructure(value, type_)
            return wire if is_plain(wire) else value
        return value

    def _has_pairs(self, type_: Any) -> bool:
        """Whether plain data may be an object that is not its own wire form."""
        found = self._paired.get(type_)
        if found is None:
            found = self._paired[type_] = is_any_inside(type_, is_in_pairs, self.is_custom)
        return found

    def _too_much(self, value: Any, type_: Any) -> str:
        """How a value goes beyond the limits; asked only where the type itself sets none."""
        deep = self._deep.get(type_)
        if deep is None:
            deep = self._deep[type_] = is_unbounded(type_, self.is_custom)
        return beyond(value, self.limits.depth, self.limits.bytes) if deep else ""

    def check_size(self, wire: Any) -> Problem | None:
        """The problem of what is larger than the limit."""
        try:
            size = len(_encode(wire))
        except UnicodeEncodeError:  # of half a surrogate pair, which JSON's own escapes can say
            size = len(json.dumps(wire))
        if size <= self.limits.bytes:
            return None
        return Problem("$", f"{size:,} bytes as JSON, more than the limit of {self.limits.bytes:,}")

    def _unstructure(self, value: Any, type_: Any) -> Any:
        try:
            return self.unstructure_hook(type_)(value)
        except RecursionError:
            return Foreign(value, ", nested too deeply", about="type")
        except Exception as exc:  # noqa: BLE001 - a value whose own attributes or class cannot be asked
            return Foreign(value, f", which raised {type_name(type(exc))}", about="type")


@functools.cache
def wire_of(settings: WireSettings) -> Wire:
    """The mapping with these settings: tasks that say the same share one."""
    return Wire(settings)


#: The mapping of every app that configures no other.
DEFAULT_WIRE = wire_of(WireSettings())
