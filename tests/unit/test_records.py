"""An attrs record in every spelling goes out as a JSON object and comes back as the same record."""

from __future__ import annotations

import enum
import json
from decimal import Decimal
from typing import Annotated, Any, NewType

import attr
import attrs
import pytest
from typing_extensions import TypeAliasType

from tests.unit.records import Currency, Line, Order, Receipt
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


def _post_init(value: Any, **fields: Any) -> Any:
    for name, field in fields.items():
        setattr(value, name, field)
    return value


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
    (
        Receipt(Order("a", [LINE]), Decimal("1.50"), Currency.USD),
        {"order": {"id": "a", "lines": [LINE_WIRE], "note": None}, "total": "1.50", "currency": "USD"},
    ),
]


@pytest.mark.parametrize(
    ("value", "wire"), SPELLINGS, ids=[f"{index}-{type(value).__name__}" for index, (value, _) in enumerate(SPELLINGS)]
)
def test_spelling(value, wire):
    """The fields are the keys, by the names that `__init__` takes, and make the same record again."""
    converter = Wire()

    dumped = converter.dump(value, type(value))
    loaded = converter.load(json.loads(json.dumps(dumped)), type(value))

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


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


def test_validator_runs_when_it_arrives():
    """A payload that a validator refuses is refused with its text and path."""

    with pytest.raises(Invalid) as caught:
        Wire().load([{"qty": 1}, {"qty": 0}], list[Validated])

    assert [str(problem) for problem in caught.value.problems] == ["$[1]: ValueError: 'qty' must be > 0: 0"]


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

    def first_time_only(instance, attribute, value):
        calls.append(value)
        if len(calls) == 1:
            raise ValueError(value)

    @attrs.define
    class Moody:
        qty: int = attrs.field(validator=first_time_only)

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
        (Child("n", LINE), Base, "$: expected Base, got Child"),
        ([Child("n", LINE)], list[Base], "$[0]: expected Base, got Child"),
        ({"a": Child("n", LINE)}, dict[str, Base], "$['a']: expected Base, got Child"),
        (Undecorated("n", LINE), Child, "$: expected Child, got Undecorated"),
        (Child("n", LINE), Base | None, "$: expected Base, got Child"),
    ],
)
def test_subclass_is_refused(value, type_, problem):
    """An instance of a subclass would come back without its own fields."""
    with pytest.raises(Invalid) as caught:
        Wire().dump(value, type_)

    assert [problem] == [str(problem) for problem in caught.value.problems]
