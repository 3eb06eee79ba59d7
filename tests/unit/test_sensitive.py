"""What is marked as sensitive travels like anything else, and is shown nowhere."""

from __future__ import annotations

import collections
import copy
import dataclasses
import inspect
import json
import logging
import sys
import traceback
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union

import attr
import attrs
import msgspec
import pydantic
import pytest
from celery.app.task import Context
from celery.contrib.testing.mocks import TaskMessage
from celery.exceptions import MaxRetriesExceededError, Reject, Retry
from celery.worker.request import Request as CeleryRequest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import NotRequired, TypeAliasType, TypedDict, Unpack

from tests.unit.helpers import numbered, problems_of, there_and_back, through_pickle
from typedtasks import (
    BoundTask,
    Crashed,
    Failed,
    InvalidArguments,
    InvalidProgress,
    InvalidResult,
    Ok,
    RemoteError,
    Sensitive,
    make_converter,
    typed_task,
)
from typedtasks._backend import KEY
from typedtasks._codec import codec_of
from typedtasks._failures import dump_failure, hide_fields, load_failure
from typedtasks._request import Request
from typedtasks._sensitive import HIDDEN, UNDECLARED, hidden_fields, holds_sensitive, is_hidden
from typedtasks._values import PLAIN
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

SECRET = "hunter2"  # noqa: S105 - everyone's
Secret = Annotated[str, Sensitive()]
Token = NewType("Token", Secret)
Key = TypeAliasType("Key", Secret)
Tokens = TypeAliasType("Tokens", "list[Token] | None")
T = TypeVar("T")


class Refusal(ValueError):
    """Says what it refuses."""


def refuse(_: Any, __: Any, value: str) -> None:
    """A validator that tells too much."""
    if str(value).startswith("bad"):
        raise Refusal(f"no such password: {value}")


def convert(value: str) -> str:
    """A converter that tells too much."""
    if str(value).startswith("worse"):
        raise Refusal(f"cannot convert {value}")
    return value


@attrs.frozen
class Login:
    """A record with each of the marks."""

    user: str
    password: str = attrs.field(default="", repr=False, validator=refuse, converter=convert)
    pin: str = attrs.field(default="", metadata={"sensitive": True})
    token: Secret = ""


@attr.s(auto_attribs=True)
class Classic:
    """The older spelling."""

    user: str
    password: str = attr.ib(default="", repr=False)


@dataclasses.dataclass
class Data:
    """The marks of a dataclass."""

    user: str
    password: str = dataclasses.field(default="", repr=False)
    pin: str = dataclasses.field(default="", metadata={"sensitive": True})
    token: Secret = ""


class Typed(TypedDict):
    """Has no other mark than that of the type."""

    user: str
    token: NotRequired[Secret]


class Pair(NamedTuple):
    """Likewise."""

    user: str
    token: Secret


class Model(pydantic.BaseModel):
    """The marks of a pydantic model."""

    user: str
    password: str = pydantic.Field(default="", repr=False)
    tokens: dict[Secret, int] = {}
    token: Secret = ""

    @pydantic.field_validator("token")
    @classmethod
    def check(cls, value: str) -> str:
        """Tells too much."""
        if value.startswith("bad"):
            raise ValueError(f"no such token: {value}")
        return value

    @pydantic.field_serializer("password")
    def write(self, value: str) -> str:
        """Tells too much."""
        if value.startswith("bad"):
            raise ValueError(f"cannot write {value}")
        return value


class StrictModel(pydantic.BaseModel, extra="forbid"):
    """Names what it does not know."""

    token: Secret


class OpenModel(pydantic.BaseModel):
    """Holds nothing sensitive."""

    user: str


class Struct(msgspec.Struct):
    """The mark of a msgspec struct."""

    kind: Literal["a", "b"]
    token: Secret = ""


class OpenStruct(msgspec.Struct):
    """Holds nothing sensitive."""

    kind: Literal["a", "b"]


@attrs.frozen
class Account:
    """Holds a record with sensitive fields."""

    name: str
    login: Login | None = None


@attrs.frozen
class Open:
    """Holds nothing sensitive."""

    name: str


@attrs.frozen
class Page(Generic[T]):
    """Is sensitive or not, by its parameter."""

    items: list[T]


@attrs.frozen
class Node:
    """Holds itself."""

    below: list[Node] = attrs.Factory(list)


@attrs.frozen
class SecretNode:
    """Holds itself, and something sensitive."""

    below: list[SecretNode] = attrs.Factory(list)
    token: Secret = ""


@attrs.frozen
class Unresolved:
    """Its annotations cannot be resolved."""

    user: Nowhere  # noqa: F821 - that is the point


class Box(Generic[T]):
    """A class that travels by a hook of the user's own only."""


@attrs.frozen
class Told:
    """Its validator tells of the whole record."""

    name: str = attrs.field()
    login: Login = attrs.field()

    @name.validator
    def check(self, _: Any, value: str) -> None:
        """Tells too much."""
        if value == "bad":
            raise Refusal(f"{self.name} of {self.login.password}")


# -- types -------------------------------------------------------------------------------------------------------------

