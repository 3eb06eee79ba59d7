"""A record, in every spelling of every library, goes out as JSON and comes back as the same record."""

from __future__ import annotations

import collections
import dataclasses
import enum
import json
import math
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Generic, NewType, TypeVar

import attr
import attrs
import pytest
from typing_extensions import NamedTuple, NotRequired, ReadOnly, Required, TypeAliasType, TypedDict

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Currency, Line, Order, Receipt
from typedtasks._kinds import Refused, check_type
from typedtasks._wire import Invalid, Wire


class Color(str, enum.Enum):
    """A mixed-in enum, which is a `str` too."""

    RED = "red"


@attr.s
class Classic:
    name = attr.ib(type=str)
    line = attr.ib(type=Line)


@attr.s(these={"name": attr.ib(type=str)})
class These:
    pass


@attr.s(auto_attribs=True)
class AutoAttribs:
    name: str
    line: Line


@attr.s(auto_attribs=True, slots=True, frozen=True)
class ClassicFrozenSlots:
    name: str


@attrs.define
class Defined:
    name: str
    line: Line


@attrs.frozen
class Frozen:
    name: str


@attrs.mutable(slots=False)
class DictClass:
    name: str


@attrs.define(kw_only=True)
class KeywordOnly:
    line: Line
    name: str = "n"


@attrs.define
class Private:
    _name: str
    __mangled: int = 1


@attrs.define
class Aliased:
    name: str = attrs.field(alias="title")


@attrs.define
class Factories:
    lines: list[Line] = attrs.field(factory=list)
    double: int = attrs.field(default=attrs.Factory(lambda self: len(self.lines) * 2, takes_self=True))


@attrs.define
class Validated:
    qty: int = attrs.field(validator=attrs.validators.gt(0))


@attrs.define
class Converted:
    sku: str = attrs.field(converter=str.upper)
    qty = attrs.field(converter=int)


@attrs.define
class Computed:
    qty: int
    double: int = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self.double = self.qty * 2


@attrs.define
class NotInit:
    qty: int
    color: Color = attrs.field(init=False, default=Color.RED)
    line: Line | None = attrs.field(init=False, default=None)


@attr.s(frozen=True)
class FrozenNotInit:
    qty = attr.ib(type=int)
    currency = attr.ib(type=Currency, init=False, default=Currency.USD)
    untyped = attr.ib(init=False, default=3)
    double = attr.ib(type=int, init=False)

    @double.default
    def _double(self):
        return self.qty * 2


@attrs.define
class Base:
    name: str


@attrs.define
class Child(Base):
    line: Line


class Undecorated(Child):
    """Inherits its fields."""


@attrs.define
class Mixed(Base):
    qty: int = 1
    note: str | None = None


@attrs.define
class Node:
    value: int
    next: Node | None = None
    children: list[Node] = attrs.field(factory=list)
    named: dict[str, Node] = attrs.field(factory=dict)
    pair: tuple[Node, ...] = ()
    color: Color = Color.RED


@attrs.define
class Ping:
    pong: Pong | None = None
    color: Color | None = None


@attrs.define
class Pong:
    pings: list[Ping]


@attrs.define
class Untyped:
    data = attrs.field()


@attrs.define
class Enums:
    one: Color
    maybe: Color | None
    many: list[Color]
    named: dict[Color, Color]
    pair: tuple[Color, Currency]
    annotated: Annotated[Color, "x"]
    new: NewType("New", Color)
    alias: TypeAliasType("Alias", Color)
    aliases: TypeAliasType("Aliases", list[Color])


@attrs.define
class Empty:
    pass


@attrs.define
class Envelope:
    """Has the keys that Celery's own JSON looks for."""

    type_: str = attrs.field(alias="__type__")
    value: Any = attrs.field(alias="__value__")


# -- dataclasses


@dataclasses.dataclass
class DataBase:
    x: int


@dataclasses.dataclass
class DataChild(DataBase):
    y: int
    lines: list[Line] = dataclasses.field(default_factory=list)


@dataclasses.dataclass(frozen=True)
class DataFrozen:
    net: int
    double: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", self.net * 2)


@dataclasses.dataclass(slots=True, kw_only=True)
class DataSlots:
    name: str
    colors: dict[Color, Decimal]
    shared: ClassVar[int] = 1


