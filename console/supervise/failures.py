"""What failed, is set aside or in doubt: what it means, what to do, and once more or never again."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.privacy import redact
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles, saying
from dispatch.due import retrying
from dispatch.loop.who import by_account
from dispatch.reads import failures
from dispatch.reads.failures import Can, Failure
from dispatch.transaction import Tx

# What a person can do most about stands first.
KINDS = ("clock", "carrier", "request", "timer", "errand", "likeness", "text", "call", "dialogue", "recording")


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/failures; POST /failures/<kind>/retry for all of a kind, …/<id>/retry for one, …/<id>/dismiss in two steps."""
    blueprint = Blueprint("failures", __name__)

    @blueprint.get("/failures")
    def page() -> str:
        roles.demand(*roles.OFFICE)
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx)
        return render_template("failures.html", **shown)

    @blueprint.post("/failures/<kind>/retry")
    def retry_all(kind: str) -> Response:
        account = roles.demand(*roles.OFFICE)
        with parts.door.transaction(account.office) as tx:
            meant = [each for each in _seen(tx) if each.kind == kind and Can.RETRY in each.can]
            by = by_account(tx, account).actor
            done = sum(retrying.retry(tx, each, by) for each in meant)
        return _back(done, "retried")

    @blueprint.post("/failures/<kind>/<id_>/retry")
    def retry(kind: str, id_: str) -> Response:
        account = roles.demand(*roles.OFFICE)
        with parts.door.transaction(account.office) as tx:
            done = retrying.retry(tx, _one(tx, kind, id_), by_account(tx, account).actor)
        return _back(int(done), "retried")

    @blueprint.get("/failures/<kind>/<id_>/dismiss")
    def ask(kind: str, id_: str) -> str:
        roles.demand(*roles.OFFICE)
        with parts.door.transaction(me().office) as tx:
            failure = _one(tx, kind, id_)
            g.zone = tx.office.zone
        if Can.DISMISS not in failure.can:
            raise NotFound(f"{kind} {id_} is not dismissed")
        return render_template("failures_dismiss.html", failure=failure, redact=redact)

    @blueprint.post("/failures/<kind>/<id_>/dismiss")
    def dismiss(kind: str, id_: str) -> Response:
        account = roles.demand(*roles.OFFICE)
        with parts.door.transaction(account.office) as tx:
            done = retrying.dismiss(tx, _one(tx, kind, id_), by_account(tx, account).actor)
        return _back(int(done), "dismissed")

    return blueprint


def _shown(tx: Tx) -> dict[str, Any]:
    g.zone = tx.office.zone
    found = _seen(tx)
    groups = [(kind, [each for each in found if each.kind == kind]) for kind in KINDS]
    return {
        "groups": [(kind, listed) for kind, listed in groups if listed],
        "count": len(found),
        "now": tx.now,
        "said": saying.heard(),
        "redact": redact,
        "Can": Can,
    }


def _seen(tx: Tx) -> list[Failure]:
    return failures.within(tx, me().scope)


def _one(tx: Tx, kind: str, id_: str) -> Failure:
    """The failure that is meant. Raises NotFound: it is out of scope, or was settled meanwhile."""
    found = next((each for each in _seen(tx) if (each.kind, each.id) == (kind, id_)), None)
    if found is None:
        raise NotFound(f"no failure {kind} {id_!r}")
    return found


def _back(done: int, how: str) -> Response:
    """To the list, which says what was done; where nothing could be, why."""
    saying.say(f"supervise.failures.{how}" if done else "supervise.failures.not_now", count=done)
    return redirect(url_for("failures.page"), 303)
