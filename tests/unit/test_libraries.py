"""pydantic models and msgspec structs travel by the rules of their own libraries, and lose nothing by them."""

from __future__ import annotations

import enum
import subprocess
import sys
import threading
from datetime import date
from decimal import Decimal
from typing import Any, Generic, Literal, TypeVar
from uuid import UUID

import attrs
import msgspec
import pydantic
import pydantic.dataclasses
import pytest

from tests.unit.helpers import numbered, problems_of, there_and_back
from tests.unit.records import Line
from typedtasks import UnresolvedAnnotation, UnsupportedType, make_converter
from typedtasks._kinds import Refused, check_type
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings

T = TypeVar("T")
ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")


class Color(enum.Enum):
    RED = "red"


class Customer(pydantic.BaseModel):
    id: int
    name: str = pydantic.Field(alias="fullName")
    born: date | None = None
    color: Color = Color.RED
    tags: dict[str, list[int]] = {}


class Nested(pydantic.BaseModel):
    customer: Customer
    customers: list[Customer] = []


class Feed(pydantic.BaseModel, Generic[T]):
    items: list[T]


class Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(strict=True)

    id: UUID
    count: int


class Closed(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid")

    x: int = 0


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")

    x: int = 0


class Tree(pydantic.BaseModel):
    children: list[Tree] = []


class Numbers(pydantic.RootModel[list[int]]):
    pass


class Computed(pydantic.BaseModel):
    net: int

    @pydantic.computed_field
    def gross(self) -> int:
        return self.net * 2


class Holds(pydantic.BaseModel):
    data: Any = None


class Excluded(pydantic.BaseModel):
    x: int = pydantic.Field(default=0, exclude=True)


class Secret(pydantic.BaseModel):
    token: pydantic.SecretStr


class TwoAliases(pydantic.BaseModel):
    name: str = pydantic.Field(validation_alias="in", serialization_alias="out")


class Float(pydantic.BaseModel):
    x: float


class Failing(pydantic.BaseModel):
    x: int

    @pydantic.field_serializer("x")
    def fail(self, value: int) -> int:
        raise KeyError(value)


class Checked(pydantic.BaseModel):
    x: int

    @pydantic.model_validator(mode="after")
    def check(self) -> Checked:
        if self.x < 0:
            raise ValueError("x must not be negative")
        return self


class More(Customer):
    more: int = 0


class FrozenModel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)

    x: int


@pydantic.dataclasses.dataclass
class Data:
    x: int
    lines: list[int]


class Parcel(msgspec.Struct, rename="camel"):
    parcel_no: int
    weight: Decimal = Decimal(1)


class Row(msgspec.Struct, array_like=True):
    x: int
    y: str = ""


class Tagged(msgspec.Struct, tag="t", tag_field="kind"):
    x: int


class Crate(msgspec.Struct, Generic[T]):
    items: list[T]
    named: dict[str, T] = {}


class Branch(msgspec.Struct):
    value: int
    below: list[Branch] = []
    pair: tuple[Branch, int] | None = None


class Base(msgspec.Struct):
    x: int


class Derived(Base):
    y: int


class Holder(msgspec.Struct):
    base: Base
    data: Any = None
    by_number: dict[int, str] = {}


class HoldsLine(msgspec.Struct):
    line: Line


class ClosedStruct(msgspec.Struct, forbid_unknown_fields=True):
    x: int


class FrozenStruct(msgspec.Struct, frozen=True):
    x: int


@attrs.define
class Both:
    customer: Customer
    parcel: Parcel
    others: dict[str, Row]


WORD = "open sesame"
CUSTOMER = Customer(id=1, fullName="Ann", born=date(2000, 1, 2))
CUSTOMER_WIRE = {"id": 1, "fullName": "Ann", "born": "2000-01-02", "color": "red", "tags": {}}


