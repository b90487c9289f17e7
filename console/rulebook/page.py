"""The decision table in force, what waits to be decided, the versions before it, and the table as a file."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, g, render_template, request
from werkzeug.exceptions import NotFound

from cases.phrases import Message, Name
from cases.states import Role as Part
from console.case.shown import teller_of
from console.entry.guard import me
from console.parts import ConsoleParts
from console.rulebook import rows, workbook
from console.rulebook.rows import Row
from console.supervise import roles, saying
from console.words import language
from dispatch.loop.who import by_account
from dispatch.people.accounts import Role
from dispatch.publishing import drafts
from dispatch.reading.script import plain
from dispatch.reads.ruling.versions import policy_versions
from dispatch.ruling.shown.wording import Said, Wording
from dispatch.transaction import Tx

READERS = (Role.SUPERVISOR, Role.ADMIN)
MOST = 12  # drafts and versions that are shown


def add_to(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """/rules; /rules.csv and /rules.xlsx."""

    @blueprint.get("/rules")
    def page() -> str:
        account = roles.demand(*READERS)
        with parts.door.transaction(account.office) as tx:
            shown = listed(tx)
        return render_template("rules.html", **shown)

    @blueprint.get("/rules.<kind>")
    def file(kind: str) -> Response:
        account = roles.demand(*READERS)
        if kind not in workbook.KINDS:
            raise NotFound(f"no table as {kind!r}")
        with parts.door.transaction(account.office) as tx:
            content = workbook.written(tx.policy, wording(tx), language(), kind)
            name = f"rules-{tx.policy_version}.{kind}"
        return given(content, name, kind)


def given(content: bytes, name: str, kind: str) -> Response:
    """A file to take along."""
    answer = Response(content, content_type=workbook.KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def wording(tx: Tx) -> Wording:
    """Says the table in the words of what is in force."""
    return Wording(tx.policy, tx.district, tx.say)


def listed(tx: Tx, **more: Any) -> dict[str, Any]:
    """What the page shows; `more`: a form that could not be taken."""
    g.zone = tx.office.zone
    table, of_all = rows.rows(tx, tx.policy)
    wanted = request.args.get("q", "").strip()[:60]
    shown = drafts.listed(tx)[:MOST]
    return {
        "table": [row for row in table if _is_meant(tx, row, wanted)],
        "all": len(table),
        "wanted": wanted,
        "of_all": of_all,
        "wrong": sum(bool(row.wrong) for row in table),
        "version": tx.policy_version,
        "versions": policy_versions(tx, MOST),
        "drafts": shown,
        "names": names(tx, (each for row in shown for each in (row.proposed_by, row.changed_by))),
        **may(tx),
        "now": tx.now,
        "said": saying.heard(),
        "upload": {},
        **more,
    }


def _is_meant(tx: Tx, row: Row, wanted: str) -> bool:
    """Whether a row has the words that are looked for, in the reader's language."""
    lang = language()

    def said(value: Said) -> str:
        if isinstance(value, Message):
            return tx.say(value, lang)
        return value.in_language(lang) if isinstance(value, Name) else value

    words = (said(value) for cell in (*row.when, *row.send) for value in cell.values)
    return plain(wanted) in plain(" ".join((row.id, *words)))


def may(tx: Tx) -> dict[str, bool]:
    """What this account may do: a supervisor changes and decides, an administrator reads."""
    part = by_account(tx, me()).part
    return {"may_change": part in (Part.SUPERVISOR, Part.DISPATCHER), "may_decide": part is Part.SUPERVISOR}


def names(tx: Tx, actors: Iterable[str | None]) -> dict[str, str]:
    """Who is meant in drafts, by how they name them."""
    teller = teller_of(tx)
    return {actor: tx.say(teller.actor(actor), language()) for actor in set(filter(None, actors))}
