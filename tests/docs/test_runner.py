"""What runs the pages notices what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.pages import Shell, run_page
from tests.docs.test_code_blocks import shell

__all__ = ["shell"]


def write(folder: Path, *blocks: str) -> Path:
    """A page of these code blocks, each given as its language and its text."""
    page = folder / "page.md"
    page.write_text("\n\n".join(f"```{block}\n```" for block in blocks) + "\n")
    return page


def test_a_page_that_is_right(shell: Shell):
    """Files, sessions and commands see one another."""
    run_page(
        write(
            shell.folder,
            "python\n# two.py\nTWO = 2",
            "python\nfrom two import TWO",
            "pycon\n>>> TWO + 1\n3",
            "console\n$ python -c 'import two; print(two.TWO, id(two))'\n2 ...\n$ echo a; echo b\na\nb",
        ),
        shell,
    )

    assert shell.skipped == []


@pytest.mark.parametrize(
    "block",
    ["python\nassert 1 == 2", "pycon\n>>> 1 + 1\n3", "console\n$ echo a\nb", "console\necho a"],
    ids=["python", "pycon", "console", "no-command"],
)
def test_a_block_that_is_wrong(shell: Shell, block: str):
    """Each kind of block fails its page."""
    with pytest.raises(AssertionError):
        run_page(write(shell.folder, block), shell)


def test_a_file_that_nothing_uses(shell: Shell):
    """A file that is shown is also run."""
    with pytest.raises(AssertionError, match="files that no later block imports or runs"):
        run_page(write(shell.folder, "python\n# two.py\nTWO = 2"), shell)


def test_a_block_that_cannot_run(shell: Shell):
    """A comment says so, and why."""
    page = write(shell.folder, "console\n$ false")
    page.write_text(f'<!-- skip: next "needs a network" -->\n\n{page.read_text()}')

    run_page(page, shell)

    assert shell.skipped == ["line 3: needs a network"]
