"""One text to the resident where their answer is late or another unit has the matter; not two a day, none at night."""

from datetime import timedelta

from dispatch import desk
from dispatch.due import errands, handlers
from dispatch.due.errands import Kind
from dispatch.due.handlers import HANDLERS
from dispatch.due.news import promise
from tests.dispatch.looping import LAMP, case
from tests.stage import LINE, RESIDENT, Stage

NEWS = "SELECT purpose FROM outbox WHERE purpose IN ('news_late', 'news_moved') ORDER BY created_at"


def news(stage: Stage) -> list[str]:
    return [str(row[0]) for row in stage.rows(NEWS)]


def pass_time(stage: Stage, ahead: timedelta) -> None:
    stage.wind(ahead)
    while True:
        with stage.door.transaction(LINE) as tx:
            if not errands.do_next(tx, HANDLERS):
                return


def moved(stage: Stage, number: str, unit: str) -> None:
    with stage.door.transaction(LINE) as tx:
        desk.reroute(tx, number, unit, "地点更正", "staff:dispatcher-1")


def test_another_unit_is_told_once_however_often_it_changes(stage: Stage) -> None:
    taken = stage.text(LAMP)
    moved(stage, taken.number, "heping")
    moved(stage, taken.number, "binhe")
    assert news(stage) == []
    pass_time(stage, timedelta(minutes=11))
    assert news(stage) == ["news_moved"]
    told = stage.texts(RESIDENT)[-1]
    assert taken.number in told
    assert "滨河" in told
    moved(stage, taken.number, "heping")
    pass_time(stage, timedelta(minutes=30))
    assert news(stage) == ["news_moved"], "one a day"
    pass_time(stage, timedelta(days=1))
    assert len(news(stage)) == 2


def test_a_broken_promise_is_told_with_who_has_it(stage: Stage) -> None:
    taken = stage.text(LAMP)
    row = case(stage, taken)
    stage.wind(row.due_at - row.received_at + timedelta(minutes=1))
    with stage.door.transaction(LINE) as tx:
        handlers.fire_due(tx)
    assert news(stage) == []
    pass_time(stage, timedelta(minutes=11))
    assert news(stage) == ["news_late"]
    assert "对不起" in stage.texts(RESIDENT)[-1]


def test_nobody_who_stopped_texts_is_told(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.owner.begin() as conn:
        conn.exec_driver_sql("UPDATE party SET stopped_at = now() WHERE id = (SELECT party_id FROM cases LIMIT 1)")
    moved(stage, taken.number, "heping")
    pass_time(stage, timedelta(days=1))
    assert news(stage) == []


def test_at_night_what_does_not_press_waits_for_the_morning(stage: Stage) -> None:
    taken = stage.text(LAMP)
    stage.wind(timedelta(hours=13))  # from ten in the morning to eleven at night
    moved(stage, taken.number, "heping")
    pass_time(stage, timedelta(minutes=30))
    assert news(stage) == []
    pass_time(stage, timedelta(hours=9))
    assert news(stage) == ["news_moved"]


def test_what_was_changed_back_or_is_over_is_not_told(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        promise(tx, taken.case_id)
        errands.put(tx, Kind.RESIDENT_NEWS, taken.case_id, tx.now, taken.case_id)
    pass_time(stage, timedelta(minutes=20))
    assert news(stage) == [], "nothing is late and nothing moved"
