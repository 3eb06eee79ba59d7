"""What the tests read off a type, told by the standard library alone: its fields, its JSON types."""

from __future__ import annotations

import collections
import dataclasses
import enum
import inspect
import sys
import types
import typing
from collections import abc
from typing import Annotated, Any, Final, Literal, NewType, TypeVar, Union, get_args, get_origin

import attrs
import msgspec
import typing_extensions
from typing_extensions import NotRequired, ReadOnly, Required, TypeAliasType

__all__ = [
    "ARRAYS",
    "KINDS",
    "MAPPINGS",
    "SETS",
    "Field",
    "class_of",
    "constants_of",
    "fields_of",
    "is_choice",
    "is_named_tuple",
    "is_pairs",
    "is_record",
    "is_typed_dict",
    "is_union",
    "json_kinds",
    "kind_of_value",
    "peel",
]

#: The JSON types, with the numbers that Python tells apart.
KINDS = ("null", "bool", "int", "float", "str", "array", "object")

#: The class of the values of each kind of type whose values are arrays of equal items.
ARRAYS: dict[Any, Any] = {
    list: list,
    abc.Sequence: list,
    abc.MutableSequence: list,
    abc.Collection: list,
    abc.Iterable: list,
    collections.deque: collections.deque,
    set: set,
    frozenset: frozenset,
    abc.Set: set,
    abc.MutableSet: set,
}
SETS = (set, frozenset)
MAPPINGS: dict[Any, Any] = {
    dict: dict,
    abc.Mapping: dict,
    abc.MutableMapping: dict,
    collections.OrderedDict: collections.OrderedDict,
    collections.defaultdict: collections.defaultdict,
    collections.Counter: collections.Counter,
}
_JSON_KINDS = {type(None): "null", bool: "bool", int: "int", float: "float", str: "str"}
_SHORT: dict[Any, Any] = {None: type(None), list: list[Any], tuple: tuple[Any, ...], dict: dict[str, Any]}
_QUALIFIERS = (Required, NotRequired, ReadOnly)
_ALIASES = (TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType))


@attrs.frozen
class Field:
    """A field of a record.

    Attributes:
        name: The attribute, or the key of a typed dict.
        key: Its key on the wire.
        type: Its type, type variables filled in.
        argument: The constructor's parameter, or ``None``.
        required: Whether it has no default.
        hidden: Whether its values are never shown.
    """

    name: str
    key: str
    type: Any
    argument: str | None
    required: bool
    hidden: bool = False


def peel(type_: Any) -> Any:
    """What this stands for: `Annotated`, `Final`, `Required`, `NewType`, an alias, a type variable, a bare `list`."""
    while True:
        origin = get_origin(type_)
        if origin in (Annotated, Final, *_QUALIFIERS):
            type_ = get_args(type_)[0]
        elif isinstance(type_, NewType):
            type_ = type_.__supertype__
        elif isinstance(origin, _ALIASES):
            type_ = _fill(_right_side(origin), dict(zip(origin.__type_params__, get_args(type_), strict=True)))
        elif isinstance(type_, _ALIASES):
            type_ = _right_side(type_)
        elif isinstance(type_, TypeVar):
            type_ = _unfilled(type_)
        else:
            return _SHORT.get(type_, type_)


def _right_side(alias: Any) -> Any:
    """What an alias is, where it is written as a string too."""
    return _evaluated(alias.__value__, alias.__module__)


def _evaluated(type_: Any, module: str) -> Any:
    return eval(type_, vars(sys.modules[module])) if isinstance(type_, str) else type_  # noqa: S307 - of the tests' own


def _unfilled(variable: Any) -> Any:
    """What a type variable that nobody filled in stands for."""
    if getattr(variable, "has_default", bool)():
        return variable.__default__
    of_constraints: Any = Union[variable.__constraints__] if variable.__constraints__ else Any  # noqa: UP007 - not known
    return variable.__bound__ or of_constraints


def class_of(type_: Any) -> Any:
    """The class itself of a generic one with its parameters."""
    return get_origin(type_) or type_


def is_union(type_: Any) -> bool:
    return get_origin(type_) in (Union, types.UnionType)


def is_choice(type_: Any) -> bool:
    """Whether this is an enum or literal."""
    return isinstance(type_, enum.EnumMeta) or get_origin(type_) is Literal


def constants_of(type_: Any) -> list[Any]:
    """The values of an enum or literal; of members the values."""
    found: list[Any] = list(type_) if isinstance(type_, enum.EnumMeta) else list(get_args(type_))
    return [value.value if isinstance(value, enum.Enum) else value for value in found]


def is_typed_dict(type_: Any) -> bool:
    return typing_extensions.is_typeddict(class_of(type_))


def is_named_tuple(type_: Any) -> bool:
    cls = class_of(type_)
    return isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "_fields")


