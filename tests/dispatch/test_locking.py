"""Deeds that change two cases lock them in the order of their ids: two people never wait for each other."""

import threading
import time
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from dispatch.acts.refusals import Moved, Refused
from tests.dispatch.looping import LAMP, case, sound
from tests.dispatch.test_life_leaving import act
from tests.stage import Stage


def until_waiting(stage: Stage, many: int) -> None:
    """So many transactions wait for a lock."""
    for _ in range(3000):
        if stage.rows("SELECT 1 FROM pg_locks WHERE NOT granted")[many - 1 :]:
            return
        time.sleep(0.01)
    pytest.fail(f"{many} transactions should wait")


@pytest.mark.parametrize("merged_before", [False, True])
def test_two_people_merge_the_same_two_cases_opposite_ways(stage: Stage, merged_before: bool) -> None:
    low, high = sorted((stage.text(LAMP) for _ in range(2)), key=lambda taken: taken.case_id)
    if merged_before:
        act(stage, low.case_id, "merge", lead=high.number, why="同一盏灯")
    trouble: list[Exception] = []

    def does(of: object, name: str, **said: str) -> None:
        try:
            act(stage, of, name, **said)
        except (Refused, Moved):
            return  # the other one was faster
        except Exception as no:
            trouble.append(no)

    first = ("unmerge", {}) if merged_before else ("merge", {"lead": high.number})
    people = (
        threading.Thread(target=does, args=(low.case_id, first[0]), kwargs={**first[1], "why": "看错了"}),
        threading.Thread(target=does, args=(high.case_id, "merge"), kwargs={"lead": low.number, "why": "同一盏灯"}),
    )
    with stage.owner.begin() as conn:
        conn.execute(sa.text("SELECT 1 FROM cases WHERE id = :id FOR NO KEY UPDATE"), {"id": low.case_id})
        begin_one_by_one(stage, people)
    for each in people:
        each.join(30)
    assert trouble == []
    assert [case(stage, low).state, case(stage, high).state].count("merged") == 1
    sound(stage)


def begin_one_by_one(stage: Stage, people: Sequence[threading.Thread]) -> None:
    """Each begins when the one before waits: whoever waits first goes on first."""
    for many, each in enumerate(people, 1):
        each.start()
        until_waiting(stage, many)
