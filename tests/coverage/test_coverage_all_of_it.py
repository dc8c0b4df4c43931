"""A hundred percent can be reached, by requests that a client may send."""

from __future__ import annotations

from contextlib import suppress

import pytest
from asking import EDITIONS, MODELS, NOBODY, START, Heard, add, ask, create, flac

from fakestt import FakeSTT, fail, lose_reply, lose_request, ok, slow, truncate, wire
from fakestt.contract.operations import SERVICE_OPERATIONS
from fakestt.coverage.document import only
from fakestt.coverage.items import Trouble
from fakestt.faults import effects
from fakestt.faults.effects import Effect
from fakestt.views.acoustic import AcousticModelView

ACOUSTIC = ("*Acoustic*", "*Audio", "listModels", "getModel", "deleteUserData")
BASE, OTHER = "en-US_BroadbandModel", "en-US_NarrowbandModel"
EFFECTS: dict[Trouble, Effect] = {
    Trouble.LOST_REPLY: lose_reply(),
    Trouble.LOST_REQUEST: lose_request(),
    Trouble.ERROR: fail(503),
    Trouble.BROKEN: truncate(1),
    Trouble.LATE: slow("1s"),
    Trouble.OLD: getattr(effects, "stale", ok)(),
}


class Client:
    """Sends requests for operations by their ids, about one model."""

    def __init__(self, stt: FakeSTT) -> None:
        self.stt = stt

    def ask(self, operation: str, model: str = NOBODY, audio: str = "one", query: str = "", **more: object) -> Heard:
        row = SERVICE_OPERATIONS[operation]
        path = row.path.replace("{customization_id}", model).replace("{audio_name}", audio)
        return ask(self.stt, row.method, path.replace("{model_id}", BASE) + query, **more)  # type: ignore[arg-type]

    def model(self, status: str, **more: object) -> AcousticModelView:
        return self.stt.acoustic_models.add(base_model_name=BASE, status=status, **more)  # type: ignore[arg-type]

    def later(self) -> None:
        self.stt.clock.advance("2d")


def look_at_every_status(client: Client) -> None:
    for status in ("pending", "ready", "training", "available", "upgrading", "failed"):
        client.model(status, versions=[f"{BASE}.v2001-01-01"] if status == "upgrading" else None)
    client.ask("listAcousticModels")


def live_through_every_change(client: Client) -> None:
    stt = client.stt
    # a model of the client's own, with good audio and bad
    model_id = create(stt)
    for name, data in (("good", flac(12)), ("bad", b"no audio"), ("gone", flac(1))):
        add(stt, model_id, name, data)
        client.ask("listAudio", model_id)
        if name != "gone":
            client.later()
    for name in ("gone", "bad", "good"):
        client.ask("getAudio", model_id, name)
        client.ask("deleteAudio", model_id, name)
    client.ask("trainAcousticModel", model_id)
    for status in ("pending", "ready", "available", "failed"):
        client.ask("deleteAcousticModel", client.model(status).id)
    for status in ("ready", "available", "failed"):
        client.ask("resetAcousticModel", client.model(status).id)
        client.ask("trainAcousticModel", client.model(status).id, query="?force=true")
        client.later()
    client.ask("trainAcousticModel", client.model("ready", minutes_of_audio=1).id)
    other = stt.language_models.add(name="words", base_model_name=OTHER)
    client.ask(
        "trainAcousticModel", client.model("available").id, query=f"?force=true&custom_language_model_id={other.id}"
    )
    failing = client.model("ready")
    failing.script.training(fails="not enough speech")
    client.ask("trainAcousticModel", failing.id)
    client.later()
    # what is failed is ready again when its audio changes
    changed = client.model("failed")
    add(stt, changed.id, "more", flac(1))
    client.later()
    changed = client.model("failed")
    client.ask("deleteAudio", changed.id, next(iter(changed.audio)))
    two = create(stt)
    for name in ("one", "two"):
        add(stt, two, name, flac(1))
        client.later()
    client.ask("trainAcousticModel", two)
    client.ask("deleteAudio", two, "two")


