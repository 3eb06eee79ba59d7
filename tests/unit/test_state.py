"""An app in another process: by both of Celery's ways to pickle it, and by its state as JSON."""

from __future__ import annotations

import copy
import json
import pickle
import ssl
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import attrs
import celery._state
import pytest
from celery import Celery
from celery.schedules import crontab, schedule
from hypothesis import given
from hypothesis import strategies as st
from kombu import Exchange, Queue, binding

from tests.unit import state_apps
from tests.unit.elsewhere import Elsewhere, elsewhere
from tests.unit.helpers import numbered, through_pickle
from tests.unit.records import Line, Order
from tests.unit.state_apps import APPS, PASSWORD, PICKLED_ONLY, ShopApp, app_of, current_apps, describe, json_of
from typedtasks import (
    AppState,
    InvalidPayload,
    Limits,
    TypedCelery,
    UnportableState,
    UntrustedState,
    app_state,
    install,
    make_converter,
    restore_app,
)
from typedtasks._celery import setting_name
from typedtasks._portable import from_plain, to_plain
from typedtasks._references import Allowed
from typedtasks._secrets import without_secrets

ALLOW = ["tests.unit.state_apps", "tests.unit.missing", "shop.tasks"]
PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture(scope="module")
def there() -> Iterator[Elsewhere]:
    """A process that has nothing of this one but the files."""
    with elsewhere() as process:
        yield process


# -- pickle ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*APPS, *PICKLED_ONLY])
def test_pickled_and_loaded_elsewhere(there, name):
    """Celery 26: the same app in the other process, not its current one, with no password in the bytes."""
    app = {**APPS, **PICKLED_ONLY}[name]()

    data = pickle.dumps(app)

    assert PASSWORD.encode() not in data
    seen = there.pickled(data)
    assert describe(app) == seen["app"]
    assert not seen["current"]


@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("name", ["strictness", "subclass-keys", "by-arguments", "installed", "object"])
def test_protocols(name, protocol):
    """Celery 26: by every protocol, and a second time from what was loaded."""
    app = {**APPS, **PICKLED_ONLY}[name]()

    data = pickle.dumps(app, protocol)
    again = pickle.dumps(pickle.loads(data), protocol)  # noqa: S301 - of our own making

    assert describe(app) == describe(pickle.loads(again))  # noqa: S301 - likewise
    assert PASSWORD.encode() not in again


@pytest.mark.parametrize("make_copy", [copy.copy, copy.deepcopy])
def test_copy(make_copy):
    """`copy` takes the way of `pickle`."""
    app = app_of(ShopApp, limits=Limits(depth=5))()

    assert describe(app) == describe(make_copy(app))


def test_app_among_other_objects(app, make_app):
    """Celery 26: an app in a tuple, beside signatures and results of its tasks, is one app when it is loaded."""

    @app.task(name="unit.echo")
    def echo(order: Order) -> Order:
        return order

    order = Order("a", [Line("x", 2)])
    app.set_current()
    try:
        pair, signature, result = through_pickle(((app, [app]), echo.s(order), echo.AsyncResult("id")))
        twice = through_pickle(through_pickle((pair, pair)))
    finally:
        make_app().set_current()

    assert pair[0] is pair[1][0]
    assert describe(app) == describe(pair[0]) == describe(twice[0][0])
    assert twice[0] is twice[1]
    assert (list(signature.args), result.id) == ([order], "id")


def test_changes_after_loading(app):
    """What is loaded is an app of its own."""
    loaded = through_pickle(app)

    loaded.conf.task_default_queue = "other"

    assert app.conf.task_default_queue != "other"


@pytest.mark.parametrize("make", [app_of(), app_of(state_apps.ByArguments), app_of(ShopApp)], ids=range(3))
def test_passwords_if_asked_for(make):
    """Celery 26: `pickle_secrets=True` says that passwords are in the pickle too."""
    app = make()
    app.typedtasks_options = attrs.evolve(app.typedtasks_options, pickle_secrets=True)
    app.conf.broker_password = PASSWORD

    loaded = through_pickle(app)

    assert loaded.conf.broker_password == PASSWORD
    assert loaded.conf.broker_url == app.conf.broker_url
    assert loaded.typedtasks_options.pickle_secrets