#: Type, hidden as a whole, holds something sensitive.
TYPES = [
    (Secret, True, True),
    (Annotated[str, Sensitive], True, True),
    (Annotated[Annotated[str, "note"], Sensitive(), "note"], True, True),
    (Token, True, True),
    (Key, True, True),
    (Final[Secret], True, True),
    (NotRequired[Secret], True, True),
    (Optional[Secret], True, True),  # noqa: UP045 - one of the spellings
    (Token | None, True, True),
    (Union[int, Key], True, True),  # noqa: UP007 - one of the spellings
    (Annotated[list[int], Sensitive()] | str, True, True),
    (UNDECLARED, True, True),
    (Tokens, False, True),
    (list[Secret], False, True),
    (dict[Secret, int], False, True),
    (dict[int, list[Token]], False, True),
    (tuple[int, Secret], False, True),
    (tuple[Secret, ...], False, True),
    (collections.Counter[Secret], False, True),
    (Login, False, True),
    (Login | None, False, True),
    (Classic, False, True),
    (Data, False, True),
    (Typed, False, True),
    (Pair, False, True),
    (Model, False, True),
    (Struct, False, True),
    (Account, False, True),
    (list[Account], False, True),
    (Page[Secret], False, True),
    (Page[list[Login]], False, True),
    (SecretNode, False, True),
    (Unpack[Typed], False, True),
    (Unresolved, False, True),
    (Box[Secret], False, True),
    (str, False, False),
    (None, False, False),
    (Any, False, False),
    (Annotated[str, "note"], False, False),
    (Literal["Sensitive"], False, False),
    (str | None, False, False),
    (list[dict[str, int]], False, False),
    (Open, False, False),
    (OpenModel, False, False),
    (OpenStruct, False, False),
    (Page[int], False, False),
    (Page, False, False),
    (Node, False, False),
    (T, False, False),
    (Box[int], False, False),
    (Callable[[int], str], False, False),
]


@pytest.mark.parametrize(("type_", "hidden", "holds"), numbered(TYPES))
def test_types(type_, hidden, holds):
    """Types 13: a mark counts through whatever stands for a type; a field, item or key makes the whole hold it."""
    assert (hidden, holds) == (is_hidden(type_), holds_sensitive(type_))
    assert holds == holds_sensitive(type_)  # once more: it was kept


# -- what does not fit -------------------------------------------------------------------------------------------------

_REFUSAL = "$: Refusal, whose text is hidden with the value"
_INVALID = "$: not valid; the reason is hidden with the value"
_SUBCLASS = "$: expected Login, got Sub, a subclass: write Login | Sub in the annotation to send it whole"

Accepted = Annotated[Login, Sensitive()]
Table = Annotated[dict[str, list[int]], Sensitive()]

#: Type, wire value, the problems in full. Where a value is not shown, it is SECRET.
PROBLEMS = [
    (Secret, 7, ["$: expected str, got int"]),
    (Annotated[int, Sensitive()], SECRET, ["$: expected int, got str"]),
    (Annotated[Decimal, Sensitive()], SECRET, ["$: expected Decimal, got str"]),
    (Annotated[date, Sensitive()], SECRET, ["$: expected date, got str"]),
    (Token, None, ["$: expected str, got None"]),
    (Key, 7, ["$: expected str, got int"]),
    (Secret | None, 7, ["$: expected str, got int"]),
    (Annotated[int, Sensitive()] | None, SECRET, ["$: expected int, got str"]),
    (Annotated[int, Sensitive()] | list[int], SECRET, ["$: expected int | list[int], got str"]),
    (Annotated[int, Sensitive()] | list[int], [SECRET], ["$[0]: expected int, got str"]),
    (
        Annotated[Literal["hunter", "gatherer"], Sensitive()],
        SECRET,
        ["$: expected Literal['hunter', 'gatherer'], got str"],
    ),
    (list[Secret], SECRET, ["$: expected list[str], got str"]),
    (list[Secret], ["a", 7], ["$[1]: expected str, got int"]),
    (tuple[str, Annotated[int, Sensitive()]], [7, 8.5], [
        "$[0]: expected str, got int 7",
        "$[1]: expected int, got float",
    ]),
    (dict[Secret, int], {SECRET: "x"}, ["$[...]: expected int, got str"]),
    (dict[Annotated[int, Sensitive()], int], {SECRET: 1}, ["$[...]: expected int, got str"]),
    (dict[str, Annotated[int, Sensitive()]], {"a": SECRET}, ["$['a']: expected int, got str"]),
    (dict[tuple[Secret, int], int], [[[SECRET, "x"], 1]], ["$[0][0][1]: expected int, got str 'x'"]),
    (collections.Counter[Secret], {SECRET: SECRET}, ["$[...]: expected int, got str"]),
    (Table, {SECRET: [SECRET]}, ["$[...][0]: expected int, got str"]),
    (Annotated[Any, Sensitive()], UNDECLARED, [f"$: expected {PLAIN}, got _AnnotatedAlias"]),
    (Login, SECRET, ["$: expected Login, got str"]),
    (Login, {"user": 7}, ["$.user: expected str, got int 7"]),
    (Login, {"password": 7, "pin": 7, "token": 7}, [
        "$.user: missing",
        "$.password: expected str, got int",
        "$.pin: expected str, got int",
        "$.token: expected str, got int",
    ]),
    (Login, {"user": "ann", "password": f"bad {SECRET}"}, [_REFUSAL]),
    (Login, {"user": "ann", "password": f"worse {SECRET}"}, [_REFUSAL]),
    (Login, {"user": "ann", "pasword": SECRET}, ["$.pasword: unexpected field; did you mean 'password'?"]),
    (Accepted, {"user": 7}, ["$.user: expected str, got int"]),
    (Accepted, {"user": "ann", SECRET: 1}, ["$[...]: unexpected field"]),
    (Told, {"name": "bad", "login": {"user": "ann", "password": SECRET}}, [_REFUSAL]),
    (Account, {"name": 7, "login": SECRET}, ["$.name: expected str, got int 7", "$.login: expected Login, got str"]),
    (Account, {"name": "a", "login": {"user": 7, "pin": 8}}, [
        "$.login.user: expected str, got int 7",
        "$.login.pin: expected str, got int",
    ]),
    (Classic, {"user": 7, "password": 8}, ["$.user: expected str, got int 7", "$.password: expected str, got int"]),
    (Data, {"user": 7, "password": 8, "pin": 9, "token": 10}, [
        "$.user: expected str, got int 7",
        "$.password: expected str, got int",
        "$.pin: expected str, got int",
        "$.token: expected str, got int",
    ]),
    (Typed, {"user": 7, "token": 8}, ["$.user: expected str, got int 7", "$.token: expected str, got int"]),
    (Pair, [7, 8], ["$.user: expected str, got int 7", "$.token: expected str, got int"]),
    (Page[Secret], {"items": [7]}, ["$.items[0]: expected str, got int"]),
    (Page[str], {"items": [7]}, ["$.items[0]: expected str, got int 7"]),
    (SecretNode, {"below": [{"token": 7}]}, ["$.below[0].token: expected str, got int"]),
    (Login | Open, {"$type": SECRET}, ["$: expected Login | Open with '$type' one of 'Login', 'Open', got str"]),
    (Model, {"user": "ann", "token": f"bad {SECRET}"}, ["$.token: not valid; the reason is hidden with the value"]),
    (Model, {"user": "ann", "tokens": {SECRET: "x"}}, ["$.tokens: not valid; the reason is hidden with the value"]),
    (Annotated[Model, Sensitive()], {"user": 7}, [_INVALID]),
    (pydantic.RootModel[dict[Secret, int]], {SECRET: "x"}, [_INVALID]),
    (pydantic.RootModel[dict[Secret, int]] | None, {SECRET: "x"}, [_INVALID]),
    (Model, {"token": 7}, [_INVALID.replace("$", "$.user"), _INVALID.replace("$", "$.token")]),
    (StrictModel, {"token": "", "": 1}, [_INVALID]),
    (Struct, {"kind": SECRET}, ["$.kind: not valid; the reason is hidden with the value"]),
    (OpenStruct, {"kind": SECRET}, [f"$.kind: Invalid enum value '{SECRET}'"]),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "expected"), numbered(PROBLEMS))
