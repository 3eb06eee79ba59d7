"""Code that looks at what msgspec has made, written for a type: plain loops, and no call for each value."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import attrs

__all__ = ["Check", "Doubt", "NotNative", "all_of", "compiled", "demand", "doubt_if", "each", "parts", "where"]


class Doubt(Exception):
    """Our hooks may see it otherwise than msgspec."""


class NotNative(Exception):
    """A type of which msgspec would make something else."""


def demand(condition: object) -> None:
    if not condition:
        raise NotNative


_LONGEST: Final = 300


@attrs.frozen
class Check:
    """Code that raises `Doubt`.

    Attributes:
        lines: Makes it, from an expression for the wire value, one for the object made of it, and how many loops and
            names there are around it. Without an object, the code that comes before there is one.
        length: How many lines, about.
        needs_object: Whether it reads the object.
    """

    lines: Callable[[str, str | None, int], list[str]]
    length: int = 1
    needs_object: bool = False


def compiled(file: str, check: Check | None, scope: dict[str, Any]) -> Callable[[Any], Any]:
    before, after = (check.lines("wire", None, 0), check.lines("wire", "made", 0)) if check else ([], [])
    lines = ["def structure(wire):", *before, "made = convert((wire,), box).it", *after, "return made"]
    exec(compile("\n    ".join(lines), file, "exec"), scope)  # noqa: S102 - our own code
    return scope["structure"]  # type: ignore[no-any-return]


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]


def _named(prefix: str, expression: str, depth: int) -> tuple[str, list[str]]:
    """A name for an expression, and the line that gives it."""
    if expression.isidentifier():
        return expression, []
    return f"{prefix}{depth}", [f"{prefix}{depth} = {expression}"]


def doubt_if(condition: str, *, before: bool = False) -> Check:
    """A check of one condition, of ``{wire}`` and ``{made}``."""
    count = condition.count("{wire}")

    def lines(wire: str, made: str | None, depth: int) -> list[str]:
        if before is not (made is None):
            return []
        name, named = _named("wire", wire, depth) if count > 1 else (wire, [])
        return [*named, f"if {condition.format(wire=name, made=made)}: raise Doubt"]

    return Check(lines, needs_object="{made}" in condition)


def where(condition: str, check: Check | None) -> Check | None:
    """A check for the values of ``{wire}`` of which the condition holds."""
    if check is None:
        return None

    def lines(wire: str, made: str | None, depth: int) -> list[str]:
        name, named = _named("wire", wire, depth)
        inner = check.lines(name, made, depth + 1)
        return [*named, f"if {condition.format(wire=name)}:", *_indented(inner)] if inner else []

    return attrs.evolve(check, lines=lines, length=check.length + 2)


def each(check: Check | None, values: str = "{}") -> Check | None:
    """A check of each item; `values` makes the iterable of them."""
    if check is None:
        return None

    def lines(wire: str, made: str | None, depth: int) -> list[str]:
        item, part = f"wire{depth}", None if made is None else f"made{depth}"
        inner = check.lines(item, part, depth + 1)
        if not inner:
            return []
        if made is None:  # and nobody knows yet what it is: the items of a long text would be many
            name, named = _named("wire", wire, depth)
            head = [*named, f"if type({name}) not in TREES: raise Doubt", f"for {item} in {values.format(name)}:"]
        elif check.needs_object:
            head = [f"for {item}, {part} in zip({values.format(wire)}, {values.format(made)}):"]
        else:
            head = [f"for {item} in {values.format(wire)}:"]
        return [*head, *_indented(inner)]

    return attrs.evolve(check, lines=lines, length=check.length + 2)


def parts(parts: Iterable[tuple[str, str, Check | None]]) -> Check | None:
    """Checks of parts, each with what leads to it in the wire form and in the object."""
    found = [(on_wire, in_object, check) for on_wire, in_object, check in parts if check]

    def lines(wire: str, made: str | None, depth: int) -> list[str]:
        wire, named = _named("wire", wire, depth)
        if made is not None and needs_object:
            made, more = _named("made", made, depth)
            named += more
        inner = [
            line
            for on_wire, in_object, check in found
            for line in check.lines(wire + on_wire, None if made is None else made + in_object, depth + 1)
        ]
        return [*named, *inner] if inner else []

    needs_object = any(check.needs_object for *_, check in found)
    length = 2 + sum(check.length for *_, check in found)
    demand(length <= _LONGEST)
    return Check(lines, length, needs_object) if found else None


def all_of(*checks: Check | None) -> Check | None:
    return parts([("", "", check) for check in checks])
