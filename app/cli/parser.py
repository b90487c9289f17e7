"""The command line's grammar: commands, their options, help in two languages."""

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from typing import Any, NoReturn

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

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """The whole command line; what no command knows is told by the command that was given it."""
        args, unknown = self.parse_known_args(words)
        if unknown:
            early = unknown[0] in words[: words.index(args.command)]
            prog = self.prog if early else args.prog
            raise Trouble(msg("app.cli.unknown_argument", prog=prog, first=" ".join(unknown)), code=2)
        return args


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help whose own words (usage, the colons of headings) are the chosen language's too."""

    def __init__(self, prog: str, voice: Voice) -> None:
        super().__init__(prog)
        self._voice = voice

    def add_usage(
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        ours = self._voice.text(msg("app.help.usage")) if prefix is None else prefix
        super().add_usage(usage, actions, groups, ours)

    def format_help(self) -> str:
        colon = self._voice.text(msg("app.help.colon"))
        return re.sub(r"^(\S.*):$", lambda found: found[1] + colon, super().format_help(), flags=re.MULTILINE)


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
        self.parser = Parser(prog="hotline", **self._manner("app.help.hotline"))
        self._titles(self.parser)
        self.parser.add_argument("--lang", choices=("zh_CN", "en"), help=voice.text(msg("app.help.lang")))
        self.parser.add_argument(
            "--version", action="version", version=version("hotline"), help=voice.text(msg("app.help.version"))
        )
        self.top = self.parser.add_subparsers(
            dest="command", required=True, metavar="COMMAND", title=voice.text(msg("app.help.commands"))
        )

    def add(
        self, name: str, run: Run, *flags: str, under: "argparse._SubParsersAction[Parser] | None" = None
    ) -> Parser:
        """A command; `flags` are the common options that it takes ("data", "output")."""
        key = f"app.help.{name}" if under is None else f"app.help.{under.dest}_{name}"
        text = self.voice.text
        parser: Parser = (under or self.top).add_parser(name, help=text(msg(key)), **self._manner(key))
        self._titles(parser)
        parser.set_defaults(run=run, prog=parser.prog)
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
        parser = self.top.add_parser(name, help=text(msg(f"app.help.{name}")), **self._manner(f"app.help.{name}", ""))
        self._titles(parser)
        return parser.add_subparsers(dest=name, required=True, metavar="COMMAND", title=text(msg("app.help.commands")))

    def option(self, parser: Parser, *names: str, **facts: object) -> None:
        """An option or argument, its help by the id `app.help.option.<name>`."""
        key = str(facts.get("dest") or names[-1]).lstrip("-").replace("-", "_").lower()
        help_text = self.voice.text(msg(f"app.help.option.{key}"))
        parser.add_argument(*names, help=help_text, **facts)  # type: ignore[arg-type]

    def _manner(self, key: str, examples: str = ".examples") -> dict[str, Any]:
        """How a parser speaks: what it is for, examples where there are some, its own help below."""
        text = self.voice.text
        return {
            "description": text(msg(key)),
            "epilog": text(msg(key + examples)) if examples else None,
            "formatter_class": lambda prog: _Help(prog, self.voice),
            "allow_abbrev": False,
            "add_help": False,
        }

    def _titles(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("-h", "--help", action="help", help=self.voice.text(msg("app.help.help")))
        parser._positionals.title = self.voice.text(msg("app.help.arguments"))
        parser._optionals.title = self.voice.text(msg("app.help.options"))
