"""Whom a text complains of: people and units of the office whose conduct it is about. Pure.

A mention alone is no complaint: thanks, who said that one should call, the lamp beside the committee.
"""

from dispatch.accused.finding import accused, is_aside, spoken_of

__all__ = ["accused", "is_aside", "spoken_of"]
