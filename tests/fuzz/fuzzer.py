"""The process that searches: atheris, with libFuzzer's arguments on the command line. It ends at the first finding."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import atheris

with atheris.instrument_imports(include=["typedtasks"]):
    from tests.fuzz.mutation import Mutator
    from tests.fuzz.signatures import CODECS
    from tests.fuzz.target import check_input, task_of


def _marker() -> Callable[[str, bool], int]:
    """A function with a branch for each task and for whether it takes a message.

    What the tasks do is the same code with other types. Without these branches an input for one of them would be no
    news after one for another, and thrown away.
    """
    branches = "".join(f"    if task == {name!r}:\n        return 1 if taken else 2\n" for name in CODECS)
    scope: dict[str, Any] = {}
    exec(f"def mark(task, taken):\n{branches}", scope)  # noqa: S102 - of our own names
    return atheris.instrument_func(scope["mark"])  # type: ignore[no-any-return]


if __name__ == "__main__":
    mark = _marker()
    # `Fuzz` puts another function in the place of `atheris.Mutate`, so it is looked up when it is needed.
    mutator = Mutator(lambda data, size: atheris.Mutate(data, size))  # noqa: PLW0108 - see above
    atheris.Setup(sys.argv, lambda data: mark(task_of(data or b"a"), check_input(data)), custom_mutator=mutator)
    atheris.Fuzz()
