"""The API as data: operations, shapes and messages, and the documents computed from them."""
