"""Every document that we can write is one by Twilio's own list of verbs, attributes and values."""

from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.phrases import EN, ZH
from hotline import twiml
from hotline.twiml import Dial, Document, Gather, Hangup, Pause, Record, Redirect, Say, write
from tests.contracts.definitions import voice

pytestmark = pytest.mark.contracts
_words = st.text(max_size=80)
_langs = st.sampled_from((ZH, EN))
_seconds = st.integers(1, 60)
_said = st.one_of(st.builds(Say, _words, _langs), st.builds(Pause, _seconds))
_verbs = st.one_of(
    _said,
    st.builds(
        Gather, _words, _langs, st.lists(_said, max_size=3).map(tuple), st.lists(_words, max_size=3).map(tuple),
        _seconds, _seconds, st.integers(1, 20), st.booleans(),
    ),
    st.builds(Record, _words, _words, _seconds, _seconds),
    st.builds(Dial, _words, _words, _words, _seconds),
    st.builds(Redirect, _words),
    st.just(Hangup()),
)  # fmt: skip


def faults(text: str) -> list[str]:
    return list(voice().faults(ElementTree.fromstring(text.encode())))


@given(st.lists(_verbs, max_size=8).map(tuple))
@settings(max_examples=500)
def test_whatever_we_write(verbs: tuple[twiml.Verb, ...]) -> None:
    assert faults(write(Document(verbs))) == []


@pytest.mark.parametrize("text", [twiml.EMPTY, twiml.fallback(), twiml.disturbed(), twiml.waiting("/again?a=1&b=2")])
def test_what_needs_no_house(text: str) -> None:
    assert faults(text) == []


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        ("<Sag>x</Sag>", "<Sag> may not stand within <Response>"),
        ("<Gather><Dial/></Gather>", "<Dial> may not stand within <Gather>"),
        ('<Say lang="zh-CN">x</Say>', "<Say> has no attribute lang"),
        ('<Say language="zh_CN">x</Say>', "<Say language='zh_CN'> is none of its"),
        ('<Gather input="voice"/>', "<Gather input='voice'> is none of its"),
        ('<Gather actionOnEmptyResult="yes"/>', "<Gather actionOnEmptyResult='yes'> is neither true nor false"),
        ('<Pause length="long"/>', "<Pause length='long'> is no number"),
        ('<Record recordingStatusCallbackEvent="completed done"/>', "recordingStatusCallbackEvent='completed done'"),
    ],
)
def test_a_planted_fault_is_found(inside: str, fault: str) -> None:
    found: Any = faults(f"<Response>{inside}</Response>")
    assert len(found) == 1
    assert fault in found[0]
