"""The tasks of the integration tests. The worker imports this module, and so does the test process."""

from __future__ import annotations

import json
import os
import signal
import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from billiard.exceptions import SoftTimeLimitExceeded
from celery.signals import task_prerun

from tests.integration import progressing, shared
from tests.integration.records import (
    Address,
    Awkward,
    Category,
    Containers,
    Currency,
    Declined,
    Discontinued,
    Line,
    Order,
    OutOfStock,
    Plain,
    Progress,
    Receipt,
    Scalars,
    Undeclared,
)
from typedtasks import BoundTask, TypedCelery, typed_task

PATIENCE = 30.0
"""How long, in seconds, a task waits for its test: longer than the test waits for the task."""

AGAIN = 0.1
"""Seconds until a task is sent again. Celery stores RETRY after it has sent it: what another process or thread does at
once may have its result overwritten by that.
"""

app = TypedCelery("integration", **json.loads(os.environ["TYPEDTASKS_TEST_CONFIG"]))

untouched, class_name, shared_total = shared.untouched, shared.class_name, shared.shared_total
import_rows, import_in_vain = progressing.import_rows, progressing.import_in_vain


def leave_trace(log: str, text: str = "ran") -> None:
    """One line for each run of a body."""
    with Path(log).open("a", encoding="utf-8") as file:
        file.write(f"{text}\n")


def traces(log: str) -> int:
    """How often a body ran."""
    return Path(log).read_text(encoding="utf-8").count("\n")


def wait_for(gate: str) -> None:
    """Go on when the test has made a file."""
    end = time.monotonic() + PATIENCE
    while not Path(gate).exists():
        if time.monotonic() > end:
            raise TimeoutError(gate)
        time.sleep(0.005)


# -- arguments and results --------------------------------------------------------------------------------------------


@app.task
def charge(order: Order, *, currency: Currency = Currency.EUR) -> Receipt:
    """The ordinary task."""
    return Receipt(order, sum((line.qty * line.price for line in order.lines), Decimal(0)), currency)


@app.task
def scalars(value: Scalars) -> Scalars:
    return value


@app.task
def scalars_seen(value: Scalars) -> str:
    """What the worker sees, without the way back."""
    return repr(value)


@app.task
def containers(value: Containers) -> Containers:
    return value


@app.task
def containers_seen(value: Containers) -> str:
    return repr(value)


@app.task
def category(value: Category) -> Category:
    return value


@app.task
def every_kind(
    first: Line, /, second: Currency, third: int = 3, *rest: Decimal, fourth: Line, fifth: bytes = b"5", **named: UUID
) -> str:
    """A parameter of every kind that Python has."""
    return repr((first, second, third, rest, fourth, fifth, named))


@app.task
def bare(value: dict[str, Line], other: tuple[Line | None, ...] = (None,)) -> list[tuple[str, Line | None]]:
    """Containers that are no record's field."""
    return [*value.items(), *(("other", line) for line in other)]


@app.task
def nothing(_line: Line | None = None) -> None:
    """No result is a result too."""


@app.task
def json_data(value: Any) -> Any:
    """Anything that is JSON."""
    return value


@app.task
async def fetch(line: Line, *, times: int = 1) -> list[Line]:
    """Runs in an event loop of its own."""
    return [line] * times


@app.task(bind=True)
def message(self: BoundTask, order: Order, *, currency: Currency = Currency.EUR) -> dict[str, Any]:
    """What Celery tells the body of its message."""
    request: Any = self.request
    names = ("args", "kwargs", "argsrepr", "kwargsrepr", "task", "lang", "origin", "retries", "headers", "timelimit")
    return {"class": type(order).__name__, **{name: request.get(name) for name in names}}


# -- calls in calls ---------------------------------------------------------------------------------------------------


@app.task
def countdown(order: Order) -> list[int]:
    """Calls itself: plain Python, with objects."""
    (line,) = order.lines
    if line.qty == 0:
        return [0]
    return [line.qty, *countdown(Order(order.id, order.placed, [Line(line.sku, line.qty - 1)]))]


