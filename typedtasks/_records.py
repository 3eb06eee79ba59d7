"""The hooks of records: attrs classes, dataclasses, `TypedDict` and `NamedTuple`."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import dataclasses
import functools
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import attrs
from cattrs import AttributeValidationNote, ClassValidationError, Converter, ForbiddenExtraKeysError

from ._codegen import structure_function, unstructure_function
from ._containers import gathered, noted
from ._fields import Field, fields_of
from ._hooks import structure_hook, unstructure_hook
from ._kinds import Kind, Refused, StructureHook, UnstructureHook, is_recursive
from ._plain import ENVELOPE, Foreign, escape, subclass_hint, type_name, unescape
from ._types import is_named_tuple, is_record, is_typeddict, origin_of
from ._values import Mismatch

__all__ = ["RECORDS"]


def _hooks(type_: Any, fields: Iterable[Field], converter: Converter, hook_of: Any) -> dict[str, Any]:
    """The hook of each field; of a record that holds itself they are made when they are first called."""
    if not is_recursive(type_):
        return {field.name: hook_of(field.type, converter) for field in fields}
    makes = {field.name: functools.cache(functools.partial(hook_of, field.type, converter)) for field in fields}
    return {name: functools.partial(_call_made, make) for name, make in makes.items()}


def _call_made(make: Callable[[], Any], *args: Any) -> Any:
    return make()(*args)


def _travelling(type_: Any) -> list[Field]:
    """The fields that travel: all that the constructor takes, and the others where they can be set afterwards."""
    all_of_them = _init_variables(type_) or not _is_frozen(origin_of(type_))
    return [field for field in fields_of(type_) if field.init or all_of_them]


def _is_frozen(cls: Any) -> bool:
    # attrs has no public way to tell before version 25.4.
    return cls.__setattr__.__name__ == "_frozen_setattrs" if attrs.has(cls) else cls.__dataclass_params__.frozen


def _may_be_envelope(fields: Iterable[Field]) -> bool:
    return {field.key for field in fields} >= ENVELOPE


# -- wire form to object -----------------------------------------------------------------------------------------------


def _structure_record(type_: Any, converter: Converter) -> StructureHook:
    cls = origin_of(type_)
    fields = _travelling(type_)
    hooks = _hooks(type_, fields, converter, structure_hook)
    escaped = _may_be_envelope(fields)
    made = _restored if _init_variables(type_) else _constructed

    def structure_record(value: Any, _: Any) -> Any:
        if escaped and type(value) is dict:
            value = unescape(value)
        values = _structure_fields(type_, fields, hooks, value, converter)
        try:
            return made(cls, fields, values)
        except Exception as exc:
            if converter.detailed_validation:  # of the record as a whole
                raise gathered(ClassValidationError, type_name(type_), [exc], type_) from None
            raise

    if escaped or made is _restored or converter.detailed_validation or converter.forbid_extra_keys:
        return structure_record
    return structure_function(cls, fields, hooks, structure_record)


def _constructed(cls: Any, fields: list[Field], values: dict[str, Any]) -> Any:
    """By the constructor; what it does not take is set afterwards."""
    record = cls(**{field.key: values[field.name] for field in fields if field.init and field.name in values})
    for field in fields:
        if not field.init and field.name in values:
            setattr(record, field.name, values[field.name])
    return record


def _init_variables(type_: Any) -> bool:
    """Whether a dataclass is made of values that it does not keep."""
    kinds: Any = getattr(origin_of(type_), "__dataclass_fields__", {})
    return any(field._field_type is dataclasses._FIELD_INITVAR for field in kinds.values())  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way


def _restored(cls: Any, fields: list[Field], values: dict[str, Any]) -> Any:
    """Field by field: what `__init__` was called with is gone."""
    record = cls.__new__(cls)
    defaults: dict[str, Any] = {field.name: field for field in dataclasses.fields(cls)}
    for field in fields:
        if field.name not in values:
            default = defaults[field.name]
            missing = default.default_factory is dataclasses.MISSING
            values[field.name] = default.default if missing else default.default_factory()
        object.__setattr__(record, field.name, values[field.name])
    return record


def _structure_fields(
    type_: Any, fields: Iterable[Field], hooks: Mapping[str, StructureHook], value: Any, converter: Converter
) -> dict[str, Any]:
    """The values of the fields that are there, gathering what fails."""
    if type(value) is not dict:
        raise Mismatch(type_, value)
    values: dict[str, Any] = {}
    errors: list[Exception] = []
    for field in fields:
        try:
            if field.required or field.key in value:
                values[field.name] = hooks[field.name](value[field.key], field.type)
        except Exception as exc:  # noqa: BLE001, PERF203 - every problem is wanted
            errors.append(noted(exc, AttributeValidationNote("", field.name, field.type)))
    if converter.forbid_extra_keys:
        surplus = value.keys() - {field.key for field in fields_of(type_)}
        errors += [ForbiddenExtraKeysError("", type_, surplus)] if surplus else []
    if errors:
        raise gathered(ClassValidationError, type_name(type_), errors, type_)
    return values


def _structure_typed_dict(type_: Any, converter: Converter) -> StructureHook:
    fields = fields_of(type_)
    hooks = _hooks(type_, fields, converter, structure_hook)
    escaped = _may_be_envelope(fields)

    def structure_typed_dict(value: Any, _: Any) -> Any:
        value = unescape(value) if escaped and type(value) is dict else value
        return _structure_fields(type_, fields, hooks, value, converter)

    return structure_typed_dict


def _structure_named_tuple(type_: Any, converter: Converter) -> StructureHook:
    cls = origin_of(type_)
    fields = fields_of(type_)
    hooks = _hooks(type_, fields, converter, structure_hook)
    least = sum(field.required for field in fields)

    def structure_named_tuple(value: Any, _: Any) -> Any:
        if type(value) is not list or not least <= len(value) <= len(fields):
            raise Mismatch(f"{type_name(type_)} of {len(fields)} items", value)
        given = dict(zip((field.key for field in fields), value, strict=False))
        return cls(**_structure_fields(type_, fields, hooks, given, converter))

    return structure_named_tuple


# -- object to wire form -----------------------------------------------------------------------------------------------


def _unstructure_record(type_: Any, converter: Converter) -> UnstructureHook:
    fields = _travelling(type_)
    hooks = _hooks(type_, fields, converter, unstructure_hook)
    return unstructure_function(type_, fields, hooks, escaped=_may_be_envelope(fields))


def _unstructure_typed_dict(type_: Any, converter: Converter) -> UnstructureHook:
    fields = fields_of(type_)
    hooks = _hooks(type_, fields, converter, unstructure_hook)

    def unstructure_typed_dict(value: Any) -> Any:
        if type(value) is not dict:
            return Foreign(value)
        surplus = value.keys() - hooks.keys()
        if surplus:
            return Foreign(value, f" with the key {min(map(repr, surplus))}, which would be lost", about="key")
        return escape({key: hooks[key](item) for key, item in value.items()})

    return unstructure_typed_dict


def _unstructure_named_tuple(type_: Any, converter: Converter) -> UnstructureHook:
    cls = origin_of(type_)
    fields = fields_of(type_)
    hooks = list(_hooks(type_, fields, converter, unstructure_hook).values())
    return lambda value: (
        [hook(item) for hook, item in zip(hooks, value, strict=True)]
        if type(value) is cls
        else Foreign(value, subclass_hint(value, type_), about="type")
    )


def _record_children(type_: Any) -> Iterator[tuple[str, Any]]:
    cls = origin_of(type_)
    fields = _travelling(type_)
    own: dict[str, Any] = cls.__dict__
    if not own.keys() & {"__attrs_attrs__", "__dataclass_fields__"}:
        added = inspect.get_annotations(cls).keys() - {field.name for field in fields}
        if added or "__init__" in own:
            raise Refused("", type_, "decorate it as its base class is: what it adds would be lost")
    if not _init_variables(type_):
        try:
            inspect.signature(cls.__init__).bind(None, **{field.key: None for field in fields if field.init})
        except TypeError as exc:
            raise Refused("", type_, f"its constructor does not take its fields: {exc}") from None
    return ((f".{field.name}", field.type) for field in fields)


def _children(type_: Any) -> Iterator[tuple[str, Any]]:
    return ((f".{field.name}", field.type) for field in fields_of(type_))


RECORDS: Final = (
    Kind(
        matches=is_record,
        structure=_structure_record,
        unstructure=_unstructure_record,
        json=lambda _: (dict,),
        children=_record_children,
    ),
    Kind(
        matches=lambda type_: is_typeddict(origin_of(type_)),
        structure=_structure_typed_dict,
        unstructure=_unstructure_typed_dict,
        json=lambda _: (dict,),
        children=_children,
    ),
    Kind(
        matches=is_named_tuple,
        structure=_structure_named_tuple,
        unstructure=_unstructure_named_tuple,
        json=lambda _: (list,),
        children=_children,
    ),
)
