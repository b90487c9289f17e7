"""Danger in a text, whatever else it is: a case at once, what saves first, then where it is (INV-DANGER)."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from cases.models import cases
from cases.phrases import Message, msg
from cases.steps import Level
from dispatch import desk
from dispatch.locating import locate
from dispatch.matters import saving
from dispatch.places import shown
from dispatch.reports import OpenCase
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from hotline.commands import Add, Command, Correct, Reopen, read_deed, read_here, read_round, read_verdict
from hotline.hearing import keep
from hotline.texting import standing as stands
from hotline.texting.standing import PLACE_ASKED, Open, Standing
from hotline.texting.taking import Whole, take
from hotline.texting.talk import Talk, answer

SAME_CRY = timedelta(hours=2)  # so long another cry of the same person is about the same danger
ASKED_FOR = timedelta(hours=2)  # so long whatever comes may tell where it is


def heard(tx: Tx, talk: Talk, command: Command | None) -> bool:
    """Whether a text tells of danger, which is seen to by now. A command is none, save for the words that come with it;
    what the office's own people write of their work is none either."""
    words = _said(talk, command)
    if not words:
        return False
    understood = understand(tx, words)
    if not understood.matter.danger or understood.complains_of:
        return False
    while not _seen_to(tx, talk, words, understood):
        pass
    return True


def _said(talk: Talk, command: Command | None) -> str:
    if isinstance(command, Add | Reopen | Correct):
        return command.words
    if command is not None or _is_work(talk):
        return ""
    reply = read_verdict(talk.text.body)
    return talk.words if reply is None else reply.words


def _is_work(talk: Talk) -> bool:
    body = talk.text.body
    if talk.party.worker_id is None:
        return False
    return any(said is not None for said in (read_deed(body), read_round(body), read_here(body)))


def _seen_to(tx: Tx, talk: Talk, words: str, understood: Understood) -> bool:
    """False: another text or the expiry was faster, look again."""
    stand = stands.standing(tx, *talk.of)
    open_, asked = stand.dialogue, None
    if open_ is not None and open_.about_case is not None and open_.state == PLACE_ASKED:
        open_, asked = None, open_
    case = _same(tx, understood, stand, asked)
    if case is not None:
        _further(tx, talk, (case, asked), (words, understood))
        return True
    if asked is not None and not stands.finish(tx, asked.id):
        return False
    whole = stands.heard(tx, open_, words) if open_ is not None else words  # what was told before belongs to it
    if not take(tx, talk, open_, Whole(whole, understood=understood)):
        return False
    if understood.place.place is None:
        _ask_where(tx, talk)
    return True


def _ask_where(tx: Tx, talk: Talk) -> None:
    """What comes next may tell where it is; the question itself stands in the first answer."""
    newest = desk.open_cases(tx, talk.party.id)[0]
    values = {
        "state": PLACE_ASKED, "tries": 1, "expires_at": tx.now + ASKED_FOR, "received_at": tx.now,
        "about_case": newest.id,
    }  # fmt: skip
    stands.ask(tx, None, talk.of, values, "")


def _same(tx: Tx, understood: Understood, stand: Standing, asked: Open | None) -> OpenCase | None:
    """The open case of the same danger that they cried of a moment ago; that of which we asked where it is."""
    young = [case for case in stand.cases if case.received_at > tx.now - SAME_CRY]
    if asked is not None:
        return next((case for case in young if case.id == asked.about_case), None)
    same = (case for case in young if case.category == understood.matter.category)
    return next((case for case in same if _is_urgent(tx, case)), None)


def _is_urgent(tx: Tx, case: OpenCase) -> bool:
    level: str = tx.conn.execute(sa.select(cases.c.level).where(cases.c.id == case.id)).scalar_one()
    return level == Level.L1


def _further(tx: Tx, talk: Talk, before: tuple[OpenCase, Open | None], said: tuple[str, Understood]) -> None:
    """Another word of the same danger: whoever goes hears it, and what saves is told again."""
    (case, open_), (words, understood) = before, said
    keep(tx, talk.said, "supplement", case.id)
    place = locate(tx, case.id, understood, words)
    if place is not None and open_ is not None:
        stands.finish(tx, open_.id)
    unknown = place is None and case.estate is None and case.road is None
    where: Message | str = msg("danger.where") if unknown else ""
    saves = saving.saves(understood.matter.danger)
    answer(tx, talk, msg("danger.text.further", office=tx.office.name, saves=saves, where=where), case.id)


def located(tx: Tx, talk: Talk, open_: Open, case_id: UUID) -> bool:
    """A word after the question where a danger is: the place of its case, or a further word on it. False: it is another
    matter, look again."""
    understood = understand(tx, talk.words)
    if understood.matter.confidence > 0 and understood.place.clear:
        stands.finish(tx, open_.id)
        return False
    keep(tx, talk.said, "place", case_id)
    place = locate(tx, case_id, understood, talk.words)
    if place is None:
        told = msg("danger.text.further", office=tx.office.name, saves="", where=msg("danger.where"))
    else:
        stands.finish(tx, open_.id)
        told = msg("danger.text.located", office=tx.office.name, place=shown(place, tx.district))
    answer(tx, talk, told, case_id)
    return True
