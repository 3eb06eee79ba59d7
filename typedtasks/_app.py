"""What an app does for typed tasks, beyond what each of them does by itself."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ._backend import typed_backend
from ._encoder import MAPS, Encoder, known_task
from ._items import describe_items
from ._pickling import PortableApp
from ._result import NamedResult
from ._runtime import TaskRuntime
from ._wire import WireSettings, wire_of

__all__ = ["AppHooks"]

if TYPE_CHECKING:
    # The part of Celery's class that is used here.
    class _Celery:
        current_worker_task: Any
        backend: Any

        def send_task(self, name: str, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any: ...
        def subclass_with_self(self, cls: Any, **options: Any) -> Any: ...

else:
    _Celery = object


class AppHooks(PortableApp, _Celery):
    """Goes before `celery.Celery`, or a class made of it, in the bases of another."""

    wire_settings: WireSettings

    def send_task(self, name: str, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        """Celery's own, through which every message goes.

        Of a typed task, or of a stub, that is known by that name the arguments may be objects, and the result is typed.
        Of any other task these may hold signatures of typed tasks.
        """
        if not isinstance(options.get("task_type"), TaskRuntime):  # which has seen to it
            task = None if "task_type" in options else known_task(self, name)
            if isinstance(task, TaskRuntime):
                args, kwargs = task.encode_call(args, kwargs, options)
                options = {"serializer": task.serializer, "result_cls": task.AsyncResult, **options}
            else:
                encoder = Encoder(self, exact=self.current_worker_task is None)
                args, kwargs = encoder.encode_arguments(args), encoder.encode_arguments(kwargs)
                if name in MAPS:
                    kwargs = encoder.encode_items(name, kwargs)
                    options.setdefault("kwargsrepr", describe_items(kwargs["task"], kwargs["it"]))
                options = encoder.encode_options(options)
        return super().send_task(name, args, kwargs, *rest, **options)

    @property
    def backend(self) -> Any:
        """Celery's result backend, with typed failures for whoever asks it without a typed task."""
        return typed_backend(super().backend, wire_of(self.wire_settings))

    @cached_property
    def AsyncResult(self) -> Any:  # noqa: N802 - Celery's name
        """Makes the result of a task that is known by its id alone: typed if the result says whose it is."""
        return self.subclass_with_self(NamedResult, name="AsyncResult", keep_reduce=True)
