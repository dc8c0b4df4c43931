"""Scripts: a test's author says how long things take and how they end. Each call is a row before the edition's rows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from fakestt.core.acoustic.analysis import Taken, take_for_audio
from fakestt.core.family import Family
from fakestt.core.lifecycle import Ending, Stage, never
from fakestt.core.limits import Span
from fakestt.core.resources import Activity, Resource, first_in
from fakestt.durations import Duration, seconds
from fakestt.errors import ConfigurationError, ScriptError, nearest
from fakestt.media.facts import AudioFacts
from fakestt.service import Service

__all__ = ["Failure", "Script", "Which", "never_came"]

Which = str | Callable[[str], object] | None
"""A name, a glob such as "*.wav", or a function that is given a name and returns whether it fits; None fits all."""

Failure = str | bool | Mapping[str, Any] | None
"""A text, True for the fake's own text, or a mapping: the whole object that the model's `error` holds as JSON."""

MOST_HZ = 1_000_000
"""A sampling rate is below it, as in the `rate` of a content type."""


class Script:
    """The script of all models, of those of one family, or of one.

    The latest row that fits wins. What it leaves open is taken from the row before it, and what no row says from the
    edition. Running activities are planned anew from their beginning. A stalled activity goes on as soon as a row says
    how long it takes or how it ends.

    A row for a name must be used: if nothing had that name by the end of the test, that is a mistake, unless the row is
    `optional`. A row for a glob, for a function or for all need not be used.
    """

    def __init__(self, service: Service, model_id: str | None = None, families: Sequence[str] = ()) -> None:
        self._service = service
        self.model_id = model_id
        self.families = families

    @property
    def acoustic(self) -> Script:
        """The same for acoustic models and their audio alone."""
        return Script(self._service, self.model_id, ("acoustic model", "audio"))

    @property
    def language(self) -> Script:
        """The same for language models, their corpora and their grammars alone."""
        return Script(self._service, self.model_id, ("language model", "corpus", "grammar"))

    def training(
        self,
        which: Which = None,
        *,
        takes: Duration | None = None,
        fails: Failure = None,
        after: Duration | None = None,
        stalls: bool = False,
        optional: bool = False,
    ) -> None:
        """Every training from now on, the running ones included.

        Args:
            which: a model's name, a glob, or a function that is given the name; None is all models. A model's own
                script takes none.
            takes: how long it takes, however it ends.
            fails: it ends in `failed`. A text is the error; the model shows it as the service does, in a JSON string:
                `{"code":500,"code_description":"Internal Server Error","error":"..."}`. A mapping, or a text that is a
                JSON object, is shown as it is.
            after: the same as `takes`, where it reads better: `fails="...", after="10m"`.
            stalls: it goes on until a later script says how long it takes or how it ends.
            optional: no model of this name need be trained.

        Raises:
            ScriptError: no argument, or two that exclude each other; the function raised; the model was deleted.

        Source: watson-developer-cloud/java-sdk issue 503 (the form of the error; that an author's text stands in its
        innermost member is assumed)
        """
        self._activity(Activity.TRAINING, which, takes, fails, after, stalls, optional)

    def upgrade(
        self,
        which: Which = None,
        *,
        takes: Duration | None = None,
        fails: Failure = None,
        after: Duration | None = None,
        stalls: bool = False,
        optional: bool = False,
        needs_force: bool | None = None,
    ) -> None:
        """Every upgrade from now on; see `training`.

        Args:
            needs_force: the second of the two upgrade calls, of any model, is answered 400 `No input data modified
                since last training` unless it comes with `force=true`.

        Source: icp2020 custom-upgrade.md#upgradeAcoustic (it may be answered so)
        """
        if needs_force is not None:
            self._check_second_call(needs_force)
        if needs_force is None or which is not None or any(map(_is_said, (takes, fails, after, stalls))):
            self._activity(Activity.UPGRADE, which, takes, fails, after, stalls, optional)
        if needs_force is not None:
            world = self._service.world
            with self._service.app.lock:
                world.limits = replace(world.limits, second_upgrade_needs_force=needs_force)
                self._note(self._call("upgrade", None, needs_force=needs_force))

    def analysis(
        self,
        which: Which = None,
        *,
        takes: Duration | None = None,
        invalid: str | bool | None = None,
        stalls: bool = False,
        optional: bool = False,
    ) -> None:
        """Every analysis of audio, of a corpus, of a grammar or of words from now on, the running ones included.

        Args:
            which: the name of audio, of a corpus, of a grammar, or of the model to which words are added; a glob such
                as "*.wav"; or a function that is given the name. None is all. The function may be asked more than once,
                so let the name alone decide.
            takes: how long it takes.
            invalid: it ends in `invalid` or `undetermined`, whatever was added; a text says why.
            stalls: it goes on until a later script says how long it takes or how it ends.
            optional: nothing of this name need be analysed.

        Raises:
            ScriptError: no argument, or two that exclude each other; nothing that is meant can have such a name; the
                function raised; the model was deleted.
        """
        call = self._call("analysis", which, takes=takes, invalid=invalid, stalls=stalls or None)
        self._check_kind(call)
        meant = _Meant(self, "analysis", call, which, "the name of audio, of a corpus or of a model", optional)
        self._check_possible(which, call)
        _check_words(call, stalls, takes, invalid, say="takes='30s', invalid=True or stalls=True")
        if invalid is not None and not isinstance(invalid, (str, bool)):
            raise ScriptError(f"{call}: {invalid!r} is no reason. Give True, or a text that says why it is invalid.")
        problem = invalid if isinstance(invalid, str) else "the script says so"
        self._read(
            Activity.ANALYSIS, _span(call, takes, stalls), "invalid", problem if _is_said(invalid) else None, meant
        )

    def audio(self, which: Which = None, *, duration: Duration, rate_hz: int = 16000, optional: bool = False) -> None:
        """Take any bytes for audio with these facts, whether they are added from now on or are being analysed.

        Only what the bytes hold does not matter: the content type and the name of an upload are still checked, and an
        empty upload is refused. Audio that was analysed before keeps its result.

        Args:
            which: as for `analysis`. The files in an archive are found by their own names. An archive whose own name
                fits is taken for one that holds a single file.
            duration: how long it lasts.
            rate_hz: its sampling rate; less than the base model's makes it `invalid`.
            optional: no audio of this name need be added.

        Raises:
            ScriptError: audio can't have this duration or rate; it is said of language models, which have no audio; the
                function raised; the model was deleted.
        """
        call = self._call("audio", which, duration=duration, rate_hz=rate_hz)
        self._check_kind(call)
        if "audio" not in [family.name for family in self._analysed()]:
            raise ScriptError(f"{call}: language models have no audio. Say it to stt.script or stt.script.acoustic.")
        meant = _Meant(self, "audio", call, which, "the name of an audio, or of a file in an archive,", optional)
        duration_s = _seconds(call, duration)
        if duration_s == 0:
            raise ScriptError(f"{call}: audio of no length is none. Give how long it lasts, such as duration='12m'.")
        if not isinstance(rate_hz, int) or isinstance(rate_hz, bool) or not 0 < rate_hz < MOST_HZ:
            raise ScriptError(
                f"{call}: {rate_hz!r} is no sampling rate. Give a whole number of Hz from 1 to {MOST_HZ - 1}, "
                "such as 8000 or 16000."
            )
        facts = AudioFacts(duration_s, "pcm_s16le", rate_hz, 1, note="the figures are a script's")
        with self._service.app.lock:
            self._settled(call)
            take_for_audio(self._service.world, Taken(facts, meant))
            self._note(call)

    def _activity(
        self,
        activity: Activity,
        which: Which,
        takes: Duration | None,
        fails: Failure,
        after: Duration | None,
        stalls: bool,
        optional: bool,
    ) -> None:
        name = activity.value
        call = self._call(name, which, takes=takes, fails=fails, after=after, stalls=stalls or None)
        self._check_kind(call)
        if which is not None and self.model_id is not None:
            raise ScriptError(
                f"{call}: this is the script of one model, whatever its name. Leave {_shown(which)} out, or say it to "
                "stt.script, which is for all models."
            )
        meant = _Meant(self, name, call, which, "a model's name", optional)
        if takes is not None and after is not None:
            raise ScriptError(f"{call}: takes= and after= both say how long it takes; give one.")
        _check_words(
            call, stalls, takes, fails, after, say="takes='45m', fails='why' (with after='10m') or stalls=True"
        )
        why = _error(call, fails, f"{name} failed") if _is_said(fails) else None
        self._read(activity, _span(call, after if takes is None else takes, stalls), "failed", why, meant)

    def _check_kind(self, call: str) -> None:
        """A model's script that is narrowed to models of the other kind is about nothing."""
        model = None if self.model_id is None else self._service.world.with_id(self.model_id)
        if model is not None and self.families and model.family not in self.families:
            narrowed = self._narrowed()
            raise ScriptError(f"{call}: this is the script of one {model.family}. Leave {narrowed!r} out.")

    def _check_possible(self, which: Which, call: str) -> None:
        """A name that nothing can have is a mistake. It is reported now, not at the end of the test."""
        if not isinstance(which, str) or "[" in which:
            return
        objections: dict[str, str] = {}
        for family in self._analysed():
            most, forbidden = (getattr(self._service.world.limits, limit) for limit in family.names)
            bad = first_in(which, forbidden)
            if most is not None and len(which.replace("*", "")) > most:
                objections[family.name] = f"longer than {most} characters"
            elif bad is not None:
                objections[family.name] = f"with {bad!r} in it"
            else:
                return
        said = " and ".join(f"no {family} with a name {why}" for family, why in objections.items())
        raise ScriptError(
            f"{call}: edition {self._service.edition.name} takes {said}. "
            "Give the name that the client gives, a glob, or a function of the name."
        )

    def _analysed(self) -> list[Family[Any]]:
        """The families whose analyses this script is about."""
        world = self._service.world
        model = None if self.model_id is None else world.with_id(self.model_id)
        return [
            family
            for family in world.families
            if Activity.ANALYSIS in family.spoil
            and (not self.families or family.name in self.families)
            and (model is None or type(model) in (family.kind, family.parent and family.parent.kind))
        ]

    def _check_second_call(self, needs_force: bool) -> None:
        call = self._call("upgrade", None, needs_force=needs_force)
        if not isinstance(needs_force, bool):
            raise ScriptError(f"{call}: give True or False.")
        if self.model_id is not None:
            raise ScriptError(f"{call}: it is said of all models at once. Say it to stt.script.")
        if not self._service.world.limits.helper_upgrade_in_second_call:
            raise ScriptError(
                f"{call}: edition {self._service.edition.name} upgrades in one call, so there is no second one. "
                "Take an edition that has two, such as icp2020."
            )

    def _read(
        self,
        activity: Activity,
        after: Callable[[Resource], Span] | None,
        ending: str,
        why: str | None,
        meant: _Meant,
    ) -> None:
        """Have the machine read a row. With `why` the activity ends badly, in the way of each family."""
        world = self._service.world

        def spoil(resource: Resource) -> None:
            world.family(type(resource)).spoil[activity](resource, why or "")

        ends = None if why is None else (Ending(ending, spoil, spoils=True),)
        with self._service.app.lock:
            self._settled(meant.call)
            world.machine.read_script(Stage(activity, after, ends, meant), world.now_s)
            self._note(meant.call)

    def _note(self, call: str) -> None:
        self._service.note(call if self.model_id is None else f"{call} of {self.model_id}")

    def _call(self, name: str, which: Which, **words: object) -> str:
        """The call as its author wrote it, for messages."""
        given = [] if which is None else [_shown(which)]
        given += [f"{word}={value!r}" for word, value in words.items() if value is not None]
        return f"script.{self._narrowed()}{name}({', '.join(given)})"

    def _narrowed(self) -> str:
        return f"{self.families[0].partition(' ')[0]}." if self.families else ""

    def _settled(self, call: str) -> None:
        """Let everything happen that is due by now; a script can't change that."""
        world = self._service.world
        world.settle()
        if self.model_id is not None and world.with_id(self.model_id) is None:
            raise ScriptError(
                f"{call}: model {self.model_id} is not there any more: it was deleted. "
                "For all models, those to come included: stt.script."
            )


