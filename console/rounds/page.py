"""/rounds: plans, the rounds of a month, coverage, scores by committee, and what was found before anyone called."""

from dataclasses import asdict
from datetime import date, timedelta
from itertools import islice
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, Name
from cases.report import clean
from console.entry.guard import me
from console.parts import ConsoleParts
from console.rounds import one, plates
from console.supervise import roles, saying
from dispatch.figures.counting import Period as Stretch
from dispatch.figures.counting import Value, count
from dispatch.figures.definitions import BY_CODE
from dispatch.figures.reading import read_received
from dispatch.figures.report import days, percent
from dispatch.figures.rounds import coverage, coverage_by, scores
from dispatch.rounds import plans, reads
from dispatch.rounds.life import record
from dispatch.rounds.periods import Period, asked
from dispatch.rounds.plans import BadPlan, Wanted
from dispatch.rounds.reads import Narrowed
from dispatch.rounds.templates import RoundKind
from dispatch.transaction import Tx

UNFIT = 422
_MONTHS = 12  # that scores look back over
_STATES = ("open", "done", "missed")


def make_blueprint(parts: ConsoleParts) -> Blueprint:
    """/rounds and a round below it; POST /rounds/plans and …/plans/<id>/end."""
    blueprint = Blueprint("rounds", __name__)
    plates.add_page(blueprint, parts)
    one.add_pages(blueprint, parts)

    @blueprint.get("/rounds")
    def page() -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx)
        return render_template("rounds.html", **shown)

    @blueprint.post("/rounds/plans")
    def plan() -> Response | tuple[str, int]:
        roles.demand(*roles.PLANNERS)
        try:
            with parts.door.transaction(me().office) as tx:
                _plan(tx)
        except BadPlan as bad:
            with parts.door.transaction(me().office) as tx:
                shown = _shown(tx, bad.why)
            return render_template("rounds.html", **shown), UNFIT
        return redirect(url_for("rounds.page", _anchor="plans"), 303)

    @blueprint.post("/rounds/plans/<id_>/end")
    def end(id_: str) -> Response:
        roles.demand(*roles.PLANNERS)
        with parts.door.transaction(me().office) as tx:
            mine = {each.id for each in reads.plans(tx, me().scope)}
            if roles.id_of(id_) not in mine:
                raise NotFound(f"no plan {id_}")
            if plans.end(tx, roles.id_of(id_)):
                saying.say("rounds.page.ended")
        return redirect(url_for("rounds.page", _anchor="plans"), 303)

    return blueprint


def _plan(tx: Tx) -> None:
    """Make the plans of the form; those that lie in the account's scope."""
    form = request.form
    more = tuple(clean(line).strip() for line in form.get("more", "").splitlines() if line.strip())
    template, grid, rule = (clean(form.get(name, "")).strip() for name in ("template", "grid", "rule"))
    wanted = Wanted(template, grid, rule, more=more)
    drafts = plans.draft(tx, wanted) if template else plans.standard(tx)
    mine = [each for each in drafts if roles.is_below(tx.district.unit(each.ground.unit), me().scope)]
    made = [each for each in mine if plans.make(tx, each, f"account:{me().login}") is not None]
    saying.say("rounds.page.made", count=len(made))


def _shown(tx: Tx, wrong: Message | None = None) -> dict[str, Any]:
    g.zone = tx.office.zone
    today = tx.calendar.local_day(tx.now)
    month = request.args.get("month", "").strip()
    span = asked(month or f"{today:%Y-%m}", today) or asked(f"{today:%Y-%m}", today)
    if span is None:
        raise NotFound("no such month")
    wanted = _narrowed(span)
    within = days(span.start, span.last, tx.zone)
    counted = reads.counts(tx, me().scope, Narrowed(grid=wanted.grid, kind=wanted.kind), within)
    return {
        "now": tx.now, "span": span, "filter": wanted, "wrong": wrong, "said": saying.heard(),
        "kept": {name: value for name, value in asdict(wanted).items() if value and isinstance(value, str)},
        "before": f"{span.start - timedelta(days=1):%Y-%m}", "after": f"{span.end:%Y-%m}",
        "rows": reads.listed(tx, me().scope, wanted),
        "whole": coverage(counted, tx.now), "by_committee": _named(tx, coverage_by(counted, "committee", tx.now)),
        "first": _first(tx, within), "missed": record.missed(tx, me().scope, within).most_common(),
        "scored": _scores(tx, span), "percent": percent,
        "plans": reads.plans(tx, me().scope), "templates": tx.policy.rounds.values(),
        "kinds": list(RoundKind), "states": _STATES, "may_plan": me().role in roles.PLANNERS,
    }  # fmt: skip


def _narrowed(span: Period) -> Narrowed:
    """The filter in the address; a value that cannot be is taken as none."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return Narrowed(
        span.start, span.end, clean(request.args.get("grid", "")).strip(),
        kind if kind in set(RoundKind) else "", state if state in _STATES else "",
    )  # fmt: skip


def _first(tx: Tx, within: Stretch) -> Value:
    """What was found before anyone called."""
    return count(BY_CODE["found_first"], read_received(tx, within), within, me().scope)


def _named(tx: Tx, by_code: Any) -> list[tuple[Name, Any]]:
    return [(unit.name if (unit := tx.district.unit(code)) else Name(code), each) for code, each in by_code.items()]


def _scores(tx: Tx, span: Period) -> dict[str, Any]:
    """The mean scores of the committees over the twelve months up to the one that is looked at."""
    months = sorted(islice(_back(span.start.replace(day=1)), _MONTHS))
    found = scores(reads.counts(tx, me().scope, Narrowed(months[0], span.end, kind="inspection")))
    there = [month for month in months if any(key[1] == month for key in found)]
    lines = {code: [found.get((code, month)) for month in there] for code, _ in found}
    return {"months": there, "lines": _named(tx, lines)}


def _back(month: date) -> Any:
    while True:
        yield month
        month = (month - timedelta(days=1)).replace(day=1)
