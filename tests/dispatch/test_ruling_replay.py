"""A draft is tried on the cases of the past: who would have got them, and what it would have spared or caused."""

from dataclasses import replace

from hypothesis import given, settings

from dispatch.loop import returns
from dispatch.loop.returns import Reason
from dispatch.places import Place
from dispatch.policy import Destination, Outcome, Policy, Rule, When, parse, read
from dispatch.reads.ruling.past import past
from dispatch.rules import Facts
from dispatch.ruling.replay import Replayed, replay
from dispatch.ruling.shown import sheet
from dispatch.ruling.values import recalled, values_of
from tests.dispatch.looping import HER, LAMP, does
from tests.dispatch.sample import district, policy, raw_policy
from tests.dispatch.test_loop_returns import SHE, uphold
from tests.dispatch.test_rules import facts_made
from tests.stage import LINE, Stage

HEPING = Rule("lamps-heping", When(categories=("stairwell-light",)), Outcome(Destination.OFFICE, "heping"))


def played(stage: Stage, draft: Policy) -> Replayed:
    with stage.door.transaction(LINE) as tx:
        return replay(past(tx, 30), tx.policy, draft, tx.district)


def test_a_draft_is_tried_on_the_cases_of_the_past(stage: Stage) -> None:
    lamp, drain = stage.text(LAMP), stage.text("幸福里小区3号楼下水道堵了", "+8613800000002")
    same = played(stage, policy())
    assert (same.cases, same.changes, same.spared, same.caused, same.uncovered) == (2, (), (), (), ())
    assert sum(before for before, _ in same.load.values()) == 2
    draft = replace(policy(), rules=(HEPING, *policy().rules))
    seen = played(stage, draft)
    [change] = seen.changes
    assert (change.number, change.before.unit, change.after.unit) == (lamp.number, "xingfuli-south", "heping")
    assert (change.before.rule, change.after.rule, change.before.worker) == ("stairwell-grid", "lamps-heping", HER)
    assert seen.load == {"xingfuli-south": (2, 1), "heping": (0, 1)}
    assert (seen.spared, seen.caused) == ((), ())

    does(stage, returns.request, lamp, Reason.WRONG_PLACE)
    uphold(stage, lamp.number, by=SHE)  # heping has it now
    assert played(stage, draft).spared == (lamp.number,)
    back = replace(policy(), rules=(replace(HEPING, outcome=Outcome(Destination.OFFICE, "heping")), *policy().rules))
    assert played(stage, back).caused == ()
    nothing = replace(policy(), rules=())
    assert set(played(stage, nothing).uncovered) == {lamp.number, drain.number}
    stage.plant("UPDATE cases SET received_at = received_at - interval '31 days'")
    assert played(stage, draft).cases == 0


def test_a_case_older_than_the_stored_values_is_understood_by_its_words(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        [by_values] = past(tx, 30)
    stage.plant("UPDATE event SET canonical = replace(canonical, '\"values\"', '\"older\"') WHERE kind = 'dispatched'")
    with stage.door.transaction(LINE) as tx:
        [by_words] = past(tx, 30)
    assert by_words.number == taken.number
    assert by_words.asked.facts == by_values.asked.facts
    assert by_words.asked.place is not None
    assert by_values.asked.place is not None
    assert by_words.asked.place.courtyard == by_values.asked.place.courtyard == "xingfuli-south"
    assert by_words.asked.place.grid == by_values.asked.place.grid


@given(facts_made)
@settings(deadline=None)
def test_stored_values_give_the_same_facts(facts: Facts) -> None:
    place = Place(kind=facts.place_kind, courtyard="meihua", grid="heping-05") if facts.area else None
    again = recalled(values_of(facts, place), district())
    assert again.facts == facts
    assert (again.place is None) == (not facts.area)


def test_a_sheet_says_the_same_table() -> None:
    lines = list(sheet.rows(policy()))
    assert lines[-1]["id"] == policy().default.id
    again = parse(raw_policy() | sheet.raw(lines))
    assert again.rules == policy().rules
    assert again.default == policy().default


def test_a_sheet_s_faults_are_those_of_a_table() -> None:
    lines = list(sheet.rows(policy()))
    lines[0] = lines[0] | {"level": "L9", "colour": "red", "working_time": "maybe"}
    raw = sheet.raw([*lines, dict.fromkeys(sheet.COLUMNS, "")])
    _, faults = read(raw_policy() | raw)
    assert {fault.path for fault in faults} == {
        "policy.rules[1].when.level", "policy.rules[1].when.working_time", "policy.rules[1].colour",
    }  # fmt: skip
