"""Twilio's TwiML, read out of the type definitions of its npm package: which verb may stand where, which attributes
it has, and which values these take."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from xml.etree import ElementTree

from tests.contracts.npm import types

_CLASS = re.compile(
    r"^(?:declare |    export )class (\w+) extends TwiML \{\n(.*?)^(?:    )?\}", re.DOTALL | re.MULTILINE
)
_ATTRIBUTES = re.compile(r"^    export interface (\w+)Attributes \{\n(.*?)^    \}", re.DOTALL | re.MULTILINE)
_TYPE = re.compile(r"^    type (\w+) = ([^;]+);", re.MULTILINE)
_CHILD = re.compile(r"^ +\w+\([^\n]*\): \w+\.(\w+);", re.MULTILINE)
_FIELD = re.compile(r"^        \"?([\w-]+)\"?\?: ([^;]+);", re.MULTILINE)
_WORD = re.compile(r'"([^"]*)"')
_LISTS = ("input", "events", "recordingstatuscallbackevent", "statuscallbackevent")  # several words with spaces between


@dataclass(frozen=True, slots=True)
class Definitions:
    """What may stand within an element, and the attributes of each with their types, by name."""

    within: Mapping[str, frozenset[str]]
    attributes: Mapping[str, Mapping[str, str]]
    words: Mapping[str, frozenset[str]]

    def faults(self, element: ElementTree.Element) -> Iterator[str]:
        """What is not as Twilio has it, in an element and all within it."""
        for name, value in element.attrib.items():
            yield from self._value(element.tag, name, value)
        for child in element:
            if child.tag not in self.within.get(element.tag, ()):
                yield f"<{child.tag}> may not stand within <{element.tag}>"
            yield from self.faults(child)

    def _value(self, tag: str, name: str, value: str) -> Iterator[str]:
        kind = self.attributes.get(tag, {}).get(name)
        if kind is None:
            yield f"<{tag}> has no attribute {name}"
        elif kind == "number":
            if not value.isdecimal():
                yield f"<{tag} {name}={value!r}> is no number"
        elif kind == "boolean":
            if value not in ("true", "false"):
                yield f"<{tag} {name}={value!r}> is neither true nor false"
        elif (known := self.words.get(kind.removesuffix("[]"))) is not None:
            said = value.split() if name.lower() in _LISTS else [value]
            # "dtmf speech" is one of its own words, in this order or the other
            if value not in known and not (said and set(said) <= known):
                yield f"<{tag} {name}={value!r}> is none of its {len(known)} words"


@cache
def voice() -> Definitions:
    """The definitions of documents for calls."""
    text = types("VoiceResponse")
    classes = dict(_CLASS.findall(text))
    classes["Response"] = classes.pop("VoiceResponse").partition("declare namespace")[0]
    attributes = {name: dict(_FIELD.findall(body)) for name, body in _ATTRIBUTES.findall(text)}
    return Definitions(
        within={name: frozenset(_CHILD.findall(body)) for name, body in classes.items()},
        attributes=attributes,
        words={name: frozenset(_WORD.findall(values)) for name, values in _TYPE.findall(text) if '"' in values},
    )
