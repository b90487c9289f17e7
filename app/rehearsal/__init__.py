"""What exists in a rehearsal behind a loopback listener only: doors for commands, and what the phones' page needs."""
