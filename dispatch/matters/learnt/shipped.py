"""What is shipped: the sentences that people say, with what they are about, and the models that were learnt from them.

Both lie in the folder `spoken` beside this room and never change while a process lives, as the tables of a library do.
The models are made by `python -m app.learnt` at set-up (and so stands in a wheel).
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from dispatch.matters.learnt.file import of_bytes, to_bytes
from dispatch.matters.learnt.grams import Cut
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.together import Together, Told, fit_together
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.wordlist import WordList

MODEL, TOGETHER = "spoken.model", "together.model"
SENTENCES = ("dangers", "matters", "harmless", "nothing", "further")
"""The files of sentences, `.tsv`: a label and a sentence a line."""

_TOLD = "told.tsv"  # messages as people tell them: labels joined by +, and the message

_HERE = files("dispatch.matters.learnt") / "spoken"


def sentences() -> tuple[Example, ...]:
    """The shipped sentences in the order of their files."""
    return tuple(example for name in SENTENCES for example in _read((_HERE / f"{name}.tsv").read_text("utf-8")))


def _read(text: str) -> Iterator[Example]:
    for line in text.splitlines():
        label, _, sentence = line.partition("\t")
        yield Example(sentence, label)


@cache
def shipped() -> Model:
    """The shipped model. Raises FileNotFoundError where set-up did not make it, BadModel where it is damaged."""
    return of_bytes((_HERE / MODEL).read_bytes())


def made() -> bytes:
    """The shipped model, learnt anew from the shipped sentences."""
    return to_bytes(fit(sentences(), WordList(()), Cut.SPOKEN))


def told() -> tuple[Told, ...]:
    """The shipped messages that tell several matters, and those that only sound as if they did."""
    lines = (line.partition("\t") for line in (_HERE / _TOLD).read_text("utf-8").splitlines())
    return tuple(Told(text, tuple(labels.split("+"))) for labels, _, text in lines)


@cache
def together() -> Together:
    """The shipped model of how many matters a text tells. Raises as `shipped` does."""
    return Together(of_bytes((_HERE / TOGETHER).read_bytes()))


def made_together() -> bytes:
    """The shipped model of how many matters a text tells, learnt anew."""
    return to_bytes(fit_together(sentences(), told()).model)
