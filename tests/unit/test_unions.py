"""The members of a union are told apart by JSON type, and records by a tag or a field of their own."""

from __future__ import annotations

import dataclasses
import enum
import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypeVar, Union
from uuid import UUID

import attrs
import msgspec
import pydantic
import pytest
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Currency, Line
from typedtasks import make_converter
from typedtasks._kinds import Refused, check_type
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
T = TypeVar("T")


class Level(enum.IntEnum):
    LOW = 1


class Size(enum.Enum):
    """Values of several JSON types."""

    SMALL = 1
    LARGE = "large"


class Answer(enum.Enum):
    YES = True


class Maybe(enum.Enum):
    YES = "yes"
    UNKNOWN = None


@attrs.frozen
class Card:
    number: str


@attrs.frozen
class Cash:
    amount: int = 0


@attrs.frozen
class Bill:
    """Has the field of `Cash` and one more, both with defaults."""

    amount: int = 0
    due: str = ""


@attrs.frozen
class Gift(Card):
    text: str


@dataclasses.dataclass
class Transfer:
    iban: str
    lines: list[Line] = dataclasses.field(default_factory=list)


@attrs.frozen
class Nothing:
    """Has no fields."""


@attrs.frozen
class Box(Generic[T]):
    content: T


class Point(NamedTuple):
    x: int


class Label(TypedDict):
    text: str
    price: NotRequired[Decimal]


class Sign(TypedDict):
    words: str


class Model(pydantic.BaseModel):
    name: str


class Root(pydantic.RootModel[Optional[int]]):  # noqa: UP045 - pydantic evaluates it
    pass


class Struct(msgspec.Struct, frozen=True):
    code: int


class Row(msgspec.Struct, array_like=True):
    code: int


# -- X | None


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (int | None, 1, 1),
            (None | int, None, None),
            (Optional[Card], Card("1"), {"number": "1"}),  # noqa: UP045 - one of the spellings
            (Annotated[NewType("N", TypeAliasType("A", Line | None)), 1] | None, Line("x", 1), {"sku": "x", "qty": 1}),
            (Optional[Annotated[int | None, 1]], None, None),  # noqa: UP045 - as above
            (Currency | None, Currency.EUR, "EUR"),
            (list[int | None], [1, None], [1, None]),
            (Any | None, [1], [1]),
            (float | None, math.inf, "Infinity"),
            (Literal["a", None] | None, None, None),  # noqa: PYI061 - as above
            (Literal["a", None] | int | None, None, None),  # noqa: PYI061 - as above
        ]
    ),
)
def test_optional(type_, value, wire):
    """Types 1: an optional is its type or null, whichever way it is written."""
    dumped, loaded = there_and_back(value, type_)

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


# -- by JSON type

EVERY = Union[None, bool, int, float, str, list[int], dict[str, int]]  # noqa: UP007 - one of the spellings


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (EVERY, None, None),
            (EVERY, True, True),
            (EVERY, 1, 1),
            (EVERY, 1.0, 1.0),
            (EVERY, "a", "a"),
            (EVERY, "NaN", "NaN"),
            (EVERY, [1], [1]),
            (EVERY, {"a": 1}, {"a": 1}),
            (int | float, 1, 1),
            (int | float, 1.0, 1.0),
            (int | float, math.inf, "Infinity"),
            (float | list[int], -math.inf, "-Infinity"),
            (float | date, date(2026, 1, 1), "2026-01-01"),
            (bool | Decimal, Decimal("1.0"), "1.0"),
            (datetime | int, datetime(2026, 1, 1, tzinfo=timezone.utc), "2026-01-01T00:00:00+00:00"),
            (UUID | int, ID, str(ID)),
            (Currency | int, Currency.EUR, "EUR"),
            (Level | str, Level.LOW, 1),
            (Size | bool, Size.LARGE, "large"),
            (Size | bool, Size.SMALL, 1),
            (Literal["a", 1] | bool, 1, 1),
            (Literal["a"] | Literal[1], "a", "a"),  # noqa: PYI030 - one of the spellings
            (tuple[int, str] | int, (1, "a"), [1, "a"]),
            (set[int] | str, {1}, [1]),
            (Sequence[int] | str, [1], [1]),
            (Mapping[str, int] | str, {"a": 1}, {"a": 1}),
            (dict[tuple[int, int], str] | int, {(1, 2): "a"}, [[[1, 2], "a"]]),
            (Point | int, Point(1), [1]),
            (Card | int, Card("1"), {"number": "1"}),
            (Card | int | None, None, None),
            (Card | list[Card], [Card("1")], [{"number": "1"}]),
            (Label | int, {"text": "a", "price": Decimal(1)}, {"text": "a", "price": "1"}),
            (Row | Card, Row(1), [1]),
            (TypeAliasType("Number", int | None) | str, None, None),
            (TypeAliasType("Number", int | None) | TypeAliasType("Text", str | int), 1, 1),
        ]
    ),
)
def test_told_apart_by_json_type(type_, value, wire):
    """Types 1: a member goes out as it would alone, and comes back as that member."""
    dumped, loaded = there_and_back(value, type_)

    assert (wire, type(wire)) == (dumped, type(dumped))
    assert (value, type(value)) == (loaded, type(loaded))


