"""One message through a worker's decoding, and what must hold of what comes out."""

from __future__ import annotations

import functools
import json
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

import attrs
import msgspec
import pydantic
from kombu.exceptions import DecodeError, EncodeError
from kombu.serialization import dumps, loads

from tests.fuzz.comparing import changes, has_set, parts_of, same, unordered
from tests.fuzz.signatures import CODECS, WIRE
from tests.unit.helpers import through_pickle
from typedtasks import InvalidArguments
from typedtasks._codec import TaskCodec
from typedtasks._failures import dump_failure, load_failure
from typedtasks._plain import is_plain
from typedtasks._types import is_any, plain_type
from typedtasks._wire import Wire, WireSettings

__all__ = [
    "LINES",
    "WIDTH",
    "Finding",
    "check_call",
    "check_error",
    "check_input",
    "check_message",
    "received",
    "task_of",
    "through_json",
]

#: How many lines the text of an error may have.
LINES = 20

#: How many characters each of them may have.
WIDTH = 1_000

_NAMES = list(CODECS)
_SHORT = reprlib.Repr()
_SHORT.maxlevel = _SHORT.maxlist = _SHORT.maxdict = _SHORT.maxtuple = 8
_SHORT.maxstring = _SHORT.maxother = 300


class Finding(Exception):
    """Something that must hold does not."""

    def __init__(self, text: str, *values: Any) -> None:
        """With the values that ``{}`` in the text stands for."""
        super().__init__(text.format(*map(_SHORT.repr, values)))


def check_input(data: bytes) -> bool:
    """A message for one of the tasks, which the first byte says; the rest is its body.

    Returns:
        Whether the task takes it.

    Raises:
        Finding: Something that must hold does not.
    """
    if not data:
        return False
    codec = CODECS[task_of(data)]
    taken = check_message(codec, data[1:])
    check_call(codec, data[1:])
    return taken is not None


def task_of(data: bytes) -> str:
    """The task that an input is for: ``a`` for the first of them."""
    return _NAMES[(data[0] - ord("a")) % len(_NAMES)]


def received(body: bytes) -> Any:
    """What the worker makes of a message's body, before it looks at the task.

    Raises:
        DecodeError: It is no JSON.
    """
    return loads(body, "application/json", "utf-8", accept={"application/json"})


def through_json(value: Any) -> Any:
    """A value dumped and loaded by kombu's JSON, as between two processes."""
    content_type, encoding, body = dumps(value, serializer="json")
    return loads(body, content_type, encoding)


def check_message(codec: TaskCodec, body: bytes) -> tuple[Sequence[Any], Mapping[str, Any]] | None:
    """Decode a message; what is accepted is encoded again and must be what was sent.

    Returns:
        What the function would be called with, or ``None`` for a message that is refused.

    Raises:
        Finding: Something that must hold does not.
    """
    try:
        args, kwargs, _ = received(body)
    except DecodeError:
        return None
    except (TypeError, ValueError):  # not three parts: Celery refuses it
        return None
    if type(args) is not list or type(kwargs) is not dict:  # Python refuses to call anything with them
        return None
    try:
        arguments = codec.decode_arguments(args, kwargs)
    except InvalidArguments as exc:
        check_error(exc)
        return None
    _check_arguments(codec, (args, kwargs), arguments)
    by_rules = _by_rules(codec).decode_arguments(args, kwargs)
    if not same(by_rules, arguments):
        raise Finding("decoded as {}, and by the rules alone as {}", arguments, by_rules)
    return arguments


@functools.cache
def _by_rules(codec: TaskCodec) -> TaskCodec:
    """The same without the quick way of reading, by msgspec, which must not take anything else."""
    wire = Wire(WireSettings(converter=codec.wire._converter))
    vars(wire._lenient)["quick"] = wire._lenient.explaining
    return attrs.evolve(codec, wire=wire)


