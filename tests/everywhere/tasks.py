"""The tasks of these tests. The worker imports this module, and so do the test process and the beat process.

Typed ones are declared with `@typed_task`, which every kind of app has; plain ones beside them as Celery does it.
"""

from __future__ import annotations

import asyncio
import base64
import functools
import json
import os
import pickle
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import attrs
import celery
from celery.signals import before_task_publish, task_prerun

from tests.everywhere.records import (
    KEY,
    PLACED,
    Address,
    Card,
    Cash,
    Currency,
    Declined,
    Discontinued,
    Line,
    Order,
    OutOfStock,
    Plain,
    Progress,
    Receipt,
    Stamped,
    Undeclared,
    order_wire,
    receipt,
)
from tests.everywhere.records import order as an_order
from tests.integration import shared
from typedtasks import BoundTask, TypedCelery, stub, typed_task

VARIABLE = "TYPEDTASKS_EVERYWHERE"
"""The variable from which this module reads, as JSON, the kind of its app, its deployment and its configuration."""

SETTINGS: dict[str, Any] = json.loads(os.environ[VARIABLE])
KIND: str = SETTINGS["kind"]
DEPLOYMENT: str = SETTINGS["deployment"]

PATIENCE = 30.0
"""How long, in seconds, a task waits for its test: longer than the test waits for the task."""

AGAIN = 0.1
"""Seconds until a task is sent again: Celery stores RETRY after it has sent it, and that must not come last."""


def make_app() -> Any:
    """An app of the kind that is asked for."""
    if KIND == "typed":
        return TypedCelery("everywhere", **SETTINGS["config"])
    plain_app = celery.Celery("everywhere", **SETTINGS["config"])
    if KIND == "installed":
        from typedtasks import install

        install(plain_app)
    return plain_app


app = make_app()
typed = functools.partial(typed_task, app=app)
plain = functools.partial(celery.Celery.task, app, shared=False)

untouched, class_name, shared_total = shared.untouched, shared.class_name, shared.shared_total


@before_task_publish.connect(sender="celery.chord_unlock")
def look_at_once(headers: dict[str, Any], **_: Any) -> None:
    """Backends that ask whether a header has ended do so first after a second, which no setting changes."""
    if not headers["retries"]:
        headers["eta"] = None


def keep(log: str, *values: Any) -> None:
    """Leave objects to the test, which `kept` gives it: pickled, so that nothing of the library has a part in it."""
    line = base64.b64encode(pickle.dumps(values))
    with Path(log).open("ab") as file:
        file.write(line + b"\n")


def kept(log: str | Path) -> list[tuple[Any, ...]]:
    """What tasks have left in a file, in order."""
    path = Path(log)
    if not path.exists():
        return []
    return [pickle.loads(base64.b64decode(line)) for line in path.read_bytes().splitlines()]  # noqa: S301 - our own


def wait_for(gate: str) -> None:
    """Go on when the test has made a file."""
    end = time.monotonic() + PATIENCE
    while not Path(gate).exists():
        if time.monotonic() > end:
            raise TimeoutError(gate)
        time.sleep(0.005)


# -- one order and its way --------------------------------------------------------------------------------------------


@typed(raises=Declined)
def validate(order: Order) -> Order:
    """Refuses more than five of anything."""
    for line in order.lines:
        if line.qty > 5:
            raise Declined("too many", line)
    return order


@typed()
def charge(order: Order, *, currency: Currency = Currency.EUR) -> Receipt:
    """The ordinary task."""
    return receipt(order, currency)


@typed()
def merge(first: Order, second: Order, *, lines: list[Line] | None = None) -> Order:
    """A step with arguments of its own beside the one that it is given."""
    return Order(first.id, first.placed, [*first.lines, *second.lines, *(lines or [])], second.address, first.notes)


@typed()
def count(receipt: Receipt) -> int:
    """How many things were sold."""
    return sum(line.qty for line in receipt.order.lines)


@typed()
def double(number: int) -> int:
    return 2 * number


