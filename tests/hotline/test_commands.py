import time

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cases.report import clean
from hotline.commands import (
    Add,
    Deed,
    Help,
    Query,
    Reopen,
    Reply,
    Start,
    Stop,
    Urge,
    Verb,
    is_polite,
    read,
    read_deed,
    read_proof,
    read_reason,
    read_verdict,
)

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


@pytest.mark.parametrize(
    "text",
    [
        *("我要退订", "请不要再给我发短信", "停止", "TD退订", "Stop texting me", "请退订，谢谢", "退订短信服务"),
        *("不要给我发短信了！", "别再给我发信息了", "以后不要再发短信给我", "麻烦你们别发短信了", "我不想再收到短信"),
        *("不想收到这些短信了", "请停止发送短信", "停止发送", "取消短信提醒", "拒收短信", "不需要再发消息了"),
        *("能不能不要再给我发了", "我要取消订阅。", "别再发来了"),
        *("Please stop texting me!", "stop sending me messages", "STOP SENDING ME THESE TEXTS", "Don't text me again"),
        *("no more texts please", "do not send me any more messages", "I want to unsubscribe", "please unsubscribe me"),
        *("unsubscribe me from this list", "remove me from your list", "opt out please", "Stop messages"),
    ],
)  # fmt: skip
def test_opting_out_in_words(text: str) -> None:
    assert read(text) == Stop()


@pytest.mark.parametrize(
    "text",
    [
        *("不要再发小广告了", "请停止施工", "停止供水了", "别再收费了", "不要再收垃圾了", "停止发放补贴"),
        *("有人给我发诈骗短信", "不要给我发错人", "收到骚扰短信怎么办", "物业发短信催费", "不想收到噪音"),
        *("停水短信没收到", "别发呆快来人"),
        *("请不要发短信，电话联系，3号楼漏水", "退订会员"),
        *("stop texting while driving signs", "stop the noise", "do not text and drive"),
        *("please stop", "no more water"),
        *("stop messages on the board are wrong", "never send that worker again", "remove me from the flat"),
    ],
)  # fmt: skip
def test_what_only_sounds_like_opting_out_is_left_alone(text: str) -> None:
    assert read(text) is None


@given(st.lists(st.sampled_from(["想", "要", "请", "我", "再", "发", "了", "吗", "短信", "stop ", "me ", "all "])))
def test_however_often_its_words_come_they_are_read_at_once(words: list[str]) -> None:
    read(("".join(words) * 80)[:79] + "楼")  # a second way to read the same words would take for ever here


def test_the_same_words_again_and_again_are_read_at_once() -> None:
    assert read("想要" * 39 + "楼") is None


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
    ("text", "number", "words"),
    [
        ("重办", "", ""),
        ("重办 灯还是不亮", "", "灯还是不亮"),
        ("重办：Lamp 还是不亮", "", "Lamp 还是不亮"),
        ("重办 20261124-000123", NUMBER, ""),
        ("重办20261124000123 灯还是不亮", NUMBER, "灯还是不亮"),
        ("REOPEN", "", ""),
        ("reopen 20261124-000123 The Lamp again", NUMBER, "The Lamp again"),
        ("Reopen: still dark", "", "still dark"),
    ],
)
def test_a_wish_to_reopen(text: str, number: str, words: str) -> None:
    assert read(text) == Reopen(number, words)


@pytest.mark.parametrize("text", ["重办了三次还没办好", "reopen the gate please", "重办身份证要多久", "reopened"])
def test_no_wish_to_reopen(text: str) -> None:
    assert read(text) is None


