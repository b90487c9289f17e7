"""The sequences of case numbers, one for each office."""

from sqlalchemy import Sequence


def case_numbers(office_code: str) -> Sequence:
    """The sequence of an office's case numbers. Gaps are fine; nothing waits for another."""
    return Sequence("case_number_" + office_code.replace("-", "_"))
