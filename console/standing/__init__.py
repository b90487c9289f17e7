"""Where a case stands: its five lamps and steps, and in sentences what it waits for."""
