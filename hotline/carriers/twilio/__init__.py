"""Twilio, and whoever speaks its API: our exchange in rehearsal."""

from hotline.carriers.twilio.account import Account
from hotline.carriers.twilio.adapter import TwilioCarrier

__all__ = ["Account", "TwilioCarrier"]
