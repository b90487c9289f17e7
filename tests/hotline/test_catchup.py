from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from cases.pen import read_content
from dispatch import inbox
from dispatch.due.retrying import retry
from dispatch.reads.failures import failures
from dispatch.transaction import DatabaseAway
from hotline.calls import MOST_WAITS
from hotline.carriers.port import CarrierSilent, ListedCall, ListedText
from hotline.catchup import TRIES, CaughtUp, catch_up, look_from, missing
from hotline.confirming import confirm_next
from hotline.events import Media
from tests.hotline.shelf import Shelf
from tests.hotline.talking import Caller, Talker, all_cases, events, reports
from tests.hotline.test_dialogue import expire_all
from tests.stage import EMPTY, LINE, RESIDENT, Stage

SINCE = datetime(2026, 11, 24, tzinfo=UTC)
WHOLE = "幸福里小区3号楼2单元电梯坏了"

# Taking in SMbad fails at the very end of its transaction.
TRAP = """
CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'bad' USING ERRCODE = '{state}'; END $$;
CREATE TRIGGER trap BEFORE UPDATE ON inbox FOR EACH ROW WHEN (NEW.key = 'SMbad') EXECUTE FUNCTION trap()
"""


def listed_text(sid: str, body: str, sender: str = RESIDENT, to: str = LINE.number) -> ListedText:
    return ListedText(sid, sender, to, body, "received", to == LINE.number, None)


def listed_call(sid: str, status: str = "completed", caller: str = RESIDENT) -> ListedCall:
    return ListedCall(sid, caller, LINE.number, status, True, None)


def absent(stage: Stage, shelf: Shelf) -> list[str]:
    return missing(stage.door, shelf, [LINE], SINCE)


def again(stage: Stage, shelf: Shelf) -> int:
    done = catch_up(stage.door, shelf, [LINE], SINCE)
    assert done.failed == 0
    return done.taken


def test_texts_that_never_reached_us_are_taken_in_oldest_first_and_once(stage: Stage) -> None:
    shelf = Shelf(texts=[listed_text("SM2", "幸福里3号楼"), listed_text("SM1", "楼道灯不亮\x00")])
    assert again(stage, shelf) == 2
    (case,) = all_cases(stage)
    assert (case.category, case.building) == ("stairwell-light", "3")
    assert [(sid, role) for sid, role, _ in reports(stage)] == [("SM1", "matter"), ("SM2", "place")]
    assert again(stage, shelf) == 0
    assert stage.rows("SELECT count(*) FROM inbox WHERE answer IS NOT NULL") == [(2,)]


def test_what_was_added_to_a_matter_that_comes_late_belongs_to_it(stage: Stage) -> None:
    ((sent,),) = stage.rows("SELECT now() + ahead FROM clock")
    Talker(stage).text("补充：一楼到二楼都是这样", sid="SM2")
    stage.wind(timedelta(minutes=45))
    assert expire_all(stage) == 1
    shelf = Shelf(texts=[replace(listed_text("SM1", "幸福里小区7号楼3单元楼下广场舞太吵"), at=sent)])
    assert again(stage, shelf) == 1
    (case,) = all_cases(stage)
    assert [case_id for _, _, case_id in reports(stage)] == [case.id, case.id]
    assert "supplemented" in events(stage)


def test_what_reached_us_is_left_alone(stage: Stage) -> None:
    stage.text(WHOLE, sid="SM1")
    assert again(stage, Shelf(texts=[listed_text("SM1", WHOLE)])) == 0
    assert len(all_cases(stage)) == 1


def test_our_own_texts_and_other_lines_are_no_business_of_ours(stage: Stage) -> None:
    shelf = Shelf(
        texts=[
            listed_text("SM1", "已受理", LINE.number, RESIDENT),
            listed_text("SM2", WHOLE, to="+8610000000"),
        ]
    )
    assert again(stage, shelf) == 0


def test_who_called_in_vain_is_asked_by_text_once(stage: Stage) -> None:
    resident = Talker(stage)
    shelf = Shelf(calls=[listed_call("CA1"), listed_call("CA2", "in-progress")])
    assert again(stage, shelf) == 1
    (asked,) = resident.news()
    assert "热线故障" in asked
    assert again(stage, shelf) == 0
    assert stage.rows("SELECT sid, status, stage FROM call") == [("CA1", "completed", "ring")]
    resident.text(WHOLE)
    assert len(all_cases(stage)) == 1


