"""`hotline rounds`: plans are tried, made once and shown, in words, as JSON and as CSV."""

import csv
import json
import re
from io import StringIO

import psycopg
import pytest

from ..conftest import Database
from .test_records import Say, command, say

__all__ = ["command", "say"]


def test_plans_are_tried_made_and_shown(say: Say) -> None:
    there = ("rounds", "plan", "weekly-round", "--grid", "xingfuli-01")
    trial = say(*there, "--from", "2026-09-28", "--dry-run", "-o", "json")
    assert trial[0] == 0
    periods = json.loads(trial[1])
    assert [(each["period"], each["due_at"]) for each in periods][:2] == [
        ("2026-09-28", "2026-09-30T17:30+08:00"),  # National Day cuts the week short
        ("2026-10-05", "2026-10-10T17:30+08:00"),  # and its last day is a Saturday that is worked
    ]
    home = "幸福里小区1号楼2单元301"
    code, out, err = say(*there, "--target", home, "-o", "json")
    assert (code, err) == (0, "")
    [made] = json.loads(out)
    assert (made["grid"], made["targets"], made["households"]) == ("xingfuli-01", 3, 1)
    code, out, err = say("rounds", "plan", "weekly-round", "-o", "csv")
    assert (code, err) == (0, "")
    assert len(list(csv.DictReader(StringIO(out)))) == 39  # the one that runs is not made twice
    assert say("rounds", "plan", "weekly-round")[1].startswith("No new plan")
    plates = list(csv.DictReader(StringIO(say("rounds", "plates", "--grid", "xingfuli-01", "-o", "csv")[1])))
    assert len(plates) == 3
    assert all(re.fullmatch("[0-9]{4}", each["code"]) for each in plates)
    assert not any("301" in each["place"] for each in plates), "never the door"
    assert "No plan runs in moon" in say("rounds", "plates", "--grid", "moon")[2]
    assert say("rounds", "plan", "--all", "-o", "csv")[1].count("monthly-inspection") == 40
    assert say("rounds", "plan", "--all")[1].startswith("No new plan")
    assert "Give either a plan or --all" in say("rounds", "plan")[2]
    code, out, err = say("rounds", "show", "--period", "2026-11")
    assert (code, out, err) == (0, "Nothing has fallen due in that time.\n", "")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "yearly"), "use one of weekly-round, monthly-inspection"),
        (("plan", "weekly-round", "--grid", "moon"), "No grid is called moon"),
        (("plan", "weekly-round", "--rule", "FREQ=HOURLY"), "comes round within a day"),
        (("plan", "weekly-round", "--grid", "xingfuli-01", "--target", "月球"), "is no place of the district"),
        (("plan", "weekly-round", "--grid", "xingfuli-01", "--target", "和平一村5号楼"), "does not lie in xingfuli-01"),
        (("show", "--period", "soon"), "The period soon is not understood"),
        (("show", "--grid", "moon"), "No grid is called moon"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(say: Say, words: tuple[str, ...], says: str) -> None:
    code, out, err = say("rounds", *words)
    assert (code != 0, out, err.count("\n")) == (True, "", 1)
    assert says in err


def test_what_is_late_stands_with_the_late_cases(say: Say, database: Database) -> None:
    assert say("rounds", "plan", "weekly-round", "--grid", "xingfuli-01", "--from", "2026-09-28")[0] == 0
    assert json.loads(say("overdue", "-o", "json")[1]) == []
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as conn:
        conn.execute(PLANTED)
    [late] = json.loads(say("overdue", "-o", "json")[1])
    assert (late["rung"], late["rung_name"]) == (0, ""), "nobody has said that it arrived"
    with psycopg.connect(database.owner_url.replace("+psycopg", "")) as conn:
        conn.execute(ARRIVED)
    [late] = json.loads(say("overdue", "-o", "json")[1])
    assert (late["number"], late["step"], late["grid"], late["left"], late["rung_name"]) == (
        None, "round", "xingfuli-01", 1, "courtyard",
    )  # fmt: skip
    out = say("overdue")[1].splitlines()
    assert out[0] == "Late cases: 0"
    assert "Weekly round (xingfuli-01)" in out[1]
    assert "told to the courtyard" in out[1]
    assert out[2] == "Late rounds: 1"
    code, _, err = say("rounds", "give", "xingfuli-01", "--to", "moon", "--why", "x")
    assert (code, "moon cannot take this round. Who can:" in err) == (1, True)
    assert "No such round is open" in say("rounds", "give", "xingfuli-02", "--to", "moon", "--why", "x")[2]
    there = err.split("Who can: ")[1].split(",")[0]
    assert "went to" in say("rounds", "give", "xingfuli-01", "--to", there, "--why", "stands in")[1]


# A text about it to somebody, which the carrier says that it delivered.
ARRIVED = """WITH c AS (
    INSERT INTO content (id, office_id, kind, sealed, created_at)
    SELECT gen_random_uuid(), id, 'text_out', '', now() FROM office LIMIT 1 RETURNING id),
  o AS (
    INSERT INTO outbox (id, office_id, party_id, line, channel, purpose, content_id, state, tries, delivery, created_at)
    SELECT gen_random_uuid(), s.office_id, s.party_id, 'main', 'text', 'digest', c.id, 'sent', 1, 'delivered', now()
    FROM c, staff s WHERE s.party_id IS NOT NULL LIMIT 1 RETURNING *)
  INSERT INTO notice (id, office_id, party_id, round_id, kind, message, created_at, outbox_id, fired)
  SELECT gen_random_uuid(), o.office_id, o.party_id, r.id, 'escalated', '[]', now(), o.id, 3 FROM o, round r"""

PLANTED = """WITH r AS (
    INSERT INTO round (id, office_id, plan_id, period, period_end, unit_id, grid, state, policy_version, opens_at,
      warn_at, due_at, fired, made_at)
    SELECT gen_random_uuid(), office_id, id, current_date - 7, current_date, unit_id, grid, 'open', 1,
      now() - interval '7 days', now() - interval '2 days', now() - interval '1 day', 3, now() FROM round_plan
    RETURNING *)
  INSERT INTO round_task (id, office_id, round_id, plan_id, period, target_id, state, due_at)
  SELECT gen_random_uuid(), r.office_id, r.id, r.plan_id, r.period, t.id, 'open', r.due_at
  FROM r JOIN (SELECT * FROM round_target LIMIT 1) t ON t.plan_id = r.plan_id"""
