"""The table of what presses: units down, steps across, each cell with what is late and what soon will be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cases.steps import Step
from dispatch.reads.pressing import Count


@dataclass(frozen=True, slots=True)
class Cell:
    """The promises of a unit and all below it, of one step (None: of all steps)."""

    step: Step | None
    over: int
    soon: int


@dataclass(frozen=True, slots=True)
class Line:
    """A unit (its row), how deep it stands below the first, and its cells: one for each step, and the sum."""

    unit: Any
    depth: int
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True, slots=True)
class Matrix:
    """The steps that occur, in the order of the loop, and a line for each unit that has something below it."""

    steps: tuple[Step, ...]
    lines: tuple[Line, ...]


def matrix(units: Sequence[Any], counts: Iterable[Count]) -> Matrix:
    """The table; `units` are those of a scope, each before those below it."""
    kept = list(counts)
    steps = tuple(step for step in Step if any(count.step is step for count in kept))
    top = units[0].path.count("/") if units else 0
    lines = (_line(one, units, kept, steps, top) for one in units)
    return Matrix(steps, tuple(line for line in lines if line.total.over or line.total.soon))


def _line(one: Any, units: Sequence[Any], counts: list[Count], steps: tuple[Step, ...], top: int) -> Line:
    below = {unit.code for unit in units if unit.path == one.path or unit.path.startswith(one.path + "/")}
    mine = [count for count in counts if count.unit in below]
    cells = tuple(_cell(step, [count for count in mine if count.step is step]) for step in steps)
    return Line(one, one.path.count("/") - top, cells, _cell(None, mine))


def _cell(step: Step | None, counts: list[Count]) -> Cell:
    return Cell(step, sum(count.over for count in counts), sum(count.soon for count in counts))
