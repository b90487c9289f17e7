"""A telephone line of ours: the dialled number chooses the office."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its id in our addresses, its number (E.164), and the office that answers it."""

    id: str
    number: str
    office: str
