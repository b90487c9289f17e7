"""Several matters in one message: each with the words that tell it, a danger first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from cases.report import Channel
from dispatch.accused import is_aside
from dispatch.matters import MatterFinding
from dispatch.matters.several import cut
from dispatch.reports import AS_UNDERSTOOD, Report
from dispatch.transaction import Tx
from dispatch.understanding import Understood, understand

RESIDENT = "resident"
_CHANNELS = (Channel.TEXT, Channel.CALL, Channel.WEB)


@dataclass(frozen=True, slots=True)
class Part:
    """One matter of a message: what is reported of it and how it was understood."""

    report: Report
    understood: Understood


def matters_of(tx: Tx, report: Report, understood: Understood) -> list[Part]:
    """The matters of a message, each a report of its own; the first has the carrier's ids and recordings of all.

    What somebody of the office took down is what they say it is: one. Where the message complains of somebody of the
    office, the others have only words that do not; and where the complaint is all of it, it stays whole for those who
    may read it.
    """
    first = Part(report, replace(understood, others=()))
    if report.actor != RESIDENT or report.channel not in _CHANNELS or report.corrected != AS_UNDERSTOOD:
        return [first]
    if understood.complains_of and not is_aside(report.text):
        return [first]
    pieces = [(piece, understand(tx, piece)) for piece in cut(report.text)] if understood.others else []
    told = [first, *_others(report, understood, pieces)]
    told.sort(key=lambda part: not part.understood.matter.danger)  # the order of the message, but danger first
    if told[0] is not first and told[0].understood.matter.danger:
        told[0] = Part(report, replace(told[0].understood, place=understood.place))
        told = [told[0], *(_without_ids(part) if part is first else part for part in told[1:])]
    return told


def _others(report: Report, understood: Understood, pieces: Sequence[tuple[str, Understood]]) -> Iterator[Part]:
    for matter in understood.others:
        own = [(words, heard) for words, heard in pieces if _tells(heard, matter)]
        if not own and understood.complains_of:
            continue  # it stands in the words of the complaint, and those are for a few
        words = "，".join(words for words, _ in own) or report.text
        place = max((heard.place for _, heard in own), key=lambda found: found.confidence, default=understood.place)
        heard = Understood(matter, place if place.clear else understood.place)
        yield _without_ids(Part(replace(report, text=words), heard))


def _tells(heard: Understood, matter: MatterFinding) -> bool:
    return heard.matter.category == matter.category and not heard.complains_of


def _without_ids(part: Part) -> Part:
    """Every id of a carrier stands in exactly one report, and so do recordings and whoever waits on the line."""
    bare = replace(
        part.report, sids=(), gathered=(), content_id=None, repeat_of=None, held=False, hint=None
    )  # fmt: skip
    return replace(part, report=bare)
