"""Every error the library raises, in one tree under `TypedTasksError`.

The data is in the attributes; the text is made from them and ends with what to do.
All of them are attrs classes with positional fields, so they survive pickle and, like any
attrs exception of a task, the way through a result backend as JSON.
"""

from __future__ import annotations

from typing import Any

import attrs

__all__ = [
    "IgnoredResult",
    "InvalidArguments",
    "InvalidPayload",
    "InvalidProgress",
    "InvalidResult",
    "Problem",
    "RemoteError",
    "RemoteTask",
    "RunningEventLoop",
    "TypedTasksError",
    "UndeclaredProgress",
    "UnknownOption",
    "UnportableState",
    "UnresolvedAnnotation",
    "UnsupportedType",
    "UntrustedState",
]

#: How many problems a message lists; the rest is counted. All of them are in `problems`.
SHOWN_PROBLEMS = 19


class TypedTasksError(Exception):
    """Root of every error raised by typedtasks."""


@attrs.frozen
class Problem:
    """One thing wrong with a value.

    Attributes:
        path: Where, as in ``$.order.lines[2].qty``; ``$`` is the whole of the arguments or result.
        message: What was expected and what was met, as in ``expected int, got str '7'``.
    """

    path: str
    message: str

    def __str__(self) -> str:
        """``path: message``."""
        return f"{self.path}: {self.message}"


@attrs.define
class InvalidPayload(TypedTasksError):
    """A value does not fit its annotation; every problem is listed with its path.

    Attributes:
        task: Name of the task's function.
        problems: All the problems found, in the order of the fields.
    """

    task: str
    problems: tuple[Problem, ...]

    #: What stands between the task's name and the problems.
    _headline = "{task}()"

    def __str__(self) -> str:
        """One line for one problem, else a headline and a line for each, at most 20 lines."""
        headline = self._headline.format(task=self.task)
        if len(self.problems) == 1:
            return f"{headline}: {self.problems[0]}"
        lines = [f"{headline}: {len(self.problems)} problems"]
        shown = self.problems if len(self.problems) <= SHOWN_PROBLEMS else self.problems[: SHOWN_PROBLEMS - 1]
        lines += [f"  {problem}" for problem in shown]
        if len(shown) < len(self.problems):
            lines.append(f"  ... and {len(self.problems) - len(shown)} more in .problems")
        return "\n".join(lines)


@attrs.define
class InvalidArguments(InvalidPayload, TypeError):
    """The arguments do not fit the task's signature.

    Raised by ``delay`` and its like before anything is published. On a worker it is stored as
    the task's failure: the body does not run and nothing is retried. It is a `TypeError` too, which is
    what Python and Celery raise for arguments that a function does not take.
    """


@attrs.define
class InvalidResult(InvalidPayload):
    """What the task returned, or what its result backend holds, is not of its declared type."""

    _headline = "{task}() result"


@attrs.define
class InvalidProgress(InvalidPayload):
    """What was passed to ``self.progress()`` is not of the declared ``progress=`` type."""

    _headline = "{task}() progress"


@attrs.define
class UnsupportedType(TypedTasksError):
    """An annotation that cannot travel, refused when the task is declared.

    Attributes:
        task: Name of the task's function.
        where: The parameter and the fields below it, as in ``order.lines[].lock``, or ``return``.
        type: The type that cannot travel, as it is written.
        fix: What to write instead.
    """

    task: str
    where: str
    type: str
    fix: str

    def __str__(self) -> str:
        """Task, place, type and fix."""
        return f"{self.task}(): {self.where}: {self.type} cannot travel to a worker: {self.fix}"


@attrs.define
class UnresolvedAnnotation(TypedTasksError):
    """A name in an annotation is not defined when the task is first used.

    Attributes:
        task: Name of the task's function.
        name: The name that is not defined.
    """

    task: str
    name: str

    def __str__(self) -> str:
        """Task, name and fix."""
        return (
            f"{self.task}(): an annotation names {self.name!r}, which is not defined where the task or its record is: "
            f"import it outside `if TYPE_CHECKING:` and define it at module level, or give it to the task as localns="
        )


@attrs.define
class UnknownOption(TypedTasksError):
    """An option that neither Celery nor typedtasks knows.

    Attributes:
        option: What was written.
        hint: ``; did you mean 'queue'?``, or an empty string.
    """

    option: str
    hint: str

    def __str__(self) -> str:
        """The option and the nearest one there is."""
        return f"unknown option {self.option!r}{self.hint}"


@attrs.define
class UndeclaredProgress(TypedTasksError):
    """``self.progress()`` in a task whose decorator has no ``progress=``.

    Attributes:
        task: Name of the task's function.
    """

    task: str

    def __str__(self) -> str:
        """Task and fix."""
        return f"{self.task}(): progress has no declared type: write @typed_task(bind=True, progress=YourRecord)"


@attrs.define
class RunningEventLoop(TypedTasksError):
    """An ``async def`` task was called directly where an event loop already runs.

    Attributes:
        task: Name of the task's function.
    """

    task: str

    def __str__(self) -> str:
        """Task and fix."""
        return f"{self.task}(): an event loop runs in this thread: write `await {self.task}.acall(...)`"


@attrs.define
class RemoteTask(TypedTasksError):
    """A stub was called, as if its code were here.

    Attributes:
        task: Name of the task.
    """

    task: str

    def __str__(self) -> str:
        """Task and fix."""
        return f"{self.task}: its code is in another program: send it, with delay() or in a workflow"


@attrs.define
class IgnoredResult(TypedTasksError):
    """``outcome()`` or ``aget()`` of a task sent with ``ignore_result``: nothing will ever say how it ended.

    Attributes:
        task: Name of the task's function.
    """

    task: str

    def __str__(self) -> str:
        """Task and fix."""
        return f"{self.task}(): its result is ignored, so there is no outcome: send it without `ignore_result`"


@attrs.define
class RemoteError(TypedTasksError):
    """A task failed with an exception that cannot be built here.

    Its class is not imported in this process, is not an `Exception`, or its data is not JSON.
    No class is ever imported or invented because a message names it.

    Attributes:
        type: Module and qualified name of the exception's class on the worker.
        message: Its text.
        data: Its fields or arguments where they are plain JSON data, else ``None``; not shown, since nothing here
            knows which of them are sensitive.
    """

    type: str
    message: str
    data: Any = attrs.field(default=None, repr=False)

    def __str__(self) -> str:
        """Class and text of what was raised."""
        return f"{self.type}: {self.message}"


@attrs.define
class UnportableState(TypedTasksError):
    """Something of an app cannot go to another process, by pickle or by `app_state`.

    Attributes:
        where: The setting and the place in it, as in ``broker_use_ssl.ssl_context``, or the app's argument.
        what: What is there.
        fix: What to do instead.
    """

    where: str
    what: str
    fix: str

    def __str__(self) -> str:
        """Place, what is there and fix."""
        return f"{self.where}: {self.what} cannot go to another process: {self.fix}"


@attrs.define
class UntrustedState(TypedTasksError):
    """The state of an app names a class, function or module that nothing allows; nothing was imported.

    Attributes:
        where: The field of the state, or the setting in ``changes``.
        name: What it names.
        fix: What to do.
    """

    where: str
    name: str
    fix: str

    def __str__(self) -> str:
        """Field, name and fix."""
        return f"{self.where}: the state names {self.name!r}, which is not allowed: {self.fix}"
