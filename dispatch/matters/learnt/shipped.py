"""What is shipped: the sentences that people say, with what they are about, and the model that was learnt from them.

Both lie in the folder `spoken` beside this room and never change while a process lives, as the tables of a library do.
The model is made by `python -m app.learnt` at set-up (and so stands in a wheel).
"""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from dispatch.matters.learnt.file import of_bytes, to_bytes
from dispatch.matters.learnt.grams import Cut
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.wordlist import WordList

MODEL = "spoken.model"
SENTENCES = ("dangers", "matters", "harmless", "nothing", "further")
"""The files of sentences, `.tsv`: a label and a sentence a line."""

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
