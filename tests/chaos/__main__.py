"""`python -m tests.chaos`: the short run of chaos. Prints figures; a run that finds something ends with 1.

--seed N       the seed of traffic and faults; without it a fresh one, printed
--seconds S    how long the faults last
--rate R       contacts begun in a second
"""

import argparse
import secrets
import signal
import sys
import time
from collections.abc import Mapping
from types import FrameType

from tests.chaos.checker import Verdict
from tests.chaos.ground import standing
from tests.chaos.nemesis import PER_POINT
from tests.chaos.planted import BUGS
from tests.chaos.rounds import Outcome, Size, great_round
from tests.chaos.trials import SHOWS, try_all

_SHOWN = 12
_WORDS = ("none", "one", "two", "three", "four", "five")


def main() -> int:
    asked = _parser().parse_args()
    seed = secrets.randbelow(10**6) if asked.seed is None else asked.seed
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    began = time.monotonic()
    fine = True
    with standing(worlds=1 + 1 + len(BUGS), keep=asked.keep) as ground:
        print(f"chaos: seed={seed} set up in {time.monotonic() - began:.0f} s", flush=True)
        if asked.part != "trials":
            outcome = great_round(ground, seed, Size(asked.seconds, asked.rate))
            print(f"chaos: seed={seed} {outcome.told()} seconds={time.monotonic() - began:.0f}", flush=True)
            fine = _fine(outcome)
        if asked.part != "great":
            fine = _found(try_all(ground, seed)) and fine
    print(f"chaos: {'passed' if fine else 'failed'} in {time.monotonic() - began:.0f} s", flush=True)
    if not fine:
        print(f"chaos: the same again: .venv/bin/python -m tests.chaos --seed {seed}")
    return 0 if fine else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description="Faults, and what must survive them.")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--seconds", type=float, default=85.0)
    parser.add_argument("--rate", type=float, default=26.0)
    parser.add_argument("--part", choices=("all", "great", "trials"), default="all")
    parser.add_argument("--keep", action="store_true", help="leave logs and ledger, and say where they are")
    return parser


def _fine(outcome: Outcome) -> bool:
    _show(outcome.verdict)
    short = [name for name, crossings in outcome.crossed.items() if crossings < PER_POINT]
    for name in short:
        print(f"  {name}: crossed by {outcome.crossed[name]} crashes, {PER_POINT} are wanted")
    for trouble in outcome.history.troubles[:_SHOWN]:
        print(f"  the sender failed: {trouble}")
    return outcome.verdict.clean and not outcome.history.troubles and not short


def _found(verdicts: Mapping[str, Verdict]) -> bool:
    """Say what each planted bug showed; without any bug the same trials must show nothing."""
    found = [bug for bug in BUGS if dict(verdicts[bug].findings())[SHOWS[bug]]]
    for bug in BUGS:
        print(f"chaos: planted: {bug}: {'found' if bug in found else 'not found'}: {verdicts[bug].told()}")
    print(f"chaos: planted: none: {verdicts[''].told()}")
    _show(verdicts[""])
    print(f"chaos: {_WORDS[len(found)]} of {_WORDS[len(BUGS)]} planted bugs found", flush=True)
    return len(found) == len(BUGS) and verdicts[""].clean


def _show(verdict: Verdict) -> None:
    for name, found in verdict.findings():
        for each in found[:_SHOWN]:
            print(f"  {name}: {each}")


def _end(number: int, _frame: FrameType | None) -> None:
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main())
