"""Custom language models."""
