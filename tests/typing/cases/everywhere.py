"""Stubs, classes of tasks, maps, and apps that another library has made."""

from typing import Any

from _domain import CardDeclined, Order, Progress, Receipt, charge, validate
from typing_extensions import assert_type

from typedtasks import TypedCelery, install, stub, typed_task

order = Order("a")
app = TypedCelery("shop")


def bill(order: Order, *, copies: int = 1) -> Receipt:
    raise NotImplementedError


async def fetch(order: Order) -> Order:
    raise NotImplementedError


def add(left: int, right: int) -> int:
    return left + right


remote = stub("billing.bill", bill, raises=CardDeclined, progress=Progress)
assert_type(remote.delay(order, copies=2).get(), Receipt)  # [stub-delay]
assert_type(stub("billing.fetch", fetch, app=app).delay(order).get(), Order)  # [stub-async]
assert_type(remote.delay(order).progress, Progress | None)  # [stub-progress]
assert_type((validate.s(order) | remote.s(copies=2)).delay().get(), Receipt)  # [stub-in-a-chain]
remote.delay("a")  # [stub-type] E(mypy=arg-type; pyright=reportArgumentType)
remote.delay()  # [stub-missing] E(mypy=call-arg; pyright=reportCallIssue)
stub("billing.bill")  # [stub-no-signature] E(mypy=call-overload; pyright=reportCallIssue)
stub("billing.bill", bill, quue="slow")  # [stub-option] E(mypy=call-overload,call-arg; pyright=reportCallIssue)


class Task:
    """What `celery.Task` is to a checker that has no stubs."""

    def run(self, *args: Any, **kwargs: Any) -> Any:
        return None


class Bill(Task):
    def run(self, order: Order, *, copies: int = 1) -> Receipt:
        return Receipt(copies)


class Fetch(Task):
    async def run(self, order: Order) -> Order:
        return order


made = typed_task(Bill)
assert_type(made.delay(order, copies=2).get(), Receipt)  # [class-delay]
assert_type(typed_task(app=app, queue="slow")(Bill).delay(order).get(), Receipt)  # [class-options]
assert_type(app.task(Fetch).delay(order).get(), Order)  # [class-async]
assert_type(app.task(raises=CardDeclined)(Bill).s(order)(), Receipt)  # [class-app]
made.delay("a")  # [class-type] E(mypy=arg-type; pyright=reportArgumentType)
made.delay(order, copis=2)  # [class-name] E(mypy=call-arg; pyright=reportCallIssue)

adding = typed_task(add)
assert_type(charge.map([order]).delay().get(), list[Receipt])  # [map]
assert_type(adding.starmap([(1, 2)]).delay().get(), list[int])  # [starmap]
charge.map(["a"])  # [map-type] E(mypy=list-item,arg-type; pyright=reportArgumentType)
adding.starmap([(1, "2")])  # [starmap-type] E(mypy=list-item,call-overload; pyright=reportArgumentType)
adding.starmap([(1,)])  # [starmap-arity] E(mypy=list-item,call-overload; pyright=reportArgumentType)

install(app)  # [install]
install(app, forbid_extra_keys=True)  # [install-setting]
install(order)  # [install-no-app] E(mypy=arg-type; pyright=reportArgumentType)
install(app, forbid_extra=True)  # [install-option] E(mypy=call-arg; pyright=reportCallIssue)
