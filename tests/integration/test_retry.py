"""What is sent again arrives as the same objects."""

from __future__ import annotations

import pytest

from tests.integration.records import Currency, Line, Order, OutOfStock, Plain, order
from tests.integration.waiting import TIMEOUT, lines_of
from typedtasks import Failed, InvalidArguments


def test_retry_sends_the_same_arguments(tasks, tmp_path):
    """Each run of the body gets equal objects, and the last one gives the result."""
    log = tmp_path / "log"

    result = tasks.retried.delay(order(), log=str(log), currency=Currency.USD)

    assert tasks.charge(order(), currency=Currency.USD) == result.get(timeout=TIMEOUT)
    assert 3 * [repr((order(), Currency.USD))] == lines_of(log)


def test_retry_takes_objects_as_new_arguments(tasks, tmp_path):
    """`retry(args=...)` and `retry(kwargs=...)` take objects; what is not named stays as it was."""
    log = tmp_path / "log"

    result = tasks.retried_changed.delay(order(), Line("rice", 3), log=str(log))

    changed = Order(order().id, order().placed, [Line("rice", 3)])
    expected = [
        repr((order(), Line("rice", 3), Currency.EUR)),
        repr((changed, Line("salt", 7), Currency.EUR)),
        repr((changed, Line("salt", 7), Currency.USD)),
    ]
    assert expected[-1] == result.get(timeout=TIMEOUT)
    assert expected == lines_of(log)


def test_retry_ends_with_its_exception(tasks, tmp_path):
    """When there are no retries left, the declared exception that `retry` was given is the outcome."""
    log = tmp_path / "log"

    outcome = tasks.retried_in_vain.delay(Line("tea", 2), log=str(log)).outcome(TIMEOUT)

    assert isinstance(outcome, Failed)
    assert repr(OutOfStock(line=Line("tea", 2), available=1)) == repr(outcome.error)
    assert len(lines_of(log)) == 2


def test_retry_with_wrong_arguments_is_a_failure(tasks, tmp_path):
    """Arguments that do not fit are refused where `retry` is called, and nothing is sent."""
    log = tmp_path / "log"

    with pytest.raises(InvalidArguments) as raised:
        tasks.retried_wrongly.delay(Line("tea", 2), log=str(log)).get(timeout=TIMEOUT)

    assert [problem.path for problem in raised.value.problems] == ["$.line"]
    assert len(lines_of(log)) == 1


@pytest.mark.parametrize("fails", [0, 1, 2])
def test_autoretry_runs_again_with_objects(tasks, tmp_path, fails):
    """`autoretry_for` retries what the body raises."""
    log = tmp_path / "log"

    result = tasks.stubborn.delay(Line("tea", 2), log=str(log), fails=fails)

    assert Line("tea", 2) == result.get(timeout=TIMEOUT)
    assert (fails + 1) * [repr(Line("tea", 2))] == lines_of(log)


def test_autoretry_gives_up_with_the_exception(tasks, tmp_path):
    """After `max_retries` the caller gets what the body raised."""
    log = tmp_path / "log"

    with pytest.raises(Plain) as raised:
        tasks.stubborn.delay(Line("tea", 2), log=str(log), fails=9).get(timeout=TIMEOUT)

    assert (raised.value.code, raised.value.args) == (503, (503, "busy"))
    assert len(lines_of(log)) == 3


def test_autoretry_of_an_async_task(tasks, tmp_path):
    """An `async def` is retried like any other."""
    log = tmp_path / "log"

    assert Line("tea", 2) == tasks.stubborn_async.delay(Line("tea", 2), log=str(log)).get(timeout=TIMEOUT)

    assert 2 * [repr(Line("tea", 2))] == lines_of(log)
