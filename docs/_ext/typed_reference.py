"""The directive ``.. typed:: Name``: a public name with the signatures that a type checker sees.

Much of the public surface stands under ``if TYPE_CHECKING:``, where autodoc, which looks at what runs, finds nothing.
This reads the source instead, and nothing is imported: the signatures and docstrings of the branch that checkers read,
as Sphinx's own ``py:`` directives.
"""

from __future__ import annotations

import ast
import copy
import inspect
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from docutils.statemachine import StringList
from sphinx.ext.napoleon import Config, GoogleDocstring
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

PACKAGE = Path(__file__).parents[2] / "typedtasks"
OPERATORS = {"__call__", "__or__"}
INDENT = " " * 3
NAPOLEON = Config(napoleon_use_ivar=True, napoleon_use_rtype=False)

Function = ast.FunctionDef | ast.AsyncFunctionDef

# What makes a checker's work possible and a reader's harder, and what it comes to.
SIMPLER = (
    # Type variables by their names alone: `_R_co` is R.
    (r"\b_([A-Z][a-z]?)(?:_co|_contra)?\b", r"\1"),
    (r"\b(?:_DE|_DPG|PG)\b", lambda match: "E" if match[0] == "_DE" else "Pg"),
    # `raises=` takes one exception or up to five.
    (r"Raises\[.*?\]", "type[E] | tuple[type[E], ...]"),
    (r"\bE1(?: \| E\d)+", "E"),
    # `apply` and `apply_async`: an overload for each number of arguments, each compared with the function's.
    (r"self: Callable\[\[[^]]*\], object\], args: tuple\[[^]]*\](?:=[^,)]+)?", "args: tuple[P.args]"),
    # `starmap`: likewise.
    (r"self: Callable\[\[[^]]*\], object\], it: Iterable\[tuple\[[^]]*\]\]", "it: Iterable[tuple[P.args]]"),
    (r"self: Callable\[\[_A\], object\], it: ", "it: "),  # `map`
    # A class with a `run`.
    (r"type\[Runs\[P, ", "type[Callable[P, "),
    # `s` and `after`: the function without its first parameter, which is A.
    (r"self: Callable\[Concatenate\[_A, _Q\], object\], ", ""),
    (r"\bself, |\bself$", ""),
)


class TypedDirective(SphinxDirective):
    """``.. typed:: Name``."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Hand the directives made from the source to Sphinx."""
        name = self.arguments[0]
        source, node = public()[name]
        self.env.note_dependency(str(source))
        lines = [".. py:currentmodule:: typedtasks", "", *describe(name, node)]
        self.content = StringList(lines, source=str(source))
        return self.parse_content_to_nodes()


