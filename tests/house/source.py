"""The source of the house as trees: what the structure tests walk through."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("cases", "dispatch", "hotline", "webhooks", "console", "app")
ALL = (*FLOORS, "exchange")


@dataclass(frozen=True)
class Room:
    """One source file of ours."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def floor(self) -> str:
        return self.path.relative_to(ROOT).parts[0]


@cache
def rooms(packages: tuple[str, ...] = ALL) -> tuple[Room, ...]:
    """The rooms of these packages; numbered migrations are a record and not among them."""
    found = []
    for package in packages:
        for path in sorted((ROOT / package).rglob("*.py")):
            if "node_modules" not in path.parts and "versions" not in path.parts:
                text = path.read_text()
                found.append(Room(path, text, ast.parse(text)))
    return tuple(found)


def functions(room: Room) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a room, also those inside others."""
    for node in ast.walk(room.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function without its docstring."""
    body = function.body
    doc = body[0] if ast.get_docstring(function) is not None else None
    spoken = (doc.end_lineno or doc.lineno) - doc.lineno + 1 if doc else 0
    return (function.end_lineno or function.lineno) - function.lineno + 1 - spoken


def calls(room: Room) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a room, by the words of what is called: `tx.conn.execute`."""
    for node in ast.walk(room.tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node
