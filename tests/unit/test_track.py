"""What `track` reads, shows, returns and raises, with a clock and a script in place of workers."""

from __future__ import annotations

import io
import itertools
import re
import sys
import threading
from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Annotated, Any

import attrs
import pytest
from celery import group, uuid
from celery.exceptions import Ignore
from celery.exceptions import TimeoutError as CeleryTimeoutError
from celery.result import AsyncResult, GroupResult, ResultSet, denied_join_result

from tests.unit.records import Progress
from typedtasks import BoundTask, IgnoredResult, Sensitive, _display, _steps, _track, track

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
INTERVAL = 0.1


class Terminal(io.StringIO):
    """A stream that is drawn on as on a terminal."""

    def isatty(self) -> bool:
        return True

    @property
    def last(self) -> list[str]:
        """What is there in the end."""
        return [line.rstrip() for line in ESCAPES.sub("", self.getvalue().rpartition("\x1b[2K")[2]).splitlines()]


class Script:
    """A clock on which each pause takes its time and lets the next thing happen."""

    def __init__(self, *happens: Callable[[], object]) -> None:
        self.happens = list(happens)
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.happens:
            self.happens.pop(0)()


@pytest.fixture
def script(monkeypatch):
    """Gives `track` a script for a clock."""

    def play(*happens: Callable[[], object]) -> Script:
        clock = Script(*happens)
        for module in (_track, _steps, _display):
            monkeypatch.setattr(module, "time", clock)
        return clock

    return play


@pytest.fixture
def terminal(monkeypatch):
    """A wide one."""
    for name, value in {"COLUMNS": "160", "TERM": "xterm-256color"}.items():
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "JUPYTER_COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return Terminal()


@pytest.fixture
def file():
    """A stream that is no terminal."""
    return io.StringIO()


@pytest.fixture
def walk(app):
    """A task that tells how far it is; nobody runs it."""

    @app.task(bind=True, progress=Progress)
    def walk(self: BoundTask[Progress], steps: int) -> int: ...

    return walk


@pytest.fixture
def says(app):
    """Puts into the backend what a worker would."""

    def says(result: Any, state: str, value: Any = None) -> Callable[[], object]:
        return lambda: app.backend.store_result(result.id, value, state)

    return says


def new(task: Any, parent: Any = None) -> Any:
    """A result that no other test has had: the tests share the memory of Celery's backend."""
    return task.AsyncResult(uuid(), parent=parent)


def told(done: int, total: int) -> dict[str, int]:
    """Progress in wire form."""
    return {"done": done, "total": total}


def test_one_task(walk, script, says, file):
    """A line for each status and each tenth, and how long it took."""
    result = new(walk)
    script(
        says(result, "STARTED"),
        says(result, "PROGRESS", told(1, 10)),
        says(result, "PROGRESS", told(1, 10)),
        says(result, "PROGRESS", told(9, 10)),
        says(result, "RETRY", ValueError("busy")),
        says(result, "SUCCESS", 10),
    )

    assert track(result, file=file) == 10
    assert file.getvalue().splitlines() == [
        "walk: waiting",
        "walk: running",
        "walk: 1/10",
        "walk: 9/10",
        "walk: 9/10, retrying",
        "walk: done in 0.6 s",
    ]


def test_lines_between_tenths_are_rare(walk, script, says, file):
    """One each five seconds."""
    result = new(walk)
    script(*(says(result, "PROGRESS", told(done, 10_000)) for done in range(1, 500)), says(result, "SUCCESS", 1))

    track(result, file=file)

    dones = [int(line.split()[1].partition("/")[0]) for line in file.getvalue().splitlines()[1:-1]]
    assert len(dones) == 10
    assert all(49 < later - earlier < 53 for earlier, later in itertools.pairwise(dones))


