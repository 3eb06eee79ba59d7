"""How `track` shows what it follows: bars on a terminal, elsewhere lines."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final, TextIO

import attrs

from ._plain import shorten
from ._steps import Chain, Group, Step

__all__ = ["Row", "display", "rows_of"]

#: How many tasks are shown, at most, each by itself; the rest is counted.
SHOWN: Final = 10
#: How long, in seconds, a line is the newest of its task before the next one that tells no more than a few percent.
QUIET: Final = 5.0

_LABEL_WIDTH: Final = 40
_WORDS_WIDTH: Final = 80
_BAR_WIDTH: Final = 40
_STOPPED: Final = frozenset({"waiting", "not run", "left"})


@attrs.frozen
class Row:
    """One bar, or one line.

    Attributes:
        key: What it is about.
        label: The name that stands before it.
        status: As of a step.
        done: How much is done, if that is known.
        total: Of how much, if that is known.
        text: More about it.
        since: When it began, on the monotonic clock, if that was seen.
        until: When it ended.
        quiet: Whether it is of no interest where there are no bars.
    """

    key: int
    label: str
    status: str
    done: float | None
    total: float | None
    text: str
    since: float | None
    until: float | None
    quiet: bool = False

    @property
    def numbers(self) -> str:
        """``3/10``, or ``3`` of nobody knows how many."""
        return "/".join(_number(number) for number in (self.done, self.total) if number is not None)

    @property
    def words(self) -> str:
        """What is known beside numbers."""
        known = ["" if self.status == "running" and self.done is not None else self.status, self.text]
        return ": ".join(filter(None, known))

    @property
    def seconds(self) -> float | None:
        """How long it took, if that was seen: the backend does not say when a task began."""
        if self.since is None or self.until is None or self.since == self.until:
            return None
        return self.until - self.since

    @property
    def tenth(self) -> float | None:
        """How many tenths are done."""
        return None if self.done is None or not self.total else self.done * 10 // self.total


def rows_of(chain: Chain, title: str | None, begun: float) -> list[Row]:
    """What is shown of a tree.

    Args:
        chain: The tree.
        title: What the user calls it.
        begun: When the display began, on the monotonic clock.
    """
    steps = list(chain.steps())
    if not steps:
        return []
    if len(steps) == 1:
        return [attrs.evolve(_row(0, title or steps[0].name, steps[0]), since=begun)]
    in_order = len(steps) <= SHOWN and not any(isinstance(stage, Group) for stage in chain.stages)
    shown = steps if in_order else [step for step in steps if step.busy or step.failed]
    # A failure is not to be missed among many that run.
    chosen = set(map(id, sorted(shown, key=lambda step: not step.failed)[:SHOWN]))
    numbered = [
        _row(number, f"{number}. {step.name}" if in_order else f"{step.name} #{number}", step, quiet=len(steps) > SHOWN)
        for number, step in enumerate(steps, start=1)
        if id(step) in chosen
    ]
    if in_order and title is None:
        return numbered
    return [_overall(chain, steps, title, begun, unseen=len(shown) - len(chosen)), *numbered]


def _overall(chain: Chain, steps: Sequence[Step], title: str | None, begun: float, *, unseen: int) -> Row:
    names = {step.name for step in steps}
    label = title or (f"{len(steps)} x {names.pop()}" if len(names) == 1 else f"{len(steps)} tasks")
    failed = sum(step.failed for step in steps)
    ended = failed + sum(step.status == "done" for step in steps)
    status = "running" if not chain.over else "failed" if failed else "done"
    said = [(failed, "failed"), (unseen, "more at work")]
    text = ", ".join(f"{number} {what}" for number, what in said if number)
    return Row(0, label, status, ended, len(steps), text, begun, time.monotonic() if chain.over else None)


def _row(key: int, label: str, step: Step, *, quiet: bool = False) -> Row:
    told = (step.status, step.done, step.total, step.text, step.since, step.until)
    return Row(key, label, *told, quiet=quiet and not step.failed)


def _number(number: float) -> str:
    return str(int(number)) if number == int(number) else f"{number:.1f}"


def _clean(text: str, width: int) -> str:
    """What tasks tell, in one line and without a character that could move the cursor."""
    return shorten("".join(each if each.isprintable() else " " for each in text[: width + 1]), width)


@contextmanager
def display(file: TextIO | None) -> Generator[Callable[[Sequence[Row]], None]]:
    """Bars where the stream is a terminal and rich is there, else lines; gives the function that shows rows."""
    stream = sys.stderr if file is None else file
    console = _terminal(stream)
    if console is None:
        yield _Lines(stream).show
        return
    from rich.live import Live  # noqa: PLC0415 - optional

    bars = _Bars()
    # Other output stays where the program sends it.
    with Live(console=console, get_renderable=bars.draw, redirect_stdout=False, redirect_stderr=False) as live:

        def show(rows: Sequence[Row]) -> None:
            bars.rows = rows
            live.refresh()

        yield show


# -- lines -------------------------------------------------------------------------------------------------------------


@attrs.define
class _Lines:
    """One line for each change that is worth one."""

    stream: TextIO
    told: dict[int, tuple[Row, float]] = attrs.field(factory=dict[int, "tuple[Row, float]"])

    def show(self, rows: Sequence[Row]) -> None:
        now = time.monotonic()
        for row in rows:
            last = self.told.get(row.key)
            if not row.quiet and (last is None or _is_news(row, last[0], now - last[1])):
                self.told[row.key] = row, now
                print(_line(row), file=self.stream, flush=True)


def _is_news(row: Row, last: Row, seconds: float) -> bool:
    """Another status and each tenth are told at once, all else after a while: a log is read by people."""
    if (row.status, row.tenth) != (last.status, last.tenth):
        return True
    return seconds >= QUIET and (row.numbers, row.text) != (last.numbers, last.text)


def _line(row: Row) -> str:
    told = row.words if row.until is not None else ", ".join(filter(None, [row.numbers, row.words]))
    line = f"{_clean(row.label, _LABEL_WIDTH)}: {_clean(told, _WORDS_WIDTH)}"
    return line if row.seconds is None else f"{line} {'in' if row.status == 'done' else 'after'} {row.seconds:.1f} s"


# -- bars --------------------------------------------------------------------------------------------------------------


def _terminal(stream: TextIO) -> Any:
    """A console where bars can be drawn; ``None`` without rich and where there is no terminal."""
    try:
        from rich.console import Console  # noqa: PLC0415 - optional
    except ImportError:
        return None
    console = Console(file=stream)
    return console if console.is_terminal and not console.is_dumb_terminal else None


@attrs.define
class _Bars:
    """One bar for each row. rich draws them anew, in a thread of its own, so that clocks go on between two looks."""

    rows: Sequence[Row] = ()

    def draw(self) -> Any:
        from rich.progress_bar import ProgressBar  # noqa: PLC0415 - optional
        from rich.table import Table  # noqa: PLC0415 - optional
        from rich.text import Text  # noqa: PLC0415 - optional

        now = time.monotonic()
        table = Table.grid(padding=(0, 1))
        for row in self.rows:
            total, done = _extent(row)
            info = ", ".join(filter(None, [row.numbers, row.words]))
            table.add_row(
                # As it is, whatever rich's markup would make of it.
                Text(_clean(row.label, _LABEL_WIDTH), no_wrap=True, overflow="ellipsis"),
                ProgressBar(total, done, width=_BAR_WIDTH, animation_time=now),
                Text(
                    _clean(info, _WORDS_WIDTH),
                    "red" if row.status in {"failed", "revoked"} else "",
                    no_wrap=True,
                    overflow="ellipsis",
                ),
                Text(_clock(row, now), no_wrap=True),
            )
        return table


def _extent(row: Row) -> tuple[float | None, float]:
    """Of how much how much is done, as a bar shows it; ``None`` for one that only moves."""
    if row.status == "done":
        return 1, 1
    if row.done is not None and row.total:
        return row.total, row.done
    return (1 if row.status in _STOPPED or row.until is not None else None), 0


def _clock(row: Row, now: float) -> str:
    """How long it has taken, and how long it will at this rate."""
    if row.since is None:
        return ""
    taken = (now if row.until is None else row.until) - row.since
    if row.until is not None or not row.done or row.total is None or row.done > row.total:
        return str(timedelta(seconds=int(taken)))
    left = taken * (row.total - row.done) / row.done
    return f"{timedelta(seconds=int(taken))}, {timedelta(seconds=int(left))} left"
