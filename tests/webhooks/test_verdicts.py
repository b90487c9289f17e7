"""The verdict for each class of request, on the real house: what it is answered, and what it leaves in the tables.

At least 500 requests of each class, 2,000 honest ones, more than 10,000 in all.
"""

from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from werkzeug.test import TestResponse

from tests.webhooks import cuts, equivalents, forgeries, misfits
from tests.webhooks.attacker import Attack, Attacker
from tests.webhooks.honest import requests
from webhooks.answers import NOTHING_TO_SAY
from webhooks.static import CALLER

pytestmark = pytest.mark.slow
EACH = 500
HONEST = 2_000

REFUSED: dict[Callable[[Attacker], Attack], int] = {
    forgeries.unsigned: 403,
    forgeries.empty_signature: 403,
    forgeries.garbage_signature: 403,
    forgeries.other_secret: 403,
    forgeries.other_accounts_token: 403,
    forgeries.other_host: 403,
    forgeries.other_port: 403,
    forgeries.other_door: 403,
    forgeries.other_query: 403,
    forgeries.other_scheme: 403,
    forgeries.changed_value: 403,
    forgeries.added_parameter: 403,
    forgeries.dropped_parameter: 403,
    forgeries.json_with_another_body: 403,
    forgeries.json_as_an_empty_form: 403,
    forgeries.form_under_a_json_signature: 403,
    misfits.repeated_known_name: 400,
    misfits.other_account: 400,
    misfits.malformed_sid: 400,
    misfits.malformed_number: 400,
    misfits.media_that_cannot_be: 400,
    misfits.large: 413,
    misfits.large_without_a_length: 413,
    misfits.other_method: 405,
    misfits.other_content_type: 415,
}
QUARANTINED = (
    cuts.swallowed,
    cuts.several_swallowed,
    cuts.moved_to_query,
    cuts.sender_in_the_text,
    cuts.text_in_the_text,
)
EQUIVALENT = (equivalents.reordered, equivalents.other_port_form, equivalents.replayed, equivalents.said_twice)

Counts = Callable[[], dict[str, int]]


def test_the_table_is_large_enough() -> None:
    assert (len(REFUSED) + len(QUARANTINED) + len(EQUIVALENT)) * EACH + HONEST >= 10_000


def _send(doors: Any, attack: Attack) -> TestResponse:
    answer: TestResponse = doors.send(attack.target, attack.body, attack.headers, **attack.how)
    assert answer.status_code < 500, attack
    return answer


def _many(kind: Callable[[Attacker], Attack]) -> Iterator[Attack]:
    attacker = Attacker(seed=7 + len(kind.__name__))
    return (kind(attacker) for _ in range(EACH))


def test_refused_without_a_row(real_doors: Any, row_counts: Counts) -> None:
    before, wrong = row_counts(), []
    for kind, status in REFUSED.items():
        got = [_send(real_doors, attack).status_code for attack in _many(kind)]
        wrong += [(kind.__name__, each) for each in got if each != status]
        if row_counts() != before:
            wrong.append((kind.__name__, 0))
    assert wrong == []
    assert len(before) > 15
    assert "+86138" not in str(real_doors.notes), "no number in the log"


@pytest.mark.parametrize("kind", QUARANTINED, ids=lambda kind: kind.__name__)
def test_quarantined_and_no_case(real_doors: Any, row_counts: Counts, kind: Callable[[Attacker], Attack]) -> None:
    attacks, before = list(_many(kind)), row_counts()
    answers = [_send(real_doors, attack) for attack in attacks]
    assert {answer.status_code for answer in answers} == {200}, real_doors.notes[-1:]
    assert {answer.data for answer in answers} <= {NOTHING_TO_SAY.body, CALLER.body}
    assert all(ElementTree.fromstring(answer.data).tag == "Response" for answer in answers)
    assert row_counts() == {**before, "quarantine": before["quarantine"] + EACH}, "one row each, and nothing else"
    for attack in attacks[:50]:
        _send(real_doors, attack)
    assert row_counts()["quarantine"] == before["quarantine"] + EACH, "the same again is the same"
    assert "+86138" not in str(real_doors.notes)


@pytest.mark.parametrize("kind", EQUIVALENT, ids=lambda kind: kind.__name__)
def test_equivalent_and_accepted_once(
    real_doors: Any, row_counts: Counts, kind: Callable[[Attacker], tuple[Attack, Attack]]
) -> None:
    attacker = Attacker(seed=11)
    both = [kind(attacker) for _ in range(EACH // 2)]
    before = row_counts()
    firsts = [_send(real_doors, first) for first, _ in both]
    after = row_counts()
    assert after["inbox"] == before["inbox"] + len(both)
    seconds = [_send(real_doors, second) for _, second in both]
    assert row_counts() == after, "accepted once"
    assert [(each.status_code, each.data) for each in seconds] == [(each.status_code, each.data) for each in firsts]
    assert {each.status_code for each in firsts} <= {200, 204}
    assert real_doors.notes == []


@pytest.mark.timeout(300)
def test_honest_and_none_refused_or_quarantined(real_doors: Any, row_counts: Counts) -> None:
    waiting = 0
    for target, pairs, carrier in requests(HONEST):
        answer = real_doors.post(target, pairs, carrier)
        assert answer.status_code in (200, 204), (target, pairs, real_doors.notes)
        waiting += b"/again/1</Redirect>" in answer.data
    assert real_doors.notes == [], "nobody was refused, and no caller heard the static answer"
    after = row_counts()
    assert after["quarantine"] == 0
    assert after["inbox"] == HONEST - waiting, "all but the turns that came before their predecessors"
    assert waiting < HONEST / 4
