"""Several texts in one cell of a table."""

from collections.abc import Sequence

_PARTING = "、"
_ALSO_PARTING = "、;；\n"


def joined(texts: Sequence[str], *, one: bool = False) -> str:
    """Texts in one cell. `one`: a single one is still seen to be a list."""
    if any(mark in text for text in texts for mark in _ALSO_PARTING):
        return "\n".join((*texts, ""))
    return _PARTING.join(texts) + (_PARTING if one and len(texts) == 1 else "")


def parted(cell: str) -> list[str]:
    """The texts of a cell that `joined` made, or somebody typed."""
    if "\n" in cell:
        return [text.strip() for text in cell.split("\n") if text.strip()]
    for mark in _ALSO_PARTING:
        cell = cell.replace(mark, _PARTING)
    return [text.strip() for text in cell.split(_PARTING) if text.strip()]


def is_list(cell: str) -> bool:
    """Whether a cell is a list, not one value."""
    return any(mark in cell for mark in _ALSO_PARTING)
