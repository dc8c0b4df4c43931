"""urllib3, and requests upon it."""

from __future__ import annotations

from typing import Any

import requests
import urllib3
from conformance_asking import PIECE_BYTES, Ask, Heard, Reach, lower, nothing


class RequestsClient:
    def __init__(self, reach: Reach) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._verify = reach.ca_file or True

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else nothing() as file:
            body = file or (ask.blocks() if ask.kind == "generator" else ask.body)
            is_form = ask.kind == "multipart"
            response = self._session.request(
                ask.method,
                ask.url,
                headers=dict(ask.headers),
                data=None if is_form else body,
                files=ask.form() if is_form else None,
                timeout=ask.timeout_s,
                stream=ask.in_pieces,
                allow_redirects=False,
                verify=self._verify,
            )
            content = b"".join(response.iter_content(PIECE_BYTES)) if ask.in_pieces else response.content
        return Heard(response.status_code, lower(response.headers.items()), content)

    def close(self) -> None:
        self._session.close()


class Urllib3Client:
    def __init__(self, reach: Reach) -> None:
        self._pools = urllib3.PoolManager(ca_certs=reach.ca_file)

    def send(self, ask: Ask) -> Heard:
        with ask.file() if ask.kind == "file" else nothing() as file:
            what: dict[str, Any] = {"body": file or (ask.blocks() if ask.kind == "generator" else ask.body)}
            if ask.kind == "multipart":
                what = {"fields": ask.form()}
            response = self._pools.request(
                ask.method,
                ask.url,
                headers=dict(ask.headers),
                **what,
                timeout=ask.timeout_s,
                retries=urllib3.Retry(0),
                redirect=False,
                preload_content=not ask.in_pieces,
            )
            body = b"".join(response.stream(PIECE_BYTES)) if ask.in_pieces else response.data
        response.release_conn()
        return Heard(response.status, lower(response.headers.items()), body)

    def close(self) -> None:
        self._pools.clear()
