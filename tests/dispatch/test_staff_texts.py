"""Every text to staff, in both languages, with the longest names of the sample district: three segments at most."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest

from app.phrasebook import LOCALE, entries, places
from cases import history
from cases.clock.happened import HoldReason
from cases.life.reasons import ExceptionReason, ExtensionReason, Request, WaiverReason
from cases.phrases import EN, LANGUAGES, ZH, Message, Name, msg
from cases.states import ClosingKind, State
from cases.steps import Level, Step
from dispatch import orders
from dispatch.duty import moves, telling
from dispatch.duty.moves import MoveReason
from dispatch.life.leaving_reasons import BackReason, DeclineReason, OtherLine
from dispatch.loop import visits
from dispatch.loop.who import by_code
from dispatch.loop.work import SHORT_MARK
from dispatch.places import Place, shown
from tests.dispatch.sample import SHANGHAI, district, phrasebook, policy
from tests.dispatch.shifts import LAMP, WATER, at, fire_all, wind_to
from tests.people import LI_HONGMEI, ZHANG_AIMIN
from tests.stage import LINE, Stage

LATE = datetime(2026, 12, 24, 17, 30, tzinfo=SHANGHAI)
TEXTS = (
    "order", "rework", "supplement", "urge", "moved", "annulled", "second_no", "return_rejected", "told_failed",
    "return_asked", "to_supervisor", "warned", "breached", "escalated", "auto_signed", "supervisor_stopped",
    "submitted_for", "submitted_closed", "submitted_person", "closed_for", "not_reached",
)  # fmt: skip


def longest(things: Iterable[Any], lang: str) -> Any:
    """The longest when said: names and messages."""
    said = {thing: _said(thing, lang) for thing in things}
    return max(said, key=lambda thing: len(said[thing]))


def _said(thing: Name | Message, lang: str) -> str:
    return phrasebook().say(thing, lang) if isinstance(thing, Message) else thing.in_language(lang)


def where(lang: str) -> Message:
    estates = (
        Place(estate=estate.name.zh, building=building.number, unit=max(building.units, default=None, key=len))
        for estate in district().estates
        for building in estate.buildings
    )
    roads = (Place(road=road.name.zh, number=road.stretches[-1].last) for road in district().roads if road.stretches)
    return longest([shown(place, district()) for place in (*estates, *roads)], lang)


def values(lang: str) -> dict[str, object]:
    """The longest that each place of a text can hold."""
    person = longest([worker.name for worker in district().workers], lang)
    unit = longest([unit.name for unit in district().units], lang)
    notices = [rule.outcome.notice for rule in policy().rules if rule.outcome.notice]
    return {
        "short": SHORT_MARK,
        "number": "20261124-000123",
        "level": longest([level.label for level in Level], lang),
        "category": longest([category.name for category in policy().categories.values()], lang),
        "place": where(lang),
        "summary": "漏" * (orders.SHORT - 1) + "…",
        "until": longest([msg(f"desk.until.{step}", due=LATE) for step in ("visit", "told", "first_contact")], lang),
        "notice": longest(notices, lang),
        "why": longest([*(reason.label for reason in MoveReason)], lang),
        "holder": msg("desk.holder", unit=unit, worker=person),
        "step": longest([step.label for step in Step], lang),
        "due": LATE,
        "unit": unit,
        "rung": 10,
        "attempt": 10,
        "head": person,
        "name": person,
        "count": 100,
        "kind": longest([kind.label for kind in ClosingKind], lang),
    }


class Saying:
    """What `telling.fitted` needs of a transaction."""

    def say(self, message: Message, lang: str) -> str:
        return phrasebook().say(message, lang)


def said(text: str, lang: str, **more: object) -> str:
    """A text as it is written, its summary shortened where it must be."""
    full = Message(f"desk.text.{text}", {**values(lang), **more})
    assert places(phrasebook().pattern(full.id, lang)) <= set(full.params)  # type: ignore[attr-defined]
    return phrasebook().say(telling.fitted(Saying(), full, lang), lang)  # type: ignore[arg-type]


@pytest.mark.parametrize(("text", "lang"), list(product(TEXTS, LANGUAGES)))
def test_every_text_to_staff_fits(text: str, lang: str) -> None:
    words = said(text, lang)
    assert telling.fits(words), f"{len(words)}: {words}"


def life(lang: str, domain: str) -> dict[str, object]:
    """The longest that each place of the texts about a case's further life can hold; words are cut where they must."""
    codes = (HoldReason, ExtensionReason, WaiverReason, ExceptionReason, BackReason, DeclineReason, Request)
    reason = longest([code.label for family in codes for code in family], lang)
    promise = msg("desk.receipt.promise", due=LATE)
    more = {"office": district().units[0].name, "reason": reason, "why": "漏" * 500, "summary": "漏" * 500}
    more |= {"until": LATE, "through": reason, "promise": promise, "visit": msg("desk.receipt.visit", code="1234")}
    more |= {
        "earlier": "20261124-000123",
        "watch": 3,
        "until": LATE if domain != "side" else msg("side.until", due=LATE),
    }
    units = [unit.name for unit in district().units if len(unit.path) == 2]
    more |= {"at": LATE, "n": 100, "score": 5, "units": msg("whistle.listed", first=units[0], then=units[1])}
    more |= {"line": longest([line.label for line in OtherLine], lang), "lead": "20261124-000123"}
    return {**values(lang), **more, "state": longest([state.label for state in State], lang), "kind": reason}


