"""Suggestions from the model in the data folder: taken anew when it changes, left aside when it is damaged."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.embedded.folder import DataFolder
from app.learnt import Learnt, own_model
from dispatch.matters import rank
from dispatch.matters.learnt.file import to_bytes
from dispatch.matters.learnt.training import Example, fit
from dispatch.matters.learnt.wordlist import WordList
from tests.dispatch.sample import policy

LAMP = "东门的灯要修"


def model_of(*labels: str) -> bytes:
    """What lamps teach that were each of these categories, five times, and drains that were drains."""
    known = [Example(f"{place}门的灯要修", label) for place in "东西南北中" for label in labels]
    return to_bytes(
        fit([*known, *(Example(f"{place}门下水道堵了", "sewer-blocked") for place in "东西南北中")], WordList(()))
    )


def write(path: Path, raw: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(raw)


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    return Learnt(DataFolder(tmp_path))


def first(learnt: Learnt) -> str:
    return learnt.suggest("xingfu", policy(), LAMP)[0].label


def test_without_a_model_the_words_of_the_catalogue_rank(learnt: Learnt) -> None:
    assert learnt.suggest("xingfu", policy(), "楼道灯不亮") == rank("楼道灯不亮", policy())


def test_the_model_of_an_office_speaks_for_it_alone_and_is_read_anew(learnt: Learnt) -> None:
    own = own_model(learnt.folder, "xingfu")
    write(own, model_of("street-light"))
    assert first(learnt) == "street-light"
    assert learnt.suggest("binhe", policy(), LAMP) == rank(LAMP, policy())
    write(own, model_of("stairwell-light", "stairwell-light"))
    assert first(learnt) == "stairwell-light"
    own.unlink()
    assert learnt.suggest("xingfu", policy(), LAMP) == rank(LAMP, policy())


def test_what_the_catalogue_does_not_have_is_not_offered(learnt: Learnt) -> None:
    write(own_model(learnt.folder, "xingfu"), model_of("no-such-category"))
    assert [each.label for each in learnt.suggest("xingfu", policy(), LAMP)] == ["sewer-blocked"]


def test_a_damaged_model_is_logged_once_and_the_words_rank(learnt: Learnt) -> None:
    write(own_model(learnt.folder, "xingfu"), model_of("street-light")[:-9])
    with capture_logs() as logged:
        assert learnt.suggest("xingfu", policy(), LAMP) == rank(LAMP, policy())
        learnt.suggest("xingfu", policy(), LAMP)
    assert [(entry["event"], entry["why"]) for entry in logged] == [("matter_model_refused", "matter.model.damaged")]
