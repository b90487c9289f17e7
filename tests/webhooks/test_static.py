"""The static documents as files for a second host."""

from pathlib import Path

import pytest

from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read
from webhooks.answers import NOTHING_TO_SAY
from webhooks.static import CALLER, write_fallback


def test_files_that_any_host_can_serve(tmp_path: Path) -> None:
    folder = tmp_path / "second" / "host"
    assert write_fallback(folder) == (folder / "voice.xml", folder / "sms.xml")
    assert write_fallback(folder) == (folder / "voice.xml", folder / "sms.xml"), "and once more"
    assert (folder / "voice.xml").read_bytes() == CALLER.body
    assert (folder / "sms.xml").read_bytes() == NOTHING_TO_SAY.body
    assert sorted(file.name for file in folder.iterdir()) == ["sms.xml", "voice.xml"]
    for name, kind in (("voice.xml", Kind.VOICE), ("sms.xml", Kind.MESSAGE)):
        document = read((folder / name).read_bytes(), "text/xml", kind)
        assert remarks_on(document, kind) == ()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match="file"):
        write_fallback(tmp_path / "file" / "folder")
