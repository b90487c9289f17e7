"""Verification by a person: who may, what sending back does to the clocks, and the sample of what evidence passes."""

import json
from uuid import UUID

import pytest

from cases.seal.vault import Keys, Vault
from dispatch.acts.refusals import Refused
from dispatch.loop import finding, submitting
from dispatch.policy.watching import Verifying
from dispatch.reads.possible import possible
from tests.dispatch.looping import (
    HER,
    LAMP,
    arrived,
    at_desk,
    case,
    does,
    kept,
    kinds,
    one,
    outbox_ids,
    running,
    sound,
    tell,
    to_told,
    value,
)  # fmt: skip
from tests.dispatch.test_life_leaving import SUPERVISOR, act
from tests.stage import Stage

VERIFIER = "verifier"


def people_verify(stage: Stage, code: str = "stairwell-light", **more: object) -> None:
    """A second version of the policy, by which people look at what is submitted."""
    raw = json.loads(str(value(stage, "SELECT body FROM policy_version")))
    raw["verification"] = {"persons": True, "sample": 0, **more}
    raw["categories"][code]["verification"] = "person"
    stage.plant(
        "INSERT INTO policy_version (number, body, state, imported_at) VALUES (2, :body, 'in_force', now())",
        body=json.dumps(raw, ensure_ascii=False),
    )


def test_a_verifier_passes_what_was_submitted(stage: Stage) -> None:
    people_verify(stage)
    taken = stage.text(LAMP)
    to_told(stage, taken)
    assert does(stage, submitting.submit, taken).id == "ending.work.to_verify"
    assert case(stage, taken).state == "to_verify"
    assert set(running(stage, taken)) == {"verify"}
    assert len(outbox_ids(stage, "to_verify")) == 1
    for code, may in ((VERIFIER, True), (SUPERVISOR, True), (HER, False), ("caller-back", False)):
        with at_desk(stage, code) as (tx, who):
            assert ("pass" in possible(tx, who, case(stage, taken))) is may, code
    act(stage, taken.case_id, "pass", by=VERIFIER)
    assert case(stage, taken).state == "to_call_back"
    assert "verify" in kept(stage, taken)
    assert kinds(stage, taken)[-2:] == ["verified", "asked"]
    sound(stage)


def test_whoever_handled_it_does_not_verify_and_who_verified_does_not_ask(stage: Stage) -> None:
    people_verify(stage)
    taken = stage.text(LAMP)
    to_told(stage, taken)
    does(stage, submitting.submit, taken)
    supervisor = one(stage, "SELECT id FROM staff WHERE code = :code", code=SUPERVISOR).id
    stage.plant("UPDATE assignment SET worker_id = :id", id=supervisor)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "pass", by=SUPERVISOR)
    stage.plant("UPDATE assignment SET worker_id = (SELECT worker_id FROM cases LIMIT 1)")
    act(stage, taken.case_id, "pass", by=SUPERVISOR)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "call-back", by=SUPERVISOR, answer="1")
    act(stage, taken.case_id, "call-back", by="caller-back", answer="1")
    assert case(stage, taken).state == "closed"
    sound(stage)


def test_in_a_small_office_one_person_may_verify_and_ask(stage: Stage) -> None:
    people_verify(stage)
    taken = stage.text(LAMP)
    to_told(stage, taken)
    does(stage, submitting.submit, taken)
    act(stage, taken.case_id, "pass", by=SUPERVISOR)
    with at_desk(stage, SUPERVISOR) as (tx, who):
        tx.small = True
        assert "call-back" in possible(tx, who, case(stage, taken))


@pytest.mark.parametrize(
    ("reason", "step"), [("finding_thin", "finding"), ("told_wrong", "told"), ("not_done", "told")]
)
def test_what_is_sent_back_goes_on_where_its_clock_stopped(stage: Stage, reason: str, step: str) -> None:
    people_verify(stage)
    taken = stage.text(LAMP)
    to_told(stage, taken)
    due = one(
        stage, "SELECT due_at FROM timer WHERE case_id = :id AND step = :step", id=taken.case_id, step=step
    ).due_at
    does(stage, submitting.submit, taken)
    act(stage, taken.case_id, "send-back", by=VERIFIER, back_reason=reason, why="请补齐")
    assert case(stage, taken).state == "in_progress"
    assert set(running(stage, taken)) == {step}
    assert running(stage, taken)[step] >= due
    assert ("told" in kept(stage, taken)) is (step != "told"), "told stands unless it is what was lacking"
    assert len(outbox_ids(stage, "sent_back")) == 1
    sound(stage)
    if step == "told":
        arrived(stage, tell(stage, taken, "这次真的换好了"))
    else:
        does(stage, finding.find, taken, "灯座进水，已换灯座")
    does(stage, submitting.submit, taken)
    act(stage, taken.case_id, "pass", by=VERIFIER)
    assert case(stage, taken).state == "to_call_back"
    sound(stage)


def test_an_unproven_visit_is_owed_again(stage: Stage) -> None:
    people_verify(stage)
    taken = stage.text(LAMP)
    to_told(stage, taken)
    does(stage, submitting.submit, taken)
    with pytest.raises(Refused):
        act(stage, taken.case_id, "send-back", by=VERIFIER, back_reason="visit_unproven", why="")
    act(stage, taken.case_id, "send-back", by=VERIFIER, back_reason="visit_unproven", why="照片不对")
    assert "visit" in running(stage, taken)
    assert does(stage, submitting.submit, taken).id == "desk.work.visit_lacking"
    sound(stage)


def test_the_sample_is_five_of_a_hundred_and_always_the_same() -> None:
    vault, office = Vault(Keys(b"s" * 32, b"i" * 32)), UUID(int=1)
    digests = [vault.number_hash(office, f"verification/{UUID(int=n)}") for n in range(2000)]
    policy = Verifying(persons=True)
    picked = [policy.picks(digest) for digest in digests]
    assert picked == [policy.picks(digest) for digest in digests]
    assert 0.04 <= sum(picked) / len(picked) <= 0.06
    assert not any(Verifying(persons=False).picks(digest) for digest in digests)
    assert all(Verifying(persons=True, sample=100).picks(digest) for digest in digests)


def test_a_sample_of_what_the_evidence_passes_goes_to_a_person(stage: Stage) -> None:
    raw = json.loads(str(value(stage, "SELECT body FROM policy_version")))
    raw["verification"] = {"persons": True, "sample": 100}
    stage.plant(
        "INSERT INTO policy_version (number, body, state, imported_at) VALUES (2, :body, 'in_force', now())",
        body=json.dumps(raw, ensure_ascii=False),
    )
    taken = stage.text(LAMP)
    to_told(stage, taken)
    does(stage, submitting.submit, taken)
    assert case(stage, taken).state == "to_verify"
