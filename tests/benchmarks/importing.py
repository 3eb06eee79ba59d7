"""Time to import, in fresh interpreters."""

from __future__ import annotations

import subprocess
import sys
from functools import partial
from pathlib import Path

from .sections import Scale, Section
from .timing import interleave

__all__ = ["measure"]

ROOT = Path(__file__).parents[2]
BASELINE = "celery and cattrs"
CELERY = "from celery import Celery, Task"  # not `import celery`, which loads next to nothing until it is used
STATEMENTS = {
    "typedtasks": "import typedtasks",
    BASELINE: f"{CELERY}; import cattrs",
    "celery": CELERY,
    "celery and pydantic": f"{CELERY}; from pydantic import BaseModel",
}
TIMED = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"


def measure(scale: Scale) -> Section:
    """The package beside what it is made of."""
    samplers = {name: partial(_import, statement) for name, statement in STATEMENTS.items()}
    comparison = interleave(samplers, baseline=BASELINE, rounds=scale.interpreters)
    return Section("Import", "In fresh interpreters, bytecode compiled before.", {"time": comparison})


def _import(statement: str) -> float:
    command = [sys.executable, "-c", TIMED.format(statement)]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
