"""An in-process fake of IBM Watson Speech to Text: custom acoustic models, on a virtual clock."""