@dataclasses.dataclass
class DataNotInit:
    qty: int
    color: Color = dataclasses.field(init=False, default=Color.RED)
    line: Line = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        self.line = Line("x", self.qty)


@dataclasses.dataclass
class Price:
    """Made of a value that it does not keep."""

    net: Decimal
    rate: dataclasses.InitVar[Decimal]
    gross: Decimal = dataclasses.field(init=False)
    lines: list[Line] = dataclasses.field(default_factory=list)
    note: str = ""

    def __post_init__(self, rate: Decimal) -> None:
        self.gross = self.net * rate


@dataclasses.dataclass
class Offer(Price):
    """Inherits such a value."""

    until: str = "today"


@dataclasses.dataclass(frozen=True)
class FrozenPrice:
    net: int
    rate: dataclasses.InitVar[int]
    gross: int = dataclasses.field(init=False)

    def __post_init__(self, rate: int) -> None:
        object.__setattr__(self, "gross", self.net * rate)


@dataclasses.dataclass(slots=True)
class SlotsPrice:
    net: int
    rate: dataclasses.InitVar[int]


@dataclasses.dataclass
class DataNode:
    value: int
    below: list[DataNode] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class DataUntyped:
    """Made without annotations."""


DataMade = dataclasses.make_dataclass("DataMade", [("a", Any), ("b", int)])


# -- NamedTuple and TypedDict


class Named(NamedTuple):
    x: int
    line: Line | None = None


class NamedChild(Named):
    """A subclass of one."""


OldNamed = collections.namedtuple("OldNamed", ["a", "class"], rename=True)  # noqa: PYI024 - as older code has


class NamedNode(NamedTuple):
    value: int
    below: list[NamedNode]


class Movie(TypedDict):
    title: str
    lines: NotRequired[list[Line]]
    price: ReadOnly[Decimal]


class Patch(TypedDict, total=False):
    id: Required[int]
    color: Color


class DictNode(TypedDict):
    value: Decimal
    below: NotRequired[list[DictNode]]


DictEnvelope = TypedDict("DictEnvelope", {"__type__": str, "__value__": Decimal})


# -- generic classes

T = TypeVar("T")


@attrs.define
class Box(Generic[T]):
    content: T
    more: list[T] = attrs.field(factory=list)


@attrs.define
class BoxChild(Box[int]):
    pass


@attrs.define
class Chain(Generic[T]):
    value: T
    next: Chain[T] | None = None


@dataclasses.dataclass
class DataBox(Generic[T]):
    content: T


class DictBox(TypedDict, Generic[T]):
    content: T


class NamedBox(NamedTuple, Generic[T]):
    content: T


def _post_init(value: Any, **fields: Any) -> Any:
    for name, field in fields.items():
        setattr(value, name, field)
    return value


LOST = ", which would be lost"
WRITE, WHOLE = ", a subclass: write", "in the annotation to send it whole"
PLAIN = "expected plain JSON data (annotate it with the record's class to send more)"
LINE, LINE_WIRE = Line("x", 1), {"sku": "x", "qty": 1}

