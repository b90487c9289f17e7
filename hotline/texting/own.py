"""What somebody wants of their own matters, by text: further words, haste, how far they are, that nobody need come,
that something is put right, a person. A number that sends it is enough: what is secret is not told."""

from collections.abc import Sequence
from dataclasses import replace

from cases.loop.deeds import standing
from cases.phrases import Message, msg
from dispatch import desk
from dispatch.beside import ringbacks
from dispatch.beside.ringbacks import Reason
from dispatch.duty.telling import fits
from dispatch.life import leaving
from dispatch.loop import desks
from dispatch.reads import resident
from dispatch.reads.resident import Own
from dispatch.reports import OpenCase
from dispatch.same import storms
from dispatch.same.storm import Incident
from dispatch.transaction import Tx
from dispatch.triage import asking, lane
from hotline import prompts
from hotline.commands import Correct, Person, Progress, Withdraw, is_of
from hotline.commands.wishes import Wish
from hotline.hearing import keep
from hotline.texting.matching import Follow
from hotline.texting.taking import complains
from hotline.texting.talk import Talk, answer

TEXTS = 3  # that an answer may have; what does not go into them is counted
NAMED = 4  # matters that a question names


def obey(tx: Tx, talk: Talk, wish: Wish) -> None:
    """What somebody wishes, done and answered."""
    match wish:
        case Progress():
            progress(tx, talk)
        case Withdraw(number):
            _withdraw(tx, talk, number)
        case Person():
            ringbacks.put(tx, talk.party.id, Reason.ASKED, talk.text.sid)
            answer(tx, talk, msg("talk.text.ring_back"))
        case Correct():
            _correct(tx, talk, wish)


def onto(tx: Tx, talk: Talk, case: OpenCase, how: Follow, *, again: bool = False) -> None:
    """A further word within an open matter. `again`: they tell the matter itself once more, and hear how far it is."""
    if how is Follow.SUPPLEMENT and complains(tx, talk):
        return
    keep(tx, talk.said, str(how), case.id)
    if how is Follow.URGE:
        desk.urge(tx, case.id)
        answer(tx, talk, prompts.urged(case.number), case.id)
    else:
        desk.supplement(tx, case.id, talk.words)
        told = prompts.onto(desk.how_far(tx, case.id)) if again else prompts.added(case.number)
        answer(tx, talk, told, case.id)


def urge(tx: Tx, talk: Talk, number: str = "") -> None:
    """Somebody hurries: on the matter that is named, else on the newest; of several, how to name another is said."""
    cases = desk.open_cases(tx, talk.party.id)
    found = next((case for case in cases if not number or is_of(case.number, number)), None)
    event = storms.joined(tx, talk.party.id) if found is None and not number else None
    if event is not None:
        of_event(tx, talk, event)
    elif found is None:
        answer(tx, talk, prompts.NOTHING_OPEN)
    elif number or len(cases) == 1:
        onto(tx, talk, found, Follow.URGE)
    else:
        keep(tx, talk.said, str(Follow.URGE), found.id)
        desk.urge(tx, found.id)
        other = next(case for case in cases if case.id != found.id)
        answer(tx, talk, msg("talk.text.urged_newest", number=found.number, n=_tail(other.number)), found.id)


def of_event(tx: Tx, talk: Talk, event: Incident) -> None:
    """They have joined this event: how far it is."""
    keep(tx, talk.said, "joined", event.case_id)
    answer(tx, talk, msg("same.text.known", number=event.number, known=event.known), event.case_id)


def progress(tx: Tx, talk: Talk, number: str = "") -> None:
    """All open matters of a number, or the one that is named: where each stands, who has it until when."""
    mine = resident.own_open(tx, talk.party.id)
    found = [own for own in mine if not number or is_of(own.number, number)]
    if not found:
        answer(tx, talk, prompts.HOW_TO_QUERY if number else msg("talk.text.none_open"))
    for text in texts(tx, talk.lang, found):
        answer(tx, talk, text)


