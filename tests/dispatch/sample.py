"""The sample district and policy, read once, for the tests of the rooms that think."""

import json
import re
import tomllib
from collections.abc import Iterable
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.phrasebook import Catalogues
from cases.phrases import EN, ZH, Phrasebook
from dispatch.district import District, parse_district
from dispatch.policy import Policy, parse
from dispatch.reading.cells import Fault

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "app" / "sample"
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY_TEN = datetime(2026, 11, 24, 10, 0, tzinfo=SHANGHAI)
SUNDAY_NIGHT = datetime(2026, 11, 29, 3, 0, tzinfo=SHANGHAI)


@cache
def _district() -> dict[str, Any]:
    raw: dict[str, Any] = json.loads((SAMPLE / "district.json").read_text("utf-8"))
    raw["map"] = json.loads((SAMPLE / "grids.geojson").read_text("utf-8"))
    return raw


@cache
def _policy() -> dict[str, Any]:
    raw: dict[str, Any] = tomllib.loads((SAMPLE.parents[1] / "config.toml").read_text("utf-8"))["policy"]
    return raw


def raw_district() -> dict[str, Any]:
    """A copy of the raw sample district, to be spoilt."""
    return deepcopy(_district())


def raw_policy() -> dict[str, Any]:
    """A copy of the raw sample policy, to be spoilt."""
    return deepcopy(_policy())


@cache
def district() -> District:
    """The sample district."""
    return parse_district(_district())


@cache
def policy() -> Policy:
    """The sample policy."""
    return parse(_policy())


@cache
def phrasebook() -> Phrasebook:
    """The catalogues as people read them."""
    return Catalogues()


def told(faults: Iterable[Fault]) -> list[str]:
    """Each fault as an English reader has it: path, trouble, remedy; each can be said in Chinese too."""
    book, lines = phrasebook(), []
    for fault in faults:
        for sentence in (fault.trouble, fault.remedy):
            assert book.say(sentence, ZH).endswith("。"), sentence.id
            assert re.search("[一-鿿]", book.say(sentence, ZH)), sentence.id
            assert book.say(sentence, EN).endswith("."), sentence.id
        lines.append(f"{fault.path}: {book.say(fault.trouble, EN)} {book.say(fault.remedy, EN)}")
    return lines
