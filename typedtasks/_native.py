"""Wire form to object in C: by msgspec, for the types of which it makes what our own hooks make.

Where msgspec takes more than our hooks do (an int for a `Decimal`, a fraction that it rounds), a check is written as
code for the type: one function of plain loops, which raises where it is not sure. The caller then asks our hooks. So
a type is native if what is left to doubt is rare in what honest senders send.

What is given is a tree of JSON data: exact `dict`, `list`, `str`, `int`, `float`, `bool` and `None`, with a `Foreign`
where the caller's object was none of the type, and the objects that kombu's own envelopes make. An int of more digits
than Python writes is not looked for: no JSON text that Python reads holds one, and what the caller sends has a
`Foreign` in its place. Keys that no field takes are ignored.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Classes and their attributes of which nothing is known.

from __future__ import annotations

import abc
import collections.abc
import dataclasses
import enum
import functools
import inspect
import math
import types
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, get_args
from uuid import UUID

import attrs
import msgspec
from msgspec import inspect as msgspec_types

from ._checks import Check, Doubt, NotNative, all_of, compiled, demand, doubt_if, each, parts, where
from ._choices import literal_values
from ._fields import Field, fields_of
from ._kinds import json_types
from ._plain import ENVELOPE, type_name
from ._types import (
    arguments_of,
    enum_members,
    is_any,
    is_enum,
    is_literal,
    is_union,
    origin_of,
    peel,
    plain_type,
)
from ._values import structure_any

__all__ = ["Doubt", "native_structure"]

_NONE: Final = type(None)


def native_structure(type_: Any, is_ours: Callable[[Any], bool]) -> Callable[[Any], Any] | None:
    """The function from wire form to object, for types of which msgspec and our hooks agree; ``None`` for others.

    It returns what our hooks return, or raises: then it is for our hooks to say what the value is.

    Args:
        type_: An annotation that was checked.
        is_ours: Whether a hook of ours serves a type, asked of every type met, before and after each step of peeling.
            Where it is the user's own, no type that holds this one is native.
    """
    try:
        # Of a struct msgspec keeps what it has found out of its fields; of other types it finds that out at each call.
        box = msgspec.defstruct("Box", [("it", plain_type(type_))], array_like=True, gc=False)
        seen: Any = msgspec_types.type_info(box)
    except Exception:  # noqa: BLE001 - it runs annotations, and says what it cannot take in several ways
        return None
    try:
        walk = _Walk(is_ours)
        check = walk.compare(type_, seen.fields[0].type)
        scope = _AFTER_CALLS if walk.calls_back else _SCOPE
        return compiled(f"<typedtasks structure {type_name(type_)}>", check, {**scope, "box": box})
    except (NotNative, SyntaxError, RecursionError):  # SyntaxError: Python takes twenty loops inside each other
        return None


# -- what our hooks and msgspec say of a type --------------------------------------------------------------------------

# Each scalar as msgspec calls it, and when to doubt what it makes of it.
_SCALARS: Final[Mapping[Any, tuple[type, Check | None]]] = {
    str: (msgspec_types.StrType, None),
    int: (msgspec_types.IntType, None),
    bool: (msgspec_types.BoolType, None),
    _NONE: (msgspec_types.NoneType, None),
    bytes: (msgspec_types.BytesType, None),
    date: (msgspec_types.DateType, None),
    # It takes NaN and the infinities, and an int that no float is equal to.
    float: (
        msgspec_types.FloatType,
        doubt_if(
            "{wire} - {wire} != 0.0 if type({wire}) is float else "
            f"type({{wire}}) is not int or not -{2**53} <= {{wire}} <= {2**53}"
        ),
    ),
    # It takes numbers, and texts that no decimal has, as " 1_000 ".
    Decimal: (msgspec_types.DecimalType, doubt_if("text({made}) != {wire}")),
    # It takes 16 bytes, of which kombu makes an object.
    UUID: (msgspec_types.UUIDType, doubt_if("type({wire}) is not str")),
    # It rounds to microseconds, and takes NUL for the end.
    datetime: (msgspec_types.DateTimeType, doubt_if("{wire}[26:27].isdigit() or '\\0' in {wire}")),
    time: (msgspec_types.TimeType, doubt_if("{wire}[15:16].isdigit() or '\\0' in {wire}")),
    timedelta: (msgspec_types.TimeDeltaType, doubt_if("'.' in {wire}[:-8]")),
}
# It takes the arrays and objects themselves: whoever changed them in the object would change them in the message, too.
_ANY: Final = doubt_if(
    "type({wire}) not in PLAIN and (type({wire}) not in NUMBERS or "
    f"(not -{2**63} < {{wire}} < {2**63} and structure_any({{wire}}, None) != {{wire}}))",
    before=True,
)
# Of a mapping: of two keys that are escaped on the way, the one is always there.
_ESCAPED: Final = doubt_if("len({wire}) == 2 and '__value__' in {wire}")
_KEYS_OF_ANY: Final = doubt_if("not {{*map(type, {wire})}} <= TEXT")

_ARRAYS: Final[Mapping[type, frozenset[Any]]] = {
    msgspec_types.ListType: frozenset(
        {list, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Collection}
    ),
    msgspec_types.VarTupleType: frozenset({tuple}),
    msgspec_types.SetType: frozenset({set, collections.abc.Set, collections.abc.MutableSet}),
    msgspec_types.FrozenSetType: frozenset({frozenset}),
}
# Of a list or tuple as a whole, in C: NaN and the infinities make the sum infinite or NaN, and large floats may, too.
_LISTS: Final[Mapping[Any, str]] = {
    Decimal: "[*map(text, {made})] != {wire}",
    float: (
        "[*{made}] != {wire} or type(total := sum({wire})) not in NUMBERS "
        "or (total - total != 0.0 and not all(map(isfinite, {wire})))"
    ),
}
_SET_OF_DECIMALS: Final = "{{*map(text, {made})}} != {{*{wire}}}"
_SETS: Final = frozenset({msgspec_types.SetType, msgspec_types.FrozenSetType})
_MAPPINGS: Final = frozenset({dict, collections.abc.Mapping, collections.abc.MutableMapping})
_RECORDS: Final = frozenset({msgspec_types.DataclassType, msgspec_types.TypedDictType, msgspec_types.NamedTupleType})

_SCOPE: Final[Mapping[str, Any]] = {
    "convert": msgspec.convert,
    "Doubt": Doubt,
    "NUMBERS": frozenset({int, float}),
    "NoneType": _NONE,
    "PLAIN": frozenset({str, bool, _NONE}),
    "TEXT": frozenset({str}),
    "TREES": frozenset({list, dict}),
    "isfinite": math.isfinite,
    "structure_any": structure_any,
    "text": str,
}
# Where a validator, or what runs after `__init__`, may have changed the object: what is no decimal any more has no
# such text, and what is missing or surplus no pair.
_AFTER_CALLS: Final = {**_SCOPE, "text": Decimal.__str__, "zip": functools.partial(zip, strict=True)}


class _Walk:
    """Walks a type, and what msgspec has read in it, side by side."""

    def __init__(self, is_ours: Callable[[Any], bool]) -> None:
        self.is_ours = is_ours
        self.calls_back = False
        self._above: list[Any] = []
        self._done: dict[tuple[Any, int], Check | None] = {}

    def compare(self, type_: Any, seen: Any) -> Check | None:
        """The check that a type needs.

        Raises:
            NotNative: None would do.
        """
        demand(self.is_ours(type_))
        while (inner := peel(type_)) is not type_:
            type_ = inner
            demand(self.is_ours(type_))
        while type(seen) is msgspec_types.Metadata:
            seen = seen.type
        key = (type_, id(seen))
        if key not in self._done:
            demand(type_ not in self._above)
            self._above.append(type_)
            self._done[key] = _compare(self, type_, seen)
            self._above.pop()
        return self._done[key]


def _compare(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    if type_ in _SCALARS:
        expected, check = _SCALARS[type_]
        demand(type(seen) is expected)
        return check
    if is_any(type_):
        demand(type(seen) is msgspec_types.AnyType or getattr(seen, "cls", None) is object)
        return _ANY
    demand(type(seen) in _KINDS and getattr(seen, "cls", type_) == type_)
    return _KINDS[type(seen)](walk, type_, seen)


def _demand_choice(walk: _Walk, values: Iterable[Any]) -> None:
    """The hooks of the values' classes make the wire forms of what is chosen among."""
    for value in values:
        demand(type(value) in (str, int, bool, _NONE))
        demand(walk.is_ours(type(value)))


