"""The state table, cell by cell, over HTTP: each command in each phase of a model, in each edition.

Phases are reached by requests alone. A cell is the status, then `>` and the next phase where it changes, then a word
for what the refusal says:

    lock   locked                                   new    model is up-to-date
    dur    audio duration must be between           same   No input data modified since last training
    bad    some audio is not valid                  name   the name exists already
    none   no such audio                            idle   neither ready nor available

B* is the analysis of more audio in a model that was available. `-` marks what cannot be asked.
"""

# Tables are wider than a line.
# ruff: noqa: E501

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
from asking import EDITIONS, MODELS, START, Heard, add, ask, create, flac
from table_rig import BASE, NEWER, SAYS, STATUSES, Cell, check, check_phase, go_on, restored, rows_of

from fakestt import FakeSTT
from fakestt.contract.operations import OPERATIONS
from fakestt.media import forge

COMMON = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
create                   201         201         201         201         201         201         201         201         201         201
list                     200         200         200         200         200         200         200         200         200         200
get                      200         200         200         200         200         200         200         200         200         200
delete                   200>gone    409:lock    200>gone    200>gone    200>gone    409:lock    409:lock    200>gone    409:lock    200>gone
train                    400>F:dur   409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    400:same    409:lock    200>T
train-force              400>F:dur   409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    200>T       409:lock    200>T
reset                    200         409:lock    200>P0      200>P0      200>P0      409:lock    409:lock    200>P0      409:lock    200>P0
upgrade-newer            400:idle    409:lock    400:idle    200>U       200>U       409:lock    409:lock    200>U       409:lock    400:idle
upgrade-newest           400:new     409:lock    400:new     400:new     400:new     409:lock    409:lock    400:new     409:lock    400:new
list-audio               200         200         200         200         200         200         200         200         200         200
get-audio                -           200         200         200         200         200         200         200         200         200
get-audio-missing        400:none    400:none    400:none    400:none    400:none    400:none    400:none    400:none    400:none    400:none
delete-audio             -           200>P0      200>P0      200>P0      200>PI      200         409:lock    200>P0      409:lock    200>P0
delete-audio-bad         -           -           -           -           200>R       -           -           -           -           -
delete-audio-analysed    -           200>P0      -           -           -           200>R       -           -           -           -
delete-audio-missing     400:none    400:none    400:none    400:none    400:none    400:none    409:lock    400:none    409:lock    400:none
user-data                200         200>P0      200>P0      200>P0      200>PI      200         200         200>P0      200         200>P0
user-data-of-nobody      200         200         200         200         200         200         200         200         200         200
"""

# `strict` is unknown in the edition of 2018: the audio decides all the same.
WITHOUT_STRICT = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-lenient            400>F:dur   409:lock    400>F:bad   200>T       400>F:bad   409:lock    409:lock    400:same    409:lock    200>T
"""

WITH_STRICT = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
train-lenient            400>F:dur   409:lock    400>F:dur   200>T       200>T       409:lock    409:lock    400:same    409:lock    200>T
"""

ONE_UPLOAD_AT_A_TIME = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
add                      201>PB      409:lock    201>PB      201>PB      201>PB      409:lock    409:lock    201>PB      409:lock    201>PB
add-existing             -           409:lock    400:name    400:name    400:name    409:lock    409:lock    400:name    409:lock    400:name
add-analysed             -           409:lock    -           -           -           409:lock    -           -           -           -
overwrite                201>PB      409:lock    201>PB      201>PB      201>PB      409:lock    409:lock    201>PB      409:lock    201>PB
overwrite-analysed       -           409:lock    -           -           -           409:lock    -           -           -           -
"""

# Since June 2019 other names may be added meanwhile; the one that is being analysed may not be replaced.
SEVERAL_UPLOADS = """
                         P0          PB          PI          R           RM          B*          T           A           U           F
add                      201>PB      201         201>PB      201>PB      201>PB      201         409:lock    201>PB      409:lock    201>PB
add-existing             -           400:name    400:name    400:name    400:name    400:name    409:lock    400:name    409:lock    400:name
add-analysed             -           400:name    -           -           -           400:name    -           -           -           -
overwrite                201>PB      409:lock    201>PB      201>PB      201>PB      201         409:lock    201>PB      409:lock    201>PB
overwrite-analysed       -           409:lock    -           -           -           409:lock    -           -           -           -
"""

