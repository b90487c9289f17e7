"""A draft: what it changes, what is wrong with it, what it would have done; brought as a file, decided by two."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message, msg
from console.entry.guard import me
from console.parts import ConsoleParts
from console.rulebook import rows, workbook
from console.rulebook.page import READERS, given, listed, may, names, wording
from console.supervise import roles, saying
from console.words import language
from dispatch.loop.who import NotYours, Who, by_account
from dispatch.policy import Fault, PolicyErrors
from dispatch.publishing import deciders, drafts
from dispatch.publishing.drafts import DraftTrouble, Reason
from dispatch.reads.ruling.past import past
from dispatch.ruling.lint import lint
from dispatch.ruling.replay import replay
from dispatch.transaction import Tx

FAULTS = 60  # that are told at once
MOST_DAYS, MOST_CASES, SHOWN = 30, 3000, 60  # of a replay on the page; the command line takes more


class Refused(Exception):
    """What was asked is not done; `told` says why."""

    def __init__(self, told: tuple[Message, ...]) -> None:
        super().__init__(told[0].id)
        self.told = told


def add_to(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """POST /rules/drafts; /rules/drafts/<number>, …/replay; POST …/approve, …/refuse, …/withdraw; POST
    /rules/versions/<v>/back."""

    @blueprint.post("/rules/drafts")
    def upload() -> Response | tuple[str, int]:
        account = roles.demand(*READERS)
        try:
            with parts.door.transaction(account.office) as tx, refusing(tx) as who:
                return _taken(tx, who)
        except Refused as refused:
            with parts.door.transaction(account.office) as tx:
                shown = listed(tx, upload={"why": request.form.get("why", ""), "wrong": refused.told})
        return render_template("rules.html", **shown), HTTPStatus.UNPROCESSABLE_ENTITY

    @blueprint.get("/rules/drafts/<int:number>")
    def draft(number: int) -> str:
        account = roles.demand(*READERS)
        with parts.door.transaction(account.office) as tx:
            shown = _shown(tx, number)
        return render_template("rules_draft.html", **shown)

    @blueprint.get("/rules/drafts/<int:number>/replay")
    def replayed(number: int) -> str:
        account = roles.demand(*READERS)
        with parts.door.transaction(account.office) as tx:
            part = "HX-Request" in request.headers
            shown = {"number": number} if part else _shown(tx, number)
            shown |= _replayed(tx, number)
        return render_template("rules_replay.html" if part else "rules_draft.html", **shown)

    @blueprint.post("/rules/versions/<int:version>/back")
    def back(version: int) -> Response | tuple[str, int]:
        account = roles.demand(*READERS)
        try:
            with parts.door.transaction(account.office) as tx, refusing(tx) as who:
                number = drafts.roll_back(tx, who, version, _said("why"))
        except Refused as refused:
            with parts.door.transaction(account.office) as tx:
                shown = listed(tx, back={"version": version, "wrong": refused.told})
            return render_template("rules.html", **shown), HTTPStatus.UNPROCESSABLE_ENTITY
        saying.say("rulebook.said.rolled_back", to=version, version=number)
        return redirect(url_for("rules.page"), 303)

    _add_decisions(blueprint, parts)


def _add_decisions(blueprint: Blueprint, parts: ConsoleParts) -> None:
    @blueprint.post("/rules/drafts/<int:number>/approve")
    def approve(number: int) -> Response | tuple[str, int]:
        return _decide(parts, number, lambda tx, who: drafts.approve(tx, number, who, seen(), _moment(tx)), "approved")

    @blueprint.post("/rules/drafts/<int:number>/refuse")
    def refuse(number: int) -> Response | tuple[str, int]:
        return _decide(parts, number, lambda tx, who: drafts.refuse(tx, number, who, _reason()), "refused")

    @blueprint.post("/rules/drafts/<int:number>/withdraw")
    def withdraw(number: int) -> Response | tuple[str, int]:
        return _decide(parts, number, lambda tx, who: drafts.withdraw(tx, number, who, _reason()), "withdrawn")


def _said(name: str) -> str:
    return request.form.get(name, "").strip()


def seen() -> int:
    """The version of the draft that was looked at, as the form says; 0, which no draft has, where it does not."""
    written = _said("revision")
    return int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else 0


def _reason() -> Reason:
    return Reason(_said("why"), seen())


@contextmanager
def refusing(tx: Tx) -> Iterator[Who]:
    """Who acts; what the house refuses, in plain words."""
    try:
        yield by_account(tx, me())
    except PolicyErrors as errors:
        raise Refused(told(errors.faults)) from errors
    except DraftTrouble as trouble:
        raise Refused((msg(f"rulebook.no.{trouble.code}"),)) from trouble
    except NotYours as error:
        raise Refused((msg("rulebook.no.not_yours"),)) from error
    except workbook.Unreadable as error:
        raise Refused((error.told,)) from error


def told(faults: tuple[Fault, ...]) -> tuple[Message, ...]:
    """Faults as the page tells them."""
    said = [msg("rulebook.fault", where=f.path, trouble=f.trouble, remedy=f.remedy) for f in faults[:FAULTS]]
    return (*said, *([msg("rulebook.more_faults", count=len(faults) - FAULTS)] if len(faults) > FAULTS else []))


def _taken(tx: Tx, who: Who) -> Response:
    """A file becomes a draft, or comes back with what is wrong in a column of its own."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise workbook.Unreadable("none")
    lines = workbook.lines_of(file.filename[:80], file.read())
    words = wording(tx)
    found = workbook.rules_of(lines, words)
    if _said("step") == "errors":
        policy, faults = drafts.drafted(tx, found)
        wrong = [each.fault for each in lint(policy, tx.district, faults)]
        kind = "csv" if file.filename.casefold().endswith(".csv") else "xlsx"
        return given(workbook.with_errors(lines, wrong, words, language(), kind), f"rules-checked.{kind}", kind)
    number = drafts.propose(tx, who, found, _said("why"))
    saying.say("rulebook.said.proposed", number=number)
    return redirect(url_for("rules.draft", number=number), 303)


