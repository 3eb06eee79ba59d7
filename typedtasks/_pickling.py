"""How an app is pickled, and built again in another process: like Celery's own, with what Celery loses.

Celery has two ways. An app is a class and keyword arguments (``__reduce_keys__``); where the class has a
``__reduce_args__`` of its own, which Celery deprecates, a class, a ``Pickler`` and positional arguments.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false
# Values of no known type: here is where they are told apart.

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final

import attrs
from cattrs import Converter

from ._celery import (
    changes_of,
    config_source_of,
    periodic_entries_of,
    pickling_by_arguments,
    restore_attributes,
    restore_details,
    set_by_constructor,
    setting_name,
)
from ._hooks import has_rules
from ._references import is_path_of, load
from ._secrets import without_secrets
from ._wire import WireSettings
from .errors import UnportableState

if TYPE_CHECKING:
    # The part of Celery's class that is used here.
    class _Celery:
        Pickler: Any
        strict_typing: bool
        autofinalize: bool

        def __reduce_keys__(self) -> dict[str, Any]: ...
        def __reduce_args__(self) -> tuple[Any, ...]: ...

else:
    _Celery = object

__all__ = ["AppOptions", "PortableApp", "converter_path", "module_name", "take_options"]

#: The keyword arguments of `TypedCelery` that Celery does not know.
OWN: Final = ("converter", "forbid_extra_keys", "limits", "pickle_secrets")
DETAILS: Final = ("strict_typing", "autofinalize")

#: The attribute of a class made by `install`: the class that the app had before.
INSTALLED_ON: Final = "_typedtasks_installed_on"

_NOT_A_CONVERTER: Final = (
    "converter= takes one made by typedtasks.make_converter(), a function that returns one, or the import path of "
    "either, as in 'shop.wire:converter'"
)


@attrs.frozen
class AppOptions:
    """What an app keeps of its own arguments, to be pickled.

    Attributes:
        converter: As it was given: a converter, a function or an import path.
        pickle_secrets: Whether passwords are in a pickle.
    """

    converter: Any = None
    pickle_secrets: bool = False


#: What the app that is being built again was made with, and its class: by an argument, a class whose own `__init__`
#: says what `converter=` is would get two.
_rebuilt: ContextVar[tuple[type[Any], dict[str, Any]] | None] = ContextVar("_rebuilt", default=None)


def take_options(app: Any, options: dict[str, Any]) -> AppOptions:
    """Take what an app keeps out of its keyword arguments, and put the converter itself in the place of its path.

    Raises:
        TypeError: What is given as the converter is none.
    """
    rebuilt = _rebuilt.get()
    if rebuilt is not None and rebuilt[0] is type(app):
        _rebuilt.set(None)
        options.update(rebuilt[1], set_as_current=False)
    given = options.get("converter")
    if given is not None:
        options["converter"] = resolve_converter(given)
    return AppOptions(given, bool(options.pop("pickle_secrets", False)))


def resolve_converter(given: Any) -> Converter:
    """A converter of what may be its import path, or a function that makes it.

    Raises:
        TypeError: It is none of these.
    """
    found = load(given) if isinstance(given, str) and ":" in given else given
    if callable(found):
        found = found()
    if not isinstance(found, Converter) or not has_rules(found):
        raise TypeError(_NOT_A_CONVERTER)
    return found


def converter_path(given: Any) -> str | None:
    """The import path of the converter that an app was given.

    Raises:
        UnportableState: It has none.
    """
    if given is None or isinstance(given, str):
        return given
    path = f"{getattr(given, '__module__', None)}:{getattr(given, '__qualname__', None)}"
    if isinstance(given, Converter) or not is_path_of(path, given):
        raise UnportableState(
            "converter=",
            "a converter" if isinstance(given, Converter) else f"{path}, which no import gives,",
            "name where it is, converter='shop.wire:converter', or give a function of a module that makes it",
        )
    return path


def _without(app: Any, value: Any) -> Any:
    """Settings without secrets; whatever else it is, the value itself."""
    if not isinstance(value, Mapping):
        return value
    return without_secrets(value, lambda key: setting_name(key, app.namespace))[0]


def module_name(source: Any) -> Any:
    """The name of a module, which pickle does not take; else the source itself."""
    return source.__name__ if isinstance(source, ModuleType) else source


def _portable_source(app: Any) -> Any:
    """What an app's configuration is read from: a path, a class, or a `dict` of what an object says."""
    source = module_name(config_source_of(app)[0])
    if source is None or isinstance(source, (str, type)):
        return source
    if isinstance(source, Mapping):
        return dict(source)
    # An object with attributes: those that are settings, so that there is something to take the secrets out of.
    prefix = (app.namespace or "").lower()
    names = [name for name in dir(source) if not name.startswith("_") and name.lower().startswith(prefix)]
    values = {name: getattr(source, name) for name in names}
    return {name: value for name, value in values.items() if not (callable(value) and hasattr(value, "__self__"))}


