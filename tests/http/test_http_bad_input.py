"""What a client gets wrong is a 4xx in the service's own form, and the state is as it was."""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, add, ask, create, flac
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakestt import FakeSTT
from fakestt.contract.messages import Upload
from fakestt.http.body import CHUNK_BYTES
from fakestt.media import forge
from fakestt.media.budget import MOST_RECORDS

JSON = {"Content-Type": "application/json"}
GOOD = b'{"name": "car", "base_model_name": "en-US_BroadbandModel"}'
MODEL = b'"base_model_name": "en-US_BroadbandModel"'


def refused(heard: Heard, status: int) -> Heard:
    assert heard.status == status, heard
    assert set(heard.json) - {"warnings"} == {"error", "code", "code_description"}
    assert heard.json["code"] == status
    return heard


BAD_JSON = [
    # what                     body                                                status  the error
    ("nothing",                b"",                                                400, "Malformed JSON: expected a JSON object in UTF-8"),
    ("not JSON",               b"{name: 1}",                                       400, "Malformed JSON"),
    ("cut off",                b'{"name": "car"',                                  400, "Malformed JSON"),
    ("a list",                 b"[]",                                              400, "Malformed JSON: expected an object"),
    ("a string",               b'"car"',                                           400, "Malformed JSON: expected an object"),
    ("a number",               b"5",                                               400, "Malformed JSON: expected an object"),
    ("null",                   b"null",                                            400, "Malformed JSON: expected an object"),
    ("NaN",                    b'{"name": NaN, ' + MODEL + b"}",                   400, "Malformed JSON"),
    ("Infinity",               b'{"name": -Infinity, ' + MODEL + b"}",             400, "Malformed JSON"),
    ("Latin-1",                b'{"name": "\xe4", ' + MODEL + b"}",                400, "Malformed JSON"),
    ("UTF-16",                 GOOD.decode().encode("utf-16"),                     400, "Malformed JSON"),
    ("two objects",            GOOD + GOOD,                                        400, "Malformed JSON"),
    ("deep",                   b"[" * 100_000,                                     400, "Malformed JSON"),
    ("deep inside",            b'{"name":' + b'{"a":' * 40_000 + b"1",             400, "Malformed JSON"),
    ("a very long number",     b'{"name": ' + b"9" * 5000 + b"}",                  400, "Malformed JSON"),
    ("no name",                b"{" + MODEL + b"}",                                400, "Required parameter 'name' is missing"),
    ("no base model",          b'{"name": "car"}',                                 400, "Required parameter 'base_model_name' is missing"),
    ("null for a name",        b'{"name": null, ' + MODEL + b"}",                  400, "Required parameter 'name' is missing"),
    ("an empty name",          b'{"name": "", ' + MODEL + b"}",                    400, "Invalid value of parameter 'name': expected a string that is not empty"),
    ("a number for a name",    b'{"name": 5, ' + MODEL + b"}",                     400, "Invalid value of parameter 'name': expected a string"),
    ("a list for a name",      b'{"name": ["car"], ' + MODEL + b"}",               400, "Invalid value of parameter 'name': expected a string"),
    ("true for a name",        b'{"name": true, ' + MODEL + b"}",                  400, "Invalid value of parameter 'name': expected a string"),
    ("NUL",                    b'{"name": "a\\u0000", ' + MODEL + b"}",            400, "expected a string without NUL"),
    ("half a surrogate pair",  b'{"name": "\\ud800", ' + MODEL + b"}",             400, "expected a string that UTF-8 can hold"),
    ("a list to describe it",  b'{"description": [], "name": "a", ' + MODEL + b"}", 400, "Invalid value of parameter 'description'"),
    ("an unknown base model",  b'{"name": "car", "base_model_name": "en-US"}',     400, ""),
    ("a name of one megabyte", b'{"name": "' + b"x" * 1_000_000 + b'", ' + MODEL + b"}", 413, "input stream is larger than 262144 bytes"),
]  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("body", "status", "error"), [row[1:] for row in BAD_JSON], ids=[row[0] for row in BAD_JSON])
def test_a_bad_create_makes_nothing(edition: str, body: bytes, status: int, error: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    stt.acoustic_models.add()
    before = stt.snapshot()
    heard = refused(ask(stt, "POST", MODELS, body, JSON), status)
    assert error in heard.error
    assert stt.snapshot() == before


def test_a_name_beyond_ascii_and_an_escaped_pair_are_kept() -> None:
    stt = FakeSTT()
    for name in ("日本語", "\\ud83d\\ude00"):
        heard = ask(stt, "POST", MODELS, b'{"name": "%s", %s}' % (name.encode(), MODEL), JSON)
        assert heard.status == 201
        shown = ask(stt, "GET", f"{MODELS}/{heard.json['customization_id']}").json
        assert shown["name"] == json.loads(f'"{name}"')
    assert "exchanges" in repr(stt.journal)
    assert stt.report().encode()


def test_of_a_key_given_twice_the_last_counts() -> None:
    stt = FakeSTT()
    heard = ask(stt, "POST", MODELS, b'{"name": "one", "name": "two", %s}' % MODEL, JSON)
    assert stt.acoustic_models[heard.json["customization_id"]].name == "two"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 201),
        ("application/json; charset=utf-8", 201),
        ("APPLICATION/JSON", 201),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json, application/json", 415),
        ("", 415),
        (None, 415),
    ],
)
def test_a_create_is_json_or_415(content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    heard = ask(FakeSTT(), "POST", MODELS, GOOD, headers)
    assert heard.status == status
    if status == 415:
        assert refused(heard, 415).error == "Invalid content type. Please use 'application/json'."


def test_unknown_fields_are_named_also_in_an_error() -> None:
    heard = refused(ask(FakeSTT(), "POST", MODELS, {"name": 5, "x": 1, "y": 2}), 400)
    assert heard.json["warnings"] == ["Unexpected input parameter(s) [x, y] detected in the passed JSON"]


def test_names_that_utf8_can_t_hold_are_named_as_far_as_it_can() -> None:
    body = b'{%s, "name": "a", "\\ud800a": 1, "b\\u0000": 2}' % MODEL
    heard = ask(FakeSTT(), "POST", MODELS + "?c%00", body, JSON)
    assert heard.json["warnings"] == [
        "Unexpected input parameter(s) [?a, b?] detected in the passed JSON",
        "Unexpected query parameter(s) ['c?'] detected",
    ]


@pytest.mark.parametrize("model_id", ["x", "train", "%00", "1cd859d1-a522-4001-b8e0-e3e3637b48e", "1cd859d1a5224001b8e0e3e3637b48e1",
                                      "%C3%A4", "1cd859d1-a522-4001-b8e0-e3e3637b48e1%0A", "g" * 36])  # fmt: skip
@pytest.mark.parametrize(("method", "rest"), [("GET", ""), ("DELETE", ""), ("POST", "/train"), ("POST", "/reset"),
                                              ("POST", "/upgrade_model"), ("GET", "/audio"), ("GET", "/audio/a")])  # fmt: skip
def test_a_malformed_id_is_400(model_id: str, method: str, rest: str) -> None:
    heard = refused(ask(FakeSTT(), method, f"{MODELS}/{model_id}{rest}"), 400)
    assert heard.error.startswith("Malformed GUID: '")


@pytest.mark.parametrize("model_id", [NOBODY, NOBODY.replace("0", "A")])
def test_a_well_formed_id_that_is_not_there_is_401(model_id: str) -> None:
    heard = refused(ask(FakeSTT(), "GET", f"{MODELS}/{model_id}"), 401)
    assert heard.error == f"Invalid customization_id '{model_id}'"
    assert heard.json["code_description"] == "Unauthorized"


CUT_OFF = f"the body ended {500 - len(GOOD)} bytes before its Content-Length"
NO_NUMBER = "the Content-Length is no number of bytes"


@pytest.mark.parametrize(
    ("length", "edition", "problem"),
    [("500", "icp2018", CUT_OFF), ("500", "cloud2025", CUT_OFF), ("-1", "icp2018", NO_NUMBER), ("1e3", "icp2018", NO_NUMBER),
     ("5, 5", "icp2018", NO_NUMBER), ("²", "icp2018", NO_NUMBER)],
)  # fmt: skip
def test_a_length_that_is_not_the_bodys_is_400_and_nothing_is_made(length: str, edition: str, problem: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt)
    before = stt.snapshot()
    heard = refused(ask(stt, "POST", MODELS, GOOD, JSON, CONTENT_LENGTH=length), 400)
    assert heard.error == f"The request could not be read: {problem}"
    refused(add(stt, model_id, data=b"fLaC", CONTENT_LENGTH=length), 400)
    assert stt.snapshot() == before
    # Where the body does not count, its length does not either.
    assert ask(stt, "POST", f"{MODELS}/{model_id}/reset", b"{}", CONTENT_LENGTH=length).status == 200


def test_a_length_that_is_too_short_cuts_the_body() -> None:
    stt = FakeSTT(start=START)
    refused(ask(stt, "POST", MODELS, GOOD, JSON, CONTENT_LENGTH="20"), 400)
    assert ask(stt, "POST", MODELS, GOOD + b"GET /v1/models", JSON, CONTENT_LENGTH=str(len(GOOD))).status == 201


def test_a_body_without_length_and_chunks_is_no_body() -> None:
    stt = FakeSTT(start=START)
    refused(ask(stt, "POST", MODELS, GOOD, JSON, CONTENT_LENGTH=None), 400)
    assert refused(add(stt, create(stt), CONTENT_LENGTH=None), 400).error.startswith("The request has no audio")
    call = stt.journal[-1].call
    assert call is not None
    assert call.upload == Upload(0, "", "audio/flac")


@pytest.mark.parametrize("chunked", [{"HTTP_TRANSFER_ENCODING": "chunked"}, {"wsgi.input_terminated": True}])
def test_chunks_need_no_length_and_win_over_one(chunked: dict[str, Any]) -> None:
    stt = FakeSTT()
    assert ask(stt, "POST", MODELS, GOOD, JSON, CONTENT_LENGTH=None, **chunked).status == 201
    if "HTTP_TRANSFER_ENCODING" in chunked:
        assert ask(stt, "POST", MODELS, GOOD, JSON, CONTENT_LENGTH="3", **chunked).status == 201


PACKED = gzip.compress(flac(12), mtime=0)  # the same bytes in every process: they name tests


NO_GZIP = "The request could not be read: the body is not gzip, as its Content-Encoding says"
CUT_GZIP = "The request could not be read: the gzip body is cut off"


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_gzip_body_is_unpacked(encoding: str) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    assert add(stt, model_id, data=PACKED, headers={"Content-Encoding": encoding}).status == 201
    stt.clock.advance("1m")
    audio = stt.acoustic_models[model_id].audio["audio1"]
    assert (audio.status, audio.duration_s, audio.size_bytes) == ("ok", 720, len(flac(12)))
    assert audio.sha256 == sha256(flac(12)).hexdigest()
    assert ask(stt, "POST", MODELS, gzip.compress(GOOD), {**JSON, "Content-Encoding": encoding}).status == 201


@pytest.mark.parametrize(
    ("data", "encoding", "status", "error"),
    [
        (PACKED[:-20], "gzip", 400, CUT_GZIP),
        (PACKED[:5], "gzip", 400, CUT_GZIP),
        (b"fLaC" * 30, "gzip", 400, NO_GZIP),
        (PACKED[:-8] + b"\0" * 8, "gzip", 400, NO_GZIP),
        (PACKED + b"more", "gzip", 400, NO_GZIP),
        (PACKED, "br", 415, "Unsupported content encoding 'br'"),
        (PACKED, "gzip, gzip", 415, "Unsupported content encoding 'gzip, gzip'"),
        (gzip.compress(b"", mtime=0), "gzip", 400, "The request has no audio"),
    ],
)
def test_a_body_that_is_not_the_gzip_that_it_says_is_refused(
    data: bytes, encoding: str, status: int, error: str
) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    before = stt.snapshot()
    heard = refused(add(stt, model_id, data=data, headers={"Content-Encoding": encoding}), status)
    assert heard.error.startswith(error)
    assert stt.snapshot() == before


@pytest.mark.parametrize("cuts", [1, 2, 50])
def test_gzip_files_that_follow_one_another_are_one_body(cuts: int) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    size = len(flac(12)) // cuts + 1
    packed = b"".join(gzip.compress(flac(12)[at : at + size]) for at in range(0, len(flac(12)), size))
    assert add(stt, model_id, data=packed, headers={"Content-Encoding": "gzip"}).status == 201
    stt.clock.advance("1h")
    assert stt.acoustic_models[model_id].audio["audio1"].duration_s == 720


BIG = gzip.compress(bytes(1_000_000), mtime=0)


@pytest.mark.parametrize(
    ("method", "target", "headers", "status"),
    [
        ("POST", f"{MODELS}/{{id}}/audio/a", {"Authorization": None}, 401),
        ("POST", f"{MODELS}/{{id}}/audio/a", {"Authorization": "Basic bm8="}, 401),
        ("POST", MODELS, {"Authorization": None}, 401),
        ("POST", f"{MODELS}/{{id}}/train", {}, 400),  # a body of no meaning
        ("POST", "/v1/nothing", {}, 404),
        ("PUT", MODELS, {}, 405),
    ],
)
def test_a_body_is_unpacked_only_for_those_who_may_send_one(
    method: str, target: str, headers: dict[str, Any], status: int
) -> None:
    stt = FakeSTT(start=START)
    target = target.format(id=create(stt))
    given = {"Content-Type": "audio/wav", "Content-Encoding": "gzip"}
    environ: dict[str, Any] = {"HTTP_AUTHORIZATION": headers["Authorization"]} if headers else {}
    assert ask(stt, method, target, BIG, given, **environ).status == status
    assert stt.journal.last().request.size_bytes == len(BIG)


def test_without_credentials_nobody_is_told_what_is_wrong_with_an_encoding() -> None:
    stt = FakeSTT(start=START)
    given = {"Content-Type": "audio/wav", "Content-Encoding": "br"}
    assert ask(stt, "POST", f"{MODELS}/{create(stt)}/audio/a", b"x", given, HTTP_AUTHORIZATION=None).status == 401


def test_a_gzip_body_of_too_many_members_is_refused() -> None:
    stt = FakeSTT(start=START)
    members = gzip.compress(b"", mtime=0) * (MOST_RECORDS + 2)
    heard = refused(add(stt, create(stt), data=members, headers={"Content-Encoding": "gzip"}), 400)
    assert f"the gzip body has more than {MOST_RECORDS}" in heard.error


def test_the_body_and_what_it_holds_share_one_budget() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    chunks = forge.wav(1)[:36] + b"junk\0\0\0\0" * (MOST_RECORDS // 2) + forge.wav(1)[36:]
    members = gzip.compress(b"", mtime=0) * (MOST_RECORDS // 2 + 2)
    for name, data, status in (("alone", b"", "ok"), ("beside", members, "invalid")):
        packed = gzip.compress(chunks, mtime=0)
        headers = {"Content-Encoding": "gzip", "Content-Type": "audio/wav"}
        assert add(stt, model_id, name, data + packed, headers=headers).status == 201
        stt.clock.advance("1m")
        assert stt.acoustic_models[model_id].audio[name].status == status


def test_an_identity_encoding_is_none() -> None:
    stt = FakeSTT()
    for number, encoding in enumerate(("identity", "Identity", " ", "")):
        heard = ask(stt, "POST", MODELS, GOOD.replace(b"car", b"%d" % number), {**JSON, "Content-Encoding": encoding})
        assert heard.status == 201
    assert add(stt, create(stt), headers={"Content-Encoding": "identity"}).status == 201


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces, self.taken = pieces, 0

    def read(self, size: int = -1, /) -> bytes:
        piece = next(self.pieces)
        self.taken += len(piece)
        return piece


def zeros() -> Iterator[bytes]:
    while True:
        yield bytes(CHUNK_BYTES)


def test_more_than_100_mb_are_refused_while_they_arrive() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    body = Endless(zeros())
    more: dict[str, Any] = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input": body}
    heard = refused(add(stt, model_id, content_type="audio/l16;rate=16000", **more), 413)
    assert heard.error == "Request failed because the input stream is larger than 100 MB"
    assert heard.json["code_description"] == "Request Entity Too Large"
    assert body.taken <= 104_857_600 + 2 * CHUNK_BYTES
    assert not stt.acoustic_models[model_id].audio


def test_a_length_of_more_than_100_mb_is_refused_unread() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    body = Endless(zeros())
    more: dict[str, Any] = {"CONTENT_LENGTH": "104857601", "wsgi.input": body}
    refused(add(stt, model_id, **more), 413)
    assert body.taken == 0
    # The same body where none is wanted is not read either, and does no harm.
    assert ask(stt, "POST", f"{MODELS}/{model_id}/reset", **more).status == 200


def test_a_gzip_bomb_is_bounded_by_what_it_unpacks_to() -> None:
    stt = FakeSTT(start=START)
    bomb = gzip.compress(bytes(2_000_000))
    heard = refused(ask(stt, "POST", MODELS, bomb, {**JSON, "Content-Encoding": "gzip"}), 413)
    assert "262144 bytes" in heard.error
    assert len(bomb) < 3000


@pytest.mark.parametrize(("more_bytes", "status"), [(0, 201), (1, 413)])
@pytest.mark.parametrize("chunked", [{}, {"CONTENT_LENGTH": None, "HTTP_TRANSFER_ENCODING": "chunked"}])
def test_a_body_may_be_as_long_as_the_limit_says(chunked: dict[str, Any], more_bytes: int, status: int) -> None:
    heard = ask(FakeSTT(), "POST", MODELS, GOOD.ljust(262_144 + more_bytes), JSON, **chunked)
    assert heard.status == status
    if status == 413:
        assert heard.error == "Request failed because the input stream is larger than 262144 bytes"


@pytest.mark.parametrize("query", ["?force=%FF", "?%FF=1", "?" + "a=1&" * 1000 + "a=1"])
def test_a_query_that_cannot_be_read_is_400(query: str) -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    before = stt.snapshot()
    heard = refused(ask(stt, "POST", f"{MODELS}/{model.id}/train{query}"), 400)
    assert heard.error == "The request could not be read: the query is not UTF-8, or has over 1000 fields"
    assert stt.snapshot() == before


def test_a_query_has_at_most_1000_fields() -> None:
    assert ask(FakeSTT(), "GET", MODELS + "?" + "&".join(["a=1"] * 1000)).status == 200


@pytest.mark.parametrize("query", ["", "?customer_id=", "?x=1"])
def test_a_deletion_of_labelled_data_needs_a_label(query: str) -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    add(stt, model_id)
    before = stt.snapshot()
    heard = refused(ask(stt, "DELETE", f"/v1/user_data{query}"), 400)
    assert "customer_id" in heard.error
    assert stt.snapshot() == before


LABELS = [
    ("customer_id=kim", "kim"),
    ("a=1; customer_id=kim", "kim"),
    ("customer_id=kim;a=1", "kim"),
    (" customer_id=a b ", "a b"),
    ("customer_id=ä".encode().decode("latin-1"), "ä".encode().decode("latin-1")),
    ("customer_id=a=b", "a=b"),
    ("customer_id=", None),
    ("customer_id=;customer_id=kim", "kim"),
    ("customer=kim", None),
    ("kim", None),
]


@pytest.mark.parametrize(("header", "label"), LABELS)
def test_labelled_audio_goes_with_its_label(header: str, label: str | None) -> None:
    stt = FakeSTT(edition="cloud2025", start=START)
    model_id = create(stt)
    add(stt, model_id, "labelled", headers={"X-Watson-Metadata": header})
    add(stt, model_id, "plain")
    for other in ("", *EDITIONS):
        ask(stt, "DELETE", f"/v1/user_data?customer_id={other}")
    assert len(stt.acoustic_models[model_id].audio) == 2
    if label is not None:
        from urllib.parse import quote

        assert ask(stt, "DELETE", f"/v1/user_data?customer_id={quote(label)}").json == {}
        assert list(stt.acoustic_models[model_id].audio) == ["plain"]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("name", "in_2018", "later", "error"),
    [
        ("a%20b", 400, 201, "The audio name must not contain ' '"),
        ("a%2Fb", 400, 201, "The audio name must not contain '/'"),
        ("a%5Cb", 400, 201, "The audio name must not contain '\\'"),
        ("a.b-c_d", 201, 201, ""),
        ("x" * 128, 201, 201, ""),
        ("x" * 129, 400, 400, "The audio name has 129 characters; at most 128 are allowed"),
        ("%E6%97%A5" * 128, 201, 201, ""),
        ("a%00b", 400, 400, "expected a string without NUL characters"),
        ("x" * 1_000_000, 400, 400, "The audio name has 1000000 characters"),
    ],
)
def test_names_of_audio_follow_the_editions_rule(edition: str, name: str, in_2018: int, later: int, error: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt)
    before = stt.snapshot()
    status = in_2018 if edition == "icp2018" else later
    heard = add(stt, model_id, name)
    assert heard.status == status
    if status == 400:
        assert error in refused(heard, 400).error
        assert stt.snapshot() == before


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"name": "x" * 256}, None),
        ({"name": "x" * 257}, "The name has 257 characters; at most 256 are allowed"),
        *(({"name": f"a{char}b"}, f"The name must not contain '{char}'") for char in "\\/:=&?"),
        ({"name": "a b-c.d+e"}, None),
        ({"name": "a", "description": "x" * 128}, None),
        ({"name": "a", "description": "x" * 129}, "The description has 129 characters; at most 128 are allowed"),
        ({"name": "a", "description": "\\/:=&?"}, None),
        ({"name": "a", "description": ""}, None),
        ({"name": "a", "description": None}, None),
    ],
)
def test_names_and_descriptions_are_limited_on_the_cloud_alone(
    edition: str, body: dict[str, Any], error: str | None
) -> None:
    stt = FakeSTT(edition=edition, start=START)
    before = stt.snapshot()
    heard = ask(stt, "POST", MODELS, {**body, "base_model_name": "en-US_BroadbandModel"})
    if error is None or edition.startswith("icp"):
        assert heard.status == 201
        shown = ask(stt, "GET", f"{MODELS}/{heard.json['customization_id']}").json
        assert shown.get("description") == body.get("description")
    else:
        assert error in refused(heard, 400).error
        assert stt.snapshot() == before


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_cloud_keeps_at_most_1024_models_an_owner(edition: str) -> None:
    stt = FakeSTT(edition=edition, start=START)
    for _ in range(1023):
        stt.acoustic_models.add()
    create(stt)
    heard = ask(stt, "POST", MODELS, json.loads(GOOD))
    if edition.startswith("icp"):
        assert heard.status == 201
    else:
        assert refused(heard, 400).error == "The maximum of 1024 custom acoustic models is reached"
        assert len(stt.acoustic_models) == 1024
        assert create(stt, key=stt.auth.add_key(owner=NOBODY))


