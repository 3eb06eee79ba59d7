"""What would change or be lost on the way, hang or fail in a raw way, and is refused instead."""

from __future__ import annotations

import enum
import math
from typing import Annotated, Any, Literal

import attrs
import pytest

from tests.unit.helpers import problems_of
from typedtasks import InvalidArguments, Sensitive, TypedCelery, UnsupportedType, make_converter
from typedtasks._declaration import Declaration
from typedtasks._failures import dump_failure, load_failure
from typedtasks._fields import is_sensitive
from typedtasks._kinds import Refused, check_type
from typedtasks._wire import DEFAULT_WIRE, Wire, WireSettings


class Colour(enum.IntEnum):
    """An enum of integers."""

    RED = 1


@attrs.frozen
class Left:
    """One of two records that nothing tells apart but a tag."""

    inner: Left | Right | None = None


@attrs.frozen
class Right:
    """The other one."""

    inner: Left | Right | None = None


@attrs.define
class Order:
    """A record."""

    id: str


class Special(Order):
    """Not decorated, with a constructor of its own."""

    def __init__(self, id: str, note: str = "") -> None:  # noqa: A002 - the name of the field
        super().__init__(id)
        self.note = note


class Extended(Order):
    """Not decorated, with an annotation of its own."""

    note: str = ""


class Renamed(Order):
    """Not decorated, with nothing that would be lost."""


class Broken(Exception):
    """Cannot be made again."""

    def __new__(cls, *args):
        """Only without arguments."""
        if args == ("again",):
            raise KeyError(args)
        return super().__new__(cls, *args)


@attrs.define
class Misspelt(Exception):
    """Has an annotation that cannot be read."""

    value: 1 / 0


@pytest.mark.parametrize("depth", [10, 40])
def test_untagged_in_each_other(depth):
    """Types 12: records that say nowhere which they are cost no more than a few tries, however deep they are."""
    value: Any = None
    for _ in range(depth):
        value = {"inner": value}

    (problem,) = problems_of(DEFAULT_WIRE.load, value, Left | Right)

    assert problem == "$: expected Left | Right, got dict that fits none of them and has no '$type'"


def test_untagged():
    """One that says which it is does not speak for those around it."""
    tagged = {"inner": {"inner": {"$type": "Right", "inner": None}}}

    problems = problems_of(DEFAULT_WIRE.load, tagged, Left | Right)

    assert problems == ["$: expected Left | Right, got dict that fits none of them and has no '$type'"]


@pytest.mark.parametrize("names", ["typedtasks:__type__", "__type__"])
def test_names_that_are_escaped(names):
    """Types 11: keyword arguments of which the two would get other names are refused, by callers and by workers."""

    def task(value: Any = None, **more: Any) -> None: ...

    codec = Declaration(task).codec
    for named in ({names: 1, "__value__": 2}, {"value": 0, names: 1, "__value__": 2}):
        with pytest.raises(InvalidArguments):
            codec.encode_arguments((), named, exact=True)
        with pytest.raises(InvalidArguments):
            codec.decode_arguments((), named)


def test_field_of_none():
    """Types 3: a field annotated with None takes nothing else."""
    record = attrs.make_class("Nothing", {"a": attrs.field(type=int)})
    nothing = attrs.define(type("Nothing", (), {"__annotations__": {"a": None}}))

    assert problems_of(Wire().dump, nothing(7), nothing) == ["$.a: expected None, got int 7"]
    assert Wire().dump(record(7), record) == {"a": 7}


def test_shared_lists():
    """Types 12: a list that stands twice in each of 60 lists would be written 2**60 times."""
    value: Any = [1]
    for _ in range(60):
        value = [value, value]

    wire = DEFAULT_WIRE.dump_or_wire(value, Any)

    (problem,) = problems_of(DEFAULT_WIRE.load, wire, Any)

    assert problem.endswith("got list, more than 16,777,216 arrays and objects")


@pytest.mark.parametrize(
    ("type_", "value", "problem"),
    [
        (
            dict[float, int],
            {math.nan: 1, float("nan"): 2},
            "$: expected dict[float, int], got dict, two of whose keys travel as the same",
        ),
        (
            float | Colour,
            1,
            "$: expected float | Colour, got int 1, which travels as an integer, as another member does",
        ),
        (Order, 5, "$: expected Order, got int 5"),
    ],
)
def test_not_sent(type_, value, problem):
    """Types 1: what would arrive as something else does not go out."""
    assert problems_of(Wire().dump, value, type_) == [problem]


@pytest.mark.parametrize(
    ("type_", "value", "expected"),
    [(float | Colour, Colour.RED, 1), (float | Literal[3], 3, 3), (float | Literal[3], 4.0, 4.0)],
)
def test_sent(type_, value, expected):
    """Beside a float, an integer is what another member says."""
    assert Wire().dump(value, type_) == expected


@pytest.mark.parametrize("type_", [Special, Extended])
def test_undecorated(type_):
    """Types 6: what a class adds to the record that it inherits from, without being one, would be lost."""
    with pytest.raises(Refused) as caught:
        check_type(type_, "order")

    assert caught.value.fix == "decorate it as its base class is: what it adds would be lost"


def test_undecorated_without_more():
    """One that adds nothing arrives."""
    assert DEFAULT_WIRE.load(DEFAULT_WIRE.dump(Renamed("a"), Renamed), Renamed) == Renamed("a")


def test_accepted_elsewhere():
    """Types 8: what was accepted by the rules alone is looked at again for a task with hooks of its own."""
    converter = make_converter()
    converter.register_structure_hook(Order, lambda value, _: Order(value))
    converter.register_unstructure_hook(Order, lambda order: order.id)
    type_ = Order | int
    check_type(type_, "order")

    with pytest.raises(Refused):
        check_type(type_, "order", is_custom=Wire(WireSettings(converter)).is_custom)


@pytest.mark.parametrize("annotation", ["1/0", "[][0]", "int('x')", "", "Literal[()]"])
def test_annotation_that_cannot_be_read(annotation):
    """Types 8: whatever an annotation raises, it is told of the task."""

    def task(value): ...

    task.__annotations__ = {"value": annotation}

    with pytest.raises(UnsupportedType):
        Declaration(task).check()


def test_hook_that_is_not_hashable():
    """Types 14: a hook may be any callable."""

    @attrs.define
    class Hook:
        def __call__(self, value, _):
            return Order(value["key"])

    converter = make_converter()
    converter.register_structure_hook(Order, Hook())

    assert Wire(WireSettings(converter)).load({"key": "a"}, Order) == Order("a")


def test_value_that_cannot_be_asked():
    """A proxy of nothing is told of, and not what it raises."""

    class Proxy:
        @property
        def __class__(self):
            raise RuntimeError("outside of a request")

    app = TypedCelery("shop", broker="memory://")

    @app.task
    def pack(order: Order) -> None: ...

    with pytest.raises(InvalidArguments) as caught:
        pack.delay(Proxy())

    assert "which raised RuntimeError" in str(caught.value)


def test_failure_that_cannot_travel():
    """What is wrong with an exception's class never takes the place of the failure."""
    assert dump_failure(Misspelt(1), DEFAULT_WIRE)["type"].endswith(":Misspelt")
    assert str(load_failure({"type": f"{__name__}:Broken", "message": "lost", "args": ["again"]}, DEFAULT_WIRE)) == (
        f"{__name__}.Broken: lost"
    )


def test_mark_of_a_subclass():
    """Types 13: a mark may be of a class of the user's own."""

    class Secret(Sensitive):
        pass

    assert is_sensitive(Annotated[str, Secret()])
