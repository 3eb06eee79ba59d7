"""Celery workers for tests: each in its own process group, waited for, stopped by its pid, never left behind."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import pytest

from tests.servers import directory, group_alive, kill_group

ROOT = Path(__file__).parent.parent
START_TIMEOUT = 60.0
STOP_TIMEOUT = 15.0


@attrs.frozen
class Worker:
    """A worker that runs: its process, its node name and where it logs."""

    process: subprocess.Popen[bytes]
    name: str
    log_path: Path

    @property
    def pid(self) -> int:
        """The main process; it leads the group that its pool processes are in."""
        return self.process.pid

    @property
    def log(self) -> str:
        """All that the worker has logged until now."""
        return self.log_path.read_text(errors="replace")

    def wait_for_log(self, text: str, *, timeout: float = 10.0) -> None:
        """Wait until the worker has logged a text; show its log where it ends, or the time does, before that."""
        deadline = time.monotonic() + timeout
        while text not in self.log:
            if self.process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(
                    f"worker {self.name} (exit status {self.process.returncode}) has not logged {text!r}:\n{self.log}",
                    pytrace=False,
                )
            time.sleep(0.02)


@contextlib.contextmanager
def worker(
    app: str,
    *,
    pool: str = "solo",
    concurrency: int = 1,
    env: Mapping[str, str] | None = None,
    cwd: Path = ROOT,
    queues: Sequence[str] | None = None,
    options: Sequence[str] = (),
) -> Iterator[Worker]:
    """Run `celery -A APP worker` for as long as the block lasts.

    Args:
        app: Where the app is, `module:attribute`, importable from `cwd`.
        pool: `prefork`, `threads` or `solo`.
        concurrency: Number of pool processes or threads.
        env: Changes to this process's environment.
        cwd: The worker's directory.
        queues: What to consume; the app's own queues where it is None.
        options: More of the command's options.
    """
    name = f"{pool}-{uuid.uuid4().hex[:8]}@localhost"
    command = [sys.executable, "-m", "celery", "-A", app, "worker"]
    command += [f"--pool={pool}", f"--concurrency={concurrency}", f"--hostname={name}", "--loglevel=INFO"]
    # One worker has nobody to talk to, and mingling waits a second for answers.
    command += ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    if queues is not None:
        command.append(f"--queues={','.join(queues)}")
    with directory("worker") as work:
        log_path = work / "worker.log"
        with log_path.open("wb") as log:
            process = subprocess.Popen(
                [*command, *options],
                cwd=cwd,
                env={**os.environ, **(env or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        running = Worker(process, name, log_path)
        try:
            running.wait_for_log(f"{name} ready.", timeout=START_TIMEOUT)
            yield running
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a worker warmly (what it has begun, it ends), then by force; nothing of its group may be left."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT)
    kill_group(process)
    assert not group_alive(process.pid)
