"""Sphinx configuration; `nox -s docs` builds with -W -n: a warning or a dead reference is an error."""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "typedtasks"
author = "typedtasks contributors"
copyright = author  # noqa: A001 - Sphinx's name
pyproject = (HERE.parent / "pyproject.toml").read_text("utf-8")
release = version = re.findall(r'^version = "(.+)"$', pyproject, flags=re.MULTILINE)[0]

extensions = ["myst_parser", "typed_reference"]
exclude_patterns = ["_build", "changelog.d", "reference/*-table.md", "reference/celery-suite-*.md"]  # included

myst_heading_anchors = 3
smartquotes = False  # what is copied from a page is what was written

html_theme = "furo"
html_title = "typedtasks"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_copy_source = False
pygments_style = "tango"
pygments_dark_style = "monokai"
python_maximum_signature_line_length = 100

# Names in signatures that no page of these documents describes. There is no inventory of another project: a build needs
# no network. Sphinx knows the classes of `builtins` and `typing` by itself.
nitpick_ignore_regex = [
    ("py:class", r"(P|Q|R|E|Pg|A|S|T)(\.(args|kwargs))?"),  # type variables
    ("py:class", r"(typing_extensions\.)?(Never|Unpack|Self)"),
    ("py:class", r"datetime|Decimal|UUID|PathLike|Callable|Coroutine|Converter|Mapping|Sequence|Iterable"),
    ("py:class", r"Canvas|Decorator|BoundDecorator|Results"),  # nobody writes these
    ("py:class", r"TaskState"),  # a `py:type`, which Sphinx finds by this role from 8.2 on
    ("py:exc", r"celery\..*"),
]
