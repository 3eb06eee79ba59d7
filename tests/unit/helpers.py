"""What several test modules need."""

from __future__ import annotations

import pickle
from typing import Any

__all__ = ["through_pickle"]


def through_pickle(value: Any) -> Any:
    """A value pickled and loaded again, as between the processes of a worker."""
    return pickle.loads(pickle.dumps(value))  # noqa: S301 - of our own making
