"""How a page of documentation runs: from top to bottom, in one folder, with the worker that it starts.

What each kind of code block means, on every page and in the README:

* ``python`` that begins with ``# shop.py``: a file of this name, kept for the rest of the page;
* any other ``python``: runs, with the names of the blocks before it;
* ``pycon``: a session of the Python prompt, its output compared;
* ``console``: commands after ``$``, their output compared; ``celery -A shop worker`` runs to the end of the page;
* in all output, ``...`` stands for anything;
* ``<!-- skip: next "the reason" -->`` before a block that cannot run here.
"""

from __future__ import annotations

import doctest
import importlib
import importlib.util
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from unittest import SkipTest

import attrs
from sybil import Document, Example, Region, Sybil
from sybil.evaluators.doctest import DocTestEvaluator
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.abstract.doctest import DocTestStringParser
from sybil.parsers.myst import CodeBlockParser, SkipParser

from tests.workers import worker

ROOT = Path(__file__).parents[2]
FLAGS = doctest.ELLIPSIS
FILE_NAME = re.compile(r"# ([\w/]+\.py)\n")
WORKER = re.compile(r"celery -A (?P<app>\w+) worker(?P<options>.*)")
TIMEOUT = 60.0


@attrs.define
class Shell:
    """The folder that a page works in, and what its blocks have made of it.

    Attributes:
        folder: Where its files are and its commands run.
        running: What has to be stopped when the page ends.
        written: Its files.
        used: The text of its commands, to tell which files were not.
        skipped: Why a block did not run here.
    """

    folder: Path
    running: ExitStack
    written: list[str] = attrs.field(factory=list)
    used: str = ""
    skipped: list[str] = attrs.field(factory=list)

    def unused(self) -> list[str]:
        """The files that were neither imported nor run: nothing says that they work."""
        imported = {getattr(module, "__file__", None) for module in list(sys.modules.values())}
        return [
            name
            for name in self.written
            if str(self.folder / name) not in imported | {str(self.folder / "conftest.py")}
            and not re.search(rf"\b{Path(name).stem}\b", self.used)
        ]


def run_page(page: Path, shell: Shell) -> None:
    """Run every block of a page, in its order."""
    document = SYBIL.parse(page)
    document.namespace.update(SHELL=shell, __name__="__main__")
    for example in document.examples():
        if reason := skipped(example):
            shell.skipped.append(f"line {example.line}: {reason}")
    assert not shell.unused(), f"{page.name}: files that no later block imports or runs"


def skipped(example: Example) -> str | None:
    """Run one block, or tell why it does not run."""
    try:
        example.evaluate()
    except SkipTest as reason:
        return str(reason)
    return None


def write_or_run(example: Example) -> None:
    """A ``python`` block."""
    name = FILE_NAME.match(example.parsed)
    if name is None:
        PythonEvaluator()(example)
        return
    shell: Shell = example.namespace["SHELL"]
    path = shell.folder / name[1]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(example.parsed, encoding="utf-8")
    shell.written.append(name[1])
    sys.modules.pop(name[1].removesuffix(".py").replace("/", "."), None)  # a page may write a file anew
    importlib.invalidate_caches()


def run_commands(example: Example) -> None:
    """A ``console`` block."""
    commands = re.split(r"^\$ ", example.parsed, flags=re.MULTILINE)
    assert not commands[0], f"{example.path}, line {example.line}: does not begin with a command"
    for each in commands[1:]:
        command, _, expected = each.partition("\n")
        run_command(command, expected, example.namespace["SHELL"])


def run_command(command: str, expected: str, shell: Shell) -> None:
    """One command: a worker, or one that ends and whose output is as it says."""
    shell.used += f"{command}\n"
    if started := WORKER.fullmatch(command):
        options = shlex.split(started["options"])
        shell.running.enter_context(worker(started["app"], pool="prefork", cwd=shell.folder, options=options))
        return
    if command.startswith("mypy") and importlib.util.find_spec("mypy") is None:
        raise SkipTest("mypy is not installed")
    # The interpreter that runs the tests, and no other, is `python` here.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(  # noqa: S602 - the commands are the documentation's own
        command,
        shell=True,
        cwd=shell.folder,
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    checker = doctest.OutputChecker()
    if not checker.check_output(expected, done.stdout, FLAGS):
        shown = checker.output_difference(doctest.Example("", expected), done.stdout, FLAGS)
        raise AssertionError(f"$ {command}\n{shown}")


def sessions(document: Document) -> Iterator[Region]:
    """The examples of ``pycon`` blocks, one by one."""
    parse = DocTestStringParser(DocTestEvaluator(FLAGS))
    for block in CodeBlockParser("pycon", run_commands)(document):
        for region in parse(block.parsed, document.path):
            region.adjust(block, block.parsed)
            yield region


SYBIL = Sybil(
    parsers=[
        CodeBlockParser("python", write_or_run),
        CodeBlockParser("console", run_commands),
        sessions,
        SkipParser(),
    ]
)
