"""Faults: what is said, how it travels, whether the work is done."""
