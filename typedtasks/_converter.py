"""The cattrs converter: strict in both directions, type to wire form and back.

The house's rules, as cattrs hooks over a plain `cattrs.Converter`:

* unstructuring replaces a value that is not of its declared class by `Foreign`, so that the check, which is the
  worker's own structuring, meets it and names its path;
* structuring accepts exactly the wire form of the declared type and coerces nothing.

The classes of JSON itself (str, int, bool, None) need no unstructure hook: whatever stands in their place is
met by the check. Subclasses of a class are refused like any other: they would come back as their base.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import enum
import functools
from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime, time
from typing import Any, Final, cast, get_args, get_origin

import attrs
from cattrs import (
    AttributeValidationNote,
    ClassValidationError,
    Converter,
    IterableValidationError,
    IterableValidationNote,
)
from cattrs.gen import make_dict_structure_fn, make_dict_unstructure_fn, override

from ._plain import TOO_LARGE, Foreign, is_envelope, is_plain, shorten, type_name
from ._scalars import SCALARS, Scalar
from ._types import NEVER, is_alias, is_any, is_enum, is_optional, is_record, plain_type

__all__ = ["PLAIN", "Mismatch", "configure_converter", "make_converter", "structure_hook", "unstructure_hook"]

StructureHook = Callable[[Any, Any], Any]
UnstructureHook = Callable[[Any], Any]


class Mismatch(Exception):
    """A value that is not the wire form of its declared type."""

    def __init__(self, expected: Any, value: object) -> None:
        super().__init__(expected, value)
        self.expected, self.value = type_name(expected), value


def make_converter(*, detailed_validation: bool = False, forbid_extra_keys: bool = False) -> Converter:
    """A new converter with the hooks of `configure_converter`."""
    converter = Converter(detailed_validation=detailed_validation, forbid_extra_keys=forbid_extra_keys)
    configure_converter(converter)
    return converter


def configure_converter(converter: Converter) -> None:
    """Add the hooks to a converter.

    cattrs asks the hooks registered for a class first, then the factories from the last one registered back:
    what a user registers later, for a class or by predicate, wins.
    """
    converter.register_structure_hook_factory(lambda type_: type_ in NEVER, lambda _: _structure_never)
    # cattrs knows those of `typing` alone.
    converter.register_structure_hook_factory(is_alias, lambda type_: structure_hook(plain_type(type_), converter))
    converter.register_unstructure_hook_factory(is_alias, lambda type_: unstructure_hook(plain_type(type_), converter))
    converter.register_structure_hook_factory(is_optional, _structure_optional)
    converter.register_unstructure_hook_factory(is_optional, _unstructure_optional)
    converter.register_structure_hook_factory(is_any, lambda _: _structure_any)
    converter.register_unstructure_hook_factory(is_any, lambda _: _unstructure_any)
    converter.register_structure_hook_factory(is_enum, _structure_enum)
    converter.register_unstructure_hook_factory(is_enum, _unstructure_enum)
    for is_kind, structure, unstructure in (
        (_is_list, _structure_list, _unstructure_list),
        (_is_tuple, _structure_tuple, _unstructure_tuple),
        (_is_dict, _structure_dict, _unstructure_dict),
        (is_record, _structure_record, _unstructure_record),
    ):
        converter.register_structure_hook_factory(is_kind, structure)
        converter.register_unstructure_hook_factory(is_kind, unstructure)
    for cls, scalar in SCALARS.items():
        converter.register_structure_hook(cls, _SCALAR_STRUCTURE[cls])
        if cls not in _JSON_CLASSES:
            converter.register_unstructure_hook(cls, _unstructure_scalar(cls, scalar))


def structure_hook(type_: Any, converter: Converter) -> StructureHook:
    """The converter's structure hook, but a ``class Color(str, Enum)`` is not taken for its ``str``.

    cattrs dispatches a class to the hook of its base, which is right for records and wrong for mixed-in enums, and to
    one of its own for all other enums in versions 25.
    """
    bare = plain_type(type_)
    if is_enum(bare):
        of_class = converter.get_structure_hook(bare)
        if of_class in _SCALAR_HOOKS or of_class == converter.get_structure_hook(enum.Enum):
            return _structure_enum(bare)
    hook: StructureHook = converter.get_structure_hook(_NONE if type_ is None else type_)  # as in ``list[None]``
    return hook


def unstructure_hook(type_: Any, converter: Converter) -> UnstructureHook:
    """The converter's unstructure hook; enums as in `structure_hook`."""
    bare = plain_type(type_)
    if is_enum(bare) and structure_hook(type_, converter).__qualname__ == _ENUM_HOOK:
        return _unstructure_enum(bare)
    hook: UnstructureHook = converter.get_unstructure_hook(_NONE if type_ is None else type_)
    return hook


