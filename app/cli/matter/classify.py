"""`hotline classify`: which category a text may be of; and its commands that learn and that try what was learnt."""

import argparse
import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.cli.clock.columns import table
from app.cli.matter import learning, versions
from app.cli.matter.reading import Asked, asked, catalogue, model_of
from app.cli.parser import Commands
from app.cli.voice import Voice
from cases.phrases import Name, msg

if TYPE_CHECKING:
    from dispatch.matters import Suggestion

_SHOWN_MOST = 40  # characters of a text above its table


def add_commands(commands: Commands) -> None:
    """The command of this room, and those below it."""
    parser = commands.add("classify", run_classify, "output")
    commands.option(parser, "--model", dest="learnt_model", metavar="FILE")
    commands.option(parser, "--most", dest="suggestions_most", type=int, default=5, metavar="N")
    title = commands.voice.text(msg("app.help.commands"))
    below = parser.add_subparsers(dest="classify", required=False, metavar="COMMAND", title=title)
    learning.add_commands(commands, below)
    versions.add_commands(commands, below)


def run_classify(args: argparse.Namespace, voice: Voice) -> int:
    """Suggestions for each line of the standard input, line by line."""
    most = max(1, args.suggestions_most)
    suggest, names = _by_model(args.learnt_model, most) if args.learnt_model else _by_catalogue(most, voice)
    for one in asked(sys.stdin, as_json=voice.as_json):
        found = suggest(one)
        if voice.as_json:
            facts = [{"category": each.label, "score": each.score, "why": each.why} for each in found]
            print(json.dumps({"id": one.id, "suggestions": facts}, ensure_ascii=False), flush=True)
        else:
            print("\n".join(_told(one, found, names, voice)), flush=True)
    return 0


Suggest = Callable[[Asked], "tuple[Suggestion, ...]"]


def _by_model(file: str, most: int) -> tuple[Suggest, dict[str, Name]]:
    model = model_of(file)
    return lambda one: model.suggest(one.text, one.title, most), {}


def _by_catalogue(most: int, voice: Voice) -> tuple[Suggest, dict[str, Name]]:
    from dispatch.matters import rank

    policy = catalogue(voice)
    names = {code: category.name for code, category in policy.categories.items()}
    return lambda one: rank(f"{one.title} {one.text}", policy, most), names


def _told(one: Asked, found: "tuple[Suggestion, ...]", names: dict[str, Name], voice: Voice) -> list[str]:
    text = one.title or one.text
    head = text if len(text) <= _SHOWN_MOST else text[: _SHOWN_MOST - 1] + "…"
    words = voice.text(msg("matter.cli.and"))
    rows = [
        (f"{each.score:.2f}", each.label, _name(names.get(each.label), voice), words.join(each.why) or "–")
        for each in found
    ]
    return [head, *("  " + line for line in table(rows))]


def _name(name: Name | None, voice: Voice) -> str:
    return name.in_language(voice.lang) if name else ""
