"""The phrasebook: turns messages into Chinese or English sentences by the catalogues of `app/locale`.

`python -m app.phrasebook` compiles the catalogues; what is not compiled yet is compiled when first read.
"""

import contextlib
import gettext
import os
import re
import sys
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from zoneinfo import ZoneInfo

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

from cases.phrases import EN, LANGUAGES, Message, Name

LOCALE = Path(__file__).resolve().parent / "locale"
_ZONE = ZoneInfo("Asia/Shanghai")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
OwnTexts = Mapping[str, Mapping[str, str]]


class Catalogues:
    """The Phrasebook of all packages: the first word of a message's id names its catalogue.

    `zone` is where moments are read (the office's zone); `own` has the sentences that an office says in its own
    words, by id and language.
    """

    def __init__(self, zone: ZoneInfo = _ZONE, folder: Path = LOCALE, own: OwnTexts = MappingProxyType({})) -> None:
        self._zone = zone
        self._folder = folder
        self._own = own

    def in_zone(self, zone: ZoneInfo) -> "Catalogues":
        """The same phrasebook for an office in another zone."""
        return Catalogues(zone, self._folder, self._own)

    def with_texts(self, own: OwnTexts) -> "Catalogues":
        """The same phrasebook with these sentences in the office's own words."""
        return Catalogues(self._zone, self._folder, own)

    def say(self, message: Message, lang: str) -> str:
        """The sentence. LookupError where the id or a value for one of its places is missing."""
        values = {name: self._value(value, lang) for name, value in message.params.items()}
        if own := self._own.get(message.id, {}).get(lang):
            # An office's own sentence that asks for what the message has not must not stop the message.
            with contextlib.suppress(KeyError, IndexError, ValueError):
                return own.format_map(values)
        pattern = _sentence(self._folder, lang, message.id)
        try:
            return _once(pattern.format_map(values)) if "{" in pattern else pattern
        except KeyError as error:
            raise LookupError(f"message {message.id} needs a value for {{{error.args[0]}}}: pass it") from None

    def pattern(self, id_: str, lang: str) -> str:
        """The sentence with its places unfilled."""
        return _sentence(self._folder, lang, id_)

    def _value(self, value: object, lang: str) -> object:
        if isinstance(value, Message):
            return self.say(value, lang)
        if isinstance(value, Name):
            return value.in_language(lang)
        if isinstance(value, datetime):
            return moment(value.astimezone(self._zone), lang)
        return day(value, lang) if isinstance(value, date) else value


_TWICE = re.compile(r"(?<!。)。。(?!。)|。(?=[；，])")


def _once(sentence: str) -> str:
    """The sentence where words that end with a stop stand before one."""
    return _TWICE.sub(lambda found: found[0][1:], sentence) if "。" in sentence else sentence


def moment(local: datetime, lang: str) -> str:
    """A local moment as people read it: "11月24日 17:30", "24 Nov 17:30"."""
    if lang == EN:
        return f"{local.day} {_MONTHS[local.month - 1]} {local:%H:%M}"
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def day(day: date, lang: str) -> str:
    """A day that may be of another year: "2027年3月1日", "1 Mar 2027"."""
    if lang == EN:
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(8192)  # a page says some hundreds, most of them many times
def _sentence(folder: Path, lang: str, id_: str) -> str:
    domain = id_.partition(".")[0]
    found = _catalogue(folder, lang, domain).gettext(id_)
    if found == id_:
        place = f"app/locale/{lang}/LC_MESSAGES/{domain}.po"
        raise LookupError(f"no message {id_} in {lang}: add it to {place}")
    return found


@cache
def _catalogue(folder: Path, lang: str, domain: str) -> gettext.GNUTranslations:
    source = folder / lang / "LC_MESSAGES" / f"{domain}.po"
    if not source.exists():
        raise LookupError(f"no catalogue {domain} in {lang}: {source} is missing")
    compiled = source.with_suffix(".mo")
    if _fresh(source, compiled):
        return gettext.GNUTranslations(BytesIO(compiled.read_bytes()))
    return gettext.GNUTranslations(BytesIO(_compile(source, lang)))


def compile_catalogues(folder: Path = LOCALE) -> int:
    """Compile what is not fresh; the number of catalogues written."""
    written = 0
    for lang in LANGUAGES:
        for source in sorted((folder / lang / "LC_MESSAGES").glob("*.po")):
            compiled = source.with_suffix(".mo")
            if not _fresh(source, compiled):
                part = compiled.with_name(f".{compiled.name}.{os.getpid()}")
                part.write_bytes(_compile(source, lang))
                part.replace(compiled)
                written += 1
    return written


def _fresh(source: Path, compiled: Path) -> bool:
    return compiled.exists() and compiled.stat().st_mtime_ns > source.stat().st_mtime_ns


def _compile(source: Path, lang: str) -> bytes:
    try:
        with source.open("rb") as text:
            catalogue = read_po(text, locale=lang, abort_invalid=True)
    except (PoFileError, UnicodeDecodeError) as error:
        raise LookupError(f"{source} is no catalogue: {error}") from error
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    return compiled.getvalue()


def places(pattern: str) -> frozenset[str]:
    """The named places of a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(pattern) if name is not None)


def unfit(id_: str, lang: str, own: str) -> str | None:
    """Why a sentence of an office's own cannot stand for a message; None where it can.

    "unknown": there is no such message; "places": it names places that the message has not, or is malformed.
    """
    try:
        known = places(Catalogues().pattern(id_, lang))
    except LookupError:
        return "unknown"
    try:
        return None if places(own) <= known else "places"
    except ValueError:
        return "places"


def entries(source: Path, lang: str) -> Mapping[str, str]:
    """All ids of a catalogue with their sentences; doubtful (fuzzy) ones count as missing."""
    with source.open("rb") as text:
        catalogue = read_po(text, locale=lang, abort_invalid=True)
    return {str(entry.id): str(entry.string) for entry in catalogue if entry.id and not entry.fuzzy}


if __name__ == "__main__":
    count = compile_catalogues()
    if count:
        sys.stderr.write(f"catalogues compiled: {count}\n")
