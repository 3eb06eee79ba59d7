"""Arrays and mappings: the class that is declared arrives, and no other is taken for it."""

from __future__ import annotations

import collections
import enum
import math
import types
import typing
from collections import Counter, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Collection, Iterable, Mapping, MutableMapping, MutableSequence, MutableSet, Sequence
from collections.abc import Set as AbstractSet
from datetime import date
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any, Literal, NamedTuple, NewType
from uuid import UUID

import attrs
import msgspec
import pytest

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Currency, Line
from typedtasks import make_converter
from typedtasks._kinds import Refused, check_type
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Fee(enum.Enum):
    EXPRESS = Decimal("4.50")


class Mixed(enum.Enum):
    ONE = 1
    TWO = "2"


class Point(NamedTuple):
    x: int
    y: int


@attrs.frozen
class Card:
    number: str


@attrs.frozen
class Holder:
    """Hashable by its class, and not with a list in it."""

    lines: list[int]


class Strings(list):
    """A subclass."""


class Names(dict):
    """A subclass."""


# -- arrays


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (list[int], [1, 2], [1, 2]),
            (list, [1, "x", {"a": None}], [1, "x", {"a": None}]),
            (typing.List[Line], [Line("x", 1)], [{"sku": "x", "qty": 1}]),  # noqa: UP006 - as users may still write it
            (list[None], [None], [None]),
            (tuple[int, ...], (1, 2), [1, 2]),
            (tuple, (1, "x"), [1, "x"]),
            (typing.Tuple, (1, "x"), [1, "x"]),  # noqa: UP006 - as above
            (tuple[int, Line], (1, Line("x", 1)), [1, {"sku": "x", "qty": 1}]),
            (tuple[()], (), []),
            (typing.Tuple[()], (), []),  # noqa: UP006 - as above
            (tuple[()] | None, (), []),
            (types.GenericAlias(tuple, ((),)), (), []),  # as Python 3.10 reads the one above
            (set[int], {1}, [1]),
            (set, {"a"}, ["a"]),
            (set[tuple[Currency, ...]], {(Currency.EUR,)}, [["EUR"]]),
            (set[Card | Point | None], {Card("1")}, [{"number": "1"}]),
            (frozenset[Decimal], frozenset({Decimal("1.0")}), ["1.0"]),
            (set[frozenset[int]], {frozenset({1})}, [[1]]),
            (deque[int], deque([1, 2]), [1, 2]),
            (deque, deque(), []),
            (typing.Deque[int], deque([1]), [1]),  # noqa: UP006 - as above
            (Sequence[int], [1], [1]),
            (Sequence, [1], [1]),
            (MutableSequence[int], [1], [1]),
            (Collection[int], [1], [1]),
            (Iterable[int], [1], [1]),
            (typing.Iterable[Line], [Line("x", 1)], [{"sku": "x", "qty": 1}]),
            (AbstractSet[int], {1}, [1]),
            (MutableSet[int], {1}, [1]),
        ]
    ),
)
def test_array(type_, value, wire):
    """Types 1: every collection is an array, and arrives as the class that was declared."""
    dumped, loaded = there_and_back(value, type_)

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


@pytest.mark.parametrize(
    ("type_", "value", "arrives"),
    numbered(
        [
            (Sequence[int], (1, 2), [1, 2]),
            (Collection[int], (1, 2), [1, 2]),
            (Iterable[int], (1, 2), [1, 2]),
            (AbstractSet[int], frozenset({1}), {1}),
        ]
    ),
)
def test_abstract_array(type_, value, arrives):
    """An abstract type says nothing of the class: a tuple arrives as a list, a frozen set as a set."""
    loaded = there_and_back(value, type_)[1]

    assert (arrives, type(arrives)) == (loaded, type(loaded))