@typed()
def split(order: Order) -> list[Order]:
    """One order for each line."""
    return [Order(order.id, order.placed, [line], order.address, order.notes) for line in order.lines]


@typed()
def price(line: Line) -> Decimal:
    """What a line costs."""
    return line.qty * line.price


@typed()
def tag(line: Line, currency: Currency) -> tuple[Line, Currency]:
    """Two parameters, for `starmap`."""
    return line, currency


@typed()
def json_data(value: Any) -> Any:
    """Anything that is JSON."""
    return value


# -- what takes the results of several --------------------------------------------------------------------------------


@typed()
def gather(orders: list[Order]) -> Order:
    """One order of all."""
    first = orders[0]
    return Order(first.id, first.placed, [line for each in orders for line in each.lines], first.address, first.notes)


@typed()
def gather_with(orders: list[Order], beside: Order, *, lines: list[Line]) -> Order:
    """The same with objects of its own, by position and by keyword."""
    return gather([*orders, beside, Order(beside.id, beside.placed, lines)])


@typed()
def total(receipts: list[Receipt]) -> Decimal:
    """The sum of all."""
    assert all(type(each) is Receipt for each in receipts)
    return sum((each.total for each in receipts), Decimal(0))


@typed()
def add_up(prices: list[Decimal]) -> Decimal:
    assert all(type(each) is Decimal for each in prices)
    return sum(prices, Decimal(0))


@typed()
def add_up_deep(prices: list[list[Decimal]]) -> Decimal:
    return add_up([price for each in prices for price in each])


# -- what leaves a trace ----------------------------------------------------------------------------------------------


@typed()
def note(order: Order, *, log: str, line: Line | None = None) -> Order:
    """Leaves what it is given, and gives it on."""
    keep(log, order, line)
    return order


@typed()
def note_receipt(receipt: Receipt, *, log: str) -> Receipt:
    keep(log, receipt)
    return receipt


@typed()
def note_orders(orders: list[Order], *, log: str, line: Line | None = None) -> int:
    keep(log, orders, line)
    return len(orders)


@typed()
def old_errback(task_id: str, order: Order, *, log: str) -> None:
    """The errback of old, which is told the id of the task, with an object of its own."""
    keep(log, task_id, order)


@typed()
def old_errback_named(task_id: str, *, order: Order, log: str) -> None:
    """The same, with its object by keyword."""
    keep(log, task_id, order)


@typed()
def errback(request: Any, exc: Any, traceback: Any, order: Order, *, log: str) -> None:
    """The errback of today, which is called with the request, the exception and its traceback."""
    keep(log, request.id, type(exc).__name__, order)


@plain()
def plain_errback(task_id: str, *, log: str) -> None:
    keep(log, task_id)


# -- plain tasks with parts in a canvas -------------------------------------------------------------------------------


@plain()
def plain_fails(text: str) -> None:
    raise ValueError(text)


@plain()
def plain_declines(order: Any) -> None:
    """Raises an exception with fields, though it knows nothing of types."""
    line = order["lines"][0]
    raise Declined("plain", Line(line["sku"], line["qty"], Decimal(line["price"])))


@plain()
def send_again(signature: Any) -> None:
    """Rebuilds a signature from what has travelled, and sends it."""
    assert isinstance(signature, dict)
    celery.signature(signature, app=app).delay()


@typed()
def send_typed(signature: Any) -> None:
    """The same by a typed task."""
    assert isinstance(signature, dict)
    celery.signature(signature, app=app).delay()


@plain(bind=True)
def plain_replaced(self: Any, order: Any) -> Any:
    """Is replaced with a typed task, though it is none."""
    return self.replace(charge.s(order))


# -- what the twins of `tables.py` are made of: no types, no objects ---------------------------------------------------


@plain()
def plain_pair() -> Any:
    """Gives what JSON would make a list of."""
    return (1, 2)


@plain(bind=True)
def plain_replaced_plainly(self: Any, value: Any) -> Any:
    return self.replace(untouched.s(value))


