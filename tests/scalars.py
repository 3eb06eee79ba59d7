"""Hypothesis strategies for the values of each scalar type that can travel."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

__all__ = ["SCALARS"]

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_OFFSETS = st.none() | st.just(timezone.utc) | st.timedeltas(_TICK - _DAY, _DAY - _TICK).map(timezone)


def _unfolded(moment: Any) -> Any:
    """ISO 8601 has no `fold`, which is no part of the value for `==` and says nothing where there is an offset."""
    return moment.replace(fold=0)


_DIGITS = st.integers(0, 10**40)
_DECIMALS = st.decimals(allow_nan=False) | st.builds(
    "{}{}E{}".format, st.sampled_from(["", "-"]), _DIGITS, st.integers(-(10**17), 10**17)
).map(Decimal)

_TEXTS = st.text(max_size=12) | st.text(r"ab/\.: ~C?", max_size=12)

_V6_TEXTS = st.ip_addresses(v=6).map(str)
_SCOPES = st.just("") | st.text("abc019.-", min_size=1, max_size=5).map("%{}".format)
_V6_SCOPED = st.builds("{}{}".format, _V6_TEXTS, _SCOPES)


def _with_prefix(cls: Any, addresses: st.SearchStrategy[Any], bits: int) -> st.SearchStrategy[Any]:
    return st.builds("{}/{}".format, addresses, st.integers(0, bits)).map(cls)


def _network(interface: Any) -> Any:
    return interface.network


_ATOMS = st.sampled_from([
    *"abc.^$ ", "\n", "\\d", "\\W", "\\b", "\\.", "\\x41", "[a-z]", "[^\\]-]", "(?:x|y)", "(?=z)", "(?<!z)", "(?#c)",
])  # fmt: skip
_REPEATS = st.sampled_from(["", "?", "*", "+?", "{2}", "{,3}", "{1,2}?"])
_PIECES = st.builds("(?:{}){}".format, _ATOMS, _REPEATS) | st.text(max_size=3).map(re.escape)
_FLAGS = st.just("") | st.text("aimsx", min_size=1, max_size=3).map("(?{})".format)
_PATTERNS = st.builds("{}{}".format, _FLAGS, st.lists(_PIECES, max_size=5).map("".join)).map(re.compile)

SCALARS: dict[type, st.SearchStrategy[Any]] = {
    str: st.text(max_size=10),
    int: st.integers() | st.integers(10**49, 10**50),
    bool: st.booleans(),
    type(None): st.none(),
    float: st.floats(allow_nan=False),
    complex: st.complex_numbers(allow_nan=False),
    bytes: st.binary(max_size=10),
    Decimal: _DECIMALS,
    Fraction: st.fractions() | st.builds(Fraction, st.integers(), st.integers(1, 10**40)),
    UUID: st.uuids(),
    datetime: st.datetimes(timezones=_OFFSETS).map(_unfolded),
    date: st.dates(),
    time: st.times(timezones=_OFFSETS).map(_unfolded),
    timedelta: st.timedeltas(),
    ZoneInfo: st.timezones(),
    PurePath: _TEXTS.map(PurePath),
    PurePosixPath: _TEXTS.map(PurePosixPath),
    # Not `./c:x`, whose text is that of another path before Python 3.12.
    PureWindowsPath: _TEXTS.map(PureWindowsPath).filter(lambda path: PureWindowsPath(str(path)) == path),
    Path: _TEXTS.map(Path),
    type(Path()): _TEXTS.map(Path),
    IPv4Address: st.ip_addresses(v=4),
    IPv6Address: _V6_SCOPED.map(IPv6Address),
    IPv4Network: _with_prefix(IPv4Interface, st.ip_addresses(v=4), 32).map(_network),
    IPv6Network: _with_prefix(IPv6Interface, _V6_TEXTS, 128).map(_network),
    IPv4Interface: _with_prefix(IPv4Interface, st.ip_addresses(v=4), 32),
    IPv6Interface: _with_prefix(IPv6Interface, _V6_SCOPED, 128),
    re.Pattern: _PATTERNS,
}
