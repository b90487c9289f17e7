"""A double of Twilio's REST interface, as far as the account, calls, texts, recordings and numbers go."""

from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from exchange.rest import calls, messages, numbers, recordings
from exchange.rest.answers import Refused, check_caller, from_http
from exchange.rest.outages import lose, never_answer
from exchange.switch import Switch
from exchange.wire.params import API_VERSION


def routes(switch: Switch) -> Blueprint:
    """All of it, guarded; mounted at the root."""
    desk = Blueprint("rest", __name__, url_prefix=f"/{API_VERSION}/Accounts")
    within = Blueprint("account", __name__, url_prefix="/<account>")

    @desk.before_request
    def guard() -> tuple[Response, int] | None:
        try:
            check_caller(switch.account, (request.view_args or {}).get("account", ""))
            if switch.faults.take("rest_timeout"):
                return never_answer(), 504
            if switch.faults.take("rest_busy"):
                raise Refused(429, 20429, "Too Many Requests")
            if switch.faults.take("rest_broken"):
                raise Refused(503, 20503, "Service is unavailable. Please try again.")
        except Refused as refused:
            return refused.answer()
        g.write = request.method != "GET"
        return None

    desk.after_request(lambda answer: lose(switch.faults, answer))
    desk.register_error_handler(Refused, lambda refused: refused.answer())
    desk.register_error_handler(HTTPException, lambda trouble: from_http(trouble).answer())
    for part in (messages, calls, recordings, numbers):
        within.register_blueprint(part.routes(switch))
    desk.register_blueprint(within)

    @desk.get("/<account>.json")
    def fetch(account: str) -> Response:
        return jsonify(show(account))

    return desk


def show(account: str) -> dict[str, Any]:
    """The account as Twilio writes it; nobody can close this one."""
    uri = f"/{API_VERSION}/Accounts/{account}"
    return {
        "auth_token": None,
        "date_created": None,
        "date_updated": None,
        "friendly_name": "rehearsal",
        "owner_account_sid": account,
        "sid": account,
        "status": "active",
        "subresource_uris": {},
        "type": "Full",
        "uri": f"{uri}.json",
    }
