"""Where a case stands, in sentences: how and when it was closed, the attempt, and for whose decision it waits."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from cases.phrases import msg
from cases.states import CLOSED, State
from console.standing import alike, asked, beside, whistles
from console.standing.note import OVER, PLAIN, WAITS, Note
from console.standing.telling import Teller
from dispatch.reads.around import Around

__all__ = ["OVER", "PLAIN", "WAITS", "Note", "notes"]


def notes(case: Any, around: Around, teller: Teller, now: datetime) -> list[Note]:
    """The sentences of a case's row, the most important first."""
    if State(case.state) in CLOSED:
        called = [row for row in around.summoned if row.is_open]  # to be evaluated still
        return [
            *_over(case), *whistles.notes(called, teller, now), *asked.notes(case, around, teller), *_told_with(around),
        ]  # fmt: skip
    return [
        *_sorted_first(case),
        *_disputed(case, around, teller),
        *_waits(case, around, teller, now),
        *asked.notes(case, around, teller),
        *whistles.notes(around.summoned, teller, now),
        *beside.notes(list(around.beside), teller),
        *alike.notes(around),
        *_again(case),
        *_told_with(around),
    ]


def _told_with(around: Around) -> Iterator[Note]:
    """What the same message told too."""
    if around.told_with:
        yield Note(PLAIN, msg("triage.standing.told_with", numbers="、".join(around.told_with)))


def _sorted_first(case: Any) -> Iterator[Note]:
    if case.triage is not None:
        yield Note(WAITS, msg(f"triage.standing.{case.triage}"))


def _over(case: Any) -> Iterator[Note]:
    if case.closed_at is None:
        return
    kind = msg(f"cases.closing_kind.{case.closing_kind}") if case.closing_kind else msg(f"cases.state.{case.state}")
    yield Note(OVER, msg("console.standing.closed", kind=kind, at=case.closed_at))
    if case.attempt > 1:
        yield Note(PLAIN, msg("console.standing.attempts", attempt=case.attempt))
    if case.first_closed_at is not None and case.first_closed_at != case.closed_at:
        yield Note(PLAIN, msg("console.standing.first_closed", at=case.first_closed_at))


def _waits(case: Any, around: Around, teller: Teller, now: datetime) -> Iterator[Note]:
    if around.returning is not None:
        reason = msg(f"cases.reason.{around.returning.code}")
        by, said = teller.worker(around.returning.staff), teller.said(around.returning.content_id)
        asked_at = around.returning.asked_at
        yield Note(WAITS, msg("console.standing.returning", who=by, reason=reason, at=asked_at, said=said))
    if around.proposed is not None:
        kind = msg(f"ending.proposal.{around.proposed.what}")
        who, said = teller.actor(around.proposed.proposed_by), teller.said(around.proposed.content_id)
        proposed_at = around.proposed.proposed_at
        yield Note(WAITS, msg("console.standing.proposed", who=who, kind=kind, at=proposed_at, said=said))
    elif case.awaits is not None and around.answered is not None:
        yield Note(WAITS, msg(f"console.standing.awaits_{case.awaits}", at=around.answered.ended_at))
    elif case.state == State.TO_CALL_BACK:
        yield _asked(around, now)


def _disputed(case: Any, around: Around, teller: Teller) -> Iterator[Note]:
    """Whose case it is waits for an adjudicator, or was adjudicated."""
    line = around.disputed
    if line is None:
        return
    facts = json.loads(line.canonical)["facts"]
    if line.kind == "adjudicated":
        yield Note(PLAIN, msg("dispute.standing.final", at=line.at, unit=teller.unit(facts["unit"])))
    elif case.state == State.IN_DISPUTE:
        cause, who = msg(f"dispute.cause.{facts['cause']}"), teller.actor(line.actor)
        said = teller.said(line.content_id)
        yield Note(WAITS, msg("dispute.standing.disputed", cause=cause, who=who, at=line.at, said=said))


def _asked(around: Around, now: datetime) -> Note:
    """Which question is under way; where none is, a person rings."""
    missed = msg("console.standing.missed", n=around.missed) if around.missed else ""
    if around.asked is None:
        return Note(WAITS, msg("console.standing.call_back", missed=missed))
    through = msg(f"console.through.{around.asked.channel}")
    if around.asked.next_at is not None and around.asked.next_at > now:
        return Note(PLAIN, msg("console.standing.will_ask", through=through, at=around.asked.next_at, missed=missed))
    return Note(PLAIN, msg("console.standing.asked", through=through, at=around.asked.asked_at, missed=missed))


def _again(case: Any) -> Iterator[Note]:
    if case.first_closed_at is not None:
        yield Note(PLAIN, msg("console.standing.reopened", at=case.first_closed_at, attempt=case.attempt))
    elif case.attempt > 1:
        yield Note(PLAIN, msg("console.standing.attempt", attempt=case.attempt))
