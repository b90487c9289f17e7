"""到哨 by text: whoever was summoned says that they are there; an ordinary sentence is never taken for it."""

import pytest

from cases.report import segments
from dispatch.loop.closing import by_number
from dispatch.loop.who import by_code
from dispatch.side import whistling
from hotline.commands import read_here
from tests.hotline.talking import Talker, all_cases
from tests.hotline.working import Street, leave, street
from tests.people import SHEN_YUEHUA, WANG_XIUYING
from tests.stage import LINE, Stage


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("到哨 2", 2), ("到哨2", 2), ("已到哨 二", 2), ("到哨：２", 2), ("到哨", 0), ("到哨 12号。", 12), ("HERE 3", 3),
        ("here", 0), ("Here 3!", 3),
    ],
)  # fmt: skip
def test_a_word_from_the_spot_has_a_shape(text: str, number: int) -> None:
    assert read_here(text) == number


@pytest.mark.parametrize(
    "text",
    [
        "到哨所怎么走", "保安在岗哨睡觉", "here 3 lamps are broken", "here is the leak", "in here", "heres 2", "到 2",
        "哨 2", "吹哨 2", "there 2", "到哨 3 号楼", "", "here 2 3",
    ],
)  # fmt: skip
def test_an_ordinary_sentence_is_none(text: str) -> None:
    assert read_here(text) is None


@pytest.fixture
def home(stage: Stage) -> Street:
    return street(stage)


def blow(home: Street, number: str, *codes: str) -> None:
    with home.stage.door.transaction(LINE) as tx:
        whistling.blow(tx, by_code(tx, SHEN_YUEHUA.worker), by_number(tx, number), codes, ("30", "", "请一起查看电线"))
    leave(home.stage)


def somebody(home: Street, unit: str) -> Talker:
    """Whoever of a unit was told."""
    ((phone,),) = home.stage.rows(
        "SELECT p.id FROM summons s JOIN unit u ON u.id = s.unit_id JOIN staff f ON f.id = s.staff_id "
        "JOIN party p ON p.id = f.party_id WHERE u.code = :unit",
        unit=unit,
    )
    with home.stage.door.transaction(LINE) as tx:
        ((sealed,),) = home.stage.rows("SELECT number_sealed FROM party WHERE id = :id", id=phone)
        return Talker(home.stage, tx.vault.open(phone, "number", sealed))


def test_whoever_was_summoned_is_there_by_text(home: Street) -> None:
    number = home.report()
    blow(home, number, "heping", "binhe")
    they = somebody(home, "heping")
    [told] = [words for words in they.news() if "【吹哨】" in words]
    assert segments(told) <= 3
    assert "到哨 1" in told
    assert number in told
    (answer,) = they.text("到哨 1")
    assert "按时到场" in answer
    (answer,) = they.text("到哨 1")
    assert "没有要您到场的1号哨" in answer, "once"
    answer = somebody(home, "binhe").text("here")[-1]
    assert "in time" in answer or "按时" in answer
    kinds = home.stage.rows("SELECT count(*) FROM event WHERE kind = 'whistle_came'")
    assert kinds == [(2,)]


def test_who_is_summoned_nowhere_may_say_so_and_no_more(home: Street) -> None:
    home.report()
    before = len(all_cases(home.stage))
    (answer,) = home.worker.text("到哨 4")
    assert "没有要您到场的4号哨" in answer
    assert len(all_cases(home.stage)) == before
    home.resident.text("到哨 1")
    assert home.stage.rows("SELECT count(*) FROM event WHERE kind LIKE 'whistle%'") == [(0,)], WANG_XIUYING.number
