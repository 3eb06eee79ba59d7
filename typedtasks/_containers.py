"""The hooks of arrays and mappings."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import collections
import enum
import inspect
import re
import types
from collections import abc
from collections.abc import Callable, Iterator
from typing import Any, Final, cast, get_args

import attrs
from cattrs import Converter, IterableValidationError, IterableValidationNote

from ._choices import literal_values
from ._hooks import structure_hook, unstructure_hook
from ._kinds import Kind, Refused, StructureHook, UnstructureHook, is_hashable, json_types
from ._plain import Foreign, escape, is_envelope, type_name, unescape
from ._scalars import SCALARS
from ._types import arguments_of, enum_members, is_any, is_enum, is_literal, is_union, origin_of, plain_type
from ._values import Mismatch

__all__ = ["CONTAINERS", "MOST_PROBLEMS", "gathered", "is_in_pairs", "noted", "structure_each"]


#: How many problems of one container are looked for: telling each costs as much as structuring hundreds.
MOST_PROBLEMS: Final = 10_000


def structure_each(type_: Any, converter: Converter, items: list[tuple[object, StructureHook, Any, Any]]) -> list[Any]:
    """Structure every item, gathering what fails with its index or key.

    Args:
        type_: The type of the whole.
        converter: Whether it gathers is the converter's setting.
        items: Of each its index or key, hook, type and value.
    """
    if not converter.detailed_validation:
        return [hook(value, inner) for _, hook, inner, value in items]
    results: list[Any] = []
    errors: list[Exception] = []
    for index, hook, inner, value in items:
        try:
            results.append(hook(value, inner))
        except Exception as exc:  # noqa: BLE001, PERF203 - every problem is wanted, whatever a validator raises
            if len(errors) > MOST_PROBLEMS:
                break
            note: Any = IterableValidationNote(f"@ {index!r}", index, inner)  # type: ignore[arg-type]  # a key is one
            errors.append(noted(exc, note))
    if errors:
        raise gathered(IterableValidationError, type_name(type_), errors, type_)
    return results


def gathered(group: Any, text: str, errors: list[Exception], type_: Any) -> Exception:
    """One of cattrs' exception groups, whose third argument the checkers do not know from Python 3.11 on."""
    return cast("Exception", group(text, errors, type_))


def noted(exc: Any, note: Any) -> Exception:
    """With a note, which Python 3.10 has no `add_note` for."""
    exc.__notes__ = [*getattr(exc, "__notes__", ()), note]
    return cast("Exception", exc)


# -- arrays of any length ----------------------------------------------------------------------------------------------


@attrs.frozen
class _Array:
    """What arrives, and what else is taken: an abstract type says nothing of the class."""

    make: Callable[[list[Any]], Any]
    taken: tuple[type, ...]


_ARRAYS: Final[dict[Any, _Array]] = {
    list: _Array(list, (list,)),
    tuple: _Array(tuple, (tuple,)),
    set: _Array(set, (set,)),
    frozenset: _Array(frozenset, (frozenset,)),
    collections.deque: _Array(collections.deque, (collections.deque,)),
    abc.Sequence: _Array(list, (list, tuple)),
    abc.MutableSequence: _Array(list, (list,)),
    abc.Collection: _Array(list, (list, tuple)),
    abc.Iterable: _Array(list, (list, tuple)),
    abc.Set: _Array(set, (set, frozenset)),
    abc.MutableSet: _Array(set, (set,)),
}
_SETS: Final = frozenset({set, frozenset, abc.Set, abc.MutableSet})


def _fixed(type_: Any) -> tuple[Any, ...] | None:
    """What is in the brackets of a tuple of fixed length; ``None`` for any other type."""
    args = get_args(type_)
    if origin_of(type_) is not tuple or args[-1:] == (...,):
        return None
    if args == ((),):  # Python 3.10, of ``typing.Tuple[()]``
        return ()
    return args if args or isinstance(type_, types.GenericAlias) or hasattr(type_, "__args__") else None


def _is_array(type_: Any) -> bool:
    return origin_of(type_) in _ARRAYS and _fixed(type_) is None


def _check_count(type_: Any, count: int) -> None:
    given = [arg for arg in get_args(type_) if arg is not ...]
    if given and len(given) != count:
        raise Refused("", type_, f"write {count} of what is in the brackets")


def _array_children(type_: Any) -> Iterator[tuple[str, Any]]:
    _check_count(type_, 1)
    inner = arguments_of(type_, 1)[0]
    if origin_of(type_) in _SETS and not is_hashable(inner):
        raise Refused("[]", inner, "it is not hashable, so it cannot stand in a set: use a list, or a frozen class")
    yield "[]", inner


