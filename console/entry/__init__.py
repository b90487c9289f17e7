"""How a visitor comes in: who is there, signing in and out, how pages look, and what each answer tells the browser."""
