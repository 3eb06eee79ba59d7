"""The places of the cases: each is opened once, when the first test wants it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.everywhere.places import PLACES, Place, opened


@pytest.fixture(scope="session", params=PLACES, ids="-".join)
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A kind of app on a deployment; pytest groups tests by it."""
    deployment, kind = request.param
    work = tmp_path_factory.mktemp(f"{deployment}-{kind}")
    with opened(deployment, kind, work, lambda name: request.getfixturevalue(f"{name}_url")) as opened_place:
        yield opened_place
