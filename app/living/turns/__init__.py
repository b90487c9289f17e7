"""The turns that cases take: what one person asks and another decides, what stands beside, other endings than usual."""
