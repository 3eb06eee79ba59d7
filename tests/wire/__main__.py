"""`python -m tests.wire`: write the files of new rows, and docs/reference/wire-format-table.md.

A file that is there is never changed.
"""

from __future__ import annotations

import sys

from tests.wire import page
from tests.wire.rows import ROWS, path, text


def main() -> int:
    """Exit status 1 where a file differs from what would be written."""
    changed = 0
    for row in ROWS:
        file = path(row)
        if not file.exists():
            file.write_text(text(row), encoding="utf-8")
            print("written:", file)  # noqa: T201 - its report
        elif file.read_text(encoding="utf-8") != text(row):
            changed = 1
            print("differs, and stays as it is:", file, file=sys.stderr)  # noqa: T201 - its report
    page.PAGE.write_text(page.markdown(), encoding="utf-8")
    return changed


if __name__ == "__main__":
    sys.exit(main())
