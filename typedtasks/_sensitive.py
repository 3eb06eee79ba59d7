"""What is never shown: the types that are marked so, those that hold one, and what stands in its place."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Final, cast, get_args

import attrs
from typing_extensions import get_type_hints

from ._fields import Sensitive, fields_of, has_fields, is_mark, is_sensitive
from ._plain import type_name
from ._types import is_literal, is_record, is_union, origin_of, peel, plain_type

__all__ = [
    "HIDDEN",
    "UNDECLARED",
    "hidden_fields",
    "holds_sensitive",
    "is_hidden",
    "own_fields",
]

#: What stands where a value would be shown.
HIDDEN: Final = "<hidden>"

#: The type of a value for which none is declared: nobody can say that it may be shown.
UNDECLARED: Final = Annotated[Any, Sensitive()]


def is_hidden(type_: Any) -> bool:
    """Whether a value of a type is hidden as a whole: the type, or a member of the union that it is, is marked."""
    bare = plain_type(type_)
    return is_sensitive(type_) or (is_union(bare) and any(map(is_hidden, get_args(bare))))


# Whatever the resolving of annotations may raise.
_UNRESOLVED: Final = (NameError, AttributeError, SyntaxError, TypeError)

_known: dict[Any, bool] = {}


def holds_sensitive(type_: Any) -> bool:
    """Whether a value of a type is hidden, or anything inside of it: a field, an item, a key."""
    if type_ not in _known:
        _known[type_] = _holds(type_, set())
    return _known[type_]


def _holds(type_: Any, seen: set[Any]) -> bool:
    if is_hidden(type_):
        return True
    if type_ in seen:
        return False
    seen.add(type_)
    return any(_holds(inner, seen) for inner in _inside(type_))


def _inside(type_: Any) -> list[Any]:
    """The types of which a type is made, also where a hook of the user's own has it travel as something else."""
    inner = peel(type_)
    if inner is not type_:
        return [inner]
    if is_literal(type_):
        return []
    try:
        if has_fields(type_):
            return [UNDECLARED if field.sensitive else field.type for field in fields_of(type_)]
        parts = [*get_args(type_), *_fields_of_library(origin_of(type_))]
    except _UNRESOLVED:
        return [UNDECLARED]
    return [part for part in parts if not isinstance(part, list)]  # that of a Callable


def _fields_of_library(cls: Any) -> list[Any]:
    """The types of the fields of a pydantic model or msgspec struct."""
    of_model: dict[str, Any] = getattr(cls, "__pydantic_fields__", {})
    found = [
        UNDECLARED if not field.repr or any(map(is_mark, field.metadata)) else field.annotation
        for field in of_model.values()
    ]
    return found or list(get_type_hints(cls, include_extras=True).values() if hasattr(cls, "__struct_fields__") else ())


# -- exceptions --------------------------------------------------------------------------------------------------------


def hidden_fields(cls: Any) -> dict[str, str]:
    """The fields of an exception that are not shown, each with what stands in its place."""
    if not is_record(cls):
        return {}
    try:
        return {
            field.name: HIDDEN if field.sensitive or is_hidden(field.type) else f"<{type_name(plain_type(field.type))}>"
            for field in fields_of(cls)
            if field.sensitive or holds_sensitive(field.type)
        }
    except _UNRESOLVED:
        return {field.name: HIDDEN for field in own_fields(cls) if not field.repr or field.metadata.get("sensitive")}


def own_fields(cls: Any) -> tuple[Any, ...]:
    """As their library has them."""
    return attrs.fields(cls) if attrs.has(cls) else dataclasses.fields(cls)


class Unshown:
    """Wire form of which logs show nothing, on its way through Celery's own code; kombu's JSON takes it for what it is.

    Attributes:
        wire: The wire form.
    """

    __slots__ = ("wire",)

    def __init__(self, wire: Any) -> None:
        self.wire = wire

    def __json__(self) -> Any:
        """What kombu asks for."""
        return self.wire

    def __repr__(self) -> str:
        return HIDDEN

    def __reduce__(self) -> Any:
        """Of a result in pickle the wire form is kept."""
        return _itself, (self.wire,)


def _itself(wire: Any) -> Any:
    return wire


def shown(value: Any) -> Any:
    """A value, with wire form in a list that Celery's map has made of what is not shown."""
    items: list[Any] = cast("Any", value) if isinstance(value, list) else []
    if not any(isinstance(item, Unshown) for item in items):
        return cast("Any", value)
    return [getattr(item, "wire", item) for item in items]
