"""A TwiML document as a tree of elements: read from an answer, or refused with a reason."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from xml.parsers import expat

LARGEST: Final = 64 * 1024
"""Bytes of TwiML that Twilio takes."""

_DEEPEST: Final = 16
_TWIML_TYPES: Final = frozenset({"text/xml", "application/xml", "text/html"})
_BLANKS: Final = b" \t\r\n"


class Kind(StrEnum):
    """What a document answers: a call or a text message."""

    VOICE = "voice"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Remark:
    """What Twilio would say of a document: its code (0: not of Twilio's), words, and whether it stops."""

    code: int
    text: str
    fatal: bool = False


@dataclass(frozen=True, slots=True)
class Element:
    """One element; `content` keeps text and elements in their order, `line` counts from 1."""

    name: str
    attributes: Mapping[str, str]
    content: tuple["str | Element", ...]
    line: int

    @property
    def children(self) -> tuple["Element", ...]:
        """The elements directly inside."""
        return tuple(part for part in self.content if isinstance(part, Element))

    @property
    def text(self) -> str:
        """The text directly inside, blanks at both ends dropped."""
        return "".join(part for part in self.content if isinstance(part, str)).strip()

    @property
    def all_text(self) -> str:
        """All text inside in its order, each run of blanks as one."""
        return " ".join("".join(self._pieces()).split())

    def _pieces(self) -> Iterator[str]:
        for part in self.content:
            if isinstance(part, Element):
                yield from part._pieces()
            else:
                yield part


@dataclass(frozen=True, slots=True)
class Document:
    """What was read: the verbs, and the remarks made on the way. A fatal remark leaves no verbs."""

    verbs: tuple[Element, ...]
    remarks: tuple[Remark, ...] = ()

    @property
    def refused(self) -> Remark | None:
        """The remark for which Twilio would not execute the document at all."""
        return next((remark for remark in self.remarks if remark.fatal), None)


class _Refusal(Exception):
    pass


class _Builder:
    """Collects expat's events into elements; those still open are a stack."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype
        self._open: list[tuple[str, dict[str, str], int, list[str | Element]]] = []
        self.root: Element | None = None

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= _DEEPEST:
            raise _Refusal(f"elements are nested more than {_DEEPEST} deep")
        self._open.append((name, attributes, self.parser.CurrentLineNumber, []))

    def _end(self, _name: str) -> None:
        name, attributes, line, content = self._open.pop()
        element = Element(name, attributes, tuple(content), line)
        if self._open:
            self._open[-1][3].append(element)
        else:
            self.root = element

    def _text(self, text: str) -> None:
        self._open[-1][3].append(text)

    def _doctype(self, *_declaration: object) -> None:
        raise _Refusal("a document type declaration stands before <Response>")


def _refuse(code: int, text: str) -> Document:
    return Document((), (Remark(code, text, fatal=True),))


def _as_tree(body: bytes) -> Element | str:
    """The root element, or why there is none."""
    builder = _Builder()
    try:
        builder.parser.Parse(body, True)
    except expat.ExpatError as trouble:
        return f"not XML: {trouble}"
    except (_Refusal, LookupError, ValueError) as trouble:
        return f"not XML that is taken: {trouble}"
    assert builder.root is not None, "expat accepts no document without a root"
    return builder.root


def _plain(body: bytes, kind: Kind) -> Document:
    words = body.decode("utf-8", "replace").strip()
    name = "Say" if kind is Kind.VOICE else "Message"
    remark = Remark(0, f"the answer is text/plain, taken as one <{name}>; was TwiML meant?")
    return Document((Element(name, {}, (words,), 1),) if words else (), (remark,))


def read(body: bytes, content_type: str, kind: Kind, url: str = "") -> Document:
    """Read an answer; `url` is where it came from (an audio answer is played from there)."""
    if len(body) > LARGEST:
        return _refuse(11750, f"the answer has {len(body)} bytes; Twilio takes {LARGEST}")
    medium = content_type.split(";")[0].strip().lower()
    if medium == "text/plain":
        return _plain(body, kind)
    if medium.startswith("audio/") and kind is Kind.VOICE:
        return Document((Element("Play", {}, (url,), 1),))
    if medium not in _TWIML_TYPES:
        return _refuse(12300, f"the content type is {content_type or 'missing'!r}; Twilio takes text/xml")
    if body[:1] and body[:1] in _BLANKS:
        return _refuse(12100, "not XML: a blank or an empty line stands before the document")
    root = _as_tree(body)
    if isinstance(root, str):
        return _refuse(12100, root)
    if root.name != "Response":
        return _refuse(12102, f"the root element is <{root.name}>; it must be <Response>")
    return Document(root.children, _stray_text(root))


def _stray_text(root: Element) -> tuple[Remark, ...]:
    if not root.text:
        return ()
    return (Remark(12200, f"text stands directly inside <Response>: {root.text[:40]!r}"),)
