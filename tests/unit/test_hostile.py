"""Data too deep, too long or too much, from raw bytes and from callers: a typed error or the very value, soon.

Every refusal in here is checked for what must hold of each: a short text that can be printed, and the same error after
pickle and after JSON.
"""

from __future__ import annotations

import json
import sys
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

import attrs
import pytest

from tests.fuzz.comparing import same
from tests.unit.hostile import (
    DEEP,
    LONG,
    LONG_KEY,
    MANY_DIGITS,
    ODD_TEXTS,
    REFUSED,
    SURROGATE,
    TAKES_ANYTHING,
    TYPES,
    Cat,
    Dog,
    Holder,
    Line,
    Mode,
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
from typedtasks._wire import Limits, Wire, WireSettings

# -- depth ------------------------------------------------------------------------------------------------------------


#: A type, how one level of it looks in JSON, and how in Python, with what is inside.
NESTS: dict[str, tuple[Any, str, str, Callable[[Any], Any], Any]] = {
    "lists": (Any, "[", "]", lambda inner: [inner], []),
    "dicts": (Any, '{"a":', "}", lambda inner: {"a": inner}, {}),
    "both": (Any, '[{"a":', "}]", lambda inner: [{"a": inner}], None),
    "in a list": (list[Any], "[", "]", lambda inner: [inner], []),
    "in a dict": (dict[str, Any], '{"a":', "}", lambda inner: {"a": inner}, {}),
    "records in lists": (Node, '{"value":0,"beside":null,"below":[', "]}", lambda inner: Node(0, [inner]), Node()),
    "records": (Node, '{"value":0,"below":[],"beside":', "}", lambda inner: Node(0, [], inner), Node()),
}
INNER = {"lists": "[]", "dicts": "{}", "both": "null", "in a list": "[]", "in a dict": "{}"}
of_each_nest = pytest.mark.parametrize("nest", NESTS)


DEPTHS = [*range(1, 1_200, 37), DEEP, 10 * DEEP]


@of_each_nest
def test_depth_of_a_message(nest):
    """Nesting is followed to its end or refused, on each side of every limit."""
    type_, start, end, make, inner = NESTS[nest]
    for depth in DEPTHS:
        text = start * depth + INNER.get(nest, '{"value":0,"below":[],"beside":null}') + end * depth

        refused_or(nested(depth, make, inner), lambda text=text: receive(codec_for(type_), text))


@of_each_nest
def test_depth_of_a_value(nest):
    """The same for what a caller passes: what can be sent can be received."""
    type_, _, _, make, inner = NESTS[nest]
    for depth in DEPTHS:
        value = nested(depth, make, inner)

        refused_or(value, lambda value=value: send(codec_for(type_), value))


@of_each_nest
def test_depth_of_the_stack(nest):
    """The same where little of the stack is left, at the caller and on the worker."""
    type_, start, end, make, inner = NESTS[nest]
    text = start * 40 + INNER.get(nest, '{"value":0,"below":[],"beside":null}') + end * 40
    value = nested(40, make, inner)
    codec = codec_for(type_)
    send(codec, value)  # once with all of the stack: what is made at first use is made

    def below(frames: int, call: Callable[[], Any]) -> Any:
        return call() if frames == 0 else below(frames - 1, call)

    def left() -> int:
        frame, depth = sys._getframe(), 0
        while frame is not None:
            frame, depth = frame.f_back, depth + 1
        return sys.getrecursionlimit() - depth

    for frames in range(0, left() - 60, 60):
        refused_or(value, lambda frames=frames: below(frames, lambda: receive(codec, text)))
        refused_or(value, lambda frames=frames: below(frames, lambda: send(codec, value)))


@pytest.mark.parametrize("wrong", ["true", '"x"', "null"])
def test_depth_of_what_is_wrong(wrong):
    """The path to something wrong, far down."""
    for depth in [10, 100, 200, 300, 400, DEEP]:
        text = '{"below":[' * depth + f'{{"value":{wrong}}}' + "]}" * depth

        assert isinstance(outcome(lambda text=text: receive(codec_for(Node), text)), REFUSED)


def test_depth_of_what_is_ignored():
    """A field that nobody knows holds it."""
    for depth in [100, 500, DEEP]:
        text = '{"sku":"x","new":' + "[" * depth + "]" * depth + "}"

        refused_or(Line("x"), lambda text=text: receive(codec_for(Line), text))


@of_each_type
def test_depth_for_each_type(type_):
    """It stands in the place of something else."""
    for depth in [100, 300, 500, 900, DEEP]:
        for start, end in (("[", "]"), ('{"a":', "}")):
            text = start * depth + "null" + end * depth
            found = outcome(lambda text=text: receive(codec_for(type_), text))

            assert isinstance(found, REFUSED) or (type_ in TAKES_ANYTHING and depth < DEEP)


def test_depth_of_arguments():
    """Far down in what is no argument at all."""

    def task(value: int = 0, *values: int, **named: int) -> None: ...

    text = "[" * 300 + "]" * 300

    for args, kwargs in [(text, ""), (f"0,{text}", ""), ("", f'"value":{text}'), ("", f'"other":{text}')]:
        assert isinstance(outcome(lambda args=args, kwargs=kwargs: receive(codec_of(task), args, kwargs)), REFUSED)


def test_holds_itself():
    """A list, dict or record with no end is refused by the caller."""
    a_list: list[Any] = []
    a_list.append(a_list)
    a_dict: dict[str, Any] = {}
    a_dict["a"] = a_dict
    record = Node()
    record.below.append(record)

    refused(lambda: send(codec_for(Any), a_list))
    refused(lambda: send(codec_for(list[Any]), a_list))
    refused(lambda: send(codec_for(dict[str, Any]), a_dict))
    refused(lambda: send(codec_for(Node), record))
    refused(lambda: send(codec_for(Holder), Holder(a_list)))


# -- length -----------------------------------------------------------------------------------------------------------


ROOMY = Wire(WireSettings(limits=Limits(bytes=2 * LONG)))


def test_long_string():
    """50 MB arrive where the limit is set to more, and are refused where it is not."""
    text = "x" * LONG

    for type_, value in [(str, text), (Any, {"a": text}), (Any, {text: 1}), (Line, Line(text)), (bytes, bytes(LONG))]:
        codec = codec_for(type_)
        refused(lambda codec=codec, value=value: send(codec, value))
        assert send(attrs.evolve(codec, wire=ROOMY), value) == ([value], {})


def test_long_string_of_a_message():
    """A worker takes the 50 MB that another sender has sent, or refuses them."""
    text = "x" * LONG

    refused_or(text, lambda: receive(codec_for(str), f'"{text}"'))
    refused_or([text], lambda: receive(codec_for(Any), f'["{text}"]'))


@of_each_type
def test_long_string_for_each_type(type_):
    """5 MB that are something else are refused soon, with a short text, or arrive whole."""
    for character in "x10/ ":
        text = character * (LONG // 10)
        found = outcome(lambda text=text: receive(codec_for(type_), f'"{text}"'))

        assert isinstance(found, REFUSED) or same(found, send(codec_for(type_), *found[0]))


@of_each_type
def test_long_string_in_each_type(type_):
    """The same as an item of a list and as the value of a key."""
    text = "1" * 1_000_000

    outcome(lambda: receive(codec_for(type_), f'["{text}",{{"{text}":1}}]'))
    outcome(
        lambda: receive(codec_for(type_), f'{{"{text}":"{text}","value":"{text}","name":"{text}","$type":"{text}"}}')
    )


def test_long_string_wrong_at_the_caller():
    """A caller is told with a short text too."""
    for type_ in TYPES:
        outcome(lambda type_=type_: send(codec_for(type_), "x" * 1_000_000))
        outcome(lambda type_=type_: send(codec_for(type_), {"x" * 1_000_000: "x" * 1_000_000}))


def test_long_key():
    """Keys that are very long: they arrive, or are told shortened."""

    def task(**named: int) -> None: ...

    def without(value: int = 0) -> None: ...

    assert receive(codec_for(dict[str, int]), f'{{"{LONG_KEY}":1}}') == ([{LONG_KEY: 1}], {})
    assert receive(codec_of(task), "", f'"{LONG_KEY}":1') == ([], {LONG_KEY: 1})
    assert send(codec_of(task), **{LONG_KEY: 1}) == ([], {LONG_KEY: 1})
    assert receive(codec_for(Line), f'{{"sku":"x","{LONG_KEY}":1}}') == ([Line("x")], {})
    refused(lambda: receive(codec_for(dict[str, int]), f'{{"{LONG_KEY}":"x"}}'))
    refused(lambda: receive(codec_for(dict[UUID, int]), f'{{"{LONG_KEY}":1}}'))
    refused(lambda: receive(codec_of(task), "", f'"{LONG_KEY}":"x"'))
    refused(lambda: receive(codec_of(without), "", f'"{LONG_KEY}":"x"'))
    refused(lambda: send(codec_of(without), **{LONG_KEY: 1}))
    refused(lambda: send(codec_for(Line), {"sku": "x", LONG_KEY: 1}))
    refused(lambda: send(codec_for(Any), {LONG_KEY: object()}))
    refused(lambda: send(codec_for(dict[str, Any]), {LONG_KEY: {LONG_KEY: object()}}))


def test_long_key_far_down():
    """A path of many long keys is short."""
    refused(lambda: receive(codec_for(dict[str, dict[str, dict[str, int]]]), f'{{"{LONG_KEY}":' * 3 + "null" + "}" * 3))


@pytest.mark.parametrize("line", ["\n", "\r", "\u2028", "\x0b", "\x85"])
def test_lines_in_keys(line):
    """A key with a thousand line ends makes no thousand lines."""
    key = json.dumps(line * 1_000 + "x")

    def task(value: int = 0) -> None: ...

    refused(lambda: receive(codec_of(task), "", f"{key}:1"))
    refused(lambda: receive(codec_for(dict[str, int]), f"{{{key}:null}}"))
    refused(lambda: receive(codec_for(UUID), key))
    refused(lambda: receive(codec_for(dict[UUID, int]), f"{{{key}:1}}"))
    refused(lambda: send(codec_for(Line), {"sku": "x", line * 1_000: 1}))


def test_short_headers():
    """What logs and monitors see of a call is in the message's headers, which AMQP wants in one frame."""

    def task(*values: int, **named: int) -> None: ...

    codec = codec_of(task)

    assert max(map(len, codec.describe_arguments([1] * 100_000, {}))) <= 10_000
    assert max(map(len, codec.describe_arguments([], {LONG_KEY: 1, SURROGATE: 2, "\n": 3}))) <= 10_000
    assert "".join(codec.describe_arguments([], dict.fromkeys(ODD_TEXTS, 1))).isprintable()
    assert max(map(len, codec.describe_arguments([], {f"k{number}": 1 for number in range(100_000)}))) <= 10_000


# -- digits -----------------------------------------------------------------------------------------------------------


@of_each_type
def test_digits_of_a_message(type_):
    """An integer of more digits than Python reads is refused, wherever it is."""
    for text in [MANY_DIGITS, f"-{MANY_DIGITS}", "9" * 4_301, f"[{MANY_DIGITS}]", f'{{"sku":"x","new":{MANY_DIGITS}}}']:
        assert isinstance(outcome(lambda text=text: receive(codec_for(type_), text)), REFUSED)


def test_digits_that_fit():
    """As many as Python reads arrive."""
    number = 10**4_299

    assert receive(codec_for(int), str(number)) == ([number], {})
    assert send(codec_for(int), -number) == ([-number], {})
    assert send(codec_for(Any), [number]) == ([[number]], {})


@of_each_type
def test_digits_of_a_value(type_):
    """One more is refused at the caller."""
    for number in [10**4_300, -(10**4_300), 10**100_000]:
        assert isinstance(outcome(lambda number=number: send(codec_for(type_), number)), REFUSED)
    refused_or(10**400, lambda: send(codec_for(type_), 10**400))


def test_digits_inside():
    """Far inside as well."""
    number = 10**100_000

    refused(lambda: send(codec_for(Any), [number]))
    refused(lambda: send(codec_for(Holder), Holder({"a": number})))
    refused(lambda: send(codec_for(Node), Node(number)))
    refused(lambda: send(codec_for(dict[str, int]), {"a": number}))
    refused(lambda: send(codec_for(dict[int, int]), {number: 1}))
    refused(lambda: send(codec_for(Mode), number))
    refused(lambda: send(codec_for(Fraction), Fraction(number, 3)))
    refused(lambda: send(codec_for(Fraction), Fraction(1, number)))


def test_digits_of_strings():
    """A Decimal has as many digits as it has; others are refused soon."""
    assert receive(codec_for(Decimal), f'"{MANY_DIGITS}"') == ([Decimal(MANY_DIGITS)], {})
    assert send(codec_for(Decimal), Decimal(MANY_DIGITS)) == ([Decimal(MANY_DIGITS)], {})
    refused(lambda: receive(codec_for(Fraction), f'"{MANY_DIGITS}/3"'))
    refused(lambda: receive(codec_for(dict[int, int]), f'{{"{MANY_DIGITS}":1}}'))
    refused(lambda: receive(codec_for(timedelta), f'"P{MANY_DIGITS}D"'))


@pytest.mark.parametrize("exponent", ["1e999999999", "1e-999999999", "1e999999999999999999999", "-1E+99999999"])
def test_exponents(exponent):
    """Python would write out all the digits of a Fraction such as 1e999999999."""
    for type_ in TYPES:
        outcome(lambda type_=type_: receive(codec_for(type_), f'"{exponent}"'))
        outcome(lambda type_=type_: receive(codec_for(type_), f'["{exponent}"]'))
        outcome(lambda type_=type_: receive(codec_for(type_), f'{{"{exponent}":1}}'))
    refused(lambda: receive(codec_for(Fraction), f'"{exponent}"'))


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400", "-1e400", f"1.{MANY_DIGITS}e99999"])
@pytest.mark.parametrize("type_", [float, Any, int, Decimal, str, Holder, list[Any]], ids=str)
def test_no_json_numbers(type_, number):
    """Python's JSON reads numbers that no JSON has, and makes infinities of large ones: refused everywhere."""
    text = {Holder: '{"data":%s}', list[Any]: "[%s]"}.get(type_, "%s") % number

    refused(lambda: receive(codec_for(type_), text))


def test_many_digits_of_a_float():
    """The nearest float is what the number means to JSON."""
    assert receive(codec_for(float), "0.1" + "0" * 100_000) == ([0.1], {})


# -- many -------------------------------------------------------------------------------------------------------------

MANY = 20_000


def test_many_items():
    """Large containers arrive."""
    numbers, keyed = list(range(MANY)), {str(number): number for number in range(MANY)}

    assert send(codec_for(list[int]), numbers) == ([numbers], {})
    assert send(codec_for(dict[str, int]), keyed) == ([keyed], {})
    assert send(codec_for(dict[int, int]), dict(enumerate(numbers))) == ([dict(enumerate(numbers))], {})
    assert send(codec_for(set[int]), set(numbers)) == ([set(numbers)], {})
    assert send(codec_for(Any), [numbers, keyed]) == ([[numbers, keyed]], {})
    assert receive(codec_for(Line), json.dumps({"sku": "x", **keyed})) == ([Line("x")], {})


def test_many_arguments():
    """Many arguments arrive, or are refused with a text of a few lines."""

    def task(*values: int, **named: int) -> None: ...

    def without(value: int = 0) -> None: ...

    items = ",".join("1" for _ in range(MANY))
    names = ",".join(f'"k{number}":1' for number in range(MANY))

    assert receive(codec_of(task), items, names) == ([1] * MANY, {f"k{number}": 1 for number in range(MANY)})
    refused(lambda: receive(codec_of(without), items))
    refused(lambda: receive(codec_of(without), "", names))


@pytest.mark.parametrize(
    "type_", [list[str], tuple[str, ...], set[str], deque[str], list[Line], list[Cat | Dog]], ids=str
)
def test_many_wrong_items(type_):
    """Many wrong items make a text of a few lines."""
    refused(lambda: receive(codec_for(type_), "[" + ",".join(["null"] * MANY) + "]"))


def test_many_wrong_values():
    """The same of a dict, of one record and of what a caller passes."""
    wrong = {f"k{number}": None for number in range(MANY)}

    refused(lambda: receive(codec_for(dict[str, int]), json.dumps(wrong)))
    refused(lambda: send(codec_for(dict[str, int]), wrong))
    refused(lambda: send(codec_for(Line), {"sku": "x", **wrong}))
    refused(lambda: send(codec_for(Any), [object()] * MANY))


def test_colliding_hashes():
    """Keys of one hash arrive; how many may be is a matter of the limit of bytes."""
    numbers = [number * (2**61 - 1) for number in range(1, 1_000)]

    assert send(codec_for(dict[int, int]), dict.fromkeys(numbers, 1)) == ([dict.fromkeys(numbers, 1)], {})
    assert send(codec_for(set[int]), set(numbers)) == ([set(numbers)], {})
    assert send(codec_for(frozenset[Decimal]), frozenset(map(Decimal, numbers)))[0] == [
        frozenset(map(Decimal, numbers))
    ]


# -- the limits that are set ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [1, 5, 50, 100])
def test_limit_of_depth(depth):
    """As many levels arrive, at the caller and on the worker, and one more does not."""
    codec = attrs.evolve(codec_for(Any), wire=Wire(WireSettings(limits=Limits(depth=depth + 2))))
    just, more = (nested(levels, lambda inner: [inner], []) for levels in (depth - 1, depth + 5))

    assert send(codec, just) == ([just], {})
    assert receive(codec, json.dumps(just)) == ([just], {})
    assert "nested" in str(refused(lambda: send(codec, more)))
    assert "nested" in str(refused(lambda: receive(codec, json.dumps(more))))


def test_limit_of_bytes():
    """What is sent is measured as JSON."""
    codec = attrs.evolve(codec_for(str), wire=Wire(WireSettings(limits=Limits(bytes=1_000))))

    assert send(codec, "x" * 900) == (["x" * 900], {})
    assert "1,000" in str(refused(lambda: send(codec, "x" * 1_000)))
    refused(lambda: send(codec, SURROGATE * 900))
