"""Signatures, and steps piped one into the next."""

from _domain import CardDeclined, Order, OutOfStock, Receipt, add, adopt, audit, charge, feed, fetch, keyword_only, ping, validate
from typing_extensions import assert_type

from typedtasks import ImmutableSignature, Link, PartialSignature, Signature, TypedResult

order = Order("a")

# Complete, waiting for its first argument, or immutable.
assert_type(validate.s(order), Signature[Order])  # [s-complete]
assert_type(validate.s(), PartialSignature[Order, Order])  # [s-partial]
assert_type(charge.s(retries=3), PartialSignature[Order, Receipt, OutOfStock | CardDeclined])  # [s-partial-kw]
assert_type(add.s(1), PartialSignature[int, int])  # [s-partial-positional]
assert_type(validate.si(order), ImmutableSignature[Order])  # [si-complete]
assert_type(charge.after(), PartialSignature[Order, Receipt, OutOfStock | CardDeclined])  # [after]
validate.s("a")  # [s-wrong-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
validate.s(order, 1)  # [s-extra] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
charge.s(retrys=3)  # [s-kw-typo] E(mypy=call-overload; pyright=reportCallIssue)
charge.s(retries="3")  # [s-kw-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
add.s("1")  # [s-partial-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
add.s()  # [s-two-missing] E(mypy=call-overload; pyright=reportCallIssue)
keyword_only.s()  # [s-kwonly-missing] E(mypy=call-arg,call-overload,misc; pyright=reportCallIssue)
validate.si()  # [si-missing] E(mypy=call-arg; pyright=reportCallIssue)
validate.si("a")  # [si-type] E(mypy=arg-type; pyright=reportArgumentType)

assert_type(charge.s(order).delay(), TypedResult[Receipt, OutOfStock | CardDeclined])  # [complete-delay]
assert_type(charge.s().delay(order), TypedResult[Receipt, OutOfStock | CardDeclined])  # [partial-delay]
assert_type(charge.s(order).apply_async(countdown=3).get(), Receipt)  # [sig-apply-async]
assert_type(charge.s(order).set(queue="x").delay().get(), Receipt)  # [sig-set]
charge.s().delay()  # [partial-delay-missing] E(mypy=call-arg; pyright=reportCallIssue)
charge.s().delay("a")  # [partial-delay-type] E(mypy=arg-type; pyright=reportArgumentType)
charge.s(order).delay(order)  # [complete-delay-extra] E(mypy=call-arg; pyright=reportCallIssue)
charge.s(order).set(quue="x")  # [sig-set-typo] E(mypy=call-arg; pyright=reportCallIssue)

# What one step returns is what the next one takes.
assert_type(validate.s(order) | charge.s(retries=3), Signature[Receipt])  # [pipe-complete-head]
assert_type(validate.s() | charge.s(retries=3), PartialSignature[Order, Receipt])  # [pipe-partial-head]
assert_type((validate.s(order) | charge.s(retries=3)).delay().get(), Receipt)  # [pipe-2]
assert_type((validate.s(order) | validate.s() | charge.s()).delay().get(), Receipt)  # [pipe-3]
assert_type((validate.s() | charge.s()).delay(order).get(), Receipt)  # [pipe-partial-delay]
assert_type(validate.s(order) | ping.si(), Signature[None])  # [pipe-immutable]
assert_type(adopt.s(1) | feed.s(times=2), Signature[str])  # [pipe-subtype]
assert_type(validate.s(order) | audit.s(), Signature[None])  # [pipe-object]
assert_type(fetch.s("u") | audit.s(), Signature[None])  # [pipe-async]
validate.s(order) | add.s(1)  # [pipe-mismatch] E(mypy=operator; pyright=reportOperatorIssue)
charge.s(order) | validate.s()  # [pipe-mismatch-2] E(mypy=operator; pyright=reportOperatorIssue)
validate.s() | charge.s() | charge.s()  # [pipe-mismatch-last] E(mypy=operator; pyright=reportOperatorIssue)
validate.s(order) | charge.s(order)  # [pipe-full-second] E(mypy=operator; pyright=reportOperatorIssue)
validate.s(order) | validate  # [pipe-task-not-sig] E(mypy=operator; pyright=reportOperatorIssue)
ping.s() | validate.s()  # [pipe-none-into] E(mypy=operator; pyright=reportOperatorIssue)
(validate.s() | charge.s()).delay("a")  # [pipe-partial-delay-type] E(mypy=arg-type; pyright=reportArgumentType)


# Link is any step that may follow.
def follows_an_order(step: Link[Order, object]) -> None: ...


follows_an_order(charge.s(retries=3))  # [link-partial]
follows_an_order(ping.si())  # [link-immutable]
follows_an_order(validate.s() | charge.s())  # [link-pipe]
follows_an_order(add.s(1))  # [link-mismatch] E(mypy=arg-type; pyright=reportArgumentType)
follows_an_order(charge.s(order))  # [link-complete] E(mypy=arg-type; pyright=reportArgumentType)
