"""A thousand tasks declared, as at the start of every process of a large application."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from celery import Celery

from typedtasks import TypedCelery

from .records import Currency, Order, PydanticOrder, PydanticReceipt, Receipt
from .sections import Scale, Section
from .timing import interleave, sampler

__all__ = ["measure"]

TASKS = 1_000
BASELINE = "plain Celery"
NOTE = "Each of one order, an enum and a flag, on a new app, up to `app.finalize()`."


def measure(scale: Scale) -> Section:
    """Each kind of task, on an app of its own."""
    kinds: dict[str, Callable[[], object]] = {
        "typedtasks": _typed,
        BASELINE: _plain,
        "pydantic=True": _pydantic,
    }
    samplers = {name: sampler(declare) for name, declare in kinds.items()}
    comparison = interleave(samplers, baseline=BASELINE, rounds=scale.apps)
    return Section(f"Declare {TASKS:,} tasks", NOTE, {"time": comparison})


def _typed() -> None:
    app: Any = TypedCelery("typed", set_as_current=False)
    for number in range(TASKS):

        def charge(order: Order, *, currency: Currency = Currency.EUR, rush: bool = False) -> Receipt:
            raise NotImplementedError

        app.task(name=f"charge-{number}")(charge)
    _finalize(app)


def _plain() -> None:
    app: Any = Celery("plain", set_as_current=False)
    for number in range(TASKS):

        def charge(order: dict[str, Any], *, currency: str = "EUR", rush: bool = False) -> dict[str, Any]:
            raise NotImplementedError

        app.task(name=f"charge-{number}", shared=False)(charge)
    _finalize(app)


def _pydantic() -> None:
    app: Any = Celery("pydantic", set_as_current=False)
    for number in range(TASKS):

        def charge(order: PydanticOrder, *, currency: Currency = Currency.EUR, rush: bool = False) -> PydanticReceipt:
            raise NotImplementedError

        app.task(name=f"charge-{number}", shared=False, pydantic=True)(charge)
    _finalize(app)


def _finalize(app: Any) -> None:
    app.finalize()
    app.close()
