"""Who makes a move: somebody of the role who is there, whoever speaks for a unit, another unit."""

from dataclasses import replace
from random import Random

from app.living.people import staff
from dispatch.district import Role
from tests.app.living.sights import SIGHT
from tests.dispatch.sample import district

NOBODY: frozenset[str] = frozenset()


def test_somebody_of_the_role_who_is_there() -> None:
    both = {staff.of_role(district(), Role.DISPATCHER, Random(seed), NOBODY) for seed in range(20)}
    assert both == {"dispatcher-1", "dispatcher-2"}
    here = {staff.of_role(district(), Role.DISPATCHER, Random(seed), {"dispatcher-1"}) for seed in range(20)}
    assert here == {"dispatcher-2"}
    assert staff.of_role(district(), Role.VERIFIER, Random(1), {"verifier"}) == "verifier", "there is no other"


def test_whoever_speaks_for_a_unit() -> None:
    assert staff.lead(district(), "xingfuli-south", NOBODY) == "xingfuli-liaison"
    assert staff.lead(district(), "xingfuli-south", {"xingfuli-liaison"}) == "xingfuli-head"
    assert staff.lead(district(), "xingfu", NOBODY) == "leader"


def test_another_unit_and_who_answers_for_it() -> None:
    others = {staff.other_unit(district(), SIGHT, Random(seed)) for seed in range(40)}
    assert others == {"heping", "binhe", "xinyuan"}
    everywhere = {staff.other_unit(district(), replace(SIGHT, unit="xingfu"), Random(seed)) for seed in range(60)}
    assert everywhere == others | {"xingfuli"}
    assert staff.cohandler(district(), "heping", NOBODY) == "heping-liaison"
    assert staff.cohandler(district(), "xingfu", NOBODY) == "city-team"
