"""`hotline call`, `text` and `inbox`: somebody's telephone in rehearsal, by way of the exchange."""

import argparse
import re
from typing import Any

from app.cli.handset import Phone, Talk
from app.cli.parser import Commands, Parser
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.embedded.folder import DataFolder
from app.instance import running
from app.trouble import trouble
from cases.phrases import msg

RESIDENT = "+8613800000001"
"""The default caller: a resident of the sample district."""

_NUMBER = re.compile(r"\+[1-9][0-9]{5,14}")
_KEYS = re.compile(r"[0-9*#]+(?:,[0-9*#]+)*")


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    call = _command(commands, "call")
    call.add_argument("words", metavar="TEXT", nargs="*", help=commands.voice.text(msg("phone.help.call.words")))
    call.add_argument("--keys", default="", metavar="1,2", help=commands.voice.text(msg("phone.help.keys")))
    text = _command(commands, "text")
    text.add_argument("words", metavar="BODY", nargs="+", help=commands.voice.text(msg("phone.help.text.words")))
    text.set_defaults(run=run_text)
    inbox = commands.add("inbox", run_inbox, "data", "output")
    inbox.add_argument("sender", metavar="+86…|CODE", nargs="?", default=RESIDENT, help=_help(commands, "whose"))
    inbox.add_argument("--last", type=int, default=10, metavar="N", help=_help(commands, "last"))


def _help(commands: Commands, name: str) -> str:
    return commands.voice.text(msg(f"phone.help.{name}"))


def _command(commands: Commands, name: str) -> Parser:
    parser = commands.add(name, run_call, "data", "output")
    parser.add_argument("--from", dest="sender", default=RESIDENT, metavar="+86…|CODE", help=_help(commands, "from"))
    parser.add_argument("--to", dest="line", metavar="+86…", help=_help(commands, "to"))
    return parser


def run_call(args: argparse.Namespace, voice: Voice) -> int:
    """Call the line, say TEXT… and press --keys as it asks, and wait until its messages have left."""
    if args.keys and not _KEYS.fullmatch(args.keys):
        raise trouble("phone.bad_keys", keys=args.keys)
    phone = _phone(args, voice)
    phone.since = phone.inbox_end()
    said = phone.control("POST", "calls", {**phone.numbers, "texts": args.words, "keys": args.keys})
    talk = Talk(phone, [said["sid"]], list(said["conversation"]), answered=True, replies="text")
    talk.settle()
    return _show(talk, [*said["warnings"]], voice)


def run_text(args: argparse.Namespace, voice: Voice) -> int:
    """Text the line; further BODYs answer what it asks; wait until its messages have left."""
    phone = _phone(args, voice)
    phone.since = phone.inbox_end()
    talk = Talk(phone, [], [])
    warnings: list[dict[str, Any]] = []
    for place, body in enumerate(args.words):
        if place:
            talk.await_reply(len(args.words) - place)
        warnings += talk.send(body)
    talk.settle()
    return _show(talk, warnings, voice)


def run_inbox(args: argparse.Namespace, voice: Voice) -> int:
    """The last texts that somebody's telephone has received."""
    phone = _phone(args, voice)
    messages = phone.inbox()["messages"][-max(args.last, 1) :]
    if voice.as_json:
        voice.show({"number": phone.number, "owner": phone.owner, "messages": messages})
        return 0
    for message in messages:
        voice.say(msg("phone.said.text", says=message["body"]))
    if not messages:
        voice.say(msg("phone.inbox_empty", number=phone.number))
    return 0


def _phone(args: argparse.Namespace, voice: Voice) -> Phone:
    found = running(DataFolder(settings_of(args).folder))
    if not found.exchange:
        raise trouble("phone.not_rehearsal", folder=found.data)
    phone = Phone(found.exchange, found.web, found.data, found.auth_token)
    if not phone.belongs_to(args.sender, voice.lang) and not _NUMBER.fullmatch(args.sender):
        raise trouble("phone.bad_number", number=args.sender)
    line = getattr(args, "line", None)
    if line is not None and not _NUMBER.fullmatch(line):
        raise trouble("phone.bad_number", number=line)
    there = [each["number"] for each in phone.control("GET", "numbers")["numbers"]]
    if (line is not None and line not in there) or not there:
        raise trouble("phone.no_line", number=line or "–", there=", ".join(there) or "–")
    phone.line = line or there[0]
    return phone


def _show(talk: Talk, warnings: list[dict[str, Any]], voice: Voice) -> int:
    for warning in warnings:
        voice.warn(msg("phone.warning", code=warning["code"] or "–", text=warning["text"]))
    if voice.as_json:
        voice.show({"sid": talk.sids[0], "conversation": talk.conversation, "case": talk.case})
        return 0
    for part in talk.conversation:
        who = "staff" if part["who"] == "caller" and talk.phone.owner else part["who"]
        voice.say(msg(f"phone.said.{who}", says=part["says"], name=talk.phone.owner))
    if talk.case is None and not talk.phone.owner:
        voice.say(msg("phone.no_case"))
    elif talk.case is not None:
        facts = {name: talk.case.get(name) or "–" for name in ("number", "state", "unit", "worker", "rule")}
        voice.say(msg("phone.case", **facts))
    return 0