@pytest.mark.parametrize(
    ("progress", "value", "count", "line"),
    [
        (Progress, {"done": 3, "total": 10}, None, "3/10"),
        (Progress, {"done": 3, "total": 10}, lambda p: (p.total - p.done, None), "7"),
        (Progress, {"done": 3, "total": 10}, lambda p: None, "running: Progress(done=3, total=10)"),
        (
            Progress,
            {"done": "x"},
            None,
            "running: walk() progress: 2 problems   $.done: expected int, got str 'x'   $....",
        ),
        (str, "line 1\nline 2\x1b[2J", None, "running: line 1 line 2 [2J"),
        (dict[str, float], {"current": 1.5}, None, "1.5"),
        (dict[str, Decimal], {"completed": "2", "total": "8"}, None, "2/8"),
        (dict[str, float], {"done": 0, "total": 0}, None, "0/0"),
        (dict[str, bool], {"done": True}, None, "running: {'done': True}"),
        (list[int], [1, 2], None, "running: [1, 2]"),
    ],
    ids=str,
)
def test_progress(app, script, says, file, progress, value, count, line):
    """Numbers by the usual names or by `count`; else what there is, as one line of text."""

    @app.task(bind=True, progress=progress)
    def walk(self: BoundTask[Any]) -> None: ...

    result = new(walk)
    script(says(result, "PROGRESS", value), says(result, "SUCCESS"))

    track(result, file=file, count=count)

    assert file.getvalue().splitlines()[1] == f"walk: {line}"


@attrs.frozen
class Secretive:
    """Progress of which not all may be shown."""

    done: int
    token: str = attrs.field(repr=False)
    total: Annotated[int, Sensitive()] = 7


@pytest.mark.parametrize(
    ("progress", "value", "line"),
    [
        (Secretive, {"done": 3, "token": "s3cret", "total": 7}, "3"),
        (
            Secretive,
            {"done": 3, "token": 8765, "total": 7},
            "running: walk() progress: $.token: expected str, got int",
        ),
        (Annotated[Progress, Sensitive()], {"done": 3, "total": 10}, "running: <hidden>"),
        (dict[str, Annotated[int, Sensitive()]], {"done": 3, "total": 10}, "running: <dict[str, int]>"),
    ],
    ids=str,
)
def test_sensitive_progress(app, script, says, file, progress, value, line):
    """Is not shown, nor are the numbers that are."""

    @app.task(bind=True, progress=progress)
    def walk(self: BoundTask[Any]) -> None: ...

    result = new(walk)
    script(says(result, "PROGRESS", value), says(result, "SUCCESS"))

    track(result, file=file)

    assert file.getvalue().splitlines()[1] == f"walk: {line}"


@pytest.mark.parametrize(
    ("value", "line"),
    [({"current": 2, "total": 4}, "2/4"), ({"token": "s3cret"}, "running"), ("s3cret", "running")],
    ids=str,
)
def test_progress_without_a_type(app, script, says, file, value, line):
    """Of an untyped task, and what a typed one reports in Celery's way: its numbers, and nothing else."""

    @app.task
    def typed() -> None: ...

    for result in (new(typed), AsyncResult(uuid(), app=app)):
        script(says(result, "PROGRESS", value), says(result, "SUCCESS"))
        track(result, file=file)

    assert [line for line in file.getvalue().splitlines() if ": waiting" not in line] == [
        f"typed: {line}",
        "typed: done in 0.2 s",
        f"task {result.id[:8]}: {line}",
        f"task {result.id[:8]}: done in 0.2 s",
    ]


def test_the_name_of_an_untyped_task(make_app, script, file):
    """Is known where results are extended."""
    app = make_app(result_extended=True)
    result = AsyncResult(uuid(), app=app)
    request = SimpleNamespace(task="shop.old", args=(), kwargs={}, delivery_info={}, hostname="", retries=0)
    script(lambda: app.backend.store_result(result.id, 7, "SUCCESS", request=request))

    assert track(result, file=file) == 7
    assert file.getvalue().splitlines() == [f"task {result.id[:8]}: waiting", "shop.old: done in 0.1 s"]


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (KeyError("s3cret"), "KeyError"),
        ({"exc_type": "Gone", "exc_message": ["s3cret"], "exc_module": "elsewhere"}, "Gone"),
    ],
    ids=str,
)
def test_a_failure(app, walk, script, file, error, text):
    """Is shown by its class alone, then raised."""
    result = new(walk)

    def fail() -> None:
        if isinstance(error, Exception):
            app.backend.mark_as_failure(result.id, error)
        else:
            app.backend.store_result(
                result.id, error | {"typedtasks": {"type": "elsewhere:Gone", "message": "s3cret"}}, "FAILURE"
            )

    script(fail)

    with pytest.raises(Exception, match="s3cret"):
        track(result, file=file)

    assert file.getvalue().splitlines()[-1] == f"walk: failed: {text} after 0.1 s"