def is_record(type_: Any) -> bool:
    """Whether this travels as an object with a key for each field."""
    cls = class_of(type_)
    return isinstance(cls, type) and (attrs.has(cls) or dataclasses.is_dataclass(cls) or is_typed_dict(cls))


def is_pairs(key_type: Any) -> bool:
    """Whether a dict with such keys travels as an array of pairs."""
    key_type = peel(key_type)
    if is_choice(key_type):
        classes = set(map(type, constants_of(key_type)))
        return len(classes) > 1 or not classes <= {str, int, float, bool}
    return len(json_kinds(key_type)) > 1 or bool(json_kinds(key_type) & {"null", "array", "object"})


# -- fields


def fields_of(type_: Any) -> list[Field]:
    """The fields of a record or named tuple, in the order of their definition, without those of the class alone."""
    cls, hints = class_of(type_), _hints(type_)
    if is_typed_dict(cls):
        return [Field(name, name, hint, name, _is_required(cls, name, hint)) for name, hint in hints.items()]
    if is_named_tuple(cls):
        return [Field(name, name, hints[name], name, name not in cls._field_defaults) for name in cls._fields]
    if attrs.has(cls):
        return [
            Field(
                a.name,
                a.alias,
                hints.get(a.name, Any),
                a.alias if a.init else None,
                a.default is attrs.NOTHING,
                not a.repr or "sensitive" in a.metadata,
            )
            for a in attrs.fields(cls)
        ]
    missing = dataclasses.MISSING
    return [
        Field(
            f.name,
            f.name,
            hints[f.name],
            f.name if f.init else None,
            f.default is f.default_factory is missing,
            not f.repr or "sensitive" in f.metadata,
        )
        for f in dataclasses.fields(cls)
    ]


def _hints(type_: Any) -> dict[str, Any]:
    """The annotations of a class and its bases, each with the type variables of the class that has it filled in."""
    cls = class_of(type_)
    filled = dict(zip(getattr(cls, "__parameters__", ()), get_args(type_), strict=False))
    hints: dict[str, Any] = {}
    for base in cls.__dict__.get("__orig_bases__", cls.__bases__):
        if is_record(base) or is_named_tuple(base):
            hints |= _hints(_fill(base, filled))
    own = inspect.get_annotations(cls, eval_str=True)
    if is_typed_dict(cls) or is_named_tuple(cls):  # whose annotations the library has made something else of
        own = typing_extensions.get_type_hints(cls, include_extras=True)
        own = {name: hint for name, hint in own.items() if name not in hints}
    elif attrs.has(cls):
        written = {a.name: a.type for a in attrs.fields(cls) if not a.inherited and a.type is not None}
        own = {name: _evaluated(type_, cls.__module__) for name, type_ in written.items()} | own
    return hints | {name: _fill(hint, filled) for name, hint in own.items()}


def _fill(type_: Any, filled: dict[Any, Any]) -> Any:
    if type_ in filled:
        return filled[type_]
    parameters = getattr(type_, "__parameters__", ())
    if isinstance(type_, type) and not get_args(type_):
        return type_
    return type_[tuple(filled.get(each, each) for each in parameters)] if parameters else type_


def _is_required(cls: Any, name: str, hint: Any) -> bool:
    while get_origin(hint) in (*_QUALIFIERS, Annotated):
        if get_origin(hint) is not ReadOnly and get_origin(hint) is not Annotated:
            return get_origin(hint) is Required
        hint = get_args(hint)[0]
    bases = [base for base in cls.__dict__.get("__orig_bases__", ()) if is_typed_dict(base)]
    definer = next((base for base in bases if name in class_of(base).__annotations__), cls)
    return bool(class_of(definer).__total__) if definer is cls else _is_required(class_of(definer), name, hint)


# -- JSON types


def kind_of_value(value: Any) -> str:
    """The JSON type of a value in wire form."""
    return _JSON_KINDS.get(type(value)) or ("array" if isinstance(value, list) else "object")


def json_kinds(type_: Any) -> set[str]:
    """The JSON types that the values of a type have on the wire; a float's names for what is no number left out."""
    type_ = peel(type_)
    if type_ is Any or type_ is object:
        return set(KINDS)
    if is_union(type_):
        inside = list(get_args(type_))
    elif is_choice(type_):
        inside = [type(value) for value in constants_of(type_)]
    else:
        return {_json_kind(type_)}
    return set().union(*map(json_kinds, inside))


def _json_kind(type_: Any) -> str:
    cls = class_of(type_)
    if cls in MAPPINGS:
        return "array" if is_pairs(get_args(type_)[0]) else "object"
    if is_record(type_) or issubclass(cls, msgspec.Struct):
        return "object"
    is_array = cls in ARRAYS or cls is tuple or is_named_tuple(cls)
    return "array" if is_array else _JSON_KINDS.get(type_, "str")
