"""What users may rely on is what `public_api.txt` says.

After a change that is meant, `python -m tests.unit.test_public_api` writes the file anew: its diff is what reviewers
and users need to know.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typing_extensions import is_protocol, is_typeddict

import typedtasks

SNAPSHOT = Path(__file__).with_name("public_api.txt")


def describe() -> str:
    """Every public name with its signature; of classes, the methods and attributes that typedtasks gives them."""
    return "".join(line for name in sorted(typedtasks.__all__) for line in _lines(name, getattr(typedtasks, name)))


def _lines(name: str, value: Any) -> Iterator[str]:
    if not isinstance(value, type):
        yield f"{name}{inspect.signature(value) if callable(value) and inspect.isfunction(value) else ''}\n"
        return
    if is_typeddict(value):
        yield f"class {name}\n"
        yield from (f"    {key}\n" for key in sorted(value.__annotations__))
        return
    ours = [cls for cls in value.__mro__ if cls.__module__.startswith("typedtasks")]
    made_here = any("__init__" in vars(cls) for cls in ours) and not is_protocol(value)
    yield f"class {name}{_signature(value) if made_here else ''}\n"
    members = {member: attribute for cls in reversed(ours) for member, attribute in vars(cls).items()}
    for member, attribute in sorted(members.items()):
        if not member.startswith("_"):
            yield f"    {member}{_signature(attribute) if inspect.isfunction(attribute) else ''}\n"


def _signature(value: Any) -> str:
    return str(inspect.signature(value))


def test_snapshot():
    """Names and signatures are what they were, or the file was written anew on purpose."""
    assert SNAPSHOT.read_text(encoding="utf-8") == describe()


def test_all_is_sorted_and_there():
    """Each name is listed once."""
    assert typedtasks.__all__ == sorted(set(typedtasks.__all__))


def test_every_public_name_has_a_docstring():
    """The reference is made of them."""
    documented = [getattr(typedtasks, name) for name in typedtasks.__all__]

    assert [value for value in documented if not inspect.getdoc(value)] == []


if __name__ == "__main__":
    SNAPSHOT.write_text(describe(), encoding="utf-8")
