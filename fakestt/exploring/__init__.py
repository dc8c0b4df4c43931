"""Every schedule of a test: which faults, how activities end, how long they take."""
