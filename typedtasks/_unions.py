"""The hooks of unions: members are told apart by JSON type, and records among themselves by a tag or a field."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from contextvars import ContextVar
from math import isfinite
from typing import Any, Final, get_args
from weakref import WeakKeyDictionary

import attrs
from cattrs import Converter

from ._choices import literal_values
from ._containers import is_in_pairs
from ._fields import Field, fields_of, has_fields
from ._hooks import is_custom, structure_hook, unstructure_hook
from ._kinds import Kind, Refused, StructureHook, UnstructureHook, json_types
from ._libraries import library_keys
from ._plain import Foreign, did_you_mean, type_name
from ._types import NEVER, is_any, is_literal, is_record, is_typeddict, is_union, origin_of, plain_type
from ._values import Mismatch

__all__ = ["OPTIONAL", "TAG", "UNIONS"]

_OBJECT: Final[frozenset[type]] = frozenset({dict})

#: The key that says which record of a union an object is.
TAG: Final = "$type"

_NONE: Final = type(None)
_FIX: Final = "both travel as {}, so nothing tells them apart: put them into records of one field each"


def _members(type_: Any) -> list[Any]:
    """The members but None, with unions among them taken apart."""
    found: list[Any] = []
    for member in get_args(type_):
        bare = plain_type(member)
        if is_union(bare):
            found += (inner for inner in _members(bare) if inner not in found)
        elif bare is not _NONE and bare not in NEVER and member not in found:
            found.append(member)
    return found


def _has_none(type_: Any) -> bool:
    bare = [plain_type(member) for member in get_args(type_)]
    return any(member is _NONE or (is_union(member) and _has_none(member)) for member in bare)


# -- X | None ----------------------------------------------------------------------------------------------------------

#: The hooks of ``X | None``, each with that of ``X``.
OPTIONAL: Final[WeakKeyDictionary[Any, Any]] = WeakKeyDictionary()


def _structure_optional(inner: Any, converter: Converter) -> StructureHook:
    hook = structure_hook(inner, converter)

    def structure_optional(value: Any, _: Any) -> Any:
        return None if value is None else hook(value, inner)

    OPTIONAL[structure_optional] = hook
    return structure_optional


def _unstructure_optional(inner: Any, converter: Converter) -> UnstructureHook:
    hook = unstructure_hook(inner, converter)

    def unstructure_optional(value: Any) -> Any:
        return None if value is None else hook(value)

    OPTIONAL[unstructure_optional] = hook
    return unstructure_optional


#: The unstructure hooks of records, each with what makes one that writes a tag too.
TAGGED: Final[WeakKeyDictionary[Any, Callable[[str], UnstructureHook]]] = WeakKeyDictionary()


# -- what tells the members apart --------------------------------------------------------------------------------------


def _is_object(type_: Any) -> bool:
    """Whether it is one of the objects that a tag or field tells apart: any record, of whichever library."""
    cls = origin_of(plain_type(type_))
    is_mapping = isinstance(cls, type) and issubclass(cls, Mapping) and not is_typeddict(cls)
    return json_types(type_) == _OBJECT and isinstance(cls, type) and not is_mapping


def _name(type_: Any) -> str:
    return str(origin_of(plain_type(type_)).__name__)


def _check(type_: Any) -> Iterator[tuple[str, Any]]:
    """The members, or why nothing tells them apart."""
    members = _members(type_)
    takes_everything = any(is_any(plain_type(member)) for member in members)
    if not takes_everything:
        _check_json(type_, members)
    if len(members) > 1:
        if takes_everything:
            raise Refused("", type_, "one of its members takes everything: leave out the others")
        _check_records([member for member in members if _is_object(member)], type_)
        if any(map(_is_dict, members)) and any(map(is_in_pairs, map(plain_type, members))):
            raise Refused("", type_, "two of its members are dicts, one in pairs: use a record for one of them")
    return (("", member) for member in members)


def _is_dict(member: Any) -> bool:
    """Whether its objects are plain dicts that travel as an object."""
    cls = origin_of(plain_type(member))
    return is_typeddict(cls) or (json_types(member) == _OBJECT and cls in (dict, Mapping, MutableMapping))


def _check_json(type_: Any, members: list[Any]) -> None:
    seen: dict[type, Any] = {_NONE: None} if _has_none(type_) else {}
    for member in members:
        for kind in json_types(member):
            if kind is _NONE and is_literal(plain_type(member)) and None in literal_values(plain_type(member)):
                continue  # the very same None
            if kind in seen and not (kind is dict and _is_object(member) and _is_object(seen[kind])):
                names = f"{type_name(seen[kind])} and {type_name(member)}"
                raise Refused("", type_, f"{names} {_FIX.format(_JSON_NAMES[kind])}")
            seen[kind] = member


_JSON_NAMES: Final = {
    str: "a JSON string",
    int: "a JSON integer",
    float: "a JSON number",
    bool: "true or false",
    _NONE: "null",
    list: "an array",
    dict: "an object",
}


def _check_records(records: list[Any], type_: Any) -> None:
    if len(records) < 2 or _discriminator(records) is not None:  # noqa: PLR2004 - one is told from nothing
        return
    names: dict[str, Any] = {}
    for record in records:
        name = _name(record)
        if names.setdefault(name, record) is not record:
            fix = f"two of its records are called {name}: rename one, or give each a Literal field of the same name"
            raise Refused("", type_, fix)
        if any(key == TAG for key in _keys(record) or ()):
            raise Refused("", type_, f"{type_name(record)} has a field {TAG!r} of its own: rename it")
    if sum(is_typeddict(origin_of(plain_type(record))) for record in records) > 1:
        raise Refused("", type_, "give each TypedDict a Literal field of the same name: at run time they are all dicts")


def _fields(record: Any) -> tuple[Field, ...]:
    bare = plain_type(record)
    return fields_of(bare) if has_fields(bare) else ()


def _keys(record: Any) -> set[str] | None:
    """The keys that a record may have on the wire; ``None`` where only a hook of the user's own knows."""
    bare = plain_type(record)
    if has_fields(bare):
        return {field.key for field in fields_of(bare)}
    return library_keys(origin_of(bare))


