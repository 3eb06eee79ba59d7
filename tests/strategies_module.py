"""A module of definitions that grows line by line."""

from __future__ import annotations
import __future__

import collections
import dataclasses
import enum
import itertools
import sys
import typing
from collections import abc
from types import ModuleType
from typing import Any, Final

import attr
import attrs
import typing_extensions

from tests import strategies_classes as classes
from tests.strategies_values import SCALARS

__all__ = ["Module"]

_NAME: Final = "tests.generated"
Default = typing_extensions.TypeVar("Default", default=int)
T = typing.TypeVar("T")
U = typing.TypeVar("U")
Narrow = typing.TypeVar("Narrow", bound=classes.Point)
Either = typing.TypeVar("Either", int, str)

_NAMES: Final[dict[str, Any]] = {
    **{cls.__name__: cls for cls in SCALARS},
    **{name: getattr(classes, name) for name in classes.__all__},
    **{
        name: getattr(typing, name)
        for name in ("Annotated", "Any", "ClassVar", "Final", "Generic", "Literal", "NewType")
    },
    **{name: getattr(typing, name) for name in ("Optional", "Union")},
    **{
        name: getattr(typing_extensions, name)
        for name in ("NamedTuple", "NotRequired", "ReadOnly", "Required", "TypeAliasType", "TypedDict")
    },
    **{
        name: getattr(abc, name)
        for name in ("Collection", "Iterable", "Mapping", "MutableMapping", "MutableSequence", "MutableSet", "Sequence")
    },
    **{name: getattr(collections, name) for name in ("Counter", "OrderedDict", "defaultdict", "deque")},
    "AbstractSet": abc.Set,
    "Default": Default,
    "InitVar": dataclasses.InitVar,
    "None": None,
    "T": T,
    "U": U,
    "Narrow": Narrow,
    "Either": Either,
    "attr": attr,
    "attrs": attrs,
    "dataclass": dataclasses.dataclass,
    "enum": enum,
    "field": dataclasses.field,
    "keep": lambda value: value,
    "typing": typing,
}


class Module:
    """What a user might write in a module of their own: a definition after the other.

    Attributes:
        future: Whether its annotations are strings.
        lines: What was written so far.
    """

    def __init__(self, *, future: bool) -> None:
        self.future = future
        self.lines = ["from __future__ import annotations"] if future else []
        self._numbers = itertools.count()
        # Where annotations that are strings are looked up. The one before it is not needed any more.
        module = sys.modules[_NAME] = ModuleType(_NAME)
        self._names = vars(module)
        self._names.update(_NAMES)
        self._flags = __future__.annotations.compiler_flag if future else 0

    def name(self, prefix: str) -> str:
        """A name that was not used."""
        return f"{prefix}{next(self._numbers)}"

    def write(self, source: str) -> None:
        """Add lines, and what they define."""
        self.lines += source.splitlines()
        exec(compile(source, _NAME, "exec", self._flags, dont_inherit=True), self._names)  # noqa: S102 - written here

    def read(self, text: str) -> Any:
        """What an expression stands for."""
        return eval(text, self._names)  # noqa: S307 - as above

    def constant(self, value: Any) -> str:
        """An expression for a value: what is not as short as its class is kept under a name."""
        if type(value) in {type(None), bool, int, str}:
            return repr(value)
        name = self.name("VALUE_")
        self._names[name] = value
        self.lines.append(f"{name} = {value!r}")
        return name