@pytest.mark.parametrize(
    ("value", "type_", "wire"),
    numbered(
        [
            (CUSTOMER, Customer, CUSTOMER_WIRE),
            (Nested(customer=CUSTOMER), Nested, {"customer": CUSTOMER_WIRE, "customers": []}),
            (Feed[Customer](items=[CUSTOMER]), Feed[Customer], {"items": [CUSTOMER_WIRE]}),
            (Feed(items=[1, "x"]), Feed, {"items": [1, "x"]}),
            (Strict(id=ID, count=1), Strict, {"id": str(ID), "count": 1}),
            (Closed(), Closed, {"x": 0}),
            (Open(x=1, y=2), Open, {"x": 1, "y": 2}),
            (Tree(children=[Tree()]), Tree, {"children": [{"children": []}]}),
            (Numbers([1]), Numbers, [1]),
            (Computed(net=1), Computed, {"net": 1}),
            (Holds(data={"a": [1, None]}), Holds, {"data": {"a": [1, None]}}),
            (Excluded(), Excluded, {}),
            (Checked(x=0), Checked, {"x": 0}),
            (Data(1, [2]), Data, {"x": 1, "lines": [2]}),
            ([CUSTOMER], list[Customer], [CUSTOMER_WIRE]),
            (None, Customer | None, None),
            ({FrozenModel(x=1)}, set[FrozenModel], [{"x": 1}]),
            (Parcel(1), Parcel, {"parcelNo": 1, "weight": "1"}),
            (Row(1, "a"), Row, [1, "a"]),
            (Tagged(1), Tagged, {"kind": "t", "x": 1}),
            (Crate([Row(1)], {"a": Row(2)}), Crate[Row], {"items": [[1, ""]], "named": {"a": [2, ""]}}),
            (Crate([1]), Crate, {"items": [1], "named": {}}),
            (
                Branch(1, [Branch(2)], (Branch(3), 4)),
                Branch,
                {
                    "value": 1,
                    "below": [{"value": 2, "below": [], "pair": None}],
                    "pair": [{"value": 3, "below": [], "pair": None}, 4],
                },
            ),
            (Holder(Base(1), [1.5], {7: "x"}), Holder, {"base": {"x": 1}, "data": [1.5], "by_number": {"7": "x"}}),
            (HoldsLine(Line("x", 1)), HoldsLine, {"line": {"sku": "x", "qty": 1}}),
            (Both(CUSTOMER, Parcel(1), {"a": Row(1)}), Both, {
                "customer": CUSTOMER_WIRE, "parcel": {"parcelNo": 1, "weight": "1"}, "others": {"a": [1, ""]},
            }),
            (Customer(id=1, fullName="a") , Customer | int, {**CUSTOMER_WIRE, "fullName": "a", "born": None}),
            (Tagged(1), Tagged | ClosedStruct, {"$type": "Tagged", "kind": "t", "x": 1}),
            (ClosedStruct(1), Tagged | ClosedStruct | None, {"$type": "ClosedStruct", "x": 1}),
            (Closed(x=1), Closed | Customer, {"$type": "Closed", "x": 1}),
        ]
    ),
)  # fmt: skip
def test_round_trip(value, type_, wire):
    """Types 1: aliases, renamed fields, tags and arrays are as the library has them."""
    dumped, loaded = there_and_back(value, type_)

    assert wire == dumped
    assert (value, type(value)) == (loaded, type(loaded))


CHANGED = ", which does not come back the same from its JSON"