def test_int_where_no_member_is_one():
    """Types 3: it is taken for a float, as without the union."""
    assert there_and_back(3, float | str) == (3, 3.0)
    assert type(there_and_back(3, float | str)[1]) is float


def test_nan():
    """NaN travels where no other member is a string."""
    dumped, loaded = there_and_back(math.nan, float | int)

    assert (dumped, math.isnan(loaded)) == ("NaN", True)


def test_subclass_of_a_scalar():
    """As without the union, all that it holds is in the wire form of its base."""
    cls = type("Money", (Decimal,), {})

    assert there_and_back(cls("1.5"), Decimal | int) == ("1.5", Decimal("1.5"))


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (int | str, 1.5, "expected int | str, got float 1.5"),
            (int | str, True, "expected int | str, got bool True"),
            (int | str, None, "expected int | str, got None"),
            (int | float, "1", "expected int | float, got str '1'"),
            (int | None | list[int], "1", "expected int | None | list[int], got str '1'"),
            (Level | str, 1, "expected Level | str, got int 1"),
            (Currency | int, "EUR", "expected Currency | int, got str 'EUR'"),
            (Card | int, {"number": "1"}, "expected Card | int, got dict"),
            (Literal["a"] | int, "b", "expected Literal['a'] | int, got str 'b'"),
            (Sequence[int] | str, {1}, "expected Sequence[int] | str, got set"),
            (Card | Cash, Line("x", 1), "expected Card | Cash, got Line"),
            (
                float | str,
                math.nan,
                "expected float | str, got float nan, which travels as a string, as another member does",
            ),
            (
                Decimal | float | None,
                math.inf,
                "expected Decimal | float | None, got float inf, which travels as a string, as another member does",
            ),
        ]
    ),
)
def test_not_sent(type_, value, problem):
    """Types 3: what is of none of the classes does not go out, nor what would arrive as another member."""
    assert problems_of(Wire().dump, value, type_) == [f"$: {problem}"]  # equal unions share one hook, and its text


@pytest.mark.parametrize(
    ("type_", "wire", "problem"),
    numbered(
        [
            (int | str, 1.5, "$: expected int | str, got float 1.5"),
            (int | str, True, "$: expected int | str, got bool True"),
            (int | str, None, "$: expected int | str, got None"),
            (float | list[int], "x", "$: expected float, got str 'x'"),
            (float | date, "NaN", "$: expected date, got str 'NaN'"),
            (int | list[int], [1, "a"], "$[1]: expected int, got str 'a'"),
            (Card | int, {"number": 1}, "$.number: expected str, got int 1"),
            (Card | int, {}, "$.number: missing"),
            (list[Card | int], [1, {"number": "1"}, {"number": 5}], "$[2].number: expected str, got int 5"),
            (Level | str, 5, "$: expected Level: one of 1, got int 5"),
        ]
    ),
)
def test_not_taken(type_, wire, problem):
    """Types 5: where the JSON type says which member is meant, that member says what is wrong."""
    assert problems_of(DEFAULT_WIRE.load, wire, type_) == [problem]


# -- records, told apart by a tag

