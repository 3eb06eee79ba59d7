"""Apps of every kind that go to another process, and what there is to see of each in both."""

from __future__ import annotations

import inspect
import json
import types
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import attrs
import celery._state
from cattrs import Converter
from celery import Celery, Task
from celery.app.utils import AppPickler
from celery.loaders.app import AppLoader
from celery.schedules import crontab
from kombu import Exchange, Queue

from typedtasks import Limits, TypedCelery, app_state, install, make_converter
from typedtasks._app import AppHooks
from typedtasks._wire import wire_of

__all__ = ["APPS", "PASSWORD", "PICKLED_ONLY", "current_apps", "describe", "json_of"]

PASSWORD = "hunter2"  # noqa: S105 - the password that must not travel
BROKER = f"amqp://shop:{PASSWORD}@rabbit//"

#: Settings that `config_from_object` reads from this module.
result_expires = 3601
SHOP_RESULT_EXPIRES = 3602
SHOP_TASK_SERIALIZER = "yaml"


class Config:
    """The same as a class."""

    result_expires = 3603


class Settings:
    """The same as an object."""

    def __init__(self) -> None:
        self.result_expires = 3604
        self.broker_url = BROKER

    def helper(self) -> None:
        """No setting."""


class Money:
    """What a hook of the user's makes wire form of."""


def make_wire() -> Converter:
    """A converter with that hook."""
    found = make_converter()
    found.register_unstructure_hook(Money, lambda _: "9.99 EUR")
    found.register_structure_hook(Money, lambda _, __: Money())
    return found


wire = make_wire()


class ShopTask(Task):  # type: ignore[misc]  # Celery is untyped
    """A task class of the user's."""


class ShopLoader(AppLoader):  # type: ignore[misc]  # Celery is untyped
    """A loader of the user's."""


class ShopApp(TypedCelery):
    """A class of the user's, with a converter and a name of its own."""

    def __init__(self, main: str = "shop", **options: Any) -> None:
        super().__init__(main, **{"converter": "tests.unit.state_apps:wire", **options})


class ReadsAtOnce(TypedCelery):
    """Reads its configuration while it is made."""

    def on_init(self) -> None:
        self.conf.timezone  # noqa: B018 - reads it


