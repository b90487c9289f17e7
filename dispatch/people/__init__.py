"""The people: who may sign in, who is at the other end, who stands where."""
