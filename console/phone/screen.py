"""What a telephone shows, in the visitor's language: its texts, its call, what may be done in it."""

import re
from collections.abc import Mapping
from typing import Any

from cases.phrases import Message
from console.phone.captions import side, spoken
from console.words import Words

_HAN = re.compile(r"[\u4e00-\u9fff]")


def screen(raw: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """A telephone for the page, as the exchange shows it."""
    call = raw["call"]
    return {
        "number": raw["number"],
        "next": raw["next"],
        "texts": [
            {
                "seq": text["seq"],
                "side": "me" if text["mine"] else "them",
                "who": words.t("phonepage.who.me" if text["mine"] else "phonepage.who.line"),
                "text": text["body"],
                "lang": tongue(text["body"]),
                "lost": "" if text["arrived"] else words.t("phonepage.text.lost"),
            }
            for text in raw["texts"]
        ],
        "call": _call(call, words) if call is not None else None,
    }


def _call(call: Mapping[str, Any], words: Words) -> dict[str, Any]:
    asks = call["asks"] or {}
    return {
        "sid": call["sid"],
        "stage": _stage(call),
        "told": words.t(f"phonepage.stage.{_stage(call)}"),
        "lines": [_line(part, call["me"], words) for part in call["conversation"]],
        "keys": bool(asks.get("keys")),
        "words": bool(asks.get("words")),
        "typed": call["typed"],
        "hint": words.t(f"phonepage.hint.{_hint(call)}"),
    }


def _stage(call: Mapping[str, Any]) -> str:
    """rings, calling, talking or over."""
    if call["over"]:
        return "missed" if call["status"] in ("busy", "no-answer", "canceled", "failed") else "over"
    if call["rings"]:
        return "rings"
    return "talking" if call["status"] == "in-progress" else "calling"


def _hint(call: Mapping[str, Any]) -> str:
    asks = call["asks"] or {}
    if call["over"] or call["rings"] or not asks:
        return "wait"
    if asks.get("person"):
        return "person"
    if asks.get("keys") and asks.get("words"):
        return "both"
    return "keys" if asks.get("keys") else "words"


def _line(part: Mapping[str, Any], me: str, words: Words) -> dict[str, str]:
    by = side(part, me)
    said = spoken(part["says"])
    text = words.say(said) if isinstance(said, Message) else said
    return {"side": by, "who": words.t(f"phonepage.who.{by}"), "text": text, "lang": tongue(text)}


def tongue(text: str) -> str:
    """The language that a text is read in: Chinese where it has Chinese signs."""
    return "zh-CN" if _HAN.search(text) else "en"
