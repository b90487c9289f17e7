"""A worker's command by its shape: a verb, the order's number, the rest.

The number stands bare. In an ordinary sentence a number before a thing has its measure (3号楼, 5点), the verb is
part of a longer word (电梯, 反馈一下), and nothing parts it from what follows: none of that is a command. English
has no measures, so there the rest must be parted by a mark, or the command is not `sure`: whoever reads it must
see first whether the person holds such an order and the words can belong to it.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from dispatch.reading.numerals import CHINESE, to_digits
from hotline.commands.letters import CASE, Aligned, aligned, case_number


class Verb(StrEnum):
    """What a worker can ask for."""

    SIGN = "sign"
    RETURN = "return"
    OBJECT = "object"
    CALL = "call"
    ARRIVE = "arrive"
    FIND = "find"
    TELL = "tell"
    SUBMIT = "submit"
    NEWS = "news"
    SAFE = "safe"
    HOLD = "hold"
    RESUME = "resume"
    EXTEND = "extend"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Deed:
    """A worker's command. `order` is the short number or the whole case number, empty where none was named; `rest`
    are the very words behind it; `others` are the orders that were named along with it. Not `sure`: an ordinary
    sentence can have that shape too."""

    verb: Verb
    order: str = ""
    rest: str = ""
    sure: bool = True
    others: tuple[str, ...] = ()


_HAN = {
    Verb.SIGN: ("签收", "簽收", "签"),
    Verb.RETURN: ("退单", "退單", "退"),
    Verb.OBJECT: ("异议", "異議", "提异议", "提異議"),
    Verb.CALL: ("电", "電", "打电话", "电话"),
    Verb.ARRIVE: ("到", "到场", "到場", "到达"),
    Verb.FIND: ("查明", "查清"),
    Verb.TELL: ("反馈", "反饋"),
    Verb.SUBMIT: ("办结", "辦結", "办完"),
    Verb.NEWS: ("进展", "進展"),
    Verb.SAFE: ("安全",),
    Verb.HOLD: ("挂账", "掛賬", "掛账"),
    Verb.RESUME: ("恢复办理", "恢復辦理", "恢复", "恢復"),
    Verb.EXTEND: ("延期",),
}
_LATIN = {
    Verb.SIGN: ("sign", "s"),
    Verb.RETURN: ("return", "r"),
    Verb.OBJECT: ("object", "objection"),
    Verb.CALL: ("call", "c"),
    Verb.ARRIVE: ("arrived", "arrive", "at", "a"),
    Verb.FIND: ("found", "find", "f"),
    Verb.TELL: ("told", "tell", "reply"),
    Verb.SUBMIT: ("done", "d"),
    Verb.NEWS: ("news", "n"),
    Verb.SAFE: ("safe",),
    Verb.HOLD: ("hold",),
    Verb.RESUME: ("resume",),
    Verb.EXTEND: ("extend",),
}
_LIST = frozenset(("列", "列表", "清单", "列单", "list", "l"))
_VERB_OF = {word: verb for words in (_HAN, _LATIN) for verb, forms in words.items() for word in forms}
# Nothing needs to be said behind the numbers of these.
_BARE = frozenset({Verb.SIGN, Verb.SUBMIT, Verb.RESUME})
# What follows is said in words.
_WORDY = frozenset({Verb.RETURN, Verb.OBJECT, Verb.FIND, Verb.TELL, Verb.NEWS, Verb.SAFE, Verb.HOLD, Verb.EXTEND})


def _any_of(words: dict[Verb, tuple[str, ...]]) -> str:
    forms = (form for each in words.values() for form in each)
    return "|".join(sorted(forms, key=len, reverse=True))


_VERB = rf"(?P<verb>(?P<han>{_any_of(_HAN)})|(?:{_any_of(_LATIN)}))"
_ORDER = rf"(?:[#第]|no\.?\s*)?(?P<order>{CASE}|[0-9]{{1,4}}|[{CHINESE}]{{1,4}})"
_OPEN, _SHUT = r"^[\s\"'“‘「『【\[(]*", r"[\s.。!,，;；…~\"'”’」』】\])]*$"
_MARK = r"[,:;.。、\-]"
_GAP = rf"(?P<gap>\s*{_MARK}\s*|\s+)"
_REST = r"(?P<rest>\S.*)$"
_FIRST = re.compile(
    rf"{_OPEN}{_VERB}(?:\s*[:,.#-]\s*|\s*){_ORDER}(?:(?P<unit>号单|号|单)?{_SHUT}|{_GAP}{_REST})", re.DOTALL
)
_SECOND = re.compile(rf"{_OPEN}{_ORDER}(?:\s*{_MARK}\s*|\s*){_VERB}(?:{_SHUT}|{_GAP}{_REST})", re.DOTALL)
# Several orders at once: 签收 1、2, 办结 1 2 3, 反馈 1和2 已修好. No numerals in words: 一、二 begin other lists.
_ONE = rf"(?:[#第]|no\.?\s*)?(?:{CASE}|[0-9]{{1,4}})(?![0-9])(?:号单|号)?"
_BETWEEN = r"(?:\s*(?:[、,和及&]|and\b)\s*|\s+)"
_SEVERAL = re.compile(
    rf"{_OPEN}{_VERB}(?:\s*[:#]\s*|\s*)(?P<orders>{_ONE}(?:{_BETWEEN}{_ONE}){{1,7}})(?:{_SHUT}|{_GAP}{_REST})",
    re.DOTALL,
)
_EACH = re.compile(rf"{CASE}|[0-9]{{1,4}}")
_ALONE = re.compile(rf"{_OPEN}{_VERB}(?:{_SHUT}|{_GAP}{_REST})", re.DOTALL)

# Behind a number these make it the number of a house, or a quantity.
_HOUSE = r"号|#|栋|幢|座(?!椅)|单元|层|楼(?![顶道梯上下])|弄|期|室(?!内|外)"
_AMOUNT = (
    r"点|月|年|日|天|分钟|小时|秒|周|岁|个|位|名|人|次|回|米|公里|户|家|条|辆|台|张|只|件|块|遍|度|元|楼|层|处|口|盏"
    r"|[ap]m\b|o'clock|st\b|nd\b|rd\b|th\b"
)
_COURTESY = re.compile(r"(?:please|pls|thanks?|thank you|ok|谢谢|了|啦|吧|[\s.,!。])+$")
_COUNTED = re.compile(rf"(?:[0-9][0-9\s,.、-]*|[{CHINESE}]{{1,4}})\s*(?:{_HOUSE}|{_AMOUNT})")
_IS_HOUSE = re.compile(_HOUSE)
_IS_AMOUNT = re.compile(rf"{_HOUSE}|{_AMOUNT}")

_PROOF = re.compile(
    r"(?:(?:走访码|上门码|门牌码|码|code)?\s*[:,]?\s*(?P<code>[0-9]{4})(?:[\s,.。!、]+|$))?(?P<place>.*?)[\s.。!]*$",
    re.DOTALL,
)
_N = rf"(?:[0-9]{{1,4}}|[{CHINESE}]{{1,5}}|[a-z][0-9]{{0,3}})"
_ESTATE = r"[一-鿿]{1,10}(?:小区|里|苑|园|花园|家园|新村|一村|二村|村|公寓|大院|院|社区)"
_INSIDE = rf"(?:[\s,，]*{_N}(?:单元|门))?(?:[\s,，]*{_N}(?:层|楼))?(?:[\s,，]*{_N}(?:室|户|号)?)?"
_PLACE = re.compile(
    rf"(?:{_ESTATE}|(?:{_ESTATE})?[\s,，]*{_N}\s*(?:号楼|号院|#楼|#|栋|幢|座|号){_INSIDE}|(?:{_ESTATE})?[0-9]+-[0-9]+(?:-[0-9]+)?"
    rf"|[一-鿿]{{1,8}}(?:路|街|巷|弄|大道)\s*{_N}号?(?:{_INSIDE})"
    r"|(?:[a-z' ]+,?\s*)?(?:building|bldg\.?|block|tower)\s*\w{1,4}(?:,?\s*(?:unit|entrance)\s*[0-9]+)?"
    r"(?:,?\s*(?:room|flat)\s*[0-9]+)?)[\s.。!]*$"
)


def read_deed(text: str) -> Deed | None:
    """The command that a text has the shape of; None for an ordinary text. Asked only for a staff number."""
    both = aligned(text)
    if both.folded.strip(" .。!") in _LIST:
        return Deed(Verb.LIST)
    for pattern, reader in (
        (_SEVERAL, _with_orders),
        (_FIRST, _with_order),
        (_SECOND, _with_order),
        (_ALONE, _without_order),
    ):
        found = pattern.match(both.folded)
        deed = found and reader(found, both)
        if deed:
            return deed
    return None


def read_proof(rest: str) -> tuple[str, str]:
    """The visit code and the place that the words behind an arrival are; either may be empty."""
    both = aligned(rest)
    found = _PROOF.match(both.folded)
    if found is None:
        return "", rest
    return found["code"] or "", both.rest(found.start("place")) if found["place"] else ""


def _with_order(found: re.Match[str], both: Aligned) -> Deed | None:
    verb, order = _VERB_OF[found["verb"]], _order(found["order"])
    after = found["rest"] or ""
    if not after:
        counted = found.groupdict().get("unit")
        return None if counted and verb not in (Verb.SIGN, Verb.SUBMIT) else Deed(verb, order)
    deed = Deed(verb, order, both.rest(found.start("rest")))
    if verb is Verb.ARRIVE:
        return deed if is_proof(after) or _tells_more(found, after) else None
    if _counts(found, verb, after):
        return None
    if verb is Verb.CALL or (verb not in _WORDY and not found["han"]):
        return Deed(verb, order) if _COURTESY.match(after) else None
    parted = found["han"] is not None or found["gap"].strip() not in ("", "-")
    return Deed(verb, order, deed.rest, parted)


def _with_orders(found: re.Match[str], both: Aligned) -> Deed | None:
    """A command about several orders. Whoever has more to say of them parts the numbers by more than a space: 反馈 1 2
    盏灯已换 is about two lamps."""
    verb, after = _VERB_OF[found["verb"]], found["rest"] or ""
    numbers = [_order(each) for each in _EACH.findall(found["orders"])]
    if verb in _BARE:
        fits = not after or _COURTESY.match(after) is not None
    else:
        parted = re.search(r"[0-9号单]\s+(?=[0-9#第])", found["orders"]) is None
        fits = found["han"] is not None and parted and bool(after) == (verb in _WORDY)
    runs_on = bool(after) and found["gap"].strip() == "、"  # 1、2、3号楼: the last of them is a house
    if not fits or runs_on or len(set(numbers)) < 2 or _IS_AMOUNT.match(after):
        return None
    rest = both.rest(found.start("rest")) if after and verb in _WORDY else ""
    return Deed(verb, numbers[0], rest, others=tuple(dict.fromkeys(numbers[1:])))


def _counts(found: re.Match[str], verb: Verb, after: str) -> bool:
    """Whether the number is a house's, an amount, the first of several or a fraction: 3 号楼, 2、3号楼, 1.5米."""
    if verb not in _WORDY or found["verb"] == "退":  # 退 3 天了: the single sign begins other words too
        return _IS_AMOUNT.match(after) is not None
    runs_on = found["gap"] in ("、", "-", ".") and re.match(r"[0-9]+(?:、[0-9]+)*\s*[^0-9\s:,.、]", after)
    return _IS_HOUSE.match(after) is not None or (bool(runs_on) and verb is not Verb.RETURN)


