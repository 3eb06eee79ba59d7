"""What the tests of hostile data need: types, ways to send and to receive, and what must hold of a refusal."""

from __future__ import annotations

import enum
import functools
import re
import signal
import threading
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv6Network
from pathlib import Path
from typing import Any, Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import attr
import attrs
import msgspec
import pydantic
import pytest
from kombu.exceptions import DecodeError
from kombu.serialization import dumps, loads
from typing_extensions import NotRequired, TypedDict

from tests.fuzz.comparing import same
from tests.fuzz.target import check_error
from typedtasks import InvalidArguments
from typedtasks._codec import TaskCodec
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

WIRE = Wire()
#: No test may take longer; most take milliseconds.
SECONDS = 60
REFUSED = (DecodeError, InvalidArguments)
DEEP = 10_000
LONG = 50_000_000
ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
SURROGATE = "\ud800"
ODD_TEXTS = [SURROGATE, "\udc00\ud800", f"a{SURROGATE}b", "\x00", "a\x00b", "\uffff", "\U0010ffff", "\x7f", "\u202e"]
LONG_KEY = "k" * 1_000_000
MANY_DIGITS = "9" * 100_000


class Color(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    LOW = 1


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


@attrs.define
class Line:
    sku: str
    qty: int = 1


@attrs.define
class Node:
    value: int = 0
    below: list[Node] = attrs.field(factory=list)
    beside: Node | None = None


@attr.s
class Holder:
    data = attr.ib(type=Any, default=None)
    untyped = attr.ib(default=None)


@attrs.define
class Cat:
    name: str


@attrs.define
class Dog:
    name: str
    age: int = 0


@dataclass
class Point:
    x: float
    y: float = 0.0


class Window(TypedDict):
    start: date
    end: NotRequired[date]


class Place(NamedTuple):
    name: str
    height: float = 0.0


class Packet(msgspec.Struct):
    number: int
    payload: bytes = b""


class Customer(pydantic.BaseModel):
    id: int
    born: date | None = None


@attrs.define
class Envelope:
    """Its wire form has the keys of kombu's own envelopes."""

    kind: str = attrs.field(alias="__type__")
    value: Any = attrs.field(alias="__value__")


TYPES: list[Any] = [
    str,
    int,
    bool,
    None,
    float,
    bytes,
    Decimal,
    Fraction,
    complex,
    UUID,
    Path,
    IPv4Address,
    IPv6Network,
    ZoneInfo,
    re.Pattern[str],
    datetime,
    date,
    time,
    timedelta,
    Color,
    Level,
    Mode,
    Literal["a", 1],
    list[int],
    tuple[int, str],
    set[str],
    frozenset[Decimal],
    deque[int],
    Sequence[int],
    dict[str, int],
    dict[int, int],
    dict[UUID, int],
    dict[tuple[int, str], int],
    Mapping[str, Any],
    OrderedDict[str, int],
    defaultdict[str, list[int]],
    Counter[date],
    Line,
    Node,
    Holder,
    Point,
    Window,
    Place,
    Packet,
    Customer,
    Line | None,
    int | str | list[Line],
    Cat | Dog,
    Any,
]
TAKES_ANYTHING = (Any, Mapping[str, Any], Node, Holder)
of_each_type = pytest.mark.parametrize("type_", TYPES, ids=lambda type_: str(type_).rpartition(".")[2])


@pytest.fixture(autouse=True)
def no_hang() -> Iterator[None]:
    """What hangs fails: as no `Exception`, which the mapping would take for one of a validator."""

    class Hang(BaseException):
        """A test takes too long."""

    def end(*_: Any) -> None:
        raise Hang

    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def codec_of(function: Callable[..., None]) -> TaskCodec:
    """The traffic of a function."""
    return TaskCodec(read_signature(function), WIRE)


@functools.cache
def codec_for(type_: Any) -> TaskCodec:
    """The traffic of a function of one parameter, `value`."""

    def task(value: Any) -> None: ...

    task.__annotations__["value"] = type_
    return codec_of(task)


def receive(codec: TaskCodec, args: str = "", kwargs: str = "") -> tuple[list[Any], dict[str, Any]]:
    """What a worker makes of a message whose arguments are these texts."""
    body = f"[[{args}],{{{kwargs}}},{{}}]".encode("utf-8", "surrogatepass")
    args, kwargs, _ = loads(body, "application/json", "utf-8", accept={"application/json"})
    return codec.decode_arguments(args, kwargs)


def send(codec: TaskCodec, *args: Any, **kwargs: Any) -> tuple[list[Any], dict[str, Any]]:
    """What arrives at a worker of a call with these objects."""
    wire = codec.encode_arguments(args, kwargs, exact=True)
    content_type, encoding, body = dumps([*wire, {}], serializer="json")
    args, kwargs, _ = loads(body, content_type, encoding, accept={"application/json"})
    return codec.decode_arguments(args, kwargs)


def outcome(deliver: Callable[[], Any]) -> Any:
    """What arrives, or the error, which must be one of the typed ones and one that can be told and stored."""
    try:
        return deliver()
    except InvalidArguments as exc:
        check_error(exc)
        return exc
    except DecodeError as exc:
        return exc


def refused(deliver: Callable[[], Any]) -> InvalidArguments:
    """The error."""
    error = outcome(deliver)
    assert isinstance(error, InvalidArguments)
    return error


def refused_or(expected: Any, deliver: Callable[[], Any]) -> None:
    """A typed error, or the one argument that was sent."""
    found = outcome(deliver)
    if not isinstance(found, REFUSED):
        (actual,), named = found
        assert same(expected, actual)
        assert named == {}


def nested(depth: int, make: Callable[[Any], Any], inner: Any) -> Any:
    """Something in something in something."""
    for _ in range(depth):
        inner = make(inner)
    return inner
