"""Odd data, from raw bytes and from callers: keys twice, half characters, kombu's envelopes, hostile results.

Every refusal in here is checked for what must hold of each: a short text that can be printed, and the same error after
pickle and after JSON.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import attrs
import pytest
from kombu.exceptions import DecodeError
from kombu.serialization import loads
from kombu.utils import json as kombu_json

from tests.fuzz.comparing import same
from tests.fuzz.target import through_json
from tests.unit.hostile import (
    DEEP,
    ID,
    LONG,
    LONG_KEY,
    MANY_DIGITS,
    ODD_TEXTS,
    REFUSED,
    SURROGATE,
    WIRE,
    Envelope,
    Holder,
    Line,
    Node,
    codec_for,
    codec_of,
    nested,
    no_hang,  # noqa: F401 - a fixture of every test
    of_each_type,
    outcome,
    receive,
    refused,
    refused_or,
    send,
)
from typedtasks import InvalidArguments, InvalidResult, RemoteError
from typedtasks._failures import dump_failure, load_failure

# -- keys twice -------------------------------------------------------------------------------------------------------


def test_key_twice():
    """The last of two is taken, as everywhere in Python: nobody after the JSON decoder knows of the first."""

    def task(value: int) -> None: ...

    assert receive(codec_for(dict[str, int]), '{"a":1,"a":2}') == ([{"a": 2}], {})
    assert receive(codec_for(Line), '{"sku":"x","sku":"y"}') == ([Line("y")], {})
    assert receive(codec_of(task), "", '"value":1,"value":2') == ([2], {})
    refused(lambda: receive(codec_of(task), "1", '"value":1'))


@pytest.mark.parametrize(
    ("type_", "keys"),
    [
        (dict[Decimal, int], ["1", "1.0"]),
        (dict[float, int], ["1", "1.0"]),
        (dict[float, int], ["0.0", "-0.0"]),
        (dict[int, int], ["7", "07"]),
        (dict[int, int], ["7", "+7"]),
        (dict[int, int], ["7", " 7"]),
        (dict[int, int], ["7", "\u0667"]),
        (dict[int, int], ["10", "1_0"]),
        (dict[bool, int], ["true", "True"]),
        (dict[UUID, int], [str(ID), str(ID).upper()]),
        (dict[datetime, int], ["2024-01-01T00:00:00Z", "2024-01-01T00:00:00+00:00"]),
        (dict[datetime, int], ["2024-01-01T00:00:00Z", "2024-01-01T01:00:00+01:00"]),
        (dict[timedelta, int], ["P1D", "PT86400S"]),
        (dict[bytes, int], ["AP8=", "AP9="]),
        (dict[Path, int], ["a/b", "a//b"]),
    ],
    ids=range(15),
)
def test_equal_keys(type_, keys):
    """Of two keys that are one as objects, none is lost."""
    text = ",".join(f"{json.dumps(key)}:{number}" for number, key in enumerate(keys))

    refused(lambda: receive(codec_for(type_), f"{{{text}}}"))


# -- surrogates and NUL -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ODD_TEXTS, ids=range(len(ODD_TEXTS)))
def test_odd_texts(text):
    """Half a surrogate pair and NUL arrive as they are, as values and as keys."""

    def task(**named: str) -> None: ...

    quoted = json.dumps(text)
    for type_, value in [
        (str, text),
        (Any, [text]),
        (dict[str, str], {text: text}),
        (Any, {text: 1}),
        (Line, Line(text)),
    ]:
        assert send(codec_for(type_), value) == ([value], {})
    assert receive(codec_for(str), quoted) == ([text], {})
    assert receive(codec_for(dict[str, str]), f"{{{quoted}:{quoted}}}") == ([{text: text}], {})
    assert receive(codec_for(Line), f'{{"sku":{quoted},{quoted}:1}}') == ([Line(text)], {})
    assert receive(codec_of(task), "", f"{quoted}:{quoted}") == ([], {text: text})
    assert send(codec_of(task), **{text: text}) == ([], {text: text})


@of_each_type
@pytest.mark.parametrize("wire", ["%s", "[%s]", "{%s:1}", "{%s:%s}", '{"$type":%s}'], ids=range(5))
def test_odd_texts_for_each_type(type_, wire):
    """In the place of anything else they are refused or arrive as what they say."""
    for text in ODD_TEXTS:
        message = wire.replace("%s", json.dumps(text))
        found = outcome(lambda message=message: receive(codec_for(type_), message))

        assert isinstance(found, REFUSED) or same(found, send(codec_for(type_), *found[0]))
        outcome(lambda text=text: send(codec_for(type_), text))
        outcome(lambda text=text: send(codec_for(type_), {text: text}))


def test_raw_surrogate():
    """Bytes that are no UTF-8 are no message."""
    assert isinstance(outcome(lambda: receive(codec_for(str), f'"{SURROGATE}"')), DecodeError)


def test_odd_names():
    """Names of arguments and fields are told so that they can be printed."""

    def task(value: int = 0) -> None: ...

    for text in ODD_TEXTS:
        quoted = json.dumps(text)
        refused(lambda quoted=quoted: receive(codec_of(task), "", f"{quoted}:1"))
        refused(lambda text=text: send(codec_of(task), **{text: 1}))
        refused(lambda quoted=quoted: receive(codec_for(dict[str, int]), f"{{{quoted}:null}}"))
        refused(lambda text=text: send(codec_for(Line), {"sku": "x", text: 1}))
        refused(lambda text=text: send(codec_for(Any), {text: object()}))


# -- kombu's envelopes ------------------------------------------------------------------------------------------------

#: What kombu makes objects of on the way, and what it stumbles over.
ENVELOPES = [
    ("datetime", '"2024-02-29T12:30:00+00:00"'),
    ("datetime", '"2024-02-29"'),
    ("date", '"2024-02-29"'),
    ("date", '"2024-02-29T12:30:00"'),
    ("time", '"12:30:00"'),
    ("decimal", '"1.50"'),
    ("decimal", "0.1"),
    ("decimal", "[0,[1,2],3]"),
    ("decimal", '"sNaN"'),
    ("decimal", '"1e999999999"'),
    ("uuid", '{"hex":"0b54a1cf7f4c4b599e0c6f5f3a1f2c1d"}'),
    ("uuid", '{"int":7,"version":4}'),
    ("uuid", '{"int":7,"is_safe":[]}'),
    ("bytes", '"x"'),
    ("bytes", '"\\ud800"'),
    ("base64", '"AP8="'),
    ("base64", '"="'),
    ("unknown", "1"),
    ("", "{}"),
    *((name, value) for name in sorted(kombu_json._decoders) for value in ("null", "1", "[]", "{}", '""', "1e400")),
]
ENVELOPE_TEXTS = [f'{{"__type__":{json.dumps(name)},"__value__":{value}}}' for name, value in ENVELOPES]
ENVELOPE_TEXTS += ['{"__type__":[],"__value__":1}', '{"__type__":null,"__value__":{}}']


def test_every_envelope_is_told():
    """kombu knows no other kind."""
    assert {name for name, _ in ENVELOPES} >= set(kombu_json._decoders)


@of_each_type
def test_envelope_of_a_message(type_):
    """In the place of another type they are refused; what arrives is of the declared class, and can be sent on."""
    for place in ["%s", "[%s]", '{"a":%s}', '{"value":%s}', '{"data":%s}', '{"below":[%s]}']:
        for text in ENVELOPE_TEXTS:
            found = outcome(lambda message=place % text: receive(codec_for(type_), message))

            assert isinstance(found, REFUSED) or same(found, send(codec_for(type_), *found[0]))


def test_envelope_of_the_declared_class():
    """A sender that is not typed may write one: the object that kombu makes is taken where its class is declared."""
    text = '{"__type__":"uuid","__value__":{"hex":"0b54a1cf7f4c4b599e0c6f5f3a1f2c1d"}}'

    assert receive(codec_for(UUID), text) == ([ID], {})
    assert receive(codec_for(list[UUID]), f"[{text}]") == ([[ID]], {})


def test_envelope_in_place_of_arguments():
    """A message of which kombu makes something else than arguments."""

    def task(**named: Any) -> None: ...

    for text in ENVELOPE_TEXTS:
        with contextlib.suppress(DecodeError):
            kwargs = loads(text.encode(), "application/json", "utf-8")
            assert not isinstance(kwargs, dict)


#: A caller's own data with the keys that kombu looks for.
OWN = [
    {"__type__": "datetime", "__value__": "2024-02-29T12:30:00"},
    {"__type__": "decimal", "__value__": "1.50"},
    {"__type__": "unknown", "__value__": None},
    {"__type__": ["x"], "__value__": {"__type__": "bytes", "__value__": "x"}},
    {"__type__": "x"},
    {"__value__": "x"},
    {"__type__": "date", "__value__": "2024-02-29", "more": 1},
    {"$type": "Line", "$model": "Line"},
]


@pytest.mark.parametrize("own", OWN, ids=range(len(OWN)))
@pytest.mark.parametrize("type_", [Any, object, dict, dict[str, Any], Mapping[str, Any], dict[str, object]], ids=str)
def test_own_envelope(type_, own):
    """A caller's own dict of this form arrives unchanged."""
    assert send(codec_for(type_), own) == ([own], {})


