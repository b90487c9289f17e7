"""What a row may ask about beside matter and place: who tells it, how many it is about, whether it came before, when in
the year. Closed vocabularies: what can be asked is known as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from cases.phrases import Message, msg
from cases.report import Channel


class Season(StrEnum):
    """Which season of the office's year it is (`seasons`); `ordinary` is all the rest."""

    HEATING = "heating"
    FLOOD = "flood"
    ORDINARY = "ordinary"

    @property
    def label(self) -> Message:
        """The season in words."""
        return msg(f"ruling.season.{self.value}")


class Source(StrEnum):
    """Who tells it: a resident, one of the office's own people by their number, a round or inspection, a machine or
    another line."""

    RESIDENT = "resident"
    WORKER = "worker"
    ROUND = "round"
    MACHINE = "machine"

    @property
    def label(self) -> Message:
        """The source in words."""
        return msg(f"ruling.source.{self.value}")


class Trait(StrEnum):
    """What is known of whom it is about or who tells it: somebody vulnerable is named, no number is known, English is
    spoken."""

    VULNERABLE = "vulnerable"
    ANONYMOUS = "anonymous"
    ENGLISH = "english"

    @property
    def label(self) -> Message:
        """The trait in words."""
        return msg(f"ruling.trait.{self.value}")


class People(StrEnum):
    """How many persons or households are named, at least."""

    ONE = "one"
    FEW = "2-9"
    MANY = "10-49"
    CROWD = "50+"

    @property
    def label(self) -> Message:
        """The number in words."""
        return msg(f"ruling.people.{self.name.lower()}")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who tells it, as far as a row may ask."""

    source: Source = Source.RESIDENT
    traits: frozenset[Trait] = frozenset()


UNNAMED = Caller()
_BY_ITSELF: Mapping[Channel, Source] = {
    Channel.ROUND: Source.ROUND,
    Channel.INSPECTION: Source.ROUND,
    Channel.MACHINE: Source.MACHINE,
}
TRAITS = tuple(frozenset(some) for n in range(len(Trait) + 1) for some in combinations(Trait, n))
"""Every set of traits."""


def caller(channel: Channel, *, worker: bool, known: bool, english: bool) -> Caller:
    """Who tells it by that channel: one of the office's own people, with a number that we know, in English. A round
    or a machine is never anonymous and speaks no language."""
    source = _BY_ITSELF.get(channel)
    if source is not None:
        return Caller(source)
    if not known:
        return Caller(Source.RESIDENT, frozenset({Trait.ANONYMOUS}))
    traits = frozenset({Trait.ENGLISH}) if english else frozenset[Trait]()
    return Caller(Source.WORKER if worker else Source.RESIDENT, traits)


def source_by(channel: Channel) -> Source:
    """The source where nothing but the channel is known."""
    return _BY_ITSELF.get(channel, Source.RESIDENT)


def reporters() -> Iterator[tuple[Channel, Source, frozenset[Trait]]]:
    """Every way in which a report can be told, by whom: what `caller` gives, with and without somebody vulnerable."""
    for channel in Channel:
        flags = [(worker, known, english) for worker in (0, 1) for known in (0, 1) for english in (0, 1)]
        told = {caller(channel, worker=bool(a), known=bool(b), english=bool(c)) for a, b, c in flags}
        for each in sorted(told, key=lambda one: (one.source, sorted(one.traits))):
            yield channel, each.source, each.traits
            yield channel, each.source, each.traits | {Trait.VULNERABLE}


def people(least: int, *, house: bool) -> People:
    """The number of people of whom so many are named at least; a whole house is many."""
    if least >= 50:
        return People.CROWD
    if least >= 10 or house:
        return People.MANY
    return People.FEW if least > 1 else People.ONE
