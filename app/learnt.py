"""The shipped model, learnt from the shipped sentences at set-up: `python -m app.learnt`."""

from importlib.resources import files
from pathlib import Path


def make_shipped() -> None:
    """Learn the shipped model from the shipped sentences, beside them; done at set-up, so that a wheel has it too."""
    from dispatch.matters.learnt import shipped

    place = Path(str(files("dispatch.matters.learnt"))) / "spoken"
    part = place / f"{shipped.MODEL}.part"
    part.write_bytes(shipped.made())
    part.replace(place / shipped.MODEL)


if __name__ == "__main__":
    make_shipped()
