"""What would come of a correction: shown before it is done, and then done so."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cases.clock.happened import About
from cases.lifecycle import Holder
from cases.loop.correcting import Corrected, foreseen
from cases.loop.deeds import Standing
from cases.pen import read_content
from cases.phrases import EN, Message, Name, msg
from cases.report import Channel
from cases.states import Deed, Illegal, after
from cases.steps import Level, Step
from dispatch import orders
from dispatch.acts.refusals import Refused
from dispatch.coi import record
from dispatch.correcting.wanted import MOST_PARTS, Wanted
from dispatch.district import Unit
from dispatch.opening.values import holder_of, place_of
from dispatch.people import parties
from dispatch.places import PlaceKind, find
from dispatch.policy.model import Kind
from dispatch.reports import AS_UNDERSTOOD, Correction
from dispatch.ruling.conditions import caller
from dispatch.transaction import Tx
from dispatch.understanding import Routed, Told, Understood, route, understand


@dataclass(frozen=True, slots=True)
class Change:
    """What changes, from what to what, in words."""

    field: str
    was: Message | Name
    now: Message | Name


@dataclass(frozen=True, slots=True)
class Moved:
    """A promise, as it stands and as it would (None: nothing)."""

    what: Message
    was: datetime | None
    now: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would come of a correction. `holder` None: who has it keeps it; `who` is who has it then, in words.
    `parts` are the further cases, `persons` the codes whom it names beside those of before."""

    new: Corrected
    changes: tuple[Change, ...]
    holder: Holder | None
    was_who: Message | Name
    who: Message | Name
    reasons: tuple[Message, ...]
    dues: tuple[Moved, ...]
    parts: tuple[Understood, ...]
    parts_as: tuple[Name, ...]  # the names of their categories
    persons: tuple[str, ...]
    wanted: Wanted
    routed_to: Unit

    @property
    def is_empty(self) -> bool:
        """Whether everything would stay as it is."""
        return not self.changes and not self.parts and not self.persons


def plan(tx: Tx, case: Standing, wanted: Wanted) -> Plan:
    """What would come of it; changes nothing. Raises Refused for what is no category, place or person."""
    row = case.row
    told = _told(tx, row)
    before = as_stored(tx, row)
    persons = _persons(tx, row, wanted)
    after_ = _corrected(tx, before, wanted, persons)
    level = wanted.level or ("" if wanted.category not in ("", row.category) else row.level)
    was, now = route(tx, before, told, _at(row.level)), route(tx, after_, told, _at(level))
    new = _new(tx, row, (after_, now), (was, wanted))
    holder = _holder(tx, case, (after_, now), (was, wanted, persons))
    unit = holder.unit if holder is not None and holder.unit_id != row.unit_id else ""
    changes, parts = tuple(_changes(tx, row, new)), _parts(tx, after_, wanted)
    return Plan(
        new, changes, holder, _who(tx, row.unit_id, row.worker_id),
        _who(tx, holder.unit_id, holder.worker_id) if holder else _who(tx, row.unit_id, row.worker_id),
        (*now.verdict.reasons, *now.choice.reasons) if holder else (),
        tuple(_dues(tx, case, new, unit)), parts, tuple(tx.policy.category(one.matter.category).name for one in parts),
        persons, wanted, now.choice.unit,
    )  # fmt: skip


def _at(level: str) -> Correction:
    return Correction(level=level) if level else AS_UNDERSTOOD


def as_stored(tx: Tx, row: Any) -> Understood:
    """A case as it stands, as if it had just been understood so."""
    words = read_content(tx, row.content_id) if row.content_id else row.summary
    heard = understand(tx, words)
    category = tx.policy.category(row.category)
    matter = replace(heard.matter, category=category.code, kind=Kind(row.kind), level=Level(row.level))
    place = replace(heard.place, place=None, candidates=(), kind=PlaceKind(row.place_kind))
    if row.estate or row.road:
        house = f"{row.building}号楼" if row.building else ""
        entrance = f"{row.entrance}单元" if row.entrance else ""
        place = replace(find(f"{row.estate or row.road}{house}{entrance}", tx.district), kind=place.kind)
    accused = record.of(tx, row.id)
    return Understood(matter, place, complains_of=tuple(sorted(accused.codes)) if accused else ())


def _told(tx: Tx, row: Any) -> Told:
    party = parties.party_of(tx, parties.number_of(tx, row.party_id)) if row.party_id else None
    english = party is not None and party.lang == EN
    ours = party is not None and party.worker_id is not None
    who = caller(Channel(row.channel), worker=ours, known=party is not None, english=english)
    return Told(Channel(row.channel), who, again=row.repeat_of is not None, party=party)


def _persons(tx: Tx, row: Any, wanted: Wanted) -> tuple[str, ...]:
    """The codes of those who are named, by code or name. Raises Refused."""
    named = {str(worker.name): worker.code for worker in tx.district.workers}
    named |= {worker.name.zh: worker.code for worker in tx.district.workers}
    named |= {unit.name.zh: unit.code for unit in tx.district.units}
    known = {*named.values()}
    found = [each if each in known else named.get(each, "") for each in wanted.persons]
    if "" in found:
        raise Refused(msg("correct.refused.person", name=wanted.persons[found.index("")]), "persons")
    accused = record.of(tx, row.id)
    return tuple(code for code in dict.fromkeys(found) if accused is None or code not in accused.codes)


