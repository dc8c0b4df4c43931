"""The API as data: operations, shapes, messages, and what is computed from them."""
