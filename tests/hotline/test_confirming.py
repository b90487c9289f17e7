"""What lies in quarantine is settled by what the carrier really has, or shown to a person."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from dispatch import inbox, quarantine
from dispatch.quarantine import Held, Suspect
from dispatch.transaction import DatabaseAway
from hotline.carriers.port import ListedCall, ListedText
from hotline.confirming import PATIENCE, confirm_next
from hotline.events import Media
from tests.hotline.shelf import Shelf
from tests.hotline.talking import Caller, Talker, all_cases, reports
from tests.stage import LINE, RESIDENT, Stage

WHOLE = "幸福里小区3号楼2单元电梯坏了"
TEXT, CALL, RECORDING = "SM" + "a" * 32, "CA" + "b" * 32, "RE" + "c" * 32
LISTED = ListedText(TEXT, RESIDENT, LINE.number, WHOLE, "received", True, None)
RANG = ListedCall(CALL, RESIDENT, LINE.number, "completed", True, None)
SWALLOWED = [("Body", f"{WHOLE}From{RESIDENT}"), ("MessageSid", TEXT), ("To", LINE.number)]
CALLED = [("CallSid", f"{CALL}From{RESIDENT}"), ("To", LINE.number)]
LINES = {LINE.id: LINE}


def suspect(door: str = "text", sid: str = TEXT, body: Any = SWALLOWED, query: Any = ()) -> Suspect:
    return Suspect(door, sid, "swallowed", json.dumps({"query": list(query), "body": list(body)}))


def put(stage: Stage, *suspects: Suspect) -> None:
    for each in suspects:
        with stage.door.transaction(LINE) as tx:
            quarantine.put(tx, each)


def confirm(stage: Stage, shelf: Shelf) -> int:
    return confirm_next(stage.door, lambda line: shelf, LINES)


def waiting(stage: Stage) -> list[Held]:
    with stage.door.transaction(LINE) as tx:
        return quarantine.open_items(tx)


def settled(stage: Stage) -> list[tuple[Any, ...]]:
    return [
        tuple(row) for row in stage.rows("SELECT state, settled_by, trouble FROM quarantine ORDER BY received_at, id")
    ]


def test_a_real_text_is_taken_in_with_the_carriers_words_and_once(stage: Stage) -> None:
    put(stage, suspect())
    shelf = Shelf(texts=[LISTED])
    assert confirm(stage, shelf) == 1
    (case,) = all_cases(stage)
    assert (case.category, case.building) == ("lift", "3")
    assert [(sid, role) for sid, role, _ in reports(stage)] == [(TEXT, "matter")]
    assert settled(stage) == [("taken", "carrier", None)]
    assert confirm(stage, shelf) == 0
    assert shelf.asked == [TEXT]
    with stage.door.transaction(LINE) as tx:
        assert inbox.claim(tx, "text", TEXT) is not None, "under the ordinary claim"


def test_what_was_taken_in_before_is_settled_and_makes_no_second_case(stage: Stage) -> None:
    stage.text(WHOLE, sid=TEXT)
    put(stage, suspect(), suspect(body=[*SWALLOWED, ("Zone", "")]))
    assert confirm(stage, Shelf(texts=[LISTED])) == 2
    assert len(all_cases(stage)) == 1


def test_parameters_in_the_query_count_as_said(stage: Stage) -> None:
    put(stage, suspect(body=[("Body", WHOLE)], query=[("From", RESIDENT), ("To", LINE.number), ("MessageSid", TEXT)]))
    assert confirm(stage, Shelf(texts=[LISTED])) == 1


def test_pictures_come_from_the_carrier(stage: Stage) -> None:
    media = (Media("https://media.example/1", "image/jpeg"),)
    put(stage, suspect())
    assert confirm(stage, Shelf(texts=[replace(LISTED, media_count=1, media=media)])) == 1
    assert "1" in all_cases(stage)[0].summary


@pytest.mark.parametrize(
    "listed",
    [
        replace(LISTED, body="别的"),
        replace(LISTED, sender="+8613900000009"),
        replace(LISTED, to="+862166660009"),
        replace(LISTED, inbound=False),
    ],
)
def test_other_facts_stay_for_a_person(stage: Stage, listed: ListedText) -> None:
    put(stage, suspect())
    shelf = Shelf(texts=[listed])
    assert confirm(stage, shelf) == 0
    (held,) = waiting(stage)
    assert held.trouble == "other_facts"
    assert all_cases(stage) == []
    assert confirm(stage, shelf) == 0
    assert len(shelf.asked) == 1, "a person looks now: the carrier is not asked for ever"


def test_what_the_carrier_does_not_know_stays_for_a_person_after_a_while(stage: Stage) -> None:
    put(stage, suspect())
    shelf = Shelf()
    assert confirm(stage, shelf) == 0
    assert waiting(stage)[0].trouble == "", "the carrier may know it a little later"
    stage.wind(PATIENCE + timedelta(seconds=1))
    assert confirm(stage, shelf) == 0
    assert waiting(stage)[0].trouble == "unknown"
    with stage.door.transaction(LINE) as tx:
        assert quarantine.ask_again(tx, waiting(stage)[0].id)
    shelf.texts = [LISTED]
    assert confirm(stage, shelf) == 1


def test_a_silent_carrier_is_asked_again(stage: Stage) -> None:
    put(stage, suspect(), suspect("voice", CALL, CALLED))
    shelf = Shelf(texts=[LISTED], calls=[RANG], silent=True)
    stage.wind(PATIENCE * 2)
    assert confirm(stage, shelf) == 0
    assert [held.trouble for held in waiting(stage)] == ["", ""]
    shelf.silent = False
    assert confirm(stage, shelf) == 2


def test_a_real_call_is_waited_for_and_then_its_caller_is_asked(stage: Stage) -> None:
    resident = Talker(stage)
    put(stage, suspect("voice", CALL, CALLED))
    assert confirm(stage, Shelf(calls=[replace(RANG, status="in-progress")])) == 0
    assert waiting(stage)[0].trouble == ""
    assert confirm(stage, Shelf(calls=[RANG])) == 1
    assert "热线故障" in resident.news()[0]


@pytest.mark.parametrize(
    ("call", "trouble"),
    [(replace(RANG, inbound=False), "own_call"), (replace(RANG, caller="+8613900000009"), "other_facts")],
)
def test_a_call_of_ours_or_with_other_facts_stays_for_a_person(stage: Stage, call: ListedCall, trouble: str) -> None:
    put(stage, suspect("voice", CALL, CALLED))
    assert confirm(stage, Shelf(calls=[call])) == 0
    assert waiting(stage)[0].trouble == trouble


def test_the_end_of_a_call_is_taken_from_the_carrier(stage: Stage) -> None:
    caller = Caller(stage, sid=CALL)
    caller.ring()
    caller.say("楼道灯不亮")
    put(stage, suspect("status", CALL, [*CALLED, ("CallStatus", "failed")]))
    assert confirm(stage, Shelf(calls=[RANG])) == 1
    assert len(all_cases(stage)) == 1
    assert stage.rows("SELECT status FROM call") == [("completed",)], "the carrier's word, not the request's"


def test_the_word_on_a_text_of_ours_is_taken_from_the_carrier(stage: Stage) -> None:
    sent = ListedText(TEXT, LINE.number, RESIDENT, "已受理", "delivered", False, None)
    body = [("From", LINE.number), ("MessageSid", f"{TEXT}MessageStatusfailed"), ("To", RESIDENT)]
    put(stage, suspect("status", TEXT, body), suspect("status", TEXT, [*body, ("Zone", "")]))
    assert confirm(stage, Shelf(texts=[sent])) == 2
    assert stage.rows("SELECT sid, status FROM receipt") == [(TEXT, "delivered")]


@pytest.mark.parametrize(("door", "sid", "trouble"), [("text", "", "no_sid"), ("recording", RECORDING, "not_asked")])
def test_what_cannot_be_asked_about_stays_for_a_person(stage: Stage, door: str, sid: str, trouble: str) -> None:
    put(stage, suspect(door, sid))
    assert confirm(stage, Shelf(texts=[LISTED])) == 0
    assert waiting(stage)[0].trouble == trouble


def test_a_line_that_is_gone_stays_for_a_person(stage: Stage) -> None:
    put(stage, suspect())
    stage.plant("UPDATE quarantine SET line = 'gone'")
    assert confirm(stage, Shelf(texts=[LISTED])) == 0
    assert waiting(stage)[0].trouble == "no_line"


def broken(state: str) -> str:
    return f"""
    CREATE FUNCTION trap() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'bad' USING ERRCODE = '{state}'; END $$;
    CREATE TRIGGER trap BEFORE UPDATE ON inbox FOR EACH ROW WHEN (NEW.key = '{TEXT}') EXECUTE FUNCTION trap()
    """


def test_one_that_fails_keeps_none_of_the_others_back(stage: Stage) -> None:
    stage.plant(broken("22000"))
    put(stage, suspect(), suspect("voice", CALL, CALLED))
    assert confirm(stage, Shelf(texts=[LISTED], calls=[RANG])) == 1
    assert [held.trouble for held in waiting(stage)] == ["DataError"]
    assert all_cases(stage) == []


def test_a_database_that_goes_away_is_nobodys_trouble(stage: Stage) -> None:
    stage.plant(broken("57P03"))
    put(stage, suspect())
    with pytest.raises(DatabaseAway):
        confirm(stage, Shelf(texts=[LISTED]))
    assert [held.trouble for held in waiting(stage)] == [""]
