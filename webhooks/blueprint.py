"""The doors as one blueprint: addresses, the guard before all of them, and the answer to what is refused."""

from collections.abc import Callable

from flask import Blueprint, Response

from webhooks import status, texts
from webhooks.guard import Refusal, make_guard, refuse
from webhooks.parts import DoorParts
from webhooks.voice import VoiceDoor

ROOT = "/webhooks/twilio"


def make_blueprint(parts: DoorParts) -> Blueprint:
    """The doors for these parts. Raises ValueError where the public base or the tokens cannot be used."""
    if not any(parts.tokens):
        raise ValueError("signature tokens: none; set the auth token of the account")
    blueprint = Blueprint("webhooks", __name__)
    blueprint.before_request(make_guard(parts))
    blueprint.register_error_handler(Refusal, lambda refusal: refuse(parts, refusal))
    voice = VoiceDoor(parts)
    _door(blueprint, "voice", voice.turn)
    _door(blueprint, "voice/<int(max=999):turn>", voice.turn)
    _door(blueprint, "fallback", lambda line="": texts.take(parts) if texts.is_text() else voice.static())
    _door(blueprint, "sms", lambda line="": texts.take(parts))
    _door(blueprint, "status", lambda line="": status.take_status(parts))
    _door(blueprint, "recording", lambda line="": status.take_recording(parts))
    return blueprint


def _door(blueprint: Blueprint, path: str, view: Callable[..., Response]) -> None:
    """A door by POST alone, for a named line and for the default one."""
    name = path.replace("/<int(max=999):turn>", "_turn")
    for endpoint, rule in ((name, f"{ROOT}/<line>/{path}"), (f"default_{name}", f"{ROOT}/{path}")):
        blueprint.add_url_rule(
            rule, endpoint, view, methods=["POST"], provide_automatic_options=False, merge_slashes=False
        )
