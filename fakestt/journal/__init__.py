"""What happened: one Exchange a request, and what is computed from them."""
