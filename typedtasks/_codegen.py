"""The functions of records, written as code for each class: what is JSON already is looked at and not called for.

cattrs writes such code too. Its calls a function for each value; for the classes of JSON, which most fields have, the
call costs more than all else.
"""

from __future__ import annotations

import inspect
import itertools
import keyword
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from ._fields import Field
from ._kinds import StructureHook, UnstructureHook
from ._plain import Foreign, escape, subclass_hint, type_name
from ._scalars import SCALARS
from ._types import origin_of
from ._unions import OPTIONAL, TAG, TAGGED
from ._values import SCALAR_STRUCTURE, SCALAR_UNSTRUCTURE

__all__ = ["structure_function", "unstructure_function"]

# What is done with a value of exactly this class. For others the hook is called.
_SAME: Final[dict[Any, str]] = {
    str: "{value}",
    bool: "{value}",
    int: f"{{value}} if -{2**30 - 1} <= {{value}} <= {2**30 - 1} else {{hook}}",  # which Python compares fastest
}
_STRUCTURED: Final = {SCALAR_STRUCTURE[cls]: cls for cls in _SAME}
_UNSTRUCTURED: Final = {
    hook: cls for cls, hook in SCALAR_UNSTRUCTURE.items() if SCALARS[cls].why_not is None or cls in _SAME
}


def _made(name: str, arguments: str, body: str, scope: Mapping[str, Any], cls: Any) -> Any:
    names = dict(scope)
    source = f"def {name}({arguments}):\n{body}"
    exec(compile(source, f"<typedtasks {name} {type_name(cls)}>", "exec"), names)  # noqa: S102 - of identifiers and of what `repr` has quoted
    return names[name]


def _inlined(cls: Any, done: str, call: str, name: str, scope: dict[str, Any], *, value: str = "") -> str:
    """Code for one value: what is done with one of exactly the class, and the call for all others.

    Args:
        cls: The class.
        done: What is done with one of the class, as a template.
        call: What is done with any other.
        name: What the value is called.
        scope: The names that the code uses.
        value: An expression for the value, if it does not have its name yet.
    """
    scope[f"of_{name}"] = cls
    named = f"{name} := {value}" if value else name
    return f"({done.format(value=name, hook=call)}) if type({named}) is of_{name} else {call}"


# -- object to wire form -----------------------------------------------------------------------------------------------

_UNSTRUCTURE: Final = """\
    if type(value) is not cls:
        return foreign(value, type_)
    try:
        return {}
    except AttributeError as exc:
        return unset(value, exc)
"""


def unstructure_function(
    type_: Any, fields: Iterable[Field], hooks: Mapping[str, UnstructureHook], *, escaped: bool, tag: str | None = None
) -> UnstructureHook:
    """A display of a dict, for objects of exactly the class.

    Args:
        type_: The type of the record.
        fields: Those that travel.
        hooks: The hook of each, by its name.
        escaped: Whether the dict may have the keys of kombu's envelope.
        tag: What the first key says, for a record of a union.
    """
    cls = origin_of(type_)
    scope: dict[str, Any] = {
        "cls": cls,
        "type_": type_,
        "foreign": _foreign,
        "unset": _unset,
        "escape": escape,
        "type": type,
        "str": str,
    }
    items = [f"{TAG!r}: {tag!r}"] if tag is not None else []
    for index, field in enumerate(fields):
        hook = scope[f"hook{index}"] = hooks[field.name]
        items.append(f"{field.key!r}: {_unstructured(hook, index, _attribute(field.name), scope)}")
    display = f"{{{', '.join(items)}}}"
    body = _UNSTRUCTURE.format(f"escape({display})" if escaped else display)
    made: UnstructureHook = _made("unstructure", "value", body, scope, cls)
    if tag is None:
        TAGGED[made] = lambda tag: unstructure_function(type_, fields, hooks, escaped=False, tag=tag)
    return made


def _attribute(name: str) -> str:
    return f"value.{name}" if name.isidentifier() and not keyword.iskeyword(name) else f"getattr(value, {name!r})"


def _foreign(value: Any, type_: Any) -> Foreign:
    return Foreign(value, subclass_hint(value, type_), about="type")


def _unset(value: Any, exc: AttributeError) -> Foreign:
    """A field with `init=False` that nothing has set."""
    return Foreign(value, f", of which {exc.name} is not set")


def _unstructured(hook: Any, index: int, value: str, scope: dict[str, Any]) -> str:
    cls: Any = _UNSTRUCTURED.get(OPTIONAL.get(hook, hook))
    if cls is None:
        return f"hook{index}({value})"
    write = "str"
    if SCALARS[cls].dump is not cls.__str__:  # which `str` calls faster
        write = f"dump{index}"
        scope[write] = SCALARS[cls].dump
    name = f"value{index}"
    done = _SAME.get(cls, f"{write}({{value}})")
    return _inlined(cls, done, f"hook{index}({name})", name, scope, value=value)


# -- wire form to object -----------------------------------------------------------------------------------------------

_STRUCTURE: Final = """\
    if type(value) is not dict:
        return slow(value, type_)
    try:
{}    except KeyError:
        return slow(value, type_)
    return cls({})
"""


def structure_function(
    cls: Any, fields: Iterable[Field], hooks: Mapping[str, StructureHook], slow: StructureHook
) -> StructureHook:
    """A call of the class with every field, for dicts that have them all; the others are left to another function.

    Args:
        cls: The class.
        fields: Those that travel.
        hooks: The hook of each, by its name.
        slow: For dicts without some of the keys, and where a key is no name to call with.
    """
    fields = list(fields)
    if not all(field.init and field.key.isidentifier() and not keyword.iskeyword(field.key) for field in fields):
        return slow
    scope: dict[str, Any] = {"cls": cls, "slow": slow}
    reads: list[str] = []
    items: dict[str, str] = {}
    for index, field in enumerate(fields):
        hook = scope[f"hook{index}"] = hooks[field.name]
        scope[f"type{index}"] = field.type
        reads.append(f"        value{index} = value[{field.key!r}]\n")
        items[field.key] = _structured(hook, index, scope)
    positional = [items.pop(name) for name in _leading(cls, items)]
    arguments = ", ".join([*positional, *(f"{key}={item}" for key, item in items.items())])
    body = _STRUCTURE.format("".join(reads) or "        pass\n", arguments)
    made: StructureHook = _made("structure", "value, type_", body, scope, cls)
    return made


def _leading(cls: Any, names: Collection[str]) -> list[str]:
    """The first parameters of the constructor, which are passed faster by position."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    leads = itertools.takewhile(lambda each: each.kind is each.POSITIONAL_OR_KEYWORD and each.name in names, parameters)
    return [each.name for each in leads]


def _structured(hook: Any, index: int, scope: dict[str, Any]) -> str:
    cls: Any = _STRUCTURED.get(OPTIONAL.get(hook, hook))
    name = f"value{index}"
    call = f"hook{index}({name}, type{index})"
    return call if cls is None else _inlined(cls, _SAME[cls], call, name, scope)
