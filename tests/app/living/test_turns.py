"""Days on which each case takes a turn: all of it happens, each of two people is another, and everything is sound."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.embedded.postgres import EmbeddedPostgres
from app.living.living import live
from dispatch.reads import checks
from tests.app.living.ground import ground, house_on, quietly, span
from tests.stage import LINE, Stage

SPAN = replace(span(12), a_day=6, ordinary=False)
SEED = "637"  # by which the turns that take days come early
PERMITTED = {"hold", "extension", "waiver", "exception", "exclusion"}
BESIDE = {"supervised", "accounted", "regraded", "released", "cohandled", "co_answered", "co_accepted", "co_returned"}
BESIDE |= {"co_released", "confided", "flagged", "repeat_linked", "repeated", "urged", "merged_with"}
BESIDE |= {"whistled", "whistle_came", "whistle_rated", "disputed", "adjudicated"}
STATES = {"declined", "handed_over", "withdrawn", "merged", "void"}


@pytest.fixture(scope="module")
def lived(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("turns") / "data"
    with ground(postgres, request) as stage, house_on(stage, folder, SPAN.first) as house:
        live(house, SEED, SPAN, quietly)
        with house.door.transaction(LINE) as tx:
            assert checks.broken(tx) == []
        yield stage


def column(stage: Stage, sql: str) -> set[object]:
    return {row[0] for row in stage.rows(sql)}


def test_what_one_asked_another_granted_or_refused(lived: Stage) -> None:
    assert column(lived, "SELECT kind FROM permission WHERE decision = 'granted'") == PERMITTED
    assert len(column(lived, "SELECT kind FROM permission WHERE decision = 'refused'")) >= 2
    decided = lived.rows("SELECT asked_by, decided_by FROM permission WHERE decision IN ('granted', 'refused')")
    assert all(row.asked_by != row.decided_by for row in decided)
    assert all(str(name).startswith("staff:") for row in decided for name in row)


def test_what_was_held_went_on(lived: Stage) -> None:
    assert {"held", "resumed", "extended", "visit_waived", "step_excepted", "excluded"} <= kinds(lived)
    assert not lived.rows(
        "SELECT 1 FROM permission p JOIN cases c ON c.id = p.case_id "
        "WHERE p.held_at IS NOT NULL AND p.ended_at IS NULL AND c.state <> 'suspended'"
    )


def kinds(stage: Stage) -> set[object]:
    return column(stage, "SELECT DISTINCT kind FROM event")


def test_everything_that_stands_beside_a_case_stood(lived: Stage) -> None:
    assert kinds(lived) >= BESIDE
    assert column(lived, "SELECT kind FROM side") == {"supervision", "cohandling", "flag", "urge", "handover"}
    accounts = lived.rows("SELECT opened_by, answered_by FROM side WHERE answered_at IS NOT NULL AND kind <> 'urge'")
    assert accounts
    assert all(row.opened_by != row.answered_by for row in accounts)


def test_a_storm_runs_that_several_joined(lived: Stage) -> None:
    running = lived.rows(
        "SELECT i.known, (SELECT count(*) FROM incident_join j WHERE j.incident_id = i.id) AS joined FROM incident i "
        "WHERE i.ended_at IS NULL"
    )
    assert [row.joined > 3 for row in running] == [True]
    assert all("预计" in str(row.known) for row in running)


def test_cases_ended_in_every_way(lived: Stage) -> None:
    assert column(lived, "SELECT DISTINCT state FROM cases") >= STATES
    endings = {"solved", "planned", "partly_solved", "settled_by_residents"}
    assert column(lived, "SELECT what FROM approval WHERE decision = 'approved'") >= (endings - {"solved"}) | {"void"}
    assert "answered" in kinds(lived)
    decided = lived.rows("SELECT proposed_by, decided_by FROM approval WHERE decided_at IS NOT NULL")
    assert all(row.proposed_by != row.decided_by for row in decided)


def test_persons_verified_what_they_did_not_handle_and_nothing_piles_up(lived: Stage) -> None:
    looked = lived.rows(
        "SELECT e.case_id, e.actor FROM event e WHERE e.kind IN ('verified', 'sent_back') AND e.actor <> 'system'"
    )
    assert looked
    handled = lived.rows(
        "SELECT a.case_id, 'staff:' || s.code AS actor FROM assignment a JOIN staff s ON s.id = a.worker_id"
    )
    assert not {tuple(row) for row in looked} & {tuple(row) for row in handled}
    assert len(lived.rows("SELECT 1 FROM cases WHERE state = 'to_verify'")) <= 3