@pytest.mark.parametrize("own", OWN, ids=range(len(OWN)))
def test_own_envelope_inside(own):
    """Also inside others, and in records."""

    def task(*values: Any, **named: Any) -> None: ...

    for value in [[own], {"a": own}, [[{"a": [own]}]], {**own, "a": own}]:
        assert send(codec_for(Any), value) == ([value], {})
        assert send(codec_for(Holder), Holder(value, value)) == ([Holder(value, value)], {})
        assert send(codec_of(task), value, a=value) == ([value], {"a": value})
    assert send(codec_for(list[dict[str, Any]]), [own]) == ([[own]], {})


def test_own_envelope_escaped_again():
    """What a dict of this form looks like on the wire is itself data that arrives."""
    value: Any = {"__type__": "date", "__value__": "2024-02-29"}
    for _ in range(5):
        (value,), _named = codec_for(Any).encode_arguments([value], {}, exact=True)

        assert send(codec_for(Any), value) == ([value], {}) or send(codec_for(Any), [value])[0] != [[value]]


def test_arguments_of_these_names():
    """Two arguments called so would make an envelope of all the keyword arguments."""

    def task(**named: Any) -> None: ...

    def declared(__type__: str = "", __value__: str = "") -> None: ...

    names = {"__type__": "date", "__value__": "2024-02-29"}
    for function in (task, declared):
        found = outcome(lambda function=function: send(codec_of(function), **names))

        assert isinstance(found, InvalidArguments) or found in [([], names), (list(names.values()), {})]


