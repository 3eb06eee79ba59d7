"""Signatures of Celery with objects in them, made plain JSON data when they are sent."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any, Final, cast

import attrs

from ._celery import Signature, is_errback_called, registered
from ._codec import TaskCodec, codec_of
from ._plain import is_plain
from .errors import InvalidArguments, Problem

__all__ = [
    "MAPS",
    "SHARED_STUBS",
    "Encoder",
    "encode_items",
    "find_task",
    "first_of",
    "known_task",
    "made_stub",
    "stubs_of",
]

#: Celery's tasks that call another with the items of a list.
MAPS: Final = frozenset({"celery.map", "celery.starmap", "celery.chunks"})

#: What makes the stub of an app, by the task's name: for every app.
SHARED_STUBS: Final[dict[str, Callable[[Any], Any]]] = {}


@attrs.frozen
class Encoder:
    """Signatures with objects in them to plain JSON data, as they are sent.

    A signature does not know its place: it keeps objects until it is sent, and where it stands then says how many
    arguments will be put before its own. Signatures of untyped tasks keep their arguments as they are; what is in these
    that is a signature itself does not.

    Attributes:
        app: The app whose tasks are meant.
        exact: Refuse keys of wire forms that no field takes.
        is_open: Whether someone may add arguments yet: what is missing is no problem then.
    """

    app: Any
    exact: bool
    is_open: bool = False

    def encode_options(self, options: dict[str, Any]) -> dict[str, Any]:
        """The options of a message: what is called or sent after its task.

        Raises:
            InvalidArguments: An argument that is known by now does not fit its task.
        """
        found: dict[str, Any] = {}
        for name in ("chain", "link", "chord"):
            if options.get(name):
                found[name] = self._each(options[name], 1)
        if options.get("link_error"):
            found["link_error"] = [self._errback(each) for each in as_list(options["link_error"])]
        return {**options, **found} if found else options

    def encode(self, signature: Any, given: int | None) -> Any:
        """A signature, of one task or of many.

        Args:
            signature: Celery's, or the dict that it is made of.
            given: How many arguments will be put before those of its first task; ``None`` if nobody knows yet.

        Raises:
            InvalidArguments: As above.
        """
        kwargs: dict[str, Any] = signature.get("kwargs") or {}
        match signature.get("subtask_type"):
            case "chain":
                first, *rest = kwargs["tasks"] or [None]
                tasks = [] if first is None else [self.encode(first, given), *(self.encode(each, 1) for each in rest)]
                found = {"kwargs": {**kwargs, "tasks": tasks}}
            case "group":
                found = {"kwargs": {**kwargs, "tasks": [self.encode(each, given) for each in kwargs["tasks"]]}}
            case "chord":
                found = {"kwargs": {**kwargs, **self._chord(kwargs, given)}}
            case _:
                found = self._task(signature, given)
        return {**signature, **found, "options": self.encode_options(signature.get("options") or {})}

    def encode_arguments(self, value: Any) -> Any:
        """Arguments of a task, which may hold signatures at any depth; the same object where these hold none."""
        tree: Any = value
        if is_plain(list(tree) if type(value) is tuple else tree):  # as most are, and quicker to tell
            return tree
        try:
            return self._found_in(tree)
        except RecursionError:
            return tree  # which is more than any limit of depth, and told as such

    def _found_in(self, value: Any) -> Any:
        tree: Any = value
        if type(value) is dict:
            found: Any = {key: self._found_in(each) for key, each in tree.items()}
            return found if any(found[key] is not each for key, each in tree.items()) else tree
        if type(value) in (list, tuple):
            items = list(map(self._found_in, tree))
            return type(tree)(items) if any(map(operator.is_not, items, tree)) else value
        return attrs.evolve(self, is_open=True).encode(value, None) if isinstance(value, Signature) else value

    def encode_items(self, name: str, kwargs: dict[str, Any]) -> dict[str, Any]:
        """The arguments of one of `MAPS`.

        Raises:
            InvalidArguments: An item is not what the task takes.
        """
        codec = codec_of(find_task(self.app, kwargs["task"]))
        items = list(kwargs["it"])
        return {
            **kwargs,
            "task": self.encode(kwargs["task"], None),
            "it": items
            if codec is None
            else encode_items(codec, items, unpacked=name != "celery.map", exact=self.exact),
        }

    def _each(self, signatures: Any, given: int) -> Any:
        if isinstance(signatures, dict):
            return self.encode(signatures, given)
        return [self.encode(each, given) for each in signatures]

    def _chord(self, kwargs: dict[str, Any], given: int | None) -> dict[str, Any]:
        header, body = kwargs["header"], kwargs["body"]
        tasks: Any = cast("Any", header)["kwargs"]["tasks"] if isinstance(header, dict) else header
        return {
            "header": [self.encode(each, given) for each in tasks],
            "body": body and self.encode(body, 1),
        }

    def _task(self, signature: Any, given: int | None) -> dict[str, Any]:
        args: Any = signature.get("args") or ()
        kwargs: Any = signature.get("kwargs") or {}
        if signature["task"] in MAPS:
            return {"kwargs": self.encode_items(signature["task"], kwargs)}
        codec = codec_of(find_task(self.app, signature))
        if codec is None:
            return {"args": self.encode_arguments(args), "kwargs": self.encode_arguments(kwargs)}
        if codec.takes_any:
            args, kwargs = self.encode_arguments(args), self.encode_arguments(kwargs)
        if signature.get("immutable"):
            given = 0
        if given is None:
            args, kwargs = self._anywhere(codec, args, kwargs)
        else:
            args, kwargs = codec.encode_later(args, kwargs, offset=given, exact=self.exact, is_open=self.is_open)
        return {"args": args, "kwargs": kwargs}

    def _anywhere(self, codec: TaskCodec, args: Any, kwargs: Any) -> tuple[Any, Any]:
        """Arguments that stand after as many as are missing, or, where they do not fit there, after more."""
        if is_plain([list(args), kwargs]):
            return args, kwargs
        try:
            return codec.encode_later(args, kwargs, offset=None, exact=self.exact, is_open=True)
        except InvalidArguments:
            for offset in range(len(codec.signature.positional) - len(args) + 1):
                with suppress(InvalidArguments):
                    return codec.encode_later(args, kwargs, offset=offset, exact=self.exact, is_open=True)
            raise

    def _errback(self, signature: Any) -> Any:
        """Celery calls it with request, exception and traceback, or sends it with the id of the task that failed."""
        task = find_task(self.app, signature)
        if codec_of(task) is None:
            return self.encode(signature, None)
        if registered(self.app, signature["task"]) is not None:
            return self.encode(signature, 3 if is_errback_called(self.app, task, signature) else 1)
        try:  # of a stub: it is sent, unless the task that fails runs where its code is
            return self.encode(signature, 1)
        except InvalidArguments:
            with suppress(InvalidArguments):
                return self.encode(signature, 3)
            raise


def encode_items(codec: TaskCodec, items: Iterable[Any], *, unpacked: bool, exact: bool) -> list[Any]:
    """What map and starmap call a task with.

    Args:
        codec: The task's traffic.
        items: First arguments, or tuples of all the arguments.
        unpacked: Which of these.
        exact: Refuse keys of wire forms that no field takes.

    Raises:
        InvalidArguments: An item is not what the task takes; the path begins with its index.
    """
    encoded: list[Any] = []
    for index, item in enumerate(items):
        try:
            args, _ = codec.encode_arguments(tuple(item) if unpacked else (item,), {}, exact=exact)
        except InvalidArguments as exc:
            problems = (Problem(f"$[{index}]{problem.path[1:]}", problem.message) for problem in exc.problems)
            raise InvalidArguments(exc.task, tuple(problems)) from None
        encoded.append(args if unpacked else args[0])
    return encoded


def find_task(app: Any, signature: Mapping[str, Any]) -> Any:
    """The task of a signature, or its stub; ``None`` if neither is known here."""
    own = getattr(signature, "_type", None)
    return known_task(app, signature["task"]) if own is None else own


def first_of(signature: Mapping[str, Any]) -> Mapping[str, Any]:
    """The signature of the task that begins a canvas, or of one of those."""
    name = {"chain": "tasks", "group": "tasks", "chord": "header"}.get(signature.get("subtask_type") or "")
    tasks: Any = signature["kwargs"][name] if name else ()
    if isinstance(tasks, dict):  # a header that is a group, and not its members
        return first_of(cast("dict[str, Any]", tasks))
    return first_of(next(iter(tasks))) if tasks else signature


def known_task(app: Any, name: str) -> Any:
    """The app's task of that name, or its stub; ``None`` if neither is known here."""
    task = registered(app, name)
    if task is not None:
        return task
    make = stubs_of(app).get(name) or SHARED_STUBS.get(name)
    return make and made_stub(app, make)


def stubs_of(app: Any) -> dict[str, Callable[[Any], Any]]:
    """What makes the stubs of one app, by the task's name; on the app, which the stubs refer to."""
    stubs: dict[str, Callable[[Any], Any]] = cast("Any", vars(app)).setdefault("_typedtasks_stubs", {})
    return stubs


def made_stub(app: Any, make: Callable[[Any], Any]) -> Any:
    """The stub that a function makes for an app, made once; on the app, as above."""
    made: dict[Any, Any] = cast("Any", vars(app)).setdefault("_typedtasks_made_stubs", {})
    if make not in made:
        made[make] = make(app)
    return made[make]


def as_list(value: Any) -> list[Any]:
    """What Celery takes one or several of, as several."""
    return [value] if isinstance(value, dict) else list(value)
