"""Where it is: estates, buildings, entrances and roads found in what people say."""

from dispatch.places.asking import Question, answered, question
from dispatch.places.find import find, without_places
from dispatch.places.model import Place, PlaceFinding, PlaceKind
from dispatch.places.named import Spot, is_named
from dispatch.places.shown import shown

__all__ = [
    "Place", "PlaceFinding", "PlaceKind", "Question", "Spot", "answered", "find", "is_named", "question", "shown",
    "without_places",
]  # fmt: skip
