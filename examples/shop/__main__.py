"""The demo: ``python -m examples.shop``. It ends with 0 only if the worker's answers equal those of plain calls."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from .check import differences
from .make_orders import FILE
from .pipeline import Lines, Outcome, read_lines, run
from .report import show
from .worker import PROCESSES, make_app, running_worker

SHOWN_DIFFERENCES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, send, collect, show, check."""
    parser = argparse.ArgumentParser(prog="python -m examples.shop", description=__doc__)
    parser.add_argument("--limit", type=positive, metavar="N", help="only the first N lines of the file")
    options = parser.parse_args(arguments)
    # What the file holds is data, also where it looks like rich's markup.
    console = Console(markup=False, highlight=False)
    with FILE.open(encoding="utf-8") as file:
        lines = read_lines(file, options.limit)
    console.print(f"{len(lines):,} lines of {FILE.name}, a worker with {PROCESSES} processes, no server.")
    outcome = work(lines, console)
    show(console, outcome)
    return verdict(lines, outcome, console)


def positive(text: str) -> int:
    """A number of lines; none would prove nothing."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def work(lines: Lines, console: Console) -> Outcome:
    """All lines through a worker that lives for this."""
    columns = TextColumn("orders"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    bar = Progress(*columns, console=console, disable=not console.is_terminal)
    with tempfile.TemporaryDirectory(prefix="shop-") as name, running_worker(Path(name)) as worker, bar:
        make_app(Path(name))
        shown = bar.add_task("", total=len(lines))
        return run(lines, worker, lambda now: bar.update(shown, completed=len(now.answers) + len(now.refused)))


def verdict(lines: Lines, outcome: Outcome, console: Console) -> int:
    """The exit status."""
    found = list(differences(lines, outcome))
    if not found:
        console.print(f"All {len(outcome.answers):,} answers equal those of the same functions called directly.")
        return 0
    for difference in found[:SHOWN_DIFFERENCES]:
        console.print(difference)
    console.print(f"{len(found):,} answers differ from those of the same functions called directly.")
    return 1


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` shall stop the worker too, as Ctrl-C does
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("interrupted")
