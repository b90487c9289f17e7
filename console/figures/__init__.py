"""The figures on pages: each with its numerator and denominator, and the cases behind it."""
