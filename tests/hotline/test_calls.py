import re
from xml.etree import ElementTree

import pytest

from cases.pen import read_content
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read
from hotline import calls
from tests.hotline.talking import Caller, Talker, all_cases, events, reports
from tests.stage import LINE, RESIDENT, Stage

WHOLE = "幸福里小区3号楼2单元电梯坏了"
REC = "RE" + "c" * 32


def verbs(answer: str) -> list[str]:
    return [node.tag for node in ElementTree.fromstring(answer)]


def words(answer: str) -> str:
    return "".join(ElementTree.fromstring(answer).itertext())


def digits(answer: str) -> str:
    return "".join(re.findall(r"\d", words(answer)))


@pytest.fixture
def caller(stage: Stage) -> Caller:
    return Caller(stage)


def row(caller: Caller) -> tuple[object, ...]:
    ((*found,),) = caller.stage.rows("SELECT stage, lang, turn, misses, choice, status FROM call")
    return tuple(found)


def test_a_call_in_one_breath_becomes_a_case_spoken_and_texted(caller: Caller) -> None:
    greeting = caller.ring()
    assert verbs(greeting) == ["Gather", "Redirect"]
    assert 'action="/webhooks/twilio/main/voice/1"' in greeting
    answer = caller.say(WHOLE)
    (case,) = all_cases(caller.stage)
    assert verbs(answer)[-1] == "Hangup"
    assert digits(answer).count(case.number.replace("-", "")) == 2
    assert (case.channel, case.category, case.building) == ("call", "lift", "3")
    assert list(reports(caller.stage)) == [(caller.sid, "matter", case.id)]
    assert case.number in Talker(caller.stage).news()[-1]


def test_an_unclear_place_is_asked_for_and_the_next_turn_is_named(caller: Caller) -> None:
    caller.ring()
    question = caller.say("电梯坏了")
    assert "在哪里" in words(question)
    assert 'action="/webhooks/twilio/main/voice/2"' in question
    assert "幸福里" in question  # the ear is told the district's own names
    caller.say("幸福里三号楼")
    (case,) = all_cases(caller.stage)
    assert (case.category, case.estate, case.building) == ("lift", "幸福里小区", "3")


def test_of_several_places_a_key_chooses_one(caller: Caller) -> None:
    caller.ring()
    assert "和平一村请按 1。和平二村请按 2。" in words(caller.say("和平新村三号楼下水道堵了"))
    answer = caller.key("2")
    assert "核实" not in words(answer)
    (case,) = all_cases(caller.stage)
    assert (case.estate, case.building) == ("和平二村", "3")


def test_only_the_building_is_asked_for_in_either_language(caller: Caller) -> None:
    caller.ring()
    assert "请问是幸福里小区几号楼" in words(caller.say("幸福里的垃圾没人收"))
    assert "Which building of Xingfuli Estate" in words(caller.key("9"))
    caller.say("五")
    (case,) = all_cases(caller.stage)
    assert (case.estate, case.building) == ("幸福里小区", "5")


def test_a_place_that_nobody_finds_is_left_to_a_person(caller: Caller) -> None:
    caller.ring()
    caller.say("电梯坏了")
    answer = caller.silence()
    assert "核实" in words(answer)
    (case,) = all_cases(caller.stage)
    assert case.estate is None


def test_a_key_decides_where_words_say_little(caller: Caller) -> None:
    caller.ring()
    caller.key("3")
    caller.say("幸福里小区3号楼，你们来看一下吧")
    (case,) = all_cases(caller.stage)
    assert case.service_line == "sanitation"


def test_english_all_the_way(caller: Caller) -> None:
    caller.ring()
    assert "Please say where it is" in words(caller.key("9"))
    answer = caller.say("The lift in Xingfuli building 3 is broken")
    assert "Your report has been taken" in words(answer)
    assert not re.search(r"[一-鿿]", words(answer))
    ((lang,),) = caller.stage.rows("SELECT lang FROM party WHERE id = (SELECT party_id FROM cases)")
    assert lang == "en"


