"""The browser libraries: named, pinned, copied, and nothing left over."""

import json
import re
from pathlib import Path

import pytest

from console.vendor import HERE, VendorTrouble, copy, named


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A console folder with one library."""
    (tmp_path / "node_modules" / "lib").mkdir(parents=True)
    (tmp_path / "node_modules" / "lib" / "lib.js").write_text("one")
    (tmp_path / "static").mkdir()
    (tmp_path / "vendor.txt").write_text("# libraries\n\nlib/lib.js  lib.js\n")
    return tmp_path


def test_named_files_are_copied_once(home: Path) -> None:
    assert copy(home) == 1
    assert (home / "static" / "vendor" / "lib.js").read_text() == "one"
    assert copy(home) == 0
    (home / "node_modules" / "lib" / "lib.js").write_text("two")
    assert copy(home) == 1
    assert (home / "static" / "vendor" / "lib.js").read_text() == "two"


def test_what_is_no_longer_named_goes(home: Path) -> None:
    copy(home)
    (home / "static" / "vendor" / "old.js").write_text("old")
    assert copy(home) == 1
    assert not (home / "static" / "vendor" / "old.js").exists()


def test_a_missing_library_is_named_with_its_remedy(home: Path) -> None:
    (home / "vendor.txt").write_text("lib/gone.js gone.js\n")
    with pytest.raises(VendorTrouble, match=r"node_modules/lib/gone\.js: run `npm ci"):
        copy(home)


@pytest.mark.parametrize("line", ["one", "a b c", "lib/lib.js ../lib.js"])
def test_a_wrong_line_is_named(home: Path, line: str) -> None:
    (home / "vendor.txt").write_text(line)
    with pytest.raises(VendorTrouble, match="line 1"):
        list(named(home / "vendor.txt"))


def test_versions_are_exact_and_the_lock_has_no_registry() -> None:
    package = json.loads((HERE / "package.json").read_text())
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in package["dependencies"].values())
    lock = json.loads((HERE / "package-lock.json").read_text())
    for name, entry in lock["packages"].items():
        assert "resolved" not in entry, name
        assert name == "" or entry["integrity"].startswith("sha512-"), name
