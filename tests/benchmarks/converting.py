"""Orders to plain JSON data and back, with nothing of Celery: what the mapping itself costs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

import msgspec

from typedtasks._declaration import Declaration

from . import discounted, records
from .records import CONVERTER, Order, PydanticOrder
from .sections import Bound, Scale, Section, judge
from .timing import Comparison, race

__all__ = ["measure"]

SIZES = {"1 line": 1, "10 lines": 10, "100 lines": 100, "1,000 lines": 1_000}
BOUNDED = "100 lines"

ENCODE = [Bound(BOUNDED, "typedtasks", "pydantic, checked", 0.8)]
DECODE = [Bound(BOUNDED, "typedtasks", "msgspec", 1.5), Bound(BOUNDED, "typedtasks", "pydantic", 1.0)]
ENCODE_DISCOUNTED = [
    Bound(BOUNDED, "typedtasks", "cattrs by hand, checked", 1.3),
    Bound(BOUNDED, "typedtasks, unchecked", "cattrs by hand", 1.3),
]
DECODE_DISCOUNTED = [Bound(BOUNDED, "typedtasks", "cattrs by hand", 1.3)]

CHECKED = (
    "Object to plain JSON data. `typedtasks` checks what it encodes, as `delay` does; the others do where they are "
    "called *checked*, by reading back what they wrote."
)
DECODED = "Plain JSON data to object, on the worker."
DISCOUNTED = (
    "Each line has an alias, a private field, a `converter=` and a union of two records: msgspec takes no such class, "
    "so all of this is done in Python. *By hand* is a converter with cattrs' defaults and hooks for these classes. It "
    "is less strict: it takes the text `'7'` for the number 7. With the defaults it gathers all that is wrong, as "
    "`typedtasks` does; *first error only* is its `detailed_validation=False`."
)
UNCHECKED = (
    "`typedtasks` checks what it encodes, and is to be compared with *checked*; where it leaves that to the worker, in "
    "*unchecked*, it still looks at the class of each value, which cattrs does not."
)

Calls = dict[str, Callable[[], object]]


def _charge(order: Order) -> None:
    """A task's signature; the codec needs no app."""


def _charge_discounted(order: discounted.Order) -> None:
    """The same with the other order."""


CODEC = Declaration(_charge).codec
DISCOUNTED_CODEC = Declaration(_charge_discounted).codec


def measure(scale: Scale) -> Iterator[Section]:
    """Both directions, for orders of every size: one that msgspec can make, and one that it cannot."""
    rounds, unchecked = scale.calls, f"{DISCOUNTED} {UNCHECKED}"
    yield judge("Encode an order", CHECKED, _columns(_encoders), ENCODE, rounds)
    yield judge("Decode an order", DECODED, _columns(_decoders), DECODE, rounds)
    yield judge("Encode a discounted order", unchecked, _columns(_encoders_discounted), ENCODE_DISCOUNTED, rounds)
    yield judge("Decode a discounted order", DISCOUNTED, _columns(_decoders_discounted), DECODE_DISCOUNTED, rounds)


def _columns(calls: Callable[[int], Calls]) -> dict[str, Callable[[int], Comparison]]:
    return {label: partial(_compare, calls, size) for label, size in SIZES.items()}


def _compare(make: Callable[[int], Calls], size: int, rounds: int) -> Comparison:
    calls = make(size)
    return race(calls, baseline=list(calls)[-1], rounds=rounds)


def _encoders(size: int) -> Calls:
    order, model = records.order(size), records.pydantic_order(size)
    document = CONVERTER.unstructure(order)
    return {
        "typedtasks": lambda: CODEC.encode_arguments((order,), {}, exact=True),
        "cattrs by hand": lambda: CONVERTER.unstructure(order),
        "cattrs by hand, checked": lambda: CONVERTER.structure(CONVERTER.unstructure(order), Order),
        "pydantic": lambda: model.model_dump(mode="json"),
        "pydantic, checked": lambda: PydanticOrder.model_validate(model.model_dump(mode="json")),
        "msgspec": lambda: msgspec.to_builtins(order),
        "msgspec, checked": lambda: msgspec.convert(msgspec.to_builtins(order), Order),
        "json.dumps": lambda: json.dumps(document),
    }


def _decoders(size: int) -> Calls:
    document = CONVERTER.unstructure(records.order(size))
    text = json.dumps(document)
    return {
        "typedtasks": lambda: CODEC.decode_arguments([document], {}),
        "cattrs by hand": lambda: CONVERTER.structure(document, Order),
        "pydantic": lambda: PydanticOrder.model_validate(document),
        "msgspec": lambda: msgspec.convert(document, Order),
        "json.loads": lambda: json.loads(text),
    }


def _encoders_discounted(size: int) -> Calls:
    order, by_hand = discounted.order(size), discounted.CONVERTER
    document = by_hand.unstructure(order)
    return {
        "typedtasks": lambda: DISCOUNTED_CODEC.encode_arguments((order,), {}, exact=True),
        "cattrs by hand, checked": lambda: by_hand.structure(by_hand.unstructure(order), discounted.Order),
        "typedtasks, unchecked": lambda: DISCOUNTED_CODEC.encode_unchecked((order,), {}),
        "cattrs by hand": lambda: by_hand.unstructure(order),
        "json.dumps": lambda: json.dumps(document),
    }


def _decoders_discounted(size: int) -> Calls:
    document = discounted.CONVERTER.unstructure(discounted.order(size))
    text = json.dumps(document)
    return {
        "typedtasks": lambda: DISCOUNTED_CODEC.decode_arguments([document], {}),
        "cattrs by hand": lambda: discounted.CONVERTER.structure(document, discounted.Order),
        "cattrs, first error only": lambda: discounted.FIRST_ERROR.structure(document, discounted.Order),
        "json.loads": lambda: json.loads(text),
    }
