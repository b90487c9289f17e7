"""`timers`: fires what is due, does errands, opens cases whose dialogue went unanswered, signs checkpoints. It
sleeps to the next firing, 250 ms at most, and is woken where an earlier one was written."""

from datetime import datetime, timedelta
from time import monotonic

from app import logs
from app.processes import clock
from app.processes.watch import Course, Watch
from app.proof.checkpoints import Checkpoints
from app.sections import Settings
from app.wiring import House
from dispatch.due import coming, handlers, jumps, moments
from dispatch.due.coming import Coming
from dispatch.due.jumps import Halted
from dispatch.duty import moves
from dispatch.same import looking
from dispatch.transaction import DatabaseAway, RowHeld

LOOK = 0.25  # seconds between looks
CHECKPOINT_EVERY = 30.0
PUBLISH_EVERY = 2.0
_BREATH = 0.002  # seconds between two rounds where what is due is held by somebody else


def main(settings: Settings) -> None:
    """Run until told to end."""
    logs.start_logs("timers", settings.logs.level)
    house = House(settings, "timers", pool=2)
    rounds = Rounds(house)
    house.meters.keep_beating()
    while True:
        house.ear.wait(max(_BREATH, rounds.go()))


class Rounds:
    """Looks at what is due, one after another. None ends the process: whatever goes wrong, the next one comes."""

    def __init__(self, house: House, watch: Watch | None = None) -> None:
        self._house = house
        self._watch = watch or Watch(timedelta(minutes=house.settings.clock.jump_minutes))
        self._checkpoints = Checkpoints(house)
        self._signed_at = -CHECKPOINT_EVERY
        self._began = False
        self._trouble: type[Exception] | None = None
        self._published: datetime | None = None
        self._published_at = -PUBLISH_EVERY

    def go(self) -> float:
        """One round; the seconds until the next."""
        try:
            pause = self._fire()
        except Exception as error:  # the database is away, or something nobody foresaw
            if type(error) is not self._trouble:
                logs.trouble("timers.held_up", error)
            self._trouble = type(error)
            return LOOK
        self._trouble = None
        return pause

    def _fire(self) -> float:
        found = self._look()
        if found is None:
            return LOOK
        if not self._began:
            watch_shifts(self._house)
            self._began = True
        if found.due and fire_due(self._house, self._watch):
            found = self._look() or found
        self._sign()
        self._publish(found.next_at)
        return found.pause(LOOK)

    def _look(self) -> Coming | None:
        """What comes next; None where nothing may fire: a sample is lived, or the database's clock jumped."""
        before = self._watch.runs()
        with self._house.door.found() as conn:
            found = coming.look(conn, self._house.offices)
        course = self._watch.judge(found.shown_at, before)
        if found.is_behind:
            return None
        if course is Course.STEADY and not found.halted:
            self._watch.accept()
        elif not clock.goes_on(self._house, self._watch, course):
            return None
        return found

    def _sign(self) -> None:
        started = monotonic()
        if started - self._signed_at >= CHECKPOINT_EVERY:
            self._signed_at = started
            self._checkpoints.write()

    def _publish(self, next_at: datetime | None) -> None:
        """Say for which firing it sleeps: where that changed, and now and then, as what is said is soon forgotten."""
        if next_at != self._published or monotonic() - self._published_at >= PUBLISH_EVERY:
            self._house.bell.publish(next_at)
            self._published, self._published_at = next_at, monotonic()


def is_lived(house: House) -> bool:
    """Whether somebody lives a sample here: until its clock shows now, all that falls due is done there."""
    office = house.offices[0]
    if not house.settings.in_rehearsal:
        return False
    with house.door.transaction(office) as tx:
        return moments.is_behind(tx)


def watch_shifts(house: House) -> None:
    """See to it that the end of the next shift is looked at."""
    for office in house.offices:
        with house.door.transaction(office) as tx:
            moves.ensure_shift_errand(tx)


def fire_due(house: House, watch: Watch) -> bool:
    """Fire all that is due now, of each office in turn; whether anything was. It ends where the database's clock no
    longer runs steadily: each transaction is judged by its own moment before it fires. What goes wrong in one office
    keeps none of the others back; it is raised at the end."""
    fired, troubles = False, []
    going = list(house.offices)
    while going:
        for office in tuple(going):
            try:
                again = _fire_some(house, office, watch)
            except Exception as trouble:
                if isinstance(trouble, DatabaseAway) and not isinstance(trouble, RowHeld):
                    raise
                troubles.append(trouble)
                again = False
            if again:
                fired = True
            else:
                going.remove(office)
    if troubles:
        raise troubles[0]
    return fired


def _fire_some(house: House, office: str, watch: Watch) -> bool:
    from hotline.texting import expiry

    before = watch.runs()
    try:
        with house.door.transaction(office) as tx:
            if watch.judge(jumps.shown(tx), before) is not Course.STEADY:
                return False
            return handlers.fire_some(tx) > 0 or expiry.expire_next(tx) or looking.look_next(tx)
    except Halted:  # another process has just seen it
        return False


def fire_one(house: House, office: str) -> bool:
    """One firing, one transaction; whether there was one. Raises Halted."""
    from hotline.texting import expiry

    with house.door.transaction(office) as tx:
        if handlers.fire_next(tx):
            return True
    with house.door.transaction(office) as tx:
        return expiry.expire_next(tx) or looking.look_next(tx)
