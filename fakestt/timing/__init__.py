"""The time that fakes share: who moves it, the moments that a test plans, and the clock that a test uses."""
