"""Duty: who is there at this hour, how they are told, and what is handed on when they leave."""
