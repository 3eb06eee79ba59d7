"""How each scalar type travels: one row per type, exact in both directions."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from decimal import Context, Decimal, InvalidOperation
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import attrs
import msgspec

from ._plain import TOO_LARGE

__all__ = ["SCALARS", "Scalar"]


@attrs.frozen
class Scalar:
    """A Python class that travels as one JSON value.

    Attributes:
        wire: The JSON type it travels as.
        dump: Object to JSON value; called with an object of the class or of a subclass for which `why_not` has no
            reason. The methods are those of the class itself: a subclass may write itself in another way.
        load: JSON value of exactly the type `wire` to object; raises `ValueError` or `ArithmeticError` for one that is
            none.
        why_not: For an object that cannot travel without loss the reason, to stand behind its description in a
            message: ``got time`` + ``, whose ...``. `None` for an object that can, and for a class all of whose can.
    """

    wire: type
    dump: Callable[[Any], Any]
    load: Callable[[Any], Any]
    why_not: Callable[[Any], str | None] | None = None


def _same(value: Any) -> Any:
    return value


# -- numbers ----------------------------------------------------------------------------------------------------------

_NON_FINITE: Final = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_MANY_DIGITS: Final = ", more than the 4,300 that Python writes"  # behind "int of many digits"

_NATURAL: Final = r"(?:0|[1-9]\d{0,4299})"  # of less than TOO_LARGE
_FRACTION: Final = re.compile(rf"(-?{_NATURAL})(?:/([1-9]\d{{0,4299}}))?", re.ASCII)

# What `str` writes and JSON's own numbers. `Decimal` itself takes spaces, underscores, "+1", ".5" and other digits.
_DECIMAL: Final = re.compile(r"-?(?:(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity|s?NaN(?:[1-9]\d*)?)", re.ASCII)
# The caller's own context may have NaN made of an exponent that is too large.
_EXACT: Final = Context(traps=[InvalidOperation])

_PART: Final = r"(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|inf|nan)"
_COMPLEX: Final = re.compile(rf"(\()?(?:(-?{_PART})([+-]{_PART})|(-?{_PART}))j(?(1)\))", re.ASCII)


def _load_int(value: int) -> int:
    if -TOO_LARGE < value < TOO_LARGE:
        return value
    raise ValueError(_MANY_DIGITS)


def _why_not_int(value: int) -> str | None:
    return None if -TOO_LARGE < value < TOO_LARGE else _MANY_DIGITS


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


def _load_decimal(value: str) -> Decimal:
    number = Decimal(value, _EXACT)
    if str(number) != value and _DECIMAL.fullmatch(value) is None:
        raise ValueError(value)
    return number


def _load_fraction(value: str) -> Fraction:
    match = _FRACTION.fullmatch(value)
    if match is None:
        raise ValueError(value)
    return Fraction(int(match[1]), int(match[2] or 1))


def _why_not_fraction(value: Fraction) -> str | None:
    if max(abs(value.numerator), value.denominator) < TOO_LARGE:
        return None
    return ", of more than the 4,300 digits that Python writes"


def _load_complex(value: str) -> complex:
    match = _COMPLEX.fullmatch(value)
    if match is None:
        raise ValueError(value)
    _, real, imaginary, alone = match.groups()
    return complex(_load_part(real or "0"), _load_part(imaginary or alone))


def _load_part(text: str) -> float:
    """Not with the infinity or the zero that Python makes of a number out of the range of floats."""
    number = float(text)
    too_large = math.isinf(number) and not text.endswith("inf")
    too_small = number == 0 and re.search("[1-9]", text.partition("e")[0]) is not None
    if too_large or too_small:
        raise ValueError(text)
    return number


# -- dates and times --------------------------------------------------------------------------------------------------

# What msgspec does not take of what `isoformat` writes, and a time without seconds.
_OFFSET: Final = r"([+-])(\d\d):?([0-5]\d)(?:(?<=:\d\d):([0-5]\d)(?:\.(\d{6}))?)?"
_CLOCK: Final = rf"(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{{1,6}}))?)?([Zz]|{_OFFSET})?"
_TIME: Final = re.compile(_CLOCK, re.ASCII)
_DATETIME: Final = re.compile(rf"(\d{{4}}-\d\d-\d\d)[Tt ]{_CLOCK}", re.ASCII)
_ZONE: Final = re.compile(r"[\w+-]+(?:/[\w+-]+)*", re.ASCII)
_LONG_FRACTION: Final = re.compile(r"\.\d{7}", re.ASCII)
_DATETIME_WIDTH: Final = len("2000-01-01T00:00:00.000000")
_TIME_WIDTH: Final = len("00:00:00.000000")


def _load_of_msgspec(cls: type) -> Callable[[str], Any]:
    """It is several times as fast as Python itself, stricter than it, and the same on every version of it."""

    def load(value: str) -> Any:
        try:
            return msgspec.convert(value, cls)
        except msgspec.ValidationError as exc:
            raise ValueError(value) from exc

    return load


_load_date: Final = _load_of_msgspec(date)
_load_duration: Final = _load_of_msgspec(timedelta)


def _load_datetime(value: str) -> datetime:
    try:
        moment: datetime = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        match = _DATETIME.fullmatch(value)
        if match is None:
            raise ValueError(value) from None
        day, *clock = match.groups()
        return datetime.combine(_load_date(day), _clock(clock))
    # A seventh digit of the fraction, which msgspec rounds, and NUL, which it takes for the end.
    if value[_DATETIME_WIDTH : _DATETIME_WIDTH + 1].isdigit() or "\0" in value:
        raise ValueError(value)
    return moment


def _load_time(value: str) -> time:
    try:
        moment: time = msgspec.convert(value, time)
    except msgspec.ValidationError:
        match = _TIME.fullmatch(value)
        if match is None:
            raise ValueError(value) from None
        return _clock(match.groups())
    if value[_TIME_WIDTH : _TIME_WIDTH + 1].isdigit() or "\0" in value:
        raise ValueError(value)
    return moment


def _clock(groups: Sequence[str | None]) -> time:
    """Of what `_CLOCK` has matched. `fromisoformat` takes an offset of less than a second for UTC."""
    *digits, fraction, zone, sign = groups[:6]
    offset = None
    if zone is not None:
        hours, minutes, seconds, microseconds = (int(part or 0) for part in groups[6:])
        distance = timedelta(hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
        offset = timezone(-distance if sign == "-" else distance)
    hour, minute, second = (int(part or 0) for part in digits)
    return time(hour, minute, second, int(f"{fraction or '':0<6}"), offset)


def _why_not_time(value: time) -> str | None:
    """`isoformat` says nothing of such a zone."""
    if value.tzinfo is None or value.utcoffset() is not None:
        return None
    return ", in a zone whose offset depends on the day: send a datetime"


def _dump_timedelta(value: timedelta) -> Any:
    """As an ISO 8601 duration; msgspec takes no subclass."""
    return msgspec.to_builtins(timedelta(value.days, value.seconds, value.microseconds))


def _load_timedelta(value: str) -> Any:
    if "." in value and _LONG_FRACTION.search(value) is not None:  # msgspec rounds
        raise ValueError(value)
    return _load_duration(value)


def _load_zone(value: str) -> ZoneInfo:
    if _ZONE.fullmatch(value) is None:
        raise ValueError(value)
    try:
        return ZoneInfo(value)
    except (ZoneInfoNotFoundError, OSError) as exc:  # OSError: a directory, and a name that is too long
        raise ValueError(value) from exc


def _why_not_zone(value: Any) -> str | None:
    return None if value.key else ", which has no key"


# -- paths, addresses, patterns ---------------------------------------------------------------------------------------

_LOCAL: Final = type(PurePath())
_WITH_PREFIX: Final = re.compile(r"[^/]+/(?:0|[1-9]\d{0,2})", re.ASCII)
_LONGEST_PATTERN: Final = 10_000


def _why_not_path(value: PurePath) -> str | None:
    """For a class that stands for the paths of the machine it is used on."""
    if isinstance(value, _LOCAL):
        return _why_not_windows(value) if isinstance(value, PureWindowsPath) else None
    return f", which would arrive as a {_LOCAL.__name__}: annotate its own class"


def _why_not_windows(value: PurePath) -> str | None:
    """Before Python 3.12 the text of ``PureWindowsPath("./c:x")`` is that of another path, one on the drive c."""
    again = PureWindowsPath(PurePath.__str__(value))
    return None if again == value else ", whose text is that of another path"


def _load_windows(value: str) -> PureWindowsPath:
    path = PureWindowsPath(value)
    if _why_not_windows(path):
        raise ValueError(value)
    return path


def _load_with_prefix(cls: Callable[[str], Any]) -> Callable[[str], Any]:
    """`ipaddress` itself takes a mask for the prefix, and no prefix for that of a single address."""

    def load(value: str) -> Any:
        if _WITH_PREFIX.fullmatch(value) is None:
            raise ValueError(value)
        return cls(value)

    return load


def _why_not_address(value: Any) -> str | None:
    if isinstance(value, (IPv4Interface, IPv6Interface)):
        return ", whose network would be lost: annotate its own class"
    return None


def _load_pattern(value: str) -> re.Pattern[str]:
    if len(value) > _LONGEST_PATTERN:  # one of a megabyte may take minutes
        raise ValueError(len(value))
    try:
        return re.compile(value)
    # RuntimeError: too deep, or a bug of Python 3.10. Python's warnings are errors where `warnings` says so.
    except (re.error, RuntimeError, MemoryError, Warning) as exc:
        raise ValueError(value) from exc


def _why_not_pattern(value: re.Pattern[Any]) -> str | None:
    if isinstance(value.pattern, bytes):
        return ", which is one of bytes: only one of text can be sent"
    if len(value.pattern) > _LONGEST_PATTERN:
        return f", of more than {_LONGEST_PATTERN:,} characters"
    try:
        flags = _load_pattern(value.pattern).flags
    except (ValueError, ArithmeticError):  # a pattern of several lines is none without re.VERBOSE
        flags = None
    return None if flags == value.flags else ", whose flags stand outside of it: write them inline, as in (?i)"


SCALARS: Final[dict[type, Scalar]] = {
    str: Scalar(str, _same, _same),
    int: Scalar(int, _same, _load_int, _why_not_int),
    bool: Scalar(bool, _same, _same),
    type(None): Scalar(type(None), _same, _same),
    float: Scalar(float, _dump_float, _load_float),
    complex: Scalar(str, complex.__repr__, _load_complex),
    bytes: Scalar(str, lambda value: msgspec.to_builtins(bytes(value)), _load_of_msgspec(bytes)),
    Decimal: Scalar(str, Decimal.__str__, _load_decimal),
    Fraction: Scalar(str, Fraction.__str__, _load_fraction, _why_not_fraction),
    UUID: Scalar(str, msgspec.to_builtins, _load_of_msgspec(UUID)),
    datetime: Scalar(str, datetime.isoformat, _load_datetime),
    date: Scalar(str, date.isoformat, _load_date),
    time: Scalar(str, time.isoformat, _load_time, _why_not_time),
    timedelta: Scalar(str, _dump_timedelta, _load_timedelta),
    ZoneInfo: Scalar(str, lambda value: value.key, _load_zone, _why_not_zone),
    PurePath: Scalar(str, PurePath.__str__, PurePath, _why_not_path),
    PurePosixPath: Scalar(str, PurePath.__str__, PurePosixPath),
    PureWindowsPath: Scalar(str, PurePath.__str__, _load_windows, _why_not_windows),
    Path: Scalar(str, PurePath.__str__, Path, _why_not_path),
    type(Path()): Scalar(str, PurePath.__str__, type(Path()), _why_not_path),  # there is only that of the machine
    IPv4Address: Scalar(str, IPv4Address.__str__, IPv4Address, _why_not_address),
    IPv6Address: Scalar(str, IPv6Address.__str__, IPv6Address, _why_not_address),
    IPv4Network: Scalar(str, IPv4Network.__str__, _load_with_prefix(IPv4Network)),
    IPv6Network: Scalar(str, IPv6Network.__str__, _load_with_prefix(IPv6Network)),
    IPv4Interface: Scalar(str, IPv4Interface.__str__, _load_with_prefix(IPv4Interface)),
    IPv6Interface: Scalar(str, IPv6Interface.__str__, _load_with_prefix(IPv6Interface)),
    re.Pattern: Scalar(str, lambda value: value.pattern, _load_pattern, _why_not_pattern),
}
