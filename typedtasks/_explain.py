"""What is wrong with a value: every problem, with its path."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, get_args

import attrs
from cattrs import (
    AttributeValidationNote,
    BaseValidationError,
    Converter,
    ForbiddenExtraKeysError,
    IterableValidationNote,
)

from ._containers import MOST_PROBLEMS
from ._fields import fields_of
from ._hooks import structure_hook
from ._libraries import Several
from ._plain import (
    Foreign,
    describe,
    did_you_mean,
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

__all__ = ["explain"]


def explain(value: Any, type_: Any, converter: Converter) -> tuple[Problem, ...]:
    """What is wrong with a value that a quick converter has refused.

    Args:
        value: The value, in wire form.
        type_: Its type.
        converter: One that gathers all problems (cattrs' ``detailed_validation``).
    """
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
        told = ("type",) if place.secret else ("type", "key")
        if place.holds_secret and type(met) is Foreign and met.about not in told:
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
