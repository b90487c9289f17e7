"""What a report is about: its category by the words that people use, its urgency, and what was learnt from others."""

from dispatch.matters.finding import MatterFinding, classify, rank
from dispatch.matters.suggestion import Suggestion

__all__ = ["MatterFinding", "Suggestion", "classify", "rank"]
