"""What matters of the past say about a new one: word lists, character n-grams, a linear model that only ranks."""