def _discriminator(records: list[Any]) -> str | None:
    """The key of a `Literal` field that all the records have, each with values of its own."""
    for field in _fields(records[0]):
        choices = [_choices(record, field.key) for record in records]
        if all(choices) and sum(map(len, choices)) == len({choice for each in choices for choice in each}):
            return field.key
    return None


def _choices(record: Any, key: str) -> set[tuple[type, Any]]:
    """The wire values of a `Literal` field; none where the field is something else, or has others than simple ones."""
    bare = next((plain_type(field.type) for field in _fields(record) if field.key == key), None)
    values = literal_values(bare) if is_literal(bare) else ()
    wires = [value.value if isinstance(value, enum.Enum) else value for value in values]
    return {(type(wire), wire) for wire in wires} if {*map(type, wires)} <= _SIMPLE else set()


_SIMPLE: Final[frozenset[type]] = frozenset({str, int, bool, _NONE})


# -- the hooks ---------------------------------------------------------------------------------------------------------


@attrs.frozen
class _Record:
    """A record of a union.

    Attributes:
        annotation: As it is written.
        cls: The class of its objects.
        tag: What stands under the tag; ``None`` where a field says it, or nothing.
        structure: Its hook.
    """

    annotation: Any
    cls: type[Any]
    tag: str | None
    structure: StructureHook


def _records(members: list[Any], converter: Converter) -> list[_Record]:
    found = [member for member in members if _is_object(member)]
    tagged = len(found) > 1 and _discriminator(found) is None
    return [
        _Record(
            member,
            dict if is_typeddict(origin_of(plain_type(member))) else origin_of(plain_type(member)),
            _name(member) if tagged and not is_typeddict(origin_of(plain_type(member))) else None,
            structure_hook(member, converter),
        )
        for member in found
    ]


def _structure_union(type_: Any, converter: Converter) -> StructureHook:
    members = _members(type_)
    if len(members) == 1:
        return _structure_optional(members[0], converter)
    by_json: dict[type, Callable[[Any, Any], Any]] = {}
    for member in members:
        for kind in json_types(member):
            by_json[kind] = _bound(structure_hook(member, converter), member)
    records = _records(members, converter)
    if records:
        by_json[dict] = _structure_records(type_, records, converter)
    if _has_none(type_):
        by_json[_NONE] = lambda value, _: value
    if float in by_json:
        by_json.setdefault(int, by_json[float])
        by_json.setdefault(str, by_json[float])

    if [*by_json] == [dict]:  # whose hook says by itself what is no object
        return by_json[dict]

    def structure_union(value: Any, _: Any) -> Any:
        hook = by_json.get(type(value))
        if hook is None:
            raise Mismatch(type_, value)
        return hook(value, None)

    return structure_union


