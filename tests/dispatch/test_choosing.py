"""Choosing against the record: what is read of people, what is kept of the choice, and that all moves choose alike."""

import json
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from dispatch import desk
from dispatch.choice import Why, stored
from dispatch.duty import burdens
from dispatch.duty.burdens import About
from dispatch.loop import returns
from dispatch.loop.who import by_code
from dispatch.people.parties import party_of
from dispatch.reports import Taken
from tests.dispatch.shifts import LAMP, WATER, at, away, fire_all, holder, staff_id, wind_to
from tests.people import LI_HONGMEI, LU_SIYUAN, ZHANG_AIMIN
from tests.stage import LINE, RESIDENT, Stage

LI, ZHANG = LI_HONGMEI.worker, ZHANG_AIMIN.worker
OTHER = "+8613800000002"


def capacity(stage: Stage, code: str, most: int) -> None:
    """A new version of the district in which somebody can have so many cases in hand."""
    [(body,)] = stage.rows("SELECT body FROM district_version ORDER BY number DESC LIMIT 1")
    raw = json.loads(str(body))
    next(row for row in raw["workers"] if row["code"] == code)["capacity"] = most
    stage.plant(
        "INSERT INTO district_version SELECT max(number) + 1, office_id, :body, max(imported_at) FROM district_version "
        "GROUP BY office_id",
        body=json.dumps(raw),
    )


def candidates(stage: Stage, taken: Taken, kind: str = "dispatched") -> dict[str, Why]:
    """Who came into question, as the last line of this kind keeps it."""
    rows = stage.rows(
        "SELECT canonical FROM event WHERE case_id = :id AND kind = :kind ORDER BY seq", id=taken.case_id, kind=kind
    )
    values: dict[str, Any] = json.loads(str(rows[-1][0]))["facts"]["values"]
    return {each.worker: each.why for each in stored.read(values)}


def test_who_came_into_question_stands_in_the_history(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert candidates(stage, taken) == {LI: Why.TAKEN, ZHANG: Why.NOT_OWN}
    urgent = stage.text(WATER)
    assert candidates(stage, urgent) == {ZHANG: Why.TAKEN, LI: Why.NOT_THERE}


def test_whoever_has_no_room_is_passed_over_until_they_have(stage: Stage) -> None:
    capacity(stage, LI, 2)
    first, second, third = (stage.text(f"{LAMP}，{n}楼") for n in "二三四")
    assert [holder(stage, taken.number) for taken in (first, second, third)] == [LI, LI, ZHANG]
    assert candidates(stage, third) == {ZHANG: Why.TAKEN, LI: Why.FULL}
    stage.plant("UPDATE cases SET state = 'to_call_back' WHERE id = :id", id=first.case_id)  # nothing to do on it
    assert holder(stage, stage.text(f"{LAMP}，五楼").number) == LI


def test_who_handled_the_caller_or_the_building_is_known_for_some_time(stage: Stage) -> None:
    first = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        people = [worker.id for worker in tx.district.workers_of("xingfuli-south")]
        party = party_of(tx, RESIDENT)
        known = burdens.look(tx, people, About(party.id, "幸福里小区", "3"))
        assert known.caller == known.building == staff_id(stage, LI)
        assert [known.burdens[each].open for each in people] == [0, 1]
        assert [known.burdens[each].last_at is None for each in people] == [True, False]
        assert burdens.look(tx, people, About(party.id, case_id=first.case_id)).caller is None
        other = party_of(tx, OTHER)
        neighbour = burdens.look(tx, people, About(other.id, "幸福里小区", "3"))
        assert (neighbour.caller, neighbour.building) == (None, staff_id(stage, LI))
    stage.wind(timedelta(days=91))
    with stage.door.transaction(LINE) as tx:
        known = burdens.look(tx, people, About(party_of(tx, RESIDENT).id, "幸福里小区", "3"))
        assert (known.caller, known.building) == (None, None)
        assert known.burdens[people[1]].open == 1


def test_one_look_more_where_the_caller_is_new_and_it_uses_indexes_alone(stage: Stage) -> None:
    stage.text(LAMP)
    said: list[str] = []
    sa.event.listen(stage.engine, "before_cursor_execute", lambda *a: said.append(a[2]))
    stage.text(LAMP, OTHER)
    assert len(said) == 4, "\n".join(said)
    with stage.owner.begin() as conn:
        conn.execute(sa.text("SET LOCAL enable_seqscan = off"))
        people = {"ids": [staff_id(stage, LI)], "office": stage.rows("SELECT id FROM office")[0][0]}
        plan = conn.execute(
            sa.text(
                "EXPLAIN SELECT count(*) FROM (SELECT FROM cases h WHERE h.office_id = :office "
                "AND h.worker_id = ANY(:ids) AND h.state IN ('dispatched', 'in_progress', 'rework') LIMIT 100) held"
            ),
            people,
        ).scalars()
        assert "ix_cases_in_unit" in "\n".join(plan)


def test_every_move_chooses_alike_and_says_so(stage: Stage) -> None:
    """Leave: whoever had it and is away, whoever has room, whoever has none."""
    taken, busy = stage.text(LAMP), stage.text("幸福里小区1号楼2单元楼道灯坏了")
    assert holder(stage, busy.number) == ZHANG
    capacity(stage, ZHANG, 1)
    away(stage, LI, at(24, 10), at(26, 12))
    assert holder(stage, taken.number) == ZHANG  # nobody else of the courtyard: full is better than up
    assert candidates(stage, taken, "moved") == {ZHANG: Why.TAKEN, LI: Why.BEFORE}


def test_the_grids_own_worker_has_it_back_when_whoever_had_it_leaves(stage: Stage) -> None:
    away(stage, LI, at(24, 10), at(25, 12))
    taken = stage.text(LAMP)
    assert holder(stage, taken.number) == ZHANG
    wind_to(stage, at(25, 13))
    fire_all(stage)
    assert holder(stage, taken.number) == ZHANG  # the return of LI takes nothing back
    away(stage, ZHANG, at(25, 13), at(27, 12))
    assert holder(stage, taken.number) == LI
    assert candidates(stage, taken, "moved") == {LI: Why.TAKEN, ZHANG: Why.BEFORE}


def test_given_by_hand_to_a_unit_it_goes_to_whoever_is_on_duty_there(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, taken.number, "xingfuli", "居委会去更快", LU_SIYUAN.worker)
    told = candidates(stage, taken, "rerouted")
    assert told["xingfuli-duty-1"] is Why.TAKEN
    assert told["xingfuli-liaison"] is Why.OFF_DUTY


def test_after_an_upheld_return_the_next_unit_chooses_as_ever(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        returns.request(tx, by_code(tx, LI), taken.case_id, returns.Reason.NOT_OURS)
    with stage.door.transaction(LINE) as tx:
        returns.uphold(tx, taken.number, "xingfuli-middle", "是中院的", by_code(tx, LU_SIYUAN.worker))
    now = holder(stage, taken.number)
    told = candidates(stage, taken, "rerouted")
    assert told[now] is Why.TAKEN
    assert set(told) == {"xingfuli-grid-03", "xingfuli-grid-04"}
