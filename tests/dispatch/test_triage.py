"""What nobody here is sure of waits for a person, for a quarter of an hour of working time."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cases.loop.deeds import standing
from cases.report import Channel
from dispatch import desk
from dispatch.due import handlers
from dispatch.loop.closing import NothingToDecide
from dispatch.loop.who import NotYours, Who, by_code
from dispatch.matters.suggestion import Suggestion
from dispatch.people.parties import party_of
from dispatch.reads.checks import broken
from dispatch.reports import Report, Taken
from dispatch.transaction import Tx
from dispatch.triage import sorting
from dispatch.understanding import understand
from tests.people import LI_HONGMEI, LU_SIYUAN, WANG_XIUYING
from tests.stage import LINE, RESIDENT, Stage

DOUBTFUL = "幸福里小区3号楼2单元那边不太对劲，你们来看一下吧"
MINUTE = timedelta(minutes=1)


def _run(stage: Stage) -> None:
    """All that is due by now."""
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)


def _state(stage: Stage, taken: Taken) -> tuple[object, ...]:
    [row] = stage.rows("SELECT state, category, triage, worker_id IS NULL FROM cases WHERE id = :id", id=taken.case_id)
    return tuple(row)


def _orders(stage: Stage) -> int:
    return int(str(stage.rows("SELECT count(*) FROM outbox WHERE purpose = 'order'")[0][0]))


def _who(tx: Tx, code: str = LU_SIYUAN.worker) -> Who:
    return by_code(tx, code)


def _sound(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        found = [each for each in broken(tx) if each.trouble.id != "desk.check.stuck"]  # nobody sends here
        assert found == []


@pytest.fixture
def doubtful(stage: Stage) -> Taken:
    return _told(stage)


def _told(stage: Stage) -> Taken:
    """A report that nobody is sure of, whatever has been learnt by now."""
    with stage.door.transaction(LINE) as tx:
        heard = understand(tx, DOUBTFUL)
        best = (Suggestion("pipe-leak", 0.4, ()), Suggestion("stairwell-light", 0.3, ()), Suggestion("lift", 0.1, ()))
        matter = replace(heard.matter, category="pipe-leak", unsure=True, unclear=False, best=best)
        report = Report(Channel.TEXT, party_of(tx, RESIDENT), DOUBTFUL, tx.now)
        return desk.take_report(tx, report, replace(heard, matter=matter))


def test_it_waits_at_the_desk_and_nobody_is_sent(stage: Stage, doubtful: Taken) -> None:
    assert doubtful.waits == "unsure"
    assert _state(stage, doubtful)[0] == "to_dispatch"
    assert _state(stage, doubtful)[2:] == ("unsure", True)
    assert _orders(stage) == 0
    [receipt] = stage.texts(RESIDENT)
    assert "请工作人员先看一下" in receipt
    assert doubtful.number in receipt
    [(limit, minutes)] = stage.rows(
        "SELECT limit_text, extract(epoch from due_at - started_at) / 60 FROM timer WHERE state = 'open'"
    )
    assert (limit, minutes) == ("15 wm", 15)
    [offers] = stage.rows("SELECT canonical::jsonb -> 'facts' -> 'offers' FROM event WHERE kind = 'triaged'")
    assert [each["category"] for each in offers[0]] == ["pipe-leak", "stairwell-light", "lift"]
    _sound(stage)


def test_a_dispatcher_says_what_it_is_and_it_goes_where_the_rules_send_that(stage: Stage, doubtful: Taken) -> None:
    stage.wind(5 * MINUTE)
    with stage.door.transaction(LINE) as tx:
        sorting.sort(tx, _who(tx), doubtful.number, "stairwell-light")
    state = _state(stage, doubtful)
    assert state == ("dispatched", "stairwell-light", None, False)
    assert _orders(stage) == 1
    *_, told = stage.texts(RESIDENT)
    assert doubtful.visit_code in told
    [promise] = stage.rows("SELECT due_at - received_at > interval '4 days' FROM cases")
    assert promise[0]
    stage.wind(20 * MINUTE)
    _run(stage)
    assert _state(stage, doubtful) == state
    _sound(stage)


def test_the_dispatchers_time_is_the_dispatchers(stage: Stage, doubtful: Taken) -> None:
    stage.wind(10 * MINUTE)
    with stage.door.transaction(LINE) as tx:
        sorting.sort(tx, _who(tx), doubtful.number, "stairwell-light")
        due = standing(tx, doubtful.case_id).row.due_at
    fresh = stage.text("幸福里小区5号楼1单元楼道灯坏了", WANG_XIUYING.number.replace("0001", "0007"))
    assert fresh.due_at == due  # both in working days: receipt counts, not the dispatch
    [(unit_since,)] = stage.rows(
        "SELECT min(started_at) - (SELECT received_at FROM cases WHERE id = :id) FROM timer"
        " WHERE case_id = :id AND step = 'sign_for'",
        id=doubtful.case_id,
    )
    assert unit_since >= timedelta(minutes=10)


def test_nobody_looks_in_time_and_it_goes_as_it_is_understood(stage: Stage, doubtful: Taken) -> None:
    stage.wind(16 * MINUTE)
    _run(stage)
    assert _state(stage, doubtful)[0] == "dispatched"
    assert _orders(stage) == 1
    with stage.door.transaction(LINE) as tx, pytest.raises(NothingToDecide):
        sorting.sort(tx, _who(tx), doubtful.number, "stairwell-light")
    _sound(stage)


def test_before_the_desk_is_left_it_goes(stage: Stage) -> None:
    stage.wind(timedelta(hours=1, minutes=55))  # five minutes before noon
    taken = _told(stage)
    assert _state(stage, taken)[0] == "to_dispatch"
    stage.wind(6 * MINUTE)
    _run(stage)
    assert _state(stage, taken)[0] == "dispatched"
    _sound(stage)


def test_at_night_nobody_sits_there(stage: Stage) -> None:
    stage.wind(timedelta(hours=12))
    taken = _told(stage)
    assert taken.waits == ""
    assert _state(stage, taken)[0] == "dispatched"


@pytest.mark.parametrize("words", ["幸福里小区3号楼2单元闻到很浓的煤气味", "我不想活了"])
def test_danger_never_waits(stage: Stage, words: str) -> None:
    taken = stage.text(words)
    assert taken.waits == ""
    assert _state(stage, taken)[0] == "dispatched"


def test_what_a_person_took_down_does_not_wait(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        taken = desk.take_report(tx, Report(Channel.HAND, None, "那边不太对劲", tx.now, actor="staff:dispatcher-1"))
    assert taken.waits == ""


def test_who_goes_out_does_not_sort(stage: Stage, doubtful: Taken) -> None:
    with stage.door.transaction(LINE) as tx, pytest.raises(NotYours):
        sorting.sort(tx, _who(tx, LI_HONGMEI.worker), doubtful.number, "stairwell-light")


def test_nothing_in_it_is_closed_by_one_key_and_no_worker_hears(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        party = party_of(tx, RESIDENT)
        taken = desk.take_report(tx, Report(Channel.TEXT, party, "哈哈哈", tx.now, nothing=True))
    assert _state(stage, taken)[2] == "unclear"
    stage.wind(timedelta(hours=3))
    _run(stage)
    assert _state(stage, taken)[0] == "to_dispatch"
    with stage.door.transaction(LINE) as tx:
        sorting.nothing(tx, _who(tx), taken.number)
    assert _state(stage, taken)[0] == "declined"
    staff = stage.rows("SELECT count(*) FROM outbox o JOIN staff s ON s.party_id = o.party_id")
    assert staff == [(0,)]
    _sound(stage)


def test_rerouted_by_hand_it_waits_no_more(stage: Stage, doubtful: Taken) -> None:
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, doubtful.number, "binhe", "是滨河的", "staff:dispatcher-1")
    assert _state(stage, doubtful)[0] == "dispatched"
    assert _state(stage, doubtful)[2] is None
    _sound(stage)
