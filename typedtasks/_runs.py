"""What this process knows of the tasks that run in it now, by Celery's request of each."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from weakref import WeakKeyDictionary

import attrs

from ._celery import Context

__all__ = [
    "Run",
    "begin_run",
    "called_errback",
    "calling_errbacks",
    "in_item",
    "is_calling_errbacks",
    "is_in_item",
    "is_passing_on",
    "passing_on",
    "run_of",
]

#: Whether Celery's own code is sending now, what it has in wire form.
_passing_on: ContextVar[bool] = ContextVar("passing_on", default=False)

#: Whether Celery's own code calls error callbacks now, with what it has in wire form.
_calling_errbacks: ContextVar[bool] = ContextVar("calling_errbacks", default=False)

#: The request of Celery's map that calls a task with an item now.
_in_item: ContextVar[Any] = ContextVar("in_item", default=None)


@attrs.define(eq=False)
class Run:
    """One run of a typed task, from Celery's `before_start` hook, which the tracer calls right before the task.

    Attributes:
        sent: Positional and keyword arguments as the tracer has them, the very objects.
        args: Positional arguments as objects; ``None`` until they are, and where they cannot be.
        kwargs: Keyword arguments as objects.
        is_next: Whether the next call of the task is the tracer's. All others are the user's own, with objects.
        ended: Whether the body has ended. What is sent then, with a parent, is sent by Celery: wire form, passed on.
        value: What the body has returned.
        wire: The same in wire form, which is what Celery gets.
        failure: Class and document of what was raised; not the exception, whose traceback would keep the request
            alive for ever.
    """

    sent: tuple[Any, Any] | None = None
    args: list[Any] | None = None
    kwargs: dict[str, Any] = attrs.Factory(dict[str, Any])
    is_next: bool = False
    ended: bool = False
    value: Any = None
    wire: Any = None
    failure: tuple[type[BaseException], dict[str, Any]] | None = None


# Never an attribute of the request: Celery sends these on, as headers of what the task sends and of its retry.
_runs: WeakKeyDictionary[Any, Run] = WeakKeyDictionary()


def run_of(request: Any) -> Run | None:
    """The run of a request, if it is one of a typed task."""
    return _runs.get(request) if isinstance(request, Context) else None


def begin_run(request: Any) -> Run:
    """The run of a request, made at the first call."""
    return _runs.setdefault(request, Run())


@contextmanager
def passing_on() -> Generator[None]:
    """While Celery's own code sends results on."""
    with _set(_passing_on, value=True):
        yield


def is_passing_on() -> bool:
    """Whether it does now."""
    return _passing_on.get()


@contextmanager
def calling_errbacks() -> Generator[None]:
    """While Celery's own code calls the error callbacks of a task, with what was sent as their arguments."""
    with _set(_calling_errbacks, value=True):
        yield


def is_calling_errbacks() -> bool:
    """Whether it does now."""
    return _calling_errbacks.get()


@contextmanager
def called_errback() -> Generator[None]:
    """While one of these runs: what it calls and sends is its user's again."""
    with _set(_calling_errbacks, value=False), _set(_passing_on, value=False):
        yield


@contextmanager
def in_item(request: Any) -> Generator[None]:
    """While a task is called with an item by Celery's map, whose request this is: what it calls, it calls itself."""
    with _set(_in_item, value=request):
        yield


def is_in_item(request: Any) -> bool:
    """Whether one is, of that request."""
    return _in_item.get() is request


@contextmanager
def _set(variable: ContextVar[Any], *, value: Any) -> Generator[None]:
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)
