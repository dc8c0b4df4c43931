"""The operation table: total, without doubles, and each answer is of the shape that its row promises."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
from asking import EDITIONS, MODELS, START, add, ask, create
from ibm_watson.speech_to_text_v1 import SpeechToTextV1

from fakestt import FakeSTT
from fakestt.contract.audio_types import read_audio_type, read_member_type
from fakestt.contract.check import check_path, check_rest, known_params, typed
from fakestt.contract.messages import Call
from fakestt.contract.operation import Body, In
from fakestt.contract.operations import OPERATIONS, SERVICE_OPERATIONS, operations_in
from fakestt.contract.operations.absent import ABSENT, absent_at
from fakestt.contract.shapes import Flag, Optional
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.families import FAMILIES
from fakestt.core.language.family import LANGUAGE
from fakestt.core.placing import TRAINED
from fakestt.core.provenance import Assumed, Source
from fakestt.core.refusals import Refusal, Why
from fakestt.editions import EDITIONS as ROWS
from fakestt.http.handlers import HANDLERS
from fakestt.media import forge

TYPES = {Body.GRAMMAR: "application/srgs"}
# What any request may meet, whatever it asks for.
GENERAL = {
    Why.NO_SUCH_PATH, Why.UNKNOWN_METHOD, Why.WRONG_METHOD, Why.MALFORMED_REQUEST, Why.UNSUPPORTED_ENCODING,
    Why.UNAUTHORIZED, Why.FORBIDDEN, Why.LITE_PLAN, Why.NOT_ACCEPTABLE, Why.BAD_VALUE,
}  # fmt: skip


def test_there_is_a_handler_for_every_operation_with_credentials_and_no_other() -> None:
    assert set(HANDLERS) == {name for name, row in OPERATIONS.items() if row.authenticated} == set(SERVICE_OPERATIONS)


def test_the_operations_are_these_of_the_vendors_and_those_for_tokens() -> None:
    assert list(OPERATIONS) == [
        "listModels", "getModel", "createAcousticModel", "listAcousticModels", "getAcousticModel",
        "deleteAcousticModel", "trainAcousticModel", "resetAcousticModel", "upgradeAcousticModel", "listAudio",
        "addAudio", "getAudio", "deleteAudio", "createLanguageModel", "listLanguageModels", "getLanguageModel",
        "deleteLanguageModel", "trainLanguageModel", "resetLanguageModel", "upgradeLanguageModel",
        "listCorpora", "addCorpus", "getCorpus", "deleteCorpus", "listWords", "addWords", "addWord", "getWord",
        "deleteWord", "listGrammars", "addGrammar", "getGrammar", "deleteGrammar", "deleteUserData", "getToken",
        "authorize", "validateAuth", "getWatsonToken",
    ]  # fmt: skip


def test_every_operation_of_the_vendor_s_sdk_is_here_or_is_known_to_be_absent() -> None:
    source = inspect.getsource(SpeechToTextV1)
    sent = {
        (method, path)
        for body in source.split("\n    def ")
        for path in re.findall(r"url = '(/v1[^']*)'", body)
        for method in re.findall(r"method='(\w+)'", body)
    }
    here = {(row.method, row.path) for row in SERVICE_OPERATIONS.values()}
    absent = {(row.method, row.path) for row in ABSENT.values()}
    assert here & absent == set()
    assert sent <= here | absent
    no_sdk_has_it = {("GET", "/v1/recognize")} | {one for one in absent if "batches" in one[1]}
    assert (here | absent) - sent - no_sdk_has_it <= {("POST", "/v1/detect_language")}  # from 10.0 on
    assert set(ABSENT) & set(OPERATIONS) == set()


@pytest.mark.parametrize("name", ABSENT)
def test_an_absent_operation_is_recognized_by_its_own_path_and_method_alone(name: str) -> None:
    row = ABSENT[name]
    path = re.sub(r"\{\w+\}", "a%2Fb", row.path)
    for target in (path, f"/speech-to-text/api{path}/?x=/v1/models"):
        assert absent_at(row.method, target) == row
        assert absent_at("PATCH", target) is None
    assert absent_at(row.method, f"{path}/more/than/that") is None
    assert absent_at(row.method, f"/v1/nowhere{path}") is None
    if row.method == "GET":
        assert absent_at("HEAD", path) == row


def test_no_two_operations_share_method_and_path() -> None:
    assert len({(row.method, row.path) for row in OPERATIONS.values()}) == len(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_row_is_complete(name: str) -> None:
    row = OPERATIONS[name]
    assert row.id == name
    assert re.findall(r"\{(\w+)\}", row.path) == [param.name for param in row.params if param.where is In.PATH]
    assert row.success == (201 if name.startswith(("create", "add")) else 200)
    assert (row.record is not None) == (row.body in (Body.JSON, Body.FORM))
    assert len({param.name for param in row.params}) == len(row.params)
    for how in (row.how, row.success_how, *(param.how for param in row.params)):
        assert isinstance(how, (Source, Assumed))
    for param in row.params:
        assert param.required or param.where is not In.PATH
        assert param.switch is None or hasattr(next(iter(ROWS.values())).limits, param.switch)
        assert param.default == (param.shape.default if isinstance(param.shape, Flag) else None)


def test_every_reason_of_a_refusal_is_some_operations() -> None:
    named = {why for row in OPERATIONS.values() for why in row.refusals}
    assert named | GENERAL == set(Why)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_refusal_is_worded_in_every_edition(edition: str) -> None:
    wording = ROWS[edition].wording
    assert set(wording) == set(Why)
    for why, row in wording.items():
        assert 400 <= row.status < 500 or why is Why.UNKNOWN_METHOD
        assert isinstance(row.status_how, (Source, Assumed))
        assert isinstance(row.text_how, (Source, Assumed))
        assert not row.text.endswith("\n")


def states(edition: str) -> Iterator[tuple[FakeSTT, str]]:
    """A model in every status, with an archive, audio of every kind and two versions somewhere."""
    for status in ("pending", "ready", "training", "available", "upgrading", "failed"):
        for invalid_audio in (0, 1):
            if invalid_audio and status in TRAINED and not ROWS[edition].limits.knows_strict:
                continue
            stt = FakeSTT(edition=edition, start=START)
            model = stt.acoustic_models.add(
                status=status, description="so", invalid_audio=invalid_audio, versions=["older"]
            )
            data: dict[str, Any] = {}
            if status == "ready":
                data = {"corpora": {"set": "some text", "tar": "IEEE"}, "words": ["audio1"]}
                if edition != "icp2018":
                    data["grammars"] = {"text": "#ABNF 1.0; $a = b;"}
            stt.language_models.add(status=status, description="so", versions=["older"], **data)
            yield stt, model.id
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt)
    stt.language_models.add()
    for name, data, content_type in (
        ("audio1", forge.wav(1), "audio/wav"),
        ("set", forge.zip_of({"a": forge.wav(1), "b": forge.not_audio()}), "application/zip"),
        ("tar", forge.tar_gz_of({"c": forge.wav(1)}), "application/gzip"),
        ("text", forge.not_audio(), "audio/flac"),
    ):
        assert add(stt, model_id, name, data, content_type).status == 201
        yield stt, model_id
        stt.clock.advance("1h")
        yield stt, model_id


@pytest.mark.parametrize(
    "edition", ["icp2018", "cloud2025", *(pytest.param(one, marks=pytest.mark.slow) for one in ("icp2020", "cp4d2025"))]
)
def test_every_answer_in_every_state_is_of_the_shape_of_its_row(edition: str) -> None:
    seen: set[str] = set()
    there = operations_in(ROWS[edition].limits, SERVICE_OPERATIONS.values())
    for stt, model_id in states(edition):
        before = stt.snapshot()
        for row in there:
            for name in ("audio1", "set", "tar", "text"):
                stt.restore(before)
                its_id = next(iter(stt.language_models)).id if row.family is LANGUAGE else model_id
                target = row.path.format(
                    customization_id=its_id,
                    audio_name=name,
                    corpus_name=name,
                    grammar_name=name,
                    word_name=name,
                    model_id="ja-JP_BroadbandModel",
                )
                query = "?customer_id=1" if row.id == "deleteUserData" else "?strict=false&odd=1"
                body: Any = {"name": "a", "base_model_name": "ko-KR_NarrowbandModel", "odd": 1}
                if row.id in ("addWord", "addWords"):
                    one = {"sounds_like": ["audio one"], "odd": 1}
                    body = one if row.id == "addWord" else {"words": [{"word": name, **one}]}
                if row.body is not Body.JSON:
                    body = b"some bytes"
                heard = ask(
                    stt,
                    row.method,
                    target + query,
                    body,
                    {} if row.body is Body.JSON else {"Content-Type": TYPES.get(row.body, "audio/wav")},
                )
                if heard.status == row.success:
                    seen.add(row.id)
                    assert row.returns.problem(heard.json) is None, (row.id, heard.json)
                else:
                    whys = {*row.refusals, *GENERAL}
                    assert heard.status in {ROWS[edition].wording[why].status for why in whys}, row.id
    assert seen == {row.id for row in there}


ID = "1cd859d1-a522-4001-b8e0-e3e3637b48e1"


def call_of(operation: str, **values: str) -> Call:
    return Call(operation=OPERATIONS[operation], method="POST", path="", values=values)


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition_knows_the_parameters_that_it_documents(edition: str) -> None:
    names = {param.name for param in known_params(OPERATIONS["trainAcousticModel"], ROWS[edition].limits)}
    assert ("strict" in names) is (edition != "icp2018")
    assert names - {"strict"} == {"customization_id", "custom_language_model_id", "force", "clean"}


def test_a_checked_call_has_typed_values_and_defaults() -> None:
    limits = ROWS["icp2020"].limits
    call = call_of("trainAcousticModel", customization_id="1cd859d1-a522-4001-b8e0-e3e3637b48e1", strict="FALSE")
    check_path(call)
    values = check_rest(call, limits).values
    assert (values["strict"], values["force"], values["custom_language_model_id"]) == (False, False, None)


@pytest.mark.parametrize(
    ("operation", "values", "why", "facts"),
    [
        ("getAcousticModel", {"customization_id": "x"}, Why.MALFORMED_GUID, {"value": "x"}),
        ("getAudio", {"customization_id": ID, "audio_name": "\0"}, Why.BAD_VALUE,
         {"name": "audio_name", "expected": "a string without NUL characters"}),
        ("getModel", {"model_id": ""}, Why.BAD_VALUE, {"name": "model_id", "expected": "a string that is not empty"}),
    ],
)  # fmt: skip
def test_ids_of_a_path_are_looked_at_first(
    operation: str, values: dict[str, str], why: Why, facts: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as caught:
        check_path(call_of(operation, **values))
    assert (caught.value.why, caught.value.facts) == (why, facts)


@pytest.mark.parametrize(
    ("operation", "values", "why", "facts"),
    [
        ("deleteUserData", {}, Why.MISSING_PARAMETER, {"name": "customer_id"}),
        ("trainAcousticModel", {"customization_id": ID, "strict": "perhaps"}, Why.BAD_VALUE,
         {"name": "strict", "expected": "a boolean (`true` or `false`)"}),
        ("trainAcousticModel", {"customization_id": ID, "custom_language_model_id": "x"}, Why.MALFORMED_GUID,
         {"value": "x"}),
    ],
)  # fmt: skip
def test_a_parameter_that_is_missing_or_misfits_is_named(
    operation: str, values: dict[str, str], why: Why, facts: dict[str, str]
) -> None:
    with pytest.raises(Refusal) as caught:
        check_rest(call_of(operation, **values), ROWS["cloud2025"].limits)
    assert (caught.value.why, caught.value.facts) == (why, facts)


@pytest.mark.parametrize(
    ("body", "why", "facts"),
    [
        (["a"], Why.MALFORMED_JSON, {"expected": "an object"}),
        ({"name": "a"}, Why.MISSING_PARAMETER, {"name": "base_model_name", "unknown": ("odd",)}),
        ({"name": None}, Why.MISSING_PARAMETER, {"name": "name", "unknown": ("odd",)}),
        ({"name": 5}, Why.BAD_VALUE, {"name": "name", "expected": "a string", "unknown": ("odd",)}),
    ],
)
def test_what_is_wrong_in_a_body_is_named_beside_what_nobody_knows(body: Any, why: Why, facts: dict[str, Any]) -> None:
    call = call_of("createAcousticModel")._replace(body=body, unknown_fields=("odd",))
    with pytest.raises(Refusal) as caught:
        check_rest(call, ROWS["cloud2025"].limits)
    assert (caught.value.why, caught.value.facts) == (why, facts)


def test_the_problem_of_a_body_is_said_before_its_parameters_are_missed() -> None:
    call = Call(
        operation=OPERATIONS["deleteUserData"],
        method="DELETE",
        path="",
        values={},
        problem=Refusal(Why.BODY_TOO_LARGE, most="1"),
    )
    with pytest.raises(Refusal) as caught:
        check_rest(call, ROWS["icp2018"].limits)
    assert caught.value.why is Why.BODY_TOO_LARGE


@pytest.mark.parametrize(
    ("header", "plain"),
    [
        ("audio/wav", "audio/wav"),
        (" Audio/L16 ; Rate = 16000 ; ;; endianness=\"Big-Endian\"", "audio/l16;rate=16000;endianness=big-endian"),
        ("audio/flac;x=Y", "audio/flac"),
        ('audio/flac;codecs="X"', "audio/flac;codecs=x"),
        # What a type has no use for may be anything.
        ("audio/wav;rate=any;channels=any;endianness=any", "audio/wav;rate=any;channels=any;endianness=any"),
        ("audio/l16;rate=999999;channels=16;x=Y", "audio/l16;rate=999999;channels=16"),
        ("audio/l16;rate=1;channels=000000001", "audio/l16;rate=1;channels=000000001"),
        ("audio/l16;rate=1;endianness=little-endian", "audio/l16;rate=1;endianness=little-endian"),
        ("audio/ogg;codecs=Opus;rate=any", "audio/ogg;codecs=opus;rate=any"),
    ],
)  # fmt: skip
def test_a_content_type_has_a_plain_form(header: str, plain: str) -> None:
    assert read_audio_type(header, {"audio/wav", "audio/l16", "audio/flac", "audio/ogg"}) == plain


@pytest.mark.parametrize(
    ("header", "part"),
    [
        *((f"audio/l16;rate=8000;{name}={number}", f"{name}={number}")
          for name in ("rate", "channels") for number in ("\xb2", "9" * 5_000, "-1", "1.0", "0", "0000000001")),
        ("audio/l16; rate=\"8000 ", 'rate="8000'),
        ("audio/l16; 8000 ;rate=8000", "8000"),
        ("audio/l16;rate=1000000", "rate=1000000"),
        ("audio/l16;rate=8000;channels=17", "channels=17"),
        ("audio/l16;rate=8000;endianness=Middle", "endianness=Middle"),
        ("audio/ogg;codecs=flac", "codecs=flac"),
    ],
)  # fmt: skip
def test_the_part_of_a_content_type_that_is_wrong_is_named(header: str, part: str) -> None:
    with pytest.raises(Refusal) as caught:
        read_audio_type(header, {"audio/l16", "audio/ogg"})
    facts = {"type": header.partition(";")[0], "part": part}
    assert (caught.value.why, caught.value.facts) == (Why.MALFORMED_AUDIO_TYPE, facts)


@pytest.mark.parametrize(
    ("header", "why", "facts"),
    [
        ("Audio/X;a=b", Why.UNSUPPORTED_AUDIO_TYPE, {"type": "audio/x", "allowed": "audio/l16, audio/ogg"}),
        ("audio/wav", Why.UNSUPPORTED_AUDIO_TYPE, {"type": "audio/wav", "allowed": "audio/l16, audio/ogg"}),
        ("audio/l16;channels=1", Why.RATE_MISSING, {"type": "audio/l16"}),
    ],
)
def test_a_content_type_that_is_not_taken_is_named(header: str, why: Why, facts: dict[str, str]) -> None:
    with pytest.raises(Refusal) as caught:
        read_audio_type(header, {"audio/ogg", "audio/l16"})
    assert (caught.value.why, caught.value.facts) == (why, facts)


def test_a_member_of_an_archive_is_no_archive() -> None:
    allowed = {"audio/ogg", "audio/l16", "application/zip"}
    assert read_member_type("Audio/OGG", allowed) == "audio/ogg"
    with pytest.raises(Refusal) as caught:
        read_member_type("application/zip", allowed)
    assert caught.value.facts == {"type": "application/zip", "allowed": "audio/l16, audio/ogg"}


def test_an_operation_is_shown_short_and_so_is_a_call_of_it() -> None:
    row = OPERATIONS["addAudio"]
    assert repr(row) == "<Operation addAudio: POST /v1/acoustic_customizations/{customization_id}/audio/{audio_name}>"
    assert len(repr(call_of("addAudio"))) < 400


@pytest.mark.parametrize(("operation", "asks"), [("validateAuth", 401), ("getWatsonToken", 401)])
@pytest.mark.parametrize("edition", EDITIONS)
def test_what_asks_for_a_basic_header_refuses_a_request_without_one(edition: str, operation: str, asks: int) -> None:
    row = OPERATIONS[operation]
    assert row.asks_basic
    stt = FakeSTT(edition=edition)
    assert [ask(stt, row.method, row.path, key=key).status for key in (None, "")] == [asks, 200]


def test_optional_fields_are_the_ones_that_may_be_missing() -> None:
    fields = OPERATIONS["getAcousticModel"].returns.fields
    optional = {name for name, shape in fields.items() if isinstance(shape, Optional)}
    assert optional == {"description", "updated", "error", "warnings"}


def test_a_create_names_its_one_field() -> None:
    heard = ask(FakeSTT(), "POST", MODELS, {"name": "a", "base_model_name": "en-US_BroadbandModel"})
    assert OPERATIONS["createAcousticModel"].returns.problem(heard.json) is None


@pytest.mark.parametrize(
    ("operation", "command"),
    [
        ("trainAcousticModel", AcousticCommand.TRAIN),
        ("addAudio", AcousticCommand.ADD_AUDIO),
        ("deleteUserData", AcousticCommand.DELETE_USER_DATA),
        ("createAcousticModel", None),  # there is no model yet to ask
        ("listModels", None),
        ("getToken", None),
    ],
)
def test_a_row_says_which_command_of_its_family_it_is(operation: str, command: AcousticCommand | None) -> None:
    assert OPERATIONS[operation].command is command


def test_each_command_of_a_family_is_some_row_s() -> None:
    asked = {row.command for row in OPERATIONS.values()} - {None}
    assert asked == {command for family in FAMILIES for command in family.lifecycle.commands}


@pytest.mark.parametrize(
    ("operation", "name", "values"),
    [
        ("trainAcousticModel", "force", {"true": True, "FALSE": False, "1": True, "0": False, "perhaps": "perhaps"}),
        ("trainLanguageModel", "customization_weight",
         {"0.5": 0.5, "1": 1.0, "5e-1": 0.5, "+.5": 0.5, "1.5": "1.5", "-0.1": "-0.1", "nan": "nan", "0x1": "0x1"}),
        ("listWords", "sort", {"count": "count", "+count": "+count", " count": "+count", "odd": "odd", " odd": " odd"}),
    ],
)  # fmt: skip
def test_a_value_is_typed_where_its_parameter_can_have_it(operation: str, name: str, values: dict[str, object]) -> None:
    param = next(param for param in OPERATIONS[operation].params if param.name == name)
    assert {raw: typed(param, raw) for raw in values} == values
    assert {raw: type(typed(param, raw)) for raw in values} == {raw: type(value) for raw, value in values.items()}
