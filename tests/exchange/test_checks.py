"""What Twilio would log against a document: one planted mistake each, and none on a good one."""

import pytest

from exchange.twiml.checks import remarks_on
from exchange.twiml.document import Kind, read
from exchange.twiml.tongues import GATHER_LANGUAGES, SAY_LANGUAGES, SAY_VOICES

GOOD = """<?xml version="1.0" encoding="UTF-8"?>
<Response>
  <Say language="zh-CN" voice="Polly.Zhiyu-Neural" loop="1">您好<break strength="weak"/>请讲。</Say>
  <Play loop="2">/static/hello.wav</Play>
  <Play digits="ww12#"/>
  <Pause length="2"/>
  <Gather input="dtmf speech" action="/voice/2?turn=1" method="POST" timeout="5" speechTimeout="auto"
    maxSpeechTime="60" profanityFilter="false" finishOnKey="" numDigits="1" language="cmn-Hans-CN"
    hints="停电, 停水"
    bargeIn="true" actionOnEmptyResult="true" speechModel="googlev2_telephony" enhanced="true" debug="false"
    partialResultCallback="https://a.test/p" partialResultCallbackMethod="GET">
    <Say language="cmn-CN" voice="Google.cmn-CN-Wavenet-A">请按一</Say><Play>a.wav</Play><Pause/>
  </Gather>
  <Record action="/recorded" method="GET" timeout="5" finishOnKey="#*" maxLength="120" playBeep="true"
    trim="trim-silence" recordingStatusCallback="/recording" recordingStatusCallbackMethod="POST"
    recordingStatusCallbackEvent="completed absent" recordingTrack="both" transcribe="false"
    transcribeCallback="/t" recordingConfigurationId="x"/>
  <Sms to="+8613800000001" from="+862166660000" action="/sent" method="POST" statusCallback="/status">好</Sms>
  <Dial callerId="+862166660000" timeout="20" timeLimit="600" action="/dialled" method="GET" answerOnBridge="true"
    record="do-not-record" hangupOnStar="true" sequential="false" ringTone="cn">
    <Number statusCallback="/progress" statusCallbackMethod="GET"
      statusCallbackEvent="initiated ringing answered completed">+8613800000002</Number>
  </Dial>
  <Dial>+8613800000003</Dial>
  <Redirect method="POST">/voice/again</Redirect>
</Response>"""


def codes(body: str, kind: Kind = Kind.VOICE) -> list[int]:
    document = read(f"<Response>{body}</Response>".encode(), "text/xml", kind)
    assert document.refused is None, document.refused
    return [remark.code for remark in remarks_on(document, kind)]


