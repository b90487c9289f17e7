"""Cases of the console's tests live through the loop: people act on them by the real use cases."""

from collections.abc import Callable
from uuid import UUID

import sqlalchemy as sa

from cases.loop.deeds import standing
from cases.loop.models import question
from dispatch.loop import finding, submitting, telling, verdicts, visits
from dispatch.loop.verdicts import Answer
from dispatch.loop.visits import Proof
from dispatch.loop.who import Who, by_code
from dispatch.models import outbox as outbox_table
from dispatch.reports import Taken
from dispatch.transaction import Tx
from tests.console.house import House
from tests.people import LI_HONGMEI

HER = LI_HONGMEI.worker
DRAIN = "幸福里3号楼2单元下水道堵了，我的电话13800000001，门牌502室"


def does(house: House, deed: Callable[[Tx, Who], object], by: str = HER) -> None:
    """A deed of a member of staff, in a transaction of its own."""
    with house.door.transaction("xingfu") as tx:
        deed(tx, by_code(tx, by))


def visited(house: House, taken: Taken) -> None:
    """Somebody was there: first without a proof, then with the resident's code."""
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    does(house, lambda tx, who: visits.arrive(tx, who, taken.case_id, Proof()))
    does(house, lambda tx, who: visits.arrive(tx, who, taken.case_id, Proof(_code(tx, taken))))


def _code(tx: Tx, taken: Taken) -> str:
    return tx.vault.open(taken.case_id, "visit_code", standing(tx, taken.case_id).row.visit_code_sealed)


def told(house: House, taken: Taken) -> None:
    """Visited, looked into, and the resident told by a text that arrived."""
    visited(house, taken)
    does(house, lambda tx, who: finding.find(tx, who, taken.case_id, "管道被油污堵住"))
    does(house, lambda tx, who: telling.tell(tx, who, taken.case_id, "管道已疏通，有事打13812345678"))
    with house.door.transaction("xingfu") as tx:
        mine = (outbox_table.c.case_id == taken.case_id, outbox_table.c.purpose == "told")
        sent = sa.select(outbox_table.c.id).where(*mine).order_by(outbox_table.c.created_at.desc())
        telling.delivered(tx, tx.conn.execute(sent.limit(1)).scalar_one())


def asked(house: House, taken: Taken) -> UUID:
    """Done and told: the resident is asked; the question."""
    told(house, taken)
    does(house, lambda tx, who: submitting.submit(tx, who, taken.case_id))
    with house.door.transaction("xingfu") as tx:
        mine = (question.c.case_id == taken.case_id, question.c.state == "open")
        found: UUID = tx.conn.execute(sa.select(question.c.id).where(*mine)).scalar_one()
        return found


def answered(house: House, taken: Taken, said: Answer) -> None:
    """The whole way, and the resident's answer."""
    at = asked(house, taken)
    with house.door.transaction("xingfu") as tx:
        verdicts.answer(tx, at, said)


def to_call_back(house: House, taken: Taken) -> None:
    """Asked by text, then by a call, and nobody answered: a person has to ring."""
    for at in (asked(house, taken), None):
        with house.door.transaction("xingfu") as tx:
            mine = (question.c.case_id == taken.case_id, question.c.state == "open")
            under_way = at or tx.conn.execute(sa.select(question.c.id).where(*mine)).scalar_one()
            verdicts.unanswered(tx, under_way, "not_answered")