def _corrected(tx: Tx, before: Understood, wanted: Wanted, persons: tuple[str, ...]) -> Understood:
    matter, place = before.matter, before.place
    if wanted.category and wanted.category != matter.category:
        if wanted.category not in tx.policy.categories:
            raise Refused(msg("correct.refused.category"), "category")
        category = tx.policy.category(wanted.category)
        level = min(category.level, matter.level, key=list(Level).index) if matter.danger else category.level
        matter = replace(matter, category=category.code, kind=category.kind, level=level, unsure=False, unclear=False)
    if wanted.matter_kind:
        matter = replace(matter, kind=Kind(wanted.matter_kind))
    if wanted.level:
        matter = replace(matter, level=Level(wanted.level))
    if wanted.place:
        place = find(wanted.place, tx.district)
        if not place.clear:
            raise Refused(msg("correct.refused.place"), "place")
    return Understood(matter, place, complains_of=(*before.complains_of, *persons))


def _new(tx: Tx, row: Any, now: tuple[Understood, Routed], of: tuple[Routed, Wanted]) -> Corrected:
    """What the record is to say. What a correction does not touch stays as it was decided."""
    (understood, routed), (was, wanted) = now, of
    category = tx.policy_at(row.policy_version).category(understood.matter.category)
    level = routed.verdict.level
    same = routed.verdict.outcome.sla == was.verdict.outcome.sla
    sla = row.sla if same else routed.verdict.outcome.sla
    found = place_of(understood)
    place = found if wanted.place else replace(
        found, estate=row.estate, building=row.building, entrance=row.entrance, road=row.road, grid=row.grid,
        kind=row.place_kind,
    )  # fmt: skip
    about = About(understood.matter.category, str(understood.matter.kind), level, sla)
    return Corrected(about, str(category.service_line), category.owes, place)


def _holder(
    tx: Tx, case: Standing, now: tuple[Understood, Routed], of: tuple[Routed, Wanted, tuple[str, ...]]
) -> Holder | None:
    """Who has it then; None where whoever has it keeps it: the rules say the same of it as before, or it waits for a
    decision. Raises Refused where it may not stay with who is named."""
    (understood, routed), (was, wanted, persons) = now, of
    moves = not isinstance(after(case.state, Deed.REROUTE), Illegal)
    if persons and not moves:
        raise Refused(msg("correct.refused.decide_first"), "persons")
    if not moves or (not persons and case.row.confidential and understood.complains_of):
        return None
    found = holder_of(tx, (understood, routed))
    others = persons or routed.choice.unit.code != was.choice.unit.code
    elsewhere = others and found.unit_id != case.row.unit_id
    another = bool(wanted.place or persons) and found.worker_id is not None and found.worker_id != case.row.worker_id
    return found if elsewhere or (another and found.unit_id == case.row.unit_id) or persons else None


def _parts(tx: Tx, whole: Understood, wanted: Wanted) -> tuple[Understood, ...]:
    """The further matters: where one names no place it is that of the case."""
    if len(wanted.parts) > MOST_PARTS:
        raise Refused(msg("correct.refused.parts", most=MOST_PARTS), "parts")
    heard = (understand(tx, words) for words in wanted.parts)
    return tuple(one if one.place.place is not None else replace(one, place=whole.place) for one in heard)


def _changes(tx: Tx, row: Any, new: Corrected) -> Iterator[Change]:
    if new.about.category != row.category:
        yield Change("category", tx.policy.category(row.category).name, tx.policy.category(new.about.category).name)
    if new.about.kind != row.kind:
        yield Change("matter_kind", Kind(row.kind).label, Kind(new.about.kind).label)
    if new.about.level != row.level:
        yield Change("level", Level(row.level).label, new.about.level.label)
    was = (row.estate, row.building, row.entrance, row.road)
    place = new.place
    if (place.estate, place.building, place.entrance, place.road) != was:
        yield Change("place", orders.place_of(tx, row), orders.place_in_words(tx, place))


def _who(tx: Tx, unit_id: Any, worker_id: Any) -> Message | Name:
    unit = next(each.name for each in tx.district.units if each.id == unit_id)
    worker = next((each for each in tx.district.workers if each.id == worker_id), None)
    return msg("desk.holder", unit=unit, worker=worker.name) if worker else unit


def _dues(tx: Tx, case: Standing, new: Corrected, unit: str) -> Iterator[Moved]:
    """The promise to the resident, then each step, where its moment is another."""
    was, now = foreseen(tx, case, new, unit)
    if was.promised_at != now.promised_at:
        yield Moved(msg("correct.promise"), was.promised_at, now.promised_at)
    for step in Step:
        old, due = was.running.get(step), now.running.get(step)
        both = (old.due_at if old else None, due.due_at if due else None)
        if both[0] != both[1]:
            yield Moved(step.label, *both)
