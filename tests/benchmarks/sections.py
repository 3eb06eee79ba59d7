"""What is measured together and shown as one table: the vocabulary that measuring and reporting share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import attrs

from .timing import Comparison

__all__ = ["FULL", "QUICK", "Bound", "Scale", "Section", "judge"]


@attrs.frozen
class Scale:
    """How long to measure.

    Attributes:
        calls: Rounds of calls that take microseconds.
        large: Rounds of calls with very large orders.
        sends: Rounds of tasks sent.
        drains: Rounds of queues emptied by a worker.
        messages: Tasks in each of these queues.
        interpreters: Rounds of fresh interpreters.
        apps: Rounds of apps filled with tasks.
    """

    calls: int
    large: int
    sends: int
    drains: int
    messages: int
    interpreters: int
    apps: int


FULL = Scale(calls=61, large=11, sends=81, drains=25, messages=100, interpreters=21, apps=11)
QUICK = Scale(calls=11, large=5, sends=15, drains=7, messages=60, interpreters=5, apps=3)


@attrs.frozen
class Bound:
    """A promise: what one contestant costs at most, in units of another.

    Attributes:
        column: Where in the section it is measured.
        contestant: Who keeps it.
        other: Who is 1 in it.
        limit: The most that it may be.
        found: The median ratio of each attempt; the last one counts.
    """

    column: str
    contestant: str
    other: str
    limit: float
    found: list[float] = attrs.field(factory=list[float])

    @property
    def kept(self) -> bool:
        """Whether the promise holds."""
        return self.found[-1] <= self.limit

    def after(self, comparison: Comparison) -> Bound:
        """The same with one attempt more."""
        return attrs.evolve(self, found=[*self.found, comparison.ratio(self.contestant, self.other)])


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


def judge(
    title: str,
    note: str,
    columns: Mapping[str, Callable[[int], Comparison]],
    bounds: Iterable[Bound],
    rounds: int,
) -> Section:
    """Measure a section with bounds: each column is given how many rounds to measure.

    One with a bound that is missed is measured again, three times as long, and that counts: a minute of somebody
    else's compiler on the same machine is no finding, and what is really too slow is so again.
    """
    found = {label: compare(rounds) for label, compare in columns.items()}
    judged = [bound.after(found[bound.column]) for bound in bounds]
    again = {bound.column for bound in judged if not bound.kept}
    found |= {label: columns[label](rounds * 3) for label in found if label in again}
    judged = [bound.after(found[bound.column]) if bound.column in again else bound for bound in judged]
    return Section(title, note, found, judged)