def test_problems(type_, value, expected):
    """Types 13: path, expected type and class of what was met; not the value, not the text of whatever looked at it."""
    assert expected == problems_of(DEFAULT_WIRE.load, value, type_, exact=True)


class Sub(Login):
    """A subclass."""


#: Type, object, the problems in full.
OBJECTS = [
    (Secret, 7, ["$: expected str, got int"]),
    (Login, Sub("ann", SECRET), [_SUBCLASS]),
    (Accepted, Sub("ann", SECRET), [_SUBCLASS]),
    (Login, Login("ann", 7, Decimal(8)), ["$.password: expected str, got int", "$.pin: expected str, got Decimal"]),
    (Typed, {"user": "ann", "tokn": SECRET}, ["$: expected Typed, got dict with the key 'tokn', which would be lost"]),
    (Annotated[Typed, Sensitive()], {"user": "ann", SECRET: 1}, ["$: expected Typed, got dict"]),
    (Model, Model(user="ann", password=f"bad {SECRET}"), ["$: expected Model, got Model"]),
    (dict[Secret, int], {SECRET: SECRET}, ["$[...]: expected int, got str"]),
    (dict[Secret, int], {Decimal(7): 1}, ["$[...]: expected str, got Decimal"]),
]  # fmt: skip


@pytest.mark.parametrize(("type_", "value", "expected"), numbered(OBJECTS))
def test_problems_of_objects(type_, value, expected):
    """Types 13: a caller's object is told of as little."""
    assert expected == problems_of(DEFAULT_WIRE.dump, value, type_)


def test_hook_of_the_users_own():
    """Types 13: what it says is not shown where the value is not."""
    converter = make_converter()

    @converter.register_structure_hook
    def read(value: Any, _: Any) -> Decimal:
        refusal: Any = Refusal(f"no amount: {value}")
        refusal.__notes__ = [f"of {value}"]
        raise refusal

    wire = Wire(WireSettings(converter=converter))

    assert ["$[0]: Refusal: no amount: 1"] == problems_of(wire.load, ["1"], list[Decimal])
    hidden = problems_of(wire.load, [SECRET], list[Annotated[Decimal, Sensitive()]])
    assert ["$[0]: Refusal, whose text is hidden with the value"] == hidden


SHAPES = [
    str, int, Decimal, Any, list[int], list[Any], dict[str, int], dict[int, dict[str, str]], tuple[int, str], set[int],
    Login, Account, Data, Typed, Pair, Page[int], Login | Open, int | None, dict[tuple[int, int], str], Model, Struct,
]  # fmt: skip
JSON = st.recursive(
    st.sampled_from([None, True, 17171717, 1717.1717, SECRET, f"bad {SECRET}"]),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.sampled_from([SECRET, "user", "login"]), below),
    max_leaves=8,
)


