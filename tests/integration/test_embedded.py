"""The broker in a folder: any number of processes share it, wherever they run and whoever comes first."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path

import pytest

from tests.integration.conftest import CONFIG, TASKS
from tests.integration.records import Currency, order
from tests.integration.waiting import TIMEOUT, lines_of, only, until
from tests.workers import ROOT, worker
from typedtasks import embedded

# These tests start workers of their own beside the one of the deployment, which gives the folder and the tasks.
on_one = only("embedded-solo")


@pytest.fixture
def queue():
    """The name of a queue that the deployment's own worker does not consume."""
    return f"own-{uuid.uuid4().hex}"


def own_worker(deployment, queue, **options):
    """Another worker on the same folder."""
    env = {CONFIG: json.dumps(deployment.config), "PYTHONPATH": str(ROOT)}
    return worker(f"{TASKS}:app", queues=[queue], env=env, **options)


@on_one
def test_two_workers_share_a_folder(deployment, queue, tmp_path):
    """Each message goes to one of them, and both have some."""
    log, gate = tmp_path / "log", tmp_path / "gate"
    with contextlib.ExitStack() as stack:
        names = {stack.enter_context(own_worker(deployment, queue)).name for _ in range(2)}
        host = deployment.tasks.host.options(queue=queue)
        # More than one worker fetches ahead.
        results = [host.delay(log=str(log), gate=str(gate)) for _ in range(20)]
        until(lambda: names == set(lines_of(log)))
        gate.touch()
        hosts = [result.get(timeout=TIMEOUT) for result in results]

    assert names == set(hosts)
    assert sorted(hosts) == sorted(lines_of(log))


@on_one
def test_a_worker_that_starts_after_the_sender(deployment, queue):
    """What was sent when nobody listened is done when somebody does."""
    results = [deployment.tasks.charge.options(queue=queue).delay(order(qty)) for qty in range(3)]
    assert not any(result.ready() for result in results)

    with own_worker(deployment, queue):
        receipts = [result.get(timeout=TIMEOUT) for result in results]

    assert [deployment.tasks.charge(order(qty)) for qty in range(3)] == receipts


@on_one
def test_worker_and_sender_in_different_directories(deployment, queue, tmp_path, monkeypatch):
    """The folder is where it was when the app was made, whatever the current directory is later."""
    (tmp_path / "worker").mkdir()
    (tmp_path / "sender").mkdir()
    with own_worker(deployment, queue, cwd=tmp_path / "worker"):
        monkeypatch.chdir(tmp_path / "sender")
        result = deployment.tasks.charge.options(queue=queue).delay(order(), currency=Currency.USD)
        receipt = result.get(timeout=TIMEOUT)

    assert deployment.tasks.charge(order(), currency=Currency.USD) == receipt
    assert list((tmp_path / "worker").iterdir()) == list((tmp_path / "sender").iterdir()) == []


def test_without_a_path_it_is_in_the_current_directory(tmp_path):
    """The shortest program there is: worker and caller start in the same directory."""
    (tmp_path / "hello.py").write_text(
        textwrap.dedent("""
            from typedtasks import TypedCelery, embedded
            app = TypedCelery("hello", **embedded())

            @app.task
            def greet(name: str) -> str:
                return f"Hello {name}"
        """)
    )
    env = {"PYTHONPATH": str(ROOT)}
    with worker("hello:app", cwd=tmp_path, env=env):
        code = "from hello import greet; print(greet.delay('you').get(timeout=20))"
        env = {**os.environ, **env}
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, timeout=60, check=False)

    assert (done.returncode, done.stdout) == (0, b"Hello you\n"), done.stderr.decode()
    assert (tmp_path / ".typedtasks").is_dir()
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "__pycache__") == [".typedtasks", "hello.py"]


def test_only_its_owner_can_read_the_folder(tmp_path):
    """Messages and results are nobody else's business."""
    config = embedded(tmp_path / "a" / "b")

    options = config["broker_transport_options"]
    folders = {Path(options["data_folder_in"]), Path(options["data_folder_out"]), Path(options["control_folder"])}
    assert {0o700} == {folder.stat().st_mode & 0o777 for folder in folders}
    assert config == embedded(str(tmp_path / "a" / "b"))


@on_one
def test_no_message_is_left(deployment, tmp_path):
    """What is done is gone: nothing fills the folder but results, until these are forgotten."""
    queues = Path(deployment.config["broker_transport_options"]["data_folder_in"])
    result = deployment.tasks.charge.delay(order())
    result.get(timeout=TIMEOUT)

    own_queue = deployment.config["task_default_queue"]
    assert [path.name for path in queues.iterdir() if own_queue in path.name] == []
    result.forget()
