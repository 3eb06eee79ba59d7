"""Every code block of the documentation, of the README and of docstrings runs, and prints what it says."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import celery._state
import celery.app.builtins  # else the first page to use an app brings Celery's own tasks, and takes them away
import pytest
from sybil import Sybil
from sybil.parsers.rest import DocTestParser, PythonCodeBlockParser

from tests.docs.pages import FLAGS, ROOT, Shell, run_page

PAGES = [
    *sorted(path for path in (ROOT / "docs").rglob("*.md") if not path.is_relative_to(ROOT / "docs" / "_build")),
    *ROOT.glob("README.md"),
]
FENCE = re.compile(r"^ *```+ *([\w-]+|\{[^}]+\}.*)$", re.MULTILINE)
LANGUAGES = {"python", "pycon", "console"}
SHOWN = {"text", "json", "toml"}
"""Languages that do not run: each of these blocks is in a test of its own, or is no code."""


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shell]:
    """A folder of the page's own to import from, and nothing left of it afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)  # a page may write a file anew within a second
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    finalizers = set(celery._state._on_app_finalizers)
    known = set(sys.modules)
    with ExitStack() as running:
        yield Shell(tmp_path, running)
    for name in set(sys.modules) - known:
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(tmp_path):
            del sys.modules[name]
    # Or each app of a later test would have this page's shared tasks too.
    celery._state._on_app_finalizers.intersection_update(finalizers)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, shell: Shell):
    """The blocks of a page run one after the other, as a reader runs them."""
    run_page(page, shell)

    if any("mypy" in reason for reason in shell.skipped):
        pytest.skip(f"all but {', '.join(shell.skipped)}")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_block_is_overlooked(page: Path):
    """A block has a language that runs or one that is meant to be read only; directives of MyST hold no code."""
    languages = {match for match in FENCE.findall(page.read_text("utf-8")) if not match.startswith("{")}

    assert languages <= LANGUAGES | SHOWN


@pytest.mark.parametrize("module", sorted((ROOT / "typedtasks").rglob("*.py")), ids=lambda path: path.name)
def test_docstrings(module: Path, shell: Shell):
    """Examples in docstrings, where there are any."""
    document = Sybil([DocTestParser(FLAGS), PythonCodeBlockParser()]).parse(module)
    for example in document.examples():
        example.evaluate()
