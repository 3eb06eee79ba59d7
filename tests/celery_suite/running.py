"""One run: pytest with a worker and a Redis of its own for each part of the tests, all parts at once."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from tests.servers import process, redis

from .outcomes import Outcome, read_outcomes
from .source import plant

__all__ = ["Run", "start"]

ROOT = Path(__file__).parents[2]
#: Seconds for one test; its own longest wait is sixty, and some wait twice.
TEST_LIMIT = 180
PLUGINS = ("celery.contrib.pytest", "tests.celery_suite.plugin", "no:cacheprovider", "no:rerunfailures")
#: What pytest exits with where all tests passed, some failed, or none was selected.
FINISHED = (0, 1, 5)


@attrs.frozen
class Run:
    """A run that has been started.

    Attributes:
        kind: How the tasks are declared.
        parts: The folder and the process of each part.
    """

    kind: str
    parts: list[tuple[Path, subprocess.Popen[bytes]]]

    def wait(self, deadline: float) -> dict[str, Outcome]:
        """The outcomes of all parts; what is not done by then is missing.

        Args:
            deadline: By the monotonic clock.

        Raises:
            SystemExit: Celery's own tests were not all run: there is nothing to compare with.
        """
        found: dict[str, Outcome] = {}
        for folder, started in self.parts:
            with contextlib.suppress(subprocess.TimeoutExpired):
                started.wait(max(0.0, deadline - time.monotonic()))
            found |= read_outcomes(folder / "outcomes.jsonl")
            if started.returncode not in FINISHED:
                ended = "was not done in time" if started.returncode is None else f"ended with {started.returncode}"
                output = (folder / "output.log").read_text(errors="replace")
                trouble = f"{self.kind}, {folder.name}: {ended}: {folder}/output.log\n{output[-2000:]}"
                if self.kind == "vanilla":
                    raise SystemExit(trouble)
                print(trouble)
        return found


def start(
    stack: contextlib.ExitStack, kind: str, *, tree: Path, work: Path, parts: int, arguments: Sequence[str]
) -> Run:
    """Begin a run; it ends, with all its processes, when the stack is closed.

    Args:
        stack: Who stops the servers and the runs.
        kind: How the tasks are declared: `vanilla` or one of the typed kinds.
        tree: Celery's source distribution.
        work: A folder for this run alone; it may not exist yet.
        parts: Into how many parts the tests are split.
        arguments: Of pytest: files or ids of tests, and a selection.
    """
    started: list[tuple[Path, subprocess.Popen[bytes]]] = []
    for part in range(parts):
        folder = work / f"part-{part}"
        plant(tree, folder)
        url = stack.enter_context(redis())
        settings = {"kind": kind, "part": part, "parts": parts, "outcomes": str(folder / "outcomes.jsonl")}
        # Celery's repetition of a flaky test (`rerunfailures`) is left out: what has failed is run again as a whole.
        plugins = [f"-p{name}" for name in PLUGINS]
        # Native tracebacks: pytest's own fail on those of endless recursions, which some of these tests are about.
        pytest = [sys.executable, "-m", "pytest", "-q", "--tb=native", *plugins, f"--timeout={TEST_LIMIT}"]
        command = [*pytest, *arguments]
        started.append((folder, stack.enter_context(process(command, folder, _environment(url, settings)))))
    return Run(kind, started)


def _environment(url: str, settings: Mapping[str, object]) -> dict[str, str]:
    """What Celery's tests and our plugin read."""
    host, _, port = url.removeprefix("redis://").partition(":")
    return {
        "PYTHONPATH": str(ROOT),
        "TYPEDTASKS_CELERY_SUITE": json.dumps(settings),
        "WORKER_LOGLEVEL": "INFO",  # some tests read the log
        # One database for all, as where Celery runs them: some tests look for results in that of `REDIS_PORT`.
        "TEST_BROKER": f"{url}/0",
        "TEST_BACKEND": f"{url}/0",
        "REDIS_HOST": host,
        "REDIS_PORT": port,
    }
