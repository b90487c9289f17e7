"""INV-CHAIN before a database superuser: all that is done to signed history is found, what is younger is counted, and
honest history, long as it may be, raises no alarm."""

import random
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection

from app.proof import keys
from app.proof.history import Proof, prove, prove_on
from app.sections import Database, Line, Settings
from app.wiring import House
from cases.seal.breaks import BreakKind, Counts
from cases.seal.witness import NO_LINE, Checkpoint, Ends, Head, checkpoint_line
from tests.house.forger import WRONGS, Forger
from tests.house.histories import Histories
from tests.signing import sign_all
from tests.stage import LINE, Stage

HOUR = timedelta(hours=1)


@pytest.fixture
def histories(stage: Stage, tmp_path: Path) -> Iterator[Histories]:
    """A stage, its house and checkpoint file, with one case that came by text."""
    settings = Settings(
        data=tmp_path / "data",
        database=Database(url=stage.database.url),
        lines=(Line(id="main", number=LINE.number, office="xingfu"),),
    )
    house = House(settings, "tests", pool=2)
    house.folder.prepare()
    house.__dict__["vault"] = stage.vault
    yield Histories(stage, house)
    house.engine.dispose()


def sign(histories: Histories) -> None:
    """A checkpoint over all there is."""
    sign_all(histories.checkpoints, histories.stage)


@pytest.fixture
def superuser(histories: Histories) -> Iterator[Connection]:
    """An open transaction of the server's superuser, whom no foreign key holds back."""
    engine = sa.create_engine(histories.stage.server.url("postgres", histories.stage.database.name))
    with engine.connect() as conn:
        conn.execute(sa.text("SET session_replication_role = replica"))
        conn.commit()
        yield conn
    engine.dispose()


def lived(histories: Histories) -> dict[UUID, int]:
    """Cases that grew between four checkpoints, an hour apart, and on after the last; how much of each is signed."""
    cases = histories.new(24)
    for grown in (cases[:15], cases[6:], cases[:12], cases[18:]):
        histories.grow(grown, 2)
        sign(histories)
        histories.stage.wind(HOUR)
    signed = {case: seq for case, (seq, _) in histories.ends.items()}
    histories.grow(cases[3:9], 1)
    return signed


@pytest.mark.slow
def test_all_of_300_tamperings_are_found(histories: Histories, superuser: Connection) -> None:
    signed = lived(histories)
    file = histories.checkpoints.file
    whole = file.read_bytes()

    def proof() -> Proof:
        return prove_on(superuser, histories.checkpoints, histories.house.vault)

    assert proof().breaks == ()
    assert proof().counts == Counts(cases=25, lines=111, signed=105, younger=6)
    missed = []
    for seed in range(300):
        wrong, kinds = WRONGS[seed % len(WRONGS)]
        savepoint = superuser.begin_nested()
        wrong(Forger(superuser, random.Random(seed), signed, file))
        if not kinds & {each.kind for each in proof().breaks}:
            missed.append((seed, wrong.__name__))
        savepoint.rollback()
        file.write_bytes(whole)
    assert missed == []
    assert proof().breaks == ()


def test_what_is_younger_than_the_last_checkpoint_is_counted_and_no_more(
    histories: Histories, superuser: Connection
) -> None:
    histories.grow(histories.new(3), 3)
    sign(histories)
    young = histories.new(2)
    histories.grow(young, 3)
    forger = Forger(superuser, random.Random(1), dict.fromkeys(young, 3), histories.checkpoints.file)
    forger.text()
    seen = prove_on(superuser, histories.checkpoints, histories.house.vault)
    assert (seen.breaks, seen.counts.younger) == ((), 6)


def test_an_invented_case_that_was_signed_in_good_faith_is_found(histories: Histories) -> None:
    histories.grow(histories.new(3), 3)
    sign(histories)
    late = histories.new(1)
    histories.stage.wind(-HOUR)  # its lines say that they are an hour older than the checkpoint
    histories.grow(late, 1)
    histories.stage.wind(HOUR)
    sign(histories)
    [found] = prove(histories.house).breaks
    assert (found.kind, found.case_id, found.since and found.since.number) == (BreakKind.BACKDATED, late[0], 1)


def test_erased_words_leave_the_chain_whole(histories: Histories) -> None:
    histories.grow(histories.new(4), 4)
    sign(histories)
    histories.stage.plant("UPDATE content SET sealed = '' WHERE kind = 'words'")
    seen = prove(histories.house)
    assert seen.breaks == ()
    assert seen.counts.erased == 4 + 1  # each first line; so has the case that came by text


def test_a_row_that_a_crash_kept_from_being_written_is_made_up_for(histories: Histories) -> None:
    histories.grow(histories.new(2), 1)
    sign(histories)
    histories.grow(histories.new(2), 1)
    sign(histories)
    rows = histories.stage.rows("SELECT * FROM checkpoint ORDER BY number")
    histories.stage.plant("DELETE FROM checkpoint WHERE number = (SELECT max(number) FROM checkpoint)")
    assert prove(histories.house).breaks == ()
    assert not histories.checkpoints.write()  # nothing grew, but the row is there again
    assert histories.stage.rows("SELECT * FROM checkpoint ORDER BY number") == rows


def test_a_restored_database_counts_its_transactions_anew(histories: Histories) -> None:
    """The new server has not come to the numbers that the old one wrote; what that left unsigned is signed now."""
    checkpoints, stage = histories.checkpoints, histories.stage
    cases = histories.new(3)
    histories.grow(cases[:1], 2)
    old = 10**12
    heads = [Head(case, seq, hash_) for case, (seq, hash_) in histories.ends.items()]
    [[at]] = stage.rows("SELECT now() + ahead FROM clock")
    line = checkpoint_line(
        Checkpoint(1, NO_LINE, at, tuple(heads), Ends().take(heads), old), keys.signer(histories.house.folder).sign
    )
    checkpoints.file.write_text(line + "\n")
    histories.grow(cases[1:2], 2)
    stage.plant("UPDATE event SET xid = :old + seq", old=old)
    assert prove(histories.house).breaks == ()
    sign(histories)
    assert len(list(checkpoints.lines())) == 2
    histories.grow(cases[2:], 2)
    sign(histories)
    seen = prove(histories.house)
    assert (seen.breaks, seen.checkpoints, seen.counts.signed) == ((), 3, 9)
    assert not checkpoints.write()


@pytest.mark.slow
def test_a_hundred_thousand_honest_lines_raise_no_alarm(histories: Histories) -> None:
    cases = histories.new(17_500)
    for grown in (cases[:10_000], cases[7_500:], cases[:5_000]):
        histories.grow(grown, 4)
        sign(histories)
        histories.stage.wind(HOUR)
    seen = prove(histories.house)
    assert seen.breaks == ()
    assert seen.counts.lines == seen.counts.signed == 100_003
