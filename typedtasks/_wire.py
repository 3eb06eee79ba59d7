"""Values to wire form and back, with every problem and its path when one does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import cached_property
from typing import Any

import attrs
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from ._converter import make_converter
from ._hooks import PLAIN, Mismatch, StructureHook, UnstructureHook, structure_hook, unstructure_hook
from ._plain import Foreign, describe, is_plain, not_plain, shorten
from .errors import Problem

__all__ = ["DEFAULT_WIRE", "Invalid", "Wire"]


class Invalid(Exception):
    """A value does not fit its type: the problems, to be told with the task's name."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems)
        self.problems = problems


class _Way:
    """How wire form is read: quickly, and, where that fails, once more by a converter that gathers all problems."""

    def __init__(self, *, forbid_extra_keys: bool) -> None:
        self._forbid_extra_keys = forbid_extra_keys
        self._hooks: dict[Any, StructureHook] = {}

    @cached_property
    def quick(self) -> Any:
        return make_converter(forbid_extra_keys=self._forbid_extra_keys)

    @cached_property
    def explaining(self) -> Any:
        return make_converter(detailed_validation=True, forbid_extra_keys=self._forbid_extra_keys)

    def hook(self, type_: Any) -> StructureHook:
        """The quick hook; asking the converter for it costs as much as structuring a small record."""
        hook = self._hooks.get(type_)
        if hook is None:
            hook = self._hooks[type_] = structure_hook(type_, self.quick)
        return hook


class Wire:
    """One mapping between types and plain JSON data, for arguments, results, exception fields and progress."""

    def __init__(self) -> None:
        # What a worker or caller receives may have keys from a newer sender; in what a caller hands over, a key that no
        # field takes is a misspelt one.
        self._lenient = _Way(forbid_extra_keys=False)
        self._exact = _Way(forbid_extra_keys=True)
        self._unstructure_hooks: dict[Any, UnstructureHook] = {}

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
        try:
            return way.hook(type_)(value, type_)
        except Exception:  # noqa: BLE001 - a validator or converter of the user's may raise anything
            problems = _explain(value, type_, way.explaining)
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
        return value if is_plain(value) else self._unstructure(value, type_)

    def _unstructure(self, value: Any, type_: Any) -> Any:
        try:
            return self.unstructure_hook(type_)(value)
        except RecursionError:
            return Foreign(value, ", nested too deeply")


def _explain(value: Any, type_: Any, converter: Any) -> tuple[Problem, ...]:
    try:
        structure_hook(type_, converter)(value, type_)
    except Exception as exc:  # noqa: BLE001 - as above
        try:
            return tuple(_problems(exc, "$"))
        except RecursionError:
            return (Problem("$", "nested too deeply"),)
    return (Problem("$", "structuring failed once and not when repeated: a validator or converter depends on time"),)


def _problems(exc: Exception, path: str) -> Iterator[Problem]:
    """The leaves of cattrs' exception groups, with the paths that its notes make."""
    if isinstance(exc, BaseValidationError):
        group: Any = exc  # whose generic base cattrs leaves open
        for below in group.exceptions:
            yield from _problems(below, path + _step(below, group.cl))
    elif isinstance(exc, ForbiddenExtraKeysError):
        known = [field.alias for field in attrs.fields(exc.cl)]
        for key in sorted(exc.extra_fields):
            yield Problem(f"{path}.{key}", f"unexpected field{did_you_mean(key, known)}")
    elif isinstance(exc, Mismatch) and exc.expected == PLAIN:
        foreign: Any = exc.value
        for below, value in not_plain(foreign.value):
            yield Problem(path + below, f"expected {PLAIN}, got {describe(value)}")
    else:
        yield Problem(path, _message(exc))


def _step(exc: BaseException, cls: Any = None) -> str:
    """The last part of the path: the innermost note is the first. Fields by the names that callers and JSON use."""
    for note in getattr(exc, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            return f".{attrs.fields_dict(cls)[note.name].alias if attrs.has(cls) else note.name}"
        if isinstance(note, IterableValidationNote):
            return f"[{note.index!r}]"
    return ""


def _message(exc: Exception) -> str:
    if isinstance(exc, Mismatch):
        return f"expected {exc.expected}, got {describe(exc.value)}"
    if isinstance(exc, KeyError) and _step(exc):  # one from a validator or converter has no note of a field
        return "missing"
    # attrs' own validators put the attribute and the whole value behind the text.
    text = exc.args[0] if exc.args and isinstance(exc.args[0], str) else str(exc)
    return shorten(f"{type(exc).__name__}: {text}", 200)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'order'?`` where one of the known names is near, else nothing."""
    near = get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


#: The mapping of every app that configures no other.
DEFAULT_WIRE = Wire()