@pytest.mark.parametrize(
    "make", [app_of(pickle_secrets=True), state_apps.installed(Celery, pickle_secrets=True)], ids=range(2)
)
def test_passwords_if_asked_for_by_argument(make):
    """Celery 26: likewise, and what is loaded does so in its turn."""
    app = make()

    assert app.conf.broker_url == through_pickle(through_pickle(app)).conf.broker_url


def test_passwords_of_an_object_if_asked_for():
    """Celery 26: also those of the object that the configuration is read from."""
    app = app_of(pickle_secrets=True, broker=None)()
    app.config_from_object(state_apps.Settings())

    assert PASSWORD in through_pickle(app).conf.broker_url


@pytest.mark.parametrize(
    "way", [through_pickle, lambda app: restore_app(app_state(app), allow=ALLOW)], ids=["pickle", "state"]
)
@pytest.mark.parametrize("name", ["changed", "by-arguments", "subclass", "installed"])
def test_never_the_current_app(name, way):
    """Celery 26: neither in this thread, nor in another, nor as the default of all."""
    app = APPS[name]()
    before = current_apps()

    def in_thread() -> tuple[Any, Any]:
        way(app)
        return current_apps()

    with ThreadPoolExecutor(1) as pool:
        seen = pool.submit(in_thread).result()
    way(app)

    assert current_apps() == before
    assert seen == (before[0], None)


def test_another_app_made_meanwhile():
    """What an app makes while it is built again is not taken for it."""

    class Outer(TypedCelery):
        def __init__(self, *args: Any, **options: Any) -> None:
            self.inner = TypedCelery("inner", set_as_current=False)
            super().__init__(*args, **options)

    Outer.__qualname__ = "Outer"
    state_apps.Outer = Outer  # type: ignore[attr-defined]
    Outer.__module__ = state_apps.__name__
    try:
        loaded = through_pickle(Outer("shop", limits=Limits(depth=3), set_as_current=False))
    finally:
        del state_apps.Outer  # type: ignore[attr-defined]

    assert loaded.wire_settings.limits == Limits(depth=3)
    assert loaded.inner.wire_settings.limits is None


def test_plain_app_is_left_alone():
    """A plain app pickles as Celery has it pickle."""
    assert PASSWORD.encode() in pickle.dumps(app_of(Celery)())


# -- converters --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["shop", "math:pi", "math:floor", 3, lambda: 3, make_converter], ids=range(6))
def test_what_is_no_converter(given):
    """Types 11: a converter, a function that makes one, or where either of them is."""
    if given is make_converter:
        assert TypedCelery("unit", converter=given, set_as_current=False).wire_settings.converter is not None
    else:
        with pytest.raises(TypeError):
            TypedCelery("unit", converter=given, set_as_current=False)


@pytest.mark.parametrize("way", [pickle.dumps, app_state])
@pytest.mark.parametrize(
    ("given", "what"),
    [(state_apps.make_wire(), "a converter"), (lambda *_: make_converter(), "tests.unit.test_state:<lambda>")],
    ids=["converter", "lambda"],
)
def test_converter_that_no_import_gives(way, given, what):
    """Celery 26: loud, with what to write."""
    app = app_of(converter=given)()

    with pytest.raises(UnportableState, match=r"^converter=: .* converter='shop.wire:converter'") as caught:
        way(app)

    assert caught.value.what.startswith(what)


def test_converter_of_the_main_program(monkeypatch):
    """Celery 27: it is another program there; pickle has the same rule, and `multiprocessing` its way around it."""
    monkeypatch.setattr(state_apps.make_wire, "__module__", "__main__")
    monkeypatch.setattr(sys.modules["__main__"], "make_wire", state_apps.make_wire, raising=False)
    app = app_of(converter=state_apps.make_wire)()

    assert app.__reduce_keys__()["converter"] == "__main__:make_wire"
    with pytest.raises(UnportableState, match="both processes can import"):
        app_state(app)


