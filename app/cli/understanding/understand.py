"""`hotline understand`: what becomes of a text, without an instance: danger, matter, where it goes, and why.

The policy and the district are the office's where its database is at hand, else those of the settings and the sample.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.cli.parser import Commands
from app.cli.understanding.lines import BadLine, lines_of
from app.cli.voice import Voice
from app.trouble import Trouble
from cases.phrases import Message, msg
from cases.report import Channel

if TYPE_CHECKING:
    from dispatch.hearing import Known
    from dispatch.ruling.rehearsal import Rehearsed


_ABOVE = "district"


def add_commands(commands: Commands) -> None:
    """The command of this room."""
    parser = commands.add("understand", run_understand, "data", "output")
    commands.option(parser, "understood_words", metavar="TEXT", nargs="*")
    commands.option(parser, "--channel", choices=[each.value for each in Channel], default="text", dest="by_channel")
    commands.option(parser, "--place", dest="said_place", metavar="PLACE", default="")
    commands.option(parser, "--office", metavar="CODE")


def run_understand(args: argparse.Namespace, voice: Voice) -> int:
    """One text given as words; with `-o json` and no words the lines of stdin, exit code 1 where one was bad."""
    text = " ".join(args.understood_words)
    if not text.strip() and not (voice.as_json and not sys.stdin.isatty()):
        raise Trouble(msg("understand.no_text"), code=2)
    listener = _Listener(args, voice)
    if not text.strip():
        return _each_line(listener, voice)
    tried = listener.hear(text, args.by_channel, args.said_place)
    if voice.as_json:
        voice.show(listener.facts(tried))
    else:
        for sentence in _sentences(tried, listener.known):
            voice.say(sentence)
    return 0


def _each_line(listener: "_Listener", voice: Voice) -> int:
    bad = 0
    plain = sys.stdout.encoding.lower() not in ("utf-8", "utf8")
    for asked in lines_of(sys.stdin.buffer):
        if isinstance(asked, BadLine):
            bad += 1
            voice.warn(msg("place.line.bad", number=asked.number, why=asked.why))
            continue
        tried = listener.hear(asked.text, asked.channel, asked.place)
        print(json.dumps({"id": asked.id} | listener.facts(tried), ensure_ascii=plain))
    if bad:
        voice.warn(msg("place.line.count", bad=bad))
    return 1 if bad else 0


@dataclass
class _Listener:
    """What the office understands by, read once."""

    args: argparse.Namespace
    voice: Voice

    @cached_property
    def known(self) -> "Known":
        """Raises Trouble where the configured policy cannot be used."""
        from app.cli.rules.drafts import drafted, picture
        from app.cli.rules.linting import sound
        from dispatch.hearing import Known

        there = picture(self.args)
        return Known(sound(*drafted(there, None)), there.district)

    def hear(self, text: str, channel: str, place: str) -> "Rehearsed":
        """What would become of a text now."""
        from dispatch.ruling.rehearsal import Manner, rehearse

        local = datetime.now(UTC).astimezone(self.known.policy.calendar.zone)
        return rehearse(text, Manner(Channel(channel), local, place=place), self.known)

    def facts(self, tried: "Rehearsed") -> dict[str, Any]:
        """As a program reads it."""
        found, verdict = tried.understood.matter, tried.verdict
        reasons = (*found.reasons, *tried.where.reasons, *verdict.reasons, *tried.choice.reasons)
        return {
            "level": verdict.level, "category": found.category, "kind": found.kind, "unit": _unit(tried),
            "rule": verdict.rule, "unsure": found.unsure, "unclear": found.unclear,
            "complains_of": list(tried.understood.complains_of), "danger": list(found.danger),
            "matters": [
                {"category": each.category, "level": each.level} for each in (found, *tried.understood.others)
            ],
            "best": [{"category": each.label, "score": each.score} for each in found.best],
            "why": [self.voice.text(each) for each in reasons],
        }  # fmt: skip


def _unit(tried: "Rehearsed") -> str:
    """The unit that gets it; where nobody of the office may have it, the contact above (the ladder's last rung)."""
    above = bool(tried.understood.complains_of) and tried.choice.worker is None
    return _ABOVE if above else tried.choice.unit.code


def _sentences(tried: "Rehearsed", known: "Known") -> Iterator[Message]:
    found, policy = tried.understood.matter, known.policy
    for danger in found.danger:
        yield msg("understand.danger", danger=danger.label)
    for each in (found, *tried.understood.others):
        yield msg("understand.matter", category=policy.category(each.category).name, level=each.level.label)
    if found.unclear:
        yield msg("understand.unclear")
    if found.unsure:
        yield msg("understand.unsure")
        for guess in found.best:
            name = policy.category(guess.label).name
            yield msg("understand.best", category=name, percent=round(guess.score * 100))
    for code in tried.understood.complains_of:
        yield msg("understand.complains_of", code=code)
    yield msg("understand.goes_to", unit=tried.choice.unit.name, rule=tried.verdict.rule)
    for reason in (*found.reasons, *tried.where.reasons, *tried.verdict.reasons, *tried.choice.reasons):
        yield msg("understand.why", why=reason)
