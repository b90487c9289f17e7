"""What one decision table changes against another: rows that are new, gone, other, or in another place."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from dispatch.policy.model import Policy, Rule


@dataclass(frozen=True, slots=True)
class Compared:
    """`changed` has pairs of before and after; `moved` are rows (ids) that stand in another order among those that both
    tables have. The default is a row like others."""

    added: tuple[Rule, ...]
    removed: tuple[Rule, ...]
    changed: tuple[tuple[Rule, Rule], ...]
    moved: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many rows it is about."""
        return len(self.added) + len(self.removed) + len(self.changed) + len(self.moved)


def compare(before: Policy, after: Policy) -> Compared:
    """What the rows of `after` change against those of `before`."""
    old, new = (_rows(policy) for policy in (before, after))
    both = [id_ for id_ in old if id_ in new]
    return Compared(
        added=tuple(rule for id_, rule in new.items() if id_ not in old),
        removed=tuple(rule for id_, rule in old.items() if id_ not in new),
        changed=tuple((old[id_], new[id_]) for id_ in both if old[id_] != new[id_]),
        moved=_moved(both, [id_ for id_ in new if id_ in old]),
    )


def _rows(policy: Policy) -> dict[str, Rule]:
    return {rule.id: rule for rule in (*policy.rules, policy.default)}


def _moved(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """The fewest rows that must be taken and put elsewhere."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    kept = {id_ for block in blocks for id_ in before[block.a : block.a + block.size]}
    return tuple(id_ for id_ in after if id_ not in kept)
