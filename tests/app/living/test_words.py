"""What the sample's people say is understood as what they mean, in both languages."""

from random import Random

import pytest

from app.days import with_day_table
from app.living.people import places
from app.living.people.words import NOWHERE, Saying, saying, sayings
from cases.phrases import EN, LANGUAGES
from dispatch.district import District, parse_district
from dispatch.matters import classify
from dispatch.places import find
from dispatch.policy import Policy, parse
from tests.stage import sample_district, sample_policy


@pytest.fixture(scope="module")
def district() -> District:
    return parse_district(sample_district())


@pytest.fixture(scope="module")
def policy() -> Policy:
    return parse(with_day_table(sample_policy()))


def _where(district: District, each: Saying, lang: str) -> str:
    luck = Random(each.category)
    if each.place == "road":
        return places.address(luck, district, lang)
    return "" if each.place == NOWHERE else places.home(luck, district).named(each.place, lang)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("each", sayings(), ids=lambda each: each.category)
def test_it_is_understood(each: Saying, lang: str, policy: Policy, district: District) -> None:
    where = _where(district, each, lang)
    for words in each.reports[lang]:
        said = words.format(place=where)
        assert classify(said, policy).category == each.category, said
        assert not where or find(said, district).place is not None, said


def test_whatever_is_never_ordinary_is_danger(policy: Policy) -> None:
    for each in sayings():
        assert (each.often == 0) == (policy.category(each.category).level == "L1"), each.category


def test_every_matter_of_the_policy_comes_up(policy: Policy) -> None:
    parents = {category.parent for category in policy.categories.values()}
    leaves = {code for code in policy.categories if code not in parents}
    assert {each.category for each in sayings()} == leaves


def test_what_the_book_does_not_know_is_something_else() -> None:
    assert saying("flying-carpets").category == "other"


def test_every_home_can_be_named(district: District) -> None:
    for lang in LANGUAGES:
        for seed in range(200):
            home = places.home(Random(seed), district)
            place = find(home.named("room", lang), district).place
            assert place is not None
            assert (place.estate, place.building, place.unit) == (home.estate.zh, home.building, home.entrance)
    assert places.address(Random(1), district, EN)[0].isdigit()
