"""The editions of the service, as data."""
