"""The same intake as one would write it first, for comparison: an ORM session in the request, an RQ job that routes.

The same tables, the same durability, Twilio's own validator, gunicorn with two processes of four threads, and one
worker of RQ that has everything loaded. It seals nothing, understands by one word and writes fewer rows than ours.
    gunicorn "bench.naive:make_app()"       python -m bench.naive      (the worker)
"""

import os
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from secrets import token_bytes, token_hex
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import redis
import sqlalchemy as sa
from flask import Flask, Response, request
from rq import Queue, SimpleWorker
from sqlalchemy.orm import Session, registry, sessionmaker
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from bench.ground import PUBLIC
from cases import models as record
from dispatch import models as dispatching

PATH = "/sms"
_QUEUE = "naive"
_STEPS = ("accept", "dispatch", "sign_for", "first_contact", "visit", "finding", "told", "verify", "call_back")


class Row:
    """Any row: its columns are its attributes."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

        def __setattr__(self, name: str, value: Any) -> None: ...

    def __init__(self, **columns: Any) -> None:
        for name, value in columns.items():
            setattr(self, name, value)


class Inbox(Row): ...


class Party(Row): ...


class Content(Row): ...


class Case(Row): ...


class Event(Row): ...


class Timer(Row): ...


class Outbox(Row): ...


class Unit(Row): ...


class Staff(Row): ...


_TABLES = {
    Inbox: dispatching.inbox, Party: record.party, Content: record.content, Case: record.cases, Event: record.event,
    Timer: record.timer, Outbox: dispatching.outbox, Unit: dispatching.unit, Staff: dispatching.staff,
}  # fmt: skip
_UNIT = dispatching.unit.c
_mapping = registry()
for _class, _table in _TABLES.items():
    _mapping.map_imperatively(_class, _table)


def _sessions() -> sessionmaker[Session]:
    return sessionmaker(sa.create_engine(os.environ["DATABASE_URL"], pool_size=8))


def make_app() -> Flask:
    """The web server: keeps the text and its case, and leaves the rest to the queue."""
    app = Flask("naive")
    sessions, queue = _sessions(), Queue(_QUEUE, connection=redis.Redis.from_url(os.environ["REDIS_URL"]))
    validator = RequestValidator(os.environ["TWILIO_AUTH_TOKEN"])

    @app.post(PATH)
    def sms() -> Response:
        form = request.form.to_dict()
        if not validator.validate(PUBLIC + PATH, form, request.headers.get("X-Twilio-Signature", "")):
            return Response(status=403)
        with sessions() as session:
            if session.get(Inbox, ("text", form["MessageSid"])) is None:
                case = _keep(session, form)
                session.commit()
                queue.enqueue(route, str(case))
        return Response(str(MessagingResponse()), mimetype="text/xml")

    return app


def _keep(session: Session, form: dict[str, str]) -> UUID:
    now, id_ = datetime.now(UTC), uuid4()
    office = session.query(Unit).filter_by(kind="office").order_by(_UNIT.code).first()
    assert office is not None
    words, number = form["Body"], sha256(form["From"].encode()).digest()
    party = session.query(Party).filter_by(office_id=office.office_id, number_hash=number).one_or_none()
    if party is None:
        sealed = form["From"].encode()
        party = Party(
            id=uuid4(),
            office_id=office.office_id,
            number_hash=number,
            number_sealed=sealed,
            lang="zh_CN",
            created_at=now,
        )
        session.add(party)
    said = Content(id=uuid4(), office_id=office.office_id, kind="words", sealed=words.encode(), created_at=now)
    session.add_all(
        [
            Inbox(kind="text", key=form["MessageSid"], line="main", received_at=now, status=200, answer=b"<Response/>"),
            said,
        ]
    )
    session.flush()
    session.add(
        Case(
            id=id_, office_id=office.office_id, number=f"naive-{id_}", address=token_hex(10), state="registered",
            channel="text", line="main", category="other", kind="complaint", level="L3", service_line="sanitation",
            summary=words, place_kind="unknown", party_id=party.id, content_id=said.id, code_sealed=token_bytes(35),
            visit_code_sealed=token_bytes(33), unit_id=office.id, attempt=1, rule="", reasons="[]", policy_version=1,
            received_at=now, last_seq=1, last_at=now, last_hash="",
        )
    )  # fmt: skip
    session.flush()
    _tell(session, office.office_id, id_, 1, "registered")
    return id_


def _tell(session: Session, office: UUID, case: UUID, seq: int, kind: str) -> None:
    canonical = f'{{"case":"{case}","kind":"{kind}","seq":{seq}}}'
    digest = sha256(canonical.encode()).hexdigest()
    session.add(
        Event(
            id=uuid4(), office_id=office, case_id=case, seq=seq, kind=kind, at=datetime.now(UTC), actor="system",
            canonical=canonical, hash=digest,
        )
    )  # fmt: skip


_work: dict[str, sessionmaker[Session]] = {}


def route(case_id: str) -> None:
    """The job: who acts, until when, and what they are told."""
    sessions = _work.setdefault("sessions", _sessions())
    with sessions() as session:
        case = session.get(Case, UUID(case_id))
        assert case is not None
        unit = session.query(Unit).filter_by(kind="courtyard").order_by(_UNIT.code).first()
        assert unit is not None
        worker = session.query(Staff).filter(dispatching.staff.c.party_id.is_not(None)).first()
        assert worker is not None
        case.category = "lift" if "电梯" in case.summary else "other"
        case.unit_id, case.worker_id, case.state, case.last_seq = unit.id, worker.id, "dispatched", 3
        for seq, kind in ((2, "accepted"), (3, "dispatched")):
            _tell(session, case.office_id, case.id, seq, kind)
        for step in _STEPS:
            session.add(_timer(case, unit.id, step))
        for purpose, party in (("receipt", case.party_id), ("order", worker.party_id)):
            session.add(_message(case, purpose, party))
        session.commit()


def _timer(case: Any, unit: UUID, step: str) -> Timer:
    due = datetime.now(UTC) + timedelta(days=1)
    return Timer(
        id=uuid4(), office_id=case.office_id, case_id=case.id, step=step, attempt=1, unit_id=unit, payer="unit",
        state="open", limit_text="1 d", started_at=datetime.now(UTC), warn_at=due, due_at=due, fires_at=due, fired=0,
        tries=0,
    )  # fmt: skip


def _message(case: Any, purpose: str, party: UUID) -> Outbox:
    now = datetime.now(UTC)
    return Outbox(
        id=uuid4(), office_id=case.office_id, case_id=case.id, party_id=party, line="main", channel="text",
        purpose=purpose, content_id=case.content_id, state="pending", tries=0, next_at=now, created_at=now,
    )  # fmt: skip


if __name__ == "__main__":
    from bench import naive  # under the name by which the jobs call it

    connection = redis.Redis.from_url(os.environ["REDIS_URL"])
    SimpleWorker([Queue(naive._QUEUE, connection=connection)], connection=connection).work(logging_level="WARNING")
