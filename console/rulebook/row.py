"""One row changed, added, moved or taken out: what comes of it is a draft for a second person, or the next version of
the open draft that it is a row of."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from cases.phrases import Message
from console.entry.guard import me
from console.parts import ConsoleParts
from console.rulebook.draft import Refused, one, refusing, seen
from console.rulebook.page import READERS, may, wording
from console.supervise import roles, saying
from console.words import language
from dispatch.loop.who import Who, by_account
from dispatch.policy import Policy
from dispatch.publishing import deciders, drafts
from dispatch.publishing.drafts import DraftTrouble, Reason
from dispatch.ruling.shown import sheet
from dispatch.transaction import Tx

CHOICES = ("kind", "level", "place", "service_line", "channel", "season", "source", "caller", "people")
ONE_OF = ("working_time", "again", "to", "unit", "role", "send_level", "sla", "confidential")
LISTS = ("category", "area", "keywords", "over", "co_handlers")
TEXTS = ("skill", "notice_zh", "notice_en")
STEPS = ("save", "up", "down", "remove")
Raw = dict[str, Any]


def add_to(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """/rules/row?id=…&draft=…: a form; POST: a draft, or a change of it. Without an id: a new row, before `before`."""

    @blueprint.get("/rules/row")
    def row() -> str:
        account = roles.demand(*READERS)
        with parts.door.transaction(account.office) as tx:
            shown = _shown(tx, request.args)
        return render_template("rules_row.html", **shown)

    @blueprint.post("/rules/row")
    def change() -> Response | tuple[str, int]:
        account = roles.demand(*READERS)
        try:
            with parts.door.transaction(account.office) as tx, refusing(tx) as who:
                number, version = _stored(tx, who)
        except Refused as refused:
            with parts.door.transaction(account.office) as tx:
                shown = _shown(tx, request.form, refused.told)
            return render_template("rules_row.html", **shown), HTTPStatus.UNPROCESSABLE_ENTITY
        saying.say("rulebook.said.changed" if version else "rulebook.said.proposed", number=number, version=version)
        return redirect(url_for("rules.draft", number=number), 303)


def _stored(tx: Tx, who: Who) -> tuple[int, int]:
    """The draft that the change is in now, and which version of it: the open one that it was made in, else a new one
    (0)."""
    why, draft = request.form.get("why", ""), _draft_of(tx, request.form)
    if draft is None or (draft.state != "open" and not seen()):
        return drafts.propose(tx, who, _changed(tx), why), 0
    drafts.open_one(tx, draft.number, seen())  # first: its row may be gone with the change that nobody has seen
    return draft.number, drafts.change(tx, draft.number, who, _changed(tx), Reason(why, seen()))


def _draft_of(tx: Tx, said: Mapping[str, str]) -> Any:
    """The draft that is looked at; none where it is the table in force. Raises NotFound."""
    written = said.get("draft", "")
    is_number = written.isascii() and written.isdecimal() and len(written) < 9
    return one(tx, int(written)) if is_number else None


def _base(tx: Tx, said: Mapping[str, str]) -> tuple[Raw, Policy, Any]:
    """The raw table that is changed, as it can be read, and the draft that it is of. Raises NotFound."""
    draft = _draft_of(tx, said)
    raw = drafts.rules_in_force(tx) if draft is None else json.loads(draft.body)
    return raw, drafts.drafted(tx, raw)[0], draft


def _shown(tx: Tx, said: MultiDict[str, str], refused: tuple[Message, ...] = ()) -> Raw:
    g.zone = tx.office.zone
    words, lang = wording(tx), language()
    _, policy, draft = _base(tx, said)
    id_ = said.get("row", "") or said.get("id", "")
    all_ = (*policy.rules, policy.default)
    found = next((rule for rule in all_ if rule.id == id_), None)
    if found is None and id_ and not refused:
        raise NotFound("no such row")
    line = sheet.line_of(found) if found else dict.fromkeys(sheet.COLUMNS, "")
    kept = _line(said) if refused else line
    newest = draft.revision if draft and draft.state == "open" else 0
    return {
        "row": id_,
        "before": said.get("before", ""),
        "is_default": found is not None and found.id == policy.default.id,
        "rule_id": kept["id"],
        "line": words.shown(kept, lang),
        "chosen": {column: set(sheet.apart(kept[column])) for column in (*CHOICES, *ONE_OF)},
        "words_of": {column: words.words(column) for column in (*CHOICES, *ONE_OF, *LISTS)},
        "rules": [rule.id for rule in policy.rules],
        "draft_number": draft.number if draft else None,
        # After a refusal still the version that was looked at: what came since has not been shown.
        "revision": seen() if refused else newest,
        "stale": bool(refused and draft and seen() != newest),
        "gone": found is None and bool(id_),
        "alone": _is_alone(tx, draft),
        "why": said.get("why", ""),
        "refused": refused,
        "CHOICES": CHOICES, "ONE_OF": ONE_OF, "LISTS": LISTS, "TEXTS": TEXTS,
        **may(tx),
    }  # fmt: skip


def _is_alone(tx: Tx, draft: Any) -> bool:
    """Whether nobody would be left to decide, once this person has written on it too."""
    hands = {by_account(tx, me()).actor}
    if draft is not None and draft.state == "open":
        hands |= drafts.hands(draft, drafts.past(tx, draft.id))
    return not deciders.somebody_left(tx, hands)


def _line(said: MultiDict[str, str]) -> dict[str, str]:
    """What the form says, as a line of the sheet."""
    return {column: "、".join(filter(None, said.getlist(f"c_{column}"))) for column in sheet.COLUMNS}


def _changed(tx: Tx) -> Raw:
    """The raw table with the change. Raises DraftTrouble."""
    said = request.form
    raw, policy, _ = _base(tx, said)
    rules: list[Raw] = list(raw["rules"])
    [line] = wording(tx).read([_line(said)])
    made, id_, step = sheet.row_of(line), said.get("row", ""), said.get("step", "save")
    if id_ and id_ == policy.default.id:
        return {"rules": rules, "default": {name: made[name] for name in ("id", "send")}}
    if step not in STEPS:
        raise DraftTrouble("no_row")
    ids = [str(each.get("id", "")) for each in rules]
    if not id_:
        rules.insert(ids.index(said["before"]) if said.get("before") in ids else len(rules), made)
    elif id_ not in ids:
        raise DraftTrouble("no_row")
    else:
        rules = _stepped(rules, ids.index(id_), step, made)
    return {"rules": rules, "default": raw["default"]}


def _stepped(rules: list[Raw], at: int, step: str, made: Raw) -> list[Raw]:
    others = [*rules[:at], *rules[at + 1 :]]
    if step == "remove":
        return others
    if step == "save":
        return [*rules[:at], made, *rules[at + 1 :]]
    to = max(at - 1, 0) if step == "up" else at + 1
    return [*others[:to], rules[at], *others[to:]]
