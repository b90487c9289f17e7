"""Telephone numbers as people write them, read into the one form in which they are kept."""

import phonenumbers
from phonenumbers import NumberParseException

from cases.report import fold


def read_number(said: str, line: str) -> str | None:
    """The number as E.164, or None where it is none that this line may text and ring.

    `line` is a number of ours: a number without a country is read as of its country, and one of another
    country is refused, so that nobody has us send texts abroad at our cost.
    """
    try:
        ours = phonenumbers.parse(line, None)
        region = phonenumbers.region_code_for_number(ours)
        found = phonenumbers.parse(fold(said), region)
    except NumberParseException:
        return None
    if found.country_code != ours.country_code or not phonenumbers.is_valid_number(found):
        return None
    written: str = phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    return written


def shown_number(number: str) -> str:
    """A number of ours as people of its own country dial it: 021 6666 0000."""
    written: str = phonenumbers.format_number(phonenumbers.parse(number, None), phonenumbers.PhoneNumberFormat.NATIONAL)
    return written
