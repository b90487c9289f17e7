"""A leave with thirty open cases: who got what, who was told and how often, what the record says, and that coming back
takes nothing back."""

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from cases.phrases import EN, ZH
from cases.report import Channel, segments
from cases.steps import Level
from dispatch import desk
from dispatch.choice import Why, stored
from dispatch.duty import handed, leaves
from dispatch.loop import visits
from dispatch.loop.who import by_code
from dispatch.people import roster
from dispatch.people.parties import party_of
from dispatch.reads import checks
from dispatch.reports import Correction, Report, Taken
from tests.dispatch.shifts import at, away, fire_all, holder, wind_to
from tests.people import LI_HONGMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage, sample_district

pytestmark = pytest.mark.slow
LI, ZHANG, ZHOU = LI_HONGMEI.worker, ZHANG_AIMIN.worker, "xingfuli-grid-09"
ZHOU_NUMBER = "+8613900009909"
BEGINS, BACK = at(23, 21), at(25, 12)
ROOM = 7  # of 张爱民; the third colleague has the room of the policy


def staffed(stage: Stage) -> None:
    """幸福里南院 has a third grid worker, and 张爱民 has room for few."""
    raw: Any = sample_district()
    next(row for row in raw["workers"] if row["code"] == ZHANG)["capacity"] = ROOM
    name = {"zh": "周建国", "en": "Zhou Jianguo"}
    raw["workers"].append(
        {"code": ZHOU, "unit": "xingfuli-south", "name": name, "role": "grid_worker", "phone": ZHOU_NUMBER}
    )
    with stage.owner.begin() as conn:
        [office] = roster.offices(conn).values()
        roster.take_district(conn, stage.vault, office, raw)


def report(stage: Stage, n: int, level: Level) -> Taken:
    """A case of the third building, each from another resident."""
    with stage.door.transaction(LINE) as tx:
        party = party_of(tx, f"+86138100000{n:02}")
        words = f"幸福里小区3号楼{n % 3 + 1}单元楼道灯坏了"
        return desk.take_report(tx, Report(Channel.TEXT, party, words, tx.now, corrected=Correction(level=str(level))))


def begin(stage: Stage, taken: Taken) -> None:
    with stage.door.transaction(LINE) as tx:
        visits.sign(tx, by_code(tx, LI), taken.case_id)
        visits.arrive(tx, by_code(tx, LI), taken.case_id, visits.Proof(code=taken.visit_code))


def moved(stage: Stage, taken: Taken) -> list[dict[str, Any]]:
    rows = stage.rows(
        "SELECT canonical FROM event WHERE case_id = :id AND kind = 'moved' ORDER BY seq", id=taken.case_id
    )
    return [json.loads(str(row[0]))["facts"] for row in rows]


def texts(stage: Stage) -> Counter[tuple[str, str]]:
    """How many texts each of the office gets, by purpose; what was overtaken never leaves."""
    rows = stage.rows(
        "SELECT s.code, o.purpose FROM outbox o JOIN staff s ON s.party_id = o.party_id "
        "WHERE o.channel = 'text' AND o.state = 'pending'"
    )
    return Counter((str(row[0]), str(row[1])) for row in rows)


def sound(stage: Stage) -> None:
    with stage.door.transaction(LINE) as tx:
        assert [row for row in checks.broken(tx) if row.name in ("OWNER", "TIMER", "ROUTE", "CLOCK")] == []


@dataclass(frozen=True)
class Hands:
    """Thirty cases in one person's hands, by what will become of them."""

    urgent: list[Taken]  # L1, L2
    soon: list[Taken]  # begun, and due before they are back
    late: list[Taken]  # begun, and due after
    waits: list[Taken]  # L3, L4, not begun

    @property
    def went(self) -> list[Taken]:
        """What colleagues of the courtyard get."""
        return [*self.soon, *self.waits]


def thirty(stage: Stage) -> Hands:
    """By night, while 李红梅 is on duty."""
    staffed(stage)
    wind_to(stage, BEGINS)
    urgent = [report(stage, n, level) for n, level in enumerate([Level.L1, Level.L1, *[Level.L2] * 4])]
    plain = [report(stage, n, Level.L3) for n in range(10, 25)]
    begun = [report(stage, n, Level.L4) for n in range(30, 34)]
    hard = [report(stage, n, Level.L4) for n in range(40, 45)]
    for each in begun:
        begin(stage, each)
    early = "UPDATE timer SET due_at = :soon WHERE case_id = :id AND step = 'finding'"
    for each in begun[:2]:
        stage.plant(early, soon=at(25, 11), id=each.case_id)
    stage.plant("UPDATE outbox SET state = 'sent' WHERE channel = 'text'")  # what was said up to here
    hands = Hands(urgent, begun[:2], begun[2:], [*plain, *hard])
    everything = [*hands.urgent, *hands.late, *hands.went]
    assert len(everything) == 30
    assert {holder(stage, each.number) for each in everything} == {LI}
    return hands