def test_three_silences_then_a_message_that_becomes_the_case(caller: Caller) -> None:
    caller.ring()
    assert "没有听清" in words(caller.silence())
    assert "没有听清" in words(caller.say("喂喂"))
    third = caller.silence()
    assert verbs(third) == ["Say", "Record", "Redirect"]
    assert 'recordingStatusCallback="/webhooks/twilio/main/recording"' in third
    answer = caller.record(REC, 12)
    (case,) = all_cases(caller.stage)
    assert digits(answer).count(case.number.replace("-", "")) == 2
    assert "请听录音" in case.summary
    assert caller.stage.rows("SELECT sid, call_sid, state FROM recording") == [(REC, caller.sid, "to_fetch")]


def test_who_leaves_no_message_either_makes_no_case(caller: Caller) -> None:
    caller.ring()
    caller.key("0")
    answer = caller.silence()
    assert "没有听到您的留言" in words(answer)
    caller.status("completed")
    assert all_cases(caller.stage) == []


def test_words_that_were_doubtful_are_in_the_case_all_the_same(caller: Caller) -> None:
    caller.ring()
    caller.say("幸福里小区3号楼电梯坏了", confidence=0.1)
    caller.silence()
    caller.silence()
    caller.record(REC, 5)
    (case,) = all_cases(caller.stage)
    assert case.category == "lift"


def test_hanging_up_after_the_matter_opens_the_case(caller: Caller) -> None:
    caller.ring()
    caller.say("楼道灯不亮")
    caller.status("completed")
    (case,) = all_cases(caller.stage)
    assert (case.category, case.estate) == ("stairwell-light", None)
    assert case.number in Talker(caller.stage).news()[-1]
    assert row(caller)[0] == "done"


def test_hanging_up_without_a_word_opens_none(caller: Caller) -> None:
    caller.ring()
    caller.key("3")
    caller.say("喂")
    caller.status("completed")
    assert all_cases(caller.stage) == []
    ((ended,),) = caller.stage.rows("SELECT ended_at IS NOT NULL FROM call")
    assert ended is True


def test_a_message_whose_turn_never_came_opens_the_case_when_the_carrier_has_it(caller: Caller) -> None:
    caller.ring()
    caller.key("0")
    caller.status("completed")
    assert all_cases(caller.stage) == []
    caller.recording(REC, "completed")
    (case,) = all_cases(caller.stage)
    assert "请听录音" in case.summary


def test_the_carriers_word_before_the_end_of_the_call_opens_it_at_the_end(caller: Caller) -> None:
    caller.ring()
    caller.key("0")
    caller.recording(REC, "completed")
    assert all_cases(caller.stage) == []
    caller.status("completed")
    assert len(all_cases(caller.stage)) == 1


def test_the_end_of_a_call_that_made_its_case_changes_nothing(caller: Caller) -> None:
    caller.ring()
    caller.key("0")
    caller.record(REC, 12)
    caller.status("completed")
    caller.recording(REC, "completed")
    assert len(all_cases(caller.stage)) == 1


def test_an_empty_message_opens_none(caller: Caller) -> None:
    caller.ring()
    caller.key("0")
    caller.recording(REC, "completed", 0)
    caller.status("completed")
    assert all_cases(caller.stage) == []


def test_words_that_come_after_the_end_are_added(caller: Caller) -> None:
    caller.ring()
    caller.say("楼道灯不亮")
    caller.status("completed")
    answer = caller.say("在幸福里3号楼")
    assert verbs(answer)[-1] == "Hangup"
    assert len(all_cases(caller.stage)) == 1
    assert events(caller.stage).count("supplemented") == 1


@pytest.mark.parametrize("turn", [1, 0])
def test_the_first_words_come_after_the_end_and_open_the_case(caller: Caller, turn: int) -> None:
    caller.ring()
    caller.status("completed")
    caller.turn = turn - 1
    caller.say("楼道灯不亮")
    (case,) = all_cases(caller.stage)
    assert case.category == "stairwell-light"
    assert list(reports(caller.stage)) == [(caller.sid, "matter", case.id)]
    assert row(caller)[0] == "done"
    assert caller.stage.rows("SELECT count(*) FROM content WHERE kind = 'call'") == [(1,)]
    caller.turn = turn
    caller.say("在幸福里3号楼")
    assert len(all_cases(caller.stage)) == 1
    assert events(caller.stage).count("supplemented") == 1


