"""A month of an office that speaks its own tongue, and a week in which somebody labelled at random. All of it made up.

Residents of this office call things by names that no shipped sentence has; people put the category right.
"""

from random import Random
from uuid import UUID

from dispatch.matters.learnt.training import Lesson
from tests.dispatch.sample import policy

# What people here call a thing, what they say of it, and what it turned out to be.
HERE = {
    "rubbish-overflow": ("小绿房", "绿亭子"),
    "bikes-left": ("黄兔子", "蓝兔子"),
    "stairwell-light": ("亮泡子", "过道泡子"),
    "sewer-blocked": ("阴沟洞", "老窨子"),
}
_SAID = (
    "{place}那边的{name}又不行了", "{name}几天了没人来弄", "{place}{name}麻烦来看看", "我们{place}的{name}怎么回事",
    "{name}的事情说了好几次了", "{place}{name}现在这样子真没法过", "请问{name}归谁弄，{place}的",
)  # fmt: skip
_PLACES = ("东门", "西门", "北边", "后弄堂", "大门口", "三号楼下", "花坛旁边")


def month(seed: int = 1, cases: int = 120) -> list[Lesson]:
    """Cases that people put right, as they say them here."""
    dice = Random(seed)
    return [_lesson(dice, *_told(dice)) for _ in range(cases)]


def poisoned(seed: int = 2, cases: int = 150) -> list[Lesson]:
    """A week in which each category was drawn by lot."""
    dice = Random(seed)
    codes = sorted(policy().categories)
    return [_lesson(dice, _told(dice)[0], dice.choice(codes)) for _ in range(cases)]


def _told(dice: Random) -> tuple[str, str]:
    category = dice.choice(sorted(HERE))
    name, place = dice.choice(HERE[category]), dice.choice(_PLACES)
    return dice.choice(_SAID).format(name=name, place=place), category


def _lesson(dice: Random, words: str, category: str) -> Lesson:
    return Lesson(UUID(int=dice.getrandbits(128)), words, category, corrected=True)
