"""The pytest plugin of fakestt."""
