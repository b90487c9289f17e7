"""What is built as a wheel holds everything that running needs: pages, catalogues, migrations, samples, settings."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import ALL, ROOT

BESIDE = ("pyproject.toml", "README.md", "LICENSE", "requirements.in", "config.toml", "Procfile")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
LEFT = shutil.ignore_patterns("__pycache__", "node_modules", "*.egg-info")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    """A wheel of a copy of this checkout, set up as it is."""
    source, built = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("built")
    for package in ALL:
        shutil.copytree(ROOT / package, source / package, ignore=LEFT, symlinks=True)
    for name in BESIDE:
        shutil.copy(ROOT / name, source / name)
    ran = subprocess.run(
        [sys.executable, "-c", BUILD, str(built)], cwd=source, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        yield archive


def running_needs() -> set[str]:
    """Files that are read or run, by their place in the checkout."""
    found = {path for package in ALL for path in (ROOT / package).rglob("*.py")}
    found |= {path for part in ("templates", "static") for path in (ROOT / "console" / part).rglob("*")}
    found |= set((ROOT / "app" / "locale").rglob("*.mo")) | set((ROOT / "app" / "sample").iterdir())
    found |= set((ROOT / "app" / "migrations").rglob("*.mako")) | set((ROOT / "app" / "shipped").iterdir())
    return {
        str(path.relative_to(ROOT))
        for path in found
        if path.is_file() and not {"node_modules", "__pycache__"} & set(path.parts)
    }


def test_everything_is_in_it(wheel: zipfile.ZipFile) -> None:
    needed = running_needs()
    kinds = {Path(name).suffix for name in needed}
    assert {".py", ".html", ".css", ".js", ".mo", ".json", ".geojson", ".mako", ".toml"} <= kinds, "run `make setup`"
    missing = sorted(needed - set(wheel.namelist()))
    assert not missing, "\n".join(missing)


def test_nothing_else_is_in_it(wheel: zipfile.ZipFile) -> None:
    strange = [name for name in wheel.namelist() if name.split("/")[0] not in ALL and ".dist-info/" not in name]
    assert not strange
    assert not [name for name in wheel.namelist() if "node_modules" in name or "/tests/" in name]


def test_what_is_shipped_is_what_the_checkout_has(wheel: zipfile.ZipFile) -> None:
    for name in ("config.toml", "Procfile"):
        assert wheel.read(f"app/shipped/{name}") == (ROOT / name).read_bytes()


def test_it_says_what_it_stands_on(wheel: zipfile.ZipFile) -> None:
    [metadata] = [name for name in wheel.namelist() if name.endswith("METADATA")]
    said = wheel.read(metadata).decode()
    for line in (ROOT / "requirements.in").read_text().splitlines():
        if line and not line.startswith("#"):
            assert f"Requires-Dist: {line.split('[')[0].split('>')[0]}" in said, line
