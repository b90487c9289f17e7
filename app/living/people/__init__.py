"""Who lives there, when something comes up, and what they say."""
