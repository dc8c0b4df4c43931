"""Answers in place of the service's: its own error by edition, a body of the author's, a proxy's page."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
from asking import EDITIONS, START, ask

import fakestt
from fakestt import FakeSTT, Rule
from fakestt.errors import ConfigurationError

ASKED = {
    "listModels": ("GET", "/v1/models", b""),
    "getToken": ("POST", "/identity/token", b"grant_type=urn:ibm:params:oauth:grant-type:apikey&apikey=k"),
    "authorize": ("POST", "/v1/authorize", b"{}"),
    "validateAuth": ("GET", "/v1/preauth/validateAuth", b""),
}


def met(stt: FakeSTT, operation: str = "listModels") -> Any:
    return ask(stt, *ASKED[operation])


SERVICE = '{{\n   "code": {0},\n   "code_description": "{1}",\n   "error": "out"\n}}\n'
OUTER = '{{"error": "out",  "code": {0}, "code_description": "{1}"}}\n'
OLD_GATEWAY = '{{"code":{0}, "error": "out"}}\n'
NEW_GATEWAY = (
    '{{"code":{0},"trace":"{trace}","error":"out","more_info":"https://cloud.ibm.com/docs/watson?topic=watson-{1}"}}\n'
)
IAM = '{{\n   "errorMessage": "out",\n   "context": {{"requestId": "{trace}"}}\n}}\n'

BODIES = [
    # edition     operation       status  the body
    ("icp2018",   "listModels",   500,    SERVICE.format(500, "Internal Server Error")),
    ("icp2018",   "listModels",   429,    SERVICE.format(429, "Too Many Requests")),
    ("icp2018",   "listModels",   599,    SERVICE.format(599, "Error")),
    ("icp2018",   "listModels",   413,    SERVICE.format(413, "Request Entity Too Large")),
    ("icp2018",   "listModels",   401,    OLD_GATEWAY.format(401)),
    ("icp2018",   "listModels",   403,    OLD_GATEWAY.format(403)),
    ("icp2020",   "listModels",   404,    OUTER.format(404, "No Such Resource")),
    ("icp2020",   "listModels",   405,    OUTER.format(405, "Method Not Allowed")),
    ("icp2020",   "listModels",   501,    OUTER.format(501, "Not Implemented")),
    ("cloud2025", "listModels",   503,    SERVICE.format(503, "Service Unavailable")),
    ("cloud2025", "listModels",   406,    OUTER.format(406, "Not Acceptable")),
    ("cloud2025", "listModels",   401,    NEW_GATEWAY.format(401, "authorization-error", trace="{trace}")),
    ("cp4d2025",  "listModels",   403,    NEW_GATEWAY.format(403, "forbidden-error", trace="{trace}")),
    ("cloud2025", "getToken",     500,    IAM.format(trace="{trace}")),
    ("cloud2025", "getToken",     401,    IAM.format(trace="{trace}")),
    ("cp4d2025",  "authorize",    401,    SERVICE.format(401, "Unauthorized")),
    ("cp4d2025",  "validateAuth", 503,    SERVICE.format(503, "Service Unavailable")),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "operation", "status", "body"), BODIES)
def test_a_failure_has_the_error_body_of_whoever_answers_with_that_status_in_the_edition(
    edition: str, operation: str, status: int, body: str
) -> None:
    stt = FakeSTT(edition=edition)
    stt.faults.on(operation).fail(status, "out")
    heard = met(stt, operation)
    trace = heard.headers["x-dp-watson-tran-id"]
    assert (heard.status, heard.body.decode()) == (status, body.replace("{trace}", trace))
    assert heard.headers["content-type"] == "application/json"
    assert ("www-authenticate" in heard.headers) == (edition == "icp2018" and status == 401)


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_injected_401_is_the_one_that_a_client_without_credentials_gets(edition: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    true = ask(stt, "GET", "/v1/models", key=None)
    stt = FakeSTT(edition=edition, start=START)
    stt.faults.on("listModels", marked=False).fail(401)
    assert ask(stt, "GET", "/v1/models", key=None) == true


@pytest.mark.parametrize(
    ("status", "error"),
    [(503, "Service Unavailable"), (404, "No Such Resource"), (599, "Error"), (401, "Unauthorized")],
)
def test_without_a_message_a_failure_says_what_its_status_means(status: int, error: str) -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").fail(status)
    assert met(stt).error == error


@pytest.mark.parametrize(
    "body",
    [{"odd": [1]}, [], 3, False, {"models": 3}, {"models": None}, {"models": []}, {"models": ["a", {"b": 1}], "x": {}},
     {"customizations": "none"}, {"customizations": [], "error": "e"}, {"customizations": ["a"]}],
)  # fmt: skip
def test_a_body_may_be_any_json_the_names_of_the_services_lists_included(body: object) -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").fail(503, body=body)
    heard = met(stt)
    assert heard.json == body
    assert heard.headers["content-type"] == "application/json"


def test_a_body_stays_as_it_was_when_it_was_given() -> None:
    stt, body = FakeSTT(), {"error": "then"}
    stt.faults.on("listModels").fail(503, body=body)
    body["error"] = "now"
    assert met(stt).error == "then"


@pytest.mark.parametrize(
    ("body", "content_type", "sent"),
    [
        ("<html>ü", "text/html; charset=utf-8", b"<html>\xc3\xbc"),
        (b"\xff\x00", "application/octet-stream", b"\xff\x00"),
        ('{"error": "as captured"}', "application/json;charset=utf-8", b'{"error": "as captured"}'),
        ("", "text/plain", b""),
        ({"title": "no"}, "application/problem+json", b'{"title": "no"}'),
    ],
)
def test_a_body_may_be_text_or_bytes_of_any_type(body: Any, content_type: str, sent: bytes) -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").fail(502, body=body, content_type=content_type)
    heard = met(stt)
    assert (heard.body, heard.headers["content-type"]) == (sent, content_type)
    assert heard.headers["content-length"] == str(len(sent))


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_proxys_page_has_nothing_of_the_service(edition: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    stt.faults.on("listModels", marked=False).html(502)
    heard = met(stt)
    assert (heard.status, heard.headers["content-type"]) == (502, "text/html")
    assert heard.body.startswith(b"<html>\n<head><title>502 Bad Gateway</title></head>")
    assert heard.headers["content-length"] == str(len(heard.body))
    assert parsedate_to_datetime(heard.headers["date"]).timestamp() == stt.started_at_s
    assert set(heard.headers) == {"content-type", "content-length", "date"}
    with pytest.raises(json.JSONDecodeError, match="Expecting value"):
        heard.json  # noqa: B018 - it raises


AT = datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
WRITTEN = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "header"),
    [(0, "0"), (120, "120"), (WRITTEN, WRITTEN), (AT, WRITTEN), (AT.astimezone(timezone(timedelta(hours=9))), WRITTEN)],
)
def test_retry_after_is_seconds_or_a_date_that_a_client_can_read(retry_after: Any, header: str) -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").fail(503, retry_after=retry_after)
    assert met(stt).headers["retry-after"] == header
    assert dict(stt.journal[0].reply.headers)["Retry-After"] == header
    assert str(rule.effect) == f"fail(503, retry_after={header if header.isdigit() else repr(header)})"
    if not header.isdigit():
        assert parsedate_to_datetime(header) == AT


def test_retry_after_is_that_of_greenwich_wherever_the_computer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        with monkeypatch.context() as patch:
            patch.setenv("TZ", "Asia/Tokyo")
            time.tzset()
            for retry_after in (AT, WRITTEN):
                assert str(fakestt.fail(503, retry_after=retry_after)) == f"fail(503, retry_after='{WRITTEN}')"
    finally:
        time.tzset()


def test_without_retry_after_there_is_no_such_header() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels").fail(503)
    assert "retry-after" not in met(stt).headers


@pytest.mark.parametrize(
    "body",
    [{"access_token": "s3cret"}, {"error": "s3cret"}, "<p>s3cret", b"s3cret"],
    ids=["dict", "error", "str", "bytes"],
)
def test_a_body_of_the_authors_own_is_not_kept(body: Any) -> None:
    stt = FakeSTT()
    rule = stt.faults.on("listModels").fail(503, body=body, content_type="text/html")
    said = met(stt).body
    assert b"s3cret" in said
    exchange = stt.journal[0]
    assert exchange.reply.body.decode() == "…"
    assert dict(exchange.reply.headers)["Content-Length"] == str(len(said))
    assert stt.journal.timeline().endswith("[fault: fail(503, body=..., content_type='text/html')]")
    assert "s3cret" not in f"{rule}{rule.effect}{stt.report()}"


def test_what_fakestt_has_worded_is_kept() -> None:
    stt = FakeSTT()
    stt.faults.on("listModels", nth=1).fail(503, "out of order")
    stt.faults.on("listModels", nth=2).html(502)
    assert [met(stt).body for _ in range(2)] == [one.reply.body for one in stt.journal]


SPELLINGS: list[tuple[Callable[[FakeSTT], Rule], str]] = [
    (lambda stt: stt.faults.on("*").html(502), "on('*').html(502)"),
    (lambda stt: stt.faults.on("*").html(504, commits=True), "on('*').html(504, commits=True)"),
    (
        lambda stt: stt.faults.on("*").fail(503, "why", retry_after=3, body=b"", content_type="a/b", commits=True),
        "on('*').fail(503, 'why', retry_after=3, body=..., content_type='a/b', commits=True)",
    ),
]


@pytest.mark.parametrize(("make", "spelled"), SPELLINGS, ids=[row[1] for row in SPELLINGS])
def test_a_rule_reads_as_it_was_written(make: Callable[[FakeSTT], Rule], spelled: str) -> None:
    assert str(make(FakeSTT())) == spelled


MISUSE: list[tuple[Callable[..., object], tuple[Any, ...], dict[str, Any], str]] = [
    (fakestt.fail, (200,), {}, "fail(200): a failure has a status from 400 to 599"),
    (fakestt.fail, ("503",), {}, "fail('503')"),
    (fakestt.fail, (True,), {}, "fail(True): a failure has a status"),
    (fakestt.fail, (503.0,), {}, "fail(503.0)"),
    (fakestt.fail, (600,), {}, "fail(600)"),
    (fakestt.fail, (503, 3), {}, "fail(503, 3): the message is a string"),
    (fakestt.fail, (503,), {"retry_after": -1}, "fail(503, retry_after=-1): give whole sec"),
    (fakestt.fail, (503,), {"retry_after": True}, "retry_after=True)"),
    (fakestt.fail, (503,), {"retry_after": 1.5}, "retry_after=1.5)"),
    (fakestt.fail, (503,), {"retry_after": "a\nb"}, "retry_after='a\\nb')"),
    (fakestt.fail, (503,), {"retry_after": ""}, "retry_after='')"),
    (fakestt.fail, (503,), {"retry_after": "soon"}, "retry_after='soon'): give whole seconds, 0 or more, a datetime"),
    (fakestt.fail, (503,), {"retry_after": WRITTEN.replace("Wed", "Thu")}, "a date as HTTP writes it: 'Wed, 21 Oct"),
    (fakestt.fail, (503,), {"retry_after": WRITTEN.replace("21", "32")}, "32 Oct 2015 07:28:00 GMT'): give"),
    (fakestt.fail, (503,), {"retry_after": "Wed, 21 Oct 2015 07:28:00 +0000"}, "+0000'): give"),
    (fakestt.fail, (503,), {"retry_after": "Wed, 21 Oct 2015 07:28:00"}, "07:28:00'): give"),
    (fakestt.fail, (503,), {"retry_after": "Fri, 31 Dec 9999 23:59:59 -1400"}, "-1400'): give"),
    (fakestt.fail, (503,), {"retry_after": AT.replace(tzinfo=None)}, "a datetime with its tzinfo"),
    (fakestt.fail, (503,), {"body": {1, 2}}, "fail(503, body=...): JSON can't hold it"),
    (fakestt.fail, (503,), {"body": math.nan}, "fail(503, body=...): JSON can't hold it"),
    (
        fakestt.fail,
        (503,),
        {"body": "text"},
        "fail(503, body=...): say what this text is: content_type='text/html'. "
        "For JSON give what json.dumps takes: a dict or a list.",
    ),
    (fakestt.fail, (503,), {"body": b""}, "body=...): say what this text is"),
    (
        fakestt.fail,
        (503,),
        {"content_type": "text/html"},
        "fail(503, content_type='text/html'): give the type of a body, "
        "and the body: body='<html>...', content_type='text/html'.",
    ),
    (fakestt.fail, (503,), {"body": "x", "content_type": "a\r\nb"}, "content_type='a\\r\\nb'): give the type"),
    (fakestt.fail, (503,), {"body": "x", "content_type": ""}, "content_type=''): give the type"),
    (fakestt.fail, (503,), {"body": "x", "content_type": 3}, "content_type=3): give the type"),
    (fakestt.fail, (503,), {"commits": 1}, "fail(503, commits=1): give True"),
    (fakestt.html, (200,), {}, "html(200): a failure has a status from 400 to 599"),
    (fakestt.html, (502,), {"commits": 1}, "html(502, commits=1): give True"),
]


@pytest.mark.parametrize(("maker", "given", "named", "message"), MISUSE, ids=[row[3] for row in MISUSE])
def test_misuse_is_an_error_when_it_is_written(
    maker: Callable[..., object], given: tuple[Any, ...], named: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        maker(*given, **named)
    assert message in str(caught.value)


def test_a_rule_is_refused_as_its_effect_is() -> None:
    stt = FakeSTT()
    with pytest.raises(ConfigurationError, match="say what this text is"):
        stt.faults.on("*").fail(503, body="text")
    with pytest.raises(ConfigurationError, match="from 400 to 599"):
        stt.faults.on("*").html(302)
    assert not stt.faults.unused()
