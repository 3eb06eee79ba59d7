"""What is read beside what is written, and what is refused: at a call, and at declaration.

As in the rows, annotations and values are source text. The messages are nowhere in here: docs/reference/wire-format.md
shows what the library says, and a test tells when that is no longer so.
"""

from __future__ import annotations

import json
from typing import Any

import attrs

from tests.wire.rows import NAMES, WIRE
from typedtasks import InvalidArguments, UnsupportedType
from typedtasks._codec import TaskCodec
from typedtasks._signature import read_signature

__all__ = [
    "ARRIVING",
    "READ",
    "REFUSED_TYPES",
    "REFUSED_VALUES",
    "Arriving",
    "Read",
    "RefusedType",
    "RefusedValue",
]


def _named(source: str) -> Any:
    return eval(source, NAMES)  # noqa: S307 - our own text


def _codec(annotation: str) -> TaskCodec:
    """Of a task with one parameter."""

    def task(value): ...

    task.__annotations__["value"] = _named(annotation)
    return TaskCodec(read_signature(task), WIRE)


@attrs.frozen
class Arriving:
    """What is taken where an annotation says less than a class, and what comes of it."""

    annotation: str
    source: str
    arrives: str

    def travel(self) -> Any:
        """The object at the other end."""
        type_ = _named(self.annotation)
        return WIRE.load(WIRE.dump(_named(self.source), type_), type_)

    def expected(self) -> Any:
        """What it should be."""
        return _named(self.arrives)


@attrs.frozen
class Read:
    """JSON that nothing here writes, and what it is read as."""

    annotation: str
    json: str
    source: str

    def load(self) -> Any:
        """The object."""
        return WIRE.load(json.loads(self.json), _named(self.annotation))

    def expected(self) -> Any:
        """What it should be."""
        return _named(self.source)


@attrs.frozen
class RefusedValue:
    """What a caller may not pass."""

    annotation: str
    source: str

    def message(self) -> str:
        """What `delay` says; paths begin at the value."""
        codec = _codec(self.annotation)
        try:
            codec.encode_arguments([_named(self.source)], {}, exact=True)
        except InvalidArguments as exc:
            return "; ".join(str(problem).replace("$.value", "$").removeprefix("$: ") for problem in exc.problems)
        raise AssertionError(f"accepted: {self}")


@attrs.frozen
class RefusedType:
    """What cannot be declared."""

    annotation: str

    def message(self) -> str:
        """The end of what the decorator says, what to write instead, and before it the way to where it is wrong."""
        try:
            _codec(self.annotation)
        except UnsupportedType as exc:
            below = exc.where.removeprefix("value")
            return f"`{below}`: {exc.fix}" if below else exc.fix
        raise AssertionError(f"accepted: {self}")


ARRIVING = [
    Arriving("Sequence[int]", "(1, 2)", "[1, 2]"),
    Arriving("Collection[int]", "(1, 2)", "[1, 2]"),
    Arriving("Iterable[int]", "(1, 2)", "[1, 2]"),
    Arriving("AbstractSet[int]", "frozenset({1, 2})", "{1, 2}"),
    Arriving("float", "7", "7.0"),
    Arriving(
        "datetime",
        'datetime(2026, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))',
        "datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=1)))",
    ),
    Arriving("PurePosixPath", 'Path("/srv/orders.csv")', 'PurePosixPath("/srv/orders.csv")'),
]

