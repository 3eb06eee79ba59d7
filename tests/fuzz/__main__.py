"""`python -m tests.fuzz`: search for messages that a worker's decoding does not stand. Exit status 1 for a finding.

`python -m tests.fuzz FILE` runs one input again; for that, atheris is not needed.
"""

# ruff: noqa: T201 - prints its report

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.fuzz import seeds
from tests.fuzz.target import check_input, task_of

#: An input that takes longer is a finding, in seconds: instrumented code is some ten times slower.
TIMEOUT = 20
MAX_BYTES = 8192
MAX_MEGABYTES = 2048


def main(arguments: list[str] | None = None) -> int:
    """Search, or run again what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=int, default=300, help="how long to search (%(default)s)")
    parser.add_argument("--work", type=Path, help="folder for inputs and findings; the inputs in it are used again")
    parser.add_argument("inputs", type=Path, nargs="*", help="files to run again, in place of a search")
    options = parser.parse_args(arguments)
    if options.inputs:
        for path in options.inputs:
            print(describe(path.read_bytes()))
            check_input(path.read_bytes())
        return 0
    if importlib.util.find_spec("atheris") is None:
        parser.error("atheris is not installed; it has wheels for Python 3.11 and later on Linux x86-64")
    return search(options.work or Path(tempfile.mkdtemp(prefix="fuzz-")), options.seconds)


def search(work: Path, seconds: int) -> int:
    """Let the fuzzer run, and show what it has found."""
    corpus, findings = work / "corpus", work / "findings"
    known, dictionary = seeds.write(work)
    for folder in (corpus, findings):
        folder.mkdir(exist_ok=True)
    flags = {
        "dict": dictionary,
        "artifact_prefix": f"{findings}/",
        "max_total_time": seconds,
        "timeout": TIMEOUT,
        "max_len": MAX_BYTES,
        "rss_limit_mb": MAX_MEGABYTES,
        "print_final_stats": 1,
    }
    began = time.time()
    command = [sys.executable, "-m", "tests.fuzz.fuzzer", *(f"-{name}={value}" for name, value in flags.items())]
    status = subprocess.run([*command, str(corpus), str(known)], check=False).returncode
    if status == 0:
        print(f"nothing found in {time.time() - began:.0f} s; the inputs are in {corpus}")
        return 0
    for path in sorted(findings.iterdir()):
        if path.stat().st_mtime >= began:
            print(f"\nfound: {path.name}\n{describe(path.read_bytes())}\nagain: python -m tests.fuzz {path}")
    print(f"the fuzzer ended with status {status}", file=sys.stderr)
    return 1


def describe(data: bytes) -> str:
    """An input as lines to paste into a test."""
    return f"task: {task_of(data) if data else None}\nbody: {data[1:]!r}"


if __name__ == "__main__":
    sys.exit(main())
