"""Finding cases by words: any two characters over all of them, the newest first."""
