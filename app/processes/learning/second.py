"""The second reader, in a thread of `jobs`: asked about unsure cases after everybody has had their answer.

No transaction is open while it is asked, nothing waits for it, and what it may do is to propose a category to a person.
"""

from threading import Event
from time import monotonic

import requests

from app import logs
from app.processes.timers import is_lived
from app.sections import Assist
from app.wiring import House
from dispatch.assist import waiting
from dispatch.assist.asking import category_of, messages

LOOK = 1.0  # seconds between looks
AWAY = 30.0  # seconds for which a reader that failed is left alone
_LONGEST = 64 * 1024  # bytes of an answer
_PIECE = 512


class ReaderAway(Exception):
    """It did not answer, not in time, or not as one that speaks this API."""


def ask(reader: Assist, conversation: list[dict[str, str]]) -> str:
    """What it answers, as it came. Raises ReaderAway."""
    until = monotonic() + reader.timeout_s
    body = {"model": reader.model, "messages": conversation, "temperature": 0, "max_tokens": 60}
    key = reader.key.get_secret_value()
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.post(
                f"{reader.url}/chat/completions", json=body, timeout=reader.timeout_s, stream=True,
                headers={"Authorization": f"Bearer {key}"} if key else {}, allow_redirects=False,
            ) as answer:  # fmt: skip
                return _read(answer, until)
    except (requests.RequestException, OSError, ValueError) as error:
        raise ReaderAway(type(error).__name__) from error


def _read(answer: requests.Response, until: float) -> str:
    if answer.status_code != requests.codes.ok:
        raise ReaderAway(f"status {answer.status_code}")
    read = b""
    for piece in answer.iter_content(_PIECE):
        read += piece
        if len(read) > _LONGEST:
            raise ReaderAway("too long")
        if monotonic() > until:
            raise ReaderAway("too slow")
    return read.decode("utf-8", errors="replace")


def ask_next(house: House, office: str, reader: Assist) -> bool:
    """Ask about the next unsure case; whether there was one. Raises ReaderAway once that is written down."""
    with house.door.transaction(office) as tx:
        question, policy = waiting.take(tx), tx.policy
    if question is None:
        return False
    try:
        said = ask(reader, messages(question.words, policy))
    except ReaderAway as away:
        with house.door.transaction(office) as tx:
            waiting.failed(tx, question, str(away))
        raise
    with house.door.transaction(office) as tx:
        waiting.answered(tx, question, category_of(said, tuple(policy.categories)))
    return True


def keep_asking(house: House, done: Event) -> None:
    """Ask until told to end; not at all where no reader is named."""
    reader = house.settings.understanding.assist
    pause = LOOK
    while reader.is_on and not done.wait(pause):
        pause = LOOK
        try:
            for office in () if is_lived(house) else house.offices:
                while ask_next(house, office, reader):
                    pass
        except Exception as error:  # the reader or the database is away: the next look comes
            logs.trouble("jobs.second_reader_held_up", error)
            pause = AWAY
