"""The table of operations, a module a family."""
