"""The dispatcher's desk: the queue of open cases, and what is done from it."""
