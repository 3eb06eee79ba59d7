"""What a worker keeps of a message, and tells of it, where arguments are never shown.

Celery loads this module by the name in `TaskRuntime.Request`; nothing else imports it. It needs the worker's half of
Celery, which a process that only sends tasks does not load.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._codec import codec_of
from ._sensitive import HIDDEN

if TYPE_CHECKING:
    # The part of Celery's class that is used here.
    class _Request:
        task: Any
        body: Any
        request_dict: dict[str, Any]
        args: Any
        kwargs: Any

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def info(self, safe: bool = False) -> dict[str, Any]: ...  # noqa: FBT001, FBT002 - Celery's signature

else:
    from celery.worker.request import Request as _Request

__all__ = ["Request"]


class _Unshown:
    """The same data, of which `repr` says nothing: at level DEBUG a pool logs all that it is given."""

    __slots__ = ()

    def __repr__(self) -> str:
        return HIDDEN


class _Dict(_Unshown, dict[str, Any]):
    __slots__ = ()


class _Bytes(_Unshown, bytes):
    __slots__ = ()


class _Str(_Unshown, str):
    __slots__ = ()


class _Tuple(_Unshown, tuple[Any, ...]):
    __slots__ = ()


_UNSHOWN: Any = {bytes: _Bytes, str: _Str, tuple: _Tuple}


class Request(_Request):
    """Celery's own. Of a task with sensitive arguments it says by itself how they are shown, whoever sent them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codec = codec_of(self.task)
        self.is_hidden = codec is not None and codec.hides_arguments
        if codec is not None and self.is_hidden:
            shown = codec.describe_arguments(self.args, self.kwargs)
            # Private, all four: what logs, events and the pool are given.
            self._argsrepr, self._kwargsrepr = shown
            self._request_dict = _Dict(self.request_dict, argsrepr=shown[0], kwargsrepr=shown[1])
            self._body = _UNSHOWN.get(type(self.body), _same)(self.body)

    def info(self, safe: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - Celery's signature
        """What ``celery inspect`` shows."""
        return super().info(safe=safe or self.is_hidden)


def _same(body: Any) -> Any:
    return body
