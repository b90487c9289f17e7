"""The deck from which each case draws a card: most are blank. As in any deck, what is rare comes up all the same."""

from dataclasses import dataclass, field
from random import Random

from app.living.case.sight import Sight
from app.living.turns.book import Turn, turns

CARDS = 160


@dataclass
class Deck:
    """Shuffled by the lots that it is given, anew each time that it is through. `aside` are cards that fitted no case
    yet: the next case that they fit takes the first of them. `blanks` False: no card is blank, and each is there
    once."""

    luck: Random
    blanks: bool = True
    cards: list[str] = field(default_factory=list)
    aside: list[str] = field(default_factory=list)

    def draw(self, seen: Sight, *, writes: bool) -> Turn | None:
        """The turn that a new case takes; None for a blank, or for a card that has to wait for another case."""
        if not self.cards:
            self._shuffle()
        drawn = self.cards.pop()
        if not drawn:
            return None
        self.aside.append(drawn)
        found = next((name for name in self.aside if turns()[name].fits(seen, writes=writes)), None)
        if found is None:
            return None
        self.aside.remove(found)
        return turns()[found]

    def _shuffle(self) -> None:
        named = [name for name, turn in turns().items() for _ in range(turn.often if self.blanks else turn.often > 0)]
        self.cards = named + [""] * (CARDS - len(named) if self.blanks else 0)
        self.luck.shuffle(self.cards)
