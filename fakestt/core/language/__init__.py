"""Custom language models, as far as acoustic models ask for one: they are put there by hand."""
