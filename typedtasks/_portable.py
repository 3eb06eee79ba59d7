"""The values of an app's settings as plain JSON data, and back.

JSON data stands for itself. What Celery's settings hold beside it (times, schedules, queues, tuples, functions) is an
object with ``$type`` and ``value``.
"""

# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false, reportUnknownLambdaType=false
# pyright: reportUnknownMemberType=false
# Values of no known type: here is where they are told apart.

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from ._celery import Exchange, Queue, binding, crontab, schedule
from ._plain import type_name
from ._references import Allowed, path_of
from .errors import InvalidPayload, Problem, UnportableState

__all__ = ["from_plain", "names_in", "to_plain"]

TAG: Final = "$type"
KEYS: Final = {TAG, "value"}
SCHEDULES: Final = {"crontab": crontab, "schedule": schedule}
ENTITIES: Final = {"Exchange": Exchange, "Queue": Queue, "binding": binding}
COLLECTIONS: Final[dict[str, Callable[[Any], Any]]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_NAMES: Final = {cls: name for table in (SCHEDULES, ENTITIES, COLLECTIONS) for name, cls in table.items()}

FIX: Final = "set it where the app is made there too, or read it from a module with config_from_object"


def to_plain(value: Any, where: str) -> Any:  # noqa: PLR0911 - a case for each kind of value
    """A value as plain JSON data.

    Raises:
        UnportableState: It has no such form.
    """
    cls: Any = type(value)
    if value is None or cls in (bool, int, str) or (cls is float and math.isfinite(value)):
        return value
    if cls is list:
        return [to_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
    if cls is dict:
        return _mapping(value, where)
    if cls is timedelta:
        return _tagged("timedelta", [value.days, value.seconds, value.microseconds])
    if cls is bytes:
        return _tagged("bytes", base64.b64encode(value).decode())
    name = _NAMES.get(cls)
    if name in COLLECTIONS:
        items = [to_plain(item, f"{where}[{index}]") for index, item in enumerate(value)]
        return _tagged(name, items if cls is tuple else sorted(items, key=json.dumps))
    if name in SCHEDULES:
        return _tagged(name, _schedule(value, where))
    if name in ENTITIES:
        return _tagged(name, _entity(value, where))
    if callable(value) and hasattr(value, "__qualname__"):
        return _tagged("import", path_of(value, where))
    raise UnportableState(where, type_name(cls), FIX)


def _tagged(name: str, value: Any) -> dict[str, Any]:
    return {TAG: name, "value": value}


def _mapping(value: dict[Any, Any], where: str) -> Any:
    if all(type(key) is str for key in value) and TAG not in value:
        return {key: to_plain(item, f"{where}.{key}") for key, item in value.items()}
    return _tagged("dict", [[to_plain(key, where), to_plain(item, f"{where}.{key}")] for key, item in value.items()])


def _schedule(value: Any, where: str) -> list[Any]:
    """What pickle makes a schedule of: arguments and, for a crontab, keyword arguments."""
    _, arguments, *rest = value.__reduce__()
    keywords = {key: item for key, item in (rest[0] if rest else {}).items() if key != "app"}
    return [to_plain(list(arguments), where), to_plain(keywords, where)]


def _entity(value: Any, where: str) -> dict[str, Any]:
    """The attributes of a queue or exchange that are set."""
    if getattr(value, "on_declared", None) is not None:
        raise UnportableState(where, "on_declared= of a Queue", FIX)
    attributes = value.as_dict()
    if "bindings" in attributes:  # a set, in no order
        found = [to_plain(each, f"{where}.bindings") for each in attributes["bindings"]]
        attributes["bindings"] = None
        plain = {"bindings": sorted(found, key=json.dumps)} if found else {}
    else:
        plain = {}
    set_ones = {key: item for key, item in attributes.items() if item is not None}
    return {**{key: to_plain(item, f"{where}.{key}") for key, item in set_ones.items()}, **plain}


# -- and back ----------------------------------------------------------------------------------------------------------


def names_in(value: Any, where: str) -> Iterator[tuple[str, str]]:
    """The classes and functions that plain data names, each with its place, with nothing imported."""
    if type(value) is dict:
        if value.get(TAG) == "import":
            yield where, str(value.get("value"))
        for key, item in value.items():
            yield from names_in(item, f"{where}.{key}")
    elif type(value) is list:
        for index, item in enumerate(value):
            yield from names_in(item, f"{where}[{index}]")


def from_plain(value: Any, where: str, allowed: Allowed) -> Any:
    """What plain JSON data stands for.

    Raises:
        UntrustedState: It names what is not allowed.
        InvalidPayload: It is not what `to_plain` makes.
    """
    if type(value) is list:
        return [from_plain(item, f"{where}[{index}]", allowed) for index, item in enumerate(value)]
    if type(value) is not dict:
        return value
    if TAG not in value:
        return {key: from_plain(item, f"{where}.{key}", allowed) for key, item in value.items()}
    name = value[TAG]
    if value.keys() != KEYS or type(name) is not str:
        raise _invalid(where, f"an object with {TAG!r} has a name there, 'value', and nothing else")
    if name == "import":
        return allowed.load(str(value["value"]), where)
    inner = from_plain(value["value"], where, allowed)
    try:
        return _object(name, inner)
    except Exception as exc:  # whatever a class makes of values that are not its own
        raise _invalid(where, f"{inner!r} makes no {name}") from exc


def _object(name: str, inner: Any) -> Any:
    if name == "timedelta":
        return timedelta(*inner)
    if name == "bytes":
        return base64.b64decode(inner, validate=True)
    if name == "dict":
        return dict(inner)
    if name in COLLECTIONS:
        return COLLECTIONS[name](inner)
    if name in ENTITIES:
        return ENTITIES[name](**inner)
    arguments, keywords = inner
    return SCHEDULES[name](*arguments, **keywords)


def _invalid(where: str, message: str) -> InvalidPayload:
    return InvalidPayload("restore_app", (Problem(f"$.{where}", message),))
