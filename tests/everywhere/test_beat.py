"""A real `celery beat` sends entries with objects in them, to typed tasks and to stubs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.everywhere.case import until
from tests.everywhere.places import BEAT_LOG, Place, environment, opened
from tests.everywhere.records import Line, order
from tests.servers import kill_group
from tests.workers import ROOT

PLACES = [(deployment, kind) for deployment in ("embedded-solo", "redis-solo") for kind in ("typed", "plain")]
"""One deployment for each kind of broker."""


@pytest.fixture(scope="module", params=PLACES, ids="-".join)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Opened for these tests alone: pytest would order all others by a place that has fewer parameters here."""
    deployment, kind = request.param
    work = tmp_path_factory.mktemp(f"beat-{deployment}-{kind}")
    with opened(deployment, kind, work, lambda name: request.getfixturevalue(f"{name}_url")) as opened_place:
        yield opened_place


@pytest.fixture
def log(place: Place, tmp_path: Path) -> Iterator[Path]:
    """Where the tasks of beat's entries write, while a beat process of the place runs."""
    log = tmp_path / "log"
    output = tmp_path / "beat.log"
    command = [sys.executable, "-m", "celery", "-A", "tests.everywhere.tasks:app", "beat"]
    with output.open("wb") as file:
        beat = subprocess.Popen(
            [*command, f"--schedule={tmp_path / 'schedule'}", f"--pidfile={tmp_path / 'pid'}"],
            cwd=ROOT,
            # Without `include`, as callers are, it has stubs only of what the worker has.
            env={**environment(place.tasks, include=[]), BEAT_LOG: os.fspath(log)},
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield log
    finally:
        kill_group(beat)


def test_beat_sends_objects(place: Place, log: Path) -> None:
    """Celery 1: beat sends an entry whose arguments are objects; on all but a plain app also one for a stub."""
    until(lambda: len(place.tasks.kept(log)) >= 2)
    assert place.tasks.kept(log)[:2] == 2 * [(order(), Line("own", 1))]
    stubbed = Path(f"{log}-stub")
    if place.kind == "plain":  # which says so in beat's log, and goes on
        until(lambda: "not JSON serializable" in (log.parent / "beat.log").read_text())
        assert not stubbed.exists()
    else:
        until(lambda: len(place.tasks.kept(stubbed)) >= 2)
        assert place.tasks.kept(stubbed)[:2] == 2 * [(order(),)]
