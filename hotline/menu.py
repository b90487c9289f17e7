"""The phone menu: where a call stands and what was heard → where it goes on, what is said, what is done.

Values in, values out. A caller is asked what, and once where; the policy's keys (1–5) choose a service line,
0 leaves a message, 9 changes to English. Silence and nonsense are met kindly three times; the third time the
caller is asked for a recorded message, which then becomes the case.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from cases.danger import Danger
from cases.phrases import EN, ZH, Message, Name, msg
from cases.report import fold
from dispatch.matters.saving import saves
from dispatch.places import Question

MISSES = 3
HOLDS = 16  # times that somebody in danger is connected or asked before the line is let go: some six minutes
LEAVE_MESSAGE, ENGLISH = "0", "9"
ANYWHERE = Question()
SAME = "1"
DOUBTFUL = 0.25  # below this confidence words are kept, but asked for again


class Stage(StrEnum):
    """Where a call stands: which question is open."""

    RING = "ring"
    MATTER = "matter"
    PLACE = "place"
    SAME = "same"
    HELD = "held"  # in danger: the line stays, and connects them with a person
    PERSON = "person"  # they want to speak with somebody: the duty desk is rung for them
    WITHDRAW = "withdraw"  # whether their matter ends
    MESSAGE = "message"
    DONE = "done"


class Then(StrEnum):
    """What follows what is said."""

    LISTEN = "listen"
    RECORD = "record"
    OPEN = "open"  # the report is whole: a case is opened, then its number is said
    SAME = "same"  # it is the matter that was offered: it goes onto that
    HOLD = "hold"  # danger: the case is opened if there is none, and whoever has it is rung to speak with the caller
    CONNECT = "connect"  # the duty desk is rung to speak with the caller
    HANG_UP = "hang_up"


@dataclass(frozen=True, slots=True)
class Talk:
    """A call as the menu sees it. `said` tells whether anything worth a case was heard so far.

    `choice` is the key of the menu that was pressed last.
    """

    stage: Stage = Stage.RING
    lang: str = ZH
    choice: str = ""
    misses: int = 0
    said: bool = False
    place_known: bool = False


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence and the language it is said in."""

    message: Message
    lang: str


