"""Whether two values are the same, and where two wire forms differ by more than their spelling."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

import attrs
import msgspec
import pydantic

from tests.fuzz.spelling import is_same_key, is_same_text
from typedtasks._scalars import SCALARS

__all__ = ["changes", "has_set", "parts_of", "same", "unordered"]

#: Whose text is long, or cut short.
_COMPARED = frozenset({str, bytes, re.Pattern})

#: Fields whose class has a converter, which may change what it likes.
_CONVERTED = ("['code']", "['Code']")


def same(expected: Any, actual: Any) -> bool:
    """Whether two values are equal and of the same classes all the way down; without recursion, however deep."""
    pairs = [(expected, actual)]
    while pairs:
        one, other = pairs.pop()
        if type(one) is not type(other):
            return False
        parts, others = parts_of(one), parts_of(other)
        if parts is not None and others is not None and len(parts) == len(others):
            pairs.extend(zip(parts, others, strict=True))
        # By text: 0.0 == -0.0, Decimal("1") == Decimal("1.0"), and NaN is not equal to itself.
        elif parts is not None or (one != other if type(one) in _COMPARED else repr(one) != repr(other)):
            return False
    return True


def parts_of(value: Any) -> list[Any] | None:
    """What a record or container is made of, in an order of its own; ``None`` for a scalar."""
    if isinstance(value, (str, bytes)):
        return None
    if isinstance(value, Mapping):
        return [part for item in value.items() for part in item]
    if isinstance(value, AbstractSet):
        return sorted(value, key=lambda item: (type(item).__qualname__, repr(item)))
    if isinstance(value, Sequence):
        return list(value)
    names = _names(value)
    return None if names is None else [getattr(value, name, None) for name in names]


def _names(value: Any) -> Iterable[str] | None:
    """The fields of a record."""
    cls: Any = type(value)
    if attrs.has(cls):
        return [field.name for field in attrs.fields(cls)]
    if dataclasses.is_dataclass(cls):
        return [field.name for field in dataclasses.fields(cls)]
    if isinstance(value, msgspec.Struct):
        return value.__struct_fields__
    return cls.model_fields if isinstance(value, pydantic.BaseModel) else None


def has_set(value: Any) -> bool:
    """Whether there is a set somewhere in a value, which has no order."""
    values = [value]
    for part in values:
        if isinstance(part, AbstractSet):
            return True
        values.extend(parts_of(part) or ())
    return False


def changes(sent: Any, wire: Any, *, exact: bool, ordered: bool = True) -> Iterator[tuple[str, Any, Any]]:
    """Where what is sent on differs from what was sent by more than the documentation calls the same.

    Args:
        sent: What the message held.
        wire: What is made of the objects that it was decoded to.
        exact: Whether no key may be missing; else those are ignored that no field takes.
        ordered: Whether no array of it is a set, which has no order and each item once.
    """
    pairs = [("$", sent, wire)]
    while pairs:
        path, one, other = pairs.pop()
        if type(one) is dict and type(other) is dict:
            found = {key: next(filter(functools.partial(is_same_key, key), other), None) for key in one.keys() - other}
            if exact and None in found.values():
                yield path, one, other
            pairs += ((f"{path}[{key!r}]", item, other.get(found.get(key, key), item)) for key, item in one.items())
        elif type(one) is list and type(other) is list and not ordered:
            yield from ((path, item, other) for item in one if not _is_among(item, other, exact=exact))
        elif type(one) is list and type(other) is list and len(one) <= len(other):
            # A named tuple may have more, which have defaults.
            pairs += ((f"{path}[{index}]", *pair) for index, pair in enumerate(zip(one, other, strict=False)))
        elif not _is_same_leaf(one, other) and not path.endswith(_CONVERTED):
            yield path, one, other


def _is_among(item: Any, others: list[Any], *, exact: bool) -> bool:
    return any(next(changes(item, other, exact=exact, ordered=False), None) is None for other in others)


def unordered(value: Any) -> Any:
    """A wire form in which the order of a set's items makes no difference."""
    if isinstance(value, (list, tuple)):
        return sorted((unordered(item) for item in value), key=repr)
    if isinstance(value, dict):
        return {key: unordered(item) for key, item in value.items()}
    return repr(value)


def _is_same_leaf(one: Any, other: Any) -> bool:
    if type(one) is str and type(other) is str:
        return is_same_text(one, other)
    if type(one) is int and type(other) is float:
        return one == other
    if type(one) in SCALARS and type(other) is str:  # kombu's own envelope has made an object of it
        return bool(SCALARS[type(one)].dump(one) == other)
    return type(one) is type(other) and repr(one) == repr(other)
