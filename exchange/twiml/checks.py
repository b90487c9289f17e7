"""What Twilio would log against a document that it has read: remarks, none of which stops it."""

from collections.abc import Iterator

from exchange.twiml.document import Document, Element, Kind, Remark
from exchange.twiml.vocabulary import ADDRESS, NOUNS, NUMBER, UNDIALLED, UNPLAYED, VERBS, Text, Verb

_LAST = frozenset({"Hangup", "Redirect", "Reject"})


def remarks_on(document: Document, kind: Kind) -> tuple[Remark, ...]:
    """All remarks on a document: those made when it was read, then those on its verbs, top down."""
    found = list(document.remarks)
    for verb in document.verbs:
        found += _on_verb(verb, kind)
    return (*found, *_on_order(document.verbs))


def _at(element: Element, code: int, text: str) -> Remark:
    return Remark(code, f"line {element.line}, <{element.name}>: {text}")


def _on_verb(verb: Element, kind: Kind) -> Iterator[Remark]:
    known = VERBS[kind].get(verb.name)
    if known is not None:
        yield from _on_element(verb, known)
    elif kind is Kind.MESSAGE:
        yield _at(verb, 14110, "no verb for an answer to a text; it is passed over")
    elif verb.name in UNPLAYED:
        yield _at(verb, 0, "Twilio has this verb, this exchange does not play it; it is passed over")
    else:
        yield _at(verb, 12200, "no TwiML verb (they are written with a capital); it is passed over")


def _on_element(element: Element, known: Verb) -> Iterator[Remark]:
    yield from _on_attributes(element, known)
    yield from _on_text(element, known)
    for child in element.children:
        if element.name == "Dial" and child.name in UNDIALLED:
            yield _at(child, 0, "Twilio dials this, this exchange does not; it is passed over")
        elif child.name not in known.nests:
            yield _at(element, known.nest_code, f"<{child.name}> may not stand inside")
        elif (noun := NOUNS.get(child.name) or VERBS[Kind.VOICE].get(child.name)) is not None:
            yield from _on_element(child, noun)


def _on_attributes(element: Element, known: Verb) -> Iterator[Remark]:
    for name, value in element.attributes.items():
        rule = known.attributes.get(name)
        if rule is None:
            yield _at(element, 12200, f"attribute {name!r} is not known here")
        elif not rule.takes(value):
            yield _at(element, rule.code, f"{name} is {value!r}; it must be {rule.wanted}")


def _on_text(element: Element, known: Verb) -> Iterator[Remark]:
    text = element.all_text
    if known.text is Text.NONE and element.text:
        yield _at(element, known.text_code, f"text stands inside: {element.text[:40]!r}")
    elif known.text is Text.NEEDED and not text:
        yield _at(element, known.text_code, "there is no text inside")
    elif element.name == "Message" and not text:
        yield _at(element, 14103, "there is neither a body nor a medium inside")
    elif element.name == "Play" and not text and "digits" not in element.attributes:
        yield _at(element, 11100, "there is neither an address inside nor digits")
    elif element.name in {"Dial", "Number"} and not _names_a_number(element):
        yield _at(element, NUMBER.code, f"what is dialled is {element.text[:40]!r}; it must be {NUMBER.wanted}")
    if known.longest and len(text) > known.longest:
        yield _at(element, 13521, f"the text has {len(text)} characters; Twilio says {known.longest}")
    if element.name in {"Redirect", "Media", "Play"} and text and not ADDRESS.takes(text):
        yield _at(element, 11100, f"{text[:60]!r} is not {ADDRESS.wanted}")


def _names_a_number(element: Element) -> bool:
    return bool(element.children) or bool(NUMBER.takes(element.text))


def _on_order(verbs: tuple[Element, ...]) -> Iterator[Remark]:
    for place, verb in enumerate(verbs):
        if verb.name == "Reject" and place:
            yield _at(verb, 0, "only the first verb can refuse a call; here it hangs up")
        if verb.name in _LAST and place + 1 < len(verbs):
            yield _at(verbs[place + 1], 0, f"never reached: it stands after <{verb.name}>")
            return
