"""Contestants measured side by side: on a machine that is never quiet, only ratios within one round mean anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from time import process_time

import attrs

__all__ = ["Comparison", "Measured", "Sampler", "interleave", "race", "sampler"]

Sampler = Callable[[], float]
"""Does its work and returns how many seconds one unit of it took."""


@attrs.frozen
class Measured:
    """One contestant.

    Attributes:
        seconds: What one unit of work takes, the median of all rounds.
        ratio: The same in units of the baseline: the median of the ratios of each round.
        low: Lower quartile of these ratios.
        high: Upper quartile.
    """

    seconds: float
    ratio: float
    low: float
    high: float


@attrs.frozen
class Comparison:
    """All contestants of one race.

    Attributes:
        baseline: The name of the one that is 1.
        samples: Seconds that one unit of work took in each round, by contestant.
        contestants: What they come to, in the order of the table.
    """

    baseline: str
    samples: dict[str, list[float]]
    contestants: dict[str, Measured]

    def ratio(self, name: str, other: str) -> float:
        """One contestant in units of any other."""
        return _measured(self.samples[name], self.samples[other]).ratio


def interleave(
    samplers: Mapping[str, Sampler],
    *,
    baseline: str,
    rounds: int,
    turns: int = 1,
    after: Callable[[], object] = lambda: None,
    collected: bool = False,
) -> Comparison:
    """Let contestants take turns, and compare them round by round.

    What disturbs the machine for longer than a round disturbs all of them and leaves their ratio as it is; what
    disturbs a few turns does not move the median of a round.

    Args:
        samplers: What to measure, by name.
        baseline: The name of the one that is 1.
        rounds: How many ratios to take.
        turns: How often each has its turn in a round, whose median counts.
        after: Called after each round, unmeasured.
        collected: Whether Python collects garbage during a round, and not only before it.
    """
    names, shuffle = list(samplers), Random(0).shuffle  # noqa: S311  # the same orders in every run
    samples: dict[str, list[float]] = {name: [] for name in names}
    for sample in samplers.values():
        sample()  # fills caches, opens connections
    after()
    for _ in range(rounds):
        taken: dict[str, list[float]] = {name: [] for name in names}
        with _collection(during=collected):
            for _ in range(turns):
                shuffle(names)  # or each would always run in the caches that the same other one left
                for name in names:
                    taken[name].append(samplers[name]())
        for name in names:
            samples[name].append(median(taken[name]))
        after()
    return Comparison(baseline, samples, {name: _measured(samples[name], samples[baseline]) for name in samplers})


def _measured(samples: list[float], reference: list[float]) -> Measured:
    low, middle, high = quantiles([one / other for one, other in zip(samples, reference, strict=True)], n=4)
    return Measured(median(samples), middle, low, high)


def race(
    calls: Mapping[str, Callable[[], object]],
    *,
    baseline: str,
    rounds: int,
    turns: int = 7,
    seconds: float = 0.0005,
    after: Callable[[], object] = lambda: None,
) -> Comparison:
    """`interleave` for short calls, each repeated for about so many seconds at every turn."""
    samplers = {name: sampler(call, _repetitions(call, seconds)) for name, call in calls.items()}
    return interleave(samplers, baseline=baseline, rounds=rounds, turns=turns, after=after)


def sampler(call: Callable[[], object], repetitions: int = 1) -> Sampler:
    """A call, repeated, as a contestant of `interleave`: its processor time, which nobody else's work is in."""

    def sample() -> float:
        start = process_time()
        for _ in range(repetitions):
            call()
        return (process_time() - start) / repetitions

    return sample


def _repetitions(call: Callable[[], object], seconds: float) -> int:
    """How many calls take about so many seconds."""
    repetitions = 1
    while (taken := min(sampler(call, repetitions)() for _ in range(5)) * repetitions) < seconds / 4:
        repetitions *= 2
    return max(1, round(repetitions * seconds / taken))


@contextmanager
def _collection(*, during: bool) -> Generator[None]:
    """Collect garbage before a round. During one it would bill one contestant for what another left."""
    gc.collect()
    if not during:
        gc.disable()
    try:
        yield
    finally:
        gc.enable()
