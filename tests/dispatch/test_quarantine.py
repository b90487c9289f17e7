import json

import pytest

from dispatch import quarantine
from dispatch.quarantine import Held, Suspect
from tests.stage import LINE, RESIDENT, Stage

SID = "SM" + "a" * 32
SAID = json.dumps({"query": [], "body": [["Body", f"电梯坏了From{RESIDENT}"]]})
SUSPECT = Suspect("text", SID, "swallowed", SAID)


def put(stage: Stage, *suspects: Suspect) -> list[Held]:
    for each in suspects:
        with stage.door.transaction(LINE) as tx:
            quarantine.put(tx, each)
    with stage.door.transaction(LINE) as tx:
        return quarantine.open_items(tx)


def test_what_is_set_aside_waits_oldest_first(stage: Stage) -> None:
    other = Suspect("voice", "", "odd_name", SAID)
    held = put(stage, SUSPECT, other)
    assert [(each.suspect, each.line, each.trouble) for each in held] == [(SUSPECT, "main", ""), (other, "main", "")]
    assert held[0].received_at <= held[1].received_at


def test_the_same_again_is_the_same_and_another_body_is_another(stage: Stage) -> None:
    assert len(put(stage, SUSPECT, SUSPECT)) == 1
    assert len(put(stage, Suspect("text", SID, "swallowed", SAID + " "))) == 2


def test_what_was_said_lies_sealed_and_cannot_be_guessed(stage: Stage) -> None:
    put(stage, SUSPECT)
    ((row,),) = stage.rows("SELECT quarantine::text FROM quarantine")
    ((sealed,),) = stage.rows("SELECT body_sealed FROM quarantine")
    assert RESIDENT not in str(row)
    assert RESIDENT.encode() not in bytes(sealed)
    other = SAID.replace(RESIDENT, "+8613800000002")
    with stage.door.transaction(LINE) as tx:
        assert quarantine._digest(tx, SAID) != quarantine._digest(tx, other)


def test_it_is_settled_once(stage: Stage) -> None:
    (held,) = put(stage, SUSPECT)
    with stage.door.transaction(LINE) as tx:
        assert quarantine.doubt(tx, held.id, "unknown")
        assert quarantine.open_items(tx)[0].trouble == "unknown"
        assert quarantine.unasked(tx) == []
        assert quarantine.ask_again(tx, held.id)
        assert quarantine.open_items(tx) == quarantine.unasked(tx) == [held]
        assert quarantine.settle(tx, held.id, "dismissed", "supervisor")
        assert not quarantine.settle(tx, held.id, "taken", "carrier")
        assert not quarantine.doubt(tx, held.id, "unknown")
        assert not quarantine.ask_again(tx, held.id)
        assert quarantine.open_items(tx) == []
    assert [tuple(row) for row in stage.rows("SELECT state, settled_by, settled_at = received_at FROM quarantine")] == [
        ("dismissed", "supervisor", False)
    ]


def test_there_is_no_third_way_to_settle_it(stage: Stage) -> None:
    (held,) = put(stage, SUSPECT)
    with stage.door.transaction(LINE) as tx, pytest.raises(ValueError, match="state 'open'"):
        quarantine.settle(tx, held.id, "open", "me")
