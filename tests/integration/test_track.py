"""`track` beside real workers: what it shows, what it returns and raises, and what it leaves behind."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from celery import chain, chord, group
from celery.exceptions import TimeoutError as CeleryTimeoutError

from tests.integration import progressing
from tests.integration.conftest import CONFIG
from tests.integration.records import Declined, Progress
from tests.integration.waiting import TIMEOUT, only, until
from tests.workers import ROOT
from typedtasks import IgnoredResult, track

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal(io.StringIO):
    """A stream that is drawn on as on a terminal, and remembers all of it."""

    def isatty(self) -> bool:
        return True

    @property
    def seen(self) -> str:
        """All that was on it at any time, without colours and movements."""
        return ESCAPES.sub("", self.getvalue())


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A wide one."""
    for name, value in {"COLUMNS": "160", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


@contextlib.contextmanager
def meanwhile(act: Callable[[], object]) -> Iterator[None]:
    """Do something in another thread while this one waits."""
    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join()


def open_when(gate: Path, seen: Callable[[], str], *texts: str) -> Callable[[], object]:
    """Let a task go on once the display has shown what it shall."""

    def act() -> None:
        try:
            for text in texts:
                until(lambda text=text: text in seen())
        finally:
            gate.touch()

    return act


def lines(file: io.StringIO) -> list[str]:
    """What was printed, without times."""
    return [re.sub(r" (in|after) \d+\.\d s", "", line) for line in file.getvalue().splitlines()]


def test_lines(tasks, tmp_path):
    """Without a terminal: the numbers that the task told, each tenth once, and its end."""
    gate, file = tmp_path / "gate", io.StringIO()
    result = progressing.import_rows.delay(100, at=30, gate=str(gate))

    with meanwhile(open_when(gate, file.getvalue, "30/100")):
        value = track(result, file=file, timeout=TIMEOUT, interval=0.01)

    assert value == 100
    assert "import_rows: 30/100" in lines(file)
    assert lines(file)[-1] == "import_rows: done"
    assert len(lines(file)) <= 14


def test_bars(tasks, tmp_path, terminal):
    """On a terminal: the bar shows the numbers and reaches its end, and the cursor is back."""
    gate = tmp_path / "gate"
    result = progressing.import_rows.delay(10, at=3, gate=str(gate))

    with meanwhile(open_when(gate, lambda: terminal.seen, "import_rows", "3/10")):
        value = track(result, file=terminal, timeout=TIMEOUT, interval=0.01)

    assert value == 10
    assert terminal.seen.splitlines()[-1].startswith(f"import_rows {40 * '━'} 10/10, done 0:00:")
    assert terminal.getvalue().rindex("\x1b[?25h") > terminal.getvalue().rindex("\x1b[?25l")


def test_a_failure(tasks, terminal):
    """The display is closed with the mark, and what `get` raises is raised."""
    result = progressing.import_in_vain.delay(10)

    with pytest.raises(Declined) as raised:
        track(result, file=terminal, timeout=TIMEOUT)

    assert raised.value.line.qty == 10
    assert "failed: Declined" in terminal.seen.splitlines()[-1]


def test_a_chain(tasks, tmp_path):
    """A line for each step, in order."""
    gate, file = tmp_path / "gate", io.StringIO()
    steps = progressing.import_rows.s(10) | progressing.double.s(gate=str(gate)) | progressing.double.s()

    with meanwhile(open_when(gate, file.getvalue, "1. import_rows: done", "2. double: running")):
        value = track(steps.delay(), file=file, timeout=TIMEOUT)

    assert value == 40
    assert "3. double: waiting" in lines(file)
    assert lines(file)[-1] == "3. double: done"


def test_a_chain_that_breaks(tasks):
    """The step that has failed is marked, and those after it will not run."""
    file = io.StringIO()
    steps = progressing.double.s(4) | progressing.import_in_vain.s() | progressing.double.s()

    with pytest.raises(Declined):
        track(steps.delay(), file=file, timeout=TIMEOUT)

    assert {"1. double: done", "2. import_in_vain: failed: Declined", "3. double: not run"} <= set(lines(file))


def test_a_group(tasks, tmp_path, terminal):
    """One bar for all, and one for each member that is at work."""
    gate = tmp_path / "gate"
    members = [progressing.import_rows.s(number, at=2, gate=str(gate)) for number in (2, 4, 6)]
    result = group(members).delay()

    with meanwhile(open_when(gate, lambda: terminal.seen, "3 x import_rows", "import_rows #1", "2/2")):
        values = track(result, file=terminal, timeout=TIMEOUT, interval=0.02)

    assert values == [2, 4, 6]
    assert "3/3, done" in terminal.seen.splitlines()[-1]


def test_results_of_several_calls(tasks):
    """An iterable gives the list of what its results give."""
    file = io.StringIO()

    values = track((progressing.double.delay(number) for number in range(20)), file=file, timeout=TIMEOUT)

    assert values == [2 * number for number in range(20)]
    assert lines(file)[-1] == "20 x double: done"


def test_a_failing_member(tasks):
    """The others are waited for; then the failure is raised."""
    file = io.StringIO()
    members = [progressing.double.s(1), progressing.import_in_vain.s(10), progressing.double.s(2)]

    with pytest.raises(Declined):
        track(group(members).delay(), file=file, timeout=TIMEOUT)

    assert "import_in_vain #2: failed: Declined" in lines(file)
    assert "3 tasks: failed: 1 failed" in lines(file)


def test_a_chord(tasks):
    """Its header and its body are counted together."""
    file = io.StringIO()
    result = chord([progressing.double.s(number) for number in range(5)])(progressing.add_up.s())

    assert track(result, file=file, timeout=TIMEOUT) == 20
    assert lines(file)[-1] == "6 tasks: done"


def test_a_chord_whose_header_fails(tasks):
    """The body never runs, and nobody waits for it."""
    file = io.StringIO()
    result = chord([progressing.double.s(1), progressing.import_in_vain.s(4)])(progressing.add_up.s())

    with pytest.raises(Declined):
        track(result, file=file, timeout=TIMEOUT)

    assert "import_in_vain #2: failed: Declined" in lines(file)


def test_a_chain_that_holds_a_group(tasks):
    """Every task in it is counted once."""
    file = io.StringIO()
    steps = chain(
        progressing.double.s(1), group(progressing.double.s(), progressing.double.s()), progressing.add_up.s()
    )

    assert track(steps.delay(), file=file, timeout=TIMEOUT) == 8
    assert lines(file)[-1] == "4 tasks: done"


def test_a_chain_that_ends_in_a_group(tasks):
    """Its result is that of the group."""
    file = io.StringIO()
    steps = chain(progressing.double.s(1), group(progressing.double.s(), progressing.double.s()))

    assert track(steps.delay(), file=file, timeout=TIMEOUT) == [4, 4]
    assert lines(file)[-1] == "3 x double: done"


def test_groups_and_chains_in_a_group(tasks):
    """Values come as `get` gives them."""
    file = io.StringIO()
    inner = chain(progressing.double.s(1), progressing.double.s())
    result = group(inner, group(progressing.double.s(2), progressing.double.s(3)), progressing.double.s(4)).delay()

    values = track(result, file=file, timeout=TIMEOUT)

    assert values == result.get(timeout=TIMEOUT)
    assert lines(file)[-1].endswith("x double: done")


def test_an_untyped_task(tasks, tmp_path):
    """Celery's documented way to tell of progress is understood."""
    gate, file = tmp_path / "gate", io.StringIO()
    result = tasks.app.tasks[progressing.untyped.name].delay(str(gate))

    with meanwhile(open_when(gate, file.getvalue, "4/8")):
        assert track(result, file=file, title="plain", timeout=TIMEOUT) == "plain"

    assert lines(file)[-2:] == ["plain: 4/8", "plain: done"]


def test_a_group_of_untyped_tasks(tasks):
    """Celery joins these in another way, past their results."""
    file = io.StringIO()
    task = tasks.app.tasks[progressing.untyped.name]

    assert track(group([task.s(""), task.s("")]).delay(), file=file, timeout=TIMEOUT) == ["plain", "plain"]
    assert lines(file)[-1] == "2 tasks: done"


@only("redis-threads")  # one is enough, and the embedded broker would take its time
def test_a_thousand_members(tasks):
    """Come to their end in the order in which they are asked for, a hundred at a time."""
    file = io.StringIO()
    result = group([progressing.double.s(number) for number in range(1000)]).delay()

    assert track(result, file=file, timeout=60) == [2 * number for number in range(1000)]
    assert len(lines(file)) <= 12


def test_time_runs_out(tasks, tmp_path, terminal):
    """The error is Celery's, the cursor is back, and the result can be waited for again."""
    gate = tmp_path / "gate"
    result = progressing.double.delay(1, gate=str(gate))
    began = time.monotonic()

    with pytest.raises(CeleryTimeoutError):
        track(result, file=terminal, timeout=0.3)
    took = time.monotonic() - began
    gate.touch()

    assert 0.3 <= took < 2
    assert terminal.getvalue().endswith("\x1b[?25h")
    assert track(result, file=terminal, timeout=TIMEOUT) == 2


def test_results_that_have_come_already(tasks):
    """Nothing is asked for twice."""
    file = io.StringIO()
    results = [progressing.double.delay(number) for number in range(3)]
    for result in results:
        result.get(timeout=TIMEOUT)

    assert track(results, file=file, timeout=TIMEOUT) == [0, 2, 4]


def test_from_another_thread(tasks):
    """The backend is asked, and no consumer of another thread."""
    file, values = io.StringIO(), []
    result = progressing.import_rows.delay(10)

    with meanwhile(lambda: values.append(track(result, file=file, timeout=TIMEOUT))):
        pass

    assert values == [10]


def test_an_ignored_result(tasks):
    """Is refused at once: nothing would ever say that the task has ended."""
    with pytest.raises(IgnoredResult):
        track(progressing.double.options(ignore_result=True).delay(1))


# The pool is not involved.
@only("redis-solo", "rabbitmq-solo", "embedded-solo")
def test_a_revoked_task(tasks):
    """Has ended."""
    file = io.StringIO()
    result = progressing.double.options(countdown=0.5).delay(1)
    result.revoke()

    with pytest.raises(Exception, match="revoked"):
        track(result, file=file, timeout=TIMEOUT)

    assert lines(file)[-1] == "double: revoked"


INTERRUPTED = """
import signal

signal.signal(signal.SIGINT, signal.default_int_handler)  # a program in the background is given none

from tests.integration import progressing, tasks
from typedtasks import track

result = tasks.import_rows.AsyncResult({task_id!r})
try:
    track(result, interval=0.01)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@only("redis-solo")
def test_ctrl_c(deployment, tmp_path):
    """In a real terminal: the cursor is back, and the task goes on."""
    gate = tmp_path / "gate"
    result = deployment.tasks.import_rows.delay(10, at=3, gate=str(gate))
    terminal, inside = pty.openpty()
    env = {**os.environ, CONFIG: json.dumps(deployment.config), "TERM": "xterm-256color", "COLUMNS": "120"}
    code = INTERRUPTED.format(task_id=result.id)
    drawn = b""
    with subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, env=env, stderr=inside, stdout=inside) as process:
        os.close(inside)
        while b"3/10" not in drawn:
            drawn += os.read(terminal, 4096)
        process.send_signal(signal.SIGINT)
        with contextlib.suppress(OSError):  # EIO is how Linux says that nobody writes to it any more
            while more := os.read(terminal, 4096):
                drawn += more
    os.close(terminal)
    gate.touch()

    assert drawn.endswith(b"\x1b[?25hinterrupted\r\n")
    assert process.returncode == 0
    assert result.get(timeout=TIMEOUT) == 10


# -- results that are messages: RabbitMQ is the one broker here that has them


rpc = only("rpc-threads")


@rpc
@pytest.mark.parametrize("waited_before", [False, True])
def test_messages(tasks, tmp_path, waited_before):
    """Whether the process consumes results already or not: numbers and end arrive."""
    if waited_before:
        progressing.double.delay(1).get(timeout=TIMEOUT)
    gate, file = tmp_path / "gate", io.StringIO()
    result = progressing.import_rows.delay(10, at=3, gate=str(gate))

    with meanwhile(open_when(gate, file.getvalue, "3/10")):
        assert track(result, file=file, timeout=TIMEOUT) == 10

    assert lines(file)[-1] == "import_rows: done"


@rpc
def test_messages_that_were_looked_at(tasks, tmp_path):
    """`progress` and `state` put a message back, and it is found again."""
    gate, file, seen = tmp_path / "gate", io.StringIO(), []

    def look_and_track() -> None:
        # Which app is the current one is a thread's own affair too.
        result = tasks.app.tasks[progressing.import_rows.name].delay(10, at=3, gate=str(gate))
        seen.append(until(lambda: (told := result.progress) is not None and told.done == 3 and told))
        gate.touch()
        seen.append(track(result, file=file, timeout=TIMEOUT))
        result.backend.result_consumer.stop()  # else its connection outlives the thread

    # A thread has a queue of results of its own, from which nothing was consumed yet.
    with meanwhile(look_and_track):
        pass

    assert seen == [Progress(3, 10), 10]


@rpc
def test_messages_of_chains_and_groups(tasks):
    """Of many results at once, each finds its own."""
    file = io.StringIO()
    steps = progressing.double.s(1) | progressing.double.s() | progressing.import_in_vain.s()
    result = group([progressing.import_rows.s(number) for number in range(1, 30)]).delay()
    broken = steps.delay()

    assert track(result, file=file, timeout=TIMEOUT) == list(range(1, 30))
    with pytest.raises(Declined):
        track(broken, file=file, timeout=TIMEOUT)

    assert lines(file)[-1] == "3. import_in_vain: failed: Declined"


@rpc
def test_messages_that_do_not_come(tasks, tmp_path):
    """Time runs out, and later the result is there all the same."""
    gate, file = tmp_path / "gate", io.StringIO()
    result = progressing.double.delay(1, gate=str(gate))

    with pytest.raises(CeleryTimeoutError):
        track(result, file=file, timeout=0.3)
    gate.touch()

    assert result.get(timeout=TIMEOUT) == 2
