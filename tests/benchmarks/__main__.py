"""The command: measure, print, write, and fail where a bound is missed."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from tests.servers import REQUIRE_SERVERS, find_redis, redis

from . import converting, declaring, draining, growing, importing, sending
from .plot import plot
from .report import Report, markdown, summary, text
from .sections import FULL, QUICK, Scale, Section

ROOT = Path(__file__).parents[2]
FOREIGN_VARIABLES = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_CONFIG_MODULE", "DJANGO_SETTINGS_MODULE")


def main() -> int:
    """Run everything; 1 where a bound is missed."""
    options = _options()
    for name in FOREIGN_VARIABLES:  # Celery would prefer the developer's own servers to ours
        os.environ.pop(name, None)
    sections: list[Section] = []
    start = time.monotonic()
    for section in _measure(QUICK if options.quick else FULL):
        print(f"{text(section)}\n", flush=True)
        sections.append(section)
    report = Report.of(sections)
    _write(options.json, report.json())
    if not options.quick:
        _write(options.docs / "reference" / "benchmarks-table.md", markdown(report))
        _write(options.docs / "images" / "benchmarks.svg", plot(report.sections))
    missed = [bound for bound in report.bounds if not bound.kept]
    print(f"\n{summary(sections)}\n")
    print(f"{len(report.bounds)} bounds, {len(missed)} missed; {time.monotonic() - start:.0f} s")
    return 1 if missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description="What typing costs.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, and nothing written into the documentation")
    parser.add_argument("--json", type=Path, default=ROOT / ".nox" / "benchmarks.json", help="where all figures go")
    parser.add_argument("--docs", type=Path, default=ROOT / "docs", help="the folder of the documentation")
    return parser.parse_args()


def _measure(scale: Scale) -> Iterator[Section]:
    with_redis = _has_redis()
    yield from converting.measure(scale)
    yield from growing.measure(scale)
    yield sending.measure("memory broker", ("memory://", "cache+memory://"), scale)
    if with_redis:
        with redis() as url:
            yield sending.measure("Redis", (f"{url}/0", f"{url}/1"), scale)
            yield draining.measure(f"{url}/2", f"{url}/3", scale)
    yield declaring.measure(scale)
    yield importing.measure(scale)


def _has_redis() -> bool:
    if find_redis():
        return True
    if os.environ.get(REQUIRE_SERVERS) == "1":
        raise SystemExit(f"redis-server is not installed, and {REQUIRE_SERVERS}=1")
    print("redis-server is not installed: nothing is measured on Redis\n")
    return False


def _write(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    print(f"wrote {os.path.relpath(path)}")


if __name__ == "__main__":
    sys.exit(main())