def _enum(walk: _Walk, cls: Any, _: Any) -> Check | None:
    demand(not issubclass(cls, enum.Flag))
    by_value = {member.value: member for member in enum_members(cls)}
    demand({type(value) for value in by_value} in ({str}, {int}))
    _demand_choice(walk, by_value)
    # msgspec reads this, and where it finds nothing calls that.
    demand(vars(cls)["_value2member_map_"] == by_value)
    demand(not any("_missing_" in vars(base) for base in cls.__mro__ if base is not enum.Enum))
    return None


def _literal(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    values = literal_values(type_)
    _demand_choice(walk, values)
    demand({(type(value), value) for value in values} == {(type(value), value) for value in seen.values})
    return None


def _union(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    members = get_args(type_)
    demand(is_union(type_) and len(members) == len(seen.types))
    checks = [
        (member, walk.compare(member, seen_member)) for member, seen_member in zip(members, seen.types, strict=True)
    ]
    present = [(member, check) for member, check in checks if plain_type(member) is not _NONE]
    if len(present) == 1:  # and None
        return where("{wire} is not None", present[0][1])
    return all_of(*_told_apart(checks))


def _array(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    demand(origin_of(type_) in _ARRAYS[type(seen)])
    inner = arguments_of(type_, 1)[0]
    check = walk.compare(inner, seen.item_type)
    bare = plain_type(inner)
    if type(seen) not in _SETS:
        return doubt_if(_LISTS[bare]) if bare in _LISTS else each(check)
    if bare is Decimal:
        return doubt_if(_SET_OF_DECIMALS)
    demand(check is None or not check.needs_object)  # which has no order
    return each(check)


def _items(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    inner = get_args(type_)
    demand(origin_of(type_) is tuple and len(inner) == len(seen.item_types))
    checks = map(walk.compare, inner, seen.item_types)
    return parts((f"[{index}]", f"[{index}]", check) for index, check in enumerate(checks))


def _mapping(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    demand(origin_of(type_) in _MAPPINGS)
    key, inner = arguments_of(type_, 2)
    key_check = walk.compare(key, seen.key_type)
    bare = plain_type(key)
    if is_any(bare):  # which stands for str
        demand(walk.is_ours(str))
        key_check = _KEYS_OF_ANY
    else:
        # Only those of which no two texts make one key.
        demand(bare in (str, date) or (json_types(bare) <= {str} and (is_enum(bare) or is_literal(bare))))
    return all_of(_ESCAPED, key_check, each(walk.compare(inner, seen.value_type), "{}.values()"))


def _record(walk: _Walk, type_: Any, seen: Any) -> Check | None:
    fields = fields_of(type_)
    known = {field.name: field for field in seen.fields}
    demand({field.name: field.required for field in fields} == {name: known[name].required for name in known})
    demand(all(field.name == field.key == known[field.name].encode_name for field in fields))
    demand(all(map(str.isidentifier, known)) and not known.keys() >= ENVELOPE)
    checks = {field.name: walk.compare(field.type, known[field.name].type) for field in fields}
    if type(seen) is msgspec_types.TypedDictType:
        # What we make has the order of the fields.
        order = doubt_if(f"[*{{wire}}] != [key for key in {tuple(checks)!r} if key in {{wire}}]")
        return all_of(order, *(_field(field, checks[field.name], f"[{field.name!r}]") for field in fields))
    if type(seen) is msgspec_types.NamedTupleType:
        demand(_is_plain_named_tuple(origin_of(type_)))
        return all_of(*(_item(index, field, checks[field.name]) for index, field in enumerate(fields)))
    needed = _needed(walk, origin_of(type_), fields)
    present = (doubt_if(f"{name!r} not in {{wire}}") for name in needed)
    return all_of(*present, *(_field(field, checks[field.name], f".{field.name}") for field in fields))


_KINDS: Final[Mapping[Any, Callable[[_Walk, Any, Any], Check | None]]] = {
    **dict.fromkeys(_ARRAYS, _array),
    msgspec_types.TupleType: _items,
    msgspec_types.DictType: _mapping,
    msgspec_types.EnumType: _enum,
    msgspec_types.LiteralType: _literal,
    msgspec_types.UnionType: _union,
    **dict.fromkeys(_RECORDS, _record),
}


def _told_apart(checks: Iterable[tuple[Any, Check | None]]) -> Iterator[Check | None]:
    """The checks of members of a union: the classes of JSON values say whose each is."""
    by_member = [(set(json_types(member)), check) for member, check in checks]
    known = {kind for kinds, _ in by_member for kind in kinds}
    demand(len(known) == sum(len(kinds) for kinds, _ in by_member))
    if float in known and int not in known:
        next(kinds for kinds, _ in by_member if float in kinds).add(int)
        known.add(int)
    yield doubt_if(f"type({{wire}}) not in {_names(known)}")
    yield from (where(f"type({{wire}}) in {_names(kinds)}", check) for kinds, check in by_member)


def _names(kinds: Iterable[type]) -> str:
    return f"({', '.join(kind.__name__ for kind in kinds)},)"


# -- records -----------------------------------------------------------------------------------------------------------


def _field(field: Field, check: Check | None, in_object: str) -> Check | None:
    """The check of a field of an object; one with a default may be missing."""
    inside = parts([(f"[{field.key!r}]", in_object, check)])
    return inside if field.required else where(f"{field.key!r} in {{wire}}", inside)


def _item(index: int, field: Field, check: Check | None) -> Check | None:
    inside = parts([(f"[{index}]", f"[{index}]", check)])
    return inside if field.required else where(f"len({{wire}}) > {index}", inside)


def _needed(walk: _Walk, cls: Any, fields: Iterable[Field]) -> set[str]:
    """The fields of an attrs class or dataclass that must not be left to their defaults.

    msgspec makes an object without its class: it sets the fields, then calls the validators and what the class has to
    run after `__init__`. So none of the class's own methods may have a say in it.
    """
    names = [field.name for field in fields if field.init]
    init = _code(cls.__init__)
    demand(len(names) == len(tuple(fields)))
    demand(sorted(names) == sorted(init.co_varnames[1 : init.co_argcount + init.co_kwonlyargcount]))
    demand(type(cls) in (type, abc.ABCMeta) and not inspect.isabstract(cls))
    demand(cls.__new__ is object.__new__ and cls.__getattribute__ is object.__getattribute__)
    demand(not any({"__getattr__", "__del__"} & vars(base).keys() for base in cls.__mro__))
    made_by, after = (_is_by_attrs, "__attrs_post_init__") if attrs.has(cls) else (_is_by_dataclass, "__post_init__")
    demand(made_by(cls, init))
    runs_after = isinstance(inspect.getattr_static(cls, after, None), types.FunctionType)
    demand(runs_after is (after in init.co_names) is hasattr(cls, after))
    walk.calls_back |= runs_after or (
        attrs.has(cls) and any(field.validator is not None for field in attrs.fields(cls))
    )
    return {name for name in names if _is_class_attribute(cls, name)}


def _is_by_attrs(cls: Any, init: types.CodeType) -> bool:
    """Whether `__init__` is that of attrs, and sets each field to what it is given, or to its default."""
    more = {"__attrs_pre_init__", "_attrs_cached_hash"}  # which msgspec does not set
    return (
        init.co_filename.startswith("<attrs generated")
        and not more & {*init.co_names, *init.co_consts}
        and not hasattr(cls, "__attrs_pre_init__")
        and not dataclasses.is_dataclass(cls)
        and all(field.converter is None for field in attrs.fields(cls))
        and _sets_plainly(cls, attrs.fields.__code__.co_filename)
    )


def _is_by_dataclass(cls: Any, init: types.CodeType) -> bool:
    """The same of a dataclass."""
    return init.co_filename == "<string>" and _sets_plainly(cls, "<string>")


def _sets_plainly(cls: Any, file: str) -> bool:
    """Whether setting an attribute in `__init__` does no more than that: the one of a frozen class is not called."""
    return cls.__setattr__ is object.__setattr__ or _code(cls.__setattr__).co_filename == file


def _code(function: Any) -> types.CodeType:
    """The code of a function; of what is none, or is one with something wrapped around it, any other."""
    return function.__code__ if type(function) is types.FunctionType else _code.__code__


def _is_class_attribute(cls: Any, name: str) -> bool:
    """Whether the class holds the default of a field: msgspec then takes the field for set.

    attrs classes and those with slots do not.
    """
    found = inspect.getattr_static(cls, name, None)
    if found is None and not hasattr(cls, name):
        return False
    demand(inspect.ismemberdescriptor(found) or not inspect.isdatadescriptor(found))
    return not inspect.ismemberdescriptor(found)


def _is_plain_named_tuple(cls: Any) -> bool:
    """Whether the methods that make an object are those that `NamedTuple` has made."""
    return inspect.getattr_static(cls, "__init__") is object.__init__ and _code(cls.__new__).co_filename == "<string>"
