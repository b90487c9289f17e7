"""Over random trees with holes, rotas, leaves, capacities and burdens: always exactly one owner, never somebody who is
away, and for each who came into question a reason that is true."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.phrases import LANGUAGES, Name
from dispatch.choice import Background, Burden, Choosing, Judged, Scene, Wanted, Why, people_of, stored
from dispatch.district.model import District, DutyDesk, DutyRow, Grid, Role, Unit, UnitKind, Worker
from dispatch.places import Place
from dispatch.policy import Destination, Outcome
from dispatch.routing import Around, Choice, choose, in_question
from dispatch.rules import Level, Verdict
from tests.dispatch.sample import TUESDAY_TEN, phrasebook

pytestmark = pytest.mark.slow
_IDS = UUID(int=11)
LAST = st.timedeltas(timedelta(0), timedelta(days=9)).map(lambda ago: TUESDAY_TEN - ago)
SKILLS = ("welding", "first-aid")


def _unit(code: str, kind: UnitKind, above: Unit | None) -> Unit:
    path = (*(above.path if above else ()), code)
    return Unit(uuid5(_IDS, code), code, above.code if above else None, kind, Name(code, code), path)


@st.composite
def trees(draw: st.DrawFn) -> tuple[Unit, ...]:
    """An office, its committees, their courtyards: any of these may be missing."""
    office = _unit("office", UnitKind.OFFICE, None)
    units = [office]
    for c in range(draw(st.integers(0, 3))):
        committee = _unit(f"c{c}", UnitKind.COMMITTEE, office)
        courtyards = [_unit(f"c{c}y{y}", UnitKind.COURTYARD, committee) for y in range(draw(st.integers(0, 3)))]
        units += [committee, *courtyards]
    return tuple(units)


@st.composite
def people(draw: st.DrawFn, units: tuple[Unit, ...]) -> tuple[Worker, ...]:
    """Of each unit nobody, or some; posts are vacant as they come."""
    found = []
    for unit in units:
        for n in range(draw(st.integers(0, 3))):
            code = f"{unit.code}-{n}"
            found.append(
                Worker(
                    uuid5(_IDS, code), code, unit.code, Name(code, code), draw(st.sampled_from(Role)), (),
                    tuple(sorted(draw(st.sets(st.sampled_from(SKILLS))))),
                    draw(st.sampled_from([("zh_CN",), ("zh_CN", "en")])), draw(st.none() | st.integers(1, 6)),
                )
            )  # fmt: skip
    return tuple(found)


@st.composite
def districts(draw: st.DrawFn) -> District:
    """Units, people, grids and a duty table, with whatever holes."""
    units = draw(trees())
    staff = draw(people(units))
    workers = st.none() | (st.sampled_from([each.code for each in staff]) if staff else st.none())
    grids = tuple(
        Grid(f"g{n}", "c0", draw(st.sampled_from([(), ((_square(n),),)])), draw(workers))
        for n in range(draw(st.integers(0, 4)))
    )
    mine = {each.code: tuple(grid.code for grid in grids if grid.worker == each.code) for each in staff}
    staff = tuple(replace(each, grids=mine[each.code]) for each in staff)
    rows = st.builds(
        DutyRow,
        st.sampled_from([unit.code for unit in units]), st.integers(0, 6),
        st.times().map(lambda at: at.replace(microsecond=0)), st.times().map(lambda at: at.replace(microsecond=0)),
        st.sampled_from([each.code for each in staff]) if staff else st.just("nobody"),
    )  # fmt: skip
    duty = tuple(draw(st.lists(rows, max_size=12)))
    return District(units, (), (), grids, staff, duty, DutyDesk(units[0], Name("desk", "desk")))


def _square(n: int) -> tuple[tuple[float, float], ...]:
    west = 121.4 + n * 0.004
    return ((west, 31.2), (west + 0.003, 31.2), (west + 0.003, 31.203), (west, 31.203), (west, 31.2))


@st.composite
def matters(draw: st.DrawFn) -> tuple[District, Verdict, Place | None, Around, timedelta]:
    """A district, a verdict, a place in it or nowhere, who is away, what everybody has, and when it is."""
    there = draw(districts())
    codes = st.sampled_from([None, "gone", *(unit.code for unit in there.units)])
    outcome = Outcome(draw(st.sampled_from(Destination)), draw(codes), draw(st.none() | st.sampled_from(Role)))
    verdict = Verdict("r", outcome, draw(st.sampled_from(Level)), ())
    grid = st.sampled_from([None, "gone", *(each.code for each in there.grids)])
    place = draw(st.none() | st.builds(Place, courtyard=codes, committee=codes, grid=grid))
    everybody = [each.code for each in there.workers]
    away = draw(st.sets(st.sampled_from(everybody))) if everybody else set()
    burdens = {each.id: Burden(draw(st.integers(0, 7)), draw(st.none() | LAST)) for each in there.workers}
    somebody = st.none() | (st.sampled_from([each.id for each in there.workers]) if everybody else st.none())
    around = Around(
        dict.fromkeys(away, Why.AWAY), draw(st.booleans()), Choosing(capacity=draw(st.integers(1, 6))),
        Background(burdens, draw(somebody), draw(somebody)), draw(st.none() | st.sampled_from(SKILLS)),
        draw(st.none() | st.sampled_from(LANGUAGES)),
    )  # fmt: skip
    return there, verdict, place, around, draw(st.timedeltas(timedelta(0), timedelta(days=7)))


@given(matters())
@settings(deadline=None, max_examples=400)
def test_exactly_one_owner_and_never_somebody_who_is_away(
    matter: tuple[District, Verdict, Place | None, Around, timedelta],
) -> None:
    there, verdict, place, around, later = matter
    now = TUESDAY_TEN + later
    found = choose(verdict, place, there, now, around)
    assert found.unit in there.units
    assert found.worker is not None or found.unit is there.duty_desk.unit
    if found.worker is not None:
        assert found.worker.code not in around.barred
    by_desk = found.reasons[-1].id == "dispatch.route.duty_desk"
    if verdict.level in (Level.L1, Level.L2) and found.worker is not None and not by_desk:
        assert found.worker in there.on_duty(found.unit.code, now)
    assert found == choose(verdict, place, there, now, around)  # the same again: it can be told afterwards
    if not by_desk:
        _reasons_are_true(found, there, around)
        assert found.worker in in_question(verdict, place, there, now)
    _skill_is_kept((there, verdict, place, around), found, now)


def _reasons_are_true(found: Choice, there: District, around: Around) -> None:
    chosen = found.worker
    assert chosen is not None
    told = {each.worker: each for each in found.judged}
    assert [each.worker for each in found.judged if each.why is Why.TAKEN] == [chosen.code]
    for code, each in told.items():
        _is_true(each, (there.worker(code), chosen), around)
        for lang in LANGUAGES:
            assert phrasebook().say(stored.told(each, Name(code, code)), lang)


def _is_true(each: Judged, who: tuple[Worker | None, Worker], around: Around) -> None:
    """What a reason says of one and of whoever has it."""
    one, chosen = who
    assert one is not None
    has, most = around.known.of(one).open, one.capacity or around.terms.capacity
    if each.why is Why.AWAY:
        assert one.code in around.barred
    elif each.why is Why.FULL:
        assert (each.facts["open"], each.facts["most"]) == (has, most)
        assert has >= most
    elif each.why is Why.LOAD:
        theirs = around.known.of(chosen).open / (chosen.capacity or around.terms.capacity)
        assert has / most > theirs - 0.1
    elif each.why is Why.LATELY:
        theirs_at, its_at = (around.known.of(person).last_at for person in (one, chosen))
        assert theirs_at is not None
        assert its_at is None or theirs_at > its_at
    elif each.why is Why.CALLER:
        assert chosen.id == around.known.caller
    elif each.why is Why.BUILDING:
        assert chosen.id == around.known.building


def _skill_is_kept(of: tuple[District, Verdict, Place | None, Around], found: Choice, now: object) -> None:
    """Whoever gets it has the skill, unless the reasons say that nobody has, or the desk has to take it."""
    _, _, _, around = of
    if around.skill is None or found.worker is None or around.skill in found.worker.skills:
        return
    ids = {reason.id for reason in found.reasons}
    assert ids & {"choice.reason.no_skill", "dispatch.route.duty_desk"}, now


@given(matters(), st.data())
@settings(deadline=None, max_examples=150)
def test_a_person_less_changes_nothing_for_whoever_was_not_to_have_it(
    matter: tuple[District, Verdict, Place | None, Around, timedelta], data: st.DataObject
) -> None:
    """Leave of somebody who was not chosen leaves the choice as it is; leave of whoever was makes it another."""
    there, verdict, place, around, later = matter
    now = TUESDAY_TEN + later
    before = choose(verdict, place, there, now, around)
    others = [each.code for each in there.workers if each != before.worker]
    if others:
        gone = data.draw(st.sampled_from(others))
        after = choose(verdict, place, there, now, replace(around, barred={**around.barred, gone: Why.AWAY}))
        assert (after.unit, after.worker) == (before.unit, before.worker)
    if before.worker is not None:
        gone = before.worker.code
        after = choose(verdict, place, there, now, replace(around, barred={**around.barred, gone: Why.AWAY}))
        assert after.worker != before.worker


@given(districts(), st.sampled_from(Level), st.timedeltas(timedelta(0), timedelta(days=7)))
@settings(deadline=None, max_examples=100)
def test_who_comes_into_question_goes_out_or_is_on_duty(there: District, level: Level, later: timedelta) -> None:
    now = TUESDAY_TEN + later
    for unit in there.units:
        wanted = Wanted(urgent=level in (Level.L1, Level.L2))
        for worker in people_of(unit, wanted, Scene(there, now)):
            assert worker.unit == unit.code or worker in there.on_duty(unit.code, now)
