"""Two requests that are one: the carrier means the same by both."""

from hotline.calls import MOST_WAITS
from tests.webhooks.attacker import OURS, Attack, Attacker
from tests.webhooks.carrier import Carrier, encode

Both = tuple[Attack, Attack]


def _mixed(a: Attacker) -> tuple[str, list[tuple[str, str]]]:
    """All that is kept once: of a turn that comes before its predecessor, the one that is taken at last."""
    target, pairs = a.honest()
    return (f"{target}/again/{MOST_WAITS}" if target.endswith("/voice/1") else target), pairs


def reordered(a: Attacker) -> Both:
    target, pairs = _mixed(a)
    other = a.random.sample(pairs, len(pairs))
    return a.signed(target, pairs), a.signed(target, other)


def other_port_form(a: Attacker) -> Both:
    """Signed for the address with its default port, and without."""
    target, pairs = _mixed(a)
    bases = [OURS, OURS + ":443"]
    a.random.shuffle(bases)
    first, second = (Attack(target, encode(pairs), Carrier(base=base).headers(target, pairs)) for base in bases)
    return first, second


def replayed(a: Attacker) -> Both:
    attack = a.signed(*_mixed(a))
    return attack, attack


def said_twice(a: Attacker) -> Both:
    """A known name once more with the same value: to Twilio's signature it is the same request."""
    target, pairs = _mixed(a)
    return a.signed(target, pairs), a.signed(target, [*pairs, a.random.choice(pairs)])
