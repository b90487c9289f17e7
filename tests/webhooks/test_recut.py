"""What betrays a request that was cut anew, and what does not."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.webhooks.carrier import Carrier
from webhooks.request.body import Pair
from webhooks.request.recut import About, doubt, sid_of

CARRIER = Carrier()
KINDS = {
    About.turn: CARRIER.turn(1),
    About.call: CARRIER.call_status(1),
    About.text: CARRIER.text(1),
    About.receipt: CARRIER.receipt(1),
    About.recording: CARRIER.recording(1),
    About.dialed: CARRIER.turn(1, DialCallStatus="busy"),
}
NAMES = ["From", "To", "Body", "MessageSid", "CallSid", "AccountSid"]
TOKENS = [*NAMES, "=", "&", "SM", "+8613800000001", "电梯", "0" * 32]
WORDS = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(TOKENS)).map("".join))


def raw(pairs: Any) -> list[Pair]:
    return [(name.encode(), value.encode("utf-8", "surrogatepass")) for name, value in pairs]


def test_what_the_carrier_sends_is_trusted() -> None:
    for about, pairs in KINDS.items():
        assert doubt(about, raw(pairs), []) == ""
        assert doubt(about, raw(pairs), raw([("From", "x"), ("bodySHA256", "y"), ("", "AccountSid")])) == ""


@given(WORDS)
def test_words_are_free(words: str) -> None:
    assert doubt(About.text, raw(CARRIER.text(1, words)), []) == ""
    assert doubt(About.turn, raw(CARRIER.turn(1, SpeechResult=words)), []) == ""


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_a_cut_that_hides_a_name_is_never_trusted(kind: str, data: st.DataObject) -> None:
    """Any name that always comes, in what stands before it: as its value's end, or as its name's."""
    about = About(kind)
    ordered = sorted(KINDS[about])
    always = {
        "AccountSid", "CallSid", "From", "To", "CallStatus", "MessageSid", "MessageStatus", "Body", "NumMedia",
        "RecordingSid", "RecordingStatus", "DialCallStatus", "Called", "Caller", "SmsSid",
    }  # fmt: skip
    at = data.draw(st.sampled_from([n for n, pair in enumerate(ordered) if n and pair[0] in always]))
    if about is About.recording:
        at = next(n for n, pair in enumerate(ordered) if pair[0] == "RecordingSid")
    joined = "".join(ordered[at - 1] + ordered[at])
    cut = data.draw(st.integers(len(ordered[at - 1][0]), len(joined)))
    pairs = [*ordered[: at - 1], (joined[:cut], joined[cut:]), *ordered[at + 1 :]]
    names = {name for name, _ in pairs}
    if ordered[at][0] in names:
        return
    assert doubt(about, raw(pairs), []) == "swallowed"


def test_a_name_that_is_missing_and_nowhere_to_be_found_is_only_missing() -> None:
    for about, pairs in KINDS.items():
        for gone, _ in pairs:
            assert doubt(about, raw([pair for pair in pairs if pair[0] != gone]), []) == "", (about, gone)


def test_what_stands_in_the_query_and_not_in_the_body_was_moved() -> None:
    left = raw([pair for pair in CARRIER.text(1) if pair[0] != "From"])
    assert doubt(About.text, left, raw([("From", "+8613800000001")])) == "moved"
    assert doubt(About.text, left, raw([("step", "2FromX")])) == "moved"
    assert doubt(About.text, left, raw([("step", "2")])) == ""
    assert doubt(About.text, [], raw(CARRIER.text(1))) == "moved"


def test_names_that_no_parameter_has() -> None:
    for name in ("", "From+8613800000001", "a b", "楼", "x" * 81, "9lives", "From\n"):
        assert doubt(About.text, raw([*CARRIER.text(1), (name, "x")]), []) == "odd_name", name
    for name in ("NewIn2031", "SipHeader_X-Case", "x", "Media.Url"):
        assert doubt(About.text, raw([*CARRIER.text(1), (name, "x")]), []) == "", name


def test_parameters_whole_within_others() -> None:
    for whole in ("From+8613800000001", "MessageSidSM" + "0" * 32, "AccountSidAC" + "f" * 32):
        assert doubt(About.text, raw([*CARRIER.text(1), ("Zone", f"1{whole}")]), []) == "embedded", whole
    assert doubt(About.text, raw([*CARRIER.text(1), ("ZMessageSidSM" + "0" * 32, "")]), []) == "embedded"
    assert doubt(About.text, raw([*CARRIER.text(1), ("OriginalRepliedMessageSid", "SM" + "0" * 32)]), []) == ""
    assert doubt(About.turn, raw(CARRIER.turn(1, Body="From+8613800000001")), []) == "embedded"


def test_the_sid_is_found_where_it_stands() -> None:
    sid = CARRIER.sid("SM", 1)
    pairs = CARRIER.text(1, "MessageSidSM" + "9" * 32)
    assert sid_of(About.text, raw(pairs), []) == sid, "the parameter itself goes before anything that only looks so"
    assert sid_of(About.text, raw([("FromZip", f"MessageSid{sid}NumMedia0")]), []) == sid
    assert sid_of(About.text, [], raw([("MessageSid", sid)])) == sid
    assert sid_of(About.text, raw([("MessageSid", "SM1")]), []) == ""
    assert sid_of(About.recording, raw(CARRIER.recording(1)), []) == CARRIER.sid("RE", 1)
    assert sid_of(About.dialed, raw(CARRIER.turn(1)), []) == CARRIER.sid("CA", 1)


@given(st.sampled_from(list(About)), st.lists(st.tuples(st.binary(max_size=20), st.binary(max_size=60)), max_size=8))
def test_noise_is_judged_and_never_more(about: About, pairs: list[Pair]) -> None:
    assert doubt(about, pairs, pairs) in {"", "swallowed", "moved", "odd_name", "embedded"}
    assert sid_of(about, pairs, pairs) == "" or len(sid_of(about, pairs, pairs)) == 34
