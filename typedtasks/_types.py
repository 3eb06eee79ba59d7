"""Which types can travel, and what each is made of: read once per annotation, at declaration."""

from __future__ import annotations

import enum
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, NewType, NoReturn, Union, cast, get_args, get_origin
from weakref import WeakSet

import attrs
from typing_extensions import Never, TypeAliasType

from ._plain import is_plain, type_name
from ._scalars import SCALARS

__all__ = [
    "NEVER",
    "Refused",
    "check_type",
    "has_exact_values",
    "is_alias",
    "is_any",
    "is_enum",
    "is_optional",
    "is_record",
    "plain_type",
]

NEVER: Final = frozenset({NoReturn, Never})

_UNIONS: Final = frozenset({Union, types.UnionType})
_ALIASES: Final = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))
# The keys of a JSON object are strings: these types travel as one already.
_KEYS: Final = frozenset(cls for cls, scalar in SCALARS.items() if scalar.wire is str)
# What an annotation that says less stands for.
_SHORT: Final[dict[Any, Any]] = {
    None: type(None),
    **dict.fromkeys((list, typing.List), list[Any]),  # noqa: UP006 - as users may still write it
    **dict.fromkeys((dict, typing.Dict), dict[str, Any]),  # noqa: UP006 - as above
    **dict.fromkeys((tuple, typing.Tuple), tuple[Any, ...]),  # noqa: UP006 - as above
}
_MEMBER_VALUES: Final = frozenset({str, int, bool, float})  # no None: in ``Color | None`` it would be both


class Refused(Exception):
    """A type that cannot travel: the way to it below the annotation, the type, and the fix."""

    def __init__(self, where: str, type_: Any, fix: str) -> None:
        super().__init__(where, type_, fix)
        self.where, self.type, self.fix = where, type_name(type_), fix


def plain_type(type_: Any) -> Any:
    """What `Annotated`, `NewType` and ``type X = ...`` stand for; a bare ``list`` is ``list[Any]``."""
    while True:
        if get_origin(type_) is Annotated:
            type_ = get_args(type_)[0]
        elif isinstance(type_, NewType):
            type_ = type_.__supertype__
        elif is_alias(type_):
            type_ = type_.__value__
        else:
            break
    return _SHORT.get(type_, type_)


def is_alias(type_: Any) -> bool:
    """Whether this is a ``type X = ...``, or its equal of `typing_extensions`."""
    return isinstance(type_, _ALIASES)


def is_any(type_: Any) -> bool:
    """Whether nothing is declared: plain JSON data only."""
    return type_ is Any or type_ is object


def is_enum(type_: Any) -> bool:
    """Whether this is an `enum.Enum` class."""
    return isinstance(type_, enum.EnumMeta)


def has_exact_values(cls: enum.EnumMeta) -> bool:
    """Whether every member's value is itself plain JSON, so that the member can travel as it."""
    members: Iterable[Any] = cast("Any", cls).__members__.values()
    return all(type(member.value) in _MEMBER_VALUES and is_plain(member.value) for member in members)


def is_record(type_: Any) -> bool:
    """Whether this is an attrs class, made by `attr.s`, `attrs.define` or their like; no generic one yet."""
    return isinstance(type_, type) and get_origin(type_) is None and attrs.has(type_)


def is_optional(type_: Any) -> bool:
    """Whether this is ``X | None`` with a single ``X``."""
    args = get_args(type_)
    return get_origin(type_) in _UNIONS and len(args) == 2 and type(None) in args  # noqa: PLR2004 - X and None


# Records that were walked to their leaves: those of an application are in many of its tasks.
_accepted: WeakSet[type] = WeakSet()


def check_type(type_: Any, where: str) -> None:
    """Walk an annotation to its leaves.

    Args:
        type_: The annotation.
        where: The way to it so far, as in ``order``.

    Raises:
        Refused: One of the types cannot travel.
        NameError: A record's string annotation names what is not defined yet.
    """
    seen: set[Any] = set()
    _walk(type_, where, seen)
    _accepted.update(seen)  # and not sooner: a record that holds itself is met again before its other fields


def _walk(type_: Any, where: str, seen: set[Any], above: tuple[Any, ...] = ()) -> None:
    if not _is_hashable(type_):
        raise Refused(where, type_, "make what is inside Annotated or Literal hashable, as a frozen class is")
    type_ = plain_type(type_)
    if type_ in above:
        raise Refused(where, type_, "a type alias that holds itself is not supported yet; use an attrs record")
    if _is_leaf(type_, where) or type_ in seen or type_ in _accepted:
        return
    if is_record(type_):
        seen.add(type_)
        attrs.resolve_types(type_)
        if getattr(type_, "__parameters__", ()):
            raise Refused(where, type_, _FIX_GENERIC)
    above = () if is_record(type_) else (*above, type_)
    for below, child in _children(type_, where):
        _walk(child, where + below, seen, above)


def _is_leaf(type_: Any, where: str) -> bool:
    if is_enum(type_) and not has_exact_values(type_):
        raise Refused(where, type_, "give every member a str, int, float or bool value")
    return is_any(type_) or is_enum(type_) or type_ in NEVER or (isinstance(type_, type) and type_ in SCALARS)


def _is_hashable(type_: Any) -> bool:
    try:
        hash(type_)
    except TypeError:
        return False
    return True


_FIX_GENERIC: Final = "generic records are not supported yet; write a record with the types filled in"
_FIX_UNION: Final = "unions other than `X | None` are not supported yet; use a record with one optional field for each"
_FIX_OTHER: Final = (
    "use an attrs record, list, tuple, dict or a scalar (str, int, float, bool, None, bytes, Decimal, UUID, Enum, "
    "datetime, date, time, timedelta)"
)


def _children(type_: Any, where: str) -> Iterator[tuple[str, Any]]:
    """The types inside a record or container, each with what leads to it."""
    if is_record(type_):
        for field in attrs.fields(type_):
            yield f".{field.name}", Any if field.type is None else field.type
        return
    origin, args = get_origin(type_), get_args(type_)
    if (origin is list and len(args) == 1) or (origin is tuple and args[-1:] == (...,)):
        yield "[]", args[0]
    elif origin is tuple:
        yield from ((f"[{index}]", child) for index, child in enumerate(args))
    elif origin is dict and len(args) == 2:  # noqa: PLR2004 - key and value
        key = plain_type(args[0])
        if not (key in _KEYS or (is_enum(key) and all(type(member.value) is str for member in key))):
            raise Refused(
                f"{where}{{}}",
                type_,
                "use keys of type str, bytes, Decimal, UUID, datetime, date, time, timedelta or a str Enum",
            )
        yield "{}", args[1]
    elif is_optional(type_):
        yield "", next(arg for arg in args if arg is not type(None))
    elif origin in _UNIONS:
        raise Refused(where, type_, _FIX_UNION)
    elif is_record(origin):
        raise Refused(where, type_, _FIX_GENERIC)
    else:
        raise Refused(where, type_, _FIX_OTHER)
