"""Scalars, enums and containers: exact on the wire, and nothing is coerced in either direction."""

from __future__ import annotations

import enum
import json
import math
import sys
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

import pytest

from tests.unit.helpers import problems_of, there_and_back
from tests.unit.records import Currency, Line, Order
from typedtasks._plain import Foreign, describe, is_plain
from typedtasks._wire import Invalid, Wire

WIRE = Wire()
PLAIN = "expected plain JSON data (annotate it with the record's class to send more)"
ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
PLUS_TWO = timezone(timedelta(hours=2))


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Color(str, enum.Enum):
    RED = "red"


class Mode(enum.Flag):
    READ = 1
    WRITE = 2


class Bits(enum.IntFlag):
    A = 1
    B = 2


class Alias(enum.Enum):
    FIRST = 1
    ALSO_FIRST = 1  # noqa: PIE796 - on purpose


class Mixed(enum.Enum):
    TRUE = True
    ONE = "1"
    HALF = 0.5


class Moment(datetime):
    """As pendulum has."""


class Period(timedelta):
    """As pendulum has."""


class Day(date):
    """A subclass."""


class Money(Decimal):
    """A subclass."""


VALUES: list[tuple[Any, Any, Any]] = [
    (str, "", ""),
    (str, "ä€\U0001f600", "ä€\U0001f600"),
    (str, "\ud800", "\ud800"),
    (str, "__type__", "__type__"),
    (int, 0, 0),
    (int, -1, -1),
    (int, 10**49 + 7, 10**49 + 7),
    (int, -(2**63) - 1, -(2**63) - 1),
    (bool, True, True),
    (bool, False, False),
    (None, None, None),
    (float, 1.5, 1.5),
    (float, -0.0, -0.0),
    (float, 5e-324, 5e-324),
    (float, math.inf, "Infinity"),
    (float, -math.inf, "-Infinity"),
    (bytes, b"", ""),
    (bytes, b"\x00\xff", "AP8="),
    (Decimal, Decimal("1.50"), "1.50"),
    (Decimal, Decimal("-0E+3"), "-0E+3"),
    (Decimal, Decimal("Infinity"), "Infinity"),
    (UUID, ID, "0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d"),
    (datetime, datetime(2024, 2, 29, 12, 30), "2024-02-29T12:30:00"),  # noqa: DTZ001 - naive stays naive
    (datetime, datetime(2024, 2, 29, 12, 30, 1, 5, PLUS_TWO), "2024-02-29T12:30:01.000005+02:00"),
    (datetime, datetime(1, 1, 1, tzinfo=timezone.utc), "0001-01-01T00:00:00+00:00"),
    (
        datetime,
        datetime(2024, 1, 1, tzinfo=timezone(-timedelta(hours=3, minutes=30, seconds=5, microseconds=7))),
        "2024-01-01T00:00:00-03:30:05.000007",
    ),
    (date, date(2024, 2, 29), "2024-02-29"),
    (time, time(12, 30), "12:30:00"),
    (time, time(12, 30, 0, 1, PLUS_TWO), "12:30:00.000001+02:00"),
    (timedelta, timedelta(0), "P0D"),
    (timedelta, timedelta(days=1, seconds=2, microseconds=3), "P1DT2.000003S"),
    (timedelta, timedelta(microseconds=-1), "-PT0.000001S"),
    (timedelta, timedelta.max, "P999999999DT86399.999999S"),
    (Currency, Currency.USD, "USD"),
    (Color, Color.RED, "red"),
    (Level, Level.HIGH, 2),
    (Mode, Mode.READ, 1),
    (Mode, Mode.READ | Mode.WRITE, 3),
    (Mode, Mode(0), 0),
    (Bits, Bits.A | Bits.B, 3),
    (Alias, Alias.ALSO_FIRST, 1),
    (Mixed, Mixed.TRUE, True),
    (Mixed, Mixed.ONE, "1"),
    (Mixed, Mixed.HALF, 0.5),
    (list[int], [], []),
    (list[int], [1, 2], [1, 2]),
    (list, [1, "x", {"a": None}], [1, "x", {"a": None}]),
    (list[Line], [Line("x", 1)], [{"sku": "x", "qty": 1}]),
    (list[list[Decimal]], [[Decimal(1)], []], [["1"], []]),
    (tuple[()], (), []),
    (tuple, (1, "x"), [1, "x"]),
    (tuple[int, ...], (1, 2), [1, 2]),
    (tuple[Line, ...], (Line("x", 1),), [{"sku": "x", "qty": 1}]),
    (tuple[int, Line], (1, Line("x", 1)), [1, {"sku": "x", "qty": 1}]),
    (dict, {"a": [1]}, {"a": [1]}),
    (dict[str, int], {"": 1}, {"": 1}),
    (dict[str, Line], {"a": Line("x", 1)}, {"a": {"sku": "x", "qty": 1}}),
    (dict[UUID, int], {ID: 1}, {str(ID): 1}),
    (dict[Decimal, int], {Decimal("1.0"): 1}, {"1.0": 1}),
    (dict[date, int], {date(2024, 1, 1): 1}, {"2024-01-01": 1}),
    (dict[Currency, int], {Currency.EUR: 1}, {"EUR": 1}),
    (dict[Color, int], {Color.RED: 1}, {"red": 1}),
    (dict[bytes, int], {b"a": 1}, {"YQ==": 1}),
    (dict[str, Any], {"__type__": "datetime", "x": "y"}, {"__type__": "datetime", "x": "y"}),
    (dict[str, Any], {"$type": 1, "$model": 2}, {"$type": 1, "$model": 2}),
    (Any, {"a": [1, 1.5, "x", True, None]}, {"a": [1, 1.5, "x", True, None]}),
    (object, [None], [None]),
    (Line | None, None, None),
    (Line | None, Line("x", 1), {"sku": "x", "qty": 1}),
    (None | int, 5, 5),
    (Color | None, Color.RED, "red"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "value", "wire"), VALUES, ids=[f"{index}-{type_}" for index, (type_, *_) in enumerate(VALUES)]
)
def test_exact(type_, value, wire):
    """A value goes out as this JSON and comes back as the same value of the same class."""
    dumped = WIRE.dump(value, type_)
    loaded = WIRE.load(json.loads(json.dumps(dumped)), type_)

    assert is_plain(dumped)
    assert (wire, str(wire), type(wire)) == (dumped, str(dumped), type(dumped))
    assert (value, str(value), type(value)) == (loaded, str(loaded), type(loaded))


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`enum.StrEnum` is Python 3.11's")
def test_str_enum():
    """A `StrEnum` member is a `str`, and yet goes out as its value and comes back as the member."""
    cls = enum.StrEnum("Size", {"SMALL": "s"})

    dumped = WIRE.dump([cls.SMALL], list[cls])

    assert type(dumped[0]) is str
    assert type(WIRE.load(dumped, list[cls])[0]) is cls


