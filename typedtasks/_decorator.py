"""``@typed_task``: a function, once its annotations are read, as a task of one app or of all."""

# pyright: reportInvalidTypeVarUse=false
# The type variables of `raises=` and `progress=` have defaults (PEP 696), which is what a caller without these gets.

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Coroutine
from typing import (
    TYPE_CHECKING,
    Any,
    Concatenate,
    Final,
    Generic,
    Literal,
    Protocol,
    TypeAlias,
    cast,
    overload,
)

import attrs
from typing_extensions import Never, TypeVar, Unpack

from ._celery import (
    Proxy,
    active_apps,
    connect_on_app_finalize,
    current_app_object,
    starts_anew,
    task_at_first_use,
    task_from_function,
)
from ._celery import Task as CeleryTask
from ._declaration import Declaration
from ._hooks import has_rules
from ._options import ROUTING, TaskOptions, check_options
from ._runtime import worker_body
from ._task import BoundTask, TypedTask
from ._typevars import E1, E2, E3, E4, E5, PG, P, R
from ._wire import WireSettings

__all__ = [
    "BoundDecorator",
    "CeleryApp",
    "Declared",
    "Decorator",
    "Raises",
    "Runs",
    "declare",
    "read_options",
    "typed_base",
    "typed_task",
    "wire_settings",
]

_R_co = TypeVar("_R_co", covariant=True)
_DE = TypeVar("_DE", bound=BaseException)
_DPG = TypeVar("_DPG")


#: What ``raises=`` takes: a class or a tuple of up to five. A tuple of any length would join them to `Exception`.
Raises: TypeAlias = (
    type[E1]
    | tuple[type[E1]]
    | tuple[type[E1], type[E2]]
    | tuple[type[E1], type[E2], type[E3]]
    | tuple[type[E1], type[E2], type[E3], type[E4]]
    | tuple[type[E1], type[E2], type[E3], type[E4], type[E5]]
)


#: What `types.FunctionType` does not take. Reading the annotations of Python 3.14 would evaluate them.
_OF_FUNCTIONS: Final = (
    "__kwdefaults__",
    "__type_params__",
    "__annotate__" if sys.version_info >= (3, 14) else "__annotations__",
)

_OPTIONS: Final = frozenset({*TaskOptions.__annotations__, "bind", "lazy", "raises", "progress"})


class CeleryApp(Protocol):
    """Any Celery app, as far as the checker needs to know it."""

    def gen_task_name(self, name: str, module: str) -> str:
        """The name that a task gets by itself."""
        ...


class Runs(Protocol[P, _R_co]):
    """A class of tasks: `celery.Task` with a ``run`` of its own."""

    def run(self, *args: P.args, **kwargs: P.kwargs) -> _R_co:
        """What a worker runs."""
        ...


if TYPE_CHECKING:
    # `P` and `R` must not be in here: mypy would solve both to Any, and every check of the task would be gone.
    class TaskSelf(TypedTask[..., Any, _DE, Any], BoundTask[_DPG], Generic[_DE, _DPG]):
        """What a ``bind=True`` function may call its first parameter: a `BoundTask` or a `TypedTask`."""

    # The overloads of one decorator must give the same class: of two, a task `-> Any` matches both and is Any to mypy.
    class Decorator(Generic[_DE, _DPG]):
        """``@typed_task(...)``."""

        # Of a class: before the functions, since it can be called too.
        @overload
        def __call__(self, fn: type[Runs[P, Coroutine[Any, Any, R]]], /) -> TypedTask[P, R, _DE, _DPG]: ...
        @overload
        def __call__(self, fn: type[Runs[P, R]], /) -> TypedTask[P, R, _DE, _DPG]: ...
        @overload
        def __call__(self, fn: Callable[P, Coroutine[Any, Any, R]], /) -> TypedTask[P, R, _DE, _DPG]: ...
        @overload
        def __call__(self, fn: Callable[P, R], /) -> TypedTask[P, R, _DE, _DPG]: ...
        def __call__(self, fn: Callable[..., Any], /) -> Any: ...

    class BoundDecorator(Generic[_DE, _DPG]):
        """``@typed_task(bind=True, ...)``."""

        @overload
        def __call__(
            self, fn: Callable[Concatenate[TaskSelf[_DE, _DPG], P], Coroutine[Any, Any, R]], /
        ) -> TypedTask[P, R, _DE, _DPG]: ...
        @overload
        def __call__(self, fn: Callable[Concatenate[TaskSelf[_DE, _DPG], P], R], /) -> TypedTask[P, R, _DE, _DPG]: ...
        def __call__(self, fn: Callable[..., Any], /) -> Any: ...