def _bound(hook: StructureHook, type_: Any) -> StructureHook:
    return lambda value, _: hook(value, type_)


def _structure_records(union: Any, records: list[_Record], converter: Converter) -> StructureHook:
    if len(records) == 1:
        (only,) = records
        name, own = _name(only.annotation), TAG in (_keys(only.annotation) or ())
        if own:
            return only.structure
        # The tag may have been written when the union had more records.
        return lambda value, _: only.structure(_untagged(value) if value.get(TAG) == name else value, only.annotation)
    key = _discriminator([record.annotation for record in records])
    if key is not None:
        by_choice = {choice: record for record in records for choice in _choices(record.annotation, key)}
        return _structure_discriminated(union, records, key, by_choice)
    by_tag = {record.tag: _without_tag(record, converter) for record in records if record.tag is not None}
    of_tag = by_tag.get

    def structure_tagged(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise Mismatch(union, value)
        if TAG not in value:
            return _fitting(union, records, value)
        tag = value[TAG]
        structure = of_tag(tag) if type(tag) is str else None
        if structure is None:
            raise _unknown(union, TAG, by_tag, tag)
        return structure(value, None)

    return structure_tagged


def _structure_discriminated(
    union: Any, records: list[_Record], key: str, by_choice: dict[Any, _Record]
) -> StructureHook:
    def structure_discriminated(value: Any, _: Any) -> Any:
        if type(value) is not dict:
            raise Mismatch(union, value)
        if key not in value:
            return _fitting(union, records, value, key)
        choice = value[key]
        record = by_choice.get((type(choice), choice)) if type(choice) in (str, int, bool, _NONE) else None
        if record is None:
            raise _unknown(union, key, [choice for _, choice in by_choice], choice)
        return record.structure(value, record.annotation)

    return structure_discriminated


def _unknown(union: Any, key: str, known: Any, met: Any) -> Mismatch:
    hint = did_you_mean(met, [name for name in known if type(name) is str]) if type(met) is str else ""
    choices = ", ".join(map(repr, known))
    return Mismatch(f"{type_name(union)} with {key!r} one of {choices}", met, hint)


def _without_tag(record: _Record, converter: Converter) -> StructureHook:
    """The hook of a record for an object with a tag, which is a key too many only where these are forbidden."""
    structure, type_ = record.structure, record.annotation
    if is_record(plain_type(type_)) and not converter.forbid_extra_keys and not is_custom(type_, converter):
        return structure
    return lambda value, _: structure(_untagged(value), type_)


def _untagged(value: dict[str, Any]) -> dict[str, Any]:
    return {key: item for key, item in value.items() if key != TAG}


def _fitting(union: Any, records: list[_Record], value: dict[str, Any], key: str = TAG) -> Any:
    """Of an object that does not say which it is, as from who knows one of the records only: the one that fits.

    A record that has exactly the keys comes before one that has more, all with defaults; and where a record has all
    the keys, none is taken that does not.
    """
    known = [(record, _keys(record.annotation)) for record in records]
    exact = [record for record, keys in known if keys is None or value.keys() <= keys]
    if len(exact) == 1:
        return exact[0].structure(value, exact[0].annotation)  # which says what is wrong, if anything is
    same = [record for record, keys in known if keys is None or value.keys() == keys]
    depth = _fitted.get()
    if depth == _MOST_FITTED:
        raise Mismatch(union, Foreign(value, f" without {key!r}, inside of others without one", about="type"))
    token = _fitted.set(depth + 1)
    found: list[Any] = []
    try:
        for candidates in (same, [record for record in exact or records if record not in same]):
            found = [result for record in candidates for result in _tried(record, value)]
            if len(found) == 1:
                return found[0]
            if found:
                break
    finally:
        _fitted.reset(token)
    how = f"fits {'none' if not found else 'more than one'} of them and has no {key!r}"
    raise Mismatch(union, Foreign(value, f" that {how}", about="type"))


# How many such objects are inside of each other: each is tried as several records, and so is all that is in it.
_fitted: ContextVar[int] = ContextVar("_fitted", default=0)
_MOST_FITTED: Final = 4


def _tried(record: _Record, value: dict[str, Any]) -> Iterator[Any]:
    try:
        yield record.structure(value, record.annotation)
    except Exception:  # noqa: BLE001 - whatever a validator raises, it does not fit
        return


def _unstructure_union(type_: Any, converter: Converter) -> UnstructureHook:
    members = _members(type_)
    if len(members) == 1:
        return _unstructure_optional(members[0], converter)
    tags = {record.cls: record.tag for record in _records(members, converter)}
    hooks = [
        _tagging(unstructure_hook(member, converter), tags.get(origin_of(plain_type(member)))) for member in members
    ]
    by_class: dict[type, UnstructureHook] = {
        cls: hook
        for member, hook in zip(members, hooks, strict=True)
        if isinstance(cls := origin_of(plain_type(member)), type)
    }
    if _has_none(type_):
        by_class[_NONE] = lambda value: value
    has_text = any(str in json_types(member) for member in members)

    of_dicts = _unstructure_typed_dicts(members, hooks)
    if of_dicts is not None:
        by_class[dict] = of_dicts

    if float in by_class and has_text:
        by_class[float] = _finite(by_class[float])
    if float in by_class and int not in by_class and int in {kind for each in members for kind in json_types(each)}:
        of_integers = [hook for member, hook in zip(members, hooks, strict=True) if int in json_types(member)]
        by_class[int] = _whole(of_integers)

    def unstructure_union(value: Any) -> Any:
        hook = by_class.get(type(value))
        if hook is not None:
            return hook(value)
        wires = [hook(value) for hook in hooks]
        told = (wire for wire in wires if type(wire) is Foreign and wire.why)
        return next((wire for wire in wires if type(wire) is not Foreign), next(told, Foreign(value)))

    return unstructure_union


def _unstructure_typed_dicts(members: list[Any], hooks: list[UnstructureHook]) -> UnstructureHook | None:
    """Of the dicts among the records, that whose `Literal` field says so: at run time they are all of one class."""
    found = {
        member: hook for member, hook in zip(members, hooks, strict=True) if is_typeddict(origin_of(plain_type(member)))
    }
    if len(found) < 2:  # noqa: PLR2004 - one is told from nothing
        return next(iter(found.values()), None)
    key: Any = _discriminator([member for member in members if _is_object(member)])
    by_choice = {choice: hook for member, hook in found.items() for choice in _choices(member, key)}

    def unstructure_typed_dicts(value: Any) -> Any:
        choice = value.get(key)
        choice = choice.value if isinstance(choice, enum.Enum) else choice
        hook = by_choice.get((type(choice), choice)) if type(choice) in (str, int, bool) else None
        return Foreign(value) if hook is None else hook(value)

    return unstructure_typed_dicts


def _whole(hooks: list[UnstructureHook]) -> UnstructureHook:
    """Of an int where a float may stand and others travel as integers: it must be one of these others."""

    def unstructure_whole(value: Any) -> Any:
        wires = (hook(value) for hook in hooks)
        other = Foreign(value, ", which travels as an integer, as another member does")
        return next((wire for wire in wires if type(wire) is not Foreign), other)

    return unstructure_whole


def _finite(hook: UnstructureHook) -> UnstructureHook:
    return lambda value: (
        hook(value) if isfinite(value) else Foreign(value, ", which travels as a string, as another member does")
    )


def _tagging(hook: UnstructureHook, tag: str | None) -> UnstructureHook:
    if tag is None:
        return hook
    if hook in TAGGED:
        return TAGGED[hook](tag)

    def unstructure_tagged(value: Any) -> Any:
        wire = hook(value)
        return {TAG: tag, **wire} if type(wire) is dict else wire

    return unstructure_tagged


UNIONS: Final = (
    Kind(
        matches=is_union,
        structure=_structure_union,
        unstructure=_unstructure_union,
        json=lambda type_: {
            kind for member in (*_members(type_), *([_NONE] if _has_none(type_) else [])) for kind in json_types(member)
        },
        children=_check,
    ),
)
