"""What a task or an app sets of its types: the converter, the limits, what is hidden, the names for annotations."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any

from _domain import Order
from cattrs import Converter
from typing_extensions import assert_type

from typedtasks import Limits, Sensitive, TypedCelery, make_converter, typed_task

converter = make_converter()
assert_type(converter, Converter)  # [converter]
make_converter(Decimal)  # [converter-argument] E(mypy=call-arg; pyright=reportCallIssue)


class Money:
    amount = Decimal(1)


@converter.register_unstructure_hook
def write_money(money: Money) -> str:
    return str(money.amount)


@converter.register_structure_hook
def read_money(text: str, _: type) -> Money:
    return Money()


TypedCelery("shop", converter=converter, forbid_extra_keys=True, limits=Limits(depth=10))  # [app-settings]
TypedCelery("shop", converter="shop.wire:converter")  # [app-converter-path]
TypedCelery("shop", converter=make_converter)  # [app-converter-function]
TypedCelery("shop", pickle_secrets=True)  # [app-secrets]
TypedCelery("shop", converter=3)  # [app-converter-type] E(mypy=arg-type; pyright=reportArgumentType)
TypedCelery("shop", forbid_extra_keys="yes")  # [app-forbid-type] E(mypy=arg-type; pyright=reportArgumentType)
TypedCelery("shop", limits=10)  # [app-limits-type] E(mypy=arg-type; pyright=reportArgumentType)

assert_type(Limits().depth, int)  # [limits-depth]
assert_type(Limits(bytes=1_000_000).bytes, int)  # [limits-bytes]
Limits(size=3)  # [limits-typo] E(mypy=call-arg; pyright=reportCallIssue)
Limits(depth="3")  # [limits-type] E(mypy=arg-type; pyright=reportArgumentType)
Limits().depth = 3  # [limits-frozen] E(mypy=misc; pyright=reportAttributeAccessIssue)


@typed_task(converter=converter, forbid_extra_keys=True, limits=Limits(bytes=10_000))
def pay(price: Money) -> Money:
    return price


assert_type(pay.delay(Money()).get(), Money)  # [settings-task]
pay.delay("9.99")  # [settings-task-arg] E(mypy=arg-type; pyright=reportArgumentType)


@typed_task(converter=Converter)  # [dec-converter-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
def converter_type(a: int) -> str:
    return ""


@typed_task(limits=100)  # [dec-limits-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
def limits_type(a: int) -> str:
    return ""


@typed_task(forbid_extra_key=True)  # [dec-forbid-typo] E(mypy=call-overload; pyright=reportCallIssue)
def forbid_typo(a: int) -> str:
    return ""


def names() -> Mapping[str, Any]:
    return {"Order": Order}


@typed_task(localns={"Order": Order})
def mapped(order: "Order") -> str:
    return order.sku


@typed_task(localns=names)
def called(order: "Order") -> str:
    return order.sku


@typed_task(localns=len)  # [dec-localns-function] E(mypy=arg-type,call-overload; pyright=reportCallIssue,reportArgumentType)
def localns_function(a: int) -> str:
    return ""


@typed_task(localns=["Order"])  # [dec-localns-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
def localns_type(a: int) -> str:
    return ""


assert_type(mapped.delay(Order("a")).get(), str)  # [localns-mapping]
assert_type(called.delay(Order("a")).get(), str)  # [localns-callable]


@typed_task
def login(name: str, password: Annotated[str, Sensitive()]) -> bool:
    return True


assert_type(login.delay("ann", "secret").get(), bool)  # [sensitive]
login.delay("ann", b"secret")  # [sensitive-arg] E(mypy=arg-type; pyright=reportArgumentType)
Sensitive("password")  # [sensitive-argument] E(mypy=call-arg; pyright=reportCallIssue)
