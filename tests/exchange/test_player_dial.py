"""The player's <Dial>: which phones are rung how, and what is asked when that has ended."""

import pytest

from exchange.player import Playing, advance, farewell, load
from exchange.steps import Ask, Dial, Dialled, Done, Speak, Step, Target
from exchange.twiml.document import Kind, read


def playing(body: str) -> Playing:
    document = read(f"<Response>{body}</Response>".encode(), "text/xml", Kind.VOICE)
    return load(Playing(Kind.VOICE), document, "http://a.test/voice/1?x=2")


def first(body: str) -> Step:
    return advance(playing(body), Done()).step


def test_dial() -> None:
    assert first("<Dial> +8613800000002 </Dial>") == Dial((Target("+8613800000002"),), "", 30, 14_400, False, False)
    assert first("<Dial/>") == Dial((), "", 30, 14_400, False, False)
    full = first(
        '<Dial callerId="+862166660000" timeout="20" timeLimit="600" answerOnBridge="true" sequential="true">'
        '<Number statusCallback="/told?n=1" statusCallbackMethod="GET" statusCallbackEvent="ringing answered">+861'
        "</Number>"
        '<Number statusCallback="http://[">+862</Number><Client>agent</Client></Dial>'
    )
    told = Target("+861", "http://a.test/told?n=1", "GET", frozenset({"ringing", "answered"}))
    assert full == Dial((told, Target("+862")), "+862166660000", 20, 600, True, True)


@pytest.mark.parametrize(
    ("dialled", "params"),
    [
        (
            Dialled("CA1", "completed", 7, True),
            {
                "DialCallStatus": "completed",
                "DialCallSid": "CA1",
                "DialCallDuration": "7",
                "DialBridged": "true",
            },
        ),
        (
            Dialled("CA1", "no-answer"),
            {"DialCallStatus": "no-answer", "DialCallSid": "CA1", "DialBridged": "false"},
        ),
        (Dialled("", "failed"), {"DialCallStatus": "failed", "DialBridged": "false"}),
    ],
)
def test_what_is_asked_after_a_dial(dialled: Dialled, params: dict[str, str]) -> None:
    body = '<Dial action="/after" method="GET">+8613800000002</Dial><Say>never</Say>'
    at = advance(playing(body), Done()).playing
    asked = advance(at, dialled).step
    assert isinstance(asked, Ask)
    assert (asked.url, asked.method, dict(asked.params)) == ("http://a.test/after", "GET", params)
    assert farewell(at, dialled) == asked
    on = advance(playing("<Dial>+861</Dial><Say>next</Say>"), Done()).playing
    assert advance(on, dialled).step == Speak("next", "en-US", "", 1)
    assert farewell(advance(playing("<Dial>+861</Dial>"), Done()).playing, dialled) is None
    assert farewell(advance(playing('<Dial action="http://[">+861</Dial>'), Done()).playing, dialled) is None
