"""Writes records of every kind: attrs classes, dataclasses, typed dicts, named tuples; generic ones, and with bases."""

from __future__ import annotations

import functools
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from tests.strategies_module import Module
from tests.strategies_values import values

__all__ = ["Field", "Records", "one_of"]

_NAMES: Final = {
    "typed dict": ("a", "b_c", "class_"),
    "named tuple": ("a", "b_c", "d"),
    **dict.fromkeys(("attr.s", "attr.ib", "attrs", "dataclass"), ("a", "b_c", "_private", "self_", "value", "größe")),
}
_ODD_KEYS: Final = (("in-stock", "class", "größe"), ("__type__", "__value__"))
_PARAMETERS: Final = ((), (), (), (), (), ("T",), ("T", "U"), ("Narrow",), ("Either", "T"), ("Default",))
# What a generic class makes of its parameter, and a default for it.
_OF_PARAMETER: Final = (("{}", ""), ("tuple[{}, ...]", "()"), ("{} | None", "None"))
_LISTS_OF_PARAMETER: Final = (("list[{}]", "[]"), ("dict[str, {}]", "{}"), ("Node[{}]", ""))
_ATTRS_OPTIONS: Final = (
    (),
    (),
    ("repr=False",),
    ("metadata={'sensitive': True}",),
    ("converter=keep",),
    ("validator=attrs.validators.instance_of(object)",),
    ("kw_only=True", "eq=False"),
)
_OPTIONS: Final = {
    **dict.fromkeys(("attr.s", "attr.ib", "attrs"), _ATTRS_OPTIONS),
    "dataclass": ((), (), ("repr=False",), ("kw_only=True",), ("compare=False",)),
}
_QUALIFIERS: Final = ("{}", "{}", "{}", "NotRequired[{}]", "Required[{}]", "ReadOnly[{}]", "NotRequired[ReadOnly[{}]]")
_FIELD: Final = {"attr.s": "attr.ib", "attr.ib": "attr.ib", "attrs": "attrs.field", "dataclass": "field"}
_DECORATOR: Final = {
    "attr.s": "@attr.s(auto_attribs=True, {})",
    "attr.ib": "@attr.s({})",
    "attrs": "@attrs.define({})",
    "dataclass": "@dataclass({})",
}
_INIT_ONLY: Final = (
    "INIT_ONLY: ClassVar = {'seed': int}",
    "seed: InitVar[int]",
    "grown: int = field(init=False)",
    "def __post_init__(self, seed): object.__setattr__(self, 'grown', seed + 1)",
)


_POST_INIT: Final = "def __attrs_post_init__(self): object.__setattr__(self, 'grown', 8)"


@attrs.frozen
class Field:
    """A line of a class: a name, the texts of a type and of a default, other arguments of what makes a field."""

    name: str
    type: str
    default: str = ""
    options: tuple[str, ...] = ()


@attrs.frozen
class _Style:
    """How a class is written, and the base of it too."""

    how: str
    frozen: bool = False
    slots: bool = False
    kw_only: bool = False


@functools.cache
def one_of(options: tuple[Any, ...]) -> st.SearchStrategy[Any]:
    """Made once: most of the time goes into drawing."""
    return st.sampled_from(options)


