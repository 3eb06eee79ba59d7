"""Celery's test tasks as typed ones: what stands in for `shared_task` and for the app's class."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from importlib import import_module
from typing import Any

from cattrs import Converter
from celery import Celery

from typedtasks import TypedCelery, install, make_converter, typed_task

__all__ = ["APPS", "declare_typed"]


def installed(*args: Any, **options: Any) -> Any:
    """An app of Celery's own class, which is then given what a `TypedCelery` has."""
    app: Any = Celery(*args, **options)
    install(app)
    return app


#: How apps are made, by kind.
APPS: dict[str, Any] = {"plain": Celery, "installed": installed, "typed": TypedCelery}


#: What stands before bytes on the wire.
HEX = "hex:"


class Message:
    """What a task of these tests writes to Redis: anything, and of some tests bytes, which `Any` does not take."""


def unstructure_message(message: Any) -> Any:
    """Anything else as it is."""
    return f"{HEX}{message.hex()}" if isinstance(message, bytes) else message


def structure_message(wire: Any, _: Any) -> Any:
    """What was sent."""
    return bytes.fromhex(wire.removeprefix(HEX)) if isinstance(wire, str) and wire.startswith(HEX) else wire


def make_messages_converter() -> Converter:
    """One for the task that takes such a message."""
    converter = make_converter()
    converter.register_unstructure_hook(Message, unstructure_message)
    converter.register_structure_hook(Message, structure_message)
    return converter


#: Parameters that are not `Any`, by task.
ANNOTATIONS: dict[str, dict[str, Any]] = {"redis_echo": {"message": Message}}
#: Options that Celery's own tasks do not have.
OPTIONS: dict[str, dict[str, Any]] = {"redis_echo": {"converter": make_messages_converter()}}


def declare_typed(kind: str) -> None:
    """Put what is typed into the place of what Celery's tests import.

    `ping` of Celery's worker for tests stays as it is: it is no test's.
    """
    import_module("celery.contrib.testing.tasks")
    vars(import_module("celery"))["shared_task"] = shared_task
    vars(import_module("celery.contrib.testing.app"))["Celery"] = APPS[kind]
    setattr(Celery, "register_task", register_task)  # noqa: B010 - a method to the checkers, that is not to be set


def shared_task(function: Callable[..., Any] | None = None, **options: Any) -> Any:
    """`celery.shared_task`, whose task is a typed one in which everything is `Any`."""
    # Celery's own conversion of pydantic's models; here the annotation says that.
    options.pop("pydantic", None)
    typed: Any = typed_task  # whose overloads want to know each option

    def declare(decorated: Callable[..., Any]) -> Any:
        decorated.__annotations__.update(ANNOTATIONS.get(decorated.__name__, {}))
        more = OPTIONS.get(decorated.__name__, {})
        return typed(**options, **more)(annotated(decorated, bind=options.get("bind", False)))

    return declare if function is None else declare(function)


def register_task(app: Any, task: Any) -> Any:
    """`Celery.register_task`, which takes a class of tasks or an instance."""
    if not inspect.isclass(task):
        return register_task(app, task.__class__)
    run: Any = vars(task)["run"]
    annotated(run, bind=True)
    typed: Any = typed_task
    return typed(app=app)(task)


def annotated(function: Callable[..., Any], *, bind: bool) -> Callable[..., Any]:
    """The function, with `Any` wherever it says nothing."""
    names = list(inspect.signature(function).parameters)[1 if bind else 0 :]
    function.__annotations__ = {**dict.fromkeys([*names, "return"], Any), **function.__annotations__}
    return function
