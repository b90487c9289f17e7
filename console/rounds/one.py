"""/rounds/<id>: a round with its tasks, each reported by hand where no text came; given to another or
ended as missed by who plans."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from cases.report import clean
from console.entry.guard import me
from console.parts import ConsoleParts
from console.supervise import roles, saying
from console.words import language
from dispatch.duty.giving import UnknownPerson
from dispatch.loop.who import by_account
from dispatch.people.accounts import Role
from dispatch.rounds import pressing, reads, visiting
from dispatch.rounds.checklist import BadAnswers
from dispatch.rounds.life import handing, record
from dispatch.rounds.life.record import BY_HAND
from dispatch.rounds.visiting import FINDING, NOTHING, NoSuchTask, Said
from dispatch.transaction import Tx

UNFIT = 422
_REPORTERS = tuple(role for role in Role if role is not Role.ADMIN)


def add_pages(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """The page of a round; POST …/tasks/<id>, …/miss and …/give."""

    @blueprint.get("/rounds/<id_>")
    def show(id_: str) -> str:
        with parts.door.transaction(me().office) as tx:
            shown = _shown(tx, id_)
        return render_template("round.html", **shown)

    @blueprint.post("/rounds/<id_>/tasks/<task>")
    def report(id_: str, task: str) -> Response | tuple[str, int]:
        roles.demand(*_REPORTERS)
        try:
            with parts.door.transaction(me().office) as tx:
                _report(tx, id_, task)
        except _Unfit as unfit:
            with parts.door.transaction(me().office) as tx:
                shown = _shown(tx, id_, (task, unfit.why))
            return render_template("round.html", **shown), UNFIT
        return redirect(url_for("rounds.show", id_=id_, _anchor=f"task-{task}"), 303)

    for name, deed in (("miss", _miss), ("give", _give)):
        _add_deed(blueprint, parts, name, deed)


def _add_deed(blueprint: Blueprint, parts: ConsoleParts, name: str, deed: Callable[[Tx, str], None]) -> None:
    """POST …/<name>: what a planner decides about a round as a whole."""

    @blueprint.post(f"/rounds/<id_>/{name}", endpoint=name)
    def page(id_: str) -> Response | tuple[str, int]:
        roles.demand(*roles.PLANNERS)
        try:
            with parts.door.transaction(me().office) as tx:
                deed(tx, id_)
        except _Unfit as unfit:
            with parts.door.transaction(me().office) as tx:
                shown = _shown(tx, id_, (name, unfit.why))
            return render_template("round.html", **shown), UNFIT
        return redirect(url_for("rounds.show", id_=id_), 303)


def _miss(tx: Tx, id_: str) -> None:
    """The round ends as missed, for the reason of the form."""
    row, words = _row(tx, id_), clean(request.form.get("why", "")).strip()
    reason = next((each for each in BY_HAND if each == request.form.get("reason")), None)
    if row.state != "open":
        raise _Unfit(msg("rounds.page.round_over"))
    if reason is None or not words:
        raise _Unfit(msg("rounds.page.no_reason"))
    pressing.miss(tx, row.id, reason, (by_account(tx, me()).actor, words))
    saying.say("rounds.page.missed")


def _give(tx: Tx, id_: str) -> None:
    """The round goes to the person of the form."""
    row, words = _row(tx, id_), clean(request.form.get("why", "")).strip()
    if not words:
        raise _Unfit(msg("rounds.page.no_why"))
    try:
        to = handing.give(tx, row.id, request.form.get("to", ""), words, by_account(tx, me()).actor)
    except handing.NotOpen:
        raise _Unfit(msg("rounds.page.round_over")) from None
    except UnknownPerson:
        raise _Unfit(msg("rounds.page.nobody_there")) from None
    saying.say("rounds.page.given", to=to.name.in_language(language()))


class _Unfit(ValueError):
    """A form that cannot be taken."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


def _row(tx: Tx, id_: str) -> reads.RoundRow:
    found = reads.one(tx, me().scope, roles.id_of(id_))
    if found is None:
        raise NotFound(f"no round {id_}")
    return found


def _report(tx: Tx, id_: str, task: str) -> None:
    """What the form says of a task of this round."""
    row = _row(tx, id_)
    said = _said()
    try:
        if roles.id_of(task) not in {each.id for each in reads.tasks_of(tx, row.id)}:
            raise NoSuchTask
        told = visiting.report(tx, by_account(tx, me()), visiting.task_of(tx, roles.id_of(task)), said)
    except NoSuchTask:
        raise _Unfit(msg("rounds.page.over")) from None
    except BadAnswers as bad:
        raise _Unfit(bad.why) from bad
    saying.say("rounds.page.kept", told=tx.say(told, language()))


def _said() -> Said:
    """The form as a report. Raises _Unfit."""
    form = {name: clean(value).strip() for name, value in request.form.items()}
    words, outcome = form.get("words", ""), form.get("outcome", "")
    if outcome == FINDING and not words:
        raise _Unfit(msg("rounds.page.no_words"))
    points = form.get("answers", "").replace(",", " ").replace("，", " ").split()
    if not all(each.isascii() and each.isdigit() for each in points):
        raise _Unfit(msg("rounds.page.no_numbers"))
    known = outcome if outcome in (NOTHING, FINDING) else ""
    return Said(
        form.get("code", ""), form.get("place", ""), (), known, words if known == FINDING else "",
        tuple(map(int, points)),
    )  # fmt: skip


def _shown(tx: Tx, id_: str, wrong: tuple[str, Message] | None = None) -> dict[str, Any]:
    g.zone = tx.office.zone
    row = _row(tx, id_)
    tasks = reads.tasks_of(tx, row.id)
    return {
        "now": tx.now, "round": row, "tasks": tasks, "cases": reads.cases_of(tx, row.id),
        "checklist": reads.checklist_of(tx, row.id), "wrong": wrong, "form": request.form,
        "record": record.lines(tx, row.id), "reasons": BY_HAND, "people": handing.people(tx, row.id),
        "may_report": me().role in _REPORTERS, "may_plan": me().role in roles.PLANNERS, "said": saying.heard(),
    }  # fmt: skip
