"""Requests that must not come in: what each kind is answered, and that nothing is written for any of them."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.webhooks import forgeries, misfits
from tests.webhooks.attacker import Attack, Attacker

EACH = 40

TABLE: dict[Callable[[Attacker], Attack], int] = {
    forgeries.unsigned: 403,
    forgeries.empty_signature: 403,
    forgeries.garbage_signature: 403,
    forgeries.other_secret: 403,
    forgeries.other_accounts_token: 403,
    forgeries.changed_value: 403,
    forgeries.added_parameter: 403,
    forgeries.dropped_parameter: 403,
    forgeries.other_host: 403,
    forgeries.other_port: 403,
    forgeries.other_scheme: 403,
    forgeries.other_door: 403,
    forgeries.other_query: 403,
    forgeries.shared_key_algorithm: 403,
    forgeries.json_as_an_empty_form: 403,
    forgeries.json_with_another_body: 403,
    forgeries.form_under_a_json_signature: 403,
    misfits.json_that_is_no_object: 400,
    misfits.repeated_known_name: 400,
    misfits.malformed_sid: 400,
    misfits.malformed_number: 400,
    misfits.other_account: 400,
    misfits.media_that_cannot_be: 400,
    misfits.values_that_cannot_be: 400,
    misfits.missing_known_name: 400,
    misfits.large: 413,
    misfits.large_without_a_length: 413,
    misfits.large_and_unsigned: 413,
    misfits.other_content_type: 415,
    misfits.other_method: 405,
    misfits.no_such_place: 404,
}


def test_the_table_is_large_enough() -> None:
    assert len(TABLE) >= 12
    assert len(TABLE) * EACH >= 1_000


@pytest.mark.parametrize("kind", TABLE, ids=lambda kind: kind.__name__)
def test_hostile(kind: Callable[[Attacker], Attack], doors: Any) -> None:
    attacker = Attacker(seed=len(kind.__name__))
    for _ in range(EACH):
        attack = kind(attacker)
        answer = doors.send(attack.target, attack.body, attack.headers, **attack.how)
        assert answer.status_code == TABLE[kind], (attack, doors.notes[-1:])
    assert doors.door.opened == 0, "no transaction was even begun"
    assert doors.floors.taken == []
    if TABLE[kind] != 405 and kind is not misfits.no_such_place:
        assert len(doors.noted("webhooks.refused")) == EACH
        assert {facts["status"] for facts in doors.noted("webhooks.refused")} == {TABLE[kind]}
        assert "+86138" not in str(doors.notes), "no number in the log"
