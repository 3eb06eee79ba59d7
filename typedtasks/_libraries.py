"""The hooks of pydantic models and msgspec structs: by the rules of their own libraries."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownMemberType=false
# Classes of a library that need not be installed.

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

import msgspec
from cattrs import Converter

from ._kinds import Kind, Refused, StructureHook, UnstructureHook
from ._plain import Foreign, did_you_mean, is_plain, step, type_name
from ._types import origin_of
from ._values import Mismatch

__all__ = ["LIBRARIES", "Several", "library_keys"]


_CHANGED: Final = ", which does not come back the same from its JSON"


class Several(Exception):
    """What another library found wrong: of each problem the way to it and a text."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        super().__init__(problems)
        self.problems = problems


def library_keys(cls: Any) -> set[str] | None:
    """The keys of a record of another library; ``None`` where it does not say."""
    if hasattr(cls, "__struct_encode_fields__"):
        return {*cls.__struct_encode_fields__, *filter(None, [cls.__struct_config__.tag_field])}
    fields: dict[str, Any] = getattr(cls, "__pydantic_fields__", {})
    aliases = [field.validation_alias or name for name, field in fields.items()]
    return {*aliases} if fields and all(type(alias) is str for alias in aliases) else None


def _check_keys(type_: Any, value: Any, converter: Converter) -> None:
    """Where keys too many are forbidden they are in these records too, if the record itself has no place for them."""
    cls = origin_of(type_)
    keys = library_keys(cls)
    takes_more = getattr(cls, "model_config", {}).get("extra") == "allow"
    if keys is None or takes_more or not converter.forbid_extra_keys or type(value) is not dict:
        return
    surplus = value.keys() - keys - {*getattr(cls, "__pydantic_fields__", ())}
    if surplus:
        raise Several([(step(key), f"unexpected field{did_you_mean(key, keys)}") for key in sorted(surplus)])


# -- pydantic ----------------------------------------------------------------------------------------------------------


def _is_model(type_: Any) -> bool:
    pydantic = sys.modules.get("pydantic")  # whoever has a model has imported it
    cls = origin_of(type_)
    return pydantic is not None and isinstance(cls, type) and issubclass(cls, pydantic.BaseModel)


def _check_model(cls: Any) -> Iterator[tuple[str, Any]]:
    if not cls.__pydantic_complete__:
        cls.model_rebuild()  # raises a NameError for what is not defined yet
    if _has_instances(cls.__pydantic_core_schema__):
        raise Refused("", cls, "pydantic knows no JSON for one of its arbitrary types")
    return iter(())


def _has_instances(schema: Any) -> bool:
    """Whether a part of pydantic's own schema is checked by its class alone and has no way to be written."""
    if isinstance(schema, dict):
        bare = schema.get("type") == "is-instance" and "serialization" not in schema
        return bare or any(map(_has_instances, schema.values()))
    return isinstance(schema, list) and any(map(_has_instances, schema))


def _structure_model(cls: Any, converter: Converter) -> StructureHook:
    invalid: Any = sys.modules["pydantic"].ValidationError

    def structure_model(value: Any, _: Any) -> Any:
        if not is_plain(value):
            raise Mismatch(cls, value)
        _check_keys(cls, value, converter)
        try:
            return cls.model_validate_json(json.dumps(value))  # as JSON: a strict model takes a UUID's text from there
        except invalid as exc:
            problems = exc.errors(include_url=False, include_context=False, include_input=False)
        raise Several([("".join(map(_step, problem["loc"])), problem["msg"]) for problem in problems])

    return structure_model


def _step(part: str | int) -> str:
    return f"[{part}]" if isinstance(part, int) else f".{part}"


def _unstructure_model(cls: Any, _: Converter) -> UnstructureHook:
    def unstructure_model(value: Any) -> Any:
        if type(value) is not cls:
            return Foreign(value)
        try:
            wire = value.model_dump(mode="json", by_alias=True, round_trip=True, warnings="error")
            same = cls.model_validate_json(json.dumps(wire)) == value
        except (ValueError, ArithmeticError) as exc:  # a signalling NaN cannot be compared
            return Foreign(value, f", of which pydantic says: {str(exc).splitlines()[0]}")
        return wire if same and is_plain(wire) else Foreign(value, _CHANGED)

    return unstructure_model


