"""The page for people who would rather look: what happened to fakes as plain data, and as one HTML file."""