SPELLINGS: list[tuple[Any, Any]] = [
    (Classic("n", LINE), {"name": "n", "line": LINE_WIRE}),
    (These("n"), {"name": "n"}),
    (AutoAttribs("n", LINE), {"name": "n", "line": LINE_WIRE}),
    (ClassicFrozenSlots("n"), {"name": "n"}),
    (Defined("n", LINE), {"name": "n", "line": LINE_WIRE}),
    (Frozen("n"), {"name": "n"}),
    (DictClass("n"), {"name": "n"}),
    (KeywordOnly(line=LINE), {"line": LINE_WIRE, "name": "n"}),
    (Private("n", 2), {"name": "n", "Private__mangled": 2}),
    (Aliased("n"), {"title": "n"}),
    (Factories([LINE]), {"lines": [LINE_WIRE], "double": 2}),
    (Factories([LINE], 9), {"lines": [LINE_WIRE], "double": 9}),
    (Validated(1), {"qty": 1}),
    (Converted("a", "7"), {"sku": "A", "qty": 7}),
    (Computed(3), {"qty": 3, "double": 6}),
    (_post_init(Computed(3), double=7), {"qty": 3, "double": 7}),
    (NotInit(1), {"qty": 1, "color": "red", "line": None}),
    (_post_init(NotInit(1), line=LINE), {"qty": 1, "color": "red", "line": LINE_WIRE}),
    (FrozenNotInit(2), {"qty": 2}),
    (Child("n", LINE), {"name": "n", "line": LINE_WIRE}),
    (Undecorated("n", LINE), {"name": "n", "line": LINE_WIRE}),
    (Mixed("n", note="x"), {"name": "n", "qty": 1, "note": "x"}),
    (
        Node(1, Node(2), [Node(3)], {"a": Node(4)}, (Node(5),)),
        {
            "value": 1,
            "next": {"value": 2, "next": None, "children": [], "named": {}, "pair": [], "color": "red"},
            "children": [{"value": 3, "next": None, "children": [], "named": {}, "pair": [], "color": "red"}],
            "named": {"a": {"value": 4, "next": None, "children": [], "named": {}, "pair": [], "color": "red"}},
            "pair": [{"value": 5, "next": None, "children": [], "named": {}, "pair": [], "color": "red"}],
            "color": "red",
        },
    ),
    (
        Ping(Pong([Ping(Pong([]), Color.RED)])),
        {"pong": {"pings": [{"pong": {"pings": []}, "color": "red"}]}, "color": None},
    ),
    (Untyped({"a": [1, None, "x"]}), {"data": {"a": [1, None, "x"]}}),
    (
        Enums(
            Color.RED,
            Color.RED,
            [Color.RED],
            {Color.RED: Color.RED},
            (Color.RED, Currency.EUR),
            Color.RED,
            Color.RED,
            Color.RED,
            [Color.RED],
        ),
        {
            "one": "red",
            "maybe": "red",
            "many": ["red"],
            "named": {"red": "red"},
            "pair": ["red", "EUR"],
            "annotated": "red",
            "new": "red",
            "alias": "red",
            "aliases": ["red"],
        },
    ),
    (Empty(), {}),
    (Envelope("a", [1]), {"typedtasks:__type__": "a", "__value__": [1]}),
    (DataChild(1, 2, [LINE]), {"x": 1, "y": 2, "lines": [LINE_WIRE]}),
    (DataFrozen(2), {"net": 2}),
    (DataSlots(name="n", colors={Color.RED: Decimal(1)}), {"name": "n", "colors": {"red": "1"}}),
    (DataNotInit(1), {"qty": 1, "color": "red", "line": LINE_WIRE}),
    (_post_init(DataNotInit(1), line=Line("y", 2)), {"qty": 1, "color": "red", "line": {"sku": "y", "qty": 2}}),
    (Price(Decimal(2), Decimal(3)), {"net": "2", "gross": "6", "lines": [], "note": ""}),
    (_post_init(Price(Decimal(2), Decimal(3)), gross=Decimal(9)), {"net": "2", "gross": "9", "lines": [], "note": ""}),
    (Offer(Decimal(2), Decimal(3)), {"net": "2", "gross": "6", "lines": [], "note": "", "until": "today"}),
    (FrozenPrice(2, 3), {"net": 2, "gross": 6}),
    (SlotsPrice(2, 3), {"net": 2}),
    (DataNode(1, [DataNode(2)]), {"value": 1, "below": [{"value": 2, "below": []}]}),
    (DataUntyped(), {}),
    (DataMade([1], 2), {"a": [1], "b": 2}),
    (Named(1, LINE), [1, LINE_WIRE]),
    (Named(1), [1, None]),
    (OldNamed(1, ["x"]), [1, ["x"]]),
    (NamedNode(1, [NamedNode(2, [])]), [1, [[2, []]]]),
    (
        Receipt(Order("a", [LINE]), Decimal("1.50"), Currency.USD),
        {"order": {"id": "a", "lines": [LINE_WIRE], "note": None}, "total": "1.50", "currency": "USD"},
    ),
]


@pytest.mark.parametrize(
    ("value", "wire"), SPELLINGS, ids=[f"{index}-{type(value).__name__}" for index, (value, _) in enumerate(SPELLINGS)]
)
def test_spelling(value, wire):
    """Types 1: the fields are the keys, by the names that `__init__` takes, and make the same record again."""
    converter = Wire()

    dumped = converter.dump(value, type(value))
    loaded = converter.load(json.loads(json.dumps(dumped)), type(value))

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