# -- msgspec -----------------------------------------------------------------------------------------------------------


def _is_struct(type_: Any) -> bool:
    cls = origin_of(type_)
    return isinstance(cls, type) and issubclass(cls, msgspec.Struct)


def _check_struct(type_: Any) -> Iterator[tuple[str, Any]]:
    try:
        msgspec.json.Decoder(type_)
        custom = next(_customs(msgspec.inspect.type_info(type_), set()), None)
    except TypeError as exc:
        raise Refused("", type_, f"msgspec says: {str(exc).splitlines()[0]}") from None
    if custom is not None:
        raise Refused("", type_, f"msgspec knows no way for {type_name(custom)}")
    return iter(())


def _customs(info: Any, seen: set[int]) -> Iterator[Any]:
    """The classes, anywhere inside of what msgspec has read in a type, of which it knows nothing."""
    if id(info) in seen:
        return
    seen.add(id(info))
    if isinstance(info, msgspec.inspect.CustomType):
        yield info.cls
    parts: Any = (
        [getattr(info, name) for name in info.__struct_fields__]
        if isinstance(info, (msgspec.inspect.Type, msgspec.inspect.Field))
        else info
    )
    for part in parts if isinstance(parts, (list, tuple)) else ():
        yield from _customs(part, seen)


def _structure_struct(type_: Any, converter: Converter) -> StructureHook:
    def structure_struct(value: Any, _: Any) -> Any:
        if type(value) is Foreign:
            raise Mismatch(type_, value)
        _check_keys(type_, value, converter)
        try:
            return msgspec.convert(value, type_, str_keys=True)
        except msgspec.ValidationError as exc:
            text, _, path = str(exc).partition(" - at `$")
        raise Several([(path.removesuffix("`"), text)])

    return structure_struct


def _unstructure_struct(type_: Any, _: Converter) -> UnstructureHook:
    cls = origin_of(type_)

    def unstructure_struct(value: Any) -> Any:
        if type(value) is not cls:
            return Foreign(value)
        try:
            wire = _listed(msgspec.to_builtins(value, str_keys=True))
        except (TypeError, ValueError) as exc:
            return Foreign(value, f", of which msgspec says: {exc}")
        if not is_plain(wire):
            return Foreign(value, ", which is no plain JSON data by msgspec's rules")
        try:
            again = msgspec.convert(wire, type_, str_keys=True)
        except msgspec.ValidationError:  # as the check will tell, with the path
            return wire
        return wire if _is_same(again, value) else Foreign(value, _CHANGED)

    return unstructure_struct


def _listed(wire: Any) -> Any:
    """With lists for tuples, which msgspec leaves as they are."""
    if isinstance(wire, (list, tuple)):
        return [_listed(item) for item in wire]
    return {key: _listed(item) for key, item in wire.items()} if isinstance(wire, dict) else wire


def _is_same(one: Any, other: Any) -> bool:
    """Whether two objects have the same classes and values all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, msgspec.Struct):
        return all(_is_same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if isinstance(one, dict):
        return len(one) == len(other) and all(key in other and _is_same(one[key], other[key]) for key in one)
    return repr(one) == repr(other) if isinstance(one, Decimal) else bool(one == other)  # NaN is like no other


LIBRARIES: Final = (
    Kind(
        matches=_is_model,
        structure=_structure_model,
        unstructure=_unstructure_model,
        unbounded=lambda _: True,
        children=_check_model,
        json=lambda cls: (list, dict, str, int, float, bool, type(None)) if cls.__pydantic_root_model__ else (dict,),
    ),
    Kind(
        matches=_is_struct,
        structure=_structure_struct,
        unstructure=_unstructure_struct,
        json=lambda type_: (list if origin_of(type_).__struct_config__.array_like else dict,),
        children=_check_struct,
        unbounded=lambda _: True,
    ),
)
