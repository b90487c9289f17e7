"""What `timers` does where the database's clock did not run steadily: nothing fires until a person has said that it is
right, or until it shows again what it should."""

from collections.abc import Callable

from app import logs
from app.processes.watch import Course, Watch
from app.wiring import House
from dispatch.due import jumps
from dispatch.transaction import Tx


def goes_on(house: House, watch: Watch, course: Course) -> bool:
    """Whether firing goes on; what was seen is kept for all processes, and told to each office's supervisor."""
    with house.door.transaction(house.offices[0]) as tx:
        waits = jumps.found(tx.conn) is not None
        handled = not waits and (course is not Course.AHEAD or jumps.is_handled(tx, watch.since))
        expected_at = watch.expected_at
        jumped = not waits and not handled and jumps.notice(tx, expected_at)
        back = waits and _is_back(tx, watch, course) and jumps.went_back(tx)
    if jumped:
        logs.note("timers.clock_jumped", {"expected_at": expected_at.isoformat()})
        _tell(house, lambda tx: jumps.tell_of_jump(tx, expected_at))
    if back:
        logs.note("timers.clock_went_back", {})
        _tell(house, jumps.tell_of_return)
    if handled or back:
        watch.accept()
    return handled or back


def _is_back(tx: Tx, watch: Watch, course: Course) -> bool:
    """Whether the clock shows again what it should: it went back, or this process saw it stray and no longer does."""
    return course is Course.BACK or (course is Course.STEADY and watch.strayed) or jumps.is_past(tx)


def _tell(house: House, tell: Callable[[Tx], None]) -> None:
    for office in house.offices:
        with house.door.transaction(office) as tx:
            tell(tx)