@plain(bind=True)
def plain_grow(self: Any, value: Any) -> Any:
    self.add_to_chord(untouched.s(value))
    return value


@plain(bind=True)
def plain_gated(self: Any, gate: str) -> None:
    """Tells how far it is and waits for its test."""
    self.update_state(state="PROGRESS", meta={"done": 3})
    wait_for(gate)


@plain()
def plain_parent() -> None:
    untouched.delay(1)


@plain()
def plain_fails_unknown() -> None:
    """Raises what the caller has not imported."""
    from tests.everywhere import elsewhere

    raise elsewhere.Elsewhere(Line("tea", 2), 7)


# -- retry ------------------------------------------------------------------------------------------------------------


@typed(bind=True, max_retries=3)
def again(self: BoundTask, order: Order, *, log: str, currency: Currency = Currency.EUR) -> Receipt:
    """Is sent again once, as it is."""
    keep(log, order, currency)
    if self.request.retries == 0:
        self.retry(countdown=AGAIN)
    return receipt(order, currency)


@typed(bind=True, max_retries=3)
def again_changed(self: Any, order: Order, line: Line, *, log: str, currency: Currency = Currency.EUR) -> Receipt:
    """Is sent again with other arguments, then with another keyword argument only."""
    keep(log, order, line, currency)
    if self.request.retries == 0:
        self.retry(args=(Order(order.id, order.placed, [line]), Line("salt", 7)), countdown=AGAIN)
    if self.request.retries == 1:
        self.retry(kwargs={"log": log, "currency": Currency.USD}, countdown=AGAIN)
    return receipt(order, currency)


@typed(bind=True, max_retries=1, raises=OutOfStock)
def again_in_vain(self: BoundTask, line: Line) -> None:
    """Ends with the exception that it gives to `retry`."""
    self.retry(exc=OutOfStock(line=line, available=1), countdown=AGAIN)


@typed(bind=True)
def again_nested(self: BoundTask, order: Order, *, log: str) -> Receipt:
    """Calls a task directly before it is sent again: the request below is still its own."""
    keep(log, charge(order))
    if self.request.retries == 0:
        self.retry(countdown=AGAIN)
    return charge(order)


@typed(bind=True, autoretry_for=(Exception,), max_retries=2, default_retry_delay=AGAIN)
def stubborn(self: BoundTask, line: Line, *, log: str, fails: int = 0) -> Line:
    """Retries whatever its body raises."""
    keep(log, line)
    if self.request.retries < fails:
        raise Plain(503, "busy")
    return line


@typed(autoretry_for=(Exception,), max_retries=2, default_retry_delay=AGAIN)
async def stubborn_async(line: Line, *, log: str) -> Line:
    """Fails once."""
    await asyncio.sleep(0)
    keep(log, line)
    if len(kept(log)) == 1:
        raise Plain(503, "busy")
    return line


@typed(bind=True)
def headers_seen(self: BoundTask, order: Order) -> list[str]:
    """The names of the headers of a second run."""
    if self.request.retries == 0:
        self.retry(countdown=AGAIN)
    request: Any = self.request
    return sorted(request.headers or {})


# -- calls in calls ---------------------------------------------------------------------------------------------------


@typed()
def countdown(order: Order) -> list[int]:
    """Calls itself: plain Python, with objects."""
    (line,) = order.lines
    return [0] if line.qty == 0 else [line.qty, *countdown(one_less(order))]


@typed()
def countdown_by_apply(order: Order) -> list[int]:
    """Runs itself as a task, through JSON and back."""
    (line,) = order.lines
    if line.qty == 0:
        return [0]
    return [line.qty, *countdown_by_apply.apply((one_less(order),)).get(disable_sync_subtasks=False)]


def one_less(of: Order) -> Order:
    """The same order of one thing less."""
    (line,) = of.lines
    return attrs.evolve(of, lines=[Line(line.sku, line.qty - 1, line.price)])


@typed()
def watched(order: Order, *, log: str) -> str:
    """Has a handler that calls it just before each run."""
    keep(log, type(order).__name__)
    return type(order).__name__


