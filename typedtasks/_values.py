"""The hooks of single values: scalars, and what is plain JSON data."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, get_args

from ._kinds import Kind, StructureHook, UnstructureHook
from ._plain import (
    TOO_LARGE,
    Foreign,
    describe,
    escape_all,
    is_plain,
    type_name,
    unescape_all,
)
from ._scalars import SCALARS, Scalar
from ._types import NEVER, is_any, origin_of

__all__ = ["PLAIN", "SCALAR_HOOKS", "SCALAR_STRUCTURE", "SCALAR_UNSTRUCTURE", "VALUES", "Mismatch", "structure_any"]

_NONE: Final = type(None)


class Mismatch(Exception):
    """A value that is not the wire form of its declared type."""

    def __init__(self, expected: Any, value: object, hint: str = "") -> None:
        super().__init__(expected, value, hint)
        self.expected, self.value, self.hint = type_name(expected), value, hint

    @property
    def met(self) -> Any:
        """The value, not what stands for it."""
        return self.value.value if type(self.value) is Foreign else self.value

    @property
    def has_reason(self) -> bool:
        """Whether more is wrong with the value than its class."""
        return type(self.value) is Foreign and bool(self.value.why)

    def message(self, *, hidden: bool) -> str:
        """What was expected and what was met, which may have to be hidden."""
        return f"expected {self.expected}, got {describe(self.value, hidden=hidden)}{'' if hidden else self.hint}"


# -- scalars -----------------------------------------------------------------------------------------------------------

_BIG: Final = 2**63


def _structure_scalar(cls: type, scalar: Scalar) -> StructureHook:
    wire, load = scalar.wire, scalar.load
    if cls in (str, bool, _NONE):

        def structure_same(value: Any, _: Any) -> Any:
            if type(value) is cls:
                return value
            raise Mismatch(cls, value)

        return structure_same

    def structure(value: Any, _: Any) -> Any:
        if cls is float or type(value) is wire:
            try:
                return load(value)
            except (ValueError, ArithmeticError):
                raise Mismatch(cls, value) from None
        if type(value) is cls:  # from a sender that is not typed: kombu's own envelope has made the object
            return value
        raise Mismatch(cls, value)

    return structure


def _structure_int(value: Any, _: Any) -> Any:
    if type(value) is int and -TOO_LARGE < value < TOO_LARGE:
        return value
    raise Mismatch(int, value)


def _unstructure_scalar(cls: type, scalar: Scalar) -> UnstructureHook:
    """A subclass is taken too: unlike a record's, all that it holds is in the wire form of its base."""
    dump, why_not = scalar.dump, scalar.why_not
    if cls in (str, bool, _NONE):
        return lambda value: value if type(value) is cls else Foreign(value)
    if cls is float:  # an int is one for the type checker too (PEP 484), and JSON knows no difference
        return lambda value: dump(value) if type(value) is float else value if type(value) is int else Foreign(value)
    if why_not is None:
        if cls is date:
            return lambda value: (
                dump(value) if isinstance(value, date) and not isinstance(value, datetime) else Foreign(value)
            )
        return lambda value: dump(value) if isinstance(value, cls) else Foreign(value)

    def unstructure(value: Any) -> Any:
        if not isinstance(value, cls):
            return Foreign(value)
        reason = why_not(value)
        return dump(value) if reason is None else Foreign(value, reason)

    return unstructure


def _unstructure_int(value: Any) -> Any:
    if type(value) is int and -TOO_LARGE < value < TOO_LARGE:
        return value
    return Foreign(value, ", more than Python writes" if type(value) is int else "")


def _structure_decimal(value: Any, type_: Any) -> Any:
    if type(value) is str:
        try:
            number = Decimal(value)
        except ArithmeticError:
            raise Mismatch(Decimal, value) from None
        if str(number) == value:  # as most are: the others are looked at more closely
            return number
    return _structure_other_decimal(value, type_)


_structure_other_decimal: Final = _structure_scalar(Decimal, SCALARS[Decimal])

SCALAR_STRUCTURE: Final = {
    **{cls: _structure_scalar(cls, scalar) for cls, scalar in SCALARS.items()},
    int: _structure_int,
    Decimal: _structure_decimal,
}
SCALAR_UNSTRUCTURE: Final = {
    **{cls: _unstructure_scalar(cls, scalar) for cls, scalar in SCALARS.items()},
    int: _unstructure_int,
}
#: The identities of all: a user's own hook may be an object that is not hashable.
SCALAR_HOOKS: Final = frozenset(map(id, (*SCALAR_STRUCTURE.values(), *SCALAR_UNSTRUCTURE.values())))


def _is_scalar(type_: Any) -> bool:
    return isinstance(type_, type) and type_ in SCALARS


def _is_pattern(type_: Any) -> bool:
    return origin_of(type_) is re.Pattern and get_args(type_) in ((), (str,))


# -- Any and Never -----------------------------------------------------------------------------------------------------

#: What an annotation that says nothing stands for.
PLAIN: Final = "plain JSON data (annotate it with the record's class to send more)"


def structure_any(value: Any, _: Any) -> Any:
    if not is_plain(value):  # an object of kombu's own envelopes, or a caller's
        raise Mismatch(PLAIN, value)
    return unescape_all(value)


def _unstructure_any(value: Any) -> Any:
    if is_plain(value):
        return value
    escaped = escape_all(value)
    return escaped if is_plain(escaped) else Foreign(value)


def _structure_never(value: Any, type_: Any) -> Any:
    raise Mismatch(type_, value)


VALUES: Final = (
    Kind(
        matches=_is_scalar,
        structure=lambda type_, _: SCALAR_STRUCTURE[type_],
        unstructure=lambda type_, _: SCALAR_UNSTRUCTURE[type_],
        json=lambda type_: (SCALARS[type_].wire,),
    ),
    Kind(
        matches=_is_pattern,
        structure=lambda *_: SCALAR_STRUCTURE[re.Pattern],
        unstructure=lambda *_: SCALAR_UNSTRUCTURE[re.Pattern],
        json=lambda _: (str,),
    ),
    Kind(
        matches=is_any,
        structure=lambda *_: structure_any,
        unstructure=lambda *_: _unstructure_any,
        json=lambda _: (str, int, float, bool, _NONE, list, dict),
        unbounded=lambda _: True,
    ),
    Kind(
        matches=lambda type_: type_ in NEVER,
        structure=lambda *_: _structure_never,
        unstructure=lambda *_: Foreign,
        json=lambda _: (),
    ),
)
