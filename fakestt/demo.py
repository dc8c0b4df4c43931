"""The life of two custom acoustic models, told as it happens: the official client drives the fake, in virtual time.

Nothing here is staged. Each line of `client` is a request of ibm-watson and the status that came back. Each line of
`service` is a change that the fake recorded, with its own instant. Each line of `test` is a call of a test to the fake.
"""

from __future__ import annotations

import io
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import wrap
from typing import Any, TextIO

from fakestt.core.changes import Change
from fakestt.editions import find_edition
from fakestt.errors import MissingExtra
from fakestt.fake import FakeSTT
from fakestt.journal.timeline import since
from fakestt.media import forge
from fakestt.media.facts import ArchiveFacts
from fakestt.media.probe import probe
from fakestt.media.suffixes import media_type_of

__all__ = ["run"]

BASE = "en-US_BroadbandModel"
MODEL_POLL_S, AUDIO_POLL_S = 60, 5  # as the vendor's pages advise: once a minute, and every few seconds
TOKEN_RENEWED_S = 1800.0
WIDTH = 100
TEXT_AT = 22  # the column in which the text of a line begins
# fmt: off
STYLES = {
    "client": "cyan", "service": "green", "test": "magenta", "refused": "yellow", "title": "bold", "plain": "",
}
# fmt: on

LEGEND = {
    "client": "a request of the official client, and the status that came back",
    "service": "what changed in the service, at its own instant",
    "test": "what a test tells the fake; the client knows nothing of it",
}

Write = Callable[[str, str], None]
Audio = tuple[str, str, bytes]
"""A name, a content type, and the bytes."""

MEMBER_TYPES = {"flac": "audio/flac", "mp3": "audio/mp3", "opus": "audio/ogg", "vorbis": "audio/ogg"}
FORGED: Audio = ("forged", "audio/flac", forge.flac(12 * 60))


def run(edition: str = "icp2018", audio: Sequence[Path] = ()) -> None:
    """Show the demo on standard output: in colours on a terminal if rich is installed, else as plain text.

    Args:
        edition: the edition to fake.
        audio: files to train the first model on. If there are none, or too little, forged audio is used.

    Raises:
        MissingExtra: ibm-watson is not installed.
        ConfigurationError: no such edition, or a file whose suffix names no type of audio.
        OSError: a file can't be read.
    """
    files = [(path.stem, media_type_of(path), path.read_bytes()) for path in audio]
    files = list(_named_apart(files))
    # Each edition has a start of its own. So two runs differ only in the milliseconds at the end.
    stt = FakeSTT(edition=find_edition(edition), time="on_sleep", start="2018-10-27T09:00:00Z")
    try:
        import ibm_watson.version as client
    except ImportError:
        raise MissingExtra("demo: ibm-watson is not installed. pip install 'fakestt[demo]' brings it.") from None
    story = _Story(stt, _writer(sys.stdout))
    began = time.perf_counter()
    with stt.reachable():
        story.begin(client.__version__)
        story.first_model(files)
        story.second_model()
    story.end((time.perf_counter() - began) * 1000)


def _named_apart(files: Iterable[Audio]) -> Iterator[Audio]:
    """Give each file a name for audio: short, unique, without spaces and slashes, and not the forged audio's."""
    taken = {FORGED[0]}
    for stem, media_type, data in files:
        name = plain = re.sub(r"[\s/\\]+", "-", stem)[:60]
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}-{number}"
        taken.add(name)
        yield name, media_type, data


def _member_type(media_type: str, data: bytes) -> str | None:
    """The content type of an archive's files, if all have the same one and it isn't wav."""
    facts = probe(io.BytesIO(data), media_type)
    if not isinstance(facts, ArchiveFacts):
        return None
    types = {MEMBER_TYPES.get(getattr(member.facts, "codec", None) or "") for member in facts.members}
    return types.pop() if len(types) == 1 else None


def _writer(stream: TextIO) -> Write:
    if stream.isatty():
        try:
            from rich.console import Console
            from rich.text import Text
        except ImportError:
            return _plain
        console = Console(file=stream, highlight=False, soft_wrap=True)
        return lambda text, style: console.print(Text(text, style=STYLES[style]))
    return _plain


def _plain(text: str, style: str) -> None:
    print(text)