SURE = [
    ("签收 12", Deed(Verb.SIGN, "12")),
    ("签收12", Deed(Verb.SIGN, "12")),
    ("簽收 12。", Deed(Verb.SIGN, "12")),
    ("签收：3", Deed(Verb.SIGN, "3")),
    ("签收#3", Deed(Verb.SIGN, "3")),
    ("签收1号单", Deed(Verb.SIGN, "1")),
    ("签收一", Deed(Verb.SIGN, "1")),
    ("签收 十二", Deed(Verb.SIGN, "12")),
    ("签收 1 马上过去", Deed(Verb.SIGN, "1", "马上过去")),
    ("签收 20261124-000123", Deed(Verb.SIGN, NUMBER)),
    ("签收20261124000123", Deed(Verb.SIGN, NUMBER)),
    ("签收", Deed(Verb.SIGN)),
    ("s 12", Deed(Verb.SIGN, "12")),
    ("S12", Deed(Verb.SIGN, "12")),
    ("sign 12", Deed(Verb.SIGN, "12")),
    ("1 签收", Deed(Verb.SIGN, "1")),
    ("1签收", Deed(Verb.SIGN, "1")),
    ("1、签收", Deed(Verb.SIGN, "1")),
    ("01 签收", Deed(Verb.SIGN, "1")),
    ("退单 3 不归我管", Deed(Verb.RETURN, "3", "不归我管")),
    ("退单3 1", Deed(Verb.RETURN, "3", "1")),
    ("退 1 不归我管", Deed(Verb.RETURN, "1", "不归我管")),
    ("退单 3-1 属物业", Deed(Verb.RETURN, "3", "1 属物业")),
    ("退单 1", Deed(Verb.RETURN, "1")),
    ("return 3: 1 not ours", Deed(Verb.RETURN, "3", "1 not ours")),
    ("异议 3 属物业公司", Deed(Verb.OBJECT, "3", "属物业公司")),
    ("異議3 屬物業", Deed(Verb.OBJECT, "3", "屬物業")),
    ("提异议 3：不归我们", Deed(Verb.OBJECT, "3", "不归我们")),
    ("异议 20261124-000123 不归我们", Deed(Verb.OBJECT, NUMBER, "不归我们")),
    ("异议 1", Deed(Verb.OBJECT, "1")),
    ("object 3: it is the landlord's", Deed(Verb.OBJECT, "3", "it is the landlord's")),
    ("电 7", Deed(Verb.CALL, "7")),
    ("电7", Deed(Verb.CALL, "7")),
    ("c 7", Deed(Verb.CALL, "7")),
    ("call 12 please", Deed(Verb.CALL, "12")),
    ("到 12 4471", Deed(Verb.ARRIVE, "12", "4471")),
    ("到1 4471", Deed(Verb.ARRIVE, "1", "4471")),
    ("到　１　４４７１", Deed(Verb.ARRIVE, "1", "４４７１")),
    ("到1，3号楼", Deed(Verb.ARRIVE, "1", "3号楼")),
    ("到 12 3号楼2单元", Deed(Verb.ARRIVE, "12", "3号楼2单元")),
    ("到 12 幸福里小区3号楼2单元", Deed(Verb.ARRIVE, "12", "幸福里小区3号楼2单元")),
    ("到 12 物业办公室", Deed(Verb.ARRIVE, "12", "物业办公室")),
    ("到 二 4471", Deed(Verb.ARRIVE, "2", "4471")),
    ("到 12", Deed(Verb.ARRIVE, "12")),
    ("到 4471", Deed(Verb.ARRIVE, "4471")),
    ("到 3号楼2单元", Deed(Verb.ARRIVE, "", "3号楼2单元")),
    ("到", Deed(Verb.ARRIVE)),
    ("a 1 4471", Deed(Verb.ARRIVE, "1", "4471")),
    ("at 1 building 3 unit 2", Deed(Verb.ARRIVE, "1", "building 3 unit 2")),
    ("arrived 1", Deed(Verb.ARRIVE, "1")),
    ("查明 4 阀门老化", Deed(Verb.FIND, "4", "阀门老化")),
    ("查明4 阀门老化", Deed(Verb.FIND, "4", "阀门老化")),
    ("查明 2 人为损坏", Deed(Verb.FIND, "2", "人为损坏")),
    ("查明", Deed(Verb.FIND)),
    ("Ｆ　４：Old Valve", Deed(Verb.FIND, "4", "Old Valve")),
    ("反馈 4 已修好\n请查收", Deed(Verb.TELL, "4", "已修好 请查收")),
    ("反馈 3 下午修好了", Deed(Verb.TELL, "3", "下午修好了")),
    ("told 4, The Lamp is New", Deed(Verb.TELL, "4", "The Lamp is New")),
    ("办结 4", Deed(Verb.SUBMIT, "4")),
    ("办结 １２。", Deed(Verb.SUBMIT, "12")),
    ("ＤＯＮＥ　４", Deed(Verb.SUBMIT, "4")),
    ("进展 2 处理中", Deed(Verb.NEWS, "2", "处理中")),
    ("n 2: crew is here", Deed(Verb.NEWS, "2", "crew is here")),
    ("安全 2 已断电", Deed(Verb.SAFE, "2", "已断电")),
    ("安全 20261124-000123 已断电", Deed(Verb.SAFE, NUMBER, "已断电")),
    ("safe 2", Deed(Verb.SAFE, "2")),
    ("列", Deed(Verb.LIST)),
    ("LIST", Deed(Verb.LIST)),
]


