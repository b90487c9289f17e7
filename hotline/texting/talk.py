"""A text at hand, and how it is answered."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from cases.phrases import Message
from cases.report import Channel
from dispatch.outbox import put_text
from dispatch.people import parties
from dispatch.people.parties import Party
from dispatch.transaction import Tx
from hotline.events import TextIn
from hotline.hearing import Said
from hotline.texting.standing import Open


@dataclass(frozen=True, slots=True)
class Talk:
    """A text at hand: who sent it, its words, the language of the answer, and when it was received."""

    text: TextIn
    party: Party
    words: str
    lang: str
    at: datetime

    @property
    def said(self) -> Said:
        return Said(Channel.TEXT, self.text.sid, self.party, raw_of(self.text), self.at)

    @property
    def of(self) -> tuple[UUID, str]:
        return self.party.id, self.text.line.id

    @property
    def media(self) -> tuple[str, ...]:
        return tuple(each.url for each in self.text.media)

    def since(self, open_: Open | None) -> datetime:
        """When the first text of the matter was received; one that was caught up may be older than its dialogue."""
        return min(open_.received_at, self.at) if open_ else self.at


def raw_of(text: TextIn) -> str:
    """The very words of a text, and where its pictures are."""
    return "\n".join((text.raw, *(media.url for media in text.media)))


def answer(tx: Tx, talk: Talk, message: Message, case_id: UUID | None = None) -> None:
    """Answer a text by a text, unless its sender wants none."""
    if not talk.party.stopped:
        put_text(tx, talk.party.id, message, talk.lang, purpose="answer", case_id=case_id)


def remembered(tx: Tx, talk: Talk) -> Talk:
    """Whoever writes whole sentences in a language is answered in it from now on."""
    if talk.lang == talk.party.lang:
        return talk
    parties.speak(tx, talk.party.id, talk.lang)
    return replace(talk, party=replace(talk.party, lang=talk.lang))
