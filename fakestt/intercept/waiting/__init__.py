"""How a client's waiting is made virtual: the waiting core, and what it replaces in threads, loops and sockets."""
