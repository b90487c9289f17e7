"""A few days lived: everything in them is sound, and the same seed gives the same days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from app.embedded.postgres import EmbeddedPostgres
from app.living.hand import LivedHouse
from app.living.living import live
from app.proof.history import prove
from dispatch.reads import checks
from tests.app.living.ground import UNTIL, clock_of, digest, ground, house_on, quietly, span
from tests.stage import LINE, Stage

DAYS = 4


@dataclass(frozen=True)
class Lived:
    """Days that were lived, and what was counted."""

    stage: Stage
    house: LivedHouse
    counts: dict[str, int]
    told: list[tuple[object, ...]]

    def column(self, sql: str) -> list[object]:
        return [row[0] for row in self.stage.rows(sql)]


@pytest.fixture(scope="module")
def lived(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lived]:
    told: list[tuple[object, ...]] = []
    folder = tmp_path_factory.mktemp("lived") / "data"
    with ground(postgres, request) as stage, house_on(stage, folder, span(DAYS).first) as house:
        counts = live(house, "1", span(DAYS), lambda *morning: told.append(morning))
        yield Lived(stage, house, counts, told)


def test_every_invariant_holds(lived: Lived) -> None:
    with lived.house.door.transaction(LINE) as tx:
        assert checks.broken(tx) == []


def test_history_is_signed_to_its_end(lived: Lived) -> None:
    assert prove(lived.house).breaks == ()
    assert lived.column("SELECT number FROM checkpoint")


def test_the_clock_shows_the_real_time_again(lived: Lived) -> None:
    assert clock_of(lived.stage) == timedelta()


def test_nothing_that_is_due_waits_to_be_sent(lived: Lived) -> None:
    waiting = "SELECT next_at FROM outbox WHERE state IN ('pending', 'sending', 'unknown')"
    assert all(at > UNTIL for at in lived.column(waiting))  # type: ignore[operator]


def test_the_whole_loop_was_walked(lived: Lived) -> None:
    kinds = set(lived.column("SELECT DISTINCT kind FROM event"))
    loop = {"registered", "dispatched", "signed", "arrived", "found", "telling", "told", "submitted", "verified"}
    assert loop | {"asked", "verdict", "closed", "warned", "breached"} <= kinds


def test_there_is_something_of_everything(lived: Lived) -> None:
    asked = set(lived.column("SELECT DISTINCT channel FROM cases")) - {"round", "inspection"}
    assert asked == {"text", "call", "hand"}
    assert set(lived.column("SELECT DISTINCT lang FROM party")) == {"zh_CN", "en"}
    assert len(lived.column("SELECT DISTINCT service_line FROM cases")) == 5
    assert len(lived.column("SELECT DISTINCT state FROM cases")) >= 4
    assert lived.column("SELECT id FROM outbox WHERE state = 'failed' OR delivery = 'undelivered'")


def test_rounds_were_walked_and_some_were_not(lived: Lived) -> None:
    tasks = lived.column("SELECT state FROM round_task")
    assert tasks.count("done") > tasks.count("open") > 0
    found = lived.column("SELECT count(*) FROM round_case")
    assert found == lived.column("SELECT count(*) FROM cases WHERE channel IN ('round', 'inspection')")


def test_mornings_are_told_and_all_is_counted(lived: Lived) -> None:
    assert len(lived.told) == DAYS + 1
    counted = lived.column("SELECT count(*) FROM cases") + lived.column("SELECT count(*) FROM event")
    assert [lived.counts["cases"], lived.counts["events"]] == counted
    assert lived.counts["cases"] >= 4 * DAYS


def test_the_same_seed_gives_the_same_days(
    lived: Lived, postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ends = {}
    for seed in ("1", "2"):
        folder = tmp_path_factory.mktemp(f"again-{seed}") / "data"
        with ground(postgres, request) as stage, house_on(stage, folder, span(DAYS).first) as house:
            live(house, seed, span(DAYS), quietly)
            ends[seed] = digest(stage)
    assert ends["1"] == digest(lived.stage)
    assert ends["2"] != ends["1"]
