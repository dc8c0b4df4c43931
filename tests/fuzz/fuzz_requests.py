"""Requests made from the rows of the contract, and against them: a part of each is mutated."""

from __future__ import annotations

import gzip
import json
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from asking import NOBODY, basic, flac

from fakestt import FakeSTT
from fakestt.contract.operation import Body, In, Operation, Param
from fakestt.contract.operations import OPERATIONS
from fakestt.contract.shapes import Flag, Guid
from fakestt.core.language.family import LANGUAGE
from fakestt.media import forge

ROWS = tuple(OPERATIONS.values())
METHODS = ("GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "TRACE", "CONNECT", "get", "BREW", "")
NASTY = (
    "", "%", "%2F", "%00", "%FF", "%C3%A4", "..", "//", "?", "#", "&", "=", "+", ";", "@", ":", "\\", '"', "'", "{}",
    "ä", "\x7f", "\x80", " ", "\t", "é" * 40, "A" * 300, "/v1/", "/identity/", "null", "-1", "1e999",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Encoding", "Authorization", "Contained-Content-Type", "Content-Encoding", "Content-Length",
    "Content-Type", "Cookie", "Expect", "Host", "Origin", "Access-Control-Request-Headers", "Transfer-Encoding",
    "User-Agent", "X-Global-Transaction-Id", "X-Watson-Authorization-Token", "X-Watson-Learning-Opt-Out",
    "X-Watson-Metadata", "X-Mine",
)  # fmt: skip
VALUES = (
    "", "a", "application/json", "audio/wav", "audio/l16;rate=16000", "audio/l16", "audio/flac; codecs=x", "text/plain",
    "application/zip", "gzip", "x-gzip", "br", "identity", "chunked", "0", "5", "-5", "1e3", "9" * 20, "Basic",
    "Basic ?", "Basic YQ==", "Bearer", "Bearer a", "bearer  b c", "Digest x", "a\r\nb: c", "a\rb", "a\nb",
    "a\0b", "\x80\xff", "*/*;q=0", "text/html, */*;q=0.1", "q=", ";;;", ",", "user:pw@host:99999", "[::1",
    "customer_id=", "customer_id=kim;x", "x" * 3000,
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A request as a server would hand it on."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    environ: Mapping[str, Any]


class Maker:
    """Makes requests to one fake."""

    def __init__(self, random: Random, stt: FakeSTT) -> None:
        self._random = random
        self._stt = stt

    def make(self) -> Asked:
        random = self._random
        row = random.choice(ROWS)
        path = random.choice(("", "/speech-to-text/api", f"/instances/{self._stt.owner}")) + row.path
        query: list[tuple[str, str]] = []
        headers = {"Authorization": random.choice((basic(self._stt.api_key), f"Bearer {self._stt.api_key}"))}
        for param in row.params:
            value = self._value(param, row)
            if param.where is In.PATH:
                path = path.replace("{" + param.name + "}", quote(value, safe="%"))
            elif random.random() < 0.5:
                if param.where is In.QUERY:
                    query.append((param.name, value))
                else:
                    headers[param.name] = value
        body, kind = self._body(row)
        if kind:
            headers["Content-Type"] = kind
        asked = Asked(row.method, path + (f"?{urlencode(query)}" if query else ""), headers, body, {})
        for _ in range(random.choice((0, 0, 1, 1, 2, 4))):
            asked = self._mutated(asked)
        return asked

    def _value(self, param: Param, row: Operation) -> str:
        random, stt = self._random, self._stt
        if random.random() < 0.1:
            return random.choice(NASTY)
        if isinstance(param.shape, Flag):
            return random.choice(("true", "false", "TRUE", "1"))
        if isinstance(param.shape, Guid):
            of_language = row.family is LANGUAGE or param.where is In.QUERY
            models = stt.language_models if of_language else stt.acoustic_models
            return random.choice([NOBODY, *(one.id for one in models)])
        if param.name == "model_id":
            return random.choice((*stt.base_models, "none"))
        return random.choice(("audio1", "audio2", "a b", "en-US", "kim", "customer_id=kim"))

    def _body(self, row: Operation) -> tuple[bytes, str]:
        random = self._random
        match row.body:
            case Body.JSON:
                fields: dict[str, Any] = {
                    name: random.choice(("car", "en-US_BroadbandModel", "x" * 200, "", 5, None, [], {}, "\0", "\ud800"))
                    for name in row.record.fields  # type: ignore[union-attr]  # such a row has one
                }
                if "base_model_name" in fields and random.random() < 0.8:
                    fields |= {"base_model_name": "en-US_BroadbandModel", "name": "car", "description": "of a car"}
                if row.id == "addWord" and random.random() < 0.8:
                    fields = {"sounds_like": random.choice((["one"], ["1"], [], ["a"] * 6)), "display_as": "x"}
                if row.id == "addWords" and random.random() < 0.8:
                    fields = {"words": [{"word": random.choice(("audio1", "a b", "", "NCAA")), "sounds_like": ["9"]}]}
                if random.random() < 0.2:
                    fields[random.choice(("x", "ä", "apikey", ""))] = random.choice((1, {"a": [1]}))
                return json.dumps(fields).encode(), "application/json"
            case Body.FORM:
                grants = ("apikey", "assume", "cr-token")
                grant = random.choice(
                    ("refresh_token", "password", *(f"urn:ibm:params:oauth:grant-type:{one}" for one in grants))
                )
                names = ("apikey", "access_token", "cr_token", "refresh_token", "profile_id", "account")
                form = {"grant_type": grant, **{name: "k" for name in names if random.random() < 0.7}}
                return urlencode(form).encode(), "application/x-www-form-urlencoded"
            case Body.AUDIO:
                return random.choice(audio())
            case Body.TEXT:
                return random.choice(TEXTS)
            case Body.GRAMMAR:
                return random.choice(GRAMMARS)
        return random.choice((b"", b"", b"{}", b"x")), ""

    def _mutated(self, asked: Asked) -> Asked:
        random = self._random
        method, target, headers, body, environ = asked.method, asked.target, dict(asked.headers), asked.body, {}
        match random.randrange(9):
            case 0:
                method = random.choice(METHODS)
            case 1:
                at = random.randrange(len(target) + 1)
                target = target[:at] + random.choice(NASTY) + target[at + random.randrange(3) :]
            case 2:
                target += (
                    ("&" if "?" in target else "?") + quote_plus(random.choice(NASTY)) + random.choice(("", "=", "=1"))
                )
            case 3:
                target += ("&" if "?" in target else "?") + random.choice(NASTY) * random.choice((1, 2, 1200))
            case 4:
                headers[random.choice(HEADERS)] = random.choice(VALUES)
            case 5:
                headers.pop(random.choice(list(headers)), None) if headers else None
            case 6:
                at = random.randrange(len(body) + 1)
                body = random.choice(
                    (body[:at], body[at:], body[:at] + random.randbytes(3) + body[at:], b"", b"\xff", b"[" * 5000)
                )
            case 7:
                body, headers["Content-Encoding"] = gzip.compress(body)[: random.choice((None, 5, -3))], "gzip"
            case _:
                environ = random.choice(
                    (
                        {"RAW_URI": None}, {"HTTP_HOST": None}, {"HTTP_TRANSFER_ENCODING": "chunked"},
                        {"RAW_URI": f"https://u:p@fakestt.test{target}"}, {"wsgi.input_terminated": True},
                        {"SCRIPT_NAME": "/x", "RAW_URI": None}, {"QUERY_STRING": ""},
                    )
                )  # fmt: skip
        return Asked(method, target, headers, body, {**asked.environ, **environ})


TEXTS = (
    (b"some IEEE text", ""), (b"\xff", "text/plain"), (b"", "text/plain"),
    (b"a=b", "application/x-www-form-urlencoded"),
    (b'--b\r\nContent-Disposition: form-data; name="corpus_file"\r\n\r\nIEEE\r\n--b--\r\n',
     "multipart/form-data; boundary=b"),
    (b"--b\r\n", "multipart/form-data; boundary=b"), (b"x", "multipart/form-data"),
)  # fmt: skip


GRAMMARS = (
    (b"#ABNF 1.0; $a = IEEE;", "application/srgs"), (b"/a/path", "application/srgs"), (b"", "application/srgs"),
    (b'<grammar><rule id="a">IEEE</rule></grammar>', "application/srgs+xml"), (b"<grammar>", "application/srgs+xml"),
    (b"#ABNF 1.0; $a = IEEE;", "text/plain"), (b"#ABNF 1.0; $a = IEEE;", ""),
)  # fmt: skip


@lru_cache
def audio() -> tuple[tuple[bytes, str], ...]:
    wav = forge.wav(0.1)
    return (
        (flac(12), "audio/flac"), (wav, "audio/wav"), (wav, "audio/l16;rate=16000"), (b"RIFF", "audio/wav"),
        (b"", "audio/wav"), (wav, "audio/mp3"), (wav, ""), (string.printable.encode(), "audio/ogg"),
        (forge.zip_of({"a.wav": wav}), "application/zip"), (forge.tar_gz_of({"a.wav": wav}), "application/gzip"),
    )  # fmt: skip
