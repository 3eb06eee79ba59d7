"""The options of a call and of a task, for the type checker and at run time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from cattrs import Converter
from typing_extensions import TypeAliasType, TypedDict

from ._plain import did_you_mean
from ._wire import Limits
from .errors import UnknownOption

__all__ = ["ROUTING", "CallOptions", "TaskOptions", "TaskState", "check_options"]

#: Task options that are kept here and passed with each call: as attributes of a task Celery 5.7 warns of them.
ROUTING: Final = ("queue", "exchange", "routing_key", "priority")

#: The states of a task. ``PROGRESS`` is set by ``self.progress()``, the others are Celery's own.
TaskState = TypeAliasType(
    "TaskState",
    Literal["PENDING", "RECEIVED", "STARTED", "PROGRESS", "RETRY", "SUCCESS", "FAILURE", "REVOKED"],
)


class CallOptions(TypedDict, total=False, closed=True):
    """Options of one call: `celery.app.task.Task.apply_async` says what each means. Times are in seconds."""

    countdown: float
    eta: datetime
    expires: float | datetime
    queue: str
    exchange: str
    routing_key: str
    priority: int
    serializer: str
    compression: str
    retry: bool
    retry_policy: Mapping[str, Any]
    task_id: str
    ignore_result: bool
    time_limit: float
    soft_time_limit: float
    headers: Mapping[str, str]
    shadow: str


class TaskOptions(TypedDict, total=False, closed=True):
    """Options of a task: Celery's guide "Task options" says what each means, `typed_task` does so of its own.

    Times are in seconds.
    """

    name: str
    base: type[Any]
    queue: str
    exchange: str
    routing_key: str
    max_retries: int | None
    default_retry_delay: float
    autoretry_for: tuple[type[BaseException], ...]
    dont_autoretry_for: tuple[type[BaseException], ...]
    retry_backoff: bool | int
    retry_backoff_max: int
    retry_jitter: bool
    retry_kwargs: Mapping[str, Any]
    acks_late: bool
    acks_on_failure_or_timeout: bool
    reject_on_worker_lost: bool
    ignore_result: bool
    store_errors_even_if_ignored: bool
    store_eager_result: bool
    rate_limit: str
    serializer: str
    compression: str
    time_limit: float
    soft_time_limit: float
    expires: float
    track_started: bool
    trail: bool
    send_events: bool
    priority: int
    converter: Converter
    forbid_extra_keys: bool
    limits: Limits
    localns: Mapping[str, Any] | Callable[[], Mapping[str, Any]]


def check_options(options: Mapping[str, object], known: Collection[str]) -> None:
    """Refuse an option that is not known: Celery would take a misspelt one without a word.

    Raises:
        UnknownOption: With the nearest known option.
    """
    for option in options:
        if option not in known:
            raise UnknownOption(option, did_you_mean(option, known))
