"""Imports point down the layers only, and the optional libraries stay out."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import typedtasks

PACKAGE = Path(typedtasks.__file__).parent
FILES = sorted(PACKAGE.glob("*.py"))

#: What each module may import beside the standard library. A module that is not here fails the test.
NONE: frozenset[str] = frozenset()
TYPES = frozenset({"attrs", "typing_extensions"})
CONVERSION = TYPES | {"cattrs", "msgspec"}
CELERY = frozenset({"celery", "kombu"})
LAYERS = [
    {"errors": frozenset({"attrs"})},
    {
        "_plain": NONE,
        "_scalars": CONVERSION,
        "_types": TYPES,
        "_fields": TYPES,
        "_sensitive": TYPES,
        "_showing": NONE,
        "_kinds": CONVERSION,
        "_values": CONVERSION,
        "_hooks": CONVERSION,
        "_choices": CONVERSION,
        "_containers": CONVERSION,
        "_unions": CONVERSION,
        "_codegen": NONE,
        "_records": CONVERSION,
        "_libraries": CONVERSION,
        "_converter": CONVERSION,
        "_checks": TYPES,
        "_native": CONVERSION,
        "_explain": CONVERSION,
        "_wire": CONVERSION,
        "_signature": CONVERSION,
        "_failures": CONVERSION,
        "_codec": CONVERSION,
        "_declaration": CONVERSION,
        "_options": CONVERSION,
        "_typevars": TYPES,
    },
    {
        "_celery": CELERY,
        "_embedded": CELERY,
        "_request": CELERY,
        "_secrets": NONE,
        "_references": frozenset({"attrs"}),
        "_portable": NONE,
        "_pickling": TYPES | {"cattrs"},
        "_state": TYPES,
        "_canvas": TYPES,
        "_runs": TYPES,
        "_encoder": TYPES,
        "_result": TYPES,
        "_items": TYPES,
        "_steps": TYPES,
        "_display": TYPES | {"rich"},
        "_track": TYPES,
        "_backend": TYPES,
        "_runtime": TYPES,
        "_task": TYPES,
        "_decorator": TYPES,
        "_stub": TYPES,
        "_app": TYPES,
        "app": TYPES | {"cattrs"},
    },
    {"__init__": NONE},
]
LEVELS = {name: level for level, layer in enumerate(LAYERS) for name in layer}
ALLOWED = {name: allowed for layer in LAYERS for name, allowed in layer.items()}


def imports(path: Path) -> list[tuple[int, str]]:
    """Level (1 for this package) and first name of each import of a module, also of those inside functions."""
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(0, alias.name.partition(".")[0]) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.level, (node.module or "").partition(".")[0]))
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_imports_point_down(path):
    """A module imports none of a layer above its own."""
    own = [name for level, name in imports(path) if level == 1]

    assert [name for name in own if LEVELS[name] > LEVELS[path.stem]] == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_imports_of_other_packages(path):
    """A module imports only what its layer may: Celery and kombu by name in three modules, cattrs below them."""
    others = {name for level, name in imports(path) if level == 0} - sys.stdlib_module_names

    assert others <= ALLOWED[path.stem]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_cycles(path):
    """No module imports itself by way of others."""
    below: set[str] = set()
    waiting = [path.stem]
    while waiting:
        names = {name for level, name in imports(PACKAGE / f"{waiting.pop()}.py") if level == 1}
        waiting += names - below
        below |= names

    assert path.stem not in below


def test_init_has_no_logic():
    """It re-exports, and nothing else."""
    body = ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8")).body

    assert {type(node) for node in body} <= {ast.Expr, ast.ImportFrom, ast.Assign}
    assert [ast.unparse(node.targets) for node in body if isinstance(node, ast.Assign)] == ["__all__"]


OPTIONAL = ("flask", "django", "sqlalchemy", "pytest", "pydantic", "rich", "redis", "hypothesis")


def test_optional_libraries_are_not_loaded():
    """`import typedtasks` in a fresh interpreter loads none of them, also where they are installed."""
    code = f"import sys, typedtasks; print([name for name in {OPTIONAL!r} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_lower_layers_work_without_celery():
    """Types, signatures and failures are of use to a program that has no Celery."""
    names = [name for layer in LAYERS[:2] for name in layer]
    code = f"""
import importlib, sys, types
package = types.ModuleType("typedtasks")
package.__path__ = [{str(PACKAGE)!r}]
sys.modules["typedtasks"] = package
for name in {names!r}:
    importlib.import_module(f"typedtasks.{{name}}")
print([name for name in ("celery", "kombu") if name in sys.modules])
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"
