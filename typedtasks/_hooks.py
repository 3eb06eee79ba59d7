"""How the hook of a type is found: the user's own where there is one, else ours."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, Literal, cast

from cattrs import Converter, StructureHandlerNotFoundError

from ._kinds import Kind, StructureHook, UnstructureHook, is_recursive, kind_of
from ._plain import (
    Foreign,
    is_plain,
    type_name,
)
from ._types import is_alias, is_enum, is_union, origin_of, peel
from ._values import SCALAR_HOOKS, SCALAR_STRUCTURE, SCALAR_UNSTRUCTURE, Mismatch

__all__ = [
    "converter_with",
    "has_kind",
    "has_rules",
    "is_custom",
    "is_custom_unstructured",
    "probed",
    "structure_factory",
    "structure_hook",
    "unstructure_factory",
    "unstructure_hook",
]

_NONE: Final = type(None)


# The type of which it is asked who serves it.
_probed: ContextVar[Any] = ContextVar("_probed", default=None)


def has_kind(type_: Any) -> bool:
    """Whether a hook of ours serves the type."""
    return peel(type_) is not type_ or kind_of(type_) is not None


def structure_hook(type_: Any, converter: Converter) -> StructureHook:
    """The converter's structure hook: the user's own where there is one, else ours."""
    type_ = _NONE if type_ is None else type_  # as in ``list[None]``
    hook: StructureHook = converter.get_structure_hook(type_)
    if _is_of_base(hook, type_):
        return structure_factory(type_, converter)
    return _guarded(hook) if is_custom(type_, converter) else hook


def _guarded(hook: StructureHook) -> StructureHook:
    """A hook of the user's own, which is not shown what only stands for a value."""

    def structure_guarded(value: Any, type_: Any) -> Any:
        if type(value) is Foreign:
            raise Mismatch(type_, value)
        return hook(value, type_)

    return structure_guarded


def unstructure_hook(type_: Any, converter: Converter) -> UnstructureHook:
    """The converter's unstructure hook, as in `structure_hook`."""
    type_ = _NONE if type_ is None else type_
    hook: UnstructureHook = converter.get_unstructure_hook(type_)
    if _is_of_base(hook, type_):
        return unstructure_factory(type_, converter)
    return _checked(hook) if is_custom_unstructured(type_, converter) else hook


def _checked(hook: UnstructureHook) -> UnstructureHook:
    """A hook of the user's own, which may raise, or give what is no plain JSON data."""

    def unstructure_checked(value: Any) -> Any:
        try:
            wire = hook(value)
        except Exception as exc:  # noqa: BLE001 - whatever it is, the check shall tell
            return Foreign(value, f", whose hook raised {type_name(type(exc))}")
        return (
            wire if is_plain(wire) else Foreign(value, f", whose hook gave {type_name(type(wire))}, no plain JSON data")
        )

    return unstructure_checked


class _Converter(Converter):
    """cattrs' own, which asks the hook of a union before ours too, however it is registered."""

    def register_structure_hook(self, cl: Any, func: Any = None) -> Any:
        if func is not None and is_union(cl):  # for which cattrs has a table that it asks after our factory
            return self.register_structure_hook_func(lambda type_: bool(type_ == cl), func)
        register: Any = super().register_structure_hook
        return register(cl, func)


def converter_with(factory: Callable[[Any, Converter], StructureHook]) -> Converter:
    """A cattrs converter with our hooks.

    Args:
        factory: What makes the structure hooks.
    """
    converter = _Converter(detailed_validation=False)
    # Functions of two arguments, so that they serve the copies of the converter too.
    converter.register_structure_hook_factory(has_kind, factory)
    converter.register_unstructure_hook_factory(has_kind, unstructure_factory)
    # cattrs has hooks of its own for these classes, and asks them first.
    for cls, hook in SCALAR_STRUCTURE.items():
        converter.register_structure_hook(cls, hook)
    for cls, unhook in SCALAR_UNSTRUCTURE.items():
        converter.register_unstructure_hook(cls, unhook)
    return converter


def _is_of_base(hook: Any, type_: Any) -> bool:
    """Whether cattrs took a hook of the base class, of ``class Color(str, Enum)`` or `enum.Enum`, for that of an enum.

    For records that is what a user who registers a hook for a base class wants.
    """
    return is_enum(type_) and (id(hook) in SCALAR_HOOKS or _is_of_cattrs(hook))


def _is_of_cattrs(hook: Any) -> bool:
    module: Any = getattr(hook, "__module__", None)
    return isinstance(getattr(hook, "__self__", None), Converter) or str(module).startswith("cattrs.")


def is_custom(type_: Any, converter: Converter) -> bool:
    """Whether a hook of the user's own serves the type."""
    hook: Any = _probed_hook(converter.get_structure_hook, type_)
    return not (hook is _probe or id(hook) in SCALAR_HOOKS or _is_of_cattrs(hook))


def is_custom_unstructured(type_: Any, converter: Converter) -> bool:
    """Whether a hook of the user's own writes the type."""
    hook: Any = _probed_hook(converter.get_unstructure_hook, type_)
    return not (hook is _probe or id(hook) in SCALAR_HOOKS)


def has_rules(converter: Converter) -> bool:
    """Whether it is a converter with the rules of this package."""
    return _probed_hook(converter.get_structure_hook, Literal["typedtasks"]) is _probe


def _probed_hook(get: Callable[..., Any], type_: Any) -> Any:
    """The converter's hook, which is not made if it would be ours."""
    token = _probed.set(type_)
    try:
        return get(type_, cache_result=False)
    except StructureHandlerNotFoundError:
        return _probe
    finally:
        _probed.reset(token)


def _probe(value: Any, _: Any) -> Any:
    raise Mismatch("a hook", value)  # pragma: no cover - says that the hook would be ours, and is none


def probed(type_: Any) -> StructureHook | None:
    """What stands for our hook while it is only asked whose hook it is."""
    return _probe if _probed.get() is type_ else None


def structure_factory(type_: Any, converter: Converter) -> StructureHook:
    """Our structure hook."""
    inner = peel(type_)
    if inner is type_:
        return _kind(type_).structure(type_, converter)
    if is_alias(origin_of(type_)) and is_recursive(type_):
        make = functools.cache(lambda: structure_hook(inner, converter))
        return lambda value, _: make()(value, inner)
    hook = structure_hook(inner, converter)
    return (lambda value, _: hook(value, inner)) if is_custom(inner, converter) else hook


def unstructure_factory(type_: Any, converter: Converter) -> UnstructureHook:
    """Our unstructure hook."""
    probe = probed(type_)
    if probe is not None:
        return cast("UnstructureHook", probe)
    inner = peel(type_)
    if inner is type_:
        return _kind(type_).unstructure(type_, converter)
    if is_alias(origin_of(type_)) and is_recursive(type_):
        made = functools.cache(lambda: unstructure_hook(inner, converter))
        return lambda value: made()(value)  # noqa: PLW0108 - made at the first call
    return unstructure_hook(inner, converter)


def _kind(type_: Any) -> Kind:
    kind: Any = kind_of(type_)
    return cast("Kind", kind)  # `has_kind` was asked first
