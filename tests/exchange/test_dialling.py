"""<Dial>: who is rung, who hears of it, what the two say to each other, and what is asked afterwards."""

from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from exchange.steps import Converse, Dropped, Silence, Spoke
from exchange.testing import Exchange

LINE = "+862166660000"
WORKER = "+8613900000002"
RESIDENT = "+8613800000001"
OTHER = "+8613800000009"
EVENTS = "initiated ringing answered completed"


def says(exchange: Exchange, sid: str) -> list[tuple[str, str]]:
    """What was said in a call that has ended."""
    entry = exchange.switch.ledger.get("call", sid)
    assert entry is not None
    return [(part["who"], part["says"]) for part in entry["conversation"]]


def children(exchange: Exchange, parent: str) -> list[dict[str, Any]]:
    return [entry for entry in exchange.ledger("call") if entry["parent_call_sid"] == parent]


def dials(office: Any, attributes: str = "", inside: str = RESIDENT, after: str = "") -> None:
    office.says("/voice", f'<Dial action="/dialled" {attributes}>{inside}</Dial>{after}')
    office.says("/dialled", "<Say>再见</Say>")
    office.says("/progress", (204, "", b""))


def test_the_hotline_rings_one_and_then_the_other(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.phone(WORKER, texts=["我是网格员", "下午两点到"])
    exchange.phone(RESIDENT, texts=["喂", "好的，等您"], talk_seconds=60)
    number = f'<Number statusCallback="/progress" statusCallbackEvent="{EVENTS}">{RESIDENT}</Number>'
    dials(office, f'callerId="{LINE}" timeout="20" record="do-not-record"', number)
    made = client.calls.create(to=WORKER, from_=LINE, url="http://office.test/voice")
    exchange.clock.move()
    (child,) = children(exchange, made.sid)
    talked = [
        ("exchange", f"[connected with {RESIDENT}]"),
        ("called", "喂"),
        ("caller", "我是网格员"),
        ("called", "好的，等您"),
        ("caller", "下午两点到"),
    ]
    ends = [("exchange", "[disconnected after 60 s]"), ("line", "再见")]
    assert says(exchange, made.sid) == [("exchange", f"[ringing {RESIDENT}]"), *talked, *ends]
    assert says(exchange, child["sid"]) == talked
    assert (child["from"], child["to"], child["direction"]) == (LINE, RESIDENT, "outbound-dial")
    assert (child["status"], child["seconds"]) == ("completed", 60)
    assert [step["status"] for step in child["history"]] == ["queued", "ringing", "in-progress", "completed"]
    (asked,) = office.params("/dialled")
    assert (asked["DialCallStatus"], asked["DialCallSid"], asked["DialCallDuration"], asked["DialBridged"]) == (
        *("completed", child["sid"]),
        *("60", "true"),
    )
    assert (asked["CallSid"], asked["CallStatus"], asked["Direction"]) == (made.sid, "in-progress", "outbound-api")
    told = office.params("/progress")
    assert [params["CallStatus"] for params in told] == ["queued", "ringing", "in-progress", "completed"]
    assert {(params["CallSid"], params["ParentCallSid"]) for params in told} == {(child["sid"], made.sid)}
    assert (told[3]["From"], told[3]["To"], told[3]["CallDuration"]) == (LINE, RESIDENT, "60")
    assert told[0]["Direction"] == "outbound-dial"
    assert [each.sid for each in client.calls.list(parent_call_sid=made.sid)] == [child["sid"]]
    assert client.calls(child["sid"]).fetch().parent_call_sid == made.sid
    assert client.calls(made.sid).fetch().parent_call_sid is None
    assert {each.sid for each in client.calls.list()} == {made.sid, child["sid"]}


@pytest.mark.parametrize(
    ("does", "status", "waited"),
    [("busy", "busy", 1), ("no-answer", "no-answer", 20), ("failed", "failed", 1)],
)
def test_who_does_not_answer(exchange: Exchange, office: Any, does: str, status: str, waited: int) -> None:
    exchange.phone(RESIDENT, calls=does)
    dials(office, 'timeout="20"')
    begun = exchange.clock.now()
    talk = exchange.call(WORKER, LINE, ["喂"])
    (child,) = children(exchange, talk.sid)
    (asked,) = office.params("/dialled")
    assert (asked["DialCallStatus"], asked["DialCallSid"], asked["DialBridged"]) == (status, child["sid"], "false")
    assert "DialCallDuration" not in asked
    assert (child["status"], child["seconds"], child["started_at"]) == (status, 0, None)
    assert talk.conversation[:2] == [
        {"who": "exchange", "says": f"[ringing {RESIDENT}]"},
        {"who": "exchange", "says": f"[{RESIDENT}: {status}]"},
    ]
    assert talk.heard == ["再见"]
    goodbye = 0.5 + 0.2 * 2
    assert (exchange.clock.now() - begun).total_seconds() == pytest.approx(waited + goodbye)


def test_a_phone_that_rings_longer_than_the_timeout(exchange: Exchange, office: Any) -> None:
    exchange.phone(RESIDENT, ring_seconds=11)
    dials(office, 'timeout="10"')
    exchange.call(WORKER, LINE)
    assert office.params("/dialled")[0]["DialCallStatus"] == "no-answer"


def test_a_series_of_calls(exchange: Exchange, office: Any) -> None:
    exchange.phone(RESIDENT, calls=["no-answer", "busy", "answer"])
    dials(office)
    for _ in range(4):
        exchange.call(WORKER, LINE)
    statuses = [params["DialCallStatus"] for params in office.params("/dialled")]
    assert statuses == ["no-answer", "busy", "completed", "completed"]


def test_without_an_action_the_next_verb_follows(exchange: Exchange, office: Any) -> None:
    office.says("/voice", f"<Dial>{RESIDENT}</Dial><Gather input='speech' action='/got'><Say>还有吗</Say></Gather>")
    office.says("/got", "<Say>好</Say>")
    talk = exchange.call(WORKER, LINE, ["我是网格员", "没有了"])
    assert talk.heard == ["还有吗", "好"]
    assert office.params("/got")[0]["SpeechResult"] == "没有了"


def test_the_callers_number_is_shown_where_no_other_is_set(exchange: Exchange, office: Any) -> None:
    dials(office)
    talk = exchange.call(WORKER, LINE)
    assert children(exchange, talk.sid)[0]["from"] == WORKER


@pytest.mark.parametrize(
    ("attributes", "inside", "code"),
    [
        ('callerId="+8610000000"', RESIDENT, 13214),
        ("", "13800000001", 13223),
        ("", "", 13223),
        ("", OTHER, 13224),
    ],
)
def test_what_cannot_be_dialled(exchange: Exchange, office: Any, attributes: str, inside: str, code: int) -> None:
    exchange.phone(OTHER, calls="invalid")
    dials(office, attributes, inside)
    talk = exchange.call(WORKER, LINE)
    (asked,) = office.params("/dialled")
    assert (asked["DialCallStatus"], asked["DialBridged"]) == ("failed", "false")
    assert "DialCallSid" not in asked
    assert code in [warning["code"] for warning in talk.warnings]
    assert children(exchange, talk.sid) == []


def test_the_time_limit_ends_the_talk(exchange: Exchange, office: Any) -> None:
    exchange.phone(RESIDENT, texts=["喂"] * 50, talk_seconds=3600)
    dials(office, 'timeLimit="10"')
    talk = exchange.call(WORKER, LINE, ["好"] * 50)
    assert office.params("/dialled")[0]["DialCallDuration"] == "10"
    assert 5 < len(talk.conversation) < 30
    assert talk.heard == ["再见"]


@pytest.mark.parametrize("sequential", [False, True])
def test_the_first_of_several_that_answers(exchange: Exchange, office: Any, sequential: bool) -> None:
    exchange.phone(RESIDENT, ring_seconds=9)
    exchange.phone(OTHER, ring_seconds=4)
    busy = "+8613800000008"
    exchange.phone(busy, calls="busy")
    numbers = "".join(f"<Number>{number}</Number>" for number in (busy, RESIDENT, OTHER))
    dials(office, f'sequential="{str(sequential).lower()}"', numbers)
    talk = exchange.call(WORKER, LINE)
    found = {entry["to"]: entry["status"] for entry in children(exchange, talk.sid)}
    if sequential:
        assert found == {busy: "busy", RESIDENT: "completed"}
    else:
        assert found == {busy: "busy", RESIDENT: "canceled", OTHER: "completed"}


def test_answer_on_bridge_rings_until_then(exchange: Exchange, office: Any) -> None:
    exchange.phone(RESIDENT, calls=["no-answer", "answer"], talk_seconds=20)
    dials(office, 'answerOnBridge="true" timeout="15"')
    office.says("/dialled", "<Hangup/>")
    first = exchange.call(WORKER, LINE)
    assert office.params("/dialled")[0]["CallStatus"] == "ringing"
    assert first.status == "completed"
    second = exchange.call(WORKER, LINE)
    entry = exchange.switch.ledger.get("call", second.sid)
    assert entry is not None
    assert (entry["status"], entry["seconds"]) == ("completed", 20)
    office.says("/voice", f'<Dial answerOnBridge="true">{OTHER}</Dial>')
    exchange.phone(OTHER, calls="busy")
    assert exchange.call(WORKER, LINE).status == "no-answer"


def test_a_caller_who_hangs_up_ends_both_and_the_action_is_asked_all_the_same(exchange: Exchange, office: Any) -> None:
    exchange.phone(RESIDENT, texts=["喂", "喂？"])
    dials(office, after="<Say>never</Say>")
    leg = exchange.dial(WORKER, LINE)
    assert leg.waiting == Converse(RESIDENT)
    leg.give(Spoke("我是网格员"))
    leg.give(Dropped())
    assert leg.over
    (asked,) = office.params("/dialled")
    assert (asked["CallStatus"], asked["DialCallStatus"], asked["DialBridged"]) == ("completed", "completed", "true")
    assert [entry["status"] for entry in exchange.ledger("call")] == ["completed", "completed"]
    assert ("line", "再见") not in says(exchange, leg.sid)


def test_a_caller_who_hangs_up_where_nobody_wants_to_know(exchange: Exchange, office: Any) -> None:
    office.says("/voice", f"<Dial>{RESIDENT}</Dial><Redirect>/never</Redirect>")
    leg = exchange.dial(WORKER, LINE)
    leg.give(Dropped())
    assert office.params("/never") == []
    assert [entry["status"] for entry in exchange.ledger("call")] == ["completed", "completed"]


def test_the_dialled_call_is_ended_over_rest(exchange: Exchange, office: Any, client: Client) -> None:
    exchange.phone(RESIDENT, texts=["喂", "喂？"])
    dials(office)
    leg = exchange.dial(WORKER, LINE)
    (child,) = children(exchange, leg.sid)
    with pytest.raises(TwilioRestException) as refused:
        client.calls(child["sid"]).update(url="http://office.test/voice")
    assert refused.value.code == 21220
    assert client.calls(child["sid"]).update(status="completed").status == "completed"
    assert leg.over
    assert leg.conversation[-1] == {"who": "line", "says": "再见"}
    assert office.params("/dialled")[0]["DialCallStatus"] == "completed"
    leg.give(Silence())


@pytest.mark.parametrize("how", ["status", "url"])
def test_the_callers_call_is_ended_or_turned_elsewhere_over_rest(
    exchange: Exchange, office: Any, client: Client, how: str
) -> None:
    exchange.phone(RESIDENT, texts=["喂", "喂？"])
    dials(office)
    office.says("/agent", "<Say>您好</Say>")
    leg = exchange.dial(WORKER, LINE)
    client.calls(leg.sid).update(
        **({"status": "completed"} if how == "status" else {"url": "http://office.test/agent"})
    )
    assert leg.over
    assert [entry["status"] for entry in exchange.ledger("call")] == ["completed", "completed"]
    assert office.params("/dialled") == []
    assert (("line", "您好") in says(exchange, leg.sid)) == (how == "url")


def test_a_call_that_was_dialled_at_a_crash_has_failed(exchange: Exchange, office: Any, tmp_path: Any) -> None:
    exchange.phone(RESIDENT, texts=["喂", "喂？"])
    dials(office)
    exchange.dial(WORKER, LINE)
    exchange.close()
    again = Exchange.start(tmp_path / "exchange", [], office)
    again.clock.move(60)
    assert [entry["status"] for entry in again.ledger("call")] == ["failed", "failed"]
    again.close()