class _Story:
    """Makes requests, waits, and tells what came of them."""

    def __init__(self, stt: FakeSTT, write: Write) -> None:
        self._stt = stt
        self._write = write
        self._names: dict[str, str] = {}  # the models' names, by id
        self._paths: dict[str, list[str]] = {}  # the statuses that each resource went through
        self._new: tuple[Change, ...] = ()  # changes that are not told yet
        self._client = stt.client()
        self._client_since_s = stt.clock.now()

    # The chapters

    def begin(self, version: str) -> None:
        """What this is, and how to read it."""
        self._write("fakestt demo: the life of two custom acoustic models", "title")
        self._write("", "plain")
        self._say(f"The official client, ibm-watson {version}, talks to a fake of {self._stt.edition.title}.")
        self._say("The fake lives in this process: nothing leaves this machine, and nobody really waits.")
        self._write("", "plain")
        self._write(f"{'virtual time':>12}  {'who':<8}what", "title")
        for who, what in LEGEND.items():
            self._write(f"{'':>12}  {who:<8}{what}", who)

    def first_model(self, given: Sequence[Audio]) -> None:
        """The whole life of a model, with all that it can recover from."""
        self._chapter("A new model gets audio. While that is analysed the model is locked: training is refused.")
        model = self._create("car")
        for at, audio in enumerate(given or [FORGED]):
            self._add(model, audio, try_to_train=at == 0)

        self._chapter("Training takes long. The client asks once a minute; that it sleeps in between moves the clock.")
        self._train(model)
        self._request('add_audio("more", ...)', "add_audio", model, "more", FORGED[2], content_type=FORGED[1])
        self._poll_model(model, "training")

        self._chapter("A new version of the base model comes out: the custom model can be upgraded to it.")
        version = f"{BASE}.v2030-01-01"
        self._test(f'stt.base_models.publish("{BASE}", "{version}")')
        self._stt.base_models.publish(BASE, version)
        self._request("upgrade_acoustic_model()", "upgrade_acoustic_model", model)
        versions = self._poll_model(model, "upgrading")["versions"]
        self._detail("versions: " + ", then ".join(one.removeprefix(f"{BASE}.") for one in versions))

        self._chapter("A reset takes all audio away; a deletion, the model itself.")
        self._request("reset_acoustic_model()", "reset_acoustic_model", model)
        self._request("delete_acoustic_model()", "delete_acoustic_model", model)
        self._request("get_acoustic_model()", "get_acoustic_model", model)

    def second_model(self) -> None:
        """A failure that nobody can order from the real service."""
        self._chapter("A second model: its training fails, because the test says so. What does your code do then?")
        model = self._create("van")
        self._add(model, FORGED, try_to_train=False)
        self._test('model.script.training(fails="not enough speech", after="10m")')
        self._stt.acoustic_models[model].script.training(fails="not enough speech", after="10m")
        self._request("train_acoustic_model()", "train_acoustic_model", model)
        shown = self._poll_model(model, "training")
        self._detail(f"error, a string that holds JSON: {shown['error']}")

    def end(self, real_ms: float) -> None:
        """The summary, and the time that it took."""
        stt = self._stt
        self._write("", "plain")
        self._write("Every status that was passed through", "title")
        width = min(max(map(len, self._paths)), 44)
        for name, path in self._paths.items():
            self._hang(f"  {name:<{width}}  ", " > ".join(path), "plain")
        hours = (stt.clock.now() - stt.started_at_s) / 3600
        self._write("", "plain")
        cost = f"{hours:.1f} virtual hours took {real_ms:.0f} real milliseconds"
        self._write(f"{cost}, with {len(stt.journal)} requests of the official client.", "title")
        self._say(
            "In a test, the fixture `fake_stt` is this service; `fakestt --help` shows what else there is to ask."
        )

    # What the client does

    def _create(self, name: str) -> str:
        """Create a model; its first change is told once it has a name."""
        answer = self._ask("create_acoustic_model", name, BASE)
        model = str(answer["customization_id"])
        self._names[model] = name
        self._line("client", f'create_acoustic_model("{name}", "{BASE}"): 201')
        self._detail(f"customization_id: {model}")
        self._tell(self._new)
        return model

    def _add(self, model: str, audio: Audio, *, try_to_train: bool) -> None:
        name, media_type, data = audio
        words = f'add_audio("{name}", {len(data) / 1000:,.0f} kB of {media_type})'
        options = {"content_type": media_type}
        # Some editions take the files of an archive for wav unless the client says what they are.
        member_type = _member_type(media_type, data) if self._stt.edition.limits.member_type_default else None
        if member_type is not None:
            options["contained_content_type"] = member_type
            words = words.replace(media_type, f"{media_type} with {member_type}")
        if self._request(words, "add_audio", model, name, io.BytesIO(data), **options) is None:
            return
        if try_to_train:
            self._request("train_acoustic_model()", "train_acoustic_model", model)
        listing = self._poll(f'get_audio("{name}")', "being_processed", AUDIO_POLL_S, "get_audio", model, name)
        resource = listing.get("container", listing)
        found = ", ".join(
            [f"{resource['duration']} s", *(f"{key} {value}" for key, value in resource["details"].items())]
        )
        problem = self._stt.acoustic_models[model].audio[name].problem
        self._detail(f"found: {found}" + (f"; of no use: {problem}" if problem else ""))

    def _train(self, model: str) -> None:
        """Train. If that is refused, mend the reason: the user's audio may be of any kind."""
        while self._request("train_acoustic_model()", "train_acoustic_model", model) is None:
            view = self._stt.acoustic_models[model]
            of_no_use = [name for name, one in view.audio.items() if one.status == "invalid"]
            if not of_no_use and view.minutes_of_audio > self._stt.edition.limits.max_audio_minutes:
                of_no_use = list(view.audio)
            for name in of_no_use:
                self._request(f'delete_audio("{name}")', "delete_audio", model, name)
            if not of_no_use:
                self._note(f"{view.minutes_of_audio:.1f} minutes of audio are too little: the demo adds forged audio.")
                self._add(model, FORGED, try_to_train=False)

    def _poll_model(self, model: str, busy: str) -> dict[str, Any]:
        return self._poll("get_acoustic_model()", busy, MODEL_POLL_S, "get_acoustic_model", model)

    def _poll(self, words: str, busy: str, every_s: int, method: str, *args: object) -> dict[str, Any]:
        """Ask until the status changes, as a client does that knows nothing of a fake."""
        seen = []
        while True:
            answer: dict[str, Any] = self._ask(method, *args)
            self._tell(self._new)
            seen.append(answer.get("container", answer)["status"])
            if seen[-1] != busy:
                break
            time.sleep(every_s)
        runs = [(status, len(list(run))) for status, run in groupby(seen)]
        text = ", then ".join(f"{count} x {status}" if count > 1 else status for status, count in runs)
        self._line("client", f"{words}, {len(seen)} times, every {every_s} s: {text}")
        return answer

    def _request(self, words: str, method: str, *args: object, **options: object) -> dict[str, Any] | None:
        """Ask once and tell what came back; None for a refusal."""
        from ibm_cloud_sdk_core import ApiException

        answer, text, style = None, "", "client"
        try:
            answer = self._ask(method, *args, **options)
        except ApiException as error:
            text, style = f" {error.message}", "refused"
        self._line("client", f"{words}: {self._stt.journal[-1].status}{text}", style)
        self._tell(self._new)
        return answer

    def _ask(self, method: str, *args: object, **options: object) -> Any:  # Any: JSON
        if self._stt.clock.now() - self._client_since_s > TOKEN_RENEWED_S:
            # Bearer tokens live for one virtual hour. A client's authenticator gets a new one in this way.
            self._client, self._client_since_s = self._stt.client(), self._stt.clock.now()
        try:
            return getattr(self._client, method)(*args, **options).get_result()
        finally:
            self._new = self._stt.journal[-1].changes

    # How it is told

    def _tell(self, changes: Sequence[Change]) -> None:
        for change in changes:
            model, _, audio = change.subject.partition("/")
            what = f"audio {audio}" if audio else f"model {self._names[model]}"
            path = self._paths.setdefault(what if not audio else f"{what} ({self._names[model]})", [])
            after = "gone" if change.after is None else change.after.shown
            if path[-1:] != [after]:
                path.append(after)
            before = "new" if change.before is None else change.before.shown
            if before != after:
                self._line("service", f"{what}: {before} -> {after}", at_s=change.at_s)

    def _chapter(self, text: str) -> None:
        self._write("", "plain")
        self._write(text, "title")

    def _test(self, words: str) -> None:
        self._line("test", words)

    def _note(self, words: str) -> None:
        self._hang(" " * TEXT_AT, words, "plain")

    _detail = _note

    def _line(self, who: str, text: str, style: str | None = None, at_s: float | None = None) -> None:
        now_s = self._stt.clock.now() if at_s is None else at_s
        self._hang(f"{since(now_s, self._stt.started_at_s):>12}  {who:<8}", text, style or who)

    def _say(self, text: str) -> None:
        self._hang("", text, "plain")

    def _hang(self, head: str, text: str, style: str) -> None:
        """A line; if it is too long, it goes on under its own text."""
        for model in self._names:
            text = text.replace(f"'{model}'", f"'{model[:8]}...'")
        lines = wrap(text, WIDTH - len(head), break_on_hyphens=False) or [""]
        for at, line in enumerate(lines):
            self._write((head if at == 0 else " " * len(head)) + line, style)
