"""How well people are understood: sentences as residents say them, labelled by hand, in two halves printed apart.

`known` was looked at while the words and the rules were made. `unread` was written by somebody who had read none of
them, and only its figures are looked at, never a sentence: the samples that an author knows measure the author.
`hard` is neither half: likewise unread, and written to be difficult: matters run together without a word between,
single ones that sound like more, danger in passing, names with and without reproach.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bench.ground import ROOT
from cases.clock.sla import Level
from cases.report import Channel
from dispatch.hearing import Known
from dispatch.ruling.rehearsal import Manner, Rehearsed, rehearse

HALVES = ("known", "unread", "hard")
_AT = datetime(2026, 12, 2, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a working morning
_BANDS = (0.0, 0.5, 0.7, 0.9)


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what it tells: dangers, the acceptable categories of its main matter and of each of several, whom
    of the office it complains of, whether there is nothing in it."""

    text: str
    channel: str
    danger: tuple[str, ...]
    category: tuple[str, ...]
    accused: tuple[str, ...]
    matters: tuple[tuple[str, ...], ...]
    unclear: bool

    @property
    def is_plain(self) -> bool:
        """One matter without danger, of nobody at the office: its category is what counts."""
        return bool(self.category) and not (self.danger or self.accused or self.unclear or len(self.matters) > 1)


def read(half: str) -> tuple[Sentence, ...]:
    """The sentences of a half."""
    lines = _file(half).read_text("utf-8").splitlines()
    return tuple(_sentence(json.loads(line)) for line in lines)


def _file(half: str) -> Path:
    return ROOT / "tests" / "samples" / "speech" / f"{half}.jsonl"


def _sentence(raw: dict[str, Any]) -> Sentence:
    return Sentence(
        raw["text"], raw["channel"], tuple(raw["danger"]), tuple(raw["category"]), tuple(raw["accused"]),
        tuple(map(tuple, raw["matters"])), raw["unclear"],
    )  # fmt: skip


def known() -> Known:
    """The shipped policy and the sample district."""
    import tomllib

    from app.days import with_day_table
    from app.sample import raw_district
    from dispatch.district import parse_district
    from dispatch.policy import parse

    raw = tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["policy"]
    return Known(parse(with_day_table(raw)), parse_district(raw_district()))


def hear(sentences: Sequence[Sentence], by: Known) -> list[Rehearsed]:
    """What would become of each."""
    return [rehearse(each.text, Manner(Channel(each.channel), _AT), by) for each in sentences]


def measure() -> dict[str, Any]:
    """The figures of both halves, and the time that a sentence takes."""
    by = known()
    found: dict[str, Any] = {}
    for half in HALVES:
        if not _file(half).exists():  # a half may come later: the other is measured all the same
            found[half] = {"absent": str(_file(half).relative_to(ROOT))}
            continue
        sentences = read(half)
        began = time.perf_counter()
        heard = hear(sentences, by)
        spent = time.perf_counter() - began
        found[half] = figures(sentences, heard, by) | {"ms a sentence": round(spent / len(sentences) * 1e3, 2)}
    return found


def figures(sentences: Sequence[Sentence], heard: Sequence[Rehearsed], by: Known) -> dict[str, Any]:
    """All figures of some sentences."""
    both = list(zip(sentences, heard, strict=True))
    return {
        "sentences": len(both), **_dangers(both), **_matters(both), **_several(both), **_accused(both, by),
        "nothing in it": _share([tried.matter.unclear for each, tried in both if each.unclear]),
        "sure scores": _reliability(both),
    }  # fmt: skip


_Both = list[tuple[Sentence, Rehearsed]]