class PortableApp(_Celery):
    """Goes before `celery.Celery`, or a class made of it, in the bases of another."""

    wire_settings: WireSettings
    typedtasks_options: AppOptions

    def __reduce_keys__(self) -> dict[str, Any]:
        """What Celery builds the app of: its keyword arguments, without secrets, what it loses of them, and ours."""
        changes, source = changes_of(self), _portable_source(self)
        if not self.typedtasks_options.pickle_secrets:
            changes, source = _without(self, changes), _without(self, source)
        return {
            **super().__reduce_keys__(),
            "changes": changes,
            "config_source": source,
            "strict_typing": self.strict_typing,
            "autofinalize": self.autofinalize,
            "converter": converter_path(self.typedtasks_options.converter),
            "forbid_extra_keys": self.wire_settings.forbid_extra_keys,
            "limits": self.wire_settings.limits,
            "pickle_secrets": self.typedtasks_options.pickle_secrets,
        }

    def __reduce__(self) -> tuple[Any, ...]:
        """What `pickle` gets: Celery's own way, or the deprecated one where the class has a `__reduce_args__`."""
        cls = type(self)
        plain = getattr(cls, INSTALLED_ON, None)
        keys = self.__reduce_keys__()
        more = {
            "installed": plain is not None,
            "by_constructor": set_by_constructor(self),
            "periodic": periodic_entries_of(self),
        }
        if not pickling_by_arguments(self):
            return rebuild, (plain or cls, keys, more)
        source = config_source_of(self)[0]
        arguments = [keys["config_source"] if each is source else each for each in self.__reduce_args__()]
        if not self.typedtasks_options.pickle_secrets:
            arguments = [_without(self, each) for each in arguments]
        return rebuild_by_arguments, (plain or cls, self.Pickler, arguments, keys, more)


def rebuild(cls: Any, keys: dict[str, Any], more: dict[str, Any]) -> Any:
    """Build an app of keyword arguments; what `pickle` calls, by this name also in later releases."""
    theirs = {key: value for key, value in keys.items() if key not in (*OWN, *DETAILS)}
    return _rebuild(cls, lambda: cls(**theirs, set_as_current=False), keys, more)


def rebuild_by_arguments(
    cls: Any, pickler: Any, arguments: list[Any], keys: dict[str, Any], more: dict[str, Any]
) -> Any:
    """Build an app by a `Pickler` of the user's; what `pickle` calls, by this name also in later releases."""
    app = _rebuild(cls, lambda: pickler()(cls, *arguments), keys, more)
    restore_attributes(app, keys)
    return app


def _rebuild(cls: Any, make: Callable[[], Any], keys: dict[str, Any], more: dict[str, Any]) -> Any:
    own = {name: keys[name] for name in OWN if keys.get(name) is not None}
    if more["installed"]:
        app = make()
        load("typedtasks.app:install")(app, **own)  # by name: it stands above this module
    else:
        token = _rebuilt.set((cls, own))
        try:
            app = make()
        finally:
            _rebuilt.reset(token)
    details = {name: keys[name] for name in DETAILS}
    restore_details(app, **details, by_constructor=more["by_constructor"], periodic=more["periodic"])
    return app
