"""A hundred sentences, half by text and half by call, through the whole instance: each at the right door.

The expectations in tests/samples/sentences.csv are written by hand.
"""

import csv
from pathlib import Path

import pytest

from tests.journeys.instance import Instance

SENTENCES = Path(__file__).resolve().parents[1] / "samples" / "sentences.csv"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


def rows() -> list[dict[str, str]]:
    with SENTENCES.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_sentences_are_what_was_asked_for() -> None:
    found = rows()
    assert len(found) == 100
    assert [row["channel"] for row in found].count("call") == 50
    assert len({row["rule"] for row in found}) >= 20
    for building in range(1, 10):
        for entrance in range(1, 4):
            assert any(_names(row["sentence"], building, entrance) for row in found), (building, entrance)


def _names(sentence: str, building: int, entrance: int) -> bool:
    numerals = "零一二三四五六七八九"
    buildings = (str(building), numerals[building])
    entrances = (str(entrance), numerals[entrance], "两" if entrance == 2 else "_")
    return (
        any(
            f"{b}{kind}" in sentence and any(f"{e}单元" in sentence for e in entrances)
            for b in buildings
            for kind in ("号楼", "栋", "幢", "号")
        )
        or any(f"{building}-{entrance}" in sentence for _ in (0,))
        or f"building {building}" in sentence.lower()
    )


def reported(instance: Instance) -> list[str]:
    """The SIDs of all reports of all cases; a further matter of one message has none of its own."""
    return [report["sid"] for case in instance.hotline_json("cases") for report in case["reports"] if report["sid"]]


def test_every_sentence_reaches_its_door(instance: Instance) -> None:
    before = reported(instance)
    sids = {}
    senders = [f"+86138000{number:05}" for number in range(len(rows()))]
    for sender, row in zip(senders, rows(), strict=True):
        if row["channel"] == "text":
            sids[row["n"]] = instance.text(row["sentence"], sender)
        else:
            sids[row["n"]] = instance.call(row["sentence"], caller=sender)["sid"]
    wrong = []
    cases = {}
    for row in rows():
        case = instance.settled(sids[row["n"]])
        cases[row["n"]] = case
        if (case["unit"], case["rule"]) != (row["unit"], row["rule"]):
            wrong.append(f"{row['n']} {row['sentence']}: {case['unit']} {case['rule']}")
        assert case["state"] in ("dispatched", "in_progress"), "ordered; what presses was rung for and taken"
        assert case["worker"], row["sentence"]
    assert not wrong, "\n".join(wrong)
    sent = [message for message in instance.ledger("messages") if message["direction"].startswith("outbound")]
    told = {message["to"] for message in sent}  # not by its number: who is in despair is read none
    for case in cases.values():
        orders = [message for message in sent if "【派单】" in message["body"] and case["number"] in message["body"]]
        assert orders, f"no order for {case['number']}"
    assert told >= set(senders), "everybody has a receipt"
    assert sorted(reported(instance)) == sorted([*before, *sids.values()])
    checked = instance.hotline("check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
