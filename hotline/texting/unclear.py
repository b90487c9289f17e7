"""Nothing in a text that one could act on: a kind question back; the third time a person has a look."""

from cases.phrases import LANGUAGES, Message
from dispatch.transaction import Tx
from dispatch.understanding import understand
from hotline import prompts
from hotline.hearing import keep
from hotline.texting import standing as stands
from hotline.texting.standing import MATTER_ASKED, OPEN_FOR, Open
from hotline.texting.taking import Whole, take
from hotline.texting.talk import Talk, answer

TRIES = 3  # texts that say nothing before a person has a look
_PICTURES = 10  # that a text brings at most


def ask_what(tx: Tx, talk: Talk, open_: Open | None, question: Message | None = None) -> bool:
    """Ask what it is about, kindly or with another `question`; who was asked often enough, or wants no texts, is looked
    at by a person. False: another text or the expiry was faster, look again."""
    tries = open_.tries + 1 if open_ else 1
    heard = stands.heard(tx, open_, talk.words)
    if tries >= TRIES or talk.party.stopped:
        shown = heard or tx.say(prompts.NO_WORDS, talk.lang)
        whole = Whole(shown, understood=understand(tx, heard), nothing=not _has_pictures(tx, heard))
        return take(tx, talk, open_, whole)
    values = {"state": MATTER_ASKED, "tries": tries, "expires_at": tx.now + OPEN_FOR}
    if not stands.ask(tx, open_, talk.of, {**values, "received_at": talk.since(open_)}, heard):
        return False
    keep(tx, talk.said, "matter")
    answer(tx, talk, question or prompts.ask_what(tx.office.name))
    return True


def _has_pictures(tx: Tx, heard: str) -> bool:
    """Whether pictures came with what was said: these may show what it is about."""
    shown = (tx.say(prompts.attachments(count), lang) for count in range(1, _PICTURES + 1) for lang in LANGUAGES)
    return any(words in heard for words in shown)
