"""Live pages: each signed-in browser is told what changed of what it may see."""
