"""The state of an app as plain data: what another process needs to build the same app, with nothing of pickle's power.

Only what was changed of the configuration is in it. Classes, functions and modules are named and not imported before
each of the names was found to be allowed.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false
# Values of no known type: here is where they are told apart.

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, cast, overload

import attrs
from typing_extensions import TypeVar

from ._app import AppHooks
from ._celery import (
    BACKEND_ALIASES,
    POOL_ALIASES,
    TRANSPORT_ALIASES,
    Celery,
    changes_of,
    config_source_of,
    periodic_entries_of,
    pickling_by_arguments,
    put_over,
    restore_details,
    set_by_constructor,
    set_silent,
    setting_name,
    unproxied,
)
from ._decorator import CeleryApp
from ._pickling import INSTALLED_ON, OWN, AppOptions, converter_path, module_name
from ._portable import from_plain, names_in, to_plain
from ._references import Allowed, path_of
from ._secrets import without_secrets
from ._wire import DEFAULT_WIRE, Invalid, Limits, WireSettings
from .app import install
from .errors import InvalidPayload, Problem, UnportableState, UntrustedState

__all__ = ["AppState", "app_state", "restore_app"]

_A = TypeVar("_A")

#: Settings that name a class, some in the scheme of a URL, and the names without a module that Celery knows there.
ALIASES: Final[Mapping[str, Iterable[str]]] = {
    "worker_pool": POOL_ALIASES,
    "result_backend": BACKEND_ALIASES,
    "broker_transport": TRANSPORT_ALIASES,
    "broker_url": TRANSPORT_ALIASES,
    "broker_read_url": TRANSPORT_ALIASES,
    "broker_write_url": TRANSPORT_ALIASES,
}

#: Settings that are a module, class or function to be imported, or several.
IMPORTING: Final = frozenset(
    {
        "beat_scheduler",
        "database_engine_callback",
        "imports",
        "include",
        "redis_backend_credential_provider",
        "task_annotations",
        "task_routes",
        "worker_agent",
        "worker_autoscaler",
        "worker_consumer",
        "worker_timer",
    }
)

#: The parts of an app, with what they are where nothing else was said. A fix-up is called with the app: so these, and
#: not everything of Celery's, are allowed by themselves.
PARTS: Final = ("loader", "backend", "amqp", "events", "log", "control", "task_cls")
STANDARD_PARTS: Final = frozenset(
    {
        *(getattr(Celery, f"{part}_cls") for part in PARTS[2:-1]),
        Celery.task_cls,
        "celery.loaders.app:AppLoader",
        "celery.loaders.default:Loader",
        *Celery.builtin_fixups,
        *("app", "default"),
    }
)

#: What of an app's keyword arguments has a field of its own in its state.
_FIELDS: Final = frozenset(
    {*PARTS, *OWN, "main", "changes", "namespace", "fixups", "config_source", "config_source_silent"}
    | {"strict_typing", "autofinalize"}
)


@attrs.frozen
class AppState:
    """What another process needs to build the same app: the changes of its configuration, and its own arguments.

    A record of plain JSON data. In ``changes``, ``periodic`` and ``options``, what is no JSON data is an object with
    ``$type`` and ``value``.

    Attributes:
        app: The import path of its class.
        installed: Whether `install` was called on it.
        main: The name of its main module.
        namespace: The prefix of its settings' names.
        changes: The settings that were changed, without secrets.
        by_constructor: Those of them that came by the constructor.
        periodic: What `add_periodic_task` made.
        loader: Where its loader is, an import path like the six that follow; ``None`` is Celery's own.
        backend: Where its result backend is, if its class says so.
        amqp: Where what makes its messages is.
        events: Where its events are.
        log: Where its logging is.
        control: Where its remote control is.
        task_cls: Where the class of its tasks is.
        fixups: Import paths of functions that are called with the app.
        config_source: The module or class that the configuration is read from.
        config_source_silent: Whether that may be missing.
        strict_typing: Whether tasks check their arguments.
        autofinalize: Whether it is finalized at the first use of its tasks.
        converter: Where its converter is.
        forbid_extra_keys: Whether workers refuse keys that no field takes.
        limits: How large payloads may be.
        pickle_secrets: Whether passwords are in a pickle of it.
        options: What its class has in ``__reduce_keys__`` beyond Celery's.
        omitted: The settings of which a secret was left out.

    .. versionadded:: 0.1
    """

    app: str
    installed: bool = False
    main: str | None = None
    namespace: str | None = None
    changes: dict[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    by_constructor: tuple[str, ...] = ()
    periodic: dict[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    loader: str | None = None
    backend: str | None = None
    amqp: str | None = None
    events: str | None = None
    log: str | None = None
    control: str | None = None
    task_cls: str | None = None
    fixups: tuple[str, ...] = ()
    config_source: str | None = None
    config_source_silent: bool = False
    strict_typing: bool = True
    autofinalize: bool = True
    converter: str | None = None
    forbid_extra_keys: bool | None = None
    limits: Limits | None = None
    pickle_secrets: bool = False
    options: dict[str, Any] = attrs.field(factory=dict[str, Any], repr=False)
    omitted: tuple[str, ...] = ()


def app_state(app: CeleryApp, *, secrets: bool = False) -> AppState:
    """The state of an app, of Celery's class, of ours or of your own: a record that can go anywhere as JSON.

    Neither asking for it nor `restore_app` makes an app the current one, or reads its configuration.

    Args:
        app: The app.
        secrets: Whether passwords and keys are in it; else ``omitted`` names the settings that had some.

    Raises:
        UnportableState: A setting or part of the app has no form as plain data.
        TypeError: It is no Celery app.

    .. versionadded:: 0.1
    """
    found: Any = unproxied(app)
    if Celery not in type(found).__mro__:
        raise TypeError(f"app_state() takes a Celery app, got {app!r}")
    plain = getattr(type(found), INSTALLED_ON, None)
    settings: WireSettings = getattr(found, "wire_settings", WireSettings())
    kept: AppOptions = getattr(found, "typedtasks_options", AppOptions())
    options, changes = _options(found), changes_of(found)
    omitted: tuple[str, ...] = ()
    if not secrets:
        changes, omitted = without_secrets(changes, lambda key: setting_name(key, found.namespace))
        options, more = without_secrets(options)
        omitted += more
    source, silent = config_source_of(found)
    return AppState(
        app=path_of(plain or type(found), "app"),
        installed=plain is not None,
        main=found.main,
        namespace=found.namespace,
        changes={key: to_plain(value, key) for key, value in changes.items()},
        by_constructor=set_by_constructor(found),
        periodic={key: to_plain(entry, f"periodic.{key}") for key, entry in periodic_entries_of(found).items()},
        fixups=tuple(sorted(_path(each, "fixups") for each in found.fixups)),
        config_source=_source(source),
        config_source_silent=bool(silent),
        strict_typing=found.strict_typing,
        autofinalize=found.autofinalize,
        converter=_converter_path(kept.converter),
        forbid_extra_keys=settings.forbid_extra_keys,
        limits=settings.limits,
        pickle_secrets=kept.pickle_secrets,
        options={key: to_plain(value, f"options.{key}") for key, value in options.items()},
        omitted=omitted,
        **{part: _path(getattr(found, _attribute(part)), part) for part in PARTS},
    )


def _converter_path(given: Any) -> str | None:
    path = converter_path(given)
    if path is not None and path.startswith("__main__:"):  # which is another module there
        raise UnportableState("converter=", path, "put it into a module that both processes can import")
    return path


def _attribute(part: str) -> str:
    return part if part == "task_cls" else f"{part}_cls"


def _options(app: Any) -> dict[str, Any]:
    """The keyword arguments that a class of the user's has beside Celery's."""
    if pickling_by_arguments(app) and len(app.__reduce_args__()) > len(Celery.__reduce_args__(app)):
        raise UnportableState("__reduce_args__", "what it adds", "extend __reduce_keys__ instead, which has names")
    return {key: value for key, value in app.__reduce_keys__().items() if key not in _FIELDS}


def _path(value: Any, where: str) -> Any:
    """The import path of a part of an app, as Celery reads it."""
    if value is None or isinstance(value, str):
        return value
    path = path_of(value, where)
    if "." in path.partition(":")[2]:
        raise UnportableState(where, f"{path}, which is inside another class,", "define it at the top of its module")
    return path


def _source(source: Any) -> str | None:
    source = module_name(source)
    if source is None or isinstance(source, str):
        return source
    if not isinstance(source, type):
        raise UnportableState(
            "config_source",
            f"the {type(source).__name__} that the configuration is read from",
            "give config_from_object() a module or its name, or set these settings with app.conf.update(...)",
        )
    return cast("str", _path(source, "config_source"))


# -- and back ----------------------------------------------------------------------------------------------------------


@overload
def restore_app(
    state: AppState | Mapping[str, Any] | str | bytes,
    *,
    cls: type[_A],
    allow: Iterable[type[Any] | Callable[..., Any] | str] = ...,
    **settings: Any,
) -> _A: ...
@overload
def restore_app(
    state: AppState | Mapping[str, Any] | str | bytes,
    *,
    cls: None = ...,
    allow: Iterable[type[Any] | Callable[..., Any] | str] = ...,
    **settings: Any,
) -> Any: ...
def restore_app(state: Any, *, cls: Any = None, allow: Iterable[Any] = (), **settings: Any) -> Any:
    """Build an app from its state. It does not become the current one.

    Args:
        state: From `app_state`: the record, its JSON text, or that text as a `dict`.
        cls: The class that the app must be of, or of a subclass; it is allowed.
        allow: What the state may name beside Celery and typedtasks: classes, functions, ``"module:name"``, a module,
            or a package with all that is in it.
        **settings: To be put over the state's, like the passwords that were left out; ``broker`` and ``backend`` too.

    Raises:
        InvalidPayload: It is no state of an app.
        UntrustedState: It names a class, function or module that is not allowed. Nothing was imported then.

    .. versionadded:: 0.1
    """
    record = _read(state)
    allowed = Allowed.of([*allow, *([] if cls is None else [cls])])
    _check(record, allowed)
    made: Any = allowed.load(record.app, "app")
    wanted = Celery if cls is None else cls
    if wanted not in getattr(made, "__mro__", ()):
        raise UntrustedState("app", record.app, f"it is no {wanted.__name__}; take the state of an app by app_state()")
    own = {name: getattr(record, name) for name in OWN if getattr(record, name) is not None}
    if record.converter is not None:
        own["converter"] = _converter(record.converter, allowed)
    keys = own if AppHooks in made.__mro__ else {}
    app: Any = made(
        **{part: getattr(record, part) for part in PARTS},
        main=record.main,
        namespace=record.namespace,
        changes={key: from_plain(value, f"changes.{key}", allowed) for key, value in record.changes.items()},
        fixups=set(record.fixups),
        config_source=record.config_source,
        set_as_current=False,
        **keys,
        **{key: from_plain(value, f"options.{key}", allowed) for key, value in record.options.items()},
    )
    set_silent(app, silent=record.config_source_silent)
    if record.installed:
        install(app, **own)
    restore_details(
        app,
        strict_typing=record.strict_typing,
        autofinalize=record.autofinalize,
        by_constructor=record.by_constructor,
        periodic={key: from_plain(value, f"periodic.{key}", allowed) for key, value in record.periodic.items()},
    )
    put_over(app, {{"broker": "broker_url", "backend": "result_backend"}.get(k, k): v for k, v in settings.items()})
    return app


def _read(state: Any) -> AppState:
    if isinstance(state, AppState):
        return state
    try:
        data = json.loads(state) if isinstance(state, (str, bytes)) else state
    except ValueError as exc:
        raise InvalidPayload("restore_app", (Problem("$", f"expected JSON: {exc}"),)) from exc
    try:
        return cast("AppState", DEFAULT_WIRE.load(data, AppState, exact=True))
    except Invalid as exc:
        raise InvalidPayload("restore_app", exc.problems) from None


def _converter(path: str, allowed: Allowed) -> Any:
    """The path itself, once what it names is known to be what it is called."""
    allowed.load(path, "converter")
    return path


def _check(state: AppState, allowed: Allowed) -> None:
    """Refuse every name in a state that is not allowed, before the first import."""
    for where, name, own in _names(state):
        allowed.check(name, where, own=own)


def _names(state: AppState) -> Iterator[tuple[str, str, bool]]:
    """Every name in a state that something imports: its place, and whether it may be any of Celery's."""
    yield "app", state.app, True
    parts = [*((part, getattr(state, part)) for part in PARTS), *(("fixups", each) for each in state.fixups)]
    yield from ((part, name, False) for part, name in parts if name is not None and name not in STANDARD_PARTS)
    modules = {"config_source": state.config_source, "converter": state.converter}
    yield from ((where, name, True) for where, name in modules.items() if name is not None)
    for where in ("changes", "periodic", "options"):
        for place, name in names_in(getattr(state, where), where):
            yield place, name, True
    for key, value in state.changes.items():
        setting = setting_name(key, state.namespace)
        for name in _imported(setting, value):
            yield f"changes.{key}", name, True


def _imported(setting: str, value: Any) -> Iterator[str]:
    """What Celery would import because a setting says so."""
    texts = [text for text in _items(value) if isinstance(text, str)]
    if setting in IMPORTING:
        yield from texts
    elif setting in ALIASES:
        for url in (url for text in texts for url in text.split(";")):
            name = url.partition("://")[0].partition("+")[0]
            # kombu imports nothing by a name without a module; Celery does.
            if name not in ALIASES[setting] and (re.search("[.:]", name) or not setting.startswith("broker_")):
                yield name


def _items(value: Any) -> list[Any]:
    """A value, or those of a list or of what stands for a tuple or set."""
    if isinstance(value, dict) and "$type" in value:
        value = value.get("value")
    return value if isinstance(value, list) else [value]
