"""The document says of each edition what the service does in it, and where that is known from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from fakestt.contract.openapi import ERRORS, openapi
from fakestt.contract.operations import OPERATIONS, SERVICE_OPERATIONS, operations_in
from fakestt.contract.refusals_of import refusals_of
from fakestt.core.provenance import Source
from fakestt.core.refusals import Why
from fakestt.editions import EDITIONS, BodyShape

DOCUMENTS = {name: openapi(edition) for name, edition in EDITIONS.items()}


def operations_of(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["operationId"]: row for path in document["paths"].values() for row in path.values()}


def walk(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from walk(one)


def names(operation: dict[str, Any]) -> list[str]:
    return [param["name"] for param in operation.get("parameters", ())]


@pytest.mark.parametrize("name", EDITIONS)
def test_every_operation_of_the_service_is_in_it_once(name: str) -> None:
    found = operations_of(DOCUMENTS[name])
    there = operations_in(EDITIONS[name].limits, SERVICE_OPERATIONS.values())
    assert sorted(found) == sorted(operation.id for operation in there)
    for operation in there:
        assert DOCUMENTS[name]["paths"][operation.path][operation.method.lower()] is found[operation.id]


@pytest.mark.parametrize("name", EDITIONS)
def test_every_reference_leads_to_a_component_and_every_component_is_used(name: str) -> None:
    document = DOCUMENTS[name]
    used = {part["$ref"] for part in walk(document) if "$ref" in part}
    there = {f"#/components/{kind}/{one}" for kind in ("schemas", "headers") for one in document["components"][kind]}
    assert used == there


@pytest.mark.parametrize("name", EDITIONS)
def test_every_operation_parameter_and_success_says_how_it_is_known(name: str) -> None:
    for operation in operations_of(DOCUMENTS[name]).values():
        parts = [operation, *operation.get("parameters", ())]
        parts += [answer for status, answer in operation["responses"].items() if status < "400"]
        assert all(part["x-source"] for part in parts)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_refusal_is_listed_under_its_status_with_its_text(name: str) -> None:
    edition = EDITIONS[name]
    for operation in operations_in(edition.limits, SERVICE_OPERATIONS.values()):
        responses = operations_of(DOCUMENTS[name])[operation.id]["responses"]
        for why in refusals_of(operation, edition):
            row = edition.wording[why]
            listed = responses[str(row.status)]["x-refusals"]
            assert {"why": why.value, "text": row.text}.items() <= next(
                one.items() for one in listed if one["why"] == why.value
            )


@pytest.mark.parametrize(("name", "known"), [("icp2018", False), ("icp2020", True), ("cloud2025", True)])
def test_strict_is_a_parameter_where_the_edition_knows_it(name: str, known: bool) -> None:
    assert ("strict" in names(operations_of(DOCUMENTS[name])["trainAcousticModel"])) is known


@pytest.mark.parametrize(("name", "most", "forbids"), [("icp2018", None, ""), ("cloud2025", 256, "\\/:=&?")])
def test_the_name_of_a_model_is_as_narrow_as_the_edition_makes_it(name: str, most: int | None, forbids: str) -> None:
    schema = DOCUMENTS[name]["components"]["schemas"]["CreateAcousticModel"]["properties"]["name"]
    assert schema.get("maxLength") == most
    assert re.match(schema["pattern"], "noisy car")
    assert not any(re.match(schema["pattern"], f"a{char}b") for char in forbids + "\0")


@pytest.mark.parametrize(
    ("most", "forbids", "cited"),
    [
        (256, "/", "a page#most; a page#forbidden"),
        (256, "", "a page#most"),
        (None, "/", "a page#forbidden"),
        (None, "", None),
    ],
)
def test_each_limit_that_narrows_a_value_is_cited(most: int | None, forbids: str, cited: str | None) -> None:
    edition = EDITIONS["cloud2025"]
    hows = {"name_max": Source("a page", "most"), "name_forbidden": Source("a page", "forbidden")}
    limits = replace(edition.limits, name_max=most, name_forbidden=forbids)
    mine = replace(edition, limits=limits, provenance={**edition.provenance, **hows})
    document = openapi(mine, [SERVICE_OPERATIONS["createAcousticModel"]])
    schema = document["components"]["schemas"]["CreateAcousticModel"]["properties"]["name"]
    assert schema.get("x-source") == cited


def test_base_models_are_those_that_can_be_customized() -> None:
    properties = DOCUMENTS["cloud2025"]["components"]["schemas"]["CreateAcousticModel"]["properties"]
    assert "en-US_BroadbandModel" in properties["base_model_name"]["enum"]
    assert "en-US_Telephony" not in properties["base_model_name"]["enum"]


@pytest.mark.parametrize(("name", "there"), [("icp2018", False), ("cloud2025", True)])
def test_what_an_edition_shows_is_required_and_what_it_does_not_is_absent(name: str, there: bool) -> None:
    schemas = DOCUMENTS[name]["components"]["schemas"]
    for record, member in (("AcousticModel", "updated"), ("SupportedFeatures", "custom_acoustic_model")):
        assert (member in schemas[record]["properties"]) is there
        assert (member in schemas[record]["required"]) is there


@pytest.mark.parametrize(
    ("name", "schemes"), [("icp2018", ["basic"]), ("cloud2025", ["basic", "bearer"]), ("cp4d2025", ["bearer"])]
)
def test_security_is_the_edition_s(name: str, schemes: list[str]) -> None:
    assert list(DOCUMENTS[name]["components"]["securitySchemes"]) == schemes
    assert DOCUMENTS[name]["security"] == [{scheme: []} for scheme in schemes]


def test_audio_bodies_are_the_edition_s_and_carry_a_rate_where_it_is_required() -> None:
    bodies = {name: operations_of(one)["addAudio"]["requestBody"]["content"] for name, one in DOCUMENTS.items()}
    assert "audio/alaw;rate=16000" in bodies["cloud2025"]
    assert "audio/g729" not in bodies["icp2018"]
    assert "audio/l16;rate=16000" in bodies["icp2018"]


def test_a_refusal_in_two_shapes_has_both_schemas() -> None:
    answer = operations_of(DOCUMENTS["cloud2025"])["getAcousticModel"]["responses"]["401"]
    refs = [one["$ref"].rpartition("/")[2] for one in answer["content"]["application/json"]["schema"]["anyOf"]]
    assert refs == ["NewGatewayError", "ServiceError"]


def test_every_shape_of_an_error_has_a_schema() -> None:
    assert set(ERRORS) == {shape.value for shape in BodyShape}


def test_servers_have_the_prefixes_of_the_edition_with_what_is_to_be_filled_in() -> None:
    (server,) = DOCUMENTS["cp4d2025"]["servers"]
    assert server["url"] == "https://{host}/speech-to-text/{release}/instances/{guid}/api"
    assert set(server["variables"]) == {"host", "release", "guid"}


def test_the_token_endpoint_takes_a_form_and_no_credentials() -> None:
    token = operations_of(openapi(EDITIONS["cloud2025"], OPERATIONS.values()))["getToken"]
    assert list(token["requestBody"]["content"]) == ["application/x-www-form-urlencoded"]
    assert token["security"] == []
    assert "401" not in token["responses"]


@pytest.mark.parametrize("name", EDITIONS)
def test_the_token_endpoints_that_read_a_basic_header_ask_for_it_and_the_others_for_nothing(name: str) -> None:
    document = openapi(EDITIONS[name], OPERATIONS.values())
    asked = {name: row["security"] for name, row in operations_of(document).items() if "security" in row}
    basic = [{"basic": []}]
    assert asked == {"getToken": [], "authorize": [], "validateAuth": basic, "getWatsonToken": basic}
    assert document["components"]["securitySchemes"]["basic"]["scheme"] == "basic"
    assert document["security"] == DOCUMENTS[name]["security"]


def test_a_refusal_that_an_edition_has_no_rule_for_is_not_in_it() -> None:
    create = SERVICE_OPERATIONS["createAcousticModel"]
    assert Why.TOO_MANY_MODELS not in refusals_of(create, EDITIONS["icp2018"])
    assert Why.TOO_MANY_MODELS in refusals_of(create, EDITIONS["cloud2025"])
    unlimited = replace(EDITIONS["cloud2025"], limits=replace(EDITIONS["cloud2025"].limits, max_models=None))
    assert Why.TOO_MANY_MODELS not in refusals_of(create, unlimited)