# -- the state ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", APPS)
def test_restored_elsewhere(there, name):
    """Celery 27: the same app in the other process, not its current one, with no password in the text."""
    app = APPS[name]()

    text = json_of(app)

    assert PASSWORD not in text
    seen = there.restored(text, ALLOW)
    assert describe(app) == seen["app"]
    assert not seen["current"]


@pytest.mark.parametrize("name", APPS)
def test_asking_changes_nothing(name):
    """The state of an app is the same each time, and so is that of the app that is built from it."""
    app = APPS[name]()
    was_configured = app.configured

    text = json_of(app)

    assert app.configured == was_configured
    assert text == json_of(app)
    again = restore_app(text, allow=ALLOW)
    assert json.loads(text) == {**json.loads(json_of(again)), "omitted": json.loads(text)["omitted"]}


@pytest.mark.parametrize("form", [lambda state: state, lambda state: json.dumps(as_json(state)), None], ids=range(3))
def test_forms(form):
    """The record, its text, the text's bytes, the text's `dict`."""
    state = app_state(app_of()())

    given = as_json(state) if form is None else form(state)

    assert restore_app(given).main == "shop"
    if isinstance(given, str):
        assert restore_app(given.encode()).main == "shop"


def as_json(state: AppState) -> Any:
    return make_converter().unstructure(state)


def test_record_through_the_converter():
    """The record is one that the house's converter takes, so a task can take it too."""
    state = app_state(APPS["strictness"]())

    assert make_converter().structure(json.loads(json.dumps(as_json(state))), AppState) == state


def test_repr_shows_no_setting():
    """Celery 27: with passwords in it, it is not to be logged by accident."""
    assert PASSWORD not in repr(app_state(app_of()(), secrets=True))


def test_state_with_passwords():
    """Celery 27: `secrets=True` says that passwords are in it."""
    app = APPS["changed"]()

    state = app_state(app, secrets=True)

    assert state.omitted == ()
    restored = restore_app(json.dumps(as_json(state)))
    assert restored.conf.broker_password == PASSWORD
    assert restored.conf.broker_url == app.conf.broker_url


def test_what_was_left_out():
    """Celery 27: by the names that Celery has for the settings, whatever they were called."""
    assert app_state(APPS["changed"]()).omitted == ("broker_url", "broker_password")
    assert app_state(APPS["old-names"]()).omitted == ("broker_url", "result_backend")
    assert app_state(APPS["namespace-changed"]()).omitted == ("broker_url", "result_backend")


def test_option_with_a_secret():
    """What a class adds to its keys is searched too, and the class can be given it by the one who restores."""
    app = state_apps.RegionAppBuilt("shop", region="eu", set_as_current=False)
    state = app_state(app)
    assert state.options == {"region": "eu", "api_token": None}

    object.__setattr__(app, "__reduce_keys__", lambda: {"region": "eu", "api_token": PASSWORD})

    assert app_state(app).options == {"region": "eu"}
    assert app_state(app).omitted == ("api_token",)


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("changed", {"broker_url": "memory://"}, {"broker_url": "memory://"}),
        (
            "changed",
            {"broker": "memory://", "backend": "rpc://"},
            {"broker_url": "memory://", "result_backend": "rpc://"},
        ),
        ("old-names", {"result_backend": "rpc://"}, {"result_backend": "rpc://", "timezone": "UTC"}),
        ("old-names-configured", {"result_backend": "rpc://"}, {"result_backend": "rpc://"}),
        ("namespace-changed", {"task_default_queue": "other"}, {"task_default_queue": "other"}),
        ("subclass-configured", {"task_default_queue": "other"}, {"task_default_queue": "other"}),
    ],
)
def test_settings_put_over(name, settings, expected):
    """Celery 27: they win, whatever name the state has for the setting."""
    restored = restore_app(json_of(APPS[name]()), allow=ALLOW, **settings)

    assert expected == {key: restored.conf[key] for key in expected}


