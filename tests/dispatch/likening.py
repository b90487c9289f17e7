"""A hand for the tests of the same matter: what `timers` looks at within a second."""

from dispatch.same import looking
from tests.stage import LINE, Stage


def look_all(stage: Stage) -> None:
    """Every new case is put beside those before it, one transaction each."""
    while True:
        with stage.door.transaction(LINE) as tx:
            if not looking.look_next(tx):
                return
