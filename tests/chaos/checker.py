"""The judge: nothing lost, nothing twice, nothing early, every text out accounted for. The same for the great
round and for every planted bug."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from tests.chaos.evidence import Evidence, Said, is_answer, words_in
from tests.chaos.sender import Kind

_OWES_CASE = (Kind.MATTER, Kind.PLACE, Kind.FOLLOW, Kind.VERDICT)


@dataclass
class Verdict:
    """What was found, by what it means; each entry says what it is about."""

    lost: list[str] = field(default_factory=list)
    duplicate: list[str] = field(default_factory=list)
    early: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)
    unsettled: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        return not any(found for _, found in self.findings())

    def findings(self) -> Iterator[tuple[str, list[str]]]:
        """The kinds of findings with their entries."""
        for name in ("lost", "duplicate", "early", "twice", "unsettled", "broken"):
            yield name, getattr(self, name)

    def told(self) -> str:
        """The figures."""
        found = " ".join(f"{name}={len(entries)}" for name, entries in self.findings())
        return f"{found} unknown={self.counts['unknown']}"


def judge(evidence: Evidence) -> Verdict:
    """Compare both sides."""
    verdict = Verdict()
    _texts(evidence, verdict)
    _calls(evidence, verdict)
    _answers(evidence, verdict)
    _outgoing(evidence, verdict)
    _timers(evidence, verdict)
    code, said = evidence.check
    if code:
        verdict.broken += said.splitlines() or [f"hotline check ended with {code}"]
    verdict.counts["accepted"] = len(evidence.texts) + len(evidence.calls)
    verdict.counts["texts"], verdict.counts["calls"] = len(evidence.texts), len(evidence.calls)
    return verdict


def _texts(evidence: Evidence, verdict: Verdict) -> None:
    kept = {row["key"] for row in evidence.rows["inbox"] if row["kind"] == "text"}
    for text in evidence.texts:
        kind = evidence.history.texts.get(text.sid)
        if text.sid not in kept:
            verdict.lost.append(f"text {text.sid} ({kind}): its request was never kept")
        elif kind in (*_OWES_CASE, Kind.GREETING):
            what = f"text {text.sid} ({kind}, {text.body})"
            _report(evidence, text, verdict, owes_case=kind in _OWES_CASE, what=what)
            for row in evidence.reports.get(text.sid, ()):
                if row["words"].split() != text.body.split():
                    verdict.lost.append(f"text {text.sid} ({kind}): its words are not those that were sent")


def _report(evidence: Evidence, said: Said, verdict: Verdict, *, owes_case: bool, what: str) -> None:
    """Exactly one report, of exactly one case."""
    rows = evidence.reports.get(said.sid, ())
    if not rows:
        verdict.lost.append(f"{what}: no report")
    elif owes_case and any(row["case_id"] is None for row in rows):
        verdict.lost.append(f"{what}: its report has no case")
    if len(rows) > 1:
        verdict.duplicate.append(f"{what}: {len(rows)} reports of {len({row['case_id'] for row in rows})} cases")


def _calls(evidence: Evidence, verdict: Verdict) -> None:
    for call in evidence.calls:
        what, ours = f"call {call.sid}", evidence.our_calls.get(call.sid)
        if ours is None:
            verdict.lost.append(f"{what}: we do not know it")
        if call.heard:
            _report(evidence, call, verdict, owes_case=True, what=what)
            missing = [words for words in call.heard if words not in words_in(ours)]
            verdict.lost += [f"{what}: {len(words)} characters that we answered to are not kept" for words in missing]
        verdict.counts["excused"] += call.excused


def _answers(evidence: Evidence, verdict: Verdict) -> None:
    """The same request has the same answer, byte for byte, however often it comes."""
    answers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for request in evidence.requests:
        if request["kind"] in ("text", "voice") and is_answer(request):
            answers[request["url"], str(sorted(request["params"].items()))].add(request["digest"])
    verdict.duplicate += [f"{url}: {len(found)} answers" for (url, _), found in answers.items() if len(found) > 1]


def _outgoing(evidence: Evidence, verdict: Verdict) -> None:
    rows = evidence.rows["outbox"]
    verdict.counts.update(f"out {row['state']}" for row in rows)
    verdict.counts["unknown"] = sum(row["state"] == "unknown" for row in rows)
    for row in rows:
        what = f"{row['purpose']} {row['id']}"
        if row["state"] == "sent" and row["sid"] not in evidence.went_out:
            verdict.lost.append(f"{what}: marked as sent, and the carrier never took it")
        elif row["state"] in ("pending", "sending"):
            verdict.unsettled.append(f"{what}: still {row['state']}")
        elif row["state"] in ("failed", "unknown") and not row["trouble"]:
            verdict.unsettled.append(f"{what}: {row['state']}, and nobody can see why")
    sids = Counter(row["sid"] for row in rows if row["sid"])
    verdict.duplicate += [f"{sid}: went out, and no row knows it" for sid in evidence.went_out - set(sids)]
    verdict.duplicate += [f"{sid}: of {count} rows" for sid, count in sids.items() if count > 1]
    for purpose in ("receipt",):
        of_case = Counter(row["case_id"] for row in rows if row["purpose"] == purpose and row["case_id"])
        verdict.duplicate += [f"case {case}: {count} {purpose}s" for case, count in of_case.items() if count > 1]


def _timers(evidence: Evidence, verdict: Verdict) -> None:
    fired = evidence.rows["fired"]
    verdict.counts["fired"] = len(fired)
    for row in fired:
        due = row["warn_at"] if row["kind"] == "warned" else row["due_at"]
        if due is not None and due > row["at"]:
            verdict.early.append(f"case {row['case_id']}: {row['kind']} {row['step']} at {row['at']}, due {due}")
    verdict.twice += _repeated(
        (row["case_id"], row["kind"], row["step"], row["attempt"], row["rung"], str(row["due_at"])) for row in fired
    )
    verdict.unsettled += [
        f"timer {row['id']} of {row['step']} has not fired since {row['fires_at']}" for row in evidence.rows["overdue"]
    ]


def _repeated(keys: Iterable[tuple[str, ...]]) -> list[str]:
    return [f"{' '.join(map(str, key))}: {count} times" for key, count in Counter(keys).items() if count > 1]