def test_class_that_is_expected():
    """`cls` is allowed, and what comes is of it."""
    text = json_of(app_of(ShopApp)())

    assert type(restore_app(text, cls=ShopApp, allow=["tests.unit.state_apps:wire"])) is ShopApp
    with pytest.raises(UntrustedState, match="it is no ShopApp"):
        restore_app(json_of(app_of()()), cls=ShopApp)


def test_what_is_no_app():
    """A task is none."""
    with pytest.raises(TypeError, match="takes a Celery app, got 'shop'"):
        app_state("shop")  # type: ignore[arg-type]  # which is the point


def test_plain_app():
    """Celery 27: an app that is none of ours too."""
    app = Celery("shop", broker="redis://redis/1", set_as_current=False, loader="default")

    restored = restore_app(json_of(app))

    assert type(restored) is Celery
    assert describe(app) == describe(restored)


def test_installed_app():
    """Celery 27: the hooks are there again."""
    restored = restore_app(app_state(APPS["installed"]()), allow=ALLOW)

    assert restored.wire_settings.forbid_extra_keys
    assert type(restored).__mro__[-2] is Celery


def test_installed_twice():
    """`install` on an app of ours changes its settings and nothing else."""
    app = app_of(ShopApp)()
    install(app, limits=Limits(depth=3))

    loaded = through_pickle(app)

    assert (type(loaded), loaded.wire_settings.limits) == (ShopApp, Limits(depth=3))


# -- what a state may not name -----------------------------------------------------------------------------------------

EVIL = "evil_module:thing"


def altered(**fields: Any) -> dict[str, Any]:
    """A state with some of its fields written anew."""
    return {**as_json(app_state(app_of()())), **fields}


REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("app", {"app": EVIL}),
    *((part, {part: EVIL}) for part in ("loader", "backend", "amqp", "events", "log", "control", "task_cls")),
    ("loader", {"loader": "evil_module"}),
    ("fixups", {"fixups": [EVIL]}),
    ("fixups", {"fixups": ["celery._state:set_default_app"]}),
    ("config_source", {"config_source": "evil_module"}),
    ("converter", {"converter": EVIL}),
    ("changes.task_routes[0]", {"changes": {"task_routes": [{"$type": "import", "value": EVIL}]}}),
    (
        "changes.x.value[0][1]",
        {"changes": {"x": {"$type": "dict", "value": [[1, {"$type": "import", "value": EVIL}]]}}},
    ),
    ("periodic.x.schedule", {"periodic": {"x": {"schedule": {"$type": "import", "value": EVIL}}}}),
    ("options.x", {"options": {"x": {"$type": "import", "value": EVIL}}}),
    ("changes.include", {"changes": {"include": ["celery.app", "evil_module"]}}),
    ("changes.CELERY_IMPORTS", {"changes": {"CELERY_IMPORTS": {"$type": "tuple", "value": ["evil_module"]}}}),
    ("changes.SHOP_INCLUDE", {"changes": {"SHOP_INCLUDE": "evil_module"}, "namespace": "SHOP"}),
    ("changes.task_routes", {"changes": {"task_routes": EVIL}}),
    ("changes.beat_scheduler", {"changes": {"beat_scheduler": EVIL}}),
    ("changes.worker_pool", {"changes": {"worker_pool": "evil_module"}}),
    ("changes.result_backend", {"changes": {"result_backend": "evil_module"}}),
    ("changes.result_backend", {"changes": {"result_backend": "evil_module:thing+file:///tmp"}}),
    ("changes.broker_url", {"changes": {"broker_url": "amqp://a;evil_module.thing://b"}}),
    ("changes.broker_transport", {"changes": {"broker_transport": EVIL}}),
]


