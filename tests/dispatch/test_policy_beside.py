"""Who watches a supervision and how urges are told: as the policy says, and as usual where it says nothing."""

from datetime import timedelta

import pytest

from cases.steps import Level
from dispatch.district.model import Role
from dispatch.policy import PolicyErrors, parse
from dispatch.policy.watching import BesideCase
from tests.dispatch.sample import policy, raw_policy


def test_the_sample_says_what_is_usual() -> None:
    usual = BesideCase()
    assert policy().beside.urges == usual.urges
    assert policy().beside.watchers == usual.watchers
    assert usual.urges.quiet(Level.L1) == timedelta(minutes=15)
    assert usual.urges.quiet(Level.L4) == timedelta(hours=2)
    assert usual.watchers[1][0] is Role.SUPERVISOR


def test_an_office_says_otherwise() -> None:
    raw = raw_policy()
    raw["supervision"] = {"level2": ["supervisor"]}
    raw["urges"] = {"minutes": 30, "often": 2}
    found = parse(raw).beside
    assert found.watchers[2] == (Role.SUPERVISOR,)
    assert found.watchers[3] == BesideCase().watchers[3]
    assert (found.urges.quiet(Level.L3), found.urges.urgent, found.urges.often) == (timedelta(minutes=30), 15, 2)


@pytest.mark.parametrize(
    ("table", "cells"),
    [("supervision", {"level1": ["mayor"]}), ("supervision", {"level4": ["leader"]}), ("urges", {"minutes": 0})],
)
def test_what_cannot_be_is_named(table: str, cells: dict[str, object]) -> None:
    raw = raw_policy()
    raw[table] = cells
    with pytest.raises(PolicyErrors) as caught:
        parse(raw)
    [fault] = caught.value.faults
    assert fault.path == f"policy.{table}.{next(iter(cells))}"