TABLES = {
    "icp2018": COMMON + WITHOUT_STRICT + ONE_UPLOAD_AT_A_TIME,
    "icp2020": COMMON + WITH_STRICT + ONE_UPLOAD_AT_A_TIME,
    "cloud2025": COMMON + WITH_STRICT + SEVERAL_UPLOADS,
    "cp4d2025": COMMON + WITH_STRICT + SEVERAL_UPLOADS,
}

COMMANDS = {  # method, what follows the models' address, the operation
    "create": ("POST", "", "createAcousticModel"),
    "list": ("GET", "", "listAcousticModels"),
    "get": ("GET", "/{id}", "getAcousticModel"),
    "delete": ("DELETE", "/{id}", "deleteAcousticModel"),
    "train": ("POST", "/{id}/train", "trainAcousticModel"),
    "train-lenient": ("POST", "/{id}/train?strict=false", "trainAcousticModel"),
    "train-force": ("POST", "/{id}/train?force=true", "trainAcousticModel"),
    "reset": ("POST", "/{id}/reset", "resetAcousticModel"),
    "upgrade-newer": ("POST", "/{id}/upgrade_model", "upgradeAcousticModel"),
    "upgrade-newest": ("POST", "/{id}/upgrade_model", "upgradeAcousticModel"),
    "list-audio": ("GET", "/{id}/audio", "listAudio"),
    "add": ("POST", "/{id}/audio/another", "addAudio"),
    "add-existing": ("POST", "/{id}/audio/audio1", "addAudio"),
    "add-analysed": ("POST", "/{id}/audio/{analysed}", "addAudio"),
    "overwrite": ("POST", "/{id}/audio/audio1?allow_overwrite=true", "addAudio"),
    "overwrite-analysed": ("POST", "/{id}/audio/{analysed}?allow_overwrite=true", "addAudio"),
    "get-audio": ("GET", "/{id}/audio/audio1", "getAudio"),
    "get-audio-missing": ("GET", "/{id}/audio/nothing", "getAudio"),
    "delete-audio": ("DELETE", "/{id}/audio/audio1", "deleteAudio"),
    "delete-audio-bad": ("DELETE", "/{id}/audio/bad", "deleteAudio"),
    "delete-audio-analysed": ("DELETE", "/{id}/audio/{analysed}", "deleteAudio"),
    "delete-audio-missing": ("DELETE", "/{id}/audio/nothing", "deleteAudio"),
    "user-data": ("DELETE", "/v1/user_data?customer_id=kim", "deleteUserData"),
    "user-data-of-nobody": ("DELETE", "/v1/user_data?customer_id=lee", "deleteUserData"),
}
ALL_SAY = SAYS | {"dur": "audio duration must be between", "none": "'nothing' not found"}

ROWS = [
    pytest.param(edition, command, row, id=f"{edition}-{command}")
    for edition in EDITIONS
    for command, row in rows_of(TABLES[edition]).items()
]


@lru_cache
def reached(edition: str, phase: str, newer: bool) -> tuple[dict[str, Any], str]:
    """A state as data, and the id of the model that is in this phase. Only `audio1` is labelled."""
    stt = FakeSTT(edition=edition, start=START)
    model_id = create(stt)
    label = {"X-Watson-Metadata": "customer_id=kim"}
    if phase == "PB":
        assert add(stt, model_id, headers=label).status == 201
    elif phase == "PI":
        assert add(stt, model_id, data=forge.not_audio(), headers=label).status == 201
        stt.clock.advance("1h")
    elif phase != "P0":
        assert add(stt, model_id, headers=label).status == 201
        stt.clock.advance("1h")
    if phase == "RM":
        assert add(stt, model_id, "bad", forge.not_audio()).status == 201
        stt.clock.advance("1h")

    def add_more() -> None:
        assert add(stt, model_id, "audio2").status == 201

    state = go_on(stt, stt.acoustic_models[model_id], f"{MODELS}/{model_id}", phase, newer, add_more)
    return state, model_id


