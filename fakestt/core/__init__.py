"""The service without HTTP: facts, phases, time. Standard library only, no threads, no real time."""
