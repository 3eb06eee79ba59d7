"""Check the cases with mypy and pyright: what must be accepted is, what must be rejected is, for the reason given.

A line of a case file that ends in a marker is a case:

    # [id]                                    must be accepted
    # [id] E(mypy=code,other; pyright=Rule)   must be rejected, with one of these codes

Every other line must be free of errors. What is checked is a copy of the case files, against the typedtasks of the
given environment, so that no configuration of the source tree has a say.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections import defaultdict
from dataclasses import dataclass  # not attrs: the environment of the checkers need not have it
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

CASES = Path(__file__).parent / "cases"
TARGETS = ("3.10", "3.14")
CODES = r"[A-Za-z-]+(?:,[A-Za-z-]+)*"
MARKER = re.compile(rf"# \[(?P<id>[a-z0-9-]+)\](?P<codes> E\(mypy=(?P<mypy>{CODES}); pyright=(?P<pyright>{CODES})\))?$")
LOOKS_LIKE_MARKER = re.compile(r"#\s*\[|\bE\(")
MYPY_ERROR = re.compile(r"(?P<file>[^:]+):(?P<line>\d+): error: (?P<message>.*?)(?:  \[(?P<code>[a-z-]+)\])?")
MYPY_CHECKED = re.compile(r"^(?:Found .* \(checked|Success: no issues found in) (\d+) source files?\)?$", re.MULTILINE)
UNUSED = ("Coroutine", "Expression", "Function", "Import", "Variable")  # what the cases are made of


class RunError(Exception):
    """The cases cannot be read, or a checker did not check them."""


@dataclass(frozen=True)
class Case:
    """One marked line; `codes` says what each checker may report there, or is None: nothing."""

    file: str
    line: int
    id: str
    codes: Mapping[str, frozenset[str]] | None


@dataclass(frozen=True)
class Finding:
    """One error that a checker reported."""

    file: str
    line: int
    code: str
    message: str

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def parse_cases(file: str, source: str) -> list[Case]:
    """Find the marked lines of one file; what looks like a marker and is none is an error, not a comment."""
    cases: list[Case] = []
    for number, line in enumerate(source.splitlines(), start=1):
        if match := MARKER.search(line):
            codes = {checker: frozenset(match[checker].split(",")) for checker in CHECKERS} if match["codes"] else None
            cases.append(Case(file, number, match["id"], codes))
        elif LOOKS_LIKE_MARKER.search(line):
            raise RunError(f"{file}:{number}: not a marker, see {Path(__file__).name} --help: {line}")
    return cases


def read_cases(directory: Path) -> list[Case]:
    """Read the cases of every file in a directory; an id is used once."""
    files = sorted(directory.glob("*.py"))
    cases = [case for path in files for case in parse_cases(path.name, path.read_text("utf-8"))]
    if not cases:
        raise RunError(f"no cases in {directory}")
    first: dict[str, Case] = {}
    for case in cases:
        if (other := first.setdefault(case.id, case)) is not case:
            raise RunError(f"{case.file}:{case.line}: [{case.id}] is also the id of {other.file}:{other.line}")
    return cases


def judge(checker: str, cases: Sequence[Case], findings: Sequence[Finding]) -> list[str]:
    """Say where what a checker found is not what the markers say, line by line."""
    found: dict[tuple[str, int], list[Finding]] = defaultdict(list)
    for finding in findings:
        found[finding.file, finding.line].append(finding)
    deviations: list[str] = []
    for case in cases:
        got = found.pop((case.file, case.line), [])
        where = f"{case.file}:{case.line}: [{case.id}]"
        if case.codes is None:
            deviations += [f"{where} must be accepted: {finding}" for finding in got]
        elif not got:
            deviations.append(f"{where} must be rejected, and is accepted")
        elif case.codes[checker].isdisjoint(finding.code for finding in got):  # more of them are consequences
            expected = " or ".join(sorted(case.codes[checker]))
            deviations += [f"{where} must be rejected with {expected}: {finding}" for finding in got]
    unmarked = (finding for place in sorted(found) for finding in found[place])
    return deviations + [f"{finding.file}:{finding.line}: not marked: {finding}" for finding in unmarked]


def parse_mypy(output: str, files: int) -> list[Finding]:
    """Read mypy's lines, and the summary, which alone says how many files it checked."""
    checked = MYPY_CHECKED.search(output)
    if checked is None or int(checked[1]) != files:
        raise RunError(f"mypy did not check {files} files:\n{output}")
    matches = [match for line in output.splitlines() if (match := MYPY_ERROR.fullmatch(line))]
    return [Finding(each["file"], int(each["line"]), each["code"] or "error", each["message"]) for each in matches]


