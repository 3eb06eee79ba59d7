"""Declaring a task: what the decorator accepts, what it refuses, what the function sees as self."""

from typing import Any

from _domain import CardDeclined, Order, OutOfStock, Progress, Receipt, app
from celery_like import plain_app
from typing_extensions import Never, assert_type

from typedtasks import BoundTask, TypedResult, TypedTask, typed_task


@typed_task()
def empty_parentheses(a: int) -> str:
    return ""


@typed_task(app=app, name="x.y")
def typed_app(a: int) -> str:
    return ""


@typed_task(app=plain_app)
def celery_app(a: int) -> str:
    return ""


@typed_task(bind=False)
def not_bound(a: int) -> str:
    return ""


@typed_task(bind=True)
def self_typed_task(self: TypedTask[..., Any], a: int) -> str:
    return ""


@typed_task(bind=True)
def self_bound(self: BoundTask, a: int) -> str:
    return ""


@typed_task(bind=True, queue="q")
async def self_async(self: BoundTask, a: int) -> str:
    return ""


@typed_task(queue="q")
async def options_async(a: int) -> str:
    return ""


@app.task
async def app_async(a: int) -> str:
    return ""


@app.task(queue="q")
async def app_options_async(a: int) -> str:
    return ""


@app.task(bind=True, raises=(OutOfStock,), progress=Progress)
def app_bound(self: BoundTask[Progress], a: int) -> str:
    return ""


assert_type(empty_parentheses.delay(1).get(), str)  # [dec-empty-parens]
assert_type(typed_app.delay(1).get(), str)  # [dec-app]
assert_type(celery_app.delay(1).get(), str)  # [dec-plain-app]
assert_type(not_bound.delay(1).get(), str)  # [dec-bind-false]
assert_type(self_typed_task.delay(1).get(), str)  # [dec-self-typedtask]
self_typed_task.delay("1")  # [dec-self-typedtask-arg] E(mypy=arg-type; pyright=reportArgumentType)
assert_type(self_bound.delay(1).get(), str)  # [dec-self-bound]
assert_type(self_async.delay(1).get(), str)  # [dec-self-async]
assert_type(options_async.delay(1).get(), str)  # [dec-options-async]
assert_type(app_async.delay(1).get(), str)  # [dec-app-async]
assert_type(app_options_async.delay(1).get(), str)  # [dec-app-options-async]
assert_type(app_bound.delay(1), TypedResult[str, OutOfStock, Progress])  # [dec-app-bind]
app_bound.delay("1")  # [dec-app-bind-arg] E(mypy=arg-type; pyright=reportArgumentType)


@typed_task(raises=(OutOfStock, CardDeclined, ValueError, KeyError, OSError))
def five_errors(a: int) -> str:
    return ""


assert_type(five_errors.delay(1), TypedResult[str, OutOfStock | CardDeclined | ValueError | KeyError | OSError, Never])  # [dec-raises-five]


# What is wrong with a declaration is reported at the decorator.
@typed_task(quue="x")  # [dec-option-typo] E(mypy=call-overload; pyright=reportCallIssue)
def option_typo(a: int) -> str:
    return ""


@typed_task(max_retries="3")  # [dec-option-type] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
def option_type(a: int) -> str:
    return ""


@app.task(quue="x")  # [dec-app-option-typo] E(mypy=call-overload; pyright=reportCallIssue)
def app_option_typo(a: int) -> str:
    return ""


@typed_task(bind=True)  # [dec-bind-no-self] E(mypy=arg-type; pyright=reportCallIssue)
def bind_no_self(a: int) -> str:
    return ""


@typed_task(bind=True)  # [dec-bind-no-params] E(mypy=arg-type; pyright=reportCallIssue)
def bind_no_params() -> str:
    return ""


@typed_task(bind=True)  # [dec-bind-kwonly] E(mypy=arg-type; pyright=reportCallIssue)
def bind_keyword_only(*, a: int) -> str:
    return ""


@typed_task(bind=True, progress=Progress)  # [dec-progress-mismatch] E(mypy=arg-type; pyright=reportCallIssue)
def other_progress(self: BoundTask[int], a: int) -> str:
    return ""


@typed_task(raises=int)  # [dec-raises-not-exc] E(mypy=type-var; pyright=reportArgumentType)
def raises_no_exception(a: int) -> str:
    return ""


@typed_task(raises=(OutOfStock, "CardDeclined"))  # [dec-raises-str] E(mypy=call-overload,arg-type; pyright=reportCallIssue,reportArgumentType)
def raises_string(a: int) -> str:
    return ""


@typed_task(app="myapp")  # [dec-app-str] E(mypy=call-overload; pyright=reportCallIssue,reportArgumentType)
def app_string(a: int) -> str:
    return ""


typed_task(3)  # [dec-not-callable] E(mypy=call-overload; pyright=reportCallIssue)


# Not an error for a checker: self is then one more parameter of callers, refused when the task is declared.
@typed_task
def forgot_bind(self: BoundTask, a: int) -> str:
    return ""


# The worker's side.
@typed_task(bind=True, progress=Progress)
def worker_side(self: BoundTask[Progress], a: int) -> str:
    self.progress(Progress(1, 2))  # [progress-ok]
    self.progress(3)  # [progress-type] E(mypy=arg-type; pyright=reportArgumentType)
    assert_type(self.name, str)  # [self-name]
    assert_type(self.max_retries, int | None)  # [self-max-retries]
    assert_type(self.request.id, str)  # [request-id]
    assert_type(self.request.retries, int)  # [request-retries]
    self.request.idd  # [request-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
    self.retri()  # [self-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
    if a:
        raise self.retry(countdown=3)  # [retry-raise]
    if a > 1:
        self.retry(countdown="3")  # [retry-type] E(mypy=call-overload; pyright=reportArgumentType,reportCallIssue)
    self.retry(exc=ValueError(), max_retries=3)  # [retry-noreturn]


@typed_task(bind=True)
def no_progress(self: BoundTask, a: int) -> str:
    self.progress(3)  # [progress-undeclared] E(mypy=arg-type; pyright=reportArgumentType)
    return ""


@typed_task(bind=True)
def replaces(self: BoundTask, a: int) -> str:
    return self.replace(empty_parentheses.s(a))  # [replace-ok]


@typed_task(bind=True)
def replaces_other_result(self: BoundTask, a: int) -> int:
    return self.replace(empty_parentheses.s(a))  # [replace-wrong-result] E(mypy=return-value,arg-type; pyright=reportReturnType,reportArgumentType)


@typed_task(bind=True)
def replaces_unfinished(self: BoundTask, order: Order) -> Receipt:
    return self.replace(empty_parentheses.s())  # [replace-partial] E(mypy=arg-type; pyright=reportArgumentType)


worker_side.retry  # [caller-has-no-retry] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
