"""What a resident's short text asks for: `查 编号 码`, 退订, 催, 重办, 帮助 and their kin.

Full-width signs, spaces and closing marks are forgiven; an ordinary sentence is never taken for a command.
"""

import re
from dataclasses import dataclass

from cases.report import fold
from hotline.commands.letters import CASE, aligned, case_number, plain
from hotline.commands.stopping import wants_no_texts
from hotline.commands.wishes import Wish, read_wish


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
    """Nobody has come: hurry. `number` is a whole number, its last digits, or empty."""

    number: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """More on a matter that is with us already."""

    words: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """It is not done: take it up again. `number` is empty where none was named."""

    number: str = ""
    words: str = ""


Command = Query | Stop | Start | Help | Urge | Add | Reopen | Wish

_STOP = frozenset(("退", "td", "t", "stop", "stopall", "stop all", "cancel", "quit", "end", "revoke"))
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
# The English word begins ordinary sentences too (reopen the gate): with words it needs a number or a mark.
_REOPEN = re.compile(
    rf"\s*(?:(?:重办|重辦|重新办理|重新打开)(?=[\s:,;.。]|[0-9]|$)|reopen(?=\s*(?:[:,;.]|[0-9]|$)))[\s:,;.。]*"
    rf"(?P<case>{CASE}(?![0-9]))?[\s:,;.。]*(?P<words>.*)",
    re.DOTALL,
)
_LABELS = re.compile(r"编号|編號|案件号|单号|查询码|验证码|密码|number|code|no\.?|号|码|和|[:;,/、()#\[\]]")
_CASE = r"(?P<case>[0-9]{8}\s*-?\s*[0-9]{6,9}?)"
_BOTH = re.compile(_CASE + r"(?:\s*-?\s*(?P<code>[0-9]{6}))?")
_POLITE = re.compile(
    r"(?![您你]好)(?:好的?|谢谢|多谢|感谢|非常|辛苦了?|麻烦|收到|知道了?|明白了?|您|你们?|了|啦|哦"
    r"|ok|okay|thanks?|you|got|it|noted|\s)+"
)


def read(text: str) -> Command | None:
    """The command that a text is, or None where it is an ordinary text."""
    said = plain(text)
    if said in _STOP or wants_no_texts(said):
        return Stop()
    if said in _START:
        return Start()
    if said in _HELP:
        return Help()
    return _query(said) or _urge(said) or _add(text) or _reopen(text) or read_wish(text)


def is_polite(text: str) -> bool:
    """Whether a text only says thanks or that it was read."""
    words = " ".join(re.sub(r"[\W_]+", " ", fold(text)).split())
    return _POLITE.fullmatch(words) is not None


def _query(said: str) -> Query | None:
    asked = next((word for word in _ASK if said.startswith(word)), None)
    if asked is None:
        return None
    rest = " ".join(_LABELS.sub(" ", said[len(asked) :]).split())
    if not rest:
        return Query("", "")
    found = _BOTH.fullmatch(rest)
    if found:
        return Query(case_number(found["case"]), found["code"] or "")
    return Query("", "") if re.fullmatch(r"[0-9\s-]+", rest) else None


def _urge(said: str) -> Urge | None:
    if said in _URGE:
        return Urge()
    word = next((word for word in _URGE if said.startswith(word)), None)
    if word is None:
        return None
    rest = " ".join(_LABELS.sub(" ", said[len(word) :]).split())
    found = re.fullmatch(_CASE, rest)
    if found is None and re.fullmatch(r"[0-9]{1,9}", rest):
        return Urge(rest.lstrip("0"))
    return Urge(case_number(found["case"])) if found else None


def _add(text: str) -> Add | None:
    found = _ADD.fullmatch(text)
    return Add(found["words"].strip()) if found else None


def _reopen(text: str) -> Reopen | None:
    both = aligned(text)
    found = _REOPEN.fullmatch(both.folded)
    if found is None:
        return None
    return Reopen(case_number(found["case"]) if found["case"] else "", both.rest(found.start("words")))
