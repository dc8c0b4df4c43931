"""Custom acoustic models and their audio: all that is known of the two families, without HTTP."""
