"""The table of changes in docs/howto/migrate.md: what old and new code make of each other's messages."""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from typedtasks import InvalidArguments, TypedCelery

app = TypedCelery("changes", broker="memory://", backend="cache+memory://", set_as_current=False)


@attrs.frozen
class Plain:
    sku: str


@attrs.frozen
class WithDefault:
    sku: str
    gift: bool = False


@attrs.frozen
class Wider:
    sku: str
    gift: bool


@attrs.frozen
class Voucher:
    code: str


@attrs.frozen
class Engraved(Plain):
    text: str


def plain(order: Plain): ...
def with_default(order: WithDefault): ...
def wider(order: Wider): ...
def parameter_default(order: Plain, *, gift: bool = False): ...
def parameter(order: Plain, *, gift: bool): ...
def whole(n: int): ...
def optional(n: int | None): ...
def real(n: float): ...
def whole_or_text(n: int | str): ...
def plain_or_voucher(order: Plain | Voucher): ...
def plain_or_engraved(order: Plain | Engraved): ...


def amount(n: Decimal): ...


PLAIN, WITH_DEFAULT, WIDER = (Plain("tea"),), (WithDefault("tea", True),), (Wider("tea", True),)
ROWS = {
    # change: (old function, its arguments; new function, its arguments; is the old message accepted, is the new one)
    "field with default": (plain, PLAIN, {}, with_default, WITH_DEFAULT, {}, True, True),
    "parameter with default": (plain, PLAIN, {}, parameter_default, PLAIN, {"gift": True}, True, False),
    "field without default": (plain, PLAIN, {}, wider, WIDER, {}, False, True),
    "parameter without default": (plain, PLAIN, {}, parameter, PLAIN, {"gift": True}, False, False),
    "field removed": (wider, WIDER, {}, plain, PLAIN, {}, True, False),
    "field with default removed": (with_default, WITH_DEFAULT, {}, plain, PLAIN, {}, True, True),
    "parameter removed": (parameter, PLAIN, {"gift": True}, plain, PLAIN, {}, False, False),
    "parameter with default removed": (parameter_default, PLAIN, {"gift": True}, plain, PLAIN, {}, False, True),
    "parameter with default removed, not sent": (parameter_default, PLAIN, {}, plain, PLAIN, {}, True, True),
    "X to X | None": (whole, (1,), {}, optional, (None,), {}, True, False),
    "X to X | Y": (whole, (1,), {}, whole_or_text, ("one",), {}, True, False),
    "record to union": (plain, PLAIN, {}, plain_or_voucher, (Voucher("A-1"),), {}, True, False),
    "record to union, of X": (plain, PLAIN, {}, plain_or_voucher, PLAIN, {}, True, True),
    "record to union, an X and more": (plain, PLAIN, {}, plain_or_engraved, (Engraved("c", "A"),), {}, True, True),
    "int to float": (whole, (1,), {}, real, (1.5,), {}, True, False),
}


def accepted(sender, args, kwargs, receiver) -> bool:
    """Whether what one version of a task sends is taken by another."""
    sent, received = app.task(sender), app.task(receiver)
    try:
        received.codec.decode_arguments(*sent.codec.encode_arguments(args, kwargs, exact=True))
    except InvalidArguments:
        return False
    return True


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS)
def test_change(row):
    """A row of the table."""
    old, old_args, old_kwargs, new, new_args, new_kwargs, old_message, new_message = row

    assert accepted(old, old_args, old_kwargs, new) is old_message
    assert accepted(new, new_args, new_kwargs, old) is new_message


def test_a_value_that_was_not_json():
    """ "Values that were not JSON": Celery's own envelope has made the object, and that is taken too."""
    codec = app.task(amount).codec

    assert codec.decode_arguments([Decimal("9.99")], {}) == ([Decimal("9.99")], {})
    assert codec.decode_arguments(["9.99"], {}) == ([Decimal("9.99")], {})
