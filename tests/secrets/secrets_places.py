"""Where a request can carry a secret, and what is looked through for it afterwards."""

from __future__ import annotations

import copy
import json
import pickle
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus, urlencode

from asking import MODELS, NOBODY, basic

from fakestt import Exchange, FakeSTT, NotAsExpected
from fakestt.journal.expected import Expected
from fakestt.journal.failed_check import failed_check
from fakestt.journal.fields import known_values
from fakestt.journal.har import har
from fakestt.journal.matching import Pairing
from fakestt.journal.polling import last_doings
from fakestt.page.of_fake import of_fake

FORM = "application/x-www-form-urlencoded"
GRANT = "urn:ibm:params:oauth:grant-type:"
MODEL = f"{MODELS}/{NOBODY}"


@dataclass(frozen=True)
class Request:
    """A request that holds a secret. With a `user` the URL has one, as far as a client sends it. In the place of NOBODY
    a test puts the id of a model that there is."""

    method: str = "GET"
    target: str = MODELS
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None
    user: str = ""


def in_query(name: str, target: str = MODELS) -> Callable[[str], Request]:
    return lambda secret: Request(target=f"{target}?force=true&{name}={quote(secret, safe='')}&language=x")


def in_header(name: str, form: Callable[[str], str] = str, **more: Any) -> Callable[[str], Request]:
    return lambda secret: Request(headers={name: form(secret)}, **more)


def in_form(grant: str, name: str) -> Callable[[str], Request]:
    def request(secret: str) -> Request:
        form = urlencode({"grant_type": grant, name: secret, "profile_id": "p", "account": secret, "x": secret})
        return Request("POST", "/identity/token", {"Content-Type": FORM}, form.encode())

    return request


def in_json(body: Callable[[str], Any], target: str = MODELS) -> Callable[[str], Request]:
    return lambda secret: Request(
        "POST", target, {"Content-Type": "application/json"}, json.dumps(body(secret)).encode()
    )


def in_audio(name: str, form: str) -> Callable[[str], Request]:
    headers = {"Content-Type": "audio/wav"}
    return lambda secret: Request("POST", f"{MODEL}/audio/a", headers | {name: form.format(secret)}, b"no audio")


def in_path(form: str, method: str = "GET") -> Callable[[str], Request]:
    return lambda secret: Request(method, form.format(quote(secret, safe="")))


