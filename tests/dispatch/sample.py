"""The sample district and policy, read once, for the tests of the rooms that think."""

import json
import tomllib
from copy import deepcopy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.phrasebook import Catalogues
from cases.phrases import Phrasebook
from dispatch.district import District, parse_district
from dispatch.policy import Policy, parse

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
