"""What happens to a round as a whole: it moves with the calendar, and what it was is kept."""
