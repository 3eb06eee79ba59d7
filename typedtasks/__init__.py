"""Typed background tasks on Celery: annotate with attrs classes, call tasks normally, check with mypy."""

from __future__ import annotations

from ._canvas import ImmutableSignature, Link, PartialSignature, Signature
from ._converter import make_converter
from ._decorator import CeleryApp, typed_task
from ._fields import Sensitive
from ._options import CallOptions, TaskOptions, TaskState
from ._result import Crashed, Failed, Ok, TypedResult
from ._task import BoundTask, ConfiguredTask, TaskRequest, TypedTask
from ._wire import Limits
from .app import EmbeddedConfig, TypedCelery, embedded
from .errors import (
    IgnoredResult,
    InvalidArguments,
    InvalidPayload,
    InvalidProgress,
    InvalidResult,
    NotTyped,
    Problem,
    RemoteError,
    RunningEventLoop,
    TypedTasksError,
    UndeclaredProgress,
    UnknownOption,
    UnresolvedAnnotation,
    UnsupportedType,
)

__all__ = [
    "BoundTask",
    "CallOptions",
    "CeleryApp",
    "ConfiguredTask",
    "Crashed",
    "EmbeddedConfig",
    "Failed",
    "IgnoredResult",
    "ImmutableSignature",
    "InvalidArguments",
    "InvalidPayload",
    "InvalidProgress",
    "InvalidResult",
    "Limits",
    "Link",
    "NotTyped",
    "Ok",
    "PartialSignature",
    "Problem",
    "RemoteError",
    "RunningEventLoop",
    "Sensitive",
    "Signature",
    "TaskOptions",
    "TaskRequest",
    "TaskState",
    "TypedCelery",
    "TypedResult",
    "TypedTask",
    "TypedTasksError",
    "UndeclaredProgress",
    "UnknownOption",
    "UnresolvedAnnotation",
    "UnsupportedType",
    "embedded",
    "make_converter",
    "typed_task",
]
