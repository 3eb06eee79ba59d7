"""A worker in another process and a bar for each file it imports: ``python examples/progress.py``."""

import subprocess
import sys
import time

import attrs

from typedtasks import BoundTask, TypedCelery, embedded, track, typed_task

app = TypedCelery("files", **embedded())


@attrs.frozen
class Rows:
    """How far an import is."""

    done: int
    total: int


@typed_task(app=app, bind=True, progress=Rows)
def import_file(self: BoundTask[Rows], name: str, rows: int) -> str:
    """Pretend to work."""
    for done in range(rows):
        self.progress(Rows(done, rows))
        time.sleep(0.02)
    return f"{rows} rows of {name}"


if __name__ == "__main__" and sys.argv[1:]:
    app.worker_main(sys.argv[1:])
elif __name__ == "__main__":
    worker = [sys.executable, __file__, "--quiet", "worker", "--loglevel=ERROR", "--pool=threads", "--concurrency=2"]
    with subprocess.Popen(worker) as running:  # noqa: S603 - this very file
        try:
            files = {"may.csv": 60, "june.csv": 90, "july.csv": 40}
            print(*track(import_file.delay(name, rows) for name, rows in files.items()), sep="\n")
        finally:
            running.terminate()
