"""How a client behaves: monitors that are fed its exchanges, and what they find."""
