"""`hooks`: the doors for machines put together, without the pages."""

from flask import Flask, Response

from app import logs
from app.health import health_doors
from app.metrics.requests import count_requests
from app.processes.deadline import within
from app.processes.looking import checks_of
from app.sections import Settings
from app.wiring import House
from dispatch.hearing import prepare
from webhooks.blueprint import make_blueprint
from webhooks.parts import DoorParts


def make_hooks(settings: Settings) -> Flask:
    """The doors for machines."""
    logs.start_logs("hooks", settings.logs.level)
    prepare()
    return hooks_of(House(settings, "hooks"))


def hooks_of(house: House) -> Flask:
    """The doors for machines, of this house."""
    settings = house.settings
    app = Flask("hotline.hooks", static_folder=None)
    twilio = settings.carriers.twilio
    tokens = [twilio.auth_token, twilio.auth_token_secondary, *twilio.sub_accounts.values()]
    parts = DoorParts(
        door=house.door,
        lines=house.lines,
        public_base=settings.public_base,
        account_sid=twilio.account_sid,
        sub_accounts=frozenset(twilio.sub_accounts),
        tokens=tuple(token.get_secret_value() for token in tokens if token.get_secret_value()),
        note=logs.note,
        within=within,
        default_line=settings.lines[0].id,
        broke=house.meters.broke,
    )
    count_requests(app, house.meters)
    app.register_blueprint(health_doors(checks_of(house)))
    app.register_blueprint(make_blueprint(parts))
    app.after_request(lambda answer: _ready(house, answer))
    return app


def _ready(house: House, answer: Response) -> Response:
    house.crossing("answer.ready")
    return answer