GOOD = {"name": "car", "base_model_name": "en-US_BroadbandModel"}
SPELLED = (
    "apikey", "api_key", "API_KEY", "apiKey", "x-api-key", "refresh_token", "refreshToken", "cr_token", "access_token",
    "token", "watson-token", "Watson-Token", "password", "passwd", "secret", "authorization", "account", "api%6Bey",
    "re%66resh_token", "a", "%20", "force", "force+", "custom_language_model_id", "url", "strict", "",
)  # fmt: skip
PLACES: dict[str, Callable[[str], Request]] = {
    "a basic header": in_header("Authorization", basic),
    "a user name": in_header("Authorization", lambda secret: basic("key", secret)),
    "a bearer header": in_header("Authorization", "Bearer {}".format),
    "a bare header": in_header("Authorization"),
    "another scheme": in_header("Authorization", "Digest username={}".format),
    **{
        name: in_header(name)
        for name in ("X-Watson-Authorization-Token", "Cookie", "Proxy-Authorization", "X-Api-Key", "X-Mine", "Referer")
    },
    "a user agent": in_header("User-Agent", "mine/1.0 ({})".format),
    "the accepted": in_header("Accept", "text/plain;q={}".format),
    "an origin": in_header("Origin", "https://user:{}@page.test".format),
    "opting out": in_header("X-Watson-Learning-Opt-Out"),
    "a page's headers": in_header("Access-Control-Request-Headers", "authorization, {}".format, method="OPTIONS"),
    "a transaction": in_header("X-Global-Transaction-Id", "{} and more".format),
    "a host's user": in_header("Host", "user:{}@fakestt.test".format),
    "a host's user, with models": in_header("Host", "{}@fakestt.test".format, target="/v1/models"),
    "a URL's user": lambda secret: Request(user=f"apikey:{quote(secret, safe='')}@"),
    "a URL's user, with models": lambda secret: Request(target="/v1/models", user=f"{quote(secret, safe='')}@"),
    "a coding": in_header("Content-Encoding", method="POST", body=b"x", target=MODELS),
    **{f"query {name}": in_query(name) for name in SPELLED},
    **{f"query {name}, nowhere": in_query(name, "/v1/nowhere") for name in SPELLED},
    **{f"query {name}, for a token": in_query(name, "/authorization/api/v1/token") for name in SPELLED},
    **{
        f"query {name}, of a training": lambda secret, name=name: Request(
            "POST", f"{MODEL}/train?{name}={quote(secret, safe='')}"
        )
        for name in ("force", "strict", "custom_language_model_id", "custom_language_model")
    },
    "a bare name": lambda secret: Request(target=f"{MODELS}?{quote(secret, safe='')}"),
    "a name": lambda secret: Request(target=f"{MODELS}?{quote(secret, safe='')}=1&x=2"),
    "a name glued to a known one": lambda secret: Request(target=f"{MODELS}?apikey{quote(secret, safe='')}"),
    "a name in a create": lambda secret: Request(
        "POST", f"{MODELS}?{quote(secret, safe='')}", {"Content-Type": "application/json"}, json.dumps(GOOD).encode()
    ),
    "a form in the query": lambda secret: Request(
        "POST", f"/identity/token?{urlencode({'grant_type': GRANT + 'apikey', 'apikey': secret, secret: 'x'})}"
    ),
    **{
        f"form {name}": in_form(grant, name)
        for grant, name in (
            (GRANT + "apikey", "apikey"),
            (GRANT + "assume", "access_token"),
            (GRANT + "cr-token", "cr_token"),
            ("refresh_token", "refresh_token"),
            ("password", "password"),
            ("nonsense", "apikey"),
        )
    },
    "a grant": lambda secret: Request(
        "POST", "/identity/token", {"Content-Type": FORM}, urlencode({"grant_type": secret}).encode()
    ),
    "a login": in_json(lambda secret: {"username": secret, "password": secret}, "/icp4d-api/v1/authorize"),
    "a login by key": in_json(lambda secret: {"username": "u", "api_key": secret, secret: secret}, "/v1/authorize"),
    "a login of another shape": in_json(lambda secret: [secret], "/v1/authorize"),
    "a login in a header": in_header("Authorization", basic, target="/v1/preauth/validateAuth"),
    "an unknown field": in_json(lambda secret: GOOD | {"apikey": secret}),
    "an unknown field's name": in_json(lambda secret: GOOD | {secret: 1}),
    "many unknown fields": in_json(lambda secret: GOOD | {f"{secret}{number}": 1 for number in range(50)}),
    "an unknown field of what is refused": in_json(lambda secret: {"name": "x", secret: secret}),
    "a known field of another shape": in_json(lambda secret: GOOD | {"name": {"password": secret}}),
    "a description of another shape": in_json(lambda secret: GOOD | {"description": [secret]}),
    "a list": in_json(lambda secret: [secret]),
    "a text": in_json(lambda secret: secret),
    "no JSON": lambda secret: Request("POST", MODELS, {"Content-Type": "application/json"}, secret.encode()),
    "a body that nobody reads": lambda secret: Request("POST", f"{MODEL}/train", {}, secret.encode()),
    "a content type": in_header("Content-Type", "text/{}".format, method="POST", body=b"x", target=MODELS),
    "an audio type": in_audio("Content-Type", "audio/{}"),
    "a parameter of an audio type": in_audio("Content-Type", "audio/wav;token={}"),
    "a bad parameter": in_audio("Content-Type", "audio/l16;rate={}"),
    "a contained type": in_audio("Contained-Content-Type", "{}"),
    "metadata": in_audio("X-Watson-Metadata", "customer_id=kim;token={}"),
    "a path that no route fits": in_path("/v1/{}"),
    "a path beside": in_path("/{}"),
    "a path below": in_path(f"{MODEL}/audio/a/{{}}"),
    "a path with another method": in_path("/v1/recognize/{}", "PATCH"),
    "a prefix": in_path(f"/{{}}{MODELS}"),
    "a prefix, with models": in_path("/{}/v1/models"),
    "an instance": in_path(f"/instances/{{}}{MODELS}"),
    "a host in the path": in_path(f"//user:{{}}@fakestt.test{MODELS}"),
}


