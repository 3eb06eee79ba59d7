"""The hooks of single values, and how the hook of a type is found."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import enum
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, Final, get_args

from cattrs import Converter

from ._plain import TOO_LARGE, Foreign, is_plain, shorten, type_name
from ._scalars import SCALARS, Scalar
from ._types import is_enum, plain_type

__all__ = [
    "JSON_CLASSES",
    "PLAIN",
    "SCALAR_STRUCTURE",
    "Mismatch",
    "StructureHook",
    "UnstructureHook",
    "structure_any",
    "structure_enum_factory",
    "structure_hook",
    "structure_never",
    "structure_optional_factory",
    "unstructure_any",
    "unstructure_enum_factory",
    "unstructure_hook",
    "unstructure_optional_factory",
    "unstructure_scalar",
]

StructureHook = Callable[[Any, Any], Any]
UnstructureHook = Callable[[Any], Any]


class Mismatch(Exception):
    """A value that is not the wire form of its declared type."""

    def __init__(self, expected: Any, value: object) -> None:
        super().__init__(expected, value)
        self.expected, self.value = type_name(expected), value


def structure_hook(type_: Any, converter: Converter) -> StructureHook:
    """The converter's structure hook, but a ``class Color(str, Enum)`` is not taken for its ``str``.

    cattrs dispatches a class to the hook of its base, which is right for records and wrong for mixed-in enums, and to
    one of its own for all other enums in versions 25.
    """
    bare = plain_type(type_)
    if is_enum(bare):
        of_class = converter.get_structure_hook(bare)
        if of_class in _SCALAR_HOOKS or of_class == converter.get_structure_hook(enum.Enum):
            return structure_enum_factory(bare)
    hook: StructureHook = converter.get_structure_hook(_NONE if type_ is None else type_)  # as in ``list[None]``
    return hook


def unstructure_hook(type_: Any, converter: Converter) -> UnstructureHook:
    """The converter's unstructure hook; enums as in `structure_hook`."""
    bare = plain_type(type_)
    if is_enum(bare) and structure_hook(type_, converter).__qualname__ == _ENUM_HOOK:
        return unstructure_enum_factory(bare)
    hook: UnstructureHook = converter.get_unstructure_hook(_NONE if type_ is None else type_)
    return hook


# -- scalars ----------------------------------------------------------------------------------------------------------

_NONE: Final = type(None)
JSON_CLASSES: Final = frozenset({str, int, bool, _NONE})


def _structure_scalar(cls: type, scalar: Scalar) -> StructureHook:
    wire, load = scalar.wire, scalar.load
    if cls in JSON_CLASSES:

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


SCALAR_STRUCTURE: Final = {
    **{cls: _structure_scalar(cls, scalar) for cls, scalar in SCALARS.items()},
    int: _structure_int,
}
_SCALAR_HOOKS: Final = frozenset(SCALAR_STRUCTURE.values())


def unstructure_scalar(cls: type, scalar: Scalar) -> UnstructureHook:
    """A subclass is taken too: unlike a record's, all that it holds is in the wire form of its base."""
    dump = scalar.dump
    if cls is date:
        return lambda value: (
            dump(value) if isinstance(value, date) and not isinstance(value, datetime) else Foreign(value)
        )
    if cls is time:  # `isoformat` says nothing of a zone whose offset depends on the day
        return lambda value: (
            dump(value)
            if isinstance(value, time) and (value.tzinfo is None or value.utcoffset() is not None)
            else Foreign(value)
        )
    if cls is float:  # an int is one for the type checker too (PEP 484), and JSON knows no difference
        return lambda value: dump(value) if type(value) is float else value
    return lambda value: dump(value) if isinstance(value, cls) else Foreign(value)


# -- Any, Never, X | None, enums --------------------------------------------------------------------------------------


def structure_never(value: Any, type_: Any) -> Any:
    raise Mismatch(type_, value)


#: What an annotation that says nothing stands for.
PLAIN: Final = "plain JSON data (annotate it with the record's class to send more)"


def structure_any(value: Any, _: Any) -> Any:
    if type(value) is Foreign:
        raise Mismatch(PLAIN, value)
    return value


def unstructure_any(value: Any) -> Any:
    return value if is_plain(value) else Foreign(value)


def _inner(type_: Any) -> Any:
    return next(arg for arg in get_args(type_) if arg is not type(None))


def structure_optional_factory(type_: Any, converter: Converter) -> StructureHook:
    inner = _inner(type_)
    hook = structure_hook(inner, converter)
    return lambda value, _: None if value is None else hook(value, inner)


def unstructure_optional_factory(type_: Any, converter: Converter) -> UnstructureHook:
    hook = unstructure_hook(_inner(type_), converter)
    return lambda value: None if value is None else hook(value)


def structure_enum_factory(cls: type[enum.Enum]) -> StructureHook:
    # Keyed by class too: True == 1 == 1.0 in Python and not on the wire.
    members = {(type(member.value), member.value): member for member in cls.__members__.values()}

    def structure_enum(value: Any, _: Any) -> Any:
        try:
            return members[type(value), value]
        except (KeyError, TypeError):
            if issubclass(cls, enum.Flag) and type(value) is int:
                with suppress(ValueError):
                    member = cls(value)
                    if member.value == value:  # -1 stands for all flags, and is none that was sent
                        return member
            wanted = type_name(cls) if type(value) is Foreign else f"{type_name(cls)}: one of {_values(cls)}"
            raise Mismatch(wanted, value) from None

    structure_enum.__qualname__ = _ENUM_HOOK
    return structure_enum


_ENUM_HOOK: Final = "structure_enum"


def _values(cls: type[enum.Enum]) -> str:
    return shorten(", ".join(repr(member.value) for member in cls), 200)


def unstructure_enum_factory(cls: type[enum.Enum]) -> UnstructureHook:
    return lambda value: value.value if isinstance(value, cls) else Foreign(value)