@pytest.mark.parametrize(
    ("type_", "value", "wire"),
    numbered(
        [
            (Movie, {"title": "a", "price": Decimal(1)}, {"title": "a", "price": "1"}),
            (Movie, {"lines": [LINE], "title": "a", "price": Decimal(1)}, {
                "lines": [LINE_WIRE], "title": "a", "price": "1",
            }),
            (Patch, {"id": 1}, {"id": 1}),
            (Patch, {"id": 1, "color": Color.RED}, {"id": 1, "color": "red"}),
            (DictNode, {"value": Decimal(1), "below": [{"value": Decimal(2)}]}, {
                "value": "1", "below": [{"value": "2"}],
            }),
            (DictEnvelope, {"__type__": "a", "__value__": Decimal(1)}, {"typedtasks:__type__": "a", "__value__": "1"}),
            (Box[Line], Box(LINE, [LINE]), {"content": LINE_WIRE, "more": [LINE_WIRE]}),
            (Box[Box[int]], Box(Box(1)), {"content": {"content": 1, "more": []}, "more": []}),
            (Box, Box([1, "x"]), {"content": [1, "x"], "more": []}),
            (Chain[Line], Chain(LINE, Chain(LINE)), {"value": LINE_WIRE, "next": {"value": LINE_WIRE, "next": None}}),
            (DataBox[Decimal], DataBox(Decimal(1)), {"content": "1"}),
            (DataBox, DataBox({"a": 1}), {"content": {"a": 1}}),
            (DictBox[Line], {"content": LINE}, {"content": LINE_WIRE}),
            (DictBox, {"content": [1]}, {"content": [1]}),
            (NamedBox[Line], NamedBox(LINE), [LINE_WIRE]),
            (NamedBox, NamedBox(1), [1]),
        ]
    ),
)  # fmt: skip
def test_typed_dicts_and_generic_classes(type_, value, wire):
    """Types 1: what is not known by the class of the value is known by the annotation."""
    dumped, loaded = there_and_back(value, type_)

    assert (wire, list(wire)) == (dumped, list(dumped))
    assert (value, type(value)) == (loaded, type(loaded))


def test_init_is_not_called_without_its_values():
    """A dataclass whose `__init__` takes what is not kept is restored field by field, with defaults for what is new."""
    loaded = Wire().load({"net": "2", "gross": "7", "more": 1}, Offer)

    assert (loaded.gross, loaded.lines, loaded.note, loaded.until) == (Decimal(7), [], "", "today")


@pytest.mark.parametrize(
    ("type_", "wire", "problems"),
    numbered(
        [
            (Price, {"net": "2"}, ["$.gross: missing"]),
            (Price, {"net": 2, "gross": "x"}, [
                "$.net: expected Decimal, got int 2", "$.gross: expected Decimal, got str 'x'",
            ]),
            (Price, [], ["$: expected Price, got list"]),
            (DataNotInit, {"qty": 1, "color": 5}, [
                "$.line: missing", "$.color: expected Color: one of 'red', got int 5",
            ]),
            (DataNode, {"value": 1, "below": [{"value": "x"}]}, ["$.below[0].value: expected int, got str 'x'"]),
            (Movie, {"lines": [{}]}, [
                "$.title: missing", "$.lines[0].sku: missing", "$.lines[0].qty: missing", "$.price: missing",
            ]),
            (Movie, "x", ["$: expected Movie, got str 'x'"]),
            (Named, [], ["$: expected Named of 2 items, got list"]),
            (Named, [1, None, 2], ["$: expected Named of 2 items, got list"]),
            (Named, {"x": 1}, ["$: expected Named of 2 items, got dict"]),
            (Named, ["1", {"sku": "x"}], ["$.x: expected int, got str '1'", "$.line.qty: missing"]),
            (Box[int], {"content": "x", "more": [1, "y"]}, [
                "$.content: expected int, got str 'x'", "$.more[1]: expected int, got str 'y'",
            ]),
        ]
    ),
)  # fmt: skip
def test_what_is_wrong(type_, wire, problems):
    """Types 5: every problem is told with its path, in the order of the fields."""
    assert sorted(problems) == sorted(problems_of(Wire().load, wire, type_))


@pytest.mark.parametrize(
    ("type_", "wire", "value"),
    numbered(
        [
            (Named, [1], Named(1)),
            (Movie, {"title": "a", "price": "1", "new": 2}, {"title": "a", "price": Decimal(1)}),
            (DataChild, {"x": 1, "y": 2, "new": 3}, DataChild(1, 2)),
        ]
    ),
)
def test_older_and_newer_senders(type_, wire, value):
    """Types 10: what is missing takes its default, what is new is ignored."""
    assert value == Wire().load(wire, type_)


