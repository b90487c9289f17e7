"""`hotline act`: the deeds of the pages from the command line, by whoever holds the case where nobody is named."""

import json

import pytest

from .test_records import Say, command, new_case, say

__all__ = ["command", "say"]


def test_a_case_is_worked_on_by_its_holder(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    for deed, more, state in (
        ("sign", (), "in_progress"),
        ("arrive", ("--place", "3号楼2单元"), "in_progress"),
        ("find", ("--why", "灯泡坏了"), "in_progress"),
        ("assign", ("--person", "xingfuli-grid-01", "--why", "换人"), "in_progress"),
        ("urge", (), "in_progress"),
    ):
        code, out, err = say("act", number, deed, *more, "-o", "json")
        assert (code, err) == (0, ""), deed
        done = json.loads(out)
        assert done["state"] == state
        assert done["by"] == ("dispatcher-1" if deed in ("assign", "urge") else "xingfuli-grid-02")


@pytest.mark.parametrize(
    ("deed", "more", "says"),
    [
        ("assign", ("--person", "heping-grid-01", "--why", "换人"), "has the code heping-grid-01"),
        ("arrive", (), "Give the visit code, or the building and entrance."),
        ("sign", ("--as", "heping-grid-01"), "This is not for"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_line(say: Say, deed: str, more: tuple[str, ...], says: str) -> None:
    number = new_case(say, "--from", "+8613800000001")
    code, out, err = say("act", number, deed, *more)
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert says in err
