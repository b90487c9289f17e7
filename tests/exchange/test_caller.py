"""The person at the other end: what is said and pressed when, and when patience ends."""

import pytest

from exchange.caller import PATIENCE, Caller, answer, parse_keys
from exchange.steps import Converse, Dropped, Listen, Pressed, Silence, Spoke, Take


def listen(keys: bool = True, speech: bool = False, digits: int | None = None, finish: str = "#") -> Listen:
    return Listen((), keys, speech, 5, digits, finish, "zh")


TAKE = Take(60, 5, "#", True, "", "POST", frozenset())


def test_keys_are_read_in_groups() -> None:
    assert parse_keys("1,1234#, *") == ("1", "1234#", "*")
    assert parse_keys(" ") == ()
    with pytest.raises(ValueError, match="keys: 'a' is no key group; write digits"):
        parse_keys("1,a")
    with pytest.raises(ValueError, match="keys: ''"):
        parse_keys("1,,2")


@pytest.mark.parametrize(
    ("group", "digits", "finish", "expected"),
    [
        ("1", None, "#", Pressed("1")),
        ("12#34", None, "#", Pressed("12", "#")),
        ("1234", 2, "#", Pressed("12")),
        ("#", None, "#", Pressed("", "#")),
        ("1#", None, "", Pressed("1#")),
        ("12", 4, "#", Pressed("12")),
    ],
)
def test_pressing(group: str, digits: int | None, finish: str, expected: Pressed) -> None:
    caller, happened = answer(Caller(keys=(group, "9")), listen(digits=digits, finish=finish))
    assert happened == expected
    assert caller.keys == ("9",)


def test_keys_go_before_words_where_both_are_asked() -> None:
    caller = Caller(("灯坏了",), ("1",))
    caller, first = answer(caller, listen(keys=True, speech=True))
    caller, second = answer(caller, listen(keys=True, speech=True))
    assert (first, second) == (Pressed("1"), Spoke("灯坏了"))


def test_words_are_kept_for_who_asks_for_speech() -> None:
    caller, happened = answer(Caller(("灯坏了",)), listen(keys=True, speech=False))
    assert (happened, caller.texts) == (Silence(), ("灯坏了",))
    caller, happened = answer(Caller(keys=("1",)), listen(keys=False, speech=True))
    assert (happened, caller.keys) == (Silence(), ("1",))


def test_recording_takes_the_next_words() -> None:
    caller, happened = answer(Caller(("一", "二"), ("1",)), TAKE)
    assert (happened, caller.texts) == (Spoke("一"), ("二",))


def test_an_empty_text_is_a_silence_that_costs_no_patience() -> None:
    caller, happened = answer(Caller((" ", "灯")), TAKE)
    assert (happened, caller) == (Silence(), Caller(("灯",)))


def test_patience_ends() -> None:
    caller, silences = Caller(), 0
    while True:
        caller, happened = answer(caller, listen())
        if isinstance(happened, Dropped):
            break
        silences += 1
    assert silences == PATIENCE - 1
    assert answer(caller, TAKE)[1] == Dropped()


def test_in_a_conversation_one_text_is_said_at_a_time_and_patience_does_not_wear_out() -> None:
    caller = Caller(("喂", " "), ("1",), patience=1)
    caller, said = answer(caller, Converse("+8613800000002"))
    assert said == Spoke("喂")
    caller, said = answer(caller, Converse("+8613800000002"))
    assert (said, caller.texts) == (Silence(), ())
    assert answer(caller, Converse("+8613800000002")) == (caller, Silence())
    assert caller.patience == 1