def upgrade_in_every_way(client: Client) -> None:
    stt = client.stt
    labelled = create(stt)
    add(stt, labelled, "mine", flac(12), headers={"X-Watson-Metadata": "customer_id=me"})
    client.later()
    models = [client.model(status) for status in ("ready", "available", "available")]
    stt.base_models.publish(BASE, f"{BASE}.v2030-01-01")
    models[-1].script.upgrade(fails="no")
    for model_id in (*(model.id for model in models), labelled):
        assert client.ask("upgradeAcousticModel", model_id).status == 200
    client.ask("deleteUserData", query="?customer_id=me")
    client.later()
    client.ask("upgradeAcousticModel", models[1].id)


def lose_recordings_during_the_training(client: Client) -> None:
    """What is trained without data that a user has had deleted meanwhile is not available."""
    stt = client.stt
    for audio in ({"mine": flac(12)}, {"mine": flac(12), "bad": b"no audio"}, {"mine": flac(12), "other": flac(1)}):
        model_id = create(stt)
        for name, data in audio.items():
            add(stt, model_id, name, data, headers={"X-Watson-Metadata": f"customer_id={name}"})
            client.later()
        client.ask("trainAcousticModel", model_id, query="?strict=false")
        client.ask("deleteUserData", query="?customer_id=mine")
        client.later()


def lose_an_invalid_recording_after_the_training(client: Client) -> None:
    """Where `strict` is known, a model is trained without what is invalid, and that may go later."""
    model_id = create(client.stt)
    for name, data in (("good", flac(12)), ("bad", b"no audio")):
        add(client.stt, model_id, name, data)
        client.later()
    client.ask("trainAcousticModel", model_id, query="?strict=false")
    client.later()
    client.ask("deleteAudio", model_id, "bad")


def be_refused_in_every_way(client: Client) -> None:
    stt = client.stt
    for operation in SERVICE_OPERATIONS:
        client.ask(operation)
    busy = client.model("training")
    client.ask("getAcousticModel", busy.id)
    for operation in ("deleteAcousticModel", "trainAcousticModel", "resetAcousticModel", "upgradeAcousticModel"):
        client.ask(operation, busy.id)
    client.ask("deleteAudio", busy.id)
    add(stt, busy.id)
    ask(stt, "GET", "/v1/models/nobody")
    ask(stt, "POST", MODELS, {"name": "car", "base_model_name": "nobody"})
    ready = client.model("ready")
    for operation in ("upgradeAcousticModel", "getAudio", "deleteAudio"):
        client.ask(operation, ready.id, "nobody")
    add(stt, ready.id, "one")
    client.later()
    add(stt, ready.id, "one")
    add(stt, ready.id, "two", content_type="text/plain")
    stt.faults.on("addAudio", times=1).fail(413)  # a hundred megabytes take a while
    add(stt, ready.id, "three")


def get_over_every_fault(client: Client) -> None:
    for trouble, operation in only(client.stt.coverage, ACOUSTIC).faults.possible:
        rule = client.stt.faults.on(operation, times=1).do(EFFECTS[trouble])
        with suppress(wire.WireBreak):
            client.ask(operation)
        assert client.stt.faults.used(rule) == 1
    client.ask("listModels")


@pytest.mark.parametrize(
    "edition", ["icp2020", *(pytest.param(one, marks=pytest.mark.slow) for one in EDITIONS if one != "icp2020")]
)
def test_a_client_can_meet_all_that_is_possible(edition: str) -> None:
    client = Client(FakeSTT(edition=edition, start=START))
    assert client.stt.coverage.counted == 0
    look_at_every_status(client)
    live_through_every_change(client)
    upgrade_in_every_way(client)
    lose_recordings_during_the_training(client)
    lose_an_invalid_recording_after_the_training(client)
    be_refused_in_every_way(client)
    get_over_every_fault(client)
    coverage = only(client.stt.coverage, ACOUSTIC)
    assert [str(item) for measure in coverage.measures for item in measure.never] == []
    assert coverage.percent == 100