@pytest.mark.parametrize(("text", "deed"), SURE)
def test_a_workers_command_has_a_shape(text: str, deed: Deed) -> None:
    assert read_deed(text) == deed


@pytest.mark.parametrize(
    ("text", "deed"),
    [
        ("反馈 已修好", Deed(Verb.TELL, "", "已修好", sure=False)),
        ("反馈：已修好", Deed(Verb.TELL, "", "已修好", sure=False)),
        ("退单 不归我管", Deed(Verb.RETURN, "", "不归我管", sure=False)),
        ("异议 不归我管", Deed(Verb.OBJECT, "", "不归我管", sure=False)),
        ("object 3 flats of ours", Deed(Verb.OBJECT, "3", "flats of ours", sure=False)),
        ("found 4 old valve", Deed(Verb.FIND, "4", "old valve", sure=False)),
        ("found 4-inch crack", Deed(Verb.FIND, "4", "inch crack", sure=False)),
        ("told 3 people already", Deed(Verb.TELL, "3", "people already", sure=False)),
    ],
)
def test_what_an_ordinary_sentence_could_be_too_is_not_sure(text: str, deed: Deed) -> None:
    assert read_deed(text) == deed


ORDINARY = [
    *("到处都是垃圾", "到 5 点电梯还没修好", "到3、5号楼看看，都停水了", "到3，5号楼都停水了", "到 12345"),
    *("到 3号楼 电梯坏了", "1到2楼漏水", "一到 下雨就漏水", "到一楼看看", "到 12 月底都没修", "电梯坏了"),
    *("电 3 天没来了", "电 1 号楼停了", "电 7 楼停了", "1 电梯坏了", "反馈一下路灯不亮", "反馈 3 号楼路灯不亮"),
    *("反馈3号楼路灯不亮", "反馈12345没人接", "签收 3 个包裹丢了", "签收 快递丢了", "签收单丢了 12", "电话 打不通"),
    *("安全出口堵了", "安全 出口堵了", "安全隐患 3 号楼", "退 3 天了还没退款", "进展如何", "查明原因了吗", "办结了吗"),
    *("列车太吵", "d2 exit is blocked", "the lift is broken", "done deal", "safe path is blocked", "call the police"),
    *("call 3 times nobody came", "found a dead cat", "at 5 pm the lift broke", "a 3 metre hole in it", "a4 paper"),
    *("at building 3 the lift is broken", "call me back", "news from building 3", "", "1", "3 灯还是不亮"),
    *("异议很大", "对收费有异议", "异议 3 号楼加装电梯", "异议3号楼加装电梯", "i object to the noise"),
    "object to 3 bins in the yard",
    *("反馈 2、3号楼都停水", "查明 1.5米深的坑", "反馈 2-3号楼都停水", "反馈2-3号楼都停水"),
]  # fmt: skip


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_sentence_is_no_workers_command(text: str) -> None:
    assert read_deed(text) is None


HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=1, max_size=12)
VERBS = st.sampled_from([
    *("签收", "退单", "异议", "电", "到", "查明", "反馈", "办结", "进展", "安全"),
    "object",
    *("s", "r", "c", "a", "f", "d", "n", "sign", "return", "call", "at", "found", "told", "done", "news", "safe"),
])  # fmt: skip
NUMERALS = set("零〇一幺二两三四五六七八九十百廿卅")


@given(VERBS, st.integers(1, 999), st.sampled_from(["", " ", "　", "：", "  "]), st.booleans(), st.booleans())
def test_every_verb_takes_its_number_however_it_is_written(
    verb: str, number: int, gap: str, wide: bool, capital: bool
) -> None:
    order = "".join(chr(ord(digit) + 0xFEE0) for digit in str(number)) if wide else str(number)
    found = read_deed((verb.upper() if capital else verb) + gap + order)
    plain_one = read_deed(f"{verb} {number}")
    assert found is not None
    assert found == plain_one
    assert (found.order, found.rest, found.sure) == (str(number), "", True)