else:
    Decorator = BoundDecorator = Callable


@overload
def typed_task(fn: type[Runs[P, Coroutine[Any, Any, R]]], /) -> TypedTask[P, R, Exception, Never]: ...
@overload
def typed_task(fn: type[Runs[P, R]], /) -> TypedTask[P, R, Exception, Never]: ...
@overload
def typed_task(fn: Callable[P, Coroutine[Any, Any, R]], /) -> TypedTask[P, R, Exception, Never]: ...
@overload
def typed_task(fn: Callable[P, R], /) -> TypedTask[P, R, Exception, Never]: ...
@overload
def typed_task(
    *,
    app: CeleryApp = ...,
    bind: Literal[True],
    raises: Raises[E1, E2, E3, E4, E5] = ...,
    progress: type[PG] = ...,
    **options: Unpack[TaskOptions],
) -> BoundDecorator[E1 | E2 | E3 | E4 | E5, PG]: ...
@overload
def typed_task(
    *,
    app: CeleryApp = ...,
    bind: Literal[False] = ...,
    raises: Raises[E1, E2, E3, E4, E5] = ...,
    progress: type[PG] = ...,
    **options: Unpack[TaskOptions],
) -> Decorator[E1 | E2 | E3 | E4 | E5, PG]: ...
def typed_task(fn: Any = None, /, *, app: Any = None, **options: Any) -> Any:
    """Make a typed task of a function.

    ``@typed_task`` alone declares the task for every Celery app, as `celery.shared_task` does: what the name stands
    for is the task of the current app. ``@typed_task(app=app)`` declares it for that one.

    Args:
        fn: The function. Its annotations say what travels and how. Or a class, made of `celery.Task`, with a ``run`` of
            its own; mypy follows ``charge = typed_task(Charge)``, and takes a decorated class for the class still.
        app: The Celery app that the task belongs to.
        bind: Pass the task as the first argument, a `BoundTask`.
        raises: Exceptions that are part of the task's result: a caller's ``outcome()`` gives them as ``Failed``, and
            the worker logs them without a traceback, as Celery's ``throws`` does.
        progress: The type of what ``self.progress()`` takes and ``result.progress`` gives.
        **options: Celery's own task options, and any attribute of the ``base`` class. Beside these: ``converter``, one
            made by `make_converter`, whose hooks win; ``forbid_extra_keys``, whether the worker refuses keys that no
            field takes, where it would ignore them as a newer sender's; ``limits``, how large a payload may be;
            ``localns``, names for annotations that are imported for the type checker only, or a function that gives
            them at first use.

    Raises:
        UnsupportedType: An annotation holds a type that cannot travel.
        UnknownOption: An option that neither Celery nor typedtasks knows.
        TypeError: What is decorated is no function, what it raises no exception class, or the converter not ours.

    .. versionadded:: 0.1
    """
    if fn is not None:
        return declare(fn, app, options)

    def decorate(function: Any) -> Any:
        return declare(function, app, options)

    return decorate


@attrs.frozen
class Declared:
    """What a decorator was told, sorted.

    Attributes:
        declaration: The function and its types.
        body: What a worker runs.
        base: The task's class, as far as the user has one.
        options: Those of Celery.
    """

    declaration: Declaration
    body: Callable[..., Any]
    base: Any
    options: dict[str, Any]

    def on(self, app: Any) -> dict[str, Any]:
        """What Celery makes the task of one app of."""
        declaration = self.declaration.on(app)
        return {**self.options, "declaration": declaration, "base": typed_base(app, self.base)}


def read_options(function: Any, options: dict[str, Any], *, title: str | None = None) -> Declared:
    """Sort what a decorator was told, and refuse what can never work.

    Args:
        function: A function, or a class of tasks with a ``run``.
        options: Celery's and our own.
        title: What errors call it; without it, the function's name.

    Raises:
        UnsupportedType: An annotation holds a type that cannot travel.
        UnknownOption: An option that neither Celery nor typedtasks knows.
        TypeError: It is neither, what it raises is no exception class, or the converter is not ours.
    """
    celery_options = dict(options)
    base = celery_options.pop("base", None)
    if isinstance(function, type):
        function, base = _run_of(function, celery_options), function
    if not callable(function) or not hasattr(function, "__name__"):  # a partial has none
        raise TypeError(f"@typed_task takes a function, got {function!r}")
    if not celery_options.keys() <= _OPTIONS:
        check_options(celery_options, {*_OPTIONS, *dir(base or CeleryTask)})  # any attribute of the task's class
    declaration = Declaration(
        function,
        bind=celery_options.get("bind", False),
        raises=_exceptions(celery_options.pop("raises", ())),
        progress=celery_options.pop("progress", None),
        settings=wire_settings(celery_options),
        localns=celery_options.pop("localns", None),
        title=title,
    )
    celery_options["routing"] = {name: celery_options.pop(name) for name in ROUTING if name in celery_options}
    throws = celery_options.get("throws", getattr(base, "throws", ()))
    celery_options["throws"] = (*throws, *declaration.raises)
    return Declared(declaration, worker_body(function), base, celery_options)


