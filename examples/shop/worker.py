"""The app, and its worker in another process: ``python -m examples.shop.worker FOLDER``."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

from typedtasks import TypedCelery, embedded

ROOT = Path(__file__).parents[2]
PROCESSES = 2
STOP_TIMEOUT = 15.0


def make_app(folder: Path) -> TypedCelery:
    """The app, whose queues and results are files in `folder`.

    With Redis it is ``TypedCelery("shop", broker="redis://...", backend="redis://...", include=...)``.
    """
    return TypedCelery("shop", include=["examples.shop.tasks"], **embedded(folder))


@contextlib.contextmanager
def running_worker(folder: Path) -> Generator[Worker, None, None]:
    """A worker for as long as the block lasts, however it ends."""
    command = [sys.executable, "-m", "examples.shop.worker", str(folder)]
    log = folder / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process, which then stops the worker
        )
    try:
        yield Worker(process, log)
    finally:
        process.terminate()  # lets it finish what it has begun
        try:
            process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


class Worker:
    """A worker that is expected to run."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process, self.log = process, log

    def check(self) -> None:
        """Waiting for a worker that has died would take for ever.

        Raises:
            RuntimeError: It has ended; the message is its log.
        """
        if self.process.poll() is not None:
            raise RuntimeError(f"the worker has ended:\n{self.log.read_text(errors='replace')}")


if __name__ == "__main__":
    options = ["--pool=prefork", f"--concurrency={PROCESSES}", "--loglevel=WARNING"]
    # One worker has nobody to talk to.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    make_app(Path(sys.argv[1])).worker_main(["--quiet", "worker", *options, *alone])