def _dangers(both: _Both) -> dict[str, Any]:
    kinds = sorted({kind for each, _ in both for kind in each.danger})
    missed = {kind: sum(not _alarm(tried) for each, tried in both if kind in each.danger[:1]) for kind in kinds}
    return {
        "danger recall": _share([_alarm(tried) for each, tried in both if each.danger]),
        "the right kind first or among them": _share(
            [bool({*tried.matter.danger} & {*each.danger}) for each, tried in both if each.danger]
        ),
        "false alarms": _share([_alarm(tried) for each, tried in both if not each.danger]),
        "missed by kind": {kind: count for kind, count in missed.items() if count},
    }


def _alarm(tried: Rehearsed) -> bool:
    return tried.verdict.level is Level.L1


def _matters(both: _Both) -> dict[str, Any]:
    plain = [(each, tried) for each, tried in both if each.is_plain]
    right = [_is_right(each, tried) for each, tried in plain]
    unsure = [tried.matter.unsure for _, tried in plain]
    return {
        "plain matters": len(plain),
        "matter right": _share(right),
        "matter right or unsure": _share([a or b for a, b in zip(right, unsure, strict=True)]),
        "unsure": _share(unsure),
        "right among three": _share(
            [
                _is_right(each, tried) or bool({one.label for one in tried.matter.best} & {*each.category})
                for each, tried in plain
            ]
        ),
    }


def _is_right(each: Sentence, tried: Rehearsed) -> bool:
    return not (tried.matter.unsure or tried.matter.unclear) and tried.matter.category in each.category


def _several(both: _Both) -> dict[str, Any]:
    several = [(each, tried) for each, tried in both if len(each.matters) > 1]
    told, seen = 0, 0
    for each, tried in several:
        found = {one.category for one in (tried.matter, *tried.understood.others)}
        told += len(each.matters)
        seen += sum(bool(found & {*matter}) for matter in each.matters)
    single = [bool(tried.understood.others) for each, tried in both if len(each.matters) < 2]
    return {
        "several matters seen as several": _share([bool(tried.understood.others) for _, tried in several]),
        "matters of several found": round(seen / told, 3) if told else None,
        "one matter taken for several": _share(single),
    }


def _accused(both: _Both, by: Known) -> dict[str, Any]:
    """`accused told`: complaints that went to somebody who is complained of, or to whoever stands under their hand."""
    of_them = [(each, tried) for each, tried in both if each.accused]
    return {
        "complaints of the office": len(of_them),
        "whom it complains of found": _share(
            [bool({*tried.understood.complains_of} & {*each.accused}) for each, tried in of_them]
        ),
        "accused told": sum(_reaches(each.accused, tried, by) for each, tried in of_them),
        "complaint heard where there is none": _share(
            [bool(tried.understood.complains_of) for each, tried in both if not each.accused]
        ),
    }


def _reaches(accused: Sequence[str], tried: Rehearsed, by: Known) -> bool:
    """Whether the unit or the person that it goes to is one of them, or stands under one of them."""
    worker = tried.choice.worker
    if worker is None and tried.understood.complains_of:
        return False  # nobody of the office has it
    codes = {tried.choice.unit.code, *tried.choice.unit.path} | ({worker.code} if worker else set())
    heads = {each.unit for each in by.district.workers if each.code in accused and each.role in _HEADS}
    return bool(codes & ({*accused} | heads))


_HEADS = ("committee_head", "leader")


def _reliability(both: _Both) -> list[dict[str, float]]:
    """Of matters that were decided: the mean score and the share right, by bands of the score."""
    rows = []
    plain = [(each, tried) for each, tried in both if each.is_plain and tried.matter.best]
    for least, below in zip(_BANDS, (*_BANDS[1:], 1.01), strict=True):
        inside = [(each, tried.matter.best[0]) for each, tried in plain if least <= tried.matter.best[0].score < below]
        if inside:
            score = sum(best.score for _, best in inside) / len(inside)
            right = sum(best.label in each.category for each, best in inside) / len(inside)
            rows.append({"from": least, "texts": len(inside), "score": round(score, 3), "right": round(right, 3)})
    return rows


def _share(rows: Sequence[bool]) -> float | None:
    return round(sum(rows) / len(rows), 4) if rows else None
