"""Tables of configuration and samples read cell by cell: every trouble is noted, none stops the reading."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from cases.phrases import Message, Name, msg

E = TypeVar("E", bound=StrEnum)


_TOP = "$"  # the path of the whole input
_TEXT = msg("dispatch.form.text")
_TEXTS = msg("dispatch.form.texts")
_NUMBER = msg("dispatch.form.number")
_NAME = msg("dispatch.form.name")


@dataclass(frozen=True, slots=True)
class Fault:
    """One trouble of the input: where, what, and what to do about it, each a whole sentence.

    As a string it is for logs: the path and the id of the trouble.
    """

    path: str
    trouble: Message
    remedy: Message

    def __str__(self) -> str:
        return f"{self.path}: {self.trouble.id}"


class Table:
    """One table of the input. Reading a cell of the wrong type notes a fault and gives a harmless value."""

    def __init__(self, raw: object, path: str, faults: list[Fault]) -> None:
        self.path = path
        self.faults = faults
        self._read: set[str] = set()
        self._cells: Mapping[str, object] = raw if isinstance(raw, Mapping) else {}
        if not isinstance(raw, Mapping):
            faults.append(Fault(path or _TOP, _is(raw), msg("dispatch.fault.make_table")))

    def at(self, key: str) -> str:
        """The path of a cell."""
        return f"{self.path}.{key}" if self.path else key

    def fault(self, key: str, trouble: Message, remedy: Message) -> None:
        """Note a trouble of the cell `key`."""
        self.faults.append(Fault(self.at(key), trouble, remedy))

    def has(self, key: str) -> bool:
        """Whether the cell is there."""
        return key in self._cells

    def keys(self) -> tuple[str, ...]:
        """The names of all cells, in order."""
        return tuple(str(key) for key in self._cells)

    def text(self, key: str, default: str | None = None) -> str:
        """A cell of text that is not empty. Without a default it must be there."""
        value = self._take(key, _TEXT if default is None else None)
        if value is None:
            return default or ""
        if isinstance(value, str) and value.strip():
            return value.strip()
        self._wrong(key, value, msg("dispatch.form.full_text"))
        return ""

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """A cell with one text or a list of texts."""
        value = self._take(key, _TEXTS if required else None)
        if value is None:
            return ()
        listed = list(value) if isinstance(value, list | tuple) else [value]
        texts = tuple(item.strip() for item in listed if isinstance(item, str) and item.strip())
        if len(texts) == len(listed):
            return texts
        self._wrong(key, value, msg("dispatch.form.full_texts"))
        return ()

    def flag(self, key: str, default: bool | None = None) -> bool | None:
        """A cell with true or false."""
        value = self._take(key)
        if value is None or isinstance(value, bool):
            return default if value is None else value
        self._wrong(key, value, msg("dispatch.form.flag"))
        return default

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int = 1_000_000) -> int:
        """A cell with a whole number between `least` and `most`."""
        value = self._take(key, _NUMBER if default is None else None)
        if value is None:
            return least if default is None else default
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._wrong(key, value, msg("dispatch.form.number_between", least=least, most=most))
        return least

    def choice(self, key: str, words: type[E], default: E | None = None) -> E:
        """A cell with one word of a closed list."""
        fallback = next(iter(words)) if default is None else default
        word = self.text(key, None if default is None else default.value)
        return self._word(key, word, words) or fallback

    def choices(self, key: str, words: type[E]) -> tuple[E, ...]:
        """A cell with one word or a list of words of a closed list."""
        found = (self._word(key, word, words) for word in self.texts(key))
        return tuple(word for word in found if word is not None)

    def name(self, key: str) -> Name:
        """A cell with a name in both languages: { zh = "…", en = "…" }."""
        if not self.has(key):
            self._missing(key, _NAME)
            return Name("")
        cell = self.table(key)
        name = Name(cell.text("zh"), cell.text("en"))
        cell.close()
        return name

    def table(self, key: str) -> "Table":
        """A table within this table; empty where it is not there."""
        return Table(self._take(key) or {}, self.at(key), self.faults)

    def tables(self, key: str) -> Iterator["Table"]:
        """The tables of a list of tables, in order."""
        value = self._take(key)
        if value is not None and not isinstance(value, list | tuple):
            self._wrong(key, value, msg("dispatch.form.tables"))
            return
        for place, raw in enumerate(value or (), 1):
            yield Table(raw, f"{self.at(key)}[{place}]", self.faults)

    def entries(self) -> Iterator[tuple[str, "Table"]]:
        """Each named table of this table."""
        for key in self._cells:
            self._read.add(key)
            yield str(key), Table(self._cells[key], self.at(str(key)), self.faults)

    def value(self, key: str) -> object:
        """The cell as it came, or None."""
        return self._take(key)

    def close(self) -> None:
        """Note every cell that nobody read: a misspelt key must not pass in silence."""
        for key in self._cells:
            if key not in self._read:
                near = get_close_matches(str(key), sorted(self._read), n=1)
                known = msg("dispatch.fault.remove_unknown", known=", ".join(sorted(self._read)))
                remedy = msg("dispatch.fault.remove_misspelt", near=near[0]) if near else known
                self.fault(str(key), msg("dispatch.fault.unknown"), remedy)

    def _take(self, key: str, needed: Message | None = None) -> object:
        """The cell as it came; `needed` is the form of one that must be there."""
        self._read.add(key)
        if needed is not None and key not in self._cells:
            self._missing(key, needed)
        return self._cells.get(key)

    def _word(self, key: str, word: str, words: type[E]) -> E | None:
        if word in {item.value for item in words}:
            return words(word)
        if word:
            self.fault(key, msg("dispatch.fault.not_a_word", given=shown(word)), one_of(words))
        return None

    def _missing(self, key: str, form: Message) -> None:
        self.fault(key, msg("dispatch.fault.missing"), msg("dispatch.fault.add", form=form))

    def _wrong(self, key: str, value: object, form: Message) -> None:
        self.fault(key, _is(value), msg("dispatch.fault.write", form=form))


def shown(value: object) -> str:
    """A value as a fault shows it: in quotes where it is a text, on one line, shortened."""
    return f"{value!r:.60}"


def one_of(words: Iterable[str]) -> Message:
    """The remedy where only certain words will do."""
    return msg("dispatch.fault.choose", words=", ".join(words))


def twice(what: Message, given: str, times: int) -> tuple[Message, Message]:
    """Trouble and remedy where what must be there once is there more often; `what` is its kind."""
    trouble = msg("dispatch.fault.twice", what=what, given=shown(given), times=times)
    return trouble, msg("dispatch.fault.own_each", what=what)


def _is(value: object) -> Message:
    """What stands there instead; a text or number is shown."""
    if isinstance(value, str | bool | int | float):
        return msg("dispatch.fault.is_value", given=shown(value))
    if isinstance(value, list | tuple):
        return msg("dispatch.fault.is_list")
    return msg("dispatch.fault.is_table") if isinstance(value, Mapping) else msg("dispatch.fault.is_other")