def test_a_chain(walk, app, script, says, file):
    """One line for each step; one before a step that has begun is done, whether its result is kept or not."""
    first = new(walk)
    second = new(walk, first)
    third = new(walk, second)
    script(says(second, "PROGRESS", told(1, 2)), says(second, "SUCCESS", 2), says(third, "SUCCESS", 3))

    assert track(third, file=file) == 3
    assert file.getvalue().splitlines() == [
        "1. walk: waiting",
        "2. walk: waiting",
        "3. walk: waiting",
        "1. walk: done",
        "2. walk: 1/2",
        "2. walk: done in 0.1 s",
        "3. walk: done",
    ]


def test_bars_of_a_chain(walk, script, says, terminal):
    """One for each step, also of those that wait: these have no clock yet."""
    first = new(walk)
    second = new(walk, first)
    shown: list[str] = []
    script(
        says(first, "PROGRESS", told(2, 4)),
        lambda: shown.extend(terminal.last),
        says(first, "SUCCESS", 1),
        says(second, "SUCCESS", 2),
    )

    assert track(second, file=terminal) == 2
    assert shown[0].startswith(f"1. walk {20 * '━'}")
    assert shown[1] == f"2. walk {40 * '━'} waiting"
    assert [line.split()[3] for line in terminal.last] == ["4/4,", "done"]


def test_a_chain_with_a_title(walk, script, says, file):
    """Has a line of its own above those of its steps."""
    first = new(walk)
    second = new(walk, first)
    script(says(first, "SUCCESS", 1), says(second, "SUCCESS", 2))

    track(second, file=file, title="import")

    assert file.getvalue().splitlines()[0] == "import: 0/2"
    assert [line for line in file.getvalue().splitlines() if line.startswith("import")][-1] == "import: done in 0.2 s"


@pytest.mark.parametrize("told_first", ["first", "second"])
def test_a_chain_that_breaks(app, walk, script, says, file, told_first):
    """Celery gives the steps after a failed one its failure; only the first is told as failed."""
    first = new(walk)
    second = new(walk, first)
    third = new(walk, second)
    read = app.backend.get_task_meta

    def fail() -> None:
        for result in (first, second):
            app.backend.mark_as_failure(result.id, ValueError("no"))

    def get_task_meta(task_id, *args, **options):
        # The first step fails after it was read and before the second is.
        if told_first == "second" and task_id == second.id and clock.now > 100.05:
            fail()
        return read(task_id, *args, **options)

    app.backend.get_task_meta = get_task_meta
    clock = script(fail if told_first == "first" else lambda: None)

    with pytest.raises(ValueError, match="no"):
        track(third, file=file)

    assert {line.partition(" after")[0] for line in file.getvalue().splitlines()[3:]} == {
        "1. walk: failed: ValueError",
        "2. walk: not run",
        "3. walk: not run",
    }


def test_a_revoked_step(walk, app, script, file):
    """Celery says nothing of those after it, and `get` of the last would wait for ever in a group."""
    first = new(walk)
    script(lambda: app.backend.mark_as_revoked(first.id, "revoked"))

    with pytest.raises(Exception, match="revoked"):
        track([new(walk, first)], file=file)

    assert file.getvalue().splitlines()[-2:] == [
        "2 x walk: failed: 1 failed in 0.1 s".replace(" in ", " after "),
        "walk #1: revoked",
    ]


def test_a_group(walk, app, script, says, terminal):
    """One bar for all, one for each that is at work, and one for each that has failed."""
    members = [new(walk) for number in range(4)]
    lasts: list[list[str]] = []

    def look(*acts: Callable[[], object]) -> Callable[[], None]:
        def act() -> None:
            lasts.append(terminal.last)
            for each in acts:
                each()

        return act

    script(
        look(says(members[0], "PROGRESS", told(1, 4)), says(members[1], "STARTED"), says(members[3], "SUCCESS", 1)),
        look(lambda: app.backend.mark_as_failure(members[1].id, KeyError("x"))),
        look(says(members[0], "SUCCESS", 1), says(members[2], "SUCCESS", 1)),
        look(),
    )

    with pytest.raises(KeyError):
        track(GroupResult("g", members), file=terminal, timeout=60)

    assert [[" ".join(re.sub(r"[━╸╺]+|\d:.*", "", line).split()) for line in last] for last in lasts] == [
        ["4 x walk 0/4"],
        ["4 x walk 1/4", "walk #1 1/4", "walk #2 running"],
        ["4 x walk 2/4, 1 failed", "walk #1 1/4", "walk #2 failed: KeyError"],
    ]


