"""The data folder: private, locked by one, stamped for one purpose."""

import os
import stat
from pathlib import Path

import pytest

from app.embedded.folder import DataFolder, folder_trouble, own_folder
from app.embedded.stamp import Stamp, check_stamp, clock_of, read_stamp, stamp_release, write_stamp
from app.trouble import Trouble

MADE = Stamp("rehearsal", "real", "18")


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    found = DataFolder(tmp_path / "data")
    found.prepare()
    return found


def id_of(error: pytest.ExceptionInfo[Trouble]) -> str:
    return error.value.messages[0].id


def test_what_is_in_it_is_for_its_owner_only(folder: DataFolder) -> None:
    assert folder.secret("x") == folder.secret("x")
    assert stat.S_IMODE(folder.root.stat().st_mode) == 0o700
    for path in folder.root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_folder_that_was_there_keeps_its_rights(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    DataFolder(tmp_path).prepare()
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_part_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir(mode=0o777)
    (tmp_path / "run").chmod(0o777)
    with pytest.raises(Trouble) as caught:
        DataFolder(tmp_path).prepare()
    assert id_of(caught) == "app.folder.not_writable"


def test_a_link_is_no_folder_of_ours(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/tmp")
    with pytest.raises(OSError, match="no folder"):
        own_folder(tmp_path / "link")


def test_a_file_in_its_place_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Trouble) as caught:
        DataFolder(tmp_path / "data").prepare()
    assert id_of(caught) == "app.folder.no_folder"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(Trouble) as caught:
        DataFolder(tmp_path / "data").prepare()
    assert id_of(caught) == "app.folder.not_writable"


def test_a_full_disk_is_told() -> None:
    """/dev/full answers every write as a full disk does."""
    handle = os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="No space left") as caught:
        os.write(handle, b"x")
    os.close(handle)
    found = folder_trouble(caught.value, Path("/data"))
    assert isinstance(found, Trouble)
    assert found.messages[0].id == "app.folder.full"


def test_a_long_path_gets_a_short_place_for_its_sockets(tmp_path: Path) -> None:
    deep = DataFolder(tmp_path / ("d" * 100))
    assert len(os.fsencode(deep.run)) < 80
    deep.prepare()
    assert stat.S_IMODE(deep.run.stat().st_mode) == 0o700
    deep.run.rmdir()


def test_one_holds_the_lock_and_the_next_is_told_who(folder: DataFolder) -> None:
    assert folder.locked_by() is None
    handle = folder.lock()
    assert folder.locked_by() == os.getpid()
    with pytest.raises(Trouble) as caught:
        DataFolder(folder.root).lock()
    assert id_of(caught) == "app.folder.in_use"
    assert caught.value.messages[0].params["pid"] == str(os.getpid())
    os.close(handle)
    assert folder.locked_by() is None


@pytest.mark.parametrize(
    ("other", "id_"),
    [
        (Stamp("rehearsal", "real", "19"), "app.stamp.server"),
        (Stamp("twilio", "real", "18"), "app.stamp.carrier"),
    ],
)
def test_a_folder_made_for_something_else_is_refused(folder: DataFolder, other: Stamp, id_: str) -> None:
    assert check_stamp(folder, MADE) == MADE
    assert check_stamp(folder, MADE) == MADE
    with pytest.raises(Trouble) as caught:
        check_stamp(folder, other)
    assert id_of(caught) == id_
    assert read_stamp(folder) == MADE


def test_a_folder_whose_clock_may_be_wound_is_never_taken_for_a_real_one(folder: DataFolder) -> None:
    wound = Stamp("rehearsal", "rehearsal", "18")
    assert check_stamp(folder, wound) == wound
    with pytest.raises(Trouble) as caught:
        check_stamp(folder, MADE)
    assert id_of(caught) == "app.stamp.wound"
    assert read_stamp(folder) == wound


def test_a_real_folder_is_stamped_anew_once_its_database_was_seen(folder: DataFolder) -> None:
    check_stamp(folder, MADE)
    assert check_stamp(folder, Stamp("rehearsal", "rehearsal", "18")) == MADE
    stamp_release(folder, "0002", "rehearsal")
    assert read_stamp(folder) == Stamp("rehearsal", "rehearsal", "18", "0002")


def test_a_start_without_a_word_keeps_a_folder_s_real_clock(folder: DataFolder) -> None:
    assert clock_of(folder, "auto", "rehearsal") == "rehearsal"
    write_stamp(folder, Stamp("rehearsal", "real", "18"))
    assert clock_of(folder, "auto", "rehearsal") == "real"
    assert clock_of(folder, "rehearsal", "real") == "rehearsal"


def test_the_first_folders_called_the_real_clock_otherwise(folder: DataFolder) -> None:
    (folder.root / "stamp.json").write_text('{"carrier": "rehearsal", "clock": "system", "server": "18"}')
    assert check_stamp(folder, MADE) == MADE


def test_the_schema_is_noted(folder: DataFolder) -> None:
    check_stamp(folder, MADE)
    stamp_release(folder, "0001", "real")
    assert read_stamp(folder) == Stamp("rehearsal", "real", "18", "0001")