@given(st.sampled_from(SHAPES), JSON)
def test_nothing_of_what_is_marked_is_shown(shape, value):
    """Types 13: whatever is given for a type that is hidden as a whole: no key, no value, no text about it."""
    try:
        DEFAULT_WIRE.load(value, Annotated[shape, Sensitive()], exact=True)
    except Exception as exc:  # noqa: BLE001 - whatever it is
        told = "".join(traceback.format_exception(exc))
        assert SECRET not in told
        assert "1717" not in told


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Secret, SECRET),
        (Token, SECRET),
        (Login, Login("ann", SECRET, SECRET, SECRET)),
        (Typed, {"user": "ann", "token": SECRET}),
        (Pair, Pair("ann", SECRET)),
        (dict[Secret, list[Secret]], {SECRET: [SECRET]}),
    ],
)
def test_travels(type_, value):
    """Types 13: the value itself arrives."""
    dumped, arrived = there_and_back(value, type_)

    assert value == arrived
    assert SECRET in json.dumps(dumped)


# -- arguments ---------------------------------------------------------------------------------------------------------


def signatures(app: Any) -> dict[str, Any]:
    """A task for each place that a mark can be in, by name."""

    @app.task
    def scalar(token: Secret, other: str = "open") -> None: ...

    @app.task
    def rest(token: Token, *more: Key, **named: Optional[Secret]) -> None: ...  # noqa: UP045 - a spelling

    @app.task
    def records(login: Login, logins: list[Login], accepted: Accepted, key: str | list[Secret] = "") -> None: ...

    @app.task
    def unpacked(**named: Unpack[Typed]) -> None: ...

    @app.task
    def open_(order: Open, name: str, number: int = 0) -> None: ...

    return {name: task for name, task in locals().items() if name != "app"}


LOGIN = Login("ann", SECRET, SECRET, SECRET)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "expected"),
    [
        ("scalar", (SECRET,), {}, ("(<hidden>,)", "{}")),
        ("scalar", (SECRET, "x"), {}, ("(<hidden>, 'x')", "{}")),
        ("scalar", (), {"token": SECRET, "other": "x"}, ("()", "{'token': <hidden>, 'other': 'x'}")),
        ("rest", (SECRET, SECRET, SECRET), {"a": SECRET}, ("(<hidden>, <hidden>, <hidden>)", "{'a': <hidden>}")),
        ("rest", (SECRET,), {"a": None}, ("(<hidden>,)", "{'a': <hidden>}")),
        ("records", (LOGIN, [LOGIN], LOGIN), {}, ("(<Login>, <list[Login]>, <hidden>)", "{}")),
        (
            "records",
            (LOGIN, [], LOGIN),
            {"key": SECRET},
            ("(<Login>, <list[Login]>, <hidden>)", "{'key': <hidden>}"),
        ),
        (
            "records",
            (LOGIN, [], LOGIN),
            {"key": [SECRET]},
            ("(<Login>, <list[Login]>, <hidden>)", "{'key': <str | list[str]>}"),
        ),
        ("unpacked", (), {"user": "ann", "token": SECRET}, ("()", "{'user': 'ann', 'token': <hidden>}")),
        ("open_", (Open("x"), "x"), {"number": 7}, ("(<Open>, 'x')", "{'number': 7}")),
    ],
)
def test_headers(app, published, name, args, kwargs, expected):
    """`argsrepr` and `kwargsrepr`: what is hidden is `<hidden>`, everything else as ever; the payload is whole."""
    signatures(app)[name].delay(*args, **kwargs)

    ((sent_args, sent_kwargs, headers),) = published(app)
    assert expected == (headers["argsrepr"], headers["kwargsrepr"])
    assert SECRET not in str(headers)
    assert name == "open_" or SECRET in str([sent_args, sent_kwargs])


@pytest.mark.parametrize(
    ("args", "kwargs", "expected"),
    [
        ((SECRET, "x", SECRET), {"tokn": SECRET}, ("(<hidden>, 'x', <hidden>)", "{'tokn': <hidden>}")),
        ((), {}, ("()", "{}")),
        (("",), {"k" * 200: 1}, ("(<hidden>,)", f"{{'{'k' * 96}...: <hidden>}}")),
    ],
)
def test_arguments_that_the_task_does_not_take(app, args, kwargs, expected):
    """Types 13: nothing says that these may be shown."""
    assert expected == signatures(app)["scalar"].codec.describe_arguments(args, kwargs)


def test_as_long_as_a_header_may_be(app):
    """Types 13: cut where Celery cuts its own: they are headers of the message, and some brokers limit these."""
    args, kwargs = signatures(app)["rest"].codec.describe_arguments(["x"] * 100_000, {f"k{n}": 1 for n in range(9999)})

    assert (len(args), len(kwargs)) == (1024, 1024)


@pytest.mark.parametrize(
    ("name", "args", "kwargs", "expected"),
    [
        ("scalar", (7,), {}, "scalar(): $.token: expected str, got int"),
        ("scalar", (SECRET,), {"tokn": SECRET}, "scalar(): $.tokn: unexpected argument; did you mean 'token'?"),
        ("scalar", (SECRET,), {"token": SECRET}, "scalar(): $.token: given by position and by name"),
        ("scalar", (SECRET, "", SECRET), {}, "scalar(): $: takes 2 positional arguments, got 3"),
        ("rest", (SECRET, 7), {}, "rest(): $.more[0]: expected str, got int"),
        ("rest", (SECRET,), {"a": 7}, "rest(): $.named['a']: expected str, got int"),
        ("unpacked", (), {"user": "ann", "token": 7}, "unpacked(): $.token: expected str, got int"),
        ("records", (SECRET, [], LOGIN), {}, "records(): $.login: expected Login, got str"),
    ],
)
def test_refused_arguments(app, name, args, kwargs, expected):
    """Types 13: what is wrong is told without the values; neither is any in what the error was raised from."""
    with pytest.raises(InvalidArguments) as caught:
        signatures(app)[name].delay(*args, **kwargs)

    assert expected == str(caught.value)
    told = repr(caught.value) + "".join(traceback.format_exception(caught.value, chain=True)[-1:])
    assert SECRET not in told


