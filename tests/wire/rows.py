"""What is in `v1/`: a file for each row, with the wire form that this and every later release reads and writes.

`python -m tests.wire` writes the files of new rows. It never changes one: a message may wait in a queue while the
worker is upgraded, so what was once written must be read for ever, and what is written must be read by older workers.

Type and value are source text, so that docs/reference/wire-format.md shows what a user writes.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import attrs

from tests.wire import classes
from tests.wire.classes import Order
from typedtasks import Problem
from typedtasks._codec import TaskCodec
from typedtasks._failures import dump_failure, load_failure
from typedtasks._signature import read_signature
from typedtasks._wire import Wire

__all__ = ["FOLDER", "NAMES", "ROWS", "WIRE", "Row", "path", "text"]

FOLDER = Path(__file__).parent / "v1"
WIRE = Wire()


# A stored failure names the module of its class, so these two stay in this one.
@attrs.define(kw_only=True)
class Declined(Exception):
    """An attrs exception."""

    order: Order
    reason: str

    def __str__(self) -> str:
        return self.reason


class OutOfStock(Exception):
    """A plain exception with state."""

    def __init__(self, sku: str, left: int) -> None:
        super().__init__(sku)
        self.left = left


def call(*args: Any, **kwargs: Any) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of a call."""
    return list(args), kwargs


NAMES: dict[str, Any] = {
    **vars(classes),
    "Declined": Declined,
    "OutOfStock": OutOfStock,
    "Problem": Problem,
    "call": call,
}
"""What the source text of the rows may name."""


@attrs.frozen(slots=False)
class Row:
    """A value and its type: an annotation, the function that is called, or the exception that is raised."""

    group: str
    name: str
    annotation: str
    source: str

    @cached_property
    def type(self) -> Any:
        """What the annotation names."""
        return eval(self.annotation, NAMES)  # noqa: S307 - our own text

    @cached_property
    def value(self) -> Any:
        """What the source makes."""
        return eval(self.source, NAMES)  # noqa: S307 - as above

    @cached_property
    def _ways(self) -> tuple[Callable[[Any], Any], Callable[[Any], Any]]:
        if inspect.isfunction(self.type):
            codec = TaskCodec(read_signature(self.type), WIRE)
            return (
                lambda called: list(codec.encode_arguments(*called, exact=True)),
                lambda wire: codec.decode_arguments(*wire),
            )
        if isinstance(self.type, type) and issubclass(self.type, Exception):
            return lambda exc: dump_failure(exc, WIRE), lambda document: load_failure(document, WIRE)
        return lambda value: WIRE.dump(value, self.type), lambda wire: WIRE.load(wire, self.type)

    def dump(self) -> Any:
        """How the value goes out."""
        return self._ways[0](self.value)

    def load(self, wire: Any) -> Any:
        """How it comes back."""
        return self._ways[1](wire)


