"""The fields of a record, whichever library made its class: attrs, dataclasses, `TypedDict` or `NamedTuple`."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Iterator
from typing import Annotated, Any, Final, Generic, Protocol, get_args, get_origin

import attrs
from typing_extensions import is_typeddict

from ._types import Names, fill, is_named_tuple, is_record, origin_of, peel, qualifiers, resolve

__all__ = ["Field", "Sensitive", "fields_of", "has_fields", "is_mark", "is_sensitive"]

_TYPED_BASES: Final = frozenset({Generic, Protocol, object, dict, tuple})


@attrs.frozen
class Sensitive:
    """Marks a type whose values are never shown: ``Annotated[str, Sensitive()]``.

    Such a value travels like any other. It is left out of error messages, logs, ``argsrepr``, ``kwargsrepr``
    and events.

    .. versionadded:: 0.1
    """


@attrs.frozen
class Field:
    """One field of a record.

    Attributes:
        name: The attribute.
        key: The name by which the constructor takes it, which is the key on the wire.
        type: The annotation, resolved, with type variables replaced; `Any` where there is none.
        required: Whether it has no default.
        init: Whether the constructor takes it.
        sensitive: Whether its values are never shown.
    """

    name: str
    key: str
    type: Any
    required: bool
    init: bool
    sensitive: bool


def has_fields(type_: Any) -> bool:
    """Whether `fields_of` knows the class."""
    return is_record(type_) or is_named_tuple(type_) or is_typeddict(origin_of(type_))


def is_mark(mark: Any) -> bool:
    """Whether this is `Sensitive`, or an object of it."""
    return mark is Sensitive or isinstance(mark, Sensitive)


def is_sensitive(type_: Any) -> bool:
    """Whether a type is marked with `Sensitive`, or stands for one that is."""
    if get_origin(type_) is Annotated and any(map(is_mark, type_.__metadata__)):
        return True
    inner = peel(type_)
    return inner is not type_ and is_sensitive(inner)


_known: dict[Any, tuple[Field, ...]] = {}


def fields_of(type_: Any, names: Names | None = None) -> tuple[Field, ...]:
    """The fields in the order of the class.

    Args:
        type_: An attrs class, dataclass, `TypedDict` or `NamedTuple`; a generic one may have its parameters given.
        names: More names for string annotations; needed once.

    Raises:
        NameError: A string annotation names what is not defined.
    """
    if type_ not in _known:
        _known[type_] = tuple(_read(type_, names))
    return _known[type_]


def _read(type_: Any, names: Names | None) -> Iterator[Field]:
    cls: Any = origin_of(type_)
    read = (
        _read_attrs
        if attrs.has(cls)
        else _read_dataclass
        if is_record(cls)
        else _read_named_tuple
        if is_named_tuple(cls)
        else _read_typed_dict
    )
    given = _given(type_)
    for field in read(cls):
        owner = _owner(cls, field.name)
        written = field.type
        # One by one: what one class says of all of its fields may not resolve for the sake of one that does not travel.
        resolved = written if owner is None else resolve(written, owner.__module__, names, owner)
        type_ = fill(resolved, given.get(owner, given[None]))
        required = field.required
        if is_typeddict(cls):  # the class itself does not see what is written in a string
            required = "required" in qualifiers(type_) or (required and "not required" not in qualifiers(type_))
        yield attrs.evolve(field, type=type_, required=required, sensitive=field.sensitive or is_sensitive(type_))


def _read_attrs(cls: Any) -> Iterator[Field]:
    for field in attrs.fields(cls):
        sensitive = field.repr is False or bool(field.metadata.get("sensitive"))
        # attrs says None of a field annotated with None too.
        is_annotated = any(field.name in inspect.get_annotations(base) for base in cls.__mro__)
        type_ = Any if field.type is None and not is_annotated else field.type
        yield Field(field.name, field.alias, type_, field.default is attrs.NOTHING, field.init, sensitive)


def _read_dataclass(cls: Any) -> Iterator[Field]:
    for field in dataclasses.fields(cls):
        required = field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
        sensitive = not field.repr or bool(field.metadata.get("sensitive"))
        yield Field(field.name, field.name, field.type, required, field.init, sensitive)


def _read_named_tuple(cls: Any) -> Iterator[Field]:
    hints = _annotations_of(cls)
    for name in cls._fields:
        yield Field(name, name, hints.get(name, Any), name not in cls._field_defaults, True, False)  # noqa: FBT003


def _read_typed_dict(cls: Any) -> Iterator[Field]:
    for name, type_ in _annotations_of(cls).items():
        yield Field(name, name, type_, name in cls.__required_keys__, True, False)  # noqa: FBT003


def _annotations_of(cls: Any) -> dict[str, Any]:
    """As they are written, those of the bases included."""
    found: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        found |= inspect.get_annotations(base)
    return found


# -- generic classes ---------------------------------------------------------------------------------------------------


def _given(type_: Any) -> dict[Any, dict[Any, Any]]:
    """For each class among the bases, what its type variables stand for; under ``None`` those of all."""
    found: dict[Any, dict[Any, Any]] = {}

    def visit(base: Any, given: dict[Any, Any]) -> None:
        cls = origin_of(base)
        if cls in _TYPED_BASES or cls in found or not isinstance(cls, type):
            return
        parameters: tuple[Any, ...] = getattr(cls, "__parameters__", ())
        # Of a class without brackets: what a parameter stands for by itself, and not one of the same name.
        arguments = [fill(argument, given) for argument in get_args(base)] or [fill(each, {}) for each in parameters]
        found[cls] = dict(zip(parameters, arguments, strict=False))
        for below in vars(cls).get("__orig_bases__", cls.__bases__):
            visit(below, found[cls])

    visit(type_, {})
    found[None] = {variable: filled for given in reversed(found.values()) for variable, filled in given.items()}
    return found


def _owner(cls: Any, name: str) -> Any:
    """The class whose own field this is, of those that inherit it."""
    if is_typeddict(cls):  # whose bases are gone from the class
        return next((_owner(base, name) for base in _original_bases(cls) if name in base.__annotations__), cls)
    return next((base for base in cls.__mro__ if name in inspect.get_annotations(base) or _is_own(base, name)), None)


def _original_bases(cls: Any) -> list[Any]:
    bases: tuple[Any, ...] = getattr(cls, "__orig_bases__", ())  # a TypedDict inherits none
    return [origin_of(base) for base in bases if is_typeddict(origin_of(base))]


def _is_own(cls: Any, name: str) -> bool:
    own: Any = attrs.fields_dict(cls).get(name) if "__attrs_attrs__" in vars(cls) else None
    return own is not None and not own.inherited
