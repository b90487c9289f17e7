"""Checkpoints: signed lines that bear witness to where each case's history ended, each chained to the one before."""

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cases.seal.chain import canonical

# What stands where the hash of a line before would stand, in the first checkpoint.
NO_LINE = "0" * 64
# Bits of the sum over all ends. Wagner (A generalized birthday problem, 2002) forges such a sum modulo 2^n in
# 2^(2 √n) steps: 2^128 here.
_WIDTH = 4096

Sign = Callable[[bytes], str]
VerifySignature = Callable[[bytes, str], bool]


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a case when a checkpoint was made: its number in the case and its hash."""

    case_id: UUID
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Totals:
    """All that is signed so far: `cases` that have a history, its `lines`, and `root`, which fits these ends alone."""

    cases: int
    lines: int
    root: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one line of the checkpoint file says.

    `number` counts lines from 1, `prev` is the hash of the line before (`NO_LINE` in the first), `heads` the cases
    that grew since then. Of the transactions before `xid` none is left out. Files that an older version wrote have
    lines without `totals` and `xid`.
    """

    number: int
    prev: str
    at: datetime
    heads: tuple[Head, ...]
    totals: Totals | None = None
    xid: int | None = None


class Ends:
    """The last signed line of each case, in whatever order they came to be known. Some 250 bytes a case.

    The root is the digest of a sum of numbers, one made of each end (AdHash of Bellare and Micciancio, 1997): it
    follows a case that grew without a look at the others.
    """

    def __init__(self) -> None:
        self._ends: dict[bytes, tuple[int, bytes]] = {}
        self._lines = 0
        self._sum = 0

    def beyond(self, heads: Iterable[Head]) -> tuple[Head, ...]:
        """Those that are further on than what is signed of their case."""
        return tuple(head for head in heads if head.seq > self._ends.get(head.case_id.bytes, (0, b""))[0])

    def take(self, heads: Iterable[Head]) -> Totals:
        """Follow the cases that grew; the totals then."""
        for head in self.beyond(heads):
            key, end = head.case_id.bytes, (head.seq, head.hash.encode())
            before = self._ends.get(key)
            self._ends[key] = end
            self._sum += _number(key, end) - (_number(key, before) if before else 0)
            self._lines += head.seq - (before[0] if before else 0)
        whole = (self._sum % (1 << _WIDTH)).to_bytes(_WIDTH // 8, "big")
        return Totals(len(self._ends), self._lines, hashlib.sha256(whole).hexdigest())


def _number(case: bytes, end: tuple[int, bytes]) -> int:
    seq, hash_ = end
    made = hashlib.shake_256(case + seq.to_bytes(8, "big") + hash_).digest(_WIDTH // 8)
    return int.from_bytes(made, "big")


def checkpoint_line(checkpoint: Checkpoint, sign: Sign) -> str:
    """The line to append, without its line end. `sign` signs bytes and gives text."""
    heads = [[str(head.case_id), head.seq, head.hash] for head in sorted(checkpoint.heads, key=_by_case)]
    body: dict[str, object] = {
        "n": checkpoint.number, "prev": checkpoint.prev, "at": checkpoint.at, "heads": heads,
        "horizon": checkpoint.at,  # for readers of the version before this one
    }  # fmt: skip
    if checkpoint.totals is not None:
        totals = checkpoint.totals
        body |= {"cases": totals.cases, "lines": totals.lines, "root": totals.root, "xid": checkpoint.xid}
    said = canonical(body)
    return canonical({"body": said, "sig": sign(said.encode())})


def _by_case(head: Head) -> tuple[str, int]:
    return str(head.case_id), head.seq


def line_hash(line: str) -> str:
    """The hash of a checkpoint line, which the next one carries as `prev`."""
    return hashlib.sha256(line.rstrip("\r\n").encode(errors="surrogatepass")).hexdigest()


def read_checkpoint(line: str, verify_signature: VerifySignature) -> Checkpoint | None:
    """What a line says, or None where its signature does not hold. Raises ValueError for a torn line."""
    try:
        outer = json.loads(line)
        body = outer["body"]
        if not verify_signature(body.encode(), outer["sig"]):
            return None
        inner = json.loads(body)
        heads = tuple(Head(UUID(case), int(seq), str(hash_)) for case, seq, hash_ in inner["heads"])
        at = datetime.fromisoformat(inner["at"])
        if "root" not in inner:
            return Checkpoint(int(inner["n"]), str(inner["prev"]), at, heads)
        totals = Totals(int(inner["cases"]), int(inner["lines"]), str(inner["root"]))
        return Checkpoint(int(inner["n"]), str(inner["prev"]), at, heads, totals, int(inner["xid"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as trouble:
        raise ValueError("this is no checkpoint line: it is torn or was written over") from trouble
