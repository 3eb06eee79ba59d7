"""The fields of a record are read alike, whichever library made its class."""

from __future__ import annotations

import collections
import dataclasses
from typing import Annotated, Any, ClassVar, Final, Generic, TypeVar

import attr
import attrs
import pytest
from typing_extensions import NamedTuple, NotRequired, ReadOnly, Required, TypedDict
from typing_extensions import TypeVar as TypeVarWithDefault

from tests.unit.records import Line
from typedtasks._fields import Field, Sensitive, fields_of, has_fields, is_sensitive

T = TypeVar("T")
U = TypeVar("U")
Bound = TypeVar("Bound", bound=Line)
Constrained = TypeVar("Constrained", int, str)
WithDefault = TypeVarWithDefault("WithDefault", default=bytes)


def field(name: str, type_: Any, **other: Any) -> Field:
    """A required field of `__init__` with nothing special."""
    return Field(
        **{"name": name, "key": name, "type": type_, "required": True, "init": True, "sensitive": False, **other}
    )


@attr.s
class Classic:
    typed = attr.ib(type=int)
    untyped = attr.ib(default=None)


@attr.s(these={"name": attr.ib(type=str)})
class These:
    pass


@attrs.define
class Defined:
    _private: int
    aliased: str = attrs.field(alias="title")
    shared: ClassVar[int] = 1
    made: list[Line] = attrs.field(factory=list)
    computed: int = attrs.field(init=False)
    fixed: Final[int] = 3
    hidden: str = attrs.field(default="", repr=False)
    marked: str = attrs.field(default="", metadata={"sensitive": True})
    plain: str = attrs.field(default="", metadata={"sensitive": False})
    secret: Annotated[str, Sensitive()] = ""


@dataclasses.dataclass
class Data:
    name: str
    given: dataclasses.InitVar[int]
    _: dataclasses.KW_ONLY
    made: list[Line] = dataclasses.field(default_factory=list)
    computed: int = dataclasses.field(init=False)
    shared: ClassVar[int] = 1
    hidden: str = dataclasses.field(default="", repr=False)
    marked: str = dataclasses.field(default="", metadata={"sensitive": True})
    secret: Annotated[str, Sensitive] = ""


class Movie(TypedDict):
    title: str
    year: NotRequired[int]
    fixed: ReadOnly[int]
    both: ReadOnly[NotRequired[Annotated[int, "x"]]]
    secret: Annotated[str, Sensitive()]


class Patch(TypedDict, total=False):
    reason: str
    id: Required[int]


class MoviePatch(Movie, Patch, total=False):
    note: str


class Point(NamedTuple):
    x: int
    y: Annotated[int, Sensitive()] = 0


Untyped = collections.namedtuple("Untyped", ["a", "b"], defaults=[1])  # noqa: PYI024 - as older code has


