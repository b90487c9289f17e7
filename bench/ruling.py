"""What a text costs until its rule is known: 200 rows, 5,000 keywords and the place; and the rows alone beside the best
engine package, zen-engine, which answers the same reports by the same table."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count, pairwise
from random import Random
from typing import Any

import zen

from app.sample import raw_district
from bench.ground import ROOT
from cases.report import Channel
from cases.steps import Level
from dispatch.district import District, parse_district
from dispatch.matters import classify
from dispatch.places import PlaceKind, find
from dispatch.policy import Destination, Outcome, Policy, Rule, When, parse
from dispatch.reading.script import plain
from dispatch.rules import Circumstances, Facts, RuleTable, compile_rules, gather
from dispatch.ruling.conditions import TRAITS, Caller, People, Season, Source, Trait, reporters
from dispatch.ruling.space import covers, grounds, may_be

_ROWS, _WORDS, _REPORTS, _ROUNDS = 200, 5000, 2000, 3
_TEXTS = 60  # in a round: few, so that some round is not disturbed
_NUMBERS = count()
_NIGHT = Circumstances(Channel.TEXT, False)
_TEXT = (
    "你好，我住幸福里小区3号楼2单元，楼道里的灯从上个星期起就一直不亮，晚上老人孩子上下楼都看不清台阶，前天还有邻居差点"
    "摔倒。我们跟物业说过两次，物业说要等配件，可是等到现在也没有人来。另外三楼拐角堆了不少旧家具和纸箱，走路要侧着身子，"
    "万一着火谁也跑不出去。麻烦你们派人来看一看，能修的先修好，该清走的请他们清走，大家都很着急，谢谢你们，辛苦了，盼回复。"
)

_NAMELESS = (
    "我们这里的下水管道从上个星期起就一直堵着，污水都漫到外面来了，臭得很，跟物业说过好几次，物业说要等师傅，可是等到现在也没有"
    "人来，孩子老人走过都得捂着鼻子，再这样下去要生病了，麻烦你们派人来看一看，能修的先修好，谢谢你们，辛苦了，盼回复，"
    "我们都是老住户，从来没有遇到过这种事情，请尽快安排处理一下好不好，电话随时打得通，白天晚上都有人在家。"
)


def measure() -> dict[str, Any]:
    """Microseconds, the best of some rounds, and how often faster the rows alone are decided."""
    policy, district = _policy(), parse_district(raw_district())
    table = compile_rules(policy)
    draw = Random(1)
    reports = [_report(draw, policy, district) for _ in range(_REPORTS)]

    text = _parts(_TEXT, policy, district, table)
    decide, contexts = _engine(policy, district), [_context(report) for report in reports]
    same = sum(decide(context) == table.match(report).rule for context, report in zip(contexts, reports, strict=True))
    ours = _best(lambda: [table.match(report) for report in reports]) / _REPORTS
    theirs = _best(lambda: [decide(context) for context in contexts]) / _REPORTS
    return {
        "rows": len(policy.rules),
        "keywords": sum(len(category.keywords) for category in policy.categories.values()),
        "signs of the text": len(_TEXT),
        "text, place and rule µs": round(sum(text.values()), 1),
        "of which µs": text,
        "of a text that names no place µs": _parts(_NAMELESS, policy, district, table),
        "rule alone µs": round(ours * 1e6, 2),
        "zen-engine µs": round(theirs * 1e6, 1),
        "times zen-engine": round(theirs / ours),
        "same verdicts": f"{same} of {_REPORTS}",
    }


def _parts(words: str, policy: Policy, district: District, table: RuleTable) -> dict[str, float]:
    """What each part costs of a text that is new each time, in the quickest of some rounds; they are done in turn."""
    rounds = [_round(words, policy, district, table) for _ in range(_ROUNDS * 10)]
    return {name: round(min(each[name] for each in rounds) / _TEXTS * 1e6, 1) for name in rounds[0]}


def _round(words: str, policy: Policy, district: District, table: RuleTable) -> dict[str, float]:
    spent = dict.fromkeys(("folding", "matter", "place", "facts and rule"), 0.0)
    for _ in range(_TEXTS):
        text = f"{words}{next(_NUMBERS)}"  # what was read before is at hand
        moments = [time.perf_counter()]
        plain(text)
        moments.append(time.perf_counter())
        matter = classify(text, policy)
        moments.append(time.perf_counter())
        where = find(text, district)
        moments.append(time.perf_counter())
        table.match(gather(matter, where, _NIGHT, policy, district))
        moments.append(time.perf_counter())
        for name, (began, ended) in zip(spent, pairwise(moments), strict=True):
            spent[name] += ended - began
    return spent


def _best(run: Callable[[], object]) -> float:
    """Seconds of the quickest of some rounds."""
    seconds = []
    for _ in range(_ROUNDS):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def _policy() -> Policy:
    """The shipped policy with as many rows and keywords as a large office has; no row looks for words."""
    import tomllib

    policy = parse(tomllib.loads((ROOT / "config.toml").read_text("utf-8"))["policy"])
    draw = Random(0)
    codes = list(policy.categories)
    rows = [_row(draw, n, codes) for n in range(_ROWS - len(policy.rules))]
    shipped = (replace(rule, when=replace(rule.when, keywords=())) for rule in policy.rules)
    more = [chr(0x4E00 + n // 90) + chr(0x7000 + n % 90) + "事" for n in range(_WORDS)]
    share = len(more) // len(codes)
    categories = {
        code: replace(each, keywords=(*each.keywords, *more[n * share : (n + 1) * share]))
        for n, (code, each) in enumerate(policy.categories.items())
    }
    return replace(policy, rules=(*rows, *shipped), categories=categories)


def _row(draw: Random, n: int, codes: Sequence[str]) -> Rule:
    when = When(
        categories=tuple(draw.sample(codes, 2)),
        levels=tuple(draw.sample(list(Level), 2)),
        places=tuple(draw.sample(list(PlaceKind), 2)),
        area=(draw.choice(("xingfuli", "heping", "binhe", "xinyuan")),),
        channels=tuple(draw.sample(list(Channel), 2)),
        working_time=draw.choice((None, True, False)),
        seasons=draw.choice(((), (Season.HEATING,), (Season.HEATING, Season.FLOOD))),
        sources=draw.choice(((), (Source.RESIDENT,))),
        caller=draw.choice(((), (Trait.VULNERABLE,), (Trait.ANONYMOUS, Trait.ENGLISH))),
        people=draw.choice(((), (People.MANY, People.CROWD))),
        again=draw.choice((None, None, True, False)),
    )
    return Rule(f"row-{n}", when, Outcome(draw.choice(list(Destination))))


def _report(draw: Random, policy: Policy, district: District) -> Facts:
    code, kind = draw.choice(list(may_be(policy)))
    unit = district.unit(draw.choice(list(grounds(district))))
    channel, source, traits = draw.choice(list(reporters()))
    return Facts(
        code, kind, draw.choice(list(Level)), draw.choice(list(PlaceKind)), unit.path if unit else (),
        policy.category(code).service_line, frozenset(), channel, draw.random() < 0.5,
        Caller(source, traits), draw.choice(list(Season)), draw.choice(list(People)), draw.random() < 0.2,
    )  # fmt: skip


_COLUMNS = (
    "category", "kind", "level", "place", "unit", "channel", "working", "source", "caller", "season", "people", "again",
)  # fmt: skip


def _context(facts: Facts) -> dict[str, str]:
    unit, working = facts.area[-1] if facts.area else "-", "yes" if facts.working_time else "no"
    values = (
        facts.category, facts.kind, facts.level, facts.place_kind, unit, facts.channel, working, facts.caller.source,
        _traits(facts.caller.traits), facts.season, facts.people, "yes" if facts.again else "no",
    )  # fmt: skip
    return dict(zip(_COLUMNS, map(str, values), strict=True))


def _traits(traits: frozenset[Trait]) -> str:
    return "+".join(sorted(traits)) or "-"


def _engine(policy: Policy, district: District) -> Callable[[dict[str, str]], str]:
    """The same table in zen-engine; branches and areas as lists of what is in them."""
    rows = [_cells(rule, policy, district) for rule in (*policy.rules, policy.default)]
    content = {
        "hitPolicy": "first",
        "inputs": [{"id": name, "name": name, "field": name} for name in _COLUMNS],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in", "position": {"x": 0, "y": 0}},
        {"id": "t", "type": "decisionTableNode", "name": "t", "content": content, "position": {"x": 0, "y": 0}},
        {"id": "out", "type": "outputNode", "name": "out", "position": {"x": 0, "y": 0}},
    ]
    edges = [{"id": "1", "sourceId": "in", "targetId": "t"}, {"id": "2", "sourceId": "t", "targetId": "out"}]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))
    return lambda context: str(decision.evaluate(context)["result"]["rule"])


def _cells(rule: Rule, policy: Policy, district: District) -> dict[str, str]:
    when = rule.when
    codes = [code for code in policy.categories if covers(when, policy, code)]
    units = [unit or "-" for unit, above in grounds(district).items() if not when.area or above & set(when.area)]
    named = bool(when.categories or when.service_lines)
    said: dict[str, Sequence[object]] = {
        "category": codes if named else (),
        "kind": when.kinds,
        "level": when.levels,
        "place": when.places,
        "unit": units if when.area else (),
        "channel": when.channels,
        "working": () if when.working_time is None else ("yes" if when.working_time else "no",),
        "source": when.sources,
        "caller": [_traits(traits) for traits in TRAITS if when.caller and not traits.isdisjoint(when.caller)],
        "season": when.seasons,
        "people": when.people,
        "again": () if when.again is None else ("yes" if when.again else "no",),
    }
    cells = {name: ", ".join(f'"{value}"' for value in values) for name, values in said.items()}
    return {"_id": rule.id, **cells, "rule": f'"{rule.id}"'}
