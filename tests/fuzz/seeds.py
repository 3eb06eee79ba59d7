"""What the search begins with: valid messages for each task, the golden files, and what is known to be difficult."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kombu.utils.json import dumps

from tests.fuzz.signatures import CALLS, CODECS
from tests.fuzz.spelling import shape
from tests.wire.rows import FOLDER
from typedtasks._codec import TaskCodec
from typedtasks._containers import CONTAINERS
from typedtasks._kinds import json_types, kind_of
from typedtasks._types import plain_type

__all__ = ["LETTERS", "TOKENS", "body", "pieces", "seeds", "write"]

EMBED = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}

#: The first byte of an input: which task it is for, ``a`` for the first of them.
LETTERS = {name: bytes([(ord("a") + index) % 256]) for index, name in enumerate(CODECS)}

#: Values that somebody may put in place of another, each as it stands in JSON.
TOKENS = [
    *("null", "true", "false", "0", "-0", "1", "-1", "7.0", "-0.0", "1e400", "1E-400", "5e-324", "0.1", "NaN"),
    *("Infinity", "-Infinity", str(2**63), str(10**40), str(-(2**31)), "9" * 4300, "9" * 4301, "9007199254740993"),
    *('""', '"7"', '"7.0"', '"true"', '"null"', '"NaN"', '"Infinity"', '"-Infinity"', '"sNaN"', '"1_0"', '" 1"'),
    *('"\\u0000"', '"\\ud800"', '"\\udc00\\ud800"', '"\\uffff"', '"\\u0661"', '"-"', '"+1"', '"1e9"', '"0x1"'),
    *('"1e-9999999"', '"1.50e0"', '"1e999999999"', '"3/4"', '"6/8"', '"1/0"', '"(1+2j)"', '"1j"', '"nan+infj"'),
    *('"AP8="', '"AP9="', '"AP8"', '"A==="', '"YQ=="', '"_-=="'),
    *('"0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d"', '"0B54A1CF-7F4C-4B59-9E0C-6F5F3A1F2C1D"'),
    *('"2024-02-29T12:30:00"', '"2024-02-29T12:30:00Z"', '"2024-02-29T12:30:00.5-00:00"', '"2024-02-30"'),
    *('"2024-02-29"', '"0001-01-01"', '"9999-12-31T23:59:59.999999+23:59"', '"2024-W01-1"', '"20240229"'),
    *('"2024-02-29T12:30:00-03:30:05.000007"', '"12:30:00-00:00:05"'),
    *('"12:30"', '"24:00:00"', '"12:30:60"', '"12:30:00+00:00:30.000001"'),
    *('"P0D"', '"-PT0.000001S"', '"P1DT2.000003S"', '"P1Y"', '"PT1H"', '"P999999999DT86399.999999S"', '"P1000000000D"'),
    *('"127.0.0.1"', '"::1"', '"fe80::1%eth0"', '"10.0.0.0/8"', '"10.0.0.1/8"', '"127.1"', '"010.0.0.1"'),
    *('"Europe/Vienna"', '"UTC"', '"../UTC"', '"/etc/passwd"', '"Europe"', '"europe/vienna"'),
    *('"."', '"a//b"', '"a/../b"', '"C:\\\\x"', '"(a+)+$"', '"("', '"(?i)a"', '"a{1,99999999999}"', '"(?L)a"'),
    *("[]", "[[]]", "[1,2]", '["a","a"]', "[1,1.0,true]", '[[1,"x"],2]', "[[[1,2],3]]", "[[],[]]"),
    *("{}", '{"a":1}', '{"a":1,"a":2}', '{"":0}', '{"\\ud800":1}', '{"1":1,"1.0":2,"01":3}', '{"true":1,"True":2}'),
    *('{"$type":"Cat"}', '{"$type":"Cat","name":"a"}', '{"$type":"Elephant","name":"a"}', '{"name":"a"}'),
    *('{"name":"a","$type":"Dog"}', '{"$type":1}', '{"$type":["Cat"]}', '{"kind":"card","number":"1"}', '{"kind":[]}'),
    '{"__type__":"datetime","__value__":"2024-02-29T12:30:00+02:00"}',
    '{"__type__":"date","__value__":"2024-02-29"}',
    '{"__type__":"time","__value__":"12:30:00"}',
    '{"__type__":"decimal","__value__":"1.50"}',
    '{"__type__":"decimal","__value__":0.1}',
    '{"__type__":"uuid","__value__":{"hex":"0b54a1cf7f4c4b599e0c6f5f3a1f2c1d"}}',
    '{"__type__":"uuid","__value__":{"int":7,"version":4}}',
    '{"__type__":"bytes","__value__":"x"}',
    '{"__type__":"base64","__value__":"AP8="}',
    '{"__type__":"unknown","__value__":1}',
    '{"__type__":[],"__value__":1}',
    '{"__type__":"dict","__value__":{"__type__":"date","__value__":"x"}}',
]

#: Keys that mean something to somebody.
KEYS = ["__type__", "__value__", "__class__", "__dict__", "$type", "$model", "$ref", "self", "cls", "args", "kwargs"]

_BODIES = [
    *(b"", b"null", b"[]", b"{}", b"[[],{}]", b"[[],{},{}]", b"[[],[],{}]", b"[{},{},{}]", b"[[[]],{},null]"),
    *(
        b'["abc",{},{}]',
        b"[[1],{},{}",
        b"[[1],{},{}]]",
        b"\xff\xfe[[],{},{}]",
        b"\xef\xbb\xbf[[],{},{}]",
        b"[[1,],{},{}]",
    ),
    *(b'[[],{"value":1,"value":2},{}]', b"[[" + b"[" * 200 + b"]" * 200 + b"],{},{}]"),
    b"[[" + b'{"below":[' * 100 + b"]}" * 100 + b"],{},{}]",
]


def body(args: Any, kwargs: Any) -> bytes:
    """A message's body, as Celery writes it."""
    text: str = dumps([args, kwargs, EMBED])
    return text.encode()


