"""Whistle 吹哨: units are summoned to a spot by a moment, with a reason. Who came is written down, and who did not when
the moment has passed; whoever whistled evaluates each of them afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from cases import history
from cases.life.models import summons, whistle
from cases.life.sides import End
from cases.loop.deeds import Standing, standing
from cases.phrases import Message, Name, msg
from cases.states import CLOSED, Deed, Role
from cases.steps import Level
from dispatch.acts.refusals import Refused
from dispatch.district import Role as Post
from dispatch.district import Unit
from dispatch.due import errands
from dispatch.due.errands import Errand, Kind
from dispatch.duty.telling import on_hand, tell_staff
from dispatch.life.deciding import speaks, words_of
from dispatch.loop.who import NotYours, Who
from dispatch.orders import place_for_others
from dispatch.reading.dates import read_soon
from dispatch.reports import UnknownUnit
from dispatch.side import rows
from dispatch.side.calls import Summoned, listed, named, open_whistle, summoned
from dispatch.side.rows import Line
from dispatch.transaction import Tx

WITHIN = timedelta(minutes=30)  # by when they are there where no moment is named
SCORES = ("1", "2", "3", "4", "5")
_QUEUE_UP = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:office, 0))")


def whistles(tx: Tx, who: Who, case: Standing) -> bool:
    """Whether somebody may summon others to a case: a supervisor, or the head of the committee that has it."""
    return who.part is Role.SUPERVISOR or (who.role == Post.COMMITTEE_HEAD and speaks(tx, who, case))


def blow(tx: Tx, who: Who, case: Standing, codes: Sequence[str], said: tuple[str, str, str]) -> Message:
    """Summon these units; `said` is by when (a time of day, minutes from now or a date; empty: in half an hour), to
    which spot (empty: the place of the matter) and why. Raises NotYours, IllegalDeed, UnknownUnit, Refused."""
    by, spot, why = said
    if not whistles(tx, who, case):
        raise NotYours(who, Role.SUPERVISOR)
    rows.allowed(case, Deed.WHISTLE)
    if open_whistle(tx, case.id) is not None:
        raise Refused(msg("whistle.refused.blown"))
    units, at, words = _units(tx, codes), _moment(tx, by), words_of(why)
    words = f"{spot.strip()}：{words}" if spot.strip() else words
    id_, short = tx.new_id(), _short(tx)
    tx.put(
        whistle, id=id_, office_id=tx.office_id, case_id=case.id, attempt=case.attempt, short=short,
        staff_id=who.staff_id, blown_by=who.actor, blown_at=tx.now, at=at,
    )  # fmt: skip
    facts = {"units": [unit.code for unit in units], "until_at": at}
    rows.write(tx, case, Line("whistled", who.actor, words, facts))
    for unit in units:
        to = on_hand(tx, unit.code)
        told = to.staff_id if to else None
        tx.put(
            summons, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, whistle_id=id_, unit_id=unit.id,
            staff_id=told,
        )  # fmt: skip
        _tell(tx, case, "whistle.text.whistled", [told], at=at, n=short, why=words, unit=unit.name)
    _tell(tx, case, "whistle.text.holder", [case.row.worker_id], at=at, units=_names(units), why=words)
    errands.put(tx, Kind.WHISTLE, id_, at, case.id)
    return msg("whistle.said.blown", number=case.row.number, units=_names(units), at=at)


def _units(tx: Tx, codes: Sequence[str]) -> list[Unit]:
    found = []
    for code in dict.fromkeys(filter(None, codes)):
        unit = tx.district.unit(code)
        if unit is None:
            raise UnknownUnit(code)
        found.append(unit)
    if not found:
        raise Refused(msg("whistle.refused.nobody"), "units")
    return found


def _moment(tx: Tx, said: str) -> datetime:
    at = read_soon(said, tx.calendar, tx.now) if said.strip() else tx.now + WITHIN
    if at is None or at <= tx.now:
        raise Refused(msg("whistle.refused.no_moment"), "soon")
    return at


def _short(tx: Tx) -> int:
    """The lowest number that no open whistle of the office has."""
    tx.conn.execute(_QUEUE_UP, {"office": f"whistle/{tx.office_id}"})
    mine = (whistle.c.office_id == tx.office_id, whistle.c.ended_at.is_(None))
    taken = set(tx.conn.execute(sa.select(whistle.c.short).where(*mine)).scalars())
    return next(number for number in range(1, len(taken) + 2) if number not in taken)


def come(tx: Tx, who: Who, case: Standing, code: str = "") -> Message:
    """Those of a unit are there: said by one of them or, of the unit that is named, by whoever may whistle. Raises
    NotYours, IllegalDeed, Refused."""
    row = _coming(tx, who, case, code)
    rows.allowed(case, Deed.COME)
    late = tx.now > row.at
    tx.conn.execute(sa.update(summons).where(summons.c.id == row.id).values(came_at=tx.now, came_by=who.actor))
    kind = "whistle_came_late" if late else "whistle_came"
    rows.write(tx, case, Line(kind, who.actor, facts={"unit": row.unit.code}))
    text = f"whistle.text.{'late' if late else 'came'}"
    _tell(tx, case, text, [row.whistler] if row.whistler != who.staff_id else [], unit=row.unit.name)
    return msg(f"whistle.said.{'late' if late else 'came'}", number=case.row.number, unit=row.unit.name)


def _coming(tx: Tx, who: Who, case: Standing, code: str) -> Summoned:
    there = [row for row in summoned(tx, case.id) if row.is_open]
    mine = [row for row in there if row.is_for(who)]
    if not mine and not whistles(tx, who, case):
        raise NotYours(who, Role.UNIT)
    return named([row for row in (mine or there) if row.came_at is None], code)


def comes(tx: Tx, who: Who, case: Standing, there: Sequence[Summoned]) -> bool:
    """Whether somebody could say now that a unit is there."""
    awaited = [row for row in there if row.is_open and row.came_at is None]
    mine = [row for row in there if row.is_open and row.is_for(who)]
    return any(row in awaited for row in mine) if mine else bool(awaited) and whistles(tx, who, case)


def rate(tx: Tx, who: Who, case: Standing, code: str, said: tuple[str, str, str]) -> Message:
    """Evaluate a unit that was summoned: whether it took part, from 1 to 5, and a note. By whoever whistled; by a
    supervisor too. Raises NotYours, Refused."""
    part, score, note = said
    open_ = [row for row in summoned(tx, case.id) if row.is_open]
    mine = [row for row in open_ if rates(who, row)]
    if not mine:
        raise NotYours(who, Role.SUPERVISOR)
    row, words = named([row for row in mine if row.is_over(tx.now)], code), words_of(note)
    values = {"took_part": part == "yes", "score": int(score), "rated_by": who.actor, "rated_at": tx.now}
    tx.conn.execute(sa.update(summons).where(summons.c.id == row.id).values(values))
    facts = {"unit": row.unit.code, "part": part, "score": int(score)}
    rows.write(tx, case, Line("whistle_rated", who.actor, words, facts))
    if all(each.rated_at is not None or each.id == row.id for each in open_):
        _end(tx, row.whistle_id, End.RATED)
    _tell(tx, case, "whistle.text.rated", [row.staff_id], unit=row.unit.name, score=score, why=words)
    return msg("whistle.said.rated", number=case.row.number, unit=row.unit.name, score=score)


def rates(who: Who, row: Summoned) -> bool:
    """Whether somebody evaluates a unit: whoever whistled, or a supervisor in their place; nobody their own unit."""
    return (who.actor == row.blown_by or who.part is Role.SUPERVISOR) and row.staff_id != who.id


def passes(tx: Tx, errand: Errand) -> None:
    """The moment has come: who is not there is written down and told once more, and whoever whistled hears of it. A
    case that was over before needs nobody."""
    if errand.case_id is None or errand.ref is None:
        return
    case = standing(tx, errand.case_id, lock=True)
    there = [row for row in summoned(tx, case.id) if row.is_open and row.whistle_id == errand.ref]
    missing = [row for row in there if row.came_at is None]
    if case.state in CLOSED and missing:
        _end(tx, errand.ref, End.CASE_OVER)
        return
    tx.conn.execute(sa.update(whistle).where(whistle.c.id == errand.ref).values(passed_at=tx.now))
    for row in missing:
        rows.write(tx, case, Line("whistle_missed", history.SYSTEM, facts={"unit": row.unit.code}))
        _tell(tx, case, "whistle.text.missed", [row.staff_id], at=row.at, n=row.short, unit=row.unit.name)
    if missing:
        units = _names([row.unit for row in missing])
        _tell(tx, case, "whistle.text.absent", [missing[0].whistler], at=missing[0].at, units=units)


def _end(tx: Tx, whistle_id: UUID, how: End) -> None:
    ended = {"ended_at": tx.now, "result": str(how)}
    tx.conn.execute(sa.update(whistle).where(whistle.c.id == whistle_id).values(ended))
    errands.call_off(tx, Kind.WHISTLE, whistle_id)


def _names(units: Sequence[Unit]) -> Message | Name:
    return listed([unit.name for unit in units])


def _tell(tx: Tx, case: Standing, text: str, to: Iterable[UUID | None], **more: object) -> None:
    """A text to each of these at once, whatever their hours: a whistle does not wait."""
    row = case.row
    about = {"number": row.number, "category": tx.policy.category(row.category).name}
    about |= {"place": place_for_others(tx, row), **more}
    for staff_id in dict.fromkeys(filter(None, to)):
        tell_staff(
            tx, staff_id, msg(text, **about), purpose=f"whistle_{text.rpartition('.')[2]}", level=Level.L1,
            case_id=case.id,
        )  # fmt: skip
