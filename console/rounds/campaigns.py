"""/campaigns: batches of cases with one plan and a shared deadline."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from cases.report import clean
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles, saying
from console.supervise.planning import unit_of
from dispatch.loop.who import by_account
from dispatch.rounds import campaigns
from dispatch.rounds.campaigns import BadCampaign, CampaignRow
from dispatch.transaction import Tx

UNFIT = 422


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/campaigns and one below it; POST /campaigns, …/<id>/cases and …/<id>/end."""
    blueprint = Blueprint("campaigns", __name__)

    @blueprint.get("/campaigns")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _listed(tx)
        return render_template("campaigns.html", **shown)

    @blueprint.post("/campaigns")
    def make() -> Response | tuple[str, int]:
        roles.demand(*roles.PLANNERS)
        try:
            with parts.door.transaction(me().office) as tx:
                id_ = _make(tx)
        except BadCampaign as bad:
            with parts.door.transaction(me().office) as tx:
                shown = _listed(tx, bad.why)
            return render_template("campaigns.html", **shown), UNFIT
        return redirect(url_for("campaigns.show", id_=id_), 303)

    @blueprint.get("/campaigns/<id_>")
    def show(id_: str) -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _one(tx, id_)
        return render_template("campaign.html", **shown)

    _add_deeds(blueprint, parts)
    return blueprint


def _add_deeds(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """What is done to a campaign."""

    @blueprint.post("/campaigns/<id_>/cases")
    def join(id_: str) -> Response | tuple[str, int]:
        roles.demand(*roles.PLANNERS)
        try:
            with parts.door.transaction(me().office) as tx:
                numbers = clean(request.form.get("numbers", "")).replace(",", " ").replace("，", " ").split()
                actor = by_account(tx, me()).actor
                new = campaigns.join(tx, _row(tx, id_).id, numbers, me().scope, actor)
        except BadCampaign as bad:
            with parts.door.transaction(me().office) as tx:
                shown = _one(tx, id_, bad.why)
            return render_template("campaign.html", **shown), UNFIT
        saying.say("rounds.campaign.joined", count=new)
        return redirect(url_for("campaigns.show", id_=id_), 303)

    @blueprint.post("/campaigns/<id_>/end")
    def end(id_: str) -> Response:
        roles.demand(*roles.PLANNERS)
        with parts.door.transaction(me().office) as tx:
            if campaigns.end(tx, _row(tx, id_).id):
                saying.say("rounds.campaign.ended")
        return redirect(url_for("campaigns.show", id_=id_), 303)


def _make(tx: Tx) -> Any:
    """The campaign of the form. Raises BadCampaign."""
    said = request.form.get("due", "").strip()
    try:
        due = datetime.fromisoformat(said)
    except ValueError:
        raise BadCampaign(msg("rounds.campaign.no_due")) from None
    due = (due if due.tzinfo else due.replace(tzinfo=tx.zone)).astimezone(UTC)
    words = (clean(request.form.get("name", "")), clean(request.form.get("plan", "")), due)
    return campaigns.make(tx, unit_of(tx, request.form.get("unit", "")), words, by_account(tx, me()).actor)


def _row(tx: Tx, id_: str) -> CampaignRow:
    found = campaigns.one(tx, me().scope, roles.id_of(id_))
    if found is None:
        raise NotFound(f"no campaign {id_}")
    return found


def _listed(tx: Tx, wrong: Message | None = None) -> dict[str, Any]:
    g.zone = tx.office.zone
    units = [unit for unit in tx.district.units if roles.is_below(unit, me().scope)]
    return {
        "now": tx.now, "rows": campaigns.listed(tx, me().scope), "units": units, "wrong": wrong,
        "form": request.form, "said": saying.heard(), "may_plan": me().role in roles.PLANNERS,
    }  # fmt: skip


def _one(tx: Tx, id_: str, wrong: Message | None = None) -> dict[str, Any]:
    g.zone = tx.office.zone
    row = _row(tx, id_)
    return {
        "now": tx.now, "campaign": row, "cases": campaigns.cases_of(tx, row.id, me().scope), "wrong": wrong,
        "form": request.form, "said": saying.heard(), "may_plan": me().role in roles.PLANNERS,
    }  # fmt: skip
