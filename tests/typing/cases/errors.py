"""The errors a caller handles: what they carry."""

from typing import Any

from _domain import Order, charge
from typing_extensions import assert_type

from typedtasks.errors import InvalidArguments, InvalidPayload, InvalidResult, Problem, RemoteError, TypedTasksError


def send(order: Order) -> list[str]:
    try:
        charge.delay(order)
    except InvalidArguments as error:
        assert_type(error.task, str)  # [errors-task]
        assert_type(error.problems, tuple[Problem, ...])  # [errors-problems]
        error.problem  # [errors-attr-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
        return [f"{problem.path}: {problem.message}" for problem in error.problems]
    return []


def describe(problem: Problem) -> str:
    assert_type(problem.path, str)  # [problem-path]
    assert_type(problem.message, str)  # [problem-message]
    problem.pth  # [problem-attr-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
    problem.path = "$"  # [problem-frozen] E(mypy=misc; pyright=reportAttributeAccessIssue)
    return problem.message


def receive(order: Order) -> str:
    try:
        charge.delay(order).get()
    except InvalidResult as error:
        assert_type(error.problems[0].path, str)  # [errors-result]
    except RemoteError as error:
        assert_type(error.type, str)  # [errors-remote-type]
        assert_type(error.data, Any)  # [errors-remote-data]
        error.typ  # [errors-remote-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)
        return error.message
    return ""


def takes_root(error: TypedTasksError) -> None: ...
def takes_payload(error: InvalidPayload) -> None: ...


InvalidArguments("charge", (Problem("$.order", "expected Order"),))  # [errors-made]
InvalidArguments("charge", ["$.order"])  # [errors-problems-type] E(mypy=arg-type; pyright=reportArgumentType)
takes_root(RemoteError("shop.Lost", "gone"))  # [errors-root]
takes_payload(InvalidArguments("charge", ()))  # [errors-payload]
takes_payload(RemoteError("shop.Lost", "gone"))  # [errors-not-payload] E(mypy=arg-type; pyright=reportArgumentType)
takes_root(ValueError())  # [errors-foreign] E(mypy=arg-type; pyright=reportArgumentType)