@pytest.mark.parametrize(
    ("type_", "wire", "problem"),
    numbered(
        [
            (Movie, {"title": "a", "price": "1", "titel": "b"}, "$.titel: unexpected field; did you mean 'title'?"),
            (Price, {"net": "2", "gross": "6", "rate": "3"}, "$.rate: unexpected field"),
            (DataChild, {"x": 1, "y": 2, "lnes": []}, "$.lnes: unexpected field; did you mean 'lines'?"),
            (Box[int], {"content": 1, "contents": 1}, "$.contents: unexpected field; did you mean 'content'?"),
            (list[DictBox[int]], [{"content": 1, "x": 1}], "$[0].x: unexpected field"),
        ]
    ),
)
def test_unknown_keys_can_be_forbidden(type_, wire, problem):
    """Types 10: in what a caller passes in place of a record, a key that no field takes is a misspelt one."""
    assert problems_of(Wire().load, wire, type_, exact=True)[:1] == [problem]


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    numbered(
        [
            (Movie, {"title": "a", "price": Decimal(1), "x": 1}, f"$: expected Movie, got dict with the key 'x'{LOST}"),
            (Movie, {"title": "a"}, "$.price: missing"),
            (Movie, {"title": "a", "price": 1}, "$.price: expected Decimal, got int 1"),
            (Movie, collections.OrderedDict(title="a"), "$: expected Movie, got OrderedDict"),
            (DictNode, {"value": Decimal(1), 5: 1}, f"$: expected DictNode, got dict with the key 5{LOST}"),
            (Named, (1, None), "$: expected Named of 2 items, got tuple"),
            (Named, Named("1"), "$.x: expected int, got str '1'"),
            (Named, OldNamed(1, 2), "$: expected Named of 2 items, got OldNamed"),
            (DataBase, {"x": 1}, "$: expected DataBase, got dict"),
            (DataChild, DataChild(1, 2, ["x"]), "$.lines[0]: expected Line, got str 'x'"),
            (Box[int], Box("x"), "$.content: expected int, got str 'x'"),
            (Box, Box(LINE), f"$.content: {PLAIN}, got Line"),
            (DataBox, DataBox([LINE]), f"$.content[0]: {PLAIN}, got Line"),
            (DataMade, DataMade(LINE, 1), f"$.a: {PLAIN}, got Line"),
            (OldNamed, OldNamed(LINE, 1), f"$.a: {PLAIN}, got Line"),
        ]
    ),
)  # fmt: skip
def test_not_sent(type_, value, problem):
    """Types 3, 7: a value of another class, with a wrong value or a record that nothing declares, does not go out."""
    assert problems_of(Wire().dump, value, type_) == [problem]


def test_members_stay_members():
    """A mixed-in enum is equal to its value, so equality alone does not tell."""
    wire = Wire()
    value = next(value for value, _ in SPELLINGS if type(value) is Enums)

    loaded = wire.load(wire.dump(value, Enums), Enums)

    assert [type(item) for item in (loaded.one, loaded.maybe, loaded.many[0], *loaded.named, loaded.pair[0])] == [
        Color
    ] * 5
    assert [type(item) for item in (loaded.annotated, loaded.new, loaded.alias, loaded.aliases[0])] == [Color] * 4


def test_missing_key_takes_the_default():
    """A message of an older sender has not the new field."""
    assert Wire().load({"name": "n"}, Mixed) == Mixed("n", 1, None)


def test_unknown_key_is_ignored_on_the_worker():
    """A message of a newer sender has a field that this worker does not know."""
    assert Wire().load({"name": "n", "new": 1}, Frozen) == Frozen("n")


def test_unknown_key_is_refused_where_it_is_written():
    """In a wire form that a caller passes, a key that no field takes is a misspelt one."""
    with pytest.raises(Invalid) as caught:
        Wire().load({"name": "n", "notes": "x", "zz": 1}, Mixed, exact=True)

    assert [str(problem) for problem in caught.value.problems] == [
        "$.notes: unexpected field; did you mean 'note'?",
        "$.zz: unexpected field",
    ]


@attrs.define(init=False)
class OwnInit:
    qty: int

    def __init__(self, text: str) -> None:
        self.qty = int(text)


