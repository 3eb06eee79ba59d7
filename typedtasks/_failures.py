"""An exception as a plain JSON document, and back: only as a class that is here, only if it is an `Exception`."""

from __future__ import annotations

import copyreg
import sys
from typing import Any

import attrs

from ._plain import is_plain
from ._wire import Invalid, Wire
from .errors import RemoteError

__all__ = ["dump_failure", "load_failure", "make_picklable"]


def dump_failure(exc: BaseException, wire: Wire) -> dict[str, Any]:
    """An exception as plain JSON data.

    An attrs exception travels by its fields. Any other by its arguments and attributes, where these are plain
    JSON data. What cannot travel is left out, and its class and text arrive as a `RemoteError`.
    """
    cls = type(exc)
    document: dict[str, Any] = {"type": f"{cls.__module__}:{cls.__qualname__}", "message": str(exc)}
    if attrs.has(cls):
        try:
            fields = wire.dump(exc, cls)
        except (Invalid, NameError):
            return document
        if is_plain(fields):  # a type that `check_type` refuses may get through cattrs as it is
            document["fields"] = fields
        return document
    args = list(exc.args)
    if is_plain(args):
        document["args"] = args
        state = {name: value for name, value in exc.__dict__.items() if is_plain(value)}
        if state:
            document["state"] = state
    return document


def make_picklable(cls: Any) -> None:
    """Let an attrs exception cross the processes of a worker, which pickle gives only its positional arguments.

    Without this Celery logs and hands to ``on_failure`` a stand-in for every exception with keyword-only fields.
    """
    if attrs.has(cls) and cls.__reduce__ is BaseException.__reduce__:
        copyreg.pickle(cls, _reduce)


def _reduce(exc: Any) -> Any:
    names = [field.name for field in attrs.fields(exc.__class__)]
    return _rebuild_record, (
        exc.__class__,
        {name: getattr(exc, name) for name in names if hasattr(exc, name)},
        exc.args,
    )


def _rebuild_record(cls: type[Exception], fields: dict[str, Any], args: tuple[Any, ...]) -> Exception:
    exc = cls.__new__(cls)
    exc.args = args
    for name, value in fields.items():
        object.__setattr__(exc, name, value)
    return exc


def load_failure(document: dict[str, Any], wire: Wire) -> Exception:
    """The exception of a document, or a `RemoteError` that holds what the document says of it."""
    path = str(document.get("type"))
    remote = RemoteError(
        path.replace(":", "."), str(document.get("message")), document.get("fields", document.get("args"))
    )
    cls = _exception_class(path)
    if cls is None:
        return remote
    try:
        if attrs.has(cls):
            return remote if "fields" not in document else _checked(wire.load(document["fields"], cls))
        return remote if "args" not in document else _rebuild(cls, document["args"], document.get("state", {}))
    except (Invalid, TypeError, ValueError):
        return remote


def _checked(value: Any) -> Exception:
    if not isinstance(value, Exception):
        raise TypeError(value)
    return value


def _rebuild(cls: type[Exception], args: list[Any], state: dict[str, Any]) -> Exception:
    """Without ``__init__``, which may take other arguments than it hands to `Exception`: there pickle fails."""
    exc = _checked(cls.__new__(cls, *args))
    exc.args = tuple(args)
    exc.__dict__.update(state)
    return exc


def _exception_class(path: str) -> type[Exception] | None:
    """The class that a document names, if a module that is already imported holds it; nothing is imported."""
    module_name, _, qualname = path.partition(":")
    found: Any = sys.modules.get(module_name)
    for name in qualname.split("."):
        names: dict[str, Any] = getattr(found, "__dict__", {})
        found = names.get(name)
    return found if isinstance(found, type) and issubclass(found, Exception) else None
