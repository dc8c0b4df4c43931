"""Schemathesis on the OpenAPI document of each edition, through the WSGI application, with all checks on.

It makes requests that the document allows and requests that it forbids, and compares every answer with it. Each case
meets a new service that holds a model in each of several states, so that no case depends on another.
"""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Any

import pytest

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed: pip install 'fakestt[fuzz]'")

from hypothesis import HealthCheck, reject, settings  # noqa: E402 - comes with schemathesis
from hypothesis import strategies as st  # noqa: E402
from schemathesis.checks import not_a_server_error  # noqa: E402
from schemathesis.config import SchemathesisConfig  # noqa: E402
from schemathesis.specs.openapi.checks import unsupported_method  # noqa: E402

from fakestt import EDITIONS, FakeSTT  # noqa: E402
from fakestt.contract.audio_types import AUDIO_TYPES  # noqa: E402
from fakestt.contract.openapi import openapi  # noqa: E402
from fakestt.contract.operations import OPERATIONS  # noqa: E402
from fakestt.contract.operations.absent import ABSENT  # noqa: E402
from fakestt.core.refusals import Why  # noqa: E402
from fakestt.http.render import METHODS  # noqa: E402
from fakestt.media import forge  # noqa: E402

pytestmark = pytest.mark.slow

UNKNOWN_ID = "8391f918-3b76-e109-763c-b7732fae4829"
SMALL = {
    "application/gzip": forge.tar_gz_of({"a.wav": forge.wav(0.1)}),
    "application/zip": forge.zip_of({"a.wav": forge.wav(0.1)}),
    "audio/flac": forge.flac(720),
    "audio/wav": forge.wav(0.1),
}
THERE = {"corpus_name": "corpus", "grammar_name": "grammar", "word_name": "IEEE"}
"""What every language model has."""
OTHER = b"RIFF, and then nothing of the kind"

# Refusals of the form of a request. One of them, to a request that the document allows, is an error of the document.
FORM = (
    Why.UNSUPPORTED_AUDIO_TYPE,
    Why.MALFORMED_REQUEST,
    Why.UNSUPPORTED_ENCODING,
    Why.MALFORMED_GUID,
    Why.WRONG_CONTENT_TYPE,
    Why.WRONG_GRAMMAR_TYPE,
    Why.RATE_MISSING,
    Why.EMPTY_BODY,
    Why.MALFORMED_JSON,
    Why.MISSING_PARAMETER,
    Why.BAD_VALUE,
    Why.UNKNOWN_BASE_MODEL,
    Why.NOT_CUSTOMIZABLE,
    Why.NAME_TOO_LONG,
    Why.NAME_CHARACTERS,
    Why.DESCRIPTION_TOO_LONG,
    Why.AUDIO_NAME_TOO_LONG,
    Why.AUDIO_NAME_CHARACTERS,
)

for media_type in [name + (";rate=16000" if row.rate_required else "") for name, row in AUDIO_TYPES.items()] + [
    "application/gzip",
    "application/zip",
]:
    data = SMALL.get(media_type, OTHER)
    schemathesis.openapi.media_type(media_type, st.just(data) | st.just(OTHER))
schemathesis.openapi.media_type("application/srgs", st.just(b"#ABNF 1.0; $a = IEEE;") | st.just(OTHER))
schemathesis.openapi.media_type(
    "application/srgs+xml", st.just(b'<grammar><rule id="a">b</rule></grammar>') | st.just(OTHER)
)


def service(edition: str) -> tuple[FakeSTT, list[str]]:
    """A new service; ids are made of the seed, so that they are the same each time."""
    stt = FakeSTT(edition=edition, start="2018-10-27T00:00:00Z", auth="strict")
    ids = [
        stt.acoustic_models.add(name=status, status=status).id
        for status in ("pending", "ready", "training", "available", "failed")
    ]
    stt.acoustic_models.add(name="old", status="available", versions=["en-US_BroadbandModel.v07-06082016.06202016"])
    ids.append(list(stt.acoustic_models)[-1].id)
    data: dict[str, Any] = {"words": ["IEEE"], "corpora": {"corpus": "text"}}
    if stt.edition.limits.knows_grammars:
        data["grammars"] = {"grammar": "#ABNF 1.0; $a = IEEE;"}
    for status in ("pending", "ready", "training", "available", "failed"):
        ids.append(stt.language_models.add(name=status, status=status, **data).id)
    return stt, ids


