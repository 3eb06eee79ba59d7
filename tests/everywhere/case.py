"""What a case is, and what the cases are written with."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import attrs

__all__ = ["CASES", "POLL", "TIMEOUT", "Case", "NotSame", "case", "get", "kept", "run", "same", "start", "until"]

TIMEOUT = 20.0
"""How long, in seconds, a case waits for what takes milliseconds: a busy machine is no failure."""

POLL = 0.01
"""How often, in seconds, it looks where a backend tells nothing."""

TITLE = re.compile(r"Celery (\d+): (.+[^.])\.(?:\n|$)")

Run = Callable[[ModuleType, Path], None]
_F = TypeVar("_F", bound=Run)


@attrs.frozen
class Case:
    """One behaviour.

    Attributes:
        id: The function's name.
        number: Of the contract.
        title: What holds, in a user's words.
        run: Takes the tasks of a place and an empty directory.
    """

    id: str
    number: int
    title: str
    run: Run


CASES: dict[str, Case] = {}
"""All of them, in the order in which they were written."""


def case(function: _F) -> _F:
    """Put a function into the table; number and title are the first line of its docstring."""
    name = function.__name__
    told = TITLE.match(function.__doc__ or "")
    assert told, f"{name}: the docstring starts with the number, as in «Celery 9: ... .»"
    assert name not in CASES, f"{name}: two cases of one name"
    CASES[name] = Case(name, int(told[1]), told[2], function)
    return function


# -- what cases are written with --------------------------------------------------------------------------------------


def start(tasks: ModuleType, canvas: Any, *args: Any) -> Any:
    """Send a task or a canvas; in the place that is called so, by `apply`."""
    if tasks.DEPLOYMENT == "eager-apply":
        return canvas.apply(args)
    return canvas.delay(*args)


def get(result: Any, **options: Any) -> Any:
    """What a result, or a group of them, gives."""
    return result.get(timeout=TIMEOUT, interval=POLL, **options)


def run(tasks: ModuleType, canvas: Any, *args: Any) -> Any:
    """Send it and wait."""
    return get(start(tasks, canvas, *args))


class NotSame(AssertionError):
    """What `same` raises; says what was found."""

    def __init__(self, expected: Any, found: Any) -> None:
        super().__init__(f"expected {expected!r}, found {found!r}")
        self.found = found


def same(expected: Any, found: Any) -> None:
    """Equal, and of the very class, also inside of lists."""
    if expected != found or not alike(expected, found):
        raise NotSame(expected, found)


def alike(expected: Any, found: Any) -> bool:
    """Of one class, also inside of lists; attrs compares the classes of fields itself."""
    if type(expected) is not type(found):
        return False
    return not isinstance(expected, (list, tuple)) or all(map(alike, expected, found))


_T = TypeVar("_T")


def until(look: Callable[[], _T], *, timeout: float = TIMEOUT) -> _T:
    """Look again and again until there is something to see, and return it."""
    end = time.monotonic() + timeout
    while not (seen := look()):
        assert time.monotonic() < end, f"still {seen!r} after {timeout} s"
        time.sleep(0.005)
    return seen


def kept(tasks: ModuleType, log: str | Path, runs: int = 1) -> list[tuple[Any, ...]]:
    """What tasks have left in a file, when it is as much as this."""
    until(lambda: len(tasks.kept(log)) >= runs)
    found: list[tuple[Any, ...]] = tasks.kept(log)
    assert len(found) == runs
    return found