RECORDS = Union[Card, Cash, Transfer]  # noqa: UP007 - one of the spellings


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (RECORDS, Card("1"), {"$type": "Card", "number": "1"}),
            (RECORDS | None, Cash(), {"$type": "Cash", "amount": 0}),
            (
                RECORDS | int | list[int],
                Transfer("a", [Line("x", 1)]),
                {"$type": "Transfer", "iban": "a", "lines": [{"sku": "x", "qty": 1}]},
            ),
            (Card | Cash | Bill, Bill(), {"$type": "Bill", "amount": 0, "due": ""}),
            (Card | Gift, Card("1"), {"$type": "Card", "number": "1"}),
            (Card | Gift, Gift("1", "x"), {"$type": "Gift", "number": "1", "text": "x"}),
            (Card | Nothing, Nothing(), {"$type": "Nothing"}),
            (Box[int] | Card, Box(1), {"$type": "Box", "content": 1}),
            (Box | Card, Box([1]), {"$type": "Box", "content": [1]}),
            (NewType("N", Card) | Annotated[Cash, 1], Card("1"), {"$type": "Card", "number": "1"}),
            (TypeAliasType("Both", Card | Cash) | Bill, Cash(1), {"$type": "Cash", "amount": 1}),
            (Card | Model, Model(name="a"), {"$type": "Model", "name": "a"}),
            (Card | Struct | None, Struct(1), {"$type": "Struct", "code": 1}),
            (Card | Label, {"text": "a", "price": Decimal(1)}, {"text": "a", "price": "1"}),
            (Card | Label, Card("1"), {"$type": "Card", "number": "1"}),
        ]
    ),
)
def test_tag(type_, value, wire):
    """Types 1: the name of the record's class is the first key; a TypedDict has no class and is known by its keys."""
    dumped, loaded = there_and_back(value, type_)

    assert (wire, list(wire)) == (dumped, list(dumped))
    assert (value, type(value)) == (loaded, type(loaded))


@pytest.mark.parametrize(
    ("type_", "wire", "value"),
    numbered(
        [
            (RECORDS, {"number": "1"}, Card("1")),
            (RECORDS, {"iban": "a"}, Transfer("a")),
            (RECORDS, {"amount": 1}, Cash(1)),
            (Card | Cash | Bill, {"amount": 1, "due": "x"}, Bill(1, "x")),
            (Card | Cash | Bill, {"due": "x"}, Bill(due="x")),
            (Cash | Bill, {"amount": 1}, Cash(1)),
            (Bill | Cash, {"amount": 1}, Cash(1)),
            (Card | Transfer, {"number": "1", "new": 5}, Card("1")),
            (Card | Nothing, {"number": "1"}, Card("1")),
            (Card | Nothing, {}, Nothing()),
            (Card | Model, {"name": "a"}, Model(name="a")),
            (Card | Model, {"number": "1"}, Card("1")),
            (Card | Cash, {"number": "1"}, Card("1")),
        ]
    ),
)
def test_without_a_tag(type_, wire, value):
    """An object of a sender who knows one of the records only: the one that it fits, by its keys first."""
    loaded = DEFAULT_WIRE.load(wire, type_)

    assert (value, type(value)) == (loaded, type(loaded))


@pytest.mark.parametrize(
    ("type_", "value"),
    numbered([(Card, Card("1")), (Cash, Cash(3)), (Transfer, Transfer("a")), (Bill, Bill()), (Label, {"text": "a"})]),
)
@pytest.mark.parametrize("other", [Cash, Bill, Nothing, Gift, Model, Struct, int, None], ids=str)
def test_widened(type_, value, other):
    """Types 10: what was sent when the annotation was one record is valid when it has become a union."""
    wire = DEFAULT_WIRE.dump(value, type_)

    assert value == DEFAULT_WIRE.load(wire, type_ | other)


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("type_", [Card | int, Card | int | None], ids=str)
def test_narrowed(type_, exact):
    """Types 10: nor is a message refused for a tag that was written when the union had more records."""
    wire = DEFAULT_WIRE.dump(Card("1"), Card | Cash)

    assert DEFAULT_WIRE.load(wire, type_, exact=exact) == Card("1")
    assert DEFAULT_WIRE.load(wire, Card) == Card("1")
    assert DEFAULT_WIRE.load(wire, Card | None) == Card("1")


KNOWN = "expected Card | Cash | Transfer with '$type' one of 'Card', 'Cash', 'Transfer', got"
FITS = "expected Card | Cash | Transfer, got dict that fits"


