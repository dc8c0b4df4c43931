"""werkzeug's test client: no connection at all, only what WSGI has."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import urlsplit

import werkzeug.test
from conformance_asking import Ask, Heard, Reach, lower


class WsgiClient:
    """werkzeug's test client: no connection at all, only what WSGI has."""

    def __init__(self, reach: Reach) -> None:
        self._client = werkzeug.test.Client(reach.app)

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        environ: dict[str, Any] = {
            "wsgi.input_terminated": True,
            "RAW_URI": parts.path + (f"?{parts.query}" if parts.query else ""),
            "fakestt.read_timeout_s": ask.timeout_s,
        }
        if "Content-Length" in ask.headers:
            environ["CONTENT_LENGTH"] = ask.headers["Content-Length"]  # else it measures the stream itself
        options: dict[str, Any] = {"data": ask.body}
        if ask.kind in ("file", "generator"):
            options = {"input_stream": io.BytesIO(b"".join(ask.blocks()))}
        if ask.kind == "multipart":
            options = {
                "data": {field: (io.BytesIO(data), name, kind) for field, (name, data, kind) in ask.form().items()}
            }
        response = self._client.open(
            parts.path,
            base_url=f"{parts.scheme}://{parts.netloc}",
            query_string=parts.query,
            method=ask.method,
            headers=dict(ask.headers),
            environ_overrides=environ,
            buffered=not ask.in_pieces,
            **options,
        )
        body = b"".join(response.iter_encoded()) if ask.in_pieces else response.data
        return Heard(response.status_code, lower(response.headers), body)

    def close(self) -> None:
        pass
