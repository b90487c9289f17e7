"""The servers that we bring along: PostgreSQL and Valkey, started as our own children."""