def in_phase(edition: str, phase: str, *, newer: bool = False) -> tuple[FakeSTT, str]:
    state, model_id = reached(edition, phase, newer)
    return restored(edition, state), model_id


def send(stt: FakeSTT, command: str, model_id: str, phase: str) -> Heard:
    method, target, operation = COMMANDS[command]
    if not target.startswith("/v1"):
        target = MODELS + target.format(id=model_id, analysed="audio2" if phase == "B*" else "audio1")
    if operation == "createAcousticModel":
        return ask(stt, method, target, {"name": "another", "base_model_name": BASE})
    if operation == "addAudio":
        return ask(stt, method, target, flac(11), {"Content-Type": "audio/flac"})
    return ask(stt, method, target)


@pytest.mark.parametrize(("edition", "command", "row"), ROWS)
def test_a_command_in_each_phase_is_answered_as_the_table_says(
    edition: str, command: str, row: dict[str, str], cell: Cell
) -> None:
    for phase, expected in row.items():
        with cell(f"{phase} {expected}"):
            stt, model_id = in_phase(edition, phase, newer=command == "upgrade-newer")
            before = stt.snapshot()
            heard = send(stt, command, model_id, phase)
            after = check(stt, heard, OPERATIONS[COMMANDS[command][2]], expected, ALL_SAY, before)
            check_phase(stt.acoustic_models, model_id, phase, after)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("phase", "status"), STATUSES.items())
def test_get_shows_the_status_of_the_phase_and_progress_only_when_available(
    edition: str, phase: str, status: str
) -> None:
    stt, model_id = in_phase(edition, phase)
    shown = ask(stt, "GET", f"{MODELS}/{model_id}").json
    assert (shown["status"], shown["progress"]) == (status, 100 if phase == "A" else 0)
    assert ("error" in shown) is (phase == "F")


@pytest.mark.parametrize(
    ("phase", "by_hand"),
    [
        ("P0", {}),
        ("PB", {"minutes_of_audio": 12}),
        ("PI", {"invalid_audio": 1}),
        ("R", {"status": "ready"}),
        ("RM", {"status": "ready", "invalid_audio": 1}),
        ("T", {"status": "training"}),
        ("A", {"status": "available"}),
        ("U", {"status": "upgrading", "versions": ["older"]}),
        ("F", {"status": "failed"}),
    ],
)
def test_a_model_put_into_a_phase_by_hand_answers_as_one_that_got_there(phase: str, by_hand: dict[str, Any]) -> None:
    got_there, model_id = in_phase("icp2018", phase)
    put_there = FakeSTT(start=START)
    model = put_there.acoustic_models.add(**by_hand)
    assert model.phase.code == phase
    for command, row in rows_of(TABLES["icp2018"]).items():
        # Audio by hand has names of its own and no label.
        by_name = any(word in COMMANDS[command][1] for word in ("audio1", "bad", "customer_id"))
        if phase in row and not by_name:
            put_there = FakeSTT(start=START)
            model = put_there.acoustic_models.add(**by_hand)
            got_there, model_id = in_phase("icp2018", phase, newer=command == "upgrade-newer")
            if command == "upgrade-newer":
                put_there.base_models.publish(BASE, NEWER)
            one, other = send(put_there, command, model.id, phase), send(got_there, command, model_id, phase)
            assert one.status == other.status, command


@pytest.mark.parametrize("edition", EDITIONS)
def test_deleting_audio_of_an_available_model_leaves_what_is_left_ready_to_train(edition: str) -> None:
    stt, model_id = in_phase(edition, "A")
    assert add(stt, model_id, "audio2").status == 201
    stt.clock.advance("1h")
    assert ask(stt, "DELETE", f"{MODELS}/{model_id}/audio/audio2").status == 200
    assert stt.acoustic_models[model_id].status == "ready"
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train").status == 200


