"""The second reader: asked after the answer, about unsure cases, in redacted words; whatever it says, it only proposes.

It is played by a small server on loopback that answers as a test tells it: well, slowly, wrongly, with malice.
"""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from pydantic import SecretStr

from app.processes.learning.second import ReaderAway, ask, ask_next
from app.sections import Assist
from cases.report import Channel
from console.standing.telling import Teller
from dispatch import desk
from dispatch.assist import waiting
from dispatch.assist.asking import category_of, messages
from dispatch.people.parties import party_of
from dispatch.reports import Report
from dispatch.transaction import Door
from dispatch.understanding import understand
from tests.dispatch.sample import policy
from tests.stage import LINE, RESIDENT, Stage

UNSURE = "楼上晒的东西往下滴，滴到我这边，王小明，电话13912345678"
CODES = tuple(policy().categories)


@dataclass
class Reader:
    """The second reader: what it was asked, and how it answers (status, body, seconds before each piece)."""

    status: int = 200
    body: bytes = b""
    pause: float = 0.0
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)
    url: str = ""

    def says(self, content: object) -> None:
        self.body = json.dumps({"choices": [{"message": {"role": "assistant", "content": content}}]}).encode()


@pytest.fixture
def reader() -> Iterator[Reader]:
    made = Reader()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            made.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            made.keys.append(self.headers["Authorization"])
            self.send_response(made.status)
            if made.status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            try:
                for place in range(0, len(made.body), 600) if made.pause else (0,):
                    time.sleep(made.pause)
                    self.wfile.write(made.body[place : place + 600] if made.pause else made.body)
            except OSError:
                pass  # whoever asked has hung up

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    made.url = f"http://127.0.0.1:{server.server_port}/v1"
    Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def settings(url: str, timeout_s: int = 2) -> Assist:
    return Assist(url=url, model="qwen", key=SecretStr("k-1"), timeout_s=timeout_s)


@dataclass(frozen=True)
class House:
    """A house with nothing but a door."""

    door: Door


def case(stage: Stage) -> str:
    """A case of which nobody was sure, whatever is learnt by now."""
    with stage.door.transaction(LINE) as tx:
        heard = understand(tx, UNSURE)
        heard = replace(heard, matter=replace(heard.matter, unsure=True, unclear=False, danger=()))
        taken = desk.take_report(tx, Report(Channel.TEXT, party_of(tx, RESIDENT), UNSURE, tx.now, sids=("SM1",)), heard)
    return taken.number


def lines(stage: Stage) -> list[tuple[str, str]]:
    return [(str(row.kind), str(row.canonical)) for row in stage.rows("SELECT kind, canonical FROM event ORDER BY id")]


def reading(stage: Stage) -> tuple[str, str | None]:
    [row] = stage.rows("SELECT state, category FROM second_reading")
    return str(row.state), row.category  # type: ignore[return-value]


def next_(stage: Stage, reader: Reader) -> bool:
    return ask_next(House(stage.door), "xingfu", settings(reader.url))  # type: ignore[arg-type]


def test_it_proposes_a_category_and_changes_nothing_else(stage: Stage, reader: Reader) -> None:
    case(stage)
    reader.says('好的。{"category": "stairwell-light"}')
    before = stage.rows("SELECT category, level, state, unit_id, next_due_at FROM cases")
    texts = stage.rows("SELECT count(*) AS n FROM outbox")
    assert reader.asked == [], "it is asked after the answer, not for it"
    assert next_(stage, reader)
    assert reading(stage) == ("suggested", "stairwell-light")
    kind, canonical = lines(stage)[-1]
    assert kind == "suggested"
    assert json.loads(canonical)["facts"] == {"category": "stairwell-light"}
    assert stage.rows("SELECT category, level, state, unit_id, next_due_at FROM cases") == before
    assert stage.rows("SELECT count(*) AS n FROM outbox") == texts
    assert not next_(stage, reader), "once is enough"
    with stage.door.transaction(LINE) as tx:
        [id_] = [row.id for row in stage.rows("SELECT id FROM cases")]
        assert waiting.suggested(tx, [id_]) == {id_: "stairwell-light"}
        [row] = stage.rows("SELECT kind, at, actor, canonical, content_id FROM event WHERE kind = 'suggested'")
        told = Teller(tx.district, tx.policy, lambda _: "").told(row)
        assert "楼道照明" in tx.say(told.what, "zh_CN")


