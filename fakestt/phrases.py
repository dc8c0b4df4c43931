"""The HTTP phrases of statuses, the same in every Python: 3.13 renamed four."""

from __future__ import annotations

from http import HTTPStatus

__all__ = ["phrase"]

# The older names, as the service has them.
_RENAMED = {
    413: "Request Entity Too Large",
    414: "Request-URI Too Long",
    416: "Requested Range Not Satisfiable",
    422: "Unprocessable Entity",
}


def phrase(status: int) -> str:
    """`Not Found` for 404; `Error` for a number that HTTP has no name for."""
    if status in _RENAMED:
        return _RENAMED[status]
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
