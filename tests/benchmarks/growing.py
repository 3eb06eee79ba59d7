"""Very large orders: what one line costs in them, beside what it costs in a smaller one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import msgspec

from . import records
from .converting import CODEC
from .records import CONVERTER, Order
from .sections import Bound, Scale, Section, judge
from .timing import Comparison, Sampler, interleave, sampler

__all__ = ["measure"]

SIZES = {"1,000 lines": 1_000, "10,000 lines": 10_000, "100,000 lines": 100_000}
SMALLEST, *_, LARGEST = SIZES

Call = Callable[[], object]
WAYS: dict[str, Callable[[Order, Any], Call]] = {
    "encode": lambda order, _: lambda: CODEC.encode_arguments((order,), {}, exact=True),
    "decode": lambda _, document: lambda: CODEC.decode_arguments([document], {}),
    "msgspec.to_builtins": lambda order, _: lambda: msgspec.to_builtins(order),
    "msgspec.convert": lambda _, document: lambda: msgspec.convert(document, Order),
    "json.dumps": lambda _, document: lambda: json.dumps(document),
    "json.loads": lambda _, document: partial(json.loads, json.dumps(document)),
}
BOUNDS = [Bound(way, LARGEST, SMALLEST, 1.6) for way in ("encode", "decode")]  # of n log n it would be 1.67
NOTE = (
    "Time per line, in units of what it is in an order of 1,000: 1 all the way down is a cost that grows as the number "
    "of lines does, and no faster. What is above is memory: of the megabytes in which a large order is made "
    "anew, nothing is in the processor's caches. `json.loads` and `msgspec.to_builtins` show it too."
)
COLLECTED = (
    "The same while Python collects garbage, as it does in a worker; for all other tables it does so between the "
    "calls. The objects of a small order are gone before the collector has met them more than once. It does not walk "
    "what `json.loads` makes here: dicts of texts and numbers."
)


def measure(scale: Scale) -> Iterator[Section]:
    """Both directions, beside what json and msgspec do; then once more with the garbage collector."""
    yield judge("A line of a large order", NOTE, _columns(collected=False), BOUNDS, scale.large)
    yield judge("A line of a large order, garbage collected", COLLECTED, _columns(collected=True), [], scale.large)


def _columns(*, collected: bool) -> dict[str, Callable[[int], Comparison]]:
    return {way: partial(_compare, make, collected) for way, make in WAYS.items()}


def _compare(make: Callable[[Order, Any], Call], collected: bool, rounds: int) -> Comparison:
    samplers = {label: _per_line(make, size) for label, size in SIZES.items()}
    return interleave(samplers, baseline=SMALLEST, rounds=rounds, collected=collected)


def _per_line(make: Callable[[Order, Any], Call], size: int) -> Sampler:
    """The time of one line; a turn is as many orders as have the lines of the largest one."""
    order = records.order(size)
    per_order = sampler(make(order, CONVERTER.unstructure(order)), SIZES[LARGEST] // size)
    return lambda: per_order() / size
