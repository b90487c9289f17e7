"""Words and moments on pages: the visitor's language, the office's zone, what is left until a promise."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from flask import g, request
from markupsafe import Markup

from cases.phrases import LANGUAGES, Message, Name, Phrasebook

COOKIE = "lang"
NONE = "–"
_MINUTE = timedelta(minutes=1)
_BROWSER = {lang.replace("_", "-"): lang for lang in LANGUAGES}


def language() -> str:
    """The language of this request: the visitor's choice, else the account's, else the browser's."""
    account = g.get("account")
    for wanted in (request.cookies.get(COOKIE), account.lang if account is not None else None):
        if wanted in LANGUAGES:
            return str(wanted)
    return _BROWSER[request.accept_languages.best_match(_BROWSER, "zh-CN")]


@dataclass(frozen=True, slots=True)
class Words:
    """The phrasebook opened at one language and one zone; what templates speak with."""

    book: Phrasebook
    lang: str
    zone: tzinfo

    def t(self, id_: str, /, **places: object) -> str:
        """The sentence for an id."""
        return self.say(Message(id_, places))

    def say(self, message: Message) -> str:
        """The sentence for a message."""
        return self.book.say(message, self.lang)

    def kept(self, message: Message) -> str:
        """The sentence for a message out of the record; its id where no catalogue has it any more."""
        try:
            return self.say(message)
        except LookupError:
            return message.id

    def listed(self, values: Iterable[Message | Name | str]) -> str:
        """What stands beside each other in a cell."""
        return self.t("rulebook.listing").join(map(self._one, values))

    def _one(self, value: Message | Name | str) -> str:
        if isinstance(value, Message):
            return self.kept(value)
        return value.in_language(self.lang) if isinstance(value, Name) else value

    def code(self, family: str, code: str | None) -> str:
        """The word for a code, `<family>.<code>` in the catalogue; the code itself where it has none."""
        if not code:
            return NONE
        try:
            return self.t(f"{family}.{code}")
        except LookupError:
            return code

    def name(self, zh: str | None, en: str | None) -> str:
        """A name in this language."""
        return Name(zh or "", en or "").in_language(self.lang) or NONE

    def exact(self, at: datetime) -> str:
        """A moment to the minute, in the office's zone."""
        return at.astimezone(self.zone).strftime("%Y-%m-%d %H:%M")

    def clock(self, at: datetime) -> str:
        """The time of day to the second, in the office's zone."""
        return at.astimezone(self.zone).strftime("%H:%M:%S")

    def moment(self, at: datetime | None) -> str | Markup:
        """A moment as HTML: to the minute, to the second on hover."""
        return self.tagged(at, self.exact(at), "%Y-%m-%d %H:%M:%S") if at is not None else NONE

    def tagged(self, at: datetime, shown: str, hover: str = "%Y-%m-%d %H:%M") -> Markup:
        """Text about a moment as HTML, the moment itself on hover."""
        local = at.astimezone(self.zone)
        return Markup('<time datetime="{}" title="{}">{}</time>').format(
            local.isoformat(timespec="seconds"), local.strftime(hover), shown
        )

    def left(self, due: datetime | None, now: datetime) -> str | Markup:
        """What is left until `due`, or how long it is over, as HTML: 剩 0:42, 超 1:10."""
        if due is None:
            return self.t("console.left.none")
        side = "console.left.over" if due <= now else "console.left.left"
        return self.tagged(due, self.t(side, span=self.span(abs(due - now))))

    def span(self, length: timedelta) -> str:
        """A length as 0:42, and from one day on with days."""
        days, minutes = divmod(length // _MINUTE, 24 * 60)
        clock = f"{minutes // 60}:{minutes % 60:02d}"
        return self.t("console.left.days", days=days, clock=clock) if days else clock
