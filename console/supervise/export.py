"""Lists to take along: what presses and the queue, as CSV and XLSX, with the filter of their pages. No identities."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from cases.phrases import Message, Name, msg
from cases.states import State
from cases.steps import Level, Payer, Step
from console.desk.queue import kept_in
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise.overdue import narrowed
from console.supervise.sheets import Cell, Sheet, as_csv, as_xlsx
from console.words import language
from dispatch.orders import place_of
from dispatch.reads import pressing, queue
from dispatch.reads.pressing import Pressing
from dispatch.reads.queries import Cursor
from dispatch.reads.queue import Filter
from dispatch.transaction import Tx

MOST = 10_000  # rows of a file
_KINDS: dict[str, tuple[str, Callable[[Sheet], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", as_xlsx),
}
Words = Callable[[Message | Name | None], str]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that can be taken along: the message that names it, those above its columns, and its rows."""

    title: str
    columns: tuple[str, ...]
    rows: Callable[[Tx, Words], Iterator[Sequence[Cell]]]


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/overdue.csv, /overdue.xlsx, /desk.csv, /desk.xlsx."""
    blueprint = Blueprint("export", __name__)

    @blueprint.get("/overdue.<kind>")
    def overdue(kind: str) -> Response:
        return _file(parts, OVERDUE, ("overdue", kind))

    @blueprint.get("/desk.<kind>")
    def desk(kind: str) -> Response:
        return _file(parts, DESK, ("desk", kind))

    return blueprint


def _file(parts: ConsoleParts, listed: Listed, named: tuple[str, str]) -> Response:
    name, kind = named
    if kind not in _KINDS:
        raise NotFound(f"no list as {kind!r}")
    with parts.door.transaction(me().office) as tx:
        words = _speaker(tx)
        rows = list(islice(listed.rows(tx, words), MOST + 1))
        if len(rows) > MOST:
            rows = [*rows[:MOST], (words(msg("supervise.export.cut", most=MOST)),)]
        headings = tuple(words(msg(f"supervise.column.{column}")) for column in listed.columns)
        sheet = Sheet(words(msg(listed.title)), headings, rows, tx.zone)
        stamp = tx.now.astimezone(tx.zone).strftime("%Y%m%d-%H%M")
    mime, made = _KINDS[kind]
    answer = Response(made(sheet), content_type=mime)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-{stamp}.{kind}"'
    return answer


def _speaker(tx: Tx) -> Words:
    """Says messages and names in the page's language."""
    lang = language()

    def say(what: Message | Name | None) -> str:
        if what is None:
            return ""
        return what.in_language(lang) if isinstance(what, Name) else tx.say(what, lang)

    return say


def _late(tx: Tx, words: Words) -> Iterator[Sequence[Cell]]:
    for row in pressing.pressing(tx, me().scope, narrowed(request.args), size=MOST + 1).rows:
        yield _late_row(tx, row, words)


def _late_row(tx: Tx, row: Pressing, words: Words) -> tuple[Cell, ...]:
    over = row.due_at <= tx.now
    return (
        row.case.number,
        words(Level(row.case.level).label),
        words(row.step.label),
        words(row.unit),
        words(row.worker) if row.payer is Payer.UNIT else words(row.payer.label),
        row.due_at,
        tx.now - row.due_at if over else None,
        None if over else row.due_at - tx.now,
        words(_reached(row)),
        words(_next(row)),
        row.next_at,
        words(tx.policy.category(row.case.category).name),
        words(place_of(tx, row.case)),
        row.case.summary,
    )


def _next(row: Pressing) -> Message | None:
    """Who is told next: above the top rung the same again, once a day."""
    if row.next is None:
        return None
    return msg("supervise.rung.again", who=row.next.label) if row.again else row.next.label


def _reached(row: Pressing) -> Message:
    """Who was told, and who is being told."""
    if row.underway is None:
        return row.reached.label
    return msg(
        "supervise.rung.reached", told=row.reached.label, more=msg("supervise.rung.underway", who=row.underway.label)
    )


def _queue(tx: Tx, words: Words) -> Iterator[Sequence[Cell]]:
    """The queue as /desk shows it."""
    wanted = Filter(**kept_in(request.args))
    after: Cursor | None = None
    while True:
        page = queue.queue(tx, me().scope, wanted, after)
        for row in page.rows:
            yield _queue_row(tx, row, words)
        if page.after is None:
            return
        after = page.after


def _queue_row(tx: Tx, row: Any, words: Words) -> tuple[Cell, ...]:
    return (
        row.number,
        words(Level(row.level).label),
        words(State(row.state).label),
        words(Name(row.unit_zh, row.unit_en)),
        words(Name(row.worker_zh or "", row.worker_en or "")),
        words(Step(row.next_step).label) if row.next_step else "",
        row.next_due_at,
        tx.now - row.next_due_at if row.next_due_at and row.next_due_at <= tx.now else None,
        words(tx.policy.category(row.category).name),
        words(place_of(tx, row)),
        row.summary,
    )


OVERDUE = Listed(
    "supervise.export.overdue",
    (
        "number", "level", "step", "unit", "holder", "due", "late", "left", "reached", "next", "next_at", "category",
        "place", "summary",
    ),
    _late,
)  # fmt: skip
DESK = Listed(
    "supervise.export.desk",
    ("number", "level", "state", "unit", "worker", "step", "due", "late", "category", "place", "summary"),
    _queue,
)
