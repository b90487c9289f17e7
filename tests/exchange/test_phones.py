"""How phones behave: what is read, the words for what is not, and what is used up."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.phones import CALL_ENDS, CALL_REFUSALS, TEXT_ENDS, TEXT_REFUSALS, Manner, Phone, parse_phone
from exchange.testing import Exchange

NUMBER = "+8613800000001"


def test_a_phone_is_read() -> None:
    phone = parse_phone({"number": NUMBER, "texts": ["好"], "keys": "1,2#", "calls": "busy"})
    assert phone == Phone(NUMBER, Manner("busy", ("好",), "1,2#"))
    assert parse_phone(phone.as_dict()) == phone
    assert (phone.now.caller().texts, phone.now.caller().keys) == (("好",), ("1", "2#"))
    assert parse_phone({"number": NUMBER}) == Phone(NUMBER)


def test_lists_are_used_up_one_by_one_and_the_last_stays() -> None:
    phone = parse_phone({"number": NUMBER, "calls": ["no-answer", "answer"], "keys": "1"})
    assert phone == Phone(NUMBER, Manner("no-answer", keys="1"), (Manner("answer", keys="1"),))
    assert phone.called() == phone.called().called() == Phone(NUMBER, Manner("answer", keys="1"))
    assert parse_phone(phone.as_dict()) == phone
    texted = parse_phone({"number": NUMBER, "messages": ["failed", "delivered"]})
    assert texted.texted() == texted.texted().texted() == Phone(NUMBER)
    assert parse_phone(texted.as_dict()) == texted


def test_later_calls_may_differ_in_all() -> None:
    then = [{"keys": "2", "talk_seconds": 30}, {"calls": "busy"}]
    phone = parse_phone({"number": NUMBER, "calls": "no-answer", "texts": ["喂"], "then": then})
    assert phone.then == (Manner(keys="2", talk_seconds=30), Manner("busy"))
    assert parse_phone(phone.as_dict()) == phone


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ({"texts": "好"}, "texts: not a list of texts"),
        ({"texts": [1]}, "texts: not a list of texts"),
        ({"keys": 1}, "keys: not a text"),
        ({"keys": "x"}, "keys: 'x' is no key group"),
        ({"calls": "asleep"}, "calls: 'asleep' is not one of answer, busy"),
        ({"calls": []}, r"calls: \[\] is not one of answer"),
        ({"calls": ["answer", "asleep"]}, "calls: 'asleep' is not one of"),
        ({"messages": "lost"}, "messages: 'lost' is not one of delivered"),
        ({"ring_seconds": 1.5}, "ring_seconds: 1.5 is not a whole number from 0 to 14400"),
        ({"talk_seconds": -1}, "talk_seconds: -1 is not a whole number"),
        ({"then": "busy"}, "then: not a list of what the phone does"),
        ({"then": ["busy"]}, "'busy' is not an object with calls"),
        ({"then": [{"number": NUMBER}]}, "number: not known; known are calls, texts"),
        ({"then": [{"calls": "asleep"}]}, "calls: 'asleep' is not one of"),
        ({"number": "138"}, "number: '138' is not in E.164"),
        ({"rings": 1}, "rings: not known; known are number, calls"),
    ],
)
def test_phones_that_are_none(raw: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        parse_phone({"number": NUMBER, **raw})


_manners = st.builds(
    Manner,
    calls=st.sampled_from([*CALL_ENDS, *CALL_REFUSALS]),
    texts=st.lists(st.text(max_size=5), max_size=3).map(tuple),
    keys=st.sampled_from(["", "1", "1,4471#", "*"]),
    ring_seconds=st.integers(0, 14_400),
    talk_seconds=st.integers(0, 14_400),
)
_messages = st.lists(st.sampled_from([*TEXT_ENDS, *TEXT_REFUSALS]), min_size=1, max_size=3).map(tuple)


@given(st.builds(Phone, st.just(NUMBER), _manners, st.lists(_manners, max_size=3).map(tuple), _messages))
def test_what_is_shown_of_a_phone_is_read_as_the_same_and_lists_come_to_an_end(phone: Phone) -> None:
    assert parse_phone(phone.as_dict()) == phone
    later = phone
    for _ in phone.then:
        later = later.called()
    assert later.called() == later
    assert later.now == (phone.then or (phone.now,))[-1]
    for _ in phone.messages:
        later = later.texted()
    assert (later.texted(), later.messages) == (later, phone.messages[-1:])


def test_what_is_used_up_stays_used_up(exchange: Exchange) -> None:
    exchange.phone(NUMBER, calls=["busy", "answer"], messages=["failed", "delivered"])
    assert [exchange.switch.called(NUMBER).calls for _ in range(3)] == ["busy", "answer", "answer"]
    assert [exchange.switch.texted(NUMBER) for _ in range(3)] == ["failed", "delivered", "delivered"]
    assert exchange.switch.phone(NUMBER) == Phone(NUMBER)
