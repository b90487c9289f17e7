"""The sections of `config.toml` as frozen values. What each means stands in the file itself."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr
from pydantic_core import PydanticCustomError

Port = Annotated[int, Field(ge=1, le=65533)]


def _number(value: str) -> str:
    digits = value[1:]
    if not (value.startswith("+") and digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 15):
        raise PydanticCustomError("app.config.no_number", "no E.164 number")
    return value


def _base(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise PydanticCustomError("app.config.no_base", "no base address")
    return value.rstrip("/")


def _database(value: str) -> str:
    for scheme in ("postgresql+psycopg://", "postgresql://", "postgres://"):
        if value.startswith(scheme):
            return "postgresql+psycopg://" + value.removeprefix(scheme)
    raise PydanticCustomError("app.config.no_database", "no PostgreSQL address")


def _redis(value: str) -> str:
    if not value.startswith(("redis://", "rediss://", "unix://")):
        raise PydanticCustomError("app.config.no_redis", "no Redis address")
    return value


E164 = Annotated[str, AfterValidator(_number)]
Base = Annotated[str, AfterValidator(_base)]
DatabaseUrl = Annotated[str, AfterValidator(_database)]
RedisUrl = Annotated[str, AfterValidator(_redis)]
FaultPoint = Literal["commit.before", "commit.after", "text.taken", "text.left", "answer.ready"]


class Section(BaseModel):
    """A part of the settings: unknown names are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Server(Section):
    host: str = "127.0.0.1"
    port: Port = 8000
    hooks_port: Port | None = None
    public_base: Base | None = None
    pages_base: Base | None = None
    trusted_proxies: tuple[str, ...] = ()
    web_workers: Annotated[int, Field(ge=1, le=64)] = 1
    hooks_workers: Annotated[int, Field(ge=1, le=64)] = 2
    rehearsal_beyond_loopback: bool = False

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach us."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False


class Database(Section):
    url: DatabaseUrl | None = Field(default=None, repr=False)
    owner_url: DatabaseUrl | None = Field(default=None, repr=False)
    direct_url: DatabaseUrl | None = Field(default=None, repr=False)


class Redis(Section):
    url: RedisUrl | None = Field(default=None, repr=False)


class Twilio(Section):
    api_base: Base | None = None
    account_sid: Annotated[str, Field(pattern=r"^(AC[0-9a-f]{32})?$")] = ""
    auth_token: SecretStr = SecretStr("")
    auth_token_secondary: SecretStr = SecretStr("")
    api_key: str = ""
    api_secret: SecretStr = SecretStr("")
    sub_accounts: dict[Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")], SecretStr] = {}
    messaging_service_sid: Annotated[str, Field(pattern=r"^(MG[0-9a-f]{32})?$")] = ""


class Carriers(Section):
    kind: Literal["rehearsal", "twilio"] = "rehearsal"
    twilio: Twilio = Twilio()


class Line(Section):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,30}$")]
    number: E164
    office: str
    carrier: Literal["rehearsal", "twilio"] | None = None


class Clock(Section):
    kind: Literal["auto", "real", "rehearsal"] = "auto"
    jump_minutes: Annotated[int, Field(ge=1, le=1440)] = 5


class Office(Section):
    small: bool = False


class Assist(Section):
    url: Base | None = None
    model: str = ""
    key: SecretStr = SecretStr("")
    timeout_s: Annotated[int, Field(ge=1, le=120)] = 20

    @property
    def is_on(self) -> bool:
        """Whether there is a second reader to ask."""
        return self.url is not None and bool(self.model)


class Understanding(Section):
    assist: Assist = Assist()


class Logs(Section):
    level: Literal["debug", "info", "warning", "error"] = "info"


class Rehearsal(Section):
    people: Literal["sample", "none"] = "sample"
    exchange_port: Port | None = None
    crash_at: Mapping[FaultPoint, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)


