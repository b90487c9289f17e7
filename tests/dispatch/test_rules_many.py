"""Two thousand tables that nobody wrote: each decides every report, as the plain reading of its rows does, and every
report gets exactly one unit."""

from dataclasses import replace
from random import Random

import pytest

from cases.clock.sla import Level
from cases.report import Channel
from dispatch.district.model import Role
from dispatch.places import Place, PlaceKind
from dispatch.policy import Destination, Kind, Outcome, Rule, ServiceLine, When
from dispatch.reading.script import plain
from dispatch.routing import choose
from dispatch.rules import Facts, compile_rules
from dispatch.ruling.conditions import Caller, People, Season, Source, Trait, reporters
from tests.dispatch.sample import SUNDAY_NIGHT, TUESDAY_TEN, district, policy
from tests.dispatch.test_rules import slow_match

TABLES, REPORTS, AT_ONCE = 2000, 100, 250
CODES, WORDS = sorted(policy().categories), ["坡道", "无障碍", "ramp", "困在电梯", "垃圾"]
REPORTERS = sorted(reporters(), key=str)
GROUNDS = [unit for unit in district().units if unit.parent]


def some(draw: Random, values: list[object], most: int = 2) -> tuple[object, ...]:
    """Nothing at all more often than not."""
    return tuple(draw.sample(values, draw.randint(1, most))) if draw.random() < 0.4 else ()


def rule(draw: Random, n: int) -> Rule:
    when = When(
        categories=some(draw, CODES, 4),
        kinds=some(draw, list(Kind)),
        levels=some(draw, list(Level)),
        places=some(draw, list(PlaceKind)),
        area=some(draw, [unit.code for unit in district().units]),
        service_lines=some(draw, list(ServiceLine)),
        keywords=some(draw, WORDS),
        channels=some(draw, list(Channel)),
        working_time=draw.choice((None, None, True, False)),
        seasons=some(draw, list(Season)),
        sources=some(draw, list(Source)),
        caller=some(draw, list(Trait)),
        people=some(draw, list(People)),
        again=draw.choice((None, None, None, True, False)),
    )
    unit = draw.choice([None, None, *(unit.code for unit in district().units), "gone"])
    role, level = draw.choice([None, *Role]), draw.choice([None, *Level])
    send = Outcome(draw.choice(list(Destination)), unit, role, level, skill=draw.choice((None, "law")))
    beside = replace(send, sla=draw.choice((None, "winter")), confidential=draw.random() < 0.2)
    return Rule(f"r{n}", when, beside)


def report(draw: Random) -> tuple[Facts, Place | None]:
    code, unit = draw.choice(CODES), draw.choice([None, *GROUNDS])
    kind, (channel, source, traits) = draw.choice(list(PlaceKind)), draw.choice(REPORTERS)
    committee = district().committee_of(unit.code) if unit else None
    courtyard = unit.code if unit and unit.code != committee else None
    facts = Facts(
        code, draw.choice(list(Kind)), draw.choice(list(Level)), kind, unit.path if unit else (),
        policy().category(code).service_line, frozenset(map(plain, draw.sample(WORDS, draw.randint(0, 2)))),
        channel, draw.random() < 0.5, Caller(source, traits), draw.choice(list(Season)), draw.choice(list(People)),
        draw.random() < 0.2,
    )  # fmt: skip
    return facts, Place(kind=kind, courtyard=courtyard, committee=committee) if unit else None


@pytest.mark.slow
@pytest.mark.parametrize("first", range(0, TABLES, AT_ONCE))
def test_every_table_decides_every_report(first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        draw = Random(seed)
        made = replace(policy(), rules=tuple(rule(draw, n) for n in range(draw.randint(0, 12))))
        table = compile_rules(made)
        for _ in range(REPORTS):
            facts, place = report(draw)
            verdict = table.match(facts)
            row = slow_match(facts, made)
            assert (verdict.rule, verdict.outcome) == (row.id, row.outcome), seed
            choice = choose(verdict, place, district(), draw.choice((TUESDAY_TEN, SUNDAY_NIGHT)))
            assert district().unit(choice.unit.code) is choice.unit, seed
            assert choice.worker is not None, seed
