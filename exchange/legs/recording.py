"""What is recorded in a call: the sound, the words beside it, and who hears of it; absent or late on demand."""

from typing import Any

from exchange.ledger import Entry
from exchange.legs.call import Call
from exchange.steps import Dropped, Happened, Recorded, Silence, Spoke, Take
from exchange.switch import Switch
from exchange.wire.asking import Question
from exchange.wire.params import of_recording


def record(call: Call, take: Take, happened: Happened) -> Happened:
    """Record what was said; silence leaves no recording, and says so to who wants to hear it."""
    if isinstance(happened, Dropped):
        return happened
    switch = call.switch
    spoken = happened.text if isinstance(happened, Spoke) else ""
    seconds = switch.recordings.length(spoken, take.max_length) if spoken else 0
    entry: Entry = {
        "sid": switch.new_sid("RE"),
        "about": call.sid,
        "created_at": switch.stamp(),
        "updated_at": switch.stamp(),
        "seconds": seconds,
        "status": "in-progress",
        "history": [{"status": "in-progress", "at": switch.stamp()}],
        "caption": spoken,
        "longest": take.max_length,
        "callback": {"url": take.callback, "method": take.callback_method, "events": sorted(take.events)},
    }
    _tell(switch, entry)
    if not spoken:
        _tell(switch, {**entry, "status": "absent"})
        return Silence()
    absent = bool(switch.faults.take("absent_recordings"))
    late = switch.faults.knobs.late_recordings
    switch.ledger.put("recording", {**entry, "lost": absent})
    if late:
        switch.ledger.change("recording", entry["sid"], status="processing", updated_at=switch.stamp())
        switch.clock.after(late, lambda: _settle(switch, entry["sid"]))
    else:
        _settle(switch, entry["sid"])
    return Recorded(entry["sid"], _url(switch, entry), seconds, "#" if "#" in take.finish_on_key else "")


def resume(switch: Switch) -> None:
    """After a start: make the recordings that were still to come."""
    for entry in switch.ledger.list("recording"):
        if entry["status"] in {"in-progress", "processing"}:
            _settle(switch, entry["sid"])


def _settle(switch: Switch, sid: str) -> None:
    """Make the sound, or lose it, and tell; nothing where the recording was deleted meanwhile."""
    entry = switch.ledger.get("recording", sid)
    if entry is None:
        return
    fields: dict[str, Any] = {"status": "absent", "seconds": 0}
    if not entry["lost"]:
        fields = {"status": "completed"}
        switch.recordings.make(sid, entry["caption"], entry["longest"])
    _tell(switch, switch.ledger.change("recording", sid, updated_at=switch.stamp(), **fields))


def _tell(switch: Switch, entry: Entry) -> None:
    callback = entry["callback"]
    if not callback["url"] or entry["status"] not in callback["events"]:
        return
    params = of_recording(switch.account.sid, entry, _url(switch, entry))
    question = Question("recording", entry["about"], callback["url"], callback["method"], params)
    switch.callbacks.post(entry["sid"], question)


def _url(switch: Switch, entry: Entry) -> str:
    return f"{switch.base}{switch.address('Recordings', entry['sid'])}"
