"""Settings: `config.toml`, then the environment. The only reader of the environment.

`HOTLINE__SECTION__KEY` wins over the file, and over the names that platforms set (DATABASE_URL, PORT, …),
which win over the file too. All that is wrong is told at once, by path, with a remedy.
"""

import json
import os
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from app.sections import Misfit, Settings
from app.trouble import Trouble, told
from cases.phrases import Message, msg

# What platforms and carriers call these settings.
PLAIN_NAMES: Mapping[str, tuple[str, ...]] = {
    "DATABASE_URL": ("database", "url"),
    "DATABASE_OWNER_URL": ("database", "owner_url"),
    "DATABASE_DIRECT_URL": ("database", "direct_url"),
    "REDIS_URL": ("redis", "url"),
    "PORT": ("server", "port"),
    "HOTLINE_DATA": ("data",),
    "TWILIO_ACCOUNT_SID": ("carriers", "twilio", "account_sid"),
    "TWILIO_AUTH_TOKEN": ("carriers", "twilio", "auth_token"),
    "TWILIO_API_KEY": ("carriers", "twilio", "api_key"),
    "TWILIO_API_SECRET": ("carriers", "twilio", "api_secret"),
}
_PREFIX = "HOTLINE__"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in the settings: where, what, and what helps."""

    path: str
    trouble: Message
    remedy: Message


class SettingsErrors(Trouble):
    """All faults of the settings at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(*told(faults))
        self.faults = faults


