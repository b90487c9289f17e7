"""Several cases at once: given to other hands, each in a transaction of its own, or printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from cases.phrases import Message, Name, msg
from cases.states import Role as Part
from console.entry.guard import me
from console.parts import ConsoleParts
from dispatch import desk
from dispatch.district import Unit, Worker
from dispatch.duty import giving
from dispatch.duty.giving import UnknownPerson
from dispatch.loop.who import Who, by_account
from dispatch.reads import queries
from dispatch.reads.queue import PAGE
from dispatch.reports import UnknownCase, UnknownUnit
from dispatch.transaction import Tx

WHY_LENGTH = 200


class _There(Exception):
    """The case is in those hands already."""


@dataclass(frozen=True, slots=True)
class Became:
    """What became of one case: done, or why not."""

    number: str
    done: bool
    what: Message


@dataclass(frozen=True, slots=True)
class Wanted:
    """To whom cases are to go (`unit:CODE` or `worker:CODE`), and why."""

    to: str
    why: str


@dataclass(frozen=True, slots=True)
class Holders:
    """A unit that cases may be given to, and its people."""

    unit: Unit
    people: Sequence[Worker]


def may_give(who: Who) -> bool:
    """Whether this person puts cases into other hands."""
    return who.part in (Part.DISPATCHER, Part.SUPERVISOR)


def holders(tx: Tx, scope: str) -> list[Holders]:
    """The units of a scope with their people."""
    inside = [unit for unit in tx.district.units if _is_within(unit, scope)]
    return [Holders(unit, tx.district.workers_of(unit.code)) for unit in inside]


def _is_within(unit: Unit, scope: str) -> bool:
    path = "/".join(unit.path)
    return path == scope or path.startswith(f"{scope}/")


def add_routes(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """POST /desk/several."""

    @blueprint.post("/desk/several")
    def several() -> Response | str:
        numbers = list(dict.fromkeys(request.form.getlist("n")))[:PAGE]
        if request.form.get("do") == "print" and numbers:
            return redirect(f"/cases/print?{urlencode([('n', number) for number in numbers])}", 303)
        wanted = Wanted(request.form.get("to", ""), request.form.get("why", "").strip()[:WHY_LENGTH])
        with parts.door.transaction(me().office) as tx:
            g.zone = tx.office.zone
            if not may_give(by_account(tx, me())):
                abort(403)
            trouble = _trouble(tx, numbers, wanted)
        became = [] if trouble else [_given(parts, number, wanted) for number in numbers]
        return render_template("desk_several.html", became=became, trouble=trouble, back=_back())


def _back() -> str:
    """The queue as it was narrowed."""
    query = request.form.get("back", "")
    return f"/desk?{query}" if query.isprintable() and query else "/desk"


def _trouble(tx: Tx, numbers: Sequence[str], wanted: Wanted) -> Message | None:
    """What is missing before anything is tried."""
    if not numbers:
        return msg("console.several.none")
    if _target(tx, wanted.to) is None:
        return msg("console.several.to_missing")
    return None if wanted.why else msg("console.several.why_missing")


def _target(tx: Tx, to: str) -> tuple[Unit, Worker | None] | None:
    """The unit and person that are meant; None where there is none, or they are beyond the account's scope."""
    kind, _, code = to.partition(":")
    worker = tx.district.worker(code) if kind == "worker" else None
    unit = tx.district.unit(worker.unit if worker else code if kind == "unit" else None)
    return (unit, worker) if unit is not None and _is_within(unit, me().scope) else None


def _given(parts: ConsoleParts, number: str, wanted: Wanted) -> Became:
    """One case, in its own transaction: what is refused leaves the others as they are."""
    try:
        with parts.door.transaction(me().office) as tx:
            return Became(number, True, _give(tx, number, wanted))
    except IllegalDeed as no:
        return Became(number, False, msg("console.several.illegal", why=no.why.reason))
    except (UnknownCase, UnknownUnit):
        return Became(number, False, msg("console.several.unknown"))
    except UnknownPerson:
        return Became(number, False, msg("console.several.no_person"))
    except _There:
        return Became(number, False, msg("console.several.there"))


def _give(tx: Tx, number: str, wanted: Wanted) -> Message:
    """Raises UnknownCase, UnknownUnit, UnknownPerson, IllegalDeed, _There."""
    row = queries.case_in_scope(tx, me().scope, number) if number.isprintable() else None
    found = _target(tx, wanted.to)
    if row is None:
        raise UnknownCase(number)
    if found is None:
        raise UnknownUnit(wanted.to)
    unit, worker = found
    if row.unit_id == unit.id and (worker is None or row.worker_id == worker.id):
        raise _There
    who = by_account(tx, me())
    if row.unit_id != unit.id:
        desk.reroute(tx, number, unit.code, wanted.why, who.actor)
    if worker is not None and standing(tx, row.id, lock=True).row.worker_id != worker.id:
        giving.give(tx, row.id, worker.code, wanted.why, who)
    return _now_with(tx, number)


def _now_with(tx: Tx, number: str) -> Message:
    now: Any = queries.case_in_scope(tx, tx.office.code, number)
    unit = Name(now.unit_zh, now.unit_en)
    if now.worker_zh:
        return msg("console.several.done", unit=unit, worker=Name(now.worker_zh, now.worker_en))
    return msg("console.several.done_unit", unit=unit)
