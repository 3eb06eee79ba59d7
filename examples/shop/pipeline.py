"""Sends every order as a chain of typed tasks, and collects what came of each."""

from __future__ import annotations

import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

import attr

from typedtasks import Crashed, Failed, InvalidArguments, Ok, Problem, TypedResult

from .model import Receipt
from .tasks import FEES, charge, price
from .worker import Worker

#: Orders under way at a time: enough for the worker never to wait, few enough to keep the queue's folder small.
WINDOW = 40
POLL = 0.005  # seconds

Lines: TypeAlias = dict[int, str]
#: What came of an order; any other exception than `CardDeclined` is a bug.
Answer: TypeAlias = Receipt | BaseException
Answers: TypeAlias = dict[int, Answer]


@attr.s(auto_attribs=True)
class Outcome:
    """What came of the file: answers and refusals by the number of the line."""

    answers: Answers = attr.Factory(dict[int, Answer])
    refused: dict[int, tuple[Problem, ...]] = attr.Factory(dict[int, tuple[Problem, ...]])
    seconds: float = 0.0


def send(text: str) -> TypedResult[Receipt, Exception]:
    """Send one line of the file.

    A typed task takes an object or its wire form, and checks it here, with the code that the worker will read it with.

    Raises:
        json.JSONDecodeError: The line is no JSON.
        InvalidArguments: It is no order. Nothing was published.
    """
    return (price.s(json.loads(text)) | charge.s(fees=FEES)).delay()


def run(lines: Lines, worker: Worker, on_progress: Callable[[Outcome], None]) -> Outcome:
    """Send all lines; collect while sending."""
    outcome, began = Outcome(), time.perf_counter()
    waiting: deque[tuple[int, TypedResult[Receipt, Exception]]] = deque()

    def collect(still_waiting: int) -> None:
        while len(waiting) > still_waiting:
            number, result = waiting.popleft()
            outcome.answers[number] = wait(result, worker)
            on_progress(outcome)

    for number, text in lines.items():
        try:
            waiting.append((number, send(text)))
        except InvalidArguments as refusal:
            outcome.refused[number] = refusal.problems
        except json.JSONDecodeError as error:
            outcome.refused[number] = (Problem("$", f"no JSON: {error.msg} at column {error.colno}"),)
        collect(WINDOW)
    collect(0)
    outcome.seconds = time.perf_counter() - began
    return outcome


def wait(result: TypedResult[Receipt, Exception], worker: Worker) -> Answer:
    """The receipt, or what the chain failed with."""
    while not result.ready():
        worker.check()
        time.sleep(POLL)
    match result.outcome():
        case Ok(receipt):
            return receipt
        case Failed(error) | Crashed(error):
            return error


def read_lines(file: Iterable[str], limit: int | None) -> Lines:
    """The first `limit` lines by their number."""
    numbered = enumerate(file, start=1)
    return {number: text.rstrip("\n") for number, text in numbered if limit is None or number <= limit}
