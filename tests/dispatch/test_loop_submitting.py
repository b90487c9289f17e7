"""Finding, news and submitting: each in its order, and what the system says where the unit forgets to."""

from datetime import timedelta

import pytest

from cases.lifecycle import IllegalDeed
from cases.loop.deeds import standing
from dispatch.life import verifying
from dispatch.loop import finding, submitting, telling, verdicts
from dispatch.loop.verdicts import Answer
from dispatch.loop.who import NotYours
from tests.dispatch.looping import (
    DANGER,
    ENQUIRY,
    HER,
    LAMP,
    PRAISE,
    anonymous,
    arrive,
    arrived,
    case,
    does,
    evidence,
    kept,
    kinds,
    lost,
    outbox_ids,
    running,
    says,
    sound,
    tell,
    to_asked,
    to_found,
    value,
)
from tests.dispatch.shifts import at, fire_all, holder, wind_to
from tests.people import SHEN_YUEHUA
from tests.stage import LINE, Stage

EMPTY = ("", "   ", "灯", " \n灯 ")


def test_each_step_waits_for_the_one_before(stage: Stage) -> None:
    taken = stage.text(LAMP)
    assert does(stage, finding.find, taken, "灯泡烧坏").id == "desk.work.visit_first"
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.visit_first"
    assert does(stage, submitting.submit, taken).id == "desk.work.visit_lacking"
    arrive(stage, taken, taken.visit_code)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.finding_first"
    assert does(stage, submitting.submit, taken).id == "desk.work.finding_lacking"
    does(stage, finding.find, taken, "灯泡烧坏")
    assert does(stage, submitting.submit, taken).id == "desk.work.told_lacking"
    assert case(stage, taken).state == "in_progress"
    assert outbox_ids(stage, "told") == []
    assert not {"found", "telling", "submitted"} & set(kinds(stage, taken)[:-1])
    assert evidence(stage, taken) == [("visit_code", "met", "kept")]
    sound(stage)


def test_words_that_say_nothing_are_none(stage: Stage) -> None:
    taken = stage.text(LAMP)
    arrive(stage, taken, taken.visit_code)
    for words in EMPTY:
        assert does(stage, finding.find, taken, words).id == "desk.work.find_how"
        assert does(stage, finding.report, taken, words).id == "desk.work.news_how"
    assert "finding" not in kept(stage, taken)
    assert does(stage, finding.find, taken, "灯坏").id == "desk.work.found", "two characters are enough"
    for words in EMPTY:
        assert does(stage, telling.tell, taken, words).id == "desk.work.tell_how"
    assert outbox_ids(stage, "told") == []
    assert "progress" not in kinds(stage, taken)


