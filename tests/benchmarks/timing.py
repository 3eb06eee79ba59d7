"""Contestants measured side by side: on a machine that is never quiet, only ratios within one round mean anything."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from random import Random
from statistics import median, quantiles
from time import perf_counter

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
    """All contestants of one race, by name."""

    baseline: str
    rounds: int
    contestants: dict[str, Measured]


def interleave(
    samplers: Mapping[str, Sampler],
    *,
    baseline: str,
    rounds: int,
    turns: int = 1,
    after: Callable[[], object] = lambda: None,
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
    """
    names, shuffle = list(samplers), Random(0).shuffle  # noqa: S311  # the same orders in every run
    samples: dict[str, list[float]] = {name: [] for name in names}
    for sample in samplers.values():
        sample()  # fills caches, opens connections
    after()
    for _ in range(rounds):
        taken: dict[str, list[float]] = {name: [] for name in names}
        with _no_collection():
            for _ in range(turns):
                shuffle(names)  # or each would always run in the caches that the same other one left
                for name in names:
                    taken[name].append(samplers[name]())
        for name in names:
            samples[name].append(median(taken[name]))
        after()
    reference = samples[baseline]
    return Comparison(baseline, rounds, {name: _measured(samples[name], reference) for name in samplers})


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


def sampler(call: Callable[[], object], repetitions: int = 1, clock: Callable[[], float] = perf_counter) -> Sampler:
    """A call, repeated, as a contestant of `interleave`; the clock gives seconds."""

    def sample() -> float:
        start = clock()
        for _ in range(repetitions):
            call()
        return (clock() - start) / repetitions

    return sample


def _repetitions(call: Callable[[], object], seconds: float) -> int:
    """How many calls take about so many seconds."""
    repetitions = 1
    while (taken := min(sampler(call, repetitions)() for _ in range(5)) * repetitions) < seconds / 4:
        repetitions *= 2
    return max(1, round(repetitions * seconds / taken))


@contextmanager
def _no_collection() -> Generator[None]:
    """Collect garbage before and not during a round: it would bill one contestant for what another left."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