def test_refused_in_a_later_step(app):
    """Types 13: of a chain: arguments of a step that still waits for its first one."""
    tasks = signatures(app)

    with pytest.raises(InvalidArguments) as caught:
        (tasks["open_"].s(Open("x"), "x") | tasks["rest"].s(7, b=8)).delay()

    assert [str(problem) for problem in caught.value.problems] == [
        "$.more[0]: expected str, got int",
        "$.named['b']: expected str, got int",
    ]


def test_arguments_of_steps(app, published):
    """Types 13: signatures, chains and groups write the same headers."""
    tasks = signatures(app)

    (tasks["scalar"].s(SECRET) | tasks["scalar"].si(SECRET)).delay()

    ((_, _, headers),) = published(app)
    assert headers["argsrepr"] == "(<hidden>,)"


# -- in a worker -------------------------------------------------------------------------------------------------------


def stored(app: Any, result: Any) -> dict[str, Any]:
    """What the result backend holds of a task."""
    return dict(json.loads(app.backend.get(app.backend.get_key_for_task(result.id))))


@attrs.define
class Declined(Exception):
    """Marked as attrs does it, which is not seen in `str`."""

    reason: str
    card: str = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Marked(Exception):
    """With the other marks, with a record that has some, with a `repr` of a field's own."""

    reason: str = attrs.field(default="no", repr=str.upper)
    card: Secret = ""
    pin: str = attrs.field(default="", metadata={"sensitive": True})
    login: Login | None = None


class Derived(Marked):
    """Inherits the fields of one."""


@attrs.define
class Written(Exception):
    """Writes its own text."""

    card: Secret

    def __repr__(self) -> str:
        return "Written(...)"

    def __str__(self) -> str:
        return f"card ending in {self.card[-1]}"


@attrs.define(repr=False)
class Bare(Exception):
    """Has the `repr` of every exception, of its arguments."""

    card: Secret


@dataclasses.dataclass
class DataError(Exception):
    """A dataclass."""

    reason: str
    card: Secret
    amount: Annotated[Decimal, Sensitive()] | None = None


@attrs.define
class Unreadable(Exception):
    """Its annotations cannot be resolved."""

    reason: Nowhere  # noqa: F821 - that is the point
    card: str = attrs.field(repr=False)
    pin: str = attrs.field(default="", metadata={"sensitive": True})


#: Exception, its text, its `repr` once it has left a task.
RAISED = [
    (Declined("no", SECRET), f"('no', '{HIDDEN}')", "Declined(reason='no')"),
    (
        Marked(card=SECRET, pin=SECRET, login=LOGIN),
        f"('no', '{HIDDEN}', '{HIDDEN}', '<Login | None>')",
        f"Marked(reason=NO, card={HIDDEN}, pin={HIDDEN}, login=<Login | None>)",
    ),
    (
        Derived(card=SECRET),
        f"('no', '{HIDDEN}', '{HIDDEN}', '<Login | None>')",
        f"Derived(reason=NO, card={HIDDEN}, pin={HIDDEN}, login=<Login | None>)",
    ),
    (Written(SECRET), "card ending in 2", "Written(...)"),
    (Bare(SECRET), HIDDEN, f"Bare('{HIDDEN}')"),
    (DataError("no", SECRET), f"('no', '{HIDDEN}')", f"DataError(reason='no', card={HIDDEN}, amount={HIDDEN})"),
    (Unreadable("no", SECRET, SECRET), f"('no', '{HIDDEN}', '{HIDDEN}')", f"Unreadable(reason='no', pin={HIDDEN})"),
]
RAISED_IDS = [type(exc).__name__ for exc, *_ in RAISED]


@pytest.mark.parametrize(("exc", "text", "shown"), RAISED, ids=RAISED_IDS)
def test_exception(exc, text, shown):
    """Its text says nothing of sensitive fields, and the fields are what they were; asked twice, it is the same."""
    fields = {field.name: getattr(exc, field.name) for field in _fields(exc)}

    hide_fields(exc)
    hide_fields(exc)

    assert (text, shown) == (str(exc), repr(exc))
    assert fields == {field.name: getattr(exc, field.name) for field in _fields(exc)}


def _fields(exc: Any) -> Any:
    return attrs.fields(type(exc)) if attrs.has(type(exc)) else dataclasses.fields(exc)


@pytest.mark.parametrize("exc", [exc for exc, *_ in RAISED], ids=RAISED_IDS)
@pytest.mark.parametrize("again", [through_pickle, copy.copy])
def test_exception_is_copied_whole(exc, again):
    """Types 13: as between the processes of a worker: by its fields, not by arguments that are hidden."""
    hide_fields(exc)

    copied = again(exc)

    assert (type(exc), str(exc), repr(exc)) == (type(copied), str(copied), repr(copied))
    assert [getattr(exc, f.name) for f in _fields(exc)] == [getattr(copied, f.name) for f in _fields(copied)]


