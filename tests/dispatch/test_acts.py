"""Doing a deed that a page offered: what is wrong is said at its field, and an old form is told what happened."""

from datetime import timedelta

import pytest

from dispatch import desk, escalation
from dispatch.acts import doing
from dispatch.acts.refusals import Moved, Refused
from dispatch.people import parties
from tests.dispatch.looping import HER, LAMP, at_desk, case, snapshot, sound, to_closed, to_found, visit_code
from tests.dispatch.test_possible import DISPATCHER, LAST, LIVES
from tests.stage import LINE, RESIDENT, Stage


@pytest.mark.parametrize(
    ("name", "written", "field", "why"),
    [
        ("find", {"words": " "}, "words", "casepage.needs.words"),
        ("find", {"words": "长" * 601}, "words", "casepage.needs.shorter"),
        ("return", {"reason": "lazy"}, "reason", "casepage.needs.choice"),
        ("return", {}, "reason", "casepage.needs.choice"),
        ("tell", {"words": "长" * 300}, "words", "desk.work.too_long"),
    ],
)
def test_what_is_wrong_with_what_was_written_is_said_at_its_field(
    stage: Stage, name: str, written: dict[str, str], field: str, why: str
) -> None:
    taken = stage.text(LAMP)
    to_found(stage, taken)
    before = snapshot(stage)
    try:
        with at_desk(stage) as (tx, who):
            told = doing.act(tx, who, taken.case_id, name, (written, LAST))
        assert told is not None
        found = (doing.field_of(told), told.id)
    except Refused as no:
        found = (no.field, no.why.id)
    assert found == (field, why)
    assert snapshot(stage) == before


@pytest.mark.parametrize(
    ("life", "code", "name", "written", "field"),
    [
        ("new", HER, "arrive", {}, "visit_code"),
        ("new", DISPATCHER, "reroute", {"unit": "nowhere", "why": "走错"}, "unit"),
        ("new", DISPATCHER, "assign", {"person": "nobody", "why": "换人"}, "person"),
        ("new", DISPATCHER, "assign", {"person": HER, "why": "换人"}, "person"),
        ("given_back", DISPATCHER, "uphold", {"unit": "xingfuli-south", "why": "对"}, "unit"),
        ("given_back", DISPATCHER, "uphold", {"unit": "nowhere", "why": "对"}, "unit"),
    ],
)
def test_a_refusal_names_its_field(
    stage: Stage, life: str, code: str, name: str, written: dict[str, str], field: str
) -> None:
    taken = stage.text(LAMP)
    LIVES[life](stage, taken)
    before = snapshot(stage)
    with pytest.raises(Refused) as no, at_desk(stage, code) as (tx, who):
        doing.act(tx, who, taken.case_id, name, (written, LAST))
    assert no.value.field == field
    assert snapshot(stage) == before


def test_a_wrong_code_is_counted_though_it_is_refused(stage: Stage) -> None:
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        wrong = f"{(int(visit_code(tx, taken.case_id)) + 1) % 10**4:04}"
    with at_desk(stage) as (tx, who):
        told = doing.act(tx, who, taken.case_id, "arrive", ({"visit_code": wrong}, LAST))
    assert doing.field_of(told) == "visit_code"
    assert case(stage, taken).visit_tries == 1


def test_a_form_of_yesterday_is_told_what_happened_since(stage: Stage) -> None:
    taken = stage.text(LAMP)
    seen = case(stage, taken).last_seq
    with stage.door.transaction(LINE) as tx:
        desk.supplement(tx, taken.case_id, "漏到走廊了")
    before = snapshot(stage)
    with pytest.raises(Moved) as moved, at_desk(stage) as (tx, who):
        doing.act(tx, who, taken.case_id, "sign", ({}, seen))
    assert [line.kind for line in moved.value.lines] == ["supplemented"]
    assert snapshot(stage) == before
    with at_desk(stage) as (tx, who):
        doing.act(tx, who, taken.case_id, "sign", ({}, case(stage, taken).last_seq))
    sound(stage)


def test_a_clock_that_spoke_makes_no_form_old(stage: Stage) -> None:
    taken = stage.text(LAMP)
    seen = case(stage, taken).last_seq
    stage.wind(timedelta(days=1, hours=6))
    with stage.door.transaction(LINE) as tx:
        assert escalation.fire_next(tx)
    assert case(stage, taken).last_seq > seen
    with at_desk(stage) as (tx, who):
        assert doing.act(tx, who, taken.case_id, "arrive", ({"place": "3号楼2单元"}, seen)) is not None


def test_what_is_told_to_whoever_rings_names_the_visit_code_only_where_no_text_can(stage: Stage) -> None:
    taken = stage.text(LAMP)
    to_closed(stage, taken)
    with stage.door.transaction(LINE) as tx:
        parties.stop(tx, parties.party_of(tx, RESIDENT).id)
    with at_desk(stage, DISPATCHER) as (tx, who):
        told = doing.act(tx, who, taken.case_id, "reopen", ({}, LAST))
        assert told is not None
        assert visit_code(tx, taken.case_id) in tx.say(told, "en")
    other = stage.text(LAMP.replace("3号", "5号"), number="+8613800000002")
    with at_desk(stage, DISPATCHER) as (tx, who):
        assert doing.act(tx, who, other.case_id, "urge", ({}, LAST)) is None
