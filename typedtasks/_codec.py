"""One task's traffic in wire form: arguments, result and progress."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final, cast, get_args

import attrs

from ._kinds import is_any_inside
from ._plain import is_envelope, is_plain, shorten, unescape
from ._sensitive import UNDECLARED, holds_sensitive, shown
from ._showing import REPR_WIDTH, Show, shown_as
from ._signature import TaskSignature
from ._types import is_any, is_union, plain_type
from ._wire import Invalid, Wire
from .errors import InvalidArguments, InvalidPayload, InvalidProgress, InvalidResult, Problem, UndeclaredProgress

__all__ = ["TaskCodec", "codec_of"]

_REPR_LENGTH: Final = 1024  # of all: it stands in a header of the message
_KEYED: Final = (dict, list)
_FIRST_INDEX: Final = re.compile(r"^\[(\d+)\]")
_ENVELOPE: Final = (
    "keyword arguments called exactly __type__ and __value__ are something else to Celery's own JSON: "
    "give one by position"
)
_LATER: Final = object()  # stands for an argument that the step before will give


@attrs.frozen(eq=False, slots=False)
class TaskCodec:
    """Encodes and decodes for one task.

    Attributes:
        signature: The task's description.
        wire: The mapping between types and plain JSON data.
        progress: The declared type of progress, or ``None``.
        raises: The declared exceptions.
    """

    signature: TaskSignature
    wire: Wire
    progress: Any = None
    raises: tuple[type[Exception], ...] = ()

    # -- arguments, on the caller's side

    def encode_arguments(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], *, exact: bool
    ) -> tuple[list[Any], dict[str, Any]]:
        """Objects, or their wire forms, to wire form, checked with the worker's own structure function.

        Args:
            args: Positional arguments.
            kwargs: Keyword arguments.
            exact: Refuse keys of wire forms that no field takes.

        Raises:
            InvalidArguments: Something is missing, surplus or not of its type.
        """
        wire_args, wire_kwargs = self.encode_unchecked(args, kwargs)
        # What was an object has the keys of its fields and no other.
        given = any(map(_has_keys, args, wire_args)) or any(map(_has_keys, kwargs.values(), wire_kwargs.values()))
        self._load(wire_args, wire_kwargs, exact=exact and given)
        problem = self.wire.check_size((wire_args, wire_kwargs))
        if problem is not None:
            raise InvalidArguments(self.signature.task, (problem,))
        return wire_args, wire_kwargs

    def encode_later(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], *, offset: int | None, exact: bool, is_open: bool = False
    ) -> tuple[list[Any], dict[str, Any]]:
        """The same for a call whose first arguments someone else will give: what is there must fit.

        Args:
            args: Positional arguments.
            kwargs: Keyword arguments.
            offset: How many positional arguments will be put before these; ``None`` for as many as are missing.
            exact: As in `encode_arguments`.
            is_open: Whether what is missing then is no problem, since more may be added by name.

        Raises:
            InvalidArguments: Something is missing that no step will give, surplus or not of its type.
        """
        if offset is None:
            required = [name for name in self.signature.positional if name in self.signature.required]
            offset = len([name for name in required if name not in kwargs][len(args) :])
        encoded = self.encode_unchecked(args, kwargs, offset=offset)
        given = [_LATER] * offset + encoded[0]
        named = encoded[1]
        if is_open:
            by_position = self.signature.positional[: len(given)]
            missing = (name for name in self.signature.required if name not in by_position)
            named = {**{name: _LATER for name in missing if name in self.signature.keywords}, **named}
        bound, problems = self.signature.bind(given, named)
        for name, value in bound.items():
            if name == self.signature.var_positional:
                later = value.count(_LATER)
                problems += self._problems(name, value[later:], exact=exact, skipped=later)
            elif value is not _LATER:
                problems += self._problems(name, value, exact=exact)
        if problems:
            raise InvalidArguments(self.signature.task, problems)
        return encoded

    def _problems(self, name: str, value: Any, *, exact: bool, skipped: int = 0) -> tuple[Problem, ...]:
        def path(below: str) -> str:
            return f"$.{name}" + _FIRST_INDEX.sub(lambda match: f"[{int(match[1]) + skipped}]", below[1:])

        try:
            self.wire.load(value, self._fields[name].type, exact=exact)
        except Invalid as exc:
            return tuple(Problem(self.signature.path(path(problem.path)), problem.message) for problem in exc.problems)
        return ()

    def encode_unchecked(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], *, offset: int = 0
    ) -> tuple[list[Any], dict[str, Any]]:
        """The same without the check, for what the receiving worker will check.

        Args:
            args: Positional arguments.
            kwargs: Keyword arguments.
            offset: How many positional arguments will be put before these.
        """
        dump = self.wire.dump_or_wire
        positional = self._positional_types
        rest = self._rest_types[0]
        wire_args = [
            dump(value, positional[index] if index < len(positional) else rest)
            for index, value in enumerate(args, offset)
        ]
        named = self._keyword_types
        wire_kwargs = {name: dump(value, named.get(name, self._rest_types[1])) for name, value in kwargs.items()}
        return wire_args, wire_kwargs

    def encode_passed(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The same for what Celery's own code passes on, of a task of no types too.

        What does not fit is left as it is: the serializer may take it, and the worker that gets it tells.

        Args:
            args: Positional arguments.
            kwargs: Keyword arguments.
        """
        args = [shown(value) for value in args]
        wire_args, wire_kwargs = self.encode_unchecked(args, kwargs)
        return (
            [wire if is_plain(wire) else value for value, wire in zip(args, wire_args, strict=True)],
            {name: wire if is_plain(wire) else kwargs[name] for name, wire in wire_kwargs.items()},
        )

    def retag(self, wire: Any, value: Any) -> Any:
        """What the step before has returned, as the first argument of this one takes it.

        The wire form of a record has no tag where it is the only type that is declared, and needs one where several
        are.

        Args:
            wire: Wire form, by the declared type of what was returned.
            value: The object.
        """
        return self._retag(wire, value, self._first_type)

    def retag_item(self, wire: Any, value: Any) -> Any:
        """The same for one of the items of the first argument, as the body of a chord has them."""
        inside = get_args(plain_type(self._first_type))
        is_array = len(inside) == 1 or inside[1:] == (...,)
        return self._retag(wire, value, inside[0]) if is_array else wire

    def _retag(self, wire: Any, value: Any, type_: Any) -> Any:
        if type(wire) not in _KEYED or not self._first_has_union:
            return wire
        again = self.wire.dump_or_wire(value, type_)
        return again if is_plain(again) else wire

    @cached_property
    def _first_type(self) -> Any:
        return (self._positional_types or self._rest_types)[0]

    @cached_property
    def _first_has_union(self) -> bool:
        return is_any_inside(self._first_type, is_union, self.wire.is_custom)

    @cached_property
    def takes_any(self) -> bool:
        """Whether a parameter takes what is of no declared type."""
        return any(is_any_inside(parameter.annotation, is_any) for parameter in self.signature.parameters)

    @cached_property
    def gives_any(self) -> bool:
        """Whether the result, or a part of it, is of no declared type."""
        return is_any_inside(self.signature.returns, is_any)

    @cached_property
    def _fields(self) -> dict[str, Any]:
        return attrs.fields_dict(self.signature.Arguments)

    @cached_property
    def _types(self) -> dict[str, Any]:
        return {parameter.name: parameter.annotation for parameter in self.signature.parameters}

    @cached_property
    def _positional_types(self) -> list[Any]:
        return [self._types[name] for name in self.signature.positional]

    @cached_property
    def _keyword_types(self) -> dict[str, Any]:
        return {name: self._types[name] for name in self.signature.keywords} | self.signature.unpacked

    @cached_property
    def _rest_types(self) -> tuple[Any, Any]:
        """The types of what ``*args`` and ``**kwargs`` take; without these, of what the check will refuse."""
        return (
            self._types.get(self.signature.var_positional or "", UNDECLARED),
            UNDECLARED if self.signature.unpacked else self._types.get(self.signature.var_keyword or "", UNDECLARED),
        )

    # -- arguments, on the worker

    def decode_arguments(self, args: Sequence[Any], kwargs: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """Wire form to the objects that the function is called with, defaults filled in.

        Raises:
            InvalidArguments: The payload does not fit the signature.
        """
        return self.signature.call(self._load(args, kwargs, exact=False))

    def decode_wire(
        self, args: Sequence[Any], kwargs: Mapping[str, Any], *, skipped: int = 0
    ) -> tuple[list[Any], dict[str, Any]]:
        """The same for a call that Celery makes itself with objects of its own before what was sent.

        Args:
            args: Positional arguments.
            kwargs: Keyword arguments.
            skipped: How many of the first are Celery's.

        Raises:
            InvalidArguments: What was sent does not fit the signature.
        """
        positional, rest = self._positional_types, self._rest_types
        problems: list[Problem] = []

        def decode(value: Any, type_: Any, name: str) -> Any:
            if not is_plain(value):
                return value
            try:
                return self.wire.load(value, type_)
            except Invalid as exc:
                problems.extend(Problem(f"$.{name}{problem.path[1:]}", problem.message) for problem in exc.problems)

        names = [*self.signature.positional, *(f"{self.signature.var_positional}[{at}]" for at in range(len(args)))]
        decoded = [
            value if at < skipped else decode(value, positional[at] if at < len(positional) else rest[0], names[at])
            for at, value in enumerate(args)
        ]
        named = {name: decode(value, self._keyword_types.get(name, rest[1]), name) for name, value in kwargs.items()}
        if problems:
            raise InvalidArguments(self.signature.task, tuple(problems))
        return decoded, named

    def _load(self, args: Sequence[Any], kwargs: Mapping[str, Any], *, exact: bool) -> Any:
        bound, problems = self.signature.bind(args, kwargs)
        named: list[Any] = [kwargs, bound.get(self.signature.var_keyword or "", {})]
        if is_envelope(named[0]) or any(unescape(each) is not each for each in named):
            raise InvalidArguments(self.signature.task, (Problem("$", _ENVELOPE),))
        try:
            record = self.wire.load(bound, self.signature.Arguments, exact=exact)
        except Invalid as exc:
            # What is missing was told by `bind` in the order of the parameters.
            told = {problem.path for problem in problems}
            found = (Problem(self.signature.path(problem.path), problem.message) for problem in exc.problems)
            problems += tuple(problem for problem in found if problem.path not in told)
            raise InvalidArguments(self.signature.task, problems) from None
        if problems:
            raise InvalidArguments(self.signature.task, problems)
        return record

    # -- result and progress

    @cached_property
    def of_items(self) -> TaskCodec:
        """The traffic of Celery's map and starmap over this task, which gives a list of its results."""
        returns = types.GenericAlias(list, (self.signature.returns,))
        return attrs.evolve(self, signature=attrs.evolve(self.signature, returns=returns))

    def encode_result(self, value: Any) -> Any:
        """What the function returned, to wire form.

        Raises:
            InvalidResult: It is not of the declared type.
        """
        return self._checked(InvalidResult, self.wire.dump, value, self.signature.returns)

    def decode_result(self, value: Any) -> Any:
        """Wire form to the declared type.

        Raises:
            InvalidResult: What the result backend holds does not fit.
        """
        return self._checked(InvalidResult, self.wire.load, value, self.signature.returns)

    def encode_progress(self, value: Any) -> Any:
        """Progress to wire form.

        Raises:
            UndeclaredProgress: The task has no ``progress=``.
            InvalidProgress: The value is not of its type.
        """
        if self.progress is None:
            raise UndeclaredProgress(self.signature.task)
        return self._checked(InvalidProgress, self.wire.dump, value, self.progress)

    def decode_progress(self, value: Any) -> Any:
        """Wire form to progress.

        Raises:
            UndeclaredProgress: The task has no ``progress=``.
            InvalidProgress: What the result backend holds does not fit.
        """
        if self.progress is None:
            raise UndeclaredProgress(self.signature.task)
        return self._checked(InvalidProgress, self.wire.load, value, self.progress)

    def _checked(self, error: type[InvalidPayload], convert: Any, value: Any, type_: Any) -> Any:
        try:
            return convert(value, type_)
        except Invalid as exc:
            problems = exc.problems
        raise error(self.signature.task, problems)

    # -- what logs and monitors see

    @cached_property
    def hides_arguments(self) -> bool:
        """Whether an argument is never shown, or anything inside of one."""
        return any(holds_sensitive(parameter.annotation) for parameter in self.signature.parameters)

    @cached_property
    def hides_result(self) -> bool:
        """Whether the result is never shown, or anything inside of it."""
        return holds_sensitive(self.signature.returns)

    def show_arguments(self, args: Any, kwargs: Any) -> tuple[list[str], dict[str, str]]:
        """Each argument as it may be shown: scalars as they are, records and containers by their type alone.

        Args:
            args: Positional arguments, in wire form; of what is no list, which a message may hold, nothing is shown.
            kwargs: Keyword arguments, likewise.
        """
        given: Sequence[Any] = cast("Any", args) if isinstance(args, (list, tuple)) else ()
        by_name: Mapping[str, Any] = cast("Any", kwargs) if isinstance(kwargs, dict) else {}
        positional, named, rest, rest_named = self._shown
        shown = [
            (positional[index] if index < len(positional) else rest)(value)
            for index, value in enumerate(islice(given, _REPR_LENGTH))
        ]
        return shown, {
            name: named.get(name, rest_named)(value) for name, value in islice(by_name.items(), _REPR_LENGTH)
        }

    def describe_arguments(self, args: Any, kwargs: Any) -> tuple[str, str]:
        """``argsrepr`` and ``kwargsrepr``: `show_arguments` in one line.

        Celery's own ``saferepr`` walks the whole payload, which costs more than structuring it does and writes
        every field into logs and events.
        """
        shown, named = self.show_arguments(args, kwargs)
        pairs = ", ".join(f"{shorten(repr(name), REPR_WIDTH)}: {text}" for name, text in named.items())
        return (
            shorten(f"({', '.join(shown)}{',' if len(shown) == 1 else ''})", _REPR_LENGTH),
            shorten(f"{{{pairs}}}", _REPR_LENGTH),
        )

    @cached_property
    def _shown(self) -> tuple[list[Show], dict[str, Show], Show, Show]:
        rest, rest_named = self._rest_types
        return (
            [shown_as(type_) for type_ in self._positional_types],
            {name: shown_as(type_) for name, type_ in self._keyword_types.items()},
            shown_as(rest),
            shown_as(rest_named),
        )


def codec_of(task: Any) -> TaskCodec | None:
    """The traffic of a typed task; ``None`` for others, and where the types cannot be read, which every call tells."""
    try:
        codec = getattr(task, "codec", None)
    except Exception:  # noqa: BLE001 - a function given as `localns` may raise anything
        return None
    return codec if isinstance(codec, TaskCodec) else None


def _has_keys(value: Any, wire: Any) -> bool:
    """Whether the caller handed over wire form, in which a key may be misspelt."""
    return value is wire and type(wire) in _KEYED
