"""What may be the same matter as a case, and the storm that is dealt with in it, in sentences."""

from collections.abc import Iterator

from cases.phrases import msg
from console.standing.note import PLAIN, WAITS, Note
from dispatch.reads.around import Around


def notes(around: Around) -> Iterator[Note]:
    """The sentences, what somebody decides first."""
    for row in around.proposals:
        yield Note(WAITS, msg("same.standing.proposed", lead=row.lead_number, score=row.score))
    if around.led:
        yield Note(WAITS, msg("same.standing.leads", count=around.led))
    if around.storm is not None:
        yield Note(PLAIN, msg("same.standing.storm", count=around.joined, known=around.storm.known))
