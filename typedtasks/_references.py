"""Classes and functions by their import paths, ``module:name``, and which of these may be imported."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from functools import reduce
from typing import Any, Final

import attrs

from .errors import UnportableState, UntrustedState

__all__ = ["Allowed", "is_path_of", "load", "path_of"]

#: What every process that restores an app has anyway.
OWN_PACKAGES: Final = ("celery", "kombu", "typedtasks")


def path_of(value: Any, where: str) -> str:
    """The import path of a class or function.

    Raises:
        UnportableState: Importing it would not give this very object.
    """
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    path = f"{module}:{name}"
    if module == "__main__" or not is_path_of(path, value):
        raise UnportableState(
            where,
            f"{path if module and name else type(value).__qualname__}, which no import gives,",
            "define it at the top of a module that both processes can import",
        )
    return path


def is_path_of(path: str, value: Any) -> bool:
    """Whether importing a path gives this very object."""
    try:
        return load(path) is value
    except (ImportError, AttributeError, ValueError):
        return False


def load(path: str) -> Any:
    """Import what a path names.

    Raises:
        ImportError: There is no such module.
        AttributeError: Nothing of that name is in it.
    """
    module, _, name = path.partition(":")
    return reduce(getattr, name.split("."), importlib.import_module(module))


@attrs.frozen
class Allowed:
    """What may be imported because a state names it: what is Celery's or ours, and what the caller says.

    Attributes:
        names: Classes and functions, each by its dotted path.
        packages: Modules and packages, with all that is in them.
    """

    names: frozenset[str]
    packages: tuple[str, ...]

    @classmethod
    def of(cls, allow: Iterable[Any]) -> Allowed:
        """From what the caller lists: classes, functions, ``"module:name"``, ``"module"`` or ``"package"``."""
        given = list(allow)
        texts = [each for each in given if isinstance(each, str)]
        objects = [each for each in given if not isinstance(each, str)]
        names = {f"{each.__module__}.{each.__qualname__}" for each in objects}
        names |= {text.replace(":", ".") for text in texts if ":" in text}
        return cls(frozenset(names), tuple(text for text in texts if ":" not in text))

    def check(self, name: str, where: str, *, own: bool = True) -> None:
        """Refuse a name that is not allowed; nothing is imported for it.

        Args:
            name: A module, or a class or function with its module.
            where: The field of the state that names it.
            own: Whether all of Celery and of typedtasks is allowed, or only what is listed.

        Raises:
            UntrustedState: It is not allowed.
        """
        dotted = name.replace(":", ".")
        packages = (*self.packages, *OWN_PACKAGES) if own else self.packages
        if dotted not in self.names and not any(f"{dotted}.".startswith(f"{package}.") for package in packages):
            raise UntrustedState(where, name, f"if you trust it, write restore_app(state, allow=[{name!r}])")

    def load(self, path: str, where: str) -> Any:
        """Import what a path names, if that is allowed and is what it is called where it is defined.

        Raises:
            UntrustedState: It is not allowed, or reaches through a module to something else.
            ImportError: There is no such module.
            AttributeError: Nothing of that name is in it.
        """
        self.check(path, where)
        value = load(path)
        if callable(value) and path != f"{value.__module__}:{getattr(value, '__qualname__', '')}":
            raise UntrustedState(where, path, "name it where it is defined, as app_state() does")
        return value