def test_nan():
    """NaN, which is not equal to itself, goes through too."""
    assert WIRE.dump(math.nan, float) == "NaN"
    assert math.isnan(WIRE.load("NaN", float))


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (float, 3, 3.0),
        (datetime, Moment(2024, 1, 1), datetime(2024, 1, 1)),  # noqa: DTZ001 - naive stays naive
        (timedelta, Period(days=1), timedelta(days=1)),
        (date, Day(2024, 1, 1), date(2024, 1, 1)),
        (Decimal, Money("1.5"), Decimal("1.5")),
    ],
)
def test_taken_for_its_type(type_, value, expected):
    """An `int` for a float, and a subclass of a scalar, all of whose data is in the wire form of its base."""
    loaded = WIRE.load(json.loads(json.dumps(WIRE.dump(value, type_))), type_)

    assert (expected, type_) == (loaded, type(loaded))


NOT_SENT: list[tuple[Any, Any, str]] = [
    (int, "7", "expected int, got str '7'"),
    (int, 7.0, "expected int, got float 7.0"),
    (int, True, "expected int, got bool True"),
    (int, Level.LOW, "expected int, got Level"),
    (int, None, "expected int, got None"),
    (int, Decimal(7), "expected int, got Decimal"),
    (str, 7, "expected str, got int 7"),
    (str, b"x", "expected str, got bytes"),
    (str, Color.RED, "expected str, got Color"),
    (str, None, "expected str, got None"),
    (bool, "false", "expected bool, got str 'false'"),
    (bool, 1, "expected bool, got int 1"),
    (None, 0, "expected None, got int 0"),
    (None, Line("x", 1), "expected None, got Line"),
    (float, "1.5", "expected float, got str '1.5'"),
    (float, True, "expected float, got bool True"),
    (float, Decimal("1.5"), "expected float, got Decimal"),
    (float, 10**400, "expected float, got int of many digits"),
    (bytes, "x", "expected bytes, got str 'x'"),
    (bytes, bytearray(b"x"), "expected bytes, got bytearray"),
    (Decimal, 1.5, "expected Decimal, got float 1.5"),
    (Decimal, 1, "expected Decimal, got int 1"),
    (UUID, ID.hex, f"expected UUID, got str '{ID.hex}'"),
    (datetime, date(2024, 1, 1), "expected datetime, got date"),
    (date, datetime(2024, 1, 1), "expected date, got datetime"),  # noqa: DTZ001 - naive stays naive
    (time, "12:30", "expected time, got str '12:30'"),
    (timedelta, 5, "expected timedelta, got int 5"),
    (Currency, "EUR", "expected Currency, got str 'EUR'"),
    (Currency, Color.RED, "expected Currency, got Color"),
    (Level, 1, "expected Level, got int 1"),
    (list[str], "abc", "expected list[str], got str 'abc'"),
    (list[int], (1, 2), "expected list[int], got tuple"),
    (list[int], {1, 2}, "expected list[int], got set"),
    (list, iter([1]), "expected list, got list_iterator"),
    (tuple[int, ...], [1], "expected tuple[int, ...], got list"),
    (tuple[int, int], (1,), "expected tuple[int, int] of 2 items, got tuple"),
    (tuple[int, int], [1, 2], "expected tuple[int, int] of 2 items, got list"),
    (dict[str, int], [("a", 1)], "expected dict[str, int], got list"),
    (dict, Line("x", 1), "expected dict, got Line"),
    (Line, {"sku": "x", "qty": 1}, "expected Line, got dict"),
    (Line, None, "expected Line, got None"),
    (Line | None, 5, "expected Line, got int 5"),
    (NoReturn, None, "expected NoReturn, got None"),
    (Any, math.nan, f"{PLAIN}, got float nan"),
    (Any, {1: 2}, f"{PLAIN}, got int 1"),
    (Any, {1, 2}, f"{PLAIN}, got set"),
    (Any, (Color.RED,), f"{PLAIN}, got tuple"),
    (Any, Color.RED, f"{PLAIN}, got Color"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "value", "problem"), NOT_SENT, ids=[f"{index}-{type_}" for index, (type_, *_) in enumerate(NOT_SENT)]
)
def test_not_sent(type_, value, problem):
    """A value of another class does not go out."""
    with pytest.raises(Invalid) as caught:
        WIRE.dump(value, type_)

    assert [f"$: {problem}"] == [str(each) for each in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "wire"),
    [((1, 2), [1, 2]), ([(1, "a")], [[1, "a"]]), ({"a": ({"b": ()},)}, {"a": [{"b": []}]})],
    ids=str,
)
def test_tuple_for_any(value, wire):
    """Where nothing is declared it is an array, as in plain Celery, and arrives as a list."""
    assert there_and_back(value, Any) == (wire, wire)