@pytest.mark.parametrize("number", ["", "anonymous"])
def test_a_hidden_caller_is_noted(stage: Stage, number: str) -> None:
    assert again(stage, Shelf(calls=[listed_call("CA1", caller=number)])) == 1
    assert stage.rows("SELECT party_id FROM call") == [(None,)]


def test_who_stopped_texts_is_not_asked(stage: Stage) -> None:
    resident = Talker(stage)
    resident.text("退订")
    assert again(stage, Shelf(calls=[listed_call("CA1")])) == 1
    assert resident.news() == []


@pytest.mark.parametrize("hidden", ["+266696687", "+86282452253", "anonymous", "+0", ""])
def test_callers_who_show_no_number_are_nobody_and_are_not_texted(stage: Stage, hidden: str) -> None:
    shelf = Shelf(calls=[listed_call("CA1", caller=hidden), listed_call("CA2", caller=hidden)])
    assert again(stage, shelf) == 2
    assert stage.rows("SELECT party_id FROM call") == [(None,), (None,)]
    assert stage.rows("SELECT id FROM outbox") == []
    assert (
        stage.rows("SELECT id FROM party WHERE id NOT IN (SELECT party_id FROM staff WHERE party_id IS NOT NULL)") == []
    )


def test_a_call_that_was_spoken_with_is_not_missed(stage: Stage) -> None:
    caller = Caller(stage)
    caller.turn, caller.waited = 0, MOST_WAITS  # its first turn never came
    caller.say(WHOLE)
    before = len(Talker(stage).news())
    assert again(stage, Shelf(calls=[listed_call(caller.sid)])) == 1
    assert len(stage.texts(RESIDENT)) == before


def test_a_list_that_cannot_be_read_is_said(stage: Stage) -> None:
    with pytest.raises(CarrierSilent):
        again(stage, Shelf(silent=True))


def test_a_call_whose_end_we_never_heard_of_is_ended_once(stage: Stage) -> None:
    caller = Caller(stage)
    with stage.door.transaction(LINE) as tx:
        inbox.claim(tx, "voice", caller.sid + "/0")
        inbox.settle(tx, "voice", caller.sid + "/0", EMPTY)
    caller.ring()
    caller.say("楼道灯不亮")
    assert again(stage, Shelf(calls=[listed_call(caller.sid, "in-progress")])) == 0
    assert all_cases(stage) == []
    over = Shelf(calls=[listed_call(caller.sid)])
    assert again(stage, over) == 1
    (case,) = all_cases(stage)
    assert (case.category, case.channel) == ("stairwell-light", "call")
    assert stage.rows("SELECT status, stage, ended_at IS NOT NULL FROM call") == [("completed", "done", True)]
    assert again(stage, over) == 0
    assert len(all_cases(stage)) == 1


def test_a_call_whose_first_turn_and_end_never_came_opens_its_case(stage: Stage) -> None:
    caller = Caller(stage)
    caller.turn, caller.waited = 0, MOST_WAITS
    caller.say("楼道灯不亮")
    assert again(stage, Shelf(calls=[listed_call(caller.sid)])) == 1
    assert len(all_cases(stage)) == 1


def test_one_that_fails_keeps_none_of_the_others_back(stage: Stage) -> None:
    stage.plant(TRAP.format(state="22000"))
    shelf = Shelf(
        texts=[listed_text("SM3", WHOLE), listed_text("SMbad", WHOLE), listed_text("SM1", "谢谢")],
        calls=[listed_call("CA1", caller="+8613800000002")],
    )
    done = catch_up(stage.door, shelf, [LINE], SINCE)
    assert (done.taken, done.failed, done.troubles) == (3, 1, ("SMbad: DataError",))
    assert stage.rows("SELECT key FROM inbox ORDER BY key") == [("CA1/0",), ("SM1",), ("SM3",)]
    assert len(all_cases(stage)) == 1
    stage.plant("DROP TRIGGER trap ON inbox")
    assert again(stage, shelf) == 1