def setup(app: Sphinx) -> dict[str, bool]:
    """What Sphinx calls."""
    app.add_directive("typed", TypedDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# -- the source -------------------------------------------------------------------------------------------------------


@cache
def public() -> dict[str, tuple[Path, ast.stmt]]:
    """Every public name, where it is defined, and its definition."""
    found = {}
    for statement in parse(PACKAGE / "__init__.py"):
        if isinstance(statement, ast.ImportFrom) and statement.level:
            path = PACKAGE / f"{statement.module}.py"
            definitions = by_name(parse(path))
            for alias in statement.names:
                found[alias.name] = path, definitions[alias.name]
    return found


@cache
def parse(path: Path) -> tuple[ast.stmt, ...]:
    """The statements of a module."""
    return tuple(ast.parse(path.read_text("utf-8")).body)


def as_checked(body: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements as a type checker reads them."""
    for statement in body:
        if not isinstance(statement, ast.If):
            yield statement
        elif ast.unparse(statement.test) == "TYPE_CHECKING":
            yield from as_checked(statement.body)
        elif ast.unparse(statement.test) == "not TYPE_CHECKING":
            yield from as_checked(statement.orelse)


def by_name(body: Iterable[ast.stmt]) -> dict[str, ast.stmt]:
    """The classes, functions and assigned names of a body; the last of overloads, which has the docstring."""
    found: dict[str, ast.stmt] = {}
    for statement in as_checked(body):
        if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found[statement.name] = statement
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = statement
    return found


def overloads(name: str, body: Iterable[ast.stmt]) -> list[Function]:
    """All the definitions of a function in a body."""
    return [each for each in as_checked(body) if isinstance(each, Function) and each.name == name]


# -- reST -------------------------------------------------------------------------------------------------------------


def describe(name: str, node: ast.stmt) -> list[str]:
    """A public name as reST."""
    if isinstance(node, ast.ClassDef):
        return describe_class(node)
    path, _ = public()[name]
    if isinstance(node, ast.FunctionDef):
        return describe_function("function", overloads(name, parse(path)))
    canonical = ast.unparse(node.value.args[1])
    return [f".. py:type:: {name}", f"{INDENT}:canonical: {canonical}", "", *indented(comment_above(path, node))]


def describe_class(node: ast.ClassDef) -> list[str]:
    """A class, with its members in the order of the source."""
    bases = list(lineage(node))
    kind = "exception" if "Exception" in bases else "class"
    lines = [f".. py:{kind}:: {node.name}{parameters_of(node)}{constructor(node)}", ""]
    shown = [base for base in map(base_name, node.bases) if base in public()]
    if shown:
        lines += [f"{INDENT}Bases: {', '.join(f':py:class:`{base}`' for base in shown)}", ""]
    lines += indented(documented(node))
    for member in by_name(node.body).values():
        if isinstance(member, Function) and (member.name in OPERATORS or not member.name.startswith("_")):
            lines += indented(describe_member(overloads(member.name, node.body)))
    if "TypedDict" in bases:
        for field in node.body:
            if isinstance(field, ast.AnnAssign):
                lines += indented(attribute(field))
    return lines


def describe_member(definitions: list[Function]) -> list[str]:
    """A method or property; one without a docstring is nobody's business."""
    if not ast.get_docstring(definitions[-1]):
        return []
    first = definitions[0]
    if any(ast.unparse(each) == "property" for each in first.decorator_list):
        returns = simpler(ast.unparse(first.returns))
        return [f".. py:property:: {first.name}", f"{INDENT}:type: {returns}", "", *indented(documented(first))]
    return describe_function("method", definitions)


def describe_function(kind: str, definitions: list[Function]) -> list[str]:
    """A function or method with each of its signatures."""
    implementation = definitions[-1]
    signatures = list(
        dict.fromkeys(signature(each, implementation) for each in definitions if is_signature(each, definitions))
    )
    lead = f".. py:{kind}:: "
    lines = [lead + signatures[0], *(f"{' ' * len(lead)}{each}" for each in signatures[1:])]
    return [*lines, "", *indented(documented(implementation))]


def is_signature(node: Function, definitions: list[Function]) -> bool:
    """Whether a definition is for callers: an overload that is not deprecated, or the only definition."""
    decorators = [ast.unparse(each) for each in node.decorator_list]
    if any(each.startswith("deprecated") for each in decorators):
        return False
    return len(definitions) == 1 or "overload" in decorators


def signature(node: Function, implementation: Function) -> str:
    """``name(parameters) -> type``, with the defaults that the implementation has."""
    arguments = simpler(ast.unparse(with_defaults(node.args, dict(defaults(implementation.args)))))
    arguments = re.sub(r"=(?=\S)", " = ", arguments)
    returns = f" -> {simpler(ast.unparse(node.returns))}" if node.returns else ""
    return f"{node.name}({arguments}){returns}"


def with_defaults(arguments: ast.arguments, known: dict[str, ast.expr]) -> ast.arguments:
    """Parameters of an overload, where ``...`` stands for a default, with the default itself."""
    arguments = copy.deepcopy(arguments)
    values = [known.get(name, default) for name, default in defaults(arguments)]
    arguments.defaults[:] = values[: len(arguments.defaults)]
    arguments.kw_defaults[:] = [value and known.get(argument.arg, value) for argument, value in keyword_only(arguments)]
    return arguments


def keyword_only(arguments: ast.arguments) -> list[tuple[ast.arg, ast.expr | None]]:
    """The keyword-only parameters, each with its default."""
    return list(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))


def defaults(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """The parameters that have a default, by position first, with it."""
    positional = [*arguments.posonlyargs, *arguments.args]
    last = positional[len(positional) - len(arguments.defaults) :]
    pairs = [*zip(last, arguments.defaults, strict=True), *keyword_only(arguments)]
    return ((argument.arg, default) for argument, default in pairs if default is not None)


def parameters_of(node: ast.ClassDef) -> str:
    """The type parameters of a generic class, as in ``[**P, R]``."""
    for base in node.bases:
        if base_name(base) == "Generic":
            names = simpler(ast.unparse(base.slice)).strip("()")
            return f"[{'**' if names.startswith('P,') else ''}{names}]"
    return ""


def constructor(node: ast.ClassDef) -> str:
    """What a class is made from: the fields of an attrs class, or the parameters of its ``__init__``."""
    init = overloads("__init__", node.body)
    if init:
        return signature(init[0], init[0]).removeprefix("__init__").removesuffix(" -> None")
    found = [field for field in fields(node) if not field.target.id.startswith("_")]
    if not found:
        return ""
    text = ", ".join(ast.unparse(field) for field in found)
    return f"({simpler(text)})"


def fields(node: ast.ClassDef) -> list[ast.AnnAssign]:
    """The fields of an attrs class, those of its bases first."""
    if not any(ast.unparse(each).startswith("attrs.") for each in node.decorator_list):
        return []
    inherited = [field for base in public_bases(node) for field in fields(base)]
    return inherited + [each for each in node.body if isinstance(each, ast.AnnAssign)]


def lineage(node: ast.ClassDef) -> Iterator[str]:
    """The names of all base classes, as far as they are public."""
    yield from map(base_name, node.bases)
    for base in public_bases(node):
        yield from lineage(base)


def public_bases(node: ast.ClassDef) -> list[ast.ClassDef]:
    """The bases of a class that are described too."""
    found = [public()[name][1] for name in map(base_name, node.bases) if name in public()]
    return [base for base in found if isinstance(base, ast.ClassDef)]


def base_name(base: ast.expr) -> str:
    """``Signature`` of ``Signature[R, E]``."""
    return ast.unparse(base.value if isinstance(base, ast.Subscript) else base)


def attribute(field: ast.AnnAssign) -> list[str]:
    """One key of a `TypedDict`."""
    return [f".. py:attribute:: {field.target.id}", f"{INDENT}:type: {ast.unparse(field.annotation)}", ""]


def documented(node: Function | ast.ClassDef) -> list[str]:
    """The docstring, from Google style to reST."""
    return prose(ast.get_docstring(node) or "")


def comment_above(path: Path, node: ast.stmt) -> list[str]:
    """The ``#:`` comment on the lines above a statement."""
    lines = path.read_text("utf-8").splitlines()[: node.lineno - 1]
    found = []
    while lines and lines[-1].startswith("#:"):
        found.insert(0, lines.pop().removeprefix("#:").strip())
    return prose("\n".join(found))


def prose(text: str) -> list[str]:
    """reST of a docstring; `Name` is a link where the name is public, else a literal."""

    def literal_or_link(match: re.Match[str]) -> str:
        name = match[1]
        return f":py:obj:`{name}`" if name in public() else f"``{name}``"

    lines = GoogleDocstring(inspect.cleandoc(text), NAPOLEON).lines()
    return [re.sub(r"(?<![`:])`([^`]+)`(?!`)", literal_or_link, line) for line in lines]


def simpler(text: str) -> str:
    """Source text of a signature as people say it."""
    for pattern, replacement in reversed(SIMPLER):
        text = re.sub(pattern, replacement, text)
    return text


def indented(lines: Iterable[str]) -> list[str]:
    """Lines as the content of a directive, with an empty one after them."""
    return [*(f"{INDENT}{line}" if line else "" for line in lines), ""]
