"""What several test modules need."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from typedtasks._kinds import check_type
from typedtasks._plain import is_plain
from typedtasks._wire import DEFAULT_WIRE, Invalid, Wire

__all__ = ["numbered", "problems_of", "there_and_back", "through_pickle"]


def through_pickle(value: Any) -> Any:
    """A value pickled and loaded again, as between the processes of a worker."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - of our own making


def there_and_back(value: Any, type_: Any, wire: Wire = DEFAULT_WIRE) -> tuple[Any, Any]:
    """The wire form of a value, which is plain JSON data, and what arrives of its JSON text."""
    check_type(type_, "value", is_custom=wire.is_custom)
    dumped = wire.dump(value, type_)
    assert is_plain(dumped)
    return dumped, wire.load(json.loads(json.dumps(dumped)), type_)


def problems_of(call: Callable[..., object], *args: Any, **kwargs: Any) -> list[str]:
    """What a call that must fail lists: paths and texts."""
    try:
        result = call(*args, **kwargs)
    except Invalid as exc:
        return [str(problem) for problem in exc.problems]
    raise AssertionError(result)


def numbered(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    """The rows of a table with their numbers for names: what is in them may be too long, or alike."""
    return [pytest.param(*row, id=f"{number}-{str(row[0])[:40]}") for number, row in enumerate(rows)]
