"""Keys, checkpoints and checks: how what we say can be proven."""