def parse_pyright(output: str, files: int) -> list[Finding]:
    """Read pyright's JSON document; its lines count from zero."""
    report = json.loads(output)
    if report["summary"]["filesAnalyzed"] != files:
        raise RunError(f"pyright did not check {files} files:\n{output}")
    return [
        Finding(Path(each["file"]).name, each["range"]["start"]["line"] + 1, each.get("rule", "error"), each["message"])
        for each in report["generalDiagnostics"]
        if each["severity"] == "error"
    ]


def call(directory: Path, module: str, *arguments: str) -> str:
    """Run a checker of this interpreter in a directory; without a report, or a status of 0 or 1, it did not check."""
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or not done.stdout:
        raise RunError(f"{module} ended with status {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def run_mypy(directory: Path, python: str, target: str, cache: Path) -> list[Finding]:
    """Check the case files in a directory with mypy."""
    files = sorted(path.name for path in directory.glob("*.py"))
    cache = cache / re.sub(r"\W+", "-", python)  # one for each environment: mypy does not tell them apart
    flags = ["--strict", "--enable-error-code=deprecated", "--config-file=", "--no-pretty", "--no-color-output"]
    flags += [f"--python-executable={python}", f"--python-version={target}", f"--cache-dir={cache}"]
    return parse_mypy(call(directory, "mypy", *flags, *files), len(files))


def run_pyright(directory: Path, python: str, target: str, _cache: Path) -> list[Finding]:
    """Check the case files in a directory with pyright, which keeps no cache."""
    settings: dict[str, object] = {f"reportUnused{what}": False for what in UNUSED}
    settings |= {"typeCheckingMode": "strict", "pythonVersion": target, "enableTypeIgnoreComments": False}
    (directory / "pyrightconfig.json").write_text(json.dumps(settings), "utf-8")
    output = call(directory, "pyright", f"--pythonpath={python}", "--outputjson", "--project=pyrightconfig.json")
    return parse_pyright(output, len(list(directory.glob("*.py"))))


CHECKERS: dict[str, Callable[[Path, str, str, Path], list[Finding]]] = {"mypy": run_mypy, "pyright": run_pyright}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checkers, print what deviates and one line for each run, and return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", default=sys.executable, help="interpreter of the environment that has typedtasks")
    parser.add_argument("--checker", action="append", choices=CHECKERS, help="may be repeated; default: all")
    parser.add_argument("--target", action="append", help=f"Python version; may be repeated; default: {TARGETS}")
    parser.add_argument("--cache", type=Path, help="directory in which mypy keeps its cache from run to run")
    options = parser.parse_args(arguments)
    python = str(Path(shutil.which(options.python) or parser.error(f"not found: {options.python}")).absolute())
    cases = read_cases(CASES)
    total = 0
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary, "cases")
        shutil.copytree(CASES, directory, ignore=shutil.ignore_patterns("__pycache__"))
        cache = (options.cache or Path(temporary, "cache")).absolute()
        for checker in options.checker or CHECKERS:
            for target in options.target or TARGETS:
                findings = CHECKERS[checker](directory, python, target, cache)
                deviations = judge(checker, cases, findings)
                print(*deviations, f"{checker} {target}: {len(cases)} cases, {len(deviations)} deviations", sep="\n")
                total += len(deviations)
    return 1 if total else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RunError as error:
        sys.exit(f"error: {error}")
