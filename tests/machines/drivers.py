"""The two ways in which the machines drive the fake: the core's commands on a World, and HTTP on a FakeSTT's app.

Each act gives None when it is done, else one word for the refusal. `seen` gives what a client can see.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlencode

import fakestt
from fakestt.core.acoustic import commands
from fakestt.core.acoustic.facts import AcousticModel, Audio
from fakestt.core.acoustic.phases import AcousticCommand
from fakestt.core.acoustic.placing import place_acoustic_model
from fakestt.core.acoustic.table import AcousticAsk
from fakestt.core.changes import Change
from fakestt.core.choices import Choices
from fakestt.core.clock import VirtualClock
from fakestt.core.families import FAMILIES
from fakestt.core.language.placing import place_language_model
from fakestt.core.lifecycle import Ending, Stage
from fakestt.core.models import failing
from fakestt.core.refusals import Refusal, Why
from fakestt.core.resources import Activity, Model, Resource
from fakestt.core.snapshot import snapshot
from fakestt.core.world import World
from fakestt.editions import EDITIONS
from fakestt.media import forge
from fakestt.media.facts import AudioFacts
from fakestt.timing.policies import read_instant as at
from fakestt.transports.inprocess import call
from fakestt.views.models import Models

START = "2018-10-27T00:00:00Z"
BASE, OTHER_BASE = "en-US_BroadbandModel", "en-US_NarrowbandModel"
ACTIVITIES = {"T": Activity.TRAINING, "U": Activity.UPGRADE}

WORDS = {
    Why.BUSY: "locked",
    Why.NO_SUCH_MODEL: "unknown",
    Why.NO_SUCH_AUDIO: "missing",
    Why.NAME_TAKEN: "exists",
    Why.UNMODIFIED: "unmodified",
    Why.INVALID_AUDIO: "invalid",
    Why.TOO_LITTLE_AUDIO: "duration",
    Why.TOO_MUCH_AUDIO: "duration",
    Why.OVER_THE_MAXIMUM: "duration",
    Why.UP_TO_DATE: "up-to-date",
    Why.NOT_UPGRADABLE: "state",
    Why.HELPER_BASE: "helper",
    Why.HELPER_VERSION: "helper",
    Why.HELPER_NOT_AVAILABLE: "helper",
    Why.HELPER_REQUIRED: "helper",
    Why.NO_INPUT_DATA: "none",
    Why.INVALID_DATA: "invalid",
    Why.UPGRADES_BY_TRAINING: "state",
    Why.CORPUS_TAKEN: "exists",
    Why.GRAMMAR_TAKEN: "exists",
    Why.NAME_OF_A_CORPUS: "exists",
    Why.NAME_OF_A_GRAMMAR: "exists",
    Why.NO_SUCH_CORPUS: "missing",
    Why.NO_SUCH_GRAMMAR: "missing",
    Why.NO_SUCH_WORD: "missing",
    Why.WORD_WITH_SPACE: "input",
    Why.INVALID_WORD: "digits",
}
FRAGMENTS = {
    "audio duration must be between": "duration",
    "more than the maximum": "duration",
    "No input data modified since last training": "unmodified",
    "model is up-to-date": "up-to-date",
    "already exists": "exists",
    "not found": "missing",
    "has not completed successfully": "invalid",
    "custom language model": "helper",
    "must be ready or available": "state",
    "has no audio": "state",
}


class Driver(Protocol):
    edition: str
    owners: tuple[str, str]

    def now(self) -> float: ...
    def advance(self, seconds: float) -> None: ...
    def next_due(self) -> float | None: ...
    def create(self, owner: str) -> str: ...
    def place(self, owner: str, minutes: float) -> str: ...
    def act(self, owner: str, model_id: str, command: str, **values: Any) -> str | None: ...
    def forget(self, owner: str) -> None: ...
    def publish(self, version: str) -> None: ...
    def helper(self, owner: str, *, same_base: bool, version: str, status: str) -> str: ...
    def script(self, owner: str, model_id: str, work: str, takes: float | None) -> None: ...
    def noisy(self) -> None: ...
    def seen(self, owner: str) -> dict[str, Any]: ...
    def history(self) -> list[Change]: ...
    def state(self) -> dict[str, Any]: ...


class CoreDriver:
    """Commands on a World."""

    owners = ("11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222")

    def __init__(self, edition: str) -> None:
        self.edition = edition
        found = EDITIONS[edition]
        # What the parameters' check does over HTTP: `strict` is not known everywhere.
        self._strict = found.limits.knows_strict
        self.world = World(VirtualClock(at(START, "start")), replace(found.limits), found.base_models, 0, FAMILIES)

    def now(self) -> float:
        return self.world.now_s

    def advance(self, seconds: float) -> None:
        self.world.clock.wait(seconds)
        self.world.settle()

    def next_due(self) -> float | None:
        return self.world.machine.schedule.next_due()

    def create(self, owner: str) -> str:
        return commands.create_acoustic_model(self.world, owner, name="car", base_model_name=BASE).id

    def place(self, owner: str, minutes: float) -> str:
        values = {"name": "car", "base_model_name": BASE, "status": "ready", "minutes_of_audio": minutes}
        return place_acoustic_model(self.world, owner, **values).id  # type: ignore[arg-type]

    def act(self, owner: str, model_id: str, command: str, **values: Any) -> str | None:
        return self._word(lambda: self._act(self.world.find(AcousticModel, owner, model_id), command, **values))

    def _word(self, act: Callable[[], None]) -> str | None:
        try:
            act()
        except Refusal as refusal:
            return WORDS[refusal.why]
        self.world.settle()  # a script may have it take no time at all
        return None

    def _act(self, model: AcousticModel, command: str, **values: Any) -> None:
        world = self.world
        if command == "addAudio":
            overwrite = values["overwrite"]
            commands.add_audio(world, model, self._audio(model, **values), overwrite=overwrite)
        elif command == "deleteAudio":
            commands.delete_audio(world, model, values["name"])
        elif command == "trainAcousticModel":
            strict = values["strict"] or not self._strict
            commands.train(world, model, strict=strict, force=values["force"], helper_id=values["helper_id"])
        elif command == "upgradeAcousticModel":
            commands.upgrade(world, model, force=values["force"], helper_id=values["helper_id"])
        elif command == "resetAcousticModel":
            commands.reset(world, model)
        elif command == "deleteAcousticModel":
            commands.delete_acoustic_model(world, model)
        else:  # the reading ones
            world.machine.permit(model, AcousticCommand(command), AcousticAsk(limits=world.limits), world.now_s)
            if command == "getAudio":
                commands.get_audio(world, model, values["name"])

    def _audio(self, model: AcousticModel, *, name: str, s: int, sound: bool, labelled: bool, overwrite: bool) -> Audio:
        return Audio(
            name=name,
            parent=model,
            content_type="audio/flac",
            size_bytes=1,
            sha256="",
            facts=AudioFacts(s, "flac", 16000 if sound else 8000, 1),
            customer_id="jane" if labelled else None,
        )

    def forget(self, owner: str) -> None:
        commands.delete_user_data(self.world, owner, "jane")

    def publish(self, version: str) -> None:
        self.world.publish(self.world.base_models[BASE], version)

    def helper(self, owner: str, *, same_base: bool, version: str, status: str) -> str:
        base = BASE if same_base else OTHER_BASE
        values = {"base_model_name": base, "status": status, "versions": [version]}
        return place_language_model(self.world, owner, name="words", **values).id  # type: ignore[arg-type]

    def script(self, owner: str, model_id: str, work: str, takes: float | None) -> None:
        after = None if takes is None else lambda _: (takes, takes)
        ends = (failing("by script"),) if takes is None else None
        row: Stage[Resource] = Stage(ACTIVITIES[work], after, ends, lambda one: one.model.id == model_id)
        self.world.machine.read_script(row, self.world.now_s)
        self.world.settle()

    def noisy(self) -> None:
        def spoil(resource: Resource) -> None:
            self.world.family(type(resource)).spoil[Activity.ANALYSIS](resource, "noise")

        ends = (Ending("invalid", spoil, spoils=True),)
        row: Stage[Resource] = Stage(Activity.ANALYSIS, None, ends, lambda one: one.name.startswith("noisy"))
        self.world.machine.read_script(row, self.world.now_s)

    def seen(self, owner: str) -> dict[str, Any]:
        phase = self.world.machine.phase
        return {
            model.id: {
                **self._facts(model),
                "minutes": round(model.valid_seconds() / 60, 2),
                "audio": {name: (audio.duration_s, phase(audio).shown) for name, audio in model.audio.items()},
            }
            for model in commands.list_acoustic_models(self.world, owner)
        }

    def _facts(self, model: Model) -> dict[str, Any]:
        status = self.world.machine.phase(model).shown
        return {
            "status": status,
            "progress": 100 if status == "available" else 0,
            "error": model.trouble is not None,
            "versions": list(model.versions),
            "updated": model.updated_at_s,
        }

    def history(self) -> list[Change]:
        return self.world.machine.changes

    def state(self) -> dict[str, Any]:
        return snapshot(self.world)


@lru_cache(maxsize=64)
def flac(seconds: int, rate_hz: int) -> bytes:
    return forge.flac(seconds, rate_hz)


class HttpDriver:
    """HTTP on the application of a FakeSTT."""

    def __init__(self, edition: str, choices: Choices | None = None) -> None:
        self.edition = edition
        self.stt = fakestt.FakeSTT(edition=edition, start=START, choices=choices)
        other = CoreDriver.owners[1]
        self.owners = (self.stt.owner, other)
        self._keys = {self.stt.owner: self.stt.api_key, other: self.stt.auth.add_key(owner=other)}
        self._updated = EDITIONS[edition].traits.shows_updated

    def now(self) -> float:
        return self.stt.clock.now()

    def advance(self, seconds: float) -> None:
        self.stt.clock.advance(seconds)

    def next_due(self) -> float | None:
        pending = self.stt.clock.pending()
        return pending[0].at_s if pending else None

    def ask(
        self, owner: str, method: str, path: str, body: bytes | None = None, *headers: tuple[str, str]
    ) -> tuple[int, Any]:
        """Status and JSON."""
        key = self._keys[owner]
        sent = [("Authorization", f"Bearer {self.stt.auth.hand_out(key).text}"), *headers]
        reply = call(self.stt.app, method, path, sent, body, scheme="https", host=self.stt.host, port=443)
        return reply.status, json.loads(reply.body.read())

    def good(self, *request: Any) -> Any:
        status, answer = self.ask(*request)
        assert status in (200, 201), answer
        return answer

    def create(self, owner: str) -> str:
        body = json.dumps({"name": "car", "base_model_name": BASE}).encode()
        answer = self.good(owner, "POST", "/v1/acoustic_customizations", body, ("Content-Type", "application/json"))
        return str(answer["customization_id"])

    def place(self, owner: str, minutes: float) -> str:
        return self.stt.acoustic_models.add(owner=owner, status="ready", minutes_of_audio=minutes).id

    def act(self, owner: str, model_id: str, command: str, **values: Any) -> str | None:
        path, query, body, headers = f"/v1/acoustic_customizations/{model_id}", "", None, []
        method = {"get": "GET", "lis": "GET", "del": "DELETE"}.get(command[:3], "POST")
        if "udio" in command:
            path += "/audio" + (f"/{values['name']}" if "name" in values else "")
        if command == "addAudio":
            body = flac(values["s"], 16000 if values["sound"] else 8000)
            query = f"?allow_overwrite={'true' if values['overwrite'] else 'false'}"
            headers = [("Content-Type", "audio/flac")]
            headers += [("X-Watson-Metadata", "customer_id=jane")] if values["labelled"] else []
        elif method == "POST":
            verb = {"tra": "train", "res": "reset", "upg": "upgrade_model"}[command[:3]]
            given = {"custom_language_model_id": values.pop("helper_id", None), **values}
            pairs = {name: str(value).lower() for name, value in given.items() if value is not None}
            path, query = f"{path}/{verb}", f"?{urlencode(pairs)}" if pairs else ""
        return self._word(command, FRAGMENTS, owner, method, path + query, body, *headers)

    def _word(self, command: str, fragments: Mapping[str, str], *request: Any) -> str | None:
        status, answer = self.ask(*request)
        if status == (201 if command.startswith("add") else 200):
            return None
        assert answer["code"] == status, answer
        # The code is the contract's; which of the 400s it is, the fragments on record say, else the rest of the text.
        if status in (401, 409):
            assert status == 401 or answer["error"].endswith("is currently locked to process your last request.")
            return {401: "unknown", 409: "locked"}[status]
        assert status == 400, answer
        return next(word for fragment, word in fragments.items() if fragment in answer["error"])

    def forget(self, owner: str) -> None:
        assert self.good(owner, "DELETE", "/v1/user_data?customer_id=jane") == {}

    def publish(self, version: str) -> None:
        self.stt.base_models.publish(BASE, version)

    def helper(self, owner: str, *, same_base: bool, version: str, status: str) -> str:
        base = BASE if same_base else OTHER_BASE
        add = self.stt.language_models.add
        return add(owner=owner, base_model_name=base, versions=[version], status=status).id

    def script(self, owner: str, model_id: str, work: str, takes: float | None) -> None:
        self._script(self.stt.acoustic_models, owner, model_id, work, takes)

    def _script(self, models: Models[Any], owner: str, model_id: str, work: str, takes: float | None) -> None:
        script = next(one for one in models.of(owner) if one.id == model_id).script
        act = script.training if work == "T" else script.upgrade
        act(fails="by script") if takes is None else act(takes=takes)

    def noisy(self) -> None:
        self.stt.script.analysis("noisy*", invalid=True)

    def seen(self, owner: str) -> dict[str, Any]:
        models = self.good(owner, "GET", "/v1/acoustic_customizations")["customizations"]
        return {model["customization_id"]: self._seen(owner, model) for model in models}

    def _seen(self, owner: str, model: dict[str, Any]) -> dict[str, Any]:
        path = f"/v1/acoustic_customizations/{model['customization_id']}"
        listed = self.good(owner, "GET", f"{path}/audio")
        for audio in listed["audio"]:
            assert self.good(owner, "GET", f"{path}/audio/{audio['name']}") == audio
            assert bool(audio["details"]) == (audio["status"] != "being_processed")
        return {
            **self._facts(owner, path, model),
            "minutes": listed["total_minutes_of_audio"],
            "audio": {audio["name"]: (audio["duration"], audio["status"]) for audio in listed["audio"]},
        }

    def _facts(self, owner: str, path: str, model: dict[str, Any]) -> dict[str, Any]:
        assert self.good(owner, "GET", path) == model
        assert ("updated" in model) == self._updated
        assert model["owner"] == owner
        return {
            "status": model["status"],
            "progress": model["progress"],
            "error": "error" in model,
            "versions": model["versions"],
            "updated": at(model["updated"], "updated") if self._updated else None,
        }

    def history(self) -> list[Change]:
        models: Iterable[Any] = [one for owner in self.owners for one in self.stt.acoustic_models.of(owner)]
        return sorted((change for one in models for change in one.history), key=lambda change: change.at_s)

    def state(self) -> dict[str, Any]:
        return self.stt.snapshot()