@given(
    st.sampled_from(["签收", "退单", "异议", "电", "到", "查明", "反馈", "办结", "进展", "安全", "签"]),
    HAN,
    st.text(max_size=30),
)
def test_a_verb_that_runs_on_into_a_word_is_none(verb: str, word: str, rest: str) -> None:
    """Whatever follows: 到处, 电梯, 反馈一下. Only numerals and the longer forms of the verbs can stand there."""
    assume(not set(word) & NUMERALS and not word.startswith(("收", "单", "场", "達", "达", "話", "话")))
    assert read_deed(verb + word + rest) is None


@given(HAN, st.sampled_from(["号楼", "栋", "单元", "号院", "层"]), st.integers(1, 99), st.sampled_from(["", " "]), HAN)
def test_a_house_is_no_order(verb_tail: str, house: str, number: int, gap: str, words: str) -> None:
    for verb in ("签收", "电", "反馈", "查明", "进展", "安全", "办结"):
        assert read_deed(f"{verb}{gap}{number}{gap}{house}{words}") is None


@given(
    st.sampled_from(["查明", "反馈", "进展", "安全", "f", "n", "told"]),
    st.integers(1, 9999),
    st.text(min_size=1, max_size=60),
)
def test_words_are_kept_as_they_were_written(verb: str, number: int, words: str) -> None:
    found = read_deed(f"{verb} {number}: {words}")
    if found is not None and found.order == str(number) and found.rest:
        assert clean(words).endswith(found.rest)


@pytest.mark.parametrize(
    ("rest", "proof"),
    [
        ("4471", ("4471", "")),
        ("走访码4471", ("4471", "")),
        ("４４７１", ("4471", "")),
        ("4471 3号楼", ("4471", "3号楼")),
        ("3号楼2单元", ("", "3号楼2单元")),
        ("4471号", ("", "4471号")),
        ("", ("", "")),
    ],
)
def test_a_code_and_a_place_are_told_apart(rest: str, proof: tuple[str, str]) -> None:
    assert read_proof(rest) == proof


@pytest.mark.parametrize(
    ("rest", "code", "words"),
    [
        ("1 不归我管", 1, "不归我管"),
        ("1、不属于我们", 1, "不属于我们"),
        ("２", 2, ""),
        ("三 内容不清", 3, "内容不清"),
        ("不归我管", 1, "不归我管"),
        ("地址不对", 2, "地址不对"),
        ("说不清", 3, "说不清"),
        ("和昨天的重复", 4, "和昨天的重复"),
        ("超出能力", 5, "超出能力"),
        ("Not ours", 1, "Not ours"),
        ("我没空", None, "我没空"),
        ("", None, ""),
    ],
)
def test_why_an_order_is_returned(rest: str, code: int | None, words: str) -> None:
    assert read_reason(rest) == (code, words)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("1", Reply(1)),
        ("３", Reply(3)),
        ("4。", Reply(4)),
        ("3 灯还是不亮", Reply(3, "", "灯还是不亮")),
        ("3，Lamp 还是不亮", Reply(3, "", "Lamp 还是不亮")),
        ("3 1楼灯还是不亮", Reply(3, "", "1楼灯还是不亮")),
        ("2 1", Reply(1, "2")),
        ("2-1", Reply(1, "2")),
        ("2：1", Reply(1, "2")),
        ("2 3 灯不亮", Reply(3, "2", "灯不亮")),
        ("#2 1", Reply(1, "2")),
        ("20261124-000123 1", Reply(1, NUMBER)),
    ],
)
def test_an_answer_by_digit(text: str, reply: Reply) -> None:
    assert read_verdict(text) == reply


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("1已解决且满意", Reply(1, "", "已解决且满意")),
        ("1满意", Reply(1, "", "满意")),
        ("1办好了，满意；", Reply(1, "", "办好了，满意；")),
        ("2办好了，不满意", Reply(2, "", "办好了，不满意")),
        ("2办好了", Reply(2, "", "办好了")),
        ("3没解决", Reply(3, "", "没解决")),
        ("３没办好，灯还是不亮", Reply(3, "", "没办好，灯还是不亮")),
        ("(4)没有人联系过我", Reply(4, "", "没有人联系过我")),
        ("4 nobody contacted me", Reply(4, "", "nobody contacted me")),
        ("3not solved", Reply(3, "", "not solved")),
        ("12 3没解决", Reply(3, "12", "没解决")),
        ("20261124-000123 1满意", Reply(1, NUMBER, "满意")),
        *(
            (text, Reply(3))
            for text in ("选3", "我选三", "选择第3个", "选项3", "回复3", "答案是3", "第三个", "三。", "③")
        ),
        *((text, Reply(3)) for text in ("3️⃣", "3⃣", "option 3", "I choose 3", "Reply 3.")),
        ("选3，灯还是不亮", Reply(3, "", "灯还是不亮")),
        ("第二个，等太久了", Reply(2, "", "等太久了")),
    ],
)
def test_an_answer_as_people_write_it(text: str, reply: Reply) -> None:
    assert read_verdict(text) == reply


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(
            (text, 1)
            for text in (
                "办好了，满意",
                "已解决且满意",
                "办好了满意",
                "满意",
                "很满意",
                "解决了",
                "已解决",
                "已经修好了",
                "解决了，满意",
                "solved",
                "Yes",
                "It is fixed.",
            )
        ),
        *(
            (text, 2)
            for text in (
                *("不满意", "不太满意", "解决了，但不满意", "Solved, but not satisfied", "dissatisfied"),
                *("办好了，不满意", "办好了不满意", "solved, not satisfied"),
            )
        ),
        *((text, 3) for text in ("没解决", "未解决", "还是没解决", "问题没解决", "没有解决", "没解决，灯还是不亮")),
        *(
            (text, 3)
            for text in ("not solved", "No", "no, it is still dark", "没修好", "没解决，不满意", "still not fixed")
        ),
        *((text, 4) for text in ("没人联系", "没人联系我", "没人来过", "没人联系，也没解决", "nobody contacted me")),
    ],
)
def test_an_answer_in_words(text: str, answer: int) -> None:
    assert read_verdict(text) == Reply(answer, "", text, spoken=True)


