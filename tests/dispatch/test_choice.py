"""Who of a unit gets a matter: what is asked of everybody in turn, and the reason of each."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from cases.phrases import EN, LANGUAGES, ZH
from dispatch.choice import (
    NOTHING_KNOWN,
    Background,
    Burden,
    Choosing,
    Judged,
    Scene,
    Wanted,
    Why,
    people_of,
    pick,
    stored,
)
from dispatch.choice.near import FAR, NEAR, OWN, SAME_COURTYARD, nearness
from dispatch.district import District, DistrictErrors, Role, Worker, parse_district, warnings
from dispatch.places import Place
from dispatch.policy import Destination, Outcome, PolicyErrors, parse
from dispatch.routing import Around, choose
from dispatch.rules import Level, Verdict
from tests.dispatch.sample import (
    SUNDAY_NIGHT,
    TUESDAY_TEN,
    district,
    phrasebook,
    policy,
    raw_district,
    raw_policy,
)

SOUTH = "xingfuli-south"
ONE, TWO = "xingfuli-grid-01", "xingfuli-grid-02"  # of 幸福里南院; grid 01 is the first's, grid 02 the second's


def worker(code: str, of: District | None = None) -> Worker:
    found = (of or district()).worker(code)
    assert found is not None
    return found


def scene(now: datetime = TUESDAY_TEN, **more: Any) -> Scene:
    return Scene(more.pop("of", district()), now, **more)


def has(**burdens: tuple[int, int]) -> Background:
    """What people have: `_01=(cases in hand, when the last order came: a greater hour is later)`."""
    ids = {
        worker(f"xingfuli-grid{code.replace('_', '-')}").id: Burden(has, TUESDAY_TEN - timedelta(hours=9 - hour))
        for code, (has, hour) in burdens.items()
    }
    return Background(ids)


def unit(code: str = SOUTH) -> Any:
    return district().unit(code)


def judged(wanted: Wanted, there: Scene, code: str = SOUTH) -> dict[str, Why]:
    return {each.worker: each.why for each in pick(unit(code), wanted, there).judged}


HERE = Wanted(grid="xingfuli-02", courtyard=SOUTH)
ELSEWHERE = Wanted(courtyard=SOUTH)  # a place of the courtyard whose grid nobody knows


def test_the_grids_own_worker_has_the_first_right_until_they_have_no_room() -> None:
    assert judged(HERE, scene()) == {TWO: Why.TAKEN, ONE: Why.NOT_OWN}
    assert judged(HERE, scene(known=has(_02=(39, 9)))) == {TWO: Why.TAKEN, ONE: Why.NOT_OWN}
    assert judged(HERE, scene(known=has(_02=(40, 0)))) == {ONE: Why.TAKEN, TWO: Why.FULL}
    assert judged(HERE, scene(barred={TWO: Why.AWAY})) == {ONE: Why.TAKEN, TWO: Why.AWAY}
    assert judged(replace(HERE, skill="welding"), scene(of=_able(ONE))) == {ONE: Why.TAKEN, TWO: Why.NO_SKILL}


def _able(*codes: str, skill: str = "welding") -> District:
    able = tuple(replace(each, skills=(skill,)) if each.code in codes else each for each in district().workers)
    return replace(district(), workers=able)


def test_where_nobody_has_room_whoever_has_least_of_their_capacity() -> None:
    assert judged(HERE, scene(known=has(_01=(44, 0), _02=(52, 0)), at_work=True)) == {ONE: Why.TAKEN, TWO: Why.FULL}
    few = tuple(replace(each, capacity=3) if each.code == ONE else each for each in district().workers)
    there = scene(of=replace(district(), workers=few), known=has(_01=(4, 0), _02=(44, 0)),
                  at_work=True)  # fmt: skip
    assert judged(HERE, there) == {TWO: Why.TAKEN, ONE: Why.FULL}


def test_what_presses_goes_to_whoever_is_on_duty() -> None:
    urgent = replace(HERE, urgent=True)
    assert judged(urgent, scene()) == {ONE: Why.TAKEN, TWO: Why.NOT_THERE}
    assert judged(urgent, scene(SUNDAY_NIGHT)) == {TWO: Why.TAKEN, ONE: Why.NOT_THERE}
    # Once the duty table has nobody else, those in the office's hours may be asked, by whoever hands on.
    helped = replace(urgent, staff_too=True)
    assert judged(helped, scene(at_work=True)) == {ONE: Why.TAKEN, TWO: Why.OFF_DUTY}
    assert judged(helped, scene(at_work=True, barred={ONE: Why.BEFORE})) == {TWO: Why.TAKEN, ONE: Why.BEFORE}
    stopped = scene(at_work=True, stopped=frozenset({ONE}))
    assert judged(helped, stopped) == {TWO: Why.TAKEN, ONE: Why.STOPPED}
    assert judged(replace(helped, staff_too=False), stopped) == {ONE: Why.TAKEN, TWO: Why.NOT_THERE}  # can be rung
    assert judged(ELSEWHERE, stopped) == {TWO: Why.TAKEN, ONE: Why.STOPPED}


def test_who_knows_the_caller_goes_before_who_knows_the_building_and_both_before_load() -> None:
    one, two = worker(ONE).id, worker(TWO).id
    busy = has(_01=(9, 9), _02=(0, 0)).burdens
    at_ten = {"at_work": True}
    assert judged(ELSEWHERE, scene(known=Background(busy), **at_ten)) == {TWO: Why.TAKEN, ONE: Why.LOAD}
    knows = Background(busy, caller=one, building=two)
    assert judged(ELSEWHERE, scene(known=knows, **at_ten)) == {ONE: Why.TAKEN, TWO: Why.CALLER}
    knows = Background(busy, building=one)
    assert judged(ELSEWHERE, scene(known=knows, **at_ten)) == {ONE: Why.TAKEN, TWO: Why.BUILDING}
    somebody_else = Background(busy, caller=UUID(int=7))
    assert judged(ELSEWHERE, scene(known=somebody_else, **at_ten)) == {TWO: Why.TAKEN, ONE: Why.LOAD}


def test_equal_loads_leave_it_to_who_waits_longest_and_then_to_the_list() -> None:
    at_ten = {"at_work": True}
    assert judged(ELSEWHERE, scene(known=has(_01=(3, 2), _02=(2, 1)), **at_ten)) == {TWO: Why.TAKEN, ONE: Why.LATELY}
    assert judged(ELSEWHERE, scene(known=NOTHING_KNOWN, **at_ten)) == {ONE: Why.TAKEN, TWO: Why.ORDER}
    # By night nobody need go: but whoever is there is asked first.
    assert judged(ELSEWHERE, scene(SUNDAY_NIGHT)) == {TWO: Why.TAKEN, ONE: Why.ELSEWHERE}


def test_the_wanted_role_the_language_and_the_usual_order_of_roles() -> None:
    at_ten = scene(at_work=True)
    liaison = judged(Wanted(role=Role.LIAISON), at_ten, "xingfuli")
    assert (liaison["xingfuli-liaison"], liaison["xingfuli-head"]) == (Why.TAKEN, Why.ROLE)
    anybody = judged(Wanted(), at_ten, "xingfuli")
    assert (anybody["xingfuli-liaison"], anybody["xingfuli-head"]) == (Why.TAKEN, Why.RANK)
    spoken = tuple(replace(w, languages=(ZH, EN)) if w.code == TWO else w for w in district().workers)
    there = scene(of=replace(district(), workers=spoken), at_work=True)
    assert judged(replace(ELSEWHERE, language=EN), there) == {TWO: Why.TAKEN, ONE: Why.LANGUAGE}
    assert judged(replace(ELSEWHERE, language=ZH), there) == {ONE: Why.TAKEN, TWO: Why.ORDER}


def test_who_keeps_a_desk_is_in_question_only_where_their_role_is_wanted() -> None:
    office = unit("xingfu")
    assert {each.role for each in people_of(office, Wanted(), scene())} == {Role.DUTY}
    found = pick(office, Wanted(role=Role.AID_DESK), scene(at_work=True))
    assert found.worker is not None
    assert found.worker.role is Role.AID_DESK


def test_near_is_the_own_grid_then_the_courtyard_then_metres() -> None:
    def band(code: str, grid: str | None, courtyard: str | None = None, near: int = 500) -> int:
        return nearness(worker(code), (grid, courtyard), district(), near)[0]

    assert band(ONE, "xingfuli-01", SOUTH) == OWN
    assert band(ONE, "xingfuli-02", SOUTH) == SAME_COURTYARD
    _, metres = nearness(worker(ONE), ("xingfuli-02", None), district(), 500)
    assert 0 < metres < 500
    assert band(ONE, "xingfuli-02") == NEAR
    assert band(ONE, "xingfuli-02", near=metres - 1) == FAR
    assert band("binhe-grid-01", "xingfuli-02") == FAR
    assert nearness(worker("duty-1"), ("xingfuli-02", None), district(), 500) == (FAR, 0)
    undrawn = replace(district(), grids=tuple(replace(grid, ground=()) for grid in district().grids))
    assert nearness(worker(ONE), ("xingfuli-02", None), undrawn, 500) == (FAR, 0)
    assert nearness(worker(ONE), (None, None), district(), 500) == (FAR, 0)


def test_a_committee_with_grids_sends_the_nearest() -> None:
    """Where grid workers stand in the committee, not in courtyards."""
    moved = tuple(replace(w, unit="xingfuli") if w.role is Role.GRID_WORKER else w for w in district().workers)
    there = scene(of=replace(district(), workers=moved), at_work=True, barred={TWO: Why.AWAY},
                  terms=Choosing(near_metres=300))  # fmt: skip
    found = pick(unit("xingfuli"), Wanted(role=Role.GRID_WORKER, grid="xingfuli-02"), there)
    assert found.worker is not None
    near = [nearness(worker(code, there.district), ("xingfuli-02", None), there.district, 300)
            for code in (found.worker.code, "xingfuli-grid-08")]  # fmt: skip
    assert near[0] < near[1]
    told = {each.worker: each for each in found.judged}
    assert told["xingfuli-grid-08"].why is Why.FAR
    assert told["xingfuli-grid-08"].facts["metres"] == near[1][1]


def _verdict(level: Level = Level.L3, **cells: Any) -> Verdict:
    return Verdict("r", Outcome(Destination.COURTYARD, **cells), level, ())


SOUTH_3 = Place(estate="幸福里小区", courtyard=SOUTH, grid="xingfuli-02", committee="xingfuli")


def test_a_skill_is_looked_for_up_to_the_office_and_then_done_without() -> None:
    around = Around(at_work=True, skill="welding")
    above = choose(_verdict(), SOUTH_3, _able("xingfuli-head"), TUESDAY_TEN, around)
    assert above.worker is not None
    assert (above.worker.code, above.tries) == ("xingfuli-head", (SOUTH, "xingfuli"))
    assert [each.why for each in above.judged if each.worker in (ONE, TWO)] == [Why.NO_SKILL] * 2
    nobody = choose(_verdict(), SOUTH_3, district(), TUESDAY_TEN, around)
    assert nobody.worker is not None
    assert nobody.worker.code == TWO
    assert nobody.reasons[0].id == "choice.reason.no_skill"


def test_what_is_stored_can_be_read_and_said() -> None:
    facts = {"open": 3, "most": 40, "at": 1_800_000_000, "metres": 700}
    every = tuple(Judged(ONE, why, facts) for why in Why)
    assert stored.read(stored.written(every)) == every
    assert stored.written(()) == {}
    for each in (*every, Judged(ONE, Why.FAR), Judged("duty-1", Why.TAKEN)):
        for lang in LANGUAGES:
            assert phrasebook().say(stored.told(each, worker(each.worker).name), lang)
    odd = {"candidates": [7, {"worker": ONE}, {"worker": ONE, "why": "mood"}, {"worker": ONE, "why": "taken"}]}
    assert stored.read(odd) == (Judged(ONE, Why.TAKEN, {}),)
    assert stored.read({"candidates": "x"}) == ()


def test_the_policy_says_the_numbers_cell_by_cell() -> None:
    assert policy().choosing == Choosing()
    raw = raw_policy()
    raw["choice"] = {"capacity": 12, "near_metres": 0}
    found = parse(raw).choosing
    assert (found.capacity, found.near_metres, found.continuity.days) == (12, 0, 90)


@pytest.mark.parametrize(
    "cells",
    [
        {"capacity": 0},
        {"capacity": "many"},
        {"continuity_days": -1},
        {"near_metres": 1.5},
        {"far": 1},
    ],
)
def test_what_cannot_be_is_named(cells: dict[str, object]) -> None:
    raw = raw_policy()
    raw["choice"] = cells
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    [fault] = caught.value.faults
    assert fault.path == f"policy.choice.{next(iter(cells))}"


def test_the_district_says_who_can_what_and_how_much() -> None:
    raw = raw_district()
    [row] = [each for each in raw["workers"] if each["code"] == ONE]
    row |= {"skills": ["welding", "first-aid"], "languages": ["zh_CN", "en"], "capacity": 12}
    found = worker(ONE, parse_district(raw))
    assert (found.skills, found.languages, found.capacity) == (("welding", "first-aid"), (ZH, EN), 12)
    assert (worker(TWO).skills, worker(TWO).languages, worker(TWO).capacity) == ((), (ZH,), None)
    row |= {"skills": ["Löten"], "languages": ["fr"], "capacity": 0}
    with pytest.raises(DistrictErrors) as caught:
        parse_district(raw)
    assert {fault.path.rpartition(".")[2] for fault in caught.value.faults} == {"skills", "languages", "capacity"}
    for fault in caught.value.faults:
        assert all(phrasebook().say(each, lang) for each in (fault.trouble, fault.remedy) for lang in LANGUAGES)


def test_what_choosing_will_stumble_over_is_warned_of() -> None:
    before = {str(each) for each in warnings(district())}
    raw = raw_district()
    rows = {each["code"]: each for each in raw["workers"]}
    rows[ONE] |= {"skills": ["welding"]}
    for code in ("xinyuan-grid-01", "xinyuan-grid-02"):
        rows[code] |= {"unit": "xinyuan-north"}
    raw["duty"] = [row for row in raw["duty"] if row["unit"] != "xinyuan-south"]
    fresh = [each for each in warnings(parse_district(raw)) if str(each) not in before]
    assert {each.path: each.trouble.id for each in fresh} == {
        f"workers {ONE}": "choice.fault.one_able",
        "courtyards xinyuan-south": "choice.fault.vacant",
    }
    for each in fresh:
        assert all(phrasebook().say(words, lang) for words in (each.trouble, each.remedy) for lang in LANGUAGES)
