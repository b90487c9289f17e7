"""From the command line to one command. Errors are one plain message on stderr and a non-zero exit."""

import contextlib
import os
import sys
import traceback
from collections.abc import Sequence

from app import settings as reader
from app.cli import config, people, records, running
from app.cli.clock import due, why
from app.cli.parser import Commands, Parser
from app.cli.understanding import place, understand
from app.cli.voice import Voice, speak_whatever_the_locale
from app.trouble import Trouble
from cases.phrases import LANGUAGES, Message, msg


def run(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code (2: the command line is wrong, 1: it did not work)."""
    speak_whatever_the_locale()
    words = list(sys.argv[1:] if argv is None else argv)
    voice = Voice(_language(words))
    try:
        args = parser(voice, words).read(words)
        voice.as_json = getattr(args, "output", "text") == "json"
        code: int = args.run(args, voice)
        sys.stdout.flush()
    except Trouble as error:
        for message in error.messages:
            voice.warn(message)
        return error.code
    except BrokenPipeError:
        # Whoever read our output has gone; nothing more can be said to them.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        voice.warn(msg("app.cli.interrupted"))
        return 130
    except Exception as error:
        voice.warn(_unforeseen(error))
        return 1
    return code


def parser(voice: Voice, words: Sequence[str] = ()) -> Parser:
    """The whole grammar, speaking the voice's language.

    For the Procfile's processes it is theirs alone: what the other commands import (urllib3) must not be
    there before gevent's patches. So it is for what must answer at once.
    """
    commands = Commands(voice)
    alone = {"due": due, "place": place, "understand": understand}.get(_command(words))
    if alone:
        alone.add_commands(commands)
        return commands.parser
    running.add_commands(commands)
    if not running.PROCESSES & set(words[:1]):
        from app.cli import backup, fallback, moving, phone, wind
        from app.cli.carrier import twilio
        from app.cli.clock import calendar, jump
        from app.cli.ground import district
        from app.cli.matter import classify
        from app.cli.office import acting, duty, failures, figures, lists, searching, states, triaging
        from app.cli.rehearsal import demo
        from app.cli.rounds import planning
        from app.cli.rules import linting

        for room in (
            due,
            place,
            understand,
            why,
            calendar,
            jump,
            config,
            records,
            acting,
            states,
            figures,
            lists,
            triaging,
            searching,
            duty,
            failures,
            planning,
            linting,
            district,
            classify,
            people,
            moving,
            backup,
            fallback,
            twilio,
            phone,
            wind,
            demo,
        ):
            room.add_commands(commands)
    return commands.parser


def _command(words: Sequence[str]) -> str:
    """The first word that is neither --lang nor what follows it."""
    rest = words[2:] if words[:1] == ["--lang"] else [word for word in words if not word.startswith("--lang=")]
    return rest[0] if rest else ""


def _unforeseen(error: Exception) -> Message:
    """What nobody foresaw in one plain message; the traceback goes to the log."""
    with contextlib.suppress(Exception):
        folder = reader.load().folder / "log"
        if folder.is_dir():
            with (folder / "command.log").open("a") as log:
                traceback.print_exception(error, file=log)
    why = str(error).splitlines()[0] if str(error) else ""
    return msg("app.cli.failed", why=f"{type(error).__name__}: {why}"[:300])


def _language(words: Sequence[str]) -> str:
    """By --lang, else by the environment; read before the grammar, which speaks it."""
    for word, following in zip(words, [*words, ""][1:], strict=True):
        named = word.removeprefix("--lang=") if word.startswith("--lang=") else following
        if word.startswith("--lang") and named in LANGUAGES:
            return named
    return reader.language()