def test_the_first_finding_counts(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    done = "SELECT done_at FROM owed WHERE step = 'finding'"
    first = stage.rows(done)
    stage.wind(timedelta(minutes=10))
    assert does(stage, finding.find, taken, "还有线路老化").id == "desk.work.found"
    assert stage.rows(done) == first
    assert kinds(stage, taken).count("found") == 2, "what is found later is kept as well"


def test_who_told_and_does_not_submit_is_still_waited_for(stage: Stage) -> None:
    """Nothing is forgotten where only the unit's word is lacking (INV-TIMER): the system says it for the unit."""
    taken = stage.text(LAMP)
    to_found(stage, taken)
    arrived(stage, tell(stage, taken))
    assert case(stage, taken).state == "in_progress"
    sound(stage)
    wind_to(stage, at(25, 8, 59))
    fire_all(stage)
    assert case(stage, taken).state == "in_progress", "not before the office opens on the next working day"
    wind_to(stage, at(25, 9, 0))
    fire_all(stage)
    assert case(stage, taken).state == "to_call_back"
    actor = value(stage, "SELECT actor FROM event WHERE kind = 'submitted'")
    assert actor == "system"
    assert len(outbox_ids(stage, "submitted_for")) == 1, "the unit is told"
    sound(stage)


def test_what_presses_is_submitted_for_the_unit_after_two_hours(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    stage.plant("UPDATE cases SET level = 'L2'")
    arrived(stage, tell(stage, taken))
    stage.wind(timedelta(minutes=119))
    fire_all(stage)
    assert case(stage, taken).state == "in_progress"
    stage.wind(timedelta(minutes=2))
    fire_all(stage)
    assert case(stage, taken).state == "to_verify"
    assert outbox_ids(stage, "submitted_person"), "whoever did it hears that a person looks at it"
    does(stage, verifying.accept, taken, by="verifier")
    assert case(stage, taken).state == "to_call_back"


def test_nothing_is_submitted_for_a_unit_that_has_to_prove_it_anew(stage: Stage) -> None:
    taken = stage.text(LAMP)
    says(stage, to_asked(stage, taken), Answer.NOT_CONTACTED)
    wind_to(stage, at(25, 9, 1))
    fire_all(stage)
    assert (case(stage, taken).state, kinds(stage, taken).count("submitted")) == ("in_progress", 1)


def test_what_did_not_arrive_sends_a_submitted_case_back(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    due = running(stage, taken)["told"]
    sent = tell(stage, taken)
    assert does(stage, submitting.submit, taken).id == "desk.work.submitted_waiting"
    assert case(stage, taken).state == "to_verify"
    said = "the unit's clock runs until the carrier says that the resident was told, whatever the unit says"
    assert (set(running(stage, taken)), running(stage, taken)["told"]) == ({"told", "verify"}, due), said
    stage.wind(timedelta(minutes=10))
    lost(stage, sent)
    assert case(stage, taken).state == "in_progress"
    assert kinds(stage, taken)[-1] == "sent_back"
    assert running(stage, taken) == {"told": due}
    sound(stage)
    assert len(outbox_ids(stage, "told_failed")) == 1
    lost(stage, sent)
    assert len(outbox_ids(stage, "told_failed")) == 1, "said once"
    assert does(stage, submitting.submit, taken).id == "desk.work.told_lacking"
    arrived(stage, tell(stage, taken))
    assert does(stage, submitting.submit, taken).id == "desk.work.submitted"
    assert case(stage, taken).state == "to_call_back"
    sound(stage)


def test_a_submitted_case_goes_on_when_the_text_arrives(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    does(stage, submitting.submit, taken)
    with stage.door.transaction(LINE) as tx:
        assert submitting.verify(tx, standing(tx, taken.case_id, lock=True)) is None, "not before"
    arrived(stage, sent)
    assert case(stage, taken).state == "to_call_back"
    assert kinds(stage, taken)[-3:] == ["told", "verified", "asked"]
    with pytest.raises(IllegalDeed):
        does(stage, submitting.submit, taken)
    sound(stage)


def test_an_anonymous_case_closes_without_told_and_verdict(stage: Stage) -> None:
    taken = anonymous(stage)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.visit_first"
    arrive(stage, taken, place="3号楼2单元")
    does(stage, finding.find, taken, "灯泡烧坏")
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.nobody_to_tell"
    does(stage, submitting.submit, taken)
    row = case(stage, taken)
    assert (row.state, row.closing_kind) == ("closed", "solved")
    assert stage.rows("SELECT 1 FROM question") == []
    assert running(stage, taken) == {}
    sound(stage)


def test_an_enquiry_is_answered_without_a_visit(stage: Stage) -> None:
    taken = stage.text(ENQUIRY)
    who = holder(stage, taken.number)
    assert does(stage, submitting.submit, taken, by=who).id == "desk.work.finding_lacking"
    assert does(stage, telling.tell, taken, "本月底", by=who).id == "desk.work.finding_first"
    does(stage, finding.find, taken, "换届在本月底", by=who)
    answer = does(stage, telling.tell, taken, "换届在本月底，见公告栏", by=who)
    assert answer.id == "desk.work.telling"
    arrived(stage, outbox_ids(stage, "told")[-1])
    does(stage, submitting.submit, taken, by=who)
    asked = value(stage, "SELECT id FROM question WHERE state = 'open'")
    says(stage, asked, Answer.SATISFIED)
    assert case(stage, taken).state == "closed"
    sound(stage)


def test_what_has_no_sla_is_done_without_deadlines(stage: Stage) -> None:
    taken = stage.text(PRAISE)
    who = holder(stage, taken.number)
    assert set(running(stage, taken)) == {"hold_review"}
    found = does(stage, finding.find, taken, "已转告本人", by=who)
    assert found.params["next"].id == "desk.work.next.told_open"  # type: ignore[attr-defined]
    does(stage, telling.tell, taken, "谢谢您的表扬，已转告本人", by=who)
    arrived(stage, outbox_ids(stage, "told")[-1])
    assert set(running(stage, taken)) == {"hold_review"}, "an open case has a timer"
    does(stage, submitting.submit, taken, by=who)
    row = case(stage, taken)
    assert row.state == "closed", "no verdict is owed for praise"
    assert running(stage, taken) == {}
    sound(stage)


def publish(stage: Stage, verification: str, *, persons: bool) -> None:
    """A second version of the policy: who verifies where a lamp is out, and whether people do at all."""
    import json

    body = value(stage, "SELECT body FROM policy_version")
    raw = json.loads(str(body))
    raw["categories"]["stairwell-light"]["verification"] = verification
    raw["verification"]["persons"] = persons
    stage.plant(
        "INSERT INTO policy_version (number, body, state, imported_at) VALUES (2, :body, 'in_force', now())",
        body=json.dumps(raw, ensure_ascii=False),
    )


@pytest.mark.parametrize(
    ("verification", "persons", "verified"),
    [("none", True, "none"), ("evidence", True, "evidence"), ("person", True, "person"), ("person", False, "evidence")],
)
def test_who_verifies_is_policy(stage: Stage, verification: str, persons: bool, verified: str) -> None:
    publish(stage, verification, persons=persons)
    taken = stage.text(LAMP)
    assert does(stage, submitting.submit, taken).id == "desk.work.visit_lacking", "proof is owed all the same"
    to_asked(stage, taken)
    by = value(stage, "SELECT canonical::jsonb -> 'facts' ->> 'by' FROM event WHERE kind = 'verified'")
    assert by == verified
    assert ("verify" in kept(stage, taken)) is (verification != "none")
    sound(stage)


def test_news_is_owed_again_and_again_until_it_is_safe(stage: Stage) -> None:
    taken = stage.text(DANGER)
    who = holder(stage, taken.number)
    first = running(stage, taken)["interim"]
    stage.wind(timedelta(minutes=30))
    fire_all(stage)
    said = does(stage, finding.report, taken, "民警已到场", by=who)
    assert said.id == "desk.work.news_until"
    again = running(stage, taken)["interim"]
    assert said.params["due"] == again > first
    with pytest.raises(NotYours) as no:
        does(stage, finding.safe, taken, "人已控制", by=HER)
    assert no.value.need == "unit"
    for words in EMPTY:
        assert does(stage, finding.safe, taken, words, by=SHEN_YUEHUA.worker).id == "desk.work.safe_how"
    assert "interim" in running(stage, taken)
    said = does(stage, finding.safe, taken, "人已控制，无危险", by=SHEN_YUEHUA.worker)
    assert said.id == "desk.work.safe"
    assert said.params["n"] == taken.number, "she does not hold it: it has no short number for her"
    assert "interim" not in running(stage, taken)
    assert does(stage, finding.report, taken, "还在清理", by=who).id == "desk.work.news"
    assert "interim" not in running(stage, taken), "what is safe is safe"
    sound(stage)


def test_a_rework_is_worked_on_as_a_rework_and_told_anew(stage: Stage) -> None:
    taken = stage.text(LAMP)
    says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    assert case(stage, taken).state == "rework"
    assert does(stage, submitting.submit, taken).id == "desk.work.visit_lacking"
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.visit_first"
    assert case(stage, taken).state == "rework", "everybody sees that it is the second time"
    to_asked(stage, taken)
    assert case(stage, taken).attempt == 2
    with stage.door.transaction(LINE) as tx:
        assert len(verdicts.open_questions(tx, case(stage, taken).party_id)) == 1
    sound(stage)


@pytest.mark.parametrize("forgotten", [False, True])
def test_where_no_answer_is_owed_the_unit_hears_that_it_is_closed(stage: Stage, forgotten: bool) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE owed SET is_owed = false WHERE step = 'call_back'")
    to_found(stage, taken)
    arrived(stage, tell(stage, taken))
    if forgotten:
        wind_to(stage, at(25, 9, 0))
        fire_all(stage)
        assert (len(outbox_ids(stage, "submitted_closed")), outbox_ids(stage, "submitted_for")) == (1, [])
    else:
        assert does(stage, submitting.submit, taken).id == "desk.work.submitted_closed"
    assert case(stage, taken).state == "closed"