ROWS = [
    Row("scalars", "str", "str", r'"ä€\U0001f600"'),
    Row("scalars", "int", "int", "-(10**49) - 1"),
    Row("scalars", "bool", "bool", "True"),
    Row("scalars", "none", "None", "None"),
    Row("scalars", "float", "list[float]", '[1.5, -0.0, 1e300, float("inf"), float("-inf")]'),
    Row("scalars", "float-nan", "float", 'float("nan")'),
    Row("scalars", "bytes", "bytes", r'b"\x00\xff"'),
    Row("scalars", "decimal", "list[Decimal]", '[Decimal("1.50"), Decimal("-0E+3")]'),
    Row("scalars", "decimal-special", "list[Decimal]", '[Decimal("NaN"), Decimal("-Infinity")]'),
    Row("scalars", "fraction", "Fraction", "Fraction(3, 4)"),
    Row("scalars", "complex", "complex", "1 + 2j"),
    Row("scalars", "uuid", "UUID", "ID"),
    Row("scalars", "path", "Path", 'Path("orders.csv")'),
    Row("scalars", "path-pure", "PurePath", 'PurePath("orders.csv")'),
    Row("scalars", "path-pure-posix", "PurePosixPath", 'PurePosixPath("/srv/orders.csv")'),
    Row("scalars", "path-pure-windows", "PureWindowsPath", r'PureWindowsPath(r"C:\orders.csv")'),
    Row("scalars", "ipv4-address", "IPv4Address", 'IPv4Address("192.0.2.1")'),
    Row("scalars", "ipv4-interface", "IPv4Interface", 'IPv4Interface("192.0.2.1/24")'),
    Row("scalars", "ipv4-network", "IPv4Network", 'IPv4Network("192.0.2.0/24")'),
    Row("scalars", "ipv6-address", "IPv6Address", 'IPv6Address("2001:db8::1")'),
    Row("scalars", "ipv6-interface", "IPv6Interface", 'IPv6Interface("2001:db8::1/64")'),
    Row("scalars", "ipv6-network", "IPv6Network", 'IPv6Network("2001:db8::/32")'),
    Row("scalars", "zoneinfo", "ZoneInfo", 'ZoneInfo("Europe/Berlin")'),
    Row("scalars", "pattern", "re.Pattern[str]", r're.compile(r"(?i)[a-z]+-\d{4}")'),
    Row("times", "datetime-naive", "datetime", "datetime(2024, 2, 29, 12, 30, 1)"),
    Row("times", "datetime-aware", "datetime", "datetime(2024, 2, 29, 12, 30, 1, 5, PLUS_TWO)"),
    Row("times", "datetime-utc", "datetime", "datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)"),
    Row("times", "date", "date", "date(2024, 2, 29)"),
    Row("times", "time", "list[time]", "[time(12, 30), time(12, 30, 0, 1, PLUS_TWO)]"),
    Row(
        "times",
        "timedelta",
        "list[timedelta]",
        "[timedelta(0), timedelta(days=1, seconds=2, microseconds=3), -timedelta(1)]",
    ),
    Row("enums", "enum", "Currency", "Currency.EUR"),
    Row("enums", "enum-str", "Color", "Color.RED"),
    Row("enums", "enum-strenum", "Shipping", "Shipping.AIR"),
    Row("enums", "enum-int", "Level", "Level.HIGH"),
    Row("enums", "enum-flag", "list[Mode]", "[Mode(0), Mode.READ | Mode.WRITE]"),
    Row("enums", "enum-int-flag", "Rights", "Rights.OPEN | Rights.SIGN"),
    Row("enums", "enum-mixed", "list[Answer]", "[Answer.YES, Answer.MANY, Answer.HALF, Answer.LATER]"),
    Row("enums", "enum-decimal", "Fee", "Fee.EXPRESS"),
    Row("enums", "enum-tuple", "Corner", "Corner.FAR"),
    Row("enums", "enum-date", "Holiday", "Holiday.NEW_YEAR"),
    Row("enums", "enum-record", "Planet", "Planet.EARTH"),
    Row("stands-for", "literal-str", 'Literal["small", "large"]', '"large"'),
    Row("stands-for", "literal-mixed", 'list[Literal[1, True, "auto", None]]', '[1, True, "auto", None]'),
    Row("stands-for", "literal-enum", "Literal[Currency.EUR, Level.HIGH]", "Currency.EUR"),
    Row("stands-for", "literal-bytes", r'Literal[b"\x00", b"\xff"]', r'b"\xff"'),
    Row("stands-for", "newtype", "Sku", 'Sku("x")'),
    Row("stands-for", "annotated", 'Annotated[int, "metadata"]', "7"),
    Row("stands-for", "alias", "Weight", 'Decimal("1.50")'),
    Row("stands-for", "alias-generic", "Pair[int]", "(1, 2)"),
    Row("stands-for", "final", "Meter", 'Meter("m1")'),
    Row("stands-for", "any", "Any", '{"__type__": "x", "$type": [1, 1.5, True, None, {"deep": []}]}'),
    Row("stands-for", "object", "object", '{"$model": "x", "a": [1, None]}'),
    Row("stands-for", "any-escaped", "Any", '{"__type__": "x", "__value__": {"__type__": 1, "__value__": []}}'),
    Row("containers", "list", "list[list[int]]", "[[], [1, 2]]"),
    Row("containers", "list-bare", "list", '["a", 1, None]'),
    Row("containers", "sequence", "Sequence[date]", "[date(2024, 2, 29)]"),
    Row("containers", "mutable-sequence", "MutableSequence[int]", "[1, 2]"),
    Row("containers", "collection", "Collection[int]", "[1, 2]"),
    Row("containers", "iterable", "Iterable[int]", "[1, 2]"),
    Row("containers", "tuple", "tuple[int, Line, str]", '(1, Line("x", 1), "y")'),
    Row("containers", "tuple-any-length", "tuple[Decimal, ...]", "(Decimal(1), Decimal(2))"),
    Row("containers", "tuple-empty", "tuple[()]", "()"),
    Row("containers", "deque", "deque[int]", "deque([1, 2])"),
    Row("containers", "set", "set[int]", "{1, 2, 3}"),
    Row("containers", "frozenset", "frozenset[Currency]", "frozenset({Currency.EUR})"),
    Row("containers", "abstract-set", "AbstractSet[int]", "{1, 2, 3}"),
    Row("containers", "mutable-set", "MutableSet[int]", "{1, 2, 3}"),
    Row("containers", "dict", "dict[str, Line]", '{"a": Line("x", 1), "": Line("y", 2)}'),
    Row("containers", "dict-bare", "dict", '{"a": [1, None]}'),
    Row("containers", "mapping", "Mapping[str, int]", '{"a": 1}'),
    Row("containers", "mutable-mapping", "MutableMapping[str, int]", '{"a": 1}'),
    Row("containers", "ordered-dict", "OrderedDict[str, int]", "OrderedDict(b=1, a=2)"),
    Row("containers", "defaultdict", "defaultdict[str, list[int]]", 'defaultdict(list, {"a": [1, 2]})'),
    Row("containers", "counter", "Counter[str]", 'Counter("tea")'),
    Row("containers", "counter-bare", "Counter", 'Counter("tea")'),
    Row("containers", "optional", "list[Line | None]", '[None, Line("x", 1)]'),
    Row("containers", "dict-escaped", "dict[str, int]", '{"__type__": 1, "__value__": 2}'),
    Row(
        "keys",
        "dict-keys",
        "dict[UUID, dict[date, dict[Currency, int]]]",
        "{ID: {date(2024, 1, 1): {Currency.EUR: 1}}}",
    ),
    Row("keys", "keys-int", "dict[int, str]", '{7: "a", -1: "b"}'),
    Row("keys", "keys-bool", "dict[bool, str]", '{True: "a", False: "b"}'),
    Row("keys", "keys-float", "dict[float, str]", '{1.5: "a", 2.0: "b", 1e300: "c", float("inf"): "d"}'),
    Row("keys", "keys-bytes", "dict[bytes, str]", r'{b"\xff": "a"}'),
    Row("keys", "keys-decimal", "dict[Decimal, str]", '{Decimal("1.50"): "a"}'),
    Row("keys", "keys-fraction", "dict[Fraction, str]", '{Fraction(3, 4): "a"}'),
    Row("keys", "keys-complex", "dict[complex, str]", '{1 + 2j: "a"}'),
    Row("keys", "keys-uuid", "dict[UUID, str]", '{ID: "a"}'),
    Row("keys", "keys-date", "dict[date, str]", '{date(2024, 2, 29): "a"}'),
    Row("keys", "keys-datetime", "dict[datetime, str]", '{datetime(2024, 2, 29, 12, 30): "a"}'),
    Row("keys", "keys-time", "dict[time, str]", '{time(12, 30): "a"}'),
    Row("keys", "keys-timedelta", "dict[timedelta, str]", '{timedelta(hours=1): "a"}'),
    Row("keys", "keys-path", "dict[PurePosixPath, str]", '{PurePosixPath("/srv"): "a"}'),
    Row("keys", "keys-ip", "dict[IPv4Address, str]", '{IPv4Address("192.0.2.1"): "a"}'),
    Row("keys", "keys-zoneinfo", "dict[ZoneInfo, str]", '{ZoneInfo("Europe/Berlin"): "a"}'),
    Row("keys", "keys-enum", "dict[Currency, str]", '{Currency.EUR: "a"}'),
    Row("keys", "keys-enum-int", "dict[Level, str]", '{Level.HIGH: "a"}'),
    Row("keys", "keys-enum-flag", "dict[Mode, str]", '{Mode.READ | Mode.WRITE: "a"}'),
    Row("keys", "keys-literal", 'dict[Literal["s", "l"], int]', '{"s": 1, "l": 2}'),
    Row("keys", "keys-literal-enum", "dict[Literal[Currency.EUR], int]", "{Currency.EUR: 1}"),
    Row("keys", "keys-newtype", "dict[Sku, int]", '{Sku("x"): 1}'),
    Row("keys", "keys-enum-mixed", "dict[Answer, str]", '{Answer.MANY: "a", Answer.LATER: "b"}'),
    Row("keys", "keys-enum-tuple", "dict[Corner, str]", '{Corner.FAR: "a"}'),
    Row("keys", "keys-tuple", "dict[tuple[int, str], bool]", '{(1, "a"): True, (2, "b"): False}'),
    Row("keys", "keys-named-tuple", "dict[Point, str]", '{Point(1, 2): "a"}'),
    Row("keys", "keys-record", "Mapping[Card, int]", '{Card("4111"): 3}'),
    Row("keys", "keys-optional", "dict[str | None, int]", '{None: 1, "a": 2}'),
    Row("keys", "keys-union", "dict[int | str, int]", '{7: 1, "7": 2}'),
    Row("keys", "keys-frozenset", "dict[frozenset[int], str]", '{frozenset({1, 2}): "a"}'),
    Row("keys", "keys-counter", "Counter[tuple[int, int]]", "Counter({(1, 2): 3})"),
    Row("keys", "keys-ordered-dict", "OrderedDict[tuple[int, int], str]", 'OrderedDict({(1, 2): "a"})'),
    Row("keys", "keys-defaultdict", "defaultdict[Point, int]", "defaultdict(int, {Point(1): 3})"),
    Row("attrs", "record", "Order", "ORDER"),
    Row("attrs", "record-classic", "Classic", 'Classic(Line("x", 1), [None, {"a": 1}])'),
    Row("attrs", "record-frozen", "Address", 'Address(street="Kouter 1", code="b-9000")'),
    Row("attrs", "record-inherited", "Gift", 'Gift("x", 1, "Dear Ann")'),
    Row("attrs", "record-sensitive", "Login", 'Login("ann", "s3cret")'),
    Row("recursive", "record-recursive", "Node", "Node(1, [Node(2), Node(3, [Node(4)])])"),
    Row("recursive", "record-mutual", "Team", 'Team([Person("ann", Team([Person("bob")]))])'),
    Row("recursive", "alias-recursive", "Tree", "[1, [2, [], 3]]"),
    Row("generic", "generic", "Page[Order]", "Page([ORDER])"),
    Row("generic", "generic-scalar", "Page[date]", 'Page([date(2024, 2, 29)], "p2")'),
    Row("generic", "generic-bounded", "Best[Line]", 'Best(Line("x", 1))'),
    Row("generic", "generic-nested", "Page[Page[Line]]", 'Page([Page([Line("x", 1)])])'),
    Row("generic", "generic-inherited", "LinePage", 'LinePage([Line("x", 1)], None, 1)'),
    Row("generic", "generic-recursive", "Branch[Decimal]", "Branch(Decimal(1), [Branch(Decimal(2))])"),
    Row("generic", "generic-bare", "Page", 'Page([1, {"a": None}])'),
    Row("dataclasses", "dataclass", "Stop", 'Stop("Ghent", time(12, 30))'),
    Row("dataclasses", "dataclass-slots", "Stamp", 'Stamp(by="ann")'),
    Row("dataclasses", "dataclass-initvar", "Price", 'Price(Decimal(10), rate=Decimal("1.2"))'),
    Row("dataclasses", "dataclass-generic", "Range[date]", "Range(date(2024, 1, 1), date(2024, 2, 29))"),
    Row("typed-dicts", "typed-dict", "list[Label]", '[{"text": "new"}, {"text": "old", "color": Color.RED}]'),
    Row("typed-dicts", "typed-dict-required", "Patch", '{"id": 7}'),
    Row("typed-dicts", "typed-dict-generic", "Box[Decimal]", '{"content": Decimal("1.50")}'),
    Row("named-tuples", "named-tuple", "Point", "Point(1)"),
    Row("named-tuples", "named-tuple-generic", "Entry[date]", 'Entry("a", date(2024, 2, 29))'),
    Row("others", "pydantic", "Customer", 'Customer(id=7, fullName="Ann", born=date(1990, 5, 1))'),
    Row("others", "pydantic-generic", "Feed[int]", "Feed[int](items=[1, 2])"),
    Row("others", "msgspec", "Parcel", 'Parcel(7, Decimal("1.50"))'),
    Row("others", "msgspec-generic", "Crate[date]", "Crate([date(2024, 2, 29)])"),
    Row("unions", "union-records", "list[Card | Transfer]", '[Card("4111"), Transfer("BE68 5390", "Ann")]'),
    Row(
        "unions",
        "union-libraries",
        "list[Card | Stop | Customer | Parcel]",
        '[Card("4111"), Stop("Ghent"), Customer(id=7, fullName="Ann"), Parcel(7)]',
    ),
    Row("unions", "union-literal", "list[Paid | Refunded]", "[Paid(Decimal(1)), Refunded(Decimal(2))]"),
    Row(
        "unions",
        "union-typed-dicts",
        "list[Added | Removed]",
        '[{"event": "added", "sku": "x"}, {"event": "removed", "on": date(2024, 2, 29)}]',
    ),
    Row("unions", "union-typed-dict-record", "list[Label | Card]", '[{"text": "new"}, Card("4111")]'),
    Row("unions", "union-recursive", "list[Node | Card]", '[Node(1, [Node(2)]), Card("4111")]'),
    Row("unions", "union-scalars", "list[int | str | bool | None]", '[7, "7", True, None]'),
    Row("unions", "union-numbers", "list[int | float]", '[7, 7.0, 1.5, float("nan")]'),
    Row("unions", "union-date-number", "list[date | int]", "[date(2024, 2, 29), 7]"),
    Row("unions", "union-containers", "list[int | list[int] | dict[str, int]]", '[1, [2], {"a": 3}]'),
    Row(
        "unions",
        "union-mixed",
        "list[Card | Transfer | list[Line] | str | None]",
        '[Card("4111"), [Line("x", 1)], "cash", None]',
    ),
    Row("unions", "union-enum", "list[Currency | Level]", "[Currency.EUR, Level.HIGH]"),
    Row("unions", "union-fields", "dict[str, Page[Card | Transfer]]", '{"p": Page([Card("4111")])}'),
    Row("arguments", "arguments", "charge", 'call(ORDER, 3, Line("x", 1), currency=Currency.EUR, fee=Decimal("0.5"))'),
    Row("arguments", "arguments-unpack", "pack", 'call(Line("x", 1), layers=2, fragile=True)'),
    Row("failures", "failure-attrs", "Declined", 'Declined(order=ORDER, reason="no money")'),
    Row("failures", "failure-plain", "OutOfStock", 'OutOfStock("x", 3)'),
    Row("failures", "problem", "Problem", 'Problem("$.order", "missing")'),
]


def path(row: Row) -> Path:
    """The row's file."""
    return FOLDER / f"{row.name}.json"


def text(row: Row) -> str:
    """What this release writes into it."""
    return json.dumps(row.dump(), indent=2, allow_nan=False) + "\n"
