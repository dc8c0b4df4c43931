"""How requests are led away: the one place where HTTP clients are cut, a module a library."""