def test_clocks(walk, script, says, terminal):
    """How long it has taken, and how long it will at this rate."""
    result = new(walk)
    script(says(result, "PROGRESS", told(1, 4)), says(result, "SUCCESS", 4))

    track(result, file=terminal, interval=60)

    assert "0:01:00, 0:03:00 left" in ESCAPES.sub("", terminal.getvalue())
    assert terminal.last == [f"walk {40 * '━'} 4/4, done 0:02:00"]


def test_many_members(app, walk, script, says, terminal):
    """Ten are shown by themselves, those that have failed first; the rest is counted."""
    members = [new(walk) for _ in range(13)]
    shown: list[str] = []

    def progress() -> None:
        for member in members:
            says(member, "PROGRESS", told(1, 4))()

    script(
        progress,
        lambda: app.backend.mark_as_revoked(members[-1].id, "revoked"),
        lambda: shown.extend(terminal.last),
        *(says(member, "SUCCESS", 1) for member in members[:-1]),
    )

    with pytest.raises(Exception, match="revoked"):
        track(members, file=terminal)

    assert len(shown) == 11
    assert "1/13, 1 failed, 3 more at work" in shown[0]
    assert shown[-1].startswith("walk #13")


def test_lines_of_many_members(app, walk, script, says, file):
    """Tell of all of them together, and by itself of one that fails."""
    members = [new(walk) for _ in range(11)]
    script(
        says(members[0], "PROGRESS", told(1, 4)),
        lambda: app.backend.mark_as_revoked(members[1].id, "revoked"),
        *(says(member, "SUCCESS", 1) for member in members[::2]),
        *(says(member, "SUCCESS", 1) for member in members[3::2]),
    )

    with pytest.raises(Exception, match="revoked"):
        track(members, file=file)

    assert file.getvalue().splitlines()[:2] == ["11 x walk: 0/11", "walk #2: revoked"]
    assert file.getvalue().splitlines()[-1] == "11 x walk: failed: 1 failed after 1.2 s"


def test_reads(app, walk, script, says, file):
    """One for each task that has not ended, and at most 100 in one look: of more, the next ones in turn."""
    members = [new(walk) for _ in range(250)]
    read, looks = app.backend.get_task_meta, [0]

    def get_task_meta(task_id, *args, **options):
        looks[-1] += 1
        return read(task_id, *args, **options)

    def end(some: list[Any]) -> Callable[[], None]:
        def act() -> None:
            for member in some:
                says(member, "SUCCESS", 1)()
            looks.append(0)

        return act

    app.backend.get_task_meta = get_task_meta
    script(end([]), end([]), end(members[:50]), end([]), end(members[50:]))

    assert track(members, file=file) == 250 * [1]
    # The last: all that were asked for had ended, and it went on at once.
    assert looks == [100, 100, 50, 100, 100, 200]


def test_eager_results(app, script, file):
    """They have ended before they are followed."""
    script()

    @app.task
    def double(number: int) -> int:
        return 2 * number

    @app.task
    def untyped_end() -> None:
        raise Ignore

    assert track(double.apply((2,)), file=file) == 4
    assert track(group(double.s(1), double.s(2)).apply(), file=file, title="doubles") == [2, 4]
    assert track(untyped_end.apply(), file=file) is None
    assert file.getvalue().splitlines() == ["double: done", "doubles: done", "untyped_end: done"]


def test_nothing_to_follow(file):
    """No results, nothing to show."""
    assert track([], file=file) == []
    assert file.getvalue() == ""


def test_sets_and_nested_groups(walk, script, says, file):
    """Whatever Celery makes of canvases is one tree, in which each task is counted once."""
    first = new(walk)
    inner = [new(walk, first), new(walk, new(walk, first))]
    body = new(walk, GroupResult("g", inner, parent=first))
    other = ResultSet([new(walk)])
    script(says(body, "SUCCESS", 1), says(other.results[0], "SUCCESS", 2))

    assert track([body, other], file=file) == [1, [2]]
    assert file.getvalue().splitlines()[0] == "6 x walk: 0/6"
    assert file.getvalue().splitlines()[-1] == "6 x walk: done in 0.2 s"


