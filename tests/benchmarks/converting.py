"""Orders to plain JSON data and back, with nothing of Celery: what the mapping itself costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import msgspec

from typedtasks._codec import TaskCodec
from typedtasks._declaration import Declaration

from . import records
from .records import CONVERTER, Order, PydanticOrder
from .sections import Scale, Section
from .timing import Comparison, race

__all__ = ["measure"]

SIZES = {"1 line": 1, "10 lines": 10, "100 lines": 100, "1,000 lines": 1_000}

Calls = dict[str, Callable[[], object]]


def measure(scale: Scale) -> Iterator[Section]:
    """Both directions, for orders of every size."""
    codec = Declaration(_charge).codec
    yield Section(
        "Encode an order",
        "Object to plain JSON data. `typedtasks` checks what it encodes, as `delay` does; the others do where they "
        "are called *checked*, by reading back what they wrote.",
        {label: _compare(_encoders(codec, size), "json.dumps", scale) for label, size in SIZES.items()},
    )
    yield Section(
        "Decode an order",
        "Plain JSON data to object, on the worker.",
        {label: _compare(_decoders(codec, size), "json.loads", scale) for label, size in SIZES.items()},
    )


def _charge(order: Order) -> None:
    """A task's signature; the codec needs no app."""


def _compare(calls: Calls, baseline: str, scale: Scale) -> Comparison:
    return race(calls, baseline=baseline, rounds=scale.calls)


def _encoders(codec: TaskCodec, size: int) -> Calls:
    order, model = records.order(size), records.pydantic_order(size)
    document = CONVERTER.unstructure(order)
    return {
        "typedtasks": lambda: codec.encode_arguments((order,), {}, exact=True),
        "cattrs by hand": lambda: CONVERTER.unstructure(order),
        "cattrs by hand, checked": lambda: CONVERTER.structure(CONVERTER.unstructure(order), Order),
        "pydantic": lambda: model.model_dump(mode="json"),
        "pydantic, checked": lambda: PydanticOrder.model_validate(model.model_dump(mode="json")),
        "msgspec": lambda: msgspec.to_builtins(order),
        "msgspec, checked": lambda: msgspec.convert(msgspec.to_builtins(order), Order),
        "json.dumps": lambda: json.dumps(document),
    }


def _decoders(codec: TaskCodec, size: int) -> Calls:
    document = CONVERTER.unstructure(records.order(size))
    text = json.dumps(document)
    return {
        "typedtasks": lambda: codec.decode_arguments([document], {}),
        "cattrs by hand": lambda: CONVERTER.structure(document, Order),
        "pydantic": lambda: PydanticOrder.model_validate(document),
        "msgspec": lambda: msgspec.convert(document, Order),
        "json.loads": lambda: json.loads(text),
    }
