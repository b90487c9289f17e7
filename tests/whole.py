"""`make test` and `make browser`: the tests side by side; what was red beside its neighbours, once more alone; then,
alone too, those that say how soon something must be done.

A few red tests that are green alone do not stop a change: on a full machine they measure their neighbours. But each is
named at the end, for one that is red now and then is a fault, of the product or of the test (CONTRIBUTING.md).
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_CROWDS = {
    "test": (3, "not browser and not timed and not contracts"),
    "browser": (2, "browser"),
}  # workers, which tests
_FEW = 3  # of more red tests none is run again: that is no crowd's doing
_RED, _NONE = 1, 5  # pytest's exit codes


def main(part: str, arguments: list[str]) -> int:
    """Run `part` with pytest's further `arguments`; the exit code."""
    workers, which = _CROWDS[part]
    crowd = _pytest("-n", str(workers), "--cache-clear", "-m", which, *arguments)
    red = _last_failed()
    if crowd == _RED and len(red) <= _FEW:
        print(f"== once more, alone: {len(red)}", flush=True)
        crowd = _pytest("--last-failed", "--last-failed-no-failures", "none", "-m", which, *arguments)
    timed = _pytest("-m", "timed", *(arguments or _timed_files())) if part == "test" else _NONE
    for test in red:
        again = "green" if crowd == 0 else "see above"
        print(f"UNSTEADY {test} - red beside others, alone: {again}", flush=True)
    return 0 if {crowd, timed} <= {0, _NONE} and {crowd, timed} != {_NONE} else _RED


def _pytest(*arguments: str) -> int:
    command = [sys.executable, "-m", "pytest", *arguments]
    print(" ".join(command[1:]), flush=True)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _last_failed() -> list[str]:
    """The red tests of the run before, as pytest keeps them."""
    kept = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
    return sorted(json.loads(kept.read_text())) if kept.exists() else []


def _timed_files() -> list[str]:
    """Collecting all tests takes longer than looking for the mark."""
    files = (ROOT / "tests").rglob("test_*.py")
    return sorted(str(file.relative_to(ROOT)) for file in files if "mark.timed" in file.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
