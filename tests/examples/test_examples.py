"""The example programs do what the README says of them, refuse what they must, and leave nothing behind."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timezone
from decimal import Decimal
from pathlib import Path

import attr
import pytest

from examples.shop import make_orders
from examples.shop.check import call_directly, differences
from examples.shop.model import CardDeclined, Receipt
from examples.shop.pipeline import Outcome, read_lines, send
from examples.shop.worker import ROOT, Worker, make_app
from typedtasks import InvalidArguments

QUICKSTART = ROOT / "examples" / "quickstart.py"
PROGRESS = ROOT / "examples" / "progress.py"
TIMEOUT = 60.0
RECEIPT = "Receipt(order=Order(sku='TEA', qty=2), total=Decimal('{}'))"

REFUSED = {
    75: [("$.order.lines[3]", "ValueError: 'qty' must be > 0: -1")],
    150: [("$.order.lines[0].unit_price", "expected Decimal, got float 19.99")],
    225: [("$.order.lines[0].unit_price", "expected Decimal, got str '19,99'")],
    300: [("$.order.customer.address", "missing")],
    375: [("$.order.cupon", "unexpected field; did you mean 'coupon'?")],
    450: [
        (
            "$.order.currency",
            "expected Currency: one of 'CHF', 'EUR', 'GBP', 'JPY', 'USD', got str 'EURO'; did you mean 'EUR'?",
        )
    ],
    525: [("$.order", "ValueError: placed_at has no UTC offset")],
    600: [("$.order.placed_at", "expected datetime, got str '03/14/2026 10:30'")],
    675: [("$.order.id", "expected UUID, got str '6fe602b8-053e-4fe6-9ba4-120762f1'")],
    750: [("$.order", "ValueError: Length of 'lines' must be >= 1: 0")],
    825: [
        ("$.order.channel", "expected Channel: one of 'app', 'phone', 'web', got str 'fax'"),
        ("$.order.customer.id", "expected UUID, got int 17"),
        ("$.order.card.last4", "missing"),
    ],
    975: [("$.order.lines[0].qty", "expected int, got str '7'")],
}
"""One bad line of each kind, with its problems; line 900 is no JSON."""


@pytest.fixture(scope="module")
def lines() -> dict[int, str]:
    """The file of orders."""
    with make_orders.FILE.open(encoding="utf-8") as file:
        return read_lines(file, None)


# -- programs


@contextlib.contextmanager
def program(work: Path, *command: str) -> Iterator[subprocess.Popen[str]]:
    """A program of which nothing may be left when the block ends: no process, no temporary file."""
    temporary = work / "tmp"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT if command[0] in {"-m", "-c"} else work,
        env={**os.environ, "TMPDIR": str(temporary), "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        with process:
            yield process
        assert list(temporary.iterdir()) == []
        assert processes_of(work) == []
    finally:
        process.kill()
        for pid in processes_of(work):
            os.kill(pid, signal.SIGKILL)


def processes_of(work: Path) -> list[int]:
    """The processes that were started with this folder in their command or as their own (Linux; elsewhere none)."""
    found: list[int] = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            command = (entry / "cmdline").read_bytes()
            if os.fsencode(work) in command or (entry / "cwd").readlink() == work:
                found.append(int(entry.name))
    return found


def test_quickstart_gives_a_receipt_both_ways(tmp_path: Path) -> None:
    """The plain call and the one through a worker give the same kind of object, and the program ends by itself."""
    with program(tmp_path, str(QUICKSTART)) as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, errors
    assert output.splitlines()[:2] == [
        "called here: " + RECEIPT.format("9.90"),
        "by a worker: " + RECEIPT.format("7.00"),
    ]


def test_progress_shows_what_its_tasks_tell(tmp_path: Path) -> None:
    """Lines where it is no terminal, on the standard error; the results alone on the other."""
    with program(tmp_path, str(PROGRESS)) as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, errors
    assert output.splitlines()[:3] == ["60 rows of may.csv", "90 rows of june.csv", "40 rows of july.csv"]
    assert re.search(r"^import_file #2: \d+/90$", errors, re.MULTILINE)
    assert "3 x import_file: done in " in errors


def test_shop_ends_with_success_where_all_answers_are_equal(tmp_path: Path) -> None:
    """A part of the file goes the whole way: receipts, declined cards, refused lines, comparison."""
    with program(tmp_path, "-m", "examples.shop", "--limit", "160") as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 0, output + errors
    assert "160 orders: 145 receipts, 13 declined, 2 refused." in output
    assert "All 158 answers equal those of the same functions called directly." in output
    assert "$.order.lines[0].unit_price" in output
    assert "\x1b" not in output  # plain where it is no terminal


def test_shop_ends_with_failure_where_the_worker_computes_something_else(tmp_path: Path) -> None:
    """The comparison is a real one: with another tax in the calling process alone, it fails."""
    code = (
        "import sys; from decimal import Decimal; from examples.shop import __main__ as shop, model, tasks;"
        "tasks.TAX[model.Country.DE] = Decimal('0.21');"
        "sys.exit(shop.main(['--limit', '10']))"
    )
    with program(tmp_path, "-c", code) as process:
        output, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1, output + errors
    assert "answers differ from those of the same functions called directly." in output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_shop_stops_its_worker_when_it_is_interrupted(tmp_path: Path, number: signal.Signals) -> None:
    """Ctrl-C and `kill` leave neither a process nor a file."""
    with program(tmp_path, "-m", "examples.shop") as process:
        deadline = time.monotonic() + TIMEOUT
        while not list(tmp_path.glob("tmp/shop-*/results/celery-task-meta-*")):  # until the worker works
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(number)
        _, errors = process.communicate(timeout=TIMEOUT)
    assert process.returncode == 1
    assert errors.endswith("interrupted\n")


def test_a_worker_that_has_died_is_an_error_with_its_log(tmp_path: Path) -> None:
    """Waiting for it would take for ever."""
    log = tmp_path / "worker.log"
    log.write_text("out of memory")
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
        with pytest.raises(RuntimeError, match="out of memory"):
            Worker(process, log).check()


# -- the file


def test_the_generator_makes_the_same_file_again() -> None:
    """Byte for byte, on every Python."""
    assert make_orders.make_file() == make_orders.FILE.read_bytes()


def test_the_file_has_bad_lines_of_every_kind(lines: dict[int, str]) -> None:
    """A few dozen among a few thousand."""
    kinds = len(make_orders.FAULTS) + 1
    bad = [number for number in lines if number % make_orders.BAD_EVERY == 0]
    assert len(lines) == 3_000
    assert len(bad) == 40
    assert len(REFUSED) + 1 == kinds == len({number // make_orders.BAD_EVERY % kinds for number in bad})


def test_bad_lines_are_refused_with_their_paths_and_nothing_is_published(lines: dict[int, str], tmp_path: Path) -> None:
    """Each kind of mistake is told where it is, before anything is sent."""
    with make_app(tmp_path):
        for number, problems in REFUSED.items():
            with pytest.raises(InvalidArguments) as refusal:
                send(lines[number])
            assert [(problem.path, problem.message) for problem in refusal.value.problems] == problems
        with pytest.raises(json.JSONDecodeError):
            send(lines[900])
    assert list((tmp_path / "queues").iterdir()) == []


def test_good_lines_are_charged_or_declined(lines: dict[int, str]) -> None:
    """What the demo's tables show, computed without any worker."""
    good = [text for number, text in lines.items() if number % make_orders.BAD_EVERY != 0]
    assert Counter(type(call_directly(text)) for text in good) == {Receipt: 2_664, CardDeclined: 296}


