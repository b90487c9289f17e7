"""What a rule looked at, as it stands in the history of a case: enough to ask another table about the same report."""

from collections.abc import Mapping
from dataclasses import dataclass

from cases.report import Channel
from cases.steps import Level
from dispatch.district.model import District
from dispatch.places.model import Place, PlaceKind
from dispatch.policy.model import Kind, ServiceLine
from dispatch.rules import Facts
from dispatch.ruling.conditions import Caller, People, Season, Source, Trait, source_by


def values_of(facts: Facts, place: Place | None) -> dict[str, object]:
    """The values as they are stored. What is empty is left out."""
    said: dict[str, object] = {
        "category": facts.category,
        "kind": facts.kind,
        "level": facts.level,
        "place": facts.place_kind,
        "line": facts.service_line,
        "channel": facts.channel,
        "working": facts.working_time,
        "area": list(facts.area),
        "words": sorted(facts.keywords),
        "grid": place.grid if place else None,
        "courtyard": place.courtyard if place else None,
        "source": facts.caller.source if facts.caller.source is not source_by(facts.channel) else None,
        "caller": sorted(facts.caller.traits),
        "season": facts.season,
        "people": facts.people,
        "again": True if facts.again else None,
    }
    return {name: value for name, value in said.items() if value not in (None, [], "")}


@dataclass(frozen=True, slots=True)
class Asked:
    """A report of the past as the table saw it, and where it was."""

    facts: Facts
    place: Place | None


def recalled(values: Mapping[str, object], district: District) -> Asked:
    """The other way round. Raises ValueError or KeyError where the values are not such."""
    area, words = values.get("area", ()), values.get("words", ())
    assert isinstance(area, list | tuple)
    assert isinstance(words, list | tuple)
    facts = Facts(
        category=str(values["category"]),
        kind=Kind(str(values["kind"])),
        level=Level(str(values["level"])),
        place_kind=PlaceKind(str(values["place"])),
        area=tuple(map(str, area)),
        service_line=ServiceLine(str(values["line"])),
        keywords=frozenset(map(str, words)),
        channel=Channel(str(values["channel"])),
        working_time=bool(values["working"]),
        caller=_caller(values),
        season=Season(str(values.get("season", Season.ORDINARY))),
        people=People(str(values.get("people", People.ONE))),
        again=bool(values.get("again", False)),
    )
    if not facts.area:
        return Asked(facts, None)
    courtyard, grid = values.get("courtyard"), values.get("grid")
    return Asked(
        facts,
        Place(
            kind=facts.place_kind,
            courtyard=str(courtyard) if courtyard else None,
            grid=str(grid) if grid else None,
            committee=district.committee_of(facts.area[-1]),
        ),
    )


def _caller(values: Mapping[str, object]) -> Caller:
    """Who told it; of a case older than that, by its channel alone."""
    traits = values.get("caller", ())
    assert isinstance(traits, list | tuple)
    source = values.get("source") or source_by(Channel(str(values["channel"])))
    return Caller(Source(str(source)), frozenset(Trait(str(each)) for each in traits))
