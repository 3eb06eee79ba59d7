"""What plain JSON data is, and how a value is shown in a message."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

__all__ = ["TOO_LARGE", "Foreign", "describe", "is_envelope", "is_plain", "not_plain", "shorten", "type_name"]

_SCALARS: Final = frozenset({str, bool, type(None)})
_SHOWN: Final = frozenset({str, int, float, bool})
_ENVELOPE: Final = frozenset({"__type__", "__value__"})
_WIDTH: Final = 60
_SHOWN_BITS: Final = 192

#: More digits than Python writes and reads, as long as nobody allows it more with `sys.set_int_max_str_digits`.
TOO_LARGE: Final = 10**4300


class Foreign:
    """Stands on the wire for a value that is not of its declared class, so that the check meets it.

    It is no JSON type, so no structure hook accepts it, and it never leaves the process.
    """

    __slots__ = ("value", "why")

    def __init__(self, value: object, why: str = "") -> None:
        self.value, self.why = value, why

    def __repr__(self) -> str:
        """As `describe`: it may be the key of a dict, and so part of a path."""
        return describe(self)


def is_plain(value: Any) -> bool:
    """Whether the whole tree is made of exact JSON types: such a value is already in wire form.

    Exact means ``type(v) is``: a ``StrEnum`` member is a ``str``, yet must travel as its value. NaN and
    the infinities are no JSON (RFC 8259, section 6). What is nested too deeply for Python, which a tree that holds
    itself is too, cannot be written as JSON either.
    """
    try:
        return _is_plain(value)
    except RecursionError:
        return False


def _is_plain(value: Any) -> bool:
    kind: Any = type(value)
    if kind in _SCALARS:
        return True
    if kind is int:
        return not (value <= -TOO_LARGE or value >= TOO_LARGE)
    if kind is float:
        return isfinite(value)
    if kind is list:
        return all(map(_is_plain, value))
    return kind is dict and _is_plain_dict(value)


def _is_plain_dict(value: dict[Any, Any]) -> bool:
    return all(type(key) is str for key in value) and not is_envelope(value) and all(map(_is_plain, value.values()))


def is_envelope(value: dict[Any, Any]) -> bool:
    """Whether kombu's JSON would take a dict for one of its own on the way, and make something else of it."""
    return len(value) == len(_ENVELOPE) and value.keys() >= _ENVELOPE


def not_plain(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of a tree that are no plain JSON data, each with the way to it, as in ``['lines'][2]``."""
    if type(value) is list:
        for index, item in enumerate(value):
            yield from not_plain(item, f"{path}[{index}]")
    elif type(value) is dict and not is_envelope(value):
        for key, item in value.items():
            yield from not_plain(item, f"{path}[{key!r}]") if type(key) is str else [(path, key)]
    elif not is_plain(value):
        yield path, value


def shorten(text: str, width: int = _WIDTH) -> str:
    """At most `width` characters of `text`, with the cut shown."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def type_name(type_: Any) -> str:
    """A type as its user wrote it, without modules: ``Order``, ``list[Order]``, ``int | None``."""
    if type_ is type(None):
        return "None"
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return type_name(args[0])
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, args))
    if origin in (list, dict, tuple) and args:
        return f"{origin.__name__}[{', '.join('...' if arg is ... else type_name(arg) for arg in args)}]"
    if isinstance(type_, type) and not args:
        return type_.__qualname__.rpartition("<locals>.")[2]
    return str(type_).replace("typing.", "")


def describe(value: Any) -> str:
    """The class of a value met, and for scalars the value: ``str '7'``; never the fields of a record."""
    if type(value) is Foreign:
        return f"{describe(value.value)}{value.why}"
    kind: Any = type(value)
    if value is None:
        return "None"
    if kind is dict and is_envelope(value):
        return "a dict with the keys __type__ and __value__, which Celery's own JSON takes for something else"
    if kind is int and value.bit_length() > _SHOWN_BITS:
        return "int of many digits"  # whose repr Python refuses past 4,300 digits
    if kind in _SHOWN:
        # Slicing first: the repr of a 50 MB string is not made to be thrown away.
        shown = value[: _WIDTH + 1] if isinstance(value, str) else value
        return f"{kind.__name__} {shorten(repr(shown))}"
    return type_name(kind)
