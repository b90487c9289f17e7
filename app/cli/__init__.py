"""The command line: `hotline COMMAND`."""

from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; its exit code."""
    from app.cli.entry import run

    return run(argv)
