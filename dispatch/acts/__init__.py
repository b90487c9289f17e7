"""What people may do to a case: one table for pages and commands, when each deed is possible, and doing it."""
