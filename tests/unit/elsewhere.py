"""Another Python process: builds the apps that it is sent, and tells what it sees of them.

`python -m tests.unit.elsewhere` reads a line of JSON for each app and answers with one.
"""

from __future__ import annotations

import base64
import contextlib
import json
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs

from tests.unit.state_apps import current_apps, describe
from typedtasks import restore_app

__all__ = ["Elsewhere", "elsewhere"]

ROOT = Path(__file__).parents[2]


@attrs.frozen
class Elsewhere:
    """The process, from here."""

    process: subprocess.Popen[str]

    def pickled(self, data: bytes) -> Any:
        """What is seen there of a pickle."""
        return self._ask({"pickle": base64.b64encode(data).decode()})

    def restored(self, state: str, allow: list[str], **settings: Any) -> Any:
        """What is seen there of an app's state."""
        return self._ask({"state": state, "allow": allow, "settings": settings})

    def _ask(self, question: dict[str, Any]) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{json.dumps(question)}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@contextlib.contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run the process for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.unit.elsewhere"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield Elsewhere(process)
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(timeout=30) == 0


def main() -> None:
    """The process itself."""
    for line in sys.stdin:
        question = json.loads(line)
        if "pickle" in question:
            app = pickle.loads(base64.b64decode(question["pickle"]))  # noqa: S301 - of our own making
        else:
            app = restore_app(question["state"], allow=question["allow"], **question["settings"])
        answer = {
            "app": describe(app),
            "current": app.set_as_current or current_apps() != (None, None),
            "broker": app.conf.broker_url,
        }
        sys.stdout.write(f"{json.dumps(answer)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
