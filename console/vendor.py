"""Copies the browser libraries that the pages use to static/vendor: `python -m console.vendor`.

vendor.txt names them. Quick when they stand already; a file that is no longer named is taken away.
"""

import shutil
import sys
from collections.abc import Iterator
from filecmp import cmp
from pathlib import Path

HERE = Path(__file__).parent


class VendorTrouble(Exception):
    """The libraries cannot be copied: the message says what is missing and what helps."""


def named(table: Path) -> Iterator[tuple[str, str]]:
    """The pairs (file in node_modules, name in vendor) of a table. Raises VendorTrouble."""
    for number, line in enumerate(table.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if not words:
            continue
        if len(words) != 2 or Path(words[1]).name != words[1]:
            raise VendorTrouble(f"{table.name} line {number}: two words are needed, a file and a plain name")
        yield words[0], words[1]


def copy(home: Path = HERE) -> int:
    """Copies what vendor.txt names; how many files changed. Raises VendorTrouble, OSError."""
    source, target = home / "node_modules", home / "static" / "vendor"
    pairs = {name: source / file for file, name in named(home / "vendor.txt")}
    missing = [str(file.relative_to(home)) for file in pairs.values() if not file.is_file()]
    if missing:
        remedy = f"run `npm ci --ignore-scripts` in {home.name}/ first"
        raise VendorTrouble(f"missing: {', '.join(missing)}: {remedy}")
    target.mkdir(parents=True, exist_ok=True)
    changed = 0
    for stale in target.iterdir():
        if stale.name not in pairs:
            stale.unlink()
            changed += 1
    for name, file in pairs.items():
        if not (target / name).is_file() or not cmp(file, target / name, shallow=False):
            shutil.copyfile(file, target / name)
            changed += 1
    return changed


def main() -> int:
    """The command: 0, or 1 with one plain message."""
    try:
        copy()
    except (VendorTrouble, OSError) as trouble:
        print(f"console.vendor: {trouble}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