@pytest.mark.parametrize(
    ("value", "type_", "problem"),
    numbered(
        [
            (More(id=1, fullName="a"), Customer, "expected Customer, got More"),
            ({"id": 1}, Customer, "expected Customer, got dict"),
            (Nested(customer=More(id=1, fullName="a", more=2)), Nested, f"expected Nested, got Nested{CHANGED}"),
            (Secret(token=WORD), Secret, f"expected Secret, got Secret{CHANGED}"),
            (Excluded(x=1), Excluded, f"expected Excluded, got Excluded{CHANGED}"),
            (Float(x=float("nan")), Float, f"expected Float, got Float{CHANGED}"),
            (Float(x=float("inf")), Float, f"expected Float, got Float{CHANGED}"),
            (Holds(data=Decimal(1)), Holds, f"expected Holds, got Holds{CHANGED}"),
            (Holds(data=(1,)), Holds, f"expected Holds, got Holds{CHANGED}"),
            (
                Holds(data=threading.Lock()),
                Holds,
                "expected Holds, got Holds, of which pydantic says: Unable to seriali",
            ),
            (
                Failing(x=1),
                Failing,
                "expected Failing, got Failing, of which pydantic says: Error calling function `fail`",
            ),
            (
                TwoAliases(**{"in": "a"}),
                TwoAliases,
                "expected TwoAliases, got TwoAliases, of which pydantic says: 1 valid",
            ),
            (Customer.model_construct(id="x"), Customer, "expected Customer, got Customer, of which pydantic says: "),
            (Derived(1, 2), Base, "expected Base, got Derived"),
            (Holder(Derived(1, 2)), Holder, f"expected Holder, got Holder{CHANGED}"),
            (Holder(Base(1), Line("x", 1)), Holder, f"expected Holder, got Holder{CHANGED}"),
            (Holder(Base(1), {"a": [Decimal(1)]}), Holder, f"expected Holder, got Holder{CHANGED}"),
            (Holder(Base(1), (1,)), Holder, "expected Holder, got Holder, which "),
            (Holder(Base(1), {1: 2}), Holder, f"expected Holder, got Holder{CHANGED}"),
            (
                Holder(Base(1), float("nan")),
                Holder,
                "expected Holder, got Holder, which is no plain JSON data by msgspec's",
            ),
            (Holder(Base(1), threading.Lock()), Holder, "expected Holder, got Holder, of which msgspec says: "),
            (Parcel(1, 1), Parcel, f"expected Parcel, got Parcel{CHANGED}"),
            (Crate([1, 2.0]), Crate[float], f"expected Crate[float], got Crate{CHANGED}"),
        ]
    ),
)
def test_what_would_be_lost(value, type_, problem):
    """Types 6, 7: what its own rules would change, hide or leave out does not go out."""
    (met,) = problems_of(DEFAULT_WIRE.dump, value, type_)

    assert met.startswith(f"$: {problem}")