@pytest.mark.parametrize(
    ("wire", "problems"),
    numbered(
        [
            ({"$type": "Lost", "number": "1"}, [f"$: {KNOWN} str 'Lost'"]),
            ({"$type": "card", "number": "1"}, [f"$: {KNOWN} str 'card'; did you mean 'Card'?"]),
            ({"$type": None, "number": "1"}, [f"$: {KNOWN} None"]),
            ({"$type": 5}, [f"$: {KNOWN} int 5"]),
            ({"$type": ["Card"]}, [f"$: {KNOWN} list"]),
            ({"$type": "builtins.eval"}, [f"$: {KNOWN} str 'builtins.eval'"]),
            ({"$type": "Card"}, ["$.number: missing"]),
            ({"$type": "Card", "number": 1}, ["$.number: expected str, got int 1"]),
            ({"$type": "Transfer", "iban": 1, "lines": [{}]}, [
                "$.iban: expected str, got int 1", "$.lines[0].sku: missing", "$.lines[0].qty: missing",
            ]),
            ({"number": 1}, ["$.number: expected str, got int 1"]),
            ({"amount": "1"}, ["$.amount: expected int, got str '1'"]),
            (5, ["$: expected Card | Cash | Transfer, got int 5"]),
            ([], ["$: expected Card | Cash | Transfer, got list"]),
        ]
    ),
)  # fmt: skip
def test_tag_that_is_wrong(wire, problems):
    """Types 5: a tag is looked up among the members only; without one, the keys say who tells the problem."""
    assert problems == problems_of(DEFAULT_WIRE.load, wire, RECORDS)


@pytest.mark.parametrize(
    ("type_", "wire", "how"),
    numbered(
        [
            (Card | Transfer, {"other": 1}, "none"),
            (Card | Transfer, {}, "none"),
            (Card | Transfer, {"number": "1", "iban": "a"}, "more than one"),
            (Cash | Bill, {}, "more than one"),
            (Cash | Bill, {"amount": 1, "due": "x", "new": 5}, "more than one"),
            (Bill | Annotated[Box[int], 1], {"content": "a", "due": 5}, "none"),
        ]
    ),
)
def test_fits_none_or_several(type_, wire, how):
    """What nothing tells is not guessed."""
    (problem,) = problems_of(DEFAULT_WIRE.load, wire, type_)

    assert problem.endswith(f"got dict that fits {how} of them and has no '$type'")


def test_wrong_value_is_not_another_record():
    """An object with the keys of one record and a wrong value is not taken for one that has none of its keys."""
    assert problems_of(DEFAULT_WIRE.load, {"number": 1}, Card | Cash) == ["$.number: expected str, got int 1"]


@pytest.mark.parametrize(
    ("wire", "problems"),
    numbered(
        [
            ({"$type": "Card", "number": "1", "nr": 2}, ["$.nr: unexpected field"]),
            ({"$type": "Card", "number": "1", "numbr": 2}, ["$.numbr: unexpected field; did you mean 'number'?"]),
            (
                {"number": "1", "nr": 2},
                ["$: expected Card | Transfer, got dict that fits none of them and has no '$type'"],
            ),
        ]
    ),
)
def test_wire_form_of_a_caller(wire, problems):
    """Types 10: what a caller passes in place of a record must fit exactly, in a union too."""
    assert problems == problems_of(DEFAULT_WIRE.load, wire, Card | Transfer, exact=True)


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (Card | Cash, Card(5), "$.number: expected str, got int 5"),
            (list[RECORDS], [Cash(1), Transfer("a", ["x"])], "$[1].lines[0]: expected Line, got str 'x'"),
        ]
    ),
)
def test_wrong_value_inside(type_, value, problem):
    """Types 4: a record built with wrong types does not go out."""
    assert problems_of(DEFAULT_WIRE.dump, value, type_) == [problem]


