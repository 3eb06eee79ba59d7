"""Compares what came back with what the same functions give when they are called directly."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from .model import CardDeclined, Order
from .pipeline import Answer, Lines, Outcome
from .tasks import FEES, charge, price


def call_directly(text: str) -> Answer:
    """One order without any queue: a task is still a function.

    Another library reads the line: what typedtasks might misread it would misread twice.
    """
    order = msgspec.json.decode(text, type=Order)
    try:
        return charge(price(order), fees=FEES)
    except CardDeclined as declined:
        return declined


def differences(lines: Lines, outcome: Outcome) -> Iterator[str]:
    """One sentence for each answer that is missing, surplus or not equal to the direct one."""
    for number, text in lines.items():
        if number in outcome.refused:
            if number in outcome.answers:
                yield f"line {number}: refused, and answered"
        elif number not in outcome.answers:
            yield f"line {number}: no answer"
        elif not same(outcome.answers[number], wanted := call_directly(text)):
            yield f"line {number}: got {outcome.answers[number]!r}, called directly: {wanted!r}"
    for number in sorted((outcome.answers.keys() | outcome.refused.keys()) - lines.keys()):
        yield f"line {number}: not in the file"


def same(got: Answer, wanted: Answer) -> bool:
    """Equal to the last digit.

    ``==`` alone takes 1.0 for 1.00 and 12:00+02:00 for 10:00Z, and exceptions are only equal to themselves.
    """
    return type(got) is type(wanted) and contents(got) == contents(wanted) and repr(got) == repr(wanted)


def contents(answer: Answer) -> object:
    """What is compared of an exception is what it holds."""
    return (answer.order_id, answer.decline) if isinstance(answer, CardDeclined) else answer