@task_prerun.connect(sender=watched)
def call_before(task: Any, args: Any, kwargs: Any, **_: Any) -> None:
    """A handler sees wire form, and may call the task with objects."""
    task(Order(KEY, PLACED, []), log=kwargs["log"])


@typed()
async def fetch(line: Line, *, times: int = 1) -> list[Line]:
    """Runs in an event loop of its own."""
    await asyncio.sleep(0)
    return [line] * times


# -- a canvas that is built in a worker -------------------------------------------------------------------------------


@typed()
def build_chain(order: Order, *, log: str) -> None:
    """Sends typed steps from a task."""
    (validate.s(order) | charge.s(currency=Currency.USD) | note_receipt.s(log=log)).delay()


@typed()
def build_group(order: Order, *, log: str) -> None:
    celery.group(note.s(each, log=log) for each in split(order)).delay()


@typed()
def build_chord(order: Order, *, log: str) -> None:
    celery.chord([validate.s(each) for each in split(order)], note_orders.s(log=log, line=Line("own", 1))).delay()


@plain()
def plain_build_chord(wire: Any, log: str) -> None:
    """A task that knows nothing of types sends a chord of typed ones, with objects."""
    body = note_orders.s(log=log, line=Line("own", 1))
    celery.chord([validate.s(wire), validate.s(wire)], body).delay()


@typed()
def link_in_task(order: Order, *, log: str) -> None:
    """Sends a task with a callback that holds objects."""
    validate.apply_async((order,), link=note.s(log=log, line=Line("own", 1)))


# -- replace ----------------------------------------------------------------------------------------------------------


@typed(bind=True)
def by_task(self: Any, order: Order, *, currency: Currency = Currency.USD) -> Receipt:
    """Is replaced with a task that holds an object."""
    return self.replace(charge.s(order, currency=currency))


@typed(bind=True)
def by_chain(self: Any, order: Order) -> Receipt:
    return self.replace(validate.s(order) | merge.s(order) | charge.s(currency=Currency.USD))


@typed(bind=True)
def by_group(self: Any, order: Order) -> list[Receipt]:
    return self.replace(celery.group(charge.s(each, currency=Currency.USD) for each in split(order)))


@typed(bind=True)
def by_chord(self: Any, order: Order) -> Order:
    body = gather_with.s(order, lines=[Line("own", 1)])
    return self.replace(celery.chord([validate.s(each) for each in split(order)], body))


@typed(bind=True)
def by_plain(self: Any, order: Order) -> Order:
    """Is replaced with a plain task, whose argument is wire data."""
    return self.replace(untouched.s(order_wire(order)))


@typed(bind=True)
def by_itself(self: Any, order: Order) -> Receipt:
    """Is replaced with itself, of one thing less, until there is one left."""
    if order.lines[0].qty > 1:
        return self.replace(by_itself.s(one_less(order)))
    return self.replace(by_task.s(order))


@typed(bind=True, raises=Declined)
def by_failing(self: Any, order: Order) -> Order:
    """Is replaced with a task that fails."""
    return self.replace(validate.s(order))


@typed(bind=True)
def by_retried(self: Any, order: Order, *, log: str) -> Receipt:
    return self.replace(again.s(order, log=log, currency=Currency.USD))


@typed(bind=True)
def grow(self: Any, order: Order) -> Order:
    """Adds a task to the chord that it is in."""
    self.add_to_chord(validate.s(Order(order.id, order.placed, [Line("added", 1)])))
    return order


# -- stamps -----------------------------------------------------------------------------------------------------------


@typed(bind=True)
def stamped(self: Any, order: Order) -> Stamped:
    """Gives the stamps of its own message."""
    return stamped_of(self, order)


@typed(bind=True)
def stamped_again(self: Any, before: Stamped) -> Stamped:
    """The next step's stamps."""
    return stamped_of(self, before.order)


@typed(bind=True)
def stamped_body(self: Any, before: list[Stamped]) -> Stamped:
    """A chord body's stamps."""
    return stamped_of(self, before[0].order)


