"""Ways to reach an application."""
