"""A function's annotations, read once, as one frozen description of the task."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from inspect import Parameter
from typing import Any, Final, get_args, get_origin

import attrs
from typing_extensions import Unpack, get_type_hints

from ._fields import fields_of
from ._kinds import Refused, check_type
from ._plain import did_you_mean, step
from ._sensitive import is_hidden
from ._types import Names, is_typeddict, origin_of
from .errors import Problem, UnresolvedAnnotation, UnsupportedType

__all__ = ["TaskSignature", "read_signature", "told_of"]

_UNPACKS: Final = frozenset({Unpack, getattr(typing, "Unpack", Unpack)})

_POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
_BY_NAME: Final = (Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY)


@attrs.frozen(eq=False, slots=False)
class TaskSignature:
    """What a task takes and gives.

    Attributes:
        task: Name of the function, for messages.
        parameters: The function's parameters without ``self``, with resolved annotations.
        returns: The resolved return annotation; `typing.Any` where there is none.
        module: Name of the function's module.
    """

    task: str
    parameters: tuple[Parameter, ...]
    returns: Any
    module: str

    @cached_property
    def Arguments(self) -> type[Any]:  # noqa: N802 - a class
        """The parameters as an attrs class of keyword-only fields.

        The one record whose structuring is defaults, types and error paths. ``*args`` is a field with a tuple,
        ``**kwargs`` one with a dict. Made at first use: a process calls few of the tasks that it declares.
        """
        return _arguments_class(self)

    @cached_property
    def positional(self) -> tuple[str, ...]:
        """Names of the parameters that may be given by position, in order."""
        return tuple(p.name for p in self.parameters if p.kind in _POSITIONAL)

    @cached_property
    def keywords(self) -> frozenset[str]:
        """Names of the parameters that may be given by name."""
        return frozenset(p.name for p in self.parameters if p.kind in _BY_NAME)

    @cached_property
    def keyword_only(self) -> tuple[str, ...]:
        """Names of the parameters that must be given by name."""
        return tuple(p.name for p in self.parameters if p.kind is Parameter.KEYWORD_ONLY)

    @cached_property
    def required(self) -> tuple[str, ...]:
        """Names of the parameters without a default, in order."""
        kinds = (*_POSITIONAL, Parameter.KEYWORD_ONLY)
        return tuple(p.name for p in self.parameters if p.kind in kinds and p.default is Parameter.empty)

    @cached_property
    def var_positional(self) -> str | None:
        """Name of ``*args``."""
        return next((p.name for p in self.parameters if p.kind is Parameter.VAR_POSITIONAL), None)

    @cached_property
    def var_keyword(self) -> str | None:
        """Name of ``**kwargs``."""
        return next((p.name for p in self.parameters if p.kind is Parameter.VAR_KEYWORD), None)

    @cached_property
    def unpacked(self) -> dict[str, Any]:
        """The types of ``**kwargs: Unpack[Options]`` by name; empty without it."""
        found = (_unpacked(parameter) for parameter in self.parameters)
        return {field.key: field.type for type_ in found if type_ is not None for field in fields_of(type_)}

    def path(self, path: str) -> str:
        """The path of a problem: what is unpacked is known by its own name, not by that of ``**kwargs``."""
        prefix = f"$.{self.var_keyword}."
        return f"$.{path.removeprefix(prefix)}" if self.unpacked and path.startswith(prefix) else path

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Problem, ...]]:
        """The values by field of `Arguments`, and what Python itself would raise `TypeError` for.

        `inspect.Signature.bind` stops at the first problem and costs more than structuring does.
        """
        if not kwargs and len(args) == len(self.parameters) == len(self.positional):  # as most calls are
            return dict(zip(self.positional, args, strict=True)), ()
        bound: dict[str, Any] = dict(zip(self.positional, args, strict=False))
        problems: list[Problem] = []
        extra = args[len(self.positional) :]
        if self.var_positional is not None:
            bound[self.var_positional] = list(extra)
        elif extra:
            message = f"takes {len(self.positional)} positional arguments, got {len(args)}"
            problems.append(Problem("$", message))
        rest: dict[str, Any] = {}
        for name, value in kwargs.items():
            if name not in self.keywords:
                rest[name] = value
            elif name in bound:
                problems.append(Problem(f"$.{name}", "given by position and by name"))
            else:
                bound[name] = value
        if self.var_keyword is not None:
            bound[self.var_keyword] = rest
        if self.var_keyword is None or self.unpacked:
            surplus = (name for name in rest if name not in self.unpacked)
            problems += (Problem(f"${step(name)}", self._surplus(name)) for name in surplus)
        told = {problem.path for problem in problems}  # as positional only, so not as missing too
        missing = (f"$.{name}" for name in self.required if name not in bound)
        problems += (Problem(path, "missing") for path in missing if path not in told)
        return bound, tuple(problems)

    def _surplus(self, name: str) -> str:
        if name in self.positional:
            return "positional only"
        return f"unexpected argument{did_you_mean(name, self.keywords | self.unpacked.keys())}"

    def call(self, arguments: Any) -> tuple[list[Any], dict[str, Any]]:
        """An `Arguments` record as the ``*args`` and ``**kwargs`` of the function."""
        args = [getattr(arguments, name) for name in self.positional]
        if self.var_positional is not None:
            args += getattr(arguments, self.var_positional)
        kwargs = {name: getattr(arguments, name) for name in self.keyword_only}
        if self.var_keyword is not None:
            kwargs |= getattr(arguments, self.var_keyword)
        return args, kwargs


def read_signature(
    function: Callable[..., Any],
    *,
    bind: bool = False,
    names: Names | None = None,
    is_custom: Callable[[Any], bool] | None = None,
) -> TaskSignature:
    """Read a task's function.

    Args:
        function: The function; a wrapper made with `functools.wraps` is looked through.
        bind: Whether the first parameter is the task itself (Celery's ``bind=True``), which callers do not pass.
        names: More names for string annotations.
        is_custom: Whether a type has a hook of the user's own.

    Raises:
        UnsupportedType: An annotation holds a type that cannot travel.
        UnresolvedAnnotation: A name in an annotation is not defined (yet).
    """
    function = inspect.unwrap(function)
    task = function.__name__
    with told_of(task):
        hints = get_type_hints(function, localns=_local_names(function, names), include_extras=True)
        parameters = tuple(
            parameter.replace(annotation=hints.get(parameter.name, Any))
            for parameter in list(inspect.signature(function).parameters.values())[1 if bind else 0 :]
        )
        for parameter in parameters:
            check_type(_unpacked(parameter) or parameter.annotation, parameter.name, names, is_custom)
        returns = hints.get("return", Any)
        check_type(returns, "return", names, is_custom)
    return TaskSignature(task, parameters, returns, function.__module__)


def _local_names(function: Callable[..., Any], names: Names | None) -> dict[str, Any] | None:
    """With the type parameters of a ``def f[T](...)``, which are in no namespace before Python 3.13."""
    parameters = getattr(function, "__type_params__", ())
    return {**{parameter.__name__: parameter for parameter in parameters}, **(names or {})} or None


def _unpacked(parameter: Parameter) -> Any:
    """The `TypedDict` of a ``**kwargs: Unpack[...]``; ``None`` for anything else."""
    type_: Any = parameter.annotation
    inner = get_args(type_)[0] if get_origin(type_) in _UNPACKS else None
    return inner if parameter.kind is Parameter.VAR_KEYWORD and is_typeddict(origin_of(inner)) else None


@contextmanager
def told_of(task: str) -> Generator[None]:
    """Tell what is wrong with a type as an error of this task."""
    try:
        yield
    except (AttributeError, NameError) as exc:
        raise UnresolvedAnnotation(task, exc.name or str(exc)) from exc
    except SyntaxError as exc:
        raise UnsupportedType(task, "an annotation", exc.msg.rpartition(" got ")[2], "it is no expression") from exc
    except Refused as exc:
        raise UnsupportedType(task, exc.where, exc.type, exc.fix) from None
    except Exception as exc:
        raise UnsupportedType(task, "an annotation", f"{type(exc).__name__}: {exc}", "it is no type") from exc


def _arguments_class(signature: TaskSignature) -> type[Any]:
    """``charge(order: Order, *, retries: int = 0)`` → ``class ChargeArguments`` with these two fields."""
    # Of a stub the task's name may be a dotted one.
    name = "".join(part.capitalize() for part in re.split(r"[\W_]+", signature.task)) + "Arguments"
    fields = {parameter.name: _field(parameter) for parameter in signature.parameters}
    cls = attrs.make_class(name, fields, kw_only=True, frozen=True)
    cls.__module__ = signature.module
    return cls


def _field(parameter: Parameter) -> Any:
    type_: Any = parameter.annotation
    default: Any = parameter.default
    if parameter.kind is Parameter.VAR_POSITIONAL:
        type_, default = types.GenericAlias(tuple, (type_, ...)), ()
    elif parameter.kind is Parameter.VAR_KEYWORD:
        type_ = _unpacked(parameter) or types.GenericAlias(dict, (str, type_))
        default = attrs.Factory(dict[str, Any])
    elif default is Parameter.empty:
        default = attrs.NOTHING
    # `alias` because attrs would strip the underscore of a parameter called `_order`.
    return attrs.field(type=type_, default=default, alias=parameter.name, repr=not is_hidden(type_))