@app.task
def countdown_by_apply(order: Order) -> list[int]:
    """Runs itself as a task, through JSON and back."""
    (line,) = order.lines
    if line.qty == 0:
        return [0]
    below = countdown_by_apply.apply((Order(order.id, order.placed, [Line(line.sku, line.qty - 1)]),))
    return [line.qty, *below.get(disable_sync_subtasks=False)]


@app.task
def watched(order: Order, *, log: str) -> str:
    """Has a handler that calls it just before each run."""
    leave_trace(log, type(order).__name__)
    return type(order).__name__


@task_prerun.connect(sender=watched)
def call_before(task: Any, args: Any, kwargs: Any, **_: Any) -> None:
    """A handler sees wire form, and may call the task with objects."""
    task(Order(UUID(int=0), app.now(), []), log=kwargs["log"])


@app.task
def send_charge(order: Order) -> str:
    """Sends a task from a task."""
    return charge.delay(order, currency=Currency.USD).id


# -- retry ------------------------------------------------------------------------------------------------------------


@app.task(bind=True, max_retries=3)
def retried(self: BoundTask, order: Order, *, log: str, currency: Currency = Currency.EUR) -> Receipt:
    """Twice sent again as it is."""
    leave_trace(log, repr((order, currency)))
    if self.request.retries < 2:
        self.retry(countdown=AGAIN)
    return charge(order, currency=currency)


@app.task(bind=True, max_retries=3)
def retried_changed(self: Any, order: Order, line: Line, *, log: str, currency: Currency = Currency.EUR) -> str:
    """Sent again with other arguments, then with another keyword argument only."""
    leave_trace(log, repr((order, line, currency)))
    if self.request.retries == 0:
        self.retry(args=(Order(order.id, order.placed, [line]), Line("salt", 7)), countdown=AGAIN)
    if self.request.retries == 1:
        self.retry(kwargs={"log": log, "currency": Currency.USD}, countdown=AGAIN)
    return repr((order, line, currency))


@app.task(bind=True, max_retries=1, raises=OutOfStock)
def retried_in_vain(self: BoundTask, line: Line, *, log: str) -> None:
    """Ends with the exception that it gives to `retry`."""
    leave_trace(log)
    self.retry(exc=OutOfStock(line=line, available=1), countdown=AGAIN)


@app.task(bind=True, max_retries=1)
def retried_wrongly(self: Any, line: Line, *, log: str) -> None:
    """Gives `retry` what is no line."""
    leave_trace(log)
    self.retry(args=("no line",), countdown=AGAIN)


@app.task(bind=True, autoretry_for=(Exception,), max_retries=2, default_retry_delay=AGAIN)
def stubborn(self: BoundTask, line: Line, *, log: str, fails: int = 0) -> Line:
    """Retries whatever its body raises."""
    leave_trace(log, repr(line))
    if self.request.retries < fails:
        raise Plain(503, "busy")
    return line


@app.task(autoretry_for=(Exception,), max_retries=2, default_retry_delay=AGAIN)
async def stubborn_async(line: Line, *, log: str) -> Line:
    """Fails once."""
    leave_trace(log, repr(line))
    if traces(log) == 1:
        raise Plain(503, "busy")
    return line


# -- progress, states, limits -----------------------------------------------------------------------------------------


@app.task(bind=True, progress=Progress, track_started=True)
def gated(self: BoundTask[Progress], line: Line, *, gate: str) -> Line:
    """Tells how far it is and waits for its test."""
    self.progress(Progress(3, 10, Address("Rue 1")))
    wait_for(gate)
    return line


@app.task(bind=True, progress=Progress)
def progress_in_the_wrong_type(self: Any) -> None:
    self.progress(Progress(3, 10, "Rue 1"))


@app.task(bind=True)
def progress_without_a_type(self: Any) -> None:
    self.progress(Progress(3, 10))


@app.task(track_started=True)
def started(*, gate: str) -> bool:
    """Tells that it has started and waits for its test."""
    wait_for(gate)
    return True


