"""`track`: what it returns is what `get` of the results returns."""

from typing import Any

from _domain import Order, Progress, Receipt, charge, validate, walk
from typing_extensions import assert_type

from typedtasks import track

order = Order("a")


class Several:
    """As the result of a group."""

    @property
    def results(self) -> list[Any]:
        return []

    def get(self, timeout: float | None = None) -> list[int]:
        return []


assert_type(track(charge.delay(order)), Receipt)  # [track-result]
assert_type(track((validate.s(order) | charge.s()).delay()), Receipt)  # [track-chain]
assert_type(track([charge.delay(order), charge.delay(order)], title="all"), list[Receipt])  # [track-list]
assert_type(track(walk.delay(number) for number in range(3)), list[str])  # [track-generator]
assert_type(track(Several()), list[int])  # [track-group]
assert_type(track(walk.delay(1), count=lambda p: (p.done, p.total), timeout=3, interval=1), str)  # [track-count]
assert_type(track([walk.delay(1)], count=lambda p: (p.done, None)), list[str])  # [track-list-count]


def numbers(progress: Progress) -> tuple[int, int] | None:
    return progress.done, progress.total


def of_order(order: Order) -> tuple[int, int]:
    return 1, 2


assert_type(track(walk.delay(1), count=numbers), str)  # [track-count-function]
track(walk.delay(1), count=of_order)  # [track-count-other-type] E(mypy=arg-type,call-overload,misc; pyright=reportArgumentType,reportCallIssue)
track(walk.delay(1), count=lambda p: p.done)  # [track-count-no-pair] E(mypy=arg-type,call-overload,misc,return-value; pyright=reportArgumentType,reportCallIssue)
track(walk.delay(1), count=lambda p: (p.dun, p.total))  # [track-count-typo] E(mypy=attr-defined,call-overload; pyright=reportAttributeAccessIssue,reportArgumentType,reportCallIssue)
track(walk.delay(1).id)  # [track-id] E(mypy=call-overload,arg-type; pyright=reportArgumentType,reportCallIssue)
track(charge.s(order))  # [track-signature] E(mypy=call-overload,arg-type; pyright=reportArgumentType,reportCallIssue)
track(walk.delay(1), titel="x")  # [track-typo] E(mypy=call-overload; pyright=reportCallIssue)
total: int = track(charge.delay(order))  # [track-wrong-type] E(mypy=assignment,arg-type; pyright=reportAssignmentType,reportArgumentType,reportCallIssue)