NOT_TAKEN: list[tuple[Any, Any]] = [
    (int, 10**4300), (int, -(10**4300)),
    (int, "7"), (int, 7.0), (int, True), (int, None), (int, [7]),
    (str, 7), (str, None), (str, ["x"]),
    (bool, "false"), (bool, 0), (bool, None),
    (None, 0), (None, ""), (None, False), (list[None], [0]),
    (float, "1.5"), (float, True), (float, "nan"), (float, "inf"), (float, math.nan), (float, math.inf), (float, None),
    (bytes, "a"), (bytes, "YQ"), (bytes, "ä"), (bytes, "Y Q=="), (bytes, 5),
    (Decimal, 1.5), (Decimal, 1), (Decimal, "x"), (Decimal, ""), (Decimal, True),
    (UUID, f"{{{ID}}}"), (UUID, ID.urn), (UUID, "x" * 36), (UUID, str(ID).replace(str(ID)[0], "_", 1)),
    (UUID, str(ID).replace("a", "x")), (UUID, ID.int),
    (datetime, "2024-01-01"), (datetime, "20240101T000000"),
    (datetime, "2024-W01-1T00:00"), (datetime, "2024-13-01T00:00:00"), (datetime, "2024-01-01T25:00:00"),
    (datetime, "2024-01-01T00:00:00+99:00"), (datetime, 0), (datetime, "٢٠٢٤-01-01T00:00:00"),
    (date, "2024-01-01T00:00:00"), (date, "20240101"), (date, "2024-02-30"), (date, "2024-W01-1"), (date, 0),
    (time, "12"), (time, "1230"), (time, "24:01:00"), (time, 0),
    (timedelta, "5"), (timedelta, "P1Y"), (timedelta, "P"), (timedelta, 5), (timedelta, "P9999999999D"),
    (Currency, "GBP"), (Currency, "eur"), (Currency, None), (Currency, []), (Currency, {}),
    (Level, "1"), (Level, 1.0), (Level, True), (Level, 3),
    (Mode, 4), (Mode, "1"), (Mode, True), (Mode, 1.0), (Mode, -1),
    (Mixed, 1), (Mixed, 1.0), (Mixed, None),
    (Color, "RED"), (Color, 1),
    (list[int], "12"), (list[int], {"0": 1}), (list[int], None),
    (tuple[int, ...], {}), (tuple[int, int], [1]), (tuple[int, int], [1, 2, 3]), (tuple[()], [1]), (tuple[int], "1"),
    (dict[str, int], [["a", 1]]), (dict[str, int], None), (dict, []),
    (Line, []), (Line, "x"), (Line, None), (Line, ["x", 1]), (Line, {}), (Line, {"sku": "x"}),
    (Line, {"sku": 1, "qty": 1}),
    (Line | None, False), (Line | None, {}),
    (NoReturn, 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "wire"),
    NOT_TAKEN,
    ids=[f"{index}-{type_}-{describe(wire)}" for index, (type_, wire) in enumerate(NOT_TAKEN)],
)
def test_not_taken(type_, wire):
    """JSON of another type, or of no value of the type, is refused when it arrives."""
    with pytest.raises(Invalid):
        WIRE.load(wire, type_)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ("2024-01-01T00:00", datetime(2024, 1, 1)),  # noqa: DTZ001 - naive stays naive
        ("2024-01-01T00:00:00.5", datetime(2024, 1, 1, 0, 0, 0, 500_000)),  # noqa: DTZ001 - as above
        ("2024-01-01 00:00:00", datetime(2024, 1, 1)),  # noqa: DTZ001 - as above
        ("2024-01-01T00:00:00Z", datetime(2024, 1, 1, tzinfo=timezone.utc)),
        ("2024-01-01T00:00:00.123Z", datetime(2024, 1, 1, 0, 0, 0, 123_000, timezone.utc)),
    ],
)
def test_datetimes_of_other_languages(wire, expected):
    """RFC 3339 leaves room: these are what JavaScript, Go and Java write."""
    assert expected == WIRE.load(wire, datetime)


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [
        (list[int], [1, "2", 3, None], ["$[1]: expected int, got str '2'", "$[3]: expected int, got None"]),
        (list[int], [-(10**4300)], ["$[0]: expected int, got int of many digits, more than Python writes"]),
        (list[list[int]], [[1], [2, "3"]], ["$[1][1]: expected int, got str '3'"]),
        (tuple[int, ...], (1, "2"), ["$[1]: expected int, got str '2'"]),
        (tuple[int, Line], (1, Line("x", "1")), ["$[1].qty: expected int, got str '1'"]),
        (dict[str, int], {"a": "1", "b c": 2}, ["$['a']: expected int, got str '1'"]),
        (dict[str, int], {"a": 1, "b c": None}, ["$['b c']: expected int, got None"]),
        (dict[str, int], {1: 1}, ["$[1]: expected str, got int 1"]),
        (dict[Currency, Line], {Currency.EUR: Line("x", "1")}, ["$['EUR'].qty: expected int, got str '1'"]),
        (dict[Currency, int], {"EUR": 1}, ["$['EUR']: expected Currency, got str 'EUR'"]),
        (list[Order | None], [None, Order("a", [Line("x", "1")])], ["$[1].lines[0].qty: expected int, got str '1'"]),
        (list[Any], [1, Line("x", 1)], [f"$[1]: {PLAIN}, got Line"]),
        (list[Any], [[1, {1: 2}], Line("x", 1)], [f"$[0][1]: {PLAIN}, got int 1", f"$[1]: {PLAIN}, got Line"]),
        (dict[str, Any], {"a": {"b": Line("x", 1)}}, [f"$['a']['b']: {PLAIN}, got Line"]),
    ],
)  # fmt: skip
def test_path(type_, value, expected):
    """Every problem of a container is told with its index or key."""
    with pytest.raises(Invalid) as caught:
        WIRE.dump(value, type_)

    assert expected == [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("wire", "expected"), [("1e2", "1E+2"), ("1E+2", "1E+2"), ("0.00", "0.00"), ("-Infinity", "-Infinity")]
)
def test_decimals_of_other_languages(wire, expected):
    """JSON's own spellings of a number are read too."""
    assert str(WIRE.load(wire, Decimal)) == expected