@dataclasses.dataclass
class DataOwnInit:
    qty: int

    def __init__(self, qty: int, note: str) -> None:
        self.qty = qty


@dataclasses.dataclass
class TakesFields:
    """Has an `__init__` of its own that takes the fields, and more."""

    qty: int
    line: Line | None = None

    def __init__(self, qty: int, *, line: Line | None = None, note: str = "", **more: int) -> None:
        self.qty, self.line = qty, line


@pytest.mark.parametrize("cls", [OwnInit, DataOwnInit])
def test_constructor_that_does_not_take_the_fields(cls):
    """Types 8: what could never be built on the worker is refused at declaration."""
    with pytest.raises(Refused) as caught:
        check_type(list[cls], "value")

    assert caught.value.where == "value[]"
    assert caught.value.fix.startswith("its constructor does not take its fields: ")


def test_constructor_of_its_own():
    """One that takes the fields is called with them."""
    value = TakesFields(1, line=LINE, note="x", other=2)

    assert there_and_back(value, TakesFields) == ({"qty": 1, "line": LINE_WIRE}, value)


@pytest.mark.parametrize("levels", [200, 20_000])
def test_deep_record(levels):
    """Types 12: a record inside itself beyond the limit, or beyond what Python takes, is refused with a text."""
    value = Node(0)
    for number in range(levels):
        value = Node(number, value)

    (problem,) = problems_of(Wire().dump, value, Node)

    assert "nested" in problem


def test_field_that_is_not_set():
    """A field with `init=False` that nothing has set cannot travel, and is named."""

    @attrs.define
    class Unset:
        qty: int
        later: int = attrs.field(init=False)

    with pytest.raises(Invalid) as caught:
        Wire().dump(Unset(1), Unset)

    assert [str(problem) for problem in caught.value.problems] == [
        "$: expected Unset, got Unset, of which later is not set"
    ]


def test_field_that_is_not_set_in_a_recursive_record():
    """The same where a record holds itself."""

    @attrs.define
    class Unset:
        later: int = attrs.field(init=False)

    fields = {"unset": attrs.field(type=Unset), "child": attrs.field(type="Recursive | None", default=None)}
    Recursive = attrs.make_class("Recursive", fields)  # noqa: N806 - a class
    globals()["Recursive"] = Recursive
    try:
        with pytest.raises(Invalid) as caught:
            Wire().dump(Recursive(Unset()), Recursive)
    finally:
        del globals()["Recursive"]

    assert [str(problem) for problem in caught.value.problems] == [
        "$.unset: expected Unset, got Unset, of which later is not set"
    ]


def test_field_that_init_does_not_take_is_missing():
    """A field with `init=False` and no default must be in the message, as it was in the object."""
    with pytest.raises(Invalid) as caught:
        Wire().load({"qty": 1}, Computed)

    assert [str(problem) for problem in caught.value.problems] == ["$.double: missing"]


@pytest.mark.parametrize("exact", [False, True])
def test_validator_runs_when_it_arrives(exact):
    """A payload that a validator refuses is refused with its text and path."""
    problems = problems_of(Wire().load, [{"qty": 1}, {"qty": 0}], list[Validated], exact=exact)

    assert problems == ["$[1]: ValueError: 'qty' must be > 0: 0"]


def test_notes_of_a_validator_are_no_paths():
    """What a validator adds to its error with `add_note` is text."""

    def refuse(instance, attribute, value):
        exc = ValueError("no")
        exc.__notes__ = ["a note"]
        raise exc

    @attrs.define
    class Strict:
        qty: int = attrs.field(validator=refuse)

    with pytest.raises(Invalid) as caught:
        Wire().load([{"qty": 2}], list[Strict])

    assert [str(problem) for problem in caught.value.problems] == ["$[0]: ValueError: no"]


def test_converter_error_is_no_missing_field():
    """A `KeyError` in a field's `converter=` is told as what it is."""

    @attrs.define
    class Looked:
        qty: int = attrs.field(converter={1: 1}.__getitem__)

    with pytest.raises(Invalid) as caught:
        Wire().load({"qty": 2}, Looked)

    assert [str(problem) for problem in caught.value.problems] == ["$: KeyError: 2"]


