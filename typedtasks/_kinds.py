"""The kinds of types that can travel, and the walk through an annotation, read once at declaration."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final, TypeVar

import attrs
from cattrs import Converter

from ._fields import fields_of, has_fields
from ._plain import type_name
from ._types import Names, is_alias, is_union, origin_of, peel, plain_type, resolve_alias

__all__ = [
    "KINDS",
    "Kind",
    "Refused",
    "StructureHook",
    "UnstructureHook",
    "check_type",
    "is_any_inside",
    "is_hashable",
    "is_recursive",
    "is_unbounded",
    "json_types",
    "kind_of",
]

StructureHook = Callable[[Any, Any], Any]
UnstructureHook = Callable[[Any], Any]


class Refused(Exception):
    """A type that cannot travel: the way to it below the annotation, the type, and the fix."""

    def __init__(self, where: str, type_: Any, fix: str) -> None:
        super().__init__(where, type_, fix)
        self.where, self.type, self.fix = where, type_name(type_), fix


@attrs.frozen
class Kind:
    """One kind of types.

    Attributes:
        matches: Whether a type, with nothing left to peel off, is of this kind.
        structure: Makes the function from wire form to object.
        unstructure: Makes the function from object to wire form, which never raises: it leaves a `Foreign`.
        json: The classes of JSON values that the type travels as.
        children: The types inside, each with what leads to it; raises `Refused` for a type that cannot travel.
        unbounded: Whether it takes values nested to any depth by itself.
    """

    matches: Callable[[Any], bool]
    structure: Callable[[Any, Converter], StructureHook]
    unstructure: Callable[[Any, Converter], UnstructureHook]
    json: Callable[[Any], Collection[type]]
    children: Callable[[Any], Iterator[tuple[str, Any]]] = lambda _: iter(())
    unbounded: Callable[[Any], bool] = lambda _: False


#: Filled by `_converter` with those of all modules. A type is of the first kind that matches it.
KINDS: Final[list[Kind]] = []


@functools.cache
def kind_of(type_: Any) -> Kind | None:
    """The kind of a type that is peeled already; ``None`` if it can travel by a custom hook only."""
    return next((kind for kind in KINDS if kind.matches(type_)), None)


def json_types(type_: Any) -> frozenset[type]:
    """The classes of JSON values that a type travels as; none where only a custom hook knows."""
    kind = kind_of(plain_type(type_))
    return frozenset(kind.json(plain_type(type_)) if kind else ())


# -- the walk ----------------------------------------------------------------------------------------------------------

_FIX_OTHER: Final = (
    "use an attrs record, dataclass, TypedDict, container, union, enum or scalar, or give the task a converter with a "
    "hook for it"
)
_FIX_UNION: Final = "use a record with one field for it: nothing tells it apart from the others but a custom hook"

# Types that were walked to their leaves: those of an application are in many of its tasks. Not those of a task with
# a converter of its own.
_accepted: set[Any] = set()


def check_type(
    type_: Any, where: str, names: Names | None = None, is_custom: Callable[[Any], bool] | None = None
) -> None:
    """Walk an annotation to its leaves.

    Args:
        type_: The annotation.
        where: The way to it so far, as in ``order``.
        names: More names for string annotations.
        is_custom: Whether a type has a hook of the user's own, under which nothing is looked at.

    Raises:
        Refused: One of the types cannot travel.
        NameError: A string annotation names what is not defined yet.
    """
    walk = _Walk(names, is_custom)
    try:
        walk.visit(type_, where, ())
    except RecursionError:
        raise Refused(where, type_, "it holds ever more types: nothing ends it") from None
    if is_custom is None:
        # And not sooner: a record that holds itself is met again before its other fields.
        _accepted.update(walk.seen)


def _never(_: Any) -> bool:
    return False


class _Walk:
    def __init__(self, names: Names | None, is_custom: Callable[[Any], bool] | None) -> None:
        self.names = names
        self.is_custom: Callable[[Any], bool] = is_custom or _never
        self.seen: set[Any] = set()

    def visit(self, type_: Any, where: str, above: tuple[Any, ...]) -> None:
        try:
            # What was accepted by the rules alone says nothing of a task with hooks of its own.
            known = type_ in self.seen or (self.is_custom is _never and type_ in _accepted)
        except TypeError:
            fix = "make what is inside Annotated or Literal hashable, as a frozen class is"
            raise Refused(where, type_, fix) from None
        if known or self.is_custom(type_):
            return
        inner = self._peeled(type_, where)
        if type_ in above or (inner is type_ and is_alias(type_)):
            raise Refused(where, type_, "it stands for itself and nothing else")
        if inner is not type_:
            self.visit(inner, where, (*above, type_))
            return
        self.seen.add(type_)
        kind = kind_of(type_)
        if kind is None:
            raise Refused(where, type_, _FIX_OTHER)
        if has_fields(type_):
            if not all(type(parameter) is TypeVar for parameter in getattr(origin_of(type_), "__parameters__", ())):
                raise Refused(where, type_, "use type variables that stand for one type each")
            fields_of(type_, self.names)
        self._children(kind, type_, where)

    def _peeled(self, type_: Any, where: str) -> Any:
        if is_alias(origin_of(type_)):
            resolve_alias(origin_of(type_), self.names)
        if getattr(type_, "__unpacked__", False):
            raise Refused(where, type_, "a tuple cannot be unpacked here: use a record")
        return peel(type_)

    def _children(self, kind: Kind, type_: Any, where: str) -> None:
        try:
            children = list(kind.children(type_))
        except Refused as exc:
            raise Refused(where + exc.where, exc.args[1], exc.fix) from None
        for below, child in children:
            if is_union(type_) and self.is_custom(child) and len(children) > 1:
                raise Refused(where, child, _FIX_UNION)
            self.visit(child, where + below, (type_,) if is_union(type_) else ())


def is_any_inside(type_: Any, test: Callable[[Any], bool], is_custom: Callable[[Any], bool] | None = None) -> bool:
    """Whether a type, or any inside of it, passes a test; what is inside of a user's own is not looked at."""
    seen: set[Any] = set()

    def visit(type_: Any) -> bool:
        if type_ in seen:
            return False
        seen.add(type_)
        return test(type_) or (not (is_custom or _never)(type_) and any(map(visit, _inside(type_))))

    return visit(type_)