# -- scalars ----------------------------------------------------------------------------------------------------------

_NONE: Final = type(None)
_JSON_CLASSES: Final = frozenset({str, int, bool, _NONE})


def _structure_scalar(cls: type, scalar: Scalar) -> StructureHook:
    wire, load = scalar.wire, scalar.load
    if cls in _JSON_CLASSES:

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


_SCALAR_STRUCTURE: Final = {
    **{cls: _structure_scalar(cls, scalar) for cls, scalar in SCALARS.items()},
    int: _structure_int,
}
_SCALAR_HOOKS: Final = frozenset(_SCALAR_STRUCTURE.values())


def _unstructure_scalar(cls: type, scalar: Scalar) -> UnstructureHook:
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


def _structure_never(value: Any, type_: Any) -> Any:
    raise Mismatch(type_, value)


#: What an annotation that says nothing stands for.
PLAIN: Final = "plain JSON data (annotate it with the record's class to send more)"


def _structure_any(value: Any, _: Any) -> Any:
    if type(value) is Foreign:
        raise Mismatch(PLAIN, value)
    return value


def _unstructure_any(value: Any) -> Any:
    return value if is_plain(value) else Foreign(value)


def _inner(type_: Any) -> Any:
    return next(arg for arg in get_args(type_) if arg is not type(None))


def _structure_optional(type_: Any, converter: Converter) -> StructureHook:
    inner = _inner(type_)
    hook = structure_hook(inner, converter)
    return lambda value, _: None if value is None else hook(value, inner)


def _unstructure_optional(type_: Any, converter: Converter) -> UnstructureHook:
    hook = unstructure_hook(_inner(type_), converter)
    return lambda value: None if value is None else hook(value)


def _structure_enum(cls: type[enum.Enum]) -> StructureHook:
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


def _unstructure_enum(cls: type[enum.Enum]) -> UnstructureHook:
    return lambda value: value.value if isinstance(value, cls) else Foreign(value)


# -- containers -------------------------------------------------------------------------------------------------------


def _is_list(type_: Any) -> bool:
    return get_origin(type_) is list or type_ is list


def _is_tuple(type_: Any) -> bool:
    return get_origin(type_) is tuple or type_ is tuple


def _is_dict(type_: Any) -> bool:
    return get_origin(type_) is dict or type_ is dict


def _each(type_: Any, converter: Converter, items: list[tuple[object, StructureHook, Any, Any]]) -> list[Any]:
    """Structure every item, gathering what fails with its index or key."""
    if not converter.detailed_validation:
        return [hook(value, inner) for _, hook, inner, value in items]
    results: list[Any] = []
    errors: list[Exception] = []
    for index, hook, inner, value in items:
        try:
            results.append(hook(value, inner))
        except Exception as exc:  # noqa: BLE001, PERF203 - every problem is wanted, whatever a validator raises
            note: Any = IterableValidationNote(f"@ {index!r}", index, inner)  # type: ignore[arg-type]  # a key is one
            errors.append(_noted(exc, note))
    if errors:
        raise _gathered(IterableValidationError, type_name(type_), errors, type_)
    return results


def _gathered(group: Any, text: str, errors: list[Exception], type_: Any) -> Exception:
    """One of cattrs' exception groups, whose third argument the checkers do not know from Python 3.11 on."""
    return cast("Exception", group(text, errors, type_))


def _noted(exc: Any, note: Any) -> Exception:
    """With a note, which Python 3.10 has no `add_note` for."""
    exc.__notes__ = [*getattr(exc, "__notes__", ()), note]
    return cast("Exception", exc)