def schema_of(edition: str) -> Any:
    """The document, with the ids that are there and one that is not as examples of good ones."""
    document = openapi(EDITIONS[edition], OPERATIONS.values())
    stt, ids = service(edition)
    for path in document["paths"].values():
        for operation in path.values():
            for param in operation.get("parameters", ()):
                if param["name"] in ("customization_id", "custom_language_model_id"):
                    param["schema"] = {"enum": [*ids, UNKNOWN_ID]}
                if param["name"] in THERE:
                    param["schema"] = {"anyOf": [{"const": THERE[param["name"]]}, param["schema"]]}
    config = SchemathesisConfig.from_dict(
        {
            "generation": {
                "max-examples": 50,
                "deterministic": True,
                "database": "none",
                # Unknown parameters are let through, with a warning: that is documented, and no schema can say so.
                "allow-extra-parameters": False,
            },
            "checks": {
                # 400 and 409: what a model's state forbids, 401 and 404: what is not there, 415: the header that says
                # what an archive holds is looked at beside an archive only, and no schema can say so. What may not
                # come to a request that the document allows is told apart in `check`.
                "positive_data_acceptance": {"expected-statuses": ["2xx", 400, 401, 404, 409, 415]},
            },
        }
    )
    schema = schemathesis.openapi.from_dict(document, config=config)
    schema.config.update(base_url=stt.url)
    schema.app = stt.app
    return schema


def credentials(stt: FakeSTT) -> dict[str, str]:
    if "basic" in stt.edition.traits.credentials:
        return {"Authorization": "Basic " + b64encode(f"apikey:{stt.api_key}".encode()).decode()}
    return {"Authorization": f"Bearer {stt.api_key}"}


def pattern(template: str) -> str:
    return "(?s)" + "".join(
        ".*" if at % 2 else re.escape(part) for at, part in enumerate(re.split(r"(\{[^}]*\})", template))
    )


def check(edition: str, case: Any) -> None:
    stt, _ = service(edition)
    case.operation.schema.app = stt.app
    # werkzeug's test client, through which cases travel, can't send both a query and a path that holds a `?`: it takes
    # the path as text, and schemathesis hands it over decoded.
    if case.query and any("?" in str(value) for value in (case.path_parameters or {}).values()):
        reject()
    # Where the service has methods that fakestt lacks, these are 404, as if fakestt had nothing there at all.
    excluded = [unsupported_method] if case.path in {row.path for row in ABSENT.values()} else []
    if case.method.upper() not in METHODS:  # 501, which the outer layer says to what it does not know
        excluded = [unsupported_method, not_a_server_error]
    response = case.call_and_validate(headers=credentials(stt), excluded_checks=excluded)
    if case.meta.generation.mode.is_positive and response.status_code >= 400:
        error = response.json()
        text = error.get("error") or error["errorMessage"]
        rows = [stt.edition.wording[why] for why in FORM]
        found = [row for row in rows if row.status == response.status_code and re.fullmatch(pattern(row.text), text)]
        of_members = str(case.media_type).startswith("application/") and "Contained-Content-Type" in (
            case.headers or {}
        )
        # That a body names the word of its path, or none, no schema can say either.
        unsaid = of_members or text.endswith("expected the word of the path, or none")
        assert unsaid or not found, f"the document allows this request, and it was refused for its form: {text}"


def fuzzed(edition: str) -> Any:
    @schema_of(edition).parametrize()
    @settings(deadline=None, suppress_health_check=list(HealthCheck))  # the machine's speed is not what is tested
    def test(case: Any) -> None:
        check(edition, case)

    return test


test_every_answer_of_icp2018_conforms = fuzzed("icp2018")
test_every_answer_of_icp2020_conforms = fuzzed("icp2020")
test_every_answer_of_cloud2025_conforms = fuzzed("cloud2025")
test_every_answer_of_cp4d2025_conforms = fuzzed("cp4d2025")