def test_record_of_these_names():
    """A record whose fields are called so."""
    record = Envelope("date", "2024-02-29")

    refused_or(record, lambda: send(codec_for(Envelope), record))


# -- results and failures ---------------------------------------------------------------------------------------------


@attrs.define
class Failed(Exception):
    data: Any


HOSTILE = {
    "deep": nested(DEEP, lambda inner: [inner], None),
    "deep dict": nested(DEEP, lambda inner: {"a": inner}, None),
    "digits": 10**100_000,
    "long": "x" * LONG,
    "surrogate": SURROGATE,
    "nul": "\x00",
    "not finite": float("inf"),
    "envelope": OWN[0],
    "object": object(),
    "odd keys": {(1, 2): 3, None: 4},
}
of_each_hostile = pytest.mark.parametrize("name", HOSTILE)


@of_each_hostile
def test_hostile_results(name):
    """What a task returns arrives or is refused on the worker."""

    def task() -> Any: ...

    codec = codec_of(task)
    with contextlib.suppress(InvalidResult):
        assert same(HOSTILE[name], codec.decode_result(through_json(codec.encode_result(HOSTILE[name]))))


@of_each_hostile
@pytest.mark.parametrize("cls", [ValueError, Failed])
def test_hostile_failures(name, cls):
    """What a task raises is stored whatever it holds, and arrives as what it was or as a `RemoteError`."""
    found = load_failure(through_json(dump_failure(cls(HOSTILE[name]), WIRE)), WIRE)

    assert type(found) in {cls, RemoteError}
    assert type(found) is RemoteError or same(list(found.args), [HOSTILE[name]])


# -- through a worker -------------------------------------------------------------------------------------------------


def test_worker_goes_on(app, run_worker):
    """A worker refuses each of these messages and runs the next."""

    @app.task
    def task(value: Any = None, node: Node | None = None, *rest: int, **named: int) -> int:
        return 7

    no_json = [
        b"x",  # an empty body ends Celery's worker itself
        b"[[],{},{}",
        b"\xff",
        b"[" * DEEP,
        b"[[" + b"[" * DEEP + b"]" * DEEP + b"],{},{}]",
        b"[[" + MANY_DIGITS.encode() + b"],{},{}]",
        b'[[{"__type__":"unknown","__value__":1}],{},{}]',
    ]
    wrong = [
        b"[[NaN],{},{}]",
        *(b"[[%s],{},{}]" % text.encode() for text in ENVELOPE_TEXTS[:12]),
        b"[[0," + b'{"value":0,"below":[' * 200 + b"]}" * 200 + b"],{},{}]",
        b'[[],{"\\ud800\\n":"x"},{}]',
        b'[[],{"' + LONG_KEY.encode() + b'":"x"},{}]',
        b"[[0,null" + b",null" * 1_000 + b"],{},{}]",
    ]
    with app.connection() as connection:
        producer = connection.Producer()
        queue = app.amqp.queues[app.conf.task_default_queue]
        for index, body in enumerate([*no_json, *wrong]):
            producer.publish(
                body,
                exchange=queue.exchange,
                routing_key=queue.routing_key,
                declare=[queue],
                content_type="application/json",
                content_encoding="utf-8",
                headers={"lang": "py", "task": task.name, "id": f"hostile-{index}"},
            )
        with run_worker(app):
            assert task.delay().get(timeout=30) == 7
        results = [app.AsyncResult(f"hostile-{index}") for index in range(len(no_json) + len(wrong))]

    # Python 3.12 and later read JSON that is nested deeply, which is then refused as the others are.
    assert {result.state for result in results[: len(no_json)]} <= {"PENDING", "FAILURE"}
    assert [result.state for result in results[len(no_json) :]] == ["FAILURE"] * len(wrong)
    assert {type(result.result) for result in results if result.state == "FAILURE"} == {InvalidArguments}
