"""Planted bugs: each is put into a process of ours before it starts, and stands nowhere else.

They are the mistakes that houses like this one have really made; the checker must find each of them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

_INTAKE = "chaos:intake"


def plant(bug: str, process: str) -> None:
    """Put a bug into this process, where it lives there."""
    places = BUGS[bug]
    if process in places:
        places[process]()


def _acknowledge_before_commit() -> None:
    """The carrier has its answer, and the commit comes a moment later. (Not of a call's first turn: else the
    next one would not find the call.)"""
    import gevent
    from gevent.event import AsyncResult

    from dispatch.transaction import Door
    from webhooks import answers

    right, commit = answers.once, Door._commit

    def later(door: Door, conn: sa.Connection) -> None:
        gevent.sleep(getattr(gevent.getcurrent(), "late", 0.0))
        commit(door, conn)

    def early(parts: Any, line: Any, claim: Any, deed: Callable[[Any], Any]) -> Any:
        told = AsyncResult()

        def doing(tx: Any) -> Any:
            answer = deed(tx)
            told.set(answer)
            return answer

        def work() -> None:
            gevent.getcurrent().late = 0.0 if claim.key.endswith("/0") else 1.5
            try:
                answer = right(parts, line, claim, doing)
            except Exception as trouble:
                told.set_exception(trouble)
            else:
                if not told.ready():
                    told.set(answer)

        gevent.spawn(work)
        return told.get()

    setattr(Door, "_commit", later)  # noqa: B010 - a method, changed on purpose
    _everywhere("once", right, early)


def _everywhere(name: str, right: object, wrong: object) -> None:
    """Put it in place of the right one in every room that has imported that."""
    import sys

    for room in list(sys.modules.values()):
        if getattr(room, name, None) is right:
            setattr(room, name, wrong)


def _mark_before_sending() -> None:
    """A text counts as sent as soon as somebody means to send it."""
    from dispatch import outbox

    right = outbox.take

    def take(tx: Any) -> Any:
        item = right(tx)
        if item is not None:
            tx.conn.execute(sa.text("UPDATE outbox SET state = 'sent', next_at = NULL WHERE id = :id"), {"id": item.id})
        return item

    outbox.take = take


def _look_then_insert() -> None:
    """No unique key: whether a request was seen is looked up before it is kept. (The world drops the keys.) Between
    the two stands a moment, so that a machine with a single free core still shows what two at once do."""
    from dispatch.tx import open as room

    wrong = room.OPEN_AND_CLAIM.replace(
        "ON CONFLICT (kind, key) DO NOTHING",
        "WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.kind = %(kind)s AND i.key = %(key)s) "
        "AND pg_sleep(0.3) IS NOT NULL",
    )
    assert wrong != room.OPEN_AND_CLAIM
    room.OPEN_AND_CLAIM = wrong


def _enqueue_only() -> None:
    """What a text says is put into the queue, and done by whoever takes it out."""
    import redis

    from app import settings as reader
    from webhooks.deeds import DEEDS

    client = redis.Redis.from_url(reader.load().redis.url or "")

    def take_text(_tx: Any, text: Any) -> None:
        said = {name: getattr(text, name) for name in ("sid", "sender", "body", "raw")}
        client.rpush(_INTAKE, json.dumps(said))

    object.__setattr__(DEEDS, "take_text", take_text)


def _work_off_queue() -> None:
    """The other end of `_enqueue_only`."""
    import redis

    from app import settings as reader
    from app.processes import jobs
    from hotline.events import TextIn
    from webhooks.deeds import DEEDS

    client: Any = redis.Redis.from_url(reader.load().redis.url or "")
    right = jobs.drain

    def drain() -> None:
        house = jobs._house()
        line = next(iter(house.lines.values()))
        try:
            while said := client.lpop(_INTAKE):
                with house.door.transaction(line) as tx:
                    DEEDS.take_text(tx, TextIn(line=line, **json.loads(said)))
        except redis.RedisError:
            pass
        right()

    jobs.drain = drain


def _fire_without_claim() -> None:
    """Two `timers` take the same row: nothing is locked, and what was due a moment ago is fired."""
    import random
    import time
    from types import SimpleNamespace

    from cases import firing
    from cases.models import cases

    lockless = firing._CLAIM._generate()
    lockless._for_update_arg = None
    ends = sa.select(cases.c.id, cases.c.last_seq, cases.c.last_at, cases.c.last_hash)

    def claim(pen: Any, until: Any, most: int = 1) -> list[Any]:
        rows = pen.conn.execute(lockless, {"office": pen.office_id, "until": until, "most": most}).all()
        if rows:
            time.sleep(random.uniform(0, 0.5))
        theirs = pen.conn.execute(ends.where(cases.c.id.in_([row.case_id for row in rows])))
        now = {row.id: {name: row._mapping[name] for name in ("last_seq", "last_at", "last_hash")} for row in theirs}
        return [SimpleNamespace(**{**row._mapping, **now[row.case_id]}) for row in rows]

    firing.claim = claim


BUGS: Mapping[str, Mapping[str, Callable[[], None]]] = {
    "acknowledge before commit": {"hooks": _acknowledge_before_commit},
    "mark sent before sending": {"jobs": _mark_before_sending},
    "missing unique key": {"hooks": _look_then_insert, "jobs": _look_then_insert},
    "enqueue-only intake": {"hooks": _enqueue_only, "jobs": _work_off_queue},
    "timer fired outside its claim": {"timers": _fire_without_claim},
}
