"""What a run consists of: addresses, secrets, the environment of its children."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app import settings as reader
from app.embedded.folder import DataFolder, write_private
from app.embedded.postgres import APP, OWNER, EmbeddedPostgres
from app.embedded.valkey import EmbeddedValkey
from app.sections import Settings
from app.supervisor.watch import MARK

ROOT = Path(__file__).resolve().parent.parent.parent
# The owner's address is for `release` alone: the others must not be able to change history.
_OWNER_ONLY = ("DATABASE_OWNER_URL", "HOTLINE__DATABASE__OWNER_URL")


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. `postgres` and `valkey` are None where such a server is named by its address."""

    settings: Settings
    folder: DataFolder
    run: str
    postgres: EmbeddedPostgres | None
    valkey: EmbeddedValkey | None
    account_sid: str
    auth_token: str = field(repr=False)
    flags: Mapping[str, str] = field(default_factory=dict)

    @property
    def database_url(self) -> str:
        return self.postgres.url(APP) if self.postgres else self.settings.database.url or ""

    @property
    def redis_url(self) -> str:
        return self.valkey.url if self.valkey else self.settings.redis.url or ""

    def environment(self, name: str) -> dict[str, str]:
        """The environment of the process `name`."""
        env = reader.inherited() | dict(self.flags)
        env |= {
            MARK: self.run,
            "HOTLINE_PART": name,
            "HOTLINE_DATA": str(self.folder.root),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "HOTLINE__SERVER__PORT": str(self.settings.server.port),
            "HOTLINE__CLOCK__KIND": self.settings.clock_kind,
            "PYTHONUTF8": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if self.settings.in_rehearsal:
            env["TWILIO_ACCOUNT_SID"] = self.account_sid
            env["TWILIO_AUTH_TOKEN"] = self.auth_token
            env["HOTLINE__CARRIERS__TWILIO__API_BASE"] = self.settings.exchange_base or ""
        for secret in _OWNER_ONLY:
            env.pop(secret, None)
        owner = self.postgres.url(OWNER) if self.postgres else self.settings.database.owner_url
        if name == "release" and owner:
            env[_OWNER_ONLY[0]] = owner
        return env

    def exchange_arguments(self) -> list[str]:
        """The command line of the rehearsal exchange, its files written."""
        home = self.folder.root / "exchange"
        home.mkdir(mode=0o700, exist_ok=True)
        token = self.folder.secrets / "exchange.token"
        write_private(token, self.auth_token)
        numbers = home / "numbers.json"
        write_private(numbers, json.dumps(self._numbers(), indent=1))
        arguments = [
            *("--port", str(self.settings.exchange_port)),
            *("--data", str(home)),
            *("--account", self.account_sid),
            *("--token-file", str(token)),
            *("--numbers", str(numbers)),
        ]
        twilio = self.settings.carriers.twilio
        if twilio.api_key:
            secret = self.folder.secrets / "exchange.api-secret"
            write_private(secret, twilio.api_secret.get_secret_value())
            arguments += ["--api-key", twilio.api_key, "--api-secret-file", str(secret)]
        return arguments

    def _numbers(self) -> list[dict[str, str]]:
        doors = f"{self.settings.public_base}/webhooks/twilio"
        return [
            {
                "number": line.number,
                "friendly_name": line.id,
                "voice_url": f"{doors}/{line.id}/voice",
                "sms_url": f"{doors}/{line.id}/sms",
                "voice_fallback_url": f"{doors}/{line.id}/fallback",
                "sms_fallback_url": f"{doors}/{line.id}/fallback",
                "status_callback": f"{doors}/{line.id}/status",
            }
            for line in self.settings.lines
        ]


def make_plan(settings: Settings, flags: Mapping[str, str]) -> Plan:
    """A plan for a run of these settings; secrets are made at the first start and kept in the folder."""
    folder = DataFolder(settings.folder)
    run = secrets.token_hex(8)
    marks = {MARK: run}
    twilio = settings.carriers.twilio
    return Plan(
        settings,
        folder,
        run,
        None if settings.database.url else EmbeddedPostgres(folder, marks | {"HOTLINE_PART": "postgres"}),
        None if settings.redis.url else EmbeddedValkey(folder, marks | {"HOTLINE_PART": "valkey"}),
        twilio.account_sid or folder.secret("exchange.account", f"AC{secrets.token_hex(16)}"),
        twilio.auth_token.get_secret_value() or folder.secret("exchange.auth", secrets.token_hex(16)),
        flags,
    )
