"""Who is told when a limit comes near, is broken, or climbs."""

from datetime import timedelta

import pytest

from cases.firing import Firing
from cases.steps import Step
from dispatch import escalation
from dispatch.people import parties
from dispatch.people.roster import DESK_CODE
from tests.dispatch.climbing import fire
from tests.dispatch.shifts import LAMP, WATER, at, away, fire_all, waiting, wind_to
from tests.people import LI_HONGMEI, WU_CHUNMEI, ZHANG_AIMIN, ZHOU_GUILAN
from tests.stage import LINE, MORNING, Stage


def noticed(stage: Stage) -> list[str]:
    rows = stage.rows("SELECT s.code FROM notice n JOIN staff s ON s.party_id = n.party_id ORDER BY n.created_at, n.id")
    return [str(row[0]) for row in rows]


def test_what_can_wait_is_noticed_and_what_presses_is_texted(stage: Stage) -> None:
    fire(stage, stage.text(LAMP), Firing.BREACHED)
    assert noticed(stage) == [LI_HONGMEI.worker]
    assert waiting(stage, "breached") == []
    fire(stage, stage.text(WATER), Firing.BREACHED)
    assert [code for code, _ in waiting(stage, "breached")] == [ZHANG_AIMIN.worker]
    [(sent,)] = stage.rows("SELECT count(*) FROM notice WHERE outbox_id IS NULL")
    assert sent == 1


@pytest.mark.parametrize(
    ("rung", "who"),
    [(1, ZHOU_GUILAN.worker), (2, ZHOU_GUILAN.worker), (3, "supervisor"), (4, "leader")],
)
@pytest.mark.parametrize("hour", [3, 10])
def test_the_ladder_climbs_to_named_heads(stage: Stage, hour: int, who: str, rung: int) -> None:
    """By day and by night, never to whoever is on duty. The courtyard has no head: its rung is the committee's."""
    wind_to(stage, at(30, hour))
    fire(stage, stage.text(WATER), Firing.ESCALATED, rung)
    assert [code for code, _ in waiting(stage, "escalated")] == [who]


def test_what_presses_is_said_again_in_a_digest_and_danger_at_once(stage: Stage) -> None:
    """Above the top once a day: ten cases would be ten texts a day, and nobody reads the eleventh."""
    taken = stage.text(WATER)
    fire(stage, taken, Firing.ESCALATED, 5)
    assert (waiting(stage, "escalated"), noticed(stage)) == ([], ["leader"])
    stage.plant("UPDATE cases SET level = 'L1'")
    fire(stage, taken, Firing.ESCALATED, 6)
    assert [code for code, _ in waiting(stage, "escalated")] == ["leader"]


def test_a_rung_whose_head_cannot_be_told_is_told_to_the_next_above(stage: Stage) -> None:
    away(stage, ZHOU_GUILAN.worker, MORNING, at(27, 12))
    fire(stage, stage.text(LAMP), Firing.ESCALATED, 2)
    assert noticed(stage) == [WU_CHUNMEI.worker]
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, WU_CHUNMEI.number).id)
    fire(stage, stage.text(LAMP), Firing.ESCALATED, 2)
    assert noticed(stage)[1:] == ["supervisor"]
    away(stage, "supervisor", MORNING, at(27, 12))
    away(stage, "leader", MORNING, at(27, 12))
    fire(stage, stage.text(LAMP), Firing.ESCALATED, 3)
    assert noticed(stage)[-1] == DESK_CODE


def test_the_first_rung_of_the_ladder_is_the_holders(stage: Stage) -> None:
    fire(stage, stage.text(LAMP), Firing.ESCALATED, 0)
    assert noticed(stage) == [LI_HONGMEI.worker]


def test_of_an_order_that_nobody_took_the_liaison_is_told_too(stage: Stage) -> None:
    taken = stage.text(LAMP)
    fire(stage, taken, Firing.AUTO_SIGNED, step=Step.SIGN_FOR)
    assert noticed(stage) == [LI_HONGMEI.worker, WU_CHUNMEI.worker]
    fire(stage, stage.text(WATER), Firing.AUTO_SIGNED, step=Step.SIGN_FOR)
    assert [code for code, _ in waiting(stage, "auto_signed")] == [ZHANG_AIMIN.worker]


def test_for_a_holder_who_is_away_somebody_of_the_unit_is_told(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE cases SET state = 'to_verify'")  # it stays with them
    away(stage, LI_HONGMEI.worker, MORNING, at(27, 12))
    fire(stage, taken, Firing.WARNED)
    assert noticed(stage) == [WU_CHUNMEI.worker]


@pytest.mark.parametrize(
    ("step", "who"),
    [
        (Step.VERIFY, "verifier"),
        (Step.CALL_BACK, "caller-back"),
        (Step.RETURN_REVIEW, "dispatcher-1"),
        (Step.ADJUDICATION, "supervisor"),
    ],
)
def test_what_the_offices_own_desks_owe_is_told_to_them(stage: Stage, step: Step, who: str) -> None:
    fire(stage, stage.text(LAMP), Firing.WARNED, step=step)
    assert noticed(stage) == [who]


def test_by_itself_a_forgotten_case_tells_everybody_in_working_time_only(stage: Stage) -> None:
    stage.text(LAMP)
    for day in (*range(24, 29), 30):
        for hour in (0, 6, 9, 10, 12, 15, 17, 18, 21):
            wind_to(stage, at(day, hour, 31))
            fire_all(stage)
    rows = stage.rows(
        "SELECT DISTINCT extract(hour FROM created_at AT TIME ZONE 'Asia/Shanghai') FROM outbox "
        "WHERE purpose = 'digest'"
    )
    assert rows
    assert {int(str(row[0])) for row in rows} <= {9, 10, 11, 13, 14, 15, 16, 17}
    told = {
        str(row[0])
        for row in stage.rows(
            "SELECT s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.purpose = 'digest'"
        )
    }
    assert {LI_HONGMEI.worker, WU_CHUNMEI.worker} <= told
    forgotten = stage.rows(
        "SELECT n.id FROM notice n WHERE n.outbox_id IS NULL AND NOT EXISTS (SELECT FROM errand e "
        "WHERE e.kind = 'digest' AND e.ref = n.party_id AND e.state = 'open')"
    )
    assert forgotten == []


class _Wordless(Exception):
    """Says nothing."""


def test_what_fails_without_a_word_is_parked_all_the_same(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise _Wordless

    stage.text(LAMP)
    stage.wind(timedelta(days=2))
    monkeypatch.setattr(escalation, "tell", fails)
    with stage.door.transaction(LINE) as tx:
        assert escalation.fire_next(tx)
    assert stage.rows("SELECT trouble FROM timer WHERE tries = 1") == [("_Wordless: ",)]
