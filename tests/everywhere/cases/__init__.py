"""All cases, by importing their modules."""

from tests.everywhere.case import CASES
from tests.everywhere.cases import (
    calls,
    chains,
    chords,
    exceptions,
    groups,
    links,
    maps,
    options,
    replace,
    results,
    retry,
    signatures,
    unions,
)

__all__ = [
    "CASES",
    "calls",
    "chains",
    "chords",
    "exceptions",
    "groups",
    "links",
    "maps",
    "options",
    "replace",
    "results",
    "retry",
    "signatures",
    "unions",
]
