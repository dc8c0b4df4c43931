"""The service over WSGI, by werkzeug."""
