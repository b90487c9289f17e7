"""Talking by text: where the talk with somebody stands, workers' commands, residents' answers."""
