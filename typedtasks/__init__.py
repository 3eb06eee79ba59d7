"""Typed background tasks on Celery: annotate with attrs classes, call tasks normally, check with mypy."""

from __future__ import annotations

from ._canvas import ImmutableSignature, Link, PartialSignature, Signature
from ._converter import make_converter
from ._decorator import CeleryApp, typed_task
from ._fields import Sensitive
from ._options import CallOptions, TaskOptions, TaskState
from ._result import Crashed, Failed, Ok, TypedResult
from ._state import AppState, app_state, restore_app
from ._stub import stub
from ._task import BoundTask, ConfiguredTask, TaskRequest, TypedTask
from ._track import track
from ._wire import Limits
from .app import EmbeddedConfig, TypedCelery, embedded, install
from .errors import (
    IgnoredResult,
    InvalidArguments,
    InvalidPayload,
    InvalidProgress,
    InvalidResult,
    Problem,
    RemoteError,
    RemoteTask,
    RunningEventLoop,
    TypedTasksError,
    UndeclaredProgress,
    UnknownOption,
    UnportableState,
    UnresolvedAnnotation,
    UnsupportedType,
    UntrustedState,
)

__all__ = [
    "AppState",
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
    "Ok",
    "PartialSignature",
    "Problem",
    "RemoteError",
    "RemoteTask",
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
    "UnportableState",
    "UnresolvedAnnotation",
    "UnsupportedType",
    "UntrustedState",
    "app_state",
    "embedded",
    "install",
    "make_converter",
    "restore_app",
    "stub",
    "track",
    "typed_task",
]
