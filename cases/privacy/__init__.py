"""Hiding who somebody is: numbers, cards, addresses, names and doors, in what others may read."""

from cases.privacy.redacting import MARK, mask_name, mask_number, redact

__all__ = ["MARK", "mask_name", "mask_number", "redact"]
