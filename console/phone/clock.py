"""The rehearsal clock on the page."""

from typing import Any

from console.phone.parts import Clock
from console.words import Words

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_COUNTED = ("text", "call", "warned", "breached", "escalated", "auto_signed", "closed")


def told_of(clock: Clock, words: Words) -> dict[str, Any]:
    """What the clock shows, whether it is being wound, and what happened since it was wound from here."""
    face = clock.face()
    local = face.now.astimezone(face.zone)
    day = words.t(f"phonepage.day.{_DAYS[local.weekday()]}")
    counts = face.counts or {}
    happened = [words.t(f"phonepage.clock.{kind}", count=counts[kind]) for kind in _COUNTED if counts.get(kind)]
    return {
        "now": words.t("phonepage.clock.now", at=f"{local:%Y-%m-%d %H:%M}", day=day),
        "winding": face.winding,
        "can": clock.can_be_wound,
        "told": _told(happened, words) if face.counts is not None and not face.winding else "",
        "trouble": words.t("phonepage.clock.trouble", why=face.trouble) if face.trouble else "",
    }


def _told(happened: list[str], words: Words) -> str:
    if not happened:
        return words.t("phonepage.clock.quiet")
    return words.t("phonepage.clock.happened", what=words.t("phonepage.clock.comma").join(happened))
