"""`hotline place`: which place a text names, and what of it the gazetteer knows.

The gazetteer is the office's own where its database is at hand, else the sample's; a file may be named instead.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import near_by
from app import settings as reader
from app.cli.parser import Commands
from app.cli.understanding.lines import BadLine, lines_of
from app.cli.voice import Voice
from app.trouble import Trouble, told, trouble
from cases.phrases import Message, Name, msg

if TYPE_CHECKING:
    import psycopg

    from dispatch.district import District
    from dispatch.places import Place, PlaceFinding

_SECONDS = 1.0  # that the database has
_NEWEST = """SELECT d.body FROM district_version d JOIN office o ON o.id = d.office_id
    WHERE o.code = %s ORDER BY d.number DESC LIMIT 1"""


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("place", run_place, "output")
    commands.option(parser, "place_words", metavar="TEXT", nargs="*")
    commands.option(parser, "--district", metavar="FILE", dest="place_district")


def run_place(args: argparse.Namespace, voice: Voice) -> int:
    """One text given as words; with `-o json` and no words the lines of stdin, exit code 1 where one was bad."""
    district = _district(args.place_district)
    text = " ".join(args.place_words)
    if not text.strip() and not (voice.as_json and not sys.stdin.isatty()):
        raise Trouble(msg("place.no_text"), code=2)
    if text.strip() and voice.as_json:
        _write(_facts(text, district))
    elif text.strip():
        for sentence in _sentences(text, district):
            voice.say(sentence)
    else:
        return _each_line(district, voice)
    return 0


def _each_line(district: "District", voice: Voice) -> int:
    bad = 0
    for asked in lines_of(sys.stdin.buffer):
        if isinstance(asked, BadLine):
            bad += 1
            voice.warn(msg("place.line.bad", number=asked.number, why=asked.why))
        else:
            _write({"id": asked.id} | _facts(asked.text, district))
    if bad:
        voice.warn(msg("place.line.count", bad=bad))
    return 1 if bad else 0


def _write(facts: dict[str, object]) -> None:
    """One line; in signs that every terminal has where the output is not UTF-8."""
    print(json.dumps(facts, ensure_ascii=sys.stdout.encoding.lower() not in ("utf-8", "utf8")))


def _facts(text: str, district: "District") -> dict[str, object]:
    from dispatch.places import find
    from dispatch.places.said import words_of

    words = {part: list(found) or None for part, found in asdict(words_of(text)).items()}
    finding = find(text, district)
    return words | {"kind": finding.kind.value, "found": _found(finding)}


def _found(finding: "PlaceFinding") -> dict[str, object]:
    return {
        "place": _plain(finding.place) if finding.place else None,
        "confidence": finding.confidence,
        "missing": list(finding.missing),
        "candidates": [_plain(place) for place in finding.candidates],
    }


def _plain(place: "Place") -> dict[str, object]:
    return {part: value for part, value in asdict(place).items() if part != "kind"}


def _sentences(text: str, district: "District") -> Iterator[Message]:
    from dispatch.places import find
    from dispatch.places.said import words_of

    for part, found in asdict(words_of(text)).items():
        if found:
            yield msg("place.said", part=msg(f"place.part.{part}"), words="、".join(found))
    finding = find(text, district)
    yield msg("place.kind", kind=finding.kind.label)
    yield from _known(finding, district)


def _known(finding: "PlaceFinding", district: "District") -> Iterator[Message]:
    from dispatch.places import shown

    if finding.place:
        place = finding.place
        yield msg("place.found", place=shown(place, district), percent=round(finding.confidence * 100))
        for part, code in (("courtyard", place.courtyard), ("committee", place.committee)):
            unit = district.unit(code)
            if unit:
                yield msg("place.said", part=msg(f"place.part.{part}"), words=unit.name)
        if place.grid:
            yield msg("place.said", part=msg("place.part.grid"), words=place.grid)
    for reason in finding.reasons:
        yield msg("place.why", why=reason)
    for candidate in finding.candidates:
        yield msg("place.candidate", place=shown(candidate, district))
    for part in finding.missing:
        yield msg("place.missing", part=msg(f"place.part.{part}"))
    office: Name = district.units[0].name
    yield msg("place.gazetteer", office=office)


def _district(file: str | None) -> "District":
    """The district of a file in the form that is imported, else the office's, else the sample's. Raises Trouble."""
    from app.sample import raw_district
    from dispatch.district import DistrictErrors, parse_district

    if file is None:
        return parse_district(_at_hand() or raw_district())
    try:
        return parse_district(json.loads(Path(file).read_text("utf-8-sig")))
    except OSError as error:
        raise trouble("place.no_file", file=file, why=error.strerror or str(error)) from error
    except (ValueError, RecursionError) as error:
        if isinstance(error, DistrictErrors):
            raise Trouble(*told(error.faults)) from error
        raise trouble("place.no_district", file=file) from error


def _at_hand() -> Any:
    """The newest district of the office whose database is at hand, in its raw form; None where there is none."""
    try:
        return near_by.ask(reader.load(), _newest, _SECONDS)
    except reader.SettingsErrors:
        return None  # words can be read whatever the settings are like


def _newest(conn: "psycopg.Connection", office: str) -> Any:
    row = conn.execute(_NEWEST, [office]).fetchone()
    return json.loads(row[0]) if row else None
