"""The doors as one blueprint: addresses, the guard before all of them, and the answer to what is refused."""

import re
from collections.abc import Callable

from flask import Blueprint, Response

from hotline.calls import MOST_WAITS
from webhooks import status, texts
from webhooks.guard import Refusal, make_guard, refuse
from webhooks.outgoing import OutDoor
from webhooks.parts import DoorParts
from webhooks.quarantine import Quarantine
from webhooks.request.recut import About
from webhooks.static import CALLEE, CALLER
from webhooks.voice import Promptly, VoiceDoor, fallen_back

ROOT = "/webhooks/twilio"
TURN = "<int(max=999):turn>"


def make_blueprint(parts: DoorParts) -> Blueprint:
    """The doors for these parts. Raises ValueError where the public base or the tokens cannot be used."""
    if not any(parts.tokens):
        raise ValueError("signature tokens: none; set the auth token of the account")
    blueprint = Blueprint("webhooks", __name__)
    blueprint.before_request(make_guard(parts))
    blueprint.register_error_handler(Refusal, lambda refusal: refuse(parts, refusal))
    promptly = Promptly(parts)
    quarantine = Quarantine(parts, promptly)
    _voice_doors(blueprint, quarantine, VoiceDoor(parts, promptly), OutDoor(parts, promptly))
    _silent_doors(blueprint, quarantine, parts)
    return blueprint


def _voice_doors(blueprint: Blueprint, quarantine: Quarantine, voice: VoiceDoor, out: OutDoor) -> None:
    turn = quarantine.before(voice.turn, lambda knock: About.turn, CALLER)
    _door(blueprint, "voice", turn)
    _door(blueprint, f"voice/{TURN}", turn)
    _door(blueprint, f"voice/{TURN}/again/<int(min=1,max={MOST_WAITS}):waited>", turn)
    out_turn = quarantine.before(out.turn, lambda knock: About.turn, CALLEE)
    _door(blueprint, "out/<ref>", out_turn)
    _door(blueprint, f"out/<ref>/{TURN}", out_turn)
    _door(blueprint, "dialed/<ref>", quarantine.before(out.dialed, lambda knock: About.dialed, CALLEE))
    _door(blueprint, "outstatus/<ref>", quarantine.before(out.status, lambda knock: About.call))
    _door(blueprint, "textstatus/<ref>", quarantine.before(out.text, lambda knock: About.receipt))


def _silent_doors(blueprint: Blueprint, quarantine: Quarantine, parts: DoorParts) -> None:
    text = quarantine.before(lambda line="": texts.take(parts), lambda knock: About.text)
    _door(blueprint, "sms", text)
    _door(blueprint, "fallback", lambda line="": text() if texts.is_text() else fallen_back(parts))
    _door(blueprint, "status", quarantine.before(lambda line="": status.take_status(parts), status.about))
    recording = quarantine.before(lambda line="": status.take_recording(parts), lambda knock: About.recording)
    _door(blueprint, "recording", recording)


def _door(blueprint: Blueprint, path: str, view: Callable[..., Response]) -> None:
    """A door by POST alone, for a named line and for the default one."""
    name = "_".join(re.findall(r"[a-z]+(?=/|>|$)", path))
    for endpoint, rule in ((name, f"{ROOT}/<line>/{path}"), (f"default_{name}", f"{ROOT}/{path}")):
        blueprint.add_url_rule(
            rule, endpoint, view, methods=["POST"], provide_automatic_options=False, merge_slashes=False
        )
