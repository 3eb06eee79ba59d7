"""How each scalar type travels: one row per type, exact in both directions."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import base64
import math
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import attrs
import msgspec

__all__ = ["SCALARS", "Scalar"]

_NON_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}

# RFC 3339 with Python's own extensions (a naive value has no offset; offsets may have seconds). `fromisoformat`
# alone is wider from Python 3.11 on (week dates, no separators, a bare date for a datetime) and narrower on 3.10.
_CLOCK: Final = r"(\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6}))?(Z|[+-]\d\d:\d\d(?::\d\d(?:\.\d{6})?)?)?"
_DATE: Final = r"\d{4}-\d\d-\d\d"
_UUID_PATTERN: Final = re.compile(r"[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}", re.ASCII | re.IGNORECASE)
_DATE_PATTERN: Final = re.compile(_DATE, re.ASCII)
_TIME_PATTERN: Final = re.compile(f"(){_CLOCK}", re.ASCII)
_DATETIME_PATTERN: Final = re.compile(f"({_DATE}T){_CLOCK}", re.ASCII)


@attrs.frozen
class Scalar:
    """A Python class that travels as one JSON value.

    Attributes:
        wire: The JSON type it travels as.
        dump: Object to JSON value; called with an object of exactly the class.
        load: JSON value of type `wire` to object; raises `ValueError` or `ArithmeticError` for one that is none.
    """

    wire: type
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]


def _dump_float(value: float) -> float | str:
    """The names are those of protobuf's JSON mapping: RFC 8259 has no such numbers."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _load_float(value: Any) -> float:
    kind: Any = type(value)
    if kind is float and math.isfinite(value):
        return float(value)
    if kind is int and int(float(value)) == value:
        return float(value)
    if kind is str and value in _NON_FINITE:
        return _NON_FINITE[value]
    raise ValueError(value)


def _load_uuid(value: str) -> UUID:
    """Only the form of RFC 9562: `UUID` itself takes braces, URNs, misplaced hyphens and underscores."""
    if _UUID_PATTERN.fullmatch(value) is None:
        raise ValueError(value)
    return UUID(value)


def _iso(pattern: re.Pattern[str], value: str) -> str:
    """The value as every supported Python's `fromisoformat` reads it."""
    match = pattern.fullmatch(value)
    if match is None:
        raise ValueError(value)
    day, clock, fraction, offset = match.groups(default="")
    seconds = f"{clock}.{fraction:0<6}" if fraction else clock
    return f"{day}{seconds}{'+00:00' if offset == 'Z' else offset}"


def _load_datetime(value: str) -> datetime:
    return datetime.fromisoformat(_iso(_DATETIME_PATTERN, value))


def _load_time(value: str) -> time:
    return time.fromisoformat(_iso(_TIME_PATTERN, value))


def _load_date(value: str) -> date:
    if _DATE_PATTERN.fullmatch(value) is None:
        raise ValueError(value)
    return date.fromisoformat(value)


def _dump_timedelta(value: timedelta) -> Any:
    """As an ISO 8601 duration; msgspec takes no subclass."""
    return msgspec.to_builtins(timedelta(value.days, value.seconds, value.microseconds))


def _load_timedelta(value: str) -> timedelta:
    try:
        return msgspec.convert(value, timedelta)
    except msgspec.ValidationError as exc:
        raise ValueError(value) from exc


def _load_bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _same(value: Any) -> Any:
    return value


SCALARS: Final[dict[type, Scalar]] = {
    str: Scalar(str, _same, _same),
    int: Scalar(int, _same, _same),
    bool: Scalar(bool, _same, _same),
    type(None): Scalar(type(None), _same, _same),
    float: Scalar(float, _dump_float, _load_float),
    bytes: Scalar(str, lambda value: base64.b64encode(value).decode("ascii"), _load_bytes),
    Decimal: Scalar(str, str, Decimal),
    UUID: Scalar(str, str, _load_uuid),
    datetime: Scalar(str, datetime.isoformat, _load_datetime),
    date: Scalar(str, date.isoformat, _load_date),
    time: Scalar(str, time.isoformat, _load_time),
    timedelta: Scalar(str, _dump_timedelta, _load_timedelta),
}
