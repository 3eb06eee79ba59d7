"""`python -m tests.state_table`: what of an app arrives in another process, into docs/reference/app-state-table.md.

Each row makes an app, pickles it or takes its state, and asks the app that a fresh interpreter makes of that. With the
argument ``load`` this is that interpreter.
"""

from __future__ import annotations

import base64
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import attrs
from cattrs import Converter
from celery import Celery, Task

from tests import state_config
from typedtasks import Limits, TypedCelery, app_state, make_converter, restore_app, typed_task

__all__ = ["PAGE", "ROWS", "markdown"]

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "app-state-table.md"
HEAD = "<!-- Written by `python -m tests.state_table`; edit that file instead. -->\n\n<!-- table -->\n"
PASSWORD = "hunter2"  # noqa: S105 - the password that is looked for


class PlainByArguments(Celery):  # type: ignore[misc]  # Celery is untyped
    """Pickles the deprecated way."""

    def __reduce_args__(self) -> tuple[Any, ...]:
        return tuple(super().__reduce_args__())


class TypedByArguments(TypedCelery):
    """Likewise."""

    def __reduce_args__(self) -> tuple[Any, ...]:
        return tuple(super().__reduce_args__())  # type: ignore[misc]  # Celery's own, which checkers do not see


class CustomTask(Task):  # type: ignore[misc]  # Celery is untyped
    """Stands for a task class of the user's."""


def converter() -> Converter:
    """A converter of the user's."""
    return make_converter()


@attrs.frozen
class Row:
    """One thing that an app has.

    Attributes:
        name: As the page says it, in Markdown.
        make: Gives an app of the class that has it.
        read: What to look at in the app and in the one that was built again.
        by_arguments: Whether the class has a `__reduce_args__` of its own.
        only_typed: Whether a plain app cannot have it.
    """

    name: str
    make: Callable[[Any], Any]
    read: Callable[[Any], Any]
    by_arguments: bool = False
    only_typed: bool = False


def made(**options: Any) -> Callable[[Any], Any]:
    """Makes an app with arguments."""
    return lambda cls: cls("shop", set_as_current=False, **options)


def changed(*, configured: bool = False, **settings: Any) -> Callable[[Any], Any]:
    """Makes an app and sets settings on its ``conf``, before or after the configuration is read."""

    def make(cls: Any) -> Any:
        app = cls("shop", set_as_current=False)
        if configured:
            app.conf.timezone  # noqa: B018 - reads it
        app.conf.update(settings)
        return app

    return make


def read_from(source: Any, **options: Any) -> Callable[[Any], Any]:
    """Makes an app that reads its configuration from something, and changes one setting."""

    def make(cls: Any) -> Any:
        app = cls("shop", set_as_current=False)
        app.config_from_object(source, **options)
        app.conf.task_default_queue = "changed"
        return app

    return make


def scheduled(*, configured: bool) -> Callable[[Any], Any]:
    """Makes an app with a periodic task."""

    def make(cls: Any) -> Any:
        app = changed(configured=configured)(cls)
        app.add_periodic_task(60.0, app.signature("shop.clean"), name="clean")
        return app

    return make


def with_old_names(cls: Any) -> Any:
    """Makes an app whose broker came by the constructor, and the rest by Celery's old names."""
    app = cls("shop", broker="memory://", set_as_current=False)
    app.conf.update(CELERY_TIMEZONE="Europe/Vienna", CELERY_RESULT_SERIALIZER="yaml")
    return app


def with_defaults(cls: Any) -> Any:
    """Makes an app with defaults of its own."""
    app = cls("shop", set_as_current=False)
    app.add_defaults({"shop_currency": "EUR"})
    return app


def with_step(cls: Any) -> Any:
    """Makes an app whose worker has one more step."""
    app = cls("shop", set_as_current=False)
    app.steps["worker"].add("shop.steps:Metrics")
    return app


def with_task(cls: Any) -> Any:
    """Makes an app with a task."""
    app = cls("shop", set_as_current=False)
    typed_task(app=app, name="shop.pay")(pay)
    return app


def pay() -> None:
    """A task."""


def setting(name: str) -> Callable[[Any], Any]:
    """Reads a setting."""
    return lambda app: app.conf[name]


def attribute(name: str) -> Callable[[Any], Any]:
    """Reads an attribute."""
    return lambda app: getattr(app, name)