@pytest.mark.parametrize("type_", [Card | Cash, Card | int, Card | Cash | None], ids=str)
def test_subclass(type_):
    """Types 6: a subclass that is no member would lose its fields: how to annotate it is told."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, Gift("1", "x"), type_)

    assert problem.endswith(", got Gift, a subclass: write Card | Gift in the annotation to send it whole")


# -- records, told apart by a field of their own


class Kind(enum.Enum):
    PAID = "paid"
    OPEN = "open"


@attrs.frozen
class Paid:
    amount: int
    kind: Literal["paid"] = "paid"


@attrs.frozen
class Refunded:
    amount: int
    kind: Literal["refunded", "returned"] = "refunded"


@attrs.frozen
class PaidKind:
    kind: Literal[Kind.PAID] = Kind.PAID


@attrs.frozen
class OpenKind:
    kind: Literal[Kind.OPEN] = Kind.OPEN


@attrs.frozen
class One:
    version: Literal[1]
    other: Literal["x"] = "x"


@attrs.frozen
class Two:
    version: Literal[2, None]  # noqa: PYI061 - one of the spellings
    other: Literal["x"] = "x"


@dataclasses.dataclass
class Yes:
    version: Literal[True]


@attrs.frozen
class SameName:
    kind: Literal["a"]


class Added(TypedDict):
    event: Literal["added"]
    price: Decimal


class Removed(TypedDict):
    event: Literal["removed"]
    price: NotRequired[Decimal]


class Moved(TypedDict):
    event: Literal[Kind.OPEN]
    to: Line


@attrs.frozen
class Sold:
    event: Literal["sold"] = "sold"


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (Paid | Refunded, Paid(1), {"amount": 1, "kind": "paid"}),
            (Paid | Refunded | None, Refunded(1, "returned"), {"amount": 1, "kind": "returned"}),
            (list[Paid | Refunded], [Refunded(1)], [{"amount": 1, "kind": "refunded"}]),
            (PaidKind | OpenKind, OpenKind(), {"kind": "open"}),
            (One | Two | int, Two(2), {"version": 2, "other": "x"}),
            (One | Two | Yes, One(1), {"version": 1, "other": "x"}),
            (One | Two | Yes, Yes(True), {"version": True}),
            (One | Two | Yes, Two(None), {"version": None, "other": "x"}),
            (Added | Removed, {"event": "added", "price": Decimal("1.0")}, {"event": "added", "price": "1.0"}),
            (Added | Removed, {"event": "removed"}, {"event": "removed"}),
            (Added | Removed | Moved, {"event": Kind.OPEN, "to": Line("x", 1)}, {
                "event": "open", "to": {"sku": "x", "qty": 1},
            }),
            (Added | Removed | Sold | int, Sold(), {"event": "sold"}),
            (Added | Sold, {"event": "added", "price": Decimal(1)}, {"event": "added", "price": "1"}),
        ]
    ),
)  # fmt: skip
def test_field_that_tells(type_, value, wire):
    """Types 1: a `Literal` field of all the records, each with values of its own, is the tag, and the only one."""
    dumped, loaded = there_and_back(value, type_)

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


def test_field_that_tells_less():
    """Where not every value is one record's own, a tag is written as without the field."""
    same = attrs.make_class("Same", {"kind": attrs.field(type=Literal["paid", "other"])}, frozen=True)

    assert there_and_back(Paid(1), Paid | same)[0] == {"$type": "Paid", "amount": 1, "kind": "paid"}


@pytest.mark.parametrize(
    ("type_", "wire", "value"),
    numbered(
        [
            (Paid | Cash, {"amount": 1, "kind": "paid"}, Paid(1)),
            (One | Two, {"version": None}, Two(None)),
            (Paid | Refunded, {"$type": "Paid", "amount": 1, "kind": "refunded"}, Refunded(1)),
            (Added | Removed, {"price": "1", "event": "removed", "new": 1}, {"event": "removed", "price": Decimal(1)}),
            (PaidKind | Sold, {"kind": "paid"}, PaidKind()),
        ]
    ),
)
def test_field_from_another_sender(type_, wire, value):
    """Types 10: by that field alone; with an old tag beside it, and with keys that are new."""
    assert value == DEFAULT_WIRE.load(wire, type_)


@pytest.mark.parametrize("wire", [{"amount": 1}, {}], ids=str)
def test_without_the_field(wire):
    """An object without the field could be any of them."""
    (problem,) = problems_of(DEFAULT_WIRE.load, wire, Paid | Refunded)

    assert "'kind'" in problem


def test_without_the_field_where_one_fits():
    """The one record that it fits is taken, as where there is no field."""
    other = attrs.make_class(
        "Other", {"kind": attrs.field(type=Literal["b"], default="b"), "y": attrs.field(type=int)}, kw_only=True
    )

    assert DEFAULT_WIRE.load({"y": 1}, PaidKind | other) == other(y=1)


CHOICES = "expected Paid | Refunded with 'kind' one of"


