"""A WSGI test client that gives the query apart from the path, or a path that is not ASCII, is understood."""

from __future__ import annotations

import pytest
from werkzeug.test import Client

from fakestt import FakeSTT
from fakestt.http.routing import raw_target


def test_a_query_that_is_given_apart_from_the_path_arrives() -> None:
    client = Client(FakeSTT(auth=None).app)
    assert client.delete("/v1/user_data", query_string={"customer_id": "x"}).status_code == 200


def test_a_name_that_is_not_ascii_arrives_whether_it_is_escaped_or_not() -> None:
    client = Client(FakeSTT(auth=None).app)
    plain, escaped = (client.get(f"/v1/models/{name}").get_data() for name in ("\u00e9", "%C3%A9"))
    assert plain == escaped
    assert b"\\u00e9" in plain


@pytest.mark.parametrize(
    ("environ", "target"),
    [
        ({"RAW_URI": "/v1/x?a=1", "QUERY_STRING": "a=1"}, "/v1/x?a=1"),
        ({"RAW_URI": "/v1/x", "QUERY_STRING": "a=1"}, "/v1/x?a=1"),
        ({"RAW_URI": "/v1/\u0100"}, "/v1/%5Cu0100"),
    ],
)
def test_the_target_is_what_was_sent(environ: dict[str, object], target: str) -> None:
    assert raw_target(environ) == target
