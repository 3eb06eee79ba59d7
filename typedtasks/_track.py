"""`track`: waiting for results with a live display of how far their tasks are."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TextIO, overload

import attrs
from typing_extensions import TypeVar

from ._celery import CeleryTimeoutError, ResultBase, assert_will_not_block, results_are_messages, take_message
from ._display import display, rows_of
from ._result import TypedResult
from ._steps import Chain, Step, follow

__all__ = ["track"]

_R_co = TypeVar("_R_co", covariant=True)
_R = TypeVar("_R")
_Pg = TypeVar("_Pg")


class Results(Protocol[_R_co]):
    """What `celery.group` gives: the results of several tasks."""

    @property
    def results(self) -> object: ...

    def get(self) -> _R_co: ...


@overload
def track(
    results: TypedResult[_R, Any, _Pg],
    *,
    count: Callable[[_Pg], tuple[float, float | None] | None] | None = ...,
    title: str | None = ...,
    timeout: float | None = ...,
    interval: float = ...,
    file: TextIO | None = ...,
) -> _R: ...
@overload
def track(
    results: Iterable[TypedResult[_R, Any, _Pg]],
    *,
    count: Callable[[_Pg], tuple[float, float | None] | None] | None = ...,
    title: str | None = ...,
    timeout: float | None = ...,
    interval: float = ...,
    file: TextIO | None = ...,
) -> list[_R]: ...
@overload
def track(
    results: Results[_R],
    *,
    count: Callable[[Any], tuple[float, float | None] | None] | None = ...,
    title: str | None = ...,
    timeout: float | None = ...,
    interval: float = ...,
    file: TextIO | None = ...,
) -> _R: ...
def track(
    results: Any,
    *,
    count: Callable[[Any], tuple[float, float | None] | None] | None = None,
    title: str | None = None,
    timeout: float | None = None,
    interval: float = 0.1,
    file: TextIO | None = None,
) -> Any:
    """Wait until all tasks have ended and show how far they are; then do as ``get()`` does.

    On a terminal there are bars, if rich is installed (the extra ``typedtasks[cli]``); elsewhere there is a line for
    each change that is worth one. A failed task is marked, and the others are waited for. Ctrl-C ends the waiting: the
    tasks go on.

    Args:
        results: A task's or chain's result, that of a group or chord, or an iterable of such.
        count: Gives ``(done, total)`` of a progress record, the total ``None`` if it is not known; ``None`` for a
            record without numbers. By default these are ``done``, ``current`` or ``completed`` and ``total`` of the
            record, as far as they are not sensitive. A record without numbers is shown as its text.
        title: What stands before the bar, in place of the task's name.
        timeout: In seconds; without it, wait for as long as it takes.
        interval: How often to look, in seconds. Each look asks the result backend for every task that has not ended,
            for at most 100 of them: of more, for the next 100.
        file: Where to show it; `sys.stderr` by default, so that the program's own output stays clean.

    Returns:
        What ``results.get()`` returns; for an iterable, the list of what its results give.

    Raises:
        celery.exceptions.TimeoutError: Not all have ended in time.
        IgnoredResult: A task was sent with ``ignore_result``: nothing will ever say that it has ended.
    """
    assert_will_not_block()
    members = _members(results)
    chain = follow(results, members, count)
    _wait(chain, title, math.inf if timeout is None else time.monotonic() + timeout, interval, file)
    lost = chain.lost()
    if lost is not None:
        lost.result.get()  # raises; that of a step that will never run would wait
    return results.get() if members is None else [member.get() for member in members]


def _members(results: Any) -> list[Any] | None:
    """All of an iterable, which may be a generator; a group's result can be iterated over too, and is one."""
    return None if isinstance(results, (ResultBase, str, Mapping)) else list(results)


def _wait(chain: Chain, title: str | None, end: float, interval: float, file: TextIO | None) -> None:
    begun, turn = time.monotonic(), 0
    messages = _Messages(chain)
    with display(file) as show:
        while True:
            turn, more = chain.look(messages.look, turn)
            show(rows_of(chain, title, begun))
            if chain.over:
                return
            left = end - time.monotonic()
            if left <= 0:
                raise CeleryTimeoutError("The operation timed out.")
            if not more:
                messages.wait(min(interval, left))


@attrs.define(init=False)
class _Messages:
    """Looks at results, and sees to those that are messages.

    A stored state can be read at any time. A message is there once: whoever asks for it puts it back, and where the
    process has waited for any other result before, Celery's consumer has it already. So these are consumed.
    """

    _newest: dict[str, dict[str, Any]]
    _consumed: list[Step]

    def __init__(self, chain: Chain) -> None:
        self._newest = {}
        self._consumed = [step for step in chain.steps() if results_are_messages(step.result.backend)]
        for step in self._consumed:
            step.result.backend.add_pending_result(step.result)

    def look(self, result: Any) -> dict[str, Any]:
        """The newest of one result; from the backend, or what has come of it."""
        meta: dict[str, Any]
        if results_are_messages(result.backend):
            meta = result._cache or self._newest.get(result.id, {"status": "PENDING"})  # noqa: SLF001 - set by Celery
        else:
            meta = result._get_task_meta()  # noqa: SLF001 - state and progress in one read
        return meta

    def wait(self, seconds: float) -> None:
        """Let some time go by."""
        end = time.monotonic() + seconds
        waiting = next((step.result for step in self._consumed if not step.over), None)
        while (left := end - time.monotonic()) > 0:
            if waiting is None:
                time.sleep(left)
            elif waiting.on_ready.ready:
                return
            else:
                take_message(waiting, left, self._note)

    def _note(self, meta: dict[str, Any]) -> None:
        self._newest[meta["task_id"]] = meta