@pytest.mark.parametrize(
    ("kind", "met"),
    numbered(
        [
            ("payd", "str 'payd'; did you mean 'paid'?"), ("zzz", "str 'zzz'"), (1, "int 1"), (None, "None"),
            (["paid"], "list"), ({}, "dict"), (1.0, "float 1.0"),
        ]
    ),
)  # fmt: skip
def test_value_that_tells_nothing(kind, met):
    """Types 5: the values that there are, and the near one, are told."""
    (problem,) = problems_of(DEFAULT_WIRE.load, {"amount": 1, "kind": kind}, Paid | Refunded)

    assert problem.startswith(f"$: {CHOICES} ")
    assert problem.endswith(f", got {met}")
    assert all(repr(choice) in problem for choice in ("paid", "refunded", "returned"))


@pytest.mark.parametrize("version", [1, True, 1.0])
def test_class_of_the_value_counts(version):
    """Types 3: `True` and 1 are one in Python, and two in JSON."""
    expected = {int: One(1), bool: Yes(True)}.get(type(version))

    if expected is None:
        assert problems_of(DEFAULT_WIRE.load, {"version": version}, One | Yes)
    else:
        assert DEFAULT_WIRE.load({"version": version}, One | Yes) == expected


@pytest.mark.parametrize(
    ("value", "problem"),
    numbered(
        [
            ({"event": "other"}, "$: expected Added | Removed, got dict"),
            ({"event": []}, "$: expected Added | Removed, got dict"),
            ({}, "$: expected Added | Removed, got dict"),
            ({"event": "added"}, "$.price: missing"),
            ({"event": "added", "price": 1}, "$.price: expected Decimal, got int 1"),
        ]
    ),
)
def test_typed_dict_that_is_not_sent(value, problem):
    """Types 3: a dict that is none of them, or one of them with a wrong value, does not go out."""
    assert problems_of(DEFAULT_WIRE.dump, value, Added | Removed) == [problem]


def test_literals_that_are_no_json():
    """Bytes have another wire form than themselves: such a field tells nothing, and a tag is written."""
    first = attrs.make_class("First", {"kind": attrs.field(type=Literal["eA=="])})
    second = attrs.make_class("Second", {"kind": attrs.field(type=Literal["b", b"x"])})

    assert there_and_back(second(b"x"), first | second) == ({"$type": "Second", "kind": "eA=="}, second(b"x"))


# -- what nothing tells apart

SAME = "so nothing tells them apart: put them into records of one field each"
IN_PAIRS = "two of its members are dicts, one in pairs: use a record for one of them"
SAME_CARD = attrs.make_class("Card", {"pin": attrs.field(type=int)})
TAGGED_DICT = TypedDict("TAGGED_DICT", {"$type": str, "x": int})


@pytest.mark.parametrize(
    ("type_", "fix"),
    numbered(
        [
            (str | UUID, f"str and UUID both travel as a JSON string, {SAME}"),
            (date | datetime, f"date and datetime both travel as a JSON string, {SAME}"),
            (Decimal | Fraction | None, f"Decimal and Fraction both travel as a JSON string, {SAME}"),
            (str | Currency, f"str and Currency both travel as a JSON string, {SAME}"),
            (Literal["a"] | Decimal, f"Literal['a'] and Decimal both travel as a JSON string, {SAME}"),
            (Level | int, f"Level and int both travel as a JSON integer, {SAME}"),
            (Size | int, f"Size and int both travel as a JSON integer, {SAME}"),
            (bool | Answer, f"bool and Answer both travel as true or false, {SAME}"),
            (Literal[1] | NewType("N", int), f"Literal[1] and N both travel as a JSON integer, {SAME}"),
            (list[Line] | set[int], f"list[Line] and set[int] both travel as an array, {SAME}"),
            (list[int] | list[str], f"list[int] and list[str] both travel as an array, {SAME}"),
            (tuple[int, int] | tuple[int], f"tuple[int, int] and tuple[int] both travel as an array, {SAME}"),
            (Point | list[int], f"Point and list[int] both travel as an array, {SAME}"),
            (Row | Point, f"Row and Point both travel as an array, {SAME}"),
            (
                dict[str, int] | Mapping[str, str],
                f"dict[str, int] and Mapping[str, str] both travel as an object, {SAME}",
            ),
            (Card | dict[str, int], f"Card and dict[str, int] both travel as an object, {SAME}"),
            (dict[str, int] | Label, f"dict[str, int] and Label both travel as an object, {SAME}"),
            (Maybe | None, f"None and Maybe both travel as null, {SAME}"),
            (Maybe | int | None, f"None and Maybe both travel as null, {SAME}"),
            (Literal[Maybe.UNKNOWN] | None, "None and "),
            (Root | None, f"None and Root both travel as null, {SAME}"),
            (Root | Card, "Root and Card both travel as an object, "),
            (dict[Card, int] | dict[str, str] | int, IN_PAIRS),
            (Label | dict[tuple[int, int], str], IN_PAIRS),
            (int | Any, "one of its members takes everything: leave out the others"),
            (int | object | str, "one of its members takes everything: leave out the others"),
            (Card | SAME_CARD, "two of its records are called Card: rename one, or give each a Literal field"),
            (Box[int] | Box[str], "two of its records are called Box: rename one, or give each a Literal field"),
            (Label | Sign, "give each TypedDict a Literal field of the same name: at run time they are all dicts"),
            (Label | Sign | Card, "give each TypedDict a Literal field of the same name"),
            (Added | Label, "give each TypedDict a Literal field of the same name"),
            (TAGGED_DICT | Card, "TAGGED_DICT has a field '$type' of its own: rename it"),
        ]
    ),
)
def test_refused(type_, fix):
    """Types 8: a union nothing can tell apart is refused at declaration, with the fix."""
    with pytest.raises(Refused) as caught:
        check_type(list[type_], "value")

    assert caught.value.where == "value[]"
    assert caught.value.fix.startswith(fix)


