"""Rows for a person, a program or a spreadsheet."""

import csv
import sys
from collections.abc import Mapping, Sequence
from unicodedata import east_asian_width

from app.cli.voice import Voice
from cases.phrases import msg

SHAPES = ("table", "json", "csv")
Rows = Sequence[Mapping[str, object]]


def show(rows: Rows, shape: str, voice: Voice) -> None:
    """Print rows that all have the same columns: as JSON and CSV under the names that programs know."""
    if shape == "json":
        voice.show(list(rows))
    elif shape == "csv":
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]) if rows else [], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    else:
        _print(rows, voice)


def _print(rows: Rows, voice: Voice) -> None:
    if not rows:
        return
    head = [voice.text(msg(f"rounds.column.{name}")) for name in rows[0]]
    lines = [head, *([_shown(value) for value in row.values()] for row in rows)]
    widths = [max(_width(cell) for cell in column) for column in zip(*lines, strict=True)]
    for line in lines:
        print("  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True)).rstrip())


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