def test_who_gets_what_and_why(stage: Stage) -> None:
    hands = thirty(stage)
    absence = away(stage, LI, BEGINS, BACK)
    # What presses is with whoever is on duty by night, what is begun and can wait stays, the rest is with colleagues.
    assert {holder(stage, each.number) for each in hands.urgent} == {"xingfuli-duty-2"}
    assert {holder(stage, each.number) for each in hands.late} == {LI}
    shares = Counter(holder(stage, each.number) for each in hands.went)
    assert set(shares) == {ZHANG, ZHOU}
    assert shares[ZHANG] <= ROOM
    assert abs(shares[ZHANG] / ROOM - shares[ZHOU] / 40) < 0.2  # as much as each has room
    with stage.door.transaction(LINE) as tx:
        assert len(handed.handed_on(tx, "xingfu", absence)) == 28
        assert set(handed.in_hand(tx, absence.staff_id)) == {each.number for each in hands.late}
    sound(stage)
    for each in hands.went:  # each history says to whom it went, why, and who else came into question
        [line] = moved(stage, each)
        assert (line["reason"], line["worker"]) == ("leave", holder(stage, each.number))
        told = {one.worker: one.why for one in stored.read(line["values"])}
        assert set(told) == {LI, ZHANG, ZHOU}
        assert (told[LI], told[line["worker"]]) == (Why.BEFORE, Why.TAKEN)


def test_everybody_is_told_in_few_texts(stage: Stage) -> None:
    hands = thirty(stage)
    away(stage, LI, BEGINS, BACK)
    by_night = texts(stage)  # only what presses, or is due before they are back
    assert by_night["xingfuli-duty-2", "order"] == len(hands.urgent)
    assert sum(by_night[code, "order"] for code in (ZHANG, ZHOU)) <= len(hands.soon)
    assert not [each for each in by_night if each[1] == "digest"]
    wind_to(stage, at(24, 9))
    fire_all(stage)
    in_the_morning = texts(stage)
    assert in_the_morning[ZHANG, "digest"] == in_the_morning[ZHOU, "digest"] == 1
    assert in_the_morning[LI, "digest"] == 0
    [words] = [text for text in stage.texts(ZHOU_NUMBER) if "新接手" in text]
    assert segments(words) <= 3
    assert "另有" in words
    unnamed = stage.rows(
        "SELECT a.case_id FROM assignment a JOIN staff s ON s.id = a.worker_id JOIN notice n ON n.case_id = a.case_id "
        "WHERE s.code = :code AND a.until_at IS NULL AND a.short IS NULL", code=ZHOU
    )  # fmt: skip
    assert unnamed == []  # each has the short number by which they speak of it


def test_coming_back_takes_nothing_back(stage: Stage) -> None:
    hands = thirty(stage)
    absence = away(stage, LI, BEGINS, BACK)
    before = {each.number: holder(stage, each.number) for each in hands.went}
    for moment in (at(24, 9), BACK, at(25, 13)):
        wind_to(stage, moment)
        fire_all(stage)
    assert {each.number: holder(stage, each.number) for each in hands.went} == before
    assert {holder(stage, each.number) for each in hands.late} == {LI}
    told = texts(stage)
    assert told[LI, "digest"] == 1
    assert told[LI, "moved"] == 0
    [words] = [text for text in stage.texts(LI_HONGMEI.number) if "已转由" in text]
    assert segments(words) <= 3
    shares = Counter(before.values())
    assert f"{shares[ZHOU]}件 已转由幸福里南院周建国办理" in words
    assert f"{shares[ZHANG]}件 已转由幸福里南院张爱民办理" in words
    sound(stage)
    with stage.door.transaction(LINE) as tx:
        assert [each for each in leaves.leaves(tx) if each.id == absence.id] == []


@pytest.mark.parametrize("lang", [ZH, EN])
def test_the_digest_of_many_is_short_in_both_languages(stage: Stage, lang: str) -> None:
    staffed(stage)
    stage.plant(
        "UPDATE party SET lang = :lang WHERE id IN (SELECT party_id FROM staff WHERE code = :code)",
        lang=lang,
        code=ZHOU,
    )
    taken = [report(stage, n, Level.L3) for n in range(12)]
    stage.plant("UPDATE outbox SET state = 'sent' WHERE channel = 'text'")
    away(stage, LI, at(24, 10), at(27, 12))
    assert {holder(stage, each.number) for each in taken} <= {ZHANG, ZHOU}
    assert sum(texts(stage).values()) == 0
    wind_to(stage, at(24, 11))
    fire_all(stage)
    assert texts(stage) == {(ZHANG, "digest"): 1, (ZHOU, "digest"): 1}
    [words] = [text for text in stage.texts(ZHOU_NUMBER) if "提醒" in text or "Reminder" in text]
    assert segments(words) <= 3
