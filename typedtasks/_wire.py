"""Values to wire form and back, with every problem and its path when one does not fit."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice
from typing import Any, Final, get_args

import attrs
import msgspec
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from ._containers import MOST_PROBLEMS, is_in_pairs
from ._converter import make_converter
from ._fields import fields_of
from ._hooks import is_custom, structure_hook, unstructure_hook
from ._kinds import StructureHook, UnstructureHook, is_any_inside, is_unbounded
from ._libraries import Several
from ._plain import (
    Foreign,
    describe,
    did_you_mean,
    is_deep,
    is_plain,
    not_plain,
    shorten,
    shorten_path,
    show_key,
    step,
    type_name,
)
from ._sensitive import UNDECLARED, holds_sensitive, is_hidden
from ._types import is_union, plain_type
from ._values import PLAIN, Mismatch
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
            if not self._is_too_deep(value, type_):
                return hook(value, type_)
            problems: tuple[Problem, ...] = (Problem("$", f"nested more than {self.limits.depth} levels deep"),)
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
        if self._is_too_deep(value, type_):
            return Foreign(value, f", nested more than {self.limits.depth} levels deep")
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

    def _is_too_deep(self, value: Any, type_: Any) -> bool:
        """Whether a value goes beyond the limit of depth; asked only where the type itself sets none."""
        deep = self._deep.get(type_)
        if deep is None:
            deep = self._deep[type_] = is_unbounded(type_, self.is_custom)
        return deep and is_deep(value, self.limits.depth)

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
            return Foreign(value, ", nested too deeply")


# -- what is wrong -----------------------------------------------------------------------------------------------------


def _explain(value: Any, type_: Any, converter: Converter) -> tuple[Problem, ...]:
    try:
        structure_hook(type_, converter)(value, type_)
    except Exception as exc:  # noqa: BLE001 - as above
        try:
            found = tuple(islice(_problems(exc, _place("$", (type_,))), MOST_PROBLEMS + 1))
        except RecursionError:
            return (Problem("$", "nested too deeply"),)
        if len(found) <= MOST_PROBLEMS:
            return found
        return (*found[:-1], Problem("$", f"more than {MOST_PROBLEMS:,} problems: these are the first ones"))
    return (Problem("$", "structuring failed once and not when repeated: a validator or converter depends on time"),)


@attrs.frozen
class _Place:
    """Where in a value something is wrong, and what may be told of it.

    Attributes:
        path: The way to it.
        types: Those of which a value that is there may be.
        secret: Nothing that is there is shown, and no key either.
        holds_secret: Something that is there is not shown: so no text is, which may be about that.
    """

    path: str
    types: tuple[Any, ...]
    secret: bool
    holds_secret: bool


def _place(path: str, types: tuple[Any, ...], *, secret: bool = False) -> _Place:
    """The place of a value of one of these types, inside of one that may be secret as a whole."""
    secret = secret or any(map(is_hidden, types))
    return _Place(path, types, secret, secret or any(map(holds_sensitive, types)))


def _problems(exc: Exception, place: _Place) -> Iterator[Problem]:
    """The leaves of cattrs' exception groups, with the paths that its notes make."""
    if isinstance(exc, BaseValidationError):
        group: Any = exc  # whose generic base cattrs leaves open
        for below in group.exceptions:
            yield from _problems(below, _step(below, group.cl, place))
    elif isinstance(exc, ForbiddenExtraKeysError):
        known = [field.key for field in fields_of(exc.cl)]
        for key in sorted(exc.extra_fields):
            shown, hint = ("[...]", "") if place.secret else (step(key), did_you_mean(key, known))
            yield Problem(shorten_path(place.path + shown), f"unexpected field{hint}")
    elif isinstance(exc, Several):
        for below, text in exc.problems:
            way, told = (_first_step(below, place), _NOT_TOLD) if place.holds_secret else (below, shorten(text, 200))
            yield Problem(shorten_path(place.path + way), told)
    elif isinstance(exc, Mismatch) and exc.expected == PLAIN and not place.secret and not exc.has_reason:
        for below, value in not_plain(exc.met):
            yield Problem(shorten_path(place.path + below), f"expected {PLAIN}, got {describe(value)}")
    else:
        yield Problem(shorten_path(place.path), _message(exc, place))


def _step(exc: BaseException, cls: Any, above: _Place) -> _Place:
    """One step down: the innermost note is the first. Fields go by the names that callers and JSON use."""
    for note in getattr(exc, "__notes__", ()):
        if isinstance(note, AttributeValidationNote):
            field = next(field for field in fields_of(cls) if field.name == note.name)
            type_ = UNDECLARED if field.sensitive else field.type
            return _place(above.path + step(field.key), (type_,), secret=above.secret)
        if isinstance(note, IterableValidationNote):
            inner = get_args(cls)
            is_index: bool = type(note.index) is int
            shown = is_index or not (above.secret or any(map(holds_sensitive, inner[:1])))
            way = show_key(note.index) if shown else "[...]"
            return _place(above.path + way, inner if note.type is None else (note.type,), secret=above.secret)
    # Not of one field: what a validator says of the whole may be about any.
    return _place(above.path, (cls,), secret=above.secret)


_NOT_TOLD: Final = "not valid; the reason is hidden with the value"
_FIRST_STEP: Final = re.compile(r"\.\w+|\[\d+\]")
# Of what is said behind a value that is not shown: what is about types alone, and about keys.
_ABOUT_TYPES: Final = (", a subclass: ", " that fits ")
_ABOUT_KEYS: Final = (*_ABOUT_TYPES, " with the key ")


def _first_step(path: str, place: _Place) -> str:
    """The field of a record of another library, and no key below."""
    found = _FIRST_STEP.match(path)
    return found[0] if found and not place.secret and not any(map(_is_root, place.types)) else ""


def _is_root(type_: Any) -> bool:
    """Whether this is a pydantic model without fields, which may have keys in their place."""
    type_ = plain_type(type_)
    return any(map(_is_root, get_args(type_))) if is_union(type_) else getattr(type_, "__pydantic_root_model__", False)


def _message(exc: Exception, place: _Place) -> str:
    if isinstance(exc, Mismatch):
        met: Any = exc.value
        told = _ABOUT_TYPES if place.secret else _ABOUT_KEYS
        if place.holds_secret and type(met) is Foreign and not met.why.startswith(told):
            exc = Mismatch(exc.expected, met.value)
        return exc.message(hidden=place.holds_secret)
    if isinstance(exc, KeyError) and any(
        isinstance(note, AttributeValidationNote) for note in getattr(exc, "__notes__", ())
    ):
        return "missing"  # one from a validator or converter has no note of a field
    if place.holds_secret:
        return f"{type_name(type(exc))}, whose text is hidden with the value"
    # attrs' own validators put the attribute and the whole value behind the text.
    text = exc.args[0] if exc.args and isinstance(exc.args[0], str) else str(exc)
    return shorten(f"{type(exc).__name__}: {text}", 200)


@functools.cache
def wire_of(settings: WireSettings) -> Wire:
    """The mapping with these settings: tasks that say the same share one."""
    return Wire(settings)


#: The mapping of every app that configures no other.
DEFAULT_WIRE = wire_of(WireSettings())
