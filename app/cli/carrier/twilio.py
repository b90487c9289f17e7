"""`hotline twilio doctor` and `hotline twilio setup`: whether an account at Twilio stands as we need it, and so that it
does."""

import argparse
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.cli.parser import Commands
from app.cli.running import settings_of
from app.cli.voice import Voice
from app.sections import Settings
from app.trouble import trouble
from cases.phrases import msg
from dispatch.lines import Line

if TYPE_CHECKING:
    from hotline.carriers.port import ListedText
    from hotline.carriers.twilio import TwilioCarrier
    from hotline.carriers.twilio.doctor import Change, Finding

_LONGEST = 60.0  # seconds in which a text mostly reaches a telephone
_PAUSE = 2.0
_ARRIVED, _LOST = ("delivered", "read"), ("failed", "undelivered", "canceled")


def add_commands(commands: Commands) -> None:
    """The commands of this room."""
    group = commands.group("twilio")
    doctor = commands.add("doctor", run_doctor, "data", "output", under=group)
    commands.option(doctor, "--text-to", metavar="NUMBER")
    setup = commands.add("setup", run_setup, "data", "output", under=group)
    commands.option(setup, "--dry-run", action="store_true")


def run_doctor(args: argparse.Namespace, voice: Voice) -> int:
    """All that was found; exit code 1 where something is wrong."""
    from hotline.carriers.twilio.doctor import Grade, look_over

    settings = _settings(args)
    carrier, lines = _at_hand(settings)
    token = settings.carriers.twilio.auth_token.get_secret_value()
    findings = []
    for finding in look_over(carrier, lines, token, datetime.now(UTC)):
        findings.append(finding)
        _tell(voice, finding)
    wrong = sum(finding.grade == Grade.trouble for finding in findings)
    if args.text_to and not wrong:
        findings.append(_try_a_text(carrier, lines[0], args.text_to, voice))
        _tell(voice, findings[-1])
        wrong += findings[-1].grade == Grade.trouble
    if voice.as_json:
        told = [{"subject": f.subject, "grade": f.grade, "told": voice.text(f.told)} for f in findings]
        voice.show({"ok": not wrong, "findings": told})
    voice.say(msg("doctor.done" if wrong else "doctor.all_fine", count=wrong))
    return 1 if wrong else 0


def _tell(voice: Voice, finding: "Finding") -> None:
    voice.say(msg("doctor.line", grade=msg(f"doctor.grade.{finding.grade}"), told=finding.told))


def _try_a_text(carrier: "TwilioCarrier", line: Line, number: str, voice: Voice) -> "Finding":
    """One text to a telephone of the office's own, followed until its fate is known."""
    from hotline.carriers.port import Sent, TextOut
    from hotline.carriers.twilio.doctor import Finding, Grade

    words, heard = voice.text(msg("doctor.text.body", line=line.number)), f"/webhooks/twilio/{line.id}/status"
    outcome = carrier.send_text(TextOut(line, number, words, heard))
    if not isinstance(outcome, Sent):
        why = getattr(outcome, "trouble", "") or getattr(outcome, "code", "")
        return Finding("text", Grade.trouble, msg("doctor.text.refused", number=number, why=why))
    end, state = time.monotonic() + _LONGEST, ""
    while time.monotonic() < end:
        row: ListedText | None = carrier.find_text(outcome.sid)
        state = row.status if row else ""
        if state in _ARRIVED:
            return Finding("text", Grade.fine, msg("doctor.text.arrived", number=number))
        if state in _LOST:
            return Finding("text", Grade.trouble, msg("doctor.text.lost", number=number, state=state, sid=outcome.sid))
        time.sleep(_PAUSE)
    facts = {"number": number, "state": state or "–", "n": round(_LONGEST)}
    return Finding("text", Grade.note, msg("doctor.text.under_way", **facts))


def run_setup(args: argparse.Namespace, voice: Voice) -> int:
    """Tell, and unless it is only tried make, what must change at the numbers."""
    from hotline.carriers.port import CarrierSilent
    from hotline.carriers.twilio import doctor

    carrier, lines = _at_hand(_settings(args))
    try:
        wanted = doctor.changes(carrier, lines)
        if not args.dry_run:
            doctor.change(carrier, wanted)
    except CarrierSilent as silent:
        raise trouble("doctor.setup.failed", why=str(silent.__cause__ or silent)[:200]) from silent
    if voice.as_json:
        voice.show({"changed": not args.dry_run, "changes": [_facts(each) for each in wanted]})
    for each in wanted:
        voice.say(msg("doctor.setup.change", **{**_facts(each), "now": each.now or "–"}))
    done = "doctor.setup.would" if args.dry_run else "doctor.setup.done"
    voice.say(msg(done if wanted else "doctor.setup.nothing", count=len(wanted)))
    return 0


def _facts(change: "Change") -> dict[str, str]:
    return {
        "line": change.line.id, "number": change.line.number, "setting": change.setting, "now": change.now,
        "wanted": change.wanted,
    }  # fmt: skip


def _settings(args: argparse.Namespace) -> Settings:
    """In rehearsal the exchange is where the running instance has it; in earnest nothing need run yet."""
    from app.instance import with_instance

    settings = settings_of(args)
    return with_instance(settings) if settings.in_rehearsal else settings


def _at_hand(settings: Settings) -> "tuple[TwilioCarrier, list[Line]]":
    from app.wiring import account_of
    from hotline.carriers.twilio import TwilioCarrier

    account = account_of(settings)
    if not (account.sid and account.secret):
        raise trouble("doctor.no_account")
    return TwilioCarrier(account), [Line(line.id, line.number, line.office) for line in settings.lines]