def test_a_failed_header(app, walk, script, says, file):
    """Nobody waits for the rest of it, nor for the body."""
    header = [new(walk), new(walk)]
    body = new(walk, GroupResult("g", header))
    script(says(header[0], "STARTED"), lambda: app.backend.mark_as_failure(header[1].id, ValueError("no")))

    with pytest.raises(ValueError, match="no"):
        track(body, file=file)

    assert file.getvalue().splitlines()[-2:] == [
        "3 x walk: failed: 1 failed after 0.2 s",
        "walk #2: failed: ValueError",
    ]


def test_time_runs_out(walk, script, terminal):
    """Celery's own error, and the cursor is there again; the last pause is no longer than what is left."""
    clock = script()

    with pytest.raises(CeleryTimeoutError):
        track(new(walk), file=terminal, timeout=0.25)

    assert clock.now == pytest.approx(100.25)
    assert terminal.getvalue().endswith("\x1b[?25h")


def test_interrupted(walk, script, terminal):
    """The cursor is there again."""

    def interrupt() -> None:
        raise KeyboardInterrupt

    script(interrupt)

    with pytest.raises(KeyboardInterrupt):
        track(new(walk), file=terminal)

    assert terminal.getvalue().endswith("\x1b[?25h")


def test_an_error_of_count(walk, script, says, file):
    """Is the user's own: it is raised, and not shown as progress."""
    result = new(walk)
    script(says(result, "PROGRESS", told(1, 2)))

    with pytest.raises(ZeroDivisionError):
        track(result, file=file, count=lambda p: (p.done / 0, None))


def test_ignored_results(app):
    """Are refused before anything is shown: the last of a chain, and any of a group."""

    @app.task(ignore_result=True)
    def forgotten() -> None: ...

    result = forgotten.delay()

    for results in (result, [result], GroupResult("g", [result])):
        with pytest.raises(IgnoredResult, match="forgotten"):
            track(results)


@pytest.mark.parametrize("wrong", ["id", {"task": "x"}, ["id"], None, 7], ids=str)
def test_what_is_no_result(wrong):
    """Is told at once."""
    with pytest.raises(TypeError):
        track(wrong)


def test_in_a_task(walk):
    """Celery's own refusal: a worker that waits for itself waits for ever."""
    with denied_join_result(), pytest.raises(RuntimeError, match="within a task"):
        track(new(walk))


def test_without_rich(walk, script, says, terminal, monkeypatch):
    """Lines, also on a terminal."""
    monkeypatch.setitem(sys.modules, "rich.console", None)
    result = new(walk)
    script(says(result, "SUCCESS", 1))

    track(result, file=terminal, title="a walk")

    assert terminal.getvalue() == "a walk: waiting\na walk: done in 0.1 s\n"


def test_a_dumb_terminal(walk, script, says, terminal, monkeypatch):
    """Cannot move its cursor: lines."""
    monkeypatch.setenv("TERM", "dumb")
    result = new(walk)
    script(says(result, "SUCCESS", 1))

    track(result, file=terminal)

    assert terminal.getvalue() == "walk: waiting\nwalk: done in 0.1 s\n"


def test_standard_error(walk, script, says, capsys):
    """Where it goes without `file=`."""
    result = new(walk)
    script(says(result, "SUCCESS", 1))

    track(result)

    assert capsys.readouterr() == ("", "walk: waiting\nwalk: done in 0.1 s\n")


def test_messages(make_app, run_worker, file):
    """A backend that keeps nothing: its messages are consumed."""
    app = make_app(backend="rpc://")
    gate = threading.Event()

    @app.task(bind=True, progress=Progress)
    def walk(self: BoundTask[Progress], steps: int) -> int:
        self.progress(Progress(1, steps))
        gate.wait(5)
        return steps

    threading.Timer(0.3, gate.set).start()
    with run_worker(app):
        last = walk.delay(3)
        first = walk.delay(2)
        last.parent = first  # any two, as if one followed the other: each has a line of its own
        assert track(last, file=file, interval=0.05, timeout=10) == 3
        assert track(first, file=file, timeout=10) == 2
        assert track(walk.delay(4), file=file, interval=9, timeout=10) == 4

    assert "2. walk: 1/3" in file.getvalue()
