"""Hands for the tests of the loop: deeds of people on a case in transactions of their own, and eyes on the record."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from cases.loop.deeds import standing
from cases.phrases import Message
from cases.report import Channel
from dispatch import desk
from dispatch.life import verifying
from dispatch.loop import finding, submitting, telling, verdicts, visits
from dispatch.loop.verdicts import Answer
from dispatch.loop.visits import Proof
from dispatch.loop.who import Who, by_code
from dispatch.people import parties
from dispatch.reads import checks
from dispatch.reports import Report, Taken
from dispatch.transaction import Tx
from tests.people import LI_HONGMEI
from tests.stage import LINE, RESIDENT, Stage

LAMP = "幸福里小区3号楼2单元楼道灯坏了"  # L3, with 李红梅 of the grid
HER = LI_HONGMEI.worker
ENQUIRY = "幸福里小区3号楼居委会选举什么时候投票"  # no visit, no limits but told
PRAISE = "表扬幸福里小区3号楼网格员，服务真好"  # no SLA, no verdict
DANGER = "幸福里小区3号楼2单元有人拿刀砍人，快来救命"  # L1


T = TypeVar("T")


@contextmanager
def at_desk(stage: Stage, code: str = HER) -> Iterator[tuple[Tx, Who]]:
    """A transaction, and a member of staff who acts in it."""
    with stage.door.transaction(LINE) as tx:
        yield tx, by_code(tx, code)


def does(stage: Stage, deed: Callable[..., T], taken: Taken, *more: object, by: str = HER) -> T:
    """A deed of a member of staff on a case, in a transaction of its own."""
    with at_desk(stage, by) as (tx, who):
        return deed(tx, who, taken.case_id, *more)


def anonymous(stage: Stage, words: str = LAMP) -> Taken:
    """A case without anybody who reported it."""
    with stage.door.transaction(LINE) as tx:
        return desk.take_report(tx, Report(Channel.WEB, None, words, tx.now))


def arrive(stage: Stage, taken: Taken, code: str = "", place: str = "", media: tuple[str, ...] = ()) -> Message:
    """Whoever holds the case says that they are there."""
    [holder] = stage.rows(
        "SELECT s.code FROM cases c JOIN staff s ON s.id = c.worker_id WHERE c.id = :id", id=taken.case_id
    )
    return does(stage, visits.arrive, taken, Proof(code, place, media), by=str(holder.code))


def to_found(stage: Stage, taken: Taken) -> None:
    """Signed for, visited and looked into."""
    with at_desk(stage) as (tx, who):
        visits.sign(tx, who, taken.case_id)
        visits.arrive(tx, who, taken.case_id, Proof(visit_code(tx, taken.case_id)))
        finding.find(tx, who, taken.case_id, "灯泡烧坏，属物业维修")


def visit_code(tx: Tx, case_id: UUID) -> str:
    """The visit code of a case's present attempt."""
    return tx.vault.open(case_id, "visit_code", standing(tx, case_id).row.visit_code_sealed)


def tell(stage: Stage, taken: Taken, words: str = "灯已换好") -> UUID:
    """The resident is told by a text; its id in the outbox."""
    answer = does(stage, telling.tell, taken, words)
    assert answer.id == "desk.work.telling"
    return outbox_ids(stage, "told")[-1]


def to_told(stage: Stage, taken: Taken) -> None:
    to_found(stage, taken)
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, tell(stage, taken))


def to_asked(stage: Stage, taken: Taken) -> UUID:
    """Done and told, and looked at where it is done again: the resident is asked; the question."""
    to_told(stage, taken)
    submitted(stage, taken)
    return question(stage, taken)


def submitted(stage: Stage, taken: Taken) -> None:
    """What is done and told is submitted; whoever verifies passes what waits for a person."""
    answer = does(stage, submitting.submit, taken).id
    waits = case(stage, taken).state == "to_verify"
    assert answer == ("ending.work.to_verify" if waits else "desk.work.submitted")
    if waits:
        does(stage, verifying.accept, taken, by="verifier")


def to_second_no(stage: Stage, taken: Taken) -> None:
    """Twice the resident said that it is not solved: a supervisor decides."""
    for _ in range(2):
        says(stage, to_asked(stage, taken), Answer.UNSOLVED)
    assert case(stage, taken).awaits == "supervisor"


