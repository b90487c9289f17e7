"""One text rehearsed: which row decides, by which values, who would get it; by the table in force or by a draft."""

import json
from datetime import datetime
from functools import partial
from typing import Any

from flask import Blueprint, g, render_template, request

from cases.phrases import Message, msg
from cases.report import Channel, clean
from console.case.shown import teller_of
from console.parts import ConsoleParts
from console.rulebook.draft import one, told
from console.rulebook.page import READERS
from console.supervise import roles
from dispatch.choice import Background, stored
from dispatch.duty.burdens import About, look
from dispatch.hearing import Known
from dispatch.places import Place, shown
from dispatch.publishing import drafts
from dispatch.routing import in_question
from dispatch.rules import Verdict
from dispatch.ruling.rehearsal import Manner, People, Rehearsed, rehearse
from dispatch.ruling.shown import telling
from dispatch.transaction import Tx

MOST = 500  # characters of a text


def add_to(blueprint: Blueprint, parts: ConsoleParts) -> None:
    """/rules/try?text=…; nothing is written."""

    @blueprint.route("/rules/try", methods=["GET", "POST"])
    def trying() -> str:
        account = roles.demand(*READERS)
        with parts.door.transaction(account.office) as tx:
            shown = _shown(tx)
        return render_template("rules_try.html", **shown)


def _shown(tx: Tx) -> dict[str, Any]:
    g.zone = tx.office.zone
    said = request.values
    text = clean(said.get("text", ""))[:MOST]
    written = said.get("draft", "")
    number = int(written) if written.isascii() and written.isdecimal() and len(written) < 9 else None
    policy = tx.policy
    wrong: tuple[Message, ...] = ()
    if number is not None:
        policy, faults = drafts.drafted(tx, json.loads(one(tx, number).body))
        wrong = told(faults)
    at, trouble = _moment(tx, said.get("at", ""))
    channel = said.get("channel", "")
    manner = Manner(
        Channel(channel) if channel in set(Channel) else Channel.TEXT, at,
        known="anonymous" not in said, again="again" in said,
    )  # fmt: skip
    people = People(tx.absent, partial(_in_hand, tx, at))
    tried = rehearse(text, manner, Known(policy, tx.district), people) if text and not wrong and not trouble else None
    return {
        "text": text,
        "manner": manner,
        "said_at": said.get("at", ""),
        "trouble": trouble,
        "unfit": wrong,
        "draft_number": number,
        "drafts": [row.number for row in drafts.listed(tx) if row.state == "open"],
        "channels": list(Channel),
        "tried": tried,
        "most": MOST,
        **(_told(tx, tried) if tried else {}),
    }


def _in_hand(tx: Tx, at: datetime, verdict: Verdict, place: Place | None) -> Background:
    """What those who come into question have in hand now, and who knows the building."""
    people = [worker.id for worker in in_question(verdict, place, tx.district, at)]
    return look(tx, people, About(None, place.estate, place.building) if place else About())


def _told(tx: Tx, tried: Rehearsed) -> dict[str, Any]:
    teller = teller_of(tx)
    units = {unit.code: unit.name for unit in tx.district.units}
    return {
        "values": telling.report(tried.facts, tx.policy, tx.district),
        "send": telling.outcome(tried.verdict.outcome, tx.policy, tx.district),
        "where": shown(tried.where.place, tx.district),
        "asked": [units[code] for code in tried.choice.tries if code in units],
        "why": (*tried.matter.reasons, *tried.where.reasons),
        "candidates": [stored.told(each, teller.worker(each.worker)) for each in tried.choice.judged],
        "why_routed": (*tried.verdict.reasons, *tried.choice.reasons),
    }


def _moment(tx: Tx, written: str) -> tuple[datetime, Message | None]:
    """The moment that was said on the office's clock, now where none was."""
    now = tx.now.astimezone(tx.zone)
    if not written:
        return now, None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return now, msg("rulebook.no.no_moment")
    return at.astimezone(tx.zone) if at.tzinfo else at.replace(tzinfo=tx.zone), None