WIRE = attribute("wire_settings")
ROWS = [
    Row("`app.conf.x = ...`", changed(task_default_queue="changed"), setting("task_default_queue")),
    Row(
        "the same, after the configuration was read",
        changed(configured=True, task_default_queue="changed"),
        setting("task_default_queue"),
    ),
    Row('`config_from_object("module")`', read_from("tests.state_config"), setting("result_expires")),
    Row("`config_from_object(module)`", read_from(state_config), setting("result_expires")),
    Row(
        '`config_from_object(..., namespace="SHOP")`, and a change',
        read_from("tests.state_config", namespace="SHOP"),
        lambda app: (app.conf.result_expires, app.conf.task_default_queue),
    ),
    Row("`broker=` beside settings with old names", with_old_names, setting("result_serializer")),
    Row("`task_cls=`", made(task_cls="tests.state_table:CustomTask"), attribute("task_cls")),
    Row("`strict_typing=False`", made(strict_typing=False), attribute("strict_typing")),
    Row("`autofinalize=False`", made(autofinalize=False), attribute("autofinalize")),
    Row("`add_periodic_task()`", scheduled(configured=False), setting("beat_schedule")),
    Row("the same, after the configuration was read", scheduled(configured=True), setting("beat_schedule")),
    Row(
        '`converter="module:name"`',
        made(converter="tests.state_table:converter"),
        attribute("typedtasks_options"),
        only_typed=True,
    ),
    Row("`forbid_extra_keys=True`", made(forbid_extra_keys=True), WIRE, only_typed=True),
    Row("`limits=`", made(limits=Limits(depth=5)), WIRE, only_typed=True),
    Row(
        "`app.conf.x = ...`, in a class with `__reduce_args__`",
        changed(task_default_queue="changed"),
        setting("task_default_queue"),
        by_arguments=True,
    ),
    Row(
        "`namespace=`, in a class with `__reduce_args__`",
        read_from("tests.state_config", namespace="SHOP"),
        setting("result_expires"),
        by_arguments=True,
    ),
    Row(
        "`task_cls=`, in a class with `__reduce_args__`",
        made(task_cls="tests.state_table:CustomTask"),
        attribute("task_cls"),
        by_arguments=True,
    ),
    Row("`add_defaults()`", with_defaults, lambda app: app.conf.get("shop_currency")),
    Row("`app.steps`", with_step, lambda app: dict(app.steps)),
    Row("tasks, which the other process declares as it imports them", with_task, lambda app: "shop.pay" in app.tasks),
]

#: What each column does with an app: its class, with and without `__reduce_args__`, and its way to the other process.
COLUMNS: dict[str, tuple[Any, Any, Callable[[Any], bytes]]] = {
    "`Celery`, by pickle": (Celery, PlainByArguments, pickle.dumps),
    "`TypedCelery`, by pickle": (TypedCelery, TypedByArguments, pickle.dumps),
    "`TypedCelery`, by `app_state`": (
        TypedCelery,
        TypedByArguments,
        lambda app: json.dumps(make_converter().unstructure(app_state(app))).encode(),
    ),
}


def sent(row: Row, column: str) -> tuple[bytes | None, str]:
    """What goes to the other process, and what must be read there; or what was raised instead."""
    cls, by_arguments, way = COLUMNS[column]
    app = row.make(by_arguments if row.by_arguments else cls)
    try:
        data = way(app)
    except Exception as exc:  # noqa: BLE001 - which is what the table says
        return None, f"raises `{type(exc).__name__}`"
    return data, shown(row.read(app))


def shown(value: Any) -> str:
    """A value as text; equal values have one."""
    return repr(sorted(value.items()) if isinstance(value, dict) else value)


def load() -> None:
    """The other process: builds the apps, and tells what is read of each."""
    answers = []
    for index, text in json.load(sys.stdin):
        data = base64.b64decode(text)
        try:
            app = restore_app(data, allow=["tests"]) if data[:1] == b"{" else pickle.loads(data)  # noqa: S301 - ours
            answers.append(shown(ROWS[index].read(app)))
        except Exception as exc:  # noqa: BLE001 - which is what the table says
            answers.append(f"raises `{type(exc).__name__}`")
    json.dump(answers, sys.stdout)


def loaded(asked: Iterable[tuple[int, bytes]]) -> list[str]:
    """What a fresh interpreter reads of the apps that it builds."""
    questions = json.dumps([(index, base64.b64encode(data).decode()) for index, data in asked])
    command = [sys.executable, "-m", "tests.state_table", "load"]
    done = subprocess.run(command, input=questions, capture_output=True, text=True, check=True, cwd=PAGE.parents[2])
    answers: list[str] = json.loads(done.stdout)
    return answers


def cells() -> list[tuple[str, ...]]:
    """The rows of the table."""
    places = [(index, column) for column in COLUMNS for index in range(len(ROWS))]
    found = {place: sent(ROWS[place[0]], place[1]) for place in places if has(*place)}
    asked = {place: data for place, (data, _) in found.items() if data is not None}
    answers = dict(zip(asked, loaded([(index, data) for (index, _), data in asked.items()]), strict=True))
    table = []
    for index, row in enumerate(ROWS):
        told = [_cell(found.get((index, column)), answers.get((index, column))) for column in COLUMNS]
        table.append((row.name, *told))
    return [*table, ("a password in `broker_url` travels in clear", *map(_password, COLUMNS))]


def has(index: int, column: str) -> bool:
    """Whether there is such an app."""
    return not ROWS[index].only_typed or COLUMNS[column][0] is TypedCelery


def _cell(expected: tuple[bytes | None, str] | None, answer: str | None) -> str:
    if expected is None:
        return ""
    if answer is None or answer.startswith("raises"):
        return f"**{answer or expected[1]}**"
    return "kept" if answer == expected[1] else "**lost**"


def _password(column: str) -> str:
    cls, _, way = COLUMNS[column]
    app = cls("shop", broker=f"amqp://shop:{PASSWORD}@rabbit//", set_as_current=False)
    return "**yes**" if PASSWORD.encode() in way(app) else "no"


def markdown() -> str:
    """The page."""
    lines = [("of the app", *COLUMNS), ("---",) * (len(COLUMNS) + 1), *cells()]
    return "\n".join([HEAD, *(f"| {' | '.join(line)} |" for line in lines), ""])


def main(arguments: list[str]) -> None:
    """Write the page, or be the other process."""
    this: ModuleType = __import__("tests.state_table", fromlist=["load"])  # classes are pickled by this name
    if arguments == ["load"]:
        this.load()
    else:
        PAGE.write_text(this.markdown(), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
