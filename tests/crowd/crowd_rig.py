"""Many clients of one fake at once, each of which keeps its own account of what it did."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from time import monotonic

from fakestt import Change, FakeSTT
from fakestt.media import forge

THREADS = 64
SHORT = forge.flac(60)
LONG = forge.flac(720)

LIFE = (
    "createAcousticModel", "addAudio", "analysis", "addAudio", "analysis", "trainAcousticModel", "training",
    "deleteAcousticModel",
)  # fmt: skip

Ask = Callable[[str, str, "bytes | None", str], tuple[int, bytes]]
"""One way to the fake, for one thread: method, path below the models, body, content type; status and body come back."""


@dataclass
class Account:
    """What one client knows that the fake must know as well."""

    number: int
    made: dict[str, str] = field(default_factory=dict)  # ids and names
    deleted: set[str] = field(default_factory=set)
    audio: dict[str, set[str]] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)
    answers: Counter[tuple[str, int]] = field(default_factory=Counter)
    rounds: int = 0
    error: BaseException | None = None


class Client:
    """Lives the lives of models, one after the other."""

    def __init__(self, stt: FakeSTT, account: Account, ask: Ask, shared_id: str) -> None:
        self._stt = stt
        self._account = account
        self._ask = ask
        self._shared_id = shared_id

    def live(self) -> None:
        account = self._account
        name = f"model {account.number}.{account.rounds}"
        account.rounds += 1
        new = json.dumps({"name": name, "base_model_name": "en-US_BroadbandModel"}).encode()
        made = self._must("createAcousticModel", 201, "POST", "", new, "application/json")
        model_id = json.loads(made)["customization_id"]
        assert model_id not in account.made
        account.made[model_id] = name
        account.audio[model_id] = set()
        for audio in ("first", "second"):
            self._must("addAudio", 201, "POST", f"/{model_id}/audio/{audio}", LONG, "audio/flac")
            account.audio[model_id].add(audio)
            self._until(model_id, "ready", "1m")
        self._must("deleteAudio", 200, "DELETE", f"/{model_id}/audio/second")
        account.audio[model_id].remove("second")
        self._must("trainAcousticModel", 200, "POST", f"/{model_id}/train")
        self._until(model_id, "available", "10m")
        self._add_to_the_shared_model(f"audio-{account.number}-{account.rounds}")
        if account.rounds % 2:
            self._must("deleteAcousticModel", 200, "DELETE", f"/{model_id}")
            account.deleted.add(model_id)

    def _add_to_the_shared_model(self, audio: str) -> None:
        """It takes one audio at a time: of all who try at once, one has it."""
        status, body = self._say("addAudio", "POST", f"/{self._shared_id}/audio/{audio}", SHORT, "audio/flac")
        assert status in (201, 409), (status, body)
        if status == 201:
            self._account.shared.add(audio)

    def _until(self, model_id: str, status: str, step: str) -> None:
        while (shown := json.loads(self._must("getAcousticModel", 200, "GET", f"/{model_id}")))["status"] != status:
            assert shown["status"] in ("pending", "training"), shown
            self._stt.clock.advance(step)
        assert shown["name"] == self._account.made[model_id]

    def _must(
        self, operation: str, expected: int, method: str, path: str, body: bytes | None = None, content_type: str = ""
    ) -> bytes:
        status, answer = self._say(operation, method, path, body, content_type)
        assert status == expected, (method, path, status, answer)
        return answer

    def _say(self, operation: str, method: str, path: str, body: bytes | None, content_type: str) -> tuple[int, bytes]:
        status, answer = self._ask(method, path, body, content_type)
        self._account.answers[operation, status] += 1
        return status, answer


@dataclass
class Crowd:
    """A fake and the accounts of those who have used it."""

    stt: FakeSTT
    shared_id: str
    accounts: list[Account]
    took_s: float


def crowd(stt: FakeSTT, way: Callable[[], tuple[Ask, Callable[[], None]]], seconds: float) -> Crowd:
    """Let 64 threads loose on a fake for so many real seconds, each for one round at least.

    Args:
        way: makes a client for one thread, and what closes it.
    """
    shared_id = stt.acoustic_models.add(name="shared").id
    accounts = [Account(number) for number in range(THREADS)]
    start = threading.Barrier(THREADS + 1)

    def run(account: Account, ask: Ask, close: Callable[[], None]) -> None:
        client = Client(stt, account, ask, shared_id)
        start.wait()
        until_s = monotonic() + seconds
        try:
            client.live()
            while monotonic() < until_s:
                client.live()
        except BaseException as error:
            account.error = error
        finally:
            close()

    threads = [threading.Thread(target=run, args=(account, *way())) for account in accounts]
    for thread in threads:
        thread.start()
    start.wait()
    began_s = monotonic()
    for thread in threads:
        thread.join()
    return Crowd(stt, shared_id, accounts, monotonic() - began_s)


def check(crowd: Crowd) -> None:
    """What the clients know and what the fake knows are the same."""
    stt, accounts = crowd.stt, crowd.accounts
    assert [account.error for account in accounts if account.error is not None] == []
    assert all(account.rounds >= 1 for account in accounts)
    stt.clock.advance("1d")  # whatever is still due

    made = {model_id: name for account in accounts for model_id, name in account.made.items()}
    deleted = {model_id for account in accounts for model_id in account.deleted}
    assert len(made) == sum(account.rounds for account in accounts)  # no id was given twice
    assert {model.id: model.name for model in stt.acoustic_models} == {
        crowd.shared_id: "shared",
        **{model_id: name for model_id, name in made.items() if model_id not in deleted},
    }

    # No update was lost: the audio that was accepted is there, and no other.
    audio = {model_id: names for account in accounts for model_id, names in account.audio.items()}
    accepted = [name for account in accounts for name in account.shared]
    assert sorted(stt.acoustic_models[crowd.shared_id].audio) == sorted(accepted)
    for model in stt.acoustic_models:
        if model.id != crowd.shared_id:
            assert (model.status, set(model.audio)) == ("available", audio[model.id])

    check_journal(crowd)
    check_lives(crowd, made, deleted)


def check_journal(crowd: Crowd) -> None:
    """Each request was written down once, with the answer that its client got."""
    journal = crowd.stt.journal
    assert [exchange.seq for exchange in journal] == list(range(1, len(journal) + 1))
    told = Counter((exchange.operation, exchange.status) for exchange in journal)
    assert told == sum((account.answers for account in crowd.accounts), Counter())
    instants = [exchange.at_s for exchange in journal]
    assert instants == sorted(instants)


def check_lives(crowd: Crowd, made: Iterable[str], deleted: set[str]) -> None:
    """Each model has lived its life, one change after the other, and each change is in the journal once."""
    changes: dict[str, list[Change]] = {model_id: [] for model_id in made}
    for exchange in crowd.stt.journal:
        for change in exchange.changes:
            if change.subject in changes:
                changes[change.subject].append(change)
    for model_id, lived in changes.items():
        assert tuple(change.cause for change in lived) == (LIFE if model_id in deleted else LIFE[:-1])
        assert all(one.after == next_one.before for one, next_one in pairwise(lived))
        assert all(one.at_s <= next_one.at_s for one, next_one in pairwise(lived))
    # A view goes through all changes there were, so not each is asked.
    kept = [model for model in crowd.stt.acoustic_models if model.id != crowd.shared_id]
    for model in kept[:: len(kept) // 100 + 1]:
        assert model.history == tuple(changes[model.id])