@pytest.mark.parametrize(
    "text",
    [
        *("3号楼灯不亮", "3 号楼灯不亮", "1 楼漏水", "1楼漏水", "5", "12", "解决了吗", "什么时候解决", "满意度是假的"),
        *("没人来收垃圾", "no water", "not again", "没解决漏水", "没好的路灯", "好的", "谢谢", "没电", "没有电", ""),
        *("yesterday the lift broke", "nobody came to collect rubbish", "it is it is it is it is", "电梯没修好"),
        *("第三个路灯不亮", "选三号楼的人来", "我选3号楼", "一、楼道灯坏了", "2没修好的灯", "1解决了吗", "三号楼"),
        "1楼没修好",
        *("3栋没解决漏水", "回3楼的电话", "二楼漏水", "四个灯不亮", "1满意度是假的"),
        *("2-1-501", "1.5米的坑", "3:30 停水了", "2、3号楼都停水了", "3-2-501室漏水"),
    ],
)  # fmt: skip
def test_what_is_no_answer(text: str) -> None:
    assert read_verdict(text) is None


@given(st.integers(1, 4), st.integers(1, 999), st.sampled_from([" ", "-", "：", "，"]), HAN)
def test_every_answer_binds_to_the_question_it_names(answer: int, which: int, mark: str, words: str) -> None:
    assert read_verdict(f"{which}{mark}{answer}") == Reply(answer, str(which))
    said = read_verdict(f"{which}{mark}{answer}，{words}")
    assert said is None or (said.answer, said.which) == (answer, str(which))


@pytest.mark.parametrize(
    ("text", "orders", "rest"),
    [
        ("签收 1、2", ("1", "2"), ""),
        ("签收1,2，3", ("1", "2", "3"), ""),
        ("签收 1 2", ("1", "2"), ""),
        ("签收 1号、2号", ("1", "2"), ""),
        ("sign 1 and 2", ("1", "2"), ""),
        ("办结 1、2 谢谢", ("1", "2"), ""),
        ("反馈 1、2 灯管已换", ("1", "2"), "灯管已换"),
        ("退单 1和2 地址不对", ("1", "2"), "地址不对"),
        ("签收 20261124-000001、20261124-000002", ("20261124-000001", "20261124-000002"), ""),
        ("签收 1、1", ("1",), "1"),
        ("反馈 1，2号楼的灯已修好", ("1",), "2号楼的灯已修好"),
        ("查明 1 2 盏灯坏了", ("1",), "2 盏灯坏了"),
        ("told 1, 2 lamps are fixed", ("1",), "2 lamps are fixed"),
        ("挂账 1 12-03 等居民", ("1",), "12-03 等居民"),
    ],
)
def test_the_orders_that_a_command_names(text: str, orders: tuple[str, ...], rest: str) -> None:
    deed = read_deed(text)
    assert deed is not None
    assert ((deed.order, *deed.others), deed.rest) == (orders, rest)


