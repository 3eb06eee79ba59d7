"""The hooks of lists, tuples and dicts."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

from typing import Any, cast, get_args, get_origin

from cattrs import Converter, IterableValidationError, IterableValidationNote

from ._hooks import Mismatch, StructureHook, UnstructureHook, structure_hook, unstructure_hook
from ._plain import Foreign, is_envelope, type_name
from ._types import plain_type

__all__ = [
    "gathered",
    "is_dict",
    "is_list",
    "is_tuple",
    "noted",
    "structure_dict_factory",
    "structure_list_factory",
    "structure_tuple_factory",
    "unstructure_dict_factory",
    "unstructure_list_factory",
    "unstructure_tuple_factory",
]


def is_list(type_: Any) -> bool:
    return get_origin(type_) is list or type_ is list


def is_tuple(type_: Any) -> bool:
    return get_origin(type_) is tuple or type_ is tuple


def is_dict(type_: Any) -> bool:
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


def structure_list_factory(type_: Any, converter: Converter) -> StructureHook:
    (inner,) = get_args(plain_type(type_))
    hook = structure_hook(inner, converter)

    def structure_list(value: Any, _: Any) -> Any:
        if type(value) is not list:
            raise Mismatch(type_, value)
        if converter.detailed_validation:
            return _each(type_, converter, [(index, hook, inner, item) for index, item in enumerate(value)])
        return [hook(item, inner) for item in value]

    return structure_list


def unstructure_list_factory(type_: Any, converter: Converter) -> UnstructureHook:
    (inner,) = get_args(plain_type(type_))
    hook = unstructure_hook(inner, converter)
    return lambda value: [hook(item) for item in value] if type(value) is list else Foreign(value)


def structure_tuple_factory(type_: Any, converter: Converter) -> StructureHook:
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


def unstructure_tuple_factory(type_: Any, converter: Converter) -> UnstructureHook:
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


def structure_dict_factory(type_: Any, converter: Converter) -> StructureHook:
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


def unstructure_dict_factory(type_: Any, converter: Converter) -> UnstructureHook:
    key_type, inner = get_args(plain_type(type_))
    key_hook, hook = unstructure_hook(key_type, converter), unstructure_hook(inner, converter)

    def unstructure_dict(value: Any) -> Any:
        if type(value) is not dict:
            return Foreign(value)
        items: dict[Any, Any] = value
        return {key_hook(key): hook(item) for key, item in items.items()}

    return unstructure_dict