def load(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """The settings in force. Raises SettingsErrors with everything that is wrong."""
    env = os.environ if environ is None else environ
    raw = _file_values(file or config_file(env))
    faults = [*_overlay_plain_names(raw, env), *_overlay_environment(raw, env)]
    settings, errors = _validate(raw)
    faults += [_fault(entry) for entry in errors]
    told = {fault.path for fault in faults}
    faults += [_misfit(fault) for fault in settings.misfits() if not _told(fault.path, told)]
    if faults:
        raise SettingsErrors(tuple(sorted(faults, key=lambda fault: fault.path)))
    return settings


def _validate(raw: dict[str, Any]) -> tuple[Settings, list[Any]]:
    """The settings, and the errors of what had to be left out for them (so that the rest is checked too)."""
    errors: list[Any] = []
    while True:
        try:
            return Settings.model_validate(raw), errors
        except ValidationError as error:
            errors += [entry for entry in error.errors() if entry["loc"] not in {e["loc"] for e in errors}]
            for entry in error.errors():
                _leave_out(raw, entry["loc"])


def _leave_out(raw: dict[str, Any], location: tuple[int | str, ...]) -> None:
    """Drop the value at `location`; within a list the whole list, for half an entry means nothing."""
    place: Any = raw
    for key, following in zip(location, (*location[1:], None), strict=True):
        if not isinstance(place, dict):
            return
        if isinstance(following, int) or following is None or key not in place:
            place.pop(key, None)
            return
        place = place[key]


def _told(path: str, told: Collection[str]) -> bool:
    """Whether something is wrong with a setting, or with a part of it, already."""
    return any(each == path or each.startswith(f"{path}[") for each in told)


def _misfit(fault: Misfit) -> Fault:
    kind = f"app.config.{fault.kind}"
    return Fault(fault.path, msg(kind, given=fault.given), msg(f"{kind}.remedy", given=fault.given))


def policy_in(environ: Mapping[str, str] | None = None, file: Path | None = None) -> Mapping[str, Any]:
    """The `[policy]` part as it stands in the file, whatever the rest is like; empty where unreadable."""
    env = os.environ if environ is None else environ
    try:
        found = _file_values(file or config_file(env)).get("policy", {})
    except SettingsErrors:
        return {}
    return found if isinstance(found, dict) else {}


def language(environ: Mapping[str, str] | None = None) -> str:
    """The language of the command line by LC_ALL, LC_MESSAGES or LANG: "zh_CN" or "en"."""
    env = os.environ if environ is None else environ
    name = next((env[key] for key in ("LC_ALL", "LC_MESSAGES", "LANG") if env.get(key)), "")
    return "zh_CN" if name.lower().startswith("zh") else "en"


def inherited() -> dict[str, str]:
    """The environment that children inherit."""
    return dict(os.environ)


def announce(name: str, value: str) -> None:
    """Put a value into our environment, for libraries that look nowhere else."""
    os.environ[name] = value


def config_file(env: Mapping[str, str] | None = None) -> Path:
    """The file named by HOTLINE_CONFIG, else the one beside our packages, else ./config.toml, else the one that an
    installed wheel brings."""
    env = os.environ if env is None else env
    if env.get("HOTLINE_CONFIG"):
        return Path(env["HOTLINE_CONFIG"])
    here = Path(__file__).resolve().parent
    places = (here.parent / "config.toml", Path("config.toml"), here / "shipped" / "config.toml")
    return next((place for place in places if place.exists()), places[1])


def _file_values(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        why = msg("app.config.unreadable", why=error.strerror or str(error))
        raise SettingsErrors((Fault(str(file), why, msg("app.config.name_a_file")),)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        why = msg("app.config.no_toml", why=str(error))
        raise SettingsErrors((Fault(str(file), why, msg("app.config.mend_toml")),)) from error


def _overlay_plain_names(raw: dict[str, Any], env: Mapping[str, str]) -> list[Fault]:
    return [
        fault for name, path in PLAIN_NAMES.items() if env.get(name) and (fault := _put(raw, path, env[name], name))
    ]


def _overlay_environment(raw: dict[str, Any], env: Mapping[str, str]) -> list[Fault]:
    faults = []
    for name in sorted(env):
        if not name.startswith(_PREFIX):
            continue
        value: Any = env[name]
        if value[:1] in ("[", "{"):
            try:
                value = json.loads(value)
            except ValueError as error:
                faults.append(Fault(name, msg("app.config.no_json", why=str(error)), msg("app.config.mend_json")))
                continue
        fault = _put(raw, tuple(name[len(_PREFIX) :].lower().split("__")), value, name)
        faults += [fault] if fault else []
    return faults


def _put(raw: dict[str, Any], path: tuple[str, ...], value: object, name: str) -> Fault | None:
    place: Any = raw
    for key in path[:-1]:
        place = place.setdefault(key, {})
        if not isinstance(place, dict):
            return Fault(name, msg("app.config.no_section", key=key), msg("app.config.see_names"))
    place[path[-1]] = value
    return None


def _fault(error: Any) -> Fault:
    """A pydantic error in our words."""
    path = _path(error["loc"])
    kind = str(error["type"])
    context = error.get("ctx", {})
    if kind == "extra_forbidden":
        close = get_close_matches(str(error["loc"][-1]), _known(error["loc"][:-1]), 1)
        remedy = msg("app.config.did_you_mean", name=close[0]) if close else msg("app.config.remove_it")
        return Fault(path, msg("app.config.unknown"), remedy)
    if kind == "missing":
        return Fault(path, msg("app.config.missing"), msg("app.config.add_it"))
    given = _given(error)
    if kind.startswith("app.config."):
        return Fault(path, msg(kind, given=given), msg(f"{kind}.remedy"))
    if kind == "literal_error":
        return Fault(
            path,
            msg("app.config.not_one_of", given=given),
            msg("app.config.one_of", choices=context["expected"].replace(" or ", ", ")),
        )
    if kind == "string_pattern_mismatch":
        return Fault(path, msg("app.config.not_right", given=given), msg("app.config.want_pattern", **context))
    wanted = "number" if kind.startswith(("int", "greater", "less")) else kind.split("_")[0]
    if wanted in ("number", "bool", "string", "list", "model", "dict"):
        return Fault(
            path,
            msg("app.config.not_right", given=given),
            msg(f"app.config.want_{wanted}", **_range(context)),
        )
    return Fault(path, msg("app.config.not_right", given=given), msg("app.config.want_other", why=error["msg"]))


def _range(context: Mapping[str, Any]) -> dict[str, object]:
    return {"low": context.get("ge", "1"), "high": context.get("le", "65535")}


def _given(error: Any) -> str:
    """What was given, never where it may be a secret."""
    secret = any(word in str(part) for part in error["loc"] for word in ("token", "secret", "url", "key"))
    return "…" if secret else repr(error["input"])[:60]


def _path(location: tuple[int | str, ...]) -> str:
    text = ""
    for part in location:
        text += f"[{part}]" if isinstance(part, int) else f".{part}"
    return text.lstrip(".") or "config"


def _known(location: tuple[int | str, ...]) -> list[str]:
    """The names that a section knows."""
    model: Any = Settings
    for part in location:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        kinds = getattr(field.annotation, "__args__", None) or (field.annotation,) if field else ()
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)
        if model is None:
            return []
    return list(model.model_fields)
