"""Many tasks at once."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor

from tests.integration.records import SCALARS, Currency, Declined, Line, order
from tests.integration.waiting import send_unchecked
from typedtasks import InvalidArguments

THREADS, EACH, PATIENCE = 4, 75, 60.0


def mixed(tasks, number):
    """Send a task of one of six kinds; return its result and what must come of it."""
    kind, line = number % 6, Line(f"sku-{number}", number)
    if kind == 0:
        return tasks.charge.delay(order(number), currency=Currency.USD), repr(
            tasks.charge(order(number), currency=Currency.USD)
        )
    if kind == 1:
        return tasks.fetch.delay(line, times=2), repr([line, line])
    if kind == 2:
        return tasks.fails.delay("positional"), repr(Declined("limit", Line("tea", 2)))
    if kind == 3:
        sent = send_unchecked(tasks.app, tasks.double.name, [{"number": number}])
        return tasks.double.AsyncResult(sent.id), "InvalidArguments"
    if kind == 4:
        return (tasks.validate.s(order(1, sku=line.sku)) | tasks.charge.s() | tasks.count.s()).delay(), "1"
    return tasks.scalars.delay(SCALARS), repr(SCALARS)


def test_many_tasks_from_many_threads(tasks):
    """Each of 300 mixed tasks, sent and awaited by four threads, gives its own result."""

    def send_and_get(thread):
        numbers = range(thread * EACH, (thread + 1) * EACH)
        sent = [mixed(tasks, number) for number in numbers]
        kept.append(sent)
        return [(result.get(timeout=PATIENCE, propagate=False), expected) for result, expected in sent]

    # A result that is collected unsubscribes on the connection of the thread that sent it, whichever thread collects
    # it: so none is, of this test or of one before it, while the threads run.
    kept = []
    gc.collect()
    with ThreadPoolExecutor(THREADS) as pool:
        pairs = [pair for part in pool.map(send_and_get, range(THREADS)) for pair in part]

    assert len(pairs) == THREADS * EACH
    for value, expected in pairs:
        assert expected == ("InvalidArguments" if isinstance(value, InvalidArguments) else repr(value))
