"""The time that fakes share: who moves it, what a test does at which instant, and the clock in its hands."""
