"""Every case at every place: it holds, or a table says why not, and that is shown too."""

from __future__ import annotations

import contextlib
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest
from celery.beat import SchedulingError
from kombu.exceptions import EncodeError

from tests.everywhere.case import Case, NotSame
from tests.everywhere.cases import CASES
from tests.everywhere.places import DEPLOYMENTS, EAGER, KINDS, Place
from tests.everywhere.tables import CANNOT, ONLY_WITH_HOOKS, REFUSED, Cannot

LIMIT = 60
"""Seconds after which a case has failed, whatever it waits for."""

NUMBERS = range(1, 22)
"""Of the contract: calls, retry, canvas, results, exceptions."""


# Celery's Redis backend calls it where a group is saved.
@pytest.mark.filterwarnings("ignore:Call to deprecated setex:DeprecationWarning")
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_everywhere(place: Place, case: Case, tmp_path: Path) -> None:
    """The number of the contract is in the case's title."""
    cannot = CANNOT.get((place.deployment, case.id))
    with no_longer_than(LIMIT):
        if cannot is not None:
            fails_too(place, cannot, tmp_path)
        elif place.kind == "plain" and case.id in ONLY_WITH_HOOKS and place.deployment not in EAGER:
            is_not_silent(place, case, tmp_path)
        else:
            case.run(place.tasks, tmp_path)


def fails_too(place: Place, cannot: Cannot, tmp_path: Path) -> None:
    """So does Celery without types; once for each place, for many rows have the same twin."""
    if cannot.twin not in place.failed:
        with pytest.raises(cannot.error):
            cannot.twin(place.tasks, tmp_path)
        place.failed.add(cannot.twin)


def is_not_silent(place: Place, case: Case, tmp_path: Path) -> None:
    """On a plain app the case is an error where it is sent, or gives plain data: never a wrong object."""
    if ONLY_WITH_HOOKS[case.id] == REFUSED:
        with pytest.raises((EncodeError, SchedulingError)):
            case.run(place.tasks, tmp_path)
    else:
        with pytest.raises(NotSame) as raised:
            case.run(place.tasks, tmp_path)
        assert raised.value.found == json.loads(json.dumps(raised.value.found))


@contextlib.contextmanager
def no_longer_than(seconds: int) -> Iterator[None]:
    """What hangs fails."""

    def late(_: int, __: FrameType | None) -> None:
        raise TimeoutError(f"still running after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def test_every_number_has_a_case() -> None:
    """Nothing of the contract is left out."""
    assert {case.number for case in CASES.values()} == set(NUMBERS)


def test_tables_name_what_there_is() -> None:
    """A row for a case or deployment that is gone says nothing."""
    assert CASES.keys() >= ONLY_WITH_HOOKS.keys()
    assert CASES.keys() >= {case for _, case in CANNOT}
    assert DEPLOYMENTS.keys() >= {deployment for deployment, _ in CANNOT}
    assert {kind for each in DEPLOYMENTS.values() for kind in each.kinds} == set(KINDS)
