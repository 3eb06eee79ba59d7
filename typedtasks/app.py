"""The app: Celery's own, whose tasks are typed."""

# pyright: reportInvalidTypeVarUse=false
# The type variables of `raises=` and `progress=` have defaults (PEP 696), which is what a caller without these gets.

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from cattrs import Converter
from typing_extensions import Never, TypedDict, Unpack

from ._celery import unproxied
from ._decorator import BoundDecorator, CeleryApp, Decorator, Raises, Runs, typed_task, wire_settings
from ._options import TaskOptions
from ._pickling import INSTALLED_ON, take_options
from ._task import TypedTask
from ._typevars import E1, E2, E3, E4, E5, PG, P, R
from ._wire import Limits

if TYPE_CHECKING:
    # No Celery type in a public annotation: without its stubs the class would be Any, and every typo would pass.
    class Celery: ...

    class AppHooks: ...

else:
    from ._app import AppHooks
    from ._celery import Celery

__all__ = ["EmbeddedConfig", "TypedCelery", "embedded", "install"]


#: How often a worker looks for a task in a folder, and a caller for its result, in seconds.
POLLING_INTERVAL: Final = 0.05


class TypedCelery(AppHooks, Celery):
    """A `celery.Celery` whose ``@app.task`` is `typed_task`; everything else is Celery's.

    Args:
        main: As for `celery.Celery`, like all that is not named here.
        converter: One made by `make_converter`, with hooks of your own, for all tasks that bring none: where it is, as
            in ``"shop.wire:converter"``, or a function that makes it, so that the app can be pickled; or itself.
        forbid_extra_keys: Whether workers refuse keys that no field takes; else they ignore them as a newer sender's.
        limits: How large payloads may be.
        pickle_secrets: Whether passwords in the configuration are in a pickle of the app too.

    Raises:
        TypeError: The converter is not one of `make_converter`.

    .. versionadded:: 0.1
    """

    if TYPE_CHECKING:
        conf: Any
        main: str

        def __init__(
            self,
            main: str | None = ...,
            *,
            broker: str | None = ...,
            backend: str | None = ...,
            include: Sequence[str] | None = ...,
            converter: Converter | Callable[[], Converter] | str | None = ...,
            forbid_extra_keys: bool = ...,
            limits: Limits | None = ...,
            pickle_secrets: bool = ...,
            **config: Any,
        ) -> None: ...

        def gen_task_name(self, name: str, module: str) -> str:
            """The name that a task gets by itself."""
            ...

        def autodiscover_tasks(
            self,
            packages: Sequence[str] | None = ...,
            related_name: str | None = ...,
            force: bool = ...,  # noqa: FBT001 - Celery's signature
        ) -> None:
            """Import the task modules of these packages when the app is finalized."""
            ...

        def config_from_object(
            self,
            obj: object,
            silent: bool = ...,  # noqa: FBT001 - Celery's signature
            force: bool = ...,  # noqa: FBT001 - Celery's signature
            namespace: str | None = ...,
        ) -> None:
            """Read the configuration from a module or object."""
            ...

        def worker_main(self, argv: Sequence[str] | None = ...) -> None:
            """Run the ``celery`` command in this process, as a worker."""
            ...

        def close(self) -> None:
            """Close connections."""
            ...

        def as_celery(self) -> Any:
            """The same object, untyped: for ``control``, ``send_task`` and whatever else Celery has."""
            ...

        @overload
        def task(self, fn: type[Runs[P, Coroutine[Any, Any, R]]], /) -> TypedTask[P, R, Exception, Never]: ...
        @overload
        def task(self, fn: type[Runs[P, R]], /) -> TypedTask[P, R, Exception, Never]: ...
        @overload
        def task(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> TypedTask[P, R, Exception, Never]: ...
        @overload
        def task(self, fn: Callable[P, R], /) -> TypedTask[P, R, Exception, Never]: ...
        @overload
        def task(
            self,
            *,
            bind: Literal[True],
            raises: Raises[E1, E2, E3, E4, E5] = ...,
            progress: type[PG] = ...,
            **options: Unpack[TaskOptions],
        ) -> BoundDecorator[E1 | E2 | E3 | E4 | E5, PG]: ...
        @overload
        def task(
            self,
            *,
            bind: Literal[False] = ...,
            raises: Raises[E1, E2, E3, E4, E5] = ...,
            progress: type[PG] = ...,
            **options: Unpack[TaskOptions],
        ) -> Decorator[E1 | E2 | E3 | E4 | E5, PG]: ...
        def task(self, fn: Any = None, **options: Any) -> Any:
            """`typed_task` for this app."""
            ...

    else:

        def __init__(self, *args: Any, **options: Any) -> None:
            # Before Celery, which would take them for its configuration.
            self.typedtasks_options = take_options(self, options)
            self.wire_settings = wire_settings(options)
            super().__init__(*args, **options)

        def task(self, *args: Any, **options: Any) -> Any:
            """`typed_task` for this app, with the same arguments.

            The names that start with ``celery.`` are Celery's own: it declares them through this very method.
            """
            if (options.get("name") or "").startswith("celery."):
                return super().task(*args, **options)
            return typed_task(*args, app=self, **options)

        def as_celery(self) -> Any:
            """The same object, which the checkers see as untyped."""
            return self


def install(
    app: CeleryApp,
    *,
    converter: Converter | Callable[[], Converter] | str | None = None,
    forbid_extra_keys: bool | None = None,
    limits: Limits | None = None,
    pickle_secrets: bool = False,
) -> None:
    """Give a Celery app, as it is, what `TypedCelery` does beyond each typed task by itself.

    For an app that another library has made. Its ``@app.task`` stays Celery's: typed tasks are declared with
    ``@typed_task(app=app)``, after this call. What it adds is listed under "Kinds of app" in the docs.

    Args:
        app: The app; its class is replaced by one that is made of it.
        converter: As for `TypedCelery`.
        forbid_extra_keys: As for `TypedCelery`.
        limits: As for `TypedCelery`.
        pickle_secrets: As for `TypedCelery`.

    Raises:
        TypeError: It is no Celery app, or the converter is not one of `make_converter`.

    .. versionadded:: 0.1
    """
    found: Any = unproxied(app)
    if Celery not in found.__class__.__mro__:
        raise TypeError(f"install() takes a Celery app, got {app!r}")
    settings: dict[str, Any] = {"converter": converter, "forbid_extra_keys": forbid_extra_keys, "limits": limits}
    settings["pickle_secrets"] = pickle_secrets
    found.typedtasks_options = take_options(found, settings)
    found.wire_settings = wire_settings(settings)
    cls: type[Any] = found.__class__
    if AppHooks not in cls.__mro__:
        found.__class__ = type(cls.__name__, (AppHooks, cls), {"__module__": cls.__module__, INSTALLED_ON: cls})
        found.__dict__.pop("AsyncResult", None)  # Celery's, if it was asked for before


class EmbeddedConfig(TypedDict):
    """The part of Celery's configuration that `embedded` makes."""

    broker: str
    broker_transport: str
    backend: str
    broker_transport_options: dict[str, Any]
    result_backend_transport_options: dict[str, Any]


def embedded(path: str | PathLike[str] | None = None) -> EmbeddedConfig:
    """Configuration for a broker and a result backend in a folder, with no server to install or start.

    Any number of processes of one machine share it: ``TypedCelery("shop", **embedded())``. For development, demos and
    tests. A worker killed with ``kill -9`` loses what it had fetched: in production use Redis or RabbitMQ, which is one
    line of configuration.

    Args:
        path: The folder. Without it ``.typedtasks`` in the current one: worker and callers must then start in the same.

    Raises:
        OSError: The folder cannot be made.

    .. versionadded:: 0.1
    """
    folder = Path(".typedtasks" if path is None else path).resolve()
    queues, control, results = folder / "queues", folder / "control", folder / "results"
    for each in (queues, control, results):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    return {
        "broker": "filesystem://localhost",
        "broker_transport": "typedtasks._embedded:Transport",
        "backend": f"typedtasks._embedded:Backend+file://{results}",
        "broker_transport_options": {
            "data_folder_in": str(queues),
            "data_folder_out": str(queues),
            "control_folder": str(control),
            "polling_interval": POLLING_INTERVAL,
        },
        "result_backend_transport_options": {"polling_interval": POLLING_INTERVAL},
    }
