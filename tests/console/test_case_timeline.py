"""Everything that happened in one line, with filters in the address; and why each deadline lies where it lies."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.phrasebook import Catalogues
from cases import queries as record
from cases.models import timer
from cases.phrases import LANGUAGES
from cases.steps import Step
from console.case.shown import reckoner_of, teller_of
from dispatch import desk
from dispatch.loop import returns, verdicts, visits
from dispatch.loop.returns import Reason
from dispatch.loop.verdicts import Answer
from dispatch.reads import queries
from dispatch.reports import Taken
from tests.console.house import House
from tests.console.living import DRAIN, answered, asked, does, told, visited
from tests.console.test_case_deeds import seen, twice_no
from tests.people import LI_HONGMEI


def entries(text: str) -> list[str]:
    """The words of the entries of a page's timeline."""
    card = text[text.index('id="timeline"') : text.index('<div class="case-side">')]
    return [seen(item) for item in re.findall(r'<li class="line-.*?</li>', card, re.DOTALL)]


def lively(house: House) -> Taken:
    taken = house.case(DRAIN)
    visited(house, taken)
    with house.door.transaction("xingfu") as tx:
        desk.supplement(tx, taken.case_id, "现在漫到走廊了")
        desk.urge(tx, taken.case_id)
    return taken


@pytest.mark.parametrize(
    ("show", "says", "silent"),
    [
        ("residents", "The resident urged it on.", "Signed for the order."),
        ("staff", "Signed for the order.", "The resident urged it on."),
        ("system", "Sent to Xingfuli South Courtyard", "Signed for the order."),
        ("messages", "receipt Text → resident 138****0001", "Signed for the order."),
    ],
)
def test_a_filter_in_the_address_shows_one_kind(house: House, show: str, says: str, silent: str) -> None:
    taken = lively(house)
    with house.signed_in() as browser:
        whole = browser.get(f"/cases/{taken.number}").text
        text = browser.get(f"/cases/{taken.number}?show={show}").text
    words = " ".join(entries(text))
    assert says in words
    assert silent not in words
    assert says in " ".join(entries(whole))
    link = re.search(
        rf'href="/cases/{taken.number}\?show={show}#timeline"( aria-current="true")?>[^<]*<b>(\d+)</b>', text
    )
    assert link is not None
    assert link[1]
    assert int(link[2]) == len(entries(text)), "the number is that of the list it leads to"


def test_the_filters_add_up_and_an_unknown_one_shows_all(house: House) -> None:
    taken = lively(house)
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}?show=nonsense").text
    counts = [int(count) for count in re.findall(r"#timeline\"[^>]*>[^<]*<b>(\d+)</b>", text)]
    assert len(counts) == 5
    assert counts[0] == sum(counts[1:]) == len(entries(text))


def test_entries_say_when_who_and_how_well_it_is_proven(house: House) -> None:
    taken = lively(house)
    with house.signed_in() as browser:
        lines = entries(browser.get(f"/cases/{taken.number}").text)
    [claimed] = [line for line in lines if "Claimed only" in line]
    assert "Claimed only: stops no clock" in claimed
    [arrived] = [line for line in lines if "Was there" in line]
    assert "proof: Met the resident" in arrived
    assert "2026-11-24 10:00" in arrived
    assert LI_HONGMEI.name.en in arrived


