"""`python tests/app/upstage.py PROCFILE`: `hotline up` on another Procfile, settings by the environment."""

import sys
from pathlib import Path

from app.cli.voice import Voice
from app.settings import load
from app.supervisor.up import up
from app.trouble import Trouble


def main() -> int:
    voice = Voice("en")
    try:
        return up(load(), {}, voice.say, Path(sys.argv[1]))
    except Trouble as error:
        for message in error.messages:
            voice.warn(message)
        return error.code


if __name__ == "__main__":
    sys.exit(main())
