"""Fixtures for all tests: private servers, a clean environment, Hypothesis profiles."""

from __future__ import annotations

import os
from collections.abc import Iterator

import celery._state
import pytest
from hypothesis import HealthCheck, settings

from tests import servers

# Time limits of single examples fail on busy machines, and say nothing about correctness.
settings.register_profile("dev", deadline=None, print_blob=True)
settings.register_profile(
    "ci", deadline=None, print_blob=True, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("fuzz", deadline=None, print_blob=True, max_examples=1000)  # ten times as many
settings.register_profile("few", settings.get_profile("ci"), max_examples=5)  # where it is not values that differ
settings.load_profile("ci" if os.environ.get("CI") else "dev")

FOREIGN_VARIABLES = ("CELERY_BROKER_URL", "CELERY_RESULT_BACKEND", "CELERY_CONFIG_MODULE", "DJANGO_SETTINGS_MODULE")
"""What Celery and Django read of the environment."""


@pytest.fixture(scope="session", autouse=True)
def _clean_environment() -> Iterator[None]:
    """The developer's own Celery settings reach neither a test nor a worker that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in FOREIGN_VARIABLES:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(autouse=True)
def _same_current_app() -> Iterator[None]:
    """An app made in one test is not the current app of the next."""
    default, current = celery._state.default_app, celery._state._tls.current_app
    yield
    celery._state.default_app, celery._state._tls.current_app = default, current


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """`redis://127.0.0.1:PORT` of a private Redis; add `/NUMBER` for one of its 64 databases."""
    with servers.redis() as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq_url() -> Iterator[str]:
    """`amqp://guest:guest@127.0.0.1:PORT//` of a private RabbitMQ."""
    with servers.rabbitmq() as url:
        yield url
