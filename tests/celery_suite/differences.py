"""What is otherwise on purpose: tests of Celery that a typed task fails, why, and what it does instead."""

from __future__ import annotations

import re
from collections.abc import Collection

import attrs

from .outcomes import Outcome

__all__ = ["DIFFERENCES", "Difference", "explain", "stale"]


@attrs.frozen
class Difference:
    """Tests that fail for one reason.

    Attributes:
        tests: A pattern of their ids, searched for.
        says: One of these a failure has to say, so that one of another kind is not taken for it.
        reason: Why it is meant to be so.
    """

    tests: str
    says: tuple[str, ...]
    reason: str


DIFFERENCES = (
    Difference(
        "test_chain::test_chain_error_handler_with_eta$",
        ("typedtasks.errors.InvalidArguments: print_unicode(): $: takes 2 positional arguments, got 3",),
        "an errback that cannot take what it would be given is refused when it is sent; in Celery it fails if called",
    ),
    Difference(
        "test_chain::test_chain_flattening_keep_links_of_inner_chain$",
        ("typedtasks.errors.InvalidArguments: identity(): $: takes 1 positional arguments, got 2",),
        "an errback that cannot take what it would be given is refused when it is sent; in Celery it fails if called",
    ),
    Difference(
        "test_tasks::test_wrong_arguments$",
        ("typedtasks.errors.InvalidArguments: add_not_typed(): $.y: missing",),
        "`typing=False` turns nothing off: a wrong number of arguments is refused when it is sent, as a `TypeError`",
    ),
    Difference(
        "test_tasks::test_pydantic_\\w+$",
        ("AssertionError: assert AddResultModel(result=0) == {'result': 0}",),
        "a result that is annotated with a pydantic model arrives as that, where Celery gives a `dict`",
    ),
    Difference(
        "test_tasks::test_(fail|retry)_with_unpickleable_exception$",
        (
            "AssertionError: assert 'UnpickleableException' in 'foo'",
            "t.integration.tasks.UnpickleableException: foo",  # Celery 5.5
            "where False = isinstance(RemoteError(type='t.integration.tasks.UnpickleableException'",  # retried
        ),
        "an exception that cannot be pickled arrives as itself or a `RemoteError`; Celery has a class for all of these",
    ),
)


def explain(test: str, outcome: Outcome) -> Difference | None:
    """Why a test fails on purpose, if it does, and in the way that is written down."""
    for difference in DIFFERENCES:
        if re.search(difference.tests, test) and any(said in outcome.text for said in difference.says):
            return difference
    return None


def stale(explained: Collection[Difference], tests: Collection[str]) -> list[Difference]:
    """The differences of which there is none any more, though their tests were run.

    Args:
        explained: Those that were met.
        tests: The ids of all tests that were run.
    """
    rest = [difference for difference in DIFFERENCES if difference not in explained]
    return [difference for difference in rest if any(re.search(difference.tests, test) for test in tests)]
