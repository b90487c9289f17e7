"""What a draft changes against the table in force: every row that is new, gone, other or elsewhere, and no other."""

from dataclasses import replace
from random import Random

from dispatch.policy import Destination, Outcome, Rule, When
from dispatch.ruling.comparing import compare
from tests.dispatch.sample import policy

SHIPPED = policy()


def test_the_same_table_has_no_difference() -> None:
    assert compare(SHIPPED, replace(SHIPPED)).count == 0


def test_each_kind_of_change_is_told_apart() -> None:
    first, second, third, *others = SHIPPED.rules
    new = Rule("new", When(), Outcome(Destination.OFFICE))
    changed = replace(third, outcome=replace(third.outcome, confidential=True))
    default = replace(SHIPPED.default, outcome=Outcome(Destination.OFFICE))
    seen = compare(SHIPPED, replace(SHIPPED, rules=(new, second, changed, *others), default=default))
    assert (seen.added, seen.removed) == ((new,), (first,))
    assert seen.changed == ((third, changed), (SHIPPED.default, default))
    assert (seen.moved, seen.count) == ((), 4)


def test_of_rows_that_were_shuffled_only_as_many_are_moved_as_must_be() -> None:
    one = compare(SHIPPED, replace(SHIPPED, rules=(*SHIPPED.rules[1:], SHIPPED.rules[0])))
    assert one.moved == (SHIPPED.rules[0].id,)
    draw = Random(1)
    for _ in range(50):
        rows = draw.sample(SHIPPED.rules, len(SHIPPED.rules))
        seen = compare(SHIPPED, replace(SHIPPED, rules=tuple(rows)))
        left = [rule.id for rule in rows if rule.id not in seen.moved]
        assert left == [rule.id for rule in SHIPPED.rules if rule.id not in seen.moved]
        assert (seen.added, seen.removed, seen.changed) == ((), (), ())
