"""A Hypothesis state machine that drives a client, fails it, and compares what it reports with the fake's truth."""

from fakestt.machines.asked import Untrue
from fakestt.machines.machine import ClientMachine, client_machine

__all__ = ["ClientMachine", "Untrue", "client_machine"]
