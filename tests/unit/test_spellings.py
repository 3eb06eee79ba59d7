"""A task means the same however its annotations are written: evaluated, as strings, in the syntax of PEP 695."""

from __future__ import annotations
import __future__

import sys
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.strategies import same
from typedtasks._codec import TaskCodec
from typedtasks._declaration import Declaration
from typedtasks._types import plain_type

# What users write, with `{...}` where the syntax of PEP 695 differs.
MODULE = """\
import collections
import enum
import re
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Network
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Final, Generic, Literal, NewType, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

import attr
import attrs
import msgspec
from typing_extensions import NamedTuple, NotRequired, ReadOnly, Required, TypeAliasType, TypedDict

class Currency(enum.Enum):
    EUR = "EUR"
    USD = "USD"

class Level(enum.IntEnum):
    LOW = 1

class Mode(enum.Flag):
    READ = 1
    WRITE = 2

class Planet(enum.Enum):
    EARTH = (Decimal("5.97"), date(2020, 2, 29))

Sku = NewType("Sku", str)

@attr.s(auto_attribs=True)
class Line:
    sku: Sku
    qty: Final[int] = 1

@attrs.define(kw_only=True)
class Order:
    lines: list[Line]
    _note: "str | None" = attrs.field(default=None, alias="remark")

{variable}
@attrs.define
class Page{of_t}:
    items: list[T]
    next: "Page[T] | None" = None

@attrs.frozen
class Box{of_line}:
    item: N

@dataclass
class Pair{of_t}:
    first: T
    second: T
    scale: InitVar[int] = 1
    scaled: int = field(init=False, default=0)

    def __post_init__(self, scale):
        self.scaled = scale

class Row{named_of_t}:
    key: T
    value: float = 0.5

class Filter{dict_of_t}:
    field: Required[T]
    exact: NotRequired[bool]
    origin: ReadOnly[str]

class Struct(msgspec.Struct):
    name: str
    size: int = 1

@attrs.define
class Card:
    number: str
    kind: Literal["card"] = "card"

@dataclass
class Transfer:
    iban: str
    kind: Literal["transfer"] = "transfer"

@attrs.define
class Tree:
    value: int
    children: "list[Tree]" = attrs.Factory(list)

{aliases}
"""
CLASSIC = {
    "variable": 'T = TypeVar("T")\nN = TypeVar("N", bound=Line)',
    "of_t": "(Generic[T])",
    "of_line": "(Generic[N])",
    "named_of_t": "(NamedTuple, Generic[T])",
    "dict_of_t": "(TypedDict, Generic[T], total=False)",
    "aliases": """\
Orders = TypeAliasType("Orders", list[Order])
Both = TypeAliasType("Both", tuple[T, T], type_params=(T,))
Nested = TypeAliasType("Nested", "int | list[Nested]")""",
}
PEP_695 = {
    "variable": "",
    "of_t": "[T]",
    "of_line": "[N: Line]",
    "named_of_t": "[T](NamedTuple)",
    "dict_of_t": "[T](TypedDict, total=False)",
    "aliases": """\
type Orders = list[Order]
type Both[T] = tuple[T, T]
type Nested = int | list[Nested]""",
}

# Of each style: the syntax of the module, whether its annotations are strings, and the function.
STYLES: dict[str, tuple[dict[str, str], bool, str]] = {
    "evaluated": (CLASSIC, False, "def task(value: {0}) -> {0}: ..."),
    "future": (CLASSIC, True, "def task(value: {0}) -> {0}: ..."),
    "strings": (CLASSIC, False, "def task(value: {0!r}) -> {0!r}: ..."),
    "pep695": (PEP_695, False, "type Value = {0}\ndef task(value: Value) -> Value: ..."),
    "pep695-generic": (PEP_695, False, "type Value[V] = V\ndef task(value: Value[{0}]) -> Value[{0}]: ..."),
}

