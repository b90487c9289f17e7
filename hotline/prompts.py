"""What is said when: the messages of the phone and of texts, and how a number is spoken.

A text fits into three segments in both languages whatever names it holds (a test goes through all of them).
"""

import re
from collections.abc import Sequence

from cases.phrases import EN, ZH, Message, Name, msg
from dispatch.places import Question
from hotline.menu import Rest, Spoken, Stage, Talk

HELP = msg("hotline.text.help")
HOW_TO_QUERY = msg("hotline.text.how_to_query")
NOTHING_OPEN = msg("hotline.text.nothing_open")
STARTED = msg("hotline.text.started")
NOTHING_CLOSED = msg("hotline.text.nothing_closed")

MOST_ASKED = 5  # questions that a text names at once
NO_WORDS = msg("hotline.text.no_words")
NO_WORDS_SPOKEN = msg("hotline.call.no_words")


def ask_what(office: Name) -> Message:
    """A kind question back where a text says nothing that one could act on."""
    return msg("hotline.text.what", office=office)


def ask_where(asked: Question) -> Message:
    """Where it is: which of several places, or which building, or anything at all."""
    if asked.names:
        choices: Message | str = ""
        for n, name in reversed(tuple(enumerate(asked.names, 1))):
            choices = msg("hotline.text.choice", n=n, place=name, rest=choices)
        return msg("hotline.text.which_place", choices=choices)
    return msg("hotline.text.which_building", estate=asked.estate) if asked.estate else msg("hotline.text.where")


def missed_call(office: Name) -> Message:
    """To somebody who called while we were disturbed."""
    return msg("hotline.text.missed_call", office=office)


def attachments(count: int) -> Message:
    """Stands for pictures in the words of a text."""
    return msg("hotline.text.attachments", count=count)


def urged(number: str) -> Message:
    """The handler was told to hurry."""
    return msg("hotline.text.urged", number=number)


def added(number: str) -> Message:
    """The further words now stand on the case."""
    return msg("hotline.text.added", number=number)


def onto(told: Message) -> Message:
    """They told an open matter of theirs again: how far it is; their words now stand on it."""
    return msg("same.text.onto", told=told)


def late(number: str) -> Message:
    """A good word on a matter that is closed already."""
    return msg("hotline.text.late", number=number)


def which(asked: Sequence[tuple[int, str]]) -> Message:
    """An answer came while several questions are open: their short numbers and cases, to be answered one by one."""
    said: Message | str = ""
    for short, number in reversed(asked):
        said = msg("hotline.text.asked", n=short, number=number, rest=said)
    return msg("hotline.text.which", asked=said, n=asked[0][0])


def doubtful(number: str) -> Message:
    """An answer whose words say the opposite of it: asked once more, so that nothing is closed by mistake."""
    return msg("hotline.text.doubtful", number=number)


def accepted(number: str, code: str, lang: str, *, texted: bool, place_known: bool) -> tuple[Spoken | Rest, ...]:
    """What a caller hears once the case is open: number and code digit by digit, twice, and what follows."""
    once = (
        Spoken(msg("hotline.call.number_is"), lang),
        *slowly(number, lang),
        Spoken(msg("hotline.call.code_is"), lang),
        *slowly(f"{code[:3]}-{code[3:]}", lang),
    )
    return (
        Spoken(msg("hotline.call.accepted"), lang),
        *once,
        Spoken(msg("hotline.call.once_more"), lang),
        *once,
        *(() if place_known else (Spoken(msg("hotline.call.place_by_person"), lang),)),
        Spoken(msg("hotline.call.texted" if texted else "hotline.call.write_down"), lang),
        *bye(lang),
    )


def all_accepted(  # noqa: PLR0913 - the numbers and their code, in which language, and what follows
    numbers: Sequence[str], code: str, lang: str, *, texted: bool, place_known: bool, waits: bool
) -> tuple[Spoken | Rest, ...]:
    """As `accepted`, of one matter or several: of several each number once, the code that is the same for all. `waits`:
    a person looks first what it is."""
    if len(numbers) == 1:
        first = (Spoken(msg("triage.call.waits"), lang),) if waits else ()
        return (*first, *accepted(numbers[0], code, lang, texted=texted, place_known=place_known))
    return (
        Spoken(msg("triage.call.several", count=len(numbers)), lang),
        *(said for number in numbers for said in slowly(number, lang)),
        Spoken(msg("hotline.call.code_is"), lang),
        *slowly(f"{code[:3]}-{code[3:]}", lang),
        Spoken(msg("hotline.call.texted" if texted else "hotline.call.write_down"), lang),
        *bye(lang),
    )


def bye(lang: str) -> tuple[Spoken, ...]:
    """The last words of a call."""
    return (Spoken(msg("hotline.call.bye"), lang),)


def again(talk: Talk) -> tuple[Spoken, ...]:
    """The question that is open, once more."""
    id_ = {
        Stage.PLACE: "hotline.call.where",
        Stage.SAME: "same.call.again",
        Stage.HELD: "danger.call.connecting",
        Stage.MESSAGE: "hotline.call.leave_message",
        Stage.DONE: "hotline.call.bye",
    }.get(talk.stage, "hotline.call.what")
    return (Spoken(msg(id_), talk.lang),)


def slowly(number: str, lang: str) -> tuple[Spoken | Rest, ...]:
    """A number in groups with a rest after each: "20261124-000123" as 2 0 2 6 · 1 1 2 4 · 0 0 0 · 1 2 3."""
    groups = [group for part in number.split("-") for group in _groups(part)]
    spoken: list[Spoken | Rest] = []
    for group in groups:
        spoken += [Spoken(msg("hotline.call.digits", digits=" ".join(group)), lang), Rest()]
    return tuple(spoken)


def _groups(part: str) -> list[str]:
    size = 4 if len(part) % 4 == 0 else 3
    return [part[at : at + size] for at in range(0, len(part), size)]


def language_of(words: str, otherwise: str) -> str:
    """The language that words are written in, as far as we speak it and they say enough to tell."""
    if any("一" <= sign <= "鿿" for sign in words):
        return ZH
    latin = re.findall(r"[A-Za-z]{2,}", words)
    return EN if len(latin) >= 2 or any(len(word) >= 4 for word in latin) else otherwise
