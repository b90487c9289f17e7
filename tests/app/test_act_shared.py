"""`hotline act`: a dispute and a whistle from the command line, by whoever of the office they are for."""

import json

from .test_records import Say, command, new_case, say

__all__ = ["command", "say"]


def act(say: Say, number: str, deed: str, *more: str) -> tuple[str, str]:
    """The state that a deed led to, and who did it."""
    code, out, err = say("act", number, deed, *more, "-o", "json")
    assert (code, err) == (0, ""), (deed, err)
    done = json.loads(out)
    return done["state"], done["by"]


def test_a_dispute_from_the_return_to_the_end(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    act(say, number, "return", "--reason", "not_ours")
    act(say, number, "reject", "--why", "归楼院")
    assert act(say, number, "object", "--why", "属物业公司") == ("in_dispute", "xingfuli-grid-02")
    assert act(say, number, "adjudicate", "--unit", "xingfuli-south", "--why", "归楼院") == ("dispatched", "supervisor")
    code, out, _ = say("act", number, "return", "--reason", "not_ours")
    assert code == 0
    assert "so it cannot be returned" in out, "it says why"
    code, _, err = say("act", number, "adjudicate", "--unit", "heping", "--why", "再议")
    assert code == 1
    assert "is in no dispute" in err


def test_a_whistle_from_the_call_to_the_evaluation(say: Say) -> None:
    number = new_case(say, "--from", "+8613800000001")
    units = ("--unit", "heping,binhe", "--until", "20", "--place", "小区东门", "--why", "请一起查看")
    assert act(say, number, "whistle", *units)[1] == "supervisor"
    assert act(say, number, "come", "--as", "heping-head")[1] == "heping-head"
    rated = ("--unit", "heping", "--part", "yes", "--score", "5", "--why", "到得快")
    assert act(say, number, "rate", *rated)[1] == "supervisor"
    code, _, err = say("act", number, "come", "--as", "heping-head")
    assert code == 1
    assert "There is no such unit" in err
