"""Messages as values: what is to be said, before any language is chosen.

Pure rooms speak in `Message`; a phrasebook handed in by `app` turns it into Chinese or English.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

ZH = "zh_CN"
EN = "en"
LANGUAGES = (ZH, EN)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages; where one is missing the other is used."""

    zh: str
    en: str = ""

    def in_language(self, lang: str) -> str:
        """The name in `lang`, or in the other language where `lang` has none."""
        return (self.en or self.zh) if lang == EN else (self.zh or self.en)


@dataclass(frozen=True, slots=True)
class Message:
    """What is said: an id of the catalogue and the values for its places."""

    id: str
    params: Mapping[str, object] = field(default_factory=dict, hash=False)


def msg(id_: str, /, **params: object) -> Message:
    """A message by its id, with its places filled."""
    return Message(id_, params)


def stored(messages: Iterable[Message]) -> str:
    """Messages as JSON text, to be kept beside what they explain."""
    return json.dumps([_packed(message) for message in messages], ensure_ascii=False, sort_keys=True)


def recalled(text: str) -> tuple[Message, ...]:
    """The messages of a stored text. Raises ValueError for what is none."""
    try:
        return tuple(_unpacked(item) for item in json.loads(text))
    except (KeyError, TypeError, AttributeError) as trouble:
        raise ValueError("not a stored list of messages") from trouble


def _packed(value: Any) -> Any:
    if isinstance(value, Message):
        return {"say": value.id, "with": {name: _packed(inner) for name, inner in value.params.items()}}
    if isinstance(value, Name):
        return {"zh": value.zh, "en": value.en}
    return value if isinstance(value, int | float) else str(value)


def _unpacked(value: Any) -> Any:
    if isinstance(value, dict) and "say" in value:
        return Message(value["say"], {name: _unpacked(inner) for name, inner in value["with"].items()})
    if isinstance(value, dict):
        return Name(value["zh"], value["en"])
    return value


class Phrasebook(Protocol):
    """Turns messages into sentences. An id without an entry raises `LookupError`."""

    def say(self, message: Message, lang: str) -> str: ...

    def with_texts(self, own: Mapping[str, Mapping[str, str]]) -> "Phrasebook":
        """The same with an office's own words for some sentences, by id and language."""
        ...
