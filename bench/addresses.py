"""How well the parts of real addresses are found: labelled addresses of the samples beside the checkout.

The parser was developed on three quarters of the file that is there; of the last quarter only figures were
looked at. The addresses are read where they lie; nothing of them is kept.
"""

import os
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.ground import ROOT
from dispatch.places.said import words_of

TAGS = {"houseno": "building", "cellno": "unit", "floorno": "floor", "roomno": "room"}
_MEASURE = re.compile(r"(?:号楼|号院|号房|号门|#楼|[号栋幢撞座楼层室窒户房街梯排单门#Ff]|单元|房间)$")
_ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Address:
    """An address and its labelled pieces, in order."""

    pieces: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        """The address as it was written."""
        return "".join(word for _, word in self.pieces)


def samples() -> Path:
    """Where the samples lie: HOTLINE_SAMPLES, or beside the checkout."""
    return Path(os.environ.get("HOTLINE_SAMPLES") or ROOT.parent / "shared" / "data") / "addresses.txt"


def read(text: str) -> tuple[Address, ...]:
    """Addresses of a file with one sign and its tag a line and an empty line between two of them."""
    blocks = (block.splitlines() for block in re.split(r"\n\s*\n", text) if block.strip())
    return tuple(Address(tuple(_joined(block))) for block in blocks)


def _joined(lines: Sequence[str]) -> list[tuple[str, str]]:
    pieces: list[tuple[str, str]] = []
    for line in lines:
        sign, _, tag = line.rpartition(" ")
        begins, _, kind = tag.partition("-")
        if begins == "B" or not pieces or pieces[-1][0] != kind:
            pieces.append((kind, sign))
        else:
            pieces[-1] = (kind, pieces[-1][1] + sign)
    return pieces


def split(addresses: Sequence[Address]) -> tuple[tuple[Address, ...], tuple[Address, ...]]:
    """What the parser was developed on, and what it was not: by the seeds with which that was drawn."""
    order = list(range(len(addresses)))
    random.Random(6).shuffle(order)
    rest = sorted(order[len(order) // 2 :])
    random.Random(7).shuffle(rest)
    apart = set(rest[len(rest) // 2 :])
    known = tuple(address for i, address in enumerate(addresses) if i not in apart)
    return known, tuple(address for i, address in enumerate(addresses) if i in apart)


def figures(addresses: Iterable[Address]) -> dict[str, dict[str, float]]:
    """Precision, recall and F1 of each part, words compared without their measure word."""
    right, found, labelled = Counter[str](), Counter[str](), Counter[str]()
    for address in addresses:
        words = words_of(address.text)
        ours = Counter((part, _bare(word)) for part in TAGS.values() for word in getattr(words, part))
        theirs = Counter((TAGS[tag], _bare(word)) for tag, word in dict.fromkeys(address.pieces) if tag in TAGS)
        for counted, several in ((right, ours & theirs), (found, ours), (labelled, theirs)):
            for (part, _), times in several.items():
                counted[part] += times
    return {part: scores(right[part], found[part], labelled[part]) for part in TAGS.values()}


def _bare(word: str) -> str:
    """The words without their measure word."""
    return _MEASURE.sub("", word).removeprefix("第")


def scores(right: int, found: int, labelled: int) -> dict[str, float]:
    """Precision, recall and F1 of a count."""
    both = found + labelled
    shares = {"precision": (right, found), "recall": (right, labelled), "f1": (2 * right, both)}
    return {name: round(above / below, 3) if below else 0.0 for name, (above, below) in shares.items()}


def measure() -> dict[str, Any]:
    """The figures of both parts, and how long one text takes."""
    addresses = read(samples().read_text("utf-8"))
    known, apart = split(addresses)
    return {
        "addresses": len(addresses),
        "developed on": figures(known),
        "kept apart": figures(apart),
        "us a text": round(min(_pass(addresses) for _ in range(_ROUNDS)), 1),
    }


def _pass(addresses: Sequence[Address]) -> float:
    began = time.perf_counter()
    for address in addresses:
        words_of(address.text)
    return (time.perf_counter() - began) / len(addresses) * 1e6