def _run_of(cls: type[Any], options: dict[str, Any]) -> Callable[..., Any]:
    """The ``run`` of a class of tasks, as a function with the class's name; the options that this takes are set."""
    run = getattr(cls, "run", None)
    if not issubclass(cls, CeleryTask) or run is CeleryTask.run or not inspect.isfunction(run):
        raise TypeError(f"@typed_task takes a class of celery.Task with a run(self, ...) of its own, got {cls!r}")
    options["bind"] = True
    if getattr(cls, "name", None):
        options.setdefault("name", cls.name)
    named = types.FunctionType(run.__code__, run.__globals__, cls.__name__, run.__defaults__, run.__closure__)
    for attribute in _OF_FUNCTIONS:
        if hasattr(run, attribute):
            setattr(named, attribute, getattr(run, attribute))
    named.__dict__.update(run.__dict__)  # of a decorator, which function it wraps
    named.__doc__, named.__module__, named.__qualname__ = cls.__doc__, cls.__module__, cls.__qualname__
    return named


def declare(function: Any, app: Any, options: dict[str, Any]) -> Any:
    """Register a function as a typed task, of one app or of every app there is and will be."""
    lazy = options.pop("lazy", True)
    declared = read_options(function, options)
    declared.declaration.on(app).check()
    if app is None or (lazy and starts_anew()):
        return _shared(declared)

    def register() -> Any:  # the app's own task class may be set later than its tasks are declared
        return task_from_function(app, declared.body, **declared.on(app))

    return task_at_first_use(app, register, declared.body.__doc__) if lazy and not app.finalized else register()


def wire_settings(options: dict[str, Any]) -> WireSettings:
    """Take the settings of the mapping out of the options of a task or an app.

    Raises:
        TypeError: The converter does not have the rules of this package.
    """
    settings = WireSettings(**{name: options.pop(name, None) for name in attrs.fields_dict(WireSettings)})
    if settings.converter is not None and not has_rules(settings.converter):
        raise TypeError("converter= takes one made by typedtasks.make_converter(), to which you add your hooks")
    return settings


def _exceptions(raises: Any) -> tuple[Any, ...]:
    classes: tuple[Any, ...] = cast("Any", raises) if isinstance(raises, tuple) else (raises,)
    for cls in classes:
        if not (isinstance(cls, type) and issubclass(cls, BaseException)):
            raise TypeError(f"raises= takes an exception class or a tuple of these, got {cls!r}")
    return classes


def _shared(declared: Declared) -> Any:
    """`celery.shared_task`, whose base class must be known here, while ours derives from each app's own."""
    body = declared.body

    def register(app: Any) -> Any:
        return task_from_function(app, body, **declared.on(app))

    connect_on_app_finalize(register)
    for app in active_apps():
        register(app)

    def of_current_app() -> Any:
        app = current_app_object()
        return app.tasks[declared.options.get("name") or app.gen_task_name(body.__name__, body.__module__)]

    return Proxy(of_current_app)


def typed_base(app: Any, base: Any = None) -> type[Any]:
    """`TypedTask` over the app's own task class, which Celery's Django support and other extensions put there."""
    base = base or app.Task
    if issubclass(base, TypedTask):
        return base  # type: ignore[no-any-return]  # narrowed to a generic class of Any
    # On the app, which `app.Task` refers to: in a table of ours they would keep each other alive.
    bases: dict[Any, type[Any]] = cast("Any", vars(app)).setdefault("_typedtasks_bases", {})
    if base not in bases:
        bound: tuple[Any, ...] = () if issubclass(base, BoundTask) else (BoundTask,)
        parents: Any = (TypedTask, *bound, base)
        bases[base] = type("TypedTask", parents, {"abstract": True, "__module__": __name__})
    return bases[base]
