"""The cattrs converter: strict in both directions, type to wire form and back.

The house's rules, as cattrs hooks over a plain `cattrs.Converter`:

* unstructuring replaces a value that is not of its declared class by `Foreign`, so that the check, which is the
  worker's own structuring, meets it and names its path;
* structuring accepts exactly the wire form of the declared type and coerces nothing.

Subclasses of a record are refused: they would come back as their base.
"""

from __future__ import annotations

import functools
from typing import Any

from cattrs import Converter

from ._choices import CHOICES
from ._containers import CONTAINERS
from ._hooks import converter_with, is_custom, is_custom_unstructured, probed, structure_factory
from ._kinds import KINDS, StructureHook, kind_of
from ._libraries import LIBRARIES
from ._native import native_structure
from ._records import RECORDS
from ._unions import UNIONS
from ._values import VALUES

__all__ = ["make_converter"]

KINDS[:] = (*VALUES, *CHOICES, *CONTAINERS, *RECORDS, *UNIONS, *LIBRARIES)


def make_converter() -> Converter:
    """A new cattrs converter with the rules of typedtasks, for hooks of your own.

    Hooks that are registered with it, for a class or by predicate, win over the rules. Give it to a task
    (``@typed_task(converter=converter)``) or to an app (``TypedCelery("shop", converter=converter)``), and register
    hooks before the first call.

    .. versionadded:: 0.1
    """
    return converter_with(_quick_factory)


def _quick_factory(type_: Any, converter: Converter) -> StructureHook:
    """Our structure hook, in C where msgspec agrees with it: what msgspec does not take is left to ours."""
    probe = probed(type_)
    if probe is not None:
        return probe
    kind = kind_of(type_)
    if (
        converter.detailed_validation
        or converter.forbid_extra_keys
        or kind is None
        or kind in (*VALUES, *CHOICES, *UNIONS)
    ):
        return structure_factory(type_, converter)

    def is_ours(inner: Any) -> bool:
        return not (is_custom(inner, converter) or is_custom_unstructured(inner, converter))

    native = native_structure(type_, is_ours)
    if native is None:
        return structure_factory(type_, converter)
    ours = functools.cache(lambda: structure_factory(type_, converter))

    def structure_natively(value: Any, type_: Any) -> Any:
        try:
            return native(value)
        except Exception:  # noqa: BLE001 - whatever it is, ours say it better
            return ours()(value, type_)

    return structure_natively
