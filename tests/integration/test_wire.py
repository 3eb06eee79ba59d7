"""What travels: plain JSON and nothing else, in messages and in stored results."""

from __future__ import annotations

import json

from tests.integration.records import Currency, Line, order
from tests.integration.waiting import TIMEOUT, parked, send_unchecked, stored

ORDER = {
    "id": "12345678-1234-5678-1234-567812345678",
    "placed": "2026-07-14T09:30:15.123456+02:00",
    "lines": [{"sku": "tea", "qty": 2, "price": "1.50"}],
    "address": {"street": "Rue 1", "city": "Paris"},
    "notes": {"gift": "yes"},
}


def test_a_message_is_plain_json(deployment):
    """The body is Celery's `[args, kwargs, embed]` as JSON, and names no class."""
    with parked(deployment.app) as queue:
        deployment.tasks.charge.options(queue=queue.name).delay(order(), currency=Currency.USD)
        message = queue.next()

    embed = {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    assert [[ORDER], {"currency": "USD"}, embed] == json.loads(message.body)
    assert (message.content_type, message.content_encoding) == ("application/json", "utf-8")
    assert "Order" not in str(message.body)
    assert "records" not in f"{message.body!r} {message.headers}"


def test_headers_are_those_of_protocol_2(deployment):
    """Celery's headers and no others; what logs and monitors show of the arguments is their types."""
    task = deployment.tasks.charge
    with parked(deployment.app) as queue:
        sent = task.options(queue=queue.name).delay(order(), currency=Currency.USD)
        typed = queue.next().headers
        deployment.tasks.untouched.apply_async((1,), queue=queue.name)
        plain = queue.next().headers

    assert plain.keys() == typed.keys()
    assert (typed["lang"], typed["task"], typed["id"]) == ("py", task.name, sent.id)
    assert (typed["argsrepr"], typed["kwargsrepr"]) == ("(<Order>,)", "{'currency': 'USD'}")


def test_a_result_is_stored_as_plain_json(deployment):
    """The result backend holds wire form; a reader in any language needs no classes."""
    result = deployment.tasks.charge.delay(order())
    result.get(timeout=TIMEOUT)

    document = json.loads(stored(deployment.app, result.id))
    assert document["result"] == {"order": ORDER, "total": "3.00", "currency": "EUR"}
    assert document["status"] == "SUCCESS"


def test_a_failure_is_stored_as_plain_json(deployment):
    """Celery's own description of the exception, and the fields of the record beside it."""
    result = deployment.tasks.fails.delay("positional")
    result.get(timeout=TIMEOUT, propagate=False)

    document = json.loads(stored(deployment.app, result.id))
    failure = document["result"]
    assert (failure["exc_type"], failure["exc_module"]) == ("Declined", "tests.integration.records")
    assert failure["typedtasks"]["fields"] == {"reason": "limit", "line": {"sku": "tea", "qty": 2, "price": "1.50"}}
    assert document["status"] == "FAILURE"


def test_the_body_sees_objects_and_its_request_wire_form(tasks):
    """`self.request` is Celery's: what came in the message."""
    seen = tasks.message.delay(order(), currency=Currency.USD).get(timeout=TIMEOUT)

    assert seen["class"] == "Order"
    assert seen["args"] == [ORDER]
    assert seen["kwargs"] == {"currency": "USD"}
    assert (seen["argsrepr"], seen["kwargsrepr"]) == ("(<Order>,)", "{'currency': 'USD'}")


def test_a_worker_logs_no_field(deployment):
    """Arguments stay out of the worker's log."""
    secret = order(sku="no-one-shall-read-this")
    result = deployment.tasks.count.delay(deployment.tasks.charge(secret))
    result.get(timeout=TIMEOUT)

    deployment.worker.wait_for_log(f"{result.id}] succeeded")
    assert "no-one-shall-read-this" not in deployment.worker.log


def test_untyped_senders_and_receivers_join_in(tasks):
    """A producer that knows the JSON alone, and a task without types that gets it."""
    by_name = tasks.app.send_task(tasks.charge.name, [ORDER], {"currency": "USD"})
    plain = tasks.untouched.delay({"sku": "tea"})

    expected = tasks.charge(order(), currency=Currency.USD)
    assert expected == tasks.charge.AsyncResult(by_name.id).get(timeout=TIMEOUT)
    assert plain.get(timeout=TIMEOUT) == {"sku": "tea"}


def test_fields_of_a_newer_sender_are_ignored(tasks):
    """A worker that is a release behind takes what it knows."""
    sent = send_unchecked(tasks.app, tasks.fetch.name, [{"sku": "tea", "qty": 1, "price": "1.50", "colour": "green"}])

    assert [Line("tea", 1)] == tasks.fetch.AsyncResult(sent.id).get(timeout=TIMEOUT)
