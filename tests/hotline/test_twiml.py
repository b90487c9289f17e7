from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.phrases import EN, ZH
from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read
from hotline import twiml
from hotline.twiml import Dial, Document, Gather, Hangup, Pause, Record, Redirect, Say, write

any_text = st.text(st.characters(codec=None, exclude_categories=()), max_size=200)
langs = st.sampled_from((ZH, EN))
says = st.one_of(st.builds(Say, any_text, langs), st.builds(Pause, st.integers(1, 9)))
verbs = st.one_of(
    says,
    st.builds(
        Gather,
        any_text,
        langs,
        st.lists(says, max_size=3).map(tuple),
        st.lists(any_text, max_size=3).map(tuple),
    ),
    st.builds(Record, any_text, any_text),
    st.builds(Dial, any_text, any_text, any_text),
    st.builds(Redirect, any_text),
    st.just(Hangup()),
)


def parsed(text: str) -> ElementTree.Element:
    assert text.startswith("<?xml")
    root = ElementTree.fromstring(text.encode())
    assert root.tag == "Response"
    return root


@given(st.lists(verbs, max_size=8).map(tuple))
def test_whatever_is_said_the_document_is_well_formed_and_short(verbs: tuple[twiml.Verb, ...]) -> None:
    text = write(Document(verbs))
    assert [node.tag for node in parsed(text)] == [type(verb).__name__ for verb in verbs]
    assert len(text.encode()) <= twiml.LONGEST


@given(any_text)
def test_words_come_back_as_they_were_without_illegal_characters(words: str) -> None:
    (say,) = parsed(write(Document((Say(words, ZH),))))
    assert (say.text or "") == twiml.clean(words)


@given(any_text)
def test_an_address_comes_back_as_it_was(url: str) -> None:
    (gather,) = parsed(write(Document((Gather(url, ZH),))))
    assert gather.get("action") == twiml.clean(url)


def test_a_document_that_would_be_too_long_becomes_the_fallback() -> None:
    long = tuple(Say("长" * twiml.LONGEST_SAY, ZH) for _ in range(22))
    assert len(twiml._wrap(long).encode()) > twiml.LONGEST
    assert write(Document(long)) == twiml.fallback()
    assert write(Document(long[:3])) != twiml.fallback()


def test_a_sentence_is_cut_where_nobody_would_listen_any_longer() -> None:
    (say,) = parsed(write(Document((Say("长" * 5000, ZH),))))
    assert say.text == "长" * twiml.LONGEST_SAY


def test_gather_listens_for_keys_and_chinese_speech() -> None:
    (gather,) = parsed(write(Document((Gather("/x", ZH, (Say("说吧", ZH),), ("幸福里,小区", "二")),))))
    assert gather.attrib == {
        "input": "dtmf speech",
        "action": "/x",
        "method": "POST",
        "language": "cmn-Hans-CN",
        "timeout": "6",
        "speechTimeout": "3",
        "numDigits": "1",
        "actionOnEmptyResult": "true",
        "hints": "幸福里 小区,二",
    }
    assert [node.text for node in gather] == ["说吧"]


def test_without_hints_there_is_no_such_attribute() -> None:
    (gather,) = parsed(write(Document((Gather("/x", EN),))))
    assert "hints" not in gather.attrib
    assert gather.get("language") == "en-GB"


def test_a_recording_reports_when_it_stands_ready_and_when_it_is_absent() -> None:
    (record,) = parsed(write(Document((Record("/a", "/b"),))))
    assert record.get("recordingStatusCallbackEvent") == "in-progress completed absent"
    assert record.get("recordingStatusCallback") == "/b"
    assert record.get("finishOnKey") == "#"


@pytest.mark.parametrize("lang", [ZH, EN])
def test_each_language_is_spoken_by_a_voice_that_knows_it(lang: str) -> None:
    (say,) = parsed(write(Document((Say("1", lang),))))
    assert (
        say.attrib
        == {
            ZH: {"language": "cmn-CN", "voice": "Polly.Zhiyu"},
            EN: {"language": "en-GB", "voice": "Polly.Amy"},
        }[lang]
    )


def test_the_fallback_speaks_both_languages_names_the_emergency_numbers_and_ends() -> None:
    root = parsed(twiml.fallback())
    assert {node.get("language") for node in root if node.tag == "Say"} == {"cmn-CN", "en-GB"}
    assert "一一零" in twiml.fallback()
    assert root[-1].tag == "Hangup"


def test_waiting_comes_back_to_the_same_turn() -> None:
    pause, redirect = parsed(twiml.waiting("/webhooks/twilio/main/voice/3?a=1&b=2"))
    assert pause.get("length") == "2"
    assert redirect.text == "/webhooks/twilio/main/voice/3?a=1&b=2"


def test_the_empty_answer_is_an_empty_response() -> None:
    assert list(parsed(twiml.EMPTY)) == []


@pytest.mark.parametrize("text", [twiml.EMPTY, twiml.fallback(), twiml.waiting("/webhooks/twilio/main/voice/3")])
def test_twilio_would_have_nothing_against_the_fixed_ones(text: str) -> None:
    assert remarks_on(read(text.encode(), "text/xml", Kind.VOICE), Kind.VOICE) == ()


def test_a_connection_shows_our_number_and_tells_what_came_of_it() -> None:
    text = write(Document((Dial("+8613800000001", "+862166660000", "/dialed/1", 20), Hangup())))
    (dial, _) = parsed(text)
    assert dial.text == "+8613800000001"
    assert dial.attrib == {"callerId": "+862166660000", "timeout": "20", "action": "/dialed/1", "method": "POST"}
    assert remarks_on(read(text.encode(), "text/xml", Kind.VOICE), Kind.VOICE) == ()


def test_where_only_keys_count_nothing_is_listened_for() -> None:
    text = write(Document((Gather("/out/1", ZH, (Say("请按键", ZH),), ears=False),)))
    (gather,) = parsed(text)
    assert (gather.get("input"), gather.get("language"), gather.get("speechTimeout")) == ("dtmf", None, None)
    assert remarks_on(read(text.encode(), "text/xml", Kind.VOICE), Kind.VOICE) == ()