def texts(tx: Tx, lang: str, found: Sequence[Own]) -> list[Message]:
    """As few texts as hold them."""
    full: list[Message] = []
    held: list[Own] = []
    for own in found:
        if held and not fits(tx.say(_lines([*held, own]), lang)):
            full.append(_lines(held))
            held = []
        held.append(own)
    full += [_lines(held)] if held else []
    if len(full) > TEXTS:
        full = [*full[: TEXTS - 1], msg("talk.text.more", count=len(found))]
    return full


def _lines(of: Sequence[Own]) -> Message:
    said: Message | str = ""
    for own in reversed(of):
        said = msg("talk.text.own", told=own.named, rest=said)
    return msg("talk.text.mine", lines=said)


def _withdraw(tx: Tx, talk: Talk, number: str) -> None:
    cases = desk.open_cases(tx, talk.party.id)
    found = [case for case in cases if not number or is_of(case.number, number)]
    if not found and not cases:
        answer(tx, talk, prompts.NOTHING_OPEN)
    elif len(found) == 1:
        withdraw(tx, talk, found[0])
    else:
        answer(tx, talk, which(tx, found or cases))


def withdraw(tx: Tx, talk: Talk, case: OpenCase) -> None:
    """Nobody need come; where others need it, or danger was told, a person asks first."""
    keep(tx, talk.said, "withdraw", case.id)
    if leaving.given_up(tx, case.id, talk.words):
        return  # the resident and whoever had it are told by that
    desk.supplement(tx, case.id, talk.words)
    answer(tx, talk, msg("talk.text.withdraw_asked", number=case.number), case.id)


def which(tx: Tx, cases: Sequence[OpenCase]) -> Message:
    """Which of several is to be withdrawn: by the last digits of its number."""
    said: Message | str = ""
    for case in reversed(cases[:NAMED]):
        category = tx.policy.category(case.category).name
        said = msg("talk.text.choice", n=_tail(case.number), category=category, rest=said)
    return msg("talk.text.withdraw_which", count=len(cases), lines=said, n=_tail(cases[0].number))


def _correct(tx: Tx, talk: Talk, wish: Correct) -> None:
    """What was taken down wrongly: the holder reads it, and a dispatcher is asked to put it right."""
    case = _meant(tx, desk.open_cases(tx, talk.party.id), wish)
    if case is None:
        answer(tx, talk, prompts.NOTHING_OPEN)
    elif not (wish.words or wish.which or wish.number):
        answer(tx, talk, msg("talk.text.correct_how"))
    elif not (wish.words and complains(tx, replace(talk, words=wish.words))):
        keep(tx, talk.said, "supplement", case.id)
        correct(tx, case, wish.words, talk.lang)
        answer(tx, talk, msg("talk.text.corrected", number=case.number), case.id)


def _meant(tx: Tx, cases: Sequence[OpenCase], wish: Correct) -> OpenCase | None:
    """By its number, else by its place in the list of what they told last, else what they told last."""
    if wish.number:
        return next((case for case in cases if case.number == wish.number), None)
    if not wish.which or not cases:
        return cases[0] if cases else None
    numbers = lane.told_as(tx, cases[0].id)
    wanted = numbers[wish.which - 1] if wish.which <= len(numbers) else None
    return next((case for case in cases if case.number == wanted), None)


def correct(tx: Tx, case: OpenCase, words: str, lang: str) -> None:
    """A resident says what was taken down wrongly about a matter: it is shown in the desk's lane."""
    if words:
        desk.supplement(tx, case.id, tx.say(msg("talk.correction", words=words), lang))
    asking.ask(tx, case.id)
    desks.tell(tx, desks.DISPATCHERS, standing(tx, case.id), "talk.text.correction")


def _tail(number: str) -> str:
    return number.rpartition("-")[2].lstrip("0")