@pytest.mark.parametrize(("where", "fields"), numbered(REFUSED))
def test_refused_names(tmp_path, monkeypatch, where, fields):
    """Celery 27: refused, and nothing was imported: not even what is there."""
    (tmp_path / "evil_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.syspath_prepend(tmp_path)

    with pytest.raises(UntrustedState) as caught:
        restore_app(altered(**fields))

    assert caught.value.where == where
    assert "evil_module" not in sys.modules


@pytest.mark.parametrize(
    ("app", "message"),
    [
        ("celery.app.task:Task", "it is no Celery"),
        ("celery.app.base:os", "it is no Celery"),
        ("typedtasks:TypedCelery", "name it where it is defined"),
    ],
)
def test_class_of_celery_that_is_no_app(app, message):
    """Celery 27: what is allowed and is not what it is taken for."""
    with pytest.raises(UntrustedState, match=message):
        restore_app(altered(app=app))


def test_no_way_through_an_allowed_module():
    """Celery 27: a function that an allowed module has imported is not called."""
    with pytest.raises(UntrustedState, match="name it where it is defined"):
        restore_app(altered(converter="celery.app.base:os.getcwd"))


@pytest.mark.parametrize(
    "allow",
    [
        [ShopApp, "tests.unit.state_apps:wire"],
        ["tests.unit.state_apps"],
        ["tests"],
        ["tests.unit.state_apps:ShopApp", "tests.unit.state_apps:wire"],
    ],
)
def test_ways_to_allow(allow):
    """Celery 27: a class, its path, its module, its package."""
    assert type(restore_app(json_of(app_of(ShopApp)()), allow=allow)) is ShopApp


@pytest.mark.parametrize("allow", [["test"], ["tests.unit.state_app"], ["tests.unit.state_apps:Shop"], [TypedCelery]])
def test_what_only_begins_alike(allow):
    """Celery 27: is not allowed by it."""
    with pytest.raises(UntrustedState):
        restore_app(json_of(app_of(ShopApp)()), allow=allow)


@pytest.mark.parametrize(
    "settings",
    [
        {"broker_url": "redis://a", "broker_read_url": ["amqp://a", "amqp://b"], "result_backend": "db+sqlite:///x"},
        {"broker_url": "typedtasks._embedded:Transport://", "result_backend": "rpc"},
        {"worker_pool": "threads", "beat_scheduler": "celery.beat:PersistentScheduler", "broker_url": None},
        {"include": ["tests.unit.state_apps"], "broker_url": "unknown://"},
    ],
)
def test_settings_that_are_allowed(settings):
    """Celery 27: Celery's own names, and what is listed."""
    assert restore_app(json_of(app_of(**settings)()), allow=["tests"]).main == "shop"


@pytest.mark.parametrize(
    ("state", "path"),
    [
        ("{", "$"),
        ("[]", "$"),
        (b"\xff", "$"),
        ({"main": "x"}, "$.app"),
        (altered(main=3), "$.main"),
        (altered(new=3), "$.new"),
        (altered(changes={"x": {"$type": "timedelta"}}), "$.changes.x"),
        (altered(changes={"x": {"$type": 3, "value": 3}}), "$.changes.x"),
        (altered(changes={"x": {"$type": "unknown", "value": [[], {}]}}), "$.changes.x"),
        (altered(changes={"x": [{"$type": "timedelta", "value": ["x"]}]}), "$.changes.x[0]"),
        (altered(periodic={"x": {"schedule": {"$type": "crontab", "value": 3}}}), "$.periodic.x.schedule"),
    ],
    ids=range(11),
)
def test_what_is_no_state(state, path):
    """Celery 27: with the place of what is wrong."""
    with pytest.raises(InvalidPayload, match=r"^restore_app\(\)") as caught:
        restore_app(state)

    assert [problem.path for problem in caught.value.problems] == [path]


# -- what has no state -------------------------------------------------------------------------------------------------


class Local(TypedCelery):
    """Has a class in it."""

    class Loader:
        """Inside another class."""


def local_class() -> Any:
    class Inside(TypedCelery): ...

    return Inside("shop", set_as_current=False)


def with_arguments() -> Any:
    return state_apps.WithPickler("shop", set_as_current=False)


def of_main() -> Any:
    class Main(TypedCelery): ...

    Main.__module__ = "__main__"
    return Main("shop", set_as_current=False)


@pytest.mark.parametrize(
    ("make", "where"),
    [
        (local_class, "app"),
        (of_main, "app"),
        (with_arguments, "__reduce_args__"),
        (app_of(loader=Local.Loader), "loader"),
        (app_of(config_source={"timezone": "UTC"}), "config_source"),
        (app_of(config_source=state_apps.Settings()), "config_source"),
        (app_of(broker_use_ssl={"context": ssl.create_default_context()}), "broker_use_ssl.context"),
        (app_of(task_routes=[lambda name, *_, **__: None]), "task_routes[0]"),
        (app_of(task_queues=[Queue("a", on_declared=print)]), "task_queues[0]"),
        (app_of(result_expires=float("nan")), "result_expires"),
    ],
    ids=range(10),
)
def test_what_has_no_form_as_json(make, where):
    """Celery 27: loud, with the setting and the fix."""
    with pytest.raises(UnportableState) as caught:
        app_state(make())

    assert caught.value.where == where
    assert caught.value.fix


def test_object_in_a_periodic_task(app):
    """Celery 27: pickle carries it, JSON cannot."""

    @app.task(name="unit.echo")
    def echo(order: Order) -> Order:
        return order

    app.add_periodic_task(60, echo.s(Order("a", [])), name="echo")

    assert through_pickle(app).conf.beat_schedule["echo"]["args"] == (Order("a", []),)
    with pytest.raises(UnportableState, match=r"^periodic\.echo\.args\[0\]: Order"):
        app_state(app)


# -- values ------------------------------------------------------------------------------------------------------------

EXCHANGE = Exchange("shop", "topic", durable=False, delivery_mode=1)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        1.5,
        "x",
        [1, [2]],
        (1, ("a", None)),
        {"a", "b"},
        frozenset({1, 2}),
        {"a": {"b": [()]}},
        {1: "a", ("x", 2): "b"},
        {"$type": "x"},
        b"\x00\xff",
        timedelta(days=-1, microseconds=3),
        crontab(minute="*/5", hour=3, day_of_week={1, 2}),
        crontab(minute=0, nowfun=state_apps.make_wire),
        schedule(timedelta(minutes=5), relative=True),
        state_apps.make_wire,
        ShopApp,
    ],
    ids=range(19),
)
def test_values(value):
    """What settings hold comes back equal, and of the same class."""
    plain = json.loads(json.dumps(to_plain(value, "x")))

    back = from_plain(plain, "x", Allowed.of(["tests"]))

    assert (type(back), back) == (type(value), value)