def test_what_fails_again_and_again_is_set_aside_and_holds_nothing_back(stage: Stage) -> None:
    stage.plant(TRAP.format(state="22000"))
    shelf = Shelf(texts=[listed_text("SMbad", WHOLE)])
    tries: dict[str, int] = {}
    reads = [catch_up(stage.door, shelf, [LINE], SINCE, tries) for _ in range(TRIES)]
    assert [done.failed for done in reads] == [1] * (TRIES - 1) + [0]
    assert reads[-1].troubles == ("SMbad: DataError",)
    assert look_from(reads[-1], SINCE, SINCE + timedelta(days=1)) > SINCE
    assert catch_up(stage.door, shelf, [LINE], SINCE, tries) == CaughtUp(0, 0)
    assert confirm_next(stage.door, lambda line: shelf, {LINE.id: LINE}) == 0
    with stage.door.transaction(LINE) as tx:
        [seen] = failures(tx)
        assert (seen.kind, seen.what, seen.why) == ("request", "text", "DataError")
    stage.plant("DROP TRIGGER trap ON inbox")
    with stage.door.transaction(LINE) as tx:
        assert retry(tx, seen, "command")
    assert confirm_next(stage.door, lambda line: shelf, {LINE.id: LINE}) == 1
    assert len(all_cases(stage)) == 1
    with stage.door.transaction(LINE) as tx:
        assert failures(tx) == []


def test_a_database_that_goes_away_ends_the_catching_up(stage: Stage) -> None:
    stage.plant(TRAP.format(state="57P03"))
    with pytest.raises(DatabaseAway):
        again(stage, Shelf(texts=[listed_text("SM1", WHOLE), listed_text("SMbad", WHOLE)]))
    assert all_cases(stage) == []


def moment(stage: Stage) -> datetime:
    with stage.door.transaction(LINE) as tx:
        return tx.now


@pytest.mark.parametrize("sender", [RESIDENT, "10086"])
def test_the_promise_for_a_caught_up_text_counts_from_when_the_carrier_took_it(stage: Stage, sender: str) -> None:
    at = moment(stage) - timedelta(hours=2)
    assert again(stage, Shelf(texts=[replace(listed_text("SM1", WHOLE, sender), at=at)])) == 1
    (case,) = all_cases(stage)
    assert case.received_at == at
    assert stage.rows("SELECT received_at FROM report") == [(at,)]


def test_a_carriers_clock_that_is_ahead_postpones_no_promise(stage: Stage) -> None:
    ahead = moment(stage) + timedelta(hours=2)
    again(stage, Shelf(texts=[replace(listed_text("SM1", WHOLE), at=ahead)]))
    (case,) = all_cases(stage)
    assert case.received_at < ahead - timedelta(hours=1)


@pytest.mark.parametrize("sids", [("SM1", "SM2", "SM3"), ("SM2", "SM1", "SM3")])
def test_a_talk_that_is_caught_up_counts_from_its_first_text_whatever_came_first(
    stage: Stage, sids: tuple[str, ...]
) -> None:
    at = moment(stage) - timedelta(hours=2)
    said = {"SM1": "你好", "SM2": "在吗", "SM3": "楼道灯不亮"}
    texts = {
        sid: replace(listed_text(sid, body), at=at + timedelta(minutes=number))
        for number, (sid, body) in enumerate(said.items())
    }
    for sid in sids:
        again(stage, Shelf(texts=[texts[sid]]))
    assert stage.rows("SELECT received_at FROM dialogue") == [(at,)]
    Talker(stage).text("幸福里3号楼", "SM4")
    (case,) = all_cases(stage)
    assert case.received_at == at
    assert {of for _, _, of in reports(stage)} == {case.id}


def test_what_is_missing_is_what_would_be_taken_in(stage: Stage) -> None:
    stage.text(WHOLE, sid="SM1")
    caller = Caller(stage)
    caller.turn, caller.waited = 0, MOST_WAITS
    caller.say("楼道灯不亮")  # its ring never came, and yet it was spoken with
    shelf = Shelf(
        texts=[listed_text("SM3", "谢谢"), listed_text("SM2", WHOLE), listed_text("SM1", WHOLE)],
        calls=[listed_call("CA2"), listed_call("CA1", "in-progress"), listed_call(caller.sid)],
    )
    assert absent(stage, shelf) == ["SM2", "SM3", "CA2"]
    assert again(stage, shelf) == 4
    assert absent(stage, shelf) == []
    assert absent(stage, Shelf()) == []
    with pytest.raises(CarrierSilent):
        absent(stage, Shelf(silent=True))


