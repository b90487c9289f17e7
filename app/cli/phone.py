"""`hotline call` and `hotline text`: a resident's telephone in rehearsal, by way of the exchange."""

import argparse
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from app.cli.parser import Commands, Parser
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.instance import running
from app.trouble import trouble
from cases.phrases import msg

RESIDENT = "+8613800000001"
"""The default caller: a resident of the sample district."""

_LONGEST = 10.0
_QUIET = 1.0
_EVERY = 0.1
_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_KEYS = re.compile(r"[0-9*#]+(?:,[0-9*#]+)*")

Said = dict[str, str]


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    call = _command(commands, "call")
    call.add_argument("words", metavar="TEXT", nargs="*", help=commands.voice.text(msg("phone.help.call.words")))
    call.add_argument("--keys", default="", metavar="1,2", help=commands.voice.text(msg("phone.help.keys")))
    call.set_defaults(run=run_call)
    text = _command(commands, "text")
    text.add_argument("words", metavar="BODY", nargs="+", help=commands.voice.text(msg("phone.help.text.words")))
    text.set_defaults(run=run_text)


def _command(commands: Commands, name: str) -> Parser:
    say = commands.voice.text
    parser: Parser = commands.top.add_parser(
        name,
        help=say(msg(f"phone.help.{name}")),
        description=say(msg(f"phone.help.{name}")),
        epilog=say(msg(f"phone.help.{name}.examples")),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser._positionals.title = say(msg("app.help.arguments"))
    parser._optionals.title = say(msg("app.help.options"))
    lang = {"choices": ("zh_CN", "en"), "default": argparse.SUPPRESS, "help": say(msg("app.help.lang"))}
    parser.add_argument("--lang", **lang)  # type: ignore[arg-type]  # argparse takes any of its facts by name
    sender = say(msg("phone.help.from"))
    parser.add_argument("--from", dest="sender", default=RESIDENT, metavar="+86…", help=sender)
    parser.add_argument("--to", dest="line", metavar="+86…", help=say(msg("phone.help.to")))
    parser.add_argument("--data", metavar="DIR", help=say(msg("app.help.data")))
    output = say(msg("app.help.output"))
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text", help=output)
    return parser


def run_call(args: argparse.Namespace, voice: Voice) -> int:
    """Call the line, say TEXT… and press --keys as it asks, and wait until its messages have left."""
    if args.keys and not _KEYS.fullmatch(args.keys):
        raise trouble("phone.bad_keys", keys=args.keys)
    phone = _phone(args)
    phone.since = phone.inbox_end()
    said = phone.control("POST", "calls", {**phone.numbers, "texts": args.words, "keys": args.keys})
    talk = Talk(phone, [said["sid"]], list(said["conversation"]), answered=True, replies="text")
    talk.settle()
    return _show(talk, [*said["warnings"]], voice)


def run_text(args: argparse.Namespace, voice: Voice) -> int:
    """Text the line; further BODYs answer what it asks; wait until its messages have left."""
    phone = _phone(args)
    phone.since = phone.inbox_end()
    talk = Talk(phone, [], [])
    warnings: list[dict[str, Any]] = []
    for place, body in enumerate(args.words):
        if place:
            talk.await_reply(len(args.words) - place)
        warnings += talk.send(body)
    talk.settle()
    return _show(talk, warnings, voice)


def _phone(args: argparse.Namespace) -> "Phone":
    found = running(DataFolder(settings_of(args).folder))
    if not found.exchange:
        raise trouble("phone.not_rehearsal", folder=found.data)
    for number in (args.sender, args.line):
        if number is not None and not _NUMBER.fullmatch(number):
            raise trouble("phone.bad_number", number=number)
    phone = Phone(found.exchange, found.web, found.auth_token, args.sender)
    there = [each["number"] for each in phone.control("GET", "numbers")["numbers"]]
    if (args.line is not None and args.line not in there) or not there:
        raise trouble("phone.no_line", number=args.line or "–", there=", ".join(there) or "–")
    phone.line = args.line or there[0]
    return phone


@dataclass(slots=True)
class Phone:
    """One resident's telephone: what it asks of the exchange, and of the office about the case."""

    exchange: str
    web: str
    token: str = field(repr=False)
    number: str
    line: str = ""
    since: int = 0
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        self.session.trust_env = False
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    @property
    def numbers(self) -> dict[str, str]:
        """Who calls or texts whom."""
        return {"from": self.number, "to": self.line}

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """One request to the exchange. Raises Trouble with what it says against it."""
        try:
            answer = self.session.request(method, f"{self.exchange}/exchange/{path}", json=body, timeout=120)
            said = answer.json()
        except (requests.RequestException, ValueError):
            raise trouble("phone.no_exchange", address=self.exchange) from None
        if answer.status_code != 200:
            raise trouble("phone.refused", why=str(said.get("error") or said.get("message") or said))
        return said

    def inbox_end(self) -> int:
        """Where the inbox ends now; what comes later is news."""
        return int(self.control("GET", f"inbox?number={self.number.replace('+', '%2B')}")["next"])

    def news(self) -> list[str]:
        """The texts that came since the last look."""
        number = self.number.replace("+", "%2B")
        found = self.control("GET", f"inbox?number={number}&since={self.since}")
        self.since = int(found["next"])
        return [message["body"] for message in found["messages"]]

    def case(self, sid: str) -> tuple[bool, dict[str, Any] | None]:
        """Whether the messages of the case of this call or text have left, and the case, if there is one."""
        try:
            answer = self.session.get(f"{self.web}/rehearsal/case", params={"sid": sid}, timeout=5)
            said = answer.json() if answer.status_code == 200 else {}
        except (requests.RequestException, ValueError):
            return False, None
        return bool(said.get("settled")), said.get("case")


@dataclass(slots=True)
class Talk:
    """A call or an exchange of texts, and what came of it."""

    phone: Phone
    sids: list[str]
    conversation: list[Said]
    answered: bool = False
    replies: str = "line"
    case: dict[str, Any] | None = None
    ends: float = field(default_factory=lambda: time.monotonic() + _LONGEST)
    heard: float = field(default_factory=time.monotonic)

    def send(self, body: str) -> list[dict[str, Any]]:
        """Send one text; gives the warnings about the answer to it."""
        said = self.phone.control("POST", "texts", {**self.phone.numbers, "body": body})
        self.sids.append(said["sid"])
        self.conversation.append({"who": "caller", "says": body})
        self.answered = False
        self.heard = time.monotonic()
        warnings: list[dict[str, Any]] = said["warnings"]
        return warnings

    def look(self) -> None:
        """Take in what has come."""
        news = self.phone.news()
        self.conversation += [{"who": self.replies, "says": body} for body in news]
        if news:
            self.answered = True
            self.heard = time.monotonic()

    def await_reply(self, left: int) -> None:
        """Wait for an answer, but not so long that `left` further texts find no time."""
        end = time.monotonic() + max(self.ends - time.monotonic(), 0.0) / (left + 1)
        self.look()
        while not self.answered and time.monotonic() < end:
            time.sleep(_EVERY)
            self.look()

    def settle(self) -> None:
        """Wait until all messages about this have left, at most until it `ends`."""
        while not self._settled() and time.monotonic() < self.ends:
            time.sleep(_EVERY)
        self.look()

    def _settled(self) -> bool:
        found = [self.phone.case(sid) for sid in reversed(self.sids)]
        self.case = next((case for _, case in found if case is not None), None)
        self.look()
        if self.case is not None and any(case and not settled for settled, case in found):
            return False
        if self.case is not None and self.answered:
            return True
        return self.answered and time.monotonic() - self.heard >= _QUIET


def _show(talk: Talk, warnings: list[dict[str, Any]], voice: Voice) -> int:
    for warning in warnings:
        voice.warn(msg("phone.warning", code=warning["code"] or "–", text=warning["text"]))
    if voice.as_json:
        voice.show({"sid": talk.sids[0], "conversation": talk.conversation, "case": talk.case})
        return 0
    for part in talk.conversation:
        voice.say(msg(f"phone.said.{part['who']}", says=part["says"]))
    if talk.case is None:
        voice.say(msg("phone.no_case"))
    else:
        facts = {name: talk.case.get(name) or "–" for name in ("number", "state", "unit", "worker", "rule")}
        voice.say(msg("phone.case", **facts))
    return 0
