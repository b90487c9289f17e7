"""Deadlines worked out by hand from the rules and the notices' days, beside what the reckoning makes of them.

Each line of deadlines.csv has the reckoning in words. Where a line and the program differ, find out who is right before
anything is changed. The notice for 2027 is made up: no real one was published when the table was written.
"""

import csv
from datetime import date, datetime, time
from functools import cache
from pathlib import Path

import pytest

from app.days import with_day_table
from cases.clock.happened import Calendars, Change, Happened, HoldReason, Terms
from cases.clock.reckoning import Reckoning, reckon
from cases.clock.sla import Targets, TargetSet, parse_limit
from cases.clock.workdays import Calendar, Closure, DayKind, Window
from cases.phrases import ZH
from cases.report import Channel
from cases.states import Deed
from cases.steps import Level, Owes, Step, owed_steps
from dispatch.calendar.table import of_policy
from dispatch.policy import Policy, parse
from dispatch.policy.limits import limits_of
from tests.dispatch.sample import raw_policy

Row = dict[str, str]
TABLE = Path(__file__).with_name("deadlines.csv")
SUB_LIMITS = ("暴露垃圾", "道路保洁", "道路积水", "建筑垃圾", "绿化养护")
OFF_2027 = [date(2027, 1, day) for day in range(1, 5)] + [date(2027, 2, day) for day in range(5, 12)]
WORK_2027 = [date(2027, 1, 9), date(2027, 1, 31), date(2027, 2, 20)]


def hours(*windows: str) -> tuple[Window, ...]:
    """Windows written as 09:00-12:00."""
    edges = [window.split("-") for window in windows]
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in edges)


@cache
def policy() -> Policy:
    """The shipped policy with the shipped days."""
    return parse(with_day_table(raw_policy()))


@cache
def calendars() -> dict[str, Calendar]:
    """The calendars of the table, by the name that its lines call them by."""
    office = policy().calendar
    three = hours("08:00-10:00", "11:00-12:00", "14:00-16:00")
    notice = dict(office.days) | dict.fromkeys(OFF_2027, DayKind.OFF) | dict.fromkeys(WORK_2027, DayKind.WORK)
    shut = (Closure(date(2026, 9, 17), (time(13), time(17, 30))), Closure(date(2026, 9, 18)))
    return {
        "office": office,
        "three windows": Calendar(three, days=office.days, published=office.published),
        "counter": Calendar(hours("08:00-18:00"), days=office.days, published=office.published),
        "wangjiang": of_policy(policy()).calendar_of(("xingfu", "binhe", "wangjiang")),
        "typhoon": Calendar(days=office.days, published=office.published, closures=shut),
        "2027 unknown": office,
        "2027 entered": Calendar(days=notice, published=office.published | {2027}),
        "london": Calendar(zone_name="Europe/London", published=frozenset({2026})),
        "new york": Calendar(zone_name="America/New_York", published=frozenset({2026})),
    }  # fmt: skip


@cache
def rows() -> list[Row]:
    with TABLE.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def name(row: Row) -> str:
    return f"{row['calendar']}: {row['promise']} from {row['from']}"


def moment(text: str, calendar: Calendar) -> datetime:
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=calendar.zone)


def promised(what: str) -> Targets | None:
    """The limits of a level's column, or of a category by its name."""
    if what in set(TargetSet):
        return policy().targets[TargetSet(what)]
    category = next(each for each in policy().categories.values() if each.name.in_language(ZH) == what)
    return limits_of(policy(), category, category.level, str(category.kind))


def life(row: Row, step: Step, calendar: Calendar) -> list[Happened]:
    """What a line says: received and dispatched, extended, held and gone on, in order."""
    at = moment(row["from"], calendar)
    events = [Happened(Deed.REGISTER, at), Happened(Deed.ACCEPT, at), Happened(Deed.DISPATCH, at, unit="unit")]
    if step is Step.HOLD_REVIEW:
        return [*events, Happened(Deed.SIGN, at), Happened(Deed.HOLD, at, hold=HoldReason.SEASON)]
    if row["extended"]:
        events.append(Happened(Change.EXTEND, at, by=parse_limit(row["extended"])))
    if row["held"]:
        events.append(Happened(Deed.SIGN, at))
    for spell in filter(None, row["held"].split("; ")):
        begin, end = (moment(edge, calendar) for edge in spell.split("/"))
        events.append(Happened(Deed.HOLD, begin, hold=HoldReason.WAITING_RESIDENT))
        events.append(Happened(Deed.RESUME, end))
    return events


def step_of(row: Row) -> Step:
    word = row["promise"].split()[1]
    return Step.TOLD if word == "finish" else Step(word)


def reckoned(row: Row) -> Reckoning:
    calendar = calendars()[row["calendar"]]
    steps = frozenset(each.step for each in owed_steps(Owes(), Channel.CALL, Level.L1)) | {Step.INTERIM}
    terms = Terms(steps, promised(row["promise"].split()[0]))
    return reckon(life(row, step_of(row), calendar), [terms], Calendars(calendar))


@pytest.mark.parametrize("row", rows(), ids=name)
def test_the_reckoning_comes_to_what_was_worked_out_by_hand(row: Row) -> None:
    calendar, found = calendars()[row["calendar"]], reckoned(row)
    due = found.of(step_of(row))
    assert due is not None
    assert str(due.limit) == row["limit"]
    assert due.due_at.astimezone(calendar.zone).isoformat() == moment(row["due"], calendar).isoformat(), row[
        "reckoning"
    ]
    assert due.provisional == (row["provisional"] == "yes")
    if due.step is Step.TOLD:  # where it is received and dispatched at once the resident is promised the same
        assert found.promise is not None
        assert found.promise.due_at == due.due_at


def test_the_table_is_whole() -> None:
    assert len(rows()) >= 60
    assert all(row["reckoning"] for row in rows())
    parts = {row["part"] for row in rows()}
    assert parts >= {
        "autumn 2025", "winter 2026", "autumn 2026", "lunch", "after hours", "other windows", "a unit of its own",
        "holds", "extensions", "closed", "year to come", "other zones",
    }  # fmt: skip
    assert {row["promise"].split()[0] for row in rows()} >= {*TargetSet, *SUB_LIMITS}


def test_the_notice_of_a_year_turns_what_was_provisional() -> None:
    """Each matter of the year to come that is provisional comes to another moment once the notice is entered."""
    unknown = [row for row in rows() if row["calendar"] == "2027 unknown" and row["provisional"]]
    entered = {name(row).split(": ")[1]: row for row in rows() if row["calendar"] == "2027 entered"}
    assert len(unknown) == len(entered) >= 4
    assert all(entered[name(row).split(": ")[1]]["due"] != row["due"] for row in unknown)