@pytest.mark.parametrize(
    "queue",
    [
        Queue("shop", EXCHANGE, routing_key="shop.#", max_priority=5, queue_arguments={"x-queue-type": "quorum"}),
        Queue("shop", [binding(EXCHANGE, "a"), binding(EXCHANGE, "b", arguments={"x": 1})]),
        EXCHANGE,
    ],
    ids=range(3),
)
def test_queues(queue):
    """A queue comes back with its exchange, its arguments and its bindings."""

    def seen(entity: Any) -> Any:
        if not hasattr(entity, "as_dict"):
            return entity
        found = {key: seen(value) for key, value in entity.as_dict().items()}
        found["bindings"] = sorted(json.dumps(seen(each)) for each in found.get("bindings") or ())
        return {key: value or None for key, value in found.items()}

    plain = json.loads(json.dumps(to_plain(queue, "x")))

    assert seen(queue) == seen(from_plain(plain, "x", Allowed.of([])))


def test_nowfun_of_an_app_is_left_out():
    """A schedule finds the app of the beat that it runs in."""
    plain = to_plain(crontab(minute=0, app=app_of()()), "x")

    assert from_plain(plain, "x", Allowed.of([])) == crontab(minute=0)


# -- secrets -----------------------------------------------------------------------------------------------------------

