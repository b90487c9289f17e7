"""Calls that we placed: what is said when they are answered, what a key does, how they end."""

from hotline.outcalls.doors import to_place, to_send
from hotline.outcalls.ends import take_dialed, take_out_status
from hotline.outcalls.turns import take_out_turn

__all__ = ["take_dialed", "take_out_status", "take_out_turn", "to_place", "to_send"]