def test_silence_after_the_end_opens_none(caller: Caller) -> None:
    caller.ring()
    caller.status("completed")
    caller.silence()
    assert all_cases(caller.stage) == []


@pytest.mark.parametrize("number", ["", "anonymous", "sip:a@b.example"])
def test_a_hidden_number_gets_a_case_and_is_told_to_write_it_down(stage: Stage, number: str) -> None:
    caller = Caller(stage, number)
    caller.ring()
    answer = caller.say(WHOLE)
    assert "请记好" in words(answer)
    (case,) = all_cases(stage)
    assert case.party_id is None


def test_a_party_that_stopped_texts_is_told_to_write_it_down(stage: Stage) -> None:
    Talker(stage).text("退订")
    caller = Caller(stage)
    caller.ring()
    assert "请记好" in words(caller.say(WHOLE))


def test_status_moves_forwards_only(caller: Caller) -> None:
    caller.status("ringing")  # of a call that we never heard of: nothing to do
    caller.ring()
    for status, stands in (
        ("ringing", "in-progress"),
        ("completed", "completed"),
        ("in-progress", "completed"),
        ("failed", "completed"),
        ("unheard-of", "completed"),
    ):
        caller.status(status)
        assert row(caller)[5] == stands


def test_a_turn_that_was_overtaken_loses_no_words_and_moves_nothing_back(caller: Caller) -> None:
    caller.ring()
    first = caller.turn
    caller.say("电梯坏了")
    before = row(caller)
    caller.turn = first - 1
    answer = caller.say("就是客梯那部")  # turn 0 once more, late
    assert "在哪里" in words(answer)
    assert 'action="/webhooks/twilio/main/voice/2"' in answer
    assert row(caller) == before
    caller.turn = 1
    caller.say("幸福里3号楼")
    (case,) = all_cases(caller.stage)
    assert "客梯" in case.summary


@pytest.mark.parametrize(("key", "last"), [("0", "Redirect"), ("", "Hangup")])
def test_an_overtaken_turn_repeats_what_is_open(caller: Caller, key: str, last: str) -> None:
    caller.ring()
    if key:
        caller.key(key)
    else:
        caller.say(WHOLE)
    caller.turn = -1
    assert verbs(caller.silence())[-1] == last


def test_a_call_that_comes_to_us_in_the_middle_is_taken_up(caller: Caller) -> None:
    caller.turn, caller.waited = 2, calls.MOST_WAITS
    caller.say(WHOLE)
    assert len(all_cases(caller.stage)) == 1


def test_what_was_said_lies_in_the_vault_only(caller: Caller) -> None:
    caller.ring()
    caller.say("幸福里小区3号楼\x00电梯坏了")
    ((content_id,),) = caller.stage.rows("SELECT content_id FROM report")
    with caller.stage.door.transaction(LINE) as tx:
        assert read_content(tx, content_id) == "幸福里小区3号楼\x00电梯坏了"


def test_twilio_would_have_nothing_against_any_document(stage: Stage) -> None:
    answers = []
    for steps in (("3", WHOLE), ("9", "no water", ""), ("", "", "", ""), ("0", "")):
        caller = Caller(stage)
        answers.append(caller.ring())
        for step in steps:
            answers.append(caller.key(step) if len(step) == 1 else caller.say(step))
    for answer in answers:
        document = read(answer.encode(), "text/xml", Kind.VOICE)
        assert remarks_on(document, Kind.VOICE) == (), answer
    assert len(answers) == 15


def test_the_hand_on_the_receiver_is_known(stage: Stage) -> None:
    Talker(stage).text("退订")
    first, second = Caller(stage), Caller(stage, "+8613800000002")
    for caller in (first, second):
        caller.ring()
        caller.say(WHOLE)
    assert len({case.party_id for case in all_cases(stage)}) == 2
    assert first.number == RESIDENT
