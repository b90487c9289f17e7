import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.commands import Add, Deed, Help, Query, Start, Stop, Urge, is_polite, read, read_deed

NUMBER, CODE = "20261124-000123", "123456"


@pytest.mark.parametrize(
    "text",
    [
        "查 20261124-000123 123456",
        "查20261124-000123 123456",
        "查询：20261124-000123，123456",
        "查　２０２６１１２４－０００１２３　１２３４５６",
        "查 编号20261124-000123 码123456",
        "查 编号：20261124-000123 查询码：123456。",
        "  查  20261124 - 000123   123456 ",
        "查20261124000123123456",
        "查 20261124—000123 123456",
        "QUERY 20261124-000123 123456",
        "? 20261124-000123 123456",
        "？20261124-000123 123456",
        "Status no. 20261124-000123 code 123456",
        "“查 20261124-000123 123456”",
        "查进度 20261124-000123 123456",
        "查 20261124-000123\n123456",
    ],
)
def test_a_query_is_read_however_it_is_written(text: str) -> None:
    assert read(text) == Query(NUMBER, CODE)


def test_longer_numbers_are_read_too() -> None:
    assert read("查 20261124-1234567 123456") == Query("20261124-1234567", CODE)


@pytest.mark.parametrize(
    "text", ["查", "查询", "进度", "status", "查 123", "查 20261124", "查 编号 查询码", "查 12 34 56"]
)
def test_half_a_query_is_helped(text: str) -> None:
    assert read(text) == Query("", "")


def test_a_query_without_its_code() -> None:
    assert read("查 20261124-000123") == Query(NUMBER, "")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "退订",
            "退訂",
            " 退订。",
            "「退订」",
            "ＳＴＯＰ",
            "stop!",
            "Stop",
            "TD",
            "td",
            "T",
            "ｔ",
            "退",
            "opt out",
        ),
        *("UNSUBSCRIBE", "cancel", "QUIT", "end", "STOPALL", "revoke", "OPTOUT", "退\u200b订"),
    ],
)
def test_stop(text: str) -> None:
    assert read(text) == Stop()


@pytest.mark.parametrize("text", ["START", "恢复", "订阅", "unstop", "恢复短信。"])
def test_start(text: str) -> None:
    assert read(text) == Start()


@pytest.mark.parametrize("text", ["帮助", "HELP", "help!", "?", "？", "？？", "ｈｅｌｐ", "怎么用？", "menu"])
def test_help(text: str) -> None:
    assert read(text) == Help()


@pytest.mark.parametrize("text", ["催", "催办", "催一下", "催！！", "URGE"])
def test_urge(text: str) -> None:
    assert read(text) == Urge()


@pytest.mark.parametrize("text", ["催 20261124-000123", "催办：20261124000123", "urge 20261124-000123"])
def test_urge_of_one_case(text: str) -> None:
    assert read(text) == Urge(NUMBER)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("补充：是2单元", "是2单元"),
        ("补充 水漏到楼下了", "水漏到楼下了"),
        ("补充说明:  A栋", "A栋"),
        ("ADD The tap, too", "The tap, too"),
    ],
)
def test_a_supplement_keeps_its_words(text: str, words: str) -> None:
    assert read(text) == Add(words)


@pytest.mark.parametrize(
    "text",
    [
        *("停水了", "帮助一下我奶奶，她摔倒了", "查一下水表，漏水了", "查单元门坏了"),
        *("退订不了会员费怎么办", "催收公司骚扰我", "催了三次了还没来", "补充营养餐没送到"),
        *("恢复供水了吗", "help! fire in building 3", "stop the noise upstairs", "T恤被偷了", "td楼漏水"),
        *("the end of the road is flooded", "checkout lane blocked", "查 3号楼的电梯", "?楼上漏水"),
        *("", " ", "。", "add", "补充", "补充：", "编号20261124-000123"),
        *("start of the fire is in the kitchen", "cancel my complaint about the lift", "status quo"),
    ],
)  # fmt: skip
def test_ordinary_sentences_are_left_alone(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("签收 12", Deed("sign", "12")),
        ("签收12", Deed("sign", "12")),
        ("s 12", Deed("sign", "12")),
        ("退单 3 不归我管", Deed("return", "3", "不归我管")),
        ("电 7", Deed("call", "7")),
        ("到 12 4471", Deed("arrive", "12", "4471")),
        ("到 12 3号楼2单元", Deed("arrive", "12", "3号楼2单元")),
        ("查明 4 阀门老化", Deed("found", "4", "阀门老化")),
        ("反馈 4 已修好\n请查收", Deed("told", "4", "已修好 请查收")),
        ("办结 4", Deed("done", "4")),
        ("ＤＯＮＥ　４", Deed("done", "4")),
        ("列", Deed("list", "")),
        ("LIST", Deed("list", "")),
    ],
)
def test_a_workers_command_has_a_shape(text: str, deed: Deed) -> None:
    assert read_deed(text) == deed


@pytest.mark.parametrize("text", ["到 3号楼", "签收", "电梯坏了", "签收单丢了 12", "到 12345", "call me back", ""])
def test_other_words_have_not(text: str) -> None:
    assert read_deed(text) is None


@pytest.mark.parametrize("text", ["谢谢", "好的，谢谢！", "收到", "OK", "Thank you!", "知道了🙏", "辛苦了"])
def test_politeness(text: str) -> None:
    assert is_polite(text)


@pytest.mark.parametrize(
    "text", ["", "🙏", "...", "你好", "您好", "好的电梯又坏了", "谢谢，但是水还没来", "it is flooded"]
)
def test_what_is_more_than_politeness(text: str) -> None:
    assert not is_polite(text)


@given(st.text(max_size=80))
def test_no_text_whatever_breaks_the_reader(text: str) -> None:
    read(text)
    read_deed(text)
    is_polite(text)


@given(st.from_regex(r"[0-9]{8}-[0-9]{6}", fullmatch=True), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_every_number_and_code_comes_back(number: str, code: str) -> None:
    assert read(f"查 {number} {code}") == Query(number, code)
    assert read(f"查{number}{code}") == Query(number, code)
    assert read(f"催 {number}") == Urge(number)
