"""The decision table as a sheet that an office clerk reads and changes: a row a line, a column a cell.

A cell with several values has them apart by 、 ; or a line break. The last row, whose conditions are all empty, is the
default. What a sheet cannot say (other tables of the policy) it leaves as it is.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dispatch.policy.model import Policy, Rule

_LISTS = ("category", "kind", "level", "place", "area", "service_line", "keywords", "channel")
_MORE = ("season", "source", "caller", "people")
_YES_OR_NO = ("working_time", "again")
WHEN = (*_LISTS, "working_time", *_MORE, "again")
_WORDS = ("to", "unit", "role", "skill", "sla")
SEND = ("to", "unit", "role", "send_level", "skill", "sla", "confidential", "co_handlers", "notice_zh", "notice_en")
COLUMNS = ("id", *WHEN, "over", *SEND)
_APART = re.compile(r"[、;；\n]")
_FLAGS = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}


def rows(policy: Policy) -> Iterator[dict[str, str]]:
    """The lines of a sheet, the default last."""
    yield from map(line_of, (*policy.rules, policy.default))


def line_of(rule: Rule) -> dict[str, str]:
    """The line of one row."""
    when, send = rule.when, rule.outcome
    lists = (
        when.categories, when.kinds, when.levels, when.places, when.area, when.service_lines, when.keywords,
        when.channels,
    )  # fmt: skip
    cells = [*map(_joined, lists), _flag(when.working_time)]
    cells += [*map(_joined, (when.seasons, when.sources, when.caller, when.people)), _flag(when.again)]
    to = "" if send.unit else str(send.to)
    notice = (send.notice.zh, send.notice.en) if send.notice else ("", "")
    ends = (to, send.unit or "", str(send.role or ""), str(send.level or ""), send.skill or "", send.sla or "")
    sent = (*ends, _flag(send.confidential or None), _joined(send.co_handlers), *notice)
    return dict(zip(COLUMNS, (rule.id, *cells, _joined(rule.over), *sent), strict=True))


def _joined(values: Iterable[object]) -> str:
    return "、".join(map(str, values))


def _flag(said: bool | None) -> str:
    return "" if said is None else "yes" if said else "no"


def raw(lines: Sequence[Mapping[str, str]]) -> dict[str, object]:
    """The raw `rules` and `default` of a sheet, to be read as those of `[policy]` are. Lines without any cell are
    passed over."""
    full = [line for line in lines if any(cell.strip() for cell in line.values())]
    read = [row_of(line) for line in full]
    default = read.pop() if full and not any(full[-1].get(column, "").strip() for column in WHEN) else None
    if default is not None:
        default.pop("when")
    return {"rules": read, **({"default": default} if default is not None else {})}


def row_of(line: Mapping[str, str]) -> dict[str, object]:
    """The raw row of one line."""
    when: dict[str, object] = {**dict(_said(line, WHEN)), **dict(_flags(line, _YES_OR_NO))}
    send: dict[str, object] = {name: " ".join(line[name].split()) for name in _WORDS if line.get(name, "").strip()}
    send |= {**dict(_said(line, ("co_handlers",))), **dict(_flags(line, ("confidential",)))}
    if line.get("send_level", "").strip():
        send["level"] = line["send_level"].strip()
    notice = {lang: line.get(f"notice_{lang}", "").strip() for lang in ("zh", "en")}
    over = dict(_said(line, ("over",)))
    unknown = {name: line[name] for name in line if name not in COLUMNS and line[name].strip()}
    told = {"notice": {lang: words for lang, words in notice.items() if words}} if any(notice.values()) else {}
    return {"id": line.get("id", "").strip(), "when": when, "send": {**send, **told}, **over, **unknown}


def _said(line: Mapping[str, str], names: Iterable[str]) -> Iterator[tuple[str, list[str]]]:
    for name in names:
        values = apart(line.get(name, ""))
        if values:
            yield name, values


def apart(cell: str) -> list[str]:
    """The values of a cell."""
    return [value.strip() for value in _APART.split(cell) if value.strip()]


def _flags(line: Mapping[str, str], names: Iterable[str]) -> Iterator[tuple[str, object]]:
    """What is neither yes nor no stays as it is, and is a fault where the row is read."""
    for name in names:
        if flag := line.get(name, "").strip():
            yield name, _FLAGS.get(flag.casefold(), flag)