def test_history_stands_before_what_it_caused(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        lines = entries(browser.get(f"/cases/{taken.number}").text)
    assert "The report came in" in lines[0]
    assert "receipt Text" in lines[-1] or "order Text" in lines[-1]


# Why due then.


def to_and_fro(house: House, taken: Taken) -> None:
    """Sent away, and back again days later: what the unit had used stays used."""
    for days, unit in ((1, "heping"), (4, "xingfuli-south"), (6, "heping"), (9, "xingfuli-south")):
        house.move_clock(days=days, hours=1)
        with house.door.transaction("xingfu") as tx:
            desk.reroute(tx, taken.number, unit, "改派", "dispatcher")


def annulled(house: House, taken: Taken) -> None:
    at = asked(house, taken)
    house.move_clock(days=2, hours=3)
    with house.door.transaction("xingfu") as tx:
        verdicts.answer(tx, at, Answer.NOT_CONTACTED)


def returned(house: House, taken: Taken) -> None:
    does(house, lambda tx, who: visits.sign(tx, who, taken.case_id))
    house.move_clock(hours=5)
    does(house, lambda tx, who: returns.request(tx, who, taken.case_id, Reason.NOT_OURS, "物业的事"))
    house.move_clock(hours=28)
    does(house, lambda tx, who: returns.uphold(tx, taken.number, "heping", "对", who), "dispatcher-1")


LIVES: dict[str, Callable[[House, Taken], object]] = {
    "new": lambda house, taken: None,
    "told": told,
    "to_and_fro": to_and_fro,
    "annulled": annulled,
    "returned": returned,
    "twice_no": twice_no,
    "closed": lambda house, taken: answered(house, taken, Answer.SATISFIED),
}


@pytest.mark.parametrize("life", LIVES)
def test_every_stored_deadline_is_explained(house: House, life: str) -> None:
    taken = house.case(DRAIN)
    LIVES[life](house, taken)
    book = Catalogues()
    with house.door.transaction("xingfu") as tx:
        head = queries.case_in_scope(tx, "xingfu", taken.number)
        timers = record.timers(tx.conn, taken.case_id)
        found = reckoner_of(tx, head, teller_of(tx)).of_timers(timers)
    due = [row for row in timers if row.due_at is not None]
    assert {row.id for row in due} == set(found)
    for row in due:
        why = found[row.id]
        assert why.lines, f"{row.step} of attempt {row.attempt} is not explained"
        assert f"{(row.due_at + timedelta(hours=8)):%H:%M}" in " ".join(book.say(line, "en") for line in why.lines)
        for lang in LANGUAGES:
            assert all(book.say(line, lang) for line in (*why.lines, why.limit))


def test_a_clock_that_stood_says_how_long_and_in_whose_turn(house: House) -> None:
    taken = house.case(DRAIN)
    to_and_fro(house, taken)
    with house.signed_in() as browser:
        text = seen(browser.get(f"/cases/{taken.number}").text)
    # From Wednesday 25 to Saturday 28 November, and from Monday 30 to Thursday 3 December: the other unit's.
    assert text.count("not counted, in the turn of: Unit") >= 2


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_explains_each_deadline_without_a_script(house: House, lang: str) -> None:
    taken = house.case(DRAIN)
    with house.signed_in(lang=lang) as browser:
        text = browser.get(f"/cases/{taken.number}").text
    said = {
        "zh_CN": ("上门服务：为什么是这个时限？", "时限：3个工作日", "11月25日 周三、11月26日 周四、11月27日 周五"),
        "en": ("Visit: why due then?", "Limit: 3 working d", "Wed 25 Nov, Thu 26 Nov, Fri 27 Nov"),
    }
    for words in said[lang]:
        assert words in seen(text), words
    visit = text[text.index('id="step-visit"') :]
    assert re.search(r'<details class="why">\s*<summary>', visit)


def test_the_promise_to_the_resident_is_explained_from_the_receipt(house: House) -> None:
    taken = house.case(DRAIN)
    with house.signed_in() as browser:
        text = browser.get(f"/cases/{taken.number}").text
    head = seen(text[: text.index('class="lamps-box"')])
    assert "Limit: 5 working d received Tue 24 Nov 10:00 5 working days, the first day not counted" in head
    assert "therefore Tue 1 Dec 17:30" in head


def test_a_deadline_of_another_calendar_is_said_to_be_so(house: House) -> None:
    taken = house.case(DRAIN)
    later = house.now() + timedelta(days=2)
    house.execute(sa.update(timer).where(timer.c.step == str(Step.VISIT)).values(due_at=later))
    with house.signed_in() as browser:
        text = seen(browser.get(f"/cases/{taken.number}").text)
    assert "today's calendar does not lead to it" in text
