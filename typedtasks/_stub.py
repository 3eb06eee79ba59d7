"""A task whose code is elsewhere: its name and its signature are enough to send it and to read its result."""

# pyright: reportInvalidTypeVarUse=false
# The type variables of `raises=` and `progress=` have defaults (PEP 696), which is what a caller without these gets.

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine
from typing import Any, overload

from typing_extensions import Unpack

from ._celery import Proxy, current_app_object, starts_anew, unproxied, unregistered_task
from ._decorator import CeleryApp, Raises, read_options
from ._encoder import SHARED_STUBS, made_stub, stubs_of
from ._options import TaskOptions
from ._task import TypedTask
from ._typevars import E1, E2, E3, E4, E5, PG, P, R
from .errors import RemoteTask

__all__ = ["stub"]


@overload
def stub(
    name: str,
    signature: Callable[P, Coroutine[Any, Any, R]],
    /,
    *,
    app: CeleryApp = ...,
    raises: Raises[E1, E2, E3, E4, E5] = ...,
    progress: type[PG] = ...,
    **options: Unpack[TaskOptions],
) -> TypedTask[P, R, E1 | E2 | E3 | E4 | E5, PG]: ...
@overload
def stub(
    name: str,
    signature: Callable[P, R],
    /,
    *,
    app: CeleryApp = ...,
    raises: Raises[E1, E2, E3, E4, E5] = ...,
    progress: type[PG] = ...,
    **options: Unpack[TaskOptions],
) -> TypedTask[P, R, E1 | E2 | E3 | E4 | E5, PG]: ...
def stub(name: str, signature: Callable[..., Any], /, *, app: Any = None, **options: Any) -> Any:
    """A typed task that another program runs.

    It is sent, linked and put into workflows as any typed task, and its results are typed. The app does not know it: a
    worker of this program will not run it, and a call of it here, by ``apply`` too, is an error.

    Args:
        name: The task's name where it runs.
        signature: A function with the task's parameters and result; its body is never run.
        app: The Celery app that sends it; without it, the current one, as for `typed_task`.
        raises: Exceptions that are part of the task's result, as for `typed_task`.
        progress: The type of the task's progress.
        **options: As for `typed_task`, where they matter to who sends: ``queue``, ``expires``, ``converter`` ...

    Raises:
        UnsupportedType: An annotation holds a type that cannot travel.
        UnknownOption: An option that neither Celery nor typedtasks knows.
        TypeError: The signature is no function, what it raises no exception class, or the converter not ours.

    .. versionadded:: 0.1
    """
    app = None if starts_anew() else app
    declared = read_options(signature, options, title=name)
    declared.declaration.on(app).check()

    def elsewhere(*_: Any, **__: Any) -> Any:
        raise RemoteTask(name)

    def make(app: Any) -> Any:
        options = {**declared.on(app), "apply": elsewhere, "acall": elsewhere}
        options.pop("name", None)
        return unregistered_task(app, functools.wraps(signature)(elsewhere), name=name, **options)

    stubs = SHARED_STUBS if app is None else stubs_of(unproxied(app))
    stubs[name] = make
    return Proxy(lambda: made_stub(current_app_object() if app is None else unproxied(app), make))
