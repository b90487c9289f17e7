"""Who acts: the hundred sentences by hand, the way upwards, and never nowhere."""

import csv
from collections import Counter
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.clock.sla import Level
from cases.phrases import EN, ZH, Message
from cases.report import Channel
from dispatch.coi.record import RULE
from dispatch.district import District, Role
from dispatch.district.beside import Team
from dispatch.hearing import Known
from dispatch.matters import classify
from dispatch.places import Place, PlaceFinding, find
from dispatch.policy import Destination, Outcome
from dispatch.routing import Choice, choose
from dispatch.rules import Circumstances, RuleTable, Verdict, compile_rules, gather
from dispatch.ruling.rehearsal import Manner, rehearse
from tests.dispatch.sample import ROOT, SUNDAY_NIGHT, TUESDAY_TEN, district, phrasebook, policy


@cache
def _table() -> RuleTable:
    return compile_rules(policy())


def _sentences() -> list[dict[str, str]]:
    with (ROOT / "tests" / "samples" / "sentences.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _through(row: dict[str, str], now: datetime) -> tuple[PlaceFinding, Verdict, Choice]:
    if row.get("rule") == RULE:  # no row of the table: whom it names has no part in it
        tried = rehearse(row["sentence"], Manner(Channel(row["channel"]), now), Known(policy(), district()))
        return tried.understood.place, tried.verdict, tried.choice
    where = find(row["sentence"], district())
    how = Circumstances(Channel(row["channel"]), now is TUESDAY_TEN)
    facts = gather(classify(row["sentence"], policy()), where, how, policy(), district())
    verdict = _table().match(facts)
    return where, verdict, choose(verdict, where.place, district(), now)


@pytest.mark.parametrize("now", [TUESDAY_TEN, SUNDAY_NIGHT], ids=["Tuesday ten", "Sunday night"])
@pytest.mark.parametrize("row", _sentences(), ids=[row["n"] for row in _sentences()])
def test_a_hundred_sentences(row: dict[str, str], now: datetime) -> None:
    where, verdict, choice = _through(row, now)
    assert (choice.unit.code, verdict.rule) == (row["unit"], row["rule"]), row["sentence"]
    assert where.clear, "no sentence should need a question"
    assert choice.worker is not None


def test_the_sentences_cover_what_the_issue_asks_for() -> None:
    rows = _sentences()
    assert len(rows) == 100
    assert Counter(row["channel"] for row in rows) == {"text": 50, "call": 50}
    assert len({row["rule"] for row in rows}) >= 20
    assert {row["rule"] for row in rows} <= {RULE, *(rule.id for rule in policy().rules)}
    places = [find(row["sentence"], district()).place for row in rows]
    doors = {(p.building, p.unit) for p in places if p and p.estate == "幸福里小区" and p.unit}
    assert doors == {(str(building), str(unit)) for building in range(1, 10) for unit in range(1, 4)}


@pytest.mark.parametrize(
    ("sentence", "worker"),
    [
        ("幸福里1号楼1单元楼道灯坏了", "xingfuli-grid-01"),
        ("幸福里3号楼1单元楼道灯坏了", "xingfuli-grid-02"),
        ("幸福里9号楼1单元楼道灯坏了", "xingfuli-grid-06"),
        ("幸福里9号楼业委会", "xingfuli-head"),
        ("幸福里9号楼1单元想申请低保", "aid-desk"),
        ("滨河大道35号人行道没人打扫", "city-team"),
    ],
)
def test_who_goes_whatever_the_hour(sentence: str, worker: str) -> None:
    for now in (TUESDAY_TEN, SUNDAY_NIGHT):
        _, _, choice = _through({"sentence": sentence, "channel": "text"}, now)
        assert choice.worker is not None
        assert choice.worker.code == worker


@pytest.mark.parametrize(
    ("sentence", "day", "night"),
    [
        # Grid 01's worker has the day, grid 02's the night: each takes the whole courtyard then.
        ("幸福里1号楼1单元停水了", "xingfuli-grid-01", "xingfuli-grid-02"),
        ("幸福里3号楼1单元停水了", "xingfuli-grid-01", "xingfuli-grid-02"),
        ("幸福里3号楼1单元着火了", "xingfuli-duty-1", "xingfuli-duty-2"),
        ("有人想自杀", "duty-1", "duty-3"),
        # One worker and no duty table: nobody need be there, the committee is.
        ("锦绣公寓1号楼停水了", "xinyuan-duty-1", "xinyuan-duty-2"),
    ],
)
def test_what_is_urgent_goes_to_somebody_who_is_there(sentence: str, day: str, night: str) -> None:
    for now, worker in ((TUESDAY_TEN, day), (SUNDAY_NIGHT, night)):
        _, _, choice = _through({"sentence": sentence, "channel": "call"}, now)
        assert choice.worker is not None
        assert choice.worker.code == worker


def _verdict(to: Destination, level: Level = Level.L3, **cells: Any) -> Verdict:
    return Verdict("r", Outcome(to, **cells), level, ())


def _ids(choice: Choice) -> list[str]:
    return [reason.id.removeprefix("dispatch.route.") for reason in choice.reasons]


XINGFULI_3 = Place(estate="幸福里小区", courtyard="xingfuli-south", grid="xingfuli-02", committee="xingfuli")


def test_upwards_where_the_place_is_not_known() -> None:
    choice = choose(_verdict(Destination.GRID_WORKER), None, district(), TUESDAY_TEN)
    assert (choice.unit.code, choice.tries) == ("xingfu", ("xingfu",))
    assert _ids(choice) == ["no_courtyard", "no_committee", "unit"]
    committee = Place(committee="xingfuli")
    choice = choose(_verdict(Destination.COURTYARD, role=Role.LIAISON), committee, district(), TUESDAY_TEN)
    assert choice.worker is not None
    assert (choice.unit.code, choice.worker.code) == ("xingfuli", "xingfuli-liaison")


def test_upwards_where_nobody_is() -> None:
    alone = replace(district(), workers=tuple(w for w in district().workers if w.unit == "xingfu"))
    choice = choose(_verdict(Destination.GRID_WORKER), XINGFULI_3, alone, TUESDAY_TEN)
    assert choice.tries == ("xingfuli-south", "xingfuli", "xingfu")
    assert _ids(choice) == ["nobody", "nobody", "unit"]


def test_the_named_unit_of_a_rule() -> None:
    verdict = _verdict(Destination.DUTY_DESK, unit="binhe", role=Role.COMMITTEE_HEAD)
    choice = choose(verdict, XINGFULI_3, district(), TUESDAY_TEN)
    assert choice.worker is not None
    assert (choice.unit.code, choice.worker.code) == ("binhe", "binhe-head")
    gone = choose(_verdict(Destination.DUTY_DESK, unit="gone"), XINGFULI_3, district(), TUESDAY_TEN)
    assert gone.unit.code == "xingfu"
    assert _ids(gone)[0] == "no_such_unit"


def test_the_duty_desk() -> None:
    choice = choose(_verdict(Destination.DUTY_DESK), XINGFULI_3, district(), SUNDAY_NIGHT)
    assert choice.worker is not None
    assert (choice.worker.code, choice.tries, _ids(choice)) == ("duty-3", ("xingfu",), ["duty_desk"])
    nobody = replace(district(), workers=(), duty=())
    choice = choose(_verdict(Destination.COURTYARD), XINGFULI_3, nobody, SUNDAY_NIGHT)
    assert (choice.unit, choice.worker) == (district().duty_desk.unit, None)
    assert choice.tries == ("xingfuli-south", "xingfuli", "xingfu")
    off = replace(district(), duty=())
    choice = choose(_verdict(Destination.DUTY_DESK), None, off, SUNDAY_NIGHT)
    assert choice.worker is not None
    assert choice.worker.role is Role.DUTY


def test_a_wanted_role_is_taken_before_others_on_duty() -> None:
    choice = choose(_verdict(Destination.OFFICE, Level.L1, role=Role.DUTY), None, district(), TUESDAY_TEN)
    assert choice.worker is not None
    assert (choice.worker.code, _ids(choice)) == ("duty-1", ["on_duty"])
    choice = choose(_verdict(Destination.COURTYARD, role=Role.LIAISON), XINGFULI_3, district(), TUESDAY_TEN)
    assert choice.worker is not None
    # Nobody there has the role and it is not the grid worker's: who is on duty acts.
    assert choice.worker.code == "xingfuli-grid-01"


def test_reasons_can_be_said() -> None:
    night = choose(_verdict(Destination.COURTYARD, Level.L2), XINGFULI_3, district(), SUNDAY_NIGHT)
    (why,) = night.reasons
    assert phrasebook().say(why, ZH) == "李红梅是本网格的网格员，此刻在幸福里南院值班"
    assert phrasebook().say(why, EN).startswith("Li Hongmei, the grid's own worker, is on duty")


def _some(things: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.sets(st.integers(0, len(things) - 1)).map(lambda kept: tuple(things[i] for i in sorted(kept)))


@st.composite
def districts(draw: st.DrawFn) -> District:
    """The sample with random holes: units, people, duty and grids missing, the desk alone certain."""
    whole = district()
    return replace(
        whole,
        units=draw(st.one_of(st.just(whole.units), _some(whole.units))),
        workers=draw(st.one_of(st.just(whole.workers), _some(whole.workers))),
        grids=draw(st.one_of(st.just(whole.grids), _some(whole.grids))),
        duty=draw(st.one_of(st.just(whole.duty), _some(whole.duty))),
        beside=replace(whole.beside, teams=tuple(draw(_team(team)) for team in draw(_some(whole.beside.teams)))),
    )


def _team(team: Team) -> st.SearchStrategy[Team]:
    """A team of whom some are gone, whose beat may be smaller, and whose unit may be another, or none."""
    return st.builds(replace, st.just(team), unit=codes.map(str), members=_some(team.members), grids=_some(team.grids))


codes = st.sampled_from([None, "gone", *(unit.code for unit in district().units)])
verdicts = st.builds(
    Verdict,
    rule=st.just("r"),
    outcome=st.builds(
        Outcome,
        to=st.sampled_from(Destination),
        unit=codes,
        role=st.none() | st.sampled_from(Role),
        level=st.none(),
        notice=st.none(),
    ),
    level=st.sampled_from(Level),
    reasons=st.just(()),
)
grids = st.sampled_from([None, "gone", *(grid.code for grid in district().grids)])
places = st.none() | st.builds(Place, courtyard=codes, committee=codes, grid=grids)


@given(districts(), verdicts, places, st.sampled_from([TUESDAY_TEN, SUNDAY_NIGHT]))
@settings(deadline=None, max_examples=400)
def test_never_nowhere(holes: District, verdict: Verdict, place: Place | None, now: datetime) -> None:
    choice = choose(verdict, place, holes, now)
    assert choice.unit in (*holes.units, holes.duty_desk.unit)
    assert choice.worker is None or choice.worker in holes.workers
    assert choice.worker is not None or choice.unit is holes.duty_desk.unit
    assert choice.tries[-1] == choice.unit.code
    assert len(set(choice.tries)) == len(choice.tries)
    assert choice.reasons
    urgent = verdict.level in (Level.L1, Level.L2)
    if urgent and choice.worker and choice.reasons[-1].id != "dispatch.route.duty_desk":
        assert choice.worker in holes.on_duty(choice.unit.code, now)


@given(st.text(max_size=40), st.sampled_from(Channel), st.booleans())
@settings(deadline=None)
def test_whatever_is_said_finds_a_door_and_every_reason_can_be_said(said: str, channel: Channel, at_work: bool) -> None:
    matter, where = classify(said, policy()), find(said, district())
    verdict = _table().match(gather(matter, where, Circumstances(channel, at_work), policy(), district()))
    choice = choose(verdict, where.place, district(), TUESDAY_TEN)
    reasons: tuple[Message, ...] = (*matter.reasons, *where.reasons, *verdict.reasons, *choice.reasons)
    assert all(phrasebook().say(reason, lang) for reason in reasons for lang in (ZH, EN))