def test_the_order_of_the_checks_is_credentials_id_existence_form_lock_domain() -> None:
    stt = FakeSTT(start=START)
    busy = stt.acoustic_models.add(status="training")
    text = {"Content-Type": "text/plain"}
    assert ask(stt, "POST", f"{MODELS}/x/audio/a", b"x", text, key=None).status == 401
    assert ask(stt, "POST", f"{MODELS}/x/audio/a", b"x", text).status == 400
    assert ask(stt, "POST", f"{MODELS}/{NOBODY}/audio/a", b"x", text).status == 401
    assert ask(stt, "POST", f"{MODELS}/{busy.id}/audio/a", b"x", text).status == 415
    assert ask(stt, "POST", f"{MODELS}/{busy.id}/audio/a", b"x", {"Content-Type": "audio/flac"}).status == 409


WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | WORDS, st.lists, max_leaves=5)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "HEAD", "OPTIONS", "BREW"]),
    path=st.sampled_from(["", f"/{NOBODY}", f"/{NOBODY}/audio", f"/{NOBODY}/audio/", "/READY/train", "/READY/audio/"])
    | WORDS.map(lambda text: "/" + text),
    tail=st.text(st.characters(min_codepoint=33, max_codepoint=255, exclude_characters="#"), max_size=12),
    body=st.binary(max_size=60) | st.dictionaries(WORDS, VALUES, max_size=3).map(lambda data: json.dumps(data).encode()),
    headers=st.dictionaries(
        st.sampled_from(["Content-Type", "Content-Encoding", "Accept", "Contained-Content-Type", "X-Watson-Metadata",
                         "Content-Length", "Transfer-Encoding", "Origin"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=20)
        | st.sampled_from(["application/json", "audio/wav", "application/zip", "gzip", "chunked", "0"]),
        max_size=3,
    ),
)  # fmt: skip
def test_nothing_makes_the_service_fall_over(
    method: str, path: str, tail: str, body: bytes, headers: dict[str, str]
) -> None:
    stt = FakeSTT(start=START)
    model = stt.acoustic_models.add(status="ready")
    before = stt.snapshot()
    heard = ask(stt, method, MODELS + path.replace("READY", model.id) + tail, body, headers)
    assert heard.status < 500 or (method, heard.status) == ("BREW", 501)
    if heard.status >= 400:
        assert stt.snapshot() == before or heard.status == 400
        if method != "HEAD":
            assert heard.json["code"] == heard.status


def test_audio_of_no_use_is_taken_and_becomes_invalid() -> None:
    stt = FakeSTT(start=START)
    model_id = create(stt)
    assert add(stt, model_id, data=forge.not_audio()).status == 201
    stt.clock.advance("1m")
    (audio,) = ask(stt, "GET", f"{MODELS}/{model_id}/audio").json["audio"]
    assert (audio["status"], audio["details"], audio["duration"]) == ("invalid", {"type": "undetermined"}, 0)