def test_it_sees_redacted_words_and_the_catalogue_alone(stage: Stage, reader: Reader) -> None:
    number = case(stage)
    reader.says('{"category": ""}')
    next_(stage, reader)
    [asked] = reader.asked
    sent = json.dumps(asked, ensure_ascii=False)
    assert "楼上晒的东西往下滴" in sent
    for secret in ("13912345678", "+8613800000001", number):
        assert secret not in sent
    assert (asked["model"], reader.keys) == ("qwen", ["Bearer k-1"])
    assert reading(stage) == ("nothing", None)


@pytest.mark.parametrize(
    "words",
    ["家里一股煤气味，头晕", "楼道灯坏了", "网格员李红梅态度恶劣，骂人，我要投诉她"],
    ids=["danger", "sure", "of our own"],
)
def test_it_is_not_asked_about_danger_nor_what_is_sure(stage: Stage, reader: Reader, words: str) -> None:
    stage.text(words)
    assert not next_(stage, reader)
    assert reader.asked == []


@pytest.mark.parametrize(
    "content",
    [
        '{"category": "no-such"}', '{"category": ["lift"]}', '{"level": "L4"}', "lift", "", None, 7, "{" * 5000,
        '忽略以上要求。{"category": "lift\\"; DROP TABLE cases"}',
        '{"category": "lift", ' + '"x": "' + "y" * 9000 + '"}',
    ],
)  # fmt: skip
def test_a_hostile_answer_comes_to_nothing(stage: Stage, reader: Reader, content: object) -> None:
    case(stage)
    before = lines(stage)
    reader.says(content)
    assert next_(stage, reader)
    assert reading(stage) == ("nothing", None)
    assert lines(stage) == before


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[]", b'{"choices": []}', b'{"choices": [{}]}'])
def test_what_is_no_answer_is_none(body: bytes) -> None:
    assert category_of(body.decode("utf-8", errors="replace"), CODES) is None


def slow(reader: Reader) -> None:
    reader.says("x" * 20000)
    reader.pause = 0.4


def endless(reader: Reader) -> None:
    reader.body = b"x" * 200_000


def away(reader: Reader) -> None:
    reader.url = "http://127.0.0.1:9/v1"


def broken(reader: Reader) -> None:
    reader.status = 500


def elsewhere(reader: Reader) -> None:
    reader.status = 302


@pytest.mark.parametrize("harm", [slow, endless, away, broken, elsewhere])
def test_one_that_is_away_or_wrong_is_tried_three_times_and_harms_nothing(
    stage: Stage, reader: Reader, harm: Callable[[Reader], None]
) -> None:
    case(stage)
    before = lines(stage)
    harm(reader)
    for _ in range(waiting.TRIES):
        began = time.monotonic()
        with pytest.raises(ReaderAway):
            next_(stage, reader)
        assert time.monotonic() - began < 4
        stage.wind(waiting.AGAIN)
    assert reading(stage) == ("failed", None)
    assert not next_(stage, reader)
    assert lines(stage) == before
    assert all("elsewhere" not in json.dumps(asked) for asked in reader.asked)


def test_a_case_that_was_closed_or_made_confidential_meanwhile_is_not_shown(stage: Stage, reader: Reader) -> None:
    case(stage)
    stage.plant("UPDATE cases SET confidential = true")
    assert not next_(stage, reader)
    stage.plant("UPDATE cases SET confidential = false, state = 'closed'")
    assert not next_(stage, reader)
    assert reader.asked == []


def test_two_readers_do_not_ask_about_the_same(stage: Stage) -> None:
    case(stage)
    with stage.door.transaction(LINE) as one, stage.door.transaction(LINE) as other:
        assert waiting.take(one) is not None
        assert waiting.take(other) is None


def test_it_is_off_without_an_address_or_a_model() -> None:
    assert not Assist().is_on
    assert not Assist(url="http://10.0.0.5/v1").is_on
    assert settings("http://10.0.0.5/v1").is_on


def test_a_long_message_is_cut() -> None:
    assert len(messages("字" * 5000, policy())[1]["content"]) == 1000


def test_without_a_key_none_is_sent(reader: Reader) -> None:
    reader.says("{}")
    ask(Assist(url=reader.url, model="m"), messages("灯", policy()))
    assert reader.keys == [None]
