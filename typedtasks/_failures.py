"""An exception as a plain JSON document, and back: only as a class that is here, only if it is an `Exception`."""

from __future__ import annotations

import copyreg
import inspect
import sys
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final, cast

import attrs

from ._kinds import check_type
from ._plain import is_plain, type_name
from ._sensitive import hidden_fields, own_fields
from ._wire import Wire
from .errors import RemoteError

__all__ = ["dump_failure", "hide_fields", "load_failure", "make_picklable"]


#: How many of the exceptions that one was raised from travel with it.
_CAUSES: Final = 10


def dump_failure(exc: BaseException, wire: Wire) -> dict[str, Any]:
    """An exception as plain JSON data.

    An attrs exception travels by its fields. Any other by its arguments and attributes, where these are plain
    JSON data. What cannot travel is left out, and its class and text arrive as a `RemoteError`. So do the exceptions
    that it was raised ``from``.
    """
    document = _dump(exc, wire)
    causes = list(islice(_causes(exc), _CAUSES))
    if causes:
        document["causes"] = [_named(cause) for cause in causes]
    return document


def _causes(exc: BaseException) -> Iterator[BaseException]:
    while exc.__cause__ is not None:
        exc = exc.__cause__
        yield exc


def _named(exc: BaseException) -> dict[str, Any]:
    return {"type": f"{type(exc).__module__}:{type(exc).__qualname__}", "message": _text(exc)}


def _dump(exc: BaseException, wire: Wire) -> dict[str, Any]:
    cls, document = type(exc), _named(exc)
    if attrs.has(cls):
        try:
            check_type(cls, "", is_custom=wire.is_custom)  # one that no task declares was never checked
            fields = wire.dump(exc, cls)
        except Exception:  # noqa: BLE001 - annotations may be anything, and the failure itself has to be told
            return document
        document["fields"] = fields
        return document
    args = list(exc.args)
    state = {name: value for name, value in exc.__dict__.items() if is_plain(value)}
    # Of a dataclass with sensitive fields the arguments say nothing of these: it is whole if its attributes are there.
    if is_plain(args) and hidden_fields(cls).keys() <= state.keys():
        document["args"] = args
        if state:
            document["state"] = state
    return document


def _text(exc: BaseException) -> str:
    try:
        return str(exc)
    except Exception as failed:  # noqa: BLE001 - whatever its own `__str__` raises must not take its place
        return f"<no text: {type_name(type(failed))}>"


def make_picklable(cls: Any) -> None:
    """Let an attrs exception cross the processes of a worker, which pickle gives only its positional arguments.

    Without this Celery logs and hands to ``on_failure`` a stand-in for every exception with keyword-only fields.
    """
    if (attrs.has(cls) or hidden_fields(cls)) and cls.__reduce__ is BaseException.__reduce__:
        copyreg.pickle(cls, _reduce)


def _reduce(exc: Any) -> Any:
    names = [field.name for field in own_fields(exc.__class__)]
    return _rebuild_record, (
        exc.__class__,
        {name: getattr(exc, name) for name in names if hasattr(exc, name)},
        exc.args,
    )


def _rebuild_record(cls: type[Exception], fields: dict[str, Any], args: tuple[Any, ...]) -> Exception:
    exc = cls.__new__(cls)
    for name, value in {"args": args, **fields}.items():
        object.__setattr__(exc, name, value)  # also of a frozen class
    _hide_repr(cls)  # not yet in this process, if the task did not declare the exception
    return exc


def load_failure(document: dict[str, Any], wire: Wire) -> Exception:
    """The exception of a document, or a `RemoteError` that holds what the document says of it."""
    found = _load(document, wire)
    raised: BaseException = found
    causes: Any = document.get("causes")
    listed: list[Any] = cast("Any", causes) if isinstance(causes, list) else []
    for cause in listed[:_CAUSES]:
        if isinstance(cause, dict):
            raised.__cause__ = _remote(cast("dict[str, Any]", cause))
            raised = raised.__cause__
    hide_fields(found)
    return found


def _remote(document: dict[str, Any]) -> RemoteError:
    data = document.get("fields", document.get("args"))
    return RemoteError(str(document.get("type")).replace(":", "."), str(document.get("message")), data)


def _load(document: dict[str, Any], wire: Wire) -> Exception:
    remote = _remote(document)
    cls = _exception_class(str(document.get("type")))
    if cls is None:
        return remote
    try:
        if attrs.has(cls):
            check_type(cls, "", is_custom=wire.is_custom)
            return remote if "fields" not in document else _checked(wire.load(document["fields"], cls))
        return remote if "args" not in document else _rebuild(cls, document["args"], document.get("state", {}))
    except Exception:  # noqa: BLE001 - as above, and what its class makes of the document
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


# -- what is shown of an exception -------------------------------------------------------------------------------------


def hide_fields(exc: Any) -> None:
    """Take what is sensitive out of the text of an exception, of its causes, and of all that it is a group of.

    Celery writes ``str`` and ``repr`` of what a task raises into logs, events and the result backend, and asks nobody.
    The fields stay as they are.
    """
    waiting, seen = [exc], dict[int, Any]()
    while waiting:
        exc = waiting.pop()
        if not isinstance(exc, BaseException) or id(exc) in seen:
            continue
        seen[id(exc)] = exc
        group: Any = getattr(exc, "exceptions", ())
        waiting += [exc.__cause__, exc.__context__, *(group if isinstance(group, tuple) else ()), *exc.args]
        texts = {id(getattr(exc, name)): text for name, text in hidden_fields(type(exc)).items() if hasattr(exc, name)}
        if texts:  # attrs puts the values of all fields into `args`, which `str` shows and pickle would make them of
            make_picklable(type(exc))
            _hide_repr(type(exc))
            object.__setattr__(exc, "args", tuple(texts.get(id(arg), arg) for arg in exc.args))


def _hide_repr(cls: Any) -> None:
    """Let the `repr` that attrs or dataclasses has made for an exception leave out what it would show.

    For the class: what Celery shows is the exception itself, in each of a worker's processes.
    """
    hidden = hidden_fields(cls)
    if hidden and any(field.repr and field.name in hidden for field in own_fields(cls)):
        code = getattr(inspect.unwrap(cls.__repr__), "__code__", None)
        if code is not None and code.co_filename.startswith("<"):  # written by no user
            cls.__repr__ = _repr


def _repr(self: Any) -> str:
    hidden = hidden_fields(type(self))
    shown = (
        f"{field.name}={hidden.get(field.name) or _shown(field, getattr(self, field.name, attrs.NOTHING))}"
        for field in own_fields(type(self))
        if field.repr
    )
    return f"{type_name(type(self))}({', '.join(shown)})"


def _shown(field: Any, value: Any) -> str:
    return str(field.repr(value) if callable(field.repr) and value is not attrs.NOTHING else repr(value))