def forms_of(secret: str) -> Iterator[str]:
    """What a secret looks like, and pieces of it."""
    coded = {secret, quote(secret, safe=""), quote_plus(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1]}
    for shift in range(3):  # in what is longer, wherever it begins
        data = b"x" * shift + secret.encode()
        for one in (b64encode(data), urlsafe_b64encode(data)):
            coded.add(one.decode().rstrip("=")[2 + shift : -2])
    for one in coded:
        yield from (one[at : at + 10] for at in range(0, max(len(one) - 9, 1), 7))


def kept_by(stt: FakeSTT) -> dict[str, str]:
    """All that is printed, pickled or kept of what happened: texts by their names."""
    exchanges = stt.journal.kept()
    service = stt._service
    texts: dict[str, Any] = {
        "report": stt.report(),
        "timeline": stt.journal.timeline(),
        "summary": stt.journal.summary(),
        "doings": last_doings(stt.journal) if exchanges else "",
        "notes": stt.journal.notes.kept(),
        "exchanges": [tuple(one) for one in exchanges],
        "lines": [str(one) for one in exchanges],
        "copies": [tuple(one) for one in copy.deepcopy(exchanges)],
        "pickle": b"".join(pickle.dumps(one._replace(rule=None)) for one in exchanges).decode("utf-8", "replace"),
        "data": list(strings_in(stt.journal.to_json())),
        "archive": list(strings_in(har(exchanges, len(exchanges)))),
        "failed check": failed_checks(stt, exchanges),
        "bodies": [one.reply.body.decode() for one in exchanges],
        "headers": [one.request.headers for one in exchanges],
        "page": json.dumps(of_fake(stt), ensure_ascii=False),
        "snapshot": json.dumps(stt.snapshot(), ensure_ascii=False),
        "objects": [
            stt, stt.auth, stt.app, stt.faults, stt.journal, stt.script, stt.clock, service, service.app._context,
            service.app.__dict__, stt.acoustic_models, [(one, one.as_json()) for one in stt.acoustic_models],
        ],
    }  # fmt: skip
    return {name: one if isinstance(one, str) else repr(one) for name, one in texts.items()}


def strings_in(data: Any) -> Iterator[str]:
    """All texts of plain data, the names of fields among them."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        yield from strings_in([*data.keys(), *data.values()])
    elif isinstance(data, list):
        for one in data:
            yield from strings_in(one)


def failed_checks(stt: FakeSTT, exchanges: list[Exchange]) -> list[str]:
    """What checks say that nothing fits, and of each exchange, that each of its fields was to be another one."""
    said = []
    try:
        stt.journal.check(["deleteAudio"], ordered=False)
    except NotAsExpected as failure:
        said.append(str(failure))
    for one in exchanges:
        names = {} if one.call is None else known_values([one.call.operation])
        fields = {
            "method": "TRACE",
            "path": "/none",
            "status": 599,
            "owner": "none",
            "fault": "none",
            "arrival": "none",
        }
        line = Expected("none", fields, dict.fromkeys(names, "none"))
        differences = line.differences(one)
        assert len(differences) > 5 + len(names)
        said.append(failed_check([line], [Pairing(0, (one,), tuple(differences))], stt.started_at_s, others=False))
    return said


def found(secret: str, texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Where the secret is, with the text around it. Case does not matter: some is kept in lower case."""
    texts = {name: text.lower() for name, text in texts.items()}
    return [
        (name, text[max(text.index(form) - 60, 0) : text.index(form) + 60])
        for form in set(map(str.lower, forms_of(secret)))
        for name, text in texts.items()
        if form in text
    ]
