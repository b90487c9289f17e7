"""The same matter again, in talk: what somebody tells may be their own open or closed case, or a storm that runs."""
