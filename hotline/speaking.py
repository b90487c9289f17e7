"""From a move of the menu to the document that the carrier plays: sentences in the caller's language."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.phrases import Phrasebook
from dispatch.district import District
from hotline.menu import Move, Rest, Spoken, Then
from hotline.twiml import Document, Gather, Hangup, Pause, Record, Redirect, Say, Verb


@dataclass(frozen=True, slots=True)
class Way:
    """Where a call goes on: the address of its next turn, and of the door for recordings."""

    next_turn: str
    recording: str
    hints: tuple[str, ...] = ()


def way(line: str, turn: int, hints: tuple[str, ...] = ()) -> Way:
    """The addresses after this turn of a call on a line."""
    doors = f"/webhooks/twilio/{line}"
    return Way(f"{doors}/voice/{turn + 1}", f"{doors}/recording", hints)


def hints(district: District) -> tuple[str, ...]:
    """The district's own names, which the carrier's ear would not expect."""
    estates = [name for each in district.estates for name in (each.name.zh, *each.aliases)]
    roads = [name for each in district.roads for name in (each.name.zh, *each.aliases)]
    return tuple(dict.fromkeys(name for name in (*estates, *roads) if name))


def speak(phrase: Phrasebook, says: Iterable[Spoken | Rest]) -> tuple[Say | Pause, ...]:
    """The sentences, read out each in its language."""
    return tuple(
        Pause(each.seconds) if isinstance(each, Rest) else Say(phrase.say(each.message, each.lang), each.lang)
        for each in says
    )


def document(phrase: Phrasebook, move: Move, way: Way) -> Document:
    """What is played for a move. Where the carrier goes on by itself, it comes to our next turn."""
    says = speak(phrase, move.says)
    onward = Redirect(way.next_turn)
    if move.then is Then.LISTEN:
        return Document((Gather(way.next_turn, move.talk.lang, says, way.hints), onward))
    if move.then is Then.RECORD:
        return Document((*says, Record(way.next_turn, way.recording), onward))
    return last_words(says)


def last_words(says: tuple[Verb, ...]) -> Document:
    """What is said before the line is closed."""
    return Document((*says, Hangup()))
