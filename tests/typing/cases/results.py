"""Results, outcomes, options, and the calls that take a tuple of arguments."""

from typing import Literal

from _domain import CardDeclined, Order, OutOfStock, Progress, Receipt, add, charge, fetch, keyword_only, ping, validate, walk
from typing_extensions import Never, assert_never, assert_type

from typedtasks import CallOptions, ConfiguredTask, Crashed, Failed, ImmutableSignature, Ok, TaskOptions, TypedResult

order = Order("a")
result = charge.delay(order)

assert_type(result, TypedResult[Receipt, OutOfStock | CardDeclined, Never])  # [result-type]
assert_type(result.id, str)  # [result-id]
assert_type(result.get(), Receipt)  # [get]
assert_type(result.get(propagate=True), Receipt)  # [get-propagate-true]
assert_type(result.get(propagate=False), Receipt | BaseException)  # [get-propagate-false]
result.get("3")  # [get-timeout-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
result.get(propogate=False)  # [get-typo] E(mypy=call-overload; pyright=reportCallIssue)
result.get(propagate=False).total  # [get-propagate-false-unchecked] E(mypy=union-attr; pyright=reportAttributeAccessIssue)
assert_type(walk.delay(1).progress, Progress | None)  # [progress-read]
result.progress.done  # [progress-never-declared] E(mypy=attr-defined; pyright=reportAttributeAccessIssue,reportOptionalMemberAccess)
known: Literal["PENDING", "RECEIVED", "STARTED", "PROGRESS", "RETRY", "SUCCESS", "FAILURE", "REVOKED"] = result.state  # [state-literal]
if result.state == "SUCCESS":  # [state-ok]
    pass
if result.state == "SUCESS":  # [state-typo] E(mypy=comparison-overlap; pyright=reportUnnecessaryComparison)
    pass

# The same for a result known by its id.
assert_type(charge.AsyncResult("id").get(), Receipt)  # [async-result-get]
assert_type(charge.AsyncResult("id").outcome(), Ok[Receipt] | Failed[OutOfStock | CardDeclined] | Crashed)  # [async-result-outcome]
charge.AsyncResult()  # [async-result-missing] E(mypy=call-arg; pyright=reportCallIssue)

# Outcomes.
assert_type(result.outcome(), Ok[Receipt] | Failed[OutOfStock | CardDeclined] | Crashed)  # [outcome-type]
assert_type(validate.delay(order).outcome(), Ok[Order] | Failed[Exception] | Crashed)  # [outcome-undeclared]
result.outcome().value  # [outcome-unchecked] E(mypy=union-attr; pyright=reportAttributeAccessIssue)


def with_isinstance(finished: TypedResult[Receipt, OutOfStock | CardDeclined]) -> int:
    outcome = finished.outcome()
    if isinstance(outcome, Ok):
        assert_type(outcome.value, Receipt)  # [outcome-ok]
        return outcome.value.total
    if isinstance(outcome, Crashed):
        assert_type(outcome.error, BaseException)  # [outcome-crashed]
        return -1
    error = outcome.error
    if isinstance(error, OutOfStock):
        return 1
    assert_type(error, CardDeclined)  # [outcome-error-narrowed]
    return 2


def with_match(finished: TypedResult[Receipt, OutOfStock | CardDeclined]) -> int:
    match finished.outcome():
        case Ok(value):
            assert_type(value, Receipt)  # [outcome-match-ok]
            return value.total
        case Failed(CardDeclined(order=declined)):
            assert_type(declined, Order)  # [outcome-match-nested]
            return 1
        case Failed(error):
            assert_type(error, OutOfStock | CardDeclined)  # [outcome-match-failed]
            return 2
        case Crashed(error):
            assert_type(error, BaseException)  # [outcome-match-crashed]
            return 3


def forgot_failed(finished: TypedResult[Receipt, OutOfStock | CardDeclined]) -> int:
    outcome = finished.outcome()
    if isinstance(outcome, Ok):
        return 0
    assert_never(outcome)  # [outcome-not-exhaustive] E(mypy=arg-type; pyright=reportArgumentType)


def forgot_crashed(finished: TypedResult[Receipt, OutOfStock | CardDeclined]) -> int:
    match finished.outcome():
        case Ok(value):
            return value.total
        case Failed():
            return 1
        case other:
            assert_never(other)  # [outcome-match-not-exhaustive] E(mypy=arg-type; pyright=reportArgumentType)


class OtherOk(Ok[int]): ...  # [outcome-final] E(mypy=misc; pyright=reportGeneralTypeIssues)