def to_closed(stage: Stage, taken: Taken) -> None:
    says(stage, to_asked(stage, taken), Answer.SATISFIED)
    assert case(stage, taken).state == "closed"


def says(stage: Stage, asked: UUID, answer: Answer, words: str = "") -> Message:
    """The resident answers a question."""
    with stage.door.transaction(LINE) as tx:
        return verdicts.answer(tx, asked, answer, words)


def value(stage: Stage, query: str, **values: object) -> Any:
    """The one value of the one row that a query finds."""
    [found] = one(stage, query, **values)
    return found


def one(stage: Stage, query: str, **values: object) -> Any:
    """The one row that a query finds."""
    [found] = stage.rows(query, **values)
    return found


def question(stage: Stage, taken: Taken) -> UUID:
    """The newest question about a case."""
    rows = stage.rows("SELECT id FROM question WHERE case_id = :id ORDER BY asked_at, id", id=taken.case_id)
    assert isinstance(rows[-1].id, UUID)
    return rows[-1].id


def case(stage: Stage, taken: Taken) -> Any:
    """A case's row."""
    [row] = stage.rows("SELECT * FROM cases WHERE id = :id", id=taken.case_id)
    return row


def kinds(stage: Stage, taken: Taken) -> list[str]:
    """What stands in a case's history, in order."""
    rows = stage.rows("SELECT kind FROM event WHERE case_id = :id ORDER BY seq", id=taken.case_id)
    return [str(row.kind) for row in rows]


def kept(stage: Stage, taken: Taken) -> set[str]:
    """The owed steps of the present attempt that are kept."""
    rows = stage.rows(
        "SELECT o.step FROM owed o JOIN cases c ON c.id = o.case_id AND c.attempt = o.attempt "
        "WHERE c.id = :id AND o.is_owed AND o.done_at IS NOT NULL",
        id=taken.case_id,
    )
    return {str(row.step) for row in rows}


def running(stage: Stage, taken: Taken) -> dict[str, datetime]:
    """The timers that run, and when each is due."""
    rows = stage.rows("SELECT step, due_at FROM timer WHERE case_id = :id AND state = 'open'", id=taken.case_id)
    assert len({row.step for row in rows}) == len(rows), "one timer for each promise"
    return {str(row.step): row.due_at for row in rows}


def evidence(stage: Stage, taken: Taken) -> list[tuple[object, ...]]:
    """What was shown as proof: way, grade, state, in order."""
    sql = "SELECT way, grade, state FROM evidence WHERE case_id = :id ORDER BY at, id"
    return [tuple(row) for row in stage.rows(sql, id=taken.case_id)]


def outbox_ids(stage: Stage, purpose: str) -> list[UUID]:
    """The texts and calls for a purpose, in the order in which they were written."""
    sql = "SELECT id FROM outbox WHERE purpose = :purpose ORDER BY created_at, id"
    return [row.id for row in stage.rows(sql, purpose=purpose)]


# Invariants of what leaves, and of whom it reaches: nobody sends anything here.
UNPLAYED = ("OUT", "REACH")


def sound(stage: Stage) -> None:
    """No invariant is broken; whether texts leave is not what these tests play."""
    with stage.door.transaction(LINE) as tx:
        found = [(row.name, row.subject, row.trouble.id) for row in checks.broken(tx) if row.name not in UNPLAYED]
    assert found == [], found


def snapshot(stage: Stage) -> dict[str, list[tuple[object, ...]]]:
    """All that a refused deed must leave as it was."""
    tables = (
        "cases",
        "event",
        "timer",
        "owed",
        "assignment",
        "evidence",
        "question",
        "return_request",
        "permission",
        "side",
        "errand",
    )
    return {name: [tuple(row) for row in stage.rows(f"SELECT * FROM {name} ORDER BY id")] for name in tables}


def arrived(stage: Stage, sent: UUID) -> None:
    with stage.door.transaction(LINE) as tx:
        telling.delivered(tx, sent)


def lost(stage: Stage, sent: UUID) -> None:
    with stage.door.transaction(LINE) as tx:
        telling.undelivered(tx, sent, "30003")


def rang(stage: Stage, case_id: UUID, seconds: int = 40) -> None:
    """A relay call between worker and resident was connected."""
    with at_desk(stage) as (tx, who):
        visits.contacted(tx, case_id, who.id, seconds)


def stopped(stage: Stage) -> None:
    """The resident stopped texts."""
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