def _check_arguments(codec: TaskCodec, sent: tuple[Any, Any], arguments: tuple[Any, Any]) -> None:
    wire = _encoded(codec, arguments)
    again = codec.decode_arguments(*through_json(wire))
    if not same(arguments, again):
        raise Finding("decoded as {}, and when sent on as {}", arguments, again)
    ordered = not has_set(arguments)
    if repr(wire) != repr(_encoded(codec, again)) if ordered else unordered(wire) != unordered(_encoded(codec, again)):
        raise Finding("encoded as {}, and when sent on as {}", wire, _encoded(codec, again))
    if _has_lenient(arguments):
        return
    exact = _is_exact(codec, sent)
    for path, before, after in changes([*sent], _by_position(codec, sent, wire), exact=exact, ordered=ordered):
        raise Finding(f"{path.replace('{', '{{').replace('}', '}}')}: sent as {{}}, sent on as {{}}", before, after)


def check_call(codec: TaskCodec, body: bytes) -> None:
    """Take a message for what a caller passes, with which kombu has nothing to do yet: what can be sent arrives.

    Raises:
        Finding: It does not.
    """
    try:
        args, kwargs, _ = json.loads(body)
    except (TypeError, ValueError, RecursionError):
        return
    if type(args) is not list or type(kwargs) is not dict:
        return
    try:
        wire = codec.encode_arguments(args, kwargs, exact=True)
    except InvalidArguments as exc:
        check_error(exc)
        return
    try:
        arguments = codec.decode_arguments(*through_json(wire))
    except (DecodeError, EncodeError, InvalidArguments) as exc:
        raise Finding("can be sent and not received: {}: {}", [args, kwargs], exc) from exc
    # What is escaped already is taken for wire form.
    if _takes_anything(codec) and b"typedtasks:" not in body:
        there, named = _by_position(codec, (args, kwargs), arguments)
        if not same([args, kwargs], [there, {name: named.get(name) for name in kwargs}]):
            raise Finding("sent as {}, received as {}", [args, kwargs], arguments)


@functools.cache
def _takes_anything(codec: TaskCodec) -> bool:
    return all(is_any(plain_type(parameter.annotation)) for parameter in codec.signature.parameters)


def _encoded(codec: TaskCodec, arguments: tuple[Any, Any]) -> tuple[list[Any], dict[str, Any]]:
    """Arguments to wire form, as a caller would send them."""
    try:
        wire = codec.encode_arguments(*arguments, exact=True)
    except InvalidArguments as exc:
        raise Finding("decoded as {}, which cannot be sent on: {}", arguments, exc) from exc
    if not is_plain([*wire]):
        raise Finding("not plain JSON data: {}", wire)
    codec.describe_arguments(*wire)
    return wire


def _has_lenient(value: Any) -> bool:
    """Whether there is an object of a library that reads by its own rules: pydantic makes 0 of false."""
    values = [value]
    for part in values:
        if isinstance(part, (msgspec.Struct, pydantic.BaseModel)):
            return True
        values.extend(parts_of(part) or ())
    return False


def _is_exact(codec: TaskCodec, sent: tuple[Any, Any]) -> bool:
    """Whether no key of what was sent is one that the task ignores: then none may be gone."""
    try:
        codec.encode_arguments(*sent, exact=True)
    except InvalidArguments:
        return False
    return True


def _by_position(codec: TaskCodec, sent: tuple[Any, Any], wire: tuple[Any, Any]) -> list[Any]:
    """What is sent on, given by position and by name as what was sent was: decoding gives by position what it can."""
    args, kwargs = list(wire[0]), dict(wire[1])
    names = codec.signature.positional
    kwargs.update(zip(names[len(sent[0]) :], args[len(sent[0]) : len(names)], strict=False))
    return [args[: len(sent[0])], kwargs]


def check_error(error: InvalidArguments) -> None:
    """The text is short and can be printed; the error survives pickle and JSON.

    Raises:
        Finding: It does not.
    """
    text = str(error)
    if "failed once and not when repeated" in text:
        raise Finding("refused quickly, and not by the rules alone: {}", error)
    lines = text.splitlines()
    if len(lines) > LINES or max(map(len, lines)) > WIDTH:
        raise Finding("a text of {} lines, of up to {} characters: {}", len(lines), max(map(len, lines)), text)
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise Finding("a text that cannot be printed: {}", text) from exc
    for copy in (through_pickle(error), load_failure(through_json(dump_failure(error, WIRE)), WIRE)):
        if type(copy) is not type(error) or (copy.args, copy.problems) != (error.args, error.problems):
            raise Finding("{} arrives as {}", error, copy)