def _structure_list(type_: Any, converter: Converter) -> StructureHook:
    (inner,) = get_args(plain_type(type_))
    hook = structure_hook(inner, converter)

    def structure_list(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise Mismatch(type_, value)
        if converter.detailed_validation:
            return _each(type_, converter, [(index, hook, inner, item) for index, item in enumerate(value)])
        return [hook(item, inner) for item in value]

    return structure_list


def _unstructure_list(type_: Any, converter: Converter) -> UnstructureHook:
    (inner,) = get_args(plain_type(type_))
    hook = unstructure_hook(inner, converter)
    return lambda value: [hook(item) for item in value] if type(value) is list else Foreign(value)


def _structure_tuple(type_: Any, converter: Converter) -> StructureHook:
    args = get_args(plain_type(type_))
    if args[-1:] == (...,):
        rest = structure_hook(args[0], converter)

        def structure_all(value: Any, _: Any) -> Any:
            if type(value) is not list:
                raise Mismatch(type_, value)
            return tuple(_each(type_, converter, [(index, rest, args[0], item) for index, item in enumerate(value)]))

        return structure_all
    hooks = [structure_hook(arg, converter) for arg in args]

    def structure_fixed(value: Any, _: Any) -> Any:
        if type(value) is not list or len(value) != len(args):
            raise Mismatch(f"{type_name(type_)} of {len(args)} items", value)
        return tuple(_each(type_, converter, list(zip(range(len(args)), hooks, args, value, strict=True))))

    return structure_fixed


def _unstructure_tuple(type_: Any, converter: Converter) -> UnstructureHook:
    args = get_args(plain_type(type_))
    if args[-1:] == (...,):
        rest = unstructure_hook(args[0], converter)
        return lambda value: [rest(item) for item in value] if type(value) is tuple else Foreign(value)
    hooks = [unstructure_hook(arg, converter) for arg in args]

    def unstructure(value: Any) -> Any:
        if type(value) is not tuple or len(value) != len(hooks):
            return Foreign(value)
        return [hook(item) for hook, item in zip(hooks, value, strict=True)]

    return unstructure


def _structure_dict(type_: Any, converter: Converter) -> StructureHook:
    key_type, inner = get_args(plain_type(type_))
    key_hook, hook = structure_hook(key_type, converter), structure_hook(inner, converter)

    def structure_pair(pair: Any, _: Any) -> Any:
        key, value = pair
        return key_hook(key, key_type), hook(value, inner)

    def structure_dict(value: Any, _: Any) -> Any:
        if type(value) is not dict or is_envelope(value):
            raise Mismatch(type_, value)
        pairs: list[Any] = [(key, structure_pair, None, (key, item)) for key, item in value.items()]
        result = dict(_each(type_, converter, pairs))
        if len(result) != len(value):  # of two keys that are equal as objects, one would be lost
            raise Mismatch(type_, value)
        return result

    return structure_dict


def _unstructure_dict(type_: Any, converter: Converter) -> UnstructureHook:
    key_type, inner = get_args(plain_type(type_))
    key_hook, hook = unstructure_hook(key_type, converter), unstructure_hook(inner, converter)

    def unstructure_dict(value: Any) -> Any:
        if type(value) is not dict:
            return Foreign(value)
        items: dict[Any, Any] = value
        return {key_hook(key): hook(item) for key, item in items.items()}

    return unstructure_dict


# -- records ----------------------------------------------------------------------------------------------------------


def _record_overrides(cls: type, converter: Converter) -> dict[str, Any]:
    """What cattrs would not choose by itself: untyped fields, mixed-in enums, fields that `__init__` does not take."""
    overrides: dict[str, Any] = {}
    for field in attrs.fields(cls):
        if not field.init and _is_frozen(cls):
            overrides[field.name] = override(omit=True)
        elif field.type is None:
            overrides[field.name] = override(struct_hook=_structure_any, unstruct_hook=_unstructure_any)
        elif is_enum(plain_type(field.type)):
            overrides[field.name] = override(
                struct_hook=structure_hook(field.type, converter), unstruct_hook=unstructure_hook(field.type, converter)
            )
    return overrides


def _is_frozen(cls: type) -> bool:
    # attrs has no public way to tell before version 25.4.
    return cls.__setattr__.__name__ == "_frozen_setattrs"


def _structure_record(cls: Any, converter: Converter) -> StructureHook:
    attrs.resolve_types(cls)
    load = make_dict_structure_fn(
        cls,
        converter,
        _cattrs_use_alias=True,
        _cattrs_include_init_false=True,
        **_record_overrides(cls, converter),
    )

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
                errors.append(_noted(exc, AttributeValidationNote("", field.name, type_)))
    if errors:
        raise _gathered(ClassValidationError, cls.__qualname__, errors, cls)


def _unstructure_record(cls: Any, converter: Converter) -> UnstructureHook:
    attrs.resolve_types(cls)

    @functools.cache
    def make() -> UnstructureHook:
        return make_dict_unstructure_fn(
            cls,
            converter,
            _cattrs_use_alias=True,
            _cattrs_include_init_false=True,
            **_record_overrides(cls, converter),
        )

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
