"""A hold, an extension and going on by a worker's text; ordinary sentences are none of them."""

import pytest

from cases.clock.happened import HoldReason
from cases.life.reasons import ExtensionReason
from dispatch.life import granting
from dispatch.loop.closing import by_number
from dispatch.loop.who import by_code
from hotline.commands import Deed, Verb, read_deed, read_extension, read_hold
from tests.hotline.test_workers import home, said
from tests.hotline.working import Street
from tests.people import LU_SIYUAN
from tests.stage import LINE

__all__ = ["home"]


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("挂账 1 12-03 等居民回来", Deed(Verb.HOLD, "1", "12-03 等居民回来")),
        ("掛賬 12 台风停工令 12月3日", Deed(Verb.HOLD, "12", "台风停工令 12月3日")),
        ("hold 1: 12-03 resident is away", Deed(Verb.HOLD, "1", "12-03 resident is away")),
        ("恢复 1", Deed(Verb.RESUME, "1")),
        ("恢复办理1", Deed(Verb.RESUME, "1")),
        ("延期 20261124-000001 12-03 等配件", Deed(Verb.EXTEND, "20261124-000001", "12-03 等配件")),
        ("恢复3号楼的供水", None),
        ("恢复 3 天了又坏了", None),
        ("延期交房的问题谁管", None),
        ("挂账的钱什么时候还", None),
        ("resume the water please", None),
        ("hold on", None),
    ],
)
def test_what_is_a_command_and_what_is_not(text: str, deed: Deed | None) -> None:
    found = read_deed(text)
    assert (found if found is None or found.sure else None) == deed


@pytest.mark.parametrize(
    ("words", "hold", "extension"),
    [
        ("等居民回来", HoldReason.WAITING_RESIDENT, None),
        ("台风停工令，居民不在", HoldReason.WEATHER, None),
        ("等法院判决", HoldReason.COURT, None),
        ("冬季不能施工", HoldReason.SEASON, ExtensionReason.LARGE_WORKS),
        ("等配件到货", None, ExtensionReason.MATERIAL),
        ("供电公司来修", None, ExtensionReason.OTHER_BODY),
        ("楼上不同意", None, ExtensionReason.NEIGHBOURS),
        ("忙不过来", None, None),
    ],
)
def test_the_reason_is_read_from_the_words(
    words: str, hold: HoldReason | None, extension: ExtensionReason | None
) -> None:
    assert (read_hold(words), read_extension(words)) == (hold, extension)


def test_a_hold_by_text_from_asking_to_going_on(home: Street) -> None:
    number = home.report()
    assert "挂账 1 12-03" in said(home, "挂账 1 忙不过来"), "how it is written"
    assert "最晚" in said(home, "挂账 1 2027-03-01 等居民回来")
    assert "已申请挂账（等候居民），复核日期 12月3日 17:30" in said(home, "挂账 1 12-03 等居民回来")
    assert "不必重复" in said(home, "挂账 1 12-04 等居民回来")
    assert home.state(number) == "in_progress"
    assert "负责人" in said(home, "延期 1 12-03 等配件")
    with home.stage.door.transaction(LINE) as tx:
        granting.grant(tx, by_code(tx, LU_SIYUAN.worker), by_number(tx, number), "")
    assert home.state(number) == "suspended"
    home.worker.news()
    assert "已挂账" in said(home, "查明 1 看过了")
    assert "恢复办理" in said(home, "恢复 1")
    assert home.state(number) == "in_progress"