class Settings(Section):
    """All settings in force. `policy` is passed on as it stands: dispatch.policy parses it."""

    data: Path = Path("~/.local/share/hotline")
    server: Server = Server()
    database: Database = Database()
    redis: Redis = Redis()
    carriers: Carriers = Carriers()
    lines: tuple[Line, ...] = ()
    clock: Clock = Clock()
    office: Office = Office()
    understanding: Understanding = Understanding()
    logs: Logs = Logs()
    rehearsal: Rehearsal = Rehearsal()
    policy: Mapping[str, Any] = Field(default_factory=dict, repr=False)

    @property
    def folder(self) -> Path:
        """The data folder, whole and absolute."""
        return self.data.expanduser().absolute()

    @property
    def in_rehearsal(self) -> bool:
        return self.carriers.kind == "rehearsal"

    @property
    def rehearsal_doors(self) -> bool:
        """Whether /phone, demo accounts and their like exist: in rehearsal behind a loopback listener only."""
        return self.in_rehearsal and self.server.loopback

    @property
    def clock_kind(self) -> Literal["real", "rehearsal"]:
        """The clock where nothing else is known: a rehearsal on this machine can be wound."""
        if self.clock.kind == "auto":
            return "rehearsal" if self.rehearsal_doors else "real"
        return self.clock.kind

    @property
    def web_base(self) -> str:
        """The address that people reach pages and API by."""
        return self.server.pages_base or self.server_base

    @property
    def server_base(self) -> str:
        """The address of pages and API on this machine."""
        return _http(self.server.host, self.server.port)

    @property
    def hooks_port(self) -> int:
        return self.server.hooks_port or self.server.port + 1

    @property
    def hooks_base(self) -> str:
        """The address of the doors on this machine."""
        return _http(self.server.host, self.hooks_port)

    @property
    def public_base(self) -> str:
        """The address that carriers call us by and sign for; in rehearsal the doors' own."""
        return self.server.public_base or self.hooks_base

    @property
    def exchange_port(self) -> int:
        return self.rehearsal.exchange_port or self.server.port + 2

    @property
    def exchange_base(self) -> str | None:
        """The address of the rehearsal exchange; None where there is none."""
        return _http("127.0.0.1", self.exchange_port) if self.in_rehearsal else None

    def misfits(self) -> list["Misfit"]:
        """What is right by itself and wrong together."""
        server, ids, numbers = (
            self.server,
            [line.id for line in self.lines],
            [line.number for line in self.lines],
        )
        faults = []
        if self.in_rehearsal and not server.loopback and not server.rehearsal_beyond_loopback:
            faults.append(Misfit("server.host", "rehearsal_beyond_loopback", server.host))
        if not self.rehearsal_doors and self.clock.kind == "rehearsal":
            faults.append(Misfit("clock.kind", "clock_beyond_loopback" if self.in_rehearsal else "clock_in_earnest"))
        if len({server.port, self.hooks_port, self.exchange_port}) < 3:
            faults.append(Misfit("server.port", "ports_meet", str(server.port)))
        if self.understanding.assist.url and not self.understanding.assist.model:
            faults.append(Misfit("understanding.assist.model", "no_reader_model"))
        if not self.lines:
            faults.append(Misfit("lines", "no_line"))
        faults += [Misfit("lines", "line_twice", twice) for twice in map(_twice, (ids, numbers)) if twice]
        return faults if self.in_rehearsal else faults + self._owed_in_earnest()

    def _owed_in_earnest(self) -> list["Misfit"]:
        twilio = self.carriers.twilio
        owed = {
            "server.public_base": self.server.public_base,
            "carriers.twilio.account_sid": twilio.account_sid,
            "carriers.twilio.auth_token": twilio.auth_token.get_secret_value(),
        }
        return [Misfit(path, "owed_in_earnest") for path, value in owed.items() if not value]


def with_clock(settings: Settings, kind: str) -> Settings:
    """The same settings, with this clock and no other."""
    values = settings.clock.model_dump() | {"kind": kind}
    return settings.model_copy(update={"clock": Clock.model_validate(values)})


@dataclass(frozen=True, slots=True)
class Misfit:
    """A fault between settings: `kind` is the last word of its message's id."""

    path: str
    kind: str
    given: str = ""


def _twice(values: list[str]) -> str | None:
    return next((value for value in values if values.count(value) > 1), None)


def _http(host: str, port: int) -> str:
    named = f"[{host}]" if ":" in host else host
    reachable = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}.get(named, named)  # noqa: S104
    return f"http://{reachable}:{port}"
