"""`python -m bench.flame FILE.svg`: where the time of the hot path goes, looked at by py-spy while texts come in."""

import re
import subprocess
import sys
from pathlib import Path

from bench import texts
from bench.ground import ROOT, standing
from bench.load import drive

_SECONDS = 10
_RATE = "500"  # looks a second
_TITLE = re.compile(r'(<text id="title"[^>]*>)[^<]*(</text>)')


def main(file: Path) -> None:
    """One worker of `hooks`, eight clients."""
    with standing() as ground:
        site = ground.database("flame")
        with site.running("hooks", site.port + 1, HOTLINE__SERVER__HOOKS_WORKERS="1") as master:
            drive(site.port + 1, texts.made(400), 8, 60)
            pid = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()[0]
            spy = [str(Path(sys.executable).with_name("py-spy")), "record", "--pid", pid, "--output", str(file)]
            looking = subprocess.Popen(
                [*spy, "--duration", str(_SECONDS), "--rate", _RATE, "--format", "flamegraph"], cwd=ROOT
            )
            drive(site.port + 1, texts.made(_SECONDS * 1000), 8, _SECONDS + 1)
            looking.wait(60)
    # The title that py-spy gives is its command line, with paths of this machine.
    file.write_text(_TITLE.sub(r"\1Intake: one worker of hooks, eight clients\2", file.read_text()))


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
