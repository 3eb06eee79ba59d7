"""How an argument is shown in logs and monitors: a scalar as it is, all else by its type alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ._plain import TOO_LARGE, shorten, type_name
from ._scalars import SCALARS
from ._sensitive import HIDDEN, holds_sensitive, is_hidden
from ._types import plain_type

__all__ = ["REPR_WIDTH", "Show", "shown_as"]

#: Makes the text of a value in wire form.
Show = Callable[[Any], str]

#: How many characters of one value are shown.
REPR_WIDTH: Final = 100


def shown_as(type_: Any) -> Show:
    """How values of a type are shown, in wire form."""
    if is_hidden(type_):
        return _hide
    name = f"<{type_name(plain_type(type_))}>"
    scalar = _hide if holds_sensitive(type_) else _scalar
    return lambda value: scalar(value) if type(value) in SCALARS else name


def _hide(_: Any) -> str:
    return HIDDEN


def _scalar(value: Any) -> str:
    if type(value) is str:
        value = value[: REPR_WIDTH + 1]  # the repr of a long text is not made to be thrown away
    return shorten(repr(value), REPR_WIDTH) if type(value) is not int or abs(value) < TOO_LARGE else "<int>"
