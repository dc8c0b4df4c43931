"""Bytes to facts: what an upload is, how long it plays, and why it can't be used. Knows nothing of Watson."""