@pytest.mark.parametrize("exc", [exc for exc, *_ in RAISED[:-1]], ids=RAISED_IDS[:-1])
def test_exception_travels(app, run_worker, exc):
    """Types 13: with its fields, to a caller to whom its text says nothing of them."""

    @app.task
    def fail() -> None:
        raise exc

    with run_worker(app):
        result = fail.delay()
        caught = result.get(timeout=5, propagate=False)

    document = stored(app, result)
    assert [getattr(exc, f.name) for f in _fields(exc)] == [getattr(caught, f.name) for f in _fields(caught)]
    assert (str(exc), repr(exc)) == (str(caught), repr(caught))
    assert SECRET not in str(caught) + repr(caught) + repr(Crashed(caught)) + repr(Failed(caught))
    assert SECRET not in document["traceback"] + document["result"][KEY]["message"]
    assert SECRET not in str(document["result"]["exc_message"])


def test_exception_of_a_dataclass_with_what_is_no_json():
    """Types 13: without its attributes it would be half of what it was."""
    exc = DataError("no", SECRET, Decimal(1))
    hide_fields(exc)

    document = dump_failure(exc, DEFAULT_WIRE)

    assert document == {"type": f"{__name__}:DataError", "message": f"('no', '{HIDDEN}', '{HIDDEN}')"}


def test_exception_of_an_unknown_class():
    """Types 13: its fields are there, and are not shown."""
    document = {"type": "shop:Lost", "message": "m", "fields": {"card": SECRET}}

    error = load_failure(document, DEFAULT_WIRE)

    assert isinstance(error, RemoteError)
    assert error.data == {"card": SECRET}
    assert SECRET not in f"{error!r} {error} {error.args}"
    assert (error.type, error.message, error.data) == attrs.astuple(through_pickle(error))


def test_causes():
    """Types 13: all that a traceback shows, and what a group holds, once each."""
    cause, context, inner, outer = (Declined("no", SECRET) for _ in range(4))
    group = Exception("several")
    group.exceptions = (inner, group)
    outer.__cause__, outer.__context__, cause.__context__ = cause, context, group
    context.__context__ = outer

    hide_fields(outer)

    assert {f"('no', '{HIDDEN}')"} == {str(exc) for exc in (cause, context, inner, outer)}


@pytest.mark.parametrize("exc", [None, "text", ValueError(SECRET), Exception(), SystemExit(1)])
def test_nothing_to_hide(exc):
    """Types 13: what has no fields stays as it is."""
    before = repr(exc)
    if isinstance(exc, Exception):
        exc.exceptions = None

    hide_fields(exc)

    assert before == repr(exc)


def test_fields_that_are_not_set():
    """Types 13: half an exception has a text too."""
    exc = Marked.__new__(Marked)
    hide_fields(Marked())

    hide_fields(exc)

    assert repr(exc) == f"Marked(reason=NOTHING, card={HIDDEN}, pin={HIDDEN}, login=<Login | None>)"


def test_hidden_fields_of_other_classes():
    """Types 13: only records have fields."""
    assert hidden_fields(ValueError) == {}


def test_causes_in_a_worker(app, run_worker):
    """Types 13: the traceback in the result backend has the text of each exception that led to the last one."""

    @app.task
    def fail(token: Secret) -> None:
        try:
            raise Marked(card=token)  # noqa: TRY301 - the cause of the other
        except Marked as exc:
            raise ValueError("other") from exc

    with run_worker(app):
        result = fail.delay(SECRET)
        result.get(timeout=5, propagate=False)

    assert "Marked: ('no', '<hidden>', '<hidden>', '<Login | None>')" in result.traceback
    assert SECRET not in str(stored(app, result))


@pytest.mark.parametrize(
    ("error", "returned"),
    [(InvalidResult, SECRET), (InvalidResult, [7, SECRET, Decimal(1)]), (InvalidProgress, None)],
)
def test_wrong_result_and_progress(app, run_worker, error, returned):
    """Types 13: are told of like arguments."""

    @app.task(bind=True, progress=Accepted)
    def task(self: Any) -> list[Secret]:
        if returned is None:
            self.progress({"user": 7, "password": SECRET, SECRET: Decimal(1)})
        return returned

    with run_worker(app):
        result = task.delay()
        caught = result.get(timeout=5, propagate=False)

    assert isinstance(caught, error)
    assert SECRET not in str(stored(app, result))


def test_wrong_result_in_the_backend(app):
    """Types 13: what a caller finds is told of in the same way."""

    @app.task(progress=Login)
    def task() -> Annotated[int, Sensitive()]: ...

    result = task.AsyncResult("sensitive-result")
    app.backend.mark_as_done(result.id, SECRET)
    with pytest.raises(InvalidResult, match=r"^task\(\) result: \$: expected int, got str$"):
        result.get(timeout=5)
    other = task.AsyncResult("sensitive-progress")
    app.backend.store_result(other.id, {"user": "ann", "pin": 7}, "PROGRESS")
    with pytest.raises(InvalidProgress, match=r"^task\(\) progress: \$\.pin: expected str, got int$"):
        _ = other.progress


def test_retries_that_are_exhausted(app, run_worker):
    """Types 13: celery's text has all arguments; ours has them as they may be shown, in the attributes too."""

    @app.task(bind=True, max_retries=0)
    def task(self: BoundTask, token: Secret, login: Login, *numbers: int, key: Secret = "", name: str = "") -> None:
        self.retry()

    with run_worker(app):
        result = task.delay(SECRET, LOGIN, 1, 2, key=SECRET, name="x")
        caught = result.get(timeout=5, propagate=False)

    args, kwargs = "(<hidden>, <Login>, 1, 2)", "{'key': <hidden>, 'name': 'x'}"
    assert type(caught) is MaxRetriesExceededError
    assert str(caught) == f"Can't retry {task.name}[{result.id}] args:{args} kwargs:{kwargs}"
    assert caught.task_args == ["<hidden>", "<Login>", "1", "2"]
    assert caught.task_kwargs == {"key": "<hidden>", "name": "'x'"}
    assert SECRET not in str(stored(app, result))


