"""`hotline config check`, `hotline config show` and `hotline config docs`."""

import argparse
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import SecretStr

from app import settings as reader
from app.cli.parser import Commands
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.instance import read_instance
from app.phrasebook import unfit
from app.sections import Settings
from cases.phrases import msg

_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")
_MASK = "••••"


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    group = commands.group("config")
    check = commands.add("check", run_check, "output", under=group)
    commands.option(check, "file", nargs="?", metavar="FILE")
    commands.add("show", run_show, "data", "output", under=group)
    commands.add("docs", run_docs, under=group)


def run_check(args: argparse.Namespace, voice: Voice) -> int:
    """All that is wrong at once; exit code 1 where something is."""
    file = Path(args.file) if args.file else None
    faults: list[dict[str, str]] = []
    policy: Mapping[str, object] = {}
    try:
        policy = reader.load(None, file).policy
    except reader.SettingsErrors as error:
        faults += [
            {"path": fault.path, "trouble": voice.text(fault.trouble), "remedy": voice.text(fault.remedy)}
            for fault in error.faults
        ]
        policy = reader.policy_in(None, file)
    faults += _policy_faults(policy, voice)
    if voice.as_json:
        voice.show({"ok": not faults, "faults": faults})
    for fault in faults:
        if not voice.as_json:
            voice.warn(msg("app.config.fault", **fault))
    if not faults:
        voice.say(msg("app.config.good"))
    return 1 if faults else 0


def _policy_faults(policy: Mapping[str, object], voice: Voice) -> list[dict[str, str]]:
    from dispatch.policy import PolicyErrors, parse

    try:
        texts = parse(policy).texts
    except PolicyErrors as error:
        return [
            {"path": fault.path, "trouble": voice.text(fault.trouble), "remedy": voice.text(fault.remedy)}
            for fault in error.faults
        ]
    found = []
    for id_, own in texts.items():
        for lang, sentence in own.items():
            if why := unfit(id_, lang, sentence):
                told = {part: voice.text(msg(f"app.config.text_{why}{end}")) for part, end in _PARTS}
                found.append({"path": f"policy.texts.{id_}.{lang}", **told})
    return found


_PARTS = (("trouble", ""), ("remedy", ".remedy"))


def run_show(args: argparse.Namespace, voice: Voice) -> int:
    """What is in force, secrets masked, addresses and ports included."""
    settings = settings_of(args)
    shown = shown_settings(settings)
    if voice.as_json:
        voice.show(shown)
        return 0
    for path, value in _flat(shown):
        voice.say(msg("app.config.line", path=path, value="" if value is None else value))
    return 0


def run_docs(_args: argparse.Namespace, voice: Voice) -> int:
    """docs/configuration.md, from the settings themselves."""
    from app.manual import configuration

    print(configuration(voice.text), end="")
    return 0


def shown_settings(settings: Settings) -> dict[str, object]:
    """The settings in force without the policy (which has a command of its own), secrets masked."""
    shown = _masked(settings.model_dump(exclude={"policy"}))
    assert isinstance(shown, dict)
    shown["data"] = str(settings.folder)
    running = read_instance(DataFolder(settings.folder))
    shown["addresses"] = {
        "web": running.web if running else settings.server_base,
        "hooks": running.hooks if running else settings.hooks_base,
        "exchange": running.exchange if running else settings.exchange_base,
        "public": settings.public_base,
    }
    addresses = shown["addresses"]
    assert isinstance(addresses, dict)
    shown["ports"] = {name: urlsplit(addresses[name] or "").port for name in ("web", "hooks", "exchange")}
    return shown


def _masked(value: object) -> object:
    if isinstance(value, SecretStr):
        return _MASK if value.get_secret_value() else ""
    if isinstance(value, str):
        return _PASSWORD.sub(_MASK, value) if "://" in value else value
    if isinstance(value, Mapping):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(inner) for inner in value]
    return value


def _flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{number}]")
    else:
        yield path, value