@pytest.mark.parametrize(
    ("type_", "value", "met"),
    numbered(
        [
            (list[int], (1,), "tuple"),
            (list[int], {1}, "set"),
            (list[str], "abc", "str 'abc'"),
            (list[int], Strings([1]), "Strings"),
            (list[int], UserList([1]), "UserList"),
            (list[int], deque([1]), "deque"),
            (tuple[int, ...], [1], "list"),
            (tuple[int, ...], Point(1, 2), "Point"),
            (set[int], frozenset({1}), "frozenset"),
            (set[int], [1], "list"),
            (frozenset[int], {1}, "set"),
            (deque[int], [1], "list"),
            (deque[int], deque([1], maxlen=3), "deque with a maxlen, which would be lost"),
            (Sequence[str], "abc", "str 'abc'"),
            (Sequence[int], b"abc", "bytes"),
            (Sequence[int], range(3), "range"),
            (Sequence[int], deque([1]), "deque"),
            (MutableSequence[int], (1,), "tuple"),
            (Collection[int], {1}, "set"),
            (Collection[int], {1: 2}.keys(), "dict_keys"),
            (Iterable[int], iter([1]), "list_iterator"),
            (AbstractSet[int], {1: 2}.keys(), "dict_keys"),
            (AbstractSet[int], [1], "list"),
            (MutableSet[int], frozenset({1}), "frozenset"),
        ]
    ),
)
def test_other_class_is_not_sent(type_, value, met):
    """Types 3: what would come back as another class, or would be used up, does not go out."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, value, type_)

    assert problem.endswith(f", got {met}")


@pytest.mark.parametrize(
    ("type_", "wire"),
    numbered(
        [
            (list[int], "12"), (list[int], {"0": 1}), (list[int], None), (list[int], 1),
            (set[int], {"1": 1}), (deque[int], None), (tuple[int, ...], {}), (tuple[int, int], [1]),
            (tuple[int, int], [1, 2, 3]), (tuple[int, int], {"0": 1, "1": 2}), (tuple[()], [1]), (tuple[int], "1"),
            (Sequence[str], "abc"), (AbstractSet[str], "abc"), (Iterable[int], 5),
        ]
    ),
)  # fmt: skip
def test_no_array(type_, wire):
    """Types 3: nothing but a JSON array is one, and a tuple of two has two items."""
    (problem,) = problems_of(DEFAULT_WIRE.load, wire, type_)

    assert problem.startswith("$: expected ")


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    numbered(
        [
            (set[int], {"a"}, ["$[0]: expected int, got str 'a'"]),
            (deque[int], deque([1, "2"]), ["$[1]: expected int, got str '2'"]),
            (Sequence[int], (1, "2", None), ["$[1]: expected int, got str '2'", "$[2]: expected int, got None"]),
            (tuple[int, tuple[str, int]], (1, ("a", "b")), ["$[1][1]: expected int, got str 'b'"]),
        ]
    ),
)
def test_path_of_an_item(type_, value, expected):
    """Types 5: every problem has its index, in sets that of the array."""
    assert expected == problems_of(DEFAULT_WIRE.dump, value, type_)


@pytest.mark.parametrize("type_", [list[int], dict[str, int], dict[int | str, int]], ids=str)
def test_many_problems(type_):
    """Types 12: of a million wrong items the first ten thousand are told."""
    wire: Any = ["x"] * 20_000
    if type_ == dict[str, int]:
        wire = dict.fromkeys(map(str, range(20_000)), "x")

    problems = problems_of(DEFAULT_WIRE.load, wire, type_)

    assert len(problems) == 10_001
    assert problems[-1] == "$: more than 10,000 problems: these are the first ones"


@pytest.mark.parametrize("type_", [set[Any], set[Holder], frozenset[Any]], ids=str)
def test_item_that_is_not_hashable(type_):
    """What the type allows and a set does not is told, not raised."""
    (problem,) = problems_of(DEFAULT_WIRE.load, [{"lines": [1]}], type_)

    assert problem.startswith("$: TypeError: unhashable type")


@pytest.mark.parametrize(
    ("type_", "where", "type_name"),
    numbered(
        [
            (set[list[int]], "value[]", "list[int]"),
            (set[dict[str, int]], "value[]", "dict[str, int]"),
            (frozenset[set[int]], "value[]", "set[int]"),
            (set[Line], "value[]", "Line"),
            (set[tuple[int, list[int]]], "value[]", "tuple[int, list[int]]"),
            (set[frozenset[Line]], "value[][]", "Line"),
            (set[int | list[int]], "value[]", "int | list[int]"),
            (set[NewType("Lines", list[Line])], "value[]", "Lines"),
            (AbstractSet[deque[int]], "value[]", "deque[int]"),
            (dict[list[int], int], "value{}", "list[int]"),
            (dict[tuple[Line, int], int], "value{}", "tuple[Line, int]"),
            (Counter[Line], "value{}", "Line"),
        ]
    ),
)
def test_types_that_are_not_hashable(type_, where, type_name):
    """Types 8: what can stand neither in a set nor as a key is refused at declaration."""
    with pytest.raises(Refused) as caught:
        check_type(type_, "value")

    assert (caught.value.where, caught.value.type.rpartition(".")[2]) == (where, type_name)
    assert caught.value.fix.startswith("it is not hashable, so it cannot ")


# -- mappings


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (dict, {"a": [1]}, {"a": [1]}),
            (typing.Dict, {"a": [1]}, {"a": [1]}),  # noqa: UP006 - as users may still write it
            (dict[str, Line], {"a": Line("x", 1)}, {"a": {"sku": "x", "qty": 1}}),
            (dict[Any, int], {"a": 1}, {"a": 1}),
            (Mapping[str, int], {"a": 1}, {"a": 1}),
            (Mapping, {"a": 1}, {"a": 1}),
            (MutableMapping[str, int], {"a": 1}, {"a": 1}),
            (OrderedDict[str, int], OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
            (OrderedDict, OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
            (Counter[str], Counter("aab"), {"a": 2, "b": 1}),
            (Counter[str], Counter(a=0, b=-1), {"a": 0, "b": -1}),
            (defaultdict[str, list[int]], defaultdict(list, {"a": [1]}), {"a": [1]}),
            (defaultdict[str, set[int]], defaultdict(set, {"a": {1}}), {"a": [1]}),
            (defaultdict[str, int], defaultdict(int, {"a": 1}), {"a": 1}),
            (defaultdict[str, dict[str, int]], defaultdict(dict, {"a": {"b": 1}}), {"a": {"b": 1}}),
            (defaultdict[str, Line], defaultdict(Line, {"a": Line("x", 1)}), {"a": {"sku": "x", "qty": 1}}),
            (defaultdict[str, int | None], defaultdict(None, {"a": 1}), {"a": 1}),
            (defaultdict[str, Sequence[int]], defaultdict(None, {"a": [1]}), {"a": [1]}),
            (defaultdict[str, Any], defaultdict(None, {"a": 1}), {"a": 1}),
            (defaultdict[str, object], defaultdict(None, {"a": 1}), {"a": 1}),
            (defaultdict, defaultdict(None, {"a": 1}), {"a": 1}),
            (defaultdict[int, int], defaultdict(int, {1: 2}), {"1": 2}),
            (dict[int, str], {1: "a", -2: "b", 10**30: "c"}, {"1": "a", "-2": "b", str(10**30): "c"}),
            (dict[bool, int], {True: 1, False: 2}, {"true": 1, "false": 2}),
            (
                dict[float, int],
                {1.5: 1, -0.0: 2, 1e16: 3, 5e-324: 4, math.inf: 5, -math.inf: 6},
                {"1.5": 1, "-0.0": 2, "1e+16": 3, "5e-324": 4, "Infinity": 5, "-Infinity": 6},
            ),
            (dict[UUID, int], {ID: 1}, {str(ID): 1}),
            (dict[Decimal, int], {Decimal("1.0"): 1}, {"1.0": 1}),
            (dict[date, int], {date(2024, 1, 1): 1}, {"2024-01-01": 1}),
            (dict[bytes, int], {b"a": 1}, {"YQ==": 1}),
            (dict[PurePosixPath, int], {PurePosixPath("a/b"): 1}, {"a/b": 1}),
            (dict[Currency, int], {Currency.EUR: 1}, {"EUR": 1}),
            (dict[Level, int], {Level.HIGH: 1}, {"2": 1}),
            (dict[Mode, int], {Mode.READ: 1, Mode.READ | Mode.WRITE: 2, Mode(0): 3}, {"1": 1, "3": 2, "0": 3}),
            (dict[Literal["a", "b"], int], {"a": 1}, {"a": 1}),
            (dict[Literal[1, 2], int], {1: 1}, {"1": 1}),
            (dict[NewType("Sku", str), int], {"a": 1}, {"a": 1}),
            (dict[NewType("Number", int), int], {7: 1}, {"7": 1}),
            (dict[Currency, dict[int, list[Line]]], {Currency.EUR: {1: []}}, {"EUR": {"1": []}}),
        ]
    ),
)
def test_object(type_, value, wire):
    """Types 1: a mapping is an object; its keys are their own text."""
    dumped, loaded = there_and_back(value, type_)

    assert (wire, list(wire)) == (dumped, list(dumped))
    assert (value, type(value)) == (loaded, type(loaded))
    assert [(type(key), str(key)) for key in value] == [(type(key), str(key)) for key in loaded]
    assert getattr(value, "default_factory", None) is getattr(loaded, "default_factory", None)


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (dict[tuple[int, str], int], {(1, "a"): 2}, [[[1, "a"], 2]]),
            (dict[Card, int], {Card("1"): 2}, [[{"number": "1"}, 2]]),
            (dict[Point, int], {Point(1, 2): 3}, [[[1, 2], 3]]),
            (dict[int | str, int], {1: 1, "1": 2}, [[1, 1], ["1", 2]]),
            (dict[str | None, int], {None: 1, "a": 2}, [[None, 1], ["a", 2]]),
            (dict[None, int], {None: 1}, [[None, 1]]),
            (dict[frozenset[int], int], {frozenset({1}): 2}, [[[1], 2]]),
            (dict[Fee, int], {Fee.EXPRESS: 1}, [["4.50", 1]]),
            (dict[Mixed, int], {Mixed.ONE: 1, Mixed.TWO: 2}, [[1, 1], ["2", 2]]),
            (dict[Literal["a", 1], int], {"a": 1, 1: 2}, [["a", 1], [1, 2]]),
            (Mapping[tuple[int, ...], int], {(1,): 2}, [[[1], 2]]),
            (OrderedDict[Card, int], OrderedDict({Card("1"): 2}), [[{"number": "1"}, 2]]),
            (Counter[Card], Counter([Card("1")]), [[{"number": "1"}, 1]]),
            (defaultdict[Card, list[int]], defaultdict(list, {Card("1"): [2]}), [[{"number": "1"}, [2]]]),
        ]
    ),
)
def test_pairs(type_, value, wire):
    """Types 1: keys that have no text of their own travel as pairs."""
    dumped, loaded = there_and_back(value, type_)

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))
    assert [type(key) for key in value] == [type(key) for key in loaded]


def test_key_that_is_nan():
    """NaN, which is not equal to itself, is a key too."""
    dumped, loaded = there_and_back({math.nan: 1}, dict[float, int])

    assert dumped == {"NaN": 1}
    assert [math.isnan(key) for key in loaded] == [True]


def test_int_for_a_key_of_float():
    """Types 3: an `int` is taken for a float."""
    dumped, loaded = there_and_back({1: "a"}, dict[float, str])

    assert (dumped, [type(key) for key in loaded]) == ({"1": "a"}, [float])


@pytest.mark.parametrize(
    ("key", "text"),
    numbered(
        [
            (int, "01"), (int, "+1"), (int, "1.0"), (int, "1e3"), (int, " 1"), (int, "1_0"), (int, "-0"), (int, ""),
            (int, "\u0663"), (int, "0x1"), (int, "1\n"), (int, "true"), (int, "9" * 5000), (int, "-" + "9" * 5000),
            (float, "1e400"), (float, "-1e400"), (float, "9" * 400), (float, "inf"), (float, "nan"), (float, "1."),
            (float, ".5"), (float, "01"), (float, "+1"), (float, "1_0"), (float, "1 "), (float, "\u0663"), (float, ""),
            (bool, "True"), (bool, "1"), (bool, "FALSE"), (bool, ""),
            (Level, "3"), (Level, "LOW"), (Level, "01"), (Mode, "4"), (Mode, "-1"),
            (Currency, "eur"), (Literal[1, 2], "3"), (Literal["a"], "b"), (UUID, "x"), (Decimal, "1,5"),
        ]
    ),
)  # fmt: skip
def test_text_of_no_key(key, text):
    """Types 3: a text that JSON would not write the key as is none, however Python reads it."""
    (problem,) = problems_of(DEFAULT_WIRE.load, {text: 1}, dict[key, int])

    assert problem.startswith("$['" if text.isprintable() else "$[")
    assert ": expected " in problem


@pytest.mark.parametrize(
    ("text", "key"), [("1", 1.0), ("0", 0.0), ("-1.5", -1.5), ("1e5", 1e5), ("1E-2", 0.01), ("1.50", 1.5)]
)
def test_texts_of_a_float(text, key):
    """Every spelling that JSON has for a number is read."""
    loaded = DEFAULT_WIRE.load({text: 1}, dict[float, int])

    assert ([key], [float]) == (list(loaded), [type(key) for key in loaded])


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (dict[str, int], [("a", 1)], "$: expected dict[str, int], got list"),
            (dict[str, int], OrderedDict(a=1), "$: expected dict[str, int], got OrderedDict"),
            (dict[str, int], defaultdict(int), "$: expected dict[str, int], got defaultdict"),
            (dict[str, int], Names(), "$: expected dict[str, int], got Names"),
            (Mapping[str, int], UserDict(), "$: expected Mapping[str, int], got UserDict"),
            (Mapping[str, int], OrderedDict(a=1), "$: expected Mapping[str, int], got OrderedDict"),
            (OrderedDict[str, int], {"a": 1}, "$: expected OrderedDict[str, int], got dict"),
            (Counter[str], {"a": 1}, "$: expected Counter[str], got dict"),
            (Counter[str], Counter({"a": 1.5}), "$['a']: expected int, got float 1.5"),
            (defaultdict[str, int], {"a": 1}, "$: expected defaultdict[str, int], got dict"),
            (dict[int, int], {"1": 1}, "$['1']: expected int, got str '1'"),
            (dict[int, int], {True: 1}, "$[True]: expected int, got bool True"),
            (dict[str, int], {1: 1}, "$[1]: expected str, got int 1"),
            (dict[bool, int], {1: 1}, "$[1]: expected bool, got int 1"),
            (dict[str, int], {Card("1"): 1}, "$[Card]: expected str, got Card"),
            (dict[Currency, int], {"EUR": 1}, "$['EUR']: expected Currency, got str 'EUR'"),
            (dict[int, Line], {7: Line("x", "1")}, "$['7'].qty: expected int, got str '1'"),
            (dict[Card, int], {"a": 1}, "$[0][0]: expected Card, got str 'a'"),
            (dict[Card, Line], {Card("1"): Line("x", "1")}, "$[0][1].qty: expected int, got str '1'"),
        ]
    ),
)
def test_mapping_that_is_not_sent(type_, value, problem):
    """Types 3, 5: a mapping of another class, or with a wrong key or value, does not go out."""
    assert problems_of(DEFAULT_WIRE.dump, value, type_) == [problem]


@pytest.mark.parametrize(
    ("type_", "shown", "factory"),
    [
        (defaultdict[str, list[int]], "defaultdict[str, list[int]]", "list"),
        (defaultdict[str, Line], "defaultdict[str, Line]", "Line"),
        (defaultdict[str, Sequence[int]], "defaultdict[str, Sequence[int]]", "None"),
        (defaultdict[str, Any], "defaultdict[str, Any]", "None"),
        (defaultdict[Card, int], "defaultdict[Card, int] in pairs", "int"),
    ],
    ids=str,
)
def test_factory_that_would_be_lost(type_, shown, factory):
    """Types 3: a `defaultdict` arrives with the class of its values for factory, so it must have that."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, defaultdict(lambda: 7), type_)

    assert problem == f"$: expected {shown}, got defaultdict with another factory than {factory}, which would be lost"


