"""Changes of the decision table: drafted by one person, approved by another, in force from a moment on, rolled back."""