def test_retries_that_are_exhausted_of_an_open_task(app):
    """Types 13: the arguments of any task may be long."""

    @app.task(bind=True, max_retries=0)
    def task(self: BoundTask, orders: list[Open]) -> None:
        self.retry()

    with pytest.raises(MaxRetriesExceededError, match=r"args:\(<list\[Open\]>,\) kwargs:\{\}$"):
        task.apply(([Open("x")] * 1000,)).get()


def test_retries_that_are_exhausted_with_an_error_of_its_own(app):
    """Types 13: what the task says itself is left as it is."""

    @app.task(bind=True, max_retries=0)
    def task(self: BoundTask, token: Secret) -> None:
        self.retry(exc=MaxRetriesExceededError("enough"))

    with pytest.raises(MaxRetriesExceededError, match=r"^enough$"):
        task.apply((SECRET,)).get()


@pytest.mark.parametrize("given", ["by name", "by position", "raised", "automatic"])
def test_retry_because_of_an_exception(app, given):
    """Types 13: its text is part of Celery's own."""
    told: list[str] = []
    options: Any = {"autoretry_for": (Marked,)} if given == "automatic" else {}

    class Base(app.Task):
        def on_retry(self, exc: Any, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
            told.append(f"{exc!r} {exc} {einfo} {sys.exc_info()[1]}")

    @app.task(bind=True, base=Base, max_retries=1, default_retry_delay=0, **options)
    def task(self: BoundTask, token: Secret) -> None:
        exc = Marked(card=token, pin=token)
        if given == "automatic":
            raise exc
        if given == "by name":
            self.retry(exc=exc)
        if given == "by position":
            self.retry(None, None, exc)
        try:
            raise exc
        except Marked:
            self.retry()

    caught = task.apply((SECRET,)).result

    assert isinstance(caught, MaxRetriesExceededError if given == "raised" else Marked)
    assert len(told) == 1
    assert SECRET not in told[0] + str(caught) + repr(caught)


def test_control_flow_without_a_cause(app):
    """Types 13: celery's own exceptions go their way."""

    @app.task(bind=True)
    def task(self: BoundTask) -> None:
        raise Reject("no")

    assert task.apply().state == "REJECTED"


def test_results_in_lines_and_events(app):
    """Of a result that is hidden, or holds what is, nothing is shown; other tasks keep their number of characters."""

    @app.task
    def scalar() -> Secret: ...

    @app.task(resultrepr_maxsize=10)
    def record() -> list[Login]: ...

    @app.task(resultrepr_maxsize=10)
    def shorter() -> Open: ...

    @app.task
    def usual(token: Secret) -> Open: ...

    class Base(app.Task):
        resultrepr_maxsize = 20

    @app.task(base=Base)
    def of_base() -> Login: ...

    sizes = [task.resultrepr_maxsize for task in (scalar, record, shorter, usual, of_base)]
    assert sizes == [0, 0, 10, 1024, 0]
    assert [type(app.tasks[task.name]).resultrepr_maxsize for task in (record, of_base)] == [10, 20]


def test_results_with_a_number_in_the_configuration(make_app):
    """Types 13: `task_annotations` does not bring them back."""
    app = make_app(task_annotations={"*": {"resultrepr_maxsize": 30}})

    @app.task
    def scalar() -> Secret: ...

    @app.task
    def usual() -> str: ...

    assert (scalar.resultrepr_maxsize, usual.resultrepr_maxsize) == (0, 30)


def test_logged_in_eager_mode(app, caplog):
    """Types 13: the line of a success, and what handlers are given beside its text."""

    @app.task
    def task(token: Secret, *, login: Login) -> list[Login]:
        return [login]

    with caplog.at_level(logging.DEBUG):
        result = task.apply((SECRET,), {"login": LOGIN})

    assert result.outcome() == Ok([LOGIN])
    (record,) = [record for record in caplog.records if "succeeded" in record.getMessage()]
    assert (record.data["args"], record.data["kwargs"]) == ("(<hidden>,)", "{'login': <Login>}")
    assert SECRET not in str([(record.getMessage(), vars(record)) for record in caplog.records])


def test_logged_in_eager_mode_of_an_open_task(app, caplog):
    """Types 13: celery's own representation."""

    @app.task
    def task(name: str) -> str:
        return name

    with caplog.at_level(logging.INFO):
        task.apply(("x",))

    (record,) = [record for record in caplog.records if "succeeded" in record.getMessage()]
    assert (record.data["args"], record.data["return_value"]) == ("['x']", "'x'")


@pytest.mark.parametrize("extended", [True, False])
def test_arguments_beside_a_result(make_app, run_worker, extended):
    """Types 13: `result_extended` stores arguments: as they may be shown, where some may not."""
    app = make_app(result_extended=extended)

    @app.task(bind=True, max_retries=0, track_started=True)
    def hidden(self: BoundTask, token: Secret, login: Login, *, key: Secret) -> str:
        return str(self.request.id) + token + login.pin + key

    @app.task
    def shown(order: Open, name: str) -> None: ...

    with run_worker(app):
        first, second = hidden.delay(SECRET, LOGIN, key=SECRET), shown.delay(Open("x"), "y")
        value, _ = first.get(timeout=5), second.get(timeout=5)

    assert value == first.id + 3 * SECRET  # the task itself is given all of them
    assert second.id == stored(app, second)["task_id"]
    if extended:
        assert stored(app, first)["args"] == ["<hidden>", "<Login>"]
        assert stored(app, first)["kwargs"] == {"key": "<hidden>"}
        assert stored(app, second)["args"] == [{"name": "x"}, "y"]
    else:
        assert "args" not in stored(app, first)


def test_result_without_a_request(app):
    """Types 13: as `Backend.mark_as_done` may be called."""
    signatures(app)
    app.backend.mark_as_done("without", 7)

    assert app.AsyncResult("without").get(timeout=5) == 7


@pytest.mark.parametrize(("args", "kwargs"), [(5, 5), (None, None), ([SECRET], [SECRET]), ({SECRET: 1}, {"a": SECRET})])
def test_arguments_of_no_kind_beside_a_result(make_app, args, kwargs):
    """Types 13: a message may hold anything; what is wrong with it is for others to say."""
    app = make_app(result_extended=True)
    task = signatures(app)["scalar"]

    task.backend.store_result("odd", 7, "SUCCESS", request=Context(task=task.name, args=args, kwargs=kwargs))

    assert SECRET not in str(stored(app, app.AsyncResult("odd")))


# -- the worker's request ----------------------------------------------------------------------------------------------


def received(app: Any, task: Any, *args: Any, body: Any = None, **kwargs: Any) -> Request:
    """What a worker makes of a message that was sent by name, with Celery's own `argsrepr`."""
    message = TaskMessage(task.name, args=args, kwargs=kwargs)
    message.headers.update(argsrepr=repr(args), kwargsrepr=repr(kwargs))
    if body is not None:
        return Request(message, app=app, task=task, body=body, headers=message.headers, decoded=True)
    return Request(message, app=app, task=task)


def test_request_of_a_sensitive_task(app):
    """Types 13: whatever the sender said of the arguments: logs, events, `inspect` and the pool's own log show ours."""
    request = received(app, signatures(app)["scalar"], SECRET, other="x")

    assert (request.argsrepr, request.kwargsrepr) == ("(<hidden>,)", "{'other': 'x'}")
    for safe in (True, False):
        shown = request.info(safe=safe)
        assert (shown["args"], shown["kwargs"]) == ("(<hidden>,)", "{'other': 'x'}")
    assert SECRET not in repr([request, request.request_dict, request.body])
    assert request.request_dict["argsrepr"] == "(<hidden>,)"
    assert (request.args, request.kwargs) == ((SECRET,), {"other": "x"})


def test_request_of_an_open_task(app):
    """Types 13: celery's own."""
    request = received(app, signatures(app)["open_"], {"name": "x"}, "y")

    assert request.argsrepr == repr(({"name": "x"}, "y"))
    assert request.info()["args"] == ({"name": "x"}, "y")
    assert type(request.request_dict) is dict


@pytest.mark.parametrize(("args", "kwargs"), [(5, {}), ("x", {}), ([], []), (None, None), ({}, 5)])
def test_request_with_arguments_of_no_kind(app, args, kwargs):
    """Types 13: not for the request to refuse."""
    request = received(app, signatures(app)["scalar"], body=(args, kwargs, {}))

    assert (request.argsrepr, request.kwargsrepr) == ("()", "{}")
    assert repr(request.body) == HIDDEN


@pytest.mark.parametrize("body", [b"[]", "[]", memoryview(b"[]")], ids=["bytes", "str", "memoryview"])
def test_request_keeps_the_body(app, body):
    """Types 13: it is the same data, of the same class or a subclass, and as whole between processes."""
    message = TaskMessage("x", args=(SECRET,))
    task = signatures(app)["scalar"]
    message.body, message.headers["task"] = body, task.name

    request = Request(message, app=app, task=task)

    assert body == request.body
    assert isinstance(request.body, type(body))
    if not isinstance(body, memoryview):
        assert body == through_pickle(request.body)
        assert repr(request.body) == HIDDEN
    assert through_pickle(type(request.request_dict)(a=1)) == {"a": 1}


def test_request_of_a_task_whose_types_cannot_be_read(app):
    """Types 13: calls of the task tell; here it is any task."""

    def names() -> dict[str, Any]:
        raise ImportError("later")

    @app.task(localns=names)
    def task(value: "Later") -> "Later": ...  # noqa: F821, UP037 - imported nowhere

    assert codec_of(task) is None
    assert received(app, task, "x").info()["args"] == ("x",)
    assert task.resultrepr_maxsize == 1024


@pytest.mark.parametrize("task", [None, object(), SECRET])
def test_codec_of_anything_else(task):
    """Types 13: there is none."""
    assert codec_of(task) is None


def test_request_is_that_of_every_typed_task(app):
    """Types 13: a worker loads it by name, which a process that only sends tasks does not."""

    @typed_task
    def shared() -> None: ...

    @app.task
    def own() -> None: ...

    assert own.Request == "typedtasks._request:Request"
    assert shared.Request == own.Request
    assert issubclass(Request, CeleryRequest)


def test_private_names_of_celerys_request():
    """Types 13: set by ours, and read by Celery where logs, events and the pool are told of a message."""
    source = inspect.getsource(CeleryRequest)

    assert {"_argsrepr", "_kwargsrepr", "_request_dict", "_body"} <= set(CeleryRequest.__slots__)
    for line in ("return self._argsrepr", "return self._kwargsrepr", "return self._request_dict", "return self._body"):
        assert line in source


def test_retry_of_celery_shows_its_exception():
    """Types 13: the reason to hide the exception before Celery has it."""
    assert repr(KeyError("x")) in str(Retry(exc=KeyError("x"), when=1))
