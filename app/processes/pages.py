"""`web`: the pages and the API put together."""

from collections.abc import Callable

from flask import Flask

from app import logs
from app.health import health_doors
from app.metrics.asking import sources
from app.metrics.page import TOKEN, metrics_door
from app.metrics.requests import count_requests
from app.phrasebook import Catalogues
from app.processes.looking import checks_of
from app.rehearsal.doors import rehearsal_doors
from app.rehearsal.page import phone_parts
from app.sections import Settings
from app.wiring import House
from console.parts import ConsoleParts, DemoLogin
from console.phone.page import PUBLIC as PHONE
from console.site import init_app, make_blueprints

_PUBLIC = frozenset({"health.healthz", "health.readyz", "metrics.page", "rehearsal.case", "rehearsal.person"})


def make_web(settings: Settings, ending: Callable[[], bool] = lambda: False) -> Flask:
    """Pages and API. `ending`: whether the process was told to end."""
    logs.start_logs("web", settings.logs.level)
    return web_of(House(settings, "web"), ending)


def web_of(house: House, ending: Callable[[], bool] = lambda: False) -> Flask:
    """Pages and API, of this house."""
    settings = house.settings
    app = Flask("hotline.web", static_folder=None)
    app.secret_key = house.folder.secret("session.key")
    parts = ConsoleParts(
        door=house.door,
        phrasebook=Catalogues(),
        lines=house.lines,
        rehearsal=settings.rehearsal_doors,
        secure=settings.web_base.startswith("https://"),
        proxies=frozenset(settings.server.trusted_proxies),
        demo=_demo(settings),
        wait=house.ear.wait,
        ending=ending,
        phone=phone_parts(house.door, settings),
        public=_PUBLIC | PHONE,
    )
    count_requests(app, house.meters)
    init_app(app, parts)
    app.register_blueprint(health_doors(checks_of(house)))
    asked = sources(house.meters, house.door, house.bell)
    app.register_blueprint(metrics_door(asked, house.folder.secret(TOKEN)))
    if settings.rehearsal_doors:
        app.register_blueprint(rehearsal_doors(house.door, settings))
    for blueprint in make_blueprints(parts):
        app.register_blueprint(blueprint)
    return app


def _demo(settings: Settings) -> tuple[DemoLogin, ...]:
    """The demo accounts, in rehearsal with sample people only."""
    if not settings.rehearsal_doors or settings.rehearsal.people != "sample":
        return ()
    from app.sample.accounts import DEMO_ACCOUNTS

    return tuple(DemoLogin(a.login, a.password, a.role) for a in DEMO_ACCOUNTS)
