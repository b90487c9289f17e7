"""What words say, before anybody asks a database: the matter, its place, further matters, whom it complains of."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from cases.clock.sla import Level
from cases.phrases import Message, msg
from dispatch.accused import accused, is_aside, spoken_of
from dispatch.district.model import District
from dispatch.matters import MatterFinding, classify
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.shipped import shipped, together
from dispatch.matters.several import Ears, parts
from dispatch.matters.weighing import Shares
from dispatch.places import PlaceFinding, find, without_places
from dispatch.policy.model import Policy
from dispatch.reading.script import plain
from dispatch.reading.sound import sounds_of

CONDUCT = "committee-service"  # the category of complaints about the office's own people
_BEGINNING, _END = 1600, 400  # characters
_CONDUCT = 0.12  # so likely it is told how the office's own people behave: rather kept from too many than told to one
_SAYS = re.compile(r"[\u4e00-\u9fff]{2}|[a-z]{2}")  # what says anything at all


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody said, and what they answered when asked where; the category of the menu key that was pressed;
    whether a machine wrote down speech."""

    text: str
    place: str = ""
    hint: str | None = None
    spoken: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """A text as far as it can be told what it is about and where.

    `others` are further matters that it tells beside the first; `complains_of` the codes of the people and units of the
    office whose conduct it complains of.
    """

    matter: MatterFinding
    place: PlaceFinding
    others: tuple[MatterFinding, ...] = ()
    complains_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What an office understands by: its policy, its district, and what was learnt; without a model of its own the one
    that is shipped."""

    policy: Policy
    district: District
    learnt: Model | None = None


@lru_cache(64)  # one text is asked about several times on its way, and a policy is compared as an object
def hear(words: Words, known: Known) -> Understood:
    """What the words say. Never raises. Of a very long text its beginning and its end are heard."""
    words = replace(words, text=_gist(words.text), place=_gist(words.place))
    share = _listener(known)
    shares = share(words.text)
    matter = classify(words.text, known.policy, words.hint, spoken=words.spoken, shares=shares)
    place = find(words.text, known.district)
    if words.place:
        told = classify(words.place, known.policy, spoken=words.spoken, shares=share(words.place))
        matter = _answered(matter, told)
        asked = find(words.place, known.district)
        both = find(f"{words.text}，{words.place}", known.district)
        place = max((place, asked, both), key=lambda found: (found.clear, found.confidence))
    others = parts(words.text, matter, known.policy, _ears(share, known))
    said = f"{words.text}，{words.place}" if words.place else words.text
    complained = accused(said, known.district, place.place)
    if not complained and (shares or {}).get(CONDUCT, 0.0) >= _CONDUCT:
        complained = spoken_of(said, known.district, place.place)
    if complained and not is_aside(words.text):
        others = tuple(each for each in others if each.category != CONDUCT)
        matter = _of_conduct(matter, others, known.policy)
    return Understood(matter, place, others, complained)


def prepare() -> None:
    """Fetch what hearing needs, half a second's work, before anybody calls: a caller waits for an answer, and a door
    that has just come back is asked by many. Raises FileNotFoundError, BadModel."""
    shipped()
    together()
    sounds_of("好")


def _gist(text: str) -> str:
    """What is heard of a text: whoever writes more has said before what it is about, or says it at last."""
    return text if len(text) <= _BEGINNING + _END else f"{text[:_BEGINNING]}。{text[-_END:]}"


def _of_conduct(matter: MatterFinding, others: Sequence[MatterFinding], policy: Policy) -> MatterFinding:
    """A complaint about the office's own people, whatever else its words would be; danger stays what it is. What else
    it tells is named to whoever reads it, who may split it: what somebody did sounds like a matter, too."""
    matter = replace(matter, reasons=(*matter.reasons, *(_beside(each, policy) for each in others)))
    if matter.danger or CONDUCT not in policy.categories or matter.category == CONDUCT:
        return replace(matter, unsure=False, unclear=False)
    category = policy.category(CONDUCT)
    level = min(category.level, matter.level, key=list(Level).index) if matter.risk else category.level
    reasons = (msg("coi.matter.conduct", category=category.name), *matter.reasons[1:])
    return replace(
        matter, category=category.code, kind=category.kind, level=level, confidence=1.0, reasons=reasons, unsure=False,
        unclear=False,
    )  # fmt: skip


def _beside(other: MatterFinding, policy: Policy) -> Message:
    return msg("coi.matter.beside", category=policy.category(other.category).name)


def _listener(known: Known) -> Callable[[str], Shares | None]:
    """What was learnt says of a text: of all of it but the place, which says nothing of the matter."""
    learnt = known.learnt or shipped()

    def share(text: str) -> Shares | None:
        bare = without_places(text, known.district)
        return learnt.shares(bare) if _SAYS.search(bare) else None

    return share


def _answered(matter: MatterFinding, told: MatterFinding) -> MatterFinding:
    """What is `told` in answer to "where?": danger is danger all the same; what else is said changes nothing, save
    where nothing was understood before."""
    if (told.danger and not matter.danger) or (told.level is Level.L1 and matter.level is not Level.L1):
        return told
    if matter.unsure and told.confidence > 0:
        return replace(told, level=min(told.level, matter.level, key=list(Level).index))
    return matter


def _ears(share: Callable[[str], Shares | None], known: Known) -> Ears:
    """The same, and what was learnt of texts that tell several matters."""

    def each(words: str) -> Shares | None:
        return together().likely(words) if _SAYS.search(words) else None

    return Ears(share, each, lambda text: plain(without_places(text, known.district)))