@pytest.mark.parametrize(
    "text", ["反馈 1、2号楼的灯已修好", "反馈 1、2、3号楼的灯修好了", "到2、3号楼都看了", "一、二楼没水"]
)
def test_houses_are_no_orders(text: str) -> None:
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
    read_verdict(text)
    read_reason(text)
    read_proof(text)
    is_polite(text)


@given(st.from_regex(r"[0-9]{8}-[0-9]{6}", fullmatch=True), st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_every_number_and_code_comes_back(number: str, code: str) -> None:
    assert read(f"查 {number} {code}") == Query(number, code)
    assert read(f"查{number}{code}") == Query(number, code)
    assert read(f"催 {number}") == Urge(number)


@pytest.mark.parametrize(
    "text",
    [
        *("1 还没修好", "1、灯还是不亮", "1 3号楼的还没修", "解决了，但是又坏了", "2 修了又坏", "1 没人联系我"),
        *("1 不行", "修好了，不过楼上还在漏", "1 it is still broken", "fixed, but it broke again", "1 not fixed"),
        *("2-1 还没修好", "1 不满意", "1不满意", "2满意", "2 很满意", "1没解决", "2没人联系", "1满意，但是又坏了"),
    ],
)
def test_an_answer_that_its_words_contradict_is_doubtful(text: str) -> None:
    reply = read_verdict(text)
    assert reply is not None
    assert reply.answer in (1, 2)
    assert reply.doubtful


@pytest.mark.parametrize("text", ["3满意", "3 解决了", "4满意", "选3，满意", "4 solved"])
def test_an_answer_that_its_words_call_solved_is_doubtful(text: str) -> None:
    reply = read_verdict(text)
    assert reply is not None
    assert reply.doubtful


@given(
    st.lists(
        st.sampled_from(["1", "选", "第", "三", "没", "已", "解决", "满意", "，", " ", "且", "是", ":"]), max_size=12
    )
)
def test_no_answer_takes_long_to_read(words: list[str]) -> None:
    begun = time.process_time()
    read_verdict("".join(words) * 60)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    "text",
    [
        *("1", "1 谢谢", "1 还不错", "2 还是不满意", "2 还是太慢了", "2 等了三天没人来", "解决了，但不满意"),
        *("3 还没修好", "没解决", "4 没人来", "1 没问题", "满意，但一开始没人管"),
    ],
)
def test_words_that_go_with_their_answer_leave_no_doubt(text: str) -> None:
    reply = read_verdict(text)
    assert reply is not None
    assert not reply.doubtful


def test_digits_of_other_scripts_are_no_numbers_of_ours() -> None:
    assert read("查 20261124-000123 ١٢٣٤٥٦") == Query("", "") or read("查 20261124-000123 ١٢٣٤٥٦") is None
    assert read("查 ٢٠٢٦١١٢٤-٠٠٠١٢٣ ١٢٣٤٥٦") is None
    assert read_proof("٤٤٧١")[0] == ""
    assert read_deed("签收 ١") is None
    assert read_verdict("١") is None


@given(st.text("0123456789١٤٧१४७０４ 查到签收-.:楼#", max_size=30))
def test_numbers_that_are_read_are_plain(text: str) -> None:
    command, deed, reply = read(text), read_deed(text), read_verdict(text)
    numbers = [
        *((command.number, command.code) if isinstance(command, Query) else ()),
        *((deed.order, read_proof(deed.rest)[0]) if deed else ()),
        *((reply.which,) if reply else ()),
    ]
    assert all(number.isascii() for number in numbers), numbers


def test_a_visit_code_keeps_its_zeros() -> None:
    """It may stand where the only order's number was left out."""
    deed = read_deed("到 0101")
    assert deed is not None
    assert deed.order == "0101"
