"""The player: each verb by what comes next, and for any document that it never raises and always ends."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.player import MOST_DOCUMENTS, Playing, advance, lasting, load
from exchange.steps import (
    Ask,
    Dialled,
    Done,
    Dropped,
    End,
    Happened,
    Listen,
    Pressed,
    Quiet,
    Recorded,
    Refuse,
    SendText,
    Silence,
    Sound,
    Speak,
    Spoke,
    Step,
    Take,
    Texted,
)
from exchange.twiml.document import Kind, read

URL = "http://a.test/voice/1?x=2"


def playing(body: str, kind: Kind = Kind.VOICE) -> Playing:
    document = read(f"<Response>{body}</Response>".encode(), "text/xml", kind)
    assert document.refused is None, document.refused
    return load(Playing(kind), document, URL)


def steps(body: str, *happened: Happened, kind: Kind = Kind.VOICE) -> list[Step]:
    """The steps of a document, these things happening to them one after another, then Done."""
    at, found = playing(body, kind), []
    for each in (Done(), *happened, *[Done()] * 20):
        turn = advance(at, each)
        at = turn.playing
        found.append(turn.step)
        if isinstance(turn.step, End | Ask | Refuse):
            return found
    raise AssertionError("it does not end")


def test_prompts_one_after_another() -> None:
    body = (
        '<Say language="zh-CN" voice="alice" loop="2">好</Say><Play loop="0">a.wav</Play><Play digits="1"/>'
        '<Pause length="3"/>'
    )
    assert steps(body) == [
        Speak("好", "zh-CN", "alice", 2),
        Sound("a.wav", "", 0),
        Sound("", "1", 1),
        Quiet(3),
        End(),
    ]
    assert steps("") == [End()]
    assert steps("<Hangup/><Say>never</Say>") == [End()]


def test_how_long_a_prompt_lasts() -> None:
    assert lasting(Speak("好的", "zh-CN", "", 1)) == 0.9
    assert lasting(Sound("a", "", 1)) == 3.0
    assert lasting(Quiet(4)) == 4.0


def test_numbers_that_are_none_give_the_default() -> None:
    assert steps('<Pause length="long"/>')[0] == Quiet(1)
    listen = steps('<Gather timeout="x" numDigits="0"/>')[0]
    assert isinstance(listen, Listen)
    assert (listen.timeout, listen.num_digits) == (5, None)


def test_gather_is_asked_with_its_prompt() -> None:
    body = '<Gather numDigits="1" timeout="7"><Say>按一</Say><Pause/><Play>b.wav</Play><Record/></Gather>'
    assert steps(body)[0] == Listen(
        (Speak("按一", "en-US", "", 1), Quiet(1), Sound("b.wav", "", 1)), True, False, 7, 1, "#", "en-US"
    )
    speech = steps('<Gather input="speech" language="zh" finishOnKey=""/>')[0]
    assert speech == Listen((), False, True, 5, None, "", "zh")


def test_gather_with_keys() -> None:
    assert steps('<Gather action="next"/><Say>no</Say>', Pressed("12", "#"))[-1] == Ask(
        "http://a.test/voice/next", "POST", (("Digits", "12"), ("FinishedOnKey", "#"), ("msg", "Gather End"))
    )
    assert steps('<Gather method="GET"/>', Pressed("1"))[-1] == Ask(
        URL, "GET", (("Digits", "1"), ("FinishedOnKey", ""), ("msg", "Gather End"))
    )


def test_gather_with_speech() -> None:
    asked = steps('<Gather input="dtmf speech" action="https://b.test/x"/>', Spoke("灯坏了", 0.8))[-1]
    assert asked == Ask("https://b.test/x", "POST", (("SpeechResult", "灯坏了"), ("Confidence", "0.8")))


@pytest.mark.parametrize("nothing", [Silence(), Pressed("", "#"), Done()])
def test_gather_with_nothing_falls_through(nothing: Happened) -> None:
    assert steps("<Gather/><Pause/>", nothing)[1:] == [Quiet(1), End()]


@pytest.mark.parametrize(
    ("inputs", "params"),
    [
        ("dtmf", (("Digits", ""),)),
        ("speech", (("SpeechResult", ""),)),
        ("dtmf speech", (("Digits", ""), ("SpeechResult", ""))),
    ],
)
def test_gather_can_ask_on_nothing(inputs: str, params: tuple[tuple[str, str], ...]) -> None:
    body = f'<Gather input="{inputs}" actionOnEmptyResult="true"/>'
    assert steps(body, Silence())[-1] == Ask(URL, "POST", params)


def test_record() -> None:
    body = '<Record action="/r" maxLength="0" playBeep="false" recordingStatusCallback="s"/><Pause/>'
    take = steps(body)[0]
    assert take == Take(3600, 5, "1234567890*#", False, "http://a.test/voice/s", "POST", frozenset({"completed"}))
    recorded = Recorded("RE1", "http://x/RE1", 4, "#")
    assert steps(body, recorded)[-1] == Ask(
        "http://a.test/r",
        "POST",
        (
            ("RecordingSid", "RE1"),
            ("RecordingUrl", "http://x/RE1"),
            ("RecordingDuration", "4"),
            ("Digits", "#"),
        ),
    )
    assert steps(body, Silence())[1:] == [Quiet(1), End()]


def test_record_with_a_callback_that_is_no_address() -> None:
    take = steps('<Record recordingStatusCallback="http://["/>')[0]
    assert isinstance(take, Take)
    assert take.callback == ""


def test_redirect() -> None:
    assert steps("<Redirect>../y</Redirect>") == [Ask("http://a.test/y", "POST")]
    assert steps('<Redirect method="GET">https://b.test</Redirect>') == [Ask("https://b.test", "GET")]


@pytest.mark.parametrize(
    "url", ["http://[", "ftp://a.test/x", "https://", "mailto:x", "http://a.test:0/", "http://a b/"]
)
def test_an_address_that_cannot_be_asked_ends_the_call(url: str) -> None:
    turn = advance(playing(f"<Redirect>{url}</Redirect>"), Done())
    assert (turn.step, [remark.code for remark in turn.remarks]) == (End(), [11100])


def test_reject_counts_only_as_the_first() -> None:
    assert steps("<Reject/>") == [Refuse("rejected")]
    assert steps('<Reject reason="busy"/>') == [Refuse("busy")]
    assert steps("<Pause/><Reject/>") == [Quiet(1), End()]


def test_unknown_verbs_are_passed_over() -> None:
    assert steps("<Dance/><Message>a</Message><Pause/>") == [Quiet(1), End()]


def test_messages() -> None:
    body = '<Message to="+1" from="+2" statusCallback="/s"> a\nb </Message>'
    assert steps(body, kind=Kind.MESSAGE)[0] == SendText("+1", "+2", "a\nb", (), "http://a.test/s")
    nested = "<Message><Body>a</Body><Media>http://a.test/1.jpg</Media></Message>"
    assert steps(nested, kind=Kind.MESSAGE)[0] == SendText("", "", "a", ("http://a.test/1.jpg",), "")
    assert steps("<Say>a</Say>", kind=Kind.MESSAGE) == [End()]
    assert steps("<Sms>a</Sms>")[0] == SendText("", "", "a", (), "")


def test_a_message_with_an_action_asks_it() -> None:
    body = '<Message action="sent" method="GET">a</Message><Message>never</Message>'
    asked = steps(body, Texted("SM1", "queued"), kind=Kind.MESSAGE)[-1]
    params = (("MessageSid", "SM1"), ("SmsSid", "SM1"), ("MessageStatus", "queued"), ("SmsStatus", "queued"))
    assert asked == Ask("http://a.test/voice/sent", "GET", params)
    assert len(steps("<Message>a</Message>", Texted("SM1", "queued"), kind=Kind.MESSAGE)) == 2


def test_hanging_up_ends_it() -> None:
    assert steps("<Gather/><Say>never</Say>", Dropped())[1:] == [End()]


@pytest.mark.parametrize(("kind", "code"), [(Kind.VOICE, 0), (Kind.MESSAGE, 14106)])
def test_a_circle_of_redirects_ends(kind: Kind, code: int) -> None:
    document = read(b"<Response><Redirect>/again</Redirect></Response>", "text/xml", kind)
    at, asked = Playing(kind), 0
    while True:
        at = load(at, document, URL)
        turn = advance(at, Done())
        at = turn.playing
        if isinstance(turn.step, End):
            break
        asked += 1
    assert asked == MOST_DOCUMENTS[kind]
    assert [remark.code for remark in turn.remarks] == [code]


_names = st.sampled_from(
    [
        "Say",
        "Play",
        "Pause",
        "Gather",
        "Record",
        "Dial",
        "Number",
        "Redirect",
        "Hangup",
        "Reject",
        "Sms",
        "Message",
        "Body",
        "Nope",
    ]
)
_attributes = st.dictionaries(
    st.sampled_from(
        ["action", "input", "timeout", "numDigits", "length", "loop", "reason", "maxLength", "method",
         "actionOnEmptyResult", "statusCallback", "recordingStatusCallback", "finishOnKey", "callerId", "timeLimit",
         "answerOnBridge", "sequential", "statusCallbackEvent"]
    ),
    st.sampled_from(["", "1", "-1", "x", "true", "/a", "http://[", "dtmf speech", "speech", "GET", "9" * 30]),
    max_size=4,
)  # fmt: skip


@st.composite
def _elements(draw: st.DrawFn, depth: int = 2) -> str:
    name = draw(_names)
    attributes = "".join(f' {key}="{value}"' for key, value in draw(_attributes).items())
    inside = draw(st.sampled_from(["", "灯坏了", "/next", "http://b.test/x"]))
    if depth:
        inside += "".join(draw(st.lists(_elements(depth=depth - 1), max_size=2)))
    return f"<{name}{attributes}>{inside}</{name}>"


_happened = st.sampled_from(
    [
        Done(),
        Pressed("12", "#"),
        Pressed(""),
        Spoke("灯坏了"),
        Silence(),
        Recorded("RE1", "http://x/1", 1),
        Texted("SM1", "queued"),
        Dialled("CA1", "completed", 7, True),
        Dialled("", "failed"),
        Dropped(),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_elements(), max_size=5), st.lists(_happened, max_size=30), st.sampled_from(Kind))
def test_never_raises_and_always_ends(body: list[str], happened: list[Happened], kind: Kind) -> None:
    document = read(f"<Response>{''.join(body)}</Response>".encode(), "text/xml", kind)
    at = load(Playing(kind), document, URL)
    most = MOST_DOCUMENTS[kind] * (len(body) + 1) + 2
    for number in range(most):
        turn = advance(at, happened[number % len(happened)] if happened else Done())
        at = turn.playing
        if isinstance(turn.step, End | Refuse):
            return
        if isinstance(turn.step, Ask):
            assert turn.step.url.startswith(("http://", "https://"))
            at = load(at, document, turn.step.url)
    raise AssertionError("it does not end")
