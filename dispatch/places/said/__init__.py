"""The words of a text that say where: road, number, building, entrance, floor, room. No gazetteer is needed."""

from dispatch.places.said.read import Part, read_parts
from dispatch.places.said.roles import Role
from dispatch.places.said.words import Words, words_of

__all__ = ["Part", "Role", "Words", "read_parts", "words_of"]