def test_what_we_sent_and_whom_we_called_is_no_report(stage: Stage) -> None:
    out = ListedText("SM1", LINE.number, RESIDENT, "已受理", "sent", False, None)
    to_ourselves = ListedText("SM2", LINE.number, LINE.number, "已受理", "received", True, None)
    dialled = ListedCall("CA1", LINE.number, RESIDENT, "completed", False, None)
    called_back = ListedCall("CA2", RESIDENT, LINE.number, "completed", False, None)
    ourselves = ListedCall("CA3", LINE.number, LINE.number, "completed", True, None)
    shelf = Shelf(texts=[out, to_ourselves], calls=[dialled, called_back, ourselves])
    assert absent(stage, shelf) == []
    assert again(stage, shelf) == 0
    assert all_cases(stage) == []
    assert stage.rows("SELECT count(*) FROM call") == [(0,)]


def test_what_is_attached_to_a_text_is_asked_for_and_kept(stage: Stage) -> None:
    media = (Media("https://media.example/1", "image/jpeg"), Media("https://media.example/2", "image/png"))
    shelf = Shelf(texts=[replace(listed_text("SM2", WHOLE), media_count=2, media=media), listed_text("SM1", "谢谢")])
    assert again(stage, shelf) == 2
    assert shelf.asked == ["SM2"], "one without attachments costs no request"
    (content_id,) = stage.rows("SELECT content_id FROM report WHERE sid = 'SM2'")[0]
    with stage.door.transaction(LINE) as tx:
        assert read_content(tx, content_id) == f"{WHOLE}\nhttps://media.example/1\nhttps://media.example/2"


def test_attachments_that_cannot_be_asked_for_are_looked_for_again(stage: Stage) -> None:
    @dataclass
    class Half(Shelf):
        """Its lists can be read, its texts cannot."""

        def find_text(self, sid: str) -> ListedText | None:
            raise CarrierSilent("away")

    shelf = Half(texts=[replace(listed_text("SM1", WHOLE), media_count=1)])
    done = catch_up(stage.door, shelf, [LINE], SINCE)
    assert (done.taken, done.troubles) == (0, ("SM1: CarrierSilent",))
    assert absent(stage, shelf) == ["SM1"]


def test_a_delivery_after_the_read_back_is_the_same_request_or_is_told_apart(stage: Stage) -> None:
    again(stage, Shelf(texts=[listed_text("SM1", WHOLE)]))
    with stage.door.transaction(LINE) as tx:
        kept = inbox.claim(tx, "text", "SM1")
    assert kept is not None
    assert kept.facts == inbox.facts_of(RESIDENT, LINE.number, WHOLE)
    assert kept.facts != inbox.facts_of(RESIDENT, LINE.number, "别的")


def test_a_call_under_way_is_looked_at_again_from_its_beginning(stage: Stage) -> None:
    begun = SINCE + timedelta(hours=1)
    early, late = begun - timedelta(minutes=50), begun - timedelta(minutes=3)
    ringing = [replace(listed_call(f"CA{n}", "in-progress"), at=at) for n, at in enumerate((late, early))]
    done = catch_up(stage.door, Shelf(calls=ringing), [LINE], SINCE)
    assert done == CaughtUp(0, 0, unfinished=early)
    slack = timedelta(minutes=2)
    assert look_from(done, SINCE, begun) == early - slack
    assert look_from(CaughtUp(3, 0), SINCE, begun) == begun - slack, "else it is enough to look from here"
    assert look_from(CaughtUp(3, 1, ("SM1: X",), early), SINCE, begun) == SINCE, "what failed is looked for again"
    stuck = CaughtUp(0, 0, unfinished=begun - timedelta(days=9))
    assert look_from(stuck, SINCE, begun) == begun - timedelta(hours=4) - slack, "no call lasts longer"


def test_a_call_that_has_no_beginning_yet_holds_the_place(stage: Stage) -> None:
    done = catch_up(stage.door, Shelf(calls=[listed_call("CA1", "ringing")]), [LINE], SINCE)
    assert done.unfinished == SINCE
