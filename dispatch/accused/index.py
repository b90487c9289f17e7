"""The people and units of a district by what they are called: exactly, by sound, by surname. Made once a district."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import AhoCorasick

from dispatch.district.model import District, Role, UnitKind, Worker
from dispatch.reading.script import plain
from dispatch.reading.sound import sounds_of, spellings

_FIRST = 0xF0000  # each syllable becomes one character of a private plane, so that it is found as characters are
_UNHEARD = " "
_DOUBLE = frozenset(
    ("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐", "夏侯", "长孙", "宇文")
)
_SUFFIXES = ("街道办事处", "街道办", "居民委员会", "居委会", "村委会", "社区", "楼院", "小区")
_COMMITTEE = ("居委会", "居委", "社区居委会", "社区居委", "社区", "居民委员会", "村委会")
_OFFICE = ("街道办事处", "街道办", "街道")
_EARS = 3  # characters of a name that is found by its sound alone


class Signs(dict[int, str]):
    """For `str.translate`: a character becomes the sign of its syllable, all else what no name has."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, str] = {}  # by syllable

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = sign = self.of.get(sounds_of(char)[0], _UNHEARD) if char > "\u2e80" else _UNHEARD
        return sign

    def sign(self, syllable: str) -> str:
        """The sign of a syllable of a name."""
        return self.of.setdefault(syllable, chr(_FIRST + len(self.of)))


@dataclass(frozen=True, eq=False)
class Index:
    """Names and where they lead: `names` to codes of people, `units` to codes of units, `surnames` to people."""

    names: AhoCorasick
    named: tuple[tuple[str, ...], ...]
    shortest: frozenset[str]
    units: AhoCorasick
    of_unit: tuple[str, ...]
    signs: Signs
    ways: AhoCorasick
    heard: tuple[tuple[tuple[str, str], ...], ...]  # for each way: the names that sound so, and whose they are
    surnames: Mapping[str, tuple[Worker, ...]]
    surname_sounds: Mapping[str, tuple[Worker, ...]]
    english: Mapping[str, tuple[Worker, ...]]


@lru_cache(maxsize=8)
def index_of(district: District) -> Index:
    """The index of a district, kept for the next text."""
    signs = Signs()
    names: dict[str, list[str]] = defaultdict(list)
    ways: dict[str, list[tuple[str, str]]] = defaultdict(list)
    surnames: dict[str, list[Worker]] = defaultdict(list)
    sounds: dict[str, list[Worker]] = defaultdict(list)
    english: dict[str, list[Worker]] = defaultdict(list)
    for worker in district.workers:
        name = plain(worker.name.zh)
        for each in dict.fromkeys((name, *_latin(worker.name.en))):
            if len(each) > 1:
                names[each].append(worker.code)
        if not name or name.isascii():
            continue
        surname = surname_of(name)
        surnames[surname].append(worker)
        for sound in sounds_of(surname[0])[:1] if len(surname) == 1 else ():
            sounds[sound].append(worker)
        if worker.name.en:
            english[worker.name.en.split()[0].casefold()].append(worker)
        for syllables in spellings(name) if len(name) >= 2 else ():
            ways["".join(map(signs.sign, syllables))].append((name, worker.code))
    units = dict(_unit_names(district))
    return Index(
        AhoCorasick(list(names)), tuple(tuple(codes) for codes in names.values()),
        frozenset(name for name in names if len(name) < _EARS),
        AhoCorasick(list(units)), tuple(units.values()),
        signs, AhoCorasick(list(ways)), tuple(tuple(each) for each in ways.values()),
        _frozen(surnames), _frozen(sounds), _frozen(english),
    )  # fmt: skip


def surname_of(name: str) -> str:
    """The surname of a Chinese name."""
    return name[:2] if name[:2] in _DOUBLE and len(name) > 2 else name[:1]


def _latin(name: str) -> Iterator[str]:
    words = name.casefold().split()
    if len(words) > 1:
        yield " ".join(words)
        yield " ".join((*words[1:], words[0]))


def _unit_names(district: District) -> Iterator[tuple[str, str]]:
    """What the office and its committees are called; a courtyard's name is a place too: only its people act."""
    for unit in district.units:
        name = plain(unit.name.zh)
        yield name, unit.code
        if unit.name.en:
            yield unit.name.en.casefold(), unit.code
        base = next((name.removesuffix(end) for end in _SUFFIXES if name.endswith(end) and name != end), name)
        ends = {UnitKind.COMMITTEE: _COMMITTEE, UnitKind.OFFICE: _OFFICE}.get(unit.kind, ())
        for end in ends:
            yield base + end, unit.code


def _frozen(table: Mapping[str, list[Worker]]) -> Mapping[str, tuple[Worker, ...]]:
    return {key: tuple(workers) for key, workers in table.items()}


HEADS = (Role.COMMITTEE_HEAD, Role.LEADER)