@pytest.mark.parametrize("value", [Decimal("1.5"), ID, datetime(2024, 1, 1), date(2024, 1, 1), time(1)], ids=str)  # noqa: DTZ001 - naive stays naive
def test_objects_of_an_untyped_sender(value):
    """Celery's own JSON has made an object of its own envelope already."""
    assert WIRE.load(value, type(value)) is value


def test_uuid_of_another_language():
    """Some write it without hyphens."""
    assert WIRE.load(ID.hex, UUID) == ID


@pytest.mark.parametrize("inner", [1, Line("x", 1)], ids=["plain", "record"])
@pytest.mark.parametrize("levels", [200, 100_000])
def test_deep_data(levels, inner):
    """Types 12: what is nested beyond the limit, or beyond what Python takes, is refused with a text."""
    value: Any = inner
    for _ in range(levels):
        value = [value]

    with pytest.raises(Invalid) as caught:
        WIRE.dump(value, Any)

    assert len(str(caught.value.problems[0])) < 600


def test_deep_data_that_is_not_walked():
    """Types 12: nor does the search for what is no JSON data go deeper than Python can."""
    value: Any = Line("x", 1)
    for _ in range(100_000):
        value = [value]

    assert problems_of(WIRE.load, Foreign(value), Any) == ["$: nested too deeply"]


def test_enum_lists_its_values():
    """What does not fit an enum is told what would."""
    with pytest.raises(Invalid) as caught:
        WIRE.load("GBP", Currency)

    assert [str(problem) for problem in caught.value.problems] == [
        "$: expected Currency: one of 'EUR', 'USD', got str 'GBP'"
    ]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("x", True),
        ({"a": [1, 1.5, None, True]}, True),
        ([Color.RED], False),
        ([Level.LOW], False),
        (math.inf, False),
        ({"a": math.nan}, False),
        ({1: "x"}, False),
        ({Color.RED: 1}, False),
        ((1,), False),
        (b"x", False),
        (Line("x", 1), False),
        (Foreign(1), False),
    ],
)
def test_is_plain(value, expected):
    """Exact JSON types only, all the way down."""
    assert expected == is_plain(value)
