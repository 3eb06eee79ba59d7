"""Annotations taken apart: what stands for something else, and what each kind of type is recognised by."""

from __future__ import annotations

import dataclasses
import enum
import sys
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Final, NewType, NoReturn, TypeVar, Union, get_args, get_origin

import attrs
import typing_extensions
from typing_extensions import Never, NotRequired, ReadOnly, Required, TypeAliasType, get_type_hints, is_typeddict

__all__ = [
    "NEVER",
    "Names",
    "arguments_of",
    "enum_members",
    "fill",
    "is_alias",
    "is_any",
    "is_enum",
    "is_literal",
    "is_named_tuple",
    "is_record",
    "is_typeddict",
    "is_union",
    "origin_of",
    "peel",
    "plain_type",
    "qualifiers",
    "resolve",
    "resolve_alias",
]

#: Names for string annotations beside those of the module, as for `typing.get_type_hints`.
Names = Mapping[str, Any]

NEVER: Final = frozenset({NoReturn, Never})

_UNIONS: Final = frozenset({Union, types.UnionType})
_ALIASES: Final = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))
_LITERALS: Final = frozenset({typing.Literal, typing_extensions.Literal})
# The two modules share one object or have one each, depending on the version of Python.
_QUALIFIERS: Final = {
    form: name
    for name, forms in {
        "final": (typing.Final, typing_extensions.Final),
        "required": (Required, getattr(typing, "Required", Required)),
        "not required": (NotRequired, getattr(typing, "NotRequired", NotRequired)),
        "read only": (ReadOnly, getattr(typing, "ReadOnly", ReadOnly)),
    }.items()
    for form in forms
}
_LITERAL_STRING: Final[Any] = typing_extensions.LiteralString
_SHORT: Final[dict[Any, Any]] = {
    **dict.fromkeys(_QUALIFIERS, Any),  # ``x: Final = 3``
    **dict.fromkeys((_LITERAL_STRING, getattr(typing, "LiteralString", _LITERAL_STRING)), str),
    None: type(None),
}


# -- what stands for something else ------------------------------------------------------------------------------------


def peel(type_: Any) -> Any:
    """What this stands for, one step: `Annotated`, `Final` and the like, `NewType`, ``type X = ...``; else itself."""
    origin = get_origin(type_)
    if origin is Annotated or origin in _QUALIFIERS:
        return get_args(type_)[0]
    if is_alias(origin_of(type_)):
        alias = origin_of(type_)
        return fill(resolve_alias(alias), dict(zip(alias.__type_params__, get_args(type_), strict=False)))
    if isinstance(type_, NewType):
        return type_.__supertype__
    if type(type_) is TypeVar:
        return fill(type_, {})
    return _SHORT.get(type_, type_)


def plain_type(type_: Any) -> Any:
    """What is left when everything is peeled off."""
    seen: set[Any] = set()
    while (inner := peel(type_)) is not type_ and type_ not in seen:  # two aliases may stand for each other
        seen.add(type_)
        type_ = inner
    return type_


def is_alias(type_: Any) -> bool:
    """Whether this is a ``type X = ...``, or its equal of `typing_extensions`."""
    return isinstance(type_, _ALIASES)


def qualifiers(type_: Any) -> frozenset[str]:
    """Which of ``final``, ``required``, ``not required`` and ``read only`` are written around a type."""
    found: set[str] = set()
    while (origin := get_origin(type_)) is Annotated or origin in _QUALIFIERS:
        found.add(_QUALIFIERS.get(origin, ""))
        type_ = get_args(type_)[0]
    return frozenset(found)


_resolved: dict[Any, Any] = {}


def resolve_alias(alias: Any, names: Names | None = None) -> Any:
    """The right side of a ``type X = ...``, with the names in its strings looked up in its module.

    Raises:
        NameError: One of them is not defined.
    """
    if alias not in _resolved:
        _resolved[alias] = resolve(alias.__value__, alias.__module__, names)
    return _resolved[alias]


def resolve(type_: Any, module: str, names: Names | None = None, cls: Any = None) -> Any:
    """A type with the names in its strings looked up.

    Args:
        type_: The type.
        module: Name of the module whose names count.
        names: Names that come before those.
        cls: The class in which the type is written: its type parameters count first, and the names in it last.

    Raises:
        NameError: A name is not defined.
    """
    parameters = {parameter.__name__: parameter for parameter in getattr(cls, "__type_params__", ())}
    known = {"typing": typing, **getattr(cls, "__dict__", {}), **vars(sys.modules.get(module, typing))}
    holder = type("holder", (), {"__annotations__": {"value": type_}})  # in a class more may be written than elsewhere
    return get_type_hints(holder, known, {**parameters, **(names or {})}, include_extras=True)["value"]


def fill(type_: Any, given: Mapping[Any, Any]) -> Any:
    """A type with its type variables replaced; those that are not given by default, bound or `Any`."""
    if type(type_) is TypeVar:  # of which other things say that they are one, to Python 3.10
        return given[type_] if type_ in given else _unfilled(type_)
    parameters = getattr(type_, "__parameters__", ())
    if not parameters or (isinstance(type_, type) and get_origin(type_) is None):  # ``list[T]`` is a type to 3.10
        return type_
    generic: Any = type_
    return generic[tuple(fill(parameter, given) for parameter in parameters)]


def _unfilled(variable: Any) -> Any:
    if getattr(variable, "has_default", bool)():
        return variable.__default__
    if variable.__bound__ is not None:
        return resolve(variable.__bound__, variable.__module__)
    return Union[variable.__constraints__] if variable.__constraints__ else Any  # noqa: UP007 - made at run time


# -- what each kind is recognised by -----------------------------------------------------------------------------------


def origin_of(type_: Any) -> Any:
    """``list`` for ``list[int]``, `typing.List` and ``list``; the class itself where there is nothing in brackets."""
    return get_origin(type_) or type_


def arguments_of(type_: Any, count: int) -> tuple[Any, ...]:
    """What is in the brackets; `Any` where there are none."""
    return get_args(type_) or (Any,) * count


def is_any(type_: Any) -> bool:
    """Whether nothing is declared: plain JSON data only."""
    return type_ is Any or type_ is object


def is_enum(type_: Any) -> bool:
    """Whether this is an `enum.Enum` class."""
    return isinstance(type_, enum.EnumMeta)


def is_literal(type_: Any) -> bool:
    """Whether this is a ``Literal[...]``."""
    return get_origin(type_) in _LITERALS


def is_union(type_: Any) -> bool:
    """Whether this is ``X | Y``, in either spelling."""
    return get_origin(type_) in _UNIONS


def is_record(type_: Any) -> bool:
    """Whether this is an attrs class or a dataclass, generic ones with or without their parameters."""
    cls = origin_of(type_)
    return isinstance(cls, type) and (attrs.has(cls) or dataclasses.is_dataclass(cls))


def is_named_tuple(type_: Any) -> bool:
    """Whether this is a `typing.NamedTuple`, or a `collections.namedtuple`, whose fields are untyped."""
    cls: Any = origin_of(type_)
    fields: Any = getattr(cls, "_fields", None)
    return isinstance(cls, type) and issubclass(cls, tuple) and isinstance(fields, tuple)


def enum_members(cls: Any) -> list[Any]:
    """Every member, with its other names left out; they need not be hashable."""
    return list({id(member): member for member in cls.__members__.values()}.values())
