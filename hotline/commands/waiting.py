"""Why a worker asks for a hold or an extension, by their words."""

import re
from collections.abc import Mapping
from typing import TypeVar

from cases.clock.happened import HoldReason
from cases.life.reasons import ExtensionReason
from hotline.commands.letters import aligned

R = TypeVar("R", HoldReason, ExtensionReason)
_HOLDS: Mapping[HoldReason, str] = {
    HoldReason.WEATHER: r"天气|台风|暴雨|大雨|高温|冰冻|大雪|停工令|weather|typhoon|storm|heat ?wave|snow",
    HoldReason.COURT: r"法院|诉讼|起诉|判决|仲裁|司法|court|lawsuit",
    HoldReason.SEASON: r"季节|换季|冬季|夏季|春季|秋季|采暖季|雨季|season|winter|summer",
    HoldReason.WAITING_RESIDENT: r"居民|业主|住户|租客|出差|外地|不在家|resident|owner|tenant|away",
}
_EXTENSIONS: Mapping[ExtensionReason, str] = {
    ExtensionReason.MATERIAL: r"材料|配件|定制|缺货|到货|parts?\b|material|deliver",
    ExtensionReason.OTHER_BODY: r"部门|公司|单位|权属|供电|供水|燃气|authority|company|utility",
    ExtensionReason.LARGE_WORKS: r"工程|施工|面积|改造|works\b|construction",
    ExtensionReason.NEIGHBOURS: r"邻居|邻里|楼上|楼下|业主|住户|neighbour|neighbor",
}


def read_hold(words: str) -> HoldReason | None:
    """Why a case is to be held; None where the words name no reason for which one is."""
    return _first(words, _HOLDS)


def read_extension(words: str) -> ExtensionReason | None:
    """Why a target cannot be kept; None where the words do not tell."""
    return _first(words, _EXTENSIONS)


def _first(words: str, patterns: Mapping[R, str]) -> R | None:
    folded = aligned(words).folded
    return next((reason for reason, pattern in patterns.items() if re.search(pattern, folded)), None)
