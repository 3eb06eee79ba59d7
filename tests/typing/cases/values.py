"""What a signature can hold, as a checker sees it: nothing of it is lost on the way through the decorator."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, NamedTuple, TypeVar

import attrs
from _domain import CardDeclined, Order
from typing_extensions import Required, TypedDict, Unpack, assert_type

from typedtasks import typed_task

T = TypeVar("T")


@attrs.frozen
class Page(Generic[T]):
    items: list[T]


@dataclass
class Van:
    plate: str


@dataclass
class Bike:
    km: float


class Bay(NamedTuple):
    hall: str
    number: int = 0


class Label(TypedDict, total=False):
    text: Required[str]
    color: Literal["red", "blue"]


@typed_task
def plan(page: Page[Order], carrier: Van | Bike | None, bays: dict[Bay, set[str]]) -> Page[Van | Bike]:
    return Page([])


assert_type(plan.delay(Page([Order("a")]), None, {Bay("A"): {"a"}}).get(), Page[Van | Bike])  # [values-result]
plan.delay(Page(["a"]), None, {})  # [values-generic] E(mypy=list-item,arg-type; pyright=reportArgumentType)
plan.delay(Page([]), Bay("A"), {})  # [values-union] E(mypy=arg-type; pyright=reportArgumentType)
plan.delay(Page([]), None, {Bay("A"): ["a"]})  # [values-set] E(mypy=dict-item; pyright=reportArgumentType)
plan.delay(Page([]), None, {"A": {"a"}})  # [values-key] E(mypy=dict-item; pyright=reportArgumentType)


@typed_task
def stick(label: Label, at: Bay, sizes: Sequence[float] = ()) -> tuple[Label, Bay]:
    return label, at


assert_type(stick.delay({"text": "new", "color": "red"}, Bay("A"), [1, 2.5]).get(), tuple[Label, Bay])  # [values-dict]
stick.delay({"color": "red"}, Bay("A"))  # [values-dict-missing] E(mypy=typeddict-item; pyright=reportArgumentType)
stick.delay({"text": "new", "color": "green"}, Bay("A"))  # [values-literal] E(mypy=typeddict-item; pyright=reportArgumentType)
stick.delay({"text": "new"}, ("A", 1))  # [values-named-tuple] E(mypy=arg-type; pyright=reportArgumentType)


@typed_task
def send(order: Order, **label: Unpack[Label]) -> None: ...


assert_type(send.delay(Order("a"), text="new", color="blue").get(), None)  # [unpack]
send.delay(Order("a"), text=1)  # [unpack-type] E(mypy=arg-type; pyright=reportArgumentType)
send.delay(Order("a"), text="new", colour="red")  # [unpack-typo] E(mypy=call-arg; pyright=reportCallIssue)
send.delay(Order("a"))  # [unpack-missing] E(mypy=call-arg; pyright=reportCallIssue)


@typed_task(raises=CardDeclined)
def first(pages: Sequence[Page[Order]]) -> Order | None:
    return None


order = first.delay([]).get()
assert_type(order, Order | None)  # [values-optional]
order.sku  # [values-optional-attr] E(mypy=union-attr; pyright=reportOptionalMemberAccess)
