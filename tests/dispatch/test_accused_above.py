"""Who stands above all who are named, and who is barred: over districts of any shape, names and leaves."""

from dataclasses import replace
from datetime import time as clock_time
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from cases.phrases import Name
from dispatch.accused.above import answerable, barred, bars, unit_above
from dispatch.accused.index import HEADS
from dispatch.district import parse_district
from dispatch.district.model import District, DutyRow, Role, Unit, UnitKind, Worker
from tests.stage import sample_district

SAMPLE = parse_district(sample_district())


@st.composite
def districts(draw: st.DrawFn) -> District:
    """An office with committees and courtyards, people of any role anywhere, and any duty table."""
    units = [Unit(uuid4(), "o", None, UnitKind.OFFICE, Name("街道办事处"), ("o",))]
    for c in range(draw(st.integers(0, 3))):
        units.append(Unit(uuid4(), f"c{c}", "o", UnitKind.COMMITTEE, Name("居委会"), ("o", f"c{c}")))
        for y in range(draw(st.integers(0, 2))):
            path = ("o", f"c{c}", f"c{c}y{y}")
            units.append(Unit(uuid4(), path[-1], f"c{c}", UnitKind.COURTYARD, Name("楼院"), path))
    roles = {UnitKind.OFFICE: [Role.LEADER, Role.SUPERVISOR, Role.DISPATCHER, Role.DUTY, Role.VERIFIER],
             UnitKind.COMMITTEE: [Role.COMMITTEE_HEAD, Role.LIAISON, Role.DUTY],
             UnitKind.COURTYARD: [Role.GRID_WORKER, Role.COURTYARD_MEMBER]}  # fmt: skip
    workers = []
    for unit in units:
        for n, role in enumerate(draw(st.lists(st.sampled_from(roles[unit.kind]), max_size=4))):
            workers.append(Worker(uuid4(), f"{unit.code}-{n}", unit.code, Name("张三"), role, ()))
    codes = [worker.code for worker in workers]
    hours = (clock_time(8), clock_time(20))
    rows = (
        draw(st.lists(st.tuples(st.sampled_from([u.code for u in units]), st.sampled_from(codes)), max_size=5))
        if codes
        else []
    )
    duty = tuple(DutyRow(unit, 1, *hours, worker) for unit, worker in rows)
    return replace(SAMPLE, units=tuple(units), workers=tuple(workers), duty=duty)


@st.composite
def accusations(draw: st.DrawFn) -> tuple[District, frozenset[str]]:
    district = draw(districts())
    everybody = [*(unit.code for unit in district.units), *(worker.code for worker in district.workers)]
    return district, frozenset(draw(st.sets(st.sampled_from(everybody), min_size=1, max_size=3)))


@given(accusations())
def test_both_ways_to_ask_who_is_barred_agree(made: tuple[District, frozenset[str]]) -> None:
    district, codes = made
    closed = barred(district, codes)
    for worker in district.workers:
        mine = bars(district, worker.code, worker.unit, worker.role)
        assert (worker.code in closed) == (not mine.isdisjoint(codes)), worker


@given(accusations())
def test_nobody_who_is_named_nor_under_their_hand_may_hold_it(made: tuple[District, frozenset[str]]) -> None:
    district, codes = made
    for unit, worker in answerable(district, codes):
        assert worker.code not in codes
        assert not codes & set(unit.path), "no unit that is named stands over whoever holds it"
        for code in codes:
            named = district.worker(code)
            if named is None:
                continue
            assert not (named.role in HEADS and named.unit in unit.path), "nor one whose head is"
            assert (worker.unit, worker.role) != (named.unit, named.role), "nor who stands in for them"
            tables = {row.unit for row in district.duty if row.worker == code}
            assert not any(row.worker == worker.code for row in district.duty if row.unit in tables)


@given(accusations())
def test_it_is_the_lowest_unit_above_all_of_them(made: tuple[District, frozenset[str]]) -> None:
    district, codes = made
    above = unit_above(district, codes)
    homes = []
    for code in codes:
        worker, unit = district.worker(code), district.unit(code)
        home = district.unit(worker.unit) if worker else unit
        assert home is not None
        heads = worker is None or worker.role in HEADS
        homes.append(home.path[:-1] if heads or home.kind is not UnitKind.OFFICE else home.path)
    if () in homes:
        assert above is None, "above the office there is nobody of it"
        return
    assert above is not None
    assert all(path[: len(above.path)] == above.path for path in homes), "it stands above all"
    lower = [unit for unit in district.units if unit.parent == above.code]
    assert not any(all(unit.path == path[: len(unit.path)] for path in homes) for unit in lower), "and none lower does"


def test_by_hand_in_the_sample_district() -> None:
    def above(*codes: str) -> str | None:
        unit = unit_above(SAMPLE, codes)
        return unit.code if unit else None

    assert above("xingfuli-grid-02") == "xingfuli"
    assert above("xingfuli-liaison") == "xingfu"
    assert above("xingfuli-head") == above("xingfuli") == "xingfu"
    assert above("xingfuli-grid-02", "heping-grid-01") == "xingfu"
    assert above("dispatcher-1") == above("supervisor") == "xingfu"
    assert above("leader") is above("xingfu") is above("xingfuli", "leader") is None
    first = next(answerable(SAMPLE, frozenset({"xingfuli-grid-02"})))[1]
    assert first.code == "xingfuli-head"
    assert next(answerable(SAMPLE, frozenset({"supervisor"})))[1].code == "leader"
    assert not list(answerable(SAMPLE, frozenset({"xingfu"})))
