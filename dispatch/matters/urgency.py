"""How much it presses: the level of the category, raised by words of danger, with the reason for each raise."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cases.clock.sla import Level
from cases.phrases import Message, msg
from dispatch.matters.affected import Affected
from dispatch.matters.lexicon import Lexicon, Said
from dispatch.matters.tone import Tone
from dispatch.policy.model import RiskWords, VulnerableWords

_LEVELS = list(Level)
_PRESSING = Level.L2
G = TypeVar("G", RiskWords, VulnerableWords)


@dataclass(frozen=True, slots=True)
class Urgency:
    """The level that holds, the risk groups that were heard (`alarming`: those of them that make it L1 by themselves),
    the vulnerable who were named, and why."""

    level: Level
    risks: tuple[RiskWords, ...]
    alarming: tuple[RiskWords, ...]
    vulnerable: tuple[str, ...]
    reasons: tuple[Message, ...]


def urgency(said: Said, lexicon: Lexicon, people: Affected, usual: Level) -> Urgency:
    """The urgency of what was said of a category of the `usual` level; it never falls below that."""
    named = _unique(lexicon.vulnerable, said.words)
    risks = tuple(
        group for group in _unique(lexicon.risks, said.words) if people.least >= group.people or not group.people
    )
    levels = {group.id: _level(group, bool(named)) for group in risks}
    raised = [_why(group, levels[group.id], said, lexicon) for group in risks]
    return Urgency(
        level=min((usual, *levels.values()), key=_LEVELS.index),
        risks=risks,
        alarming=tuple(group for group in risks if levels[group.id] is Level.L1),
        vulnerable=tuple(each.id for each in named),
        reasons=(*raised, *_beside(said, lexicon, named, people)),
    )


def _why(group: RiskWords, level: Level, said: Said, lexicon: Lexicon) -> Message:
    """A group that presses raises the level; of one that does not it is said that it was heard."""
    words = "、".join(word for word in said.words if group in lexicon.risks.get(word, ()))
    if _LEVELS.index(level) <= _LEVELS.index(_PRESSING):
        return msg("dispatch.matter.danger", words=words, risk=group.name, level=level.label)
    return msg("dispatch.matter.heard", words=words, risk=group.name)


def _level(group: RiskWords, vulnerable: bool) -> Level:
    """The level of a group, that for somebody vulnerable where it is more urgent."""
    special = group.vulnerable if vulnerable and group.vulnerable else group.level
    return min((group.level, special), key=_LEVELS.index)


def _unique(groups: Mapping[str, Sequence[G]], words: Sequence[str]) -> tuple[G, ...]:
    return tuple({group.id: group for word in words for group in groups.get(word, ())}.values())


def _beside(said: Said, lexicon: Lexicon, named: Sequence[VulnerableWords], people: Affected) -> Iterator[Message]:
    """What is worth knowing beside it: who is named, how many, and which words of danger were not meant."""
    for each in named:
        yield msg("dispatch.matter.vulnerable", who=each.name)
    if people.words:
        yield msg("dispatch.matter.people", words="、".join(people.words))
    for how in (Tone.DENIED, Tone.PAST, Tone.FEARED) if said.unsaid else ():
        words = [lexicon.shown.get(word, word) for word, tone in said.unsaid if tone is how]
        if words:
            yield msg(f"dispatch.matter.{how.value}", words="、".join(words))