@pytest.mark.parametrize(("domain", "lang"), list(product(("life", "ending", "side", "dispute", "whistle"), LANGUAGES)))
def test_every_text_about_a_cases_further_life_fits(domain: str, lang: str) -> None:
    known = entries(LOCALE / lang / "LC_MESSAGES" / f"{domain}.po", lang)
    texts = [id_ for id_ in known if id_.startswith(f"{domain}.text.")]
    assert len(texts) > (1 if domain == "dispute" else 3)
    for id_ in texts:
        words = phrasebook().say(telling.fitted(Saying(), Message(id_, life(lang, domain)), lang), lang)  # type: ignore[arg-type]
        assert telling.fits(words), f"{id_}, {len(words)}: {words}"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_order_says_what_it_is_about(lang: str) -> None:
    """Chinese words among English ones have least room: a rule's notice may then take the place of the matter."""
    assert "漏漏漏漏" in said("order", lang, notice="")
    assert "漏漏漏漏" in said("rework", lang, why=msg("desk.rework.unsolved"))
    assert "漏漏漏漏" in said("order", ZH)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_rework_says_why_in_the_residents_words(lang: str) -> None:
    why = "响" * (orders.WHY - 1) + "…"
    words = said("rework", lang, why=why)
    assert telling.fits(words)
    assert why in words


def test_no_text_to_staff_is_forgotten() -> None:
    known = entries(LOCALE / EN / "LC_MESSAGES" / "desk.po", EN)
    residents = {"receipt", "told", "question_one", "question_several", "closed_so"}
    lines = {"digest"}  # has tests of its own
    assert {id_.split(".")[2] for id_ in known if id_.startswith("desk.text.")} == {*TEXTS, *residents, *lines}


def test_an_order_begins_with_the_short_number_and_says_what_to_answer() -> None:
    for lang, answer in ((ZH, f"签收{SHORT_MARK}"), (EN, f"sign {SHORT_MARK}")):
        for text in ("order", "rework"):
            words = said(text, lang)
            assert words.startswith(SHORT_MARK)
            assert answer in words


@pytest.mark.parametrize("words", [LAMP, WATER])
def test_an_order_after_a_change_says_the_same(stage: Stage, words: str) -> None:
    taken = stage.text(words)
    number = LI_HONGMEI.number if words == LAMP else ZHANG_AIMIN.number
    with stage.door.transaction(LINE) as tx:
        orders.tell_holder(tx, taken.case_id, "order")
    first, second = (words for words in stage.texts(number) if "派单" in words)
    assert first == second


def test_a_rework_names_the_reason_and_the_head(stage: Stage) -> None:
    """As the verdict leaves it: the resident's words, then the new attempt's own order."""
    taken = stage.text(LAMP)
    with stage.door.transaction(LINE) as tx:
        thread = history.lock(tx, taken.case_id)
        history.append(tx, thread, "verdict", {"answer": "unsolved"}, "灯还是不亮，电话13812345678")
        history.append(tx, thread, "dispatched", {})
        history.close_thread(tx, thread, attempt=2)
    with stage.door.transaction(LINE) as tx:
        orders.tell_holder(tx, taken.case_id, "rework")
    told = stage.texts(LI_HONGMEI.number)[-1]
    for part in ("第2次", "灯还是不亮", "周桂兰"):
        assert part in told
    assert "13812345678" not in told
    with stage.door.transaction(LINE) as tx:
        thread = history.lock(tx, taken.case_id)
        history.append(tx, thread, "dispatched", {})
        history.close_thread(tx, thread, attempt=3)
    with stage.door.transaction(LINE) as tx:
        orders.tell_holder(tx, taken.case_id, "rework")
    assert "居民表示没有解决" in stage.texts(LI_HONGMEI.number)[-1]


def test_after_a_shift_the_next_one_sees_where_it_stands(stage: Stage) -> None:
    """Water by day, begun; by night somebody else has it, with the moment that is left."""
    taken = stage.text(WATER)
    with stage.door.transaction(LINE) as tx:
        visits.sign(tx, by_code(tx, ZHANG_AIMIN.worker), taken.case_id)
        moves.ensure_shift_errand(tx)
    wind_to(stage, at(24, 20) + timedelta(seconds=1))
    fire_all(stage)
    [order] = [words for words in stage.texts(LI_HONGMEI.number) if "派单" in words]
    assert "11月24日 14:00前上门" in order  # four hours from ten: late already, and it is said by when it was owed