def _tells_more(found: re.Match[str], after: str) -> bool:
    """Whether `到 12 物业办公室` names order 12: set off on both sides, and no amount."""
    before = found.string[found.end("verb") : found.start("order")]
    return found["han"] is not None and before.isspace() and found["gap"].isspace() and not _IS_AMOUNT.match(after)


def _without_order(found: re.Match[str], both: Aligned) -> Deed | None:
    verb, after = _VERB_OF[found["verb"]], found["rest"] or ""
    if not after:
        return Deed(verb)
    if verb is Verb.ARRIVE:
        return Deed(verb, "", both.rest(found.start("rest"))) if is_proof(after) else None
    parted = found["han"] is not None or not found["gap"].isspace()
    if verb not in _WORDY or verb is Verb.SAFE or not parted or _COUNTED.match(after):
        return None
    return Deed(verb, "", both.rest(found.start("rest")), sure=False)


def is_proof(after: str) -> bool:
    """Whether folded words are a visit code, a place, or both."""
    found = _PROOF.match(after)
    return found is not None and (not found["place"] or _PLACE.match(found["place"]) is not None)


def _order(said: str) -> str:
    plain = said.strip()
    if re.fullmatch(r"[0-9]{4}", plain):
        return plain  # it may be a visit code, which can begin with 0
    digits = to_digits(plain)
    return case_number(digits) if len(digits) > 4 else digits


_REASONS = (
    (2, r"地址不对|地址错|地点不对|地点错|位置不对|派错地方|找不到地方|wrong (?:place|address)"),
    (4, r"重复|已有工单|同一件|duplicate|same as"),
    (3, r"不清楚|说不清|不明确|信息不全|内容不全|unclear|not clear"),
    (5, r"超出能力|超出权限|无权|没有权限|没权限|没能力|办不了|处理不了|解决不了|beyond"),
    (1, r"不归|不属于|不是我|非我|不在我|管辖|派错|not (?:ours|mine|my)"),
)
_REASON_CODE = re.compile(r"(?:原因)?\s*[:,]?\s*(?P<code>[1-5一二三四五])(?:[\s:,;.。、)-]+|$)(?P<words>.*)", re.DOTALL)


def read_reason(rest: str) -> tuple[int | None, str]:
    """Why an order is returned: the code 1 to 5 by its digit or by the words (None where neither tells), and the
    words."""
    both = aligned(rest)
    found = _REASON_CODE.match(both.folded)
    if found:
        return int(to_digits(found["code"])), both.rest(found.start("words"))
    code = next((code for code, words in _REASONS if re.search(words, both.folded)), None)
    return code, both.written
