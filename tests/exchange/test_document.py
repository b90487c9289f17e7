"""Reading TwiML: what is a document, and why another answer is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.twiml.document import Document, Kind, read


def voice(body: str | bytes, content_type: str = "text/xml") -> Document:
    return read(body if isinstance(body, bytes) else body.encode(), content_type, Kind.VOICE, "http://a.test/x")


def code_of(document: Document) -> int | None:
    return document.refused.code if document.refused else None


def test_elements_text_and_lines() -> None:
    document = voice(
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response>\n'
        '<Say language="zh-CN">您好，<break/> 请\n  说</Say><!-- a --><Pause/>\n</Response>'
    )
    assert document.refused is None
    say, pause = document.verbs
    assert (say.name, say.all_text, say.line, dict(say.attributes)) == (
        "Say",
        "您好， 请 说",
        3,
        {"language": "zh-CN"},
    )
    assert [child.name for child in say.children] == ["break"]
    assert (pause.name, pause.text, pause.children) == ("Pause", "", ())
    assert document.remarks == ()


@pytest.mark.parametrize(
    ("body", "content_type", "code"),
    [
        ("", "text/xml", 12100),
        ("hello", "text/xml", 12100),
        ("<Response><Say>a</Response>", "text/xml", 12100),
        ("<Response/><Response/>", "text/xml", 12100),
        ("<Response>&nbsp;</Response>", "text/xml", 12100),
        ('\n<?xml version="1.0"?><Response/>', "text/xml", 12100),
        (" <Response/>", "application/xml", 12100),
        ('<?xml version="1.0" encoding="nonesuch"?><Response/>', "text/xml", 12100),
        ('<?xml version="1.0" encoding="gbk"?><Response/>', "text/xml", 12100),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><Response>&b;</Response>", "text/xml", 12100),
        ("<a>" * 17 + "</a>" * 17, "text/xml", 12100),
        (b"<Response>\xff</Response>", "text/xml", 12100),
        ("<response/>", "text/xml", 12102),
        ("<html></html>", "text/html; charset=utf-8", 12102),
        ("<Response/>", "application/json", 12300),
        ("<Response/>", "", 12300),
        ("<Response>" + "x" * 65536 + "</Response>", "text/xml", 11750),
    ],
)
def test_refused(body: str | bytes, content_type: str, code: int) -> None:
    document = voice(body, content_type)
    assert code_of(document) == code
    assert document.verbs == ()


def test_sixty_four_kilobytes_are_taken() -> None:
    frame = "<Response><Say></Say></Response>"
    assert voice(f"<Response><Say>{'x' * (65536 - len(frame))}</Say></Response>").refused is None


def test_byte_order_mark_and_other_encodings() -> None:
    assert voice("<Response><Say>灯</Say></Response>".encode("utf-8-sig")).verbs[0].text == "灯"
    wide = "<?xml version='1.0' encoding='utf-16'?><Response><Say>灯</Say></Response>".encode("utf-16")
    assert voice(wide).verbs[0].text == "灯"


def test_text_directly_inside_is_remarked() -> None:
    document = voice("<Response>hello<Hangup/></Response>")
    assert [remark.code for remark in document.remarks] == [12200]
    assert [verb.name for verb in document.verbs] == ["Hangup"]


def test_plain_text_and_audio() -> None:
    said = voice("您好", "text/plain; charset=utf-8")
    assert [(verb.name, verb.text) for verb in said.verbs] == [("Say", "您好")]
    assert "text/plain" in said.remarks[0].text
    assert voice(" ", "text/plain").verbs == ()
    assert [verb.name for verb in read(b"a", "text/plain", Kind.MESSAGE).verbs] == ["Message"]
    assert [(verb.name, verb.text) for verb in voice(b"RIFF", "audio/x-wav").verbs] == [("Play", "http://a.test/x")]
    assert code_of(read(b"RIFF", "audio/x-wav", Kind.MESSAGE)) == 12300


@given(
    st.binary(max_size=300),
    st.sampled_from(["text/xml", "text/plain", "audio/wav", "x"]),
    st.sampled_from(Kind),
)
def test_never_raises(body: bytes, content_type: str, kind: Kind) -> None:
    document = read(body, content_type, kind)
    assert document.refused is None or document.verbs == ()


@given(st.text(alphabet="<>/ab \n&;!-?[]'\"=Response", max_size=80))
def test_never_raises_on_almost_xml(inside: str) -> None:
    document = voice(f"<Response>{inside}</Response>")
    assert document.refused is None or document.refused.code == 12100
