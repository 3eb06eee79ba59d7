"""``task.map(...)``, ``task.starmap(...)`` and ``task.chunks(...)``: Celery's own, over objects."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from ._celery import EagerResult, group
from ._result import eager_result, items_result

if TYPE_CHECKING:
    # The part of Celery's classes that is used here.
    class _Map(dict[str, Any]):
        _app: Any

        def __init__(self, task: Any, it: list[Any], **options: Any) -> None: ...
        def clone(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any: ...

        type: Any

        def _merge(self, *, options: Any) -> Any: ...
        def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any: ...

    class _Starmap(_Map): ...

    class _Chunks(dict[str, Any]):
        _app: Any

        def __init__(self, task: Any, it: list[Any], n: int, **options: Any) -> None: ...
        def clone(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any: ...

    _Base = _Map

else:
    from ._celery import Chunks as _Chunks
    from ._celery import Map as _Map
    from ._celery import Starmap as _Starmap

    _Base = object

__all__ = ["TypedChunks", "TypedMap", "TypedStarmap", "describe_items"]


class _OverItems(_Base):
    """What map and starmap share. The items are in wire form since the signature was made: their place is known."""

    def __init__(self, task: Any, it: list[Any], **options: Any) -> None:
        super().__init__(task, it, **{"kwargsrepr": describe_items(task, it), **options})

    @property
    def AsyncResult(self) -> Any:  # noqa: N802 - Celery's name
        """Makes the result of a list of results."""
        return functools.partial(items_result, self["kwargs"]["task"].type)

    def clone(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Celery's own gives a signature of the task ``celery.map``, which knows of no types."""
        copy = type(self)(self["kwargs"]["task"], self["kwargs"]["it"], app=self._app)
        copy.update(super().clone(args, kwargs, **options))
        return copy

    def __copy__(self) -> Any:
        return self.clone()

    def __repr__(self) -> str:
        return str(self["options"]["kwargsrepr"])

    def apply_async(
        self,
        args: Any = None,  # noqa: ARG002 - it takes no more, as Celery's own
        kwargs: Any = None,  # noqa: ARG002 - as above
        **options: Any,
    ) -> Any:
        """Send it, routed as the task that is called. As Celery 5.7 does: before, the options set earlier were lost."""
        given = {name: value for name, value in options.items() if value is not None}
        merged = self._merge(options=given)[2]
        route_name = merged.pop("route_name", None) or self["kwargs"]["task"]["task"]
        return self._typed(self.type.apply_async((), dict(self["kwargs"]), route_name=route_name, **merged))

    def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Run it here."""
        return self._typed(super().apply(args, kwargs, **options))

    def _typed(self, result: Any) -> Any:
        if isinstance(result, EagerResult):
            return eager_result(result, None, self["kwargs"]["task"].type.codec.of_items)
        typed = self.AsyncResult(result.id, parent=result.parent)
        typed.ignored = result.ignored
        return typed


class TypedMap(_OverItems, _Map):
    """`celery.xmap` over a typed task."""


class TypedStarmap(_OverItems, _Starmap):
    """`celery.xstarmap` over a typed task."""


class TypedChunks(_Chunks):
    """`celery.chunks` over a typed task: a group of `TypedStarmap`."""

    def __init__(self, task: Any, it: list[Any], n: int, **options: Any) -> None:
        super().__init__(task, it, n, **{"kwargsrepr": describe_items(task, it), **options})

    def group(self) -> Any:
        """The parts; Celery sends these."""
        task, items, size = (self["kwargs"][name] for name in ("task", "it", "n"))
        parts = [items[start : start + size] for start in range(0, len(items), size)]
        return group([TypedStarmap(task, part, app=self._app) for part in parts], app=self._app)

    def apply(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """Run it here."""
        return self.group().apply(args, kwargs, **options)

    def __copy__(self) -> Any:
        return self.clone()

    def __repr__(self) -> str:
        return str(self["options"]["kwargsrepr"])

    def clone(self, args: Any = None, kwargs: Any = None, **options: Any) -> Any:
        """As above."""
        given = self["kwargs"]
        copy = type(self)(given["task"], given["it"], given["n"], app=self._app)
        copy.update(super().clone(args, kwargs, **options))
        return copy


def describe_items(task: Any, items: list[Any]) -> str:
    """What logs and events show of the arguments: no item, since it may be sensitive and is not masked by its type."""
    return f"{{'task': {task['task']}, 'it': <{len(items)} items>}}"