@typed(bind=True)
def by_stamped(self: Any, order: Order) -> Stamped:
    """Is replaced with a stamped task."""
    step = stamped.s(order)
    step.stamp(customer="acme")
    return self.replace(step)


def stamped_of(task: Any, order: Order) -> Stamped:
    """The stamps of a running task."""
    stamps = task.request.stamps or {}
    return Stamped(order, {name: sorted(map(str, as_list(found))) for name, found in stamps.items()})


def as_list(found: Any) -> list[Any]:
    """A stamp is one value or many."""
    return list(found) if isinstance(found, (list, tuple, set, frozenset)) else [found]


# -- a union whose members only a tag tells apart ---------------------------------------------------------------------


@typed()
def pay(means: Cash | Card) -> str:
    """The class that has arrived, and the amount."""
    return f"{type(means).__name__} {means.amount}"


@typed()
def same(means: Cash | Card) -> Cash | Card:
    """Gives a union."""
    return means


@typed()
def card(amount: Decimal) -> Card:
    """Declares one member only: its result has no tag of its own."""
    return Card(amount)


@typed()
def cash(amount: Decimal) -> Cash:
    return Cash(amount)


@typed()
def pay_all(means: list[Cash | Card], beside: Cash | Card | None = None) -> list[str]:
    """A chord's body."""
    return [f"{type(each).__name__} {each.amount}" for each in [*means, *([beside] if beside else [])]]


@typed()
def note_means(means: Cash | Card, beside: Cash | Card | None = None, *, log: str) -> None:
    keep(log, means, beside)


@typed(bind=True, max_retries=1)
def pay_again(self: Any, means: Cash | Card, *, log: str) -> str:
    """Is sent again, with the other class."""
    keep(log, means)
    if self.request.retries == 0:
        self.retry(args=(Card(means.amount) if type(means) is Cash else Cash(means.amount),), countdown=AGAIN)
    return f"{type(means).__name__} {means.amount}"


@typed(bind=True)
def pay_by_replaced(self: Any, means: Cash | Card) -> str:
    return self.replace(pay.s(means))


@typed()
def pay_errback(task_id: str, *, means: Cash | Card, log: str) -> None:
    keep(log, means)


# -- results, progress, handlers --------------------------------------------------------------------------------------


@typed(bind=True, progress=Progress, track_started=True)
def gated(self: BoundTask[Progress], line: Line, *, gate: str) -> Line:
    """Tells how far it is and waits for its test."""
    self.progress(Progress(3, 10, Address("Rue 1")))
    wait_for(gate)
    return line


@typed(bind=True, progress=Progress)
def advanced(self: BoundTask[Progress], line: Line) -> Line:
    self.progress(Progress(3, 10, Address("Rue 1")))
    return line


@typed()
def parent(order: Order, *, log: str) -> str:
    """Has two children: one typed, one not."""
    child = charge.delay(order)
    untouched.delay(order.notes)
    keep(log, child.id)
    return child.id


@typed(ignore_result=True)
def forgotten(order: Order, *, log: str) -> Order:
    """Nobody asks for its result."""
    keep(log, order)
    return order


@typed(acks_late=True)
def acknowledged_late(order: Order) -> Order:
    return order


