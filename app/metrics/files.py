"""Where the processes of a data folder count."""

from pathlib import Path

from app.embedded.folder import DataFolder


def folder_of_counts(folder: DataFolder) -> Path:
    """The files of all processes' counts."""
    return folder.root / "metrics"


def forget(folder: DataFolder) -> None:
    """Begin to count anew: when nothing runs on the folder."""
    for file in folder_of_counts(folder).glob("*.db"):
        file.unlink(missing_ok=True)
