"""A model as bytes and back: a line that names the form, a line with the sum, and compressed JSON. Nothing is run."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import numpy as np

from cases.phrases import Message, msg
from dispatch.matters.learnt.grams import Cut, Floats, Vocabulary, Weights
from dispatch.matters.learnt.model import Model
from dispatch.matters.learnt.wordlist import Word, WordList

_FORM = b"hotline matter model 1"
_NAME = b"hotline matter model "
_MOST = 512 << 20
"""Bytes that a model may have when unpacked; a real one has a few millions."""


class BadModel(ValueError):
    """Bytes that are no model of ours; `why` says what is wrong and what helps."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.id)
        self.why = why


def to_bytes(model: Model) -> bytes:
    """The model as a file; the same model gives the same bytes."""
    body = {
        "labels": model.labels,
        "temperature": model.temperature,
        "cut": model.vocabulary.cut,
        "bias": _packed(model.bias),
        "words": [[word.text, model.labels.index(word.label), word.weight] for word in model.words.words],
        "grams": "\n".join(model.vocabulary.grams),
        "rarity": _packed(model.vocabulary.rarity),
        "weights": _packed(model.weights),
    }
    packed = zlib.compress(json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(), 9)
    return b"\n".join((_FORM, sha256(packed).hexdigest().encode(), packed))


def of_bytes(raw: bytes) -> Model:
    """The model of a file. Raises BadModel for any other bytes, also for a file that was cut or changed."""
    form, _, rest = raw.partition(b"\n")
    if form != _FORM:
        raise BadModel(msg("matter.model.other_version" if form.startswith(_NAME) else "matter.model.no_model"))
    sum_, _, packed = rest.partition(b"\n")
    if sha256(packed).hexdigest().encode() != sum_:
        raise BadModel(msg("matter.model.damaged"))
    try:
        return _model(_unpacked(packed))
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise BadModel(msg("matter.model.damaged")) from error


def _unpacked(packed: bytes) -> Mapping[str, Any]:
    unpacking = zlib.decompressobj()
    body = unpacking.decompress(packed, _MOST)
    if unpacking.unconsumed_tail:
        raise ValueError("too large")
    found = json.loads(body)
    return found if isinstance(found, dict) else {}


def _model(body: Mapping[str, Any]) -> Model:
    labels = tuple(map(str, body["labels"]))
    grams: Sequence[str] = body["grams"].split("\n") if body["grams"] else ()
    cut = Cut(body.get("cut", Cut.LETTER))  # files from before there were others have none
    known = Vocabulary({gram: place for place, gram in enumerate(grams)}, _floats(body["rarity"], len(grams)), cut)
    words = tuple(Word(str(text), labels[place], float(weight)) for text, place, weight in body["words"])
    weights = _floats(body["weights"], len(grams) * len(labels)).astype(np.float32)
    temperature = float(body["temperature"])
    if not labels or not 0.01 <= temperature <= 100 or len(known.places) != len(grams):
        raise ValueError("out of range")
    table = weights.reshape(len(grams), len(labels))
    return Model(labels, WordList(words), known, table, _floats(body["bias"], len(labels)), temperature)


def _packed(numbers: Floats | Weights) -> str:
    return b64encode(np.asarray(numbers, dtype="<f4").tobytes()).decode()


def _floats(packed: str, count: int) -> Floats:
    numbers = np.frombuffer(b64decode(packed, validate=True), dtype="<f4").astype(np.float64)
    if numbers.size != count or not np.isfinite(numbers).all():
        raise ValueError("wrong numbers")
    return numbers
