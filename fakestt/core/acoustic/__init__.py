"""Custom acoustic models and their audio: all that is known of the two families, but for what HTTP makes of it."""
