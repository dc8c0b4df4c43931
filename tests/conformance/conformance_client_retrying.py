"""Clients that try again by themselves, as they are set up by hand, and the vendor's SDK, which may do so."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

import requests
from conformance_asking import Ask, Heard, Reach, lower
from conformance_client_urllib3 import RequestsClient
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

TRIES = 3
STATUSES = (429, 500, 502, 503, 504)


class RetryingRequestsClient(RequestsClient):
    """requests with urllib3's Retry, which waits for nothing here."""

    def __init__(self, reach: Reach) -> None:
        super().__init__(reach)
        retries = Retry(TRIES - 1, backoff_factor=0, status_forcelist=STATUSES, allowed_methods=None)
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(max_retries=retries))


class SdkClient:
    """ibm-watson. It makes models and lists them, and knows nothing else of what it may be asked here."""

    tries = 1

    def __init__(self, reach: Reach) -> None:
        # It takes a while, and not every test in this folder needs it.
        from ibm_cloud_sdk_core.authenticators import NoAuthAuthenticator
        from ibm_watson import SpeechToTextV1

        self._service: Any = SpeechToTextV1(authenticator=NoAuthAuthenticator())
        self._verify = reach.ca_file or True
        if self.tries > 1:
            self._service.enable_retries(max_retries=self.tries - 1, retry_interval=0)

    def send(self, ask: Ask) -> Heard:
        parts = urlsplit(ask.url)
        self._service.set_service_url(f"{parts.scheme}://{parts.netloc}{parts.path.partition('/v1/')[0].rstrip('/')}")
        self._service.set_http_config({"timeout": ask.timeout_s, "verify": self._verify})
        headers = {name: one for name, one in ask.headers.items() if name == "Authorization"}
        if ask.method == "POST":
            answer = self._service.create_acoustic_model(**json.loads(ask.body or b""), headers=headers)
        else:
            answer = self._service.list_acoustic_models(headers=headers)
        body = json.dumps(answer.get_result()).encode()
        return Heard(answer.get_status_code(), lower(answer.get_headers().items()), body)

    def close(self) -> None:
        client: requests.Session = self._service.http_client
        client.close()


class RetryingSdkClient(SdkClient):
    """The same after `enable_retries`."""

    tries = TRIES
