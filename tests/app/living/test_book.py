"""The book of turns says nothing that nobody could do, and asks two people where two have to agree."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from random import Random

import pytest

from app.living.turns.book import IN_HAND, Move, Turn, turns
from app.living.turns.deck import CARDS, Deck
from cases.life.reasons import Request
from cases.phrases import LANGUAGES
from cases.states import State
from dispatch.acts.table import ACTIONS
from dispatch.district import Role
from tests.app.living.sights import SIGHT
from tests.dispatch.sample import policy

WHO = {"holder", "lead", "cohandler", "resident", "neighbour"}
STEPS = {"sign_for", "visit", "finding", "told", "submit"}
ASKED = {"hold": "hold", "extend": "extension", "waive": "waiver", "except": "exception", "exclude": "exclusion"}
DEEDS = [(turn, move) for turn in turns().values() for move in turn.moves if move.deed not in ("text", "report")]


def named(turn_and_move: tuple[Turn, Move]) -> str:
    return f"{turn_and_move[0].name}-{turn_and_move[1].deed}"


def said_of(move: Move) -> Iterator[set[str]]:
    for way in move.ways:
        yield {*move.said, *way.said, move.field}
    if not move.ways:
        yield set(move.said)


@pytest.mark.parametrize("each", DEEDS, ids=named)
def test_each_move_is_a_deed_with_its_fields(each: tuple[Turn, Move]) -> None:
    _, move = each
    fields = {field.name: field for field in ACTIONS[move.deed].fields}
    for said in said_of(move):
        assert {name for name, field in fields.items() if field.needed} <= said <= set(fields)
    for way in ({**move.said, **way.said} for way in move.ways or ()):
        for name, value in way.items():
            assert not fields[name].options or value in fields[name].options


@pytest.mark.parametrize("turn", turns().values(), ids=lambda turn: turn.name)
def test_a_turn_speaks_of_what_there_is(turn: Turn) -> None:
    assert turn.categories <= set(policy().categories)
    assert turn.levels <= {"L1", "L2", "L3", "L4"}
    for move in turn.moves:
        assert move.who in WHO or Role(move.who)
        assert move.at <= STEPS | set(State) - set(IN_HAND)
        assert move.waits <= move.at | STEPS
        assert move.wait[0] < move.wait[1]
        assert move.said.get("turn", turn.name) in turns()
        for way in move.ways:
            assert set(way.words) == set(LANGUAGES)
            assert all(len(words) >= 2 for words in way.words.values())


@pytest.mark.parametrize("turn", turns().values(), ids=lambda turn: turn.name)
def test_what_one_asks_another_decides(turn: Turn) -> None:
    moves = [move for move in turn.moves if move.who not in ("resident", "neighbour")]
    for asks, decides in pairwise(moves):
        if asks.deed in ASKED:
            assert decides.deed in ("grant", "deny")
            assert decides.said["what"] == Request(ASKED[asks.deed])
            assert decides.who != asks.who
        if asks.deed == "propose":
            assert decides.deed in ("approve", "refuse")
            assert decides.who != asks.who
    assert not moves or moves[-1].deed not in {*ASKED, "propose", "co-handle"}


def test_of_a_deck_each_turn_comes_as_often_as_it_says_and_most_cases_are_ordinary() -> None:
    deck = Deck(Random(1))
    drawn = Counter(turn.name for _ in range(2 * CARDS) if (turn := deck.draw(SIGHT, writes=True)) is not None)
    fitting = {name: turn for name, turn in turns().items() if turn.often and turn.fits(SIGHT, writes=True)}
    assert set(drawn) == set(fitting)
    assert all(turn.often <= drawn[name] <= 2 * turn.often for name, turn in fitting.items())
    assert sum(drawn.values()) < CARDS
    assert deck.aside, "what fits no such case waits for another"


def test_without_blanks_each_turn_is_there_once() -> None:
    deck = Deck(Random(1), blanks=False)
    drawn = [deck.draw(SIGHT, writes=True) for _ in range(sum(turn.often > 0 for turn in turns().values()))]
    assert max(Counter(turn.name for turn in drawn if turn).values()) == 1


def test_who_cannot_be_told_takes_no_turn_that_needs_it() -> None:
    assert turns()["hold_resident"].fits(SIGHT, writes=True)
    assert not turns()["hold_resident"].fits(SIGHT, writes=False)
