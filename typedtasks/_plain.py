"""What plain JSON data is, and how a value is shown in a message."""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# Values of no known type: here is where they are told apart, by `type(value) is`.

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from math import isfinite
from types import UnionType
from typing import Annotated, Any, Final, Literal, NewType, Union, get_args, get_origin

__all__ = [
    "ENVELOPE",
    "TOO_LARGE",
    "Foreign",
    "beyond",
    "describe",
    "did_you_mean",
    "escape",
    "escape_all",
    "is_envelope",
    "is_plain",
    "not_plain",
    "shorten",
    "shorten_path",
    "show_key",
    "step",
    "subclass_hint",
    "type_name",
    "unescape",
    "unescape_all",
]

_SCALARS: Final = frozenset({str, bool, type(None)})
_TREES: Final = frozenset({list, dict})
_SHOWN: Final = frozenset({str, int, float, bool})
#: The keys of a dict that kombu's JSON takes for one of its own.
ENVELOPE: Final = frozenset({"__type__", "__value__"})
_PREFIX: Final = "typedtasks:"
_ESCAPED: Final = frozenset({f"{_PREFIX}__type__", "__value__"})
_WIDTH: Final = 60
_PATH_WIDTH: Final = 200
_SHOWN_BITS: Final = 192

#: More digits than Python writes and reads, as long as nobody allows it more with `sys.set_int_max_str_digits`.
TOO_LARGE: Final = 10**4300


class Foreign:
    """Stands on the wire for a value that is not of its declared class, so that the check meets it.

    It is no JSON type, so no structure hook accepts it, and it never leaves the process.
    """

    __slots__ = ("about", "value", "why")

    def __init__(self, value: object, why: str = "", *, about: Literal["type", "key", "value"] = "value") -> None:
        """What stands for a value.

        Args:
            value: The value.
            why: More than its class is wrong, to stand behind its description.
            about: What that tells of: a sensitive value must not be told of, nor may a sensitive key.
        """
        self.value, self.why, self.about = value, why, about

    def __repr__(self) -> str:
        """As `describe`: it may be the key of a dict, and so part of a path."""
        return describe(self)


def is_plain(value: Any) -> bool:
    """Whether the whole tree is made of exact JSON types: such a value is already in wire form.

    Exact means ``type(v) is``: a ``StrEnum`` member is a ``str``, yet must travel as its value. NaN and
    the infinities are no JSON (RFC 8259, section 6). What is nested too deeply for Python, which a tree that holds
    itself is too, cannot be written as JSON either.
    """
    try:
        return _is_plain(value)
    except RecursionError:
        return False


def _is_plain(value: Any) -> bool:
    kind: Any = type(value)
    if kind in _SCALARS:
        return True
    if kind is int:
        return not (value <= -TOO_LARGE or value >= TOO_LARGE)
    if kind is float:
        return isfinite(value)
    if kind is list:
        return all(map(_is_plain, value))
    return kind is dict and _is_plain_dict(value)


def _is_plain_dict(value: dict[Any, Any]) -> bool:
    return all(type(key) is str for key in value) and not is_envelope(value) and all(map(_is_plain, value.values()))


def is_envelope(value: dict[Any, Any]) -> bool:
    """Whether kombu's JSON would take a dict for one of its own on the way, and make something else of it."""
    return len(value) == len(ENVELOPE) and value.keys() >= ENVELOPE


def escape(value: dict[Any, Any]) -> dict[Any, Any]:
    """A dict as it may travel: with exactly the keys of kombu's envelope, the first one gets a prefix."""
    return (
        {f"{_PREFIX}{key}" if key == "__type__" else key: value[key] for key in value} if is_envelope(value) else value
    )


def unescape(value: dict[Any, Any]) -> dict[Any, Any]:
    """What `escape` was given."""
    if len(value) == len(_ESCAPED) and value.keys() >= _ESCAPED:
        return {key.removeprefix(_PREFIX): item for key, item in value.items()}
    return value


def escape_all(value: Any) -> Any:
    """A whole tree escaped, with arrays for tuples; what else is no plain JSON data in it is left as it is."""
    if type(value) in (list, tuple):
        return [escape_all(item) for item in value]
    return escape({key: escape_all(item) for key, item in value.items()}) if type(value) is dict else value


def unescape_all(value: Any) -> Any:
    """What `escape_all` was given."""
    if type(value) is list:
        return [unescape_all(item) if type(item) in _TREES else item for item in value]
    if type(value) is dict:
        return unescape({key: unescape_all(item) if type(item) in _TREES else item for key, item in value.items()})
    return value