@attrs.frozen
class Records:
    """Writes records into a module.

    Attributes:
        draw: Given by Hypothesis.
        module: What is written into.
    """

    draw: st.DrawFn
    module: Module

    def pick(self, options: tuple[Any, ...]) -> Any:
        """One of these."""
        return self.draw(one_of(options))

    def chance(self, times: int) -> bool:
        """Once in so many times; never in the simplest example."""
        return bool(self.pick(tuple(range(times))) == times - 1)

    def type(self, depth: int, *, hashable: bool = False) -> str:
        """Any type."""
        raise NotImplementedError

    def record(self, depth: int, *, hashable: bool = False, first: tuple[Field, ...] = (), how: str = "") -> str:
        """A record with fields of any type.

        Args:
            depth: How deep it goes.
            hashable: Whether it can be in a set.
            first: Fields that it must have.
            how: How it is written; else in any way.
        """
        ways = ("attr.s", "attrs", "dataclass", "attr.ib", *(() if hashable else ("typed dict",)))
        frozen, slots, kw_only = self.pick(
            ((False,) * 3, (True, True, False), (True, False, True), (False, True, True))
        )
        style = _Style(how or self.pick(ways), hashable or frozen, slots, kw_only)
        parameters = self.pick(_PARAMETERS)
        base = ""
        if self.chance(5):
            style = attrs.evolve(style, kw_only=True)  # no default stands before a field without
            base = self._base(style, depth, parameters, hashable)
        if style.how == "typed dict":
            first = tuple(attrs.evolve(field, type=f"Required[{field.type}]") for field in first)
        fields = [*first, *self._fields(style.how, depth, parameters, hashable)]
        if style.how == "typed dict":
            name = self._typed_dict(base, parameters, fields)
        else:
            name = self._class(style, base, parameters, fields)
        return name + self._arguments(parameters, depth, hashable)

    def named_tuple(self, depth: int, *, hashable: bool = False) -> str:
        """A named tuple."""
        name, parameters = self.module.name("Tuple"), self.pick(_PARAMETERS)
        fields = self._fields("named tuple", depth, parameters, hashable)
        lines = [
            f"{field.name}: {field.type}" + (f" = {field.default}" * bool(field.default)) for field in _ordered(fields)
        ]
        self._write(f"class {name}({_bases('NamedTuple', parameters)}):", lines)
        return name + self._arguments(parameters, depth, hashable)

    def _arguments(self, parameters: tuple[str, ...], depth: int, hashable: bool) -> str:
        """What a generic class is parametrised with, in brackets."""
        if not hashable and self.chance(6):
            return ""  # which are what they are without
        own = {"Narrow": ("Point",), "Either": ("int", "str")}
        texts = [
            self.pick(own[each]) if each in own else self.type(depth - 1, hashable=hashable) for each in parameters
        ]
        return f"[{', '.join(texts)}]" if texts else ""

    def _base(self, style: _Style, depth: int, parameters: tuple[str, ...], hashable: bool) -> str:
        """A base with a field of its own, which may be generic, and filled in by the subclass."""
        generic = self.chance(2)
        field = Field("base", "T" if generic else self.type(depth - 1, hashable=hashable))
        make = self._typed_dict if style.how == "typed dict" else functools.partial(self._class, style)
        name = make("", ("T",) if generic else (), [field])
        if not generic:
            return name
        if "T" in parameters and self.chance(2):
            return f"{name}[{self.pick(('T', 'tuple[T, ...]'))}]"
        if not hashable and self.chance(6):
            return name
        return f"{name}[{self.type(depth - 1, hashable=hashable)}]"

    # -- fields

    def _fields(self, how: str, depth: int, parameters: tuple[str, ...], hashable: bool) -> list[Field]:
        skipped, count = self.pick((0, 0, 1, 2)), self.pick((0, 1, 1, 2, 2, 3, 4))
        names = _NAMES[how][skipped : skipped + count]
        return [self._field(name, how, depth, parameters, hashable) for name in names]

    def _field(self, name: str, how: str, depth: int, parameters: tuple[str, ...], hashable: bool) -> Field:
        options = self.pick(_OPTIONS[how]) if how in _OPTIONS else ()
        if name == "a" and how.startswith("attr") and self.chance(3):
            options += ("alias='ALIAS'",)
        if parameters and self.chance(2):
            templates = _OF_PARAMETER if hashable else _OF_PARAMETER + _LISTS_OF_PARAMETER
            text, default = self.pick(templates)
            return Field(name, text.format(self.pick(parameters)), default if self.chance(2) else "", options)
        text, default = self.type(depth - 1, hashable=hashable), ""
        if how != "typed dict" and self.chance(3):
            default = self.module.constant(self.draw(values(self.module.read(text), hashable=hashable)))
        if how in _OPTIONS and self.chance(8):
            text = f"Final[{text}]"
        return Field(name, text, default, options)

    # -- classes

    def _class(self, style: _Style, base: str, parameters: tuple[str, ...], fields: list[Field]) -> str:
        name = self.module.name("Record")
        lines = [
            _line(field, style.how, quoted=self.module.future)
            for field in (fields if style.kw_only else _ordered(fields))
        ]
        if style.how in {"attrs", "dataclass"} and self.chance(6):
            lines.append(f"computed: int = {_FIELD[style.how]}(init=False, default=7)")
        if style.how == "dataclass" and not base and self.chance(6):
            lines = [*_INIT_ONLY, *lines]
        if style.how in {"attrs", "attr.s"} and self.chance(6):
            lines += [f"grown: int = {_FIELD[style.how]}(init=False)", _POST_INIT]
        if style.how != "attr.ib" and self.module.future and self.chance(6):
            lines.insert(
                0, f"again: {name} | None" if not parameters else f"again: {name}[{', '.join(parameters)}] | None"
            )
        options = f"frozen={style.frozen}, slots={style.slots}, kw_only={style.kw_only}"
        self._write(f"{_DECORATOR[style.how].format(options)}\nclass {name}({_bases(base, parameters)}):", lines)
        return name

    def _typed_dict(self, base: str, parameters: tuple[str, ...], fields: list[Field]) -> str:
        name = self.module.name("Dict")
        total = self.chance(3)
        if not base and not parameters and self.chance(4):
            keys = [*(field.name for field in fields if field.type.startswith("Required[")), *self.pick(_ODD_KEYS)]
            types = ", ".join(f"{key!r}: {field.type}" for key, field in zip(keys, fields, strict=False))
            self.module.write(f"{name} = TypedDict({name!r}, {{{types}}}, total={total})")
            return name
        bases = _bases(base or "TypedDict", parameters)
        qualifiers = ["{}" if field.type.startswith("Required[") else self.pick(_QUALIFIERS) for field in fields]
        lines = [f"{field.name}: {each.format(field.type)}" for each, field in zip(qualifiers, fields, strict=True)]
        self._write(f"class {name}({bases}, total={total}):", lines)
        return name

    def _write(self, head: str, lines: list[str]) -> None:
        self.module.write("\n    ".join([head, *(lines or ["pass"])]))


def _bases(base: str, parameters: tuple[str, ...]) -> str:
    generic = [f"Generic[{', '.join(parameters)}]"] if parameters else []
    return ", ".join([*([base] if base else []), *generic])


def _ordered(fields: list[Field]) -> list[Field]:
    return sorted(fields, key=lambda field: bool(field.default))


def _line(field: Field, how: str, *, quoted: bool) -> str:
    arguments = list(field.options)
    if field.default:
        simple = not field.default.startswith(("VALUE_", "[", "{"))
        factory = "default_factory" if how == "dataclass" else "factory"
        arguments.append(f"default={field.default}" if simple else f"{factory}=lambda: {field.default}")
    # To attrs, a field annotated with None is one without a type.
    text = "type(None)" if field.type == "None" and how != "dataclass" else field.type
    if how == "attr.ib":
        typed = [] if text == "Any" else [f"type={text!r}" if quoted else f"type={text}"]
        return f"{field.name} = attr.ib({', '.join(typed + arguments)})"
    return f"{field.name}: {text}" + (f" = {_FIELD[how]}({', '.join(arguments)})" if arguments else "")
