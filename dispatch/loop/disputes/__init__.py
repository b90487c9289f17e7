"""Disputes 争议: whose case it is where returning does not settle it, decided once and for all 终审."""