def not_plain(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The leaves of a tree that are no plain JSON data, each with the way to it, as in ``['lines'][2]``."""
    if type(value) is list:
        for index, item in enumerate(value):
            yield from not_plain(item, f"{path}[{index}]")
    elif type(value) is dict and not is_envelope(value):
        for key, item in value.items():
            yield from not_plain(item, f"{path}{show_key(key)}") if type(key) is str else [(path, key)]
    elif not is_plain(value):
        yield path, value


def shorten(text: str, width: int = _WIDTH) -> str:
    """At most `width` characters of `text`, with the cut shown."""
    return text if len(text) <= width else f"{text[: width - 3]}..."


def type_name(type_: Any) -> str:  # noqa: PLR0911 - one for each spelling
    """A type as its user wrote it, without modules: ``Order``, ``list[Order]``, ``int | None``."""
    origin, args = get_origin(type_), get_args(type_)
    if origin is Annotated:
        return type_name(args[0])
    if origin in (Union, UnionType):
        return " | ".join(map(type_name, args))
    if isinstance(origin, type) and args:
        return f"{type_name(origin)}[{', '.join(map(type_name, args))}]"
    if isinstance(type_, type) and not args:
        return "None" if type_ is type(None) else type_.__qualname__.rpartition("<locals>.")[2]
    if isinstance(type_, NewType):
        return type_.__name__
    if isinstance(type_, list):  # the parameters of a Callable
        return f"[{', '.join(map(type_name, type_))}]"
    return "..." if type_ is ... else str(type_).replace("typing.", "")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """``; did you mean 'order'?`` where one of the known names is near, else nothing."""
    near = get_close_matches(name[:_WIDTH], sorted(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def step(name: str) -> str:
    """A key as part of a path: ``.order``, and ``['two words']`` for what is no name."""
    return f".{name}" if name.isidentifier() and len(name) <= _WIDTH else show_key(name)


def show_key(key: Any) -> str:
    """An index or key as part of a path: ``[2]``, ``['a']``."""
    key = key.value if type(key) is Foreign else key
    if key is None or type(key) not in _SHOWN or (type(key) is int and key.bit_length() > _SHOWN_BITS):
        return f"[{describe(key)}]"
    return f"[{shorten(repr(key[: _WIDTH + 1] if type(key) is str else key))}]"


def subclass_hint(value: Any, type_: Any) -> str:
    """What to write for an object of a subclass: as one of the class it would lose what it has more."""
    if not isinstance(value, get_origin(type_) or type_):
        return ""
    return f", a subclass: write {type_name(type_)} | {type_name(type(value))} in the annotation to send it whole"


def shorten_path(path: str) -> str:
    """A path of at most 200 characters, cut in the middle."""
    return path if len(path) <= _PATH_WIDTH else f"{path[:100]}...{path[3 - _PATH_WIDTH + 100 :]}"


def beyond(value: Any, levels: int, size: int) -> str:
    """What is too much of a tree of lists and dicts; empty where nothing is. Found without recursion.

    Args:
        value: The tree. Parts of it may stand in several places, and in themselves.
        levels: How many may stand in each other.
        size: How many there may be, counted in every place.
    """
    layer: dict[int, tuple[Any, int]] = {id(value): (value, 1)} if type(value) in _TREES else {}
    total = 0
    for _ in range(levels + 1):  # the outermost, as of all arguments together, is none
        below: dict[int, tuple[Any, int]] = {}
        for tree, places in layer.values():
            total += places
            for item in tree if type(tree) is list else tree.values():
                if type(item) in _TREES:
                    below[id(item)] = (item, below.get(id(item), (item, 0))[1] + places)
        if total > size:
            return f"more than {size:,} arrays and objects"
        if not below:
            return ""
        layer = below
    return f"nested more than {levels} levels deep" if layer else ""


def describe(value: Any, *, hidden: bool = False) -> str:
    """The class of a value met, and for scalars the value: ``str '7'``; never the fields of a record."""
    if type(value) is Foreign:
        return f"{describe(value.value, hidden=hidden)}{value.why}"
    kind: Any = type(value)
    if hidden or value is None:
        return type_name(kind)
    if kind is dict and is_envelope(value):
        return "a dict with the keys __type__ and __value__, which Celery's own JSON takes for something else"
    if kind is int and value.bit_length() > _SHOWN_BITS:
        return "int of many digits"  # whose repr Python refuses past 4,300 digits
    if kind in _SHOWN:
        # Slicing first: the repr of a 50 MB string is not made to be thrown away.
        shown = value[: _WIDTH + 1] if isinstance(value, str) else value
        return f"{kind.__name__} {shorten(repr(shown))}"
    return type_name(kind)
