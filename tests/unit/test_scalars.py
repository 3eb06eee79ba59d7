"""Each scalar type by itself: exact both ways, strict about what it reads, and clear about what cannot travel."""

from __future__ import annotations

import io
import json
import math
import re
import sys
import warnings
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal, localcontext
from fractions import Fraction
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import scalars
from typedtasks import _scalars
from typedtasks._plain import TOO_LARGE
from typedtasks._scalars import SCALARS

ID = UUID("0b54a1cf-7f4c-4b59-9e0c-6f5f3a1f2c1d")
UTC = timezone.utc
PLUS_TWO = timezone(timedelta(hours=2))
MANY_DIGITS = ", more than the 4,300 that Python writes"
CONCRETE = type(Path())

TEXT_CLASSES = [cls for cls, scalar in SCALARS.items() if scalar.wire is str and cls is not str]
OF_MSGSPEC = [UUID, datetime, date, time, timedelta, bytes]

each_class = pytest.mark.parametrize("cls", SCALARS, ids=lambda cls: cls.__name__)
each_text_class = pytest.mark.parametrize("cls", TEXT_CLASSES, ids=lambda cls: cls.__name__)
each_of_msgspec = pytest.mark.parametrize("cls", OF_MSGSPEC, ids=lambda cls: cls.__name__)


def named(rows: list[tuple[Any, ...]]) -> list[Any]:
    """Parameters named after their class: the values may be too long, or too strange, to be names."""
    return [pytest.param(*row, id=f"{row[0].__name__}-{number}") for number, row in enumerate(rows)]


def refused(cls: type, wire: Any) -> bool:
    """Whether `load` raises one of the errors that it may raise."""
    try:
        SCALARS[cls].load(wire)
    except (ValueError, ArithmeticError):
        return True
    return False


_EDITS = "0123456789abcdefTZtzWPDHMSjnife/\\.,:;+-_=()[]{}?*|^$%# \n\t\0\ud800\u0663\u00e9"