# Options of one call.
assert_type(ping.options(queue="x", countdown=3), ConfiguredTask[[], None, Exception, Never])  # [options-task]
assert_type(charge.options(queue="x", countdown=3).delay(order).get(), Receipt)  # [options-delay]
assert_type(charge.options(queue="x").delay(order, retries=1), TypedResult[Receipt, OutOfStock | CardDeclined, Never])  # [options-result]
assert_type(charge.options(queue="x").si(order), ImmutableSignature[Receipt, OutOfStock | CardDeclined])  # [options-si]
assert_type(charge.options(queue="x").si(order).delay().get(), Receipt)  # [options-si-delay]
charge.options(quue="x")  # [options-typo] E(mypy=call-arg; pyright=reportCallIssue)
charge.options(countdown="3")  # [options-type] E(mypy=arg-type,typeddict-item; pyright=reportArgumentType)
charge.options(queue="x").delay("a")  # [options-arg-type] E(mypy=arg-type; pyright=reportArgumentType)
charge.options(queue="x").delay()  # [options-missing] E(mypy=call-arg; pyright=reportCallIssue)
later: CallOptions = {"countdown": 30.0, "queue": "slow"}  # [call-options-dict]
assert_type(charge.options(**later).delay(order).get(), Receipt)  # [options-unpacked]
mistyped: CallOptions = {"quue": "slow"}  # [call-options-typo] E(mypy=typeddict-unknown-key; pyright=reportAssignmentType)
declared: TaskOptions = {"queue": "slow", "max_retries": None}  # [task-options-dict]
misdeclared: TaskOptions = {"max_retries": "3"}  # [task-options-type] E(mypy=typeddict-item; pyright=reportAssignmentType)



class MoreOptions(CallOptions): trace: str  # [call-options-closed] E(mypy=misc; pyright=reportIncompatibleVariableOverride)


# apply_async: the tuple is checked, and the options.
assert_type(add.apply_async((1, 2), countdown=3).get(), int)  # [apply-async]
assert_type(ping.apply_async().get(), None)  # [apply-async-noargs]
assert_type(ping.apply_async(queue="x").get(), None)  # [apply-async-only-options]
assert_type(fetch.apply_async(("u", 3.0)).get(), bytes)  # [apply-async-coroutine]
assert_type(charge.apply_async((order,), queue="x"), TypedResult[Receipt, OutOfStock | CardDeclined, Never])  # [apply-async-default]
add.apply_async((1, "2"))  # [apply-async-type] E(mypy=arg-type,call-overload; pyright=reportCallIssue,reportArgumentType)
add.apply_async((1,))  # [apply-async-arity] E(mypy=arg-type,call-overload; pyright=reportCallIssue,reportArgumentType)
add.apply_async()  # [apply-async-missing] E(mypy=misc,call-overload; pyright=reportCallIssue,reportAttributeAccessIssue)
add.apply_async((1, 2), countdwn=3)  # [apply-async-option-typo] E(mypy=call-overload; pyright=reportCallIssue)
add.apply_async((1, 2), countdown="3")  # [apply-async-option-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
add.apply_async(kwargs={"x": 1, "y": 2})  # [apply-async-kwargs-unchecked] E(mypy=deprecated,call-overload; pyright=reportDeprecated,reportCallIssue)
add.apply_async((1,), {"y": 2})  # [apply-async-kwargs-positional] E(mypy=deprecated,call-overload; pyright=reportDeprecated,reportCallIssue)
keyword_only.apply_async(kwargs={"a": 1})  # [apply-async-kwonly] E(mypy=deprecated; pyright=reportDeprecated)

# apply: the same arguments, run in this process.
assert_type(charge.apply((order,)), TypedResult[Receipt, OutOfStock | CardDeclined, Never])  # [apply]
assert_type(add.apply((1, 2)).get(), int)  # [apply-two]
assert_type(ping.apply().get(), None)  # [apply-noargs]
assert_type(walk.apply((3,), throw=True).get(), str)  # [apply-bound]
charge.apply(order)  # [apply-not-tuple] E(mypy=call-overload,arg-type; pyright=reportCallIssue,reportArgumentType)
charge.apply(("a",))  # [apply-type] E(mypy=call-overload,arg-type; pyright=reportCallIssue,reportArgumentType)
add.apply((1,))  # [apply-arity] E(mypy=call-overload,arg-type; pyright=reportCallIssue,reportArgumentType)
add.apply((1, 2), countdwn=3)  # [apply-option-typo] E(mypy=call-overload; pyright=reportCallIssue)
add.apply((1,), {"y": 2})  # [apply-kwargs-unchecked] E(mypy=deprecated; pyright=reportDeprecated)
