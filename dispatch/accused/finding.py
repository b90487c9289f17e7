"""From who acts and what is told of them to whom a text complains of."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dispatch.accused.mentions import Agent, How, agents, committees_beside, implied
from dispatch.accused.misheard import as_meant
from dispatch.accused.speech import (
    CONDUCT,
    DENIED,
    ELECTION,
    ENDS,
    ERRAND,
    FALSE_VISIT,
    GOOD,
    GRAVE,
    HINT,
    OFFICIAL,
    PASSING,
    PRIVATE,
)
from dispatch.district.model import District, Worker
from dispatch.places.model import Place
from dispatch.reading.script import plain

_BEHIND = 60  # characters after whoever acts in which what is told is told of them
_BEFORE = 24  # and before, where nobody else acts
_YOURS = 10  # and after a mere "you"
_PASSING = 18
_SHORT = 36  # characters: whoever complains tells what happened
_GOOD_BEFORE, _GOOD_BEHIND, _ERRAND_BEHIND = 12, 34, 20
_WHOSE = 3  # characters between a unit's name and the person of it
_LONGEST = 6000  # characters: nobody tells more; of a longer text its beginning and end are read
_MOST = 60  # of those who act in one text so many are looked at
_ASIDE = re.compile(r"顺便|顺嘴|顺带|捎带|另外|还有(?:个|一)|再说一句|主要(?:是|还是)|对了|by the way|also,|besides")
_EXCUSED = re.compile(
    r"(?:不|别|没有?)(?:能|要)?怪(?:他|她|他们|她们|人家)|不是(?:要)?(?:投诉|怪|说)(?:他|她|网格|居委|你们)"
)
_BLAMES = ("投诉", "举报", "控告", "检举", "告", "要告", "实名", "complain")


@dataclass(frozen=True, slots=True)
class _Where:
    """The district, and where in it a text is."""

    district: District
    place: Place | None


def accused(text: str, district: District, place: Place | None = None) -> tuple[str, ...]:
    """The codes of the workers and units of the office of whose conduct a text complains, in the order of the text.

    Where several of a surname fit all are named; where it cannot be told who is meant, nobody is. A unit that the
    complaint speaks of for itself counts as named, and so does the committee of a part that several have.
    """
    words = as_meant(plain(_ends(text)))
    found = agents(words, district, place)[:_MOST]
    said: dict[str, None] = {}
    if PRIVATE.search(words) and not OFFICIAL.search(words):
        return ()
    for each in _complained_of(words, found):
        said |= dict.fromkeys(each.codes)
    if not said:
        said = dict.fromkeys(_unnamed(words, found, district, place))
    return _with_units(said, words, found, _Where(district, place))


def spoken_of(text: str, district: District, place: Place | None = None) -> tuple[str, ...]:
    """The codes of everybody of the office who is spoken of, for a text that is known to tell of their conduct: those
    who are named, else the office where it is spoken to, else the grid worker where one is spoken of."""
    words = as_meant(plain(_ends(text)))
    found = [each for each in agents(words, district, place)[:_MOST] if each.how is not How.OUTSIDE]
    surest = max((each.how for each in found if each.codes), default=None)
    said = dict.fromkeys(code for each in found if each.how == surest for code in each.codes)
    if not said and any(each.how is How.ROLE for each in found):
        said = dict.fromkeys(implied(words, district, place)[1])
    return _with_units(said, words, found, _Where(district, place))


def _ends(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n{text[-_LONGEST // 4 :]}"


def is_aside(text: str) -> bool:
    """Whether a complaint stands beside another matter, which the text is about."""
    return _ASIDE.search(text) is not None


def _complained_of(text: str, found: Sequence[Agent]) -> Iterator[Agent]:
    blamed = {id(each) for each in _blamed(text, found)}
    for i, each in enumerate(found):
        if each.how is How.OUTSIDE or not each.codes or _EXCUSED.search(text):
            continue
        if id(each) in blamed or (each.how is How.PERSON and not _is_plain(text, found, i)):
            yield each


def _blamed(text: str, found: Sequence[Agent]) -> Iterator[Agent]:
    """Each to whom a piece of conduct belongs."""
    ours = [each for each in found if each.how is not How.OUTSIDE]
    hinted = HINT.search(text) is not None
    for start, end in _windows(text, ours):
        for match in CONDUCT.finditer(text, start, end):
            whose = _whose(text, match, found)
            if whose is None or DENIED.search(text, max(0, match.start() - 6), match.start()):
                continue
            if whose.how is How.LOOSE and not hinted:
                continue
            if whose.how is How.OFFICE and not _is_grave(match, whose):
                continue
            yield whose


def _windows(text: str, ours: Sequence[Agent]) -> Iterator[tuple[int, int]]:
    reached = 0
    for each in ours:
        start, end = max(reached, each.start - _BEFORE), min(len(text), each.end + _BEHIND)
        if start < end:
            yield start, end
            reached = end


def _is_grave(match: re.Match[str], whose: Agent) -> bool:
    near = match.start() - whose.end <= _YOURS if match.start() >= whose.end else whose.start - match.end() <= 4
    return near and GRAVE.search(match[0]) is not None


def _whose(text: str, match: re.Match[str], found: Sequence[Agent]) -> Agent | None:
    """Whoever acts last before it; where nobody does, or it accuses, who comes next in the sentence."""
    before = [each for each in found if each.end <= match.end() and match.start() - each.end <= _BEHIND]
    after = [
        each for each in found
        if each.start >= match.start() and each.start - match.end() <= _BEFORE
        and not ENDS.search(text, match.end(), each.start)
    ]  # fmt: skip
    if after and (match[0].startswith(_BLAMES) or not before):
        return after[0]
    if not before:
        return None
    last = before[-1]
    if (
        last.how is How.OFFICE
        and len(before) > 1
        and before[-2].how is How.PERSON
        and last.start - before[-2].end < _BEFORE
    ):
        return before[-2]  # "... your office's Li": of the two the person
    return last


def _is_plain(text: str, found: Sequence[Agent], i: int) -> bool:
    """Whether somebody is only named: thanked, or as who said that one should call, or is to be told something."""
    each = found[i]
    until = found[i + 1].start if i + 1 < len(found) and found[i + 1].how is How.PERSON else len(text)
    if len(text) <= _SHORT and PASSING.search(text, max(0, each.start - _PASSING), min(until, each.end + _PASSING)):
        return True
    good = GOOD.search(text, max(0, each.start - _GOOD_BEFORE), min(until, each.end + _GOOD_BEHIND))
    errand = ERRAND.search(text, max(0, each.start - 8), min(until, each.end + _ERRAND_BEHIND))
    alone = not text[each.end : each.end + 4].strip(" ，。,.!！") and not CONDUCT.search(text)
    return good is not None or errand is not None or alone


def _unnamed(text: str, found: Sequence[Agent], district: District, place: Place | None) -> Iterator[str]:
    """A rigged election is its committee's; a visit that was only written down its grid worker's."""
    if any(each.how > How.OFFICE and each.codes for each in found):
        return
    if ELECTION.search(text) and not re.search(r"业委会|业主委员会|业主大会", text):
        yield from implied(text, district, place)[0]
    elif FALSE_VISIT.search(text) and CONDUCT.search(text) and re.search(r"签|假|没来|没见|没人来|代|编", text):
        yield from implied(text, district, place)[1]


def _with_units(said: Iterable[str], text: str, found: Sequence[Agent], by: _Where) -> tuple[str, ...]:
    """With each unit that the complaint speaks of for itself: whoever stands over all of them is to hear of it. A
    unit's name right before a person only says whose that is."""
    codes = tuple(said)
    if not codes:
        return ()
    people = [worker for worker in map(by.district.worker, codes) if worker is not None]
    around = {code for worker in people if (unit := by.district.unit(worker.unit)) for code in unit.path}
    units = [each for each in found if each.how is How.UNIT and not _is_whose(each, found)]
    alone = dict.fromkeys(code for each in units for code in each.codes)
    if not alone and any(not _is_whose(each, found) for each in committees_beside(text)):
        alone = dict.fromkeys(implied(text, by.district, by.place)[0] or _committees(people, by.district))
    kept = (code for code in codes if code not in around)
    return tuple(dict.fromkeys((*kept, *alone, *_over_unknown(codes, found, by.district))))


def _committees(people: Iterable[Worker], district: District) -> Iterator[str]:
    yield from filter(None, (district.committee_of(worker.unit) for worker in people))


def _over_unknown(codes: Iterable[str], found: Sequence[Agent], district: District) -> Iterator[str]:
    """The committees of those of whom it cannot be told which is meant: until somebody has found out, who answers for
    them all is not the one to ask, and the office is."""
    unknown = {code for each in found if each.how is How.ROLE and len(each.codes) > 1 for code in each.codes}
    people = (worker for worker in map(district.worker, unknown.intersection(codes)) if worker is not None)
    yield from _committees(people, district)


def _is_whose(unit: Agent, found: Sequence[Agent]) -> bool:
    return any(each.how >= How.ROLE and -1 <= each.start - unit.end <= _WHOSE for each in found)
