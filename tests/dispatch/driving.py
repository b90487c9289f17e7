"""Drives many cases of one database and their models side by side, a step of each in a transaction of its own, and
holds the one against the other after every step."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from cases.report import Channel
from dispatch import desk
from dispatch.acts import doing
from dispatch.acts.refusals import Moved, Refused
from dispatch.due import handlers
from dispatch.life.leaving_reasons import BackReason
from dispatch.loop import telling, verdicts, visits
from dispatch.loop.verdicts import KEYS
from dispatch.loop.who import Who, by_code
from dispatch.people import parties
from dispatch.reports import Report
from tests.dispatch import modelled_deeds as deeds
from tests.dispatch import modelled_itself as itself
from tests.dispatch.driven import (
    DOERS,
    FAR,
    LAST,
    LEADS,
    OBSERVED,
    PARTS,
    UNITS,
    USES,
    WINDOW,
    Life,
    Undone,
    weight,
)  # fmt: skip
from tests.dispatch.looping import visit_code
from tests.dispatch.modelled import OVER, Case, Kind, Look, Person
from tests.dispatch.shifts import OFFICE
from tests.stage import LINE, MORNING, RESIDENT, Stage

_ORDERS = ("dispatched", "rerouted", "adjudicated", "moved")  # lines that say who has it


class Driver:
    """A stage, the cases on it, and the people."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.lives: list[Life] = []
        self.steps: dict[str, int] = {}
        self.now, self.wrong = MORNING, False
        self.eyes = stage.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        rows = stage.rows("SELECT s.code, s.role, u.path FROM staff s JOIN unit u ON u.id = s.unit_id")
        self.people = {
            str(row.code): Person(str(row.code), PARTS.get(str(row.role), "unit"), row.role in LEADS, str(row.path))
            for row in rows
        }
        self.workers = {str(row.code): str(row.path) for row in rows if row.role == "grid_worker"}
        self.paths = {str(row.code): str(row.path) for row in stage.rows("SELECT code, path FROM unit")}
        with stage.door.transaction(LINE) as tx:
            self.who: dict[str, Who] = {code: by_code(tx, code) for code in self.people}

    def rows(self, query: str, **values: object) -> Sequence[Any]:
        """What the database holds."""
        return self.eyes.execute(sa.text(query), values).all()

    def one(self, query: str, **values: object) -> Any:
        """The one row that a query finds."""
        [row] = self.rows(query, **values)
        return row

    def report(self, kind: Kind) -> None:
        """A case that begins."""
        with self.stage.door.transaction(LINE) as tx:
            party = parties.party_of(tx, RESIDENT) if kind.known else None
            channel = Channel.TEXT if kind.known else Channel.WEB
            taken = desk.take_report(tx, Report(channel, party, kind.words, tx.now))
            self.now = tx.now
        life = Life(taken.case_id, taken.number, Case(kind, "", ""))
        self.lives.append(life)
        [row] = self.look([life])
        life.case, life.ordered = Case(kind, str(row.unit), row.person), {str(row.unit): self.now}
        self.same(life, row, "report")

    def look(self, lives: Sequence[Life]) -> Sequence[Any]:
        """How cases stand, and the lines of their histories that were not seen yet."""
        seen = "{" + ",".join(f'"{life.id}":{life.seen}' for life in lives) + "}"
        return self.eyes.execute(OBSERVED, {"ids": [str(life.id) for life in lives], "seen": seen}).all()

    def same(self, life: Life, row: Any, step: str) -> None:
        """The record is as the model says."""
        life.story.append(f"{self.now.astimezone(OFFICE):%d %H:%M} {step}")
        life.seen, life.due = row.last_seq, {k: datetime.fromisoformat(v) for k, v in (row.running or {}).items()}
        case, asked = life.case, life.case.state in ("to_call_back", "answered")
        for kind, until in (row.requests or {}).items():  # until when is the clock's to say
            if kind in case.requests and until is not None:
                day = datetime.fromisoformat(until).astimezone(OFFICE).date().isoformat()
                case.requests[kind] = (*case.requests[kind][:4], day)
        wanted = {
            "state": case.state, "attempt": case.attempt, "awaits": case.awaits, "unit": case.unit,
            "person": case.person, "owed": case.owed, "running": case.running(), "requests": {*case.waiting()},
            "proposal": f"{case.proposal[0]} staff:{case.proposal[1]}" if case.proposal else None,
            "asked": case.asked if asked else "", "returning": case.returning,
        }  # fmt: skip
        found = {
            "state": row.state, "attempt": row.attempt, "awaits": row.awaits, "unit": row.unit, "person": row.person,
            "owed": row.owed, "running": set(life.due),
            "requests": set() if case.state in OVER else {*(row.requests or {})},
            "proposal": row.proposal, "asked": (row.asked or "") if asked else "", "returning": row.returning,
        }  # fmt: skip
        differs = {name: (value, found[name]) for name, value in wanted.items() if value != found[name]}
        assert not differs, self.told(life, f"(model, record): {differs}")

    def told(self, life: Life, trouble: str) -> str:
        """The whole story of a case, and what is wrong with it."""
        self.wrong = True
        whole = "\n".join([f"{life.number} {life.case.kind.words}", *life.story, trouble])
        print(whole)  # codes and ids are drawn anew where hypothesis plays it again: then this is all that is left
        return whole

    def step(self, life: Life, draw: Random) -> None:
        """Something happens to a case."""
        chosen = draw.random()
        if chosen < 0.15 and life.case.texts and life.case.texts[-1] in ("pending", "failed"):
            self._carrier(life, draw)
        elif chosen < 0.2 and life.case.is_asked and life.case.asked:
            self._resident(life, draw)
        elif 0.2 < chosen < 0.23:
            self._rings(life)
        else:
            self._deed(life, draw)

    def _after(self, life: Life, step: str) -> None:
        self.steps[step.split()[0]] = self.steps.get(step.split()[0], 0) + 1
        [row] = self.look([life])
        self._handed(life, row)
        self.same(life, row, step)

    def _handed(self, life: Life, row: Any) -> None:
        """To whom a unit gives a case is not the model's; that it goes to this unit first is."""
        orders = [facts for kind, facts in row.lines or () if kind in _ORDERS]
        for place, facts in enumerate(orders):
            unit, person = self.paths[facts["unit"]], facts["worker"]
            known = place or (unit == life.case.unit and life.case.person in (None, person))
            assert known, self.told(life, f"given to {person} of {unit}")
            life.given(unit, person, self.now)

    def _carrier(self, life: Life, draw: Random) -> None:
        rows = self.rows(
            "SELECT id FROM outbox WHERE case_id = :id AND purpose = 'told' ORDER BY created_at, id", id=life.id
        )
        lost = draw.random() < 0.3
        with self.stage.door.transaction(LINE) as tx:
            if lost:
                telling.undelivered(tx, rows[-1].id, "30003")
            else:
                telling.delivered(tx, rows[-1].id)
        (itself.lost if lost else itself.arrived)(life.case)
        self._after(life, "lost" if lost else "arrived")

    def _resident(self, life: Life, draw: Random) -> None:
        [row] = self.rows(
            "SELECT id FROM question WHERE case_id = :id AND channel = 'text' AND attempt = :attempt "
            "ORDER BY asked_at DESC, id DESC LIMIT 1",
            id=life.id, attempt=life.case.attempt,
        )  # fmt: skip
        said = draw.choice("1234433")
        with self.stage.door.transaction(LINE) as tx:
            verdicts.answer(tx, row.id, KEYS[said])
        itself.answered(life.case, said)
        self._after(life, f"answered {said}")

    def _rings(self, life: Life) -> None:
        if life.case.person is None or life.case.state in OVER or not life.case.kind.known:
            return
        with self.stage.door.transaction(LINE) as tx:
            visits.contacted(tx, life.id, self.who[life.case.person].id, 40)
        itself.rang(life.case)
        self._after(life, "rang")

    def _deed(self, life: Life, draw: Random) -> None:
        looked_at = self.now
        deed, look = self._chosen(life, draw)
        look.said["until"] = self._until(life, deed)
        may = deeds.MAY[deed](look)
        undone = may and draw.random() < 0.1
        done = self._tried(life, deed, look, undone=undone)
        told = f"{deed} by {look.who.code} { ({k: v for k, v in look.said.items() if v and k in USES.get(deed, ())}) }"
        if may and not undone and not done:
            assert self._excused(life, deed, looked_at), self.told(life, f"{told} is refused: {self.why}")
        assert may or not done, self.told(life, f"{told} is possible")
        if undone or not done:
            self._after(life, f"{'undone' if undone else 'refused'}: {told}")
            return
        seen = life.seen
        deeds.DO[deed](look)
        self._after(life, told)
        if draw.random() < 0.1:
            self._twice(life, deed, look, seen)

    def _twice(self, life: Life, deed: str, look: Look, seen: int) -> None:
        """The same form again: whoever sent it is told that the case has moved on since."""
        done = self._tried(life, deed, look, seen=seen)
        assert not done, self.told(life, f"{deed} by {look.who.code} is done twice")
        assert self.why == "moved", self.told(life, f"{deed} by {look.who.code} again: {self.why}")
        self._after(life, f"again: {deed} by {look.who.code}")

    def _excused(self, life: Life, deed: str, looked_at: datetime) -> bool:
        """Refused rightly for what the model does not keep: windows, the calendar, or a deadline that came between the
        look and the deed."""
        if any(looked_at < due <= self.now for due in life.due.values()):
            return True
        late = self.now - life.ordered[life.case.unit] > WINDOW[life.case.kind.urgent]
        return (deed in ("return", "object") and late) or (deed == "extend" and self.why in FAR)

    def _tried(self, life: Life, deed: str, look: Look, *, undone: bool = False, seen: int = LAST) -> bool:
        said = look.said | ({"place": ""} if deed == "uphold" else {})  # which would put the place right
        try:
            with self.stage.door.transaction(LINE) as tx:
                self.now = tx.now
                if said["visit_code"]:
                    said["visit_code"] = visit_code(tx, life.id)
                told = doing.act(tx, self.who[look.who.code], life.id, deed, (said, seen))
                if undone:
                    tx.flush()
                    raise Undone
        except Undone:
            return False
        except Refused as no:
            self.why = no.why.id
        except Moved:
            self.why = "moved"
        else:
            self.why = told.id if told is not None else ""
            return doing.field_of(told) is None or (deed == "arrive" and not said["visit_code"])
        return False

    def _chosen(self, life: Life, draw: Random) -> tuple[str, Look]:
        """A deed and who does it: mostly one that is possible, sometimes any."""
        said = self._said(life, draw)
        late = frozenset(step for step, due in life.due.items() if due <= self.now)
        day = self.now.astimezone(OFFICE).date()
        codes = dict.fromkeys((*([life.case.person] if life.case.person else []), *DOERS))
        looks = [Look(life.case, self.people[code], said, day, late) for code in codes]
        can = [(deed, look) for deed in deeds.MAY for look in looks if deeds.MAY[deed](look)]
        names = sorted({deed for deed, _ in can})
        if not names or draw.random() < 0.12:
            return draw.choice([*deeds.MAY]), draw.choice(looks)
        [name] = draw.choices(names, [weight(life.case, each) for each in names])
        return draw.choice([each for each in can if each[0] == name])

    def _said(self, life: Life, draw: Random) -> dict[str, str]:
        """What is written into the fields."""
        case, unit = life.case, draw.choice(UNITS)
        colleagues = [code for code, path in self.workers.items() if path == case.unit and code != case.person]
        others = [each.number for each in self.lives if each is not life and each.case.state not in OVER]
        return {
            "visit_code": draw.choice(("right", "right", "right", "")), "place": "9号楼", "words": "灯泡坏了",
            "why": "理由充分", "reason": "not_ours", "unit": unit, "path": self.paths[unit],
            "person": draw.choice(colleagues) if colleagues else "",
            "answer": draw.choice(("1", "2", "3", "3", "4", "none")),
            "kind": draw.choice(("void", "planned", "partly_solved", "settled_by_residents", "explained")),
            "until": "",
            "what": draw.choice([*case.waiting()] or ["hold"]),
            "hold_reason": draw.choice(("waiting_resident", "court")),
            "extension_reason": "material", "waiver_reason": "no_access", "exception_reason": "not_reachable",
            "step": draw.choice(("finding", "told", "call_back")), "lead": draw.choice(others) if others else "",
            "back_reason": draw.choice(list(BackReason)).value, "decline_reason": "too_vague", "line": "110",
            "line_name": "",
        }  # fmt: skip

    def _until(self, life: Life, deed: str) -> str:
        """The date that a deed asks for."""
        since = life.due.get("told", self.now) if deed == "extend" else self.now
        return (since.astimezone(OFFICE) + timedelta(days=5)).date().isoformat()

    def passes(self, until: datetime, *, undone: bool) -> None:
        """Time passes, and what falls due is done; `undone`: first in a transaction that comes to nothing."""
        self.stage.plant("UPDATE clock SET ahead = :moment - now()", moment=until)
        if undone:
            with suppress(Undone), self.stage.door.transaction(LINE) as tx:
                handlers.fire_some(tx)
                raise Undone
        fired = 1
        while fired:
            with self.stage.door.transaction(LINE) as tx:
                self.now, fired = tx.now, handlers.fire_some(tx)
        for life, row in zip(sorted(self.lives, key=lambda each: each.id), self.look(self.lives), strict=True):
            for kind, facts in row.lines or ():
                self.steps[f"by itself: {kind}"] = self.steps.get(f"by itself: {kind}", 0) + 1
                self._fell_due(life, kind, facts)
            self.same(life, row, " ".join(["time:", *(kind for kind, _ in row.lines or ())]))

    def _fell_due(self, life: Life, kind: str, facts: dict[str, Any]) -> None:
        """What the system said by itself: whether it could, and what comes of it."""
        case = life.case
        if kind in ("moved", "dispatched"):
            life.given(self.paths[facts["unit"]], facts["worker"], self.now)
        elif kind in itself.BY_ITSELF:
            may, do = itself.BY_ITSELF[kind]
            assert may(case), self.told(life, f"{kind} by itself in {case.state}")
            do(case)
