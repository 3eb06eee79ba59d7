"""Hypothesis strategies for every type that can travel: modules of types, written line by line as one would by hand.

Only types that can be declared are written: what may stand together in a union, in a set or behind a default is
decided where it is chosen, nothing is thrown away afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from tests.strategies_module import Module
from tests.strategies_places import Place, places
from tests.strategies_records import Field, Records, one_of
from tests.strategies_types import KINDS, json_kinds
from tests.strategies_values import ENUMS, SCALARS, same, values

__all__ = ["ENUMS", "SCALARS", "Place", "Typed", "places", "record_classes", "same", "typed_values", "types", "values"]


@attrs.frozen(repr=False)
class Typed:
    """A type built at random and a value of it, which it can be unpacked into.

    Attributes:
        type: The type.
        value: The value.
        source: The lines that define the type, and the type: a failing example can be copied from it.
    """

    type: Any
    value: Any
    source: str

    def __iter__(self) -> Iterator[Any]:
        return iter((self.type, self.value))

    def __repr__(self) -> str:
        """The source of the type and the value."""
        return f"\n{self.source}\n{self.value!r}\n"


@st.composite
def typed_values(draw: st.DrawFn, *, depth: int | None = None) -> Typed:
    """A type built at random and a value of it."""
    writer = _writer(draw)
    depth = writer.pick((1, 2, 2, 3)) if depth is None else depth
    text = writer.type(depth)
    type_ = writer.module.read(text)
    return Typed(type_, draw(values(type_)), "\n".join([*writer.module.lines, text]))


@st.composite
def types(draw: st.DrawFn, *, depth: int = 2) -> Any:
    """Types that can travel, `depth` of them in each other."""
    writer = _writer(draw)
    return writer.module.read(writer.type(depth))


@st.composite
def record_classes(draw: st.DrawFn, *, depth: int = 1) -> Any:
    """Attrs classes, dataclasses and typed dicts; generic ones with their parameters filled in."""
    writer = _writer(draw)
    return writer.module.read(writer.record(depth))


# One module for each example, so that no name has two meanings in it.
_MODULES: Final = st.shared(st.builds(Module, future=st.booleans()), key="tests.generated")


def _writer(draw: st.DrawFn) -> Writer:
    return Writer(draw, draw(_MODULES))


_STRINGS: Final = tuple(cls.__name__ for cls in SCALARS if json_kinds(cls) == {"str"})
_SCALARS: Final = tuple("None" if cls is type(None) else cls.__name__ for cls in SCALARS)
_ENUMS: Final = tuple(cls.__name__ for cls in ENUMS)
_LITERALS: Final = (
    "Literal['a', '', 'long']",
    "Literal[1, -1]",
    "Literal[True]",
    "Literal[None, 'none', 7]",
    "Literal[Mixed.RED, Level.HIGH]",
    "Literal[Plain.HALF, False, 'text']",
)
_OF_KIND: Final = {
    "null": ("None",),
    "bool": ("bool", "Literal[True]", "Literal[False, True]"),
    "int": ("int", "int", "Level", "Rank", "Mode", "Literal[3, -1]", "Literal[Level.HIGH]"),
    "float": ("float",),
    "str": (*_STRINGS, "str", "Mixed", "Price", "Release", "Literal['a', 'b']", "Literal[Mixed.RED]"),
    "array": ("Planet", "Link", "tuple[int, str]", "frozenset[date]"),
    "object": ("Spot", "Point", "Sum", "Parcel"),
}
_MEMBERS: Final = {
    "enum.Enum": (
        *("'a'", "7", "0.5", "(7, 'a')", "((), (date(2020, 2, 29), b'a'))", "Decimal('7.50')", "UUID(int=7)"),
        *("date(2020, 2, 29)", "Point(7)", "(Point(7, 8), Decimal(7))", "Link(7)", "Level.HIGH", "Path('a/b')"),
    ),
    "str, enum.Enum": ("''", "'a'", "'two words'", "'7'"),
    "enum.IntEnum": ("0", "7", "-1"),
    "enum.Flag": ("1", "2", "4"),
    "enum.IntFlag": ("1", "2", "4"),
}
_RECURSIVE: Final = ("Tree", "Worker", "Team", "Chain", "Journey", "Expr", "Node[int]", "Pair[str]", "Node", "Tangle")
_OF_T: Final = ("tuple[T, ...]", "tuple[T, T]", "tuple[T, int | None]")
_KEYS: Final = (*_STRINGS, "str", "int", "float", "bool", "Mixed", "Level", "Rank")
_ARRAYS: Final = (
    *("list", "list", "typing.List", "deque", "typing.Deque", "Sequence", "typing.Sequence", "MutableSequence"),
    *("Collection", "Iterable", "typing.Iterable", "set", "frozenset", "AbstractSet", "MutableSet", "typing.Set"),
)
_OF_HASHABLE: Final = frozenset({"set", "frozenset", "AbstractSet", "MutableSet", "typing.Set"})
_MAPPINGS: Final = (
    *("dict", "dict", "typing.Dict", "Mapping", "MutableMapping"),
    *("OrderedDict", "defaultdict", "typing.DefaultDict", "Counter"),
)
_TAGS: Final = (
    Field("kind", "Literal['one']", "'one'"),
    Field("kind", "Literal['two', 'three']"),
    Field("kind", "Literal[Mixed.RED]", "Mixed.RED"),
    Field("kind", "Literal[7]"),
)


class Writer(Records):
    """Writes types into a module. Each method gives the text of one; `hashable` for items of sets and keys."""

    def type(self, depth: int, *, hashable: bool = False) -> str:
        """Any type."""
        if depth <= 0:
            return self.leaf(depth, hashable=hashable)
        containers = (self.tuple, self.array, self.array) if hashable else (self.array, self.tuple, self.mapping)
        make = self.pick(
            (
                *(self.leaf, *containers, self.record, self.record, self.record, self.named_tuple),
                *(self.union, self.union, self.optional, self.wrapped),
            )
        )
        text: str = make(depth, hashable=hashable)
        return text

    def leaf(self, depth: int = 0, *, hashable: bool = False) -> str:
        """A type that needs no other."""
        rest = (
            ("Point", "Link", "Sum", "Parcel") if hashable else (*_RECURSIVE, "Any", "object", "list", "dict", "tuple")
        )
        group = self.pick((_SCALARS, _SCALARS, _ENUMS, _LITERALS, rest, ()))
        return self.pick(group) if group else self.enum()

    def enum(self) -> str:
        """An enum with members of its own."""
        name = self.module.name("Enum")
        bases, choices = self.pick(tuple(_MEMBERS.items()))
        members = self.draw(st.lists(one_of(choices), min_size=1, max_size=3, unique=True))
        lines = [f"    MEMBER_{index} = {member}" for index, member in enumerate(members)]
        self.module.write("\n".join([f"class {name}({bases}):", *lines]))
        return name

    def array(self, depth: int, *, hashable: bool = False) -> str:
        """A container of equal items."""
        name = "frozenset" if hashable else self.pick(_ARRAYS)
        return f"{name}[{self.type(depth - 1, hashable=hashable or name in _OF_HASHABLE)}]"

    def tuple(self, depth: int, *, hashable: bool = False) -> str:
        """A tuple of any length, or of this one."""
        size = self.pick((1, 0, 2, 3))
        items = [self.type(depth - 1, hashable=hashable) for _ in range(size)]
        if size == 1 and self.chance(2):
            items.append("...")
        return f"{self.pick(('tuple', 'typing.Tuple'))}[{', '.join(items) or '()'}]"

    def mapping(self, depth: int, *, hashable: bool = False, key: str = "") -> str:
        """A dict, with keys of any type where no other is asked for."""
        key = key or (self.type(depth - 1, hashable=True) if self.chance(2) else self.pick(_KEYS))
        name = self.pick(_MAPPINGS)
        return f"Counter[{key}]" if name == "Counter" else f"{name}[{key}, {self.type(depth - 1)}]"

    # -- unions

    def union(self, depth: int, *, hashable: bool = False) -> str:
        """A union of what JSON tells apart, and of records that their tag or a literal of their own does."""
        kinds = self.draw(_KINDS)
        # Two dicts, one of them in pairs, are told apart on the wire and not as objects.
        dicts_are_objects = "object" in kinds
        members = [member for kind in kinds for member in self._of_kind(kind, depth, hashable, dicts_are_objects)]
        if len(members) > 2 and self.chance(5):
            members = [self._alias(_joined(members[:2])), *members[2:]]
        return self.pick((_joined, _united))(members)

    def optional(self, depth: int, *, hashable: bool = False) -> str:
        """A type, or None."""
        text = self.type(depth - 1, hashable=hashable)
        return text if "null" in json_kinds(self.module.read(text)) else self.pick((_joined, _united))([text, "None"])

    def _of_kind(self, kind: str, depth: int, hashable: bool, dicts_are_objects: bool) -> list[str]:
        """Members of a union of one JSON type."""
        if kind not in {"array", "object"} or (depth <= 1 and self.chance(2)):
            return [self.pick(_OF_KIND[kind])]
        if kind == "array":
            if not hashable and not dicts_are_objects and self.chance(4):
                return [self.mapping(depth - 1, key=f"tuple[{self.type(depth - 2, hashable=True)}, int]")]
            return [self.pick((self.array, self.tuple, self.named_tuple))(depth - 1, hashable=hashable)]
        if not hashable and self.chance(3):
            return [self.mapping(depth - 1, key=self.pick(_KEYS))]
        return self.pick((self._record, self._tagged, self._tagged, self._told_by_literal))(depth - 1, hashable)

    def _record(self, depth: int, hashable: bool) -> list[str]:
        return [self.record(depth, hashable=hashable)]

    def _tagged(self, depth: int, hashable: bool) -> list[str]:
        """Records, of which one may be a typed dict: told by a key that it alone has."""
        members = [self.record(depth, hashable=hashable, how=how) for how in ("attrs", "dataclass")]
        if not hashable and self.chance(3):
            members.append(self.record(depth, first=(Field("alone", "int"),), how="typed dict"))
        return members

    def _told_by_literal(self, depth: int, hashable: bool) -> list[str]:
        """Records with a field of one name and a literal of its own in each."""
        tags = self.pick((_TAGS[:2], _TAGS[:3], _TAGS[1:]))
        return [self.record(depth, hashable=hashable, first=(tag,)) for tag in tags]

    # -- names for types

    def wrapped(self, depth: int, *, hashable: bool = False) -> str:
        """What stands for another type."""
        text = self.type(depth - 1, hashable=hashable)
        kind = self.pick(("Annotated", "alias", "generic alias", "NewType"))
        if kind == "Annotated":
            return f"Annotated[{text}, 'about it']"
        if kind == "alias":
            return self._alias(text)
        if kind == "generic alias":
            return self._alias(self.pick(_OF_T), "T") + f"[{text}]"
        name = self.module.name("New")
        self.module.write(f"{name} = NewType({name!r}, {text})")
        return name

    def _alias(self, text: str, parameter: str = "") -> str:
        name = self.module.name("Alias")
        parameters = f", type_params=({parameter},)" if parameter else ""
        self.module.write(f"{name} = TypeAliasType({name!r}, {text}{parameters})")
        return name


_KINDS: Final = st.lists(st.sampled_from(KINDS), min_size=2, max_size=4, unique=True)


def _joined(members: list[str]) -> str:
    return " | ".join(members)


def _united(members: list[str]) -> str:
    return f"Union[{', '.join(members)}]"
