"""What is measured together and shown as one table: the vocabulary that measuring and reporting share."""

from __future__ import annotations

import attrs

from .timing import Comparison

__all__ = ["FULL", "QUICK", "Bound", "Scale", "Section"]


@attrs.frozen
class Scale:
    """How long to measure.

    Attributes:
        calls: Rounds of calls that take microseconds.
        sends: Rounds of tasks sent.
        drains: Rounds of queues emptied by a worker.
        messages: Tasks in each of these queues.
        interpreters: Rounds of fresh interpreters.
        apps: Rounds of apps filled with tasks.
    """

    calls: int
    sends: int
    drains: int
    messages: int
    interpreters: int
    apps: int


FULL = Scale(calls=61, sends=81, drains=25, messages=100, interpreters=21, apps=11)
QUICK = Scale(calls=11, sends=15, drains=7, messages=60, interpreters=5, apps=3)


@attrs.frozen
class Bound:
    """A promise about one contestant.

    Attributes:
        column: Where in the section it was measured.
        contestant: Whose ratio.
        limit: What it may be at most.
        found: The median ratio of each attempt; the last one counts.
    """

    column: str
    contestant: str
    limit: float
    found: list[float]

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.found[-1] <= self.limit


@attrs.frozen
class Section:
    """One table: contestants down, circumstances across.

    Attributes:
        title: What is measured.
        note: What a reader must know to judge it, in Markdown.
        columns: One comparison for each circumstance.
        bounds: What is promised.
    """

    title: str
    note: str
    columns: dict[str, Comparison]
    bounds: list[Bound] = attrs.field(factory=list[Bound])

    @property
    def baseline(self) -> str:
        """The contestant that is 1 in every column."""
        (name,) = {comparison.baseline for comparison in self.columns.values()}
        return name

    @property
    def contestants(self) -> list[str]:
        """Every contestant, in the order of the table."""
        return list(next(iter(self.columns.values())).contestants)
