"""The hooks of attrs records: cattrs' own functions, told what it would not choose by itself."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import functools
from contextlib import suppress
from typing import Any

import attrs
from cattrs import AttributeValidationNote, ClassValidationError, Converter
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ._containers import gathered, noted
from ._hooks import (
    Mismatch,
    StructureHook,
    UnstructureHook,
    structure_any,
    structure_hook,
    unstructure_any,
    unstructure_hook,
)
from ._plain import Foreign
from ._types import is_enum, plain_type

__all__ = ["structure_record_factory", "unstructure_record_factory"]


def _options(cls: type, converter: Converter) -> dict[str, Any]:
    """What cattrs would not choose by itself: untyped fields, mixed-in enums, fields that `__init__` does not take."""
    options: dict[str, Any] = {"_cattrs_use_alias": True, "_cattrs_include_init_false": True}
    for field in attrs.fields(cls):
        if not field.init and _is_frozen(cls):
            options[field.name] = override(omit=True)
        elif field.type is None:
            options[field.name] = override(struct_hook=structure_any, unstruct_hook=unstructure_any)
        elif is_enum(plain_type(field.type)):
            options[field.name] = override(
                struct_hook=structure_hook(field.type, converter), unstruct_hook=unstructure_hook(field.type, converter)
            )
    return options


def _is_frozen(cls: type) -> bool:
    # attrs has no public way to tell before version 25.4.
    return cls.__setattr__.__name__ == "_frozen_setattrs"


def structure_record_factory(cls: Any, converter: Converter) -> StructureHook:
    attrs.resolve_types(cls)
    load = make_dict_structure_fn(cls, converter, **_options(cls, converter))

    def structure_record(value: Any, type_: Any) -> Any:
        if type(value) is not dict:
            raise Mismatch(cls, value)
        record = load(value, type_)
        if converter.detailed_validation and not _is_frozen(cls):
            _check_late(value, cls, converter)
        return record

    return structure_record


def _check_late(value: dict[str, Any], cls: Any, converter: Converter) -> None:
    """Say what is wrong with the fields that `__init__` does not take: cattrs gathers that and says nothing."""
    errors: list[Exception] = []
    for field in attrs.fields(cls):
        if not field.init and (field.alias in value or field.default is attrs.NOTHING):
            type_ = Any if field.type is None else field.type
            try:
                structure_hook(type_, converter)(value[field.alias], type_)
            except Exception as exc:  # noqa: BLE001 - as in `_each`
                errors.append(noted(exc, AttributeValidationNote("", field.name, type_)))
    if errors:
        raise gathered(ClassValidationError, cls.__qualname__, errors, cls)


def unstructure_record_factory(cls: Any, converter: Converter) -> UnstructureHook:
    attrs.resolve_types(cls)

    @functools.cache
    def make() -> UnstructureHook:
        return make_dict_unstructure_fn(cls, converter, **_options(cls, converter))

    # A record that holds itself, whose hook is being made: cattrs would go by the class of the value met, which says
    # nothing of a list's items and takes any record for another. So this one is made at its first use.
    with suppress(RecursionError):
        make()

    def unstructure_record(value: Any) -> Any:
        if type(value) is not cls:
            return Foreign(value)
        try:
            return make()(value)
        except AttributeError as exc:  # a field with `init=False` that nothing has set
            return Foreign(value, f", of which {exc.name} is not set")

    return unstructure_record