@pytest.mark.parametrize(
    ("edition", "members"), [("icp2020", ("warning_id", "description")), ("cloud2025", ("code", "message"))]
)
def test_a_training_that_leaves_invalid_audio_out_names_it(edition: str, members: tuple[str, str]) -> None:
    stt, model_id = in_phase(edition, "RM")
    code, message = members
    (warning,) = send(stt, "train-lenient", model_id, "RM").json["warnings"]
    assert set(warning) == {code, message}
    assert warning[code] == "invalid_audio_files"
    assert warning[message] == (
        "Analysis of the following audio files has not completed successfully: [bad]. "
        "They will be excluded from custom acoustic model training."
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_model_never_answers_while_busy_to_whoever_asks_to_overwrite_audio_in_training(edition: str) -> None:
    stt, model_id = in_phase(edition, "T")
    for _ in range(3):
        assert send(stt, "overwrite", model_id, "T").status == 409
    stt.clock.advance("1d")
    assert stt.acoustic_models[model_id].status == "available"


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("hours_over", "status"), [(0, 200), (1, 400)])
def test_a_training_on_more_than_the_documented_hours_is_refused(edition: str, hours_over: int, status: int) -> None:
    most = {"icp2018": 50, "icp2020": 100, "cloud2025": 50, "cp4d2025": 200}[edition]
    stt = FakeSTT(edition=edition, start=START)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=(most + hours_over) * 60)
    heard = ask(stt, "POST", f"{MODELS}/{model.id}/train")
    assert heard.status == status
    if hours_over:
        assert f"between 10 and {most * 60} minutes" in heard.error
        assert model.status == "failed"


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(("seconds", "status"), [(600, 200), (599, 400)])
def test_exactly_ten_minutes_are_enough_to_train(edition: str, seconds: int, status: int) -> None:
    stt = FakeSTT(edition=edition, start=START)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=seconds / 60)
    assert ask(stt, "POST", f"{MODELS}/{model.id}/train").status == status


@pytest.mark.parametrize(
    ("edition", "status"), [("icp2018", 201), ("icp2020", 201), ("cloud2025", 400), ("cp4d2025", 400)]
)
def test_a_model_over_the_maximum_takes_no_more_audio_on_the_cloud(edition: str, status: int) -> None:
    stt = FakeSTT(edition=edition, start=START)
    model = stt.acoustic_models.add(status="ready", minutes_of_audio=201 * 60)
    heard = add(stt, model.id, "more")
    assert heard.status == status
    # Replacing some of it is the way back.
    assert add(stt, model.id, "audio1", query="?allow_overwrite=true").status in (201, 409)


HELPERS = [
    # edition    the helper                                        train  upgrade
    ("icp2018", {},                                                200, 400),
    ("icp2018", {"base_model_name": "en-US_NarrowbandModel"},      400, 400),
    ("icp2018", {"versions": [NEWER]},                             400, 200),
    ("icp2018", {"status": "training"},                            400, 400),
    ("icp2018", {"status": "training", "versions": [NEWER]},       400, 200),
    ("icp2020", {"versions": [NEWER]},                             400, 200),
    ("cloud2025", {},                                              200, 400),
    ("cloud2025", {"base_model_name": "en-US_NarrowbandModel"},    400, 400),
    ("cloud2025", {"versions": [NEWER]},                           400, 200),
    ("cloud2025", {"status": "ready"},                             400, 400),
    ("cloud2025", {"status": "training", "versions": [NEWER]},     400, 400),
]  # fmt: skip


@pytest.mark.parametrize(("edition", "helper", "train", "upgrade"), HELPERS)
def test_a_helping_language_model_must_fit(edition: str, helper: dict[str, Any], train: int, upgrade: int) -> None:
    for command, status in (("train", train), ("upgrade_model", upgrade)):
        stt, model_id = in_phase(edition, "R")
        made = stt.language_models.add(**helper)
        if command == "upgrade_model":
            stt.base_models.publish(BASE, NEWER)
        target = f"{MODELS}/{model_id}/{command}?custom_language_model_id={made.id}"
        heard = ask(stt, "POST", target)
        assert heard.status == status, (command, heard)
        refused_training = command == "train" and status == 400
        assert stt.acoustic_models[model_id].status == (
            "failed" if refused_training else {"train": "training", "upgrade_model": "upgrading"}[command]
            if status == 200 else "ready"
        )  # fmt: skip


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("command", ["train", "upgrade_model"])
@pytest.mark.parametrize(
    ("helper", "status", "says"),
    [
        ("words", 400, "Malformed GUID: 'words'"),
        ("00000000-0000-4000-8000-000000000000", 401, "Invalid customization_id"),
        ("foreign", 401, "Invalid customization_id"),
    ],
)
def test_a_helper_that_is_not_there_changes_nothing(
    edition: str, command: str, helper: str, status: int, says: str
) -> None:
    stt, model_id = in_phase(edition, "R", newer=True)
    if helper == "foreign":
        helper = stt.language_models.add(owner="11111111-0000-4000-8000-000000000000").id
    before = stt.snapshot()
    heard = ask(stt, "POST", f"{MODELS}/{model_id}/{command}?custom_language_model_id={helper}")
    assert (heard.status, says in heard.error) == (status, True)
    assert stt.snapshot() == before


