"""What the office's own closed cases taught: the model file in the data folder, read when it is first asked or new."""

from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app.embedded.folder import DataFolder
from dispatch.matters import Suggestion, rank
from dispatch.policy import Policy

if TYPE_CHECKING:
    from dispatch.matters.learnt.model import Model

log = structlog.get_logger()
_MOST = 8  # of which those that the office's catalogue does not have are left out
_Stamp = tuple[int, int]


def own_model(folder: DataFolder, office: str) -> Path:
    """Where the model of an office stands."""
    return folder.root / "matters" / f"{office}.model"


@dataclass
class Learnt:
    """Suggestions for a person who takes a report down. Where nothing was learnt, the catalogue's words rank."""

    folder: DataFolder
    _read: dict[str, tuple[_Stamp, "Model | None"]] = field(default_factory=dict)

    def suggest(self, office: str, policy: Policy, text: str) -> tuple[Suggestion, ...]:
        """The categories of the policy that a text may be of, the likeliest first. Never raises."""
        model = self._model(office)
        found = model.suggest(text, most=_MOST) if model else rank(text, policy)
        return tuple(each for each in found if each.label in policy.categories)

    def _model(self, office: str) -> "Model | None":
        path = own_model(self.folder, office)
        try:
            stat = path.stat()
            stamp = (stat.st_mtime_ns, stat.st_size)
            kept = self._read.get(office)
            if kept is None or kept[0] != stamp:
                self._read[office] = kept = (stamp, _model_in(path))
        except OSError:
            return None
        return kept[1]


def make_shipped() -> None:
    """Learn the shipped model from the shipped sentences, beside them; done at set-up, so that a wheel has it too."""
    from dispatch.matters.learnt import shipped

    place = Path(str(files("dispatch.matters.learnt"))) / "spoken"
    part = place / f"{shipped.MODEL}.part"
    part.write_bytes(shipped.made())
    part.replace(place / shipped.MODEL)


def _model_in(path: Path) -> "Model | None":
    """A file that is no model of ours helps nobody: it is logged once, and the words rank."""
    from dispatch.matters.learnt.file import BadModel, of_bytes

    try:
        return of_bytes(path.read_bytes())
    except BadModel as bad:
        log.warning("matter_model_refused", file=path.name, why=bad.why.id)
        return None


if __name__ == "__main__":
    make_shipped()