@pytest.mark.parametrize(
    ("value", "type_"), numbered([(Parcel("x"), Parcel), (Branch(1, [Branch("x")]), Branch), (Row(1, 2), Row)])
)
def test_struct_of_wrong_types(value, type_):
    """Types 4: a struct that was built with wrong types does not go out."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, value, type_)

    assert "Expected `" in problem


@pytest.mark.parametrize(
    ("type_", "wire", "problems"),
    numbered(
        [
            (Customer, {"id": "x"}, [
                "$.id: Input should be a valid integer, unable to parse string as an integer",
                "$.fullName: Field required",
            ]),
            (Nested, {"customer": CUSTOMER_WIRE, "customers": [CUSTOMER_WIRE, {"id": 1}]}, [
                "$.customers[1].fullName: Field required",
            ]),
            (list[Strict], [{"id": str(ID), "count": 1.5}], ["$[0].count: Input should be a valid integer"]),
            (Checked, {"x": -1}, ["$: Value error, x must not be negative"]),
            (Closed, {"y": 1}, ["$.y: Extra inputs are not permitted"]),
            (Customer, 5, ["$: Input should be an object"]),
            (Numbers, ["x"], ["$[0]: Input should be a valid integer, unable to parse string as an integer"]),
            (Parcel, {"parcelNo": "x"}, ["$.parcelNo: Expected `int`, got `str`"]),
            (Parcel, {}, ["$: Object missing required field `parcelNo`"]),
            (Row, [1, 2], ["$[1]: Expected `str`, got `int`"]),
            (Branch, {"value": 1, "below": [{"value": "x"}]}, ["$.below[0].value: Expected `int`, got `str`"]),
            (dict[str, Tagged], {"a": {"kind": "u", "x": 1}}, ["$['a'].kind: Invalid value 'u'"]),
            (ClosedStruct, {"x": 1, "y": 2}, ["$: Object contains unknown field `y`"]),
            (Parcel, "x", ["$: Expected `object`, got `str`"]),
            (Both, {"customer": {}, "parcel": {"parcelNo": 1.5}, "others": {"a": [None]}}, [
                "$.customer.id: Field required",
                "$.customer.fullName: Field required",
                "$.parcel.parcelNo: Expected `int`, got `float`",
                "$.others['a'][0]: Expected `int`, got `null`",
            ]),
        ]
    ),
)  # fmt: skip
def test_what_is_wrong(type_, wire, problems):
    """Types 5: what the library says, with the path to it, also inside of other records."""
    assert problems == problems_of(DEFAULT_WIRE.load, wire, type_)


@pytest.mark.parametrize("type_", [Customer, Parcel, Feed[int], Crate[int]], ids=str)
def test_object_of_another_class(type_):
    """Types 3: in place of a model or struct, a record of another class does not go out."""
    (problem,) = problems_of(DEFAULT_WIRE.dump, [Line("x", 1)], list[type_])

    assert problem.endswith(", got Line")


@pytest.mark.parametrize(
    ("type_", "wire", "problems"),
    numbered(
        [
            (Customer, {**CUSTOMER_WIRE, "colr": "red"}, ["$.colr: unexpected field; did you mean 'color'?"]),
            (list[Feed[int]], [{"items": [1], "zzz": 1}], ["$[0].zzz: unexpected field"]),
            (Parcel, {"parcelNo": 1, "parcel_no": 1}, ["$.parcel_no: unexpected field; did you mean 'parcelNo'?"]),
            (Closed, {"x": 1, "y": 2}, ["$.y: unexpected field"]),
        ]
    ),
)
def test_wire_form_of_a_caller(type_, wire, problems):
    """Types 10: what a caller passes in place of a model or struct must fit exactly, also if its library asks less."""
    assert problems == problems_of(DEFAULT_WIRE.load, wire, type_, exact=True)


@pytest.mark.parametrize(
    ("type_", "wire", "value"),
    numbered(
        [
            (Customer, CUSTOMER_WIRE, CUSTOMER),
            (Open, {"x": 1, "y": 2}, Open(x=1, y=2)),
            (Numbers, [1], Numbers([1])),
            (Row, [1, "a"], Row(1, "a")),
            (Tagged, {"kind": "t", "x": 1}, Tagged(1)),
            (Nested, {"customer": CUSTOMER_WIRE}, Nested(customer=CUSTOMER)),
            (Tagged | ClosedStruct, {"$type": "Tagged", "kind": "t", "x": 1}, Tagged(1)),
        ]
    ),
)
def test_wire_form_that_fits(type_, wire, value):
    """Types 10: what is its own wire form does."""
    assert value == DEFAULT_WIRE.load(wire, type_, exact=True)


@pytest.mark.parametrize(
    ("type_", "wire", "value"),
    numbered(
        [
            (Customer, {**CUSTOMER_WIRE, "new": 1}, CUSTOMER),
            (Parcel, {"parcelNo": 1, "new": 1}, Parcel(1)),
            (Row, [1, "a", "new"], Row(1, "a")),
        ]
    ),
)
def test_newer_sender(type_, wire, value):
    """Types 10: on the worker, what is new is ignored."""
    assert value == DEFAULT_WIRE.load(wire, type_)


# -- at declaration


class Unsupported(msgspec.Struct):
    inside: list[HoldsLock]


class HoldsLock(msgspec.Struct):
    lock: threading.Event
    again: list[HoldsLock] = []


class Ambiguous(msgspec.Struct):
    value: FrozenStruct | ClosedStruct


class HoldsLockModel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(arbitrary_types_allowed=True)

    lock: threading.Event


class Shape(enum.Enum):
    SQUARE = (1, 2)


class HoldsShape(msgspec.Struct):
    shape: Shape


@pytest.mark.parametrize(
    ("type_", "fix"),
    numbered(
        [
            (Unsupported, "msgspec knows no way for Event"),
            (Ambiguous, "msgspec says: "),
            (HoldsShape, "msgspec says: "),
            (HoldsLockModel, ""),
        ]
    ),
)
def test_refused(type_, fix):
    """Types 8: what the library has no way for is refused at declaration."""
    with pytest.raises(Refused) as caught:
        check_type(list[type_], "value")

    assert caught.value.where == "value[]"
    assert caught.value.fix.startswith(fix)


def test_named_in_the_error(app):
    """Types 8: with the task, the parameter, the type and the fix."""

    def store(named: dict[str, HoldsLock]) -> None: ...

    with pytest.raises(UnsupportedType) as caught:
        app.task(store)

    assert str(caught.value) == "store(): named{}: HoldsLock cannot travel to a worker: msgspec knows no way for Event"


class LaterModel(pydantic.BaseModel):
    value: DefinedLater  # noqa: F821 - on purpose


class LaterStruct(msgspec.Struct):
    value: DefinedLater  # noqa: F821 - on purpose


@pytest.mark.parametrize("cls", [LaterModel, LaterStruct])
def test_name_that_is_defined_later(app, cls):
    """Types 8, 9: a forward reference is asked for again at first use, which names it where it is still not defined."""

    def store(value: Any) -> int:
        return 1

    store.__annotations__["value"] = cls
    task = app.task(store)
    with pytest.raises(UnresolvedAnnotation, match="DefinedLater"):
        task.apply((1,))

    globals()["DefinedLater"] = int
    try:
        made = cls.model_validate({"value": 1}) if cls is LaterModel and cls.model_rebuild() else LaterStruct(1)
        assert task.apply((made,)).get() == 1
    finally:
        del globals()["DefinedLater"]


def test_literal_of_a_model_does_not_tell():
    """A model's own `Literal` field is its library's business: in a union there is a tag."""
    first = pydantic.create_model("First", kind=(Literal["a"], "a"))
    second = pydantic.create_model("Second", kind=(Literal["b"], "b"))

    assert there_and_back(second(), first | second) == ({"$type": "Second", "kind": "b"}, second())


def test_custom_hooks():
    """Types 14: a hook of the user's own wins over the library's rules."""
    converter = make_converter()
    converter.register_structure_hook(Secret, lambda text, _: Secret(token=text))
    converter.register_unstructure_hook(Secret, lambda value: value.token.get_secret_value())
    converter.register_structure_hook(HoldsLock, lambda _, __: HoldsLock(threading.Event()))
    converter.register_unstructure_hook(HoldsLock, lambda _: None)
    wire = Wire(WireSettings(converter=converter))

    assert there_and_back([Secret(token=WORD)], list[Secret], wire) == ([WORD], [Secret(token=WORD)])
    assert there_and_back(HoldsLock(threading.Event()), HoldsLock, wire)[0] is None


def test_without_pydantic():
    """Whoever has no model need not have the library: it is looked up where it is imported already."""
    code = """
import sys
from typedtasks._kinds import Refused, check_type
class Model: ...
try:
    check_type(Model, "value")
except Refused:
    print("pydantic" in sys.modules)
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "False\n"


def test_in_a_task(app):
    """Models and structs are arguments, results and progress like any record."""

    @app.task(progress=Row)
    def ship(customer: Customer, parcels: list[Parcel]) -> Feed[str]:
        return Feed[str](items=[customer.name, str(parcels[0].parcel_no)])

    assert ship.apply((CUSTOMER, [Parcel(7)])).get() == Feed[str](items=["Ann", "7"])