def test_key_of_many_digits():
    """A key that Python does not even write is told as any other."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, {10**5000: 1}, dict[int, int])

    assert ": expected int, got int of many digits" in problem
    assert len(problem) < 200


@pytest.mark.parametrize(
    ("type_", "wire", "problems"),
    numbered(
        [
            (dict[str, int], [["a", 1]], ["$: expected dict[str, int], got list"]),
            (dict[str, int], None, ["$: expected dict[str, int], got None"]),
            (dict[Card, int], {"a": 1}, ["$: expected dict[Card, int] in pairs, got dict"]),
            (dict[Card, int], [[{"number": "1"}]], ["$[0]: expected a pair of key and value, got list"]),
            (dict[Card, int], [[{"number": "1"}, 1, 2]], ["$[0]: expected a pair of key and value, got list"]),
            (dict[Card, int], [{"number": "1"}], ["$[0]: expected a pair of key and value, got dict"]),
            (
                dict[Card, int],
                [[{"number": "1"}, "a"], [5, 1]],
                ["$[0][1]: expected int, got str 'a'", "$[1][0]: expected Card, got int 5"],
            ),
            (
                dict[Card, int],
                [[{"number": "1"}, 1], [{"number": "1"}, 2]],
                ["$: expected dict[Card, int] of keys that differ, got list"],
            ),
            (
                dict[Decimal, int],
                {"1.0": 1, "1.00": 2},
                ["$: expected dict[Decimal, int] of keys that differ, got dict"],
            ),
            (dict[float, int], {"1": 1, "1.0": 2}, ["$: expected dict[float, int] of keys that differ, got dict"]),
            (Counter[Card], [[{"number": "1"}, 1]] * 2, ["$: expected Counter[Card] of keys that differ, got list"]),
        ]
    ),
)
def test_mapping_that_is_not_taken(type_, wire, problems):
    """Types 3: another shape is refused, and of two keys that are one in Python neither is thrown away."""
    assert problems == problems_of(DEFAULT_WIRE.load, wire, type_)


def test_pair_whose_key_is_not_hashable():
    """What the type allows and a dict does not is told, not raised."""
    (problem,) = problems_of(DEFAULT_WIRE.load, [[{"lines": [1]}, 1]], dict[Holder, int])

    assert problem.startswith("$: TypeError: unhashable type")


# -- keys that something else would take for its own

ENVELOPE = {"__type__": "datetime", "__value__": "x"}
NEAR = [
    {"__type__": "datetime"},
    {"__value__": 1},
    {"__type__": "datetime", "__value__": 1, "more": 2},
    {"__type__": "datetime", "value": 1},
    {"$type": "Order", "$model": "shop.Order"},
    {"$type": {"$type": 1}},
]


@pytest.mark.parametrize("value", [ENVELOPE, {"__value__": [ENVELOPE], "__type__": ENVELOPE}, {"a": [ENVELOPE]}, *NEAR])
@pytest.mark.parametrize("type_", [Any, object, dict, dict[str, Any], list[Any]], ids=str)
def test_own_keys(type_, value):
    """Types 11: a user's own data with such keys arrives unchanged, in its own order."""
    value = [value] if type_ == list[Any] else value

    loaded = there_and_back(value, type_)[1]

    assert (str(value), value) == (str(loaded), loaded)


