"""Living begins on fresh ground only; what was broken off is told, and holds the processes."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from app.embedded.postgres import EmbeddedPostgres
from app.living.living import live
from app.migrations.run import grant
from app.processes import timers
from app.processes.timers import Rounds
from app.trouble import Trouble
from app.wiring import House
from dispatch.people import roster
from dispatch.reads import checks
from tests.app.living.ground import ground, house_on, quietly, span
from tests.conftest import fresh_database
from tests.stage import LINE, Stage, _vault, build, sample_policy

TWO = span(2)


def refusal(stage: Stage, folder: Path) -> str:
    """The message that living is refused with."""
    with house_on(stage, folder, TWO.first) as house, pytest.raises(Trouble) as refused:
        live(house, "1", TWO, quietly)
    return refused.value.messages[0].id


def test_not_where_something_happened(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with ground(postgres, request) as stage:
        stage.text("幸福里小区3号楼2单元楼道灯坏了")
        assert refusal(stage, tmp_path / "data") == "app.demo.not_fresh"


def test_not_where_nobody_lives(postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    bare = {
        "office": {"code": LINE.office, "name": {"zh": "街道办事处", "en": "Sub-district office"}},
        "duty_desk": {"name": {"zh": "值班室", "en": "Duty desk"}},
    }
    with fresh_database(postgres, request) as database:
        owner = sa.create_engine(database.owner_url)
        with owner.begin() as conn:
            roster.import_policy(conn, sample_policy())
            roster.found_office(conn, _vault(), bare, "Asia/Shanghai")
            grant(conn, "hotline_app")
        owner.dispose()
        stage = build(database, postgres)
        stage.plant("UPDATE clock SET ahead = interval '0'")
        assert refusal(stage, tmp_path / "data") == "app.demo.no_sample"
        stage.engine.dispose()
        stage.owner.dispose()


def test_what_was_broken_off_is_sound_and_told(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    mornings = []

    def killed(*morning: object) -> None:
        mornings.append(morning)
        if len(mornings) == 3:
            raise KeyboardInterrupt

    with ground(postgres, request) as stage:
        with house_on(stage, tmp_path / "data", TWO.first) as house:
            with pytest.raises(KeyboardInterrupt):
                live(house, "1", TWO, killed)
            with house.door.transaction(LINE) as tx:
                assert checks.broken(tx) == []
        assert stage.rows("SELECT 1 FROM cases LIMIT 1")
        assert refusal(stage, tmp_path / "data") == "app.demo.broken_off"


def test_processes_wait_until_the_clock_shows_now(
    postgres: EmbeddedPostgres, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with ground(postgres, request) as stage, house_on(stage, tmp_path / "data", TWO.first) as lived:
        house = House(lived.settings, "timers", 2, rings=False)
        house.__dict__["vault"] = stage.vault
        stage.text("幸福里小区3号楼2单元楼道灯坏了")
        stage.plant("UPDATE timer SET fires_at = :then WHERE state = 'open'", then=TWO.first)
        rounds = Rounds(house)
        stage.plant("UPDATE clock SET ahead = interval '-1 day'")
        assert timers.is_lived(house)
        assert rounds.go() == timers.LOOK
        assert not stage.rows("SELECT 1 FROM event WHERE kind = 'warned'")
        stage.plant("UPDATE clock SET ahead = interval '0'")
        rounds.go()
        assert stage.rows("SELECT 1 FROM event WHERE kind = 'warned'")
        house.engine.dispose()
        house.bell.client.close()