@st.composite
def near_misses(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """Texts with up to three characters taken out, put in, replaced, doubled or in the other case."""
    text = draw(texts)
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        new = draw(st.sampled_from(_EDITS) | st.just(text[at : at + 1] * 2) | st.just(text[at : at + 1].swapcase()))
        text = text[:at] + new + text[at + draw(st.integers(0, 1)) :]
    return text


#: Forms that other programs write, from which an edit or two lead to what must be refused.
OTHER_FORMS: dict[type, list[str]] = {
    bytes: ["YQ==", "YWI=", "YWJj", "YR==", "-_8="],
    UUID: [ID.hex, ID.urn, f"{{{ID}}}", str(ID).upper()],
    datetime: [
        "2024-02-29 12:30:01Z", "2024-02-29t12:30:01.5z", "2024-02-29T12:30:01+0200", "2024-02-29T12:30",
        "2024-02-29T12:30:01.123456Z", "2024-02-29T23:59:59.9999999", "2024-02-29T12:30:01+02:00:05.000007",
        "2024-02-29T24:00:00", "2024-W01-1T00:00:00",
    ],
    date: ["20240229", "2024-W01-1", "2024-060"],
    time: ["12:30", "12:30:01.5z", "12:30:01-0200", "23:59:59.9999999", "24:00:00", "12:30:01+02:00:05.000007"],
    timedelta: ["P1W", "P1Y", "-P1.5D", "+PT36H", "PT1.5M", "PT0.1234567S", "p1dt2h3m4.5s", "P999999999DT23H59M"],
    ZoneInfo: ["Europe/Berlin", "Europe", "../UTC", "/etc/localtime", "zone.tab", "UTC/", "", "a" * 5000],
    complex: ["1+2j", "(1e308+1e-308j)", "nan+infj", "-0j"],
    Decimal: ["1_0", " 1", "+1", ".5", "1.", "1e5", "sNaN123", "-Infinity", "1E+999999999999999999"],
    Fraction: ["0.5", "3/4", " 3/4", "3/0", "1_0/3"],
    IPv4Network: ["10.0.0.0/255.0.0.0", "10.0.0.0", "10.0.0.1/8"],
    IPv6Network: ["::1.2.3.0/120", "fe80::%eth0/64", "::/0"],
    IPv6Address: ["::ffff:1.2.3.4", "2001:DB8::1", "fe80::1%eth0"],
    re.Pattern: ["((a)|b)+", "(?i)[a-z]{2,3}", "(?P<n>x)(?P=n)", "(?(1)a|b)", "\\N{DIGIT ONE}", "(?<=a)b", "a(?i)b"],
}  # fmt: skip


def wires(cls: type) -> st.SearchStrategy[str]:
    """What the class writes, and what others write."""
    own = scalars.SCALARS[cls].map(SCALARS[cls].dump)
    return own | st.sampled_from(OTHER_FORMS[cls]) if cls in OTHER_FORMS else own


# -- there and back ---------------------------------------------------------------------------------------------------


def test_every_class_has_a_strategy():
    """No scalar is left out of the tests below."""
    assert SCALARS.keys() == scalars.SCALARS.keys()


@each_class
@given(data=st.data())
def test_round_trip(cls, data):
    """A value comes back as an equal one of the same class, by way of JSON text."""
    value = data.draw(scalars.SCALARS[cls])
    scalar = SCALARS[cls]

    wire = scalar.dump(value)
    loaded = scalar.load(json.loads(json.dumps(wire)))

    assert type(wire) is scalar.wire or cls is float
    assert scalar.why_not is None or scalar.why_not(value) is None
    assert (loaded, type(loaded), repr(loaded)) == (value, type(value), repr(value))


@pytest.mark.parametrize(
    ("cls", "value", "wire"),
    named([
        (float, math.inf, "Infinity"),
        (float, -math.inf, "-Infinity"),
        (float, math.nan, "NaN"),
        (complex, 1 + 2j, "(1+2j)"),
        (complex, complex(-0.0, -0.0), "(-0-0j)"),
        (complex, complex(0.0, -0.0), "-0j"),
        (complex, complex(math.nan, -math.inf), "(nan-infj)"),
        (complex, complex(1e300, 5e-324), "(1e+300+5e-324j)"),
        (bytes, b"\x00\xff", "AP8="),
        (Decimal, Decimal("-0"), "-0"),
        (Decimal, Decimal("-0E+3"), "-0E+3"),
        (Decimal, Decimal("0.000001"), "0.000001"),
        (Decimal, Decimal("1E-1999999999999999997"), "1E-1999999999999999997"),
        (Decimal, Decimal("9.99E+999999999999999999"), "9.99E+999999999999999999"),
        (Decimal, Decimal("NaN"), "NaN"),
        (Decimal, Decimal("-NaN12"), "-NaN12"),
        (Decimal, Decimal("sNaN1234567890123456789"), "sNaN1234567890123456789"),
        (Decimal, Decimal("-Infinity"), "-Infinity"),
        (Decimal, Decimal("1" * 5000), "1" * 5000),
        (Fraction, Fraction(3, 4), "3/4"),
        (Fraction, Fraction(-3), "-3"),
        (Fraction, Fraction(TOO_LARGE - 1, TOO_LARGE - 2), f"{TOO_LARGE - 1}/{TOO_LARGE - 2}"),
        (datetime, datetime(2024, 1, 1, tzinfo=timezone(timedelta(microseconds=-5))),
         "2024-01-01T00:00:00-00:00:00.000005"),
        (time, time(1, 2, tzinfo=timezone(timedelta(hours=1, seconds=5))), "01:02:00+01:00:05"),
        (timedelta, timedelta.min, "-P999999999D"),
        (ZoneInfo, ZoneInfo("Europe/Berlin"), "Europe/Berlin"),
        (ZoneInfo, ZoneInfo("Etc/GMT+5"), "Etc/GMT+5"),
        (PurePosixPath, PurePosixPath(), "."),
        (PurePosixPath, PurePosixPath("//a/../b\0\ud800"), "//a/../b\0\ud800"),
        (PureWindowsPath, PureWindowsPath("//host/share/a"), "\\\\host\\share\\a"),
        (IPv4Address, IPv4Address("1.2.3.4"), "1.2.3.4"),
        (IPv6Address, IPv6Address("fe80::1%eth0"), "fe80::1%eth0"),
        (IPv4Network, IPv4Network("0.0.0.0/0"), "0.0.0.0/0"),
        (IPv6Network, IPv6Network("2001:db8::/32"), "2001:db8::/32"),
        (IPv4Interface, IPv4Interface("1.2.3.4/24"), "1.2.3.4/24"),
        (IPv6Interface, IPv6Interface("fe80::1%eth0/64"), "fe80::1%eth0/64"),
        (re.Pattern, re.compile("(?i)a+\n"), "(?i)a+\n"),
    ]),
)  # fmt: skip
def test_wire_form(cls, value, wire):
    """What goes out, and that the same comes back, also where `==` cannot tell."""
    scalar = SCALARS[cls]

    assert wire == scalar.dump(value)
    assert (repr(value), type(value)) == (repr(scalar.load(wire)), type(scalar.load(wire)))


class Loud:
    """Whose text is not that of the scalar it is mixed into."""

    def __str__(self) -> str:
        return "loud"

    __repr__ = isoformat = __bytes__ = __str__


@pytest.mark.parametrize(
    ("cls", "arguments"),
    named(
        [
            (complex, (1, 2)),
            (Decimal, ("1.5",)),
            (Fraction, (3, 4)),
            (UUID, (str(ID),)),
            (datetime, (2024, 1, 1)),
            (date, (2024, 1, 1)),
            (time, (12, 30)),
            (timedelta, (1,)),
            (PurePosixPath, ("a/b",)),
            (PureWindowsPath, ("a/b",)),
            (CONCRETE, ("a/b",)),
            (IPv4Address, ("1.2.3.4",)),
            (IPv6Address, ("::1",)),
            (IPv4Network, ("1.2.3.0/24",)),
            (IPv6Network, ("::/64",)),
            (IPv4Interface, ("1.2.3.4/24",)),
            (IPv6Interface, ("::1/64",)),
        ]
    ),
)
def test_subclass(cls, arguments):
    """It goes out as its base does, whatever it makes of its own text."""
    value = type("Own", (Loud, cls), {})(*arguments)

    assert SCALARS[cls].dump(cls(*arguments)) == SCALARS[cls].dump(value)


def test_subclass_of_bytes():
    """They go out as their base does too."""
    assert SCALARS[bytes].dump(type("Own", (bytes,), {})(b"a")) == "YQ=="


# -- what is read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cls", "wire", "value"),
    named([
        (float, 3, 3.0),
        (complex, "1+2j", 1 + 2j),
        (complex, "(1.50-2.00e5j)", 1.5 - 2e5j),
        (complex, "-infj", complex(0, -math.inf)),
        (complex, "0.000e-999j", 0j),
        (Decimal, "1e5", Decimal("1E+5")),
        (Decimal, "1.50E-7", Decimal("1.50E-7")),
        (Fraction, "6/8", Fraction(3, 4)),
        (Fraction, "-0", Fraction(0)),
        (UUID, ID.hex, ID),
        (UUID, str(ID).upper(), ID),
        (datetime, "2024-01-01T00:00", datetime(2024, 1, 1)),  # noqa: DTZ001 - naive stays naive
        (datetime, "2024-01-01 00:00", datetime(2024, 1, 1)),  # noqa: DTZ001 - as above
        (datetime, "2024-01-01t00:00z", datetime(2024, 1, 1, tzinfo=UTC)),
        (datetime, "2024-01-01T00:00:00.5", datetime(2024, 1, 1, 0, 0, 0, 500_000)),  # noqa: DTZ001 - as above
        (datetime, "2024-01-01 00:00:00Z", datetime(2024, 1, 1, tzinfo=UTC)),
        (datetime, "2024-01-01t00:00:00.120z", datetime(2024, 1, 1, 0, 0, 0, 120_000, UTC)),
        (datetime, "2024-01-01T00:00:00.000001+0200", datetime(2024, 1, 1, 0, 0, 0, 1, PLUS_TWO)),
        (datetime, "2024-01-01T00:00+0200", datetime(2024, 1, 1, tzinfo=PLUS_TWO)),
        (datetime, "2024-01-01T00:00:00-00:00", datetime(2024, 1, 1, tzinfo=UTC)),
        (datetime, "2024-01-01T00:00:00.25+02:00:00", datetime(2024, 1, 1, 0, 0, 0, 250_000, PLUS_TWO)),
        (time, "12:30", time(12, 30)),
        (time, "12:30Z", time(12, 30, tzinfo=UTC)),
        (time, "12:30:01.5z", time(12, 30, 1, 500_000, UTC)),
        (time, "12:30:01.123456+0200", time(12, 30, 1, 123_456, PLUS_TWO)),
        (timedelta, "pt36h", timedelta(hours=36)),
        (timedelta, "-P1.5D", timedelta(days=-1.5)),
        (timedelta, "PT0.000001H", timedelta(microseconds=3600)),
        (PurePosixPath, "a//./b/", PurePosixPath("a/b")),
        (PureWindowsPath, "a/b", PureWindowsPath("a\\b")),
        (Path, "/a/b", Path("/a/b")),
        (IPv6Address, "2001:DB8:0::0:1", IPv6Address("2001:db8::1")),
        (IPv6Address, "::ffff:1.2.3.4", IPv6Address("::ffff:102:304")),
    ]),
)  # fmt: skip
def test_other_forms(cls, wire, value):
    """Other programs write the same values in other ways."""
    loaded = SCALARS[cls].load(wire)

    assert (value, repr(value), type(value)) == (loaded, repr(loaded), type(loaded))


