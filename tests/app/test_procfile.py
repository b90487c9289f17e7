"""The Procfile, the ports, the waits."""

import socket
import sys
from pathlib import Path

import pytest

from app.supervisor.part import Part
from app.supervisor.plan import ROOT
from app.supervisor.ports import answers, check_free, listens
from app.supervisor.procfile import Entry, read_procfile
from app.trouble import Trouble


def test_our_own_names_the_five_processes() -> None:
    entries = read_procfile(ROOT / "Procfile")
    assert [entry.name for entry in entries] == ["release", "web", "hooks", "jobs", "timers"]
    for entry in entries:
        argv = entry.argv()
        assert argv[0] == sys.executable
        assert argv[-1] == entry.name


@pytest.mark.parametrize(
    ("command", "argv"),
    [
        ("sleep 3", ["sleep", "3"]),
        ("a | b", ["/bin/sh", "-c", "exec a | b"]),
        ("sh -c 'exit 3'", ["/bin/sh", "-c", "exec sh -c 'exit 3'"]),
    ],
)
def test_a_command_of_others_is_run_as_it_stands(command: str, argv: list[str]) -> None:
    assert Entry("x", command).argv() == argv


@pytest.mark.parametrize("text", ["web", "web:", "web: a\nweb: b", ": x", "a b: c"])
def test_what_is_no_procfile_is_told_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "Procfile"
    path.write_text(f"# ours\n\n{text}\n")
    with pytest.raises(Trouble) as caught:
        read_procfile(path)
    assert caught.value.messages[0].id == "app.procfile.bad_line"
    assert caught.value.messages[0].params["line"] == 3 + text.count("\n")


def test_a_missing_procfile_is_told(tmp_path: Path) -> None:
    with pytest.raises(Trouble) as caught:
        read_procfile(tmp_path / "Procfile")
    assert caught.value.messages[0].id == "app.procfile.unreadable"


def test_a_port_in_use_is_told_and_a_free_one_is_not() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert listens(f"http://127.0.0.1:{port}")
        with pytest.raises(Trouble) as caught:
            check_free("127.0.0.1", port)
        assert caught.value.messages[0].id == "app.port.in_use"
        assert caught.value.messages[0].params["port"] == port
    check_free("127.0.0.1", port)
    assert not listens(f"http://127.0.0.1:{port}")
    assert not answers(f"http://127.0.0.1:{port}", "/")


def test_an_address_that_is_not_ours_is_told() -> None:
    with pytest.raises(Trouble) as caught:
        check_free("192.0.2.1", 8000)
    assert caught.value.messages[0].id == "app.port.trouble"


def test_the_waits_grow_and_end_at_half_a_minute(tmp_path: Path) -> None:
    part = Part("x", lambda _output: pytest.fail("not started here"), tmp_path / "x.log")
    part.started_at = 1e12
    assert [part.wait_again() for _ in range(9)] == [0.25, 0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_child_that_lived_long_is_forgiven(tmp_path: Path) -> None:
    part = Part("x", lambda _output: pytest.fail("not started here"), tmp_path / "x.log")
    part.deaths = 5
    part.started_at = 0.0
    assert part.wait_again() == 0.25