class RegionApp(TypedCelery):
    """A class with a keyword argument of its own."""

    def __init__(self, *args: Any, region: str = "", token: str | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.region, self.token = region, token

    def __reduce_keys__(self) -> dict[str, Any]:
        return {**super().__reduce_keys__(), "region": self.region, "api_token": None}  # type: ignore[misc]

    def on_init(self) -> None:
        self.limits_at_init = self.wire_settings.limits  # type: ignore[attr-defined]


class RegionAppBuilt(RegionApp):
    """Takes what its keys have."""

    def __init__(self, *args: Any, api_token: str | None = None, **options: Any) -> None:
        super().__init__(*args, token=api_token, **options)


class ByArguments(TypedCelery):
    """Pickles the deprecated way, with nothing added."""

    def __reduce_args__(self) -> tuple[Any, ...]:
        return tuple(super().__reduce_args__())  # type: ignore[misc]  # Celery's own, which checkers do not see


class ColorPickler(AppPickler):  # type: ignore[misc]  # Celery is untyped
    """Takes one argument more."""

    def build_kwargs(self, *args: Any) -> dict[str, Any]:
        return {**self.build_standard_kwargs(*args[:-1]), "color": args[-1]}

    def construct(self, cls: Any, **kwargs: Any) -> Any:
        kwargs.pop("set_as_current")  # forgotten, as it happens
        return cls(**kwargs)


class WithPickler(TypedCelery):
    """Pickles the deprecated way, with an argument more."""

    Pickler = ColorPickler

    def __init__(self, *args: Any, color: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.color = color

    def __reduce_args__(self) -> tuple[Any, ...]:
        return (*super().__reduce_args__(), self.color)  # type: ignore[misc]  # as above


class PlainByArguments(Celery):  # type: ignore[misc]  # Celery is untyped
    """The same without typedtasks."""

    def __reduce_args__(self) -> tuple[Any, ...]:
        return tuple(super().__reduce_args__())


def fixup(app: Any) -> Any:
    """A fix-up of the user's."""
    app.fixed = True


class Named:
    """Stands for a task."""

    name = "shop.clean"


def app_of(cls: Any = TypedCelery, **options: Any) -> Callable[[], Any]:
    """Makes an app that is not configured."""
    return lambda: cls("shop", **{"broker": BROKER, "set_as_current": False, **options})


def changed(make: Callable[[], Any], *, configured: bool = False, **settings: Any) -> Callable[[], Any]:
    """Makes an app and changes its settings, before or after the configuration is read."""

    def changing() -> Any:
        app = make()
        if configured:
            app.conf.timezone  # noqa: B018 - reads it
        app.conf.update(settings)
        return app

    return changing


def read_from(source: Any, **options: Any) -> Callable[[], Any]:
    """Makes an app that reads its configuration, and changes one setting of it."""

    def reading() -> Any:
        app = app_of()()
        app.config_from_object(source, **options)
        app.conf.task_default_queue = "changed"
        return app

    return reading


def periodic(*, configured: bool, cls: Any = TypedCelery) -> Callable[[], Any]:
    """Makes an app with a periodic task."""

    def making() -> Any:
        app = changed(app_of(cls), configured=configured)()
        app.add_periodic_task(crontab(minute="*/5"), Named, args=(1,), name="clean")
        return app

    return making


def installed(cls: Any, **options: Any) -> Callable[[], Any]:
    """Makes an app of Celery's and installs the hooks."""

    def installing() -> Any:
        app = cls("shop", broker=BROKER, set_as_current=False, namespace="SHOP")
        install(app, **options)
        app.conf.task_default_queue = "changed"
        return app

    return installing


QUEUES = [Queue("shop", Exchange("shop", "topic"), routing_key="shop.#")]

APPS: dict[str, Callable[[], Any]] = {
    "unconfigured": app_of(task_default_queue="changed", backend="redis://:hunter2@redis/1", include=["shop.tasks"]),
    "changed": changed(app_of(), task_default_queue="changed", broker_password=PASSWORD),
    "configured": changed(app_of(), configured=True, result_expires=timedelta(hours=1), task_queues=QUEUES),
    "old-names": changed(app_of(), CELERY_RESULT_BACKEND=f"redis://:{PASSWORD}@redis/2", CELERY_TIMEZONE="UTC"),
    "old-names-configured": changed(app_of(), configured=True, CELERY_RESULT_BACKEND="redis://redis/2"),
    "module-name": read_from("tests.unit.state_apps"),
    "class": read_from(Config),
    "class-name": read_from("tests.unit.state_apps:Config"),
    "namespace": read_from("tests.unit.state_apps", namespace="SHOP"),
    "namespace-changed": changed(
        app_of(namespace="SHOP"), SHOP_TASK_DEFAULT_QUEUE="changed", SHOP_RESULT_BACKEND="redis://:hunter2@redis/3"
    ),
    "strictness": app_of(
        strict_typing=False, autofinalize=False, forbid_extra_keys=True, limits=Limits(depth=5), pickle_secrets=False
    ),
    "task-class": app_of(
        task_cls=ShopTask, loader="tests.unit.state_apps:ShopLoader", fixups={"tests.unit.state_apps:fixup"}
    ),
    "task-class-name": app_of(task_cls="tests.unit.state_apps:ShopTask", fixups=[]),
    "converter-path": app_of(converter="tests.unit.state_apps:wire"),
    "factory-path": app_of(converter="tests.unit.state_apps:make_wire"),
    "factory": app_of(converter=make_wire),
    "periodic": periodic(configured=False),
    "periodic-configured": periodic(configured=True),
    "beat-schedule": changed(
        app_of(), beat_schedule={"clean": {"task": "shop.clean", "schedule": 3.0}}, configured=True
    ),
    "subclass": app_of(ShopApp),
    "subclass-configured": periodic(configured=True, cls=ReadsAtOnce),
    "by-arguments-periodic": periodic(configured=False, cls=ByArguments),
    "subclass-keys": app_of(RegionAppBuilt, region="eu", limits=Limits(depth=7)),
    "by-arguments": changed(
        app_of(
            ByArguments,
            task_cls="tests.unit.state_apps:ShopTask",
            fixups=["tests.unit.state_apps:fixup"],
            limits=Limits(9),
        ),
        task_default_queue="changed",
    ),
    "by-arguments-configured": changed(
        app_of(ByArguments, namespace="SHOP", strict_typing=False, forbid_extra_keys=True),
        configured=True,
        SHOP_TASK_DEFAULT_QUEUE="changed",
    ),
    "installed": installed(Celery, converter=make_wire, forbid_extra_keys=True),
    "installed-by-arguments": installed(PlainByArguments, limits=Limits(depth=3)),
}

if "config_source_silent" in inspect.signature(Celery).parameters:  # Celery 5.5 forgets it by itself
    APPS["missing-module"] = read_from("tests.unit.missing", silent=True)

#: What only pickle can carry.
PICKLED_ONLY: dict[str, Callable[[], Any]] = {
    "dict": read_from({"result_expires": 3605, "broker_password": PASSWORD}),
    "mapping": read_from(types.MappingProxyType({"result_expires": 3606})),
    "object": read_from(Settings()),
    "object-with-prefix": changed(read_from(Settings(), namespace="result"), result_extended=True),
    "pickler": app_of(WithPickler, color="red", limits=Limits(depth=4)),
    "pickler-object": changed(app_of(WithPickler, config_source=Settings()), configured=True),
}


def describe(app: Any) -> dict[str, Any]:
    """What two processes can compare of an app, as JSON data; passwords are not in it."""
    hooked = isinstance(app, AppHooks)
    cls = getattr(type(app), "_typedtasks_installed_on", type(app))
    own = {name: getattr(app, name, None) for name in ("region", "color", "limits_at_init", "fixed")}
    conf = {
        name: repr(app.conf[name]) for name in ("result_expires", "task_default_queue", "task_queues", "beat_schedule")
    }
    conf["changes"] = repr(sorted(_public(app).items()))
    conf["others"] = repr([app.conf.task_serializer, app.conf.timezone, app.conf.include])
    task_cls = app.task_cls if isinstance(app.task_cls, str) else f"{app.task_cls.__module__}:{app.task_cls.__name__}"
    found = {
        "class": f"{cls.__module__}:{cls.__qualname__}",
        "hooked": hooked,
        "main": app.main,
        "namespace": app.namespace,
        "strict_typing": app.strict_typing,
        "autofinalize": app.autofinalize,
        "task_cls": task_cls,
        "loader": f"{type(app.loader).__module__}:{type(app.loader).__name__}",
        "fixups": sorted(app.fixups),
        "conf": conf,
        "own": {name: repr(value) for name, value in own.items()},
    }
    if hooked:
        settings = attrs.asdict(app.wire_settings, recurse=False)
        converter = settings.pop("converter")
        found["settings"] = repr(settings)
        found["money"] = None if converter is None else wire_of(app.wire_settings).dump(Money(), Money)
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]


def _public(app: Any) -> dict[str, Any]:
    """The changed settings but those with a password, which differ on purpose."""
    words = ("password", "broker_url", "result_backend", "deprecated_settings")
    return {key: value for key, value in app.conf.changes.items() if not any(word in key.lower() for word in words)}


def json_of(app: Any, **options: Any) -> str:
    """The state of an app as JSON text."""
    return json.dumps(make_converter().unstructure(app_state(app, **options)))


def current_apps() -> tuple[Any, Any]:
    """The current app of this thread and that of all threads, neither of which is made by asking for it."""
    return celery._state.default_app, celery._state._tls.current_app
