"""A checkpoint over all lines of a stage's history.

The horizon of transactions is that of the whole server: while another test's transaction is open on it, a checkpoint
would be none at all, or one over the older lines only. So it is written once nothing holds the horizon back.
"""

import time

from app.proof.checkpoints import Checkpoints
from tests.stage import Stage

_SECONDS = 60.0


def sign_all(checkpoints: Checkpoints, stage: Stage) -> None:
    """One checkpoint that covers all there is; none where the last one does."""
    end = time.monotonic() + _SECONDS
    [[begun]] = stage.rows("SELECT pg_snapshot_xmax(pg_current_snapshot())")
    while not stage.rows("SELECT pg_snapshot_xmin(pg_current_snapshot()) >= CAST(:begun AS xid8)", begun=begun)[0][0]:
        assert time.monotonic() < end, f"a neighbour's transaction is open for more than {_SECONDS:.0f} seconds"
        time.sleep(0.05)
    checkpoints.write()
