"""Storms: many tell of one event. A person says what is known of it, or so many call that the system does; whoever
calls later hears it and joins, and everybody is told once when it is over.

Joining writes rows of its own and holds no case: in a storm nobody waits for another.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from cases import history
from cases.loop.deeds import Standing, standing
from cases.models import IS_OPEN, cases, party
from cases.phrases import ZH, Message, msg
from cases.report import Channel
from cases.states import Role
from dispatch.acts.refusals import Refused
from dispatch.loop import desks
from dispatch.loop.who import Who, demand
from dispatch.outbox import put_text
from dispatch.people.parties import Party
from dispatch.places import Place, shown
from dispatch.same.linking import hold
from dispatch.same.models import incident, incident_join, likeness, merge_proposal
from dispatch.same.spots import Spot
from dispatch.same.storm import Incident, topic_of
from dispatch.side import rows
from dispatch.side.rows import Line
from dispatch.transaction import Tx

PARTS = (Role.DISPATCHER, Role.SUPERVISOR)
MOST = 80  # characters that everybody hears: they leave room for the number and the keys in one text
EVERYWHERE = "everywhere"


def by_count(tx: Tx, lead: UUID, spot: Spot) -> None:
    """So many called that it is one event: those who call from now on hear so, until a person knows more."""
    hold(tx, lead)
    case = standing(tx, lead)
    if running(tx, case.id) is not None or spot.place is None:
        return
    known = tx.say(msg("same.known.by_count", place=_place(tx, case), category=_category(tx, case)), ZH)
    _open(tx, case, spot.place, (known[:MOST], history.SYSTEM))
    desks.tell(tx, desks.DISPATCHERS, case, "same.text.storm")


def announce(tx: Tx, who: Who, case: Standing, known: str, reach: str = "") -> Message:
    """Say what is known of an event: it begins with that, and later words take the place of earlier ones. `reach` is
    `everywhere` for an event that is not at one place. Raises NotYours, Refused."""
    demand(who, *PARTS)
    if not case.state.is_open:
        raise Refused(msg("same.refused.closed"))
    words = _words(known)
    on = running(tx, case.id)
    if on is None:
        place = None if reach == EVERYWHERE else _spot(tx, case)
        _open(tx, case, place, (words, who.actor))
        return msg("same.said.announced", number=case.row.number)
    tx.conn.execute(sa.update(incident).where(incident.c.id == on.id).values(known=words))
    rows.write(tx, case, Line("incident_known", who.actor, words))
    return msg("same.said.known", number=case.row.number, count=joined_by(tx, on.id))


def all_clear(tx: Tx, who: Who, case: Standing, words: str) -> Message:
    """It is over: everybody who joined, and whose case is or may be dealt with in this one, is told so in one text.
    Raises NotYours, Refused."""
    demand(who, *PARTS)
    said = _words(words)
    on = running(tx, case.id)
    if on is None:
        raise Refused(msg("same.refused.no_storm"))
    count = _end(tx, on, case, (said, who.actor), [*_joined(tx, on.id), *_merged(tx, case.id)])
    return msg("same.said.all_clear", number=case.row.number, count=count)


def over(tx: Tx, case_id: UUID, actor: str) -> None:
    """With its case ends an event: those who only joined are told; those with a case of their own hear of theirs."""
    on = running(tx, case_id)
    if on is not None:
        _end(tx, on, standing(tx, case_id), ("", actor), _joined(tx, on.id))


def join(tx: Tx, event: Incident, who: Party | None, channel: Channel) -> None:
    """Somebody tells of the event too: counted once, and told when it is over."""
    row = {
        "id": tx.new_id(), "office_id": tx.office_id, "incident_id": event.id, "party_id": who.id if who else None,
        "channel": str(channel), "at": tx.now,
    }  # fmt: skip
    tx.conn.execute(insert(incident_join).values(row).on_conflict_do_nothing())


def joined(tx: Tx, party_id: UUID) -> Incident | None:
    """The running event that somebody joined, the newest. Nothing is asked while there is no storm."""
    if not tx.incidents:
        return None
    ids = [each.id for each in tx.incidents]
    mine = sa.select(incident_join.c.incident_id).where(
        incident_join.c.party_id == party_id, incident_join.c.incident_id.in_(ids)
    )
    found = set(tx.conn.execute(mine).scalars())
    return next((each for each in tx.incidents if each.id in found), None)


def running(tx: Tx, case_id: UUID) -> Any | None:
    """The event that is dealt with in a case, while it runs."""
    mine = (incident.c.case_id == case_id, incident.c.ended_at.is_(None))
    return tx.conn.execute(sa.select(incident).where(*mine)).one_or_none()


def joined_by(tx: Tx, incident_id: UUID) -> int:
    """How many callers joined an event."""
    mine = incident_join.c.incident_id == incident_id
    return tx.conn.execute(sa.select(sa.func.count()).select_from(incident_join).where(mine)).scalar_one()


def possible(tx: Tx, who: Who, case: Standing) -> Iterator[str]:
    """The names of deeds that somebody may do now."""
    if who.part in PARTS:
        yield "announce"
        yield from ("all-clear",) if running(tx, case.id) is not None else ()


def _open(tx: Tx, case: Standing, place: str | None, said: tuple[str, str]) -> None:
    known, actor = said
    tx.put(
        incident, id=tx.new_id(), office_id=tx.office_id, case_id=case.id, place=place,
        topic=topic_of(tx.policy.branch(case.row.category)), known=known, opened_by=actor, opened_at=tx.now,
    )  # fmt: skip
    rows.write(tx, case, Line("incident_opened", actor, known))


def _end(tx: Tx, on: Any, case: Standing, said: tuple[str, str], to: list[Any]) -> int:
    """End it and tell these parties, each once; how many."""
    words, actor = said
    over_ = {"ended_by": actor, "ended_at": tx.now}
    tx.conn.execute(sa.update(incident).where(incident.c.id == on.id).values(over_))
    rows.write(tx, case, Line("incident_ended", actor, words))
    people = {row.id: row for row in to}
    for row in people.values():
        news = msg("same.text.over_words", words=words) if words else msg("same.text.over_plain")
        text = msg(
            "same.text.over", office=tx.office.name, number=case.row.number, news=news, place=_place(tx, case),
            category=_category(tx, case),
        )  # fmt: skip
        put_text(tx, row.id, text, row.lang, purpose="all_clear", case_id=case.id)
    return len(people)


_PEOPLE = sa.select(party.c.id, party.c.lang).where(party.c.stopped_at.is_(None))


def _joined(tx: Tx, incident_id: UUID) -> list[Any]:
    mine = sa.select(incident_join.c.party_id).where(incident_join.c.incident_id == incident_id)
    return list(tx.conn.execute(_PEOPLE.where(party.c.id.in_(mine)).order_by(party.c.id)))


def _merged(tx: Tx, case_id: UUID) -> list[Any]:
    """Whose cases are merged into it, or may be: they told of it before it was known as one event."""
    waits = sa.select(merge_proposal.c.case_id).where(
        merge_proposal.c.lead_id == case_id, merge_proposal.c.decision.is_(None)
    )
    told = sa.or_(
        cases.c.merged_into == case_id, cases.c.id == case_id, sa.and_(cases.c.id.in_(waits), sa.text(IS_OPEN))
    )
    mine = sa.select(cases.c.party_id).where(told, cases.c.party_id.is_not(None))
    return list(tx.conn.execute(_PEOPLE.where(party.c.id.in_(mine)).order_by(party.c.id)))


def _words(said: str) -> str:
    words = said.strip()
    if not words:
        raise Refused(msg("casepage.needs.words"), "words")
    if len(words) > MOST:
        raise Refused(msg("casepage.needs.shorter", length=len(words), most=MOST), "words")
    return words


def _spot(tx: Tx, case: Standing) -> str | None:
    """The place by which the case is found again; of one that was not looked at yet, none."""
    return tx.conn.execute(sa.select(likeness.c.place).where(likeness.c.case_id == case.id)).scalar()


def _place(tx: Tx, case: Standing) -> Message:
    place = Place(estate=case.row.estate, road=case.row.road)
    return shown(place, tx.district) if place.estate or place.road else msg("same.place.here")


def _category(tx: Tx, case: Standing) -> object:
    return tx.policy.category(case.row.category).name
