"""What somebody wishes of their own matters, said as people say it: that nobody need come, how far it is, that
somebody hurries or rings them, that something is put right. By text, and as the first words of a call.

Only a sentence that says nothing else is one: whatever tells of a matter, a place or a reason beyond "it is done" is an
ordinary text.
"""

import re
from dataclasses import dataclass

from cases.report import fold
from hotline.commands.letters import CASE, aligned, case_number


@dataclass(frozen=True, slots=True)
class Withdraw:
    """Nobody need come any more. `number` is a whole case number, its last digits, or empty."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """I want to speak with somebody."""


@dataclass(frozen=True, slots=True)
class Correct:
    """Something about my matter was taken down wrongly. `words` may be empty; `which` is its place in our list (0: none
    was named), `number` the case's own (empty: none was named)."""

    words: str = ""
    which: int = 0
    number: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far are my matters?"""


Wish = Withdraw | Person | Correct | Progress

LONGEST = 40  # signs; whoever tells more than that tells a story
_MARKS = re.compile(r"[\W_]+")
_OPENS = (
    r"(?:喂|您好|你好|嗯|那个|哎|请问|对不起|不好意思|麻烦(?:你们?|您|一下)?|同志|师傅|老师|小姐|热线|我们?(?:这边)?|阿拉"
    r"|算了|就是|想|要|来|请|帮我|帮忙|给我|现在|谢谢)*"
)
_ENDS = (
    r"(?:了|啦|吧|啊|呀|哈|哦|嘛|的|好吗|行吗|可以吗|好了"
    r"|谢谢(?:你们?|您)?|多谢|辛苦(?:了|你们?|您)?|麻烦(?:你们?|您)?(?:了)?)*"
)
_LAST = r"(?P<tail>[0-9]{1,17})?号?"
_THING = r"(?:投诉|报修|举报|诉求|工单|单子?|案子|申请|反映|登记|那?(?:件|个)?事情?|那个|这个)"
_EARLIER = r"(?:上次|上回|之前|前面|前几天|前两天|昨天|前天|今天|早上|上午|刚才|上周|上个?星期|几天前)"
_MINE = (
    rf"(?:我们?)?(?:家)?{_EARLIER}?(?:报|反映|说|讲|打电话|投诉|报修|登记|叫你们修)*(?:过)?(?:的)?(?:那|这)?(?:件|个)?"
)

_SOLVED = (
    r"(?:(?:问题|事情?|水|电|灯|电梯)?(?:已经|都|现在)*(?:我们?)?(?:自己|自行)?"
    r"(?:修|弄|搞|解决|处理|办|通|亮|来|好|没事|没问题|找到)(?:好|完|妥|掉|到|水|电)?了)?"
)
_WITHDRAW = re.compile(
    rf"{_OPENS}{_SOLVED}{_OPENS}(?:"
    r"撤(?:诉|销|单|回|掉|案)(?:申请)?|"
    rf"(?:取消|撤销|撤回|撤掉){_MINE}{_THING}|(?:把)?{_MINE}{_THING}(?:撤(?:了|掉|销|回)|取消)|"
    r"(?:你们?|您|师傅|就|人)*(?:不用|不要|别|不必|甭|无需|毋须|唔使|勿要|不需要)"
    r"(?:再)?(?:派)?(?:人)?(?:来|上门|过来|处理|管|办|修|追究)(?:人)?(?=了|啦)|"
    r"不(?:再)?(?:追究|投诉|举报)(?=了|啦)|不想(?:再)?(?:追究|投诉|举报)"
    rf"){_THING}?{_ENDS}{_LAST}"
)
_PERSON = re.compile(
    rf"{_OPENS}(?:(?:转|接|转接|找|叫|换)?(?:人工|真人|话务员|接线员|客服|值班(?:的|人员|员)?|工作人员)(?:服务|客服|台|接听)?"
    r"|(?:找|叫|换|跟|和)(?:一?个)?(?:真)?人(?:工)?(?:跟我)?(?:说话|说|讲话|讲|谈|聊|接电话)?"
    rf"|(?:回|打)(?:一?个)?电话(?:给我)?|回电(?:话)?|回(?:我)?(?:一?个)?电话|打给我){_ENDS}"
)
_PROGRESS = re.compile(
    rf"{_OPENS}(?:(?:查|问|看|了解)(?:询|一下|一查|问|下)*{_MINE}{_THING}?(?:的)?(?:办理)?"
    r"(?:进度|进展|情况|结果|办得怎么样|办得怎样|怎么样|到哪一步|到哪里?|到哪儿)"
    rf"|查(?:询|一下|下|一查){_MINE}{_THING}"
    rf"|{_MINE}{_THING}?(?:现在)?(?:办|处理|弄|搞)(?:得|的)?(?:怎么样|怎样|如何|到哪一步|到哪里?|到哪儿)"
    rf"|{_MINE}{_THING}(?:的)?(?:有)?(?:什么)?(?:进度|进展|结果)(?:如何|怎么样)?(?:吗|呢)?){_ENDS}"
)
_URGE = re.compile(
    rf"{_OPENS}(?:催(?:一下|一催|催|下|办|单|促)*{_MINE}{_THING}?"
    rf"|(?:都)?(?:[0-9一二三四五六七八九十两几半]+(?:天|个?小时|个?星期|周)了)?{_MINE}{_THING}?(?:都|这么久)*(?:怎么|为什么|为啥|咋|到底)*(?:到现在|现在)?(?:都|也)?"
    r"(?:还没有?|还不|没有?|还未)(?:见)?(?:人)?(?:来|管|处理|动静|消息|回音|回复|答复|解决|过来|办|联系我|理我)(?:人|修|办|管|处理)?"
    rf"|{_MINE}{_THING}?(?:什么时候|几时|啥时候|多久)(?:才)?(?:能)?(?:派)?(?:人)?(?:来|处理|办|解决)(?:人|修|办)?){_ENDS}(?:呢|啊|吗)*"
)
_ENGLISH: tuple[tuple[type[Withdraw] | type[Person] | type[Progress], re.Pattern[str]], ...] = (
    (
        Withdraw,
        re.compile(
            r"(?:please )?(?:i (?:want|would like|d like|wish) to )?(?:withdraw|cancel|drop)(?: (?:my|the|this))?"
            r"(?: (?:complaint|report|case|request|matter))(?: please)?|(?:please )?withdraw|never mind"
            r"|(?:it is |it s |its )?(?:fixed |solved |done )?(?:now )?(?:there is )?no need to come"
            r"(?: any ?more| now)?"
            r"|(?:you )?(?:do not|don t|dont|need not)(?: need to| have to)? come(?: any ?more| now)?"
        ),
    ),
    (
        Person,
        re.compile(
            r"(?:please )?(?:i (?:want|would like|d like|need) to |can i |let me )?(?:talk|speak) (?:to|with) "
            r"(?:a |an |the )?(?:real )?(?:person|human|agent|operator|someone|somebody|staff)(?: please)?"
            r"|(?:a )?(?:real )?(?:person|human|agent|operator|representative)(?: please)?"
            r"|(?:please )?(?:call|ring|phone) me(?: back)?(?: please)?"
        ),
    ),
    (
        Progress,
        re.compile(
            r"(?:please )?(?:check|query) my (?:cases?|reports?|complaints?|matters?)"
            r"|(?:what is|what s|whats) (?:the )?(?:status|progress)(?: of my (?:case|report|complaint|matter))?"
            r"|how far (?:is|are) my (?:cases?|reports?|complaints?|matters?)|progress"
        ),
    ),
)
_URGE_ENGLISH = re.compile(
    r"(?:i (?:want|would like|d like) to )?(?:urge|chase)(?: my (?:case|report|matter|complaint))?"
    r"|please hurry(?: up)?|hurry up"
    r"|why (?:has|did) (?:nobody|no one) (?:come|came)(?: yet)?|(?:nobody|no one) (?:came|has come)(?: yet)?"
)
_CORRECT = re.compile(
    r"\s*(?:(?:我要|我想|请)?(?:更正|纠正|改正)(?:一下)?(?=[\s:,;.。第0-9]|$)|correct(?:ion)?(?=\s*[:;0-9]|\s*$))[\s:,;.。]*"
    rf"(?:(?P<case>{CASE})(?![0-9])|第?\s*(?P<which>[1-9])\s*(?:件|个|号)?(?=[\s:,;.。]|$))?[\s:,;.。]*(?P<words>.*)",
    re.DOTALL,
)


def read_wish(text: str) -> Wish | None:
    """The wish that a text or a sentence is; None where it is any other."""
    corrected = _CORRECT.fullmatch(aligned(text).folded)
    if corrected is not None:
        number = case_number(corrected["case"]) if corrected["case"] else ""
        return Correct(aligned(text).rest(corrected.start("words")), int(corrected["which"] or 0), number)
    said = _said(text)
    if len(said) > LONGEST:
        return None
    if found := _WITHDRAW.fullmatch(said):
        return Withdraw(_number(found["tail"] or ""))
    if _PERSON.fullmatch(said):
        return Person()
    if _PROGRESS.fullmatch(said):
        return Progress()
    return _english(text)


def _english(text: str) -> Wish | None:
    words = " ".join(_MARKS.sub(" ", fold(text)).split())
    found = re.fullmatch(r"(?P<words>[a-z ]+?)\s*(?P<tail>[0-9]{8} ?[0-9]{6,9}|[0-9]{1,9})?", words)
    if found is None:
        return None
    wish = next((of for of, shape in _ENGLISH if shape.fullmatch(found["words"])), None)
    if wish is Withdraw:
        return Withdraw(_number((found["tail"] or "").replace(" ", "")))
    return wish() if wish is not None and not found["tail"] else None


def is_nudge(text: str) -> bool:
    """Whether a text only asks why nobody came yet, naming no matter: it is about one that they told before."""
    words = " ".join(_MARKS.sub(" ", fold(text)).split())
    if len(words) > LONGEST:
        return False
    return _URGE.fullmatch(_said(text)) is not None or _URGE_ENGLISH.fullmatch(words) is not None


def _said(text: str) -> str:
    return _MARKS.sub("", fold(text))


def _number(digits: str) -> str:
    """A whole number as we write it, or its last digits without zeros before them."""
    return f"{digits[:8]}-{digits[8:]}" if len(digits) >= 14 else digits.lstrip("0")


def is_of(number: str, said: str) -> bool:
    """Whether what was said names the case of that number: the whole, or its last digits."""
    return number == said or number.rpartition("-")[2].lstrip("0") == said
