"""What the forms of the rota ask for: shifts put in and taken out, leaves recorded and taken back."""

from datetime import UTC, datetime, time
from uuid import UUID

from flask import request
from werkzeug.exceptions import NotFound

from cases.phrases import Message, msg
from console.entry.guard import me
from console.supervise import saying
from console.supervise.roles import is_below
from dispatch.district import Unit, Worker
from dispatch.duty import leaves, shifts
from dispatch.duty.shifts import WEEK, Shift
from dispatch.loop.who import by_account
from dispatch.transaction import Tx


class Unread(ValueError):
    """A field of a form cannot be read: `message` names it, the trouble and the remedy."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


def unit_of(tx: Tx, code: str) -> Unit:
    """The unit with this code, without one the account's own. Raises NotFound outside the account's scope."""
    found = tx.district.unit(code or me().scope.rsplit("/", 1)[-1])
    if found is None or not is_below(found, me().scope):
        raise NotFound(f"no unit {code!r}")
    return found


def add_shift(tx: Tx, unit: Unit) -> None:
    """Put the shift of the form into the rota."""
    shifts.add(tx, _shift(tx, unit))
    saying.say("supervise.duty.added")


def remove_shift(tx: Tx, unit: Unit) -> None:
    """Take the shift of the form out of the rota."""
    shifts.remove(tx, _shift(tx, unit))
    saying.say("supervise.duty.removed")


def _shift(tx: Tx, unit: Unit) -> Shift:
    days = tuple(day for day in WEEK if str(day) in request.form.getlist("days"))
    return Shift(unit.code, _worker(tx).code, days, _hour("from"), _hour("to"))


def record_leave(tx: Tx, _unit: Unit) -> None:
    """Record the leave of the form."""
    start, end = _moment(tx, "start"), _moment(tx, "end")
    by = by_account(tx, me()).actor
    leaves.leave(tx, _worker(tx).code, request.form.get("kind", ""), start, end, by)
    saying.say("supervise.duty.recorded")


def cancel_leave(tx: Tx, id_: UUID) -> None:
    """Take a leave back. Raises NotFound where whoever is away stands outside the account's scope."""
    found = next((each for each in leaves.leaves(tx) if each.id == id_), None)
    worker = tx.district.worker(found.code) if found is not None else None
    if worker is None or not is_below(tx.district.unit(worker.unit), me().scope):
        raise NotFound(f"no leave {id_}")
    leaves.cancel_leave(tx, id_)
    saying.say("supervise.duty.cancelled")


def _worker(tx: Tx) -> Worker:
    """Whom the form names. Raises Unread for nobody, and for somebody outside the account's scope alike."""
    found = tx.district.worker(request.form.get("worker", ""))
    if found is None or not is_below(tx.district.unit(found.unit), me().scope):
        raise Unread(msg("supervise.duty.no_worker"))
    return found


def _hour(field: str) -> time:
    try:
        found = time.fromisoformat(request.form.get(field, "").strip())
    except ValueError:
        raise Unread(msg("supervise.duty.no_hour", field=msg(f"supervise.field.{field}"))) from None
    return found.replace(second=0, microsecond=0, tzinfo=None)


def _moment(tx: Tx, field: str) -> datetime:
    """A moment of the form in the office's own hours; the begin of a leave left empty is now."""
    said = request.form.get(field, "").strip()
    if not said and field == "start":
        return tx.now
    try:
        found = datetime.fromisoformat(said)
        return (found if found.tzinfo else found.replace(tzinfo=tx.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unread(msg("supervise.duty.no_moment", field=msg(f"supervise.field.{field}"))) from None
