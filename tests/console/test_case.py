"""The case page: where it stands, who has it, what happened, and why it came here."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from app.phrasebook import Catalogues
from cases import lifecycle
from cases.firing import Firing
from cases.models import cases, owed
from cases.phrases import LANGUAGES
from console.standing.telling import KINDS, Teller
from dispatch import desk, outbox
from tests.console.house import RESIDENT, House

MATTER = "幸福里3号楼2单元下水道堵了，我的电话13800000001，门牌502室"


def lamp_states(text: str) -> list[str]:
    """How the five lamps burn."""
    return re.findall(r'<li class="lamp lamp-([a-z]+)', text)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        (
            "zh_CN",
            "待签收|L3 一般|幸福里小区3号楼2单元|为什么派到这里|受理|走访|摸清|反馈|评价|"
            "派给幸福里南院，经办人李红梅。|3个工作日|回执",
        ),
        (
            "en",
            "Awaiting sign-for|L3 Ordinary|Xingfuli Estate, building 3, unit 2|Why routed here|Accepted|"
            "Visited|Looked into|Told|Verdict|Sent to Xingfuli South Courtyard, Li Hongmei.|3 working d|"
            "receipt",
        ),
    ],
)
def test_the_page_tells_the_whole_case(house: House, lang: str, words: str) -> None:
    taken = house.case(MATTER)
    with house.signed_in(lang=lang) as browser:
        text = browser.get(f"/cases/{taken.number}").text
    for word in [*words.split("|"), taken.number, "drain-blocked", "SM"]:
        assert word in text, word
    assert lamp_states(text) == ["lit", "waiting", "waiting", "waiting", "waiting"]
    assert 'aria-current="step"' in text


def test_numbers_are_masked_and_the_door_is_not_shown(house: House) -> None:
    taken = house.case(MATTER)
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert "138****0001" in text
    assert RESIDENT[3:] not in text
    assert "502" not in re.sub(r'value="[^"]+"|\?v=[0-9a-f]+|SM[0-9a-f]{32}', "", text)


def test_lamps_that_are_late_or_not_owed(house: House) -> None:
    taken = house.case(MATTER)
    house.execute(sa.update(owed).where(owed.c.step == "call_back").values(is_owed=False))
    house.move_clock(days=4)
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert lamp_states(text) == ["lit", "late", "waiting", "waiting", "grey"]
    house.execute(sa.update(owed).where(owed.c.step == "visit").values(done_at=house.now()))
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert lamp_states(text) == ["lit", "lit", "waiting", "waiting", "grey"]


def test_a_reroute_is_told_with_the_clock_s_history(house: House) -> None:
    taken = house.case(MATTER)
    with house.door.transaction("xingfu") as tx:
        desk.reroute(tx, taken.number, "heping", "打错了地方，问13812345678", "dispatcher")
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    assert "Sent on to Heping Residents&#39; Committee" in text
    assert "Earlier timers" in text
    assert "by-hand" in text
    assert "Reason: 打错了地方" in text
    assert "13812345678" not in text, "what identifies somebody stays in the vault"


def test_further_words_urges_and_lost_texts_stand_in_the_timeline(house: House) -> None:
    taken = house.case(MATTER)
    with house.door.transaction("xingfu") as tx:
        desk.supplement(tx, taken.case_id, "现在漫到走廊了")
        desk.urge(tx, taken.case_id)
        lifecycle.note(tx, taken.case_id, "some_later_kind", "system")
    with house.door.transaction("xingfu") as tx:
        item = outbox.take(tx)
        assert item is not None
        outbox.refused(tx, item.id, "30003")
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    for words in (
        "The resident added:",
        "The resident urged it on.",
        "A text did not arrive",
        "Another entry: some_later_kind",
    ):
        assert words in text, words


def test_a_case_without_a_promise_says_so(house: House) -> None:
    taken = house.case(MATTER)
    house.execute(sa.update(cases).values(due_at=None, worker_id=None, reasons="[]"))
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    for words in ("no limit", "no person yet", "No reasons were recorded."):
        assert words in text, words


@pytest.mark.parametrize("number", ["x", "20261124-999999", "%00", "..", "a%0Ab", "%F0%9F%98%80", "9" * 3000])
def test_what_is_no_case_is_not_found(house: House, number: str) -> None:
    with house.signed_in() as browser:
        assert browser.get(f"/cases/{number}").status_code == 404


def test_every_kind_of_line_has_its_sentence(house: House) -> None:
    book = Catalogues()
    facts = {
        "channel": "text", "line": "main", "category": "drain", "level": "L3", "kind": "request",
        "unit": "xingfuli", "worker": None, "rule": "r", "step": "visit",
        "due_at": "2026-11-24T10:00:00.000000Z", "attempt": 1, "rung": 2,
        "purpose": "order", "status": "failed", "error": "", "seconds": 61, "grade": "met", "way": "visit_code",
        "tries": 2, "answer": "satisfied", "through": "text", "why": "silence", "by": "evidence",
        "code": "not_ours", "closing": "solved", "reason": "leave", "result": "not_answered", "attempts": 3,
        "to_line": "110", "named": "", "lead": "20261124-000001", "referred_to": "110",
        "asked_by": "staff:dispatcher-1", "resumed": "unit", "request": "hold",
        **dict.fromkeys(("wanted_at", "was_at", "review_at", "until_at"), "2026-12-02T09:30:00.000000Z"),
        "amount": "1 wd",
        "merged": "20261124-000002", "watch": 2, "before": 1, "cause": "ordered", "flag": "group", "people": 12,
        **dict.fromkeys(("earlier", "later"), "20261124-000003"),
        "units": ["xingfuli", "heping"], "part": "yes", "score": 4,
        "was": {"category": "lamp", "kind": "request", "level": "L3"},
        "numbers": ["20261124-000004"], "first": "20261124-000001",
        "promise": [], "template": "weekly", "period": "2026-W48",
        "moved": [["visit", "2026-12-01T09:30:00.000000Z", "2026-12-02T09:30:00.000000Z"]],
    }  # fmt: skip
    with house.door.transaction("xingfu") as tx:
        teller = Teller(tx.district, tx.policy, lambda _id: "…")
    own = {
        "disputed": {"cause": "third"}, "sent_back": {"reason": "told_failed"}, "declined": {"reason": "too_vague"},
        **{kind: {"code": "court"} for kind in ("hold_asked", "held")},
        **{kind: {"code": "material"} for kind in ("extension_asked", "extended")},
        **{kind: {"code": "no_access"} for kind in ("waiver_asked", "visit_waived")},
        **{kind: {"code": "abuse"} for kind in ("exclusion_asked", "excluded")},
        **{kind: {"code": "not_reachable"} for kind in ("exception_asked", "step_excepted")},
    }  # fmt: skip
    for kind in (*KINDS, "unheard_of"):
        for worker in (None, "dispatcher-1", "gone"):
            for actor in ("system", "resident", "dispatcher-1", "somebody"):
                row = SimpleNamespace(
                    kind=kind, at=datetime(2026, 11, 24, tzinfo=UTC), actor=actor,
                    canonical=json.dumps({"facts": {**facts, "worker": worker, **own.get(kind, {})}}), content_id=None,
                )  # fmt: skip
                told = teller.told(row)
                for lang in LANGUAGES:
                    assert book.say(told.what, lang)
                    assert book.say(told.who, lang)


def test_every_firing_has_a_sentence() -> None:
    assert {firing.value for firing in Firing} <= set(KINDS)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh_CN", "可派人员|李红梅：由其办理，派单前手上0件（上限40）|张爱民：不是本网格的网格员"),
        (
            "en",
            "Who came into question|Li Hongmei has it: 0 of 40 in hand|Zhang Aimin is not the grid&#39;s own worker",
        ),
    ],
)
def test_who_came_into_question_stands_beside_why_it_was_routed_so(house: House, lang: str, words: str) -> None:
    taken = house.case(MATTER)
    with house.signed_in(lang=lang) as browser:
        text = browser.get(f"/cases/{taken.number}").text
    for word in words.split("|"):
        assert word in text, word
