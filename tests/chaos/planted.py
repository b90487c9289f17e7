"""Planted bugs: each is put into a process of ours before it starts, and stands nowhere else.

They are the mistakes that houses like this one have really made; the checker must find each of them.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any
from unittest.mock import patch

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
    """No unique key: whether a request was seen is looked up before it is kept. (The world drops the keys.)"""
    from dispatch.tx import open as room

    whole = str(room._OPEN_AND_CLAIM.text)
    wrong = whole.replace(
        "ON CONFLICT (kind, key) DO NOTHING",
        "WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.kind = :kind AND i.key = :key)",
    )
    assert wrong != whole
    room._OPEN_AND_CLAIM = sa.text(wrong)


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
    """Two `timers` take the same row: the claim locks nothing."""
    from cases import timers

    right = timers.claim

    def claim(pen: Any) -> Any:
        with patch.object(sa.Select, "with_for_update", _no_lock):
            return right(pen)

    timers.claim = claim


def _no_lock(query: Any, **_how: Any) -> Any:
    return query


BUGS: Mapping[str, Mapping[str, Callable[[], None]]] = {
    "acknowledge before commit": {"hooks": _acknowledge_before_commit},
    "mark sent before sending": {"jobs": _mark_before_sending},
    "missing unique key": {"hooks": _look_then_insert, "jobs": _look_then_insert},
    "enqueue-only intake": {"hooks": _enqueue_only, "jobs": _work_off_queue},
    "timer fired outside its claim": {"timers": _fire_without_claim},
}