@dataclass(frozen=True, slots=True)
class Rest:
    """A moment of silence, so that somebody can write a number down."""

    seconds: int = 1


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back: keys, words, a recording. `confidence` is 0..1 or None where none was given.

    `place_known`: with these words the place can be told; else `asks` has what to ask for. `offer`: what is said of a
    matter that this may be. `danger`: what they are in danger of; `spoke`: they were connected with a person.
    `unclear`: nothing in the words that one could act on.
    """

    digits: str = ""
    speech: str = ""
    recorded: bool = False
    confidence: float | None = None
    place_known: bool = False
    asks: Question = ANYWHERE
    offer: tuple[Spoken | Rest, ...] = ()
    danger: tuple[Danger, ...] = ()
    spoke: bool = False
    unclear: bool = False


_NO_KEYS: Mapping[str, Name] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Script:
    """What the line is called, and the keys of its menu with the names of what they choose."""

    office: Name
    keys: Mapping[str, Name] = field(default_factory=lambda: _NO_KEYS, hash=False)


@dataclass(frozen=True, slots=True)
class Move:
    """The next standing of a call, what is said on the way, and what follows."""

    talk: Talk
    says: tuple[Spoken | Rest, ...]
    then: Then


_FILLERS = re.compile(
    r"(喂|您好|你好|嗯|呃|啊|哦|唉|诶|哎|那个|这个|在吗|有人吗|听得到吗|hello|hi|hey|um+|uh+|er+|test|测试|[\W_])+"
)


_YES = re.compile(
    r"[\W_]*(?:是的?|对的?|是这(?:件|个)事|同一件事?|就是(?:这个|这件事)?|一|yes|yeah|same|one)[啊呀吧。\W_]*"
)


def is_nonsense(speech: str) -> bool:
    """Whether words say nothing that one could act on: greetings, fillers, marks."""
    folded = fold(speech)
    return not folded or _FILLERS.fullmatch(folded) is not None


def agrees(speech: str) -> bool:
    """Whether words say yes and nothing else."""
    return _YES.fullmatch(fold(speech)) is not None


def advance(talk: Talk, heard: Heard, script: Script) -> Move:
    """One turn of the call. Danger goes before all else, whatever was asked."""
    if talk.stage is Stage.HELD:
        return _held(talk, heard)
    if heard.danger and talk.stage is not Stage.DONE:
        return _hold(replace(talk, stage=Stage.HELD, said=True, misses=0), Spoken(saves(heard.danger), talk.lang))
    match talk.stage:
        case Stage.RING:
            return _greet(talk, heard, script)
        case Stage.MATTER | Stage.PERSON | Stage.WITHDRAW:  # whoever speaks of something else has a matter
            return _matter(replace(talk, stage=Stage.MATTER), heard, script)
        case Stage.PLACE:
            return _place(talk, heard)
        case Stage.SAME:
            return _same(talk, heard)
        case Stage.MESSAGE:
            return _message(talk, heard)
    return Move(talk, _one(talk, "hotline.call.bye"), Then.HANG_UP)


def _hold(talk: Talk, *first: Spoken) -> Move:
    return Move(talk, (*first, *_one(talk, "danger.call.connecting")), Then.HOLD)


def _held(talk: Talk, heard: Heard) -> Move:
    """Somebody in danger who reached nobody yet: they are connected on and on; between two tries they are asked where
    they are, unless they want to die. The line is let go only after they spoke with a person, or after many tries."""
    if heard.spoke:
        return Move(replace(talk, stage=Stage.DONE), _one(talk, "danger.call.after"), Then.HANG_UP)
    tried = replace(talk, misses=talk.misses + 1, place_known=talk.place_known or heard.place_known)
    if tried.misses >= HOLDS:
        return Move(replace(tried, stage=Stage.DONE), _one(tried, "danger.call.give_up"), Then.HANG_UP)
    asks = tried.misses % 2 and not (tried.place_known or Danger.CRISIS in heard.danger or heard.speech)
    return Move(tried, _one(tried, "danger.call.where"), Then.LISTEN) if asks else _hold(tried)


def _greet(talk: Talk, heard: Heard, script: Script) -> Move:
    begun = replace(talk, stage=Stage.MATTER)
    if heard.speech or heard.digits:
        return _matter(begun, heard, script)
    greeting = msg("hotline.call.greeting", office=script.office)
    # English stands before the keys: whoever does not follow the first words need not wait for it.
    says = (Spoken(greeting, ZH), Spoken(greeting, EN), *_one(begun, "hotline.call.or_keys"))
    return Move(begun, (*says, *_keys(ZH, script)), Then.LISTEN)


def _keys(lang: str, script: Script) -> tuple[Spoken, ...]:
    keys = (Spoken(msg("hotline.call.key", key=key, name=name), lang) for key, name in script.keys.items())
    return (*keys, Spoken(msg("hotline.call.last_keys"), lang))


def _matter(talk: Talk, heard: Heard, script: Script) -> Move:
    if heard.digits:
        return _matter_key(talk, heard.digits[0], script)
    if is_nonsense(heard.speech):
        return _missed(talk)
    told = replace(talk, said=True, place_known=talk.place_known or heard.place_known)
    if heard.unclear or (heard.confidence is not None and heard.confidence < DOUBTFUL):
        return _missed(told)
    if told.place_known:
        return _whole(told, heard)
    return Move(replace(told, stage=Stage.PLACE), _where(told, heard.asks), Then.LISTEN)


def _matter_key(talk: Talk, key: str, script: Script) -> Move:
    if key == ENGLISH:
        english = replace(talk, lang=EN)
        return Move(english, (*_one(english, "hotline.call.what"), *_keys(EN, script)), Then.LISTEN)
    if key in script.keys:
        chosen = replace(talk, choice=key)
        return Move(chosen, _one(chosen, "hotline.call.what_in_line", line=script.keys[key]), Then.LISTEN)
    if key == LEAVE_MESSAGE:
        return _record(talk, "hotline.call.leave_message")
    return _missed(talk)


def _missed(talk: Talk) -> Move:
    missed = replace(talk, misses=talk.misses + 1)
    if missed.misses >= MISSES:
        return _record(missed, "hotline.call.message_instead")
    return Move(missed, _one(missed, f"hotline.call.again_{missed.misses}"), Then.LISTEN)


def _place(talk: Talk, heard: Heard) -> Move:
    """Asked once: whatever comes back, the case is opened; only a change of language asks anew."""
    if heard.digits.startswith(ENGLISH) and talk.lang != EN:
        english = replace(talk, lang=EN)
        return Move(english, _where(english, heard.asks), Then.LISTEN)
    return _whole(replace(talk, place_known=talk.place_known or heard.place_known), heard)


def _whole(talk: Talk, heard: Heard) -> Move:
    """The report is whole: a case, or first the question whether it is the matter that we know already."""
    if heard.offer:
        return Move(replace(talk, stage=Stage.SAME), heard.offer, Then.LISTEN)
    return _open(talk)


def _same(talk: Talk, heard: Heard) -> Move:
    """Asked once: a key or a word says that it is the same; whatever else comes back, it is a matter of its own."""
    if heard.digits.startswith(ENGLISH) and talk.lang != EN and heard.offer:
        return Move(replace(talk, lang=EN), tuple(_in_english(each) for each in heard.offer), Then.LISTEN)
    if heard.digits.startswith(SAME) or (not heard.digits and agrees(heard.speech)):
        return Move(replace(talk, stage=Stage.DONE), (), Then.SAME)
    return _open(talk)


def _in_english(each: Spoken | Rest) -> Spoken | Rest:
    return replace(each, lang=EN) if isinstance(each, Spoken) else each


def _where(talk: Talk, asks: Question) -> tuple[Spoken, ...]:
    """Where it is: which of several places by a key, or which building, or anything at all."""
    if asks.names:
        choices = (msg("hotline.call.choice", n=n, place=name) for n, name in enumerate(asks.names, 1))
        said = (msg("hotline.call.which_place"), *choices, msg("hotline.call.or_say"))
        return tuple(Spoken(message, talk.lang) for message in said)
    if asks.estate:
        return _one(talk, "hotline.call.which_building", estate=asks.estate)
    return _one(talk, "hotline.call.where")


def _message(talk: Talk, heard: Heard) -> Move:
    if heard.recorded or heard.speech or talk.said:
        return _open(replace(talk, said=True))
    return Move(replace(talk, stage=Stage.DONE), _one(talk, "hotline.call.nothing_heard"), Then.HANG_UP)


def _record(talk: Talk, id_: str) -> Move:
    return Move(replace(talk, stage=Stage.MESSAGE), _one(talk, id_), Then.RECORD)


def _open(talk: Talk) -> Move:
    return Move(replace(talk, stage=Stage.DONE), (), Then.OPEN)


def _one(talk: Talk, id_: str, **params: object) -> tuple[Spoken, ...]:
    return (Spoken(msg(id_, **params), talk.lang),)
