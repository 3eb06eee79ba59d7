"""What a message says of types and values, and what it does not."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any, Optional

import attrs
import pytest

import typedtasks
from tests.unit.helpers import through_pickle
from tests.unit.records import Line, Order
from typedtasks import (
    IgnoredResult,
    InvalidArguments,
    InvalidPayload,
    InvalidProgress,
    InvalidResult,
    Problem,
    RemoteError,
    RemoteTask,
    RunningEventLoop,
    TypedTasksError,
    UndeclaredProgress,
    UnknownOption,
    UnportableState,
    UnresolvedAnnotation,
    UnsupportedType,
    UntrustedState,
)
from typedtasks._failures import dump_failure, load_failure
from typedtasks._plain import Foreign, describe, did_you_mean, shorten, type_name
from typedtasks._wire import DEFAULT_WIRE

ERRORS = {
    InvalidPayload("charge", (Problem("$", "missing"),)): "charge(): $: missing",
    InvalidArguments("charge", (Problem("$.order", "missing"),)): "charge(): $.order: missing",
    InvalidArguments(
        "charge", (Problem("$.a", "missing"), Problem("$.b", "missing"))
    ): "charge(): 2 problems\n  $.a: missing\n  $.b: missing",
    InvalidResult("charge", (Problem("$", "expected int, got None"),)): "charge() result: $: expected int, got None",
    InvalidProgress("walk", (Problem("$.done", "missing"),)): "walk() progress: $.done: missing",
    UnsupportedType("charge", "order.lock", "Lock", "use a record"): (
        "charge(): order.lock: Lock cannot travel to a worker: use a record"
    ),
    UnresolvedAnnotation("charge", "Order"): (
        "charge(): an annotation names 'Order', which is not defined where the task or its record is: "
        "import it outside `if TYPE_CHECKING:` and define it at module level, or give it to the task as localns="
    ),
    UnknownOption("queu", "; did you mean 'queue'?"): "unknown option 'queu'; did you mean 'queue'?",
    UndeclaredProgress("walk"): (
        "walk(): progress has no declared type: write @typed_task(bind=True, progress=YourRecord)"
    ),
    RunningEventLoop("fetch"): "fetch(): an event loop runs in this thread: write `await fetch.acall(...)`",
    RemoteTask("billing.charge"): (
        "billing.charge: its code is in another program: send it, with delay() or in a workflow"
    ),
    IgnoredResult("charge"): (
        "charge(): its result is ignored, so there is no outcome: send it without `ignore_result`"
    ),
    UnportableState("broker_use_ssl.context", "SSLContext", "read it from a module"): (
        "broker_use_ssl.context: SSLContext cannot go to another process: read it from a module"
    ),
    UntrustedState("loader", "evil:Loader", "write restore_app(state, allow=['evil:Loader'])"): (
        "loader: the state names 'evil:Loader', which is not allowed: write restore_app(state, allow=['evil:Loader'])"
    ),
    RemoteError("shop.Declined", "no money", {"order": 1}): "shop.Declined: no money",
}


IDS = [f"{index}-{type(error).__name__}" for index, error in enumerate(ERRORS)]


@pytest.mark.parametrize(("error", "message"), ERRORS.items(), ids=IDS)
def test_message(error, message):
    """The text is made of the attributes and ends with what to do."""
    assert message == str(error)


@pytest.mark.parametrize("error", ERRORS, ids=IDS)
def test_pickle(error):
    """Every error survives pickle with its attributes."""
    copy = through_pickle(error)

    assert (type(error), error.args, str(error)) == (type(copy), copy.args, str(copy))


@pytest.mark.parametrize("error", ERRORS, ids=IDS)
def test_json(error):
    """Every error survives the way through a result backend, with its attributes."""
    document = json.loads(json.dumps(dump_failure(error, DEFAULT_WIRE)))

    copy = load_failure(document, DEFAULT_WIRE)

    assert (type(error), attrs.asdict(error), str(error)) == (type(copy), attrs.asdict(copy), str(copy))


def test_wrong_arguments_are_a_type_error():
    """As those are that a function does not take, and that Celery's own arity check finds."""
    assert issubclass(InvalidArguments, TypeError)


def test_one_tree():
    """Every public error is a `TypedTasksError`, and all of them are told above."""
    public = {cls for cls in vars(typedtasks).values() if isinstance(cls, type) and issubclass(cls, Exception)}

    assert {TypedTasksError, *(type(error) for error in ERRORS)} == public
    assert all(issubclass(cls, TypedTasksError) for cls in public)


@pytest.mark.parametrize(("count", "lines"), [(1, 1), (2, 3), (19, 20), (20, 20), (1000, 20)])
def test_at_most_20_lines(count, lines):
    """A thousand problems make no thousand lines; the attribute has them all."""
    error = InvalidArguments("charge", tuple(Problem(f"$[{index}]", "missing") for index in range(count)))

    assert lines == len(str(error).splitlines())
    assert count == len(error.problems)


def test_tells_how_many_are_left_out():
    """The last line counts what is not shown."""
    error = InvalidArguments("charge", tuple(Problem(f"$[{index}]", "missing") for index in range(20)))

    assert str(error).splitlines()[-1] == "  ... and 2 more in .problems"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "None"),
        (True, "bool True"),
        (7, "int 7"),
        (10**49, f"int {10**49}"),
        (10**100_000, "int of many digits"),
        (-(10**100_000), "int of many digits"),
        (1.5, "float 1.5"),
        ("7", "str '7'"),
        ("x" * 50_000_000, f"str '{'x' * 56}..."),
        (b"secret", "bytes"),
        (Decimal(1), "Decimal"),
        (Line("secret", 1), "Line"),
        ({"secret": 1}, "dict"),
        (["secret"], "list"),
        (Foreign(Line("secret", 1)), "Line"),
        (Foreign("7"), "str '7'"),
        (int, "type"),
    ],
    ids=range(17),
)
def test_describe(value, expected):
    """Scalars are shown, shortened; of records and containers only the class."""
    assert expected == describe(value)


def test_foreign_key_is_described():
    """A key that is no key of the type stands in the path as it is described."""
    assert repr(Foreign(Line("secret", 1))) == "Line"


@pytest.mark.parametrize(
    ("text", "width", "expected"), [("abc", 3, "abc"), ("abcd", 3, "..."), ("abcdef", 5, "ab..."), ("", 0, "")]
)
def test_shorten(text, width, expected):
    """The cut is shown and counts."""
    assert expected == shorten(text, width)


class Outer:
    """Has a class inside."""

    class Inner:
        """Nested."""


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (None, "None"),
        (type(None), "None"),
        (Order, "Order"),
        (Outer.Inner, "Outer.Inner"),
        (list[int], "list[int]"),
        (list, "list"),
        (Any, "Any"),
        (Optional[int], "int | None"),  # noqa: UP045 - one of the spellings
        (int | None, "int | None"),
    ],
    ids=range(9),
)
def test_type_name(type_, expected):
    """As its user wrote it."""
    assert expected == type_name(type_)


def test_type_name_of_a_local_class():
    """Without the function that it is in."""

    class Local: ...

    assert type_name(Local) == "Local"


@pytest.mark.parametrize(
    ("name", "known", "expected"),
    [
        ("ordr", ["order", "currency"], "; did you mean 'order'?"),
        ("zzz", ["order"], ""),
        ("order", [], ""),
    ],
)
def test_did_you_mean(name, known, expected):
    """The nearest known name, where one is near."""
    assert expected == did_you_mean(name, known)
