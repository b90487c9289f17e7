"""Rounds by text: what is read as a word on a task, and a worker's round from its beginning to the last place."""

from datetime import date

import pytest

from dispatch.reads import checks
from dispatch.rounds import plans
from dispatch.rounds.plans import Wanted
from hotline.commands import RoundWords, read_round
from tests.hotline.talking import Talker
from tests.hotline.working import Street, done, leave, street
from tests.people import LI_HONGMEI
from tests.stage import LINE, Stage


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("走访 3", RoundWords(3)),
        ("走访 3 4471", RoundWords(3, "4471")),
        ("走访3 4471 无异常", RoundWords(3, "4471", found="")),
        ("走访 3 门牌码4471，无异常。", RoundWords(3, "4471", found="")),
        ("走访 三 3号楼2单元", RoundWords(3, place="3号楼2单元")),
        ("走访 3 幸福里小区3号楼 发现 楼道堆物", RoundWords(3, place="幸福里小区3号楼", found="楼道堆物")),
        ("走访 2 发现3号楼2单元灯坏了", RoundWords(2, found="3号楼2单元灯坏了")),
        ("检查 5 和平路12号 9 8 10 7", RoundWords(5, place="和平路12号", answers=(9, 8, 10, 7))),
        ("检查 12 3-2 9、8、7", RoundWords(12, place="3-2", answers=(9, 8, 7))),
        (
            "Visit 3 building 3 found Rubbish in the yard",
            RoundWords(3, place="building 3", found="Rubbish in the yard"),
        ),
        ("inspect 4: 9 8 7", RoundWords(4, answers=(9, 8, 7))),
        ("visit 3 4471 OK", RoundWords(3, "4471", found="")),
    ],
)
def test_a_word_on_a_task_is_read(text: str, said: RoundWords) -> None:
    assert read_round(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "走访 3 户居民",
        "走访3户居民，都好",
        "走访3号楼",
        "走访 3号楼 无异常",
        "检查 3 号楼的消防栓",
        "检查 2 号楼道灯坏了",
        "检查一下3号楼的电梯",
        "走访时发现3号楼灯坏了",
        "visit 3 places found nothing",
        "visit me at 3",
        "到 3 4471",
    ],
)
def test_an_ordinary_sentence_is_none(text: str) -> None:
    assert read_round(text) is None


HOME = "幸福里小区3号楼2单元501"


@pytest.fixture
def walked(stage: Stage) -> Street:
    """李红梅 has a round that began this morning: building 3, and a household in it."""
    with stage.door.transaction(LINE) as tx:
        [draft] = plans.draft(tx, Wanted("weekly-round", "xingfuli-02", "FREQ=WEEKLY", date(2026, 11, 24), (HOME,)))
        assert plans.make(tx, draft, "command")
    done(stage)
    leave(stage)
    return street(stage)


def plate(stage: Stage, short: int) -> str:
    """The code on the plate at a task's place."""
    [(target, sealed)] = stage.rows(
        """SELECT g.id, g.code_sealed FROM round_task t JOIN round_target g ON g.id = t.target_id
        WHERE t.short = :short""",
        short=short,
    )
    return stage.vault.open(target, "code", sealed)  # type: ignore[arg-type]


def broken(stage: Stage) -> list[str]:
    with stage.door.transaction(LINE) as tx:
        return [row.trouble.id for row in checks.broken(tx) if row.name == "ROUND"]


def test_a_round_from_its_beginning_to_the_last_place(walked: Street) -> None:
    worker, stage = walked.worker, walked.stage
    [begun] = worker.news()
    assert begun.startswith("【走访】周走访（xingfuli-02）：2处，11月30日 17:30前。")
    assert stage.rows("SELECT kind, door_sealed IS NULL FROM round_target ORDER BY position") == [
        ("point", True), ("household", False),
    ]  # fmt: skip
    assert worker.text("列") == ["走访检查2处，最早11月30日 17:30到期：1 幸福里小区3号楼；2 幸福里小区3号楼2单元；"]
    [said] = worker.text("走访 1 和平一村5号楼 无异常")
    assert said.startswith("地点不符。1 在幸福里小区3号楼")
    [said] = worker.text("走访 1 3号楼")
    assert said == "幸福里小区3号楼已完成。本轮还剩1处。"  # what was found was said before
    said = "".join(worker.text("走访 2 0000 发现 楼道灯不亮"))  # with the order, for it is theirs too
    assert "已立案" in said
    assert "码不对" in said
    assert stage.rows("SELECT channel, estate, building, entrance FROM cases") == [("round", "幸福里小区", "3", "2")]
    linked = stage.rows("SELECT e.kind FROM round_case JOIN event e USING (case_id) WHERE e.kind = 'found_on_round'")
    assert len(linked) == 1
    assert broken(stage) == []
    assert worker.text(f"走访 2 {plate(stage, 2)}") == ["幸福里小区3号楼2单元已完成。本轮全部完成。"]
    assert stage.rows("SELECT state, grade, outcome FROM round_task ORDER BY ended_at") == [
        ("done", "place", "nothing"), ("done", "met", "finding"),
    ]  # fmt: skip
    assert stage.rows("SELECT count(*) FROM errand WHERE kind = 'round_presses' AND state = 'open'") == [(0,)]
    assert worker.text("走访 2 无异常")[0].startswith("收到")  # nothing to visit any more: an ordinary text
    assert broken(stage) == []


def test_an_inspection_is_scored_by_its_checklist(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        [draft] = plans.draft(tx, Wanted("monthly-inspection", "xingfuli-02", "FREQ=WEEKLY", date(2026, 11, 24)))
        plans.make(tx, draft, "command")
    done(stage)
    leave(stage)
    worker = Talker(stage, LI_HONGMEI.number)
    assert worker.news()[0].startswith("【检查】")
    assert "请回：检查 1 加9个分数" in worker.text("检查 1 幸福里小区")[0]
    assert worker.text("检查 1 9 9 9")[0].startswith("共9项，收到3个分数")
    assert "第2项（无乱停车、消防通道畅通）写了11分" in worker.text("检查 1 9 11 9 9 9 9 9 9 9")[0]
    assert "已立案" in worker.text("检查 1 发现 楼道堆物")[0]
    assert worker.text("检查 1 10 5 10 10 10 10 10 10 10") == ["幸福里小区已完成。得分90.9。本轮全部完成。"]
    assert stage.rows("SELECT state, outcome, score::text FROM round_task") == [("done", "finding", "90.9")]
    assert stage.rows("SELECT channel FROM cases") == [("inspection",)]
    assert broken(stage) == []
