"""The command: run Celery's integration tests as they are and typed, compare, print, and fail where one is worse."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.servers import find_redis

from .comparing import Comparison, compare
from .declaring import APPS
from .differences import stale
from .outcomes import Outcome
from .report import markdown, text
from .running import ROOT, start
from .source import celery_version, fetch

#: What is run, where a version has it: the tests whose tasks are those of `t/integration/tasks.py`.
FILES = (
    "test_redis_backend.py",  # first: it looks for what results of other tests would leave behind
    "test_canvas.py",
    "test_tasks.py",
    "test_group_chains.py",
    "test_inspect.py",
    "test_beat.py",
    "test_loader.py",
)
#: What is not: it forks the process of the tests, threads and all, which may end in a deadlock, also of Celery's own.
LEFT_OUT = "test_multiprocess_producer"
#: What `--quick` runs of these: errbacks, stamps, replaced tasks, signatures as values, maps, groups in chains.
QUICK = (
    "(test_link_error or test_stamping_mechanism or test_signature_serialization or test_task_replacement "
    "or test_xmap_xstarmap or test_group_chains or test_class_based_tasks or test_immutable_errback) "
    # This one resets what a handler has noted after it has sent the task: a race, which Celery's own loses too.
    "and not test_replaced_task_nesting_level_0"
)
KINDS = tuple(APPS)
FOREIGN_VARIABLES = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_CONFIG_MODULE", "DJANGO_SETTINGS_MODULE")

Outcomes = Mapping[str, Outcome]


def main() -> int:
    """Run everything; 1 where a test is worse, or a difference on purpose is none any more."""
    options = _options()
    for name in FOREIGN_VARIABLES:  # Celery would prefer the developer's own servers to ours
        os.environ.pop(name, None)
    if not find_redis():
        raise SystemExit("redis-server is not installed (CONTRIBUTING.md names the package)")
    began = time.monotonic()
    suite = Suite(options)
    comparisons = suite.compare()
    print(f"\n{text(comparisons)}\n")
    worse = sum(len(comparison.tests("worse")) for comparison in comparisons)
    met = [difference for comparison in comparisons for difference in comparison.meant.values()]
    outdated = stale(met, {test for comparison in comparisons for test in comparison.verdicts})
    for difference in outdated:
        print(f"is not so any more, and has no place in differences.py: {difference.tests}: {difference.reason}")
    print(f"Celery {celery_version()}: {worse} worse; {time.monotonic() - began:.0f} s; logs in {suite.work}")
    if options.table:
        path = ROOT / "docs" / "reference" / f"celery-suite-{options.table}.md"
        path.write_text(markdown(comparisons), encoding="utf-8")
        print(f"wrote {os.path.relpath(path)}")
    return 1 if worse or outdated else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.celery_suite", description="Celery's own integration tests, with typed tasks."
    )
    parser.add_argument("-k", dest="selection", default="", help="a selection of tests, as pytest takes it")
    parser.add_argument("--quick", dest="selection", action="store_const", const=QUICK, help="a minute's selection")
    parser.add_argument("--kind", action="append", choices=KINDS, help="how tasks are typed; may be repeated")
    parser.add_argument("--parts", type=int, default=6, help="workers for each kind, which share the tests")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for the first run of all")
    parser.add_argument("--repeats", type=int, default=2, help="how often what fails is run again, since some is flaky")
    parser.add_argument("--table", help="write the page's table of this name into the documentation")
    parser.add_argument("--work", type=Path, default=ROOT / ".nox" / "celery-suite", help="where runs leave their logs")
    return parser.parse_args()


class Suite:
    """Celery's tests, in runs that are compared."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.kinds: Sequence[str] = options.kind or KINDS
        self.parts: int = options.parts
        self.limit: float = options.limit
        self.repeats: int = options.repeats
        self.tree = fetch(options.work / "sources")
        self.work: Path = options.work / celery_version()
        shutil.rmtree(self.work, ignore_errors=True)
        tests = [f"t/integration/{name}" for name in FILES if (self.tree / "t" / "integration" / name).exists()]
        selection = f"({options.selection}) and not {LEFT_OUT}" if options.selection else f"not {LEFT_OUT}"
        self.arguments = [*tests, "-k", selection]

    def compare(self) -> list[Comparison]:
        """One comparison for each kind, in which what is worse has been so several times."""
        found = self._run("run", ("vanilla", *self.kinds), self.arguments, self.parts)
        if not found["vanilla"]:
            raise SystemExit(f"no test was run: {self.work}")
        for repeat in range(1, self.repeats + 1):
            failing = sorted({test for kind in self.kinds for test in self._failing(kind, found)})
            if not failing:
                break
            print(f"{len(failing)} tests again, {repeat} of {self.repeats}: some of Celery's tests fail now and then")
            # The last time one after the other: some of them count on what a busy machine does not do in time.
            everything = ("vanilla", *self.kinds)
            together = [everything] if repeat < self.repeats else [(kind,) for kind in everything]
            for kinds in together:
                parts = min(self.parts, len(failing)) if repeat < self.repeats else 1
                for kind, outcomes in self._run(f"again-{repeat}", kinds, failing, parts).items():
                    _take_better(found[kind], outcomes)
        return [compare(kind, found["vanilla"], found[kind]) for kind in self.kinds]

    @staticmethod
    def _failing(kind: str, found: Mapping[str, Outcomes]) -> list[str]:
        """Those that fail in both too: a weak moment of Celery's own could hide that it is worse."""
        comparison = compare(kind, found["vanilla"], found[kind])
        neither = [test for test in comparison.tests("neither") if comparison.typed[test].result != "xfailed"]
        return [*comparison.tests("worse"), *neither]

    def _run(
        self, name: str, kinds: Sequence[str], arguments: Sequence[str], parts: int
    ) -> dict[str, dict[str, Outcome]]:
        """All kinds at once: these tests wait most of the time."""
        deadline = time.monotonic() + self.limit
        with contextlib.ExitStack() as stack:
            runs = [
                start(stack, kind, tree=self.tree, work=self.work / name / kind, parts=parts, arguments=arguments)
                for kind in kinds
            ]
            return {run.kind: run.wait(deadline) for run in runs}


def _take_better(before: dict[str, Outcome], after: Outcomes) -> None:
    """A test that passes once works; one that fails again has its newer text."""
    for test, outcome in after.items():
        if outcome.good or not before.get(test, outcome).good:
            before[test] = outcome


if __name__ == "__main__":
    sys.exit(main())
