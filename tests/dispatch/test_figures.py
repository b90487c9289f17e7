"""Figures: each counts what its definition says, at the moment at which it counts, and says how sure it is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.states import ClosingKind, State
from cases.steps import Step
from dispatch.figures.counting import Period, Value, count, count_all, lies_in, ranks, score, wilson
from dispatch.figures.definitions import BY_CODE, COVERAGE, FIGURES, GROUPS
from dispatch.figures.facts import Answered, CaseFacts, LeftOut, Ordered, Promised
from dispatch.figures.report import between, days, percent, report
from dispatch.policy.figuring import Figuring

DAY = timedelta(days=1)
BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
MONTH = Period(BEGIN, BEGIN + 31 * DAY)
OFFICE, HERE, THERE = "office", "office/one", "office/two"


def a_case(number: str = "1", **facts: object) -> CaseFacts:
    usual: dict[str, object] = {
        "number": number, "path": HERE, "channel": "text", "state": State.CLOSED, "received_at": BEGIN + DAY,
    }  # fmt: skip
    return CaseFacts(**{**usual, **facts})  # type: ignore[arg-type]


def a_promise(step: Step = Step.VISIT, path: str = HERE, **facts: object) -> Promised:
    usual: dict[str, object] = {"due_at": BEGIN + 3 * DAY, "ended_at": BEGIN + 2 * DAY, "kept": True, "broken": False}
    return Promised(step, path, **{**usual, **facts})  # type: ignore[arg-type]


def counted(code: str, *cases: CaseFacts, scope: str = OFFICE, period: Period = MONTH) -> tuple[int, int]:
    value = count(BY_CODE[code], cases, period, scope)
    return len(value.yes), len(value.of)


def test_every_figure_has_its_place_once() -> None:
    assert sorted(code for codes in GROUPS.values() for code in codes) == sorted(
        (COVERAGE, *(figure.code for figure in FIGURES))
    )


def test_over_what_was_due_and_not_over_what_was_closed() -> None:
    kept = a_case("1", due_at=BEGIN + 5 * DAY, finished_at=BEGIN + 4 * DAY)
    late = a_case("2", due_at=BEGIN + 5 * DAY, finished_at=BEGIN + 6 * DAY)
    never = a_case("3", due_at=BEGIN + 5 * DAY, state=State.IN_PROGRESS)
    later = a_case("4", due_at=BEGIN + 40 * DAY, finished_at=BEGIN + 2 * DAY)
    unpromised = a_case("5", closed_at=BEGIN + 9 * DAY)
    everything = (kept, late, never, later, unpromised)
    assert counted("finished", *everything) == (2, 3)
    assert counted("on_time", *everything) == (1, 3)
    assert counted("on_time", *everything, period=Period(BEGIN + 31 * DAY, BEGIN + 61 * DAY)) == (1, 1)


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        (a_promise(), (1, 1)),
        (a_promise(ended_at=BEGIN + 3 * DAY), (1, 1)),  # at the very moment
        (a_promise(ended_at=BEGIN + 4 * DAY, broken=True), (0, 1)),
        (a_promise(ended_at=BEGIN + 3 * DAY, broken=True), (0, 1)),  # by the system, at the limit
        (a_promise(ended_at=None, kept=False, broken=True), (0, 1)),
        (a_promise(ended_at=None, kept=False), (0, 1)),  # it is due, and nobody has looked yet
        (a_promise(kept=False), (0, 0)),  # taken away before its limit
        (a_promise(ended_at=BEGIN + 4 * DAY, kept=False), (0, 1)),  # taken away after it
    ],
)
def test_a_promise_counts_where_it_fell_due(promise: Promised, expected: tuple[int, int]) -> None:
    assert counted("visit", a_case(promises=(promise,))) == expected
    assert counted("finding", a_case(promises=(promise,))) == (0, 0)


def test_a_promise_is_of_the_unit_that_had_it() -> None:
    moved = a_case(path=THERE, promises=(a_promise(path=HERE), a_promise(path=THERE, broken=True)))
    assert counted("visit", moved, scope=HERE) == (1, 1)
    assert counted("visit", moved, scope=THERE) == (0, 1)
    assert counted("visit", moved) == (1, 2)


def an_answer(contacted: bool = True, solved: bool = True, satisfied: bool = True, redone: bool = False) -> Answered:
    return Answered(BEGIN + 6 * DAY, contacted, solved, satisfied, redone)


def test_the_three_rates_are_asked_of_the_resident() -> None:
    answers = (
        an_answer(),
        an_answer(satisfied=False),
        an_answer(solved=False, satisfied=False, redone=True),
        an_answer(contacted=False, solved=False, satisfied=False),
    )
    case = a_case(answers=answers)
    found = {code: counted(code, case) for code in ("contacted", "solved", "satisfied", "reworked")}
    assert found == {"contacted": (3, 4), "solved": (2, 3), "satisfied": (1, 3), "reworked": (1, 4)}
    values = count_all([case], MONTH, OFFICE)
    whole = score(values, {"contacted": 30, "solved": 35, "satisfied": 35}).share
    assert whole == pytest.approx(0.3 * 3 / 4 + 0.35 * 2 / 3 + 0.35 / 3)
    assert score(count_all([], MONTH, OFFICE), {"contacted": 30, "solved": 35, "satisfied": 35}).share is None


def test_solved_the_first_time_is_closed_once_and_not_told_again() -> None:
    closed = {"first_closed_at": BEGIN + 8 * DAY, "closed_at": BEGIN + 8 * DAY, "closing": ClosingKind.SOLVED}
    once = a_case("1", **closed)
    twice = a_case("2", attempt=2, **closed)
    explained = a_case("3", **{**closed, "closing": ClosingKind.EXPLAINED})
    again = a_case("4", reopened_at=BEGIN + 38 * DAY, **closed)
    much_later = a_case("5", reopened_at=BEGIN + 39 * DAY, **closed)
    assert counted("first_time", once, twice, explained, again, much_later) == (2, 5)
    assert counted("really_solved", once, explained, a_case("6", **{**closed, "closing": ClosingKind.PLANNED})) == (
        1,
        2,
    )


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.HANDED_OVER])
def test_what_ended_without_an_outcome_is_neither_kept_nor_failed(state: State) -> None:
    def gone(number: str, after: int, **facts: object) -> CaseFacts:
        return a_case(number, state=state, due_at=BEGIN + 5 * DAY, gone_at=BEGIN + after * DAY, **facts)

    before, late = gone("1", 3), gone("2", 6)
    kept = gone("3", 4, finished_at=BEGIN + 3 * DAY)
    opened_again = gone("4", 7, first_closed_at=BEGIN + 3 * DAY, reopened_at=BEGIN + 4 * DAY)
    everything = (before, late, kept, opened_again)
    assert counted("finished", *everything) == (1, 3), "what was open when its moment came was broken"
    assert counted("on_time", *everything) == (1, 3)
    assert counted("first_time", *everything) == (0, 1), "only what was closed once, and did not hold"
    assert count(BY_CODE["on_time"], everything, MONTH, OFFICE).left_out == {LeftOut(state): 1}
    assert count(BY_CODE["first_time"], everything, MONTH, OFFICE).left_out == {LeftOut(state): 3}
    assert counted("accepted", *everything) == (4, 4)


def test_orders_count_for_whom_they_were_given_to() -> None:
    orders = (Ordered(BEGIN + DAY, HERE, returned=True, upheld=True), Ordered(BEGIN + 2 * DAY, THERE, returned=True))
    case = a_case(path=THERE, orders=orders)
    assert counted("accurate", case) == (1, 2)
    assert counted("returned", case) == (2, 2)
    assert counted("accurate", case, scope=HERE) == (0, 1)


def test_what_does_not_count_is_said() -> None:
    cases = [
        a_case("1"), a_case("2", state=State.VOID), a_case("3", state=State.MERGED),
        a_case("4", state=State.DECLINED), a_case("5", excluded=True), a_case("6", channel="round"),
        a_case("8", channel="inspection"),
        a_case("7", state=State.VOID, received_at=BEGIN - DAY),
    ]  # fmt: skip
    value = count(BY_CODE["found_first"], cases, MONTH, OFFICE)
    assert (value.yes, value.of) == (("6", "8"), ("1", "6", "8"))
    assert value.left_out == dict.fromkeys((LeftOut.VOID, LeftOut.MERGED, LeftOut.DECLINED, LeftOut.EXCLUDED), 1)
    opened = count(BY_CODE["accepted"], cases, MONTH, OFFICE)
    assert (opened.yes, opened.of) == (("1", "3", "6", "8"), ("1", "2", "3", "4", "6", "8"))
    assert opened.left_out == {LeftOut.EXCLUDED: 1}


def test_wilson_as_it_is_printed_in_the_books() -> None:
    # R. G. Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
    for yes, of, low, high in (
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ):
        assert wilson(yes, of) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


@given(st.integers(1, 5000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
@settings(max_examples=200)
def test_the_interval_holds_the_share_and_narrows(count_: tuple[int, int]) -> None:
    yes, of = count_
    low, high = wilson(yes, of)
    assert 0 <= low <= yes / of <= high <= 1
    tenfold = wilson(yes * 10, of * 10)
    assert tenfold[1] - tenfold[0] < high - low


def test_units_are_ranked_among_each_other_and_the_small_ones_not() -> None:
    def value(yes: int, of: int) -> Value:
        return Value("solved", ("n",) * yes, ("n",) * of, {})

    values = {"a": value(9, 10), "b": value(18, 20), "c": value(10, 20), "d": value(3, 3), "e": value(0, 0)}
    assert ranks(values, good=True, minimum=10) == {"a": 1, "b": 1, "c": 3}
    assert ranks(values, good=False, minimum=10) == {"a": 2, "b": 2, "c": 1}
    assert "e" not in ranks(values, good=True, minimum=0)


def test_residents_are_those_of_the_unit_or_of_all_below_it() -> None:
    paths = {"office": OFFICE, "one": HERE, "two": THERE, "yard": f"{HERE}/yard"}
    figuring = Figuring(residents={"one": 5000, "two": 3000, "yard": 1000, "gone": 7})

    none = Value(COVERAGE, (), (), {})

    def residents(scope: str) -> int | None:
        return report([a_case()], MONTH, scope, figuring, paths, none).residents

    assert [residents(scope) for scope in (OFFICE, HERE, f"{HERE}/yard", "elsewhere")] == [8000, 5000, 1000, None]
    found = report([a_case(), a_case("2", state=State.VOID)], MONTH, HERE, figuring, paths, none)
    assert (found.received, found.per_10000) == (("1",), 2.0)


def test_days_begin_and_end_with_the_offices_clock() -> None:
    found = days(date(2026, 10, 1), date(2026, 10, 31), ZoneInfo("Asia/Shanghai"))
    assert (found.from_at, found.to_at) == (
        datetime(2026, 9, 30, 16, tzinfo=UTC), datetime(2026, 10, 31, 16, tzinfo=UTC),
    )  # fmt: skip
    assert found.has(found.from_at)
    assert not found.has(found.to_at)
    short = days(date(2026, 3, 29), date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    assert short.to_at - short.from_at == timedelta(hours=23)


def test_a_unit_lies_in_itself_and_in_what_is_above_it() -> None:
    assert lies_in(HERE, HERE)
    assert lies_in(f"{HERE}/yard", OFFICE)
    assert not lies_in("office/one-more", HERE)


def test_shares_for_people() -> None:
    assert percent(0.93724) == "93.7 %"
    assert percent(None) == "–"
    assert between(Value("solved", (), (), {})) == ""
    assert between(Value("solved", ("1",), ("1",), {})) == "20.7 % – 100.0 %"
