"""INV-ONCE: one event, one effect, the same answer byte for byte, from however many sides at once."""

from concurrent.futures import ThreadPoolExecutor

from cases.report import Channel
from dispatch import desk, inbox
from dispatch.inbox import Answer
from dispatch.people.parties import party_of
from dispatch.reports import Report
from dispatch.transaction import DatabaseAway
from tests.stage import LINE, RESIDENT, Stage


def deliver(stage: Stage, sid: str, words: str) -> Answer:
    with stage.door.transaction(LINE) as tx:
        seen = inbox.claim(tx, "text", sid)
        if seen is not None:
            return seen
        taken = desk.take_report(tx, Report(Channel.TEXT, party_of(tx, RESIDENT), words, tx.now, sids=(sid,)))
        answer = Answer(200, "text/xml", taken.number.encode())
        inbox.settle(tx, "text", sid, answer)
    return answer


def test_a_redelivery_gets_the_first_answer(stage: Stage) -> None:
    first = deliver(stage, "SM1", "幸福里小区3号楼2单元楼道灯坏了")
    assert deliver(stage, "SM1", "幸福里小区3号楼2单元楼道灯坏了") == first
    assert deliver(stage, "SM2", "幸福里小区3号楼2单元楼道灯坏了") != first
    assert stage.rows("SELECT count(*) FROM cases") == [(2,)]


def test_many_at_once_make_one_case_each(stage: Stage) -> None:
    sids = [f"SM{n % 10}" for n in range(100)]
    with ThreadPoolExecutor(8) as senders:
        answers = list(senders.map(lambda sid: (sid, deliver(stage, sid, "和平一村5号楼下水道堵了")), sids))
    assert len(answers) == 100
    assert len({(sid, answer.body) for sid, answer in answers}) == 10
    assert stage.rows("SELECT count(*) FROM cases") == [(10,)]
    assert stage.rows("SELECT count(*) FROM inbox WHERE answer IS NOT NULL") == [(10,)]


def test_a_failure_gives_the_key_back(stage: Stage) -> None:
    try:
        with stage.door.transaction(LINE) as tx:
            assert inbox.claim(tx, "text", "SM1") is None
            raise DatabaseAway("gone")
    except DatabaseAway:
        pass
    assert deliver(stage, "SM1", "和平一村5号楼下水道堵了").status == 200


def test_an_answer_is_not_kept_in_plain(stage: Stage) -> None:
    said = deliver(stage, "SM1", "幸福里小区3号楼2单元楼道灯坏了")
    [(kept,)] = stage.rows("SELECT answer FROM inbox")
    assert said.body not in bytes(kept)
