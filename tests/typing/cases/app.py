"""The application and the embedded broker."""

from pathlib import Path

from _domain import Order
from typing_extensions import assert_type

from typedtasks import EmbeddedConfig, TypedCelery, embedded, typed_task

assert_type(TypedCelery("shop", **embedded()), TypedCelery)  # [app-embedded]
assert_type(embedded(), EmbeddedConfig)  # [embedded]
TypedCelery("shop", **embedded(Path("var/celery")))  # [embedded-path]
TypedCelery("shop", **embedded("var/celery"), include=["shop.tasks"])  # [embedded-more]
TypedCelery("shop", broker="redis://localhost", backend="redis://localhost")  # [app-urls]
TypedCelery("shop", task_always_eager=True)  # [app-configuration]
embedded(3)  # [embedded-path-type] E(mypy=arg-type; pyright=reportArgumentType)
TypedCelery("shop", broker=3)  # [app-broker-type] E(mypy=arg-type; pyright=reportArgumentType)
TypedCelery("shop").tsk  # [app-attr-typo] E(mypy=attr-defined; pyright=reportAttributeAccessIssue)

app = TypedCelery("shop", **embedded())
app.conf.task_always_eager = True  # [app-conf]


@typed_task(app=app)
def ship(order: Order) -> str:
    return order.sku


assert_type(ship.delay(Order("a")).get(), str)  # [app-task]