@pytest.mark.parametrize("type_", [TAGGED_DICT, TAGGED_DICT | None, TAGGED_DICT | int], ids=str)
def test_own_field_called_as_the_tag(type_):
    """Types 11: where no tag is written, a field of that name is like any other."""
    value = {"$type": "TAGGED_DICT", "x": 1}

    assert there_and_back(value, type_) == (value, value)


@pytest.mark.parametrize(
    "text", ["int | Loop", "Loop | None", "Other", "Other | int", "dict[Other, int]", "set[Other]", "Other | None"]
)
def test_alias_of_itself(monkeypatch, text):
    """Types 8: an alias that is itself and nothing else is refused, not followed for ever."""
    for name, value in {"Loop": text, "Other": "Loop" if text == "Other" else "Third", "Third": "Other"}.items():
        monkeypatch.setitem(globals(), name, TypeAliasType(name, value))

    with pytest.raises(Refused) as caught:
        check_type(globals()["Loop"], "value")

    assert caught.value.where in {"value", "value{}", "value[]"}


# -- hooks of the user's own


class Foreign:
    """A class that is nothing else."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Foreign) and self.text == other.text

    __hash__ = None


TEXT_OR_NUMBER = Union[str, Decimal]  # noqa: UP007 - one of the spellings


@attrs.define
class HasCustom:
    one: TEXT_OR_NUMBER
    many: list[TEXT_OR_NUMBER]
    maybe: Foreign | None = None


@pytest.fixture
def custom() -> Wire:
    """Hooks for such a class, and for a union that nothing else tells apart."""
    converter = make_converter()
    converter.register_structure_hook(Foreign, lambda text, _: Foreign(text))
    converter.register_unstructure_hook(Foreign, lambda value: value.text)
    converter.register_structure_hook_func(
        lambda type_: type_ == TEXT_OR_NUMBER, lambda text, _: Decimal(text[1:]) if text[0] == "d" else text[1:]
    )
    converter.register_unstructure_hook_func(
        lambda type_: type_ == TEXT_OR_NUMBER, lambda value: ("d" if isinstance(value, Decimal) else "s") + str(value)
    )
    return Wire(WireSettings(converter=converter))


def test_custom_hook_for_a_union(custom):
    """Types 14: with a hook for the whole, nothing is asked of its members."""
    value = HasCustom(Decimal(1), ["a", Decimal(2)], Foreign("x"))

    assert there_and_back(value, HasCustom, custom) == ({"one": "d1", "many": ["sa", "d2"], "maybe": "x"}, value)


def test_custom_hook_for_a_member(custom):
    """A hook for one member says nothing of the JSON types that it makes: a union with it is refused, with the fix."""
    with pytest.raises(Refused) as caught:
        check_type(Foreign | int, "value", is_custom=custom.is_custom)

    assert caught.value.type == "Foreign"
    assert caught.value.fix.startswith("use a record with one field for it")