def trained_with_a_helper(edition: str) -> tuple[FakeSTT, str, str]:
    stt, model_id = in_phase(edition, "R")
    helper = stt.language_models.add()
    assert ask(stt, "POST", f"{MODELS}/{model_id}/train?custom_language_model_id={helper.id}").status == 200
    stt.clock.advance("1d")
    stt.base_models.publish(BASE, NEWER)
    return stt, model_id, helper.id


def test_in_2018_one_call_upgrades_a_model_that_was_trained_with_a_language_model() -> None:
    stt, model_id, helper_id = trained_with_a_helper("icp2018")
    upgrade = f"{MODELS}/{model_id}/upgrade_model"
    with_helper = f"{upgrade}?custom_language_model_id={helper_id}"
    assert "specify custom_language_model_id" in ask(stt, "POST", upgrade).error
    assert "same version" in ask(stt, "POST", with_helper).error
    stt.language_models[helper_id].upgrade()
    assert ask(stt, "POST", with_helper).status == 200
    stt.clock.advance("1d")
    assert stt.acoustic_models[model_id].status == "available"
    assert ask(stt, "POST", with_helper).error.endswith("model is up-to-date")


@pytest.mark.parametrize("edition", ["icp2020", "cloud2025", "cp4d2025"])
def test_later_two_calls_upgrade_it_and_the_versions_grow_once(edition: str) -> None:
    stt, model_id, helper_id = trained_with_a_helper(edition)
    upgrade = f"{MODELS}/{model_id}/upgrade_model"
    assert ask(stt, "POST", upgrade).status == 200
    stt.clock.advance("1d")
    stt.language_models[helper_id].upgrade()
    assert ask(stt, "POST", f"{upgrade}?custom_language_model_id={helper_id}").status == 200
    assert stt.acoustic_models[model_id].status == "upgrading"
    stt.clock.advance("1d")
    shown = ask(stt, "GET", f"{MODELS}/{model_id}").json
    assert (shown["status"], shown["versions"][1:]) == ("available", [NEWER])
    # The third call has nothing left to do.
    assert ask(stt, "POST", f"{upgrade}?custom_language_model_id={helper_id}").error.endswith("up-to-date")


@pytest.mark.parametrize("edition", ["icp2020", "cloud2025"])
def test_the_second_call_may_need_force_where_a_script_says_so(edition: str) -> None:
    stt, model_id, helper_id = trained_with_a_helper(edition)
    stt.script.upgrade(needs_force=True)
    upgrade = f"{MODELS}/{model_id}/upgrade_model"
    assert ask(stt, "POST", upgrade).status == 200
    stt.clock.advance("1d")
    stt.language_models[helper_id].upgrade()
    second = f"{upgrade}?custom_language_model_id={helper_id}"
    assert ask(stt, "POST", second).error == "No input data modified since last training"
    assert ask(stt, "POST", second + "&force=true").status == 200


def test_every_row_is_there_for_every_edition_and_every_phase() -> None:
    for edition in EDITIONS:
        assert set(rows_of(TABLES[edition])) == set(COMMANDS)
    asked = {operation for _, _, operation in COMMANDS.values()}
    assert asked == {name for name, row in OPERATIONS.items() if "acoustic" in row.path or "user_data" in row.path}
