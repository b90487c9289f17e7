"""What two people close otherwise: planned for a date on which it opens again, partly solved, settled."""

from datetime import timedelta

import pytest

from dispatch.acts.refusals import Refused
from dispatch.due.handlers import fire_due
from dispatch.loop import reopening, visits
from dispatch.people.parties import party_of
from dispatch.reports import Taken
from tests.dispatch.looping import LAMP, at_desk, case, does, kinds, outbox_ids, running, sound, to_asked, to_second_no
from tests.dispatch.test_life_leaving import SUPERVISOR, act
from tests.stage import RESIDENT, Stage


def test_what_is_planned_opens_on_its_date(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    for until in ("", "2026-11-20", "明年"):
        with pytest.raises(Refused) as no:
            act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until=until, why="等春季施工")
        assert no.value.field == "until"
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until="2027-03-01", why="等春季施工")
    act(stage, taken.case_id, "approve", by="leader")
    row = case(stage, taken)
    assert (row.state, row.closing_kind, running(stage, taken)) == ("closed", "planned", {})
    assert any("已列入计划，2027年3月1日 再办" in text for text in stage.texts(RESIDENT))
    sound(stage)
    stage.wind(timedelta(days=60))
    with at_desk(stage) as (tx, _):
        fire_due(tx)
    assert case(stage, taken).state == "closed", "neither archived nor opened before its date"
    stage.wind(timedelta(days=37))
    with at_desk(stage) as (tx, _):
        fire_due(tx)
    row = case(stage, taken)
    assert (row.state, row.attempt, row.closing_kind) == ("rework", 2, None)
    assert "reopened" in kinds(stage, taken)
    assert len(outbox_ids(stage, "planned_now")) == 1
    sound(stage)


@pytest.mark.parametrize(
    ("until", "opens"),
    [
        ("2027-03-01", "2027-03-01 09:00"),
        ("2027-03-01 10:30", "2027-03-01 10:30"),
        ("2027-03-01 10：30", "2027-03-01 10:30"),
        ("2027年3月6日 10:30", "2027-03-06 10:30"),  # a Saturday, and an hour that was named
        ("2027年3月6日 10：30", "2027-03-06 10:30"),
        ("2027年3月6日", "2027-03-08 09:00"),
        ("2026-11-24", "2026-11-24 17:30"),
    ],
)
def test_a_date_is_read_as_it_is_written(stage: Stage, until: str, opens: str) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    planned(stage, taken, until)
    assert promised(stage, taken) == [opens]


def planned(stage: Stage, taken: Taken, until: str) -> None:
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until=until, why="等春季施工")
    act(stage, taken.case_id, "approve", by="leader")


def promised(stage: Stage, taken: Taken) -> list[object]:
    """When the case opens again, on the office's clock."""
    rows = stage.rows(
        "SELECT to_char(fires_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') FROM errand "
        "WHERE kind = 'reopen' AND state = 'open' AND case_id = :id",
        id=taken.case_id,
    )
    return [row[0] for row in rows]


def test_what_is_planned_anew_opens_on_the_new_date_only(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    planned(stage, taken, "2026-12-10")
    with at_desk(stage) as (tx, _):
        reopening.reopen(tx, party_of(tx, RESIDENT).id, taken.number)
    assert promised(stage, taken) == []
    does(stage, visits.sign, taken)
    planned(stage, taken, "2027-03-01")
    assert promised(stage, taken) == ["2027-03-01 09:00"]
    stage.wind(timedelta(days=25))
    with at_desk(stage) as (tx, _):
        fire_due(tx)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("closed", 2)
    sound(stage)


def test_a_date_that_has_gone_by_is_not_promised(stage: Stage) -> None:
    taken = stage.text(LAMP)
    does(stage, visits.sign, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="planned", until="2026-11-26", why="等材料")
    stage.wind(timedelta(days=3))
    with pytest.raises(Refused) as no:
        act(stage, taken.case_id, "approve", by="leader")
    assert no.value.why.id == "ending.refused.gone_by"
    assert case(stage, taken).state != "closed"
    assert not any("已列入计划" in text for text in stage.texts(RESIDENT))
    act(stage, taken.case_id, "refuse", by="leader")
    planned(stage, taken, "2026-12-10")
    assert case(stage, taken).state == "closed"


@pytest.mark.parametrize("kind", ["partly_solved", "settled_by_residents"])
def test_two_people_close_what_is_not_whole(stage: Stage, kind: str) -> None:
    taken = stage.text(LAMP)
    with pytest.raises(Refused) as no:
        act(stage, taken.case_id, "propose", by=SUPERVISOR, kind=kind, why="邻里已商定")
    assert no.value.field == "kind", "nobody has begun"
    to_asked(stage, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind=kind, why="邻里已商定")
    act(stage, taken.case_id, "approve", by="leader")
    assert (case(stage, taken).state, case(stage, taken).closing_kind) == ("closed", kind)
    assert len(outbox_ids(stage, f"closed_{kind}")) == 1
    sound(stage)


def test_a_second_no_is_closed_as_before(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_second_no(stage, taken)
    act(stage, taken.case_id, "propose", by=SUPERVISOR, kind="explained", why="属业主产权")
    act(stage, taken.case_id, "approve", by="leader")
    assert case(stage, taken).closing_kind == "explained"
    sound(stage)
