"""What is still to be asked of a place, in one short question, and what its answer chooses."""

import re
from dataclasses import dataclass

from cases.phrases import Name
from dispatch.district.model import District, Estate, Road
from dispatch.places.model import PlaceFinding
from dispatch.reading.script import plain

_ORDINALS = "一二三"
_PARTS = "号栋幢座单楼层室户#"  # "1号楼" is a building, and chooses nothing
_CHOSEN = re.compile(rf"\W*(?:选|第)?([1-3一二三])个?(?:[^\w#]++(?![{_PARTS}])(.*)|\W*)", re.DOTALL)
_YES = re.compile(r"\W*(是|是的|对|对的|没错|yes|y|right)\W*")
_BARE_NUMBER = re.compile(r"\W*(\d{1,3}|[一二三四五六七八九十百]{1,4})\W*")


@dataclass(frozen=True, slots=True)
class Question:
    """What to ask: which of `names`, or which building of `estate`; neither: where it is at all.

    Of a place that is clear nothing is asked; so much is for its caller to know.
    """

    names: tuple[Name, ...] = ()
    estate: Name | None = None


def question(finding: PlaceFinding, district: District) -> Question:
    """The one question that this finding leaves open."""
    if finding.place is None:
        named = dict.fromkeys(place.estate or place.road for place in finding.candidates)
        return Question(tuple(_name(each, district) for each in named if each))
    estate = finding.place.estate
    return Question(estate=_name(estate, district)) if estate and "building" in finding.missing else Question()


def answered(words: str, asked: Question) -> str:
    """What an answer says in full: "2" names the second place, "3" the building of the estate that was asked about."""
    if asked.estate is not None:
        bare = _BARE_NUMBER.fullmatch(plain(words))
        return f"{bare[1]}号楼" if bare else words
    if len(asked.names) == 1 and _YES.fullmatch(plain(words)):
        return asked.names[0].zh
    found = _CHOSEN.fullmatch(plain(words))
    which = _which(found[1]) if found else 0
    if found is None or which > len(asked.names):
        return words
    return "，".join(filter(None, (asked.names[which - 1].zh, (found[2] or "").strip())))


def _which(sign: str) -> int:
    return _ORDINALS.index(sign) + 1 if sign in _ORDINALS else int(sign)


def _name(chinese: str, district: District) -> Name:
    everything: tuple[Estate | Road, ...] = (*district.estates, *district.roads)
    return next((each.name for each in everything if each.name.zh == chinese), Name(chinese))
