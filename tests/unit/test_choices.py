"""Enums and literals: one of a few values, told by its wire form and nothing near it."""

from __future__ import annotations

import dataclasses
import enum
import math
import sys
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

import attrs
import pytest
import typing_extensions

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Currency, Line
from typedtasks import make_converter
from typedtasks._kinds import Refused, check_type
from typedtasks._plain import type_name
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")


class Size(NamedTuple):
    width: int
    height: int


@attrs.frozen
class Mass:
    kg: Decimal


@attrs.frozen
class Weight:
    kg: Decimal


@dataclasses.dataclass(frozen=True)
class Unit:
    label: str
    power: int


class Color(str, enum.Enum):
    RED = "red"
    DARK_RED = "dark red"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Mode(enum.Flag):
    READ = 1
    WRITE = 2
    BOTH = 3


class Bits(enum.IntFlag):
    A = 1
    B = 2


class Open(enum.Flag, **({"boundary": enum.KEEP} if sys.version_info >= (3, 11) else {})):
    """Takes bits that no member has."""

    READ = 1


class Corner(enum.Enum):
    ORIGIN = (0, 0)
    FAR = (9, (Decimal("9.0"), "x"))


class Fee(enum.Enum):
    NONE = Decimal(0)
    EXPRESS = Decimal("4.50")
    NEVER = Decimal("Infinity")


class Day(enum.Enum):
    NEW_YEAR = date(2026, 1, 1)


class Key(enum.Enum):
    MAIN = ID
    BYTES = b"\x00"


class Planet(enum.Enum):
    EARTH = Mass(Decimal("5.972E+24"))
    MOON = Weight(Decimal("7.35E+22"))


class Screen(enum.Enum):
    SMALL = Size(1, 2)
    LARGE = Size(3, 4)


class Nested(enum.Enum):
    RED = Color.RED
    LEVEL = (Level.LOW, "x")


class Lists(enum.Enum):
    ONE = [1, "x"]  # noqa: RUF012 - a member
    TWO = {"a": [None]}  # noqa: RUF012 - a member


class Mixed(enum.Enum):
    TRUE = True
    TWO = 2
    HALF = 0.5
    TEXT = "text"
    NONE = None
    NAN = math.nan


class Alias(enum.Enum):
    FIRST = 1
    ALSO_FIRST = 1  # noqa: PIE796 - on purpose


class Measure(Unit, enum.Enum):
    """Mixed with a record, as the Python documentation has it."""

    METER = "m", 1
    AREA = "m", 2


class Empty(enum.Enum):
    pass


class Callable(enum.Enum):
    """Functions are methods, not members."""

    ONE = 1

    def double(self) -> int:
        return self.value * 2


@pytest.mark.parametrize(
    ("member", "wire"),
    numbered(
        [
            (Color.RED, "red"),
            (Level.HIGH, 2),
            (Mode.READ, 1),
            (Mode.BOTH, 3),
            (Mode(0), 0),
            (Bits.A | Bits.B, 3),
            (Bits(0), 0),
            (Corner.ORIGIN, [0, 0]),
            (Corner.FAR, [9, ["9.0", "x"]]),
            (Fee.EXPRESS, "4.50"),
            (Fee.NEVER, "Infinity"),
            (Day.NEW_YEAR, "2026-01-01"),
            (Key.MAIN, str(ID)),
            (Key.BYTES, "AA=="),
            (Planet.EARTH, {"kg": "5.972E+24"}),
            (Planet.MOON, {"kg": "7.35E+22"}),
            (Screen.LARGE, [3, 4]),
            (Nested.RED, "red"),
            (Nested.LEVEL, [1, "x"]),
            (Lists.ONE, [1, "x"]),
            (Lists.TWO, {"a": [None]}),
            (Mixed.TRUE, True),
            (Mixed.TWO, 2),
            (Mixed.HALF, 0.5),
            (Mixed.TEXT, "text"),
            (Mixed.NONE, None),
            (Mixed.NAN, "NaN"),
            (Alias.ALSO_FIRST, 1),
            (Measure.AREA, ["m", 2] if type(Measure.AREA.value) is tuple else {"label": "m", "power": 2}),
            (Callable.ONE, 1),
        ]
    ),
)
def test_member(member, wire):
    """Types 1: a member goes out as its value, in the wire form of the value's own class, and comes back as itself."""
    dumped, loaded = there_and_back(member, type(member))

    assert (wire, type(wire)) == (dumped, type(dumped))
    assert loaded is member or (isinstance(member, enum.Flag) and (loaded, type(loaded)) == (member, type(member)))


