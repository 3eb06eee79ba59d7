"""Tasks with values that are never shown. The worker imports this module, and so does the test process."""

from __future__ import annotations

import dataclasses
import json
import os
import time
from pathlib import Path
from typing import Annotated, Any

import attrs

from typedtasks import BoundTask, Sensitive, TypedCelery

Secret = Annotated[str, Sensitive()]

app = TypedCelery("sensitive", **json.loads(os.environ["TYPEDTASKS_TEST_CONFIG"]))


def refuse(_: Any, __: Any, value: str) -> None:
    """A validator that tells too much."""
    if value.startswith("bad"):
        raise ValueError(f"no such password: {value}")


@attrs.frozen
class Login:
    """A record with each of the marks."""

    user: str
    password: str = attrs.field(repr=False, validator=refuse)
    pin: str = attrs.field(default="", metadata={"sensitive": True})
    token: Secret = ""


@attrs.define
class Declined(Exception):
    """Marked as attrs does it."""

    reason: str
    card: str = attrs.field(repr=False)


@attrs.define
class Marked(Exception):
    """With the other marks."""

    reason: str
    card: Secret
    login: Login | None = None
    pin: str = attrs.field(default="", metadata={"sensitive": True})


@dataclasses.dataclass
class DataError(Exception):
    """A dataclass."""

    reason: str
    card: Secret


@app.task
def take(token: Secret, open_: str, *more: Secret, login: Login | None = None, **named: Secret) -> int:
    """Takes them in every place."""
    return len(token) + len(open_) + len(more) + len(named)


@app.task
def give(token: Secret) -> Secret:
    return token


@app.task(resultrepr_maxsize=500)
def give_records(login: Login) -> list[Login]:
    return [login]


@app.task
def give_wrongly(token: Secret) -> dict[Secret, int]:
    """What it returns is of another type."""
    return {token: token}  # type: ignore[dict-item]  # that is the point


@app.task(bind=True, progress=Login)
def tell_wrongly(self: Any, token: Secret) -> None:
    """What it tells is of another type."""
    self.progress(Login(user=7, password=token, pin=7, token=token))  # type: ignore[arg-type]  # that is the point


@app.task(bind=True, progress=Login)
def tell(self: BoundTask[Login], token: Secret) -> None:
    self.progress(Login("ann", token))


@app.task(raises=(Declined, Marked))
def fail(kind: str, token: Secret) -> None:
    """Raises whatever the test asks for."""
    if kind == "declined":
        raise Declined("no", token)
    if kind == "marked":
        raise Marked("no", token, Login("ann", token, token, token), token)
    if kind == "dataclass":
        raise DataError("no", token)
    try:
        raise Marked("no", token)  # noqa: TRY301 - the cause of the other
    except Marked as exc:
        raise RuntimeError("other") from exc


@app.task
def fail_undeclared(token: Secret) -> None:
    """Its exception is known where it was raised."""
    raise Marked("no", token, None, token)


@app.task(bind=True, max_retries=0)
def exhaust(self: BoundTask, token: Secret, login: Login, *, key: Secret) -> None:
    """Celery's own text would have all arguments."""
    self.retry()


@app.task(bind=True, max_retries=1, default_retry_delay=0.1)
def retry(self: BoundTask, token: Secret) -> None:
    """Celery's text has that of the exception."""
    self.retry(exc=Marked("again", token))


@app.task(autoretry_for=(Marked,), max_retries=1, default_retry_delay=0.1)
def retry_by_itself(token: Secret) -> None:
    raise Marked("again", token)


@app.task
def follow(before: int, token: Secret) -> int:
    """A later step."""
    return before


@app.task
def wait(token: Secret, *, gate: str) -> None:
    """Waits for its test."""
    while not Path(gate).exists():
        time.sleep(0.01)