@pytest.mark.parametrize(
    ("type_", "value"),
    numbered(
        [
            (dict[str, str], {"__type__": "a", "__value__": "b"}),
            (dict[Literal["__type__", "__value__"], int], {"__type__": 1, "__value__": 2}),
            (Counter[str], Counter({"__type__": 1, "__value__": 2})),
            (OrderedDict[str, Line], OrderedDict({"__value__": Line("x", 1), "__type__": Line("y", 2)})),
        ]
    ),
)
def test_own_keys_of_a_typed_mapping(type_, value):
    """Types 11: likewise where the values are of a declared type."""
    dumped, loaded = there_and_back(value, type_)

    assert set(dumped) == {"typedtasks:__type__", "__value__"}
    assert (value, list(value)) == (loaded, list(loaded))


def test_keys_of_the_envelope_from_another_sender():
    """Celery's own JSON has made something else of it, or will: a mapping with exactly these keys is refused."""
    (problem,) = problems_of(DEFAULT_WIRE.load, {"__type__": "a", "__value__": "b"}, dict[str, str])

    assert problem == (
        "$: expected dict[str, str], got a dict with the keys __type__ and __value__, which Celery's own JSON takes "
        "for something else"
    )


# -- what is in the brackets


@pytest.mark.parametrize(
    "type_",
    [
        list[int, str],
        set[int, str],
        dict[str],
        dict[str, int, int],
        defaultdict[str],
        Counter[str, int],
        deque[int, int],
    ],
    ids=str,
)
def test_wrong_number_of_types(type_):
    """Types 8: with a type too many or too few, nothing says what is meant."""
    with pytest.raises(Refused) as caught:
        check_type(type_, "value")

    assert caught.value.where == "value"


