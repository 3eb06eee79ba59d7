"""What `track` follows: the tasks behind a result, a group or a chain as a tree, and how far each of them is."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final, cast

import attrs

from ._celery import AsyncResult, EagerResult, ResultSet
from ._codec import TaskCodec
from ._fields import fields_of, has_fields
from ._plain import shorten, type_name
from ._sensitive import HIDDEN, holds_sensitive, is_hidden
from ._types import plain_type
from .errors import IgnoredResult, InvalidProgress, RemoteError, UndeclaredProgress

__all__ = ["READS", "Chain", "Count", "Group", "Look", "Step", "follow"]

#: What gives ``(done, total)`` of a progress record, or ``None`` where it has no numbers.
Count = Callable[[Any], "tuple[float, float | None] | None"]
#: One look at a result: the newest ``{"status": ..., "result": ...}``.
Look = Callable[[Any], "dict[str, Any]"]

#: How many results one look asks for, at most.
READS: Final = 100

_DONE: Final = ("done", "current", "completed")
_OVER: Final = frozenset({"done", "failed", "revoked", "not run", "left"})
_FAILED: Final = frozenset({"failed", "revoked"})
_STATUS: Final = {
    "PENDING": "waiting",
    "RECEIVED": "waiting",
    "RETRY": "retrying",
    "SUCCESS": "done",
    "FAILURE": "failed",
    "REVOKED": "revoked",
}
_ID_WIDTH: Final = 8


@attrs.define(eq=False)
class Step:
    """One task.

    Attributes:
        result: Its result.
        count: The user's way to the numbers of its progress.
        name: Its name, as far as it is known.
        status: A word for its state; ``not run`` after a failed step, ``left`` where nobody waits for it any more.
        done: How much is done, if the task tells.
        total: Of how much, if it tells that.
        text: What else it tells; of a failed one, the class of its exception.
        since: When it was first seen at work, on the monotonic clock.
        until: When it was first seen to have ended.
    """

    result: Any
    count: Count | None
    name: str
    status: str = "waiting"
    done: float | None = None
    total: float | None = None
    text: str = ""
    since: float | None = None
    until: float | None = None

    @property
    def over(self) -> bool:
        """Whether it will not be asked for again."""
        return self.status in _OVER

    @property
    def failed(self) -> bool:
        """Whether it has failed or was revoked."""
        return self.status in _FAILED

    @property
    def busy(self) -> bool:
        """Whether it is seen at work."""
        return self.status in {"running", "retrying"}

    def steps(self) -> Iterator[Step]:
        """Itself."""
        yield self

    def last(self) -> Iterator[Step]:
        """Itself: the one that is waited for."""
        yield self

    def settle(self) -> None:
        """Nothing is left to say."""

    def see(self, meta: Mapping[str, Any]) -> None:
        """Take in what the backend says of it."""
        self.status = _STATUS.get(meta["status"], "running")
        self.text = ""
        if _codec_of(self.result) is None and meta.get("name"):  # result_extended
            self.name = meta["name"]
        if meta["status"] == "PROGRESS":
            self._see_progress(meta["result"])
        elif self.status == "failed":
            self.text = _class_of(meta["result"])
        elif isinstance(self.result, EagerResult) and not self.over:  # it was rejected, or ignored: nothing will follow
            self.status = "done"
        if self.status == "done" and self.total is not None:
            self.done = self.total
        now = time.monotonic()
        if self.since is None and self.status != "waiting":
            self.since = now
        if self.over:
            self.until = now

    def end(self, status: str) -> None:
        """Say of a task, without having asked, that it is over."""
        self.status, self.text, self.until = status, "", time.monotonic()
        if status == "not run":
            self.since = None

    def _see_progress(self, value: Any) -> None:
        codec = _codec_of(self.result)
        try:
            record = value if codec is None else codec.decode_progress(value)
        except UndeclaredProgress:
            codec, record = None, value
        except InvalidProgress as exc:  # the task goes on, and so does the waiting
            self.done, self.total, self.text = None, None, str(exc)
            return
        type_ = None if codec is None else codec.progress
        numbers = _numbers(record, type_) if self.count is None else self.count(record)
        self.done, self.total = (None, None) if numbers is None else numbers
        if numbers is None:
            self.text = _shown(record, type_)


@attrs.define(eq=False)
class Group:
    """Tasks that run side by side."""

    members: list[Chain]

    @property
    def over(self) -> bool:
        """Whether all of them are."""
        return all(member.over for member in self.members)

    @property
    def failed(self) -> bool:
        """Whether one of them has."""
        return any(member.failed for member in self.members)

    def steps(self) -> Iterator[Step]:
        """All the tasks in it, in order."""
        for member in self.members:
            yield from member.steps()

    def last(self) -> Iterator[Step]:
        """Those that are waited for."""
        for member in self.members:
            yield from member.last()

    def settle(self) -> None:
        """See to the members."""
        for member in self.members:
            member.settle()


@attrs.define(eq=False)
class Chain:
    """Steps of which each waits for the one before; a task by itself is a chain of one."""

    stages: list[Step | Group]

    @property
    def over(self) -> bool:
        """Whether the last has ended, or one before it has failed, so that it will never run."""
        return self.stages[-1].over or any(stage.failed for stage in self.stages[:-1])

    @property
    def failed(self) -> bool:
        """Whether one of the steps has."""
        return any(stage.failed for stage in self.stages)

    def steps(self) -> Iterator[Step]:
        """All the tasks in it, in order."""
        for stage in self.stages:
            yield from stage.steps()

    def last(self) -> Iterator[Step]:
        """Those that are waited for."""
        yield from self.stages[-1].last()

    def settle(self) -> None:
        """Say of the steps before one that has begun, and of those after one that has failed, what became of them."""
        for stage in self.stages:
            stage.settle()
        begun = max((number for number, stage in enumerate(self.stages) if _has_begun(stage)), default=0)
        failed = False
        for number, stage in enumerate(self.stages):
            for step in stage.steps():
                if failed and (step.failed or not step.over):
                    step.end("not run")  # Celery gives the steps after a failed one its failure
                elif not step.over and number < len(self.stages) - 1 and stage.failed:
                    step.end("left")
                elif not step.over and number < begun:
                    step.end("done")
            failed = failed or stage.failed

    def look(self, look: Look, turn: int) -> tuple[int, bool]:
        """Ask how its tasks are, those that have not ended; of very many, the next ones in turn.

        Args:
            look: Asks for one.
            turn: Where the last look has stopped.

        Returns:
            Where this one has stopped, and whether to look again at once: all that it has asked for have ended.
        """
        unfinished = [step for step in self.steps() if not step.over]
        first = turn if turn < len(unfinished) else 0
        asked = unfinished[first : first + READS]
        for step in asked:
            step.see(look(step.result))
        self._look_before(look)
        self.settle()
        still = sum(not step.over for step in asked)
        return first + still, bool(asked) and not still

    def _look_before(self, look: Look) -> None:
        """Where a step has failed, ask those before it, which were asked earlier: one of them may be the first to."""
        for chain in self.chains():
            failed = next((number for number, stage in enumerate(chain.stages) if stage.failed), 0)
            before = [step for stage in chain.stages[:failed] for step in stage.steps() if not step.over]
            for step in before[:READS]:
                step.see(look(step.result))

    def chains(self) -> Iterator[Chain]:
        """Those inside, and itself."""
        for stage in self.stages:
            if isinstance(stage, Group):
                for member in stage.members:
                    yield from member.chains()
        yield self

    def lost(self) -> Step | None:
        """The failed step for whose sake one that is waited for will never run, and so never end."""
        for chain in self.chains():
            if any(step.status in {"not run", "left"} for step in chain.last()):
                return next((step for step in chain.steps() if step.failed), None)
        return None


def _has_begun(stage: Step | Group) -> bool:
    return any(step.status not in {"waiting", "not run"} for step in stage.steps())


def follow(result: Any, members: list[Any] | None, count: Count | None) -> Chain:
    """The tree behind a result.

    Args:
        result: A single one, or that of a group.
        members: In place of it, several.
        count: The user's way to the numbers of a progress record.

    Raises:
        IgnoredResult: A task that would be waited for was sent with ``ignore_result``.
        TypeError: There is something that is no result.
    """
    several = [_chain(member, count) for member in members or ()]
    chain = _chain(result, count) if members is None else Chain([Group(several)])
    for step in chain.last():
        if step.result.ignored:
            raise IgnoredResult(step.name)
    return chain


def _chain(result: Any, count: Count | None, above: frozenset[str] = frozenset()) -> Chain:
    """A result with those before it.

    Args:
        result: The last.
        count: The user's way to the numbers of a progress record.
        above: Those before the group that holds it: these are not counted again.
    """
    nodes: list[Any] = [result]
    while (parent := getattr(nodes[-1], "parent", None)) is not None and parent.id not in above:
        nodes.append(parent)
    nodes.reverse()
    above |= {node.id for node in nodes[:-1]}
    return Chain([_stage(node, count, above) for node in nodes])


def _stage(result: Any, count: Count | None, above: frozenset[str]) -> Step | Group:
    if isinstance(result, ResultSet):
        return Group([_chain(member, count, above) for member in result.results])
    if not isinstance(result, AsyncResult):
        raise TypeError(f"track() shows results, as `delay` and `apply_async` give them, and not {result!r}")
    codec = _codec_of(result)
    name = getattr(result, "_task_name", None) or f"task {result.id[:_ID_WIDTH]}"
    return Step(result, count, name if codec is None else codec.signature.task)


def _codec_of(result: Any) -> TaskCodec | None:
    return getattr(result, "_codec", None)


def _class_of(error: Any) -> str:
    """The class of a failure, and nothing of what is in it."""
    return error.type.rpartition(".")[2] if isinstance(error, RemoteError) else type(error).__name__


# -- progress ----------------------------------------------------------------------------------------------------------


def _numbers(record: Any, type_: Any) -> tuple[float, float | None] | None:
    """The numbers of a record by the usual names; ``None`` for the type where none is declared."""
    open_ = _open_names(record, type_)
    for name in _DONE:
        done = _number(record, name, open_)
        if done is not None:
            return done, _number(record, "total", open_)
    return None


def _open_names(record: Any, type_: Any) -> frozenset[str]:
    """Which of the usual names may be shown."""
    names = frozenset({*_DONE, "total"})
    if type_ is None or not holds_sensitive(type_):
        return names
    return names & (frozenset() if is_hidden(type_) else _open_fields(type(record)))


def _open_fields(cls: Any) -> frozenset[str]:
    """The fields of a record that may be shown; of a class whose fields are not known here, none."""
    if not has_fields(cls):
        return frozenset()
    return frozenset(field.name for field in fields_of(cls) if not field.sensitive and not holds_sensitive(field.type))


def _number(record: Any, name: str, names: frozenset[str]) -> float | None:
    if name not in names:
        return None
    value = cast("Any", record).get(name) if isinstance(record, Mapping) else getattr(record, name, None)
    if not isinstance(value, (int, float, Decimal)) or isinstance(value, bool) or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(value)


def _shown(record: Any, type_: Any) -> str:
    """A record without numbers, as text; of what is sensitive, and of what no type is declared for, nothing."""
    if type_ is None:
        return ""
    if is_hidden(type_):
        return HIDDEN
    if holds_sensitive(type_):
        return f"<{type_name(plain_type(type_))}>"
    return shorten(record if isinstance(record, str) else repr(record))