@app.task(ignore_result=True)
def forgotten(line: Line, *, log: str) -> Line:
    """Nobody asks for its result."""
    leave_trace(log, repr(line))
    return line


@app.task(acks_late=True)
def acknowledged_late(line: Line) -> Line:
    return line


@app.task
def logged(line: Line, *, log: str) -> Line:
    """Leaves a trace of each run."""
    leave_trace(log, repr(line))
    return line


@app.task(bind=True)
def host(self: BoundTask, *, log: str, gate: str) -> str:
    """Leaves the worker's name and waits for its test."""
    leave_trace(log, str(self.request.hostname))
    wait_for(gate)
    return str(self.request.hostname)


@app.task
def endless(*, catch: bool = False) -> str:
    """Ends by a time limit only."""
    try:
        wait_for("/nonexistent")
    except SoftTimeLimitExceeded:
        if not catch:
            raise
    return "cleaned up"


@app.task(track_started=True)
def killed(gate: str) -> None:
    """Takes its process with it."""
    wait_for(gate)
    os.kill(os.getpid(), signal.SIGKILL)


# -- wrong results ----------------------------------------------------------------------------------------------------


@app.task
def lies(value: Any) -> int:
    """Declares int, gives what it is told."""
    return value  # type: ignore[no-any-return]  # that is the point


@app.task
def lies_deeply(order: Order) -> list[Receipt]:
    """The second item has a wrong total, and the order in it a wrong number."""
    order.lines.append(Line("salt", "7"))
    right = Receipt(Order(order.id, order.placed, []), Decimal(1), Currency.EUR)
    return [right, Receipt(order, 1.5, Currency.EUR)]


# -- exceptions -------------------------------------------------------------------------------------------------------

FAILURES: dict[str, Any] = {
    "positional": lambda: Declined("limit", Line("tea", 2)),
    "keyword-only": lambda: OutOfStock(line=Line("tea", 2), available=1),
    "inherited": lambda: Discontinued(line=Line("tea", 2), since=app.now().date().replace(2020, 1, 1)),
    "undeclared attrs": lambda: Undeclared("why", Line("tea", 2)),
    "plain": lambda: Plain(404, "no such order"),
    "awkward": lambda: Awkward(404, "no such order"),
    "built-in": lambda: ValueError("zero", 0),
    "key": lambda: KeyError("sku"),
    "no arguments": RuntimeError,
    "unserialisable": lambda: ValueError(object()),
}


@typed_task(app=app, raises=(Declined, OutOfStock))
def fails(kind: str) -> Receipt:
    """Raises one of them."""
    failure: Exception = FAILURES[kind]()
    raise failure


@app.task(raises=OutOfStock)
def fails_from(line: Line) -> None:
    """With a cause."""
    try:
        {}["the shelf"]
    except KeyError as cause:
        raise OutOfStock(line=line) from cause


@app.task
def fails_unknown() -> None:
    """Raises what the caller has not imported."""
    from tests.integration import worker_only

    raise worker_only.Elsewhere(Line("tea", 2), 7)


# -- chains -----------------------------------------------------------------------------------------------------------


@app.task(raises=Declined)
def validate(order: Order) -> Order:
    """The first step; refuses more than five of anything."""
    for line in order.lines:
        if line.qty > 5:
            raise Declined("too many", line)
    return order


@app.task
def merge(first: Order, second: Order, *, lines: list[Line] | None = None) -> Order:
    """A step with arguments of its own beside the one that it is given."""
    return Order(first.id, first.placed, [*first.lines, *second.lines, *(lines or [])], second.address, first.notes)


@app.task
def count(receipt: Receipt) -> int:
    """The last step."""
    return sum(line.qty for line in receipt.order.lines)


@app.task
def double(number: int) -> int:
    return 2 * number


@app.task(bind=True, max_retries=1)
def validate_again(self: BoundTask, order: Order) -> Order:
    """A step that is sent again."""
    if self.request.retries == 0:
        self.retry(countdown=AGAIN)
    return order
