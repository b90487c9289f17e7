"""What closed cases teach: their words without numbers and doors, the last category; not those that are for a few."""

from dispatch.reads.matters.lessons import lessons
from dispatch.triage import sorting
from tests.dispatch.looping import LAMP, at_desk, case, to_closed
from tests.dispatch.test_correcting import correct
from tests.dispatch.test_life_holds import DISPATCHER
from tests.dispatch.test_side_supervising import SUPERVISOR, act
from tests.stage import LINE, Stage

EXCLUDED = {"exclusion_reason": "abuse", "why": "同一人反复拨打"}


def taught(stage: Stage) -> list[tuple[str, str]]:
    with stage.door.transaction(LINE) as tx:
        return [(lesson.words, lesson.category) for lesson in lessons(tx)]


def test_closed_cases_teach_until_they_are_for_a_few(stage: Stage) -> None:
    plain = stage.text(LAMP + "，电话13912345678")
    assert taught(stage) == [], "an open case may still turn out to be another matter"
    to_closed(stage, plain)
    [(words, category)] = taught(stage)
    assert category == "stairwell-light"
    assert words.startswith(LAMP)
    assert "13912345678" not in words
    hidden = stage.text(LAMP)
    to_closed(stage, hidden)
    assert len(taught(stage)) == 2
    act(stage, hidden, "exclude", by=SUPERVISOR, **EXCLUDED)
    assert len(taught(stage)) == 2
    act(stage, hidden, "grant", by="leader")
    assert taught(stage) == [(words, category)]
    secret = stage.text(LAMP)
    act(stage, secret, "confide", by=SUPERVISOR, why="涉及未成年人")
    to_closed(stage, secret)
    assert taught(stage) == [(words, category)]


def test_what_a_person_put_right_teaches_at_once_and_more(stage: Stage) -> None:
    taken = stage.text(LAMP)
    correct(stage, taken, level="L2")
    assert taught(stage) == [], "nobody said that the category was wrong"
    correct(stage, taken, category="street-light")
    with stage.door.transaction(LINE) as tx:
        [lesson] = lessons(tx)
    assert (lesson.case_id, lesson.category, lesson.corrected) == (taken.case_id, "street-light", True)
    closed = stage.text(LAMP, "+8613800000002")
    to_closed(stage, closed)
    with stage.door.transaction(LINE) as tx:
        assert [each.corrected for each in lessons(tx)] == [True, False]


def test_what_stands_for_words_teaches_nothing(stage: Stage) -> None:
    """A recording that somebody listened to, a picture that somebody looked at: no resident said these."""
    for nth, words in enumerate(("（来电留言，请听录音）", "（附件 2 个）", f"{LAMP}（附件 1 个）")):
        taken = stage.text(words, f"+86138000000{nth + 10}")
        if case(stage, taken).triage:
            with at_desk(stage, DISPATCHER) as (tx, who):
                sorting.sort(tx, who, taken.number, "lift")
        else:
            correct(stage, taken, category="lift")
    assert [words for words, _ in taught(stage)] == [f"{LAMP}（附件 1 个）"]
