"""Results that come back as messages, to the process that has sent the task and to no other."""

from __future__ import annotations

import pytest

from tests.integration.records import Currency, Declined, Line, order
from tests.integration.waiting import TIMEOUT, only
from typedtasks import Failed, InvalidArguments, Ok

# RabbitMQ is the one broker here that has it, and the way of the results does not depend on the pool.
pytestmark = only("rpc-threads")


def test_results_are_typed(tasks):
    """Success and failure, for a single task and at the end of a chain."""
    steps = tasks.validate.s(order()) | tasks.charge.s(currency=Currency.USD)

    assert Ok(tasks.charge(order())) == tasks.charge.delay(order()).outcome(TIMEOUT)
    assert tasks.charge(order(), currency=Currency.USD) == steps.delay().get(timeout=TIMEOUT)
    outcome = tasks.fails.delay("positional").outcome(TIMEOUT)
    assert isinstance(outcome, Failed)
    assert repr(Declined("limit", Line("tea", 2))) == repr(outcome.error)


def test_a_bad_payload_is_the_result(tasks):
    """The error that a worker finds comes back like any other."""
    steps = tasks.charge.s(order()) | tasks.double.s()

    with pytest.raises(InvalidArguments) as raised:
        steps.delay().get(timeout=TIMEOUT)

    assert raised.value.task == "double"
