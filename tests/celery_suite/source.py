"""The tests themselves: out of the source distribution of the Celery that is installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

__all__ = ["celery_version", "fetch", "plant"]


def celery_version() -> str:
    """The version that is installed, and so the one whose tests are run."""
    return version("celery")


def fetch(cache: Path) -> Path:
    """Download the source distribution, once; the same indexes and proxies serve as for any installation.

    Raises:
        SystemExit: There is no way to it, or its tests are not where they were.
    """
    name = f"celery-{celery_version()}"
    archive = cache / f"{name}.tar.gz"
    if not archive.exists():
        cache.mkdir(parents=True, exist_ok=True)
        options = ["--no-deps", "--no-binary", ":all:", "--disable-pip-version-check", "--quiet"]
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            *options,
            "--dest",
            str(cache),
            f"celery=={celery_version()}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode or not archive.exists():
            found = sorted(path.name for path in cache.iterdir())
            raise SystemExit(f"no source of {name}: {command!r} left {found}\n{done.stdout}{done.stderr}")
    tree = cache / name
    if not tree.exists():
        shutil.unpack_archive(archive, cache)
    if not (tree / "t" / "integration" / "tasks.py").exists():
        raise SystemExit(f"{tree} has no t/integration/tasks.py: where are the tests of {name}?")
    return tree


def plant(tree: Path, target: Path) -> None:
    """Put the tests, and pytest's configuration, where one run of them starts.

    Not the package beside them, which would hide the one that is installed. As links: nothing is changed in there.
    """
    target.mkdir(parents=True)
    (target / "t").symlink_to(tree / "t", target_is_directory=True)
    (target / "pyproject.toml").symlink_to(tree / "pyproject.toml")