SECRET = "SECRET"  # noqa: S105 - what must not be left


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("amqp://shop:SECRET@rabbit:5672//", "amqp://shop@rabbit:5672//"),
        ("redis://:SECRET@redis:6379/0", "redis://redis:6379/0"),
        ("redis://:SE:C@RET@redis/0", "redis://redis/0"),
        ("sqs://KEYID:SECRET@", "sqs://KEYID@"),
        ("db+postgresql://shop:SECRET@db/shop", "db+postgresql://shop@db/shop"),
        ("amqp://a:SECRET@h1//;amqp://a:SECRET@h2//", "amqp://a@h1//;amqp://a@h2//"),
        ("sentinel://:SECRET@h1:26379;sentinel://:SECRET@h2:26379/0", "sentinel://h1:26379;sentinel://h2:26379/0"),
        ("sentinel://:SECRET@h1:26379;h2:26379/0", "sentinel://h1:26379;h2:26379/0"),
        ("mongodb://a:SECRET@h1:27017,b:SECRET@h2/shop", "mongodb://a@h1:27017,b@h2/shop"),
        ("redis://a:SEC;RET@redis/0", "redis://a@redis/0"),
        ("redis://a:SEC/RET@redis/0", "redis://a@redis/0"),
        ("redis://a:SEC?RET@redis/0", "redis://a@redis/0"),
        ("redis://:SECRET@[::1]:6379/0", "redis://[::1]:6379/0"),
        ("redis://redis/0?password=SECRET&db=1", "redis://redis/0?db=1"),
        ("redis://redis/0?db=1&password=SECRET", "redis://redis/0?db=1"),
        ("redis+socket:///run/redis?password=SECRET", "redis+socket:///run/redis?"),
        (
            "azureblockblob://AccountName=a;AccountKey=SECRET;EndpointSuffix=b",
            "azureblockblob://AccountName=a;EndpointSuffix=b",
        ),
        ("https://store/blob?sv=1&sig=SECRET", "https://store/blob?sv=1&"),
        ("AccountName=a;SharedAccessKey=SECRET", "AccountName=a;"),
        ("amqp://guest@rabbit//", None),
        ("redis://redis:6379/0?db=1", None),
        ("typedtasks._embedded:Backend+file:///tmp/a@b", None),
        ("https://store/?mail=a@b", None),
        ("plain text", None),
        ("a/b://c;d://", None),
    ],
)
def test_urls(url, expected):
    """Celery 26: the password goes, the rest stays, so that one can tell which server it is."""
    kept, omitted = without_secrets({"x": url})

    assert kept == {"x": expected or url}
    assert omitted == (("x",) if expected else ())


