"""What a short text asks for: `查 编号 码`, 退订, 催, 帮助 and their kin.

Full-width signs, spaces and closing marks are forgiven; an ordinary sentence is never taken for a command.
"""

import re
from dataclasses import dataclass

from cases.report import fold


@dataclass(frozen=True, slots=True)
class Query:
    """How does my case stand? `number` is "20261124-000123"; either may be empty where it was not given."""

    number: str
    code: str


@dataclass(frozen=True, slots=True)
class Stop:
    """No more texts to me."""


@dataclass(frozen=True, slots=True)
class Start:
    """Texts to me again."""


@dataclass(frozen=True, slots=True)
class Help:
    """What can I write here?"""


@dataclass(frozen=True, slots=True)
class Urge:
    """Nobody has come: hurry. `number` is empty where none was named."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """More on a matter that is with us already."""

    words: str


@dataclass(frozen=True, slots=True)
class Deed:
    """A worker's command by its shape: the verb's code, the order's short number, the rest."""

    verb: str
    order: str
    rest: str = ""


Command = Query | Stop | Start | Help | Urge | Add

_STOP = frozenset(
    (
        *("退订", "退訂", "退", "td", "t", "退订短信", "取消订阅", "不要再发了", "别再发了"),
        *("stop", "stopall", "stop all", "unsubscribe", "cancel", "quit", "end"),
        *("revoke", "optout", "opt out", "opt-out"),
    )
)
_START = frozenset(
    (
        *("恢复", "恢復", "订阅", "訂閱", "恢复订阅", "恢复短信"),
        *("start", "unstop", "resume", "subscribe"),
    )
)
_HELP = frozenset(
    (
        *("帮助", "幫助", "说明", "說明", "用法", "怎么用", "怎么用?", "菜单"),
        *("?", "??", "help", "info", "h", "hlp", "menu"),
    )
)
_URGE = ("催一下", "催办", "催辦", "催单", "催促", "催催", "催", "urge", "chase", "hurry")  # longest first
_ASK = (
    *("查询进度", "进度查询", "查进度", "查询", "查詢", "查一下", "查单", "查件", "进度", "查"),
    *("query", "status", "check", "track", "?"),
)
_ADD = re.compile(
    r"\s*(?:补充说明|补充一下|补充|補充|追加|add)\s*[:：,，;；\s]\s*(?P<words>\S.*)",
    re.DOTALL | re.IGNORECASE,
)
_LABELS = re.compile(r"编号|編號|案件号|单号|查询码|验证码|密码|number|code|no\.?|号|码|和|[:;,/、()#\[\]]")
_CASE = r"(?P<day>\d{8})\s*-?\s*(?P<seq>\d{6,9}?)"
_BOTH = re.compile(_CASE + r"(?:\s*-?\s*(?P<code>\d{6}))?")
_DASHES = re.compile(r"[‐-―−﹘﹣－~]")
_ENDING = " \t\n.。!！,，;；…~'\"“”‘’「」『』【】[]()"

_POLITE = re.compile(
    r"(?![您你]好)(?:好的?|谢谢|多谢|感谢|非常|辛苦了?|麻烦|收到|知道了?|明白了?|您|你们?|了|啦|哦"
    r"|ok|okay|thanks?|you|got|it|noted|\s)+"
)

_VERBS = {
    "sign": ("签收", "簽收", "签", "sign", "s"),
    "return": ("退单", "退單", "return", "r"),
    "call": ("电", "電", "call", "c"),
    "arrive": ("到", "到场", "at", "arrive", "a"),
    "found": ("查明", "found", "f"),
    "told": ("反馈", "反饋", "told", "reply"),
    "done": ("办结", "辦結", "done", "d"),
}
_VERB_OF = {word: verb for verb, words in _VERBS.items() for word in words}
_ANY_VERB = "|".join(sorted(_VERB_OF, key=len, reverse=True))
_DEED = re.compile(rf"(?P<verb>{_ANY_VERB})\s*(?P<order>\d{{1,4}})(?:\s+(?P<rest>.+))?", re.DOTALL)
_LIST = frozenset(("列", "列表", "list", "l"))


def read(text: str) -> Command | None:
    """The command that a text is, or None where it is an ordinary text."""
    plain = _plain(text)
    if plain in _STOP:
        return Stop()
    if plain in _START:
        return Start()
    if plain in _HELP:
        return Help()
    return _query(plain) or _urge(plain) or _add(text)


def is_polite(text: str) -> bool:
    """Whether a text only says thanks or that it was read."""
    words = " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())
    return _POLITE.fullmatch(words) is not None


def read_deed(text: str) -> Deed | None:
    """The worker's command that a text has the shape of. Asked only for a registered staff number."""
    plain = _plain(text)
    if plain in _LIST:
        return Deed("list", "")
    found = _DEED.fullmatch(plain)
    return found and Deed(_VERB_OF[found["verb"]], found["order"], found["rest"] or "")


def _plain(text: str) -> str:
    folded = _DASHES.sub("-", " ".join(fold(text).split()))
    return folded.strip(_ENDING) or folded


def _query(plain: str) -> Query | None:
    asked = next((word for word in _ASK if plain.startswith(word)), None)
    if asked is None:
        return None
    rest = " ".join(_LABELS.sub(" ", plain[len(asked) :]).split())
    if not rest:
        return Query("", "")
    found = _BOTH.fullmatch(rest)
    if found:
        return Query(_number(found), found["code"] or "")
    return Query("", "") if re.fullmatch(r"[\d\s-]+", rest) else None


def _urge(plain: str) -> Urge | None:
    if plain in _URGE:
        return Urge()
    word = next((word for word in _URGE if plain.startswith(word)), None)
    if word is None:
        return None
    rest = " ".join(_LABELS.sub(" ", plain[len(word) :]).split())
    found = re.fullmatch(_CASE, rest)
    return Urge(_number(found)) if found else None


def _add(text: str) -> Add | None:
    found = _ADD.fullmatch(text)
    return Add(found["words"].strip()) if found else None


def _number(found: re.Match[str]) -> str:
    return f"{found['day']}-{found['seq']}"
