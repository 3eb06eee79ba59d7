"""What the worker imports and the test process must not."""

from __future__ import annotations

import attrs

from tests.everywhere.records import Line


@attrs.define
class Elsewhere(Exception):
    """Unknown to the caller."""

    line: Line
    code: int
