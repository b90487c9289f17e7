"""What somebody may do to a case now: what is offered can be done, and what is not is refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.cli.office import acting
from cases.clock.happened import HoldReason
from cases.loop.deeds import standing
from cases.phrases import Message
from cases.states import ClosingKind
from dispatch.acts import doing
from dispatch.acts.corrections import CORRECTIONS
from dispatch.acts.fields import DEEDS
from dispatch.acts.refusals import Refused
from dispatch.acts.sides import BESIDE
from dispatch.acts.table import ACTIONS, ANSWERS, Given
from dispatch.life import granting, holds
from dispatch.loop import closing, returns, visits
from dispatch.loop.disputes import raising
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.reads.possible import possible
from dispatch.reports import Taken
from dispatch.transaction import Tx
from tests.dispatch.looping import (
    DANGER,
    HER,
    LAMP,
    anonymous,
    at_desk,
    does,
    one,
    says,
    snapshot,
    tell,
    to_asked,
    to_closed,
    to_found,
    to_second_no,
    to_told,
    visit_code,
)  # fmt: skip
from tests.people import LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage

DISPATCHER, SUPERVISOR, LIAISON, NEIGHBOUR = (one.worker for one in (LU_SIYUAN, SHEN_YUEHUA, WU_CHUNMEI, ZHANG_AIMIN))
PEOPLE = (HER, NEIGHBOUR, LIAISON, DISPATCHER, SUPERVISOR, "leader", "caller-back", "verifier")
OTHER = "+8613800000002"  # whoever tells of another case, into which one may be merged
LAST = 10**6  # a form that has seen everything


def given_back(stage: Stage, taken: Taken) -> None:
    does(stage, visits.sign, taken)
    does(stage, returns.request, taken, Reason.NOT_OURS, "物业的事")


def rejected(stage: Stage, taken: Taken) -> None:
    given_back(stage, taken)
    with at_desk(stage, SUPERVISOR) as (tx, who):
        returns.reject(tx, taken.number, "归楼院", who)


def disputed(stage: Stage, taken: Taken) -> None:
    rejected(stage, taken)
    does(stage, raising.objecting, taken, "楼道灯属物业公司")


def proposed(stage: Stage, taken: Taken) -> None:
    to_second_no(stage, taken)
    with at_desk(stage, SUPERVISOR) as (tx, who):
        closing.propose(tx, taken.number, ClosingKind.EXPLAINED, "属业主产权", who)


def telling(stage: Stage, taken: Taken) -> None:
    to_found(stage, taken)
    tell(stage, taken)


def hold_asked(stage: Stage, taken: Taken) -> None:
    does(stage, visits.sign, taken)
    does(stage, holds.ask, taken, HoldReason.COURT, ("2026-12-03", "等判决"))


def held(stage: Stage, taken: Taken) -> None:
    hold_asked(stage, taken)
    with at_desk(stage, DISPATCHER) as (tx, who):
        granting.grant(tx, who, standing(tx, taken.case_id, lock=True), "hold")


def long_closed(stage: Stage, taken: Taken) -> None:
    to_closed(stage, taken)
    stage.wind(closing.REOPEN_FOR + timedelta(days=1))


def late(stage: Stage, _taken: Taken) -> None:
    """So late that the order cannot be returned any more."""
    stage.wind(timedelta(days=4))


LIVES: Mapping[str, Callable[[Stage, Taken], object]] = {
    "new": lambda stage, taken: None,
    "late": late,
    "signed": lambda stage, taken: does(stage, visits.sign, taken),
    "given_back": given_back,
    "found": to_found,
    "telling": telling,
    "told": to_told,
    "asked": to_asked,
    "rework": lambda stage, taken: says(stage, to_asked(stage, taken), Answer.UNSOLVED),
    "rejected": rejected,
    "disputed": disputed,
    "second_no": to_second_no,
    "proposed": proposed,
    "closed": to_closed,
    "hold_asked": hold_asked,
    "held": held,
    "long_closed": long_closed,
}


def offered(stage: Stage, taken: Taken, code: str) -> list[str]:
    """What a member of staff may do."""
    with at_desk(stage, code) as (tx, who):
        return possible(tx, who, standing(tx, taken.case_id).row)


def values(stage: Stage, taken: Taken) -> dict[str, str]:
    """What is written into the fields of deeds so that nothing is wrong with it."""
    with stage.door.transaction(LINE) as tx:
        code = visit_code(tx, taken.case_id)
    other = str(one(stage, "SELECT number FROM cases WHERE id <> :id", id=taken.case_id).number)
    return {
        "visit_code": code, "words": "灯泡已换好", "why": "理由充分", "reason": "not_ours", "unit": "heping",
        "person": NEIGHBOUR, "answer": "1", "kind": "void", "place": "", "until": "2026-12-02", "what": "",
        "hold_reason": "court", "extension_reason": "material", "waiver_reason": "no_access",
        "exception_reason": "not_reachable", "step": _left_out(stage, taken),
        "watch": "2", "term": "", "exclusion_reason": "abuse", "co_unit": "", "flag": "group", "people": "",
        "earlier": other,
        "back_reason": "finding_thin", "decline_reason": "too_vague", "line": "110", "line_name": "",
        "lead": other, "units": "heping", "soon": "", "spot": "", "called": "", "part": "yes", "score": "4",
        "category": "street-light", "matter_kind": "", "level": "", "persons": "", "parts": "",
    }  # fmt: skip


def _left_out(stage: Stage, taken: Taken) -> str:
    """A step that is owed still: the verdict once it is asked for, else the finding before what is told."""
    rows = stage.rows(
        "SELECT o.step FROM owed o JOIN cases c ON c.id = o.case_id AND c.attempt = o.attempt "
        "WHERE c.id = :id AND o.is_owed AND o.done_at IS NULL AND o.step IN ('finding', 'told')",
        id=taken.case_id,
    )
    return min((str(row.step) for row in rows), default="call_back")


class Undone(Exception):
    """Ends a transaction that only tries something."""


@dataclass(frozen=True)
class Tried:
    """What the deeds come to for one person: what is offered, and why each of the others is refused (None: it is
    not), by way of the page and by the use case itself."""

    can: list[str]
    by_page: dict[str, Refused | None]
    by_itself: dict[str, Refused | None]


def tried(stage: Stage, taken: Taken, code: str) -> Tried:
    """All deeds tried by one person, each taken back again."""
    written = values(stage, taken)

    with at_desk(stage, code) as (tx, who):

        def by_page(name: str) -> Message | None:
            return doing.act(tx, who, taken.case_id, name, (written, LAST))

        def by_itself(name: str) -> Message | None:
            return doing._do(ACTIONS[name], Given(tx, who, standing(tx, taken.case_id, lock=True), written))

        return Tried(
            possible(tx, who, standing(tx, taken.case_id).row),
            {name: _undone(tx, by_page, name) for name in ACTIONS},
            {name: _undone(tx, by_itself, name) for name in ACTIONS},
        )


def _undone(tx: Tx, deed: Callable[[str], Message | None], name: str) -> Refused | None:
    try:
        with tx.savepoint():
            told = deed(name)
            raise Refused(told) if told is not None and doing.field_of(told) is not None else Undone
    except Undone:
        return None
    except Refused as no:
        return no


# What the use cases leave to whoever calls them: the deeds of intake and dispatching have no person of their own.
OPEN_TO_ALL = {"reroute", "supplement", "urge", "reopen"}
# What is no sin but of no use: signed for, proven, told or marked as safe a second time.
OF_NO_USE = {"sign", "arrive", "tell", "safe", "assign"}


@pytest.mark.parametrize("life", LIVES)
def test_what_is_offered_can_be_done_and_nothing_else(stage: Stage, life: str) -> None:
    stage.text(LAMP, number=OTHER)
    taken = stage.text(LAMP)
    LIVES[life](stage, taken)
    before = snapshot(stage)
    for code in PEOPLE:
        found = tried(stage, taken, code)
        done = [name for name, no in found.by_page.items() if no is None]
        assert done == found.can, code
        for name, no in found.by_itself.items():
            assert no is not None or name in {*found.can, *OPEN_TO_ALL, *OF_NO_USE}, f"{code} {name}"
    assert snapshot(stage) == before


# What a case is about is corrected by whoever speaks for it; whoever holds it suggests.
WHO_CORRECTS = {
    "new": {HER: "suggest", NEIGHBOUR: "", LIAISON: "correct", DISPATCHER: "correct", SUPERVISOR: "correct"},
    "closed": {HER: "", LIAISON: "", DISPATCHER: "", SUPERVISOR: ""},
}
# What stands beside a case has deeds of its own.
WHO_BESIDE = {
    "new": {
        HER: "", LIAISON: "exclude", NEIGHBOUR: "", "verifier": "", "agent-1": "flag link",
        DISPATCHER: "exclude co-handle flag link confide announce", "xingfuli-head": "exclude whistle",
        SUPERVISOR: "supervise exclude co-handle whistle flag link confide announce",
    },
    "closed": {HER: "", LIAISON: "exclude", DISPATCHER: "exclude", SUPERVISOR: "exclude"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("life", "code", "can"),
    [
        ("new", HER, "sign call arrive news return hold waive except"),
        ("new", NEIGHBOUR, ""),
        ("new", LIAISON, "sign assign extend waive except"),
        ("new", DISPATCHER, "reroute assign supplement urge decline hand-over withdraw merge"),
        (
            "new",
            SUPERVISOR,
            "sign reroute assign propose supplement urge extend waive except decline hand-over withdraw merge",
        ),
        ("new", "agent-1", "supplement urge decline hand-over withdraw"),
        ("new", "verifier", ""),
        ("late", HER, "sign call arrive news hold waive except"),
        ("signed", HER, "call arrive news return hold waive except"),
        ("given_back", DISPATCHER, "uphold reject supplement urge decline hand-over withdraw merge"),
        ("given_back", HER, ""),
        ("rejected", HER, "call arrive news object hold waive except"),
        ("rejected", LIAISON, "object assign hold extend waive except"),
        ("rejected", DISPATCHER, "reroute assign supplement urge decline hand-over withdraw merge"),
        ("disputed", HER, ""),
        ("disputed", DISPATCHER, "supplement urge withdraw merge"),
        ("disputed", SUPERVISOR, "propose supplement urge withdraw merge"),
        ("disputed", "leader", "adjudicate propose supplement urge withdraw merge"),
        ("found", HER, "call find tell news return hold except"),
        ("telling", HER, "call find submit news return hold except"),
        ("told", HER, "call find submit news return hold"),
        ("asked", HER, ""),
        ("asked", "caller-back", "call-back except"),
        ("rework", HER, "sign call arrive news waive except"),
        ("second_no", SUPERVISOR, "propose redo supplement urge withdraw merge"),
        ("second_no", "caller-back", ""),
        ("proposed", SUPERVISOR, "redo supplement urge withdraw merge"),
        ("proposed", "leader", "approve refuse redo supplement urge withdraw merge"),
        ("closed", DISPATCHER, "reopen"),
        ("hold_asked", HER, "call arrive news return waive except"),
        ("hold_asked", DISPATCHER, "reroute assign supplement urge grant deny decline hand-over withdraw merge"),
        ("hold_asked", LIAISON, "assign extend waive except"),
        ("held", HER, "news resume"),
        ("held", LIAISON, "resume"),
        ("held", DISPATCHER, "supplement urge resume withdraw merge"),
        ("closed", HER, ""),
        ("long_closed", DISPATCHER, ""),
    ],
)
def test_who_may_do_what_when(stage: Stage, life: str, code: str, can: str) -> None:
    taken = stage.text(LAMP)
    LIVES[life](stage, taken)
    assert [name for name in offered(stage, taken, code) if name not in {*BESIDE, *CORRECTIONS}] == can.split()


@pytest.mark.parametrize(("life", "can"), WHO_CORRECTS.items())
def test_who_may_correct_what_a_case_is_about(stage: Stage, life: str, can: dict[str, str]) -> None:
    taken = stage.text(LAMP)
    LIVES[life](stage, taken)
    for code, names in can.items():
        assert [name for name in offered(stage, taken, code) if name in CORRECTIONS] == names.split(), code


@pytest.mark.parametrize(("life", "can"), WHO_BESIDE.items())
def test_who_may_do_what_to_what_stands_beside_a_case(stage: Stage, life: str, can: dict[str, str]) -> None:
    taken = stage.text(LAMP)
    LIVES[life](stage, taken)
    for code, names in can.items():
        assert [name for name in offered(stage, taken, code) if name in BESIDE] == names.split(), code


def test_danger_owes_news_until_a_lead_says_that_it_is_safe(stage: Stage) -> None:
    taken = stage.text(DANGER)
    stage.text(LAMP, number=OTHER)
    assert "safe" in offered(stage, taken, SUPERVISOR)
    assert tried(stage, taken, SUPERVISOR).by_page["safe"] is None
    assert "safe" not in offered(stage, taken, HER)


def test_where_nobody_can_be_reached_nobody_is_told_or_called(stage: Stage) -> None:
    taken = anonymous(stage)
    to_found(stage, taken)
    can = offered(stage, taken, HER)
    assert "tell" not in can
    assert "call" not in can
    assert "submit" in can


def test_a_lead_of_another_committee_does_not_speak_for_the_unit(stage: Stage) -> None:
    taken = stage.text(DANGER)
    assert offered(stage, taken, "heping-head") == []


def test_pages_and_commands_have_one_table() -> None:
    assert tuple(ACTIONS) == DEEDS
    fields = {field.name: field for action in ACTIONS.values() for field in action.fields}
    assert set(fields) == set(acting._OPTIONS)
    assert fields["answer"].options == ANSWERS == acting.ANSWERS
    assert fields["kind"].options == acting.KINDS
    assert fields["reason"].options == acting.REASONS
