"""What is answered without asking anybody: it is made once, and saying it needs nothing.

The same documents stand as files for a second host, which the carrier asks when ours is away altogether.
"""

from pathlib import Path

from dispatch.inbox import Answer
from hotline.twiml import disturbed, fallback
from webhooks.answers import NOTHING_TO_SAY, XML

CALLER = Answer(200, XML, fallback().encode())  # who called us: nothing was taken, call again or write
CALLEE = Answer(200, XML, disturbed().encode())  # whom we called: no report of theirs was lost


def write_fallback(folder: Path) -> tuple[Path, Path]:
    """Write voice.xml and sms.xml into a folder, which is made where it is not there; their paths.

    A text is answered with nothing: the carrier keeps it, and it is taken in and answered once we are back.
    Raises OSError.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = folder / "voice.xml", folder / "sms.xml"
    for file, answer in zip(files, (CALLER, NOTHING_TO_SAY), strict=True):
        file.write_bytes(answer.body)
    return files
