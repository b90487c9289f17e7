"""History that cannot be changed unseen: a chain of hashes per case, and signed checkpoints over them."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from cases.phrases import Message, msg

# What stands where the hash of a line before would stand, in the first checkpoint.
NO_LINE = "0" * 64

Sign = Callable[[bytes], str]
VerifySignature = Callable[[bytes, str], bool]


def canonical(event: Mapping[str, object]) -> str:
    """The one spelling of an event, as JSON: keys sorted, no spaces, moments in UTC.

    Raises ValueError, naming the field, for what has no one spelling: floats, naive moments, keys that
    are not text, lone surrogates, and any other kind of value.
    """
    return json.dumps(_plain(event, "event"), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _plain(value: object, path: str) -> Any:
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case str():
            return _encodable(str(value), path)
        case datetime() if value.tzinfo is None:
            raise ValueError(f"{path} is a naive moment: pass one with a zone")
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
        case Mapping():
            return {_key(key, path): _plain(inner, f"{path}.{key}") for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner, f"{path}[{at}]") for at, inner in enumerate(value)]
        case _:
            remedy = "use a whole number or text" if isinstance(value, float) else "turn it into text"
            raise ValueError(f"{path} is a {type(value).__name__}, which has no one spelling: {remedy}")


def _key(key: object, path: str) -> str:
    if not isinstance(key, str):
        raise ValueError(f"{path} has the key {key!r}, which is not text: use text keys")
    return _encodable(str(key), path)


def _encodable(text: str, path: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as trouble:
        raise ValueError(f"{path} has a lone surrogate: clean the text at the edge") from trouble
    return text


def genesis(case_id: UUID) -> str:
    """What stands where the hash of the line before would stand, in a case's first line.

    It differs from case to case, so that a line cannot be moved into another case.
    """
    return _hash(f"case {case_id}")


def link(prev_hash: str, canonical_event: str) -> str:
    """The hash of a line, as 64 hexadecimal digits: of the line before and the event's stored spelling."""
    return _hash(f"{prev_hash}\n{canonical_event}")


def commitment(salt: bytes, payload: str) -> str:
    """What the chain keeps of personal words: erasing words and salt leaves it whole and silent.

    Raises ValueError for a salt of fewer than 16 bytes, which could be guessed.
    """
    if len(salt) < 16:
        raise ValueError(f"salt has {len(salt)} bytes: pass at least 16 random ones")
    return hmac.new(salt, payload.encode(errors="surrogatepass"), hashlib.sha256).hexdigest()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Head:
    """The last line of a case when a checkpoint was made: its number in the case and its hash."""

    case_id: UUID
    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What one line of the checkpoint file says.

    `number` counts lines from 1, `prev` is the hash of the line before (`NO_LINE` in the first),
    `heads` the cases that grew since then; nothing that was committed up to `horizon` is left out.
    """

    number: int
    prev: str
    at: datetime
    horizon: datetime
    heads: tuple[Head, ...]


def checkpoint_line(checkpoint: Checkpoint, sign: Sign) -> str:
    """The line to append, without its line end. `sign` signs bytes and gives text."""
    heads = [[str(head.case_id), head.seq, head.hash] for head in sorted(checkpoint.heads, key=_by_case)]
    body = canonical(
        {
            "n": checkpoint.number, "prev": checkpoint.prev, "at": checkpoint.at,
            "horizon": checkpoint.horizon, "heads": heads,
        }
    )  # fmt: skip
    return canonical({"body": body, "sig": sign(body.encode())})


def _by_case(head: Head) -> tuple[str, int]:
    return str(head.case_id), head.seq


def line_hash(line: str) -> str:
    """The hash of a checkpoint line, which the next one carries as `prev`."""
    return _hash(line.rstrip("\r\n"))


def read_checkpoint(line: str, verify_signature: VerifySignature) -> Checkpoint | None:
    """What a line says, or None where its signature does not hold. Raises ValueError for a torn line."""
    try:
        outer = json.loads(line)
        body = outer["body"]
        if not verify_signature(body.encode(), outer["sig"]):
            return None
        inner = json.loads(body)
        heads = tuple(Head(UUID(case), int(seq), str(hash_)) for case, seq, hash_ in inner["heads"])
        at, horizon = datetime.fromisoformat(inner["at"]), datetime.fromisoformat(inner["horizon"])
        return Checkpoint(int(inner["n"]), str(inner["prev"]), at, horizon, heads)
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise ValueError("this is no checkpoint line: it is torn or was written over") from trouble


class BreakKind(StrEnum):
    """What is wrong with a line of history or of the checkpoint file."""

    CHANGED = "changed"
    MISSING = "missing"
    MOVED = "moved"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    GONE = "gone"
    LINE_UNREADABLE = "line_unreadable"
    LINE_FORGED = "line_forged"
    LINE_MISSING = "line_missing"
    HEAD_WENT_BACK = "head_went_back"


@dataclass(frozen=True, slots=True)
class Break:
    """A place where history does not hold.

    `seq` is the line's number in its case, or in the checkpoint file where `case_id` is None.
    """

    kind: BreakKind
    case_id: UUID | None
    seq: int

    @property
    def text(self) -> Message:
        """The break in words."""
        return msg(f"cases.chain.{self.kind.value}", case=str(self.case_id or ""), seq=self.seq)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a case's history as it is stored."""

    seq: int
    canonical: str
    hash: str


