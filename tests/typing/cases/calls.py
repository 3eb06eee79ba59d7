"""Calling a task: directly, with delay, in an event loop, and handing it around."""

from typing import Any, NoReturn

from _domain import (
    CardDeclined,
    Order,
    OutOfStock,
    Progress,
    Receipt,
    User,
    add,
    charge,
    fetch,
    greet,
    keyword_only,
    ping,
    positional_only,
    validate,
    variadic,
    walk,
)
from typing_extensions import Never, assert_type

from typedtasks import BoundTask, TypedResult, TypedTask, typed_task

order = Order("a")

# The parameters and the result of the function are those of the call.
assert_type(validate(order), Order)  # [call-bare]
assert_type(charge(order, retries=2), Receipt)  # [call-options]
validate("a")  # [call-wrong-type] E(mypy=arg-type; pyright=reportArgumentType)
assert_type(validate.delay(order).get(), Order)  # [delay-bare]
assert_type(charge.delay(order).get(timeout=3), Receipt)  # [delay-options]
assert_type(charge.delay(order=order).get(), Receipt)  # [delay-keyword]
assert_type(ping.delay().get(), None)  # [delay-noargs]
assert_type(variadic.delay(1, 2, 3).get(), int)  # [delay-varargs]
assert_type(positional_only.delay(1, b=2).get(), int)  # [delay-posonly]
assert_type(keyword_only.delay(a=1).get(), int)  # [delay-kwonly]
assert_type(greet.delay(User("Ada")).get(), str)  # [delay-app-task]
validate.delay()  # [delay-missing] E(mypy=call-arg; pyright=reportCallIssue)
validate.delay("a")  # [delay-wrong-type] E(mypy=arg-type; pyright=reportArgumentType)
validate.delay(order, 1)  # [delay-extra] E(mypy=call-arg; pyright=reportCallIssue)
validate.delay(ordr=order)  # [delay-kw-typo] E(mypy=call-arg; pyright=reportCallIssue)
charge.delay(order, retries="3")  # [delay-kwonly-type] E(mypy=arg-type; pyright=reportArgumentType)
charge.delay(order, 3)  # [delay-kwonly-by-position] E(mypy=call-arg; pyright=reportCallIssue)
keyword_only.delay()  # [delay-kwonly-missing] E(mypy=call-arg; pyright=reportCallIssue)
positional_only.delay(a=1, b=2)  # [delay-posonly-by-kw] E(mypy=call-arg; pyright=reportCallIssue)
variadic.delay("1")  # [delay-varargs-type] E(mypy=arg-type; pyright=reportArgumentType)
greet.delay(42)  # [delay-model-pk] E(mypy=arg-type; pyright=reportArgumentType)
number: int = charge.delay(order).get()  # [result-misuse] E(mypy=assignment; pyright=reportAssignmentType)
charge.delay(order).gett()  # [result-attr-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)

# bind=True: callers do not pass self.
assert_type(walk.delay(3, "x").get(), str)  # [bind-call]
assert_type(walk.delay(3).get(), str)  # [bind-default]
assert_type(walk(3), str)  # [bind-direct]
walk.delay("3")  # [bind-arg-type] E(mypy=arg-type; pyright=reportArgumentType)
walk.delay()  # [bind-missing] E(mypy=call-arg; pyright=reportCallIssue)

# async def: callers get what the coroutine returns.
assert_type(fetch.delay("u").get(), bytes)  # [async-delay]
assert_type(fetch("u"), bytes)  # [async-direct]
assert_type(fetch.s("u").delay().get(), bytes)  # [async-sig]
fetch.delay(1)  # [async-arg-type] E(mypy=arg-type; pyright=reportArgumentType)


async def in_an_event_loop() -> None:
    assert_type(await fetch.acall("u"), bytes)  # [async-acall]
    assert_type(await charge.acall(order), Receipt)  # [sync-acall]
    assert_type(await charge.adelay(order), TypedResult[Receipt, OutOfStock | CardDeclined, Never])  # [adelay]
    assert_type(await (await charge.adelay(order)).aget(), Receipt)  # [aget]
    await fetch.acall(1)  # [acall-type] E(mypy=arg-type; pyright=reportArgumentType)
    await charge.adelay("a")  # [adelay-type] E(mypy=arg-type; pyright=reportArgumentType)


# A task as an argument.
def takes_any_task(task: TypedTask[..., object]) -> None: ...
def takes_sum_task(task: TypedTask[[int, int], int]) -> None: ...


takes_any_task(charge)  # [pass-any-task]
takes_any_task(fetch)  # [pass-async-task]
takes_sum_task(add)  # [pass-params]
takes_any_task(print)  # [pass-not-task] E(mypy=arg-type; pyright=reportArgumentType)
takes_sum_task(validate)  # [pass-wrong-params] E(mypy=arg-type; pyright=reportArgumentType)

# A result known by its id.
assert_type(walk.AsyncResult("id"), TypedResult[str, CardDeclined, Progress])  # [async-result]
walk.AsyncResult(3)  # [async-result-id] E(mypy=arg-type; pyright=reportArgumentType)


# A task whose result is Any, or whose self is, is still checked.
@typed_task
def any_result(a: int) -> Any:
    return a


@typed_task(queue="x")
def any_result_options(a: int) -> Any:
    return a


@typed_task(bind=True)
def any_result_bound(self: BoundTask, a: int) -> Any:
    return a


@typed_task(bind=True)
def any_self(self: Any, a: int) -> str:
    return ""


@typed_task
def never_returns(a: int) -> NoReturn:
    raise OutOfStock


any_result.delay("x")  # [any-return-arg] E(mypy=arg-type; pyright=reportArgumentType)
any_result_options.delay("x")  # [any-return-arg-options] E(mypy=arg-type; pyright=reportArgumentType)
any_result_bound.delay("x")  # [any-return-arg-bind] E(mypy=arg-type; pyright=reportArgumentType)
any_result.dellay(1)  # [any-return-attr] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
any_self.delay("x")  # [self-any-arg] E(mypy=arg-type; pyright=reportArgumentType)
never_returns.delay("x")  # [never-return-arg] E(mypy=arg-type; pyright=reportArgumentType)
