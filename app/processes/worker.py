"""The worker of `web` and `hooks`, which lets know that it was told to end: a stream ends by nothing else."""

from types import FrameType
from typing import Any

from gunicorn.workers.ggevent import GeventWorker


class Worker(GeventWorker):  # type: ignore[misc]
    """Gunicorn's worker with gevent. The signal only leaves a mark: it may come in the middle of anything."""

    told_to_end = False

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        Worker.told_to_end = True
        super().handle_exit(sig, frame)

    def handle_request(self, *request: Any) -> Any:
        """Answers a request. Once told to end, no further one is waited for on its connection."""
        answered = super().handle_request(*request)
        if Worker.told_to_end:
            raise StopIteration
        return answered


def ending() -> bool:
    """Whether this worker was told to end."""
    return Worker.told_to_end
