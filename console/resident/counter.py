"""What all pages for residents need: the office and its line, its telephone number, and plain refusals."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, render_template
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import RequestEntityTooLarge

from cases.phrases import Name
from console.parts import ConsoleParts
from dispatch.lines import Line
from dispatch.people.numbers import shown_number
from dispatch.transaction import DatabaseAway, RowHeld, Tx

Page = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number to ring us: E.164, and as people dial it."""

    number: str
    shown: str


def lines(parts: ConsoleParts) -> list[Line]:
    """The first line of each office, by which it answers."""
    found: dict[str, Line] = {}
    for line in parts.lines.values():
        found.setdefault(line.office, line)
    return list(found.values())


@contextmanager
def office(parts: ConsoleParts, code: str = "") -> Iterator[Tx]:
    """A transaction for an office by its line, for the first where none or an unknown one is named; from here on
    the page tells moments in its zone and names its number."""
    ours = lines(parts)
    line = next((each for each in ours if each.office == code), ours[0])
    g.phone = Phone(line.number, shown_number(line.number))
    with parts.door.transaction(line) as tx:
        yield tx
        g.zone = tx.office.zone  # at the end: a claim must be a transaction's first statement


def offices(parts: ConsoleParts) -> list[tuple[str, Name]]:
    """The offices to choose from, code and name; none where there is but one."""
    ours = lines(parts)
    return [_named(parts, line) for line in ours] if len(ours) > 1 else []


def _named(parts: ConsoleParts, line: Line) -> tuple[str, Name]:
    with parts.door.transaction(line) as tx:
        return line.office, tx.office.name


def shown(parts: ConsoleParts, template: str, status: int = HTTPStatus.OK, **values: Any) -> Page:
    """A page for residents; where no office was opened it names the first one's number."""
    number = lines(parts)[0].number
    phone = g.get("phone") or Phone(number, shown_number(number))
    return render_template(template, phone=phone, **values), status


def refused(parts: ConsoleParts, kind: str, status: int) -> Page:
    """A plain page that says what is wrong and what helps: resident.trouble.<kind>, resident.remedy.<kind>."""
    g.pop("phone", None)  # of no office more than of another
    return shown(parts, "resident_trouble.html", status, kind=kind)


def init_refusals(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """Troubles of a blueprint's pages are told in pages as light as they are."""
    for trouble, kind, status in (
        (DatabaseAway, "away", HTTPStatus.SERVICE_UNAVAILABLE),
        (RowHeld, "held", HTTPStatus.SERVICE_UNAVAILABLE),
        (CSRFError, "stale", HTTPStatus.BAD_REQUEST),
        (RequestEntityTooLarge, "big", HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    ):
        blueprint.register_error_handler(trouble, _answer(parts, kind, status))


def _answer(parts: ConsoleParts, kind: str, status: int) -> Any:
    return lambda _trouble: refused(parts, kind, status)