def test_validator_that_changes_its_mind():
    """A value refused at first and accepted when its problems are asked for is still refused."""
    calls: list[int] = []
    accepted = math.inf

    def last_time_accepted(instance, attribute, value):
        calls.append(value)
        if len(calls) < accepted:
            raise ValueError(value)

    @attrs.define
    class Moody:
        qty: int = attrs.field(validator=last_time_accepted)

    with pytest.raises(Invalid):
        Wire().load({"qty": 1}, Moody)
    accepted = 2 * len(calls)

    with pytest.raises(Invalid) as caught:
        Wire().load({"qty": 1}, Moody)

    assert [str(problem) for problem in caught.value.problems] == [
        "$: structuring failed once and not when repeated: a validator or converter depends on time"
    ]


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda: Defined("n", "line"), ["$.line: expected Line, got str 'line'"]),
        (
            lambda: Defined(5, Line(7, "7")),
            [
                "$.name: expected str, got int 5",
                "$.line.sku: expected str, got int 7",
                "$.line.qty: expected int, got str '7'",
            ],
        ),
        (lambda: Defined("n", {"sku": "x", "qty": 1}), ["$.line: expected Line, got dict"]),
        (
            lambda: Order("a", [LINE, None, Line("y", 1.0)]),
            ["$.lines[1]: expected Line, got None", "$.lines[2].qty: expected int, got float 1.0"],
        ),
        (lambda: Order("a", (LINE,)), ["$.lines: expected list[Line], got tuple"]),
        (lambda: Node(1, named={"a": Node("1")}), ["$.named['a'].value: expected int, got str '1'"]),
        (lambda: Node(1, Node(2, Node(3, Line("x", 1)))), ["$.next.next.next: expected Node, got Line"]),
        (lambda: Node(1, pair=(Node(1), 5)), ["$.pair[1]: expected Node, got int 5"]),
        (lambda: Ping(Pong([Ping(Pong(["x"]))])), ["$.pong.pings[0].pong.pings[0]: expected Ping, got str 'x'"]),
        (
            lambda: _post_init(NotInit(1), color=1, line=Line("x", "1")),
            ["$.color: expected Color, got int 1", "$.line.qty: expected int, got str '1'"],
        ),
        (lambda: Private(5), ["$.name: expected str, got int 5"]),
        (lambda: Aliased(5), ["$.title: expected str, got int 5"]),
        (
            lambda: Untyped(Line("x", 1)),
            [f"$.data: {PLAIN}, got Line"],
        ),
        (
            lambda: Untyped({"a": [Decimal(1)]}),
            [f"$.data['a'][0]: {PLAIN}, got Decimal"],
        ),
        (
            lambda: Receipt(Order("a", []), 1.5, "EUR"),
            ["$.total: expected Decimal, got float 1.5", "$.currency: expected Currency, got str 'EUR'"],
        ),
    ],
)
def test_wrong_value_inside(make, expected):
    """A record built with wrong types does not go out; every problem has its path."""
    value = make()

    with pytest.raises(Invalid) as caught:
        Wire().dump(value, type(value))

    assert expected == [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("value", "type_", "problem"),
    [
        (Child("n", LINE), Base, f"$: expected Base, got Child{WRITE} Base | Child {WHOLE}"),
        ([Child("n", LINE)], list[Base], f"$[0]: expected Base, got Child{WRITE} Base | Child {WHOLE}"),
        ({"a": Child("n", LINE)}, dict[str, Base], f"$['a']: expected Base, got Child{WRITE} Base | Child {WHOLE}"),
        (Undecorated("n", LINE), Child, f"$: expected Child, got Undecorated{WRITE} Child | Undecorated {WHOLE}"),
        (Child("n", LINE), Base | None, f"$: expected Base, got Child{WRITE} Base | Child {WHOLE}"),
        (DataChild(1, 2), DataBase, f"$: expected DataBase, got DataChild{WRITE} DataBase | DataChild {WHOLE}"),
        (NamedChild(1), Named, f"$: expected Named of 2 items, got NamedChild{WRITE} Named | NamedChild {WHOLE}"),
        (BoxChild(1), Box[int], f"$: expected Box[int], got BoxChild{WRITE} Box[int] | BoxChild {WHOLE}"),
    ],
)
def test_subclass_is_refused(value, type_, problem):
    """Types 6: an instance of a subclass would come back without its own fields; how to annotate it is told."""
    assert problems_of(Wire().dump, value, type_) == [problem]