# -- the comparison


@pytest.fixture(scope="module")
def answered(lines: dict[int, str]) -> dict[int, str]:
    """Ten good lines, with a declined card among them."""
    few = {number: lines[number] for number in range(1, 11)}
    assert {type(call_directly(text)) for text in few.values()} == {Receipt, CardDeclined}
    return few


@pytest.fixture
def outcome(answered: dict[int, str]) -> Outcome:
    """What a faultless worker would have answered."""
    return Outcome(answers={number: call_directly(text) for number, text in answered.items()})


def first(outcome: Outcome, kind: type[object]) -> int:
    """The number of the first answer of a kind."""
    return next(number for number, answer in outcome.answers.items() if isinstance(answer, kind))


def test_equal_answers_do_not_differ(answered: dict[int, str], outcome: Outcome) -> None:
    """Also where exceptions are concerned, which are not equal to one another."""
    assert list(differences(answered, outcome)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda receipt: {"skus": ()},
        lambda receipt: {"total": attr.evolve(receipt.total, amount=receipt.total.amount + Decimal("0.01"))},
        lambda receipt: {"total": attr.evolve(receipt.total, amount=receipt.total.amount.quantize(Decimal("0.001")))},
        lambda receipt: {"placed_at": receipt.placed_at.astimezone(timezone.utc)},
        lambda receipt: {"id": str(receipt.id)},
    ],
    ids=["field", "cent", "digits", "offset", "class"],
)
def test_a_wrong_receipt_differs(change, answered: dict[int, str], outcome: Outcome) -> None:
    """Also by what `==` does not see: 1.0 and 1.00, one time in two zones."""
    number = first(outcome, Receipt)
    receipt = outcome.answers[number]
    outcome.answers[number] = attr.evolve(receipt, **change(receipt))
    (difference,) = differences(answered, outcome)
    assert difference.startswith(f"line {number}: got Receipt(")


def test_a_wrong_failure_differs(answered: dict[int, str], outcome: Outcome) -> None:
    """By the fields of its nested record."""
    number = first(outcome, CardDeclined)
    error = outcome.answers[number]
    assert isinstance(error, CardDeclined)
    decline = attr.evolve(error.decline, last4="0000")
    outcome.answers[number] = CardDeclined(order_id=error.order_id, decline=decline)
    (difference,) = differences(answered, outcome)
    assert difference.startswith(f"line {number}: got CardDeclined(")


def test_a_crash_in_place_of_a_receipt_differs(answered: dict[int, str], outcome: Outcome) -> None:
    """An undeclared exception is no answer."""
    outcome.answers[first(outcome, Receipt)] = RuntimeError("boom")
    assert len(list(differences(answered, outcome))) == 1


def test_missing_surplus_and_contradicting_answers_differ(answered: dict[int, str], outcome: Outcome) -> None:
    """The counts are compared too."""
    del outcome.answers[1]
    outcome.answers[11] = outcome.answers[2]
    outcome.refused[3] = ()
    assert list(differences(answered, outcome)) == [
        "line 1: no answer",
        "line 3: refused, and answered",
        "line 11: not in the file",
    ]
