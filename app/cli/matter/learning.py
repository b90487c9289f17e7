"""`hotline classify train` and `hotline classify report`: a model is learnt, and tried on what it has not seen."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.cli.clock.columns import table
from app.cli.matter import versions
from app.cli.matter.reading import CATEGORY_COLUMN, TEXT_COLUMN, TITLE_COLUMN, catalogue, departments, examples
from app.cli.parser import Commands, Parser
from app.cli.records import house, office_of
from app.cli.voice import Voice
from app.trouble import Trouble, trouble
from cases.phrases import msg

if TYPE_CHECKING:
    from dispatch.matters.learnt.training import Example
    from dispatch.matters.learnt.trial import Outcome, Trial
    from dispatch.matters.learnt.wordlist import WordList

_FOLDS_LEAST, _FOLDS_MOST = 2, 50
_CATEGORIES_LEAST = 2


def add_commands(commands: Commands, below: "argparse._SubParsersAction[Parser]") -> None:
    """The commands under `hotline classify`."""
    train = commands.add("train", run_train, "data", "output", under=below)
    commands.option(train, "csv_file", metavar="CSV", nargs="?")
    commands.option(train, "--cases", dest="own_cases", action="store_true")
    commands.option(train, "--now", dest="learn_now", action="store_true")
    commands.option(train, "--office", metavar="CODE")
    commands.option(train, "--model", dest="model_to_write", metavar="FILE")
    report = commands.add("report", run_report, "output", under=below)
    commands.option(report, "csv_file", metavar="CSV")
    commands.option(report, "--folds", type=int, default=5, metavar="N")
    commands.option(report, "--seed", dest="folds_seed", type=int, default=1, metavar="N")
    for parser in (train, report):
        commands.option(parser, "--category-column", default=CATEGORY_COLUMN, metavar="NAME")
        commands.option(parser, "--text-column", default=TEXT_COLUMN, metavar="NAME")
        commands.option(parser, "--title-column", default=TITLE_COLUMN, metavar="NAME")


def run_train(args: argparse.Namespace, voice: Voice) -> int:
    """Learn from the file, or from the office's own closed cases, and write the model."""
    from dispatch.matters.learnt.file import to_bytes
    from dispatch.matters.learnt.training import fit

    if bool(args.csv_file) + args.own_cases + args.learn_now != 1:
        raise Trouble(msg("matter.cli.one_source"), code=2)
    if args.learn_now:
        return versions.train_now(args, voice)
    if not args.model_to_write:
        raise Trouble(msg("matter.cli.where_to"), code=2)
    known = closed_cases(args) if args.own_cases else examples(args)
    path = Path(args.model_to_write)
    model = fit(known, words(voice))
    raw = to_bytes(model)
    write(path, raw)
    facts = {"texts": len(known), "categories": len(model.labels), "grams": len(model.vocabulary.grams)}
    told = {**facts, "words": len(model.words.words), "bytes": len(raw), "model": str(path)}
    if voice.as_json:
        voice.show(told)
    voice.say(msg("matter.cli.learnt", **{**told, "kilobytes": -(-len(raw) // 1024)}))
    return 0


def closed_cases(args: argparse.Namespace) -> "list[Example]":
    """The office's closed cases with their last category. Raises Trouble."""
    from dispatch.matters.learnt.training import Example
    from dispatch.reads.matters.lessons import lessons

    with house(args) as found, found.door.transaction(office_of(args, found)) as tx:
        known = [Example(lesson.words, lesson.category) for lesson in lessons(tx)]
    if len({each.label for each in known}) < _CATEGORIES_LEAST:
        raise trouble("matter.cli.few_cases", count=len(known))
    return known


def words(voice: Voice) -> "WordList":
    """All words that are listed: the departments' and the office's own."""
    from dispatch.matters.learnt.wordlist import WordList, of_policy

    return WordList(departments().words + of_policy(catalogue(voice)).words)


def write(path: Path, raw: bytes) -> None:
    """Write a file whole or not at all. Raises Trouble."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(raw)
        part.replace(path)
    except OSError as error:
        raise trouble("matter.file.unwritable", path=str(path), why=error.strerror or str(error)) from error


def run_report(args: argparse.Namespace, voice: Voice) -> int:
    """Try the learnt model fold by fold, and the listed words alone."""
    from dispatch.matters.learnt.trial import trial

    if not _FOLDS_LEAST <= args.folds <= _FOLDS_MOST:
        raise trouble("matter.report.folds", given=args.folds, least=_FOLDS_LEAST, most=_FOLDS_MOST)
    known = examples(args)
    if len(known) < args.folds:
        raise trouble("matter.report.few", count=len(known), folds=args.folds)
    came = trial(known, words(voice), args.folds, args.folds_seed)
    if voice.as_json:
        voice.show(_facts(came, args))
    else:
        _tell(came, args, voice)
    return 0


def _facts(came: "Trial", args: argparse.Namespace) -> dict[str, Any]:
    return {
        "texts": came.learnt.all.texts, "folds": args.folds, "seed": args.folds_seed, "near_duplicates": came.twins,
        "learned": _outcome(came.learnt), "keywords": _outcome(came.words),
    }  # fmt: skip


def _outcome(came: "Outcome") -> dict[str, Any]:
    by_label = {
        label: {"texts": hits.texts, "top1": hits.top1, "top3": hits.top3} for label, hits in came.by_label.items()
    }
    scores = [asdict(band) for band in came.bands]
    return {
        "top1": came.all.top1, "top3": came.all.top3, "by_category": by_label, "confusion": came.taken_for,
        "scores": scores,
    }  # fmt: skip


def _tell(came: "Trial", args: argparse.Namespace, voice: Voice) -> None:
    say = voice.text
    voice.say(msg("matter.report.head", texts=came.learnt.all.texts, folds=args.folds, seed=args.folds_seed))
    if came.twins:
        voice.say(msg("matter.report.twins", count=came.twins))
    head = [
        say(msg(f"matter.report.column.{name}")) for name in ("category", "texts", "top1", "top3", "words1", "words3")
    ]
    rows = [(say(msg("matter.report.all")), came.learnt.all, came.words.all)]
    rows += [(label, hits, came.words.by_label[label]) for label, hits in came.learnt.by_label.items()]
    print()
    print(
        "\n".join(
            table([head, *([label, str(hits.texts), *_shares(hits), *_shares(alone)] for label, hits, alone in rows)])
        )
    )
    print()
    voice.say(msg("matter.report.confusion"))
    labels = list(came.learnt.by_label)
    marks = [str(place) for place, _ in enumerate(labels, 1)]
    lines = [
        [mark, label, *(str(came.learnt.taken_for[label][other] or "·") for other in labels)]
        for mark, label in zip(marks, labels, strict=True)
    ]
    print("\n".join(table([["", "", *marks], *lines])))
    print()
    for band in came.learnt.bands:
        voice.say(msg("matter.report.band", least=band.least, texts=band.texts, score=band.score, right=band.right))


def _shares(hits: Any) -> tuple[str, str]:
    return f"{hits.top1:.3f}", f"{hits.top3:.3f}"