def _structure_array(type_: Any, converter: Converter) -> StructureHook:
    inner = arguments_of(type_, 1)[0]
    hook = structure_hook(inner, converter)
    make = _ARRAYS[origin_of(type_)].make

    def structure_array(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise Mismatch(type_, value)
        if converter.detailed_validation:
            return make(
                structure_each(type_, converter, [(index, hook, inner, item) for index, item in enumerate(value)])
            )
        items = [hook(item, inner) for item in value]
        return items if make is list else make(items)

    return structure_array


def _unstructure_array(type_: Any, converter: Converter) -> UnstructureHook:
    hook = unstructure_hook(arguments_of(type_, 1)[0], converter)
    taken = _ARRAYS[origin_of(type_)].taken
    if collections.deque in taken:
        return lambda value: (
            Foreign(value)
            if type(value) is not collections.deque
            else Foreign(value, " with a maxlen, which would be lost")
            if value.maxlen is not None
            else [hook(item) for item in value]
        )
    if taken == (list,):
        return lambda value: [hook(item) for item in value] if type(value) is list else Foreign(value)
    return lambda value: [hook(item) for item in value] if type(value) in taken else Foreign(value)


# -- arrays of a fixed length ------------------------------------------------------------------------------------------


def _fixed_children(type_: Any) -> Iterator[tuple[str, Any]]:
    for index, inner in enumerate(_fixed(type_) or ()):
        yield f"[{index}]", inner


def _structure_fixed(type_: Any, converter: Converter) -> StructureHook:
    inner = _fixed(type_) or ()
    hooks = [structure_hook(arg, converter) for arg in inner]

    def structure_fixed(value: Any, _: Any) -> Any:
        if type(value) is not list or len(value) != len(inner):
            raise Mismatch(f"{type_name(type_)} of {len(inner)} items", value)
        return tuple(structure_each(type_, converter, list(zip(range(len(inner)), hooks, inner, value, strict=True))))

    return structure_fixed


def _unstructure_fixed(type_: Any, converter: Converter) -> UnstructureHook:
    hooks = [unstructure_hook(arg, converter) for arg in _fixed(type_) or ()]

    def unstructure_fixed(value: Any) -> Any:
        if type(value) is not tuple or len(value) != len(hooks):
            return Foreign(value)
        return [hook(item) for hook, item in zip(hooks, value, strict=True)]

    return unstructure_fixed


# -- mappings ----------------------------------------------------------------------------------------------------------

_MAPPINGS: Final = frozenset(
    {dict, abc.Mapping, abc.MutableMapping, collections.OrderedDict, collections.defaultdict, collections.Counter}
)
# RFC 8259, section 6.
_NUMBERS: Final = {
    int: re.compile(r"0|-?[1-9]\d*", re.ASCII),
    float: re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII),
}
_TEXT: Final[frozenset[type]] = frozenset({str})
_BOOLS: Final = {"true": True, "false": False}


def _is_mapping(type_: Any) -> bool:
    return origin_of(type_) in _MAPPINGS


def is_in_pairs(type_: Any) -> bool:
    """Whether it is a mapping that travels as an array: a plain dict is then an object and not its wire form."""
    return _is_mapping(type_) and _key_json(_items_of(type_)[0]) is None


def _items_of(type_: Any) -> tuple[Any, Any]:
    """The types of keys and values. The keys of a mapping of nothing known are strings."""
    if origin_of(type_) is collections.Counter:
        return (str if is_any(plain_type(arguments_of(type_, 1)[0])) else arguments_of(type_, 1)[0]), int
    key, value, *_ = (*get_args(type_), Any, Any)
    return (str if is_any(plain_type(key)) else key), value


def _mapping_children(type_: Any) -> Iterator[tuple[str, Any]]:
    _check_count(type_, 1 if origin_of(type_) is collections.Counter else 2)
    key, value = _items_of(type_)
    if not is_hashable(key):
        raise Refused("{}", key, "it is not hashable, so it cannot be the key of a dict: use a frozen class")
    yield "{}", key
    yield "{}", value


def _key_json(type_: Any) -> type | None:
    """The class of JSON values that keys of a type are the strings of; ``None`` where they travel in pairs."""
    bare = plain_type(type_)
    values: list[Any] = []
    if is_enum(bare):
        values = [member.value for member in enum_members(bare)]
    elif is_literal(bare):
        values = [value.value if isinstance(value, enum.Enum) else value for value in literal_values(bare)]
    elif bare not in SCALARS and json_types(bare) != _TEXT:
        return None
    found = {type(value) for value in values} or json_types(bare)
    return next(iter(found)) if len(found) == 1 and found <= {str, int, float, bool} else None


def _read_key(kind: Any, text: Any) -> Any:
    """The JSON value that the key is the text of; what it is not, the key's own hook will refuse."""
    if type(text) is not str or kind is str:
        return text
    if kind is bool:
        return _BOOLS.get(text, text)
    if _NUMBERS[kind].fullmatch(text) is None:
        return text
    try:
        return kind(text)
    except ValueError:  # too many digits
        return text


