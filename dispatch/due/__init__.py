"""What falls due: errands, digests, and the next moment at which anything happens."""
