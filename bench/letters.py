"""How often the right class of real letters comes first: labelled letters of the samples beside the checkout.

Listed words were written by hand before the first measurement. The letters are read where they lie; nothing is kept.
"""

import csv
import time
import tomllib
from typing import Any

from bench.addresses import samples
from bench.ground import ROOT
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.trial import Outcome, trial
from dispatch.matters.learnt.wordlist import of_departments

_FOLDS, _SEED = 5, 1
_LONG, _ROUNDS = 200, 5  # characters of the texts that are timed; the best round counts


def measure() -> dict[str, Any]:
    """Hits in five folds, and the time that one text of 200 characters takes."""
    path = samples().with_name("messages.csv")
    with path.open(encoding="utf-8-sig", newline="") as file:
        letters = [Example(row["text"], row["category_l1"], row["title"]) for row in csv.DictReader(file)]
    words = of_departments(tomllib.loads((ROOT / "app" / "shipped" / "departments.toml").read_text("utf-8")))
    began = time.perf_counter()
    model = fit(letters, words)
    learning = time.perf_counter() - began
    came = trial(letters, words, _FOLDS, _SEED)
    return {
        "letters": len(letters), "folds": _FOLDS, "seed": _SEED, "nearly the same": came.twins,
        "learnt": _hits(came.learnt), "words alone": _hits(came.words),
        "learning, s": round(learning, 1), "µs a text of 200 characters": _microseconds(model, letters),
    }  # fmt: skip


def _hits(came: Outcome) -> dict[str, float]:
    return {"top-1": came.all.top1, "top-3": came.all.top3}


def _microseconds(model: Model, letters: list[Example]) -> float:
    rounds = []
    for turn in range(_ROUNDS):
        texts = [each.text[: _LONG - 1] + str(turn) for each in letters if len(each.text) >= _LONG]  # none seen before
        began = time.perf_counter()
        for text in texts:
            model.suggest(text)
        rounds.append((time.perf_counter() - began) / len(texts) * 1e6)
    return round(min(rounds))