def never_came(service: Service) -> list[tuple[str, str]]:
    """The scripts for a name that nothing has had since: each as its author wrote it, with the complaint."""
    with service.app.lock:
        rows = (*reversed(service.world.machine.script), *reversed(service.world.taken))
        meant = [row.when for row in rows if isinstance(row.when, _Meant) and row.when.must_come]
        return [(one.call, one.complaint()) for one in meant]


_NEVER = {
    "training": "no model of this name was trained",
    "upgrade": "no model of this name was upgraded",
    "analysis": "nothing of this name was analysed",
    "audio": "no audio of this name was added",
}


class _Meant:
    """Tells which resources a row is for. If its name must come, it remembers the names that came instead."""

    def __init__(self, script: Script, activity: str, call: str, which: Which, of: str, optional: bool) -> None:
        if not isinstance(optional, bool):
            raise ScriptError(f"{call}: optional={optional!r} is neither True nor False.")
        self._activity = activity
        self.call = call
        self._which = which
        self._fits = _named(which, call, of)
        self._model_id, self._families = script.model_id, script.families
        narrowed = script._narrowed().rstrip(".")
        self._where = f" among {narrowed} models and their data" if narrowed else ""
        self._others: dict[str, None] = {}
        # A name that may be a glob counts as a glob here, so that it never fails a test by mistake.
        self.must_come = isinstance(which, str) and not optional and not any(sign in which for sign in "*?[")

    def __call__(self, resource: Resource, name: str | None = None) -> bool:
        """Whether the row is for this resource; with `name`, whether it is for something of that name in its model."""
        if self._model_id is not None and self._model_id != resource.model.id:
            return False
        if self._families and resource.family not in self._families:
            return False
        name = resource.name if name is None else name
        fits = self._fits(name)
        if self.must_come:
            self.must_come = not fits
            self._others[name] = None
        return fits

    def complaint(self) -> str:
        others = f" Others were: {', '.join(map(repr, list(self._others)[:10]))}." if self._others else ""
        return (
            f"{self.call}: {_NEVER[self._activity]} since{self._where}, so the test does not show what it says."
            f"{nearest(self._which, self._others)}{others} Mend the name, or write optional=True if it need not come."
        )