# Annotation, value, wire form.
ROWS: list[tuple[str, str, Any]] = [
    ("tuple[str, int, bool, None, float]", "('a', 1, True, None, 0.5)", ["a", 1, True, None, 0.5]),
    ("float", "float('nan')", "NaN"),
    ("bytes", "b'\\x00\\xff'", "AP8="),
    ("tuple[Decimal, Fraction, complex]", "(Decimal('1.50'), Fraction(3, 4), 1 + 2j)", ["1.50", "3/4", "(1+2j)"]),
    ("UUID | int", "UUID(int=7)", "00000000-0000-0000-0000-000000000007"),
    ("tuple[Path, PurePosixPath]", "(Path('a/b'), PurePosixPath('/c'))", ["a/b", "/c"]),
    (
        "tuple[IPv4Address, IPv4Network]",
        "(IPv4Address('127.0.0.1'), IPv4Network('10.0.0.0/8'))",
        ["127.0.0.1", "10.0.0.0/8"],
    ),
    ("tuple[ZoneInfo, re.Pattern[str]]", "(ZoneInfo('UTC'), re.compile('a+'))", ["UTC", "a+"]),
    (
        "tuple[datetime, date, time]",
        "(datetime(2020, 2, 29, 1, tzinfo=timezone.utc), date(2020, 2, 29), time(1, 2, 3, 4))",
        ["2020-02-29T01:00:00+00:00", "2020-02-29", "01:02:03.000004"],
    ),
    ("timedelta", "timedelta(days=1, microseconds=1)", "P1DT0.000001S"),
    (
        "tuple[Currency, Level, Mode, Planet]",
        "(Currency.EUR, Level.LOW, Mode.READ | Mode.WRITE, Planet.EARTH)",
        ["EUR", 1, 3, ["5.97", "2020-02-29"]],
    ),
    ("list[Literal['a', 1, None, Currency.EUR]]", "['a', 1, None, Currency.EUR]", ["a", 1, None, "EUR"]),
    ("Annotated[Sku, 'of an article']", "'a'", "a"),
    ("Orders", "[Order(lines=[])]", [{"lines": [], "remark": None}]),
    ("Both[Sku]", "('a', 'b')", ["a", "b"]),
    ("Nested", "[1, [2, []]]", [1, [2, []]]),
    ("tuple[list[int], Sequence[int], Iterable[int]]", "([1], [2], [3])", [[1], [2], [3]]),
    (
        "tuple[tuple[int, ...], deque[int], set[int], frozenset[int], AbstractSet[int]]",
        "((1,), deque([2]), {3}, frozenset([4]), {5})",
        [[1], [2], [3], [4], [5]],
    ),
    ("Row[int] | None", "Row(1)", [1, 0.5]),
    (
        "tuple[dict[str, int], Mapping[str, int], OrderedDict[str, int]]",
        "({'a': 1}, {'b': 2}, OrderedDict(c=3))",
        [{"a": 1}, {"b": 2}, {"c": 3}],
    ),
    (
        "tuple[defaultdict[str, list[int]], Counter[str]]",
        "(defaultdict(list, a=[1]), Counter('aab'))",
        [{"a": [1]}, {"a": 2, "b": 1}],
    ),
    (
        "tuple[dict[int, str], dict[float, str], dict[bool, str], dict[UUID, str], dict[Currency, str]]",
        "({1: 'a'}, {0.5: 'b'}, {True: 'c'}, {UUID(int=7): 'd'}, {Currency.USD: 'e'})",
        [{"1": "a"}, {"0.5": "b"}, {"true": "c"}, {"00000000-0000-0000-0000-000000000007": "d"}, {"USD": "e"}],
    ),
    (
        "tuple[dict[date, int], dict[Decimal, int]]",
        "({date(2020, 2, 29): 1}, {Decimal('1.5'): 2})",
        [{"2020-02-29": 1}, {"1.5": 2}],
    ),
    ("dict[tuple[int, str], Line]", "{(1, 'a'): Line('x')}", [[[1, "a"], {"sku": "x", "qty": 1}]]),
    ("Order", "Order(lines=[Line('x', 2)], remark='a')", {"lines": [{"sku": "x", "qty": 2}], "remark": "a"}),
    (
        "Page[Page[int]]",
        "Page([Page([1])], Page([]))",
        {"items": [{"items": [1], "next": None}], "next": {"items": [], "next": None}},
    ),
    ("Box[Line]", "Box(Line('x'))", {"item": {"sku": "x", "qty": 1}}),
    ("Pair[list[Line]]", "Pair([], [], scale=7)", {"first": [], "second": [], "scaled": 7}),
    ("Filter[Currency]", "{'field': Currency.EUR, 'origin': 'a'}", {"field": "EUR", "origin": "a"}),
    ("Struct", "Struct('a')", {"name": "a", "size": 1}),
    (
        "list[Line | Page[int]]",
        "[Line('x'), Page([1])]",
        [
            {"$type": "Line", "sku": "x", "qty": 1},
            {"$type": "Page", "items": [1], "next": None},
        ],
    ),
    ("Card | Transfer", "Transfer('DE')", {"iban": "DE", "kind": "transfer"}),
    (
        "list[int | str | None | list[int] | Line]",
        "[1, 'a', None, [1], Line('x')]",
        [
            *(1, "a", None, [1]),
            {"sku": "x", "qty": 1},
        ],
    ),
    ("Tree", "Tree(1, [Tree(2)])", {"value": 1, "children": [{"value": 2, "children": []}]}),
    ("tuple[Any, object]", "({'a': [1]}, None)", [{"a": [1]}, None]),
    ("dict[str, Any]", "{'__type__': 1, '__value__': 2}", {"typedtasks:__type__": 1, "__value__": 2}),
]