def _moment(tx: Tx) -> datetime | None:
    """From when on, on the office's clock; none where nothing was said."""
    if not _said("from"):
        return None
    try:
        at = datetime.fromisoformat(_said("from"))
    except ValueError:
        raise DraftTrouble("past") from None
    return at if at.tzinfo else at.replace(tzinfo=tx.zone)


def _decide(
    parts: ConsoleParts, number: int, decide: Callable[[Tx, Who], object], how: str
) -> Response | tuple[str, int]:
    account = roles.demand(*READERS)
    try:
        with parts.door.transaction(account.office) as tx, refusing(tx) as who:
            decide(tx, who)
    except Refused as refused:
        with parts.door.transaction(account.office) as tx:
            shown = _shown(tx, number, refused.told)
        return render_template("rules_draft.html", **shown), HTTPStatus.UNPROCESSABLE_ENTITY
    saying.say(f"rulebook.said.{how}", number=number)
    return redirect(url_for("rules.draft", number=number), 303)


def one(tx: Tx, number: int) -> Any:
    """A draft. Raises NotFound."""
    try:
        return drafts.one(tx, number)
    except DraftTrouble as trouble:
        raise NotFound(f"no draft {number}") from trouble


def _shown(tx: Tx, number: int, refused: tuple[Message, ...] = ()) -> dict[str, Any]:
    g.zone = tx.office.zone
    row = one(tx, number)
    policy, faults = drafts.drafted(tx, json.loads(row.body))
    table, of_all = rows.rows(tx, policy, faults)
    before = drafts.past(tx, row.id)
    hands = drafts.hands(row, before)
    return {
        "draft": row,
        "before": before,
        "number": number,
        "difference": rows.difference(tx, tx.policy, policy),
        "table": table,
        "of_all": of_all,
        "wrong": sum(bool(each.wrong) for each in table),
        "version": tx.policy_version,
        "names": names(tx, (*hands, row.decided_by)),
        **may(tx),
        "mine": by_account(tx, me()).actor in hands,
        "somebody_left": deciders.somebody_left(tx, hands),
        "said": saying.heard(),
        "refused": refused,
        "days": 7,
        "replay": None,
    }


def _replayed(tx: Tx, number: int) -> dict[str, Any]:
    """What the draft would have done with the newest cases of some days."""
    g.zone = tx.office.zone
    written = request.args.get("days", "")
    days = min(max(int(written), 1), MOST_DAYS) if written.isascii() and written.isdecimal() else 7
    policy, faults = drafts.drafted(tx, json.loads(one(tx, number).body))
    if faults:
        return {"days": days, "replay": None, "unfit": told(faults)}
    seen = replay(past(tx, days, MOST_CASES), tx.policy, policy, tx.district)
    units = {unit.code: unit.name for unit in tx.district.units}
    people = {worker.code: worker.name for worker in tx.district.workers}
    return {
        "days": days,
        "replay": seen,
        "cut": seen.cases >= MOST_CASES,
        "most": MOST_CASES,
        "shown_most": SHOWN,
        "load": [(units.get(code, code), *pair) for code, pair in seen.load.items() if pair[0] != pair[1]],
        "units": units,
        "people": people,
    }
