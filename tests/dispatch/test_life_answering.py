"""An enquiry that is answered directly: told by a text, then asked about; what did not arrive goes to the unit."""

import pytest

from dispatch.acts.refusals import Refused
from dispatch.loop.verdicts import Answer
from tests.dispatch.looping import (
    ENQUIRY,
    LAMP,
    arrived,
    case,
    kept,
    kinds,
    lost,
    outbox_ids,
    question,
    running,
    says,
    sound,
    stopped,
)  # fmt: skip
from tests.dispatch.test_life_leaving import act
from tests.stage import RESIDENT, Stage

WORDS = "本月底投票，地点在居委会一楼"


def test_an_answer_is_told_and_then_asked_about(stage: Stage) -> None:
    taken = stage.text(ENQUIRY)
    act(stage, taken.case_id, "answer", words=WORDS)
    assert case(stage, taken).state == "answered"
    assert set(running(stage, taken)) == {"call_back"}
    assert any(WORDS in text for text in stage.texts(RESIDENT))
    assert stage.rows("SELECT 1 FROM question") == [], "not before it has arrived"
    sound(stage)
    arrived(stage, outbox_ids(stage, "told")[-1])
    assert kept(stage, taken) >= {"told"}
    says(stage, question(stage, taken), Answer.SATISFIED)
    assert case(stage, taken).state == "closed"
    assert kinds(stage, taken)[-1] == "closed"
    sound(stage)


@pytest.mark.parametrize("answer", [Answer.UNSOLVED, Answer.NOT_CONTACTED])
def test_who_is_not_content_with_an_answer_has_the_unit(stage: Stage, answer: Answer) -> None:
    taken = stage.text(ENQUIRY)
    act(stage, taken.case_id, "answer", words=WORDS)
    arrived(stage, outbox_ids(stage, "told")[-1])
    says(stage, question(stage, taken), answer)
    assert (case(stage, taken).state, case(stage, taken).attempt) == ("rework", 2)
    sound(stage)


def test_an_answer_that_does_not_arrive_is_the_units_to_tell(stage: Stage) -> None:
    taken = stage.text(ENQUIRY)
    act(stage, taken.case_id, "answer", words=WORDS)
    lost(stage, outbox_ids(stage, "told")[-1])
    assert case(stage, taken).state == "rework"
    sound(stage)


def test_only_an_enquiry_of_somebody_who_takes_texts_is_answered_so(stage: Stage) -> None:
    lamp, enquiry = stage.text(LAMP), stage.text(ENQUIRY)
    with pytest.raises(Refused):
        act(stage, lamp.case_id, "answer", words=WORDS)
    with pytest.raises(Refused) as no:
        act(stage, enquiry.case_id, "answer", words=WORDS * 20)
    assert no.value.field == "words"
    stopped(stage)
    with pytest.raises(Refused) as no:
        act(stage, enquiry.case_id, "answer", words=WORDS)
    assert no.value.why.id == "ending.refused.nobody_to_tell"
