"""The shipped models, learnt from the shipped sentences at set-up: `python -m app.learnt`."""

from importlib.resources import files
from pathlib import Path


def make_shipped() -> None:
    """Learn the shipped models from the shipped sentences, beside them; at set-up, so that a wheel has them too."""
    from dispatch.matters.learnt import shipped

    place = Path(str(files("dispatch.matters.learnt"))) / "spoken"
    for name, made in ((shipped.MODEL, shipped.made), (shipped.TOGETHER, shipped.made_together)):
        part = place / f"{name}.part"
        part.write_bytes(made())
        part.replace(place / name)


if __name__ == "__main__":
    make_shipped()