# -- hooks of the user's own


@pytest.fixture
def wire():
    """A converter with hooks for a class that is nothing else, and for UUIDs, as numbers."""

    class Reversed:
        def __init__(self, text: str) -> None:
            self.text = text

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Reversed) and self.text == other.text

        def __hash__(self) -> int:
            return hash(self.text)

    converter = make_converter()
    converter.register_structure_hook(Reversed, lambda text, _: Reversed(text[::-1]))
    converter.register_unstructure_hook(Reversed, lambda value: value.text[::-1])
    converter.register_structure_hook(UUID, lambda number, _: UUID(int=int(number)))
    converter.register_unstructure_hook(UUID, lambda value: str(value.int))
    wire = Wire(WireSettings(converter=converter))
    wire.cls = Reversed
    return wire


def test_custom_items_and_keys(wire):
    """Types 14: a custom hook serves items, keys and values."""
    value, other = wire.cls("abc"), wire.cls("de")

    assert there_and_back([value], list[wire.cls], wire) == (["cba"], [value])
    assert there_and_back({value}, set[wire.cls], wire) == (["cba"], {value})
    assert there_and_back({"a": value}, dict[str, wire.cls], wire) == ({"a": "cba"}, {"a": value})
    assert there_and_back({value: other}, dict[wire.cls, wire.cls], wire) == ([["cba", "ed"]], {value: other})
    assert there_and_back({ID: 1}, dict[UUID, int], wire) == ({str(ID.int): 1}, {ID: 1})


def test_structs_that_are_not_hashable():
    """A msgspec struct is a key only if it is frozen: the others have a hash that raises."""
    plain = msgspec.defstruct("Plain", [("a", int)])
    frozen = msgspec.defstruct("Frozen", [("a", int)], frozen=True)

    assert there_and_back({frozen(1)}, set[frozen]) == ([{"a": 1}], {frozen(1)})
    assert problems_of(DEFAULT_WIRE.load, [{"a": 1}], set[plain]) == ["$: TypeError: unhashable type: 'Plain'"]


def test_bare_counter():
    """Without a type in brackets, keys are strings, as those of a dict are."""
    assert there_and_back(Counter("a"), collections.Counter) == ({"a": 1}, Counter("a"))
