"""Finds functions, where they begin and end, in Python and in JavaScript."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Function:
    name: str
    first: int
    lines: int
    is_empty: bool


def python_functions(source: str) -> Iterator[Function]:
    tree = ast.parse(source)
    excused = {id(node) for node in _declarations(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(node.name, node.lineno, lines, id(node) not in excused and _is_empty(node))


def _is_empty(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return all(isinstance(statement, ast.Pass) for statement in body)


def _declarations(tree: ast.AST) -> Iterator[ast.AST]:
    """Functions that rightly have no body: a protocol's methods, abstract methods, overloads."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in node.bases):
            yield from node.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(
            ast.unparse(d).rsplit(".", 1)[-1] in {"abstractmethod", "overload"} for d in node.decorator_list
        ):
            yield node


_JS_HEAD = re.compile(
    r"""^(?P<indent>\s*)
    (?: (?:export\s+)?(?:default\s+)?(?:async\s+)?function\b\s*\*?\s*(?P<declared>\w*)
      | (?:export\s+)?(?:const|let)\s+(?P<arrow>\w+)\s*=.*=>
      | (?:static\s+)?(?:async\s+)?(?:get\s+|set\s+)?(?!(?:if|for|while|switch|catch|with|return)\b)
        (?P<method>\#?\w+)\s*\([^;]*\)
    )[^;]*\{\s*$""",
    re.VERBOSE,
)


def javascript_functions(source: str) -> Iterator[Function]:
    """Functions whose head ends its line with a brace; each ends where that indentation closes it."""
    lines = source.splitlines()
    for number, line in enumerate(lines):
        if not (head := _JS_HEAD.match(line)):
            continue
        end = re.compile(re.escape(head["indent"]) + r"\}")
        length = next((n for n, other in enumerate(lines[number:], 1) if n > 1 and end.match(other)), None)
        if length is not None:
            name = head["declared"] or head["arrow"] or head["method"] or "function"
            body = [text for text in lines[number + 1 : number + length - 1] if text.strip()]
            yield Function(name, number + 1, length, not body)