NOT_TAKEN: dict[type, list[Any]] = {
    int: [TOO_LARGE, -TOO_LARGE],
    float: ["nan", "inf", "1.5", math.nan, math.inf, 2**53 + 1, 10**400, True, None],
    complex: [
        "", "j", "1", "(1)", "(1+2j", "1+2j)", "1+2", "1 + 2j", " 1j", "1j\n", "1+2J", "+1j", "1_0j", "1+-2j", "٣j",
        "1e400j", "-1e400j", "1e400+1j", "1e-400j", "(0.1e-999+1j)", "infinityj", "NaNj", ".5j", "1.j", "0x1j",
    ],
    bytes: ["a", "YQ", "YQ=", "=", "====", "Y Q==", "YQ==\n", "YQ==YQ==", "YQ===", "Y=Q=", "-_8=", "ä", "\ud800"],
    Decimal: [
        "", "x", "1_0", " 1", "1 ", "1\n", "+1", ".5", "1.", "007", "1e", "1e5.5", "٣", "0x1", "1,5", "--1", "-",
        "nan", "snan", "NAN", "inf", "Inf", "infinity", "+Infinity", "NaN0", "NaN01", "sInfinity",
        "1E+1000000000000000000", "1E-9999999999999999999", "0E+9999999999999999999",
    ],
    Fraction: [
        "", "/", "1/", "/1", "0.5", "1e5", " 3/4", "3/ 4", "3 /4", "3/4\n", "+3/4", "3/-4", "3/0", "0/0", "03/4",
        "3/04", "1_0/3", "3/1_0", "٣/4", "0b1", "1/2/3", "NaN", "1" * 4301, "1/" + "1" * 4301, "-" + "1" * 4301,
    ],
    UUID: [
        "", "x", f"{{{ID}}}", ID.urn, f" {ID}", f"{ID}\n", str(ID).replace("-", "", 1), ID.hex[:-1], ID.hex + "0",
        str(ID).replace("a", "x"), str(ID).replace("0", "٣"), str(ID).replace("0", "_"), "-" * 36,
    ],
    datetime: [
        "", "2024-01-01", "20240101T000000", "2024-W01-1T00:00:00", "2024-001T00:00:00", "2024-13-01T00:00:00",
        "2024-02-30T00:00", "0000-01-01T00:00:00", "2024-01-01T25:00:00", "2024-01-01T24:00:00", "2024-01-01T24:00",
        "2024-01-01T00:60", "2024-01-01T00:00:60", "2024-01-01T00:00:60+00:00:01", "2024-01-01T00", "2024-01-01T00:00:",
        "2024-01-01T00:00:00.", "2024-01-01T00:00:00,5", "2024-01-01T00:00.5", "2024-01-01_00:00:00",
        "2024-01-01T00:00:00.1234567", "2024-01-01T00:00:00.1234560Z", "2024-01-01T23:59:59.9999999",
        "2024-01-01T00:00:00.1234567+00:00:01", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:00+24:00:00",
        "2024-01-01T00:00:00+99:00", "2024-01-01T00:00:00+00:60", "2024-01-01T00:00:00+02", "2024-01-01T00:00:00+2:00",
        "2024-01-01T00:00:00+0200:05", "2024-01-01T00:00:00+02:00:05.5", "2024-01-01T00:00:00+02:00:60",
        "2024-01-01T00:00:00 Z", " 2024-01-01T00:00:00", "2024-01-01T00:00:00\n", "2024-01-01T00:00\n",
        "٢٠٢٤-01-01T00:00:00", "2024-01-01T00:00:0٣", "2024-01-01T00:0٣", "\ud800",
    ],
    date: [
        "", "20240101", "2024-1-1", "2024-02-30", "0000-01-01", "10000-01-01", "2024-W01-1", "2024-01-01T00:00:00",
        " 2024-01-01", "2024-01-01\n", "٢٠٢٤-01-01",
    ],
    time: [
        "", "12", "1230", "T12:30", "24:00", "24:00:00", "24:01:00", "12:60", "12:30:60", "12:30:60+00:00:01",
        "12:30.5", "12:30:01.", "12:30:01,5", "12:30:01.1234567", "12:30:01.1234560Z", "23:59:59.9999999",
        "12:30:01.1234567+00:00:01",
        "12:30:01+24:00", "12:30:01 Z", "12:30\n", "12:3٣",
    ],
    timedelta: [
        "", "P", "PT", "5", "P1", "P1DT", "P1W", "P1Y", "P1M", "PT1,5S", "P1D ", " P1D", "--P1D", "PT1H1H", "P٣D",
        "P1000000000D", "-P1000000000D", "PT0.1234567S", "PT1.0000000S", "P0.0000001D", "1 day, 0:00:00",
    ],
    ZoneInfo: [
        "", ".", "..", "../UTC", "Europe/../UTC", "./UTC", "/etc/localtime", "/UTC", "UTC/", "Europe//Berlin", "Europe",
        "Nowhere/Land", "zone.tab", "tzdata.zi", "a b", "UTC\n", "UTC\0", "\0", "ä", "\ud800", "a" * 5000, "C:\\x",
    ],
    IPv4Address: [
        "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.-4", "1.2.3.4/32", " 1.2.3.4", "1.2.3.4\n",
        "1.2.3.٣", "0x1.2.3.4", "::1", "16909060",
    ],
    IPv6Address: [
        "", ":", ":::", "::1::", "1:2", "1:2:3:4:5:6:7:8:9", "::12345", "::g", "::1/64", "::1%", "::1%a%b", " ::1",
        "[::1]", "1.2.3.4", "::1.2.3.256",
    ],
    IPv4Network: [
        "", "10.0.0.0", "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "/8", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/ 8",
        "10.0.0.0/8\n", "10.0.0.0/255.0.0.0", "10.0.0.0/0.255.255.255", "10.0.0.0/8/8", "010.0.0.0/8",
        "10.0.0.0/٣", "::/0",
    ],
    IPv6Network: ["", "::", "::1/64", "::/129", "::/064", "::/", "::/ffff::", "0.0.0.0/0", " ::/0"],
    IPv4Interface: ["", "1.2.3.4", "1.2.3.4/33", "1.2.3.4/024", "1.2.3.4/255.255.255.0", "01.2.3.4/24", "::1/64"],
    IPv6Interface: ["", "::1", "::1/129", "::1/064", "::1%/64", "1.2.3.4/24"],
    re.Pattern: [
        "(", ")", "[", "*", "a**", "\\", "\\x", "(?L)a", "(?z)", "(?P<a>x)(?P<a>y)", "(?<=a+)b", "\\1", "\\N{x}",
        "(" * 2000 + ")" * 2000, "a{9999999999}", "a{" + "9" * 5000 + "}", "(?(" + "9" * 5000 + ")a)", "a" * 10_001,
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("cls", "wire"),
    named([(cls, wire) for cls, each in NOT_TAKEN.items() for wire in each]),
)
def test_not_taken(cls, wire):
    """What is no value of the class is refused, and so is what would only become one by a change."""
    assert refused(cls, wire)


@each_text_class
@given(data=st.data())
def test_no_other_errors(cls, data):
    """No text whatever makes `load` raise anything but the two errors that its callers expect."""
    wire = data.draw(st.text())

    if not refused(cls, wire):
        assert type(SCALARS[cls].load(wire)) is type(SCALARS[cls].load(wire))


@each_text_class
@given(data=st.data())
def test_near_misses(cls, data):
    """The same for what is almost right; and what is taken goes out and comes back unchanged."""
    scalar = SCALARS[cls]
    wire = data.draw(near_misses(wires(cls)))

    if not refused(cls, wire):
        value = scalar.load(wire)
        assert scalar.why_not is None or scalar.why_not(value) is None
        assert repr(value) == repr(scalar.load(scalar.dump(value)))


@each_of_msgspec
@given(data=st.data())
def test_as_msgspec(cls, data):
    """What msgspec takes is taken for the same value, but for fractions of a second that it rounds."""
    wire = data.draw(near_misses(wires(cls)))
    try:
        expected = msgspec.convert(wire, cls)
    except (msgspec.ValidationError, UnicodeEncodeError):
        return

    if re.search(r"\.\d{7}", wire):
        assert refused(cls, wire)
    else:
        loaded = SCALARS[cls].load(wire)
        assert (expected, repr(expected), type(expected)) == (loaded, repr(loaded), type(loaded))


@pytest.mark.parametrize("wire", ["1E+1000000000000000000", "1E-9999999999999999999"])
def test_decimal_context(wire):
    """A caller who has switched decimal's errors off gets no NaN for a number out of range."""
    with localcontext() as context:
        context.clear_traps()
        assert refused(Decimal, wire)


def test_decimal_small_context():
    """The caller's precision and capitals change no value."""
    value = Decimal("1.23456789E+30")
    with localcontext() as context:
        context.prec, context.capitals = 2, 0
        loaded = SCALARS[Decimal].load(SCALARS[Decimal].dump(value))

    assert str(value) == str(loaded)


def test_pattern_warnings():
    """A pattern of which Python warns is refused where warnings are errors, and taken elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refused(re.Pattern, "[[a-z]")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert SCALARS[re.Pattern].load("[[a-z]") == re.compile("[[a-z]")


# -- what cannot travel -----------------------------------------------------------------------------------------------

FLAGS = ", whose flags stand outside of it: write them inline, as in (?i)"
NETWORK = ", whose network would be lost: annotate its own class"
DAY = ", in a zone whose offset depends on the day: send a datetime"


def keyless() -> ZoneInfo:
    """A zone that was read from a file."""
    header = b"TZif2" + bytes(15)
    counts = b"".join(number.to_bytes(4, "big") for number in (0, 0, 0, 0, 1, 4))
    block = header + counts + bytes(6) + b"UTC\0"
    return ZoneInfo.from_file(io.BytesIO(block + block + b"\nUTC0\n"))


@pytest.mark.parametrize(
    ("cls", "value", "reason"),
    named(
        [
            (int, TOO_LARGE, MANY_DIGITS),
            (int, -TOO_LARGE, MANY_DIGITS),
            (Fraction, Fraction(TOO_LARGE), ", of more than the 4,300 digits that Python writes"),
            (Fraction, Fraction(-1, TOO_LARGE), ", of more than the 4,300 digits that Python writes"),
            (time, time(12, tzinfo=ZoneInfo("Europe/Berlin")), DAY),
            (ZoneInfo, keyless(), ", which has no key"),
            (IPv4Address, IPv4Interface("1.2.3.4/24"), NETWORK),
            (IPv6Address, IPv6Interface("::1/64"), NETWORK),
            (re.Pattern, re.compile(b"a"), ", which is one of bytes: only one of text can be sent"),
            (re.Pattern, re.compile("a" * 10_001), ", of more than 10,000 characters"),
            (re.Pattern, re.compile("a", re.IGNORECASE), FLAGS),
            (re.Pattern, re.compile("(?i)a", re.MULTILINE), FLAGS),
            (re.Pattern, re.compile("a", re.ASCII), FLAGS),
            (re.Pattern, re.compile("a # (", re.VERBOSE), FLAGS),
        ]
    ),
)
def test_why_not(cls, value, reason):
    """An object whose wire form would leave something out has its reason."""
    assert reason == SCALARS[cls].why_not(value)


@pytest.mark.parametrize(
    ("cls", "value"),
    named(
        [
            (int, TOO_LARGE - 1),
            (time, time(12, tzinfo=ZoneInfo("UTC"))),
            (PurePath, Path("a")),
            (PureWindowsPath, PureWindowsPath("C:/A")),
            (ZoneInfo, ZoneInfo("UTC")),
            (re.Pattern, re.compile("(?ix) a # b", re.UNICODE)),
            (re.Pattern, re.compile("(?i)a", re.IGNORECASE)),
        ]
    ),
)
def test_no_reason(cls, value):
    """An object whose wire form holds all of it has none."""
    assert SCALARS[cls].why_not(value) is None


@pytest.mark.parametrize(
    ("local", "other"), [(PurePosixPath, PureWindowsPath), (PureWindowsPath, PurePosixPath)], ids=["posix", "windows"]
)
def test_path_of_another_system(monkeypatch, local, other):
    """It would become a path of the machine where it arrives, which may well be another one."""
    monkeypatch.setattr(_scalars, "_LOCAL", local)
    why_not = SCALARS[PurePath].why_not

    assert why_not(local("a/b")) is None
    assert why_not(other("a/b")) == f", which would arrive as a {local.__name__}: annotate its own class"


def test_windows_path_without_its_text():
    """Where Python writes a path as it writes another one, it does not go out as that."""
    path = PureWindowsPath("./c:x")
    expected = ", whose text is that of another path" if sys.version_info < (3, 12) else None

    assert expected == SCALARS[PureWindowsPath].why_not(path)
    assert refused(PureWindowsPath, "./c:x") is (expected is not None)


def test_path_that_becomes_another(monkeypatch):
    """The same on Pythons that have no such path."""
    monkeypatch.setattr(_scalars, "PureWindowsPath", lambda text: PureWindowsPath(f"{text}x"))

    assert SCALARS[PureWindowsPath].why_not(PureWindowsPath("a")) is not None
    assert refused(PureWindowsPath, "a")
