"""The broker and result backend in a folder."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from queue import Empty

import pytest
from celery.worker import state
from kombu import Connection, Exchange, Queue

from tests.unit.records import Line, Order
from typedtasks import TypedCelery, embedded
from typedtasks._embedded import Backend

ORDER = Order("a", [Line("x", 2)])


@pytest.fixture
def app(tmp_path):
    """An app on the embedded broker."""
    app = TypedCelery("unit", **embedded(tmp_path), worker_hijack_root_logger=False)
    yield app
    app.close()


@pytest.fixture
def channel(app):
    """A channel to the broker."""
    with app.connection() as connection:
        yield connection.channel()


def messages(folder):
    return [path for path in (folder / "queues").iterdir() if path.suffix == ".msg"]


class TestConfiguration:
    """`embedded()`."""

    def test_folder(self, tmp_path):
        """It is made, with its parents, for this user alone and out of version control."""
        embedded(tmp_path / "a" / "b")

        assert sorted(path.name for path in (tmp_path / "a" / "b").iterdir()) == [
            ".gitignore",
            "control",
            "queues",
            "results",
        ]
        assert (tmp_path / "a" / "b" / "queues").stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "a" / "b" / ".gitignore").read_text() == "*\n"

    def test_folder_of_any_name(self, tmp_path):
        """Spaces and letters of other scripts are no part of a URL to Celery."""
        app = TypedCelery("unit", **embedded(tmp_path / "My Projé ☕"))
        try:
            app.backend.set(b"key", b"value")
            assert app.backend.get(b"key") == b"value"
        finally:
            app.close()

    def test_default_folder(self, tmp_path, monkeypatch):
        """In the current one."""
        monkeypatch.chdir(tmp_path)

        options = embedded()["broker_transport_options"]

        assert options["data_folder_in"] == str(tmp_path.resolve() / ".typedtasks" / "queues")

    def test_again(self, tmp_path):
        """A folder that is there is used, as every process but the first does."""
        assert embedded(tmp_path) == embedded(str(tmp_path))


class TestRun:
    """Tasks on a worker."""

    def test_there_and_back(self, app, run_worker, tmp_path):
        """The message and the answer go through files; no message is left."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            assert echo.delay(ORDER).get(timeout=5) == ORDER
        assert messages(tmp_path) == []

    def test_waiting_message_is_json(self, app, tmp_path):
        """Plain files with plain JSON in them."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        echo.delay(ORDER)

        (path,) = messages(tmp_path)
        assert json.loads(path.read_text())["headers"]["task"] == echo.name

    def test_result_is_json(self, app, tmp_path, run_worker):
        """As the answers are."""

        @app.task
        def echo(order: Order) -> Order:
            return order

        with run_worker(app):
            result = echo.delay(ORDER)
            result.get(timeout=5)

        (path,) = (tmp_path / "results").iterdir()
        assert json.loads(path.read_text())["task_id"] == result.id


class TestChannel:
    """Messages in files."""

    def test_order(self, channel):
        """First in, first out."""
        for number in range(20):
            channel._put("q", {"number": number})

        assert [channel._get("q")["number"] for _ in range(20)] == list(range(20))

    def test_queues_are_apart(self, channel):
        """Also where one's name ends as the other's."""
        channel._put("b.a", {"of": "b.a"})
        channel._put("a", {"of": "a"})

        assert channel._get("a") == {"of": "a"}
        with pytest.raises(Empty):
            channel._get("a")
        assert channel._get("b.a") == {"of": "b.a"}

    def test_taken_by_another_process(self, channel, app):
        """A message that was listed and is gone is passed over."""
        for number in range(3):
            channel._put("q", {"number": number})
        assert channel._get("q") == {"number": 0}

        with app.connection() as connection:
            assert connection.channel()._get("q") == {"number": 1}

        assert channel._get("q") == {"number": 2}

    def test_unfinished_file_is_no_message(self, channel, tmp_path):
        """A file that is still being written is hidden."""
        (tmp_path / "queues" / ".0_x.q.msg").write_text("{")

        with pytest.raises(Empty):
            channel._get("q")

    def test_purge(self, channel, tmp_path):
        """Kombu's own, over these files."""
        channel._put("q", {})

        assert channel._purge("q") == 1
        assert messages(tmp_path) == []

    def test_bindings(self, channel):
        """Each queue once, until it is deleted."""
        channel._queue_bind("exchange", "key", "", "q")
        channel._queue_bind("exchange", "key", "", "q")
        channel._queue_bind("exchange", "key", "", "other")
        assert sorted(binding.queue for binding in channel.get_table("exchange")) == ["other", "q"]

        channel._delete("q", "exchange", "key", "")
        channel._delete("q", "exchange", "key", "")

        assert [binding.queue for binding in channel.get_table("exchange")] == ["other"]

    def test_bindings_by_many(self, app):
        """Threads and processes that bind at once lose none."""

        def bind(number):
            with app.connection() as connection:
                connection.channel()._queue_bind("exchange", "key", "", f"q{number}")

        threads = [threading.Thread(target=bind, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        with app.connection() as connection:
            assert len(connection.channel().get_table("exchange")) == 8


class TestTransport:
    """Waiting for messages."""

    def test_timeout(self, app):
        """Is kept."""
        with app.connection() as connection:
            connection.default_channel.basic_consume("q", no_ack=True, callback=print, consumer_tag="c")
            start = time.monotonic()
            with pytest.raises(TimeoutError):
                connection.drain_events(timeout=0.15)

        assert 0.1 < time.monotonic() - start < 1.5

    @pytest.mark.parametrize("timeout", [None, 60])
    def test_worker_that_stops(self, app, monkeypatch, timeout):
        """Does not sit out its wait."""
        monkeypatch.setattr(state, "should_stop", 0)
        with app.connection() as connection:
            connection.default_channel.basic_consume("q", no_ack=True, callback=print, consumer_tag="c")
            start = time.monotonic()
            with pytest.raises(TimeoutError):
                connection.drain_events(timeout=timeout)

        assert time.monotonic() - start < 2

    def test_message(self, app):
        """Ends the wait."""
        seen: list[object] = []
        queue = Queue("q", Exchange("q"), "q")
        with app.connection() as connection:
            connection.Producer().publish({"a": 1}, exchange=queue.exchange, routing_key="q", declare=[queue])
            with connection.Consumer(queue, callbacks=[lambda body, _: seen.append(body)], no_ack=True):
                connection.drain_events(timeout=5)

        assert seen == [{"a": 1}]


@pytest.mark.parametrize("value", ["text", b"text"], ids=["str", "bytes"])
def test_backend_stores_text_and_bytes(app, tmp_path, value):
    """Whole, and under its own name only."""
    assert isinstance(app.backend, Backend)

    app.backend.set(b"key", value)

    assert app.backend.get(b"key") == b"text"
    assert [path.name for path in (tmp_path / "results").iterdir()] == ["key"]


def test_connection_is_this_transport(app):
    """The configuration names it by its path."""
    connection = Connection(app.conf.broker_url, transport=app.conf.broker_transport)

    assert connection.transport_cls == "typedtasks._embedded:Transport"
    assert Path(app.conf.broker_transport_options["data_folder_in"]).is_dir()