def verify(
    lines: Iterable[str], cases: Iterable[tuple[UUID, Iterable[Line]]], verify_signature: VerifySignature
) -> list[Break]:
    """Every place where history does not hold, against itself and against the checkpoint file.

    `lines` is the checkpoint file in order; `cases` gives each case's lines in the order of `seq`.
    """
    heads: dict[UUID, Head] = {}
    breaks = _read_heads(lines, verify_signature, heads)
    for case_id, history in cases:
        breaks += verify_case(case_id, history, heads.pop(case_id, None))
    breaks += [Break(BreakKind.GONE, head.case_id, head.seq) for head in heads.values()]
    return breaks


def _read_heads(lines: Iterable[str], verify_signature: VerifySignature, heads: dict[UUID, Head]) -> list[Break]:
    """Fills `heads` with each case's last head, and gives what is wrong with the file itself."""
    breaks: list[Break] = []
    prev = NO_LINE
    for number, line in enumerate(lines, 1):
        before, prev = prev, line_hash(line)
        try:
            checkpoint = read_checkpoint(line, verify_signature)
        except ValueError:
            breaks.append(Break(BreakKind.LINE_UNREADABLE, None, number))
            continue
        if checkpoint is None:
            breaks.append(Break(BreakKind.LINE_FORGED, None, number))
            continue
        if checkpoint.number != number or checkpoint.prev != before:
            breaks.append(Break(BreakKind.LINE_MISSING, None, number))
        breaks += _take_heads(checkpoint, heads)
    return breaks


def _take_heads(checkpoint: Checkpoint, heads: dict[UUID, Head]) -> list[Break]:
    breaks: list[Break] = []
    for head in checkpoint.heads:
        known = heads.setdefault(head.case_id, head)
        if head.seq < known.seq:
            breaks.append(Break(BreakKind.HEAD_WENT_BACK, head.case_id, head.seq))
        else:
            heads[head.case_id] = head
    return breaks


def verify_case(case_id: UUID, history: Iterable[Line], head: Head | None) -> list[Break]:
    """Every place where one case's history does not hold; `head` is its last checkpointed line."""
    breaks: list[Break] = []
    prev, seq = genesis(case_id), 0
    for line in history:
        kind = _fault(line, prev, seq)
        if kind is not None:
            breaks.append(Break(kind, case_id, line.seq))
        if head is not None and line.seq == head.seq and line.hash != head.hash:
            breaks.append(Break(BreakKind.REWRITTEN, case_id, line.seq))
        prev, seq = line.hash, line.seq
    if head is not None and seq < head.seq:
        breaks.append(Break(BreakKind.TRUNCATED, case_id, head.seq))
    return breaks


def _fault(line: Line, prev: str, seq: int) -> BreakKind | None:
    if line.seq <= seq:
        return BreakKind.MOVED
    if line.seq > seq + 1:
        return BreakKind.MISSING
    return None if line.hash == link(prev, line.canonical) else BreakKind.CHANGED
