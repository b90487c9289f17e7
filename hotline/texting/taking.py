"""A report by text that is whole: its case is opened, with all that was gathered for it."""

from dataclasses import dataclass
from uuid import UUID

from cases.report import Channel
from dispatch import desk
from dispatch.reports import Report
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand
from hotline.hearing import keep, said_under, waiting_sids
from hotline.menu import is_nonsense
from hotline.texting import standing as stands
from hotline.texting.standing import Open
from hotline.texting.talk import Talk


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole report: the matter, what answered the question where, what is understood of both already, and the closed
    case that it tells again. `nothing`: they said nothing that one could act on, however often they were asked."""

    matter: str
    place_text: str = ""
    understood: Understood | None = None
    repeat_of: UUID | None = None
    nothing: bool = False


def take(tx: Tx, talk: Talk, open_: Open | None, whole: Whole) -> bool:
    """Its case is opened; number and codes leave with the receipt. False: another text or the expiry was faster."""
    if open_ is not None and not stands.finish(tx, open_.id):
        return False
    since = talk.since(open_)
    before = waiting_sids(tx, talk.party, since) if open_ or _came_late(tx, talk) else ()
    report = Report(
        Channel.TEXT, talk.party, whole.matter, since, place_text=whole.place_text,
        # This text counts as gathered too: its row is put below, with its very words.
        gathered=(*before, talk.text.sid), repeat_of=whole.repeat_of,
        nothing=whole.nothing,
    )  # fmt: skip
    taken = desk.take_report(tx, report, whole.understood)
    keep(tx, talk.said, "place" if whole.place_text else "matter", taken.case_id)
    if open_ is not None:
        stands.belongs(tx, open_.id, taken.case_id)
    else:
        for words in said_under(tx, before):
            if not is_nonsense(words):
                desk.supplement(tx, taken.case_id, words)
    return True


def _came_late(tx: Tx, talk: Talk) -> bool:
    """Whether the carrier held it so long that what its sender wrote after it may have been asked about and let go."""
    return tx.now - talk.at >= stands.OPEN_FOR


def complains(tx: Tx, talk: Talk) -> bool:
    """Whether what was to go onto an open case complains of somebody of the office: it is a case of its own then, for
    others than whoever has that one."""
    understood = understand(tx, talk.words)
    return bool(understood.complains_of) and take(tx, talk, None, Whole(talk.words, understood=understood))