class Handled(celery.Task):
    """A class whose handlers leave what they are given."""

    abstract = True

    def before_start(self, task_id: str, args: Any, kwargs: Any) -> None:
        """Before each run."""
        super().before_start(task_id, args, kwargs)
        keep(kwargs["log"], "before_start", args[0])

    def on_success(self, retval: Any, task_id: str, args: Any, kwargs: Any) -> None:
        """At the end."""
        keep(kwargs["log"], "on_success", retval, args[0])

    def on_failure(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """At the end."""
        keep(kwargs["log"], "on_failure", type(exc).__name__, getattr(exc, "line", None), args[0])

    def on_retry(self, exc: Exception, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """When it is sent again."""
        keep(kwargs["log"], "on_retry", type(exc).__name__, args[0])

    def after_return(self, status: str, retval: Any, task_id: str, args: Any, kwargs: Any, einfo: Any) -> None:
        """After each end."""
        keep(kwargs["log"], "after_return", status, args[0])


@typed(base=Handled, bind=True, raises=Declined, max_retries=1)
def handled(self: BoundTask, order: Order, *, log: str, how: str = "") -> Receipt:
    """Succeeds, fails or is sent again."""
    if how == "retry" and self.request.retries == 0:
        self.retry(countdown=AGAIN)
    if how == "fail":
        raise Declined("no", order.lines[0])
    return receipt(order)


@typed()
class Collect(celery.Task):
    """A task that is a class."""

    def run(self, order: Order, *, currency: Currency = Currency.EUR) -> Receipt:
        """What is called."""
        return receipt(order, currency)


@typed(bind=True, rate_limit="50/s", time_limit=40, soft_time_limit=30, priority=3)
def settled(self: Any, order: Order) -> tuple[Order, str, list[float], int | None]:
    """Tells with what it runs: the limit of its rate and of its time, and its priority."""
    request = self.request
    return order, self.rate_limit, list(request.timelimit), request.delivery_info.get("priority")


@typed(bind=True)
def configured(self: Any, order: Order) -> tuple[Order, str, int, int | None]:
    """Tells what the configuration says of it: `task_annotations`, and the priority of `task_routes`."""
    return order, self.rate_limit, self.max_retries, self.request.delivery_info.get("priority")


class Busy(Exception):
    """Not yet."""


@typed(bind=True, autoretry_for=(Busy,), retry_backoff=1, retry_jitter=False, max_retries=2)
def backs_off(self: BoundTask, order: Order, *, log: str) -> Order:
    """Is sent again by Celery itself, a second later."""
    keep(log, order, time.time())
    if self.request.retries == 0:
        raise Busy
    return order


# -- exceptions -------------------------------------------------------------------------------------------------------

FAILURES: dict[str, Any] = {
    "positional": lambda: Declined("limit", Line("tea", 2)),
    "keyword-only": lambda: OutOfStock(line=Line("tea", 2), available=1),
    "inherited": lambda: Discontinued(line=Line("tea", 2), since=PLACED.date()),
    "undeclared": lambda: Undeclared("why", Line("tea", 2)),
    "plain": lambda: Plain(404, "no such order"),
}


@typed(raises=(Declined, OutOfStock))
def fails(kind: str) -> Order:
    """Raises one of them."""
    failure: Exception = FAILURES[kind]()
    raise failure


@typed(raises=OutOfStock)
def fails_from(line: Line) -> None:
    """With a cause."""
    try:
        {}["the shelf"]
    except KeyError as cause:
        raise OutOfStock(line=line) from cause


@typed()
def fails_unknown() -> None:
    """Raises what the caller has not imported."""
    from tests.everywhere import elsewhere

    raise elsewhere.Elsewhere(Line("tea", 2), 7)


# -- stubs: of tasks that the worker has in `worker_only.py` -----------------------------------------------------------


def bill_signature(order: Order, *, currency: Currency = Currency.EUR, line: Line | None = None) -> Receipt: ...


def log_order_signature(order: Order, *, log: str) -> None: ...


bill = stub("elsewhere.bill", bill_signature, app=app)
log_order = stub("elsewhere.log", log_order_signature, app=app)


# -- what `celery beat` sends ------------------------------------------------------------------------------------------

BEAT_LOG = os.environ.get("TYPEDTASKS_EVERYWHERE_BEAT")
if BEAT_LOG:
    app.conf.beat_schedule = {
        "objects": {
            "task": note.name,
            "schedule": 0.2,
            "args": (an_order(),),
            "kwargs": {"log": BEAT_LOG, "line": Line("own", 1)},
        },
        "stub": {
            "task": log_order.name,
            "schedule": 0.2,
            "args": (an_order(),),
            "kwargs": {"log": f"{BEAT_LOG}-stub"},
        },
    }
