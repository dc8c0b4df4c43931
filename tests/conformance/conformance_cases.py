"""What every way in has to do: functions of a way, as trio's checks are of a maker of streams.

A case makes its own fake, sends through the way, and raises AssertionError where the way fails. What is right is told
by the fake itself, asked over bare WSGI, and for faults by the client's own library at a real broken socket.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance_cases_answers import (
    encoded_names,
    errors_are_answers,
    head_has_no_body,
    keep_alive,
    large_answer,
    no_redirects,
    own_headers,
    queries,
    streamed_answer,
)
from conformance_cases_connections import ONE_CONNECTION, REFUSED, one_connection, refused
from conformance_cases_faults import FAULTS, an_old_answer, dripping_in_time, failed_status, fault, slow_but_in_time
from conformance_cases_operations import OPERATION_CASES, login, operation, token
from conformance_cases_uploads import empty_upload, large_upload, multipart, upload, wrong_length
from conformance_ways import Way

from fakestt.contract.operations import OPERATIONS

CASES: dict[str, Callable[[Way], None]] = {
    **{name: operation(name) for name in OPERATION_CASES},
    "getToken": token,
    "authorize": login("POST", "/icp4d-api/v1/authorize", lambda heard: str(heard.json["token"])),
    "validateAuth": login("GET", "/v1/preauth/validateAuth", lambda heard: str(heard.json["accessToken"])),
    "getWatsonToken": login(
        "GET",
        "/authorization/api/v1/token?url=https://stream.watsonplatform.net/speech-to-text/api",
        lambda heard: heard.body.decode(),
        "X-Watson-Authorization-Token",
    ),
    **{f"upload: {kind}": upload(kind) for kind in ("bytes", "file", "generator", "gzip")},
    "upload: 2 MiB": large_upload,
    "upload: nothing": empty_upload,
    "upload: multipart": multipart,
    "upload: longer than said": wrong_length(-5),
    "upload: shorter than said": wrong_length(5),
    "large answer": large_answer,
    "streamed answer": streamed_answer,
    "HEAD": head_has_no_body,
    "no redirects": no_redirects,
    "keep-alive": keep_alive,
    "errors are answers": errors_are_answers,
    "encoded names": encoded_names,
    "queries": queries,
    "headers": own_headers,
    "503 with Retry-After": failed_status,
    "late but in time": slow_but_in_time,
    "dripping in time": dripping_in_time,
    "an old answer": an_old_answer,
    REFUSED: refused,
    ONE_CONNECTION: one_connection,
    **{name: fault(name) for name in FAULTS},
}
assert set(OPERATIONS) <= set(CASES), "an operation has no case"