@functools.cache
def _inside(type_: Any) -> list[Any]:
    inner = peel(type_)
    if inner is not type_:
        return [inner]
    kind = kind_of(type_)
    try:
        return [child for _, child in kind.children(type_)] if kind else []
    except Refused:  # so it has a hook of the user's own
        return []


_recursive: dict[Any, bool] = {}


def is_recursive(type_: Any) -> bool:
    """Whether a record or alias holds itself, at whatever depth."""
    if type_ not in _recursive:
        _recursive[type_] = any(is_any_inside(child, lambda inner: bool(inner == type_)) for child in _inside(type_))
    return _recursive[type_]


def is_unbounded(type_: Any, is_custom: Callable[[Any], bool] | None = None) -> bool:
    """Whether a type sets no limit to how deep its values are nested."""

    def test(type_: Any) -> bool:
        kind = kind_of(type_)
        return (is_custom or _never)(type_) or (kind is not None and kind.unbounded(type_)) or is_recursive(type_)

    return is_any_inside(type_, test, is_custom)


def is_hashable(type_: Any) -> bool:
    """Whether the objects of a type can stand in a set or be the keys of a dict."""
    return not is_any_inside(type_, _is_unhashable, lambda inner: not _hashes_its_parts(inner))


def _is_unhashable(type_: Any) -> bool:
    cls = origin_of(type_)
    return isinstance(cls, type) and cls.__hash__ is None


def _hashes_its_parts(type_: Any) -> bool:
    cls = origin_of(type_)
    return (
        peel(type_) is not type_ or is_union(type_) or (isinstance(cls, type) and issubclass(cls, (tuple, frozenset)))
    )
