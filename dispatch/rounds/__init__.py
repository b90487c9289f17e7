"""Going out unasked: weekly rounds, monthly inspections, what they find, and campaigns."""