@pytest.mark.parametrize(
    ("cls", "wire"),
    numbered(
        [
            (Color, "Red"), (Color, 1), (Color, None), (Color, []), (Color, {}),
            (Level, "1"), (Level, 1.0), (Level, True), (Level, 3),
            (Mode, 4), (Mode, -1), (Mode, "1"), (Mode, 1.0), (Mode, True), (Mode, None),
            (Corner, [0, 0.0]), (Corner, [0]), (Corner, [False, False]), (Corner, "(0, 0)"), (Corner, [9, ["9", "x"]]),
            (Fee, "4.5"), (Fee, 4.5), (Fee, "0E+0"),
            (Planet, {"kg": 5}), (Planet, {}), (Planet, {"kg": "5.972E+24", "more": 1}),
            (Mixed, 1), (Mixed, 0), (Mixed, False), (Mixed, 2.0), (Mixed, "None"), (Mixed, "nan"),
            (Empty, 1), (Empty, None),
        ]
    ),
)  # fmt: skip
def test_no_member(cls, wire):
    """Types 3: what is equal to a value in Python, and not the same JSON, is no member."""
    (problem,) = problems_of(DEFAULT_WIRE.load, wire, cls)

    assert problem.startswith(f"$: expected {cls.__name__}")


@pytest.mark.parametrize(
    ("cls", "value"),
    numbered(
        [
            (Color, "red"), (Color, Currency.EUR), (Color, None), (Level, 1), (Mode, 1), (Mode, Bits.A), (Mode, None),
            (Corner, (0, 0)), (Fee, Decimal(0)), (Planet, Mass(Decimal(1))),
        ]
    ),
)  # fmt: skip
def test_not_sent(cls, value):
    """Types 3: a value is not taken for its member, nor a member of another class."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, value, cls)

    assert problem.startswith(f"$: expected {cls.__name__}, got ")


@pytest.mark.skipif(sys.version_info < (3, 11), reason="`enum.KEEP` is Python 3.11's")
def test_flag_that_keeps_other_bits():
    """What a flag class takes, it takes from the wire too."""
    assert there_and_back(Open(5), Open) == (5, Open(5))


def test_values_are_listed():
    """Types 5: what does not fit an enum is told what would, and what is near."""
    assert problems_of(DEFAULT_WIRE.load, "drak red", Color) == [
        "$: expected Color: one of 'red', 'dark red', got str 'drak red'; did you mean 'dark red'?"
    ]


def test_long_list_of_values_is_cut():
    """An enum of a thousand members does not make a message of a thousand values."""
    cls = enum.Enum("Many", {f"M{number}": f"value{number}" for number in range(1000)})

    (problem,) = problems_of(DEFAULT_WIRE.load, 1, cls)

    assert len(problem) < 300


# -- what cannot travel


class Twins(enum.Enum):
    TEXT = "1.50"
    NUMBER = Decimal("1.50")


class TupleTwins(enum.Enum):
    TUPLE = (1, Decimal(2))
    LIST = [1, "2"]  # noqa: RUF012 - a member


class RecordTwins(enum.Enum):
    MASS = Mass(Decimal(1))
    WEIGHT = Weight(Decimal(1))


class NestedTwins(enum.Enum):
    MASS = (Mass(Decimal(1)),)
    WEIGHT = (Weight(Decimal(1)),)


class EnumTwins(enum.Enum):
    MEMBER = Currency.EUR
    TEXT = "EUR"


class Sentinel(enum.Enum):
    MISSING = object()


class Unwritable(enum.Enum):
    KEYED = {1: 2}  # noqa: RUF012 - a member


class Deep(enum.Enum):
    SET = {"a": {1, 2}}  # noqa: RUF012 - a member


class Unordered(enum.Enum):
    SET = frozenset({"a", "b", "c"})


class Types(enum.Enum):
    INT = int


class Locked(enum.Enum):
    INNER = (1, (2, int))


TWINS = "travel as the same value: give them different ones"
NO_VALUE = "its value is no JSON data, and of no record's or scalar's class"


@pytest.mark.parametrize(
    ("cls", "where", "fix"),
    numbered(
        [
            (Twins, "value", f"TEXT and NUMBER {TWINS}"),
            (TupleTwins, "value", f"TUPLE and LIST {TWINS}"),
            (RecordTwins, "value", f"MASS and WEIGHT {TWINS}"),
            (NestedTwins, "value", f"MASS and WEIGHT {TWINS}"),
            (EnumTwins, "value", f"MEMBER and TEXT {TWINS}"),
            (Types, "value.INT", NO_VALUE),
            (Locked, "value.INNER", NO_VALUE),
            (Sentinel, "value.MISSING", NO_VALUE),
            (Unwritable, "value.KEYED", NO_VALUE),
            (Deep, "value.SET", NO_VALUE),
            (Unordered, "value", "the order of a set differs from process to process: use a tuple"),
            (Literal["EUR", Currency.EUR], "value", f"'EUR' and <Currency.EUR: 'EUR'> {TWINS}"),
            (Literal["YQ==", b"a"], "value", f"'YQ==' and b'a' {TWINS}"),
        ]
    ),
)
def test_refused(cls, where, fix):
    """Types 8: members that one wire form stands for, and values that cannot travel, are refused at declaration."""
    with pytest.raises(Refused) as caught:
        check_type(cls, "value")

    assert caught.value.where == where
    assert caught.value.fix.startswith(fix)


def test_custom_hook_for_members():
    """Types 14: with a hook of the user's own, an enum need not have values that travel."""
    converter = make_converter()
    converter.register_structure_hook(Twins, lambda name, _: Twins[name])
    converter.register_unstructure_hook(Twins, lambda member: member.name)
    wire = Wire(WireSettings(converter=converter))
    holder = attrs.make_class("Holder", {"one": attrs.field(type=Twins), "many": attrs.field(type=list[Twins])})
    value = holder(Twins.NUMBER, [Twins.TEXT])

    assert there_and_back(value, holder, wire) == ({"one": "NUMBER", "many": ["TEXT"]}, value)