def test_a_good_document_has_no_remarks() -> None:
    assert remarks_on(read(GOOD.encode(), "text/xml", Kind.VOICE), Kind.VOICE) == ()
    good = '<Message to="+8613800000001" statusCallback="/s"><Body>好</Body><Media>b.jpg</Media></Message>'
    assert codes(good, Kind.MESSAGE) == []
    assert codes("<Message>好</Message><Redirect>/next</Redirect>", Kind.MESSAGE) == []
    assert codes("", Kind.MESSAGE) == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<Say voice="Polly.Nobody">a</Say>', 13511),
        ('<Say language="zh">a</Say>', 13512),
        ('<Say language="cmn-Hans-CN">a</Say>', 13512),
        ('<Say loop="-1">a</Say>', 13510),
        ("<Say></Say>", 13520),
        ("<Say> \n </Say>", 13520),
        (f"<Say>{'a' * 4097}</Say>", 13521),
        ("<Say><Play>a</Play></Say>", 12200),
        ('<Say rate="fast">a</Say>', 12200),
        ('<Play loop="x">a.wav</Play>', 13410),
        ('<Play digits="12a"/>', 13430),
        ("<Play/>", 11100),
        ("<Play>two words</Play>", 11100),
        ('<Pause length="abc"/>', 13910),
        ("<Pause>a</Pause>", 12200),
        ('<Gather input="voice"/>', 13326),
        ('<Gather method="PUT"/>', 13312),
        ('<Gather timeout="1.5"/>', 13313),
        ('<Gather speechTimeout="never"/>', 13327),
        ('<Gather maxSpeechTime="0"/>', 13328),
        ('<Gather partialResultCallbackMethod="get"/>', 13329),
        (f'<Gather hints="{"a," * 500}"/>', 13330),
        ('<Gather language="zh-CN"/>', 13331),
        ('<Gather bargeIn="yes"/>', 13332),
        ('<Gather profanityFilter="0"/>', 13333),
        ('<Gather speechModel="best"/>', 13334),
        ('<Gather actionOnEmptyResult="1"/>', 13338),
        ('<Gather finishOnKey="12"/>', 13310),
        ('<Gather numDigits="0"/>', 13314),
        ('<Gather action="ftp://a.test/x"/>', 11100),
        ('<Gather action=""/>', 11100),
        ('<Gather action="/报修"/>', 11100),
        ("<Gather><Record/></Gather>", 13320),
        ("<Gather><Gather/></Gather>", 13320),
        ("<Gather>press one</Gather>", 12200),
        ('<Gather><Say language="x">a</Say></Gather>', 13512),
        ('<Record method="DELETE"/>', 13610),
        ('<Record timeout="long"/>', 13611),
        ('<Record maxLength="0"/>', 13612),
        ('<Record maxLength="99999"/>', 13612),
        ('<Record finishOnKey="a"/>', 13613),
        ('<Record transcribe="maybe"/>', 13614),
        ('<Record playBeep="on"/>', 13616),
        ('<Record recordingStatusCallbackEvent="done"/>', 13621),
        ('<Record recordingTrack="left"/>', 13622),
        ('<Record trim="yes"/>', 13699),
        ('<Redirect method="PATCH">/a</Redirect>', 13710),
        ("<Redirect/>", 11100),
        ('<Reject reason="asleep"/>', 13810),
        ('<Sms to="13800000001">a</Sms>', 14101),
        ('<Sms from="nobody at all">a</Sms>', 14102),
        ("<Sms/>", 14103),
        ('<Sms method="X">a</Sms>', 14104),
        ('<Sms statusCallback="mailto:a">a</Sms>', 14105),
        ("<say>a</say>", 12200),
        ("<Speak>a</Speak>", 12200),
        ("<Message>a</Message>", 12200),
        ("<Enqueue>front</Enqueue>", 0),
        ('<Dial method="PUT">+8613800000001</Dial>', 13210),
        ('<Dial timeout="0">+8613800000001</Dial>', 13212),
        ('<Dial hangupOnStar="1">+8613800000001</Dial>', 13213),
        ('<Dial callerId="13800000001">+8613800000001</Dial>', 13214),
        ("<Dial><Say>a</Say></Dial>", 13215),
        ('<Dial timeLimit="none">+8613800000001</Dial>', 13216),
        ('<Dial answerOnBridge="yes">+8613800000001</Dial>', 12200),
        ('<Dial record="record-from-answer">+8613800000001</Dial>', 0),
        ('<Dial recordingTrack="both">+8613800000001</Dial>', 0),
        ('<Dial action="ftp://a.test">+8613800000001</Dial>', 11100),
        ('<Dial number="+8613800000001">+8613800000001</Dial>', 12200),
        ("<Dial>13800000001</Dial>", 13223),
        ("<Dial/>", 13223),
        ("<Dial><Number/></Dial>", 13223),
        ("<Dial><Number>110</Number></Dial>", 13223),
        ("<Dial><Sip>sip:a@b.test</Sip></Dial>", 0),
        ('<Dial><Number url="/whisper">+8613800000001</Number></Dial>', 0),
        ('<Dial><Number statusCallback="mailto:a">+8613800000001</Number></Dial>', 11100),
        ('<Dial><Number statusCallbackMethod="PUT">+8613800000001</Number></Dial>', 13221),
        ('<Dial><Number statusCallbackEvent="answer">+8613800000001</Number></Dial>', 12200),
        ("<Hangup/><Say>a</Say>", 0),
        ("<Say>a</Say><Reject/>", 0),
    ],
)
def test_a_planted_mistake_in_a_call(body: str, code: int) -> None:
    assert codes(body) == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<Message/>", 14103),
        ("<Message><Body/></Message>", 14103),
        ("<Message><Media>not an address</Media></Message>", 11100),
        ("<Message><Say>a</Say></Message>", 12200),
        ('<Message channel="x">a</Message>', 12200),
        ("<Say>a</Say>", 14110),
        ("<Redirect>/a</Redirect><Message>b</Message>", 0),
    ],
)
def test_a_planted_mistake_in_an_answer_to_a_text(body: str, code: int) -> None:
    assert code in codes(body, Kind.MESSAGE)


def test_remarks_name_place_trouble_and_remedy() -> None:
    document = read(b"<Response>\n<Pause length='abc'/></Response>", "text/xml", Kind.VOICE)
    (remark,) = remarks_on(document, Kind.VOICE)
    assert remark.text == "line 2, <Pause>: length is 'abc'; it must be a whole number from 0 to 180"


def test_the_lists_are_whole() -> None:
    assert (len(SAY_LANGUAGES), len(GATHER_LANGUAGES), len(SAY_VOICES)) == (69, 130, 900)
    assert {"zh-CN", "cmn-CN", "yue-HK"} <= SAY_LANGUAGES
    assert {"cmn-Hans-CN", "yue-Hant-HK", "zh"} <= GATHER_LANGUAGES
    assert {"Polly.Zhiyu", "Polly.Zhiyu-Neural", "Google.cmn-CN-Chirp3-HD-Kore", "alice"} <= SAY_VOICES
