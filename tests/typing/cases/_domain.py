"""The shop that the cases use: its records, its errors and its tasks."""

from __future__ import annotations

import attr
import attrs

from typedtasks import BoundTask, TypedCelery, typed_task


@attr.s(auto_attribs=True)
class Order:
    sku: str


@attrs.define
class Receipt:
    total: int


@attrs.frozen
class Progress:
    done: int
    total: int


@attrs.define
class User:
    name: str = ""


@attrs.define
class Animal:
    name: str = ""


@attrs.define
class Dog(Animal): ...


class OutOfStock(Exception): ...


@attrs.define
class CardDeclined(Exception):
    order: Order


app = TypedCelery("shop", broker="memory://")


@typed_task
def validate(order: Order) -> Order:
    return order


@typed_task(queue="payments", max_retries=3, raises=(OutOfStock, CardDeclined))
def charge(order: Order, *, retries: int = 0) -> Receipt:
    return Receipt(retries)


@typed_task(bind=True, raises=CardDeclined, progress=Progress)
def walk(self: BoundTask[Progress], steps: int, label: str = "") -> str:
    self.progress(Progress(1, steps))
    return label


@typed_task
async def fetch(url: str, timeout: float = 1.0) -> bytes:
    return url.encode()


@app.task
def greet(user: User, greeting: str = "hi") -> str:
    return greeting + user.name


@app.task(queue="low")
def ping() -> None:
    return None


@typed_task
def add(x: int, y: int) -> int:
    return x + y


@typed_task
def audit(value: object) -> None:
    return None


@typed_task
def adopt(number: int) -> Dog:
    return Dog()


@typed_task
def feed(animal: Animal, times: int = 1) -> str:
    return animal.name * times


@typed_task
def keyword_only(*, a: int, b: str = "") -> int:
    return a


@typed_task
def positional_only(a: int, /, b: int) -> int:
    return a + b


@typed_task
def variadic(*numbers: int) -> int:
    return sum(numbers)