# -- literals


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (Literal["a", "b"], "b", "b"),
            (Literal[1, 2], 2, 2),
            (Literal[1, True], True, True),
            (Literal[1, True], 1, 1),
            (Literal[b"a"], b"a", "YQ=="),
            (Literal[None, "a"], None, None),  # noqa: PYI061 - one of the spellings
            (Literal[Currency.EUR], Currency.EUR, "EUR"),
            (Literal[Currency.EUR, Level.LOW, "x"], Level.LOW, 1),
            (Literal[Corner.FAR], Corner.FAR, [9, ["9.0", "x"]]),
            (Literal[Planet.EARTH], Planet.EARTH, {"kg": "5.972E+24"}),
            (Literal[Literal["a", "b"], "c"], "a", "a"),  # noqa: RUF041 - as above
            (typing_extensions.Literal["a"], "a", "a"),
        ]
    ),
)
def test_literal(type_, value, wire):
    """Types 1: a literal is itself; a member of an enum its value."""
    dumped, loaded = there_and_back(value, type_)

    assert (wire, type(wire)) == (dumped, type(dumped))
    assert (value, type(value)) == (loaded, type(loaded))


def test_literal_by_way_of_an_alias():
    """The literals of an alias inside are meant."""
    inner = typing_extensions.TypeAliasType("Inner", Literal["a", "b"])

    assert there_and_back("b", Literal[inner, "c"]) == ("b", "b")


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (Literal["a", "b"], "c", "expected Literal['a', 'b'], got str 'c'"),
            (Literal["paid", "open"], "pai", "expected Literal['paid', 'open'], got str 'pai'; did you mean 'paid'?"),
            (Literal[1], True, "expected Literal[1], got bool True"),
            (Literal[1], 1.0, "expected Literal[1], got float 1.0"),
            (Literal[1], "1", "expected Literal[1], got str '1'"),
            (Literal["a"], ["a"], "expected Literal['a'], got list"),
            (Literal["a"], None, "expected Literal['a'], got None"),
            (Literal["a"], Line("x", 1), "expected Literal['a'], got Line"),
            (Literal["red"], Color.RED, "expected Literal['red'], got Color"),
            (Literal[Color.RED], "red", "expected Literal[<Color.RED: 'red'>], got str 'red'; did you mean 'red'?"),
        ]
    ),
)
def test_no_literal(type_, value, problem):
    """Types 3: what is equal in Python and of another class is none."""
    assert problems_of(DEFAULT_WIRE.dump, value, type_) == [f"$: {problem}"]


def test_type_of_a_literal_is_cut():
    """A literal of a thousand values does not make a message of as many."""
    type_ = Literal[tuple(f"value{number}" for number in range(1000))]

    (problem,) = problems_of(DEFAULT_WIRE.load, "x", type_)

    assert len(problem) < 300


def test_any_and_never() -> None:
    """Nothing is of type `Never`; what is declared as nothing takes plain JSON data."""
    problem = f"$: expected {type_name(typing_extensions.Never)}, got int 1"

    assert problems_of(DEFAULT_WIRE.load, 1, typing_extensions.Never) == [problem]
    assert problems_of(DEFAULT_WIRE.dump, 1, typing_extensions.Never) == [problem]
    assert there_and_back({"a": [1]}, Any) == ({"a": [1]}, {"a": [1]})
