"""Told: only by the carrier's word that a text arrived, or by a call that was connected after the finding."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from cases.phrases import EN, ZH
from cases.report import segments
from dispatch.duty import moves
from dispatch.loop import returns, reworking, submitting, telling, verdicts
from dispatch.loop.verdicts import Answer
from tests.dispatch.looping import (
    HER,
    LAMP,
    arrived,
    at_desk,
    case,
    does,
    evidence,
    kept,
    kinds,
    lost,
    outbox_ids,
    rang,
    running,
    says,
    snapshot,
    sound,
    stopped,
    tell,
    to_asked,
    to_found,
    value,
)
from tests.dispatch.shifts import holder
from tests.people import LU_SIYUAN
from tests.stage import LINE, RESIDENT, Stage


@pytest.mark.parametrize(("lang", "letter"), [(ZH, "灯"), (EN, "a")])
def test_exactly_what_fits_is_sent(stage: Stage, lang: str, letter: str) -> None:
    taken = stage.text(LAMP)
    stage.plant("UPDATE party SET lang = :lang WHERE id = :id", lang=lang, id=case(stage, taken).party_id)
    to_found(stage, taken)
    before = snapshot(stage)
    said = does(stage, telling.tell, taken, letter * 600)
    assert (said.id, said.params["length"]) == ("desk.work.too_long", 600)
    most = said.params["most"]
    assert isinstance(most, int)
    again = does(stage, telling.tell, taken, letter * (most + 1))
    assert (again.id, again.params["most"]) == ("desk.work.too_long", most)
    assert snapshot(stage) == before
    assert outbox_ids(stage, "told") == []
    tell(stage, taken, letter * most)
    text = stage.texts(RESIDENT)[-1]
    assert letter * most in text
    assert (segments(text), segments(text + letter)) == (telling.MOST, telling.MOST + 1)


def test_the_second_telling_arrives_where_the_first_did_not(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    first, second = tell(stage, taken, "灯已换好"), tell(stage, taken, "灯已换好，物业每月检查")
    lost(stage, first)
    assert outbox_ids(stage, "told_failed") == [], "another one is on its way"
    arrived(stage, second)
    assert "told" in kept(stage, taken)
    assert "told" not in running(stage, taken)
    lost(stage, first)
    arrived(stage, second)
    assert [state for _, _, state in evidence(stage, taken)[1:]] == ["failed", "kept"]
    assert kinds(stage, taken).count("told") == 1
    assert outbox_ids(stage, "told_failed") == []
    does(stage, submitting.submit, taken)
    sound(stage)


def test_the_carriers_last_word_counts(stage: Stage) -> None:
    """First it said that the text did not arrive, later that it did: it did."""
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    lost(stage, sent)
    assert "told" not in kept(stage, taken)
    arrived(stage, sent)
    assert "told" in kept(stage, taken)
    does(stage, submitting.submit, taken)
    sound(stage)


def test_a_word_on_a_text_of_an_earlier_attempt_changes_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    late, failed = tell(stage, taken, "明天来修"), tell(stage, taken, "后天来修")
    arrived(stage, tell(stage, taken))
    does(stage, submitting.submit, taken)
    asked = value(stage, "SELECT id FROM question WHERE state = 'open'")
    says(stage, asked, Answer.UNSOLVED)
    assert case(stage, taken).attempt == 2
    told = len(kinds(stage, taken))
    arrived(stage, late)
    lost(stage, failed)
    assert len(kinds(stage, taken)) == told
    assert not {"told"} & kept(stage, taken)
    assert outbox_ids(stage, "told_failed") == []
    sound(stage)


def test_a_word_on_a_text_of_a_closed_case_changes_nothing(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    late, failed = tell(stage, taken, "明天来修"), tell(stage, taken, "后天来修")
    arrived(stage, tell(stage, taken))
    does(stage, submitting.submit, taken)
    asked = value(stage, "SELECT id FROM question WHERE state = 'open'")
    says(stage, asked, Answer.SATISFIED)
    told = kinds(stage, taken)
    arrived(stage, late)
    lost(stage, failed)
    assert (case(stage, taken).state, kinds(stage, taken)) == ("closed", told)
    sound(stage)


def test_a_text_that_arrives_after_a_move_was_told_all_the_same(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    first, second = tell(stage, taken), tell(stage, taken, "物业说明天再查")
    with stage.door.transaction(LINE) as tx:
        assert moves.hand_on(tx, taken.case_id, "cannot") is not None
    assert holder(stage, taken.number) != HER
    lost(stage, first)
    arrived(stage, second)
    assert "told" in kept(stage, taken)
    does(stage, submitting.submit, taken, by=holder(stage, taken.number))
    sound(stage)


def test_whoever_holds_it_now_is_told_that_a_text_did_not_arrive(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    with stage.door.transaction(LINE) as tx:
        moves.hand_on(tx, taken.case_id, "cannot")
    lost(stage, sent)
    code = value(
        stage, "SELECT s.code FROM outbox o JOIN staff s ON s.party_id = o.party_id WHERE o.purpose = 'told_failed'"
    )
    assert code == holder(stage, taken.number) != HER


def test_what_arrives_while_a_return_is_asked_is_told_when_it_is_rejected(stage: Stage) -> None:
    """The resident was told; the unit need not say it again because a return was under review just then."""
    taken = stage.text(LAMP)
    to_found(stage, taken)
    sent = tell(stage, taken)
    does(stage, returns.request, taken, returns.Reason.NOT_OURS)
    arrived(stage, sent)
    assert "told" not in kept(stage, taken), "not while nobody knows whose the case is"
    with at_desk(stage, LU_SIYUAN.worker) as (tx, who):
        returns.reject(tx, taken.number, "归楼院", who)
    assert case(stage, taken).state == "in_progress"
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.telling"


def test_an_unknown_text_concerns_nobody(stage: Stage) -> None:
    stage.text(LAMP)
    before = snapshot(stage)
    [receipt] = outbox_ids(stage, "receipt")
    arrived(stage, receipt)
    lost(stage, receipt)
    assert snapshot(stage) == before


def test_where_texts_do_not_arrive_only_a_call_after_the_finding_tells(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stopped(stage)
    rang(stage, taken.case_id)
    stage.wind(timedelta(minutes=1))
    to_found(stage, taken)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.call_first", "that call was before"
    assert "told" not in kept(stage, taken)
    assert outbox_ids(stage, "told") == []
    stage.wind(timedelta(minutes=1))
    rang(stage, taken.case_id, 75)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.told_by_call"
    assert "told" in kept(stage, taken)
    assert stage.rows("SELECT seconds FROM evidence WHERE step = 'told'") == [(75,)]
    assert "told" not in running(stage, taken)
    does(stage, submitting.submit, taken)
    sound(stage)


def test_after_a_text_that_failed_a_call_tells_and_without_one_another_text_goes(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    lost(stage, tell(stage, taken))
    assert len(outbox_ids(stage, "told_failed")) == 1
    lost(stage, tell(stage, taken))
    rang(stage, taken.case_id)
    assert does(stage, telling.tell, taken, "已电话告知").id == "desk.work.told_by_call"
    assert len(outbox_ids(stage, "told")) == 2
    assert does(stage, submitting.submit, taken).id == "desk.work.submitted"
    sound(stage)


def test_a_call_alone_tells_nothing_to_whom_texts_reach(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    rang(stage, taken.case_id)
    tell(stage, taken)
    assert "told" not in kept(stage, taken), "the carrier's word is awaited"


def test_a_call_before_the_verdict_not_contacted_tells_nothing_afterwards(stage: Stage) -> None:
    """ "Not contacted" annuls told: what proved it before does not prove it again."""
    taken = stage.text(LAMP)
    stopped(stage)
    to_found(stage, taken)
    rang(stage, taken.case_id)
    does(stage, telling.tell, taken, "灯已换好")
    does(stage, submitting.submit, taken)
    asked = value(stage, "SELECT id FROM question WHERE state = 'open'")
    stage.wind(timedelta(minutes=10))
    says(stage, asked, Answer.NOT_CONTACTED)
    assert "told" not in kept(stage, taken)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.call_first"
    assert "told" not in kept(stage, taken)
    stage.wind(timedelta(minutes=1))
    rang(stage, taken.case_id)
    assert does(stage, telling.tell, taken, "灯已换好").id == "desk.work.told_by_call"


def test_what_the_resident_gets_at_a_rework_is_not_sent_to_who_stopped_texts(stage: Stage) -> None:
    taken = stage.text(LAMP)
    asked = to_asked(stage, taken)
    stopped(stage)
    with stage.door.transaction(LINE) as tx:
        verdicts.unanswered(tx, asked, "silence")
    call = value(stage, "SELECT id FROM question WHERE state = 'open'")
    says(stage, call, Answer.UNSOLVED)
    assert case(stage, taken).attempt == 2
    assert outbox_ids(stage, reworking.PURPOSE) != []
    assert outbox_ids(stage, "redone") == []


def test_evidence_of_a_telling_is_one_for_each_text(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    tell(stage, taken)
    with stage.owner.connect() as conn:
        [found] = conn.execute(sa.text("SELECT outbox_id, staff_id FROM evidence WHERE step = 'told'")).all()
    assert found.outbox_id == outbox_ids(stage, "told")[0]
    assert stage.rows("SELECT code FROM staff WHERE id = :id", id=found.staff_id) == [(HER,)]
