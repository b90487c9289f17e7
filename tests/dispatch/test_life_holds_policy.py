"""What a policy says of holds and extensions: who else may grant, for how long, how often."""

import json
from datetime import timedelta

import pytest

from cases.clock.happened import HoldReason
from cases.clock.sla import Limit, Measure
from cases.life.reasons import ExtensionReason
from dispatch.acts.refusals import Refused
from dispatch.life import extensions, holds
from dispatch.loop.closing import SamePerson
from dispatch.loop.who import NotYours
from dispatch.policy.permission_rows import read_permissions
from dispatch.policy.permissions import Approver, ExtensionTerms, HoldTerms
from dispatch.reading.cells import Fault, Table
from tests.dispatch.looping import LAMP, case, does, sound, value
from tests.dispatch.test_life_holds import LIAISON, SUPERVISOR, ask, grant
from tests.stage import Stage

TERMS = {"holds": {"weather": {"approver": "unit", "cap": "2 wd"}}, "extensions": {"times": 0, "cap": "1 wd"}}


def test_what_is_said_is_read_and_the_rest_is_usual() -> None:
    faults: list[Fault] = []
    found = read_permissions(Table(TERMS, "policy", faults))
    assert faults == []
    assert found.hold(HoldReason.WEATHER) == HoldTerms(Approver.UNIT, Limit(2, Measure.WORKING_DAYS))
    assert found.hold(HoldReason.COURT) == HoldTerms(Approver.OFFICE, None)
    assert found.extensions == ExtensionTerms(0, Limit(1, Measure.WORKING_DAYS))
    assert read_permissions(Table({}, "policy", faults)).extensions == ExtensionTerms(2, None)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ({"holds": {"holiday": {}}}, "policy.holds.holiday: dispatch.fault.unknown"),
        ({"holds": {"court": {"approver": "nobody"}}}, "policy.holds.court.approver: dispatch.fault.not_a_word"),
        ({"holds": {"court": {"cap": "soon"}}}, "policy.holds.court.cap: dispatch.fault.no_limit"),
        ({"extensions": {"often": 3}}, "policy.extensions.often: dispatch.fault.unknown"),
    ],
)
def test_what_is_wrong_is_named(raw: object, fault: str) -> None:
    faults: list[Fault] = []
    read_permissions(Table(raw, "policy", faults))
    assert [str(each) for each in faults] == [fault]


def test_where_the_unit_may_decide_its_lead_does_but_never_who_asked(stage: Stage) -> None:
    raw = json.loads(str(value(stage, "SELECT body FROM policy_version")))
    stage.plant(
        "INSERT INTO policy_version (number, body, state, imported_at) VALUES (2, :body, 'in_force', now())",
        body=json.dumps(raw | TERMS),
    )
    taken = stage.text(LAMP)
    with pytest.raises(Refused, match="too_far"):
        ask(stage, taken, "2026-11-27", HoldReason.WEATHER)
    with pytest.raises(Refused, match="often"):
        does(stage, extensions.ask, taken, ExtensionReason.MATERIAL, ("2026-12-02", "缺配件"), by=LIAISON)
    ask(stage, taken, "2026-11-26", HoldReason.WEATHER)
    grant(stage, taken, LIAISON)
    assert case(stage, taken).state == "suspended"
    stage.wind(timedelta(hours=1))
    does(stage, holds.resume, taken)
    ask(stage, taken, "2026-11-26", HoldReason.WEATHER, LIAISON)
    with pytest.raises(SamePerson):
        grant(stage, taken, LIAISON)
    grant(stage, taken, SUPERVISOR)
    does(stage, holds.resume, taken)
    ask(stage, taken, "2026-11-26", HoldReason.COURT)
    with pytest.raises(NotYours):
        grant(stage, taken, LIAISON)
    sound(stage)
