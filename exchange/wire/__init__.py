"""Asking the application over HTTP: signed as Twilio signs, tried again as Twilio tries again."""
