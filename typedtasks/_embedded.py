"""The broker and result backend of `embedded()`: kombu's and Celery's files, but what is read is always whole.

Both libraries write a file in the place where others read it. A worker that meets a message while it is being written
ends with ``JSONDecodeError``. Here a file is written under another name and renamed, which POSIX makes atomic.

Celery loads this module by the names in the configuration; nothing else imports it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
import uuid
from collections import deque
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # kombu and Celery carry no types; this is the part that is used here.
    class _Channel:
        data_folder_in: str
        data_folder_out: str
        control_folder: Path

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def get_table(self, exchange: str) -> list[Any]: ...
        def _purge(self, queue: str) -> int: ...

    class _Transport:
        def drain_events(self, connection: Any, timeout: float | None = ...) -> None: ...

    class _Backend:
        def _filename(self, key: Any) -> bytes: ...

    Empty: type[Exception]
    Binding: Any
    LOCK_EX: int
    dumps: Callable[[Any], str]
    loads: Callable[[str], Any]
    lock: Callable[[Any, int], None]
    unlock: Callable[[Any], None]

else:
    from queue import Empty

    from celery.backends.filesystem import FilesystemBackend as _Backend
    from kombu.transport.filesystem import LOCK_EX, lock, unlock
    from kombu.transport.filesystem import Channel as _Channel
    from kombu.transport.filesystem import Transport as _Transport
    from kombu.transport.filesystem import exchange_queue_t as Binding  # noqa: N812 - a named tuple
    from kombu.utils.json import dumps, loads

__all__ = ["Backend", "Channel", "Transport"]

#: How long a worker may not notice that it was told to stop, in seconds.
TURN = 0.1


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that others read: they find it as it was or as it is, never in between."""
    hidden = path.with_name(f".{uuid.uuid4()}")
    hidden.write_bytes(content)
    hidden.replace(path)


class Channel(_Channel):
    """One file for each message, in a folder for all queues."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listed: dict[str, deque[str]] = {}

    def _put(self, queue: str, payload: Any, **_: Any) -> None:
        # The clock is the machine's, so names sort by time whichever process made them.
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}.{queue}.msg"
        write_whole(Path(self.data_folder_out, name), dumps(payload).encode())

    def _get(self, queue: str) -> Any:
        """Take the oldest message; a listing of the folder serves for all that it finds."""
        listed = self._listed.setdefault(queue, deque())
        if not listed:
            names = os.listdir(self.data_folder_in)  # noqa: PTH208 - names are all that is needed
            listed.extend(sorted(name for name in names if _is_of(name, queue)))
        while listed:
            path = Path(self.data_folder_in, listed.popleft())
            mine = path.with_name(f".{path.name}")
            try:
                path.rename(mine)
            except FileNotFoundError:  # another process has it
                continue
            payload = mine.read_bytes()
            mine.unlink()
            return loads(payload.decode())
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._bindings(exchange) as bindings:
            if binding not in bindings:
                bindings.insert(0, binding)

    def _delete(self, queue: str, exchange: str, routing_key: str, pattern: str, *_: Any, **__: Any) -> None:
        self._purge(queue)
        binding = Binding(routing_key or "", pattern or "", queue or "")
        with self._bindings(exchange) as bindings:
            if binding in bindings:
                bindings.remove(binding)

    @contextlib.contextmanager
    def _bindings(self, exchange: str) -> Generator[list[Any], None, None]:
        """The queues of an exchange, to be changed by one process at a time."""
        with (self.control_folder / ".lock").open("wb") as file:
            lock(file, LOCK_EX)
            try:
                before = self.get_table(exchange)  # which refuses a name that leads out of it, in kombu 5.7
                bindings = list(before)
                yield bindings
                if bindings != before:
                    write_whole(self.control_folder / f"{exchange}.exchange", dumps(bindings).encode())
            finally:
                unlock(file)


def _is_of(name: str, queue: str) -> bool:
    return not name.startswith(".") and name.partition(".")[2] == f"{queue}.msg"


class Transport(_Transport):
    """kombu's file transport, which a worker can leave at once."""

    Channel = Channel

    def drain_events(self, connection: Any, timeout: float | None = None) -> None:
        """Wait for an event in short turns: Celery asks for two seconds, which a worker told to stop would sit out."""
        end = None if timeout is None else time.monotonic() + timeout
        turn = TURN if timeout is None else min(TURN, timeout)
        while True:
            try:
                return super().drain_events(connection, timeout=turn)
            except TimeoutError:  # noqa: PERF203 - one for each turn without an event
                if _worker_stops() or (end is not None and time.monotonic() >= end):
                    raise


def _worker_stops() -> bool:
    """Whether this process is a worker that was told to stop; one that is none has not loaded Celery's worker."""
    state = sys.modules.get("celery.worker.state")
    return state is not None and (state.should_stop, state.should_terminate) != (None, None)


class Backend(_Backend):
    """One file for each result."""

    def set(self, key: Any, value: str | bytes) -> None:
        """Store a value, whole."""
        write_whole(Path(os.fsdecode(self._filename(key))), value.encode() if isinstance(value, str) else value)
