"""Check what a built wheel and sdist contain: all that they should, and nothing else.

Run as `python archives.py WHEEL SDIST`, in the checkout they were built from.
"""

from __future__ import annotations

import sys
import tarfile
import zipfile
from collections.abc import Iterable
from email.message import Message
from email.parser import Parser
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOP_LEVEL = {
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "PKG-INFO",
    "README.md",
    "SECURITY.md",
    "docs",
    "examples",
    "noxfile.py",
    "pyproject.toml",
    "tests",
    "typedtasks",
}
ALWAYS = ".gitignore"
"""Hatchling puts it into every sdist, to build the same from it."""
GENERATED = {"__pycache__", "_build"}


def main(wheel: str, sdist: str) -> None:
    """Check both; the first difference ends it."""
    files = (path.relative_to(ROOT) for path in (ROOT / "typedtasks").rglob("*") if path.is_file())
    # Caches of tools that ran in there are not part of it.
    package = {str(path) for path in files if not any(part.startswith((".", "__pycache__")) for part in path.parts)}
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        info = {name for name in names if name.split("/")[0].endswith(".dist-info")}
        (metadata_name,) = (name for name in info if name.endswith("/METADATA"))
        metadata = Parser().parsestr(archive.read(metadata_name).decode())
    same("files of the package in the wheel", names - info, package)
    check("typedtasks/py.typed" in names, "the wheel has no py.typed")
    check(any(name.endswith("/licenses/LICENSE") for name in info), "the wheel has no licence")
    check_metadata(metadata)

    with tarfile.open(sdist) as archive:
        inside = {Path(*Path(member.name).parts[1:]) for member in archive.getmembers() if member.isfile()}
    same("top level of the sdist", {path.parts[0] for path in inside} - {ALWAYS}, TOP_LEVEL)
    check(not any(GENERATED & set(path.parts) for path in inside), "generated files in the sdist")
    same("files of the package in the sdist", {str(p) for p in inside if p.parts[0] == "typedtasks"}, package)
    print(f"{Path(wheel).name} and {Path(sdist).name}: as they should be")


def check_metadata(metadata: Message) -> None:
    """Check what an index and a resolver read."""
    expected = {"Name": "typedtasks", "License-Expression": "MIT", "Requires-Python": ">=3.10"}
    same("metadata", {(key, metadata[key]) for key in expected}, set(expected.items()))
    required = {line for line in metadata.get_all("Requires-Dist", []) if "extra ==" not in line}
    names = {line.split(">")[0].strip() for line in required}
    same("dependencies", names, {"attrs", "cattrs", "celery", "msgspec", "typing-extensions"})
    check("Typing :: Typed" in metadata.get_all("Classifier", []), "the classifier `Typing :: Typed` is missing")


def same(what: str, found: Iterable[object], expected: Iterable[object]) -> None:
    """Exit, naming the differences, where there are any."""
    more, fewer = set(found) - set(expected), set(expected) - set(found)
    check(not more and not fewer, f"{what}: unexpected {sorted(map(str, more))}, missing {sorted(map(str, fewer))}")


def check(condition: bool, problem: str) -> None:  # reads like assert, which -O would remove
    """Exit with the problem where the condition does not hold."""
    if not condition:
        sys.exit(problem)


if __name__ == "__main__":
    main(*sys.argv[1:])
