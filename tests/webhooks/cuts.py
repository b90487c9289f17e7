"""Captured requests, cut anew so that they stay signed: none of them may be trusted."""

from urllib.parse import quote

from tests.webhooks.attacker import Attack, Attacker
from tests.webhooks.carrier import LINE

_ALWAYS = {"From", "To", "Body", "CallSid", "CallStatus", "AccountSid", "MessageSid", "NumMedia", "Called", "SmsSid"}
_OTHER = "+8613900000009"


def swallowed(a: Attacker) -> Attack:
    """A name and its value become the end of the value before it."""
    target, pairs = a.random.choice([a.text, a.turn, a.honest])()
    ordered = sorted(pairs)
    owed = _ALWAYS | {"MessageStatus", "RecordingStatus"}
    at = a.random.choice([n for n, pair in enumerate(ordered) if n and pair[0] in owed])
    if "/recording" in target:
        at = next(n for n, pair in enumerate(ordered) if pair[0] == "RecordingStatus")
    (name, value), (gone, its) = ordered[at - 1], ordered[at]
    return _same(a, (target, pairs), (target, [*ordered[: at - 1], (name, value + gone + its), *ordered[at + 1 :]]))


def several_swallowed(a: Attacker) -> Attack:
    """All from one name on become the end of the value before it."""
    target, pairs = a.random.choice([a.text, a.turn])()
    ordered = sorted(pairs)
    at = a.random.randrange(1, next(n for n, pair in enumerate(ordered) if pair[0] == "From") + 1)
    name, value = ordered[at - 1]
    rest = "".join(more + its for more, its in ordered[at:])
    return _same(a, (target, pairs), (target, [*ordered[: at - 1], (name, value + rest)]))


def moved_to_query(a: Attacker) -> Attack:
    """Parameters stand in the query: as the tail of one that was captured, or signed there by a thief of the token."""
    target, pairs = a.random.choice([a.text, a.turn, a.honest])()
    ordered = sorted(pairs)
    if a.random.random() < 0.5:
        asked = f"{target}?step={a.random.randrange(9)}"
        moved = asked + "".join(name + value for name, value in ordered[:1])
        return _same(a, (asked, pairs), (moved, ordered[1:]))
    gone = a.random.sample(sorted(_ALWAYS & {name for name, _ in pairs} - {"NumMedia"}), a.random.randint(1, 2))
    if "/recording" in target:
        gone = ["AccountSid"]
    query = "&".join(f"{name}={quote(value)}" for name, value in pairs if name in gone)
    return a.signed(f"{target}?{query}", [pair for pair in pairs if pair[0] not in gone])


def sender_in_the_text(a: Attacker) -> Attack:
    """Somebody wrote a text so that, cut anew, it seems to come from somebody else. No name is missing."""
    target, pairs = a.text(Body=f"{a.word()}From{_OTHER}")
    said = dict(pairs)
    words = said["Body"].removesuffix(f"From{_OTHER}")
    cut = {**said, "Body": words, "From": _OTHER, "From" + said["From"]: ""}
    return _same(a, (target, pairs), (target, list(cut.items())))


def text_in_the_text(a: Attacker) -> Attack:
    """Somebody wrote a whole other request into a text, and the true one becomes a value that nobody knows."""
    forged = {name: value for name, value in a.text()[1] if name > "Body"} | {"From": _OTHER, "To": LINE.number}
    last = a.random.choice(["ToZone", "Total", "Z"])
    tail = "".join(name + forged[name] for name in sorted(forged)) + last
    words = a.word()
    target, pairs = a.text(Body=words + tail)
    rest = "".join(name + value for name, value in sorted(pairs) if name > "Body")
    kept = {name: value for name, value in pairs if name < "Body"}
    return _same(a, (target, pairs), (target, list({**kept, "Body": words, **forged, last: rest}.items())))


def _same(a: Attacker, captured: tuple[str, list[tuple[str, str]]], cut: tuple[str, list[tuple[str, str]]]) -> Attack:
    assert a.carrier.signature(*cut) == a.carrier.signature(*captured), "cut anew it is signed all the same"
    return a.signed(*cut)