READ = [
    Read("float", "7", "7.0"),
    Read("datetime", '"2024-02-29T12:30:00Z"', "datetime(2024, 2, 29, 12, 30, tzinfo=timezone.utc)"),
    Read("UUID", '"0B54A1CF-7F4C-4B59-9E0C-6F5F3A1F2C1D"', "ID"),
    Read("timedelta", '"PT1H30M"', "timedelta(hours=1, minutes=30)"),
    Read("Order", '{"id": "0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d", "sum": "1"}', "Order(ID, Decimal(1))"),
    Read("Line", '{"sku": "x", "qty": 1, "gift": true}', 'Line("x", 1)'),
    Read("Card", '{"$type": "Card", "number": "4111"}', 'Card("4111")'),
    Read("Card | Transfer", '{"number": "4111"}', 'Card("4111")'),
    Read("Card | Transfer", '{"iban": "BE68 5390"}', 'Transfer("BE68 5390")'),
    Read("Card | Transfer", '{"number": "4111", "cvc": 7}', 'Card("4111")'),
    Read("Card | Transfer", '{"number": "4111", "$type": "Card"}', 'Card("4111")'),
    Read("Card | None", '{"$type": "Card", "number": "4111"}', 'Card("4111")'),
    Read("Paid | Refunded", '{"kind": "refunded", "amount": "2"}', "Refunded(Decimal(2))"),
    Read("int | float", "7", "7"),
    Read("float | None", "7", "7.0"),
]

REFUSED_VALUES = [
    RefusedValue("int", '"7"'),
    RefusedValue("int", "7.0"),
    RefusedValue("int", "True"),
    RefusedValue("float", '"7"'),
    RefusedValue("str", "7"),
    RefusedValue("str", "None"),
    RefusedValue("bool", '"false"'),
    RefusedValue("list[str]", '"abc"'),
    RefusedValue("Sequence[str]", '"abc"'),
    RefusedValue("list[int]", "(1, 2)"),
    RefusedValue("tuple[int, str]", "(1,)"),
    RefusedValue("set[int]", "frozenset({1})"),
    RefusedValue("dict[str, int]", '[("a", 1)]'),
    RefusedValue("defaultdict[str, int]", "defaultdict(lambda: 7)"),
    RefusedValue("Iterable[int]", "(n for n in [1, 2])"),
    RefusedValue("deque[int]", "deque([1], maxlen=5)"),
    RefusedValue("UUID", '"{0f8fad5b-d9cb-469f-a165-70867728950e}"'),
    RefusedValue("re.Pattern[str]", 're.compile("a", re.IGNORECASE)'),
    RefusedValue("Currency", '"GBP"'),
    RefusedValue("Currency", "Level.LOW"),
    RefusedValue('Literal["small", "large"]', '"big"'),
    RefusedValue("Line", '{"sku": "x", "quantity": 1}'),
    RefusedValue("Line", 'Line("x", "7")'),
    RefusedValue("list[Line]", '[Line("x", 1), Line("y", None)]'),
    RefusedValue("Line", 'Express("x", 1, "Ann")'),
    RefusedValue("Login", 'Login("ann", 7)'),
    RefusedValue("Any", 'Line("x", 1)'),
    RefusedValue("Classic", 'Classic(Line("x", 1), Line("y", 2))'),
    RefusedValue("Page[int]", 'Page(["7"])'),
    RefusedValue("Label", '{"text": "new", "colour": Color.RED}'),
    RefusedValue("int | str", "7.0"),
    RefusedValue("float | str", 'float("nan")'),
    RefusedValue("Card | Transfer", 'Line("x", 1)'),
    RefusedValue("Card | Transfer", '{"$type": "Cash"}'),
    RefusedValue("Card | Transfer", '{"name": "Ann"}'),
    RefusedValue("Stop | Town", '{"city": "Ghent"}'),
]

REFUSED_TYPES = [
    RefusedType("Callable[[int], str]"),
    RefusedType("threading.Lock"),
    RefusedType("Iterator[int]"),
    RefusedType("Generator[int, None, None]"),
    RefusedType("TextIO"),
    RefusedType("type[Line]"),
    RefusedType("Job"),
    RefusedType("bytearray"),
    RefusedType("re.Pattern[bytes]"),
    RefusedType("str | UUID"),
    RefusedType("date | datetime"),
    RefusedType("list[Card] | set[Card]"),
    RefusedType("str | Literal[1, 'a']"),
    RefusedType("Card | dict[str, int]"),
    RefusedType("Card | Bank.Card"),
    RefusedType("Page[Card] | Page[Transfer]"),
    RefusedType("Label | Patch"),
    RefusedType("int | Any"),
    RefusedType("Twins"),
    RefusedType("set[list[int]]"),
    RefusedType("dict[Line, int]"),
]
