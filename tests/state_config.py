"""A module that the apps of `tests/state_table.py` read their configuration from, with and without a prefix."""

from __future__ import annotations

result_expires = 3601
SHOP_RESULT_EXPIRES = 3602