@pytest.fixture(scope="module")
def module() -> Iterator[Callable[[str], ModuleType]]:
    """Makes the module in a style, once."""
    made: dict[str, ModuleType] = {}

    with pytest.MonkeyPatch.context() as patch:

        def make(style: str) -> ModuleType:
            if style not in made:
                made[style] = ModuleType(f"tests.spelled_{len(made)}")
                patch.setitem(sys.modules, made[style].__name__, made[style])
                write(made[style], MODULE.format(**STYLES[style][0]), style)
            return made[style]

        yield make


def write(module: ModuleType, source: str, style: str) -> None:
    """Run a source text in a module."""
    flags = __future__.annotations.compiler_flag if STYLES[style][1] else 0
    exec(compile(source, module.__name__, "exec", flags, dont_inherit=True), vars(module))  # noqa: S102 - of this file


def declared(module: ModuleType, annotation: str, style: str) -> TaskCodec:
    """The traffic of a task with an annotation for its parameter and result."""
    write(module, STYLES[style][2].format(annotation), style)
    return Declaration(vars(module)["task"]).codec


NEWER = pytest.mark.skipif(sys.version_info < (3, 12), reason="PEP 695 is Python 3.12's")


@pytest.mark.parametrize(("annotation", "value", "wire"), ROWS, ids=[annotation for annotation, _, _ in ROWS])
@pytest.mark.parametrize(
    "style", [pytest.param(style, marks=NEWER if style.startswith("pep695") else ()) for style in STYLES]
)
def test_spelling(module, style, annotation, value, wire):
    """One signature and one wire form, in which the value arrives."""
    traffic = declared(module(style), annotation, style)
    given = eval(value, vars(module(style)))  # noqa: S307 - of this file

    sent = traffic.encode_arguments((given,), {}, exact=True)
    arrived = traffic.decode_arguments(*sent)
    result = traffic.decode_result(traffic.encode_result(given))

    assert ([wire], {}) == sent
    assert same(([given], {}), arrived)
    assert same(given, result)


@pytest.mark.parametrize("annotation", [annotation for annotation, _, _ in ROWS])
@pytest.mark.parametrize(
    "style", [pytest.param(style, marks=NEWER if style.startswith("pep695") else ()) for style in STYLES]
)
def test_signature(module, style, annotation):
    """The resolved annotation is the one that Python itself makes of the text."""
    signature = declared(module(style), annotation, style).signature
    expected = plain_type(eval(annotation, vars(module(style))))  # noqa: S307 - of this file

    assert [expected, expected] == [
        plain_type(signature.parameters[0].annotation),
        plain_type(signature.returns),
    ]
