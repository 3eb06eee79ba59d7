"""The pytest plugin inside a run: declares Celery's tasks anew, takes one part of the tests, notes each outcome."""

from __future__ import annotations

import gc
import json
import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from .outcomes import Phase, dump_phase

SETTINGS = json.loads(os.environ["TYPEDTASKS_CELERY_SUITE"])

if tuple(map(int, version("celery").split(".")[:2])) < (5, 7):
    # There `AsyncResult.__del__` talks to Redis, and where the collector calls it within a subscription it waits for
    # ever: in a worker's process too, whoever declares the tasks, and nothing of that worker passes from then on.
    gc.disable()

if SETTINGS["kind"] != "vanilla":  # before any of the tests' modules is imported, which take Celery's names from there
    from .declaring import declare_typed

    declare_typed(SETTINGS["kind"])


@pytest.fixture(autouse=True)
def worker(celery_session_worker: object) -> object:
    """Celery's own, also for a test that counts on an earlier one to have started it."""
    return celery_session_worker


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave every n-th test: the others are run beside, by other workers."""
    mine = items[SETTINGS["part"] :: SETTINGS["parts"]]
    config.hook.pytest_deselected(items=[item for item in items if item not in mine])
    items[:] = mine


def pytest_runtest_logreport(report: Any) -> None:
    """Note what has been found out; at once, since a run may be killed where it hangs."""
    text = report.longreprtext if report.failed else ""
    outcome = report.outcome
    if hasattr(report, "wasxfail"):
        outcome = "xpassed" if report.passed else "xfailed"
    phase = Phase(report.nodeid, report.when, outcome, report.duration, text)
    with Path(SETTINGS["outcomes"]).open("a", encoding="utf-8") as lines:
        lines.write(dump_phase(phase))