@given(
    st.text("aZ09@:/;,?&#=%$ []!+", max_size=9).filter(lambda text: "://" not in text),
    st.sampled_from(["{0}://:{1}@h:6379/0", "{0}://u:{1}@h1//;{0}://u:{1}@h2", "{0}://a:{1}@h1,b:{1}@h2/db"]),
)
def test_any_password(password, url):
    """Celery 26: whatever is in it but another URL, also what no URL may have there, nothing of it is left."""
    kept, omitted = without_secrets({"broker_url": url.format("redis", f"Qx7{password}Zk9")})

    assert "Qx7" not in kept["broker_url"]
    assert "Zk9" not in kept["broker_url"]
    assert omitted == ("broker_url",)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"broker_password": SECRET}, {}),
        ({"security_key_password": SECRET.encode()}, {}),
        ({"s3_secret_access_key": SECRET, "s3_bucket": "shop"}, {"s3_bucket": "shop"}),
        ({"stripe_api_token": SECRET}, {}),
        ({"broker_password": None, "api_enabled": True}, {"broker_password": None, "api_enabled": True}),
        ({"redis_password": ""}, {}),
        (
            {"broker_transport_options": {"sentinel_kwargs": {"password": SECRET}, "global_keyprefix": "shop"}},
            {"broker_transport_options": {"sentinel_kwargs": {}, "global_keyprefix": "shop"}},
        ),
        (
            {
                "broker_transport_options": {
                    "predefined_queues": {"tokens": {"url": "https://q", "secret_access_key": SECRET}}
                }
            },
            {"broker_transport_options": {"predefined_queues": {"tokens": {"url": "https://q"}}}},
        ),
        ({"secrets": {"stripe": SECRET}}, {}),
        ({"broker_use_ssl": {"keyfile": "/etc/key", "pwd": SECRET}}, {"broker_use_ssl": {"keyfile": "/etc/key"}}),
        ({"broker_url": ["amqp://a:SECRET@h1", "amqp://h2"]}, {"broker_url": ["amqp://a@h1", "amqp://h2"]}),
        ({"broker_url": ("amqp://a:SECRET@h1",)}, {"broker_url": ("amqp://a@h1",)}),
        ({"urls": {"amqp://a:SECRET@h1"}}, {"urls": {"amqp://a@h1"}}),
        (
            {"databases": {"default": {"NAME": "shop", "PASSWORD": SECRET}}},
            {"databases": {"default": {"NAME": "shop"}}},
        ),
        (
            {"database_engine_options": {"connect_args": {1: 2, "password": SECRET}}},
            {"database_engine_options": {"connect_args": {1: 2}}},
        ),
    ],
    ids=range(15),
)
def test_secret_settings(settings, expected):
    """Celery 26: by their names, at any depth."""
    kept, omitted = without_secrets(settings)

    assert kept == expected
    assert omitted == (() if kept == settings else (next(iter(settings)),))


@pytest.mark.parametrize(
    "settings",
    [
        {"task_default_routing_key": "shop", "security_key": "/etc/key.pem", "cassandra_keyspace": "shop"},
        {"task_routes": {"shop.renew_token": {"queue": "x", "routing_key": "y"}}},
        {"beat_schedule": {"rotate-api-keys": {"task": "shop.rotate_keys", "schedule": 3.0, "kwargs": {"key": 1}}}},
        {"task_annotations": {"shop.token": {"rate_limit": "1/s"}}},
        {"mongodb_backend_settings": {"database": "shop"}, "database_table_names": {"task": "tasks"}},
        {"task_queues": [Queue("api", routing_key="key")], "x": {"predefined_queues": {"token": {}}}, 3: "x"},
    ],
    ids=range(6),
)
def test_names_that_only_look_secret(settings):
    """Celery 26: without these a task would go elsewhere: they stay, and are the very objects."""
    kept, omitted = without_secrets(settings)

    assert omitted == ()
    assert all(kept[key] is value for key, value in settings.items())


@pytest.mark.parametrize(
    ("key", "namespace", "expected"),
    [
        ("broker_url", None, "broker_url"),
        ("BROKER_URL", None, "broker_url"),
        ("CELERY_RESULT_BACKEND", None, "result_backend"),
        ("CELERY_RESULT_BACKEND", "CELERY", "result_backend"),
        ("CELERY_BROKER_URL", "CELERY", "broker_url"),
        ("shop_timezone", "SHOP", "timezone"),
        ("SHOP_X", None, "shop_x"),
    ],
)
def test_setting_name(key, namespace, expected):
    """Whatever it is called, it is one setting."""
    assert expected == setting_name(key, namespace)


def test_decimal_has_no_form():
    """A value of no known class is refused by the place that it has."""
    with pytest.raises(UnportableState, match=r"^x\[0\]: Decimal cannot go to another process"):
        to_plain([Decimal(1)], "x")


def test_thread_local_app_is_looked_at():
    """The tests above look at what Celery asks."""
    app = app_of()()
    seen: list[Any] = []

    def run() -> None:
        app.set_current()
        seen.append(current_apps()[1])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()

    assert seen == [app]
    assert celery._state._get_current_app() is not app
