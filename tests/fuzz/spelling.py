"""Which strings say the same: 1e3 and 1000, Z and +00:00, upper and lower case of a UUID."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from ipaddress import ip_address, ip_interface, ip_network
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

__all__ = ["is_same_key", "is_same_text", "shape"]


def _fraction(text: str) -> Fraction:
    if "." in text or "e" in text.lower():  # of 1e999999999 Python writes out all the digits
        raise ValueError(text)
    return Fraction(text)


def _complex(text: str) -> complex:
    if "j" not in text:
        raise ValueError(text)
    return complex(text)


def _datetime(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def _time(text: str) -> time:
    return time.fromisoformat(text.replace("Z", "+00:00"))


def _timedelta(text: str) -> timedelta:
    return msgspec.convert(text, timedelta)


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


#: The most special first, for `shape`.
_READERS: tuple[Callable[[str], Any], ...] = (
    date.fromisoformat,
    _datetime,
    _time,
    _timedelta,
    UUID,
    Decimal,
    _fraction,
    _complex,
    ip_address,
    ip_interface,
    ip_network,
    ZoneInfo,
    _bytes,
    PureWindowsPath,
    PurePosixPath,
)


def is_same_text(one: str, other: str) -> bool:
    """Whether two strings are two spellings of one value of some type."""
    return one == other or any(_read(reader, one) == _read(reader, other) for reader in _READERS)


def is_same_key(one: str, other: str) -> bool:
    """The same for keys, which may be floats."""
    return is_same_text(one, other) or _read(_finite, one) == _read(_finite, other)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):  # also what Python makes of 1e400
        raise ValueError(text)
    return number


def _read(reader: Callable[[str], Any], text: str) -> Any:
    """What the text says as one type, or something that equals nothing."""
    try:
        return repr(reader(text))
    except (ArithmeticError, LookupError, OSError, ValueError, msgspec.ValidationError):
        return object()


def shape(value: Any) -> Any:
    """What a JSON value may be meant for: values of one shape may be of one type."""
    if isinstance(value, str):
        return next(index for index, reader in enumerate(_READERS) if type(_read(reader, value)) is str)
    if isinstance(value, dict):
        return "dict"
    if isinstance(value, list):
        return ("list", shape(value[0]) if value else None)
    return type(value).__name__