def _shown(which: Which) -> str:
    return str(getattr(which, "__name__", repr(which)))


def _named(which: Which, call: str, of: str) -> Callable[[str], bool]:
    """A function that tells whether a name fits. Text fits as it stands, so that it may hold brackets, and as a glob.

    Raises:
        ScriptError: `which` names nothing. The returned function raises it too, when the author's function raises.
    """
    if which is None:
        return lambda _: True
    if isinstance(which, str) and which:
        return lambda name: name == which or fnmatchcase(name, which)
    if isinstance(which, str) or not callable(which):
        raise ScriptError(f"{call}: {which!r} names nothing. Give a name, a glob, or a function of the name.")
    asked = which

    def meant(name: str) -> bool:
        try:
            return bool(asked(name))
        except Exception as error:
            raise ScriptError(
                f"{call}: the function raised {error!r} for {name!r}. It is given {of} and says whether it is meant."
            ) from error

    return meant


def _check_words(call: str, stalls: bool, *others: object, say: str) -> None:
    if not isinstance(stalls, bool):
        raise ScriptError(f"{call}: stalls={stalls!r} is neither True nor False.")
    said = any(map(_is_said, others))
    if stalls and said:
        raise ScriptError(f"{call}: what stalls does not end. Give stalls=True alone; a later script lets it go on.")
    if not stalls and not said:
        raise ScriptError(f"{call}: say what is different: {say}.")


def _is_said(word: object) -> bool:
    return word is not None and word is not False and word != ""


def _error(call: str, fails: Failure, ordinary: str) -> str:
    if isinstance(fails, bool):
        return ordinary
    if isinstance(fails, str):
        return fails
    try:
        if not isinstance(fails, Mapping):
            raise TypeError("it is no mapping")
        return json.dumps(dict(fails), separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ScriptError(
            f"{call}: the error of a model can't be that: {error}. Give True, a text, or a mapping that JSON can hold."
        ) from None


def _span(call: str, takes: Duration | None, stalls: bool) -> Callable[[Resource], Span] | None:
    if stalls:
        return never
    if takes is None:
        return None
    exactly_s = _seconds(call, takes, or_else=" What never ends: stalls=True.")
    return lambda _: (exactly_s, exactly_s)


def _seconds(call: str, duration: Duration, or_else: str = "") -> float:
    try:
        exactly_s = seconds(duration, call)
    except ConfigurationError as error:
        raise ScriptError(f"{error}{or_else}") from None
    if exactly_s < 0:
        raise ScriptError(f"{call}: {duration!r} is negative; nothing ends before it begins.")
    return exactly_s
