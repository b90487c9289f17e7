"""The command line's grammar: commands, their options, help in two languages."""

import argparse
import re
from collections.abc import Callable
from typing import NoReturn

from app.cli.voice import Voice
from app.trouble import Trouble
from cases.phrases import Message, msg

Run = Callable[[argparse.Namespace, Voice], int]

# What argparse says of a wrong command line, and our own words for it.
_COMPLAINTS = (
    (re.compile(r"argument (?:\S+): invalid choice: '?(.*?)'? \(choose from (.*)\)"), "app.cli.no_choice"),
    (re.compile(r"the following arguments are required: (.*)"), "app.cli.required"),
    (re.compile(r"unrecognized arguments: (.*)"), "app.cli.unknown_argument"),
    (re.compile(r"argument (.*): invalid \w+ value: '(.*)'"), "app.cli.bad_value"),
    (re.compile(r"argument (.*): expected (?:one|at least one) argument"), "app.cli.no_value"),
)


class Parser(argparse.ArgumentParser):
    """An argument parser that complains in one plain sentence of the chosen language."""

    def error(self, message: str) -> NoReturn:
        raise Trouble(complaint(message, self.prog), code=2)


def complaint(message: str, prog: str) -> Message:
    """argparse's complaint in our words."""
    for pattern, id_ in _COMPLAINTS:
        match = pattern.search(message)
        if match:
            first, second = (*match.groups(), "")[:2]
            return msg(id_, prog=prog, first=first, second=second.replace("'", ""))
    return msg("app.cli.bad_line", prog=prog, first=message, second="")


class Commands:
    """Adds commands to the parser; what they do and their examples come from the catalogue."""

    def __init__(self, voice: Voice) -> None:
        self.voice = voice
        self.parser = Parser(
            prog="hotline",
            description=voice.text(msg("app.help.hotline")),
            epilog=voice.text(msg("app.help.hotline.examples")),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self._titles(self.parser)
        self.parser.add_argument("--lang", choices=("zh_CN", "en"), help=voice.text(msg("app.help.lang")))
        self.top = self.parser.add_subparsers(
            dest="command", required=True, metavar="COMMAND", title=voice.text(msg("app.help.commands"))
        )

    def add(
        self, name: str, run: Run, *flags: str, under: "argparse._SubParsersAction[Parser] | None" = None
    ) -> Parser:
        """A command; `flags` are the common options that it takes ("data", "output")."""
        key = name if under is None else f"{under.dest}_{name}"
        text = self.voice.text
        parser: Parser = (under or self.top).add_parser(
            name,
            help=text(msg(f"app.help.{key}")),
            description=text(msg(f"app.help.{key}")),
            epilog=text(msg(f"app.help.{key}.examples")),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self._titles(parser)
        parser.set_defaults(run=run)
        parser.add_argument(
            "--lang", choices=("zh_CN", "en"), default=argparse.SUPPRESS, help=text(msg("app.help.lang"))
        )
        if "data" in flags:
            parser.add_argument("--data", metavar="DIR", help=text(msg("app.help.data")))
        if "output" in flags:
            parser.add_argument(
                "-o", "--output", choices=("text", "json"), default="text", help=text(msg("app.help.output"))
            )
        return parser

    def group(self, name: str) -> "argparse._SubParsersAction[Parser]":
        """A command that has commands of its own (`config check`)."""
        text = self.voice.text
        parser = self.top.add_parser(
            name,
            help=text(msg(f"app.help.{name}")),
            description=text(msg(f"app.help.{name}")),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        self._titles(parser)
        return parser.add_subparsers(dest=name, required=True, metavar="COMMAND", title=text(msg("app.help.commands")))

    def option(self, parser: Parser, *names: str, **facts: object) -> None:
        """An option or argument, its help by the id `app.help.option.<name>`."""
        key = str(facts.get("dest") or names[-1]).lstrip("-").replace("-", "_").lower()
        help_text = self.voice.text(msg(f"app.help.option.{key}"))
        parser.add_argument(*names, help=help_text, **facts)  # type: ignore[arg-type]

    def _titles(self, parser: argparse.ArgumentParser) -> None:
        parser._positionals.title = self.voice.text(msg("app.help.arguments"))
        parser._optionals.title = self.voice.text(msg("app.help.options"))