@pytest.mark.parametrize(
    ("cls", "expected"),
    [
        (Classic, [field("typed", int), field("untyped", Any, required=False)]),
        (These, [field("name", str)]),
        (
            Defined,
            [
                field("_private", int, key="private"),
                field("aliased", str, key="title"),
                field("made", list[Line], required=False),
                field("computed", int, init=False),
                field("fixed", Final[int], required=False),
                field("hidden", str, required=False, sensitive=True),
                field("marked", str, required=False, sensitive=True),
                field("plain", str, required=False),
                field("secret", Annotated[str, Sensitive()], required=False, sensitive=True),
            ],
        ),
        (
            Data,
            [
                field("name", str),
                field("made", list[Line], required=False),
                field("computed", int, init=False),
                field("hidden", str, required=False, sensitive=True),
                field("marked", str, required=False, sensitive=True),
                field("secret", Annotated[str, Sensitive], required=False, sensitive=True),
            ],
        ),
        (
            Movie,
            [
                field("title", str),
                field("year", NotRequired[int], required=False),
                field("fixed", ReadOnly[int]),
                field("both", ReadOnly[NotRequired[Annotated[int, "x"]]], required=False),
                field("secret", Annotated[str, Sensitive()], sensitive=True),
            ],
        ),
        (Patch, [field("reason", str, required=False), field("id", Required[int])]),
        (Point, [field("x", int), field("y", Annotated[int, Sensitive()], required=False, sensitive=True)]),
        (Untyped, [field("a", Any), field("b", Any, required=False)]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_fields(cls, expected):
    """Name, key, type, and whether it is required, in `__init__` and hidden."""
    assert expected == list(fields_of(cls))


def test_typed_dicts_that_inherit():
    """A key is required where the class that declares it says so."""
    required = {field.name for field in fields_of(MoviePatch) if field.required}

    assert required == {"title", "fixed", "secret", "id"}


# -- generic classes


@attrs.define
class Page(Generic[T]):
    items: list[T]
    first: T | None
    named: dict[str, tuple[T, ...]]
    number: int


@attrs.define
class LinePage(Page[Line]):
    total: int


@attrs.define
class Deeper(LinePage):
    pass


@attrs.define
class Box(Generic[T]):
    content: T


@attrs.define
class TwoBoxes(Box[int], Generic[T]):
    other: T


@attrs.define
class NestedBox(Box[list[T]], Generic[T, U]):
    other: U


@attrs.define
class Unfilled(Box):
    other: int


@attrs.define
class Variables(Generic[T, Bound, Constrained, WithDefault]):
    any: T
    bound: Bound
    constrained: Constrained
    default: WithDefault


@dataclasses.dataclass
class DataBox(Generic[T]):
    content: T


@dataclasses.dataclass
class DataBoxes(DataBox[int], Generic[T]):
    other: T


class BoxDict(TypedDict, Generic[T]):
    content: T
    more: NotRequired[list[T]]


class LineBoxDict(BoxDict[Line]):
    other: int


class TwoBoxDicts(BoxDict[int], Generic[T]):
    other: T


class Entry(NamedTuple, Generic[T]):
    key: str
    value: T


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Page[Line], [list[Line], Line | None, dict[str, tuple[Line, ...]], int]),
        (Page[list[T]][int], [list[list[int]], list[int] | None, dict[str, tuple[list[int], ...]], int]),
        (Page, [list[Any], Any, dict[str, tuple[Any, ...]], int]),
        (LinePage, [list[Line], Line | None, dict[str, tuple[Line, ...]], int, int]),
        (Deeper, [list[Line], Line | None, dict[str, tuple[Line, ...]], int, int]),
        (TwoBoxes[str], [int, str]),
        (TwoBoxes, [int, Any]),
        (NestedBox[int, str], [list[int], str]),
        (Unfilled, [Any, int]),
        (Variables, [Any, Line, int | str, bytes]),
        (Variables[str, Line, int, bool], [str, Line, int, bool]),
        (DataBox[Line], [Line]),
        (DataBoxes[str], [int, str]),
        (BoxDict[Line], [Line, NotRequired[list[Line]]]),
        (BoxDict, [Any, NotRequired[list[Any]]]),
        (LineBoxDict, [Line, NotRequired[list[Line]], int]),
        (TwoBoxDicts[str], [int, NotRequired[list[int]], str]),
        (Entry[Line], [str, Line]),
        (Entry, [str, Any]),
    ],
    ids=str,
)
def test_generic(type_, expected):
    """A type variable is what it was filled with in the class that uses it; else its default, its bound or `Any`."""
    types = [field.type for field in fields_of(type_)]

    assert expected == [Any if type_ == Any | None else type_ for type_ in types]


def test_filled_with_a_hidden_type():
    """A type that hides its values does so in a generic class too."""
    (content,) = fields_of(Box[Annotated[str, Sensitive()]])

    assert content.sensitive


# -- names


@attrs.define
class Later:
    value: DefinedLater  # noqa: F821 - on purpose


@dataclasses.dataclass
class LaterData:
    value: DefinedLater  # noqa: F821 - on purpose


class LaterTuple(NamedTuple):
    value: DefinedLater  # noqa: F821 - on purpose


class LaterDict(TypedDict):
    value: DefinedLater  # noqa: F821 - on purpose


@pytest.mark.parametrize("cls", [Later, LaterData, LaterTuple, LaterDict])
def test_names(cls):
    """Types 9: a name that is not in the module is given once, and a class that could not be read is read again."""
    with pytest.raises(NameError, match="DefinedLater"):
        fields_of(cls)

    assert fields_of(cls, {"DefinedLater": Line}) == (field("value", Line),)
    assert fields_of(cls) is fields_of(cls)


@pytest.mark.parametrize("make", [attrs.define, dataclasses.dataclass])
@pytest.mark.parametrize("name", ["T_co", "Collection", "Text"])
def test_name_of_typing(make, name):
    """Types 9: a name that is not defined is not taken for something of `typing` that is called so."""
    namespace: dict[str, Any] = {"__name__": __name__, "make": make}
    exec(f"@make\nclass Holder:\n    value: 'list[{name}]'", namespace)  # noqa: S102 - the line itself

    with pytest.raises(NameError, match=name):
        fields_of(namespace["Holder"])


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Classic, True),
        (Page[int], True),
        (Data, True),
        (BoxDict[int], True),
        (Entry[int], True),
        (Untyped, True),
        (dict, False),
        (tuple[int, int], False),
        (int | None, False),
        (Classic(1), False),
    ],
    ids=str,
)
def test_has_fields(type_, expected):
    """Classes have them, filled in or not; their instances have not."""
    assert expected == has_fields(type_)


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (Annotated[str, Sensitive()], True),
        (Annotated[str, Sensitive], True),
        (Annotated[Annotated[str, Sensitive()], "x"], True),
        (Annotated[str, "x"], False),
        (str, False),
        (list[Annotated[str, Sensitive()]], False),
    ],
    ids=str,
)
def test_is_sensitive(type_, expected):
    """The type itself is marked, by an instance or the class."""
    assert expected == is_sensitive(type_)
