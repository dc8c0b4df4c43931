"""The only package that replaces attributes of other libraries, always as context managers."""