def seeds() -> Iterator[bytes]:
    """The inputs, each with the letter of its task."""
    for name, calls in CALLS.items():
        codec = CODECS[name]
        for call in calls:
            yield LETTERS[name] + body(*codec.encode_arguments(*call, exact=True))
    yield from (letter + known for letter in list(LETTERS.values())[:10] for known in _BODIES)
    golden = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.iterdir())]
    values = [*golden, *TOKENS, *(f"[{token}]" for token in TOKENS), *_lists()]
    values += [f"{{{token}:{item}}}" for token in TOKENS if token.startswith('"') for item in ("1", '"x"')]
    for value in values:
        message = f"[[{value}],{{}},{{}}]".encode()
        yield from (LETTERS[name] + message for name, codec in CODECS.items() if _may_take(codec, value))


def _lists() -> Iterator[str]:
    """Lists of two different values that may be of one type, in both orders."""
    alike: dict[Any, list[str]] = {}
    for token in map(json.dumps, pieces()):
        alike.setdefault(shape(json.loads(token)), []).append(token)
    for one, *_, other in (tokens for tokens in alike.values() if len(tokens) > 1):
        yield from (f"[{one},{other}]", f"[{other},{one}]")


def _may_take(codec: TaskCodec, value: str) -> bool:
    """Whether a value is of the JSON type of the first argument.

    What is in a record, the calls above show. Decoding it is for the fuzzer, which ends what hangs.
    """
    type_ = plain_type(codec.signature.parameters[0].annotation)
    try:
        kind: Any = type(json.loads(value))
    except ValueError:
        return type_ is int  # of too many digits, wherever they are
    return kind in json_types(type_) and (kind is not dict or kind_of(type_) in CONTAINERS)


def pieces() -> list[Any]:
    """JSON values to put in place of others: the tokens, and every part of every valid message."""
    found: dict[str, Any] = {token: json.loads(token) for token in TOKENS if len(token) < 100}
    for name, calls in CALLS.items():
        for call in calls:
            for part in _parts(list(CODECS[name].encode_arguments(*call, exact=True))):
                found[json.dumps(part)] = part
    return list(found.values())


def _parts(value: Any) -> Iterator[Any]:
    yield value
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(part)


def write(folder: Path) -> tuple[Path, Path]:
    """Write the seeds and the dictionary of tokens.

    Returns:
        The folder of the seeds, and the dictionary in libFuzzer's format.
    """
    corpus = folder / "seeds"
    corpus.mkdir(parents=True, exist_ok=True)
    for index, seed in enumerate(seeds()):
        (corpus / f"{index:04}").write_bytes(seed)
    names = {name for codec in CODECS.values() for name in codec.signature.keywords}
    words = [*TOKENS, *(json.dumps(key) for key in [*KEYS, *sorted(names)]), "[", "]", "{", "}", ",", ":", '"', "\\u"]
    dictionary = folder / "tokens.dict"
    lines = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in words if len(word) <= MAX_TOKEN)
    dictionary.write_text("".join(f'"{line}"\n' for line in lines), encoding="ascii")
    return corpus, dictionary


MAX_TOKEN = 64
"""libFuzzer takes no longer words."""