def _write_key(value: Any) -> Any:
    if type(value) is bool:
        return "true" if value else "false"
    return repr(value) if type(value) in (int, float) else value


def _object_hooks(key: Any, converter: Converter) -> tuple[StructureHook, UnstructureHook]:
    kind: Any = _key_json(key)
    structure, unstructure = structure_hook(key, converter), unstructure_hook(key, converter)
    if kind is str:
        return structure, unstructure
    return lambda text, type_: structure(_read_key(kind, text), type_), lambda value: _write_key(unstructure(value))


def _made(type_: Any) -> Callable[[Any], Any]:
    """From pairs to a mapping of the class."""
    origin = origin_of(type_)
    if origin is collections.defaultdict:
        factory = _default_factory(type_)
        return lambda pairs: collections.defaultdict(factory, pairs)
    if origin is collections.Counter:
        return lambda pairs: collections.Counter(dict(pairs))
    return collections.OrderedDict if origin is collections.OrderedDict else dict


def _default_factory(type_: Any) -> Any:
    """What the type of the values says; another one would be lost."""
    made = plain_type(_items_of(type_)[1])
    if is_any(made) or is_union(made):
        return None
    made = origin_of(made)
    return made if isinstance(made, type) and not inspect.isabstract(made) else None


def _taken(type_: Any) -> Callable[[Any], str | None]:
    """Why a value is not taken; empty where it is of another class."""
    origin = origin_of(type_)
    cls: Any = dict if origin in (abc.Mapping, abc.MutableMapping) else origin
    factory = _default_factory(type_) if cls is collections.defaultdict else None

    def why_not(value: Any) -> str | None:
        if type(value) is not cls:
            return ""
        if type(value) is collections.defaultdict and value.default_factory is not factory:
            return f" with another factory than {type_name(factory)}, which would be lost"
        return None

    return why_not


def _structure_mapping(type_: Any, converter: Converter) -> StructureHook:
    key_type, inner = _items_of(type_)
    make, hook = _made(type_), structure_hook(inner, converter)
    in_pairs = _key_json(key_type) is None
    key_hook = structure_hook(key_type, converter) if in_pairs else _object_hooks(key_type, converter)[0]

    def structure_pair(pair: Any, _: Any) -> Any:
        if type(pair) is not list or len(pair) != 2:  # noqa: PLR2004 - key and value
            raise Mismatch("a pair of key and value", pair)
        return tuple(structure_each(type_, converter, [(0, key_hook, key_type, pair[0]), (1, hook, inner, pair[1])]))

    def structure_item(pair: Any, _: Any) -> Any:
        key, value = pair
        return key_hook(key, key_type), hook(value, inner)

    def structure_mapping(value: Any, _: Any) -> Any:
        items: list[tuple[object, StructureHook, Any, Any]]
        if in_pairs and type(value) is list:
            items = [(index, structure_pair, None, pair) for index, pair in enumerate(value)]
        elif not in_pairs and type(value) is dict and not is_envelope(value):
            items = [(key, structure_item, None, (key, item)) for key, item in unescape(value).items()]
        else:
            raise Mismatch(f"{type_name(type_)} in pairs" if in_pairs else type_, value)
        result = make(structure_each(type_, converter, items))
        if len(result) != len(items):  # of two keys that are equal as objects, one would be lost
            raise Mismatch(f"{type_name(type_)} of keys that differ", value)
        return result

    return structure_mapping


def _unstructure_mapping(type_: Any, converter: Converter) -> UnstructureHook:
    key_type, inner = _items_of(type_)
    why_not, hook = _taken(type_), unstructure_hook(inner, converter)
    if _key_json(key_type) is None:
        pair_hook = unstructure_hook(key_type, converter)
        return lambda value: (
            [[pair_hook(key), hook(item)] for key, item in value.items()]
            if (reason := why_not(value)) is None
            else Foreign(value, reason)
        )
    key_hook = _object_hooks(key_type, converter)[1]

    def unstructure_object(value: Any) -> Any:
        reason = why_not(value)
        if reason is not None:
            return Foreign(value, reason)
        wire = {key_hook(key): hook(item) for key, item in value.items()}
        return escape(wire) if len(wire) == len(value) else Foreign(value, ", two of whose keys travel as the same")

    return unstructure_object


CONTAINERS: Final = (
    Kind(
        matches=lambda type_: _fixed(type_) is not None,
        structure=_structure_fixed,
        unstructure=_unstructure_fixed,
        json=lambda _: (list,),
        children=_fixed_children,
    ),
    Kind(
        matches=_is_array,
        structure=_structure_array,
        unstructure=_unstructure_array,
        json=lambda _: (list,),
        children=_array_children,
    ),
    Kind(
        matches=_is_mapping,
        structure=_structure_mapping,
        unstructure=_unstructure_mapping,
        json=lambda type_: (dict if _key_json(_items_of(type_)[0]) else list,),
        children=_mapping_children,
    ),
)
