"""What runs on a data folder: the addresses and process ids that commands find it by."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from app.embedded.folder import DataFolder, read_json, write_private
from app.sections import Settings
from app.trouble import trouble


@dataclass(frozen=True, slots=True)
class Instance:
    """A running instance. `pid` is the process that the user started; `exchange` exists in rehearsal only."""

    pid: int
    run: str
    data: str
    web: str
    hooks: str
    exchange: str | None = None
    pids: Mapping[str, int] = field(default_factory=dict)
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    account_sid: str = ""
    auth_token: str = field(default="", repr=False)


def _file(folder: DataFolder) -> Path:
    return folder.root / "instance.json"


def write_instance(folder: DataFolder, instance: Instance) -> None:
    """Keep it in the folder, readable by its owner only."""
    write_private(_file(folder), json.dumps(asdict(instance), indent=1) + "\n")


def remove_instance(folder: DataFolder) -> None:
    """Nothing runs any more."""
    _file(folder).unlink(missing_ok=True)


def read_instance(folder: DataFolder) -> Instance | None:
    """What runs on the folder now; None where nothing does (whatever a crash left written)."""
    raw = read_json(_file(folder))
    if raw is None or folder.locked_by() is None:
        return None
    known = {name: value for name, value in raw.items() if name in Instance.__dataclass_fields__}
    return Instance(**known)  # type: ignore[arg-type]


def running(folder: DataFolder) -> Instance:
    """What runs on the folder; refuses with a remedy where nothing does."""
    found = read_instance(folder)
    if found is None:
        raise trouble("app.instance.none", folder=str(folder.root))
    return found


def with_instance(settings: Settings) -> Settings:
    """The settings of a command: servers that are not named are those of the running instance."""
    if settings.database.url:
        return settings
    found = running(DataFolder(settings.folder))
    twilio = settings.carriers.twilio
    values = settings.model_dump()
    values["database"]["url"] = found.database_url
    values["redis"]["url"] = settings.redis.url or found.redis_url or None
    if settings.in_rehearsal:  # what is sent from here is answered where that instance listens
        values["server"]["public_base"] = settings.server.public_base or found.hooks
    values["carriers"]["twilio"]["account_sid"] = twilio.account_sid or found.account_sid
    values["carriers"]["twilio"]["auth_token"] = twilio.auth_token.get_secret_value() or found.auth_token
    values["carriers"]["twilio"]["api_base"] = twilio.api_base or found.exchange
    return Settings.model_validate(values)
