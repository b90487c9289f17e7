"""`hotline district check` and `hotline district export`; `import` stands in its own room."""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, told, trouble
from cases.phrases import Message, msg
from dispatch.district.datum import Datum

if TYPE_CHECKING:
    from dispatch.district.survey import Patch
    from dispatch.policy import Policy
    from dispatch.reading.cells import Fault

_SHOWN = 20  # gaps and overlaps that are told to a person; programs get all


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    group = commands.group("district")
    check = commands.add("check", run_check, "data", "output", under=group)
    commands.option(check, "district_file", nargs="?", metavar="FILE")
    commands.option(check, "--map", metavar="GEOJSON", dest="map_file")
    commands.option(check, "--by", metavar="NAME", dest="map_by", default="grid")
    commands.option(check, "--datum", choices=[each.value for each in Datum], default="wgs84")
    commands.option(check, "--at", metavar="LON,LAT", dest="map_at", type=_point)
    export = commands.add("export", run_export, "data", under=group)
    commands.option(export, "--tables", metavar="DIR", dest="tables_dir")
    commands.option(export, "--book", metavar="FILE.xlsx")
    for parser in (check, export):
        commands.option(parser, "--office", metavar="CODE")
    from app.cli.ground import importing

    importing.add_commands(commands, group)


def _point(said: str) -> tuple[float, float]:
    lon, lat = said.split(",")
    return float(lon), float(lat)


def run_check(args: argparse.Namespace, voice: Voice) -> int:
    """All that is wrong with a district, or with a map; exit code 1 where something is."""
    if args.map_at and not args.map_file:
        raise Trouble(msg("district.cli.at_what"), code=2)
    return _check_map(args, voice) if args.map_file else _check_district(args, voice)


def _check_district(args: argparse.Namespace, voice: Voice) -> int:
    from dispatch.district import DistrictErrors, parse_district, warnings
    from dispatch.policy.reach import unasked

    raw, policy, full = _from_file(args) if args.district_file else _at_work(args)
    faults: tuple[Fault, ...]
    try:
        district = parse_district(raw)
        faults, stops = (*warnings(district), *unasked(policy, district), *full), False
    except DistrictErrors as errors:
        faults, stops = errors.faults, True
    if voice.as_json:
        voice.show({"usable": not stops, "findings": [as_json(each, voice) for each in faults]})
        return 1 if faults else 0
    for sentence in told(faults):
        voice.say(sentence)
    last = "district.cli.unusable" if stops else "district.cli.to_mend" if faults else "district.cli.sound"
    voice.say(msg(last, count=len(faults)))
    return 1 if faults else 0


def _check_map(args: argparse.Namespace, voice: Voice) -> int:
    from dispatch.district.survey import survey

    seen, faults = survey(json_of(Path(args.map_file)), args.map_by, Datum(args.datum))
    overlaps, gaps = list(seen.overlaps()), list(seen.gaps())
    there = seen.grid_at(*args.map_at) if args.map_at else None
    code = 1 if faults or overlaps or gaps else 0
    if voice.as_json:
        found = {name: [_patch(each) for each in patches] for name, patches in (("overlaps", overlaps), ("gaps", gaps))}
        at = {"at": there} if args.map_at else {}
        voice.show({"grids": len(seen.shapes), "findings": [as_json(each, voice) for each in faults], **found, **at})
        return code
    for line in (*told(faults), *_patches("overlap", overlaps), *_patches("gap", gaps)):
        voice.say(line)
    if args.datum != Datum.WGS84:
        voice.say(msg("district.cli.converted", datum=args.datum))
    counts = {"grids": len(seen.shapes), "faults": len(faults), "overlaps": len(overlaps), "gaps": len(gaps)}
    voice.say(msg("district.cli.surveyed", **counts))
    if args.map_at:
        voice.say(msg("district.cli.is_at", grid=there) if there else msg("district.cli.nobody_at"))
    return code


def _patches(kind: str, patches: "list[Patch]") -> Iterator[Message]:
    for each in patches[:_SHOWN]:
        at = f"{each.at[0]}, {each.at[1]}"
        yield msg(f"district.cli.{kind}", grids=" / ".join(each.grids), area=f"{each.square_metres:,.0f}", at=at)
    if len(patches) > _SHOWN:
        yield msg("rules.cli.more", count=len(patches) - _SHOWN)


def as_json(fault: "Fault", voice: Voice) -> dict[str, Any]:
    """A finding for programs."""
    return {"path": fault.path, "trouble": voice.text(fault.trouble), "remedy": voice.text(fault.remedy)}


def _patch(patch: "Patch") -> dict[str, object]:
    return {**asdict(patch), "square_metres": round(patch.square_metres)}


def json_of(file: Path) -> Mapping[str, Any]:
    """A JSON file, with or without a byte order mark. Raises Trouble."""
    try:
        raw = json.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise trouble("rules.cli.no_file", file=str(file), why=error.strerror or str(error)) from error
    except ValueError as error:
        raise trouble("district.cli.no_json", file=str(file), why=str(error)) from error
    if not isinstance(raw, dict):
        raise trouble("district.cli.no_json", file=str(file), why=type(raw).__name__)
    return raw


def _in_force(args: argparse.Namespace) -> Mapping[str, Any]:
    from dispatch.reads.ruling.versions import district_body

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        return district_body(tx)


def _from_file(args: argparse.Namespace) -> "tuple[Mapping[str, Any], Policy, tuple[Fault, ...]]":
    """A district beside the one in force, and the policy that it would meet."""
    from app.cli.rules.drafts import policy_of

    return json_of(Path(args.district_file)), policy_of(args), ()


def _at_work(args: argparse.Namespace) -> "tuple[Mapping[str, Any], Policy, tuple[Fault, ...]]":
    """The district in force with its policy, and who of it has no room for more now."""
    from dispatch.duty.burdens import full
    from dispatch.reads.ruling.versions import district_body

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        return district_body(tx), tx.policy, full(tx)


def run_export(args: argparse.Namespace, voice: Voice) -> int:
    """The district in force as JSON, or as tables, without telephone numbers: those are in the vault."""
    if args.tables_dir or args.book:
        return _export_tables(args, voice)
    json.dump(_in_force(args), sys.stdout, ensure_ascii=False, indent=1)
    print()
    return 0


def _export_tables(args: argparse.Namespace, voice: Voice) -> int:
    from app.cli.ground import files
    from dispatch.district.sheets import tables_of

    tables, words = tables_of(_in_force(args)), files.Words(voice)
    if args.tables_dir:
        files.write(Path(args.tables_dir), tables, words)
    if args.book:
        files.write_book(Path(args.book), tables, words)
    return 0
